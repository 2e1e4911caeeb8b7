//! The steps, each with what is said of it, and what the next one needs of it.

use super::super::finding::Finding;
use super::visitor::Visitor;
use super::{authorization, challenge, foreign, metadata};

const JSON: &str = "application/json";
const FORM: &str = "application/x-www-form-urlencoded";

/// What a client sends first, before it knows of any sign-in.
const INITIALIZE: &str = concat!(
    r#"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"#,
    r#""clientInfo":{"name":"orderdesk-mcp doctor","version":"1"}}}"#
);

impl Visitor<'_> {
    /// Begins without being anybody.
    ///
    /// # Errors
    /// What makes all further steps useless: nobody is there, another program is, or the address has a slip.
    pub async fn knock(&self) -> Result<Finding, Finding> {
        let path = self.address.path().to_owned();
        let posted = (JSON, INITIALIZE.to_owned());
        let answer = self.post(challenge::POST, path, posted).await?;
        if challenge::is_of_nobody_known(&answer) && !self.is_orderdesk_mcp().await {
            return Err(foreign::another_program(challenge::POST, self.address, &answer));
        }
        let judged = challenge::judge(challenge::POST, self.address, &answer);
        if challenge::is_slip(self.address, &answer) {
            Err(judged)
        } else {
            Ok(judged)
        }
    }

    /// Asks for a stream, as older clients do.
    pub async fn listen(&self) -> Finding {
        let path = self.address.path().to_owned();
        match self.get(challenge::GET, path, "text/event-stream").await {
            Ok(answer) => challenge::judge(challenge::GET, self.address, &answer),
            Err(silent) => silent,
        }
    }

    /// Reads where the authorization server is.
    pub async fn read_resource(&self) -> (Finding, Option<String>) {
        let place = metadata::resource_place(self.address);
        match self.get(metadata::RESOURCE, place, JSON).await {
            Ok(answer) => metadata::resource(self.address, &answer),
            Err(silent) => (silent, None),
        }
    }

    /// Reads what the authorization server is able to do.
    pub async fn read_server(&self, issuer: Option<String>) -> (Finding, Option<metadata::Server>) {
        let Some(issuer) = issuer else {
            let skipped = Finding::skipped(metadata::SERVER, "the document before it names none");
            return (skipped, None);
        };
        let place = match metadata::server_place(self.address, &issuer) {
            Ok(place) => place,
            Err(elsewhere) => return (elsewhere, None),
        };
        match self.get(metadata::SERVER, place, JSON).await {
            Ok(answer) => metadata::server(self.address, &issuer, &answer),
            Err(silent) => (silent, None),
        }
    }

    pub async fn register(&self, server: &metadata::Server) -> (Finding, Option<String>) {
        let posted = (JSON, authorization::registration_body());
        match self
            .post(authorization::REGISTRATION, server.register.clone(), posted)
            .await
        {
            Ok(answer) => authorization::registered(self.address, server, &answer),
            Err(silent) => (silent, None),
        }
    }

    /// Opens the page that a person would sign in on.
    pub async fn sign_in(&self, server: &metadata::Server, client: Option<String>) -> Finding {
        let Some(client) = client else {
            return Finding::skipped(authorization::SIGN_IN, "needs a registered client");
        };
        let page = authorization::page(self.address, server, &client);
        match self.get(authorization::SIGN_IN, page, "text/html").await {
            Ok(answer) => authorization::sign_in(self.address, server, &answer),
            Err(silent) => silent,
        }
    }

    /// Asks for a token with a code that nobody gave.
    pub async fn ask_for_token(&self, server: &metadata::Server) -> Finding {
        let posted = (FORM, authorization::TOKEN_FORM.to_owned());
        match self.post(authorization::TOKEN, server.token.clone(), posted).await {
            Ok(answer) => authorization::token(self.address, server, &answer),
            Err(silent) => silent,
        }
    }
}
