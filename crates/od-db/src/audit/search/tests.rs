use super::*;

#[test]
fn a_pattern_means_nothing_but_its_word() {
    let check = |word: &str, expected: &str| assert_eq!(pattern(word), expected);
    check("ada", "%ada%");
    check("100%_!", "%100!%!_!!%");
    check(r"a\b", r"%a\b%");
}

#[test]
fn a_word_has_the_spellings_that_a_small_text_may_have() {
    let check = |word: &str, expected: &[&str]| assert_eq!(spellings(word), expected);
    check("Ada", &["ada"]);
    check("ärger", &["ärger", "Ärger"]);
    check("Ärger", &["Ärger", "ärger"]);
    check("éÉ", &["éÉ", "éé", "ÉÉ", "Éé"]);
}

#[test]
fn arguments_are_searched_as_they_are_written() {
    assert_eq!(as_json(r#"say "hi" \o/"#), r#"say \"hi\" \\o/"#);
}
