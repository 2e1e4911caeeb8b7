//! The header that proxies write the caller's address into.

use axum::http::{HeaderName, header};

use super::FromText;
use crate::config::setting::Setting;

/// A request header that holds an address, as proxies write it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientIpHeader {
    name: HeaderName,
    /// As it was given: header names have no case, people do.
    given: String,
}

impl ClientIpHeader {
    /// The header's name.
    pub fn name(&self) -> &HeaderName {
        &self.name
    }

    /// Whether each proxy adds an address at its end, as to `X-Forwarded-For`; any other header holds one.
    pub fn is_list(&self) -> bool {
        self.name == "x-forwarded-for"
    }
}

impl FromText for ClientIpHeader {
    const FREE_TEXT: bool = true;

    fn from_text(text: &str, _: &Setting) -> Result<Self, String> {
        /// Headers that every request has, or that hold something else.
        const OTHERS: [HeaderName; 4] = [header::HOST, header::AUTHORIZATION, header::USER_AGENT, header::ORIGIN];
        let name: HeaderName = text.parse().map_err(|_| "is not the name of a header".to_owned())?;
        if name == header::FORWARDED {
            return Err(
                "is written in a notation of its own, which is not read; let the proxy write X-Forwarded-For"
                    .to_owned(),
            );
        }
        if OTHERS.contains(&name) {
            return Err("does not hold the caller's address".to_owned());
        }
        Ok(Self {
            name,
            given: text.to_owned(),
        })
    }

    fn allowed(_: &Setting) -> String {
        "the name of a request header".to_owned()
    }

    fn show(&self) -> Option<String> {
        Some(self.given.clone())
    }
}
