//! Whether an update took, judged by reading the record again.

use serde_json::{Map, Value};

use crate::diff::{FieldChange, as_map, keys};
use crate::field::Field;
use crate::merge::is_blank;
use crate::number;
use crate::problem::below;
use crate::rows::{identity, is_list, partners, rows};

#[cfg(test)]
mod tests;

/// What reading a record again showed about an update.
#[derive(Debug, Clone, PartialEq)]
pub struct Verification {
    /// Everything that was asked for is there.
    pub stuck: bool,
    /// What was asked for and is not there, or is there in another form, because the store normalises capitals, phone
    /// numbers or countries. `before` is what was asked for, `after` what Order Desk holds.
    pub not_applied: Vec<FieldChange>,
    /// What somebody else changed meanwhile, in fields this update left alone. `before` is what was uploaded, `after`
    /// what Order Desk holds.
    pub foreign: Vec<FieldChange>,
    /// Something that was asked for, and was not so before, is there.
    pub took: bool,
    /// Something of what was asked for is neither as it was wanted nor as it was before, or may be there in another spelling.
    pub elsewhere: bool,
}

impl Verification {
    /// Whether all that the update changed is as it was before.
    pub fn left_nothing(&self) -> bool {
        !self.stuck && !self.took && !self.elsewhere
    }

    /// Whether another writer seems to have erased the update: nothing of it is there, and other fields have changed. So it
    /// looks when a record is uploaded that was read before. A store that ignores what it is sent changes nothing else.
    pub fn was_erased(&self) -> bool {
        self.left_nothing() && !self.foreign.is_empty()
    }
}

/// What does not count when a record is read back.
#[derive(Clone, Copy)]
pub struct Leniency<'a> {
    /// Fields that say nothing about whether an update took: Order Desk keeps them itself.
    pub left_out: &'a [&'a str],
    /// The fields of the record and of its parts. Where one of them holds a number, 5, 5.0 and "5.00" are the same.
    pub tables: &'a [&'static [Field]],
}

impl Leniency<'_> {
    /// Whether a field of that name holds a number, wherever in a record it stands.
    fn is_numeric(self, name: &str) -> bool {
        let mut fields = self.tables.iter().copied().flatten();
        fields.any(|field| field.name == name && field.kind.is_numeric())
    }
}

/// Compares what was read back with what was wanted, given the record the change was laid over.
///
/// Left out of the comparison as well: dates of notes, ids and defaults of new rows.
pub fn verify(
    base: &Map<String, Value>,
    desired: &Map<String, Value>,
    read_back: &Map<String, Value>,
    leniency: Leniency<'_>,
) -> Verification {
    let mut comparison = Comparison {
        leniency,
        not_applied: Vec::new(),
        foreign: Vec::new(),
        took: false,
        elsewhere: false,
    };
    for name in keys(desired, read_back).filter(|name| !leniency.left_out.contains(&name.as_str())) {
        let states = States {
            base: base.get(name),
            desired: desired.get(name),
            read: read_back.get(name),
        };
        let at = below("", name);
        // PHP writes a list with a gap as an object.
        let are_lists = [states.desired, states.read]
            .iter()
            .all(|value| value.is_none_or(|value| value.is_array() || is_blank(value)));
        if is_list(name) && are_lists {
            comparison.list(name, states, &at);
        } else {
            comparison.value(states, name, &at);
        }
    }
    let Comparison {
        not_applied,
        foreign,
        took,
        elsewhere,
        ..
    } = comparison;
    Verification {
        stuck: not_applied.is_empty(),
        not_applied,
        foreign,
        took,
        elsewhere,
    }
}

struct Comparison<'a> {
    leniency: Leniency<'a>,
    not_applied: Vec<FieldChange>,
    foreign: Vec<FieldChange>,
    took: bool,
    elsewhere: bool,
}

/// One value in the three states of the record.
#[derive(Clone, Copy)]
struct States<'a> {
    base: Option<&'a Value>,
    desired: Option<&'a Value>,
    read: Option<&'a Value>,
}

impl Comparison<'_> {
    fn value(&mut self, states: States<'_>, name: &str, at: &str) {
        let States { base, desired, read } = states;
        let was_so = |value| agree(base, value, name, self.leniency);
        if agree(desired, read, name, self.leniency) {
            self.took |= !was_so(desired);
            return;
        }
        match desired.and_then(as_map).zip(read.and_then(as_map)) {
            Some((desired, read)) => {
                let base = base.and_then(as_map).unwrap_or_default();
                self.took |= base
                    .keys()
                    .any(|key| !desired.contains_key(key) && !read.contains_key(key));
                for key in keys(&desired, &read) {
                    let states = States {
                        base: base.get(key),
                        desired: desired.get(key),
                        read: read.get(key),
                    };
                    self.value(states, key, &below(at, key));
                }
            }
            None if base == desired => self.foreign.push(FieldChange::new(at, desired, read)),
            None => {
                self.elsewhere |= !was_so(read);
                self.not_applied.push(FieldChange::new(at, desired, read));
            }
        }
    }

    fn list(&mut self, field: &str, states: States<'_>, at: &str) {
        let [base, desired, read] = [states.base, states.desired, states.read].map(rows);
        let base_of_desired = partners(field, base, desired);
        let base_of_read = partners(field, base, read);
        let desired_of_read = with_new_rows(field, desired, read, &base_of_desired, &base_of_read, self.leniency);

        for (index, row) in read.iter().enumerate() {
            let place = below(at, index);
            match (desired_of_read[index], base_of_read[index]) {
                (Some(wanted), _) => self.row(
                    field,
                    base_of_desired[wanted].map(|i| &base[i]),
                    &desired[wanted],
                    row,
                    &place,
                ),
                // A row this update should have removed, at the place where the difference has it: in the earlier record.
                (None, Some(old)) => {
                    self.elsewhere |= base[old] != *row;
                    self.not_applied
                        .push(FieldChange::new(&below(at, old), None, Some(row)));
                }
                // One that somebody added.
                (None, None) => self.foreign.push(FieldChange::new(&place, None, Some(row))),
            }
        }
        // A row that was in neither record may be one of ours in another spelling: escaped, cut, with other capitals.
        let is_unknown = |index: usize| desired_of_read[index].is_none() && base_of_read[index].is_none();
        let holds_unknown = (0..read.len()).any(is_unknown);
        for (index, row) in desired
            .iter()
            .enumerate()
            .filter(|(index, _)| !desired_of_read.contains(&Some(*index)))
        {
            let untouched = base_of_desired[index].is_some_and(|index| base[index] == *row);
            let changes = if untouched {
                &mut self.foreign
            } else {
                self.elsewhere |= base_of_desired[index].is_some() || holds_unknown;
                &mut self.not_applied
            };
            changes.push(FieldChange::new(&below(at, index), Some(row), None));
        }
        let gone = |index| !base_of_desired.contains(&Some(index)) && !base_of_read.contains(&Some(index));
        self.took |= (0..base.len()).any(gone);
    }

    fn row(&mut self, field: &str, base: Option<&Value>, desired: &Value, read: &Value, at: &str) {
        let (Some(wanted), Some(held)) = (desired.as_object(), read.as_object()) else {
            self.value(
                States {
                    base,
                    desired: Some(desired),
                    read: Some(read),
                },
                field,
                at,
            );
            return;
        };
        // Order Desk completes a new row with an id and defaults: only what was asked for is looked at.
        let names = keys(wanted, held).filter(|name| base.is_some() || wanted.contains_key(*name));
        for name in names.filter(|name| field != "order_notes" || *name != "date_added") {
            let base = base.and_then(|row| row.get(name));
            self.value(
                States {
                    base,
                    desired: wanted.get(name),
                    read: held.get(name),
                },
                name,
                &below(at, name),
            );
        }
    }
}

/// In which sense two rows are alike.
type Likeness<'a> = &'a dyn Fn(&Value, &Value) -> bool;

/// For each row read back the wanted row that it is. A wanted row without an identity is new, and is looked for among the
/// rows the record did not have before.
fn with_new_rows(
    field: &str,
    desired: &[Value],
    read: &[Value],
    base_of_desired: &[Option<usize>],
    base_of_read: &[Option<usize>],
    leniency: Leniency<'_>,
) -> Vec<Option<usize>> {
    let mut found = partners(field, desired, read);
    let holds_all = |wanted: &Value, held: &Value| holds_all_of(wanted, held, leniency);
    let likenesses: [Likeness<'_>; 2] = [&holds_all, &same_product];
    for likeness in likenesses {
        for (index, wanted) in desired.iter().enumerate() {
            let new = base_of_desired[index].is_none() && identity(field, wanted).is_none();
            if !new || found.contains(&Some(index)) {
                continue;
            }
            let added = |row: usize| base_of_read[row].is_none() && found[row].is_none();
            if let Some(row) = (0..read.len()).find(|&row| added(row) && likeness(wanted, &read[row])) {
                found[row] = Some(index);
            }
        }
    }
    found
}

/// Everything asked for is in the row.
fn holds_all_of(wanted: &Value, held: &Value, leniency: Leniency<'_>) -> bool {
    wanted.as_object().is_some_and(|wanted| {
        wanted
            .iter()
            .all(|(name, value)| agree(Some(value), held.get(name), name, leniency))
    })
}

/// The row is for the same product, though other things about it may have come out differently.
fn same_product(wanted: &Value, held: &Value) -> bool {
    let text = |row: &Value, name: &str| row.get(name).and_then(Value::as_str).unwrap_or_default().to_lowercase();
    let same = |name: &str| !text(wanted, name).is_empty() && text(wanted, name) == text(held, name);
    same("code") || same("name")
}

/// Whether Order Desk holds what was wanted, leaving aside how numbers and blanks are written.
fn agree(desired: Option<&Value>, read: Option<&Value>, name: &str, leniency: Leniency<'_>) -> bool {
    match (desired, read) {
        (Some(desired), Some(read)) => {
            let mixed = desired.is_number() != read.is_number();
            desired == read
                || (is_blank(desired) && is_blank(read))
                || ((mixed || leniency.is_numeric(name)) && number::same(desired, read))
                || maps_agree(desired, read, leniency)
        }
        (Some(one), None) | (None, Some(one)) => is_blank(one),
        (None, None) => true,
    }
}

/// Maps inside a new row, such as its variations.
fn maps_agree(desired: &Value, read: &Value, leniency: Leniency<'_>) -> bool {
    let (Some(desired), Some(read)) = (desired.as_object(), read.as_object()) else {
        return false;
    };
    keys(desired, read).all(|key| agree(desired.get(key), read.get(key), key, leniency))
}
