//! Numbers that lose digits while a message is read. Once they are values, nothing shows it any more, so the text is looked
//! at. Whole numbers too large for a double are still seen for what they are later, where a field can be named.

#[cfg(test)]
mod tests;

/// A double keeps every decimal of so many digits.
const SAFE_DIGITS: usize = 15;
/// From here on doubles do not hold every whole number (2^53).
const LARGE: f64 = 9_007_199_254_740_992.0;

/// Why the text is not taken: where it has a fraction with more digits than a double keeps. None of a text that is no JSON.
pub fn lost_digits(json: &[u8]) -> Option<String> {
    let mut in_string = false;
    let mut at = 0;
    while let Some(byte) = json.get(at) {
        match byte {
            b'\\' if in_string => at += 1,
            b'"' => in_string = !in_string,
            b'-' | b'0'..=b'9' if !in_string => {
                let rest = &json[at..];
                let end = rest.iter().position(|byte| !is_of_number(*byte)).unwrap_or(rest.len());
                if loses_digits(&rest[..end]) {
                    return Some(told(json, at));
                }
                // Its last byte: the next one is looked at as ever.
                at += end - 1;
            }
            _ => {}
        }
        at += 1;
    }
    None
}

fn is_of_number(byte: u8) -> bool {
    matches!(byte, b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E')
}

fn loses_digits(number: &[u8]) -> bool {
    if number.len() <= SAFE_DIGITS {
        return false;
    }
    let Some((text, value)) = std::str::from_utf8(number)
        .ok()
        .and_then(|text| Some((text, text.parse::<f64>().ok()?)))
    else {
        return false;
    };
    value.abs() < LARGE && significant(text) != significant(&value.to_string())
}

/// The digits that count, from the first that is not zero to the last.
fn significant(number: &str) -> String {
    let mantissa = number.split(['e', 'E']).next().unwrap_or_default();
    let digits: String = mantissa.chars().filter(char::is_ascii_digit).collect();
    digits.trim_matches('0').to_owned()
}

fn told(json: &[u8], at: usize) -> String {
    let lines = || json[..at].split(|byte| *byte == b'\n');
    let (line, column) = (lines().count(), 1 + lines().next_back().map_or(0, <[u8]>::len));
    format!(
        "The number at line {line} column {column} has more digits than a JSON number keeps: write it as text, or round it."
    )
}
