//! Parcels that a table has and nobody is to send: labels that were voided, returns, numbers that were replaced.

use super::cell::trimmed;
use super::heading::plain;

/// Ends of headings over words that say how it stands, or what it is.
const STATES: [&str; 6] = [
    "status",
    "labelstate",
    "shipmentstate",
    "labeltype",
    "shipmenttype",
    "direction",
];
/// Headings of one word that do, and are no more than the end of others.
const STATE_WORDS: &str = "state type";
/// Beginnings of what stands there of a parcel that nobody is to send.
const ASIDE: [&str; 11] = [
    "void", "cancel", "storn", "annul", "anul", "geannul", "refund", "return", "retour", "reso", "inbound",
];
/// Parts of headings over an answer to whether it is so, and since when.
const MARKS: [&str; 11] = [
    "void",
    "cancel",
    "storn",
    "annul",
    "anulad",
    "geannul",
    "refund",
    "return",
    "retour",
    "testlabel",
    "istest",
];
/// Parts of headings that speak of something else there: where to, for how much, why, with which number, until when to send (a wholesale
/// order's cancel date), and what may come back one day.
const NO_MARKS: [&str; 25] = [
    "address",
    "adresse",
    "amount",
    "total",
    "fee",
    "cost",
    "price",
    "reason",
    "policy",
    "tracking",
    "number",
    "name",
    "instruction",
    "window",
    "service",
    "carrier",
    "canceldate",
    "cancelby",
    "returnable",
    "refundable",
    "returnby",
    "until",
    "deadline",
    "freereturn",
    "included",
];
/// Where it is so; what is no day says so too under [`VOID`].
const YES: &str = "true yes y t j ja o oui si s x 1 full partial requested approved complete completed done";
/// Headings of columns that say whether nobody uses the label, in whatever words.
const VOID: &str = "void voided labelvoided isvoided voidedat voiddate canceled cancelled labelcanceled labelcancelled canceledat \
                    cancelledat iscanceled iscancelled storniert annule annulee anulado cancelado annullato geannuleerd";
/// What such a column has where it is not.
const NOT: &str = "false no n f nein non none na active valid";
/// Words of headings over the numbers of other parcels than those that went to customers, and of numbers that were replaced.
const OTHERS: &str = "reso devolucion rma old previous former replaced void voided canceled cancelled";
/// Beginnings of such words, which are also written together: Returns, ReturnTrackingNumber, Retourensendungsnummer.
const OTHERS_BEGIN: [&str; 3] = ["return", "retour", "rucksend"];

/// Whether a cell says that its row's label is not used, or is one to come back with.
pub(super) fn is_void(heading: &str, cell: &str) -> bool {
    let (heading, raw) = (plain(heading), trimmed(cell));
    let cell = plain(raw);
    // A date of zeros is none.
    let says_no = is_among(NOT, &cell) || cell.starts_with("not") || cell.trim_matches('0').is_empty();
    if is_among(VOID, &heading) {
        return !says_no;
    }
    if is_state(&heading) && ASIDE.iter().any(|begin| cell.starts_with(begin)) {
        return true;
    }
    let says_yes = is_among(YES, &cell) || is_day(raw) || ASIDE.iter().any(|begin| cell.starts_with(begin));
    is_mark(&heading) && says_yes && !says_no
}

/// Whether a heading speaks of how a label stands, and so of no order.
pub(super) fn tells_state(heading: &str) -> bool {
    let heading = plain(heading);
    is_among(VOID, &heading) || is_state(&heading) || is_mark(&heading)
}

fn is_state(heading: &str) -> bool {
    is_among(STATE_WORDS, heading) || STATES.iter().any(|end| heading.ends_with(end))
}

fn is_mark(heading: &str) -> bool {
    MARKS.iter().any(|part| heading.contains(part)) && !NO_MARKS.iter().any(|part| heading.contains(part))
}

/// Whether a cell begins as a day does: `2026-11-02`, `11/2/2026`, `2.11.26`.
fn is_day(cell: &str) -> bool {
    let parts: Vec<&str> = cell.split(['-', '/', '.', ' ', 'T']).take(3).collect();
    parts.len() == 3
        && parts
            .iter()
            .all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Whether a heading speaks of other parcels.
pub(super) fn names_others(heading: &str) -> bool {
    heading
        .split(|c: char| !c.is_alphanumeric())
        .map(plain)
        .any(|word| is_among(OTHERS, &word) || OTHERS_BEGIN.iter().any(|begin| word.starts_with(begin)))
}

fn is_among(words: &str, word: &str) -> bool {
    words.split_ascii_whitespace().any(|one| one == word)
}
