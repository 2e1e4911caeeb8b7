use super::is_endpoint;

#[test]
fn the_endpoints_are_those_of_the_other_door() {
    for part in ["", "/readonly", "/x/orders", "/x/orders,shipments", "/x/text"] {
        for copy in ["", "/text", "/structured"] {
            for slash in ["", "/"] {
                assert!(
                    is_endpoint(&format!("/mcp{part}{copy}{slash}")),
                    "{part} {copy} {slash}"
                );
            }
        }
    }
    for path in [
        "",
        "/",
        "mcp",
        "/mcpx",
        "/mcp//",
        "/mcp/nowhere",
        "/mcp/x",
        "/mcp/x/",
        "/mcp/x//text",
        "/mcp/text/readonly",
        "/mcp/x/orders/readonly",
        "/mcp/text/text/text",
        "/metrics",
    ] {
        assert!(!is_endpoint(path), "{path}");
    }
}
