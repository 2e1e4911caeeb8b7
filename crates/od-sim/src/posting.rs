//! What "Post Order JSON" is told to send, and where.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// An order to be posted. As JSON: `{"url": "http://127.0.0.1:9000/hook", "format": "json", "include_history": true}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Post {
    /// An `http://` address.
    pub url: String,
    /// What the body holds.
    #[serde(default)]
    pub format: PostFormat,
    /// Whether the order carries its history.
    #[serde(default)]
    pub include_history: bool,
}

/// What the body of a posted order holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PostFormat {
    /// A form with one field, `order`, whose value is the order as JSON. An order with the metadata
    /// `json_post_in_body` = 1 is sent as [`PostFormat::Json`] all the same.
    #[default]
    Form,
    /// The order as JSON.
    Json,
    /// JSON, `{"shipment": {..}, "order": {..}}`: the shipment that was just added, or the order's newest.
    Shipment,
}

impl Post {
    /// The form without history.
    pub fn to(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            format: PostFormat::default(),
            include_history: false,
        }
    }
}

/// A posting that a rule has asked for.
#[derive(Debug, Clone)]
pub(crate) struct Posting {
    pub(crate) order_id: u64,
    pub(crate) post: Post,
    /// The newest shipment when the rule ran.
    pub(crate) shipment: Option<Value>,
}
