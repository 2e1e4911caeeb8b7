//! What every step needs to ask.

use std::time::Duration;

use od_engine::{UpstreamOptions, Visit, Visited};

use super::super::{finding::Finding, public_url::is_health_of_ours, silence::Silent};
use super::{Address, challenge};

/// More than any of the pages and documents has.
const MOST_BYTES: usize = 256 * 1024;

/// A client that was given nothing but an address.
pub struct Visitor<'a> {
    pub address: &'a Address,
    pub patience: Duration,
}

impl Visitor<'_> {
    async fn visit(&self, check: &'static str, visit: Visit) -> Result<Visited, Finding> {
        let options = UpstreamOptions {
            base_url: self.address.origin(),
            allow_plain_http: true,
            timeout: self.patience,
            connect_timeout: self.patience,
            max_reply_bytes: MOST_BYTES,
            ..UpstreamOptions::default()
        };
        options.visit(visit).await.map_err(|error| {
            let silent = Silent {
                place: &self.address.place(),
                host: self.address.host(),
                is_plain: self.address.is_plain_http(),
                address: "the address",
                patience: self.patience,
            };
            let (message, mend) = silent.told(&error);
            Finding::failed(check, message, mend)
        })
    }

    /// Whether the health address beside the endpoint says that this program is there, as it says to anybody.
    pub async fn is_orderdesk_mcp(&self) -> bool {
        let target = self.address.health();
        let answer = self.get(challenge::POST, target, "*/*").await;
        answer.is_ok_and(|answer| is_health_of_ours(&answer.body))
    }

    pub async fn get(&self, check: &'static str, target: String, accept: &'static str) -> Result<Visited, Finding> {
        let visit = Visit {
            target,
            accept,
            posted: None,
        };
        self.visit(check, visit).await
    }

    pub async fn post(
        &self,
        check: &'static str,
        target: String,
        posted: (&'static str, String),
    ) -> Result<Visited, Finding> {
        let visit = Visit {
            target,
            accept: "application/json, text/event-stream",
            posted: Some(posted),
        };
        self.visit(check, visit).await
    }
}
