use od_vault::WebhookKey;
use secrecy::SecretString;

use super::payload::{Format, Post, json, order, signed};
use super::refused::{OUTCOMES, Refused};
use crate::scope::{ClientInfo, RequestId};

fn post(format: Format, body: &[u8]) -> Post<'_> {
    Post {
        format,
        body,
        store_id: None,
        hash: None,
        request_id: RequestId::generate(),
        client: ClientInfo::default(),
    }
}

#[test]
fn the_json_of_a_form_is_decoded_byte_for_byte() {
    fn check(form: &[u8], expected: Option<&[u8]>) {
        assert_eq!(
            json(&post(Format::Form, form)).as_deref(),
            expected,
            "{}",
            form.escape_ascii()
        );
    }
    check(b"order=%7B%22id%22%3A1%7D", Some(b"{\"id\":1}"));
    check(b"rule=7&order=a+b%2Bc%2fd&order=second", Some(b"a b+c/d"));
    // What is no UTF-8 stays what it is, and what is no code stands for itself.
    check(b"order=%ff%C3%zz%4", Some(b"\xff\xc3%zz%4"));
    check(b"order=", Some(b""));
    for without in [b"".as_slice(), b"orders=1", b"order", b"Order=1"] {
        check(without, None);
    }
    let body = b"order=%7B";
    assert_eq!(json(&post(Format::Json, body)).as_deref(), Some(body.as_slice()));
}

#[test]
fn an_order_is_found_in_every_payload() {
    fn check(json: &str, expected: Option<&str>) {
        let found = order(json.as_bytes());
        assert_eq!(found.as_ref().map(od_client::OrderId::as_str), expected, "{json}");
    }
    check(r#"{"id":"80012345","email":"a"}"#, Some("80012345"));
    check(r#"{"id":80012345}"#, Some("80012345"));
    check(
        r#"{"shipment":{"id":"1","order_id":"2"},"order":{"id":"3"}}"#,
        Some("3"),
    );
    check(r#"{"shipment":{"id":"1","order_id":"2"},"order":{}}"#, Some("2"));
    check(r#"{"id":"4","order":"A-1","shipment":null}"#, Some("4"));
    check(
        r#"{"order":[1,{"id":"5"}],"shipment":7.5,"id":"4","x":{"id":"6"}}"#,
        Some("4"),
    );
    check(r#"{"order":{"id":["5"],"x":[[{}]]},"id":"4"}"#, Some("4"));
    for none in [
        r#"{"shipment":{"id":"1"}}"#,
        r#"{"id":"../store"}"#,
        r#"{"id":1.5}"#,
        "7",
        "{",
        r#"{"id":[1]}"#,
    ] {
        check(none, None);
    }
}

#[test]
fn what_was_signed_is_told_by_its_hash() {
    let key = WebhookKey::of_api_key(&SecretString::from("key"));
    // Computed with Python's hmac.
    let plain = "22be10219162084604212df89a0f91ca3dbf144e3ae0c60fdb7ee7bf82f90e71";
    let spaced = "cfae67f031d2e82f69d1aa5012273faf883cc4b841b17ce2e76fa000d19fce5f";
    assert_eq!(signed(b"a+b", plain, &key).as_deref(), Some(b"a+b".as_slice()));
    assert_eq!(signed(b"a+b", spaced, &key).as_deref(), Some(b"a b".as_slice()));
    assert_eq!(signed(b"a b", plain, &key), None, "no way back");
}

#[test]
fn every_refusal_is_counted_under_its_own_name() {
    let all = [
        Refused::UnknownAddress,
        Refused::TooLarge,
        Refused::WrongType,
        Refused::Unproven,
        Refused::ForeignStore,
        Refused::Unusable,
        Refused::Limited {
            retry_after: std::time::Duration::from_secs(3),
        },
        Refused::Failed(crate::Error::ShuttingDown),
    ];
    let names: Vec<&str> = all.iter().map(|refused| OUTCOMES[refused.place()]).collect();
    assert_eq!(names, OUTCOMES[2..]);
}
