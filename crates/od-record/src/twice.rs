//! Members that a JSON text gives twice. Read as a value an object keeps one of the two, and nothing shows any more that there was
//! another: RFC 8259 section 4 leaves open what is made of them.

use std::collections::HashSet;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

#[cfg(test)]
mod tests;

/// The name that an object of the text has twice; none of a text that is no JSON.
pub fn given_twice(json: &[u8]) -> Option<String> {
    skim(json).ok().flatten()
}

/// Reads every text and number of a JSON text as the parser does, keeps none, and gives the name that an object has twice.
///
/// # Errors
/// What the parser says of a text that is no JSON, as long as no name came twice before.
pub fn skim(json: &[u8]) -> Result<Option<String>, serde_json::Error> {
    let mut twice = None;
    let mut reader = serde_json::Deserializer::from_slice(json);
    match Once(&mut twice).deserialize(&mut reader).and_then(|()| reader.end()) {
        // It ends there as with a fault.
        Err(_) if twice.is_some() => Ok(twice),
        read => read.map(|()| None),
    }
}

/// Reads any value, up to the first name that comes again.
struct Once<'a>(&'a mut Option<String>);

impl<'de> DeserializeSeed<'de> for Once<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, value: D) -> Result<(), D::Error> {
        value.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Once<'_> {
    type Value = ();

    fn expecting(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str("JSON")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        let mut names = HashSet::new();
        while let Some(name) = members.next_key::<String>()? {
            if names.contains(&name) {
                *self.0 = Some(name);
                return Err(A::Error::custom("given twice"));
            }
            members.next_value_seed(Once(&mut *self.0))?;
            names.insert(name);
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut values: A) -> Result<(), A::Error> {
        while values.next_element_seed(Once(&mut *self.0))?.is_some() {}
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }
}
