//! Whose a tracking number is, by its form and check digit.
//!
//! Forms: jkeen/tracking_number_data (MIT, August 2026), UPU S10. A number of digits alone ("bare") fits a carrier by chance in
//! one of ten cases, so it is a hint; a form with a prefix is not.

mod checks;
mod countries;
#[cfg(test)]
mod tests;

use checks::{dpd, fedex_express, mod7, mod10, s10, ups};

/// What a number says of its carrier.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Fit {
    /// Carriers whose number it can be, most likely first.
    pub carriers: Vec<&'static str>,
    /// One of them is known by a prefix, not by the count of digits alone.
    pub is_prefixed: bool,
    /// It has the form of a carrier with a prefix, and a wrong check digit.
    pub is_broken: bool,
}

struct Form {
    carrier: &'static str,
    is_prefixed: bool,
    /// `None` where the number has another form, else whether its check digit is right.
    judge: fn(&str) -> Option<bool>,
}

const FORMS: [Form; 19] = [
    prefixed("UPS", |n| {
        (n.len() == 18 && n.starts_with("1Z") && ends_with_digit(n)).then(|| ups(&n[2..]))
    }),
    prefixed("USPS", |n| between(n, 22, 91, 95).then(|| mod10(n))),
    prefixed("FedEx", |n| (digits(n, 26) && n.starts_with("92612")).then(|| mod10(n))),
    prefixed("USPS", |n| between(n, 26, 92, 95).then(|| mod10(n))),
    prefixed("USPS", with_postcode),
    prefixed("USPS", |n| {
        is_usps_of_20(n).then(|| mod10(n) || mod10(&format!("91{n}")))
    }),
    prefixed("FedEx", |n| between(n, 22, 96, 96).then(|| mod10(&n[7..]))),
    prefixed("FedEx", |n| between(n, 20, 61, 61).then(|| mod10(&format!("92{n}")))),
    prefixed("DHL", |n| (digits(n, 20) && n.starts_with("00340")).then(|| mod10(n))),
    prefixed("DHL", |n| tail(n, "JJD", 10, 22).then_some(true)),
    prefixed("DHL", |n| tail(n, "JVGL", 10, 20).then_some(true)),
    prefixed("Amazon", |n| {
        ["TBA", "TBC", "TBM"]
            .iter()
            .any(|front| tail(n, front, 12, 12))
            .then_some(true)
    }),
    prefixed("Australia Post", |n| is_australian(n).then_some(true)),
    bare("FedEx", |n| digits(n, 12).then(|| fedex_express(n))),
    bare("FedEx", |n| digits(n, 15).then(|| mod10(n))),
    bare("DHL", |n| (digits(n, 10) || digits(n, 11)).then(|| mod7(n))),
    bare("Canada Post", |n| digits(n, 16).then(|| mod10(n))),
    bare("DPD", |n| (digits(n, 14) && n.starts_with(['0', '1'])).then_some(true)),
    bare("DPD", |n| {
        (n.len() == 15 && n.starts_with(['0', '1']) && digits(&n[..14], 14)).then(|| dpd(n))
    }),
];

const fn prefixed(carrier: &'static str, judge: fn(&str) -> Option<bool>) -> Form {
    Form {
        carrier,
        is_prefixed: true,
        judge,
    }
}

const fn bare(carrier: &'static str, judge: fn(&str) -> Option<bool>) -> Form {
    Form {
        carrier,
        is_prefixed: false,
        judge,
    }
}

/// What `number` fits: capital letters and digits, without blanks.
pub(super) fn fit(number: &str) -> Fit {
    let mut fit = Fit::default();
    let mut is_wrong = false;
    if !number
        .bytes()
        .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
    {
        return fit;
    }
    for form in &FORMS {
        match (form.judge)(number) {
            Some(true) => {
                fit.carriers.push(form.carrier);
                fit.is_prefixed |= form.is_prefixed;
            }
            Some(false) if form.is_prefixed => is_wrong = true,
            _ => {}
        }
    }
    if is_s10(number) {
        match countries::post_of(&number[11..]) {
            Some(carrier) if s10(number) => {
                fit.carriers.push(carrier);
                fit.is_prefixed = true;
            }
            Some(_) => is_wrong = true,
            None => {}
        }
    }
    fit.is_broken = is_wrong && fit.carriers.is_empty();
    fit
}

/// Whether `number` has as many digits as numbers of the carrier that somebody named, and fits none of them.
pub(super) fn is_broken_for(number: &str, named: &'static str) -> bool {
    let mut judged = FORMS
        .iter()
        .filter(|form| form.carrier == named)
        .filter_map(|form| (form.judge)(number))
        .peekable();
    judged.peek().is_some() && judged.all(|is_right| !is_right)
}

/// Carriers whose number it would be with the zeros that a spreadsheet took away.
pub(super) fn with_zeros(number: &str) -> Vec<&'static str> {
    ["0", "00"]
        .into_iter()
        .map(|zeros| fit(&format!("{zeros}{number}")))
        .find(|fit| fit.is_prefixed)
        .map(|fit| fit.carriers)
        .unwrap_or_default()
}

/// The carrier that a cell of a table names, whatever stands around it.
pub(super) fn named(text: &str) -> Option<&'static str> {
    const WORDS: [(&str, &str); 9] = [
        ("usps", "USPS"),
        ("fedex", "FedEx"),
        ("canadapost", "Canada Post"),
        ("australiapost", "Australia Post"),
        ("auspost", "Australia Post"),
        ("royalmail", "Royal Mail"),
        ("amazon", "Amazon"),
        ("dhl", "DHL"),
        ("dpd", "DPD"),
    ];
    let letters: String = text
        .chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect();
    let of_words = WORDS
        .iter()
        .find(|(word, _)| letters.contains(word))
        .map(|(_, carrier)| *carrier);
    // Three letters that stand in many words: alone, or at the beginning of a service's name.
    let is_ups = || {
        text.split(|c: char| !c.is_alphanumeric())
            .any(|word| word.eq_ignore_ascii_case("ups"))
    };
    of_words.or_else(|| is_ups().then_some("UPS"))
}

fn digits(number: &str, count: usize) -> bool {
    number.len() == count && number.bytes().all(|byte| byte.is_ascii_digit())
}

/// Digits of which the first two lie in a range.
fn between(number: &str, count: usize, first: u32, last: u32) -> bool {
    digits(number, count) && number[..2].parse().is_ok_and(|front| (first..=last).contains(&front))
}

/// Letters, then so many digits.
fn tail(number: &str, front: &str, least: usize, most: usize) -> bool {
    number
        .strip_prefix(front)
        .is_some_and(|rest| (least..=most).contains(&rest.len()) && digits(rest, rest.len()))
}

fn ends_with_digit(number: &str) -> bool {
    number.ends_with(|c: char| c.is_ascii_digit())
}

/// 420, a ZIP code of five or nine digits, then a number of 22 or 26.
fn with_postcode(number: &str) -> Option<bool> {
    if !number.starts_with("420") || !digits(number, number.len()) {
        return None;
    }
    let inner = |front: usize, first| {
        let rest = number.get(front..).filter(|rest| rest.len() == first)?;
        between(rest, first, if first == 22 { 91 } else { 92 }, 95).then(|| mod10(rest))
    };
    let judged = [(8, 22), (12, 22), (8, 26), (12, 26)].map(|(front, count)| inner(front, count));
    judged.into_iter().flatten().reduce(|one, other| one || other)
}

fn is_usps_of_20(number: &str) -> bool {
    between(number, 20, 70, 77)
        || (digits(number, 20) && ["23", "03", "13"].iter().any(|front| number.starts_with(front)))
}

/// Four characters with a letter, eight digits, 01, five digits.
fn is_australian(number: &str) -> bool {
    number.len() == 19
        && number[..4].bytes().any(|byte| byte.is_ascii_uppercase())
        && digits(&number[4..], 15)
        && &number[12..14] == "01"
}

/// Two letters, nine digits, a country. J and K are kept for another use.
fn is_s10(number: &str) -> bool {
    number.len() == 13
        && number[..2].bytes().all(|byte| byte.is_ascii_uppercase())
        && !number.starts_with(['J', 'K'])
        && digits(&number[2..11], 9)
        && number[11..].bytes().all(|byte| byte.is_ascii_uppercase())
}
