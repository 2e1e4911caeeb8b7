//! Turns the text of each setting into its value and notes every fault on the way.

use std::collections::HashMap;

use secrecy::{ExposeSecret, SecretString};

use super::{
    fault::{Fault, Origin},
    setting::Setting,
    value::FromText,
};

/// The text given for one setting. It may be a secret, so it is treated as one.
#[derive(Debug, Clone)]
pub struct Given {
    /// What was written.
    pub text: SecretString,
    /// Where it was written.
    pub origin: Origin,
}

/// The texts given, by the name of their setting, and the faults found so far.
#[derive(Debug, Default)]
pub struct Reader {
    given: HashMap<&'static str, Given>,
    faults: Vec<Fault>,
}

impl Reader {
    /// A reader of these texts.
    pub fn new(given: HashMap<&'static str, Given>) -> Self {
        Self {
            given,
            faults: Vec::new(),
        }
    }

    /// Reads one setting. A faulty one is noted and stands at its default, so that the reading goes on and every
    /// fault is reported at once.
    pub fn read<T: FromText>(&mut self, setting: &'static Setting) -> T {
        if let Some(given) = self.given.get(setting.name) {
            let text = given.text.expose_secret();
            match T::from_text(text, setting) {
                Ok(value) => return value,
                Err(problem) => self
                    .faults
                    .push(Fault::bad_value(setting, &given.origin, text, &problem)),
            }
        }
        fallback(setting)
    }

    /// Where the value of a setting came from.
    pub fn origins(&self) -> HashMap<&'static str, Origin> {
        self.given
            .iter()
            .map(|(name, given)| (*name, given.origin.clone()))
            .collect()
    }

    /// What was wrong.
    pub fn into_faults(self) -> Vec<Fault> {
        self.faults
    }
}

fn fallback<T: FromText>(setting: &'static Setting) -> T {
    let value = match setting.default {
        Some(text) => T::from_text(text, setting).ok(),
        None => T::absent(),
    };
    value
        .expect("a default of the table is a valid value, and a setting without one is optional: a test reads them all")
}
