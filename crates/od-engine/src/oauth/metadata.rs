//! What a program says of itself: RFC 7591 section 2, in a registration and in a document at its own URL.

use od_record::text::clean_name;
use serde_json::{Map, Value};

use super::client::AuthMethod;
use super::redirect::Redirect;

#[cfg(test)]
mod tests;

/// More than anybody has.
const MOST_REDIRECTS: usize = 50;
/// What all of them together may have, in bytes: each is kept for as long as the program is, and anybody may register one.
const MOST_REDIRECT_BYTES: usize = 4 * 1024;
/// A longer name is cut.
const MOST_NAME_CHARS: usize = 100;

/// What a program says of itself, as far as it is used here. Members that are not known are ignored.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Metadata {
    /// What it calls itself, fit to show; empty when it does not say.
    pub name: String,
    /// Those of its addresses that may be sent back to; at least one.
    pub redirect_uris: Vec<String>,
    /// How it says who it is at the token endpoint.
    pub auth_method: AuthMethod,
}

/// What is wrong with it, for whoever wrote the program.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum BadMetadata {
    #[error("{0}")]
    Redirect(String),
    #[error("{0}")]
    Other(String),
}

impl Metadata {
    /// Reads the members of `said`.
    ///
    /// # Errors
    /// [`BadMetadata`] for the first thing that is wrong.
    pub(crate) fn read(said: &Map<String, Value>) -> Result<Self, BadMetadata> {
        let auth_method = auth_method(said.get("token_endpoint_auth_method"))?;
        must_hold(said, "grant_types", "authorization_code")?;
        must_hold(said, "response_types", "code")?;
        Ok(Self {
            name: name(said.get("client_name"))?,
            redirect_uris: redirects(said.get("redirect_uris"))?,
            auth_method,
        })
    }
}

fn auth_method(said: Option<&Value>) -> Result<AuthMethod, BadMetadata> {
    let text = match said {
        None | Some(Value::Null) => return Ok(AuthMethod::None),
        Some(said) => said.as_str(),
    };
    text.and_then(AuthMethod::parse).ok_or_else(|| {
        BadMetadata::Other(
            "token_endpoint_auth_method must be none, client_secret_post or client_secret_basic; leave it out for none"
                .to_owned(),
        )
    })
}

/// A list that is there must hold the one thing this server does.
fn must_hold(said: &Map<String, Value>, member: &str, needed: &str) -> Result<(), BadMetadata> {
    match said.get(member) {
        None | Some(Value::Null) => Ok(()),
        Some(Value::Array(list)) if list.is_empty() || list.iter().any(|one| one == needed) => Ok(()),
        Some(_) => Err(BadMetadata::Other(format!(
            "{member} must be a list that holds {needed}; leave it out for that"
        ))),
    }
}

fn name(said: Option<&Value>) -> Result<String, BadMetadata> {
    match said {
        None | Some(Value::Null) => Ok(String::new()),
        Some(Value::String(text)) => Ok(presentable(text)),
        Some(_) => Err(BadMetadata::Other("client_name must be a text".to_owned())),
    }
}

/// A name in one line, without what nobody sees and what reaches beyond it.
fn presentable(name: &str) -> String {
    clean_name(name).chars().take(MOST_NAME_CHARS).collect()
}

/// Some programs name addresses that are not allowed beside others: the others are kept.
fn redirects(said: Option<&Value>) -> Result<Vec<String>, BadMetadata> {
    let list = match said {
        Some(Value::Array(list)) if !list.is_empty() => list,
        _ => {
            return Err(BadMetadata::Redirect(
                "redirect_uris must be a list of at least one address that the browser is sent back to".to_owned(),
            ));
        }
    };
    if list.len() > MOST_REDIRECTS {
        return Err(BadMetadata::Redirect(format!(
            "redirect_uris holds {} addresses; at most {MOST_REDIRECTS} are taken",
            list.len()
        )));
    }
    let (mut good, mut faults) = (Vec::<String>::new(), Vec::new());
    for one in list {
        let Some(text) = one.as_str() else {
            faults.push("an entry is not a text".to_owned());
            continue;
        };
        match Redirect::parse(text) {
            Ok(_) if good.iter().any(|known| known == text) => {}
            Ok(_) => good.push(text.to_owned()),
            Err(fault) => faults.push(format!("'{}' {fault}", shown(text))),
        }
    }
    let bytes: usize = good.iter().map(String::len).sum();
    if bytes > MOST_REDIRECT_BYTES {
        return Err(BadMetadata::Redirect(format!(
            "the addresses in redirect_uris have {bytes} bytes; at most {MOST_REDIRECT_BYTES} together are taken"
        )));
    }
    if good.is_empty() {
        return Err(BadMetadata::Redirect(format!(
            "no address in redirect_uris can be used: {}",
            faults.join("; ")
        )));
    }
    Ok(good)
}

/// The beginning of a refused text, for its author to recognise.
fn shown(text: &str) -> String {
    /// Longer ones are cut.
    const MOST_CHARS: usize = 100;
    clean_name(text).chars().take(MOST_CHARS).collect()
}
