//! Random orders and random mutations that fit them, grown from a seed.
//!
//! By hand rather than from a strategy per field: an order has so many fields that ten thousand trees of strategies would
//! take minutes. A smaller size is a simpler case, so that failures still shrink.

use proptest::prelude::{Strategy, any};
use serde_json::{Map, Number, Value, json};

use crate::field::{Field, settable};
use crate::item::DELIVERY_TYPE;
use crate::number::is_kept;
use crate::order::fields::{CUSTOMER, PAYMENT_STATUS, RETURN_ADDRESS, SHIPPING};

/// An order and a mutation that fits it, except that it may blank every name or write too many notes.
pub(in crate::order::merge) fn order_and_mutation() -> impl Strategy<Value = (Map<String, Value>, Map<String, Value>)> {
    (1..=MAX_SIZE, any::<u64>()).prop_map(|(size, seed)| {
        let mut dice = Dice {
            size,
            state: seed,
            is_given: false,
        };
        let order = order(&mut dice);
        dice.is_given = true;
        (order, mutation(&mut dice))
    })
}

const MAX_SIZE: usize = 12;

/// SplitMix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number generators", 2014).
struct Dice {
    /// The most members of an object.
    size: usize,
    state: u64,
    /// Whether it is for a caller, whose numbers have to be small enough to be kept, and identifiers one line.
    is_given: bool,
}

impl Dice {
    fn bits(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.state ^ (self.state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, sides: usize) -> usize {
        usize::try_from(self.bits() >> 33).expect("31 bits fit") % sides
    }

    fn one_in(&mut self, sides: usize) -> bool {
        self.below(sides) == 0
    }

    fn pick<T: Copy>(&mut self, among: &[T]) -> T {
        among[self.below(among.len())]
    }

    /// An object of some of these names, in any order.
    fn object(&mut self, names: &[&str], mut value: impl FnMut(&mut Self, &str) -> Value) -> Map<String, Value> {
        let mut object = Map::new();
        for _ in 0..self.below(self.size + 1) {
            let name = self.pick(names);
            if !object.contains_key(name) {
                let value = value(self, name);
                object.insert(name.to_owned(), value);
            }
        }
        object
    }

    fn list(&mut self, most: usize, mut value: impl FnMut(&mut Self) -> Value) -> Value {
        let length = self.below(most + 1);
        (0..length).map(|_| value(self)).collect()
    }
}

const TEXTS: &[&str] = &[
    "",
    "abc",
    "a\u{1}b\u{202e}c",
    "Zoë ☃",
    "\"\\/\u{8}\n\u{1f600}",
    "10.00",
    "null",
    " spaced  out ",
    "Ad\u{200b}a\u{ad} \u{2764}\u{fe0f}\u{fe0f}\u{e0041}",
    "می\u{200c}خواهم 👩\u{200d}🚀",
];

fn text(dice: &mut Dice) -> Value {
    dice.pick(TEXTS).into()
}

/// An identifier, with or without something around it.
fn identifier(dice: &mut Dice) -> Value {
    if dice.is_given {
        dice.pick(&["", "abc", " abc\n", " spaced  out ", "10.00", "Zoë ☃"])
            .into()
    } else {
        text(dice)
    }
}

fn number(dice: &mut Dice) -> Value {
    let number = any_number(dice);
    let is_kept = number.as_number().is_none_or(is_kept);
    if dice.is_given && !is_kept { json!(0.1) } else { number }
}

fn any_number(dice: &mut Dice) -> Value {
    match dice.below(5) {
        0 => json!(dice.below(50)),
        1 => json!(dice.bits().cast_signed()),
        2 => json!(format!("{}.{}", dice.below(20), dice.pick(&["0", "00", "50", "125"]))),
        3 => Number::from_f64(f64::from_bits(dice.bits())).map_or(json!(0.1), Value::Number),
        _ => json!(f64::from(u32::try_from(dice.below(100_000)).expect("small")) / 100.0),
    }
}

/// Keys of maps as orders hold them. A mutation names the second as replies show it.
const STORED_KEYS: &[&str] = &[
    "a",
    "c\u{1}",
    "b",
    "Gift Message",
    "x/y~z",
    "é",
    "w\u{200d}rap",
    "❤\u{fe0f}",
];
const SHOWN_KEYS: &[&str] = &["a", "c", "b", "Gift Message", "x/y~z", "é", "wrap", "❤\u{fe0f}", "new"];

fn plain(dice: &mut Dice) -> Value {
    match dice.below(4) {
        0 => number(dice),
        1 => json!(dice.one_in(2)),
        _ => text(dice),
    }
}

fn anything(dice: &mut Dice, keys: &'static [&'static str], depth: usize) -> Value {
    match dice.below(if depth == 0 { 4 } else { 7 }) {
        0 => json!([]),
        1 => dice.list(3, text),
        2 | 3 => plain(dice),
        _ => Value::Object(dice.object(keys, |dice, _| anything(dice, keys, depth - 1))),
    }
}

/// A map with free keys, in either way of writing an empty one.
fn map(dice: &mut Dice, keys: &'static [&'static str], mut value: impl FnMut(&mut Dice) -> Value) -> Value {
    let map = dice.object(keys, |dice, _| value(dice));
    if map.is_empty() && dice.one_in(2) {
        json!([])
    } else {
        Value::Object(map)
    }
}

/// A value, or now and then null to clear it.
fn or_null(dice: &mut Dice, value: impl FnOnce(&mut Dice) -> Value) -> Value {
    if dice.one_in(5) { Value::Null } else { value(dice) }
}

const TEXT_FIELDS: &[&str] = &[
    "email",
    "shipping_method",
    "customer_id",
    "source_name",
    "cc_exp",
    "fulfillment_id",
    "tag_name",
];
const IDENTIFIERS: &[&str] = &["email", "customer_id", "source_name", "fulfillment_id"];
const NUMBER_FIELDS: &[&str] = &["shipping_total", "tax_total", "processor_balance"];
const ADDRESSES: &[(&str, &[Field])] = &[
    ("shipping", SHIPPING),
    ("customer", CUSTOMER),
    ("return_address", RETURN_ADDRESS),
];
const OTHER_FIELDS: &[&str] = &[
    "payment_status",
    "discount_list",
    "checkout_data",
    "order_metadata",
    "order_notes",
];
const UNDOCUMENTED: &[&str] = &["undocumented", "zeta", "order_history", "tag_color"];
const LINE_FIELDS: &[&str] = &[
    "price",
    "weight",
    "quantity",
    "delivery_type",
    "category_code",
    "variation_list",
    "metadata",
];

fn discounts(dice: &mut Dice) -> Value {
    dice.list(
        2,
        |dice| json!({"name": text(dice), "amount": dice.pick(&["5.00", "0", "2.5"])}),
    )
}

fn notes(dice: &mut Dice) -> Value {
    dice.list(3, |dice| {
        let content = dice.pick(&[
            "Call first",
            "call  FIRST",
            "Gift",
            "a\u{1}b",
            "ab",
            "a\u{200b}b",
            "Fragile\n",
        ]);
        if dice.one_in(2) {
            json!({ "content": content })
        } else {
            json!({"username": "Ada", "content": content})
        }
    })
}

/// Documented and undocumented fields in any order, and three lines of which two share a code.
fn order(dice: &mut Dice) -> Map<String, Value> {
    let addresses: Vec<_> = ADDRESSES.iter().map(|(name, _)| *name).collect();
    let lines = ["order_items", "cc_number_masked", "order_total"];
    let names = [
        TEXT_FIELDS,
        NUMBER_FIELDS,
        &addresses,
        OTHER_FIELDS,
        UNDOCUMENTED,
        &lines,
    ]
    .concat();
    let mut order = dice.object(&names, stored_field);
    if !order.contains_key("order_items") {
        let lines = stored_field(dice, "order_items");
        order.insert("order_items".to_owned(), lines);
    }
    order
}

fn stored_field(dice: &mut Dice, name: &str) -> Value {
    if let Some((_, parts)) = ADDRESSES.iter().find(|(address, _)| *address == name) {
        let mut parts: Vec<_> = settable(parts).collect();
        parts.push("undocumented");
        return dice.object(&parts, |dice, _| text(dice)).into();
    }
    match name {
        "order_items" => ["1", "2", "3"]
            .into_iter()
            .zip(["A", "B", "A"])
            .map(|(id, code)| {
                let names = [LINE_FIELDS, UNDOCUMENTED].concat();
                let mut line = dice.object(&names, stored_line_field);
                line.insert("id".to_owned(), id.into());
                line.insert("code".to_owned(), code.into());
                Value::Object(line)
            })
            .collect(),
        "cc_number_masked" => dice.pick(&["", "xxxxxxxxxxxx1881"]).into(),
        "payment_status" => dice.pick(PAYMENT_STATUS).into(),
        "discount_list" => discounts(dice),
        "order_notes" => notes(dice),
        "checkout_data" => map(dice, STORED_KEYS, plain),
        "order_metadata" => map(dice, STORED_KEYS, |dice| anything(dice, STORED_KEYS, 2)),
        name if IDENTIFIERS.contains(&name) => identifier(dice),
        name if TEXT_FIELDS.contains(&name) => text(dice),
        name if NUMBER_FIELDS.contains(&name) || name == "order_total" => number(dice),
        _ => anything(dice, STORED_KEYS, 2),
    }
}

fn stored_line_field(dice: &mut Dice, name: &str) -> Value {
    match name {
        "price" | "weight" => number(dice),
        "quantity" => dice.below(9).into(),
        "delivery_type" => dice.pick(DELIVERY_TYPE).into(),
        "category_code" => text(dice),
        "variation_list" => map(dice, STORED_KEYS, plain),
        _ => map(dice, STORED_KEYS, |dice| anything(dice, STORED_KEYS, 1)),
    }
}

fn mutation(dice: &mut Dice) -> Map<String, Value> {
    let addresses: Vec<_> = ADDRESSES.iter().map(|(name, _)| *name).collect();
    let names = [
        TEXT_FIELDS,
        NUMBER_FIELDS,
        &addresses,
        OTHER_FIELDS,
        &["order_items", "cc_number"],
    ]
    .concat();
    dice.object(&names, given_field)
}

fn given_field(dice: &mut Dice, name: &str) -> Value {
    if let Some((_, parts)) = ADDRESSES.iter().find(|(address, _)| *address == name) {
        let parts: Vec<_> = settable(parts).collect();
        let part = |dice: &mut Dice| dice.object(&parts, given_part).into();
        // Whoever is in the others is not cleared in one word.
        return if name == "return_address" {
            or_null(dice, part)
        } else {
            part(dice)
        };
    }
    match name {
        "order_items" => given_lines(dice),
        "cc_number" => dice.pick(&[Some("4242"), Some("1881"), None]).into(),
        "payment_status" => dice.pick(PAYMENT_STATUS).into(),
        "discount_list" => or_null(dice, discounts),
        "order_notes" => notes(dice),
        "checkout_data" => or_null(dice, |dice| map(dice, SHOWN_KEYS, |dice| or_null(dice, plain))),
        "order_metadata" => or_null(dice, given_metadata),
        name if IDENTIFIERS.contains(&name) => or_null(dice, identifier),
        name if TEXT_FIELDS.contains(&name) => or_null(dice, text),
        _ => or_null(dice, number),
    }
}

fn given_part(dice: &mut Dice, name: &str) -> Value {
    let is_code = matches!(name, "state" | "postal_code" | "country");
    or_null(dice, if is_code { identifier } else { text })
}

/// Lines to add and to change, no line changed twice: that is refused.
fn given_lines(dice: &mut Dice) -> Value {
    let mut lines = dice.list(3, given_line);
    let mut changed = Vec::new();
    if let Some(lines) = lines.as_array_mut() {
        lines.retain(|line| {
            let id = if line["code"] == "B" {
                json!("2")
            } else {
                line["id"].clone()
            };
            let again = !id.is_null() && changed.contains(&id);
            changed.push(id);
            !again
        });
    }
    lines
}

fn given_line(dice: &mut Dice) -> Value {
    let mut line = dice.object(LINE_FIELDS, |dice, name| match name {
        "price" | "weight" => or_null(dice, number),
        "quantity" => or_null(dice, |dice| dice.below(9).into()),
        "delivery_type" => dice.pick(DELIVERY_TYPE).into(),
        "category_code" => or_null(dice, identifier),
        "variation_list" => or_null(dice, |dice| map(dice, SHOWN_KEYS, |dice| or_null(dice, plain))),
        _ => or_null(dice, given_metadata),
    });
    match dice.below(4) {
        0 => line.extend([("name".to_owned(), json!("Pin"))]),
        1 => line.extend([("name".to_owned(), json!("Pin")), ("code".to_owned(), json!("NEW"))]),
        2 => line.extend([("code".to_owned(), json!("B"))]),
        _ => line.extend([("id".to_owned(), dice.pick(&["1", "2", "3"]).into())]),
    }
    line.into()
}

fn given_metadata(dice: &mut Dice) -> Value {
    map(dice, SHOWN_KEYS, |dice| {
        or_null(dice, |dice| anything(dice, SHOWN_KEYS, 2))
    })
}
