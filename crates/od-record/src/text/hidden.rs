//! Which characters nobody can see, and which of them a text needs all the same.
//!
//! Both are Unicode's word, not a list of ours: the property Default_Ignorable_Code_Point (UAX #44) says what has no glyph
//! of its own, Joining_Type and Canonical_Combining_Class say which scripts joiners shape, and UTS #51 says what an emoji
//! is made of.

use std::cell::LazyCell;
use std::collections::BTreeSet;
use std::sync::LazyLock;

use icu_properties::props::{
    CanonicalCombiningClass, DefaultIgnorableCodePoint, Emoji, EmojiModifier, ExtendedPictographic, GeneralCategory,
    GeneralCategoryGroup, JoiningType, Script,
};
use icu_properties::script::ScriptWithExtensions;
use icu_properties::{CodePointMapData, CodePointSetData};

const ZWNJ: char = '\u{200C}';
const ZWJ: char = '\u{200D}';
/// Makes a digit and a selector a keycap.
const KEYCAP: char = '\u{20E3}';
const BLACK_FLAG: char = '\u{1F3F4}';
/// What turns the black flag into those of England, Scotland and Wales: the only flags of this kind that are recommended
/// for interchange (UTS #51, emoji-sequences.txt). Any other well-formed one shows as a black flag, with letters that
/// nobody sees.
const FLAGS: [&str; 3] = ["gbeng", "gbsct", "gbwls"];
const CANCEL_TAG: char = '\u{E007F}';

/// Whether a text holds anything that [`shown`] leaves out, or has to look at.
pub(super) fn hides_in(text: &str) -> bool {
    // Most texts are plain ASCII and end here.
    let plain = |byte: u8| byte.is_ascii() && (!byte.is_ascii_control() || matches!(byte, b'\n' | b'\r' | b'\t'));
    !text.bytes().all(plain) && text.chars().any(is_hidden)
}

/// The text without its hidden characters, but those that it needs.
pub(super) fn shown(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut before = None;
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        if !is_hidden(c) {
            kept.push(c);
            before = Some(c);
            rest = &rest[c.len_utf8()..];
            continue;
        }
        let end = rest.find(|c| !is_hidden(c)).unwrap_or(rest.len());
        let (run, after) = rest.split_at(end);
        if let Some(before) = before {
            keep_needed(&mut kept, before, run, after.chars().next());
        }
        rest = after;
    }
    kept
}

/// Adds what stays of a run of hidden characters between two visible ones: the tags of a flag, else at most one
/// presentation selector and behind it at most one joiner. What was kept once is kept again.
fn keep_needed(kept: &mut String, before: char, run: &str, after: Option<char>) {
    if before == BLACK_FLAG
        && let Some(tags) = flag(run)
    {
        kept.push_str(tags);
        return;
    }
    let mut selector = takes_selector(before, after);
    // What is needed depends on the neighbours only: a long run asks once.
    let needed = LazyCell::new(|| [ZWNJ, ZWJ].map(|joiner| needs_joiner(joiner, before, after)));
    for c in run.chars() {
        match c {
            '\u{FE0E}' | '\u{FE0F}' if selector => {
                selector = false;
                kept.push(c);
            }
            ZWNJ | ZWJ if needed[usize::from(c == ZWJ)] => {
                kept.push(c);
                return;
            }
            _ => {}
        }
    }
}

pub(super) fn is_hidden(c: char) -> bool {
    match c {
        '\n' | '\r' | '\t' => false,
        // Interlinear annotations: what they enclose is not meant to show. Unicode does not ignore them by default.
        '\u{FFF9}'..='\u{FFFB}' => true,
        c => c.is_control() || CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(c),
    }
}

/// The tags at the beginning of a run that make the black flag one of a country's.
fn flag(run: &str) -> Option<&str> {
    let end = run.find(CANCEL_TAG)? + CANCEL_TAG.len_utf8();
    let tags = &run[..end];
    FLAGS
        .iter()
        .find(|flag| flag.chars().map(tag).chain([CANCEL_TAG]).eq(tags.chars()))?;
    Some(tags)
}

/// The tag of an ASCII letter.
fn tag(letter: char) -> char {
    char::from_u32(0xE_0000 + u32::from(letter)).unwrap_or(letter)
}

/// Whether a selector behind `before` chooses between two looks of it. Digits are emoji in keycaps only.
fn takes_selector(before: char, after: Option<char>) -> bool {
    let emoji = CodePointSetData::new::<Emoji>().contains(before);
    emoji && (!before.is_ascii() || after == Some(KEYCAP))
}

/// Whether the joiner changes what is seen of its neighbours.
fn needs_joiner(joiner: char, before: char, after: Option<char>) -> bool {
    after.is_some_and(|after| shapes(before, after) || (joiner == ZWJ && joins_emoji(before, after)))
}

/// Whether a joiner makes one emoji of two (UAX #29, GB11).
fn joins_emoji(before: char, after: char) -> bool {
    let pictures = CodePointSetData::new::<ExtendedPictographic>();
    let toned = CodePointSetData::new::<EmojiModifier>().contains(before);
    (toned || pictures.contains(before)) && pictures.contains(after)
}

/// Whether both are letters, or marks on letters, of one script whose letters take their shape from their neighbours.
fn shapes(before: char, after: char) -> bool {
    let scripts = ScriptWithExtensions::new();
    let category = CodePointMapData::<GeneralCategory>::new();
    let written = |c| {
        let category = category.get(c);
        GeneralCategoryGroup::Letter.contains(category) || GeneralCategoryGroup::Mark.contains(category)
    };
    let own = |c, script| scripts.has_script(c, script);
    // A mark that many scripts share belongs to the letter it stands on.
    let is_shared = |c| {
        let of_many = matches!(scripts.get_script_val(c), Script::Inherited | Script::Common);
        of_many && GeneralCategoryGroup::Mark.contains(category.get(c))
    };
    let fits = |c, script| own(c, script) || is_shared(c);
    written(before)
        && written(after)
        && SHAPING.iter().any(|script| {
            fits(before, *script) && fits(after, *script) && (own(before, *script) || own(after, *script))
        })
}

/// The scripts in which a joiner can change what is seen: those with letters that join on both sides (Arabic, Syriac,
/// Mongolian), and those with a virama, which makes conjuncts (Devanagari and its relatives).
static SHAPING: LazyLock<BTreeSet<Script>> = LazyLock::new(|| {
    let scripts = ScriptWithExtensions::new();
    let joining = CodePointMapData::<JoiningType>::new();
    let combining = CodePointMapData::<CanonicalCombiningClass>::new();
    joining
        .iter_ranges_for_value(JoiningType::DualJoining)
        .chain(combining.iter_ranges_for_value(CanonicalCombiningClass::Virama))
        .flatten()
        .map(|code_point| scripts.get_script_val32(code_point))
        .filter(|script| !matches!(*script, Script::Common | Script::Inherited | Script::Unknown))
        .collect()
});
