//! Lines that are no messages, and the ends of input.

use od_mcp::{StdioOptions, StdioSession, serve_on};
use serde_json::{Value, json};
use tokio::io::{AsyncWriteExt, split};
use tokio_util::sync::CancellationToken;

use super::Client;
use crate::support::{House, state_key};

#[tokio::test]
async fn what_cannot_be_read_is_answered_and_the_session_goes_on() {
    let house = House::open().await;
    let mut client = Client::connect(&house, StdioSession::new(StdioOptions::default()));
    let stray = json!({"jsonrpc": "2.0", "method": "notifications/initialized"});
    client.send(stray).await;
    client.writer.write_all(b"help\n").await.expect("written");
    let refused = client.receive().await;
    assert_eq!(
        (&refused["id"], &refused["error"]["code"]),
        (&Value::Null, &json!(-32700)),
        "{refused}"
    );
    assert!(
        refused.as_object().expect("an object").contains_key("id"),
        "null, not left out"
    );
    client.initialize().await;
    for (line, id, code) in [
        (
            r#"{"jsonrpc":"2.0","id":"a","method":"tools/call","params":{"name":"\ud83d"}}"#,
            json!("a"),
            -32700,
        ),
        (
            r#"{"jsonrpc":"2.0","id":50,"method":"tools/call","params":{"name":1e999}}"#,
            json!(50),
            -32700,
        ),
        (
            r#"{"jsonrpc":"2.0","id":51,"method":"tools/call","params":{"name":[}}"#,
            json!(51),
            -32700,
        ),
        (r#"{"id":52,"method":"tools/list"}"#, json!(52), -32600),
        (
            r#"{"jsonrpc":"2.0","id":53,"method":"tools/call","params":7}"#,
            json!(53),
            -32600,
        ),
        (r#"{"jsonrpc":"2.0","id":54,"method":"no/such"}"#, json!(54), -32601),
    ] {
        client
            .writer
            .write_all(format!("{line}\r\n").as_bytes())
            .await
            .expect("written");
        let refused = client.receive().await;
        assert_eq!(
            (&refused["id"], &refused["error"]["code"]),
            (&id, &json!(code)),
            "{line}: {refused}"
        );
    }
    let mut line = br#"{"jsonrpc":"2.0","id":55,"method":"tools/call","params":{"name":""#.to_vec();
    line.extend_from_slice(b"\xff\xfe\"}}\n");
    client.writer.write_all(&line).await.expect("written");
    let refused = client.receive().await;
    assert_eq!(
        (&refused["id"], &refused["error"]["message"]),
        (&json!(55), &json!("not UTF-8 at byte 66"))
    );
    let reply = client.request("tools/list", json!({})).await;
    assert!(reply["result"]["tools"].is_array(), "{reply}");
    client.hang_up().await;
}

#[tokio::test]
async fn a_long_line_is_answered_and_takes_no_memory() {
    let house = House::open().await;
    let options = StdioOptions {
        max_line_bytes: 2_000,
        ..StdioOptions::default()
    };
    let mut client = Client::connect(&house, StdioSession::new(options));
    client.initialize().await;
    let mut params = json!({"name": "stores_list", "arguments": {"a": "b".repeat(100_000)}});
    let refused = client.request("tools/call", params.clone()).await;
    assert_eq!(
        (&refused["id"], &refused["error"]["code"]),
        (&json!(2), &json!(-32600)),
        "{refused}"
    );
    assert_eq!(refused["error"]["message"], "longer than 2000 bytes");
    params["arguments"] = json!({"a": "b".repeat(1_000)});
    let reply = client.request("tools/call", params).await;
    assert_eq!(
        reply["result"]["structuredContent"]["error"]["code"], "AUTH_ERROR",
        "{reply}"
    );
    client.hang_up().await;
}

#[tokio::test]
async fn the_last_line_needs_no_end() {
    let house = House::open().await;
    let mut client = Client::connect(&house, StdioSession::new(StdioOptions::default()));
    client.initialize().await;
    let last = br#"{"jsonrpc":"2.0","id":9,"method":"ping"}"#;
    client.writer.write_all(last).await.expect("written");
    client.writer.shutdown().await.expect("closed");
    assert_eq!(client.receive().await["id"], 9);
    client.server.await.expect("the server ends");
}

#[tokio::test]
async fn nothing_but_what_is_not_json_is_no_conversation() {
    let house = House::open().await;
    let (mut ours, theirs) = tokio::io::duplex(1024);
    let session = StdioSession::new(StdioOptions::default());
    ours.write_all(b"help\nquit").await.expect("written");
    ours.shutdown().await.expect("hung up");
    let (tools, key, stop) = (house.tools.clone(), state_key(), CancellationToken::new());
    let error = Box::pin(serve_on(split(theirs), tools, session, &key, stop))
        .await
        .expect_err("no conversation");
    assert!(error.to_string().ends_with("what came was not JSON"), "{error}");
}
