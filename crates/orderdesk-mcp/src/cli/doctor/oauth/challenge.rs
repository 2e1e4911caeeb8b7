//! The answer to a request without a credential: it has to lead to the sign-in.

use od_engine::{Visited, text::quoted};
use url::Url;

use super::{super::finding::Finding, address::Address, foreign, metadata::resource_place};

pub const POST: &str = "first request";
pub const GET: &str = "first request by GET";

/// This program's own words in the body of a 401, of a 404 or 405, and of a 403.
const NO_CREDENTIAL: &str = "This server needs a credential.";
const NO_ENDPOINT: &str = "the MCP endpoint is ";
const NOT_SERVED: &str = "This host name is not served here.";

/// Judges the answer to the endpoint's address without a credential.
pub fn judge(check: &'static str, address: &Address, answer: &Visited) -> Finding {
    let body = String::from_utf8_lossy(&answer.body);
    let typed = address.typed();
    match answer.status {
        401 => challenged(check, address, answer, &body),
        status @ (404 | 405) if body.contains(NO_ENDPOINT) => Finding::failed(
            check,
            format!("{typed} is this program, and no endpoint (HTTP {status})"),
            if ends_with_endpoint(address) {
                "The proxy changes the path: it has to take the prefix of PUBLIC_URL off, and no more.".to_owned()
            } else {
                format!("Use {}{}/mcp.", address.origin(), address.path().trim_end_matches('/'))
            },
        ),
        403 if body.contains(NOT_SERVED) => Finding::failed(
            check,
            format!("{typed}: the server does not know the name it is called by (HTTP 403)"),
            format!("Set PUBLIC_URL={} and restart the server.", address.public_url()),
        ),
        405 if check == GET => Finding::failed(
            check,
            format!("{typed} refuses GET before it asks who is calling (HTTP 405)"),
            "Let the proxy pass GET and HEAD on: Codex and others look there for how to sign in.",
        ),
        200..=299 if !foreign::is_page(answer) => Finding::failed(
            check,
            format!("{typed} lets callers in without a credential (HTTP {})", answer.status),
            "A server that does so signs nobody in: is it `demo --open`, or does the proxy send a key of its own?",
        ),
        _ => foreign::failed(check, address, address.path(), answer),
    }
}

/// Whether the answer is neither this program's by its words, nor what a proxy in front of it is known to say.
pub fn is_of_nobody_known(answer: &Visited) -> bool {
    let body = String::from_utf8_lossy(&answer.body);
    let is_ours = [NO_CREDENTIAL, NO_ENDPOINT, NOT_SERVED]
        .iter()
        .any(|words| body.contains(words));
    !is_ours && !matches!(answer.status, 300..=399 | 401 | 403 | 407 | 429 | 502..=504)
}

/// Whether the answer says that there is no endpoint at an address that is not written as one: nothing further on is at fault then.
pub fn is_slip(address: &Address, answer: &Visited) -> bool {
    matches!(answer.status, 404 | 405)
        && !ends_with_endpoint(address)
        && String::from_utf8_lossy(&answer.body).contains(NO_ENDPOINT)
}

/// Whether the path is that of an endpoint, or of a narrowed one, behind whatever prefix.
fn ends_with_endpoint(address: &Address) -> bool {
    address.path().split('/').any(|part| part == "mcp")
}

fn challenged(check: &'static str, address: &Address, answer: &Visited, body: &str) -> Finding {
    let typed = address.typed();
    let mut challenges = answer.all("www-authenticate").peekable();
    let Some(&first) = challenges.peek() else {
        return if body.contains(NO_CREDENTIAL) {
            Finding::failed(
                check,
                format!("{typed}: the header WWW-Authenticate does not arrive (HTTP 401 without it)"),
                "Something in between takes it off: in nginx look for `proxy_hide_header` and `more_clear_headers`, in a gateway for a \
                 list of headers that pass. Several clients do not offer to sign in without it.",
            )
        } else {
            foreign::failed(check, address, address.path(), answer)
        };
    };
    let Some(bearer) = challenges.find(|value| is_bearer(value)) else {
        let scheme = first.split(' ').next().unwrap_or_default();
        return Finding::failed(
            check,
            format!(
                "{typed}: somebody in front of this program asks for a sign-in of its own ({})",
                quoted(scheme)
            ),
            "Let the proxy pass the server's paths on without it: clients have one credential, and it is this program's.",
        );
    };
    let Some(place) = parameter(bearer, "resource_metadata") else {
        return Finding::failed(
            check,
            format!("{typed} asks for a credential, and leads to no sign-in"),
            "ENABLE_OAUTH is off there, the server is of a version without OAuth, or the proxy writes the challenge anew. Clients can \
             still be given a token.",
        );
    };
    leads_there(check, address, bearer, &place)
}

fn leads_there(check: &'static str, address: &Address, bearer: &str, place: &str) -> Finding {
    let expected = format!("{}{}", address.origin(), resource_place(address));
    if place != expected {
        let message = format!("{}: the sign-in is said to be at {}", address.typed(), quoted(place));
        let mend = match Url::parse(place) {
            Ok(url) if url.origin().ascii_serialization() == address.origin() => format!(
                "That is the document of another address than the one you gave ({expected}): the proxy changes the path. Let it forward \
                 the path as it comes, or write the prefix that it takes off into PUBLIC_URL: {}",
                address.public_url()
            ),
            _ => format!("Set PUBLIC_URL={} and restart the server.", address.public_url()),
        };
        return Finding::failed(check, message, mend);
    }
    let message = format!(
        "{} asks for a credential (HTTP 401) and leads to {place}",
        address.typed()
    );
    if parameter(bearer, "scope").is_some() {
        return Finding::ok(check, message);
    }
    Finding::warning(
        check,
        format!("{message}, but says no scope"),
        "Something in between shortens the challenge: clients may then ask for less than they need.",
    )
}

fn is_bearer(challenge: &str) -> bool {
    challenge
        .split(' ')
        .next()
        .is_some_and(|scheme| scheme.eq_ignore_ascii_case("bearer"))
}

/// One parameter of a challenge (RFC 9110, section 11.2), unquoted.
pub fn parameter(challenge: &str, name: &str) -> Option<String> {
    let mut rest = challenge.split_once(' ')?.1;
    loop {
        rest = rest.trim_start_matches([' ', ',']);
        let (known, value) = rest.split_once('=')?;
        let (value, after) = if let Some(quoted) = value.strip_prefix('"') {
            unquote(quoted)?
        } else {
            let end = value.find(',').unwrap_or(value.len());
            (value[..end].trim().to_owned(), &value[end..])
        };
        if known.trim().eq_ignore_ascii_case(name) {
            return Some(value);
        }
        rest = after;
    }
}

/// The text up to the closing quote, and what is behind it.
fn unquote(text: &str) -> Option<(String, &str)> {
    let mut told = String::new();
    let mut signs = text.char_indices();
    while let Some((at, sign)) = signs.next() {
        match sign {
            '"' => return Some((told, &text[at + 1..])),
            '\\' => told.push(signs.next()?.1),
            _ => told.push(sign),
        }
    }
    None
}
