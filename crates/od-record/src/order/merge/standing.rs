//! Whether an order is still what a record given whole was made from.
//!
//! Such a record carries every field, also those that its caller did not mean to touch. Laid over an order that somebody has
//! changed since, it would set all of that back. Which of the differences are wanted and which are the others' work, nobody
//! can tell from it, so none of them is made.

use serde_json::{Map, Value};

use super::draft::Applied;
use crate::date::moment;
use crate::diff::diff;
use crate::error::Error;
use crate::order::change::{Change, Replacement};
use crate::order::trail::is_api;
use crate::order::upload::same_record;
use crate::problem::Problem;

#[cfg(test)]
mod tests;

const DATE: &str = "date_updated";

/// What a replacement makes of `record`, if it may: `record` is the order as it was `read`, with other changes that wait laid
/// over it already.
///
/// The date that the caller expects binds it whatever it would change, so that a loss is only ever what was read. The date in
/// the record itself binds it as far as it would change something: sent back unchanged, it takes nothing from anybody.
pub(super) fn judge(
    replacement: &Replacement,
    read: &Map<String, Value>,
    record: &Map<String, Value>,
    applied: Result<Applied, Vec<Problem>>,
) -> Result<Applied, Error> {
    let now = text(read);
    let told = text(&replacement.order);
    let wanted = match &applied {
        Ok(applied) => diff(record, &applied.desired)
            .into_iter()
            .map(|change| change.path)
            .collect(),
        Err(problems) => {
            let mut wanted = super::replace::wanted(record, &replacement.order);
            let faulty = problems.iter().filter_map(in_order);
            wanted.extend(faulty.filter(|path| !wanted.contains(path)).collect::<Vec<_>>());
            wanted
        }
    };
    let expected = replacement.expected_date_updated.as_ref();
    let is_undated = expected.is_none() && told.is_empty();
    let expected = expected.or(replacement.agreed_date_updated.as_ref());
    let is_bound = expected.is_some() || applied.is_err() || !wanted.is_empty();
    // A change that goes up together with this one overtakes it as well, though no date shows that yet.
    let is_as_read = same_record(read, record);
    let is_overtaken = match expected {
        Some(expected) => !is_same(now, expected) || !is_as_read,
        None => !(told.is_empty() || now.is_empty() || (is_same(now, told) && is_as_read)),
    };
    if is_bound && is_overtaken {
        return Err(Error::Overtaken {
            date_updated: now.to_owned(),
            fields: wanted,
        });
    }
    let mut applied = applied?;
    if is_undated && !now.is_empty() && !wanted.is_empty() {
        applied.warnings.push(
            "/order/date_updated is missing, so it cannot be told whether the order has changed since the record was read: \
             what somebody set meanwhile is set back to what the record says"
                .to_owned(),
        );
    }
    Ok(applied)
}

/// What should be said where the date of an order that was `read` cannot tell a record from one that came later: dates have whole
/// seconds, and its `history` has more than one entry of that second, one of them of a program.
///
/// What Order Desk's own rules do in the second of an import or a shipment is no reason: nobody reads an order between the two.
pub fn blurred(change: &Change, read: &Map<String, Value>, history: &[Value]) -> Option<String> {
    let now = text(read);
    let second = moment(now)?;
    let is_then = |entry: &&Value| {
        let date = entry.get("date_added").and_then(Value::as_str);
        date.and_then(moment).as_deref() == Some(second.as_str())
    };
    let then: Vec<&Value> = history.iter().filter(is_then).collect();
    let entries = then.len();
    (change.is_whole() && entries > 1 && then.into_iter().any(is_api)).then(|| {
        format!(
            "The order's history has {entries} entries of the second of its date_updated ({now}), so it cannot be told whether all of \
             them are from before the record was read: what somebody set after that is set back to what the record says. Compare \
             changes with what you meant"
        )
    })
}

fn text(order: &Map<String, Value>) -> &str {
    order.get(DATE).and_then(Value::as_str).unwrap_or_default().trim()
}

fn is_same(now: &str, told: &str) -> bool {
    now == told || moment(now).is_some_and(|now| moment(told).as_deref() == Some(now.as_str()))
}

/// The field of the order that a problem is about.
fn in_order(problem: &Problem) -> Option<String> {
    problem
        .path
        .strip_prefix("/order")
        .filter(|path| !path.is_empty())
        .map(str::to_owned)
}
