use super::*;

/// What a line is answered with: id, code and the beginning of the reason.
fn refusal(line: &[u8]) -> (Value, i32, String) {
    match read(line) {
        Frame::Refused(Refusal { id, code, reason }) => (id, code.0, reason),
        other => panic!("not refused: {other:?}"),
    }
}

fn call(text: &str) -> Vec<u8> {
    format!(r#"{{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{{"name":"x","arguments":{{"a":{text}}}}}}}"#)
        .into()
}

#[test]
fn a_request_that_cannot_be_read_is_answered_with_its_id() {
    let bytes = [b"{\"id\":\"a\",\"method\":\"ping\",\"x\":\"".as_slice(), b"\xff\"}"].concat();
    let deep = format!("{}{}", "[".repeat(200), "]".repeat(200));
    let flat = format!("[0{}]", ",0".repeat(60_000));
    for (line, id, code, reason) in [
        (
            call(r#""\ud83d""#),
            json!(7),
            -32700,
            "no JSON that can be read: half of a character",
        ),
        (
            call(r#""\ud83dx""#),
            json!(7),
            -32700,
            "no JSON that can be read: half of a character",
        ),
        (
            call(r#""\udc00""#),
            json!(7),
            -32700,
            "no JSON that can be read: half of a character",
        ),
        (
            call("1e999"),
            json!(7),
            -32700,
            "no JSON that can be read: number out of range at line 1 column ",
        ),
        (
            call(&deep),
            json!(7),
            -32600,
            "The message is nested deeper than 64 levels.",
        ),
        (call(&flat), json!(7), -32600, "The message holds more than "),
        (
            call("tru"),
            json!(7),
            -32700,
            "no JSON that can be read: expected ident at line 1 column ",
        ),
        (bytes, json!("a"), -32700, "not UTF-8 at byte 32"),
        (
            br#"{"id":7,"method":"tools/call","params":{"#.into(),
            json!(7),
            -32700,
            "no JSON that can be read: EOF",
        ),
        (
            br#"{"id":7,"method":"ping"}"#.into(),
            json!(7),
            -32600,
            "no JSON-RPC 2.0 message",
        ),
        (
            br#"{"jsonrpc":"1.0","id":7,"method":"ping"}"#.into(),
            json!(7),
            -32600,
            "no JSON-RPC 2.0 message",
        ),
        (
            br#"{"jsonrpc":"2.0","id":1.5,"method":"ping"}"#.into(),
            json!(1.5),
            -32600,
            "no JSON-RPC 2.0 message",
        ),
        (
            br#"{"jsonrpc":"2.0","id":7,"method":"ping","result":{}}"#.into(),
            json!(7),
            -32600,
            "no JSON-RPC",
        ),
        (
            br#"{"jsonrpc":"2.0","id":7}"#.into(),
            json!(7),
            -32600,
            "no JSON-RPC 2.0 message",
        ),
        (
            br#"{"jsonrpc":"2.0","id":7,"id":8,"method":"ping"}"#.into(),
            json!(7),
            -32602,
            "An object has the member \"id\" twice",
        ),
    ] {
        let shown = String::from_utf8_lossy(&line[..line.len().min(80)]).into_owned();
        let told = refusal(&line);
        assert_eq!((&told.0, told.1), (&id, code), "{shown}: {told:?}");
        assert!(told.2.starts_with(reason), "{shown}: {told:?}");
    }
}

#[test]
fn what_has_no_readable_id_is_answered_without() {
    let long = format!(r#"{{"id":"{}","method":"ping"}}"#, "a".repeat(201));
    for (line, code) in [
        ("help", -32700),
        (r#"{"jsonrpc":"#, -32700),
        (r#"{"jsonrpc":"2.0","id":"#, -32700),
        // Whether it is a request cannot be seen any more.
        (r#"{"jsonrpc":"2.0","id":7,"#, -32700),
        (r#"{"x":tru,"id":7,"method":"ping"}"#, -32700),
        (r#"{"foo":"bar"}"#, -32600),
        (r#"[{"jsonrpc":"2.0","id":7,"method":"ping"}]"#, -32600),
        (r#"{"jsonrpc":"2.0","id":null,"method":"ping"}"#, -32600),
        (r#"{"jsonrpc":"2.0","id":{"a":1},"method":"ping"}"#, -32600),
        (&long, -32600),
        ("7", -32600),
    ] {
        let told = refusal(line.as_bytes());
        assert_eq!((&told.0, told.1), (&Value::Null, code), "{line}: {told:?}");
    }
}

#[test]
fn a_refusal_says_nothing_of_what_stood_there() {
    for line in [
        "odmk_secret",
        r#"{"odmk_secret":tru}"#,
        r#"{"id":"#,
        r#"{"method":"odmk_secret","id":[1]}"#,
    ] {
        assert!(!refusal(line.as_bytes()).2.contains("secret"), "{line}");
    }
}

#[test]
fn an_answer_is_never_answered_and_a_notification_neither() {
    let Frame::Message(message) = read(br#"{"jsonrpc":"2.0","id":0,"result":{"a":"\ud83d"}}"#) else {
        panic!("what waits for it is told");
    };
    assert!(matches!(*message, JsonRpcMessage::Error(error) if error.id == Some(RequestId::Number(0))));
    for line in [
        r#"{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":1e999}}"#,
        r#"{"jsonrpc":"2.0","error":{"code":"x"}}"#,
        r#"{"jsonrpc":"1.0","method":"notifications/initialized"}"#,
    ] {
        assert!(
            matches!(read(line.as_bytes()), Frame::LeftOut(_) | Frame::LostAnswer(_)),
            "{line}"
        );
    }
    // Ours, sent back.
    let echoed = read(
        Refusal {
            id: Value::Null,
            code: ErrorCode::PARSE_ERROR,
            reason: String::new(),
        }
        .to_json()
        .to_string()
        .as_bytes(),
    );
    assert!(matches!(echoed, Frame::Message(message) if matches!(*message, JsonRpcMessage::Error(_))));
}

#[test]
fn a_line_that_is_too_long_is_answered_with_the_id_at_its_beginning() {
    let Frame::Refused(refusal) = too_long(
        br#"{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"a":"bc"#,
        10,
    ) else {
        panic!("not refused");
    };
    assert_eq!(
        refusal.to_json(),
        json!({"jsonrpc": "2.0", "id": 7, "error": {"code": -32600, "message": "longer than 10 bytes"}})
    );
}

#[test]
fn a_number_that_would_lose_digits_is_refused_with_the_id() {
    let (id, code, reason) = refusal(&call("0.12345678901234567890123"));
    assert_eq!((id, code), (json!(7), -32602));
    assert!(reason.contains("write it as text"), "{reason}");
    assert!(matches!(
        read(&call("\"0.12345678901234567890123\"")),
        Frame::Message(_)
    ));
}
