//! An order that a row can mean.

use jiff::ToSpan as _;
use jiff::civil::Date;
use od_client::OrderId;
use od_record::pasted::{Row, tight};
use od_record::shipment::parcel;

use super::person::shares_a_word;
use crate::insight::folded_name;
use crate::parts::Record;
use crate::shipments::closed::why_closed;

/// So many days before an order was added its parcel can have gone.
const BEFORE: i32 = 300;

/// An order as far as parcels concern it.
pub(in crate::shipments::import) struct Found {
    pub(in crate::shipments::import) id: OrderId,
    /// Its id in the sales channel, without the mark of shops.
    pub(super) source: String,
    pub(super) email: String,
    /// The names it goes by, as they are compared.
    pub(super) people: Vec<String>,
    /// By its id.
    pub(super) folder: String,
    pub(super) payment: String,
    /// The day on which it was added, in UTC.
    pub(super) added: Option<Date>,
    /// Nothing where the order is known from the copy alone.
    pub(in crate::shipments::import) lines: Vec<Record>,
    pub(in crate::shipments::import) shipments: Vec<Record>,
}

impl Found {
    /// The shipment that has a tracking number, however it is spelled there.
    pub(in crate::shipments::import) fn shipment_with(&self, number: &str) -> Option<&Record> {
        let number = tight(number);
        self.shipments
            .iter()
            .find(|shipment| parcel(shipment).is_some_and(|known| known == number))
    }

    /// Whether it has this number to the letter.
    pub(super) fn is_spelled(&self, number: &str) -> bool {
        self.source == number || self.id.as_str() == number
    }

    /// Whether a row that gives a name is somebody else's: neither its name nor its e-mail address is the order's.
    pub(super) fn is_of_another(&self, row: &Row) -> bool {
        let Some(name) = row.name.as_deref().map(folded_name) else {
            return false;
        };
        let is_email = |email: &str| folded_name(email) == folded_name(&self.email);
        !self.people.is_empty()
            && !self.people.iter().any(|known| shares_a_word(known, &name))
            && !row.email.as_deref().is_some_and(is_email)
    }

    /// The day on which it was added, where a parcel cannot have gone on `day`: its year was mistyped. Some orders come into Order Desk
    /// long after they went.
    pub(in crate::shipments::import) fn is_younger_than(&self, day: Date) -> Option<Date> {
        let earliest = |added: &Date| added.saturating_sub(BEFORE.days());
        self.added.filter(|added| day < earliest(added))
    }

    /// Why nobody is to ship it; `folder` is the name of the one that it is in.
    pub(super) fn why_closed(&self, folder: Option<&str>) -> Option<String> {
        why_closed(folder, &self.payment)
    }
}
