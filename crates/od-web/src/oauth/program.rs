//! Which program asks at `/token` and `/revoke`, and whether it is that one: RFC 6749 section 2.3. It comes before anything
//! else, because of its answer programs learn that they must register again.

use axum::http::{HeaderMap, header};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use od_engine::oauth::{AuthMethod, ClientError, OAuthClient};
use secrecy::{ExposeSecret, SecretString};

use super::refusal::Refusal;
use crate::{parameters::Parameters, web::Web};

#[cfg(test)]
mod tests;

/// What a program says of itself.
#[derive(Debug)]
struct Claim {
    client_id: String,
    secret: Option<SecretString>,
}

/// The program that sent a form.
///
/// # Errors
/// `invalid_client` with 401 for one that is not known or does not show that it is itself; `invalid_request` for one that says
/// two things at once.
pub async fn of(
    web: &Web,
    step: &'static str,
    headers: &HeaderMap,
    form: &mut Parameters,
) -> Result<OAuthClient, Refusal> {
    let Claim { client_id, secret } = claim(step, headers, form)?;
    let oauth = web.engine.oauth();
    let client = oauth.client_again(&client_id).await.map_err(|error| match error {
        ClientError::Engine(error) => Refusal::of(step, &error),
        _ => Refusal::of_client(step, error.to_string()),
    })?;
    if oauth.proves(&client, secret) {
        Ok(client)
    } else {
        let told = match client.auth_method {
            AuthMethod::None => "this client keeps no secret",
            AuthMethod::Post | AuthMethod::Basic => "the client's secret is missing or wrong",
        };
        Err(Refusal::of_client(step, told))
    }
}

fn claim(step: &'static str, headers: &HeaderMap, form: &mut Parameters) -> Result<Claim, Refusal> {
    let invalid = |told: &str| Refusal::new(step, "invalid_request", told);
    let named = form.first("client_id").map(str::to_owned);
    let secret = form.take("client_secret");
    let Some(basic) = basic(headers) else {
        let client_id = named.ok_or_else(|| Refusal::of_client(step, "client_id is missing"))?;
        return Ok(Claim { client_id, secret });
    };
    let basic = pair(basic).ok_or_else(|| Refusal::of_client(step, "the Authorization header cannot be read"))?;
    if secret.is_some() {
        return Err(invalid(
            "the client's secret was sent twice: in the Authorization header and in the body",
        ));
    }
    if named.is_some_and(|named| named != basic.client_id) {
        return Err(invalid(
            "client_id is another one in the Authorization header than in the body",
        ));
    }
    Ok(basic)
}

/// What an Authorization header of the scheme Basic holds, if there is one. Name and secret are encoded as in forms before they
/// are put together (RFC 6749 section 2.3.1).
fn basic(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, text) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("basic").then_some(text.trim())
}

fn pair(text: &str) -> Option<Claim> {
    let decoded = STANDARD.decode(text).ok()?;
    let decoded = SecretString::from(String::from_utf8(decoded).ok()?);
    let (client_id, secret) = decoded.expose_secret().split_once(':')?;
    Some(Claim {
        client_id: unescaped(client_id)?,
        secret: unescaped(secret)
            .filter(|secret| !secret.is_empty())
            .map(SecretString::from),
    })
}

/// A value as forms encode it.
fn unescaped(text: &str) -> Option<String> {
    let encoded = format!("v={}", text.replace('&', "%26"));
    let pairs: Vec<(String, String)> = serde_urlencoded::from_str(&encoded).ok()?;
    pairs.into_iter().next().map(|(_, value)| value)
}
