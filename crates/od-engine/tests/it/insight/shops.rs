//! Shops made by chance, and what happens in them between two questions.

use jiff::Timestamp;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::now;
use crate::support::Shop;

pub const ZONES: [&str; 6] = [
    "America/Denver",
    "Europe/Berlin",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "Pacific/Apia",
    "UTC",
];

/// An order as a sales channel sends it.
pub fn order() -> impl Strategy<Value = Map<String, Value>> {
    // Seconds before now: of most days, and of the nights on which clocks change.
    let age = prop_oneof![
        0..180_i64 * 86_400,
        (0..14_i64 * 3_600).prop_map(|after| now().as_second() - 1_793_491_200 - after),
        (0..14_i64 * 3_600).prop_map(|after| now().as_second() - 1_792_972_800 - after),
    ];
    let line = (
        prop::sample::select(vec!["MUG", "TOTE", "", "TEE-1"]),
        0..100_000_u32,
        1..5_i64,
        any::<bool>(),
    );
    (
        age,
        prop::collection::vec(line, 1..4),
        prop::sample::select(vec!["Shopify", "Etsy", "Order Desk"]),
        prop::sample::select(vec!["US", "DE", ""]),
        prop::sample::select(vec!["a@x.test", "A@x.test ", "b@x.test", "c@x.test", ""]),
        prop::option::of(1..500_u32),
        0..2_000_u32,
        0..4_usize,
        (
            prop::sample::select(vec!["", "1 Row", "1  ROW."]),
            prop::sample::select(vec!["", "A-1", "A-1-M", "B-2"]),
        ),
    )
        .prop_map(
            |(age, lines, source, country, email, discount, shipping, folder, (street, source_id))| {
                let items: Vec<Value> = lines
                    .into_iter()
                    .map(|(code, cents, quantity, as_text)| {
                        let price = format!("{}.{:02}", cents / 100, cents % 100);
                        let price = if as_text {
                            json!(price)
                        } else {
                            json!(price.parse::<f64>().unwrap())
                        };
                        json!({ "name": format!("Thing {}", cents % 3), "code": code, "price": price, "quantity": quantity })
                    })
                    .collect();
                let added = Timestamp::from_second(now().as_second() - age).unwrap();
                let mut order = json!({
                    "source_name": source, "source_id": source_id, "email": email, "shipping_method": "Ground",
                    "date_added": added.strftime("%Y-%m-%d %H:%M:%S").to_string(),
                    "shipping_total": f64::from(shipping) / 100.0, "tax_total": "1.10",
                    "shipping": { "first_name": "Ada", "last_name": "Quill", "address1": street, "country": country },
                    "order_items": items, "folder_id": 71_001 + folder,
                });
                if let Some(cents) = discount {
                    let amount = format!("{}.{:02}", cents / 100, cents % 100);
                    order["discount_list"] = json!([{ "name": "Spring", "code": "S", "amount": amount }]);
                }
                order.as_object().unwrap().clone()
            },
        )
}

/// What happens to an order, chosen by a number.
#[derive(Clone, Debug)]
pub enum Event {
    Arrives(Map<String, Value>),
    /// Recorded so many seconds after it came in; sent on a day so many days after that of the order in UTC, or said in other words.
    IsShipped(usize, i64, Option<i64>, &'static str),
    IsRefunded(usize, u32),
    Moves(usize, i64),
    MovesUnseen(usize, i64),
    IsDeleted(usize),
    /// Another quantity of the first line.
    IsEdited(usize, u32),
}

pub fn event() -> impl Strategy<Value = Event> {
    let folder = 71_001..71_005_i64;
    prop_oneof![
        order().prop_map(Event::Arrives),
        (
            any::<usize>(),
            0..200_i64 * 3_600,
            prop::option::of(-2..11_i64),
            prop::sample::select(vec!["", "soon", "2026-11-02 23:59:30"]),
        )
            .prop_map(|(at, after, day, words)| Event::IsShipped(at, after, day, words)),
        (any::<usize>(), 1..900_u32).prop_map(|(at, cents)| Event::IsRefunded(at, cents)),
        (any::<usize>(), folder.clone()).prop_map(|(at, to)| Event::Moves(at, to)),
        (any::<usize>(), folder).prop_map(|(at, to)| Event::MovesUnseen(at, to)),
        any::<usize>().prop_map(Event::IsDeleted),
        (any::<usize>(), 0..9_u32).prop_map(|(at, quantity)| Event::IsEdited(at, quantity)),
    ]
}

impl Event {
    /// Whether the date by which changes are asked for shows it.
    pub fn shows(&self) -> bool {
        !matches!(self, Self::MovesUnseen(..) | Self::IsDeleted(_))
    }

    pub fn happen(&self, shop: &Shop) {
        let (sim, store) = (&shop.sim, "90001");
        if let Self::Arrives(order) = self {
            sim.put_order(store, order).unwrap();
            return;
        }
        let ids = shop.order_ids();
        let pick = |at: usize| (!ids.is_empty()).then(|| ids[at % ids.len()].clone());
        match self {
            Self::Arrives(_) => {}
            Self::IsShipped(at, after, day, words) => {
                let Some(id) = pick(*at) else { return };
                let added: jiff::civil::DateTime = shop.stored(&id)["date_added"].as_str().unwrap().parse().unwrap();
                let at = added + jiff::SignedDuration::from_secs(*after);
                let day = day.map(|days| (added.date() + jiff::Span::new().days(days)).to_string());
                let shipment = json!({ "id": "1", "tracking_number": "T1", "date_shipped": day.as_deref().unwrap_or(words),
                    "date_added": at.strftime("%Y-%m-%d %H:%M:%S").to_string() });
                sim.edit_order(store, &id, |order| {
                    order["order_shipments"].as_array_mut().unwrap().push(shipment);
                });
            }
            Self::IsRefunded(at, cents) => {
                let Some(id) = pick(*at) else { return };
                sim.edit_order(store, &id, |order| {
                    order["refund_total"] = (f64::from(*cents) / 100.0).into();
                    order["payment_status"] = "Partially Refunded".into();
                });
            }
            Self::Moves(at, to) => {
                let Some(id) = pick(*at) else { return };
                sim.edit_order(store, &id, |order| order["folder_id"] = (*to).into());
            }
            Self::MovesUnseen(at, to) => {
                let Some(id) = pick(*at) else { return };
                sim.edit_order_unseen(store, &id, |order| order["folder_id"] = (*to).into());
            }
            Self::IsEdited(at, quantity) => {
                let Some(id) = pick(*at) else { return };
                sim.edit_order(store, &id, |order| {
                    order["order_items"][0]["quantity"] = (*quantity).into();
                });
            }
            Self::IsDeleted(at) => {
                let Some(id) = pick(*at) else { return };
                sim.delete_order(store, &id);
            }
        }
    }
}
