use serde_json::{Value, json};

use super::{hash, php_json};

#[test]
fn the_hash_is_hmac_sha256_in_hex() {
    // RFC 4231, test case 2.
    let expected = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
    assert_eq!(hash("Jefe", "what do ya want for nothing?"), expected);
}

#[test]
fn json_is_escaped_as_php_does_and_still_says_the_same() {
    let order = json!({ "url": "https://a.test/b", "name": "Zoë 🎁", "quote": "\"\\/" });
    let text = php_json(&order);
    assert_eq!(
        text,
        r#"{"url":"https:\/\/a.test\/b","name":"Zo\u00eb \ud83c\udf81","quote":"\"\\\/"}"#
    );
    assert_eq!(serde_json::from_str::<Value>(&text).expect("valid JSON"), order);
}
