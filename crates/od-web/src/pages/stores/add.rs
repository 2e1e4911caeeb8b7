//! `/stores/new`: a store is registered, once Order Desk accepts its key.

use askama::Template;
use axum::{Router, response::Response, routing::get};
use od_engine::stores::Register;
use secrecy::SecretString;
use serde_json::json;

use super::deed;
use crate::{
    layout::{Layout, Place},
    member::{Member, Owner},
    page,
    posted::Posted,
    problem::Problems,
    web::Web,
};

const PATH: &str = "/stores/new";

pub fn router() -> Router<Web> {
    Router::new().route(PATH, get(show).post(add))
}

/// What was typed, but for the key.
#[derive(Default)]
struct Typed {
    store_id: String,
    store_name: String,
    label: String,
}

#[derive(Template)]
#[template(path = "store_new.html")]
struct NewStore {
    layout: Layout,
    problems: Problems,
    csrf: String,
    typed: Typed,
}

async fn show(owner: Owner) -> Response {
    form(&owner, Problems::default(), Typed::default())
}

async fn add(Posted { who: owner, mut form }: Posted<Owner>) -> Response {
    let api_key = form.take("api_key").unwrap_or_else(|| SecretString::from(""));
    let typed = Typed {
        store_id: form.typed("store_id").to_owned(),
        store_name: form.typed("store_name").to_owned(),
        label: form.typed("label").to_owned(),
    };
    let filled = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let new = Register {
        store_id: typed.store_id.clone(),
        api_key,
        store_name: filled(&typed.store_name),
        label: filled(&typed.label),
        verify: true,
    };
    let told = json!({"store_id": new.store_id, "store_name": new.store_name, "label": new.label, "verify": true});
    let work = |engine: od_engine::Engine, scope| async move { engine.stores().register(&scope, new).await };
    let Err(error) = deed::REGISTER.run(&owner, told, work).await else {
        return owner.go("/stores?done=added");
    };
    let known = owner.web.engine.stores().list(&owner.scope).await;
    let is_known = known.is_ok_and(|known| known.data.iter().any(|store| store.store_id == typed.store_id));
    match deed::problems(&error, is_known) {
        Some(problems) => self::form(&owner, problems, typed),
        None => owner.refuse(&error),
    }
}

fn form(member: &Member, problems: Problems, typed: Typed) -> Response {
    let (status, wait) = (problems.status(), problems.retry_after);
    let template = NewStore {
        layout: member.layout("Add a store", Place::Stores),
        problems,
        csrf: member.csrf(PATH),
        typed,
    };
    let mut response = member.show(status, &template);
    page::retry_after(&mut response, wait);
    response
}
