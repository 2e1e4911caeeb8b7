use super::{same_name, shares_a_word};

#[test]
fn a_name_is_known_however_it_is_written() {
    for (one, other) in [
        ("Hank Abernathy", "Abernathy, Hank"),
        ("Thu Nguy\u{1ec5}n", "thu nguyen"),
        ("Bj\u{f8}rn \u{141}uk", "Bjorn Luk"),
        ("O'Neil Anne", "anne o neil"),
        ("Joerg Muessig-Celik", "J\u{f6}rg M\u{fc}\u{df}ig-\u{c7}elik"),
        ("Jorg Mussig Celik", "Jo\u{308}rg M\u{fc}\u{df}ig-\u{c7}elik"),
        ("J\u{f6}rg Muessig", "Joerg M\u{fc}ssig"),
    ] {
        assert!(same_name(one, other), "{one} {other}");
    }
    for (one, other) in [("Ada Quill", "Ada Marie Quill"), ("Ada Quill", "Bea Quill"), ("", "")] {
        assert!(!same_name(one, other), "{one} {other}");
    }
}

#[test]
fn one_word_in_common_is_enough_not_to_contradict() {
    assert!(shares_a_word("Hank Abernathy", "H. Abernathy"));
    assert!(shares_a_word("J. Mueller", "Jan M\u{fc}ller"));
    assert!(!shares_a_word("Hank Abernathy", "Thu Nguyen"));
}
