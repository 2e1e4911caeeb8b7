//! An order as Order Desk sends one, for tests.

use serde_json::{Map, Value};

/// The members of an object literal.
pub(crate) fn map(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        other => panic!("not an object: {other}"),
    }
}

/// Two lines, a note, a discount, both ways of writing empty and filled maps, and a field nobody documents.
pub(crate) fn order() -> Map<String, Value> {
    map(serde_json::from_str(ORDER).expect("the sample is JSON"))
}

const ORDER: &str = r#"{
    "id": "80012345",
    "email": "ada@example.test",
    "shipping_method": "Standard Ground",
    "quantity_total": 3,
    "weight_total": 2.1,
    "product_total": 54.5,
    "shipping_total": 6.95,
    "handling_total": 0,
    "tax_total": 4.36,
    "discount_total": 5,
    "order_total": 60.81,
    "cc_number_masked": "xxxxxxxxxxxx1881",
    "cc_exp": "09/2031",
    "payment_status": "Captured",
    "processor_balance": 60.81,
    "customer_id": "C-3391",
    "email_count": "2",
    "source_name": "Shopify",
    "source_id": "WEB-10042",
    "gift_wrap_style": {"paper": "stars", "ribbon": 2.50},
    "folder_id": 71001,
    "date_added": "2026-03-02 14:05:31",
    "date_updated": "2026-03-02 14:09:02",
    "shipping": {
        "first_name": "Ada", "last_name": "Quill", "company": "", "address1": "12 Sample Row", "address2": "Unit\u0007 4",
        "address3": "", "address4": "", "city": "Springtown", "state": "OR", "postal_code": "97999",
        "country": "US", "phone": "555-0100"
    },
    "customer": {
        "first_name": "Ada", "last_name": "Quill", "company": "", "address1": "12 Sample Row", "address2": "",
        "city": "Springtown", "state": "OR", "postal_code": "97999", "country": "US", "phone": "555-0100"
    },
    "checkout_data": {"Gift Message": "Enjoy!", "Wrap": "yes"},
    "order_metadata": [],
    "discount_list": [{"name": "Spring", "code": "SPRING5", "amount": "5.00"}],
    "order_notes": [
        {"date_added": "2026-03-02 14:09:02", "username": "Desk Agent", "content": "Leave at the back door"}
    ],
    "order_items": [
        {
            "id": "301", "name": "Enamel Mug", "price": 14.5, "quantity": 1, "weight": 0.7, "code": "MUG",
            "delivery_type": "ship", "category_code": "DEFAULT", "variation_list": {"Color": "Blue"}, "metadata": []
        },
        {
            "id": "302", "name": "Canvas Tote", "price": "20.00", "quantity": 2, "weight": 0.7, "code": "TOTE",
            "delivery_type": "ship", "category_code": "DEFAULT", "variation_list": [],
            "metadata": {"image": "https://img.example.test/tote.png"}, "bin": "A-7"
        }
    ],
    "order_shipments": []
}"#;
