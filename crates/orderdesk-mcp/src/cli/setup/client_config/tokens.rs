//! Whether one JSON text says the same as another, to the letter of every number.

/// Whether two JSON texts have the same tokens: everything but white space and the way characters are escaped counts.
pub fn same(left: &str, right: &str) -> bool {
    Tokens(left).eq(Tokens(right))
}

/// The tokens of a well-formed text.
struct Tokens<'a>(&'a str);

#[derive(Debug, PartialEq)]
enum Token<'a> {
    /// What a string says.
    Text(Option<String>),
    /// A bracket, comma or colon, a number or a word.
    Plain(&'a str),
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        let rest = self.0.trim_start();
        let length = match rest.chars().next()? {
            '"' => quoted(rest),
            '{' | '}' | '[' | ']' | ',' | ':' => 1,
            _ => rest
                .find(|c: char| matches!(c, ',' | '}' | ']') || c.is_whitespace())
                .unwrap_or(rest.len()),
        };
        let (token, rest) = rest.split_at(length);
        self.0 = rest;
        Some(if token.starts_with('"') {
            Token::Text(serde_json::from_str(token).ok())
        } else {
            Token::Plain(token)
        })
    }
}

/// The length of the string that a text begins with, quotes included.
fn quoted(text: &str) -> usize {
    let mut escaped = true;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'"' if !escaped => return at + 1,
            b'\\' => escaped = !escaped,
            _ => escaped = false,
        }
    }
    text.len()
}

#[cfg(test)]
mod tests;
