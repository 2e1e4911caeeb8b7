//! The keys and tokens that there are.

use askama::Template;
use axum::{http::StatusCode, response::Response};
use od_engine::{
    Error, TokenView,
    keys::{MasterKeyView, is_endable},
    stores::StoreView,
};

use crate::{
    choices::names_of,
    layout::{Layout, Place},
    member::Owner,
    moment::Moment,
};

#[derive(Template)]
#[template(path = "keys.html")]
struct Keys<'a> {
    layout: Layout,
    fresh: Option<&'a Fresh>,
    keys: Vec<Key>,
    tokens: Vec<Token>,
}

/// A secret that was made just now.
pub struct Fresh {
    /// The id of its field.
    pub name: &'static str,
    pub label: &'static str,
    pub text: String,
    /// What to do with it.
    pub advice: String,
    pub is_token: bool,
}

struct Key {
    id: String,
    prefix: String,
    label: String,
    created: Option<Moment>,
    used: Option<Moment>,
    /// When it ends; nothing for the current one.
    ends: Option<Moment>,
    is_endable: bool,
}

struct Token {
    id: String,
    prefix: String,
    label: String,
    scopes: Vec<&'static str>,
    stores: String,
    created: Option<Moment>,
    used: Option<Moment>,
    ends: Option<Moment>,
}

pub async fn show(owner: Owner) -> Response {
    page(&owner, None).await
}

/// The page, with a secret that it shows this once.
pub async fn page(owner: &Owner, fresh: Option<&Fresh>) -> Response {
    let (keys, tokens, stores) = match found(owner).await {
        Ok(found) => found,
        // What was made is not lost for what stands beside it.
        Err(error) if fresh.is_some() => {
            tracing::warn!(%error, "keys and tokens could not be listed beside a new one");
            Default::default()
        }
        Err(error) => return owner.refuse(&error),
    };
    let endable: Vec<bool> = keys.iter().map(|key| is_endable(&keys, key)).collect();
    let template = Keys {
        layout: owner.layout("Keys and tokens", Place::Keys),
        fresh,
        keys: keys.into_iter().zip(endable).map(Key::of).collect(),
        tokens: tokens.into_iter().map(|token| Token::of(token, &stores)).collect(),
    };
    owner.show(StatusCode::OK, &template)
}

async fn found(owner: &Owner) -> Result<(Vec<MasterKeyView>, Vec<TokenView>, Vec<StoreView>), Error> {
    let (engine, scope) = (&owner.web.engine, &owner.scope);
    Ok((
        engine.keys().living(scope).await?,
        engine.tokens().list(scope).await?,
        engine.stores().list(scope).await?.data,
    ))
}

impl Key {
    fn of((key, is_endable): (MasterKeyView, bool)) -> Self {
        Self {
            id: key.key_id,
            prefix: key.prefix,
            label: key.label.unwrap_or_default(),
            created: Moment::parse(&key.created_at),
            used: key.last_used_at.as_deref().and_then(Moment::parse),
            ends: key.expires_at.as_deref().and_then(Moment::parse),
            is_endable,
        }
    }
}

impl Token {
    fn of(token: TokenView, stores: &[StoreView]) -> Self {
        Self {
            id: token.token_id,
            prefix: token.prefix,
            label: token.label,
            scopes: token.scopes,
            stores: names_of(token.stores, stores),
            created: Moment::parse(&token.created_at),
            used: token.last_used_at.as_deref().and_then(Moment::parse),
            ends: token.expires_at.as_deref().and_then(Moment::parse),
        }
    }
}
