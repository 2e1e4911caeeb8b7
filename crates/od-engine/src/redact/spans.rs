//! Finding what must not be written down inside running text.

use std::borrow::Cow;
use std::ops::Range;

use super::marks::{PERSONAL, SECRET};
use super::names::{self, Class};
use super::shapes::{is_secret, is_word_char, own_key_inside};

/// A stretch of text and what replaces it.
struct Span {
    range: Range<usize>,
    with: Cow<'static, str>,
}

/// `text` with every span replaced; the text itself when there is none.
pub(super) fn redact(text: &str) -> Cow<'_, str> {
    let mut spans = announced(text);
    spans.extend(emails(text));
    spans.extend(words(text));
    if spans.is_empty() {
        return Cow::Borrowed(text);
    }
    // Where spans overlap the one that begins first wins, and of those the longest.
    spans.sort_by_key(|span| (span.range.start, usize::MAX - span.range.end));
    let mut redacted = String::with_capacity(text.len());
    let mut done = 0;
    for Span { range, with } in spans {
        if range.start >= done {
            redacted.push_str(&text[done..range.start]);
            redacted.push_str(&with);
        }
        done = done.max(range.end);
    }
    redacted.push_str(&text[done..]);
    Cow::Owned(redacted)
}

/// Values behind a name that announces them: `api_key=...`, `"password": "..."`, `Authorization: Bearer ...`.
fn announced(text: &str) -> Vec<Span> {
    let mut spans = Vec::new();
    // Where the last value without quotes ends. Another that begins before ends there as well; looking for its end again
    // would make hostile text cost its length squared.
    let mut covered = 0;
    for name in stretches(text, |c| c.is_alphanumeric() || matches!(c, '_' | '-')) {
        let bearer = text[name.clone()].eq_ignore_ascii_case("bearer");
        let Some(start) = value_after(text, name.end, bearer) else {
            continue;
        };
        let quoted = after_quote(&text[start..]);
        if quoted.is_none() && start < covered {
            continue;
        }
        let Some(class) = names::announces(&text[name]) else {
            continue;
        };
        let range = if let Some((inner, quote)) = quoted {
            let start = text.len() - inner.len();
            start..start + inner.find(['\\', quote]).unwrap_or(inner.len())
        } else {
            covered = start + bare_length(&text[start..]);
            start..covered
        };
        if !range.is_empty() {
            let with = if class == Class::Secret { SECRET } else { PERSONAL };
            spans.push(Span {
                range,
                with: with.into(),
            });
        }
    }
    spans
}

/// Where the value after a name begins. An equals sign or colon must stand between them unless the name is "Bearer".
fn value_after(text: &str, name_end: usize, bearer: bool) -> Option<usize> {
    let after_name = text[name_end..].trim_start_matches(['"', '\'', '\\', ' ']);
    let value = match after_name.strip_prefix([':', '=']) {
        Some(rest) => rest.trim_start_matches([':', '=', '>', ' ']),
        None if bearer && after_name.len() < text.len() - name_end => after_name,
        None => return None,
    };
    Some(text.len() - value.len())
}

/// What follows the opening quote of a value, which may be escaped, and the quote.
fn after_quote(value: &str) -> Option<(&str, char)> {
    let value = value.trim_start_matches('\\');
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    Some((&value[quote.len_utf8()..], quote))
}

/// How far a value without quotes reaches: to the next space or separator, past a scheme such as "Bearer".
fn bare_length(value: &str) -> usize {
    let end = |value: &str| {
        value
            .find(|c: char| c.is_whitespace() || ",;&)}]\"'".contains(c))
            .unwrap_or(value.len())
    };
    let first = end(value);
    let scheme = ["bearer", "basic", "digest", "token"]
        .iter()
        .any(|scheme| value[..first].eq_ignore_ascii_case(scheme));
    if !scheme {
        return first;
    }
    let rest = value[first..].trim_start_matches(' ');
    value.len() - rest.len() + end(rest)
}

/// Addresses, of which the first letter and the domain stay: enough to recognise one's own.
fn emails(text: &str) -> Vec<Span> {
    let is_local = |c: char| c.is_alphanumeric() || "._%+-".contains(c);
    let is_domain = |c: char| c.is_alphanumeric() || ".-".contains(c);
    let mut spans = Vec::new();
    for (at, _) in text.match_indices('@') {
        let start = text[..at]
            .rfind(|c| !is_local(c))
            .map_or(0, |i| i + text[i..].chars().next().map_or(1, char::len_utf8));
        let domain = &text[at + 1..];
        let domain = &domain[..domain.find(|c| !is_domain(c)).unwrap_or(domain.len())];
        let Some(first) = text[start..at].chars().next() else {
            continue;
        };
        if domain.trim_matches('.').contains('.') {
            spans.push(Span {
                range: start..at,
                with: format!("{first}***").into(),
            });
        }
    }
    spans
}

/// Words that look like keys wherever they stand.
fn words(text: &str) -> Vec<Span> {
    stretches(text, is_word_char)
        .filter(|range| is_secret(&text[range.clone()]) || own_key_inside(&text[range.clone()]))
        .map(|Range { start, end }| {
            let padding = text[end..].bytes().take_while(|byte| *byte == b'=').count();
            Span {
                range: start..end + padding,
                with: SECRET.into(),
            }
        })
        .collect()
}

/// The longest stretches of characters that all satisfy `belongs`.
fn stretches(text: &str, belongs: impl Fn(char) -> bool) -> impl Iterator<Item = Range<usize>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at + text[at..].find(&belongs)?;
        let end = text[start..]
            .find(|c| !belongs(c))
            .map_or(text.len(), |length| start + length);
        at = end;
        Some(start..end)
    })
}
