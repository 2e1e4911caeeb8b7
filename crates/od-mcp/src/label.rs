//! Names that callers made up, made fit to be shown back to them.

/// Longest name that is repeated in a message.
const MAX_CHARS: usize = 40;

/// A caller's own name for something (an unknown tool, an unknown argument), cut short and without control characters,
/// so that neither a long secret nor terminal escapes come back in a message.
pub(crate) fn label(text: &str) -> String {
    let mut shown: String = text.chars().filter(|c| !c.is_control()).take(MAX_CHARS).collect();
    if text.chars().nth(MAX_CHARS).is_some() {
        shown.push_str("...");
    }
    shown
}

/// The candidate that `given` most likely meant, when one is close enough to be worth offering.
pub(crate) fn nearest<'a>(given: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let given: String = given.chars().take(MAX_CHARS).collect::<String>().to_lowercase();
    let allowed_edits = 1 + given.chars().count() / 4;
    candidates
        .into_iter()
        .map(|candidate| (strsim::osa_distance(&given, &candidate.to_lowercase()), candidate))
        .filter(|(distance, _)| *distance <= allowed_edits)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::{label, nearest};

    #[test]
    fn labels_are_short_and_printable() {
        assert_eq!(label("orders_list"), "orders_list");
        assert_eq!(label("a\u{1b}[31mb\n"), "a[31mb");
        assert_eq!(label(&"x".repeat(41)), format!("{}...", "x".repeat(40)));
    }

    #[test]
    fn near_names_are_offered_and_far_ones_are_not() {
        let names = ["limit", "offset", "order_by", "order"];
        assert_eq!(nearest("limt", names), Some("limit"));
        assert_eq!(nearest("LIMIT", names), Some("limit"));
        assert_eq!(nearest("orderby", names), Some("order_by"));
        assert_eq!(nearest("warehouse", names), None);
    }
}
