//! The documented filters of `GET /orders`, under their own names.

use od_client::{Direction, FolderId, OrderQuery};
use od_record::date::{Asked, Zone, bound, is_nothing_between};
use od_record::{NOT_WHOLE, Problem, is_whole, tidy};
use serde::{Deserialize, Serialize};

/// Direction of sorting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum SortOrder {
    /// Smallest or oldest first.
    Asc,
    /// Largest or newest first.
    Desc,
}

macro_rules! filters {
    ($($(#[doc = $doc:literal])+ $name:ident: $kind:ident,)+) => {
        /// Which orders, in which order. Filters combine with "and"; dates are UTC unless the name says `_local`.
        #[derive(Clone, Debug, Default, Deserialize)]
        pub struct Filters {
            /// One folder id, or several with commas.
            pub folder_id: Option<String>,
            $($(#[doc = $doc])+ pub $name: Option<String>,)+
            /// Adds each order's history; slower.
            #[serde(default)]
            pub get_order_history: bool,
            /// Field to sort by; `date_added` without it.
            pub order_by: Option<String>,
            /// Direction of sorting; `DESC` without it.
            pub order: Option<SortOrder>,
        }

        impl Filters {
            /// Everything that is wrong with the filters, with JSON Pointers into the arguments.
            pub fn problems(&self) -> Vec<Problem> {
                let mut problems = Vec::new();
                self.to_query(&mut problems, &mut Vec::new());
                problems
            }

            /// The query as Order Desk takes it. Faults and remarks are added to the lists.
            pub(super) fn to_query(&self, problems: &mut Vec<Problem>, notes: &mut Vec<String>) -> OrderQuery {
                let mut query = OrderQuery::default();
                if let Some(ids) = &self.folder_id {
                    match folders(ids) {
                        Ok(ids) => query.folder_id = Some(ids),
                        Err(rule) => problems.push(Problem::new("/folder_id", rule)),
                    }
                }
                $(query.$name = self.$name.as_deref().and_then(|text| {
                    match checked(stringify!($name), text, Kind::$kind, notes) {
                        Ok(text) => Some(text),
                        Err(rule) => {
                            problems.push(Problem::new(concat!("/", stringify!($name)), rule));
                            None
                        }
                    }
                });)+
                query.get_order_history = self.get_order_history;
                query.order_by = self.order_by.as_deref().and_then(|field| {
                    if is_field_name(field) { return Some(field.to_owned()) }
                    problems.push(Problem::new("/order_by", "must be the name of an order field, e.g. date_updated"));
                    None
                });
                problems.extend(reversed(&query));
                query.order = self.order.map(|order| match order {
                    SortOrder::Asc => Direction::Asc,
                    SortOrder::Desc => Direction::Desc,
                });
                query
            }
        }
    };
}

filters! {
    /// Exact folder name.
    folder_name: Text,
    /// The channel's own order id, exact, one value.
    source_id: Text,
    /// The channel's name, exact.
    source_name: Text,
    /// `date_added` at or after, UTC.
    search_start_date: Utc,
    /// `date_added` before, UTC.
    search_end_date: Utc,
    /// `date_added` at or after, in the store's time.
    search_start_date_local: Local,
    /// `date_added` before, in the store's time.
    search_end_date_local: Local,
    /// `date_updated` at or after, UTC.
    modified_start_date: Utc,
    /// `date_updated` before, UTC.
    modified_end_date: Utc,
    /// Orders with this address.
    email: Text,
    /// The channel's customer id.
    customer_id: Text,
    /// Customer's first name.
    customer_first_name: Text,
    /// Customer's last name.
    customer_last_name: Text,
    /// Customer's company.
    customer_company: Text,
    /// First line of the customer's address.
    customer_address1: Text,
    /// Customer's phone number.
    customer_phone: Text,
    /// First name of the shipping address.
    shipping_first_name: Text,
    /// Last name of the shipping address.
    shipping_last_name: Text,
    /// Company of the shipping address.
    shipping_company: Text,
    /// First line of the shipping address.
    shipping_address1: Text,
    /// Phone number of the shipping address.
    shipping_phone: Text,
}

#[derive(Clone, Copy)]
enum Kind {
    Text,
    Utc,
    Local,
}

/// Longest filter value, in characters.
const MAX_VALUE: usize = 300;

fn checked(name: &str, text: &str, kind: Kind, notes: &mut Vec<String>) -> Result<String, String> {
    if tidy(text).is_empty() {
        return Err("must not be empty: leave it out to search without it".to_owned());
    }
    if text.chars().count() > MAX_VALUE {
        return Err(format!("must be at most {MAX_VALUE} characters"));
    }
    match kind {
        Kind::Text if !is_whole(text) => Err(NOT_WHOLE.to_owned()),
        Kind::Text => Ok(tidy(text).to_owned()),
        Kind::Utc | Kind::Local => {
            let zone = if matches!(kind, Kind::Utc) {
                Zone::Utc
            } else {
                Zone::Store
            };
            let bound = bound(name, text, zone, Asked::OrderDesk)?;
            notes.extend(bound.note);
            Ok(bound.sent)
        }
    }
}

/// Ranges that end before they begin, which no order can be in. Nothing is refused on a guess.
fn reversed(query: &OrderQuery) -> impl Iterator<Item = Problem> + use<> {
    macro_rules! range {
        ($start:ident, $end:ident) => {{
            let ends = query.$start.as_deref().zip(query.$end.as_deref());
            ends.filter(|(start, end)| is_nothing_between(start, end, Asked::OrderDesk))
                .map(|_| {
                    Problem::new(
                        concat!("/", stringify!($start)),
                        concat!("must not be after ", stringify!($end)),
                    )
                })
        }};
    }
    let problems = [
        range!(search_start_date, search_end_date),
        range!(search_start_date_local, search_end_date_local),
        range!(modified_start_date, modified_end_date),
    ];
    problems.into_iter().flatten()
}

fn folders(text: &str) -> Result<String, String> {
    let ids = text.split(',').map(|id| FolderId::parse(tidy(id)));
    let ids: Result<Vec<FolderId>, _> = ids.collect();
    let Ok(ids) = ids else {
        return Err(
            "must be a folder id, or several with commas, e.g. 71001,71004; folders_list gives them".to_owned(),
        );
    };
    Ok(ids.iter().map(FolderId::as_str).collect::<Vec<_>>().join(","))
}

fn is_field_name(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 64
        && text
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}
