//! Whom mail comes from.

use lettre::message::Mailbox;

use super::{FromText, Setting};

/// Whom mail comes from: an address, with or without a name before it.
#[derive(Debug, Clone)]
pub struct Sender(Mailbox);

impl Sender {
    /// As a mail's header has it.
    pub fn mailbox(&self) -> &Mailbox {
        &self.0
    }
}

impl FromText for Sender {
    const FREE_TEXT: bool = true;

    fn from_text(text: &str, _: &Setting) -> Result<Self, String> {
        let mailbox = (!text.chars().any(char::is_control)).then(|| text.parse().ok());
        mailbox
            .flatten()
            .map(Self)
            .ok_or_else(|| "is not an e-mail address".to_owned())
    }

    fn allowed(_: &Setting) -> String {
        "an e-mail address, with or without a name: `shop@example.com` or `Shop <shop@example.com>`".to_owned()
    }

    fn show(&self) -> Option<String> {
        Some(self.0.to_string())
    }
}
