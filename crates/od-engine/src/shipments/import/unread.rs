//! Columns of which nobody knows what they are, and that name what is in a parcel all the same.

use od_record::id_text;
use od_record::pasted::Row;
use serde_json::{Map, Value};

use super::matching::Found;
use super::words::short;

/// Shorter codes and names stand in any cell.
const SHORTEST: usize = 3;

/// The first of a parcel's rows that names an item of its order where it is not read, and the words for it. Of an order of one piece
/// every parcel is the whole.
pub(super) fn names_items(rows: &[&Row], order: &Found) -> Option<(usize, String)> {
    if is_one_piece(&order.lines) {
        return None;
    }
    let named = |(at, row): (usize, &&Row)| {
        row.unread.iter().find_map(|(heading, cell)| {
            let item = order.lines.iter().find_map(|line| named_in(cell, line, order.lines.len()))?;
            let (heading, item) = (short(heading), short(&item));
            let told = format!(
                "the column {heading} seems to name what is in the parcel ({item}) and was not read: call it SKU, and the column that says \
                 how many Quantity"
            );
            Some((at, told))
        })
    };
    rows.iter().enumerate().find_map(named)
}

/// A line's code anywhere in a cell; its name, as the whole of it, where the order has other lines.
fn named_in(cell: &str, line: &Map<String, Value>, lines: usize) -> Option<String> {
    let text = |name: &str| line.get(name).and_then(id_text).filter(|text| text.len() >= SHORTEST);
    let code = text("code").filter(|code| has_word(cell, code));
    code.or_else(|| text("name").filter(|name| lines > 1 && same(cell, name)))
}

fn same(one: &str, other: &str) -> bool {
    one.trim().to_lowercase() == other.trim().to_lowercase()
}

/// Whether a code stands in a cell, and is no part of another one.
fn has_word(cell: &str, code: &str) -> bool {
    let (cell, code) = (cell.to_lowercase(), code.to_lowercase());
    let goes_on = |c: char| c.is_alphanumeric() || c == '-' || c == '_';
    cell.match_indices(&code).any(|(at, _)| {
        let before = cell[..at].chars().next_back();
        let after = cell[at + code.len()..].chars().next();
        !before.is_some_and(goes_on) && !after.is_some_and(goes_on)
    })
}

fn is_one_piece(lines: &[Map<String, Value>]) -> bool {
    let quantity = |line: &Map<String, Value>| line.get("quantity").and_then(id_text);
    matches!(lines, [line] if quantity(line).is_some_and(|quantity| matches!(quantity.as_str(), "1" | "1.0" | "1.00")))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{has_word, is_one_piece};

    #[test]
    fn a_code_is_found_among_other_words_and_not_in_another_code() {
        let check = |cell: &str, expected: bool| assert_eq!(has_word(cell, "MUG-1"), expected, "{cell}");
        check("MUG-1", true);
        check("1 x mug-1, 2 x TEE-2", true);
        check("(MUG-1)", true);
        check("MUG-10", false);
        check("MUG-1-XL", false);
        check("BIGMUG-1", false);
        check("TEE-2", false);
    }

    #[test]
    fn one_piece_is_one_line_of_one() {
        let line = |quantity: serde_json::Value| json!({ "quantity": quantity }).as_object().unwrap().clone();
        assert!(is_one_piece(&[line(json!(1))]) && is_one_piece(&[line(json!("1.00"))]));
        assert!(!is_one_piece(&[line(json!(2))]) && !is_one_piece(&[]));
        assert!(!is_one_piece(&[line(json!(1)), line(json!(1))]));
    }
}
