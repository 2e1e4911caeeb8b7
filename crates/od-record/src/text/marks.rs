//! Marks that stand on letters.

use icu_properties::CodePointMapData;
use icu_properties::props::GeneralCategory;

/// More than any writing puts on one letter: Burmese has five, Hebrew with accents four, Vietnamese two.
const MOST: usize = 5;

/// The text with so many marks on a letter at most, and with none before its first letter.
pub(super) fn bounded(text: &str) -> String {
    if text.is_ascii() {
        return text.to_owned();
    }
    let category = CodePointMapData::<GeneralCategory>::new();
    // There is nothing for marks at the beginning to stand on but what is before the text.
    let mut marks = MOST;
    let fits = |c: &char| {
        match category.get(*c) {
            GeneralCategory::NonspacingMark | GeneralCategory::EnclosingMark => marks += 1,
            // Joiners and selectors: what comes behind stands on what was before.
            GeneralCategory::Format => return true,
            _ => marks = 0,
        }
        marks <= MOST
    };
    text.chars().filter(fits).collect()
}
