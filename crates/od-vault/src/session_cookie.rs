//! Session cookies: a session's token in a signed JWT (RFC 7519, HS256), so that nothing but what this server signed is ever
//! looked for in the database.

use chrono::{DateTime, TimeDelta, Utc};
use jwt_compact::alg::{Hs256, Hs256Key};
use jwt_compact::{AlgorithmExt as _, Claims, Header, TimeOptions, UntrustedToken};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

use crate::{secret::unprintable, token::Token, token_kind::TokenKind};

#[cfg(test)]
mod tests;

/// What a cookie says beside its times.
#[derive(Serialize, Deserialize)]
struct Held {
    /// The session's token.
    sid: String,
}

/// Signs cookies with one key, and takes those that others of its keys signed.
pub struct CookieSigner {
    signing: Hs256Key,
    accepted: Vec<Hs256Key>,
}

/// What a cookie turned out to hold.
#[derive(Debug)]
pub struct OpenedCookie {
    /// The session's token.
    pub token: Token,
    /// Whether the key that cookies are signed with now signed it, and none of those before.
    pub is_current: bool,
}

impl CookieSigner {
    /// Signs with `key`; cookies that the keys `before` signed are good as well.
    pub fn new<'a>(key: &[u8], before: impl IntoIterator<Item = &'a [u8]>) -> Self {
        Self {
            signing: Hs256Key::new(key),
            accepted: before.into_iter().map(Hs256Key::new).collect(),
        }
    }

    /// Signs with a text of somebody's own.
    pub fn of_key(key: &SecretString) -> Self {
        Self::new(key.expose_secret().as_bytes(), [])
    }

    /// The cookie of a session, good for `lifetime` seconds from `now`, in seconds since 1970 UTC. Nothing when these are no
    /// times of this era.
    pub fn sign(&self, token: &Token, now: i64, lifetime: i64) -> Option<SecretString> {
        let times = times(now)?;
        let held = Held {
            sid: token.expose().expose_secret().to_owned(),
        };
        let claims = Claims::new(held).set_duration_and_issuance(&times, TimeDelta::try_seconds(lifetime)?);
        Hs256
            .token(&Header::empty(), &claims, &self.signing)
            .ok()
            .map(SecretString::from)
    }

    /// What a cookie holds; nothing when none of the keys signed it, when it has ended by `now`, or when it is none of a session.
    pub fn open(&self, cookie: &SecretString, now: i64) -> Option<OpenedCookie> {
        let times = times(now)?;
        let untrusted = UntrustedToken::new(cookie.expose_secret()).ok()?;
        let mut keys = std::iter::once(&self.signing).chain(&self.accepted).enumerate();
        let (signed_by, read) = keys.find_map(|(at, key)| {
            let read = Hs256.validator::<Held>(key).validate(&untrusted).ok()?;
            Some((at, read))
        })?;
        let claims = read.claims().validate_expiration(&times).ok()?;
        let token = Token::parse(claims.custom.sid.clone().into()).ok()?;
        (token.kind() == TokenKind::Session).then_some(OpenedCookie {
            token,
            is_current: signed_by == 0,
        })
    }
}

fn times(now: i64) -> Option<TimeOptions<impl Fn() -> DateTime<Utc>>> {
    let now = DateTime::from_timestamp(now, 0)?;
    Some(TimeOptions::new(TimeDelta::zero(), move || now))
}

unprintable!(CookieSigner);
