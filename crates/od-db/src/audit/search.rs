//! Finding words in entries.
//!
//! There is no index of words: one would cost every call more than a search costs, which reads one tenant's entries from the
//! newest on and no further than its caller says.

use sqlx::{Database, Encode, QueryBuilder, Type};

/// What is searched beside the arguments, with blanks between: nobody looks for one word that stands in two columns.
const TEXTS: &str = "LOWER(tool_name || ' ' || request_id || ' ' || actor || ' ' || COALESCE(client_name, '') || ' ' || \
     COALESCE(store_id, '') || ' ' || COALESCE(orders, '') || ' ' || COALESCE(error_code, '') || ' ' || \
     COALESCE(error_message, '') || ' ' || COALESCE(ip_address, '') || ' ' || COALESCE(user_agent, '') || ' ' || \
     REPLACE(tool_name, '.', '_'))";

/// Only rows that each of the words occurs in.
pub(super) fn containing<DB>(query: &mut QueryBuilder<DB>, words: &[String])
where
    DB: Database,
    String: Type<DB> + for<'e> Encode<'e, DB>,
{
    for word in words {
        query.push(" AND (");
        for (at, spelling) in spellings(word).into_iter().enumerate() {
            query.push(if at == 0 {
                "LOWER(parameters) LIKE "
            } else {
                " OR LOWER(parameters) LIKE "
            });
            query
                .push_bind(pattern(&as_json(&spelling)))
                .push(" ESCAPE '!' OR ")
                .push(TEXTS);
            query.push(" LIKE ").push_bind(pattern(&spelling)).push(" ESCAPE '!'");
        }
        query.push(")");
    }
}

/// A word as it may stand in a text that the database made small: one makes small what is beyond A to Z, another does not.
fn spellings(word: &str) -> Vec<String> {
    let mut letters = word.chars();
    let first: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
    let capital = first + &letters.as_str().to_lowercase();
    let mut spellings = Vec::with_capacity(4);
    for spelling in [word, &word.to_lowercase(), &word.to_uppercase(), &capital] {
        let spelling = spelling.to_ascii_lowercase();
        if !spellings.contains(&spelling) {
            spellings.push(spelling);
        }
    }
    spellings
}

/// A word as it stands in arguments, which are JSON: `"` is `\"` there.
fn as_json(word: &str) -> String {
    let mut text = String::with_capacity(word.len());
    for c in word.chars() {
        if matches!(c, '"' | '\\') {
            text.push('\\');
        }
        text.push(c);
    }
    text
}

/// Whatever contains it: it means nothing but itself.
fn pattern(word: &str) -> String {
    let mut pattern = String::with_capacity(word.len() + 2);
    pattern.push('%');
    for c in word.chars() {
        if matches!(c, '%' | '_' | '!') {
            pattern.push('!');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}

#[cfg(test)]
mod tests;
