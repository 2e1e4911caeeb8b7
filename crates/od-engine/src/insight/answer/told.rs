//! What is told beside the data: of several stores with their names, each thing once.

use crate::outcome::StoreRef;

/// As many stores are named at most; the others are counted.
const NAMED: usize = 8;

/// What is to be said of a store.
pub(super) struct OfStore<'a> {
    pub store: &'a StoreRef,
    /// Why its part is not whole.
    pub doubt: Option<&'a str>,
    pub told: &'a [String],
}

/// What is to be said of the stores. What is not whole comes first: nobody shall take a part for all.
pub(super) fn warnings<'a>(stores: impl Iterator<Item = OfStore<'a>>, of_several: bool) -> Vec<String> {
    let mut doubts = Said::default();
    let mut others = Said::default();
    for of in stores {
        if let Some(doubt) = of.doubt {
            doubts.add(doubt, of.store);
        }
        for told in of.told {
            others.add(told, of.store);
        }
    }
    let doubts = doubts.0.into_iter().map(|(doubt, stores)| {
        let whose = if of_several {
            format!(" of {}", names(&stores))
        } else {
            String::new()
        };
        format!("The answer{whose} is not whole: {doubt}")
    });
    let others = others.0.into_iter().map(|(told, stores)| {
        // Some say themselves whose they are.
        let is_named = stores.iter().any(|store| told.contains(&store.to_string()));
        if of_several && !is_named {
            format!("{}: {told}", names(&stores))
        } else {
            told.to_owned()
        }
    });
    doubts.chain(others).collect()
}

/// Texts, each with the stores that it is about.
#[derive(Default)]
struct Said<'a>(Vec<(&'a str, Vec<&'a StoreRef>)>);

impl<'a> Said<'a> {
    fn add(&mut self, text: &'a str, store: &'a StoreRef) {
        match self.0.iter_mut().find(|(known, _)| *known == text) {
            Some((_, stores)) => stores.push(store),
            None => self.0.push((text, vec![store])),
        }
    }
}

/// Stores by their names.
pub(in crate::insight) fn names(stores: &[&StoreRef]) -> String {
    let mut names: Vec<String> = stores.iter().take(NAMED).map(ToString::to_string).collect();
    if let Some(more @ 1..) = stores.len().checked_sub(NAMED) {
        names.push(format!("{more} more"));
    }
    names.join(", ")
}
