//! Numbers with an exponent, as spreadsheets write what they take for a large number.

#[cfg(test)]
mod tests;

/// `9.4001E+021`, `9,4E21`, `9.,400,190,288,545,11e,+21`: digits with marks, then an exponent. A code such as `12E45` has neither
/// a mark nor a sign.
pub fn is_scientific(text: &str) -> bool {
    let Some((mantissa, exponent)) = text.split_once(['e', 'E']) else {
        return false;
    };
    let marks = mantissa.bytes().filter(|byte| matches!(byte, b'.' | b',')).count();
    let digits = mantissa.bytes().filter(u8::is_ascii_digit).count();
    let exponent = exponent.strip_prefix(',').unwrap_or(exponent);
    let (is_signed, exponent) = match exponent.strip_prefix('+') {
        Some(exponent) => (true, exponent),
        None => (false, exponent),
    };
    mantissa.starts_with(|c: char| c.is_ascii_digit())
        && marks + digits == mantissa.len()
        && (is_signed || marks > 0)
        && (1..=3).contains(&exponent.len())
        && exponent.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether a spreadsheet that takes a code for a number writes it as this cell has it, as far as the cell's digits go.
pub fn is_written_so(code: &str, cell: &str) -> bool {
    let code = code.trim();
    let is_number = code.starts_with(|c: char| c.is_ascii_digit())
        && code
            .bytes()
            .all(|byte| byte.is_ascii_digit() || matches!(byte, b'e' | b'E' | b'.'));
    let cell = cell.replace(',', ".");
    let (Ok(value), Ok(written), true) = (
        code.parse::<f64>(),
        cell.parse::<f64>(),
        is_number && is_scientific(&cell),
    ) else {
        return false;
    };
    let mantissa = cell.split(['e', 'E']).next().unwrap_or_default();
    let decimals = mantissa.split_once('.').map_or(0, |(_, decimals)| decimals.len());
    value.is_finite() && format!("{value:.decimals$e}") == format!("{written:.decimals$e}")
}

/// Whether a cell that is written as a code would be ([`is_written_so`]) has digits enough to tell it from its neighbours: all that
/// tell of it, or as many as no two items of a maker share at the front.
pub fn tells_the_code(code: &str, cell: &str) -> bool {
    const ENOUGH: usize = 8;
    let digits = |text: &str| {
        let mantissa = text.split(['e', 'E']).next().unwrap_or_default();
        mantissa.bytes().filter(u8::is_ascii_digit).count()
    };
    let Ok(value) = code.trim().parse::<f64>() else {
        return false;
    };
    digits(cell) >= ENOUGH.min(digits(&format!("{value:e}")))
}
