//! What a cell says of a parcel: a tracking number that may be posted, or why not.
//!
//! A spreadsheet keeps fifteen digits of a number and writes zeros, an exponent or a neighbour for the rest. What is gone is
//! never guessed: such a cell is refused and named.

use super::amount::ungrouped;
use super::carrier::{fit, is_broken_for, with_zeros};
use super::cell::{Cell, tight, whole_number};
use super::joined::sides;
use super::link::{is_link, likely_number, number_in_link};
use super::scientific::is_scientific;

#[cfg(test)]
mod tests;

/// Digits that a floating number keeps exactly.
const KEPT: usize = 15;
/// From so many digits on, a number that is a floating number to the last digit was one: one in ten thousand sound ones is.
const TELLING: usize = 19;
/// With so many, where nothing else speaks for it.
const PERHAPS: usize = 17;

/// Letters and digits of the shortest and of the longest number of any carrier.
const LEAST: usize = 6;
const MOST: usize = 40;
/// Letters of a group at the front of a number.
const LONGEST_FRONT: usize = 3;

/// Why a number is not simply posted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// Written with an exponent: most of its digits are gone.
    ScientificNotation,
    /// The digits after the fifteenth are gone.
    Rounded,
    /// It would be a carrier's number with the zeros that a spreadsheet took from its front.
    LeadingZerosLost,
    /// Of a carrier's form, and mistyped or cut.
    CheckDigit,
    /// Of no form that is known.
    UnknownFormat,
    /// It had thousands separators, and is right as far as its check digit tells.
    WasANumber,
    /// Not six to forty letters and digits, or the same digits twice: text, two numbers in one.
    NotANumber,
    /// A link in which no number is known.
    LinkAlone,
    /// It stands in a link to a carrier's page that does not say that it is the number.
    FromLink,
    /// Right for another carrier than its row names.
    OtherCarrier,
    /// Digits alone, in a column of which no heading says that it holds tracking numbers: telephone numbers look like that, too.
    GuessedColumn,
}

impl Reason {
    /// As replies name it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ScientificNotation => "scientific_notation",
            Self::Rounded => "rounded",
            Self::LeadingZerosLost => "leading_zeros_lost",
            Self::CheckDigit => "check_digit",
            Self::UnknownFormat => "unknown_format",
            Self::WasANumber => "was_a_number",
            Self::NotANumber => "not_a_number",
            Self::LinkAlone => "link_alone",
            Self::FromLink => "from_link",
            Self::OtherCarrier => "other_carrier",
            Self::GuessedColumn => "guessed_column",
        }
    }
}

/// What may be done with a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It may be posted.
    Ok,
    /// It may be posted when the caller has looked at it.
    Warn(Reason),
    /// It is not posted.
    Refuse(Reason),
}

/// What was done to read a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Note {
    /// `.0` behind it went.
    DecimalRemoved,
    /// Thousands separators within it went.
    SeparatorsRemoved,
    /// Blanks and hyphens within it went, or it was written small.
    Normalised,
    /// It stood in a link.
    FromLink,
}

impl Note {
    /// As replies tell it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::DecimalRemoved => ".0 removed",
            Self::SeparatorsRemoved => "thousands separators removed",
            Self::Normalised => "spacing or case normalised",
            Self::FromLink => "taken from a link",
        }
    }
}

/// A tracking number as it was found.
#[derive(Debug, PartialEq, Eq)]
pub struct Tracking {
    /// As it stands in the cell.
    pub text: String,
    /// As it would be posted; with a verdict that refuses it, it is only what was made of the cell.
    pub number: String,
    /// What may be done with it.
    pub verdict: Verdict,
    /// Carriers whose number it can be.
    pub carriers: Vec<&'static str>,
    /// Carriers whose number it would be with the zeros restored.
    pub likely: Vec<&'static str>,
    /// What was done to read it.
    pub notes: Vec<Note>,
}

/// Judges a cell, beside the carrier that its row names. `is_guessed` where no heading says that its column holds numbers.
pub(super) fn judge(cell: &Cell, named: Option<&'static str>, is_guessed: bool) -> Tracking {
    let mut notes = Vec::new();
    let mut tracking = Tracking {
        text: cell.text.clone(),
        number: cell.text.clone(),
        verdict: Verdict::Refuse(Reason::ScientificNotation),
        carriers: Vec::new(),
        likely: Vec::new(),
        notes: Vec::new(),
    };
    if is_scientific(&cell.text) {
        return tracking;
    }
    let mut was_number = false;
    let mut is_likely = false;
    let number = if let Some(number) = number_in_link(&cell.text) {
        notes.push(Note::FromLink);
        number.to_owned()
    } else if let Some(number) = likely_number(&cell.text) {
        notes.push(Note::FromLink);
        is_likely = true;
        number.to_owned()
    } else if is_link(&cell.text) {
        tracking.verdict = Verdict::Refuse(Reason::LinkAlone);
        return tracking;
    } else if let Some(digits) = whole_number(&cell.text) {
        notes.push(Note::DecimalRemoved);
        digits.to_owned()
    } else if let Some(digits) = separated(&cell.text) {
        notes.push(Note::SeparatorsRemoved);
        was_number = digits.len() > KEPT;
        digits
    } else {
        cell.text.clone()
    };
    let tight = tight(&number);
    if tight != number {
        notes.push(Note::Normalised);
    }
    let fit = fit(&tight);
    let is_floating = !cell.is_text && is_floating(&tight);
    tracking.verdict = if !can_be_one(&tight) || (fit.carriers.is_empty() && is_joined(&number)) {
        Verdict::Refuse(Reason::NotANumber)
    } else if is_floating && tight.len() >= TELLING {
        Verdict::Refuse(Reason::Rounded)
    } else if fit.is_broken {
        Verdict::Refuse(Reason::CheckDigit)
    } else if fit.carriers.is_empty() {
        tracking.likely = if cell.is_text { Vec::new() } else { with_zeros(&tight) };
        if !tracking.likely.is_empty() {
            Verdict::Refuse(Reason::LeadingZerosLost)
        } else if was_number || (is_floating && tight.len() >= PERHAPS) {
            Verdict::Refuse(Reason::Rounded)
        } else if named.is_some_and(|named| is_broken_for(&tight, named)) {
            Verdict::Refuse(Reason::CheckDigit)
        } else {
            Verdict::Warn(Reason::UnknownFormat)
        }
    } else if was_number && !fit.is_prefixed {
        Verdict::Refuse(Reason::Rounded)
    } else if was_number {
        Verdict::Warn(Reason::WasANumber)
    } else if !fit.is_prefixed && named.is_some_and(|named| is_broken_for(&tight, named)) {
        Verdict::Refuse(Reason::CheckDigit)
    } else if named.is_some_and(|named| !fit.carriers.contains(&named)) {
        Verdict::Warn(Reason::OtherCarrier)
    } else if is_likely {
        Verdict::Warn(Reason::FromLink)
    } else if is_guessed && !fit.is_prefixed {
        Verdict::Warn(Reason::GuessedColumn)
    } else {
        Verdict::Ok
    };
    if matches!(tracking.verdict, Verdict::Ok | Verdict::Warn(_)) {
        tracking.carriers = fit.carriers;
    }
    tracking.number = tight;
    tracking.notes = notes;
    tracking
}

/// Whether words stand between numbers, or between one and something else.
fn is_joined(text: &str) -> bool {
    let sides = sides(text);
    sides.len() > 1 && sides.iter().any(|side| can_be_one(&tight(side)))
}

/// Whether a cell holds what a tracking number can look like, also a spoilt one: ten digits or more, or an exponent. A title with a
/// day in it, and Amazon's order numbers, are none.
pub(super) fn looks_like_one(raw: &str) -> bool {
    let cell = Cell::of(raw);
    if is_scientific(&cell.text) || number_in_link(&cell.text).is_some() || likely_number(&cell.text).is_some() {
        return true;
    }
    let words = || cell.text.split_whitespace().flat_map(|group| group.split('-'));
    let is_word = |word: &str| word.len() > LONGEST_FRONT && word != "JVGL" && word.chars().all(char::is_alphabetic);
    if words().any(is_word) || is_amazon_order(&cell.text) || cell.text.split_whitespace().any(is_day) {
        return false;
    }
    let tight = tight(&cell.text);
    let tight = ungrouped(&tight, ',').unwrap_or(tight);
    let tight = whole_number(&tight).unwrap_or(&tight);
    let digits = tight.bytes().filter(u8::is_ascii_digit).count();
    let is_made_of_them = tight.bytes().all(|byte| byte.is_ascii_alphanumeric());
    is_made_of_them && (10..=MOST).contains(&tight.len()) && digits >= 7 && !is_day(&cell.text)
}

/// Whether a cell holds a number that has a carrier's form, by more than how many digits it has.
pub(super) fn is_prefixed(raw: &str) -> bool {
    let text = Cell::of(raw).text;
    fit(&tight(number_in_link(&text).unwrap_or(&text))).is_prefixed
}

/// Whether a number, in capital letters and without blanks, can be one of any carrier.
pub(super) fn can_be_one(tight: &str) -> bool {
    let is_twice = tight.is_ascii() && {
        let (first, second) = tight.split_at(tight.len() / 2);
        first == second && !fit(first).carriers.is_empty()
    };
    (LEAST..=MOST).contains(&tight.len())
        && tight.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && tight.bytes().any(|byte| byte.is_ascii_digit())
        && (!is_twice || !fit(tight).carriers.is_empty())
}

/// `114-3912391-8847877`
fn is_amazon_order(text: &str) -> bool {
    let groups: Vec<&str> = text.split('-').collect();
    let lengths: Vec<usize> = groups.iter().map(|group| group.len()).collect();
    lengths == [3, 7, 7] && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-')
}

/// The digits of `753,456,884,549` and `753.456.884.549`.
fn separated(text: &str) -> Option<String> {
    ungrouped(text, ',').or_else(|| (text.matches('.').count() > 1).then(|| ungrouped(text, '.'))?)
}

/// Whether a number, in capital letters and without blanks, is to the last digit a floating number, or the shortest that names one.
fn is_floating(digits: &str) -> bool {
    digits
        .parse::<f64>()
        .is_ok_and(|number| format!("{number:.0}") == digits || shortest(number) == digits)
}

/// The shortest digits that name a floating number, with zeros for the rest.
fn shortest(number: f64) -> String {
    let text = format!("{number:e}");
    let Some((mantissa, exponent)) = text.split_once('e') else {
        return text;
    };
    let digits = mantissa.replace('.', "");
    let length = exponent.parse::<usize>().map_or(0, |exponent| exponent + 1);
    format!("{digits:0<length$}")
}

fn is_day(text: &str) -> bool {
    super::day::day(text, Some(super::day::Order::DayFirst)).is_ok()
        || super::day::day(text, Some(super::day::Order::MonthFirst)).is_ok()
}
