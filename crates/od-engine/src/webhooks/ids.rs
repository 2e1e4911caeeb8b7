//! The ids in a post. Nothing else of it is kept while it is read: whoever has a store's key may post what they like.

use std::fmt;

use serde::de::{IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// An id has 20 digits at most.
const MOST_BYTES: usize = 64;

/// What of a record says which order it is about. Of anything that is no record there is nothing.
#[derive(Debug, Default)]
pub(super) struct Ids {
    pub id: Option<Value>,
    pub order_id: Option<Value>,
    pub order: Option<Box<Ids>>,
    pub shipment: Option<Box<Ids>>,
}

impl<'de> Deserialize<'de> for Ids {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Record)
    }
}

struct Record;

impl<'de> Visitor<'de> for Record {
    type Value = Ids;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Ids, A::Error> {
        let mut ids = Ids::default();
        while let Some(name) = members.next_key::<String>()? {
            match name.as_str() {
                "id" => ids.id = members.next_value::<Id>()?.0,
                "order_id" => ids.order_id = members.next_value::<Id>()?.0,
                "order" => ids.order = Some(members.next_value()?),
                "shipment" => ids.shipment = Some(members.next_value()?),
                _ => {
                    members.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(ids)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<Ids, A::Error> {
        ignore(items).map(|()| Ids::default())
    }

    fn visit_bool<E>(self, _: bool) -> Result<Ids, E> {
        Ok(Ids::default())
    }

    fn visit_i64<E>(self, _: i64) -> Result<Ids, E> {
        Ok(Ids::default())
    }

    fn visit_u64<E>(self, _: u64) -> Result<Ids, E> {
        Ok(Ids::default())
    }

    fn visit_f64<E>(self, _: f64) -> Result<Ids, E> {
        Ok(Ids::default())
    }

    fn visit_str<E>(self, _: &str) -> Result<Ids, E> {
        Ok(Ids::default())
    }

    fn visit_unit<E>(self) -> Result<Ids, E> {
        Ok(Ids::default())
    }
}

/// A text or a whole number; nothing where something else stands.
struct Id(Option<Value>);

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(OneId)
    }
}

struct OneId;

impl<'de> Visitor<'de> for OneId {
    type Value = Id;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an id")
    }

    fn visit_u64<E>(self, id: u64) -> Result<Id, E> {
        Ok(Id(Some(id.into())))
    }

    fn visit_str<E>(self, id: &str) -> Result<Id, E> {
        Ok(Id((id.len() <= MOST_BYTES).then(|| id.into())))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Id, A::Error> {
        while members.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Id(None))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<Id, A::Error> {
        ignore(items).map(|()| Id(None))
    }

    fn visit_bool<E>(self, _: bool) -> Result<Id, E> {
        Ok(Id(None))
    }

    fn visit_i64<E>(self, _: i64) -> Result<Id, E> {
        Ok(Id(None))
    }

    fn visit_f64<E>(self, _: f64) -> Result<Id, E> {
        Ok(Id(None))
    }

    fn visit_unit<E>(self) -> Result<Id, E> {
        Ok(Id(None))
    }
}

fn ignore<'de, A: SeqAccess<'de>>(mut items: A) -> Result<(), A::Error> {
    while items.next_element::<IgnoredAny>()?.is_some() {}
    Ok(())
}
