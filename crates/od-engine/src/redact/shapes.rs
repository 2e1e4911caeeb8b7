//! Judging a word by its shape: does it look like a key?

/// What this product's own master keys and tokens start with.
const OWN_PREFIXES: &[&str] = &[
    "odmk_", "odpt_", "odac_", "odat_", "odrt_", "odws_", "odcs_", "odml_", "odwh_",
];
/// How many characters of a key or token listings print, so that it can be named: they are no secret.
const LISTED: usize = 12;
/// What other issuers' secrets start with, as far as they are likely to be pasted here.
const FOREIGN_PREFIXES: &[&str] = &[
    "sk_live_",
    "sk_test_",
    "rk_live_",
    "ghp_",
    "github_pat_",
    "xoxb-",
    "xoxp-",
    "eyJ",
];

/// Characters of keys in hexadecimal, base64 and its URL-safe form, padding apart: `=` also stands before values.
pub(super) fn is_word_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '+' | '/')
}

/// Whether a word, made of such characters, is a secret by its looks.
pub(super) fn is_secret(word: &str) -> bool {
    let has_prefix = |prefix: &&str| word.starts_with(*prefix);
    if OWN_PREFIXES.iter().any(has_prefix) {
        return word.len() > LISTED;
    }
    if is_uuid(word) {
        return false;
    }
    (FOREIGN_PREFIXES.iter().any(has_prefix) && word.len() >= 20)
        || looks_random(word)
        // In a path or URL the parts stand for themselves.
        || (word.contains('/') && word.split('/').any(|part| !is_uuid(part) && looks_random(part)))
}

/// Where one of this product's keys begins inside a longer word, as in `key-odmk_...`.
pub(super) fn own_key_inside(word: &str) -> bool {
    OWN_PREFIXES.iter().any(|prefix| {
        word.match_indices(prefix).any(|(at, _)| {
            let alone = word[..at]
                .chars()
                .next_back()
                .is_none_or(|c| !c.is_ascii_alphanumeric());
            alone && word.len() > at + LISTED
        })
    })
}

/// Counts of what a word is made of.
#[derive(Default)]
struct Makeup {
    lower: usize,
    upper: usize,
    digits: usize,
    separators: usize,
    /// Stretches of characters of one kind. Words and numbers have few long ones, random text has many short ones.
    runs: usize,
}

fn makeup(word: &str) -> Makeup {
    let mut makeup = Makeup::default();
    let mut last = None;
    for c in word.chars() {
        let (kind, count) = match c {
            'a'..='z' => (0, &mut makeup.lower),
            'A'..='Z' => (1, &mut makeup.upper),
            '0'..='9' => (2, &mut makeup.digits),
            _ => (3, &mut makeup.separators),
        };
        *count += 1;
        if kind != 3 && last != Some(kind) {
            makeup.runs += 1;
        }
        last = Some(kind);
    }
    makeup
}

/// Whether nobody would write such a word by hand.
///
/// Random base64 changes between small letters, capitals and digits at about two of three characters, random lower-case
/// text with digits at two of five; written words, codes and paths do so far less often.
fn looks_random(word: &str) -> bool {
    let makeup = makeup(word);
    let Makeup {
        lower,
        upper,
        digits,
        separators,
        runs,
    } = makeup;
    let length = lower + upper + digits;
    let changes_at_least = |percent: usize| runs * 100 >= length * percent;
    // One in a thousand keys changes less often than that, by chance. But hardly anybody writes so many capitals among small
    // letters without a break: names in capitals and small letters have one in five.
    let mixed_at_least = |percent: usize| separators == 0 && lower.min(upper) * 100 >= length * percent;
    if lower > 0 && upper > 0 && digits > 0 {
        return length >= 24 && (changes_at_least(38) || (mixed_at_least(25) && changes_at_least(25)));
    }
    if lower > 0 && upper > 0 {
        // Letters only: a 24-character key without a digit is rare, but they exist.
        return length >= 32 && (changes_at_least(40) || (mixed_at_least(30) && changes_at_least(25)));
    }
    if digits == 0 || lower + upper == 0 {
        return false;
    }
    let hex = separators == 0 && word.chars().all(|c| c.is_ascii_hexdigit());
    let base32 = separators == 0 && changes_at_least(15);
    (hex && length >= 32) || (base32 && lower > 0 && length >= 28) || (base32 && length >= 36)
}

/// The form of request ids and record ids, which must stay readable.
fn is_uuid(word: &str) -> bool {
    let groups = [8, 4, 4, 4, 12];
    word.len() == 36
        && word.split('-').count() == groups.len()
        && word
            .split('-')
            .zip(groups)
            .all(|(part, length)| part.len() == length && part.bytes().all(|byte| byte.is_ascii_hexdigit()))
}
