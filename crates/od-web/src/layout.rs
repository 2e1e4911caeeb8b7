//! What surrounds every page: title, navigation, who is signed in.

use crate::guest::Known;

/// Where a page stands in the navigation.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Beside it: sign-in, faults.
    None,
    Dashboard,
    Stores,
    Console,
    Traces,
    Keys,
    Apps,
    Connect,
    Sessions,
    Settings,
}

/// The entries of the navigation.
const ENTRIES: [(Place, &str, &str); 9] = [
    (Place::Dashboard, "/", "Dashboard"),
    (Place::Stores, "/stores", "Stores"),
    (Place::Console, "/console", "Console"),
    (Place::Traces, "/traces", "Traces"),
    (Place::Keys, "/keys", "Keys and tokens"),
    (Place::Apps, "/apps", "Connected apps"),
    (Place::Connect, "/connect", "Connect a client"),
    (Place::Sessions, "/sessions", "Sessions"),
    (Place::Settings, "/settings", "Settings"),
];

/// An entry of the navigation.
pub struct Entry {
    pub href: String,
    pub label: &'static str,
    pub is_current: bool,
}

/// What surrounds a page.
pub struct Layout {
    pub title: String,
    /// What stands before every path: the public path, mostly nothing.
    pub base: String,
    /// Nothing for nobody.
    pub entries: Vec<Entry>,
    pub is_signed_in: bool,
    pub is_locked: bool,
    /// The token of the form that signs out.
    pub sign_out_csrf: String,
    /// What was done just now, once.
    pub done: Option<&'static str>,
}

/// What a page may be told to say was done, by a word in its address (`?done=saved`), so that nobody can have it say anything
/// else.
const DONE: [(&str, &str); 16] = [
    ("saved", "Saved."),
    ("added", "The store was added: Order Desk answered with this key."),
    ("deleted", "Deleted."),
    ("revoked", "Revoked."),
    ("disconnected", "Disconnected."),
    ("ended", "Signed out there."),
    ("tested", "The connection works."),
    ("rotated", "The master key was rotated."),
    ("purged", "Old entries were deleted."),
    ("unlocked", "Unlocked."),
    (
        "mailed",
        "Look into the mailbox of the new address. A link is on its way; the address is changed when its button is pressed.",
    ),
    (
        "printed",
        "This server prints its mail where it runs, in its terminal or log. The address is changed when the button behind the link in it is pressed.",
    ),
    ("email", "The e-mail address was changed."),
    ("webhook_on", "The webhook is on: enter its address at Order Desk."),
    ("webhook_off", "The webhook is off: posts to its address are refused."),
    (
        "webhook_moved",
        "The webhook has a new address: enter it at Order Desk. The one before is none any more.",
    ),
];

impl Layout {
    pub(crate) fn new(guest: &Known, title: String, place: Place) -> Self {
        let is_signed_in = guest.identity.is_some();
        let pages = &guest.web.options.pages;
        let is_shown = |entry: Place| entry != Place::Traces || pages.as_ref().is_some_and(|pages| pages.traces);
        let entries = ENTRIES
            .into_iter()
            .filter(|(entry, ..)| is_signed_in && is_shown(*entry));
        let entries = entries.map(|(entry, path, label)| Entry {
            href: guest.to(path),
            label,
            is_current: entry == place,
        });
        let query = guest.query();
        let word = query.first("done");
        Self {
            title,
            base: guest.base().to_owned(),
            entries: entries.collect(),
            is_signed_in,
            is_locked: guest.identity.as_ref().is_some_and(od_engine::Identity::is_locked),
            sign_out_csrf: guest.csrf_of_member("/logout"),
            done: word.and_then(|word| DONE.iter().find(|(known, _)| *known == word).map(|(_, text)| *text)),
        }
    }
}
