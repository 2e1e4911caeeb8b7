//! `/stores/{store_id}`: one store; its registration is changed, tried and deleted.

use askama::Template;
use axum::{
    Router,
    extract::Path,
    response::Response,
    routing::{get, post},
};
use od_engine::{
    Engine, Error,
    stores::{KnownStore, UpdateStore},
    webhooks::{WebhookAction, WebhookView},
};
use serde_json::json;

use super::deed;
use crate::{
    layout::{Layout, Place},
    member::{Member, Owner},
    moment::Moment,
    page,
    pages::question::Question,
    parameters::Parameters,
    posted::Posted,
    problem::Problems,
    web::Web,
};

pub fn router() -> Router<Web> {
    Router::new()
        .route("/stores/{store_id}", get(show).post(save))
        .route("/stores/{store_id}/test", post(test))
        .route("/stores/{store_id}/webhook", get(ask).post(switch))
        .route("/stores/{store_id}/delete", post(delete))
}

/// The tokens of the forms.
struct Tokens {
    save: String,
    test: String,
    webhook: String,
    delete: String,
}

/// What stands in the fields.
#[derive(Clone)]
struct Typed {
    store_name: String,
    label: String,
}

impl Typed {
    fn stored(store: &KnownStore) -> Self {
        let label = store.store.label.as_deref().unwrap_or_default();
        Self {
            store_name: store.store.store_name.trim().to_owned(),
            label: label.trim().to_owned(),
        }
    }

    /// What was typed, with what is stored where nothing was; and what was changed here and elsewhere while the form stood open.
    fn of(form: &Parameters, store: &KnownStore) -> (Self, Problems) {
        let (mut problems, stored) = (Problems::default(), Self::stored(store));
        // A form of ours tells what it showed.
        let tells = form.first("shown_store_name").is_some();
        let mut read = |field: &str, label: &str, stored: &str| {
            let typed = form.typed(field);
            let shown = if tells {
                form.typed(&format!("shown_{field}"))
            } else {
                stored
            };
            if typed == shown {
                return stored.to_owned();
            }
            if stored != shown && stored != typed {
                let now = if stored.is_empty() { "empty" } else { stored };
                let what = format!(
                    "{label} is {now} by now: it was changed while this form stood open. Save again to have what stands here."
                );
                problems.add(field, what);
            }
            typed.to_owned()
        };
        let typed = Self {
            store_name: read("store_name", "Name", &stored.store_name),
            label: read("label", "Label", &stored.label),
        };
        (typed, problems)
    }
}

#[derive(Template)]
#[template(path = "store.html")]
struct Store {
    layout: Layout,
    problems: Problems,
    store: KnownStore,
    added: Moment,
    /// The page's own.
    address: String,
    typed: Typed,
    /// What the form shows unless something is typed, which is sent along.
    stored: Typed,
    csrf: Tokens,
    confirm: String,
    /// Nothing where posts are not taken, and for whoever may not know.
    webhook: Option<WebhookView>,
    /// What should be known of it.
    warnings: Vec<String>,
    last_post: Option<Moment>,
}

async fn show(member: Member, Path(store_id): Path<String>) -> Response {
    match find(&member, &store_id).await {
        Ok(store) => form(&member, store, Problems::default(), None).await,
        Err(response) => response,
    }
}

async fn save(Path(store_id): Path<String>, Posted { who: owner, mut form }: Posted<Owner>) -> Response {
    let store = match find(&owner, &store_id).await {
        Ok(store) => store,
        Err(response) => return response,
    };
    let api_key = form.take("api_key");
    let (typed, problems) = Typed::of(&form, &store);
    if !problems.is_empty() {
        return self::form(&owner, store, problems, Some(typed)).await;
    }
    let stored = Typed::stored(&store);
    let change = UpdateStore {
        store_name: (typed.store_name != stored.store_name).then(|| typed.store_name.clone()),
        label: (typed.label != stored.label).then(|| typed.label.clone()),
        api_key,
    };
    let saved = format!("{}?done=saved", path(&store_id));
    if change.store_name.is_none() && change.label.is_none() && change.api_key.is_none() {
        return owner.go(&saved);
    }
    let told = json!({
        "store": store_id, "store_name": change.store_name, "label": change.label,
        "api_key_replaced": change.api_key.is_some(),
    });
    let id = store_id.clone();
    let work = |engine: Engine, scope| async move { engine.stores().update(&scope, &id, change).await };
    match deed::UPDATE.run(&owner, told, work).await {
        Ok(()) => owner.go(&saved),
        Err(error) => failed(&owner, store, &error, Some(typed)).await,
    }
}

async fn test(Path(store_id): Path<String>, Posted { who: owner, .. }: Posted<Owner>) -> Response {
    let store = match find(&owner, &store_id).await {
        Ok(store) => store,
        Err(response) => return response,
    };
    let id = store_id.clone();
    let work = |engine: Engine, scope| async move { engine.stores().test(&scope, Some(&id)).await };
    match deed::TEST.run(&owner, json!({"store": store_id}), work).await {
        Ok(()) => owner.go(&format!("{}?done=tested", path(&store_id))),
        Err(error) => failed(&owner, store, &error, None).await,
    }
}

/// Asks whether the webhook's address is to end.
async fn ask(owner: Owner, Path(store_id): Path<String>) -> Response {
    let store = match find(&owner, &store_id).await {
        Ok(store) => store,
        Err(response) => return response,
    };
    let (title, then, button) = match WebhookAction::parse(owner.query().typed("action")) {
        Some(WebhookAction::Rotate) => (
            "New webhook address",
            "The new one has to be entered at Order Desk.",
            "New address",
        ),
        Some(WebhookAction::Disable) => (
            "Disable the webhook",
            "Another one is made when it is enabled again.",
            "Disable",
        ),
        _ => return owner.not_found(),
    };
    let action = owner.query().typed("action").to_owned();
    let name = &store.store.store_name;
    let question = Question {
        title,
        place: Place::Stores,
        what: format!(
            "End the present address of {name} now? Posts to it are refused from then on, and it cannot be brought back. {then}"
        ),
        deed: &format!("{}/webhook", path(&store_id)),
        named: ("action", &action),
        button,
        back: &path(&store_id),
    };
    question.ask(&owner)
}

async fn switch(Path(store_id): Path<String>, Posted { who: owner, form }: Posted<Owner>) -> Response {
    let store = match find(&owner, &store_id).await {
        Ok(store) => store,
        Err(response) => return response,
    };
    let done = match WebhookAction::parse(form.typed("action")) {
        Some(action @ WebhookAction::Enable) => Some((action, "webhook_on")),
        Some(action @ WebhookAction::Disable) => Some((action, "webhook_off")),
        Some(action @ WebhookAction::Rotate) => Some((action, "webhook_moved")),
        Some(WebhookAction::Show) | None => None,
    };
    let Some((action, done)) = done else {
        return self::form(&owner, store, Problems::of("", "Choose one of the buttons."), None).await;
    };
    let (id, told) = (store_id.clone(), json!({ "store": store_id, "action": action }));
    let work = |engine: Engine, scope| async move { engine.webhooks().act(&scope, &id, action).await };
    match deed::WEBHOOK.run(&owner, told, work).await {
        Ok(()) => owner.go(&format!("{}?done={done}#webhook", path(&store_id))),
        Err(error) => failed(&owner, store, &error, None).await,
    }
}

async fn delete(Path(store_id): Path<String>, Posted { who: owner, form }: Posted<Owner>) -> Response {
    let store = match find(&owner, &store_id).await {
        Ok(store) => store,
        Err(response) => return response,
    };
    let name = &store.store.store_name;
    if form.typed("confirm") != name.trim() {
        let problems = Problems::of("confirm", format!("Type the store's name, {name}, to delete it."));
        return self::form(&owner, store, problems, None).await;
    }
    let id = store_id.clone();
    let work = |engine: Engine, scope| async move { engine.stores().delete(&scope, &id).await };
    match deed::DELETE.run(&owner, json!({"store_id": store_id}), work).await {
        Ok(()) => owner.go("/stores?done=deleted"),
        Err(error) => failed(&owner, store, &error, None).await,
    }
}

/// One of the tenant's own stores, by its id alone; else the page for what never was.
async fn find(member: &Member, store_id: &str) -> Result<KnownStore, Response> {
    let known = member.web.engine.stores().known(&member.scope).await;
    let known = known.map_err(|error| member.refuse(&error))?;
    let mut known = known.into_iter();
    known
        .find(|known| known.store.store_id == store_id)
        .ok_or_else(|| member.not_found())
}

fn path(store_id: &str) -> String {
    format!("/stores/{store_id}")
}

async fn failed(member: &Member, store: KnownStore, error: &Error, typed: Option<Typed>) -> Response {
    match error {
        // It was deleted in this moment.
        Error::NotFound { .. } => member.not_found(),
        error => match deed::problems(error, false) {
            Some(problems) => form(member, store, problems, typed).await,
            None => member.refuse(error),
        },
    }
}

async fn form(member: &Member, store: KnownStore, problems: Problems, typed: Option<Typed>) -> Response {
    let webhooks = member.web.engine.webhooks();
    let shown = if webhooks.are_taken() {
        // Whoever may not know it, and a session that is locked, see the rest of the page.
        webhooks.show(&member.scope, &store.store.store_id).await.ok()
    } else {
        None
    };
    let (webhook, warnings) = shown.map_or((None, Vec::new()), |shown| (Some(shown.data), shown.warnings));
    let last_post = webhook.as_ref().and_then(|webhook| webhook.last_post_at.as_deref());
    let (status, wait) = (problems.status(), problems.retry_after);
    let path = path(&store.store.store_id);
    let stored = Typed::stored(&store);
    let template = Store {
        layout: member.layout(store.store.store_name.clone(), Place::Stores),
        problems,
        typed: typed.unwrap_or_else(|| stored.clone()),
        stored,
        csrf: Tokens {
            save: member.csrf(&path),
            test: member.csrf(&format!("{path}/test")),
            webhook: member.csrf(&format!("{path}/webhook")),
            delete: member.csrf(&format!("{path}/delete")),
        },
        added: Moment::of_millis(store.added_at),
        address: member.to(&path),
        confirm: format!("Type {} to confirm", store.store.store_name),
        store,
        last_post: last_post.and_then(Moment::parse),
        webhook,
        warnings,
    };
    let mut response = member.show(status, &template);
    page::retry_after(&mut response, wait);
    response
}
