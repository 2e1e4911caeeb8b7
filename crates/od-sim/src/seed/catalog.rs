//! What the shops sell.

use serde_json::{Map, Value};

use crate::kind::ShopKind;

pub(crate) struct Product {
    pub(super) code: &'static str,
    pub(super) name: &'static str,
    pub(super) price: f64,
    pub(super) cost: f64,
    pub(super) weight: f64,
    pub(super) variation: Option<(&'static str, &'static str)>,
    pub(super) location: &'static str,
    pub(super) manufacturer_sku: Option<&'static str>,
}

impl Product {
    pub(crate) fn variations(&self) -> Value {
        let pairs = self
            .variation
            .iter()
            .map(|(key, value)| ((*key).to_owned(), Value::from(*value)));
        Value::Object(pairs.collect::<Map<_, _>>())
    }
}

pub(crate) fn of(kind: ShopKind) -> &'static [Product] {
    match kind {
        ShopKind::PrintOnDemand => &PRINTED,
        ShopKind::Outlet => &OUTLET,
        ShopKind::Empty => &[],
    }
}

const fn printed(
    code: &'static str,
    name: &'static str,
    price: f64,
    cost: f64,
    weight: f64,
    variation: (&'static str, &'static str),
) -> Product {
    Product {
        code,
        name,
        price,
        cost,
        weight,
        variation: Some(variation),
        location: "Print Partner",
        manufacturer_sku: None,
    }
}

const fn shelved(code: &'static str, name: &'static str, price: f64, cost: f64, weight: f64) -> Product {
    let manufacturer_sku = Some(code);
    Product {
        code,
        name,
        price,
        cost,
        weight,
        variation: None,
        location: "Main Warehouse",
        manufacturer_sku,
    }
}

static PRINTED: [Product; 18] = [
    printed("MUG-BLU-11", "Enamel Mug, Blue", 14.5, 5.1, 0.7, ("Color", "Blue")),
    printed("MUG-CRM-11", "Enamel Mug, Cream", 14.5, 5.1, 0.7, ("Color", "Cream")),
    printed("MUG-CER-15", "Ceramic Mug 15 oz", 16.95, 4.8, 1.1, ("Size", "15 oz")),
    printed("TEE-HTR-S", "Heather Tee", 24.0, 8.25, 0.4, ("Size", "S")),
    printed("TEE-HTR-M", "Heather Tee", 24.0, 8.25, 0.4, ("Size", "M")),
    printed("TEE-HTR-L", "Heather Tee", 24.0, 8.25, 0.4, ("Size", "L")),
    printed("TEE-BLK-XL", "Black Tee", 22.0, 7.4, 0.4, ("Size", "XL")),
    printed("HOOD-NVY-M", "Navy Hoodie", 48.0, 19.9, 1.4, ("Size", "M")),
    printed("HOOD-NVY-L", "Navy Hoodie", 48.0, 19.9, 1.4, ("Size", "L")),
    printed("TOTE-01", "Canvas Tote", 20.0, 6.15, 0.7, ("Print", "Fern")),
    printed("POST-A2", "Art Poster A2", 32.5, 9.0, 0.5, ("Paper", "Matte 200 g")),
    printed("POST-A3", "Art Poster A3", 21.0, 5.5, 0.3, ("Paper", "Matte 200 g")),
    printed("STK-SET", "Sticker Set, 8 pieces", 6.0, 1.2, 0.05, ("Finish", "Gloss")),
    printed("PHN-CASE-14", "Phone Case", 19.0, 6.6, 0.2, ("Model", "14")),
    printed("NOTE-DOT", "Dotted Notebook", 13.25, 4.05, 0.6, ("Ruling", "Dots")),
    printed(
        "PUZ-500",
        "Photo Puzzle, 500 pieces",
        29.0,
        10.4,
        1.3,
        ("Pieces", "500"),
    ),
    printed("PIL-45", "Cushion Cover 45 cm", 27.5, 9.9, 0.5, ("Backing", "Linen")),
    printed(
        "CARD-THX",
        "Thank-you Cards, 10",
        9.75,
        2.1,
        0.25,
        ("Envelopes", "Kraft"),
    ),
];

static OUTLET: [Product; 12] = [
    shelved("OUT-LAMP-02", "Desk Lamp, Brass (open box)", 31.0, 14.0, 3.2),
    shelved("OUT-BOWL-6", "Stoneware Bowls, set of 6", 27.0, 11.5, 6.4),
    shelved("OUT-KETT", "Whistling Kettle", 22.5, 9.0, 2.1),
    shelved("OUT-THROW", "Wool Throw, 2nd choice", 39.0, 18.0, 2.6),
    shelved("OUT-CLOCK", "Kitchen Clock", 17.0, 6.0, 1.5),
    shelved("OUT-TRAY", "Oak Tray", 19.99, 7.25, 1.9),
    shelved("OUT-VASE-S", "Bud Vase", 8.0, 2.4, 0.8),
    shelved("OUT-VASE-L", "Floor Vase", 44.0, 20.0, 9.5),
    shelved("OUT-CAND-3", "Beeswax Candles, 3", 12.0, 4.4, 0.9),
    shelved("OUT-HOOK", "Iron Coat Hooks, 4", 15.5, 5.3, 2.2),
    shelved("OUT-RUG-60", "Jute Rug 60x90", 25.0, 10.0, 4.7),
    shelved("OUT-JAR", "Preserving Jars, 12", 18.0, 8.1, 7.8),
];
