//! What tells one sort of part from another. `items` and `shipments` say it of theirs; the operations on parts are told it
//! and look nothing up.

use std::fmt::Display;

use od_client::{OrderId, Store};
use od_record::part::Part as Law;
use od_record::{FieldChange, Problem};

use super::Record;
use crate::error::{Error, Existing};
use crate::outcome::StoreRef;

/// A sort of part: its names, the law of its records, and the operations of Order Desk's API.
pub(crate) trait Part: Copy + Send + Sync + 'static {
    /// Order Desk's id of one.
    type Id: Display + PartialEq + Send + Sync;

    fn names(self) -> &'static Names;

    /// The law of its records.
    fn law(self) -> &'static Law;

    /// The id in a caller's text.
    fn parse_id(self, text: &str) -> Option<Self::Id>;

    /// The id of a record.
    fn id_of(self, record: &Record) -> Option<Self::Id>;

    /// All of an order.
    fn list(
        self,
        upstream: &Store,
        order: &OrderId,
    ) -> impl Future<Output = Result<Vec<Record>, od_client::Error>> + Send;

    /// One of an order.
    fn get(
        self,
        upstream: &Store,
        order: &OrderId,
        id: &Self::Id,
    ) -> impl Future<Output = Result<Record, od_client::Error>> + Send;

    /// Adds one. The answer may hold it, and usually does not.
    fn create(
        self,
        upstream: &Store,
        order: &OrderId,
        fields: &Record,
    ) -> impl Future<Output = Result<Option<Record>, od_client::Error>> + Send;

    /// Replaces one: `record` has to be whole.
    fn replace(
        self,
        upstream: &Store,
        order: &OrderId,
        id: &Self::Id,
        record: &Record,
    ) -> impl Future<Output = Result<(), od_client::Error>> + Send;

    fn delete(
        self,
        upstream: &Store,
        order: &OrderId,
        id: &Self::Id,
    ) -> impl Future<Output = Result<(), od_client::Error>> + Send;

    /// Whether an order that is read holds each as its replacement has to be sent. Else it is read by itself before that.
    fn is_whole_in_order(self) -> bool {
        false
    }

    /// What a new one is compared with, in one request.
    fn around(
        self,
        upstream: &Store,
        order: &OrderId,
    ) -> impl Future<Output = Result<Around, od_client::Error>> + Send {
        async move { Ok(Around::listed(self.list(upstream, order).await?)) }
    }

    /// What one that is to be deleted is among, in one request.
    fn among(self, upstream: &Store, order: &OrderId) -> impl Future<Output = Result<Around, od_client::Error>> + Send {
        async move { Ok(Around::listed(self.list(upstream, order).await?)) }
    }

    /// What should be said of one that is deleted.
    fn remark_deleted(self, _among: &Around, _record: &Record) -> Option<String> {
        None
    }

    /// Compares what is given with the lines of the order and the other parts of its sort. What should be said of it.
    ///
    /// # Errors
    /// Everything that does not fit the order.
    fn beside(self, _order: &Beside<'_>, _given: &Record) -> Result<Vec<String>, Vec<Problem>> {
        Ok(Vec::new())
    }

    /// What should be said of the id that a new one was given with.
    ///
    /// # Errors
    /// That the order has one of that id.
    fn foreign_id(self, _others: &[Record], _given: &Record) -> Result<Option<String>, Problem> {
        Ok(None)
    }

    /// Why an order should not get a new one. `folder` is the name of the one that the order is in, where it is known.
    fn out_of_place(self, _order: &Record, _folder: Option<&str>) -> Option<String> {
        None
    }

    /// The one that a new one would double, where Order Desk would not see that.
    fn doubled(self, _before: &[Record], _given: &Record) -> Option<Existing> {
        None
    }

    /// The one among the others that a change makes `desired` the double of.
    fn made_double(self, _others: &[Record], _base: &Record, _desired: &Record) -> Option<Existing> {
        None
    }

    /// Why Order Desk would not take a new one beside those the order has.
    fn foretell_refusal(self, _before: &[Record], _given: &Record) -> Option<String> {
        None
    }

    /// What stands in the way of a new one, when Order Desk's refusal says that something does.
    fn existing(self, _refusal: &od_client::Error, _before: &[Record], _given: &Record) -> Option<Existing> {
        None
    }

    /// What the caller may not have thought of in a change.
    fn remark(self, _given: &Record, _desired: &Record, _changes: &[FieldChange]) -> Option<String> {
        None
    }

    /// Refuses to delete what an order cannot do without. `all` is what it has.
    ///
    /// # Errors
    /// [`Error::Invalid`].
    fn check_spared(self, _all: &[Record]) -> Result<(), Error> {
        Ok(())
    }

    /// What a person should agree to before one is deleted.
    fn effects_of_deletion(self, id: &Self::Id, order: &OrderId, store: &StoreRef) -> String;
}

/// What a new part is compared with.
#[derive(Default)]
pub(crate) struct Around {
    /// The order as a whole, where it was read; else nothing.
    pub(crate) order: Record,
    /// Its lines, where they were read.
    pub(crate) lines: Vec<Record>,
    /// Its parts of this sort.
    pub(crate) others: Vec<Record>,
}

impl Around {
    /// What the list of an order's parts tells.
    pub(crate) fn listed(others: Vec<Record>) -> Self {
        Self {
            others,
            ..Self::default()
        }
    }
}

/// What a new or changed part is compared with.
pub(crate) struct Beside<'a> {
    /// The lines of the order, where the sort of part is compared with them.
    pub(crate) lines: &'a [Record],
    /// The other parts of its sort.
    pub(crate) others: &'a [Record],
    /// The shipments of the order, where one of its parts is changed.
    pub(crate) shipments: &'a [Record],
    /// The part as it is, where one is changed.
    pub(crate) now: Option<&'a Record>,
    /// Whether more may be taken than the order has.
    pub(crate) allow_excess: bool,
}

/// How a sort of part is called.
pub(crate) struct Names {
    /// In the middle of a sentence.
    pub(crate) noun: &'static str,
    /// At the beginning of one.
    pub(crate) title: &'static str,
    /// The member of a reply that holds one.
    pub(crate) member: &'static str,
    /// The member of a reply that holds several.
    pub(crate) members: &'static str,
    /// The member of an order that holds them.
    pub(crate) in_order: &'static str,
    /// The argument that holds a part's fields, as a JSON Pointer.
    pub(crate) argument: &'static str,
    /// The argument that names one, as a JSON Pointer.
    pub(crate) id_argument: &'static str,
    /// What is told of such an argument that holds something else.
    pub(crate) id_rule: &'static str,
    /// Where the right id is found.
    pub(crate) where_ids_are: &'static str,
    /// How a caller finds out what became of a write whose answer was lost.
    pub(crate) how_to_find_out: &'static str,
    /// A deletion, as consent names it.
    pub(crate) deletion: &'static str,
}
