use super::*;

#[test]
fn names_that_differ_in_case_only_are_the_same() {
    fn check(one: &str, other: &str, same: bool) {
        assert_eq!(fold_name(one) == fold_name(other), same, "{one:?} and {other:?}");
    }
    check("My Shop", "MY SHOP", true);
    check("ÉCLAIR", "éclair", true);
    check("Straße", "STRASSE", true);
    check("ΣΊΣΥΦΟΣ", "σίσυφος", true);
    check("Лавка", "лавка", true);
    check("shop", "shop ", false);
    check("café", "cafe", false);
}

/// Every character of the two planes that have letters with case: the database compares folded texts only.
#[test]
fn folding_is_stable_and_ignores_case() {
    for character in '\0'..='\u{1ffff}' {
        let folded = fold_name(&character.to_string());
        assert_eq!(fold_name(&folded), folded, "{character:?} folded twice");
        assert_eq!(
            fold_name(&character.to_uppercase().to_string()),
            folded,
            "{character:?} in upper case"
        );
        assert_eq!(
            fold_name(&character.to_lowercase().to_string()),
            folded,
            "{character:?} in lower case"
        );
    }
}
