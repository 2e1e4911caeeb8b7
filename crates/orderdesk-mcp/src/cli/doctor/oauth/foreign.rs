//! Answers that are not this program's: something stands in between.

use od_engine::{Visited, text::quoted};

use super::{super::finding::Finding, address::Address};

/// Whether a web page came where data was asked for.
pub fn is_page(answer: &Visited) -> bool {
    answer
        .header("content-type")
        .is_some_and(|value| value.starts_with("text/html"))
        || answer.body.trim_ascii_start().starts_with(b"<")
}

/// Something answers, and neither it nor what may stand behind it is this program.
pub fn another_program(check: &'static str, address: &Address, answer: &Visited) -> Finding {
    let server = answer.header("server").map(|name| format!(", {}", quoted(name)));
    let message = format!(
        "something answers at {}, but it is not orderdesk-mcp: it answers with {} (HTTP {}{})",
        address.typed(),
        if is_page(answer) {
            "a web page"
        } else {
            "what this program never says there"
        },
        answer.status,
        server.unwrap_or_default()
    );
    let mend = if address.is_loopback() {
        "Another program has this port: give the address that `orderdesk-mcp serve` says, or start it at another one (PORT, \
         --port). `ss -ltnp`, on a Mac `lsof -nP -iTCP -sTCP:LISTEN`, shows which program that is. Of a proxy: let it forward to \
         this program's port, /health too."
    } else {
        "Check name, port and path of the address, and where the proxy forwards them to. If a login, a check for robots or a page \
         for errors answers by itself, let it pass the server's paths on, /health too."
    };
    Finding::failed(check, message, mend)
}

/// Why a step failed whose answer is not of the kind that this program gives. `target` is the path that was asked for.
pub fn failed(check: &'static str, address: &Address, target: &str, answer: &Visited) -> Finding {
    let place = format!("{}{target}", address.origin());
    let status = answer.status;
    match status {
        300..=399 => redirected(check, &place, answer),
        502..=504 => Finding::failed(
            check,
            format!("{place}: a proxy answers and does not reach this program (HTTP {status})"),
            "Is `orderdesk-mcp serve` running, on the address the proxy forwards to?",
        ),
        429 => Finding::failed(
            check,
            format!("{place}: too many requests came from this address (HTTP 429)"),
            format!(
                "Wait{}. Behind a proxy set TRUST_PROXY: without it all callers share one address.",
                answer
                    .header("retry-after")
                    .map(|told| format!(" {} s", quoted(told)))
                    .unwrap_or_default()
            ),
        ),
        401 | 403 | 407 => Finding::failed(
            check,
            format!("{place}: somebody in front of this program asks who is calling (HTTP {status})"),
            "Clients show their key to this program and nothing to a proxy: let the proxy pass the server's paths on without a \
             sign-in or a check for robots of its own.",
        ),
        404 => Finding::failed(
            check,
            format!("{place} is not there (HTTP 404)"),
            "Let the proxy forward /.well-known/oauth-protected-resource, /.well-known/oauth-authorization-server, /authorize, /token, \
             /register and /revoke to this program too, with what is behind them. Or OAuth is switched off there (ENABLE_OAUTH).",
        ),
        _ if is_page(answer) => Finding::failed(
            check,
            format!("{place} answers with a web page where data is expected (HTTP {status})"),
            "Something in front answers by itself: a login, a check for robots, a page for errors. Let it pass these paths on.",
        ),
        _ => Finding::failed(
            check,
            format!("{place}: another server answers (HTTP {status})"),
            "Check name, port and path of the address, and where the proxy forwards it to.",
        ),
    }
}

fn redirected(check: &'static str, place: &str, answer: &Visited) -> Finding {
    let to = answer.header("location").unwrap_or_default();
    let status = answer.status;
    let message = format!("{place} is redirected (HTTP {status}) to {}", quoted(to));
    let mend = if to
        .strip_prefix("https:")
        .is_some_and(|rest| place.strip_prefix("http:") == Some(rest))
    {
        "Give clients the https address, and write https:// in PUBLIC_URL: what they send first is not sent again."
    } else if to
        .trim_end_matches('/')
        .ends_with(place.trim_end_matches('/').rsplit("//").next().unwrap_or(place))
        || to.starts_with('/') && place.trim_end_matches('/').ends_with(to.trim_end_matches('/'))
    {
        "The proxy adds a slash or takes one off. Let it forward the path as it comes: in nginx `location /mcp` instead of \
         `location /mcp/`. This program serves both."
    } else {
        "Let the proxy forward instead of redirecting; where it has a sign-in of its own, take that off this program's paths."
    };
    Finding::failed(check, message, mend)
}
