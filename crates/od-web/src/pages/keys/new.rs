//! A new access token.

use std::time::Duration;

use askama::Template;
use axum::response::Response;
use od_engine::{Error, Grants, NewPersonalToken, Permission, oauth::EVERY_STORE, stores::StoreView};
use secrecy::{ExposeSecret, SecretString};

use super::list::{self, Fresh};
use crate::{
    choices::Choice,
    layout::{Layout, Place},
    member::Owner,
    once::Once,
    page,
    parameters::Parameters,
    posted::Posted,
    problem::Problems,
};

/// The value of the choice that a token never ends by itself.
const NEVER: &str = "never";
/// The lives that are offered, in days, with their words.
const LIVES: [(&str, &str); 5] = [
    ("7", "In 7 days"),
    ("30", "In 30 days"),
    ("90", "In 90 days"),
    ("365", "In 365 days"),
    (NEVER, "Never"),
];

#[derive(Template)]
#[template(path = "keys_new.html")]
struct New {
    layout: Layout,
    problems: Problems,
    csrf: String,
    once: String,
    known_as: String,
    scopes: Vec<Choice>,
    stores: Vec<Choice>,
    lives: Vec<Choice>,
}

/// What a person filled in, but for the master key.
struct Filled {
    label: String,
    scopes: Vec<String>,
    stores: Vec<String>,
    expires: String,
}

impl Filled {
    /// What a person finds filled in: reading, and no store.
    fn at_first() -> Self {
        let reading = [Permission::StoresRead, Permission::OrdersRead, Permission::ProductsRead];
        Self {
            label: String::new(),
            scopes: reading
                .iter()
                .map(|permission| permission.as_str().to_owned())
                .collect(),
            stores: Vec::new(),
            expires: "90".to_owned(),
        }
    }

    fn of(form: &Parameters) -> Self {
        let all = |name| form.all(name).map(str::to_owned).collect();
        Self {
            label: form.typed("label").to_owned(),
            scopes: all("scope"),
            stores: all("store"),
            expires: form.typed("expires").to_owned(),
        }
    }

    /// The token that this is, or what is wrong with it.
    fn token(&self, stores: &[StoreView]) -> Result<NewPersonalToken, Problems> {
        let mut problems = Problems::default();
        if self.label.is_empty() {
            problems.add(
                "label",
                "Give the token a label, by which you know later what it is for.",
            );
        }
        let mut scopes = Grants::NONE;
        for scope in &self.scopes {
            match Permission::parse(scope) {
                Some(permission) => scopes = scopes.with(Grants::only(permission)),
                None => problems.add("scope", "One of the scopes is none of this server's."),
            }
        }
        if self.scopes.is_empty() {
            problems.add("scope", "Choose at least one.");
        }
        let is_every = self.stores.iter().any(|store| store == EVERY_STORE);
        let is_ours = |id: &String| id == EVERY_STORE || stores.iter().any(|store| store.store_id == *id);
        if self.stores.is_empty() {
            problems.add("store", "Choose at least one, or all.");
        } else if !self.stores.iter().all(is_ours) {
            problems.add("store", "One of the stores is none of yours, or not any more.");
        }
        let expires_in = match self.expires.as_str() {
            NEVER => None,
            days => days
                .parse()
                .ok()
                .filter(|days: &u64| (1..=3660).contains(days))
                .map(|days| Duration::from_hours(24 * days))
                .or_else(|| {
                    problems.add("expires", "Choose when the token ends.");
                    None
                }),
        };
        if !problems.is_empty() {
            return Err(problems);
        }
        Ok(NewPersonalToken {
            label: self.label.clone(),
            scopes,
            stores: (!is_every).then(|| self.stores.clone()),
            expires_in,
        })
    }
}

pub async fn show(owner: Owner) -> Response {
    form(&owner, &Filled::at_first(), Problems::default()).await
}

pub async fn create(
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
    let filled = Filled::of(&sent);
    match made(&owner, &filled, &key).await {
        Ok(fresh) => list::page(&owner, Some(&fresh)).await,
        Err(refused) => {
            once.give_back(&owner).await;
            match refused {
                Ok(problems) => form(&owner, &filled, problems).await,
                Err(error) => owner.refuse(&error),
            }
        }
    }
}

async fn made(owner: &Owner, filled: &Filled, key: &SecretString) -> Result<Fresh, Result<Problems, Error>> {
    let (engine, scope) = (&owner.web.engine, &owner.scope);
    let stores = engine.stores().list(scope).await.map_err(Err)?.data;
    let new = filled.token(&stores).map_err(Ok)?;
    super::rotate::confirm(owner, key).await?;
    let field = |pointer: &str| match pointer {
        "/label" => Some("label".to_owned()),
        "/scopes" => Some("scope".to_owned()),
        "/stores" => Some("store".to_owned()),
        "/expires_in" => Some("expires".to_owned()),
        _ => None,
    };
    let created = engine.tokens().create(scope, new).await;
    let created = created.map_err(|error| Problems::of_error(&error, field).ok_or(error))?;
    Ok(Fresh {
        name: "new_token",
        label: "New token",
        text: created.token.expose_secret().to_owned(),
        is_token: true,
        advice: "Copy it now: it is shown this once. Send it as a bearer token, in the header Authorization."
            .to_owned(),
    })
}

async fn form(owner: &Owner, filled: &Filled, problems: Problems) -> Response {
    let stores = match owner.web.engine.stores().list(&owner.scope).await {
        Ok(stores) => stores.data,
        Err(error) => return owner.refuse(&error),
    };
    let scopes = Permission::ALL.into_iter();
    let mut stores: Vec<Choice> = stores
        .into_iter()
        .map(|store| Choice::of_store(store, &filled.stores))
        .collect();
    stores.push(Choice {
        value: EVERY_STORE.to_owned(),
        words: "All stores, also later ones".to_owned(),
        is_ticked: filled.stores.iter().any(|store| store == EVERY_STORE),
    });
    let lives = LIVES.map(|(value, words)| Choice {
        value: value.to_owned(),
        words: words.to_owned(),
        is_ticked: filled.expires == value,
    });
    let (status, wait) = (problems.status(), problems.retry_after);
    let template = New {
        layout: owner.layout("New token", Place::Keys),
        problems,
        csrf: owner.csrf("/keys/new"),
        once: Once::mark(owner),
        known_as: filled.label.clone(),
        scopes: scopes.map(|one| Choice::of_permission(one, &filled.scopes)).collect(),
        stores,
        lives: lives.into(),
    };
    let mut response = owner.show(status, &template);
    page::retry_after(&mut response, wait);
    response
}
