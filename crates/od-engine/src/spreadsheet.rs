//! What spreadsheets do with cells.

/// What a spreadsheet's cell may be taken apart at, by readers that split at another mark or do not know quotes.
pub(crate) const MARKS: [char; 5] = [',', ';', '\t', '\r', '\n'];

/// Spreadsheets run a cell that begins like a formula, also one that came from a shopper; behind an apostrophe it is text.
/// Where a reader splits at semicolons or tabs, or at commas within quotes, each piece is a cell.
pub fn harmless(cell: String) -> String {
    // East Asian spreadsheets take the wide ones for the others.
    let starts = |c| matches!(c, '=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠');
    if !cell.contains(starts) && !cell.starts_with(MARKS) {
        return cell;
    }
    let mut text = String::with_capacity(cell.len() + 2);
    // Whether nothing but quotes and blanks came since the piece began.
    let mut begins = true;
    if cell.starts_with(['\t', '\r', '\n']) {
        text.push('\'');
    }
    for (at, c) in cell.char_indices() {
        if begins && starts(c) && (at == 0 || !is_number(&cell[at..])) {
            text.push('\'');
        }
        begins = MARKS.contains(&c) || (begins && (c == '"' || c == ' '));
        text.push(c);
    }
    text
}

/// Whether a piece is a plain number, as in a JSON list: `-2.5`, with nothing behind it but what ends the list.
fn is_number(piece: &str) -> bool {
    let piece = piece.split(MARKS).next().unwrap_or_default();
    let digits = piece.trim_start_matches(['-', '+']).trim_end_matches([']', '}', ' ']);
    piece.len() - piece.trim_start_matches(['-', '+']).len() <= 1 && digits.parse::<f64>().is_ok_and(f64::is_finite)
}
