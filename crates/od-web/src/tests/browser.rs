//! A browser in the tests' own process: it keeps cookies, fills in forms and goes where it is sent.

use std::{collections::BTreeMap, net::SocketAddr};

use axum::{
    Router,
    body::Body,
    extract::ConnectInfo,
    http::{HeaderMap, HeaderName, HeaderValue, Method, Request, StatusCode, header, request},
};
use http_body_util::BodyExt;
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use tower::ServiceExt;

/// What browsers send with a form.
pub const FORM: &str = "application/x-www-form-urlencoded";
const AGENT: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
const ACCEPT: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

/// A person's browser.
pub struct Browser {
    door: Router,
    /// Scheme and host that it finds the server at.
    home: String,
    pub cookies: BTreeMap<String, String>,
    /// Sent instead of the browser's own of that name; an empty one leaves the header out.
    pub headers: Vec<(&'static str, &'static str)>,
}

impl Browser {
    pub fn new(door: Router, home: String) -> Self {
        Self {
            door,
            home,
            cookies: BTreeMap::new(),
            headers: Vec::new(),
        }
    }

    pub async fn get(&mut self, path: &str) -> Reply {
        self.send(Request::get(path), Body::empty()).await
    }

    pub async fn head(&mut self, path: &str) -> Reply {
        self.send(Request::head(path), Body::empty()).await
    }

    /// A part of a page, as its script asks for it.
    pub async fn fragment(&mut self, path: &str) -> Reply {
        self.send(Request::get(path).header("hx-request", "true"), Body::empty())
            .await
    }

    /// Sends the form of a page that goes to `action`, with what was filled in.
    pub async fn submit(&mut self, page: &Reply, action: &str, filled: &[(&str, &str)]) -> Reply {
        let fields = with(page.hidden(action), filled);
        self.post(action, &fields).await
    }

    /// Opens a page and sends its form that goes to `action`.
    pub async fn fill(&mut self, page: &str, action: &str, filled: &[(&str, &str)]) -> Reply {
        let page = self.get(page).await;
        self.submit(&page, action, filled).await
    }

    /// Presses the first button of a page that leads to `deed`, which asks first.
    pub async fn asked(&mut self, page: &Reply, deed: &str) -> Reply {
        let named = encoded(&page.hidden(deed));
        self.get(&format!("{deed}?{named}")).await
    }

    pub async fn post<N: AsRef<str>, V: AsRef<str>>(&mut self, path: &str, fields: &[(N, V)]) -> Reply {
        let request = Request::post(path).header(header::CONTENT_TYPE, FORM);
        self.send(request, encoded(fields)).await
    }

    /// Sends a document, and reads the one that comes back.
    pub async fn json(&mut self, path: &str, said: &Value) -> Value {
        self.send(Request::post(path), said.to_string()).await.json()
    }

    /// Goes where a reply sends it, which is another page of this server.
    pub async fn follow(&mut self, reply: &Reply) -> Reply {
        assert_eq!(reply.status, 303, "{}", reply.body);
        let to = reply.location();
        assert!(to.starts_with('/') && !to.starts_with("//"), "{to}");
        self.get(to).await
    }

    pub async fn sign_in(&mut self, key: &SecretString) {
        let filled = [("master_key", key.expose_secret())];
        let reply = self.fill("/login", "/login", &filled).await;
        assert_eq!(reply.status, 303, "{}", reply.body);
    }

    /// The text of the session's cookie.
    pub fn session(&self) -> Option<String> {
        self.cookies.get(self.session_name()).cloned()
    }

    /// Lets it have a session that it was not handed by the server.
    pub fn plant(&mut self, session: &str) {
        self.cookies.insert(self.session_name().to_owned(), session.to_owned());
    }

    pub fn session_name(&self) -> &'static str {
        if self.is_https() {
            "__Host-orderdesk_session"
        } else {
            "orderdesk_session"
        }
    }

    fn is_https(&self) -> bool {
        self.home.starts_with("https://")
    }

    /// Sends a request with the headers it has and those of a browser that it does not have.
    pub async fn send(&mut self, mut request: request::Builder, body: impl Into<Body>) -> Reply {
        let home = self.home.clone();
        let (_, host) = home.split_once("://").unwrap();
        let pairs = self.cookies.iter().map(|(name, value)| format!("{name}={value}"));
        let cookies = pairs.collect::<Vec<_>>().join("; ");
        let is_form = *request.method_ref().unwrap() == Method::POST;
        let origin = if is_form { home.as_str() } else { "" };
        let own = [
            ("host", host),
            ("user-agent", AGENT),
            ("accept", ACCEPT),
            ("origin", origin),
            ("cookie", &cookies),
        ];
        let own = own
            .into_iter()
            .filter(|(name, _)| self.headers.iter().all(|(other, _)| name != other));
        for (name, value) in self.headers.iter().copied().chain(own.collect::<Vec<_>>()) {
            let headers = request.headers_mut().unwrap();
            let name = HeaderName::try_from(name).unwrap();
            if !value.is_empty() && !headers.contains_key(&name) {
                headers.insert(name, HeaderValue::try_from(value).unwrap());
            }
        }
        let reply = Reply::of(&self.door, request.body(body.into()).unwrap()).await;
        for cookie in reply.headers.get_all(header::SET_COOKIE) {
            self.keep(cookie.to_str().unwrap());
        }
        reply
    }

    /// Keeps a cookie. No page of ours ever sets one that is wider than these, whatever else a test looks at.
    fn keep(&mut self, line: &str) {
        let mut parts = line.split("; ");
        let (name, value) = parts.next().unwrap().split_once('=').unwrap();
        let attributes: Vec<&str> = parts.collect();
        for needed in ["Path=/", "HttpOnly"] {
            assert!(attributes.contains(&needed), "{line}");
        }
        assert!(attributes.iter().any(|part| part.starts_with("SameSite=")), "{line}");
        assert!(!attributes.iter().any(|part| part.starts_with("Domain")), "{line}");
        assert_eq!(attributes.contains(&"Secure"), self.is_https(), "{line}");
        assert_eq!(name.starts_with("__Host-"), self.is_https(), "{line}");
        if value.is_empty() || attributes.contains(&"Max-Age=0") {
            self.cookies.remove(name);
        } else {
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
    }
}

/// The fields of a form with others in the place of those of the same name, or behind them.
pub fn with(mut fields: Vec<(String, String)>, filled: &[(&str, &str)]) -> Vec<(String, String)> {
    fields.retain(|(name, _)| filled.iter().all(|(other, _)| name != other));
    let filled = filled
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    fields.extend(filled);
    fields
}

/// Fields as a form is sent.
pub fn encoded<N: AsRef<str>, V: AsRef<str>>(fields: &[(N, V)]) -> String {
    let fields: Vec<_> = fields
        .iter()
        .map(|(name, value)| (name.as_ref(), value.as_ref()))
        .collect();
    serde_urlencoded::to_string(fields).unwrap()
}

/// What came back.
#[derive(Debug)]
pub struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

impl Reply {
    /// What anybody's request is answered with, who comes from an address of the internet.
    pub async fn of(door: &Router, mut request: Request<Body>) -> Self {
        let address: SocketAddr = "192.0.2.1:1".parse().unwrap();
        request.extensions_mut().insert(ConnectInfo(address));
        let reply = door.clone().oneshot(request).await.unwrap();
        let (status, headers) = (reply.status(), reply.headers().clone());
        let body = reply.into_body().collect().await.unwrap().to_bytes();
        Self {
            status,
            headers,
            body: String::from_utf8(body.to_vec()).unwrap(),
        }
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub fn location(&self) -> &str {
        self.header("location")
    }

    /// A parameter of the address that the browser is sent to.
    pub fn parameter(&self, name: &str) -> Option<String> {
        let (_, query) = self.location().split_once('?')?;
        let pairs: Vec<(String, String)> = serde_urlencoded::from_str(query).unwrap();
        pairs
            .into_iter()
            .find(|(found, _)| found == name)
            .map(|(_, value)| value)
    }

    /// The hidden fields of the first form that goes to `action`.
    #[track_caller]
    pub fn hidden(&self, action: &str) -> Vec<(String, String)> {
        self.hidden_where(&format!("action=\"{action}\""))
    }

    /// The hidden fields of the first form in which this stands.
    #[track_caller]
    pub fn hidden_where(&self, what: &str) -> Vec<(String, String)> {
        let forms = self.body.split("<form ").skip(1);
        let mut forms = forms.map(|form| form.split("</form>").next().unwrap());
        let form = forms.find(|form| form.contains(what));
        let form = form.unwrap_or_else(|| panic!("no form with {what} in {}", self.body));
        let inputs = form.split("<input type=\"hidden\" ").skip(1);
        inputs
            .map(|input| (attribute(input, "name").unwrap(), attribute(input, "value").unwrap()))
            .collect()
    }

    /// The token of the form that goes to `action`.
    #[track_caller]
    pub fn token(&self, action: &str) -> String {
        let hidden = self.hidden(action);
        let token = hidden.into_iter().find(|(name, _)| name == "csrf");
        token.expect("a token").1
    }

    /// What stands in the first field of this name or id.
    pub fn value(&self, field: &str) -> Option<String> {
        let named = [format!(" name=\"{field}\""), format!(" id=\"{field}\"")];
        let mut tags = self.body.split("<input ").skip(1);
        let tag = tags.find(|tag| {
            let tag = tag.split('>').next().unwrap();
            named.iter().any(|named| tag.contains(named.as_str()))
        });
        attribute(tag?, "value")
    }

    /// The boxes that stand ticked.
    pub fn ticked(&self) -> Vec<(&str, &str)> {
        let boxes = self.body.split("<input type=\"checkbox\" ").skip(1);
        let ticked = boxes.filter(|input| input.split('>').next().unwrap().ends_with(" checked"));
        ticked
            .map(|input| {
                let part = |name: &str| {
                    let (_, rest) = input.split_once(&format!("{name}=\"")).unwrap();
                    rest.split('"').next().unwrap()
                };
                (part("name"), part("value"))
            })
            .collect()
    }

    /// What does not differ from one request to the next: all but tokens, cookies and the request's id.
    pub fn essence(&self) -> (StatusCode, Vec<(String, String)>, String) {
        let varies = ["x-request-id", "set-cookie"];
        let headers = self.headers.iter().filter(|(name, _)| !varies.contains(&name.as_str()));
        let headers = headers.map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()));
        let body = match self.header("x-request-id") {
            "" => self.body.clone(),
            id => self.body.replace(id, "ID"),
        };
        let mut parts = body.split("name=\"csrf\" value=\"");
        let first = parts.next().unwrap().to_owned();
        let rest = parts.map(|part| part.split_once('"').map_or(part, |(_, rest)| rest));
        (
            self.status,
            headers.collect(),
            rest.fold(first, |body, part| body + part),
        )
    }

    #[track_caller]
    pub fn shows(&self, text: &str) {
        assert!(self.body.contains(text), "{text} is not in {}", self.body);
    }

    #[track_caller]
    pub fn hides(&self, text: &str) {
        assert!(!self.body.contains(text), "{text} is in {}", self.body);
    }
}

/// An attribute of the tag that a text begins in.
fn attribute(tag: &str, name: &str) -> Option<String> {
    let (_, value) = tag.split_once(&format!("{name}=\""))?;
    value.split('"').next().map(plain)
}

/// What a text says that was escaped.
fn plain(html: &str) -> String {
    let entities = [
        ("&#34;", "\""),
        ("&#39;", "'"),
        ("&#60;", "<"),
        ("&#62;", ">"),
        ("&#38;", "&"),
    ];
    entities
        .iter()
        .fold(html.to_owned(), |text, (entity, letter)| text.replace(entity, letter))
}
