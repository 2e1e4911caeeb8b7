//! `/unlock`: a session that began with a link by e-mail gets the tenant's data key with the master key.

use askama::Template;
use axum::{Router, response::Response, routing::get};
use od_engine::{SignUps, Source};
use secrecy::SecretString;

use super::login::{begin, own_path};
use crate::{
    layout::{Layout, Place},
    member::Member,
    page,
    posted::Posted,
    problem::Problems,
    web::Web,
};

#[cfg(test)]
mod tests;

pub fn router() -> Router<Web> {
    Router::new().route("/unlock", get(show).post(unlock))
}

#[derive(Template)]
#[template(path = "unlock.html")]
struct Unlock {
    layout: Layout,
    problems: Problems,
    csrf: String,
    next: String,
    can_sign_up: bool,
}

async fn show(member: Member) -> Response {
    let next = own_path(member.query().typed("next"));
    if !member.scope.identity().is_locked() {
        return member.go(&next);
    }
    form(&member, Problems::default(), next)
}

async fn unlock(Posted { who: member, mut form }: Posted<Member>) -> Response {
    let next = own_path(form.typed("next"));
    if !member.scope.identity().is_locked() {
        return member.go(&next);
    }
    let key = form.take("master_key").unwrap_or_else(|| SecretString::from(""));
    let who = member.visit.anonymous(Source::Webui);
    let sessions = member.web.engine.sessions();
    match sessions.unlock(&member.scope, &key, &who, member.visit.address).await {
        Ok(session) => begin(&member, &session, &next),
        Err(error) => match Problems::of_sign_in(error, "master_key") {
            Ok(problems) => self::form(&member, problems, next),
            Err(fault) => member.refuse(&fault),
        },
    }
}

fn form(member: &Member, problems: Problems, next: String) -> Response {
    let (status, wait) = (problems.status(), problems.retry_after);
    let template = Unlock {
        layout: member.layout("Unlock", Place::None),
        problems,
        csrf: member.csrf("/unlock"),
        next,
        can_sign_up: member.web.engine.links().options().sign_ups != SignUps::Closed,
    };
    let mut response = member.show(status, &template);
    page::retry_after(&mut response, wait);
    response
}
