use serde_json::json;

use super::*;

fn settings(store: Value) -> StoreSettings {
    let envelope = Map::from_iter([("status".to_owned(), json!("success")), ("store".to_owned(), store)]);
    StoreSettings::from_envelope(sieve(envelope)).expect("a store")
}

#[test]
fn secrets_do_not_pass() {
    let got = settings(json!({
        "id": 90001, "name": "Sample Goods", "api_key": "EXAMPLE-NOT-A-KEY",
        "settings": {
            "timezone": "America/Denver", "orders_per_page": 50, "api_key": "EXAMPLE-NOT-A-KEY",
            "smtp_host": "mail", "smtp_port": "25", "smtp_username": "user", "smtp_password": "pass",
            "smtp_encryption": "tls", "smtp_headers": "X", "future_setting": "pass",
            "shipping_methods": [{"name": "Ground", "carrier_api_key": "pass", "login": {"Password": "pass"}}],
        },
        "folders": {"71001": "New", "71002": "Prepared"},
    }));
    assert_eq!(got.id, "90001");
    assert_eq!(got.name, "Sample Goods");
    let expected = json!({
        "timezone": "America/Denver", "orders_per_page": 50,
        "shipping_methods": [{"name": "Ground", "login": {}}],
    });
    assert_eq!(Value::Object(got.settings), expected);
}

#[test]
fn folders_keep_their_order_in_every_shape() {
    let check = |folders: Value, expected: &[(&str, &str)]| {
        let got = settings(json!({"id": "1", "name": "x", "folders": folders}));
        let got: Vec<(&str, &str)> = got.folders.iter().map(|f| (f.id.as_str(), f.name.as_str())).collect();
        assert_eq!(got, expected);
    };
    check(json!({"9": "Z", "1": "A"}), &[("9", "Z"), ("1", "A")]);
    check(json!([]), &[]);
    check(json!(null), &[]);
    check(
        json!([{"id": 9, "name": "Z"}, {"id": "1", "name": "A"}, "odd"]),
        &[("9", "Z"), ("1", "A")],
    );
}

#[test]
fn a_reply_without_a_store_is_an_error() {
    assert!(StoreSettings::from_envelope(sieve(Map::new())).is_err());
}
