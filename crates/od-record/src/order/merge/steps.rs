//! Laying steps over an order.

use serde_json::{Map, Value};

use super::draft::Draft;
use crate::order::ops::Op;
use crate::problem::below;

impl Draft<'_> {
    pub(super) fn run(&mut self, op: &Op, at: &str) {
        match op {
            Op::SetFields { fields } => self.merge(fields, &below(at, "fields")),
            Op::UpdateAddress { address_type, address } => {
                self.set(
                    address_type.field(),
                    &Value::Object(address.clone()),
                    &below(at, "address"),
                );
            }
            Op::AddItems { items } => self.add_lines(items, &below(at, "items")),
            Op::UpdateItems { items } => self.update_lines(items, &below(at, "items")),
            Op::RemoveItems { item_ids } => self.remove_lines(item_ids, &below(at, "item_ids")),
            Op::AddNote { content, username } => {
                let mut note = Map::from_iter([("content".to_owned(), content.as_str().into())]);
                if let Some(username) = username {
                    note.insert("username".to_owned(), username.as_str().into());
                }
                self.append_note(&note, at);
            }
            Op::RemoveNote { content, index } => self.remove_note(content, *index, at),
            Op::SetCheckoutData { values } => {
                self.set("checkout_data", &Value::Object(values.clone()), &below(at, "values"));
            }
            Op::SetOrderMetadata { values } => {
                self.set("order_metadata", &Value::Object(values.clone()), &below(at, "values"));
            }
            Op::SetDiscounts { discounts } => {
                let discounts = discounts.iter().cloned().map(Value::Object).collect();
                self.set("discount_list", &Value::Array(discounts), &below(at, "discounts"));
            }
            // Runs after the upload, through Order Desk's own move.
            Op::MoveFolder(_) => {}
        }
    }
}
