//! What a name that nothing here has was meant to be.
//!
//! Whoever is told of a near name uses it, so a wrong one does harm: `total` is eight letters from `tax_total`, and the tax
//! would change. Other shops' names for the same thing therefore stand in tables (`trade`), record by record, and spelling
//! decides about slips of the finger only. Who meant neither is told all names there are.

pub use of::NameOf;
use plain::plain;
use trade::other::Other;

mod of;
mod plain;
#[cfg(test)]
mod tests;
mod trade;

/// What a name was meant to be. Nothing at all when nobody can tell.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Meant {
    /// The allowed name.
    pub name: Option<String>,
    /// Why there is none, or where what is meant belongs: the end of a sentence.
    pub word: Option<String>,
}

impl Meant {
    fn name(name: &str) -> Self {
        Self {
            name: Some(name.to_owned()),
            word: None,
        }
    }

    fn word(word: impl Into<String>) -> Self {
        Self {
            name: None,
            word: Some(word.into()),
        }
    }

    /// What is told of a name of the `allowed` ones that is none, behind the fact itself: why, or which names there are.
    /// Nothing where a name is suggested.
    pub fn told<'a>(&self, allowed: impl IntoIterator<Item = &'a str>) -> String {
        if self.name.is_some() {
            return String::new();
        }
        if let Some(word) = &self.word {
            return format!(": {word}");
        }
        let allowed: Vec<_> = allowed.into_iter().collect();
        match allowed.as_slice() {
            [] => String::new(),
            allowed => format!("; there are {}", allowed.join(", ")),
        }
    }
}

/// What `given`, which is none of the `allowed` names, was meant to be.
pub fn meant<'a>(given: &str, of: NameOf, allowed: impl IntoIterator<Item = &'a str>) -> Meant {
    let allowed: Vec<&str> = allowed.into_iter().collect();
    if let Some(name) = same(given, &allowed) {
        return Meant::name(name);
    }
    if of == NameOf::Argument
        && let Some(meant) = inside(given, &allowed, trade::own_part_of)
    {
        return meant;
    }
    let plain_name = plain(given);
    let others = trade::all(&plain_name, of);
    let is_allowed = |name: &&&str| allowed.contains(*name);
    if let Some(name) = others.clone().find_map(|other| other.fields.iter().find(is_allowed)) {
        return Meant::name(name);
    }
    let has_word =
        |other: &&Other| !other.word.is_empty() && (other.beside.is_empty() || allowed.contains(&other.beside));
    if let Some(other) = others.clone().find(has_word) {
        return Meant::word(other.word);
    }
    if let Some(meant) = elsewhere(given, of, &allowed) {
        return meant;
    }
    slip(given, allowed).map(Meant::name).unwrap_or_default()
}

/// The candidate that `given` is but for case, what stands between words, or a slip of the finger: one letter too many, too
/// few, wrong or exchanged with its neighbour; two in names of nine letters or more. Digits are never slips, nor are words
/// that stand for something else, but in the plural.
pub fn slip<'a>(given: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    /// Nothing that anybody types by mistake is longer.
    const LONGEST: usize = 64;
    let candidates: Vec<&str> = candidates.into_iter().collect();
    if let Some(name) = same(given, &candidates) {
        return Some(name);
    }
    let given = plain(given);
    let letters = given.chars().count();
    if !(3..=LONGEST).contains(&letters) {
        return None;
    }
    let is_a_word = trade::stands_for_something(&given);
    let is_plural = |one: &str, other: &str| one.strip_suffix('s') == Some(other);
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let near = candidates.into_iter().filter_map(|candidate| {
        let name = plain(candidate);
        let allowed = if letters.min(name.chars().count()) < 9 { 1 } else { 2 };
        let edits = strsim::osa_distance(&given, &name);
        let may_be_slip = !is_a_word || is_plural(&given, &name) || is_plural(&name, &given);
        (may_be_slip && edits <= allowed && digits(&given) == digits(&name)).then_some((edits, candidate))
    });
    near.min_by_key(|(edits, _)| *edits).map(|(_, candidate)| candidate)
}

/// The name that is the same but for case and what stands between its words: `postalCode`, `order-by`.
fn same<'a>(given: &str, names: &[&'a str]) -> Option<&'a str> {
    let given = plain(given);
    if given.is_empty() {
        return None;
    }
    names.iter().copied().find(|name| plain(name) == given)
}

/// A part that was named without the record it belongs to: a city in an order, a tracking number beside the shipment.
fn elsewhere(given: &str, of: NameOf, allowed: &[&str]) -> Option<Meant> {
    const ADDRESSES: [&str; 3] = ["shipping", "customer", "return_address"];
    match of {
        NameOf::Order | NameOf::NewOrder => {
            // `shipping_zip` is `zip` of `shipping`.
            let split = [("billing", "customer")]
                .into_iter()
                .chain(ADDRESSES.map(|address| (address, address)));
            let named = split.into_iter().find_map(|(prefix, address)| {
                let part = plain(given)
                    .strip_prefix(&plain(prefix))
                    .and_then(|rest| trade::part_of(rest, NameOf::Address))?;
                allowed
                    .contains(&address)
                    .then(|| Meant::name(&format!("{address}/{part}")))
            });
            named.or_else(|| {
                let part = trade::part_of(&plain(given), NameOf::Address)?;
                let addresses: Vec<&str> = ADDRESSES
                    .into_iter()
                    .filter(|address| allowed.contains(address))
                    .collect();
                (!addresses.is_empty())
                    .then(|| Meant::word(format!("belongs into {}, as {part}", addresses.join(" or "))))
            })
        }
        NameOf::Argument => inside(given, allowed, trade::part_of),
        _ => None,
    }
}

/// A name beside the record of a tool that is one of a field of it, as `part` finds it.
fn inside(given: &str, allowed: &[&str], part: fn(&str, NameOf) -> Option<&'static str>) -> Option<Meant> {
    const RECORDS: [(&str, NameOf); 5] = [
        ("shipment", NameOf::Shipment),
        ("item", NameOf::OrderItem),
        ("product", NameOf::InventoryItem),
        ("order", NameOf::NewOrder),
        ("address", NameOf::Address),
    ];
    RECORDS.into_iter().find_map(|(argument, of)| {
        // In a list, `order` is a direction.
        let takes_record = allowed.contains(&argument) && !allowed.contains(&"order_by");
        let part = takes_record.then(|| part(&plain(given), of)).flatten()?;
        Some(Meant::word(format!("belongs into {argument}, as {part}")))
    })
}
