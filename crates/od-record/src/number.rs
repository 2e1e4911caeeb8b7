//! Numbers as Order Desk writes them: JSON numbers in one place, text with two decimals in another.
//!
//! Money is compared and converted as decimal text, never through arithmetic on binary floats.

use serde_json::{Number, Value};

#[cfg(test)]
mod tests;

/// The number in a value, in one spelling: no exponent, no leading or trailing zeros, no negative zero.
/// `None` when the value is not a number.
pub(crate) fn canonical(value: &Value) -> Option<String> {
    match value {
        Value::Number(number) => canonical_text(&plain(number)),
        Value::String(text) => canonical_text(text),
        _ => None,
    }
}

/// Whether both are numbers, and the same one.
pub(crate) fn same(a: &Value, b: &Value) -> bool {
    canonical(a).is_some_and(|a| canonical(b).as_deref() == Some(a.as_str()))
}

/// `given`, in the JSON type that `stored` has, when that loses nothing: a field that holds text keeps holding text.
pub(crate) fn retyped(given: &Value, stored: &Value) -> Value {
    match (given, stored) {
        (Value::Number(number), Value::String(_)) => Value::String(plain(number)),
        (Value::String(text), Value::Number(_)) => parse(text)
            .filter(|number| same(number, given))
            .unwrap_or_else(|| given.clone()),
        _ => given.clone(),
    }
}

/// What is said of a number that [`is_kept`] refuses.
pub(crate) const NOT_KEPT: &str =
    "has more digits than JSON numbers keep: write it as text, in quotes, or some of its digits are lost";

/// Whether every JSON reader on the way keeps the number digit for digit. Most read numbers as doubles, which hold whole
/// numbers up to 2^53; of a larger one nobody can tell whether it is still what was meant.
pub(crate) fn is_kept(number: &Number) -> bool {
    const EXACT: u64 = 1 << 53;
    const EXACT_FLOAT: f64 = 9_007_199_254_740_992.0;
    match (number.as_u64(), number.as_i64(), number.as_f64()) {
        (Some(number), _, _) => number < EXACT,
        (_, Some(number), _) => number.unsigned_abs() < EXACT,
        (_, _, Some(number)) => number.abs() < EXACT_FLOAT,
        (None, None, None) => false,
    }
}

/// Whether both are numbers that a reader of doubles cannot tell apart.
pub(crate) fn same_double(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => a.as_f64() == b.as_f64(),
        _ => false,
    }
}

fn parse(text: &str) -> Option<Value> {
    let canonical = canonical_text(text)?;
    if let Ok(whole) = canonical.parse::<i64>() {
        return Some(whole.into());
    }
    canonical.parse().ok().and_then(Number::from_f64).map(Value::Number)
}

/// The number without an exponent.
pub(crate) fn plain(number: &Number) -> String {
    let text = number.to_string();
    match number.as_f64() {
        Some(float) if text.contains(['e', 'E']) => float.to_string(),
        _ => text,
    }
}

fn canonical_text(text: &str) -> Option<String> {
    let (sign, digits) = text.strip_prefix('-').map_or(("", text), |rest| ("-", rest));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let all_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if !all_digits(whole) || !all_digits(fraction) {
        return None;
    }
    let (whole, fraction) = (whole.trim_start_matches('0'), fraction.trim_end_matches('0'));
    Some(match (whole, fraction) {
        ("", "") => "0".to_owned(),
        (whole, "") => format!("{sign}{whole}"),
        ("", fraction) => format!("{sign}0.{fraction}"),
        (whole, fraction) => format!("{sign}{whole}.{fraction}"),
    })
}
