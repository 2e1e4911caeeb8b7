use super::{both, name, number_in, numbers, one_word, phone, plain, spelt, squeezed};

#[test]
fn numbers_and_codes_are_compared_by_letters_and_digits() {
    for spelled in ["MUG-BLU", "mug blu", " Mug_Blu "] {
        assert_eq!(squeezed(spelled), "mugblu");
    }
    assert_ne!(squeezed("q1"), squeezed("1"));
}

#[test]
fn different_addresses_are_different_words() {
    let words = ["ada@example.test", "ada.example@test", "adaq40exampleq2etest"].map(one_word);
    assert!(
        words
            .iter()
            .all(|word| word.bytes().all(|byte| byte.is_ascii_alphanumeric()))
    );
    assert!(words[0] != words[1] && words[0] != words[2]);
}

#[test]
fn a_phone_number_begins_with_its_last_digit() {
    assert_eq!(phone("+1 (555) 010-2"), "20105551");
}

#[test]
fn names_go_by_their_words_and_as_one() {
    let parts = ["Siobhán", "O'Brien", ""].map(str::to_owned);
    assert_eq!(name(&parts), "Siobhán O'Brien OBrien SiobhánOBrien");
}

#[test]
fn letters_that_are_no_letter_with_an_accent_become_plain() {
    for (text, expected) in [
        ("Groß Łucja", "Gross lucja"),
        ("BJØRN", "BJoRN"),
        ("Ægir", "aegir"),
        ("Müller", "Müller"),
    ] {
        assert_eq!(plain(text), expected);
    }
}

#[test]
fn letters_with_an_accent_are_also_spelt_as_two() {
    for (text, expected) in [
        ("Müller", Some("Mueller")),
        ("JÖRG Ågren", Some("JoeRG aagren")),
        ("Mu\u{308}ller-Weiß", Some("Mueller-Weiss")),
        ("Bjørn", Some("Bjoern")),
        ("Mueller", None),
        ("Zoë", None),
        ("", None),
    ] {
        assert_eq!(spelt(text).as_deref(), expected, "{text}");
    }
    assert_eq!(both("Grüner Weg 7"), "Grüner Weg 7 Gruener");
}

#[test]
fn a_number_in_an_id_is_a_word_that_no_id_is() {
    assert_eq!(number_in("0012385").as_deref(), Some("qn12385"));
    assert_eq!(number_in("0012"), None);
    assert_eq!(numbers("WEB-0012385/7"), "web00123857 qn12385");
    assert_eq!(numbers("#1001"), "1001 qn1001");
}
