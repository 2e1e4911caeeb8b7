//! A program is connected by the server's address alone: it registers, a person signs in and ticks what it may do, and it works
//! until that is taken back.

use std::{
    io::{Read, Write},
    net::TcpStream,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use crate::{
    program::Running,
    simulated::home_without_limits,
    wire::{Client, ask},
};

/// RFC 7636, appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
const REDIRECT: &str = "http://127.0.0.1:33418/callback";

/// How soon what a command did must hold in a running server, with some room for a busy machine.
const SOON: Duration = Duration::from_millis(1_500);

/// What came back, to the letter.
#[derive(Debug)]
struct Reply {
    status: u16,
    head: String,
    body: String,
}

impl Reply {
    fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (found, value) = line.split_once(": ")?;
            found.eq_ignore_ascii_case(name).then_some(value)
        })
    }

    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// The hidden fields of the form for a step.
    fn hidden(&self, step: &str) -> Vec<(String, String)> {
        let mut forms = self.body.split("<form ");
        let named = format!("name=\"step\" value=\"{step}\"");
        let form = forms.find(|form| form.contains(&named));
        let form = form.unwrap_or_else(|| panic!("no form for {step}: {self:?}"));
        let inputs = form.split("<input type=\"hidden\" ").skip(1);
        inputs
            .map(|input| {
                let part = |name: &str| {
                    let (_, rest) = input.split_once(&format!("{name}=\"")).unwrap();
                    rest.split('"').next().unwrap().replace("&#38;", "&")
                };
                (part("name"), part("value"))
            })
            .collect()
    }
}

/// A person's browser, as far as it matters here.
struct Browser {
    host: String,
    cookies: Vec<(String, String)>,
}

impl Browser {
    fn new(origin: &str) -> Self {
        Self {
            host: origin.strip_prefix("http://").unwrap().to_owned(),
            cookies: Vec::new(),
        }
    }

    fn get(&mut self, path: &str) -> Reply {
        self.send(&format!("GET {path} HTTP/1.1"), "")
    }

    fn submit(&mut self, page: &Reply, step: &str, filled: &[(&str, &str)]) -> Reply {
        let mut fields = page.hidden(step);
        fields.extend(
            filled
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned())),
        );
        self.send("POST /authorize HTTP/1.1", &form(&fields))
    }

    fn send(&mut self, first: &str, body: &str) -> Reply {
        let cookies: Vec<_> = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let head = [
            first.to_owned(),
            format!("Host: {}", self.host),
            format!("Origin: http://{}", self.host),
            "Connection: close".to_owned(),
            format!("Cookie: {}", cookies.join("; ")),
        ];
        let reply = exchange(&self.host, head.to_vec(), body);
        for line in reply.head.lines().filter_map(|line| line.strip_prefix("set-cookie: ")) {
            let (name, value) = line.split(';').next().unwrap().split_once('=').unwrap();
            self.cookies.retain(|(known, _)| known != name);
            self.cookies.push((name.to_owned(), value.to_owned()));
        }
        reply
    }
}

fn form(fields: &[(String, String)]) -> String {
    let encode = |text: &str| {
        text.bytes().fold(String::new(), |out, byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' => out + &char::from(byte).to_string(),
            _ => out + &format!("%{byte:02X}"),
        })
    };
    let pairs: Vec<_> = fields
        .iter()
        .map(|(name, value)| format!("{}={}", encode(name), encode(value)))
        .collect();
    pairs.join("&")
}

/// One request on a connection of its own.
fn exchange(host: &str, mut head: Vec<String>, body: &str) -> Reply {
    if !body.is_empty() {
        head.push("Content-Type: application/x-www-form-urlencoded".to_owned());
        head.push(format!("Content-Length: {}", body.len()));
    }
    let mut stream = TcpStream::connect(host).unwrap();
    stream
        .write_all(format!("{}\r\n\r\n{body}", head.join("\r\n")).as_bytes())
        .unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    Reply {
        status: head.split(' ').nth(1).unwrap().parse().unwrap(),
        head: head.to_owned(),
        body: body.to_owned(),
    }
}

/// What an endpoint for programs says to these fields.
fn tell(origin: &str, path: &str, fields: &[(&str, &str)]) -> Reply {
    let host = origin.strip_prefix("http://").unwrap();
    let fields: Vec<_> = fields
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    let head = [
        format!("POST {path} HTTP/1.1"),
        format!("Host: {host}"),
        "Connection: close".to_owned(),
    ];
    exchange(host, head.to_vec(), &form(&fields))
}

/// Registers a program and lets a person connect it: the program's id and its tokens, and every secret on the way.
pub fn connect(origin: &str, key: &str, more: &[(&str, &str)]) -> (String, Value, Vec<String>) {
    let said = json!({ "client_name": "Helper", "redirect_uris": [REDIRECT] });
    let registered = ask("POST", &format!("{origin}/register"), &[], Some(&said));
    assert_eq!(registered.status, 201, "{registered:?}");
    let client = registered.json()["client_id"].as_str().unwrap().to_owned();
    let resource = format!("{origin}/mcp").replace(':', "%3A").replace('/', "%2F");
    let request = format!(
        "/authorize?response_type=code&client_id={client}&redirect_uri=http%3A%2F%2F127.0.0.1%3A33418%2Fcallback\
         &code_challenge={CHALLENGE}&code_challenge_method=S256&state=s1&resource={resource}&scope=stores%3Aread%20orders%3Aread"
    );
    let mut browser = Browser::new(origin);
    let page = browser.get(&request);
    assert_eq!(page.status, 200, "{page:?}");
    let sent_on = browser.submit(&page, "sign_in", &[("master_key", key)]);
    assert_eq!(sent_on.status, 303, "{sent_on:?}");
    let consent = browser.get(&format!("/{}", sent_on.header("location").unwrap()));
    assert!(consent.body.contains("<h1>Connect Helper</h1>"), "{consent:?}");
    let ticked = [
        ("scope", "stores:read"),
        ("scope", "orders:read"),
        ("decision", "allow"),
    ];
    let sent = browser.submit(&consent, "consent", &[&ticked[..], more].concat());
    assert_eq!(sent.status, 303, "{sent:?}");
    let location = sent.header("location").unwrap();
    let (_, query) = location.split_once('?').unwrap();
    let part = |name: &str| {
        query
            .split('&')
            .find_map(|pair| pair.strip_prefix(name))
            .unwrap()
            .to_owned()
    };
    assert_eq!(part("state="), "s1");
    assert_eq!(part("iss="), origin.replace(':', "%3A").replace('/', "%2F"));
    let code = part("code=");
    let exchanged = tell(
        origin,
        "/token",
        &[
            ("grant_type", "authorization_code"),
            ("client_id", &client),
            ("code", &code),
            ("redirect_uri", REDIRECT),
            ("code_verifier", VERIFIER),
        ],
    );
    assert_eq!(exchanged.status, 200, "{exchanged:?}");
    let tokens = exchanged.json();
    let mut secrets: Vec<String> = browser.cookies.into_iter().map(|(_, value)| value).collect();
    secrets.extend([code, key.to_owned(), VERIFIER.to_owned()]);
    secrets.extend(["access_token", "refresh_token"].map(|name| tokens[name].as_str().unwrap().to_owned()));
    (client, tokens, secrets)
}

fn client(server: &Running, tokens: &Value) -> Client {
    Client {
        url: server.told("url").to_owned(),
        key: Some(tokens["access_token"].as_str().unwrap().to_owned()),
    }
}

#[test]
fn a_program_is_connected_by_the_address_alone_and_let_go_again() {
    let (mut home, simulator) = home_without_limits();
    home.set("LOG_LEVEL", "trace");
    let server = Running::start(&home, &["serve", "--port", "0", "--output", "json"]);
    let origin = server.told("url").strip_suffix("/mcp").unwrap().to_owned();
    let store = simulator.store(0, "store_id");
    let (id, tokens, mut secrets) = connect(&origin, &home.value("MCP_MASTER_KEY"), &[("store", store)]);
    assert_eq!(tokens["scope"], "stores:read orders:read");

    let listed = client(&server, &tokens).done("stores_list", &json!({}));
    assert_eq!(listed["stores"][0]["store_id"], *store, "{listed}");
    let renew = |token: &Value| {
        let fields = [
            ("grant_type", "refresh_token"),
            ("client_id", &id),
            ("refresh_token", token.as_str().unwrap()),
        ];
        tell(&origin, "/token", &fields)
    };
    let renewed = renew(&tokens["refresh_token"]).json();
    secrets.extend(["access_token", "refresh_token"].map(|name| renewed[name].as_str().unwrap().to_owned()));
    client(&server, &renewed).done("stores_list", &json!({}));

    // The person looks at what is connected, and ends it at the shell.
    let listed = home.run(&["grant", "list", "--output", "json"]).json();
    let expected = json!({ "client_name": "Helper", "scopes": ["stores:read", "orders:read"], "stores": [store] });
    for (name, value) in expected.as_object().unwrap() {
        assert_eq!(listed[0][name], *value, "{listed}");
    }
    let grant = listed[0]["grant_id"].as_str().unwrap();
    assert!(home.run(&["grant", "list"]).ok().contains(grant));
    let ended = home.run(&["grant", "revoke", "--grant-id", grant]).ok();
    assert!(ended.contains("Helper"), "{ended}");
    let began = Instant::now();
    let status = |tokens: &Value| {
        let call = json!({ "name": "stores_list", "arguments": {} });
        client(&server, tokens).send("tools/call", &call).status
    };
    while [&tokens, &renewed].into_iter().any(|tokens| status(tokens) != 401) {
        assert!(began.elapsed() < SOON, "still good");
        std::thread::sleep(Duration::from_millis(20));
    }
    let refused = renew(&renewed["refresh_token"]);
    assert_eq!(
        (refused.status, &refused.json()["error"]),
        (400, &json!("invalid_grant"))
    );
    assert_eq!(home.run(&["grant", "list", "--output", "json"]).json(), json!([]));
    let twice = home.run(&["grant", "revoke", "--grant-id", grant]).failed(2);
    assert!(twice.contains("was ended already"), "{twice}");

    server.terminate();
    let (code, log) = server.ended();
    assert_eq!(code, Some(0));
    // What was refused is found by the reference that the program was told.
    let reference = refused.json()["request_id"].as_str().unwrap().to_owned();
    let line = log
        .lines()
        .find(|line| line.contains(&reference) && line.contains("revoked"));
    assert!(line.is_some(), "{reference} in {log}");
    for secret in &secrets {
        assert!(!log.contains(secret.as_str()), "{secret} in the log");
    }
    // What was done is on record.
    let told = home.run(&["audit", "export", "--format", "json"]).ok();
    for act in ["auth.sign_in", "oauth.consent", "oauth.exchange", "grant.revoke"] {
        assert!(told.contains(&format!("\"{act}\"")), "{act}: {told}");
    }
    assert!(told.contains("\"oauth:Helper:odat_"), "{told}");
    for secret in &secrets {
        assert!(!told.contains(secret.as_str()), "{secret} in the audit log");
    }
}

#[test]
fn a_program_gives_its_tokens_back() {
    let (home, _simulator) = home_without_limits();
    let server = Running::start(&home, &["serve", "--port", "0", "--output", "json"]);
    let origin = server.told("url").strip_suffix("/mcp").unwrap().to_owned();
    let (id, tokens, _) = connect(&origin, &home.value("MCP_MASTER_KEY"), &[("store", "*")]);
    let list = json!({ "name": "stores_list", "arguments": {} });
    assert_eq!(client(&server, &tokens).send("tools/call", &list).status, 200);
    let refresh = tokens["refresh_token"].as_str().unwrap();
    let given_back = tell(&origin, "/revoke", &[("client_id", &id), ("token", refresh)]);
    assert_eq!(given_back.status, 200, "{given_back:?}");
    assert_eq!(client(&server, &tokens).send("tools/call", &list).status, 401);
}

#[test]
fn a_refused_step_is_found_in_the_log() {
    let (home, _simulator) = home_without_limits();
    let server = Running::start(&home, &["serve", "--port", "0", "--output", "json"]);
    let origin = server.told("url").strip_suffix("/mcp").unwrap().to_owned();
    let page = Browser::new(&origin).get("/authorize?client_id=odc_nobody&redirect_uri=http%3A%2F%2Flocalhost%2F");
    assert_eq!(page.status, 400, "{page:?}");
    let reference = page.header("x-request-id").unwrap().to_owned();
    assert!(page.body.contains(&reference), "{page:?}");
    server.terminate();
    let (_, log) = server.ended();
    let line = log
        .lines()
        .find(|line| line.contains(&reference) && line.contains("authorize") && line.contains("not registered"));
    assert!(line.is_some(), "{reference} in {log}");
}
