//! What pages show of a client.

use super::inquiry::Inquiry;

/// A client, as a person decides about it.
pub struct ClientView {
    pub name: String,
    /// The host of its id, when that is a URL; nothing is verified of any other.
    pub host: Option<String>,
    /// Where the browser is sent.
    pub sends_to: String,
    /// Whether that is a program on the person's own machine, or claims to be.
    pub is_local: bool,
}

impl ClientView {
    pub fn of(inquiry: &Inquiry) -> Self {
        Self {
            name: inquiry.client.name.clone(),
            host: inquiry.client.host.clone(),
            sends_to: inquiry.way.redirect.place(),
            is_local: inquiry.way.redirect.is_local(),
        }
    }
}
