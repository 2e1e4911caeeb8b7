//! Texts that many orders share, by number.

use std::collections::HashMap;
use std::sync::Arc;

#[derive(Debug, Default)]
pub(in crate::mirror) struct Names {
    texts: Vec<Arc<str>>,
    numbers: HashMap<Arc<str>, u32>,
}

/// Names of which those go on that are asked for, under numbers of their own.
pub(super) struct Renumbered {
    pub names: Names,
    before: Names,
    /// The number of each name before, once it has one.
    numbers: Vec<Option<u32>>,
}

impl Renumbered {
    /// The number of the name that had this one before.
    pub(super) fn number(&mut self, before: u32) -> u32 {
        let at = usize::try_from(before).unwrap_or(usize::MAX);
        if let Some(number) = self.numbers.get(at).copied().flatten() {
            return number;
        }
        let number = self.names.number(self.before.text(before));
        if let Some(known) = self.numbers.get_mut(at) {
            *known = Some(number);
        }
        number
    }
}

impl Names {
    /// No name goes on yet.
    pub(super) fn renumbered(self) -> Renumbered {
        Renumbered {
            names: Self::default(),
            numbers: vec![None; self.texts.len()],
            before: self,
        }
    }

    pub(in crate::mirror) fn text(&self, number: u32) -> &str {
        let at = usize::try_from(number).ok();
        at.and_then(|at| self.texts.get(at)).map_or("", |text| text)
    }

    /// Its number, if any order has the text.
    pub(in crate::mirror) fn find(&self, text: &str) -> Option<u32> {
        self.numbers.get(text).copied()
    }

    /// The numbers of all texts that differ from it in case alone.
    pub(in crate::mirror) fn find_in_any_case(&self, text: &str) -> Vec<u32> {
        let wanted = text.to_lowercase();
        let numbered = (0..).zip(&self.texts);
        let found = numbered.filter(|(_, text)| text.to_lowercase() == wanted);
        found.map(|(number, _)| number).collect()
    }

    pub(super) fn number(&mut self, text: &str) -> u32 {
        if let Some(number) = self.find(text) {
            return number;
        }
        let number = u32::try_from(self.texts.len()).unwrap_or(u32::MAX);
        let text: Arc<str> = text.into();
        self.texts.push(text.clone());
        self.numbers.insert(text, number);
        number
    }

    pub(super) fn all(&self) -> &[Arc<str>] {
        &self.texts
    }

    pub(super) fn size(&self) -> usize {
        let each = 2 * size_of::<Arc<str>>() + size_of::<u32>() + 2 * size_of::<usize>();
        self.texts.iter().map(|text| text.len() + each).sum()
    }
}
