//! A new master key in place of another.

use std::time::Duration;

use askama::Template;
use axum::{http::header, response::Response};
use od_engine::{
    Error, SignInError,
    keys::{NewMasterKey, ReplacedKey},
};
use secrecy::{ExposeSecret, SecretString};

use super::list::{self, Fresh};
use crate::{
    layout::{Layout, Place},
    member::Owner,
    once::Once,
    page,
    posted::Posted,
    problem::Problems,
};

/// How many days an old key goes on working, unless chosen otherwise.
const GRACE: &str = "7";
/// The most such days.
const LONGEST: u64 = 365;

#[derive(Template)]
#[template(path = "keys_rotate.html")]
struct Rotate<'a> {
    layout: Layout,
    problems: Problems,
    csrf: String,
    once: String,
    known_as: &'a str,
    grace: &'a str,
}

pub async fn show(owner: Owner) -> Response {
    form(&owner, "", GRACE, Problems::default())
}

pub async fn rotate(
    Posted {
        who: owner,
        form: mut sent,
    }: Posted<Owner>,
) -> Response {
    let once = match Once::take(&owner, &sent).await {
        Ok(Some(once)) => once,
        Ok(None) => return owner.go("/keys"),
        Err(error) => return owner.refuse(&error),
    };
    let key = sent.take("master_key").unwrap_or_else(|| SecretString::from(""));
    let (label, grace) = (sent.typed("label"), sent.typed("grace_days"));
    match replaced(&owner, label, grace, &key).await {
        Ok(replaced) => told(&owner, replaced).await,
        Err(refused) => {
            once.give_back(&owner).await;
            match refused {
                Ok(problems) => form(&owner, label, grace, problems),
                Err(error) => owner.refuse(&error),
            }
        }
    }
}

async fn replaced(
    owner: &Owner,
    label: &str,
    grace: &str,
    key: &SecretString,
) -> Result<ReplacedKey, Result<Problems, Error>> {
    let days = grace.parse().ok().filter(|days: &u64| *days <= LONGEST);
    let Some(days) = days else {
        let what = format!("Give a whole number of days from 0 to {LONGEST}; 0 ends the old key at once.");
        return Err(Ok(Problems::of("grace_days", what)));
    };
    let new = NewMasterKey {
        label: (!label.is_empty()).then(|| label.to_owned()),
        reason: None,
        own: None,
        grace: Duration::from_hours(24 * days),
    };
    let keys = owner.web.engine.keys();
    let outcome = keys.replace(&owner.scope, key, new, owner.visit.address).await;
    outcome.map_err(|error| match error {
        SignInError::Engine(error @ Error::Invalid(_)) => {
            let field = |pointer: &str| pointer.strip_prefix('/').map(str::to_owned);
            Problems::of_error(&error, field).ok_or(error)
        }
        refused => Problems::of_sign_in(refused, "master_key"),
    })
}

/// Passes when the person enters a master key of the account.
pub async fn confirm(owner: &Owner, key: &SecretString) -> Result<(), Result<Problems, Error>> {
    let (visit, sessions) = (&owner.visit, owner.web.engine.sessions());
    let who = visit.anonymous(owner.scope.source());
    let confirmed = sessions.confirm(&owner.scope, key, &who, visit.address).await;
    confirmed.map_err(|error| Problems::of_sign_in(error, "master_key"))
}

async fn told(owner: &Owner, replaced: ReplacedKey) -> Response {
    let ReplacedKey {
        key,
        ended_at_once,
        session,
    } = replaced;
    let after = if ended_at_once {
        "The old key works no more, and all other sessions are signed out."
    } else {
        "The old key goes on working for a while; put the new one wherever it is used before that ends."
    };
    let fresh = Fresh {
        name: "new_master_key",
        label: "New master key",
        text: key.master_key.expose_secret().to_owned(),
        is_token: false,
        advice: format!("Keep it now: it is shown this once, and nobody can find it again. {after}"),
    };
    let mut response = list::page(owner, Some(&fresh)).await;
    if let Some(session) = session {
        let cookies = &owner.browser.cookies;
        if let Some(cookie) = cookies.keep_session(&session.text, session.lifetime.as_secs()) {
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
    }
    response
}

fn form(owner: &Owner, label: &str, grace: &str, problems: Problems) -> Response {
    let (status, wait) = (problems.status(), problems.retry_after);
    let template = Rotate {
        layout: owner.layout("Rotate master key", Place::Keys),
        problems,
        csrf: owner.csrf("/keys/rotate"),
        once: Once::mark(owner),
        known_as: label,
        grace,
    };
    let mut response = owner.show(status, &template);
    page::retry_after(&mut response, wait);
    response
}
