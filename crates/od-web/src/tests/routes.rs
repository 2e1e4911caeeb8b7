//! Every route of this door: who is answered what, and with which headers. The table stands in `docs/web-ui.md`.

use std::{collections::BTreeMap, fmt::Write as _, fs, path::Path};

use axum::{
    Router,
    body::Body,
    http::{Method, Request, header},
};
use od_engine::{
    SignUps,
    audit::{AuditFilter, AuditPage},
};
use od_sim::{SimOptions, Simulator};
use secrecy::ExposeSecret as _;

use super::{
    browser::{Browser, FORM, Reply, encoded},
    house::{House, Plan, links},
};
use crate::{Demo, security};

/// The routes of a router with the methods that each takes, as the router itself tells them for debugging.
///
/// # Panics
/// When it tells them in another way than it did.
pub fn collect(door: &Router) -> BTreeMap<String, Vec<Method>> {
    let debugged = format!("{door:?}");
    let debugged = debugged.split("fallback_router").next().unwrap();
    let (routes, paths) = debugged.split_once("paths: {").expect("the paths of the routes");
    let id = |part: &str| part.split(')').next().unwrap().to_owned();
    let methods: BTreeMap<String, Vec<Method>> = routes
        .split("RouteId(")
        .skip(1)
        .map(|route| {
            let takes = |method: &str| !route.contains(&format!(" {method}: None,"));
            assert!(route.contains(" get: ") && route.contains(" post: "), "{route}");
            let methods = [("get", Method::GET), ("post", Method::POST), ("put", Method::PUT)];
            let others = ["delete", "patch", "trace", "connect"];
            assert!(!others.iter().any(|method| takes(method)), "{route}");
            let methods = methods.into_iter().filter(|(name, _)| takes(name));
            (id(route), methods.map(|(_, method)| method).collect())
        })
        .collect();
    let paths = paths.split("RouteId(").skip(1).map(|path| {
        let spelled = path.split('"').nth(1).expect("a path");
        (spelled.to_owned(), methods[&id(path)].clone())
    });
    paths.collect()
}

/// A house with every page there is.
pub async fn full(change: impl FnOnce(&mut Plan)) -> House {
    let simulator = Simulator::start(SimOptions::default()).await.unwrap();
    House::with(|plan| {
        plan.at(simulator);
        plan.engine.oauth.sign_ins_per_minute = 100_000;
        plan.engine.links = links(SignUps::Verified);
        let (demo, _) = Demo::new("odmk_of-the-demo".into(), std::sync::Arc::new(Vec::new));
        plan.web.pages.as_mut().unwrap().demo = Some(demo);
        change(plan);
    })
    .await
}

/// The path with something in the place of its parameters: what there is, where there is something.
pub async fn spelled(house: &House, path: &str) -> String {
    let scope = house.scope(&house.key).await;
    let (log, filter) = (house.engine.audit_log(), AuditFilter::default());
    let entries = log.list(&scope, &filter, AuditPage::default()).await.unwrap();
    path.replace("{store_id}", "90001")
        .replace("{request_id}", &entries[0].request_id)
        .replace("{token}", "odml_x")
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Who {
    Nobody,
    Locked,
    Owner,
}

const EVERYBODY: [Who; 3] = [Who::Nobody, Who::Locked, Who::Owner];

/// A browser of this kind of person, and the account that the tokens of its forms are for.
async fn browser(house: &House, who: Who) -> Browser {
    let mut browser = match who {
        Who::Nobody => house.visitor(),
        Who::Locked => house.locked().await,
        Who::Owner => house.owner().await,
    };
    // So that it is known, as one that saw a page.
    browser.get("/login").await;
    browser
}

/// Asks for a page, or sends an empty form with the token that it would have.
async fn asked(house: &House, who: Who, method: &Method, path: &str) -> Reply {
    let mut browser = browser(house, who).await;
    if *method == Method::GET {
        return browser.get(path).await;
    }
    let token = token_for(house, &browser, path, who != Who::Nobody).await;
    let request = Request::post(path).header(header::CONTENT_TYPE, FORM);
    browser.send(request, Body::from(encoded(&[("csrf", token)]))).await
}

/// The token that a page would put into its form that goes to `path`.
pub async fn token_for(house: &House, browser: &Browser, path: &str, is_signed_in: bool) -> String {
    let form = format!("{}_form", browser.session_name());
    let scope = house.scope(&house.key).await;
    let tenant = is_signed_in.then(|| scope.tenant());
    house
        .engine
        .forms()
        .token(&browser.cookies[&form], &["page", path], tenant)
}

/// What must hold for every answer of this door.
fn check_headers(path: &str, reply: &Reply, is_https: bool) {
    let told = format!("{path}: {} {:?}", reply.status, reply.headers);
    assert_eq!(reply.header("x-content-type-options"), "nosniff", "{told}");
    assert_eq!(reply.header("x-frame-options"), "DENY", "{told}");
    let referrer = reply.header("referrer-policy");
    assert!(["same-origin", "no-referrer"].contains(&referrer), "{told}");
    let tls = if is_https { "max-age=31536000" } else { "" };
    assert_eq!(reply.header("strict-transport-security"), tls, "{told}");
    let policy = reply.header("content-security-policy");
    for part in ["default-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"] {
        assert!(policy.contains(part), "{told}");
    }
    for wide in ["unsafe", "*", "data:", "blob:", "http:", "https:", "nonce", "sha256"] {
        assert!(!policy.contains(wide), "{told}");
    }
    let is_open = reply.headers.contains_key(header::ACCESS_CONTROL_ALLOW_ORIGIN);
    let is_of_programs = path.starts_with("/.well-known/") || ["/register", "/token", "/revoke"].contains(&path);
    assert_eq!(is_open, is_of_programs, "{told}");
    assert!(
        !reply.headers.contains_key(header::ACCESS_CONTROL_ALLOW_CREDENTIALS),
        "{told}"
    );
    let is_file = ["/app.js", "/htmx.js", "/style.css", "/icon.svg"].contains(&path);
    if is_file {
        assert_eq!(reply.header("cache-control"), "no-cache", "{told}");
        assert!(!reply.headers.contains_key(header::SET_COOKIE), "{told}");
    } else if !path.starts_with("/.well-known/") {
        assert_eq!(reply.header("cache-control"), "no-store", "{told}");
    }
    let is_page = reply.header("content-type").starts_with("text/html");
    if is_page {
        for inline in ["<script>", " style=\"", "<style", " onclick", "javascript:"] {
            reply.hides(inline);
        }
    }
    if is_page && policy.contains("script-src") {
        assert_eq!(policy, security::OUR_PAGES.to_str().unwrap(), "{told}");
    }
}

/// What somebody is answered, in a cell of the table.
fn cell(reply: &Reply) -> String {
    let to = reply.location().split('?').next().unwrap();
    format!("{} {to}", reply.status.as_u16()).trim_end().to_owned()
}

/// Asks for every route as everybody, and writes down what came.
async fn table(house: &House, is_https: bool) -> String {
    let mut table = "| Route | Nobody | Locked session | Signed in |\n|---|---|---|---|\n".to_owned();
    for (route, methods) in collect(&house.door) {
        let path = spelled(house, &route).await;
        for method in methods {
            write!(table, "| `{method} {route}` ").unwrap();
            for who in EVERYBODY {
                let reply = asked(house, who, &method, &path).await;
                check_headers(&path, &reply, is_https);
                let told = cell(&reply).replace(&path, &route);
                write!(table, "| {told} ").unwrap();
            }
            table.push_str("|\n");
        }
    }
    table
}

#[tokio::test]
async fn every_route_answers_as_the_table_says() {
    let house = full(|_| ()).await;
    let table = table(&house, true).await;
    assert!(table.lines().count() > 60, "{table}");
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/web-ui.md");
    let page = fs::read_to_string(&file).unwrap();
    let (before, rest) = page.split_once("<!-- routes -->\n").expect("the place of the table");
    let (written, after) = rest.split_once("<!-- end of routes -->\n").unwrap();
    #[expect(
        clippy::disallowed_methods,
        reason = "the table is renewed as snapshots are, which the environment says"
    )]
    let renew = std::env::var("INSTA_UPDATE").is_ok_and(|how| how == "always");
    if renew && written != table {
        let page = format!("{before}<!-- routes -->\n{table}<!-- end of routes -->\n{after}");
        fs::write(&file, page).unwrap();
    } else {
        assert_eq!(written, table, "INSTA_UPDATE=always writes the table anew");
    }
}

/// Without TLS, on this machine, the same is answered; the cookies have no prefix (`Browser::keep` looks at them), and browsers
/// are not told to come by TLS alone.
#[tokio::test]
async fn on_this_machine_it_is_the_same_without_tls() {
    let (public, local) = (full(|_| ()).await, full(|plan| plan.web.public_url = None).await);
    let (public, local) = (table(&public, true).await, table(&local, false).await);
    assert_eq!(local, public);
}

/// The pages are there for the owner's browser alone: a cookie that is no session of ours is nobody's.
#[tokio::test]
async fn made_up_sessions_are_nobodys() {
    let house = full(|_| ()).await;
    let mut good = house.owner().await;
    let session = good.session().unwrap();
    let (head, rest) = session.split_once('.').unwrap();
    let (claims, signature) = rest.split_once('.').unwrap();
    // {"alg":"none"}
    let unsigned = format!("eyJhbGciOiJub25lIn0.{claims}.");
    let cut = &session[..session.len() - 1];
    let turned = format!("{head}.{claims}.{}", signature.chars().rev().collect::<String>());
    let key = house.key.expose_secret().to_owned();
    for made_up in ["x", "a.b.c", cut, &unsigned, &turned, &key, &"x".repeat(8_000)] {
        let mut browser = house.visitor();
        browser.plant(made_up);
        let reply = browser.get("/stores").await;
        assert_eq!(cell(&reply), "303 /login", "{made_up}");
    }
    assert_eq!(good.get("/stores").await.status, 200);
}
