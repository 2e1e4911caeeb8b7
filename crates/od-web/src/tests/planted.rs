//! Script that somebody planted where a page repeats it, and formulas where a table does.

use axum::http::Method;
use od_engine::{
    Call, ClientInfo, Grants, NewPersonalToken, Outcome, RequestId, Scope, Source, templates::Template,
    tenants::NewTenant,
};
use serde_json::{Value, json};
use std::sync::Arc;

use super::{
    browser::Reply,
    house::{House, links},
    routes::{collect, spelled},
};
use crate::{Demo, SettingView, ShopOrder};

/// Closes whatever it may stand in, and runs.
const HOSTILE: &str = "'\"></textarea></title></script><script>alert(1)</script><img src=x onerror=alert(2)>";

/// Nothing of it is anything but text.
#[track_caller]
fn is_text(page: &Reply, path: &str) {
    if !page.header("content-type").starts_with("text/html") {
        let kept = page.header("content-disposition").starts_with("attachment");
        let is_read = page.header("x-content-type-options") == "nosniff";
        assert!(page.body.is_empty() || kept || is_read, "{path}: {:?}", page.headers);
        return;
    }
    for running in ["<script>alert", "<img src=x", "</textarea></title>", "'\"><"] {
        assert!(!page.body.contains(running), "{path}: {running} in {}", page.body);
    }
}

/// A house in which everything that can be named is named that.
async fn hostile() -> House {
    let order = ShopOrder {
        number: HOSTILE.to_owned(),
        store: HOSTILE.to_owned(),
        customer: HOSTILE.to_owned(),
        folder: HOSTILE.to_owned(),
        total: HOSTILE.to_owned(),
        changed_at: HOSTILE.to_owned(),
    };
    let setting = SettingView {
        section: HOSTILE.to_owned(),
        name: HOSTILE.to_owned(),
        value: HOSTILE.to_owned(),
        origin: HOSTILE.to_owned(),
        about: HOSTILE.to_owned(),
    };
    let mut house = House::bare(|plan| {
        plan.engine.links = links(od_engine::SignUps::Verified);
        let pages = plan.web.pages.as_mut().unwrap();
        let (demo, _) = Demo::new("odmk_of-the-demo".into(), Arc::new(move || vec![order.clone()]));
        pages.demo = Some(demo);
        pages.settings = vec![setting];
    })
    .await;
    let new = NewTenant {
        name: Some(HOSTILE.to_owned()),
        ..NewTenant::default()
    };
    house.key = house.engine.tenants().create(new).await.unwrap().master_key;
    house.store(&house.key, "90001", HOSTILE).await;
    let scope = house.scope(&house.key).await;
    let token = NewPersonalToken {
        label: HOSTILE.to_owned(),
        scopes: Grants::ALL,
        stores: Some(vec!["90001".to_owned()]),
        expires_in: None,
    };
    house.engine.tokens().create(&scope, token).await.unwrap();
    let template = Template {
        name: "'\"><script>alert(1)</script>".to_owned(),
        tool: "orders_list".to_owned(),
        arguments: json!({ HOSTILE: HOSTILE }).as_object().unwrap().clone(),
    };
    house.engine.templates().save(&scope, template).await.unwrap();
    called(&house, HOSTILE).await;
    house
}

/// A call of an agent, of which everything is called that.
async fn called(house: &House, what: &str) -> RequestId {
    let id = RequestId::generate();
    let client = ClientInfo {
        name: Some(what.to_owned()),
        ip: Some("203.0.113.7".to_owned()),
        user_agent: Some(what.to_owned()),
    };
    let identity = house.engine.auth().sign_in(&house.key).await.unwrap();
    let scope = Scope::new(identity, id, Source::Mcp).with_client(client);
    let call = Call {
        tool: what.to_owned(),
        parameters: json!({ what: [what], "folder": what }),
        cost: 1,
        needs: None,
    };
    let work = Box::pin(async { Ok(Outcome::new(Value::Null)) });
    house.engine.call(&scope, call, work).await.unwrap();
    id
}

#[tokio::test]
async fn nothing_that_is_stored_runs_on_any_page() {
    let house = hostile().await;
    let id = called(&house, HOSTILE).await;
    let mut phone = house.visitor();
    phone.headers = vec![("user-agent", "<script>alert(1)</script><img src=x onerror=alert(2)>")];
    phone.sign_in(&house.key).await;
    for mut browser in [house.owner().await, house.locked().await, house.visitor()] {
        let mut seen = 0;
        for (route, methods) in collect(&house.door) {
            if methods.contains(&Method::GET) {
                let path = spelled(&house, &route).await.replace("{request_id}", &id.to_string());
                let page = browser.get(&path).await;
                is_text(&page, &path);
                seen += page.body.matches("&#60;script&#62;alert(1)").count();
            }
        }
        let signed_in = browser.session().is_some();
        assert!(!signed_in || seen > 10, "the pages show what was planted: {seen}");
        if signed_in {
            is_text(&browser.get(&format!("/traces/{id}")).await, "its trace");
        }
    }
}

#[tokio::test]
async fn nothing_that_is_asked_for_runs_on_any_page() {
    let house = House::open().await;
    let hostile = serde_urlencoded::to_string([("v", HOSTILE)]).unwrap();
    let hostile = hostile.strip_prefix("v=").unwrap().replace('+', "%20");
    let names = [
        "next",
        "done",
        "search",
        "store",
        "tool",
        "status",
        "source",
        "from",
        "to",
        "zone",
        "before",
        "template",
        "key_id",
        "format",
        "view",
        "client_id",
        "redirect_uri",
        "state",
    ];
    let query = names.map(|name| format!("{name}={hostile}")).join("&");
    for mut browser in [house.owner().await, house.locked().await, house.visitor()] {
        for (route, methods) in collect(&house.door) {
            if !methods.contains(&Method::GET) {
                continue;
            }
            let path = ["{store_id}", "{request_id}", "{token}"]
                .iter()
                .fold(route.clone(), |path, name| path.replace(name, &hostile));
            for address in [path.clone(), format!("{path}?{query}")] {
                let page = browser.get(&address).await;
                is_text(&page, &address);
                assert!(page.status.as_u16() < 500, "{address}: {}", page.body);
            }
            // One at a time, where several would be refused for the first.
            for name in names {
                let address = format!("{path}?{name}={hostile}");
                is_text(&browser.get(&address).await, &address);
            }
        }
    }
}

/// What was typed comes back with a problem beside it, and as text.
#[tokio::test]
async fn nothing_that_is_typed_runs_when_it_comes_back() {
    let house = House::open().await;
    let mut owner = house.owner().await;
    for (page, form, fields) in [
        (
            "/stores/new",
            "/stores/new",
            &["store_id", "store_name", "label", "api_key"][..],
        ),
        ("/stores/90001", "/stores/90001/delete", &["confirm"]),
        (
            "/keys/new",
            "/keys/new",
            &["label", "scope", "store", "expires", "master_key"],
        ),
        ("/keys/rotate", "/keys/rotate", &["label", "grace_days", "master_key"]),
        ("/traces/delete", "/traces/delete", &["days", "confirm"]),
        (
            "/console",
            "/console",
            &[
                "store",
                "tool",
                "shown",
                "view",
                "step",
                "json",
                "template_name",
                "template",
            ],
        ),
    ] {
        let filled: Vec<_> = fields.iter().map(|field| (*field, HOSTILE)).collect();
        let reply = owner.fill(page, form, &filled).await;
        assert!(reply.status.is_client_error(), "{form}: {}", reply.status);
        is_text(&reply, form);
    }
    let mut visitor = house.visitor();
    for (form, field) in [("/login", "master_key"), ("/login/link", "email")] {
        let reply = visitor
            .fill("/login", form, &[(field, HOSTILE), ("next", HOSTILE)])
            .await;
        assert_eq!(reply.status, 422);
        is_text(&reply, form);
    }
}

/// A spreadsheet runs a cell that begins with one of these.
#[tokio::test]
async fn no_cell_of_an_export_is_a_formula() {
    let house = House::open().await;
    for start in ["=", "+", "-", "@", "\t=", "\r=", "\n=", " =", "\u{ff1d}"] {
        called(&house, &format!("{start}cmd|' /C calc'!A0")).await;
    }
    let table = house.owner().await.get("/traces/export?format=csv&search=calc").await;
    assert_eq!(table.status, 200, "{}", table.body);
    assert!(table.body.matches("calc").count() >= 9, "{}", table.body);
    let runs = |cell: &String| cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '\u{ff1d}']);
    // The end of a line is no cell's beginning.
    let formulas: Vec<_> = cells(&table.body.replace("\r\n", "\n"))
        .into_iter()
        .filter(runs)
        .collect();
    assert!(formulas.is_empty(), "{formulas:?}");
}

/// The cells of a table: RFC 4180.
fn cells(table: &str) -> Vec<String> {
    let (mut cells, mut cell, mut quoted) = (Vec::new(), String::new(), false);
    for letter in table.chars() {
        match letter {
            '"' => quoted = !quoted,
            ',' | '\n' if !quoted => cells.push(std::mem::take(&mut cell)),
            letter => cell.push(letter),
        }
    }
    cells
}
