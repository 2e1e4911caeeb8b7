//! Links to the pages of carriers.

use super::carrier::{fit, named};
use super::cell::tight;

#[cfg(test)]
mod tests;

/// Names under which links have a number.
const NAMES: [&str; 8] = [
    "tlabels",
    "tracknum",
    "trknbr",
    "tracknumbers",
    "tracking-id",
    "trackingnumber",
    "tracking_number",
    "piececode",
];

pub(super) fn is_link(text: &str) -> bool {
    ["http://", "https://", "www."].iter().any(|front| {
        text.get(..front.len())
            .is_some_and(|begin| begin.eq_ignore_ascii_case(front))
    })
}

/// The number in a link that says that it is one.
pub(super) fn number_in_link(text: &str) -> Option<&str> {
    let (_, query) = text.split_once('?').filter(|_| is_link(text))?;
    query.split(['&', '#']).find_map(|pair| {
        let (name, value) = pair.split_once('=')?;
        NAMES
            .iter()
            .any(|known| name.eq_ignore_ascii_case(known))
            .then_some(value)
            .filter(|value| !value.is_empty())
    })
}

/// What in the link to a known carrier's page has the form of that carrier's numbers, or one that no other text has by chance.
pub(super) fn likely_number(text: &str) -> Option<&str> {
    let whole = text.split_once("://").map_or(text, |(_, rest)| rest);
    let (host, rest) = whole.split_once(['/', '?', '#']).filter(|_| is_link(text))?;
    let carrier = named(host)?;
    let is_one = |piece: &&str| {
        let fit = fit(&tight(piece));
        fit.is_prefixed || fit.carriers.contains(&carrier)
    };
    rest.rsplit(['/', '?', '&', '#', '=', '.', ',']).find(is_one)
}
