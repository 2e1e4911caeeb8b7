//! What clients that accept gzip get.

use axum::http::StatusCode;
use serde_json::json;

use crate::support::{House, rpc};

#[tokio::test]
async fn the_endpoint_compresses_on_every_path_and_says_the_rest_as_it_is() {
    let house = House::open().await;
    let list = rpc("tools/list", json!({})).to_string();
    for path in ["/mcp", "/mcp/", "/mcp/readonly", "/mcp/x/orders"] {
        let reply = house.post(path, &[("accept-encoding", "gzip, deflate")], &list).await;
        assert_eq!(reply.headers["content-encoding"], "gzip", "{path}");
        assert!(reply.headers.contains_key("x-request-id"), "{path}");
        let plain = house.post(path, &[], &list).await;
        assert!(!plain.headers.contains_key("content-encoding"), "{path}");
        assert!(plain.body["result"]["tools"].is_array(), "{path}");
    }
    let refused = house.post_as(None, "/mcp", &[("accept-encoding", "gzip")], &list).await;
    assert_eq!(refused.status, StatusCode::UNAUTHORIZED);
    assert!(!refused.headers.contains_key("content-encoding"), "{}", refused.body);
}
