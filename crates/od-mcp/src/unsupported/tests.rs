use super::{MISSING, find};
use crate::catalog::{Catalog, ToolNames};

#[test]
fn what_cannot_exist_is_told_in_either_spelling() {
    let check = |name: &str, expected: Option<&str>| {
        let told = find(name).map(|error| error.to_string());
        assert_eq!(told.is_some(), expected.is_some(), "{name}: {told:?}");
        assert!(
            expected.is_none_or(|part| told.is_some_and(|told| told.contains(part))),
            "{name}"
        );
    };
    check("folders_create", Some("folders"));
    check("Folders.Rename", Some("folders"));
    check("orders.split", Some("split or merge"));
    check("customers_list", Some("customers"));
    check("webhooks_create", Some("webhooks"));
    check("refunds_create", Some("money"));
    check("orders_lst", None);
    check("folders_lst", None);
}

#[test]
fn nothing_that_exists_is_denied_and_what_is_named_exists() {
    let catalog = Catalog::new(ToolNames::Underscore).expect("the declarations are good");
    for missing in &MISSING {
        let words = missing.instead.split(|c: char| !(c.is_ascii_lowercase() || c == '_'));
        let argument = |word: &str| ["customer_id"].contains(&word);
        for tool in words.filter(|word| word.contains('_') && !argument(word)) {
            assert!(catalog.find(tool).is_some(), "{tool} does not exist");
        }
    }
}
