//! What is said where a list is empty and may be so because of how a filter compares.

use super::Filters;

/// What is said of a list that is cut by an id and the name of another folder.
pub(crate) const TWO_FOLDERS: &str = "folder_id and folder_name are different folders: no order is in both.";

/// Filters whose values are names as people and shops write them.
fn named(filters: &Filters) -> Vec<&'static str> {
    let all = [
        ("source_name", &filters.source_name),
        ("customer_first_name", &filters.customer_first_name),
        ("customer_last_name", &filters.customer_last_name),
        ("customer_company", &filters.customer_company),
        ("customer_address1", &filters.customer_address1),
        ("customer_phone", &filters.customer_phone),
        ("shipping_first_name", &filters.shipping_first_name),
        ("shipping_last_name", &filters.shipping_last_name),
        ("shipping_company", &filters.shipping_company),
        ("shipping_address1", &filters.shipping_address1),
        ("shipping_phone", &filters.shipping_phone),
    ];
    all.into_iter()
        .filter(|(_, value)| value.is_some())
        .map(|(name, _)| name)
        .collect()
}

/// Of filters by a name, a street, a phone number or a channel: no order has exactly this, and one may have it in part.
pub(super) fn doubt(filters: &Filters) -> Option<String> {
    let named = named(filters);
    (!named.is_empty()).then(|| {
        let (verb, fields) = (if named.len() == 1 { "is" } else { "are" }, named.join(" and "));
        format!(
            "No order fits. {fields} {verb} compared with the whole field, exact as it stands: orders_find finds parts of names, streets and \
             phone numbers, in any spelling."
        )
    })
}
