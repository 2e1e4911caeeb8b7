//! Columns of which nobody knows what they are, and that name what is in a parcel all the same.

use od_record::pasted::Row;
use od_record::shipment::Packing;
use od_record::{differs_in_case, id_text, same_identifier};
use serde_json::{Map, Value};

use super::matching::Found;
use super::words::short;

/// Shorter codes and names stand in any cell.
const SHORTEST: usize = 3;

/// The first of a parcel's rows that names an item of its order where it is not read, and the words for it. Of an order of one piece
/// every parcel is the whole.
pub(super) fn names_items(rows: &[&Row], order: &Found) -> Option<(usize, String)> {
    if is_one_piece(&Packing::of(&order.lines, &order.shipments)) {
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
    code.or_else(|| {
        text("name").filter(|name| lines > 1 && (same_identifier(cell, name) || differs_in_case(cell, name)))
    })
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

fn is_one_piece(packing: &Packing) -> bool {
    let mut sent = packing.lines().iter().filter(|line| line.is_sent);
    matches!((sent.next(), sent.next()), (Some(line), None) if line.ordered == Some(1))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use od_record::shipment::Packing;

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
    fn one_piece_is_one_line_of_one_that_is_sent() {
        let check = |lines: serde_json::Value, expected: bool| {
            let lines: Vec<_> = lines
                .as_array()
                .unwrap()
                .iter()
                .map(|line| line.as_object().unwrap().clone())
                .collect();
            assert_eq!(is_one_piece(&Packing::of(&lines, &[])), expected, "{lines:?}");
        };
        let mug = |quantity: serde_json::Value| json!({ "id": "1", "code": "MUG-1", "quantity": quantity });
        check(json!([mug(json!(1))]), true);
        check(
            json!([mug(json!("1.00")), { "id": "2", "quantity": 1, "delivery_type": "download" }]),
            true,
        );
        check(json!([mug(json!(2))]), false);
        check(json!([mug(json!(1)), mug(json!(1))]), false);
        check(json!([]), false);
    }
}
