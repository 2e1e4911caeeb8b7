//! `doctor --oauth URL`: plays a client that was given nothing but the URL, step by step up to the sign-in page, and says
//! where it is stopped, and why. It needs no settings, so it can be run from anywhere; it signs in nowhere.

mod address;
mod authorization;
mod challenge;
mod foreign;
mod metadata;
#[cfg(test)]
mod tests;

use std::time::Duration;

use od_engine::{UpstreamOptions, Visit, Visited};

pub use self::address::Address;
use super::{finding::Finding, public_url::is_health_of_ours, silence::Silent};

/// More than any of the pages and documents has.
const MOST_BYTES: usize = 256 * 1024;

/// What a client sends first, before it knows of any sign-in.
const INITIALIZE: &str = concat!(
    r#"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"#,
    r#""clientInfo":{"name":"orderdesk-mcp doctor","version":"1"}}}"#
);

/// What every step needs to ask.
struct Visitor<'a> {
    address: &'a Address,
    patience: Duration,
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
    async fn is_orderdesk_mcp(&self) -> bool {
        let target = self.address.health();
        let answer = self.get(challenge::POST, target, "*/*").await;
        answer.is_ok_and(|answer| is_health_of_ours(&answer.body))
    }

    async fn get(&self, check: &'static str, target: String, accept: &'static str) -> Result<Visited, Finding> {
        let visit = Visit {
            target,
            accept,
            posted: None,
        };
        self.visit(check, visit).await
    }

    async fn post(
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

/// Every step that can be taken: one that fails does not hide what is wrong further on.
pub async fn check(address: &Address, patience: Duration) -> Vec<Finding> {
    const JSON: &str = "application/json";
    let visitor = Visitor { address, patience };
    let mut findings = vec![address.judge()];

    let first = visitor.post(
        challenge::POST,
        address.path().to_owned(),
        (JSON, INITIALIZE.to_owned()),
    );
    match first.await {
        Ok(answer) => {
            if challenge::is_of_nobody_known(&answer) && !visitor.is_orderdesk_mcp().await {
                // The same would be said of each step.
                findings.push(foreign::another_program(challenge::POST, address, &answer));
                return findings;
            }
            findings.push(challenge::judge(challenge::POST, address, &answer));
            if challenge::is_slip(address, &answer) {
                return findings;
            }
        }
        // Nobody is there: the same would be said of each step.
        Err(silent) => {
            findings.push(silent);
            return findings;
        }
    }
    findings.push(
        match visitor
            .get(challenge::GET, address.path().to_owned(), "text/event-stream")
            .await
        {
            Ok(answer) => challenge::judge(challenge::GET, address, &answer),
            Err(silent) => silent,
        },
    );

    let resource = match visitor
        .get(metadata::RESOURCE, metadata::resource_place(address), JSON)
        .await
    {
        Ok(answer) => metadata::resource(address, &answer),
        Err(silent) => (silent, None),
    };
    findings.push(resource.0);
    let server = match resource.1 {
        // The document's own word where the server is; without it clients look at the root.
        Some(issuer) => match metadata::server_place(address, &issuer) {
            Ok(place) => match visitor.get(metadata::SERVER, place, JSON).await {
                Ok(answer) => metadata::server(address, &issuer, &answer),
                Err(silent) => (silent, None),
            },
            Err(elsewhere) => (elsewhere, None),
        },
        None => (
            Finding::skipped(metadata::SERVER, "the document before it names none"),
            None,
        ),
    };
    findings.push(server.0);
    let Some(server) = server.1 else {
        for check in [
            authorization::REGISTRATION,
            authorization::SIGN_IN,
            authorization::TOKEN,
        ] {
            findings.push(Finding::skipped(
                check,
                "needs the document of the authorization server",
            ));
        }
        return findings;
    };

    let registration = (JSON, authorization::registration_body());
    let registered = match visitor
        .post(authorization::REGISTRATION, server.register.clone(), registration)
        .await
    {
        Ok(answer) => authorization::registered(address, &server, &answer),
        Err(silent) => (silent, None),
    };
    findings.push(registered.0);
    findings.push(match registered.1 {
        Some(client) => {
            let page = authorization::page(address, &server, &client);
            match visitor.get(authorization::SIGN_IN, page, "text/html").await {
                Ok(answer) => authorization::sign_in(address, &server, &answer),
                Err(silent) => silent,
            }
        }
        None => Finding::skipped(authorization::SIGN_IN, "needs a registered client"),
    });
    let form = (
        "application/x-www-form-urlencoded",
        authorization::TOKEN_FORM.to_owned(),
    );
    findings.push(
        match visitor.post(authorization::TOKEN, server.token.clone(), form).await {
            Ok(answer) => authorization::token(address, &server, &answer),
            Err(silent) => silent,
        },
    );
    findings
}
