//! Shipments as a sort of part.

use od_client::{Error, OrderId, Shipment as Listed, ShipmentId, Store};
use od_record::order::{LINES, SHIPMENTS};
use od_record::part::Part as Law;
use od_record::shipment::{
    self, Packing, already, doubts_beside, left_beside, names_contents, parcel, same_contents, same_tracking,
};
use od_record::{FieldChange, Problem, rows_of};

use crate::error::Existing;
use crate::outcome::StoreRef;
use crate::parts::{Around, Beside, Names, Part, Record};

use super::closed::{payment, why_closed};

/// A parcel of an order.
#[derive(Clone, Copy)]
pub(super) struct Shipment;

const NAMES: Names = Names {
    noun: "shipment",
    title: "Shipment",
    member: "shipment",
    members: "shipments",
    in_order: SHIPMENTS,
    argument: "/shipment",
    id_argument: "/shipment_id",
    id_rule: "must be the shipment's id: 1 to 20 digits, as shipments_list gives it",
    where_ids_are: "shipments_list shows the order's shipments with their ids, orders_get the whole order.",
    how_to_find_out: "Read the order's shipments with shipments_list and fresh set to true, and compare before calling again.",
    deletion: "shipments.delete",
};

impl Part for Shipment {
    type Id = ShipmentId;

    fn names(self) -> &'static Names {
        &NAMES
    }

    fn law(self) -> &'static Law {
        &shipment::PART
    }

    fn parse_id(self, text: &str) -> Option<ShipmentId> {
        ShipmentId::parse(text).ok()
    }

    fn id_of(self, record: &Record) -> Option<ShipmentId> {
        ShipmentId::from_value(record.get("id")?)
    }

    async fn list(self, upstream: &Store, order: &OrderId) -> Result<Vec<Record>, Error> {
        let shipments = upstream.shipments().list(order).await?;
        Ok(shipments.into_iter().map(Listed::into_map).collect())
    }

    async fn get(self, upstream: &Store, order: &OrderId, id: &ShipmentId) -> Result<Record, Error> {
        Ok(upstream.shipments().get(order, id).await?.into_map())
    }

    async fn create(self, upstream: &Store, order: &OrderId, fields: &Record) -> Result<Option<Record>, Error> {
        let created = upstream.shipments().create(order, fields).await?;
        Ok(created.record.map(Listed::into_map))
    }

    async fn replace(self, upstream: &Store, order: &OrderId, id: &ShipmentId, record: &Record) -> Result<(), Error> {
        upstream.shipments().update(order, id, record).await
    }

    async fn delete(self, upstream: &Store, order: &OrderId, id: &ShipmentId) -> Result<(), Error> {
        upstream.shipments().delete(order, id).await
    }

    /// The order as a whole has its lines, its shipments and its folder.
    async fn around(self, upstream: &Store, order: &OrderId) -> Result<Around, Error> {
        let order = upstream.orders().get(order).await?.into_map();
        let rows = |name: &str| rows_of(&order, name).cloned().collect();
        Ok(Around {
            lines: rows(LINES),
            others: rows(SHIPMENTS),
            order,
        })
    }

    fn beside(self, order: &Beside<'_>, given: &Record) -> Result<Vec<String>, Vec<Problem>> {
        let is_as_before = order.now.is_some_and(|now| same_contents(now, given));
        if is_as_before {
            return Ok(Vec::new());
        }
        let mut doubts = Vec::new();
        if order.now.is_none() {
            doubts = doubts_beside(given, order.others);
        }
        if names_contents(given) {
            let mut packing = Packing::of(order.lines, order.others);
            let problems = packing.judge(given, order.allow_excess, NAMES.argument);
            if !problems.is_empty() {
                return Err(problems);
            }
            doubts.extend(packing.doubt());
            packing.add(given);
            doubts.extend(left_beside(&packing));
        }
        Ok(doubts)
    }

    fn out_of_place(self, order: &Record, folder: Option<&str>) -> Option<String> {
        let why = why_closed(folder, &payment(order))?;
        Some(format!(
            "Nobody is to ship this order: {why}. Make sure that the parcel is its; shipments_delete removes a shipment that is \
             not, but recalls no mail."
        ))
    }

    /// Order Desk compares tracking numbers to the letter, and mails the customer once more for one in other letters or with blanks.
    fn doubled(self, before: &[Record], given: &Record) -> Option<Existing> {
        let is_spelled_alike = |existing: &&Record| existing.get("tracking_number") == given.get("tracking_number");
        let existing = same_tracking(before, given).filter(|existing| !is_spelled_alike(existing))?;
        Some(duplicate(Some(existing)))
    }

    /// Order Desk takes a number twice where it comes with a change.
    fn made_double(self, others: &[Record], base: &Record, desired: &Record) -> Option<Existing> {
        if parcel(base) == parcel(desired) {
            return None;
        }
        same_tracking(others, desired).map(|existing| duplicate(Some(existing)))
    }

    fn foretell_refusal(self, before: &[Record], given: &Record) -> Option<String> {
        same_tracking(before, given).map(|existing| format!("It would be refused: the order {}.", already(existing)))
    }

    fn existing(self, refusal: &Error, before: &[Record], given: &Record) -> Option<Existing> {
        is_duplicate(refusal).then(|| duplicate(same_tracking(before, given)))
    }

    fn remark(self, given: &Record, desired: &Record, changes: &[FieldChange]) -> Option<String> {
        shipment::remark(given, desired, changes)
    }

    fn effects_of_deletion(self, id: &ShipmentId, order: &OrderId, store: &StoreRef) -> String {
        format!(
            "Deleting shipment {id} of order {order} in {store} removes it for good from Order Desk. It takes back \
             neither the mail to the customer nor the tracking number passed to the sales channel."
        )
    }
}

/// Whether Order Desk says that the order has this shipment already. It does so inside a success (API reference,
/// "Create a Shipment"); the same words with an HTTP error stand for something else.
fn is_duplicate(error: &Error) -> bool {
    matches!(
        error,
        Error::Rejected { status: 200..=299, message, .. } if message.eq_ignore_ascii_case("Shipment Not Added")
    )
}

/// Why a shipment is one too many.
fn duplicate(existing: Option<&Record>) -> Existing {
    let what = match existing {
        Some(existing) => format!("The order {}.", already(existing)),
        None => "Order Desk says that the order has this shipment already, though its list shows none with this \
                 tracking number."
            .to_owned(),
    };
    Existing {
        what,
        instead: "Use the existing shipment, or change it with shipments_update.",
    }
}
