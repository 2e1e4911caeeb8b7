//! The one credential that a person names, by its id or by what listings show of it.

use crate::error::Error;

/// What a credential is named by, and how it stands.
#[derive(Debug)]
pub(crate) struct Entry<'a> {
    pub id: &'a str,
    pub prefix: &'a str,
    /// RFC 3339, UTC.
    pub made_at: String,
    /// RFC 3339, UTC; none while it lives.
    pub ended_at: Option<String>,
}

/// Credentials of one kind, as messages call them.
#[derive(Debug)]
pub(crate) struct Kind {
    /// One of them.
    pub one: &'static str,
    /// The same, at the beginning of a sentence.
    pub title: &'static str,
    /// Where they are listed.
    pub hint: &'static str,
}

impl Kind {
    /// There is none of this name.
    pub(crate) fn not_found(&self, name: &str) -> Error {
        Error::NotFound {
            what: self.title,
            name: od_record::text::quoted(name),
            nearest: None,
            hint: self.hint,
        }
    }
}

/// The living one of `rows` that has this id or prefix.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Invalid`] for a prefix that several living ones have, and when those that are named have ended:
/// nothing was to be done any more.
pub(crate) fn named<T>(
    rows: Vec<T>,
    id_or_prefix: &str,
    kind: &Kind,
    entry: impl Fn(&T) -> Entry<'_>,
) -> Result<T, Error> {
    let is_named = |row: &T| {
        let entry = entry(row);
        entry.id == id_or_prefix || entry.prefix == id_or_prefix
    };
    let (mut living, ended): (Vec<T>, Vec<T>) = rows
        .into_iter()
        .filter(is_named)
        .partition(|row| entry(row).ended_at.is_none());
    match (living.len(), ended.first()) {
        (0, None) => Err(kind.not_found(id_or_prefix)),
        (0, Some(ended)) => {
            let Entry { prefix, ended_at, .. } = entry(ended);
            let at = ended_at.unwrap_or_default();
            let told = format!("is that of {} {prefix}, which was ended already, at {at}", kind.one);
            Err(Error::invalid("/prefix", told))
        }
        (1, _) => Ok(living.swap_remove(0)),
        _ => {
            let each = living.iter().map(|row| {
                let Entry { id, made_at, .. } = entry(row);
                format!("{id} (made {made_at})")
            });
            let told = format!(
                "is the prefix of several {}s, and nothing was done: give the id of one, {}",
                kind.one,
                each.collect::<Vec<_>>().join(" or ")
            );
            Err(Error::invalid("/prefix", told))
        }
    }
}
