//! What a client asks for at `/authorize`: read anew at every step, from the text that the browser brings along.

use od_engine::{Grants, oauth::is_code_challenge};

use crate::parameters::Parameters;

#[cfg(test)]
mod tests;

/// The longest query that is read, in bytes. Clients send a few hundred.
pub const MOST_BYTES: usize = 8 * 1024;

/// Whom a request is from, before anything else is known of it. What is wrong here can be told to nobody but the person.
#[derive(Debug)]
pub struct Origin<'a> {
    pub client_id: &'a str,
    pub redirect_uri: &'a str,
}

/// Everything else a request has to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    pub challenge: String,
    pub resource: Option<String>,
    /// What was asked for of what there is; what a normal user should get when that is nothing.
    pub scopes: Grants,
}

/// Why a request goes back to its client: RFC 6749 section 4.1.2.1, RFC 8707.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fault {
    pub error: &'static str,
    pub description: &'static str,
}

impl Fault {
    pub const fn new(error: &'static str, description: &'static str) -> Self {
        Self { error, description }
    }
}

const INVALID: &str = "invalid_request";

impl<'a> Origin<'a> {
    /// # Errors
    /// What a person is told.
    pub fn of(parameters: &'a Parameters) -> Result<Self, &'static str> {
        let client_id = parameters.one("client_id").map_err(|_| "It names two clients.")?;
        let redirect_uri = parameters
            .one("redirect_uri")
            .map_err(|_| "It names two addresses to send you back to.")?;
        Ok(Self {
            client_id: client_id.ok_or("It does not say which client it is for (client_id).")?,
            redirect_uri: redirect_uri.ok_or("It does not say where to send you back to (redirect_uri).")?,
        })
    }
}

impl Asked {
    /// Reads the rest of a request whose client and redirect are known. `is_ours` judges the resource.
    ///
    /// # Errors
    /// What the client is told.
    pub fn read(parameters: &Parameters, is_ours: impl Fn(&str) -> bool) -> Result<Self, Fault> {
        if parameters.has_repeated() {
            return Err(Fault::new(INVALID, "a parameter was sent more than once"));
        }
        let one = |name| parameters.one(name).unwrap_or_default();
        match one("response_type") {
            Some("code") => {}
            Some(_) => {
                let description = "response_type must be code";
                return Err(Fault::new("unsupported_response_type", description));
            }
            None => return Err(Fault::new(INVALID, "response_type is missing")),
        }
        let challenge =
            one("code_challenge").ok_or(Fault::new(INVALID, "PKCE is required: code_challenge is missing"))?;
        if one("code_challenge_method") != Some("S256") {
            return Err(Fault::new(INVALID, "code_challenge_method must be S256"));
        }
        if !is_code_challenge(challenge) {
            return Err(Fault::new(
                INVALID,
                "code_challenge is not the base64url text of a SHA-256 digest",
            ));
        }
        let resource = one("resource");
        if resource.is_some_and(|resource| !is_ours(resource)) {
            return Err(Fault::new("invalid_target", "resource is none of this server's"));
        }
        let scopes = Grants::parse_known(one("scope").unwrap_or_default());
        Ok(Self {
            challenge: challenge.to_owned(),
            resource: resource.map(str::to_owned),
            scopes: if scopes.is_empty() { Grants::DEFAULT } else { scopes },
        })
    }
}
