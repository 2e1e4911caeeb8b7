//! `/sessions`: the browsers that are signed in.

use askama::Template;
use axum::{
    Router,
    http::StatusCode,
    response::Response,
    routing::{get, post},
};
use od_engine::{Class, SessionView};

use crate::{
    layout::{Layout, Place},
    member::{Member, Owner},
    moment::Moment,
    pages::question::Question,
    posted::Posted,
    web::Web,
};

mod agent;

pub fn router() -> Router<Web> {
    Router::new()
        .route("/sessions", get(show))
        .route("/sessions/end", get(ask).post(end))
        .route("/sessions/end-others", post(end_others))
}

#[derive(Template)]
#[template(path = "sessions.html")]
struct Sessions {
    layout: Layout,
    sessions: Vec<Session>,
    has_others: bool,
    end_others_csrf: String,
}

struct Session {
    id: String,
    browser: String,
    address: String,
    signed_in: Moment,
    used: Moment,
    is_own: bool,
    is_locked: bool,
}

async fn show(member: Member) -> Response {
    let found = match member.web.engine.sessions().list(&member.scope).await {
        Ok(found) => found,
        Err(error) => return member.refuse(&error),
    };
    let template = Sessions {
        layout: member.layout("Sessions", Place::Sessions),
        has_others: found.iter().any(|session| !session.is_own),
        sessions: found.into_iter().map(Session::of).collect(),
        end_others_csrf: member.csrf("/sessions/end-others"),
    };
    member.show(StatusCode::OK, &template)
}

/// Asks whether a browser is to be signed out.
async fn ask(owner: Owner) -> Response {
    let found = match owner.web.engine.sessions().list(&owner.scope).await {
        Ok(found) => found,
        Err(error) => return owner.refuse(&error),
    };
    let named = owner.query();
    let mut others = found.into_iter().filter(|session| !session.is_own).map(Session::of);
    let Some(session) = others.find(|session| session.id == named.typed("session_id")) else {
        return owner.not_found();
    };
    let question = Question {
        title: "Sign a browser out",
        place: Place::Sessions,
        what: format!(
            "Sign out {} at {}, which was last used at {}? Whoever sits there has to sign in again.",
            session.browser,
            session.address,
            session.used.utc()
        ),
        deed: "/sessions/end",
        named: ("session_id", &session.id),
        button: "Sign out",
        back: "/sessions",
    };
    question.ask(&owner)
}

async fn end(Posted { who: member, form }: Posted<Owner>) -> Response {
    let sessions = member.web.engine.sessions();
    match sessions.end(&member.scope, form.typed("session_id")).await {
        Ok(()) => member.go("/sessions?done=ended"),
        Err(error) if error.class() == Class::NotFound => member.not_found(),
        Err(error) => member.refuse(&error),
    }
}

async fn end_others(Posted { who: member, .. }: Posted<Owner>) -> Response {
    match member.web.engine.sessions().end_others(&member.scope).await {
        Ok(_) => member.go("/sessions?done=ended"),
        Err(error) => member.refuse(&error),
    }
}

impl Session {
    fn of(session: SessionView) -> Self {
        Self {
            id: session.id,
            browser: agent::name(session.user_agent.as_deref().unwrap_or_default()),
            address: session.ip_address.unwrap_or_default(),
            signed_in: Moment::of_millis(session.created_at),
            used: Moment::of_millis(session.last_used_at),
            is_own: session.is_own,
            is_locked: session.is_locked,
        }
    }
}

#[cfg(test)]
mod tests;
