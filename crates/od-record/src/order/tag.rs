//! The coloured tag of an order, `tag_name`.
//!
//! The API reference calls the field unused. Production clients set it, and Order Desk's own samples hold it.

use serde_json::Value;

/// The tags that Order Desk has a colour for.
const TAGS: [(&str, &str); 7] = [
    ("success", "green"),
    ("error", "red"),
    ("info", "blue"),
    ("warning", "yellow"),
    ("orange", "orange"),
    ("purple", "purple"),
    ("x", "white"),
];

/// What to tell of a tag without a colour. A blank one takes the tag away.
pub(super) fn remark(tag: &Value) -> Option<String> {
    let tag = tag.as_str()?;
    let known = tag.is_empty() || TAGS.iter().any(|(name, _)| *name == tag);
    let names = || {
        TAGS.map(|(name, colour)| {
            if name == colour {
                name.to_owned()
            } else {
                format!("{name} ({colour})")
            }
        })
    };
    (!known).then(|| {
        format!(
            "is no tag that Order Desk has a colour for; those are {}",
            names().join(", ")
        )
    })
}
