//! Texts that many orders share, by number.

use std::collections::HashMap;
use std::sync::Arc;

#[derive(Debug, Default)]
pub(in crate::mirror) struct Names {
    texts: Vec<Arc<str>>,
    numbers: HashMap<Arc<str>, u32>,
}

impl Names {
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
