use std::{fs, path::Path, sync::Arc};

use od_engine::OAuthOptions;

use crate::{
    Demo,
    clients::{CLIENTS, EXAMPLE},
    links,
    tests::house::House,
};

/// The pages in `docs/clients/` are where each text was tried; what is pasted from here is the same.
#[test]
fn every_text_stands_in_the_documentation_of_its_client() {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/clients");
    for client in &CLIENTS {
        let page = fs::read_to_string(docs.join(format!("{}.md", client.id))).unwrap();
        let ways = [Some(&client.by_url), client.with_token.as_ref()];
        let texts = ways.into_iter().flatten().map(|way| way.text.to_owned());
        for text in texts.chain(client.link.map(|link| link(EXAMPLE))) {
            assert!(page.contains(&text), "{} does not have: {text}", client.id);
            assert!(text.contains(EXAMPLE) || text.contains("deeplink") || text.starts_with("vscode:"));
        }
    }
}

#[test]
fn links_hold_what_the_files_would() {
    let cursor = links::cursor("https://orders.example.com/mcp");
    assert_eq!(
        cursor,
        "cursor://anysphere.cursor-deeplink/mcp/install?name=orderdesk&config=\
         eyJ1cmwiOiJodHRwczovL29yZGVycy5leGFtcGxlLmNvbS9tY3AifQ%3D%3D"
    );
    let vscode = links::vscode("http://127.0.0.1:8080/mcp");
    assert_eq!(
        vscode,
        "vscode:mcp/install?%7B%22name%22%3A%22orderdesk%22%2C%22type%22%3A%22http%22%2C%22url%22%3A\
         %22http%3A%2F%2F127.0.0.1%3A8080%2Fmcp%22%7D"
    );
}

#[tokio::test]
async fn each_client_is_told_the_address_of_this_server() {
    let house = House::open().await;
    for mut visitor in [house.owner().await, house.locked().await] {
        let page = visitor.get("/connect").await;
        assert_eq!(page.status, 200);
        page.shows("claude mcp add --transport http orderdesk https://orders.example.com/mcp<");
        page.shows("&#34;orderdesk&#34;: { &#34;url&#34;: &#34;https://orders.example.com/mcp&#34; }");
        for client in &CLIENTS {
            page.shows(&format!("<h2 id=\"{}\">{}</h2>", client.id, client.name));
        }
    }
    let nobody = house.visitor().get("/connect").await;
    assert_eq!(nobody.location(), "/login?next=%2Fconnect");
}

#[tokio::test]
async fn without_sign_ins_each_client_needs_a_token() {
    let off = OAuthOptions {
        enabled: false,
        ..OAuthOptions::default()
    };
    let house = House::with(|plan| plan.engine.oauth = off).await;
    let page = house.owner().await.get("/connect").await;
    page.hides("cursor://");
    page.hides("codex mcp login");
    page.shows("Bearer odpt_…");
    assert_eq!(page.body.matches("It takes no token").count(), 2);
}

/// Most of those who try the server out are at an address that half of the clients cannot come to.
#[tokio::test]
async fn an_address_of_this_machine_alone_is_told_as_such() {
    let told = "This address is good on this machine alone.";
    let local = House::with(|plan| plan.web.public_url = None).await;
    local.owner().await.get("/connect").await.shows(told);
    let public = House::open().await;
    public.owner().await.get("/connect").await.hides(told);
}

/// Elsewhere the command starts an installation, which a demo is not.
#[tokio::test]
async fn the_demo_says_how_it_is_started_by_a_client() {
    let (start, write) = ("demo --stdio", "connect claude-desktop --write");
    let (demo, _) = Demo::new("odmk_of-the-demo".into(), Arc::new(Vec::new));
    let house = House::with(|plan| {
        plan.web.public_url = None;
        plan.web.pages.as_mut().unwrap().demo = Some(demo);
    })
    .await;
    let page = house.owner().await.get("/connect").await;
    page.shows(start);
    page.hides(write);
    let local = House::with(|plan| plan.web.public_url = None).await;
    let page = local.owner().await.get("/connect").await;
    page.shows(write);
    page.hides(start);
}
