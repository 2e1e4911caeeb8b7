//! The reports, by name.

use od_db::mirror::Key;
use od_record::Problem;
use serde::Deserialize;

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the definitions say it")]
pub enum ReportName {
    SalesBySku,
    SalesByDay,
    SalesByMonth,
    SalesBySource,
    SalesByCountry,
    SalesByShippingMethod,
    SalesByFolder,
    UnshippedByAge,
    TimeToShip,
    ReturnsAndRefunds,
    DiscountsUsed,
    NewAndReturningCustomers,
}

/// Every report's name.
pub const REPORTS: [&str; 12] = [
    "sales_by_sku",
    "sales_by_day",
    "sales_by_month",
    "sales_by_source",
    "sales_by_country",
    "sales_by_shipping_method",
    "sales_by_folder",
    "unshipped_by_age",
    "time_to_ship",
    "returns_and_refunds",
    "discounts_used",
    "new_and_returning_customers",
];

/// Second keys of sales reports.
const SECOND: [(&str, Key); 7] = [
    ("sku", Key::Sku),
    ("day", Key::Day),
    ("month", Key::Month),
    ("source", Key::Source),
    ("country", Key::Country),
    ("shipping_method", Key::Method),
    ("folder", Key::Folder),
];

impl ReportName {
    pub(super) fn as_str(self) -> &'static str {
        REPORTS[self as usize]
    }

    /// What a sales report is by.
    fn first(self) -> Option<Key> {
        Some(match self {
            Self::SalesBySku => Key::Sku,
            Self::SalesByDay => Key::Day,
            Self::SalesByMonth => Key::Month,
            Self::SalesBySource => Key::Source,
            Self::SalesByCountry => Key::Country,
            Self::SalesByShippingMethod => Key::Method,
            Self::SalesByFolder => Key::Folder,
            _ => return None,
        })
    }

    /// What is wrong with arguments that mean something to other reports alone: a figure that nobody asked for is taken for an answer.
    pub(super) fn misplaced(self, is_given: impl Fn(&str) -> bool) -> Vec<Problem> {
        let of_sales = self.first().is_some();
        let own = [
            ("sort", of_sales, "the sales reports"),
            ("target_hours", self == Self::TimeToShip, "time_to_ship"),
        ];
        let misplaced = own.into_iter().filter(|(name, is_own, _)| !is_own && is_given(name));
        let told = misplaced.map(|(name, _, whose)| {
            let rule = format!("is for {whose} only: {} knows nothing of it", self.as_str());
            Problem::new(format!("/{name}"), rule)
        });
        told.collect()
    }

    /// What was counted by these keys, in words that a person can check it by; rows are sorted `by` a column, where
    /// they are not in the order of their key.
    pub(super) fn definition(
        self,
        keys: &[(&'static str, Key)],
        left_out: &[String],
        by: Option<&'static str>,
    ) -> String {
        let sorted = by.map_or_else(String::new, |by| format!(" Rows by {by}, the largest first."));
        let without = match left_out {
            [] => String::new(),
            [one] => format!(", without the folder {one}"),
            folders => format!(", without the folders {}", folders.join(", ")),
        };
        let counted = format!("Orders added in the window{without}.");
        let what = match self {
            Self::SalesBySku => {
                "units = quantity of their lines; sales = price x quantity of the lines, before discounts, tax and shipping; name = that of \
                 the newest line."
            }
            _ if keys.iter().any(|(_, key)| *key == Key::Sku) => {
                "units = quantity of their lines; sales = price x quantity of the lines, before discounts, tax and shipping."
            }
            Self::SalesByDay if keys.len() == 1 => {
                "units = quantity of the lines; the totals are those that Order Desk keeps of each order; days without orders are rows too, \
                 until today."
            }
            Self::UnshippedByAge => {
                "Those without any shipment (a partly shipped order is shipped), by the age they have now; value = order_total."
            }
            Self::TimeToShip => {
                "Hours from date_added until the first shipment of those that have one with a date was sent; percentiles by nearest rank. \
                 counted_to_date_shipped = those whose date_shipped is another day than that on which the shipment was entered (its \
                 date_added): of that day, in the store's time zone, the moment nearest to the entry counts. counted_to_date_added = the others. \
                 unshipped_over_target = those without any shipment that have waited for longer than target_hours by now."
            }
            Self::ReturnsAndRefunds => {
                "Those with a refund_total above 0 or payment_status Fully or Partially Refunded, by payment_status."
            }
            Self::DiscountsUsed => {
                "Entries of discount_list by code, or by name where they have none; uses = orders with such an entry."
            }
            Self::NewAndReturningCustomers => {
                "Customers by e-mail without case and blanks; new = the first order of the copy (with stores: all, of all copies) lies in the window; \
                 returning = it lies before, so they bought in the window again; ordered_more_than_once = have several orders in the window, \
                 whether new or returning."
            }
            _ => "units = quantity of the lines; the totals are those that Order Desk keeps of each order.",
        };
        format!("{counted} {what}{sorted}")
    }
}

/// A key by which orders are summed, with what it is called.
pub(super) type KeyName = (&'static str, Key);

/// The keys of a report with a second one: a report that is by lines when one of them is of lines.
///
/// # Errors
/// What is wrong with the second key.
pub(super) fn keys(report: ReportName, group_by: Option<&str>) -> Result<Vec<KeyName>, Problem> {
    let named = |key: Key| SECOND.into_iter().find(|(_, known)| *known == key);
    let Some(first) = report.first().and_then(named) else {
        return match group_by {
            None => Ok(Vec::new()),
            Some(_) => Err(Problem::new("/group_by", "is for the sales reports only")),
        };
    };
    let Some(second) = group_by else {
        return Ok(vec![first]);
    };
    match SECOND.into_iter().find(|(name, _)| *name == second) {
        Some(second) if second.1 == first.1 => {
            Err(Problem::new("/group_by", "must be another key than the report's own"))
        }
        Some(second) => Ok(vec![first, second]),
        None => {
            let all = SECOND.map(|(name, _)| name).join(", ");
            Err(Problem::new("/group_by", format!("must be one of {all}")))
        }
    }
}
