//! What a reply means. The body decides, not the status alone: `status: "error"` also comes with HTTP 200, error bodies
//! may be HTML from the edge, and old replies lack half of the envelope.

mod bounds;
mod excerpt;

use std::time::Duration;

use secrecy::SecretString;
use serde_json::{Map, Value};

use crate::error::Error;
use crate::json_size::JsonExcess;
use crate::transport::Raw;
use excerpt::Scrubber;

/// The pause after a 429 without a usable `X-Retry-After`.
const DEFAULT_PAUSE: Duration = Duration::from_secs(1);

/// Turns a reply into its JSON object or an error. Whatever the error quotes has been freed of `api_key`; a reply that
/// `withheld` says holds secrets is not quoted at all.
pub(crate) fn judge(raw: &Raw, api_key: &SecretString, withheld: bool) -> Result<Map<String, Value>, Error> {
    let scrub = Scrubber::new(api_key, withheld);
    match raw.status {
        200..=299 => accepted(raw, &scrub),
        401 | 403 => Err(Error::Unauthorized),
        404 => Err(Error::NotFound),
        429 => Err(Error::RateLimited {
            retry_after: raw.retry_after.unwrap_or(DEFAULT_PAUSE),
        }),
        status @ (409 | 412) => Err(Error::Conflict {
            status,
            message: message(raw, &scrub),
        }),
        status @ 500.. => Err(Error::Server {
            status,
            excerpt: message(raw, &scrub),
        }),
        status @ 300..=399 => Err(Error::Rejected {
            status,
            message: "the answer was a redirect, which is not followed; check the base URL".to_owned(),
            errors: None,
        }),
        status => Err(Error::Rejected {
            status,
            message: message(raw, &scrub),
            errors: errors(raw, &scrub),
        }),
    }
}

/// Whether an answer to a request without credentials is Order Desk's own: a JSON object whose `status` says how it went.
/// Other servers, and gateways before Order Desk, refuse as well.
pub(crate) fn recognise(raw: &Raw) -> Result<(), Error> {
    let no_key = SecretString::default();
    match judge(raw, &no_key, false) {
        Err(error @ (Error::NotFound | Error::Server { .. } | Error::Rejected { status: 300..=399, .. })) => Err(error),
        _ if is_order_desks(&raw.body) => Ok(()),
        _ => Err(Error::Rejected {
            status: raw.status,
            message: message(raw, &Scrubber::new(&no_key, false)),
            errors: None,
        }),
    }
}

fn is_order_desks(body: &[u8]) -> bool {
    let object = parse(body).ok();
    let status = object.as_ref().and_then(|object| object.get("status")?.as_str());
    status.is_some_and(|status| ["success", "error"].contains(&status))
}

fn accepted(raw: &Raw, scrub: &Scrubber) -> Result<Map<String, Value>, Error> {
    let object = match parse(&raw.body) {
        Ok(Value::Object(object)) => object,
        Ok(_) => return Err(undecodable("JSON, but not an object")),
        Err(Fault::Exceeds(JsonExcess::Depth)) => {
            return Err(undecodable(&format!(
                "JSON nested deeper than {} levels",
                bounds::DEEPEST
            )));
        }
        Err(Fault::Exceeds(JsonExcess::Values)) => {
            return Err(undecodable(&format!(
                "JSON of more than {} values",
                bounds::MOST_VALUES
            )));
        }
        Err(Fault::NotJson) => {
            return Err(Error::Undecodable {
                excerpt: scrub.excerpt(&raw.body),
            });
        }
    };
    let refused = object
        .get("status")
        .and_then(Value::as_str)
        .is_some_and(|text| text.eq_ignore_ascii_case("error"));
    if refused {
        let message = message_of(&object, scrub).unwrap_or_else(|| "no reason given".to_owned());
        return Err(Error::Rejected {
            status: raw.status,
            message,
            errors: errors_of(&object, scrub),
        });
    }
    Ok(object)
}

enum Fault {
    NotJson,
    Exceeds(JsonExcess),
}

fn parse(body: &[u8]) -> Result<Value, Fault> {
    if let Some(excess) = bounds::exceeded(body) {
        return Err(Fault::Exceeds(excess));
    }
    serde_json::from_slice(body).map_err(|_| Fault::NotJson)
}

fn undecodable(what: &str) -> Error {
    Error::Undecodable {
        excerpt: what.to_owned(),
    }
}

/// The object that `member` of `envelope` holds; an empty one may come as `[]`.
pub(crate) fn take_object(mut envelope: Map<String, Value>, member: &str) -> Result<Map<String, Value>, Error> {
    match envelope.remove(member) {
        Some(Value::Object(object)) => Ok(object),
        Some(Value::Array(empty)) if empty.is_empty() => Ok(Map::new()),
        _ => Err(undecodable(&format!("no `{member}` object in the reply"))),
    }
}

/// The objects that `member` of `envelope` lists.
pub(crate) fn take_objects(envelope: &mut Map<String, Value>, member: &str) -> Result<Vec<Map<String, Value>>, Error> {
    let Some(Value::Array(rows)) = envelope.remove(member) else {
        return Err(undecodable(&format!("no `{member}` list in the reply")));
    };
    let object = |row| match row {
        Value::Object(object) => Ok(object),
        _ => Err(undecodable(&format!("`{member}` lists something that is not a record"))),
    };
    rows.into_iter().map(object).collect()
}

/// The best short text that an error body offers.
fn message(raw: &Raw, scrub: &Scrubber) -> String {
    let object = parse(&raw.body).ok();
    let told = object
        .as_ref()
        .and_then(Value::as_object)
        .and_then(|object| message_of(object, scrub));
    told.unwrap_or_else(|| scrub.excerpt(&raw.body))
}

fn message_of(object: &Map<String, Value>, scrub: &Scrubber) -> Option<String> {
    let told = ["message", "error"]
        .iter()
        .find_map(|name| object.get(*name).and_then(Value::as_str))?;
    Some(scrub.text(told))
}

fn errors(raw: &Raw, scrub: &Scrubber) -> Option<Value> {
    let object = parse(&raw.body).ok()?;
    errors_of(object.as_object()?, scrub)
}

/// `errors` is a list, a map or a text: any JSON, as long as it is short.
fn errors_of(object: &Map<String, Value>, scrub: &Scrubber) -> Option<Value> {
    object
        .get("errors")
        .filter(|errors| !errors.is_null())
        .and_then(|errors| scrub.value(errors))
}

#[cfg(test)]
mod tests;
