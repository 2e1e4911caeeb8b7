use serde_json::json;

use super::*;

fn raw(status: u16, body: impl Into<Vec<u8>>) -> Raw {
    Raw {
        status,
        tokens_remaining: None,
        retry_after: None,
        body: body.into(),
    }
}

fn judged(status: u16, body: impl Into<Vec<u8>>) -> Result<Map<String, Value>, Error> {
    judge(&raw(status, body), &SecretString::from("k3y-of-the-store"), false)
}

fn check(status: u16, body: &str, expected: Error) {
    assert_eq!(judged(status, body), Err(expected), "{status} {body}");
}

fn rejected(status: u16, message: &str, errors: Option<Value>) -> Error {
    Error::Rejected {
        status,
        message: message.to_owned(),
        errors,
    }
}

fn server(status: u16, excerpt: &str) -> Error {
    Error::Server {
        status,
        excerpt: excerpt.to_owned(),
    }
}

fn unreadable(excerpt: &str) -> Error {
    Error::Undecodable {
        excerpt: excerpt.to_owned(),
    }
}

#[test]
fn any_2xx_with_an_object_is_a_success() {
    for status in [200, 201, 202] {
        let object = judged(status, r#"{"status":"success","execution_time":"0.04 seconds","x":[]}"#);
        assert_eq!(object.map(|object| object["x"].clone()), Ok(json!([])));
    }
    assert!(
        judged(200, r#"{"message":"Execution took 0.02 seconds"}"#).is_ok(),
        "replies of 2018 lack the status"
    );
}

#[test]
fn a_success_can_say_no() {
    check(
        200,
        r#"{"status":"error","message":"Shipment Not Added"}"#,
        rejected(200, "Shipment Not Added", None),
    );
    check(201, r#"{"status":"ERROR"}"#, rejected(201, "no reason given", None));
}

#[test]
fn errors_are_read_from_the_body() {
    let body = r#"{"status":"error","message":"Order Not Added","errors":["k3y-of-the-store is missing"]}"#;
    check(
        400,
        body,
        rejected(400, "Order Not Added", Some(json!(["[key] is missing"]))),
    );
    check(422, r#"{"error":"no"}"#, rejected(422, "no", None));
    check(
        405,
        "<h1>Method Not Allowed</h1>",
        rejected(405, "Method Not Allowed", None),
    );
    check(
        409,
        r#"{"message":"changed"}"#,
        Error::Conflict {
            status: 409,
            message: "changed".to_owned(),
        },
    );
    check(
        412,
        "",
        Error::Conflict {
            status: 412,
            message: "(an empty body)".to_owned(),
        },
    );
    check(401, "anything", Error::Unauthorized);
    check(403, "{}", Error::Unauthorized);
    check(404, "<html>", Error::NotFound);
    check(500, r#"{"message":"Oops"}"#, server(500, "Oops"));
    check(
        502,
        "<html><title>502 Bad Gateway</title>",
        server(502, "502 Bad Gateway"),
    );
}

#[test]
fn a_redirect_is_refused() {
    for status in [301, 302, 307, 308] {
        assert!(matches!(judged(status, ""), Err(Error::Rejected { status: got, .. }) if got == status));
    }
}

#[test]
fn a_refusal_carries_its_pause() {
    check(
        429,
        "",
        Error::RateLimited {
            retry_after: Duration::from_secs(1),
        },
    );
    let told = Raw {
        retry_after: Some(Duration::from_millis(350)),
        ..raw(429, "<html>")
    };
    let judged = judge(&told, &SecretString::from("k"), false);
    assert_eq!(
        judged,
        Err(Error::RateLimited {
            retry_after: Duration::from_millis(350)
        })
    );
}

#[test]
fn what_is_not_the_expected_json_is_said() {
    check(200, "", unreadable("(an empty body)"));
    check(200, "[1]", unreadable("JSON, but not an object"));
    check(
        200,
        r#"{"status":"success","order":{"id":"8"#,
        unreadable("(JSON that is cut off or broken, 36 bytes)"),
    );
    check(
        200,
        "<html><body>Log in k3y-of-the-store</body>",
        unreadable("Log in [key]"),
    );
}

#[test]
fn a_reply_of_too_many_values_is_refused_before_it_is_built() {
    let listing = |many: usize| format!(r#"{{"x":[{}]}}"#, vec!["0"; many].join(","));
    // The object, the name and the list count too.
    assert_eq!(bounds::exceeded(listing(bounds::MOST_VALUES - 3).as_bytes()), None);
    let refused = unreadable("JSON of more than 2000000 values");
    check(200, &listing(bounds::MOST_VALUES - 2), refused);
    let text = format!(r#"{{"x":"{}"}}"#, "0,[{\\\"".repeat(1_000_000));
    assert!(judged(200, text).is_ok(), "what stands in a text is one value");
}

#[test]
fn nesting_is_limited_before_parsing() {
    let nested = |levels: usize| format!(r#"{{"x":{}{}}}"#, "[".repeat(levels - 1), "]".repeat(levels - 1));
    assert!(judged(200, nested(64)).is_ok());
    let refused = unreadable("JSON nested deeper than 64 levels");
    check(200, &nested(65), refused.clone());
    check(200, &"[".repeat(1_000_000), refused);
    assert!(
        judged(200, format!(r#"{{"x":"{} \" {}"}}"#, "[".repeat(100), "{".repeat(100))).is_ok(),
        "text is text"
    );
}

#[test]
fn numbers_and_order_of_keys_survive() {
    let text = r#"{"z":0.1,"a":12345678901234567890,"m":1.0,"b":5,"c":1e2}"#;
    let object = judged(200, text).expect("JSON");
    assert_eq!(
        serde_json::to_string(&object).expect("JSON"),
        text.replace("1e2", "100.0")
    );
}

#[test]
fn order_desk_is_told_from_whoever_else_refuses() {
    const OWN: &str = r#"{"status":"error","message":"Invalid store id or API key"}"#;
    for status in [200, 400, 401, 403, 405, 407, 409, 429] {
        assert_eq!(recognise(&raw(status, OWN)), Ok(()), "{status}");
        for body in ["<h1>No</h1>", "", "[]", r#"{"error":"no"}"#, r#"{"status":401}"#] {
            let Err(Error::Rejected { status: told, .. }) = recognise(&raw(status, body)) else {
                panic!("{status} {body} is taken for Order Desk")
            };
            assert_eq!(told, status, "{body}");
        }
    }
    assert_eq!(recognise(&raw(404, OWN)), Err(Error::NotFound));
    assert!(matches!(recognise(&raw(503, OWN)), Err(Error::Server { .. })));
    assert!(matches!(
        recognise(&raw(302, OWN)),
        Err(Error::Rejected { status: 302, .. })
    ));
}

#[test]
fn members() {
    let envelope = |value: Value| Map::from_iter([("x".to_owned(), value)]);
    assert_eq!(
        take_object(envelope(json!({"a": 1})), "x"),
        Ok(Map::from_iter([("a".to_owned(), json!(1))]))
    );
    assert_eq!(take_object(envelope(json!([])), "x"), Ok(Map::new()));
    assert!(take_object(envelope(json!([1])), "x").is_err());
    assert!(take_object(envelope(json!({})), "y").is_err());
    assert_eq!(take_objects(&mut envelope(json!([])), "x"), Ok(vec![]));
    assert!(take_objects(&mut envelope(json!([1])), "x").is_err());
    assert!(take_objects(&mut envelope(json!(null)), "x").is_err());
}
