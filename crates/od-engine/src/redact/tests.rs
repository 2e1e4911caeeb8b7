use proptest::collection::vec;
use proptest::sample::select;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};

use super::{PERSONAL, SECRET, redact, redact_arguments, redact_text};

const MASTER_KEY: &str = "odmk_Zk3vQ9w1LxT7bRm2YhN8cJf5GpSd0AuEiXoB4tV6KqW";
const BASE64: &str = "q83vEjRWeJq83vASNFZ4mrze8BI0VniavN7wEjRWeJo=";
const HEX: &str = "abcdef1234567890abcdef1234567890abcdef1234567890abcdef1234567890";

#[test]
fn secrets_go_by_the_name_of_their_field() {
    let check = |name: &str, secret: bool| {
        let expected = if secret { "[redacted]" } else { "plain" };
        assert_eq!(redact(&json!({ name: "plain" })), json!({ name: expected }), "{name}");
    };
    for name in [
        "master_key",
        "api_key",
        "API-KEY",
        "apiKey",
        "ApiKey",
        "api key",
        "apikey",
        "ORDERDESK-API-KEY",
        "x_api_key",
        "api_key_ciphertext",
        "api_key_tag",
        "api_key_nonce",
        "data-key-nonce",
        "password",
        "smtp_password",
        "Passwd",
        "token",
        "access_token",
        "accessToken",
        "refresh_token",
        "secret",
        "webhook_secret",
        "client_secret",
        "Authorization",
        "proxy-authorization",
        "Cookie",
        "Set-Cookie",
        "jwt",
        "jwt_secret_key",
        "csrf",
        "csrf_token",
        "kms",
        "MCP_KMS_KEY",
        "private_key",
        "privateKey",
        "code_verifier",
        "cc_number",
    ] {
        check(name, true);
    }
    for name in [
        "order_id",
        "store_id",
        "token_id",
        "max_tokens",
        "tokens_remaining",
        "tag_color",
        "tag",
        "tags",
        "etag",
        "keyword",
        "monkey",
        "secretary",
        "cookie_name",
        "code",
        "author",
        "content",
        "note",
        "shipping_method",
        "cc_number_masked",
        "identifier",
        "status",
        "key",
    ] {
        check(name, false);
    }
}

#[test]
fn personal_data_go_by_the_name_of_their_field() {
    let check = |name: &str, personal: bool| {
        let expected = if personal { "***" } else { "plain" };
        assert_eq!(redact(&json!({ name: "plain" })), json!({ name: expected }), "{name}");
    };
    for name in [
        "first_name",
        "lastName",
        "customer_last_name",
        "shipping_first_name",
        "name",
        "company",
        "address1",
        "shipping_address1",
        "address2",
        "street",
        "phone",
        "customer_phone",
        "PhoneNumber",
        "firstname",
    ] {
        check(name, true);
    }
    for name in [
        "store_name",
        "source_name",
        "folder_name",
        "destination_folder_name",
        "fulfillment_name",
        "address_type",
        "ip_address",
        "city",
        "state",
        "postal_code",
        "country",
        "tool_name",
    ] {
        check(name, false);
    }
}

#[test]
fn masking_reaches_the_bottom_and_keeps_the_structure() {
    let check = |value: Value, expected: Value| assert_eq!(redact(&value).to_string(), expected.to_string());
    check(
        json!({"z": 1, "a": {"token": {"deep": [1]}}, "m": null}),
        json!({"z": 1, "a": {"token": "[redacted]"}, "m": null}),
    );
    check(
        json!({"password": "", "api_key": null, "csrf": true}),
        json!({"password": "", "api_key": null, "csrf": true}),
    );
    check(
        json!([{"phone": 5_550_100}, {"phone": ["1", "2"]}]),
        json!([{"phone": "***"}, {"phone": ["***", "***"]}]),
    );
    check(
        json!({"address": {"address1": "12 Sample Row", "city": "Springtown", "address2": ""}}),
        json!({"address": {"address1": "***", "city": "Springtown", "address2": ""}}),
    );
    check(
        json!({"body": r#"{"api_key":"plain","n":[1.50,{"email":"ada@example.test"}]}"#}),
        json!({"body": r#"{"api_key":"[redacted]","n":[1.5,{"email":"a***@example.test"}]}"#}),
    );
    check(json!({ MASTER_KEY: 1 }), json!({"[redacted]": 1}));
    check(json!({"ada@example.test": 1}), json!({"a***@example.test": 1}));
}

#[test]
fn json_inside_json_inside_json_is_bounded() {
    let mut text = json!({"password": "hunter2"}).to_string();
    for _ in 0..8 {
        text = json!({ "body": text }).to_string();
        assert!(!redact(&json!({ "body": text })).to_string().contains("hunter2"));
    }
    let deep = (0..100).fold(json!({"password": "hunter2"}), |inner, _| json!([inner]));
    assert!(!redact(&deep).to_string().contains("hunter2"));
    let long = format!("{{\"password\":\"hunter2\",\"pad\":\"{}\"}}", "x".repeat(300_000));
    let redacted = redact(&json!({ "body": long })).to_string();
    assert!(
        redacted.len() < 100 && !redacted.contains("hunter2"),
        "{}",
        redacted.len()
    );
}

#[test]
fn secrets_go_by_their_shape() {
    let check = |text: String, expected: &str| assert_eq!(redact_text(&text), expected, "{text}");
    check(MASTER_KEY.to_owned(), "[redacted]");
    check(format!("key {MASTER_KEY} refused"), "key [redacted] refused");
    check(format!("a={},b", &MASTER_KEY[..13]), "a=[redacted],b");
    check(format!("key-{}", &MASTER_KEY[..13]), "[redacted]");
    check(format!("prefix-{MASTER_KEY}"), "[redacted]");
    check(format!("root {BASE64}."), "root [redacted].");
    check(format!("digest {HEX}"), "digest [redacted]");
    check(HEX.to_uppercase(), "[redacted]");
    check(
        "https://x.test/cb?code=Zk3vQ9w1LxT7bRm2YhN8cJf5GpSd0AuE".into(),
        "https://x.test/cb?code=[redacted]",
    );
    check(
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.abc".into(),
        "[redacted].[redacted].abc",
    );
    check("k7f3m9x2q8w1z5r4t6y0p3s8d2g7h1j4".into(), "[redacted]");
    // Without a digit, and with long stretches of one kind, as one key in thousands is.
    check("QKtwHbmadPFNeZRUYGoCALrvrkUBXiagJxnqsTME".into(), "[redacted]");
}

#[test]
fn values_go_after_a_name_that_announces_them() {
    let check = |text: &str, expected: &str| assert_eq!(redact_text(text), expected);
    check("api_key=EXAMPLE-NOT-A-KEY&limit=5", "api_key=[redacted]&limit=5");
    check("ORDERDESK-API-KEY: EXAMPLE-NOT-A-KEY", "ORDERDESK-API-KEY: [redacted]");
    check(
        r#"{"password": "hunter two", "a": 1"#,
        r#"{"password": "[redacted]", "a": 1"#,
    );
    check(
        r#"body "{\"token\":\"short\",\"a\":1}""#,
        r#"body "{\"token\":\"[redacted]\",\"a\":1}""#,
    );
    check("Authorization: Bearer short", "Authorization: [redacted]");
    check("sent Bearer short to", "sent Bearer [redacted] to");
    check("authorization=Basic dXNlcjpwYXNz, x", "authorization=[redacted], x");
    check("first_name: Ada, city: Springtown", "first_name: ***, city: Springtown");
    check("phone=555-0100 name: Main", "phone=*** name: Main");
    check("secret", "secret");
    check("secret=", "secret=");
}

#[test]
fn values_that_look_like_names_do_not_cost_their_length_squared() {
    // Looked through from each name to the end, this would take a minute.
    for name in ["token:", "token=", "bearer:", "password:x,token:"] {
        let text = name.repeat(64 * 1024 / name.len());
        let redacted = redact_text(&text);
        assert!(redacted.len() <= 2 * text.len(), "{name}");
    }
    assert_eq!(redact_text("token:api_key:short"), "token:[redacted]");
    assert_eq!(redact_text("token:password = short"), "token:[redacted] = [redacted]");
    assert_eq!(redact_text("token: 'api_key:short' x"), "token: '[redacted]' x");
}

#[test]
fn addresses_keep_a_letter_and_the_domain() {
    let check = |text: &str, expected: &str| assert_eq!(redact_text(text), expected);
    check("ada@example.test", "a***@example.test");
    check(
        "<ada.quill+shop@mail.example.test>, x@y.zz",
        "<a***@mail.example.test>, x***@y.zz",
    );
    check("zoë@example.test", "z***@example.test");
    check("für élan@example.test", "für é***@example.test");
    check("meet @ noon", "meet @ noon");
    check("user@localhost", "user@localhost");
    check("@handle.test", "@handle.test");
}

#[test]
fn what_is_no_secret_stays_readable() {
    for text in [
        "",
        "Order 80012345 was not found. Nothing was done.",
        "The password reset link and the token were refused",
        "019a2b3c-4d5e-7f60-8a9b-0c1d2e3f4a5b",
        "1Z999AA10123456784",
        "1ZDEMO0000001",
        "9400111899223100001234567890123456",
        "JJD000390007882234567890",
        "LX123456789US",
        "MUG-BLU-XL-2026-LIMITED-EDITION-0042",
        "SummerCollection2026LimitedEdition",
        "order_items_and_more_field_names_in_snake_case_2",
        "https://track.example.test/1ZDEMO0000001",
        "https://img.example.test/Products/Tote2026/FrontViewLarge.png",
        "/api/v2/orders/80012345/order-items/150000301",
        "2026-03-02 14:05:31",
        "2026-03-02T14:05:31.123456Z",
        "WEB-10042",
        "C-3391",
        "Donaudampfschifffahrtsgesellschaftskapitän",
        "GoogleShoppingActionsMarketplaceIntegration",
        "/mutation/order_items/0/variation_list",
        "SPRING5",
        "tx_demo_5512",
        "\u{1F469}\u{200D}\u{1F680} 北京 Zoë",
        "0123456789012345678901234567890123456789",
    ] {
        assert_eq!(redact_text(text), text);
        assert_eq!(redact(&json!({ "content": text })), json!({ "content": text }));
    }
}

#[test]
fn nearly_every_random_key_is_recognised() {
    const KEYS: usize = 2000;
    const HEX_DIGITS: &str = "0123456789abcdef";
    const SMALL: &str = "abcdefghijklmnopqrstuvwxyz";
    const CAPITALS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    const DIGITS: &str = "0123456789";
    let check = |alphabet: String, length: usize, of_a_thousand: usize| {
        let mut runner = TestRunner::deterministic();
        let letters = select(alphabet.chars().collect::<Vec<_>>());
        let keys = vec(letters, length).prop_map(String::from_iter);
        let missed = (0..KEYS)
            .map(|_| keys.new_tree(&mut runner).unwrap().current())
            .filter(|key| redact_text(&format!("the key {key} is wrong")).contains(key.as_str()))
            .count();
        assert!(
            missed * 1000 <= KEYS * of_a_thousand,
            "{alphabet} x {length}: {missed} of {KEYS} stayed readable"
        );
    };
    check(format!("{SMALL}{CAPITALS}{DIGITS}+/"), 43, 5);
    check(format!("{SMALL}{CAPITALS}{DIGITS}-_"), 43, 5);
    check(format!("{SMALL}{CAPITALS}{DIGITS}"), 40, 1);
    check(format!("{SMALL}{CAPITALS}"), 40, 10);
    check(HEX_DIGITS.to_owned(), 64, 5);
    check(format!("{SMALL}{DIGITS}"), 48, 5);
}

#[test]
fn of_arguments_go_the_texts_that_people_write_and_search_for() {
    let arguments = json!({
        "order_id": "80012402", "content": "Call Nils at +354 555 1234", "search": "Abernathy", "status": "open",
        "operations": [{ "op": "add_note", "content": "for Nils" }, { "op": "move_folder", "folder": "Prepared" }],
        "mutation": { "shipping": { "city": "Akureyri", "country": "IS" }, "gift_message": "Dear Nils" },
        "rows": "Order,Name,Phone,Tracking\n1001,Nils,+354 555 1234,1Z02WDG10356303923\n",
    });
    let expected = json!({
        "order_id": "80012402", "content": "***", "search": "***", "status": "open",
        "operations": [{ "op": "add_note", "content": "***" }, { "op": "move_folder", "folder": "Prepared" }],
        "mutation": { "shipping": { "city": "***", "country": "IS" }, "gift_message": "***" },
        "rows": "***",
    });
    assert_eq!(redact_arguments(&arguments), expected);
    assert_eq!(
        redact(&json!({ "message": "call" })),
        json!({ "message": "call" }),
        "of the log's own line"
    );
}

#[test]
fn what_listings_print_of_a_key_stays_readable() {
    let prefix = &MASTER_KEY[..12];
    for text in [
        format!("Key {prefix} is the last one"),
        format!("Token \"{prefix}\" was not found"),
        format!("key-{prefix}"),
        "odpt_Ab3dE6g".to_owned(),
    ] {
        assert_eq!(redact_text(&text), text);
    }
    let told = redact(&json!({ "prefix": prefix }));
    assert_eq!(told["prefix"], prefix);
}

#[test]
fn what_stands_under_a_merchants_own_keys_is_masked_in_arguments() {
    let given = json!({
        "order_items": [{ "name": "Mug", "variation_list": { "Engraving": "For Ada" }, "metadata": { "child": "Ada", "n": 3 } }],
        "mutation": { "checkout_data": { "Door": ["second", { "bell": "Doe" }] }, "order_metadata": {} },
        "ops": [{ "op": "set_order_metadata", "values": { "passport": "C01X00T47", "api_key": "k", "gone": null } }],
    });
    let personal = PERSONAL;
    assert_eq!(
        redact_arguments(&given),
        json!({
            "order_items": [{
                "name": personal, "variation_list": { "Engraving": personal }, "metadata": { "child": personal, "n": personal },
            }],
            "mutation": { "checkout_data": { "Door": [personal, { "bell": personal }] }, "order_metadata": {} },
            "ops": [{ "op": "set_order_metadata", "values": { "passport": personal, "api_key": SECRET, "gone": null } }],
        })
    );
    assert_eq!(
        redact(&json!({ "metadata": { "child": 3 } })),
        json!({ "metadata": { "child": 3 } })
    );
    let order =
        json!({ "ip_address": "192.0.2.180", "cc_exp": "04/2029", "cc_number_masked": "xxxx5429", "customer_id": "7" });
    assert_eq!(
        redact_arguments(&order),
        json!({ "ip_address": personal, "cc_exp": personal, "cc_number_masked": personal, "customer_id": "7" })
    );
}
