//! How deep JSON text is nested and how much it holds, found in one pass that builds nothing and needs no stack.
//!
//! A number takes two bytes of text and a hundred as a value, so a bound on a text's size alone is none on what is made of it.

/// What a text exceeds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JsonExcess {
    /// More brackets are open at once than may be.
    Depth,
    /// There are more values than may be.
    Values,
}

/// How many values `text` holds: numbers, texts, lists, objects, `true`, `false`, `null`, and the names of members. Text that
/// is no JSON gets an answer too; the parser judges it.
///
/// # Errors
/// The first bound that the text exceeds.
pub fn json_values(text: &[u8], deepest: usize, most: usize) -> Result<usize, JsonExcess> {
    let (mut open, mut values) = (0_usize, 0_usize);
    let (mut in_string, mut escaped, mut in_word) = (false, false, false);
    for byte in text {
        if in_string {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => in_string = false,
                _ => {}
            }
            continue;
        }
        let goes_on = in_word;
        in_word = false;
        match byte {
            b'"' => {
                in_string = true;
                values += 1;
            }
            b'[' | b'{' => {
                open += 1;
                values += 1;
            }
            b']' | b'}' => open = open.saturating_sub(1),
            b',' | b':' | b' ' | b'\t' | b'\r' | b'\n' => {}
            // A number, or true, false, null.
            _ => {
                in_word = true;
                values += usize::from(!goes_on);
            }
        }
        if open > deepest {
            return Err(JsonExcess::Depth);
        }
        if values > most {
            return Err(JsonExcess::Values);
        }
    }
    Ok(values)
}
