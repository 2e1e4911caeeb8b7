//! An order as a sales channel posts it.

use serde_json::{Value, json};

use super::catalog::Product;
use super::literal::record;
use super::people::{self, Person};
use crate::dice::Dice;
use crate::kind::ShopKind;
use crate::model::fields::{self, Record};

/// Who carries parcels: the carrier, the service, and how its numbers begin.
pub(crate) const CARRIERS: [(&str, &str, &str); 4] = [
    ("USPS", "Ground Advantage", "9400DEMO"),
    ("UPS", "Ground", "1ZDEMO"),
    ("FedEx", "Home Delivery", "7712DEMO"),
    ("DHL", "Express Worldwide", "JD01DEMO"),
];

/// The body of a `POST /orders`. `number` is the id that it will get.
pub(crate) fn order(number: u64, products: &[Product], kind: ShopKind, dice: &mut Dice, added: &str) -> Record {
    let person = people::person(dice.below(people::COUNT));
    let (source_name, source_id) = source(kind, number, dice);
    let lines = 1 + dice.below(3);
    let items: Vec<Value> = (0..lines)
        .map(|_| line(dice.pick(products), kind, number, dice))
        .collect();
    let products_total: f64 = items
        .iter()
        .map(|item| fields::amount(&item["price"]) * fields::amount(&item["quantity"]))
        .sum();
    let shipping_total = *dice.pick(&[0.0, 4.95, 6.95, 12.5]);
    let tax = if person.country == "US" {
        products_total * 0.08
    } else {
        0.0
    };

    let mut order = json!({
        "source_name": source_name, "source_id": source_id, "date_added": added,
        "email": person.email(), "shipping_method": *dice.pick(&["Standard Ground", "Standard Ground", "Express"]),
        "shipping_total": shipping_total, "handling_total": 0, "tax_total": fields::decimal(tax, 2),
        "customer_id": format!("C-{}", 3000 + dice.below(900)), "ip_address": format!("192.0.2.{}", 1 + dice.below(250)),
        "customer": address(&person), "shipping": address(&person), "order_items": items,
    });
    pay(&mut order, dice);
    if dice.percent(25) {
        order["discount_list"] = json!([{ "name": "Spring", "code": "SPRING5", "amount": "5.00" }]);
    }
    if dice.percent(30) {
        order["checkout_data"] = json!({ "Gift Message": *dice.pick(&people::GIFT_MESSAGES), "Gift Wrap": "Yes" });
    }
    if kind == ShopKind::PrintOnDemand && dice.percent(60) {
        order["order_metadata"] = json!({ "print_batch": 400 + dice.below(40), "artwork_status": "approved" });
    }
    if dice.percent(20) {
        let note = *dice.pick(&people::NOTES);
        order["order_notes"] = json!([{ "date_added": added, "username": "Desk Agent", "content": note }]);
    }
    record(order)
}

fn address(person: &Person) -> Value {
    json!({
        "first_name": person.first, "last_name": person.last, "company": person.company,
        "address1": person.address1, "address2": person.address2, "city": person.city, "state": person.state,
        "postal_code": person.postal_code, "country": person.country, "phone": person.phone
    })
}

fn source(kind: ShopKind, number: u64, dice: &mut Dice) -> (&'static str, String) {
    let tail = number % 100_000;
    let names: &[&str] = match kind {
        ShopKind::Outlet => &["WooCommerce", "eBay"],
        _ => &["Shopify", "Shopify", "Etsy", "Amazon", "TikTok Shop US", "Order Desk"],
    };
    let name = *dice.pick(names);
    let id = match name {
        "Shopify" => format!("WEB-{tail}"),
        "Etsy" => format!("32018{tail:05}"),
        "Amazon" => format!("114-39{tail:05}-8{:06}", dice.below(1_000_000)),
        "TikTok Shop US" => format!("57694312{tail:010}"),
        "eBay" => format!("04-{tail:05}-1{:04}", dice.below(10_000)),
        _ => number.to_string(),
    };
    (name, id)
}

fn line(product: &Product, kind: ShopKind, number: u64, dice: &mut Dice) -> Value {
    let mut item = json!({
        "name": product.name, "code": product.code, "quantity": *dice.pick(&[1, 1, 1, 2, 3]), "price": product.price,
        "weight": product.weight, "delivery_type": "ship", "category_code": "DEFAULT",
        "variation_list": product.variations()
    });
    if kind == ShopKind::PrintOnDemand {
        let file = format!("https://img.example.test/art/{number}/{}", product.code.to_lowercase());
        item["metadata"] = json!({
            "image": format!("{file}.jpg"), "print_sku": format!("PP-{}", product.code),
            "print_url_1": format!("{file}-front.png"), "print_location_1": "front"
        });
        if dice.percent(20) {
            item["metadata"]["print_url_2"] = format!("{file}-back.png").into();
            item["metadata"]["print_location_2"] = "back".into();
        }
    }
    item
}

fn pay(order: &mut Value, dice: &mut Dice) {
    let kind = *dice.pick(&["Visa", "MasterCard", "PayPal", "Visa"]);
    order["payment_type"] = kind.into();
    order["processor_response"] = format!("ExampleGateway: tx_demo_{:04}", dice.below(10_000)).into();
    if kind != "PayPal" {
        order["cc_number"] = format!("{:04}", dice.below(10_000)).into();
        order["cc_exp"] = format!("{:02}/{}", 1 + dice.below(12), 2027 + dice.below(5)).into();
    }
}
