//! A person with a browser, a program that wants to be connected, and what both see.

use std::{
    ops::{Deref, DerefMut},
    time::Duration,
};

use axum::http::Request;
use od_engine::{
    OAuthOptions, Scope,
    audit::{AuditFilter, ExportFormat, Whose},
};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};

pub use crate::tests::{browser::Reply, house::HOME as ISSUER};
use crate::tests::{
    browser::{Browser, FORM, encoded, with},
    house::House,
};

/// RFC 7636, appendix B.
pub const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
pub const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
pub const REDIRECT: &str = "http://127.0.0.1:33418/callback";

/// A server without other pages, and a program that registered itself.
pub struct Desk {
    house: House,
    pub client_id: String,
}

impl Deref for Desk {
    type Target = House;

    fn deref(&self) -> &House {
        &self.house
    }
}

impl Desk {
    pub async fn open() -> Self {
        Self::with(OAuthOptions {
            sign_ins_per_minute: 100,
            ..OAuthOptions::default()
        })
        .await
    }

    pub async fn with(oauth: OAuthOptions) -> Self {
        let house = House::with(|plan| {
            plan.engine.oauth = oauth;
            plan.web.pages = None;
        });
        Self::of(house.await).await
    }

    /// With the other pages.
    pub async fn with_pages() -> Self {
        Self::of(House::open().await).await
    }

    async fn of(house: House) -> Self {
        let mut desk = Self {
            house,
            client_id: String::new(),
        };
        desk.client_id = desk
            .register(&json!({"client_name": "Helper", "redirect_uris": [REDIRECT]}))
            .await;
        desk
    }

    /// Registers a program.
    pub async fn register(&self, said: &Value) -> String {
        let told = self.registered(said).await;
        told["client_id"].as_str().unwrap().to_owned()
    }

    pub async fn registered(&self, said: &Value) -> Value {
        let request = Request::post("/register").body(said.to_string().into()).unwrap();
        let reply = Reply::of(&self.door, request).await;
        assert_eq!(reply.status, 201, "{}", reply.body);
        reply.json()
    }

    /// Lets seconds pass.
    pub fn pass(&self, seconds: u64) {
        self.house.pass(Duration::from_secs(seconds));
    }

    /// A request that is in order, with further parameters.
    pub fn query(&self, more: &str) -> String {
        format!(
            "response_type=code&client_id={}&redirect_uri={REDIRECT}&code_challenge={CHALLENGE}\
             &code_challenge_method=S256&state=a%20state%26more{more}",
            self.client_id
        )
    }

    /// A browser in which nobody was yet.
    pub fn person(&self) -> Person {
        Person {
            browser: self.visitor(),
            key: self.key.clone(),
        }
    }

    /// Signs in, allows everything asked for and all stores, and hands the program its code.
    pub async fn code(&self, more: &str) -> String {
        let mut person = self.person();
        let consent = person.sign_in(&self.query(more)).await;
        person
            .allow(&consent, &[("store", "*")])
            .await
            .parameter("code")
            .unwrap()
    }

    /// What the token endpoint says to these fields.
    pub async fn token(&self, fields: &[(&str, &str)]) -> Reply {
        self.post("/token", fields, &[]).await
    }

    pub async fn post(&self, path: &str, fields: &[(&str, &str)], headers: &[(&str, &str)]) -> Reply {
        let mut request = Request::post(path).header("content-type", FORM);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        Reply::of(&self.door, request.body(encoded(fields).into()).unwrap()).await
    }

    /// Exchanges a code as the program that asked for it.
    pub async fn exchange(&self, code: &str) -> Reply {
        self.token(&[
            ("grant_type", "authorization_code"),
            ("client_id", &self.client_id),
            ("code", code),
            ("redirect_uri", REDIRECT),
            ("code_verifier", VERIFIER),
        ])
        .await
    }

    pub async fn refresh(&self, token: &str) -> Reply {
        self.token(&[
            ("grant_type", "refresh_token"),
            ("client_id", &self.client_id),
            ("refresh_token", token),
        ])
        .await
    }

    /// A program that was connected: its first tokens.
    pub async fn connected(&self) -> Value {
        let reply = self.exchange(&self.code("").await).await;
        assert_eq!(reply.status, 200, "{}", reply.body);
        reply.json()
    }

    /// What an access token opens.
    pub async fn opens(&self, access: &Value) -> Result<od_engine::Identity, od_engine::Error> {
        let token = SecretString::from(access["access_token"].as_str().unwrap());
        self.engine.auth().sign_in(&token).await
    }

    /// What is in the audit log, of everybody: what was done, how it ended, who did it.
    pub async fn recorded(&self) -> Vec<(String, String, String)> {
        let log = self.engine.audit_log();
        let mut export = log
            .export(Whose::Everybody, AuditFilter::default(), ExportFormat::Json)
            .await
            .unwrap();
        let mut text = String::new();
        while let Some(part) = export.next().await.unwrap() {
            text.push_str(&part);
        }
        let entries: Vec<Value> = serde_json::from_str(&text).unwrap();
        let part = |entry: &Value, name: &str| entry[name].as_str().unwrap_or_default().to_owned();
        let told = |entry: &Value| (part(entry, "tool_name"), part(entry, "status"), part(entry, "actor"));
        entries.iter().map(told).collect()
    }

    /// The tenant's own scope.
    pub async fn owner(&self) -> Scope {
        self.scope(&self.key).await
    }
}

/// A person at the pages of OAuth.
pub struct Person {
    browser: Browser,
    key: SecretString,
}

impl Deref for Person {
    type Target = Browser;

    fn deref(&self) -> &Browser {
        &self.browser
    }
}

impl DerefMut for Person {
    fn deref_mut(&mut self) -> &mut Browser {
        &mut self.browser
    }
}

impl Person {
    pub async fn open(&mut self, query: &str) -> Reply {
        self.get(&format!("/authorize?{query}")).await
    }

    /// Sends the form of a page, the one for a step, with what was filled in.
    pub async fn submit(&mut self, page: &Reply, step: &str, filled: &[(&str, &str)]) -> Reply {
        let fields = with(hidden(page, step), filled);
        self.post(&fields).await
    }

    pub async fn post(&mut self, fields: &[(String, String)]) -> Reply {
        self.browser.post("/authorize", fields).await
    }

    /// Opens a request and signs in: the page on which to choose.
    pub async fn sign_in(&mut self, query: &str) -> Reply {
        let page = self.open(query).await;
        assert_eq!(page.status, 200, "{}", page.body);
        let key = self.key.expose_secret().to_owned();
        let sent_on = self.submit(&page, "sign_in", &[("master_key", &key)]).await;
        assert_eq!(sent_on.status, 303, "{}", sent_on.body);
        let again = sent_on.location().strip_prefix("authorize?").unwrap().to_owned();
        let consent = self.open(&again).await;
        assert!(consent.body.contains("<h1>Connect Helper</h1>"), "{}", consent.body);
        consent
    }

    /// Signs in with another key in another window.
    pub async fn sign_in_with(&mut self, query: &str, key: &SecretString) {
        let session = self.cookies.remove("__Host-orderdesk_session");
        assert!(session.is_some(), "somebody was signed in");
        let page = self.open(query).await;
        let sent_on = self
            .submit(&page, "sign_in", &[("master_key", key.expose_secret())])
            .await;
        assert_eq!(sent_on.status, 303, "{}", sent_on.body);
    }

    /// Allows what stands ticked on the page, and these.
    pub async fn allow(&mut self, consent: &Reply, more: &[(&str, &str)]) -> Reply {
        let mut fields = consent.ticked();
        fields.extend_from_slice(more);
        fields.push(("decision", "allow"));
        self.submit(consent, "consent", &fields).await
    }
}

/// The hidden fields of the form for a step.
#[track_caller]
pub fn hidden(page: &Reply, step: &str) -> Vec<(String, String)> {
    page.hidden_where(&format!("name=\"step\" value=\"{step}\""))
}
