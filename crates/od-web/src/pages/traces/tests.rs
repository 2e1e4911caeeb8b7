//! A person looks through the log of calls.

use std::sync::Arc;

use od_engine::{Call, ClientInfo, Engine, Identity, Outcome, RequestId, Scope, Source};
use secrecy::ExposeSecret;
use serde_json::{Value, json};

use super::filters::Filters;
use crate::{
    parameters::Parameters,
    tests::{
        browser::{Browser, Reply},
        house::{House, nobody},
    },
};

/// Somebody who is signed in.
struct Desk {
    house: House,
    identity: Identity,
    browser: Browser,
}

impl Desk {
    async fn open() -> Self {
        Self::with(true).await
    }

    async fn with(traces: bool) -> Self {
        let house = House::with(|plan| plan.web.pages.as_mut().unwrap().traces = traces).await;
        Self {
            identity: house.engine.auth().sign_in(&house.key).await.unwrap(),
            browser: house.owner().await,
            house,
        }
    }

    async fn get(&mut self, path: &str) -> Reply {
        self.browser.get(path).await
    }

    /// A call as an agent makes it; its request id.
    async fn call(&self, tool: &str, parameters: Value) -> String {
        call(&self.house.engine, &self.identity, tool, parameters).await
    }
}

async fn call(engine: &Engine, identity: &Identity, tool: &str, parameters: Value) -> String {
    let id = RequestId::generate();
    let client = ClientInfo {
        name: Some("claude <script>alert(1)</script>".to_owned()),
        ip: Some("203.0.113.7".to_owned()),
        user_agent: Some("<img src=x onerror=alert(2)>".to_owned()),
    };
    let scope = Scope::new(identity.clone(), id, Source::Mcp).with_client(client);
    let call = Call {
        tool: tool.to_owned(),
        parameters,
        cost: 1,
        needs: None,
    };
    let work = Box::pin(async { Ok(Outcome::new(Value::Null)) });
    engine.call(&scope, call, work).await.unwrap();
    id.to_string()
}

/// The tools in the rows of a list.
fn tools(page: &Reply) -> Vec<&str> {
    let rows = page.body.split("<td class=\"mono\">").skip(1);
    rows.map(|row| row.split('<').next().unwrap()).collect()
}

/// What an open page asks for by itself keeps no session alive.
#[tokio::test]
async fn a_page_that_stays_open_asks_as_nobody_before_it() {
    let mut desk = Desk::open().await;
    for path in ["/traces", "/traces?store=90001"] {
        let page = desk.get(path).await;
        let (_, rest) = page.body.split_once("id=\"calls\" class=\"calls\" hx-get=\"").unwrap();
        let asked = rest.split('"').next().unwrap().replace("&#38;", "&");
        assert!(asked.split(['?', '&']).any(|part| part == "live"), "{asked}");
        let part = desk.browser.fragment(&asked).await;
        assert_eq!(part.status, 200, "{}", part.body);
        part.shows(&format!("hx-get=\"{}\"", asked.replace('&', "&#38;")));
        // What the person sees in the address bar is not what the script asks for.
        assert_eq!(part.header("hx-replace-url"), path);
    }
}

#[tokio::test]
async fn calls_are_listed_filtered_and_found() {
    let mut desk = Desk::open().await;
    let id = desk.call("orders.list", json!({ "folder": "Needle" })).await;
    desk.call("orders.get", json!({ "order_id": "80012345" })).await;
    let page = desk.get("/traces").await;
    assert_eq!(page.status, 200, "{}", page.body);
    assert_eq!(tools(&page)[..2], ["orders.get", "orders.list"], "newest first");
    for name in ["search", "store", "tool", "status", "source", "from", "to"] {
        assert!(page.body.contains(&format!("<label for=\"{name}\">")), "{name}");
    }
    assert!(page.body.contains("<option value=\"orders.get\">"), "{}", page.body);
    assert!(page.body.contains("data-live"), "the first page refreshes itself");

    for (query, expected) in [
        ("search=needle", &["orders.list"][..]),
        (&format!("search={id}"), &["orders.list"]),
        ("search=80012345", &["orders.get"]),
        // As the tool is called elsewhere.
        ("search=orders_list+needle", &["orders.list"]),
        ("tool=orders.get", &["orders.get"]),
        ("tool=orders.get&search=needle", &[]),
        ("status=error", &[]),
        ("source=webhook", &[]),
        ("store=4711", &[]),
        ("from=2090-01-01", &[]),
        ("to=2020-01-01", &[]),
        ("search=%00needle", &["orders.list"]),
        ("before=nonsense&search=needle", &["orders.list"]),
    ] {
        let page = desk.get(&format!("/traces?{query}")).await;
        assert_eq!(page.status, 200, "{query}: {}", page.body);
        assert_eq!(tools(&page), expected, "{query}");
    }
    let nothing = desk.get("/traces?tool=%3Cscript%3E").await;
    assert!(nothing.body.contains("No call is like that"), "{}", nothing.body);
    let kept = "<option value=\"&#60;script&#62;\" selected>";
    assert!(nothing.body.contains(kept), "{}", nothing.body);

    let part = desk.browser.fragment("/traces?tool=orders.get&store=&search=").await;
    assert!(part.body.trim_start().starts_with("<div id=\"calls\""), "{}", part.body);
    assert_eq!(tools(&part), ["orders.get"]);
    assert_eq!(part.header("hx-replace-url"), "/traces?tool=orders.get");
}

#[tokio::test]
async fn pages_go_on_where_the_last_one_ended() {
    let mut desk = Desk::open().await;
    for n in 0..60 {
        desk.call("orders.list", json!({ "offset": n })).await;
    }
    let first = desk.get("/traces?tool=orders.list").await;
    assert_eq!(tools(&first).len(), 50);
    let before = first.body.split("\" rel=\"next\"").next().unwrap();
    let older = before.rsplit("href=\"").next().unwrap().replace("&#38;", "&");
    let second = desk.get(&older).await;
    assert_eq!(tools(&second).len(), 10, "{older}");
    assert!(!second.body.contains("data-live"), "it stands still");
    assert!(second.body.contains("rel=\"prev\""));
    assert!(!second.body.contains("rel=\"next\""));
}

#[tokio::test]
async fn what_cannot_be_looked_for_is_told() {
    let mut desk = Desk::open().await;
    for query in [
        "from=yesterday",
        "from=2026-02-30",
        "from=2026-03-02&to=2026-03-01",
        "to=9999-12-31",
        "search=1+2+3+4+5+6+7+8+9",
    ] {
        let page = desk.get(&format!("/traces?{query}")).await;
        assert_eq!(page.status, 422, "{query}: {}", page.body);
        assert!(page.body.contains("role=\"alert\""), "{query}");
    }
    let reply = desk.get("/traces/export?format=csv&from=yesterday").await;
    assert_eq!(
        (reply.status.as_u16(), reply.location()),
        (303, "/traces?from=yesterday")
    );
}

#[test]
fn days_are_those_of_the_viewers_zone() {
    let check = |query: &str, expected: (Option<&str>, Option<&str>)| {
        let filters = Filters::read(&Parameters::parse(query.as_bytes()));
        let filter = filters.to_audit().unwrap_or_else(|_| panic!("{query}"));
        let millis = |text: &str| text.parse::<jiff::Timestamp>().unwrap().as_millisecond();
        let expected = (expected.0.map(millis), expected.1.map(millis));
        assert_eq!((filter.since, filter.until), expected, "{query}");
    };
    check("from=2026-03-02", (Some("2026-03-02T00:00:00Z"), None));
    check(
        "to=2026-03-02&zone=nonsense,99999999999",
        (None, Some("2026-03-03T00:00:00Z")),
    );
    // New York leaves its winter time on that day, which has 23 hours.
    check(
        "from=2026-03-08&to=2026-03-08&zone=-300,-240",
        (Some("2026-03-08T05:00:00Z"), Some("2026-03-09T04:00:00Z")),
    );
}

#[tokio::test]
async fn nothing_that_was_recorded_runs_in_the_page() {
    let mut desk = Desk::open().await;
    let planted = "<script>alert(3)</script>";
    let id = desk
        .call("orders.<b>x</b>", json!({ "folder": planted, planted: [planted] }))
        .await;
    for path in [
        "/traces".to_owned(),
        format!("/traces/{id}"),
        format!("/traces?search={id}"),
    ] {
        let page = desk.get(&path).await;
        assert_eq!(page.status, 200, "{path}: {}", page.body);
        for dangerous in ["<script>alert", "<img src=x", "<b>"] {
            assert!(!page.body.contains(dangerous), "{path}: {dangerous}");
        }
        let policy = page.header("content-security-policy");
        assert!(
            policy.contains("script-src 'self'") && !policy.contains("unsafe"),
            "{policy}"
        );
        assert!(policy.contains("frame-ancestors 'none'"), "{policy}");
        assert_eq!(page.header("cache-control"), "no-store");
        assert_eq!(page.header("x-content-type-options"), "nosniff");
    }
    let page = desk.get(&format!("/traces/{id}")).await;
    assert!(page.body.contains("<span class=\"json-text\">"), "{}", page.body);
    let agent = "&#60;img src=x onerror";
    assert!(page.body.contains(agent), "the user agent is shown: {}", page.body);
}

#[tokio::test]
async fn a_request_of_somebody_else_is_as_if_it_never_was() {
    let mut desk = Desk::open().await;
    let stranger = desk.house.account("Stranger").await;
    let stranger = desk.house.engine.auth().sign_in(&stranger).await.unwrap();
    let foreign = call(&desk.house.engine, &stranger, "orders.get", json!({})).await;
    let never = RequestId::generate().to_string();
    let mut pages = Vec::new();
    for id in [foreign.as_str(), never.as_str(), "no-id", "%00", "%3Cscript%3E"] {
        let page = desk.get(&format!("/traces/{id}")).await;
        assert_eq!(page.status, 404, "{id}: {}", page.body);
        pages.push(page.essence());
    }
    for page in &pages {
        assert_eq!(page, &pages[0]);
    }
    let found = desk.get(&format!("/traces?search={foreign}&tool=orders.get")).await;
    assert_eq!(tools(&found).len(), 0);
}

#[tokio::test]
async fn what_is_shown_is_exported() {
    let mut desk = Desk::open().await;
    desk.call("=HYPERLINK(1)", json!({ "folder": "a, \"b\"" })).await;
    desk.call("orders.get", json!({})).await;
    let table = desk.get("/traces/export?format=csv&search=hyperlink").await;
    assert_eq!(table.status, 200);
    assert_eq!(table.header("content-type"), "text/csv; charset=utf-8");
    assert_eq!(
        table.header("content-disposition"),
        "attachment; filename=\"audit-log.csv\""
    );
    assert_eq!(table.header("cache-control"), "no-store");
    assert_eq!(table.body.lines().count(), 2, "{}", table.body);
    assert!(table.body.contains(",'=HYPERLINK(1),"), "{}", table.body);
    let list = desk.get("/traces/export?format=json&tool=orders.get").await;
    assert_eq!(list.header("content-type"), "application/json");
    assert_eq!(list.json().as_array().unwrap().len(), 1);
    let page = desk.get("/traces?tool=audit.export").await;
    assert_eq!(tools(&page).len(), 2, "exports are recorded");
}

#[tokio::test]
async fn old_entries_go_when_it_was_said_twice() {
    let mut desk = Desk::open().await;
    let page = desk.get("/traces/delete").await;
    assert!(page.body.contains("<h1>Delete old entries</h1>"), "{}", page.body);
    let sure = ("confirm", "yes");
    for (fields, status) in [
        (&[("csrf", "made-up"), ("days", "30"), sure][..], 403),
        (&[("days", "30")], 422),
        (&[("days", "0"), sure], 422),
        (&[("days", "-1"), sure], 422),
        (&[("days", "soon"), sure], 422),
    ] {
        let reply = desk.browser.submit(&page, "/traces/delete", fields).await;
        assert_eq!(reply.status, status, "{fields:?}: {}", reply.body);
    }
    let before = desk.get("/traces?tool=audit.purge").await;
    assert_eq!(tools(&before).len(), 0, "nothing was done yet");
    let fields = [("days", "30"), sure];
    let reply = desk.browser.submit(&page, "/traces/delete", &fields).await;
    assert_eq!((reply.status.as_u16(), reply.location()), (303, "/traces?done=purged"));
    let after = desk.get("/traces?tool=audit.purge&source=webui").await;
    assert_eq!(tools(&after), ["audit.purge"]);
}

/// It sees what is not sealed, and deletes nothing.
#[tokio::test]
async fn a_locked_session_looks_and_no_more() {
    let mut desk = Desk::open().await;
    let id = desk.call("orders.get", json!({})).await;
    let sessions = desk.house.engine.sessions();
    let session = sessions.begin_locked(desk.identity.tenant(), &nobody()).await.unwrap();
    let found = sessions.find(&session.text).await.unwrap().unwrap();
    let scope = Scope::new(found.identity, RequestId::generate(), Source::Webui);
    let refused = desk.house.engine.audit_log().purge_own(&scope, 30).await.unwrap_err();
    assert!(matches!(refused, od_engine::Error::Locked), "{refused:?}");
    desk.browser.plant(session.text.expose_secret());
    for path in [
        "/traces".to_owned(),
        format!("/traces/{id}"),
        "/traces/export?format=csv".to_owned(),
    ] {
        let page = desk.get(&path).await;
        assert_eq!(page.status, 200, "{path}: {}", page.body);
    }
    let page = desk.get("/traces/delete").await;
    assert_eq!(
        (page.status.as_u16(), page.location()),
        (303, "/unlock?next=%2Ftraces%2Fdelete")
    );
}

const PATHS: [&str; 4] = [
    "/traces",
    "/traces/export?format=csv",
    "/traces/delete",
    "/traces/0198c0de-0000-7000-8000-000000000001",
];

#[tokio::test]
async fn nobody_looks_without_signing_in() {
    let mut desk = Desk::open().await;
    desk.browser.cookies.clear();
    for path in PATHS {
        let reply = desk.get(path).await;
        assert_eq!(reply.status, 303, "{path}");
        let to = reply.location();
        assert!(to.starts_with("/login?next=%2Ftraces"), "{path}: {to}");
    }
}

#[tokio::test]
async fn without_the_viewer_there_is_no_page() {
    let mut desk = Desk::with(false).await;
    for path in PATHS {
        assert_eq!(desk.get(path).await.status, 404, "{path}");
    }
}

#[tokio::test]
async fn tools_have_the_names_that_they_have_in_the_console() {
    let house = House::with(|plan| {
        plan.web.pages.as_mut().unwrap().desk.listed = Arc::new(|name| name.replace('.', "_"));
    })
    .await;
    let identity = house.engine.auth().sign_in(&house.key).await.unwrap();
    let id = call(&house.engine, &identity, "orders.list", json!({})).await;
    let mut owner = house.owner().await;
    let page = owner.get("/traces?tool=orders.list").await;
    assert_eq!(tools(&page), ["orders_list"]);
    page.shows("<option value=\"orders.list\" selected>orders_list</option>");
    let page = owner.get(&format!("/traces/{id}")).await;
    page.shows("<span class=\"mono\">orders_list</span>");
    page.shows("Open orders_list in the console");
}
