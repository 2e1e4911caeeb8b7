//! Parcels that a table has and nobody is to send: labels that were voided, returns, numbers that were replaced.

use super::cell::trimmed;
use super::heading::plain;

/// Headings of columns that say how it stands.
const STATES: &str =
    "status state shipmentstatus labelstatus shippingstatus trackingstatus orderstatus fulfillmentstatus";
/// What they say of a label that nobody uses; and headings of columns that say whether it is so.
const VOID: &str = "void voided labelvoided isvoided voidedat voiddate canceled cancelled labelcanceled labelcancelled canceledat \
                    cancelledat iscanceled iscancelled storniert annule annulee anulado cancelado annullato geannuleerd";
/// What a column that says whether it is so has where it is not.
const NOT: &str = "false no n f nein non none na active valid";
/// Words of headings over the numbers of other parcels than those that went to customers, and of numbers that were replaced.
const OTHERS: &str = "reso devolucion rma old previous former replaced void voided canceled cancelled";
/// Beginnings of such words, which are also written together: Returns, ReturnTrackingNumber, Retourensendungsnummer.
const OTHERS_BEGIN: [&str; 3] = ["return", "retour", "rucksend"];

/// Whether a cell says that its row's label is not used.
pub(super) fn is_void(heading: &str, cell: &str) -> bool {
    let (heading, cell) = (plain(heading), plain(trimmed(cell)));
    if is_among(STATES, &heading) {
        is_among(VOID, &cell)
    } else {
        // A date of zeros is none.
        let says_no = is_among(NOT, &cell) || cell.starts_with("not") || cell.trim_matches('0').is_empty();
        is_among(VOID, &heading) && !says_no
    }
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
