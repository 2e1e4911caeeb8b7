//! The paths of the MCP endpoints, which the other door serves.

/// The widest of them.
pub const ENDPOINT: &str = "/mcp";

/// Whether an endpoint stands at this path: `/mcp`, `/mcp/readonly` or `/mcp/x/{toolsets}`, with or without `/text` or
/// `/structured` behind it and a slash at its end.
pub fn is_endpoint(path: &str) -> bool {
    let Some(rest) = path.strip_prefix(ENDPOINT) else {
        return false;
    };
    let rest = rest.strip_suffix('/').unwrap_or(rest);
    let copies = ["/text", "/structured"];
    is_part(rest) || copies.iter().any(|copy| rest.strip_suffix(copy).is_some_and(is_part))
}

/// All tools, those that read, or some sets of them.
fn is_part(rest: &str) -> bool {
    let toolsets = rest.strip_prefix("/x/");
    matches!(rest, "" | "/readonly") || toolsets.is_some_and(|list| !list.is_empty() && !list.contains('/'))
}

#[cfg(test)]
mod tests;
