//! `/connect`: what to paste into which client.

use askama::Template;
use axum::{Router, http::StatusCode, response::Response, routing::get};
use od_engine::is_loopback;
use url::Url;

use crate::{
    clients::{CLIENTS, Client, Way},
    layout::{Layout, Place},
    member::Member,
    web::Web,
};

pub fn router() -> Router<Web> {
    Router::new().route("/connect", get(show))
}

#[derive(Template)]
#[template(path = "connect.html")]
struct Connect {
    layout: Layout,
    endpoint: String,
    /// Whether clients can sign in.
    oauth: bool,
    /// Whether nobody else's machine can come to this address.
    is_local: bool,
    /// Whether this is the demo, which Claude Desktop starts anew.
    is_demo: bool,
    sections: Vec<Section>,
}

/// What to do in a client.
struct Section {
    id: &'static str,
    name: &'static str,
    by_url: Option<Step>,
    with_token: Option<Step>,
    /// Opens the client, which then asks whether to add the server.
    link: Option<Link>,
}

struct Link {
    href: String,
    label: String,
}

struct Step {
    id: String,
    before: &'static str,
    text: String,
    after: &'static str,
}

async fn show(member: Member) -> Response {
    let endpoint = member.web.options.endpoint(&member.headers);
    let oauth = member.web.engine.oauth().options().enabled;
    let template = Connect {
        layout: member.layout("Connect a client", Place::Connect),
        sections: CLIENTS
            .iter()
            .map(|client| Section::of(client, &endpoint, oauth))
            .collect(),
        oauth,
        is_demo: member
            .web
            .options
            .pages
            .as_ref()
            .is_some_and(|pages| pages.demo.is_some()),
        is_local: Url::parse(&endpoint).is_ok_and(|url| is_loopback(&url)),
        endpoint,
    };
    member.show(StatusCode::OK, &template)
}

impl Section {
    fn of(client: &Client, endpoint: &str, oauth: bool) -> Self {
        let step = |way: &Way, kind: &str| Step {
            id: format!("{}-{kind}", client.id),
            before: way.before,
            text: way.filled_in(endpoint),
            after: way.after,
        };
        Self {
            id: client.id,
            name: client.name,
            by_url: oauth.then(|| step(&client.by_url, "url")),
            with_token: client.with_token.as_ref().map(|way| step(way, "token")),
            link: client.link.filter(|_| oauth).map(|link| Link {
                href: link(endpoint),
                label: format!("Add to {}", client.name),
            }),
        }
    }
}

#[cfg(test)]
mod tests;
