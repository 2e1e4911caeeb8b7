//! An entry that leads to a server which runs already.

use serde_json::{Map, Value};

/// What a client connects by. All of it goes when an entry is to lead elsewhere: a token for one server is not shown to another.
const CONNECTION: [&str; 19] = [
    "type",
    "transport",
    "url",
    "httpUrl",
    "serverUrl",
    "headers",
    "http_headers",
    "env_http_headers",
    "bearer_token_env_var",
    "oauth",
    "auth",
    "authProviderType",
    "oauth_resource",
    "scopes",
    "command",
    "args",
    "env",
    "envFile",
    "cwd",
];

/// A server's address, and the entry of a client that leads there.
pub struct Reach {
    url: String,
    entry: Map<String, Value>,
}

impl Reach {
    /// The entry has to hold the address, as its `url` or among its `args`.
    pub fn new(url: &str, entry: Map<String, Value>) -> Self {
        Self {
            url: url.to_owned(),
            entry,
        }
    }

    /// The entry by itself.
    pub fn entry(&self) -> &Map<String, Value> {
        &self.entry
    }

    /// The entry in the place of one that may be there. One that leads to the same address stays whole; of another one stays
    /// what it is not connected by, such as the tools that need no question.
    pub fn over(&self, old: Option<&Value>) -> Map<String, Value> {
        match old {
            Some(Value::Object(old)) if self.is_where_leads(old) => old.clone(),
            Some(old) => instead_of(old, &self.entry),
            None => self.entry.clone(),
        }
    }

    fn is_where_leads(&self, old: &Map<String, Value>) -> bool {
        let url = Value::from(self.url.as_str());
        if self.entry.contains_key("url") {
            return old.get("url") == Some(&url) && !old.contains_key("command");
        }
        let arguments = old.get("args").and_then(Value::as_array);
        old.get("command") == self.entry.get("command") && arguments.is_some_and(|found| found.contains(&url))
    }
}

/// An entry in the place of another one, of which stays what it is not connected by.
pub fn instead_of(old: &Value, new: &Map<String, Value>) -> Map<String, Value> {
    let mut entry = old.as_object().cloned().unwrap_or_default();
    entry.retain(|name, _| new.contains_key(name) || !CONNECTION.contains(&name.as_str()));
    entry.extend(new.clone());
    entry
}

/// Whether an entry starts nothing itself but what leads on to an address.
pub fn leads_to_an_address(entry: &Value) -> bool {
    match entry.get("command") {
        None => entry.get("url").is_some(),
        Some(command) => command == "npx" && is_remote(entry),
    }
}

/// As [`Reach`] writes it for a client that only starts programs. With anything beside it, such as headers with a key in them, it is
/// somebody's own.
fn is_remote(entry: &Value) -> bool {
    let arguments: Vec<_> = entry["args"]
        .as_array()
        .map(|list| list.iter().filter_map(Value::as_str).collect())
        .unwrap_or_default();
    let [.., package, url] = arguments[..] else {
        return false;
    };
    let is_package = package == "mcp-remote" || package.starts_with("mcp-remote@");
    let only_agrees = arguments[..arguments.len() - 2]
        .iter()
        .all(|argument| *argument == "-y");
    is_package && only_agrees && url.starts_with("http") && entry.get("env").is_none()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn map(value: &Value) -> Map<String, Value> {
        value.as_object().unwrap().clone()
    }

    fn check(new: &Value, old: &Value, after: &Value) {
        let reach = Reach::new("https://o/mcp", map(new));
        assert_eq!(reach.over(Some(old)), map(after), "{old}");
        assert_eq!(reach.over(Some(&reach.over(Some(old)).into())), map(after), "once more");
    }

    #[test]
    fn what_led_elsewhere_goes_and_what_narrows_stays() {
        let new = json!({ "type": "http", "url": "https://o/mcp" });
        let narrowed = json!({ "type": "http", "url": "https://o/mcp", "disabled": true, "alwaysAllow": ["a"] });
        check(&new, &json!("off"), &new);
        for old in [
            json!({ "url": "https://before/mcp", "headers": { "Authorization": "Bearer t" }, "disabled": true, "alwaysAllow": ["a"] }),
            json!({ "command": "od", "args": [], "env": { "MCP_MASTER_KEY": "k" }, "disabled": true, "alwaysAllow": ["a"] }),
        ] {
            check(&new, &old, &narrowed);
        }
    }

    #[test]
    fn what_leads_there_already_stays_whole() {
        let new = json!({ "type": "http", "url": "https://o/mcp" });
        let held = json!({ "url": "https://o/mcp", "headers": { "Authorization": "Bearer t" } });
        check(&new, &held, &held);
        let through = json!({ "command": "npx", "args": ["-y", "mcp-remote@1", "https://o/mcp"] });
        let older = json!({ "command": "npx", "args": ["mcp-remote", "https://o/mcp", "--debug"] });
        check(&through, &older, &older);
        check(
            &through,
            &json!({ "command": "npx", "args": ["mcp-remote", "https://p/mcp"] }),
            &through,
        );
        check(&through, &held, &through);
    }

    #[test]
    fn what_only_leads_on_is_told_from_what_is_somebody_s_own() {
        let remote = |arguments: Value| json!({ "command": "npx", "args": arguments });
        for leads in [
            json!({ "type": "http", "url": "https://o/mcp" }),
            remote(json!(["-y", "mcp-remote@0.15.1", "https://o/mcp"])),
            remote(json!(["mcp-remote", "https://o/mcp"])),
        ] {
            assert!(leads_to_an_address(&leads), "{leads}");
        }
        let mut with_key = remote(json!(["mcp-remote", "https://o/mcp"]));
        with_key["env"] = json!({ "KEY": "text" });
        for own in [
            json!({ "command": "orderdesk-mcp", "args": ["stdio"] }),
            json!({ "command": "npx", "args": ["another", "https://o/mcp"] }),
            json!({ "command": "npx" }),
            remote(json!([
                "mcp-remote",
                "https://o/mcp",
                "--header",
                "Authorization: Bearer text"
            ])),
            remote(json!(["--package", "mine", "mcp-remote", "https://o/mcp"])),
            with_key,
        ] {
            assert!(!leads_to_an_address(&own), "{own}");
        }
    }
}
