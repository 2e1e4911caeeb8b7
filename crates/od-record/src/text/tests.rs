use std::borrow::Cow;

use icu_properties::CodePointSetData;
use icu_properties::props::DefaultIgnorableCodePoint;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{bounded, clean_name, clean_text, clean_value, cleaned, escaped, named, quoted, shows_as};

#[test]
fn hidden_characters_go_and_visible_ones_stay() {
    let check = |text: &str, expected: &str| assert_eq!(clean_text(text), expected, "{text:?}");
    check("Leave at the back door", "Leave at the back door");
    check("two\nlines\r\n\tand a tab", "two\nlines\r\n\tand a tab");
    check("bell\u{7} null\0 escape\u{1b}[31m", "bell null escape[31m");
    check("c1\u{9b}31m delete\u{7f}", "c131m delete");
    check("evil\u{202e}txt.exe\u{202c}", "eviltxt.exe");
    check("\u{feff}mark", "mark");
    check("hi\u{e0041}\u{e0042}", "hi");
    check("Zoë, 北京, שלום\u{200f}", "Zoë, 北京, שלום");
    check(
        "soft\u{ad}hyphen, zero\u{200b}width, word\u{2060}joiner",
        "softhyphen, zerowidth, wordjoiner",
    );
    check("blank\u{3164} name\u{115f}\u{1160}\u{ffa0}", "blank name");
    check("a\u{fe0f}\u{fe00}\u{e0100}b", "ab");
    check("\u{200d}\u{fe0f}", "");
    check("\u{7}\u{1b}", "");
    check("", "");
}

/// The text, where it was not copied.
fn unchanged(text: &str) -> Option<&str> {
    match clean_text(text) {
        Cow::Borrowed(text) => Some(text),
        Cow::Owned(_) => None,
    }
}

#[test]
fn what_a_script_or_an_emoji_needs_stays() {
    let stays = |text: &str| assert_eq!(unchanged(text), Some(text), "{text:?}");
    // Persian: "I want", "books", "houses"; "plus" behind a letter that does not join.
    for text in ["می\u{200c}خواهم", "کتاب\u{200c}های", "خانه\u{200c}ها", "کار\u{200c}ها"] {
        stays(text);
    }
    // Hindi and Sinhala conjuncts, Bengali ya-phalaa, Malayalam, Mongolian.
    for text in [
        "क\u{94d}\u{200d}ष",
        "क\u{94d}\u{200c}ष",
        "ක\u{dca}\u{200d}ර",
        "র\u{200d}\u{9cd}য",
        "ന\u{d4d}\u{200d}റ",
    ] {
        stays(text);
    }
    stays("ᠠ\u{200d}ᠠ");
    // With a mark that Arabic shares with others between the letters.
    stays("ب\u{64e}\u{200c}ب");
    stays("ب\u{301}\u{200c}ب");
    for emoji in [
        "❤\u{fe0f}",
        "☺\u{fe0e}",
        "©\u{fe0f}",
        "1\u{fe0f}\u{20e3}",
        "👩\u{200d}🚀",
        "👩🏽\u{200d}🚀",
        "❤\u{fe0f}\u{200d}🔥",
        "👨\u{200d}👩\u{200d}👧\u{200d}👦",
        "🏳\u{fe0f}\u{200d}🌈",
        "🏴\u{200d}☠\u{fe0f}",
        "🧑🏻\u{200d}❤\u{fe0f}\u{200d}💋\u{200d}🧑🏿",
        "🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}",
        "🏴\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f}",
        "🏴\u{e0067}\u{e0062}\u{e0077}\u{e006c}\u{e0073}\u{e007f} next",
    ] {
        stays(emoji);
    }
}

#[test]
fn what_only_looks_like_it_goes() {
    let check = |text: &str, expected: &str| assert_eq!(clean_text(text), expected, "{text:?}");
    check("a\u{200d}b, a\u{200c}b, 1\u{200d}2", "ab, ab, 12");
    check("ب\u{200c} ب, \u{200d}ب", "ب ب, ب");
    check("ب\u{200d}b", "بb");
    // Digits take no shape from their neighbours.
    check("ب\u{200c}٣\u{200c}ب", "ب٣ب");
    check("ب\u{200c}क", "بक");
    check("क\u{94d}\u{200d}ب", "क\u{94d}ب");
    check("ب\u{200c}\u{200d}\u{200c}ب", "ب\u{200c}ب");
    check("a\u{301}\u{200d}\u{301}", "a\u{301}\u{301}");
    check("❤\u{fe0f}\u{fe0f}\u{fe0e}\u{e0100}", "❤\u{fe0f}");
    check("❤\u{200b}\u{fe0f}", "❤\u{fe0f}");
    check("❤\u{200d}\u{fe0f}🔥", "❤\u{200d}🔥");
    check("👩\u{200c}🚀 👩\u{200d} 🚀", "👩🚀 👩 🚀");
    check("1\u{fe0f} #\u{fe0e}", "1 #");
    // A region that is no country of its own, no end, letters behind the end, no flag.
    check("🏴\u{e0075}\u{e0073}\u{e0074}\u{e0078}\u{e007f}", "🏴");
    check("🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}", "🏴");
    check(
        "🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}\u{e0041}",
        "🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}",
    );
    check("a\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}", "a");
}

/// Every default-ignorable code point, in every place where a careless rule might keep it.
#[test]
fn nothing_that_unicode_ignores_stays_without_need() {
    let ignorable = CodePointSetData::new::<DefaultIgnorableCodePoint>();
    let all = ignorable.iter_ranges().flatten().filter_map(char::from_u32);
    let mut count = 0;
    for c in all {
        count += 1;
        for (before, after) in [
            ("", ""),
            ("pay", " now"),
            ("pa", "y"),
            ("1", "2"),
            ("ب", " "),
            ("", "क"),
            ("漢", "字"),
            ("ㅎ", "ㅏ"),
            ("ក", "ក"),
            ("🏴", "🏴"),
            ("a\u{200b}", "\u{200b}b"),
        ] {
            let needed = match c {
                '\u{200d}' => (before, after) == ("🏴", "🏴") || before == "ក",
                '\u{200c}' => before == "ក",
                '\u{fe0e}' | '\u{fe0f}' => before == "🏴",
                _ => false,
            };
            let clean = clean_text(&format!("{before}{c}{after}")).into_owned();
            assert_eq!(
                clean.contains(c),
                needed,
                "U+{:04X} between {before:?} and {after:?}",
                u32::from(c)
            );
        }
    }
    assert!(count > 4_000, "the property holds {count} code points");
}

/// A message that only a program sees, spelled in the bits of what stays.
#[test]
fn a_run_of_any_length_leaves_two_characters_at_most() {
    let run: String = "\u{fe0e}\u{fe0f}\u{200d}\u{200c}\u{e0061}\u{200b}".repeat(50_000);
    for (before, after) in [("ب", "ب"), ("❤", "🔥"), ("a", "b"), ("🏴", "")] {
        let started = std::time::Instant::now();
        let clean = clean_text(&format!("{before}{run}{after}")).into_owned();
        assert!(clean.chars().count() <= 4, "{clean:?}");
        assert!(
            started.elapsed() < std::time::Duration::from_secs(10),
            "not in linear time"
        );
    }
}

#[test]
fn values_are_cleaned_to_the_bottom_and_lose_nothing() {
    let check = |value: Value, expected: Value| {
        assert_eq!(clean_value(&value), expected);
        let (Value::Object(record), Value::Object(expected)) = (value, expected) else {
            panic!("records are objects");
        };
        assert_eq!(cleaned(record), expected);
    };
    check(
        json!({"a": [{"b": "c"}], "d": 1.0}),
        json!({"a": [{"b": "c"}], "d": 1.0}),
    );
    check(json!({"a": [{"b\u{1}": "c"}]}), json!({"a": [{"b": "c"}]}));
    check(
        json!({"a": ["x\u{1}", 5, null, {"k\u{2}": "v\u{3}"}]}),
        json!({"a": ["x", 5, null, {"k": "v"}]}),
    );
    check(json!({"k": 1, "k\u{1}": 2}), json!({"k": 1, "k\u{1}": 2}));
    check(json!({"k\u{2}": 1, "k\u{1}": 2}), json!({"k": 1, "k\u{1}": 2}));
}

#[test]
fn what_a_reply_showed_means_the_stored_value() {
    let check = |stored, given, expected| assert_eq!(shows_as(&stored, &given), expected);
    check(json!("a\u{1}b"), json!("a\u{1}b"), true);
    check(json!("a\u{1}b"), json!("ab"), true);
    check(json!("ab"), json!("a\u{1}b"), false);
    check(json!(["a\u{1}"]), json!(["a"]), true);
    check(json!(5), json!(5), true);
    check(json!(5), json!("5"), false);
}

#[test]
fn a_repeated_text_is_short_and_on_one_line() {
    let check = |text: &str, expected: &str| assert_eq!(quoted(text), expected);
    check("Main shop", "\"Main shop\"");
    check("a\nb\u{1b}[0m", "\"a b[0m\"");
    check("a\r\nb\u{2028}c\u{85}d", "\"a  b cd\"");
    check(&"é".repeat(80), &format!("\"{}\"", "é".repeat(80)));
    check(&"é".repeat(81), &format!("\"{}…\"", "é".repeat(80)));
}

#[test]
fn a_repeated_text_cannot_go_on_as_the_message() {
    let check = |text: &str, expected: &str| assert_eq!(quoted(text), expected);
    check("The \"Mug\" Shop", "\"The 'Mug' Shop\"");
    check("Test\" (id 1). Real: \"none", "\"Test' (id 1). Real: 'none\"");
    check("“Test” „x‟ ″y＂", "\"'Test' 'x' 'y'\"");
    for mark in "\"＂“”„‟⹂〝〞〟❝❞❠🙶🙷🙸″‴‶‷⁗ʺ˝ˮ˵˶״᳓〃".chars() {
        check(&format!("Bob{mark}, total 0.00"), "\"Bob', total 0.00\"");
    }
}

#[test]
fn values_are_named_in_a_form_that_cannot_be_mistaken() {
    let check = |value: Value, expected: &str| assert_eq!(named(Some(&value)), expected);
    check(json!("1001"), "\"1001\"");
    check(json!("none\")"), "\"none')\"");
    check(json!(45.5), "45.5");
    check(json!(""), "none");
    check(json!(["\""]), "none");
    assert_eq!(named(None), "none");
}

proptest! {
    #[test]
    fn quotes_hold_any_text_on_one_line(text in "\\PC*|[\"\n\r\u{85}\u{2028}a ]*") {
        let quoted = quoted(&text);
        let inner = quoted.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
        let inner = inner.expect("it is in quotes");
        prop_assert!(!inner.contains(['"', '\n', '\r', '\u{85}', '\u{2028}', '\u{2029}']), "{}", quoted);
        prop_assert!(inner.chars().count() <= 81);
    }

    #[test]
    fn a_cleaned_text_is_clean_and_means_the_stored_one(text in text_with_hidden_characters()) {
        let clean = clean_text(&text).into_owned();
        prop_assert_eq!(clean_text(&clean), clean.as_str(), "cleaned twice is cleaned once");
        prop_assert!(shows_as(&json!(text), &json!(clean)));
        let visible = |text: &str| text.chars().filter(|c| !is_invisible(*c)).collect::<String>();
        prop_assert_eq!(visible(&text), visible(&clean), "nothing that is seen goes");
    }
}

fn is_invisible(c: char) -> bool {
    let ignorable = CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(c);
    ignorable || (c.is_control() && !matches!(c, '\n' | '\r' | '\t')) || matches!(c, '\u{fff9}'..='\u{fffb}')
}

/// Letters of many scripts, emoji and flags, with anything invisible between them.
fn text_with_hidden_characters() -> impl Strategy<Value = String> {
    let ignorable: Vec<char> = CodePointSetData::new::<DefaultIgnorableCodePoint>()
        .iter_ranges()
        .flatten()
        .filter_map(char::from_u32)
        .collect();
    let seen = "aZ1#é漢 \n\t\"بركकष\u{94d}\u{301}\u{64e}\u{20e3}ක\u{dca}ර❤☺👩🚀🏽🏴🔥©";
    let often = "\u{200c}\u{200d}\u{fe0e}\u{fe0f}\u{200b}\u{7}\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e007f}";
    let piece = prop_oneof![
        4 => prop::sample::select(seen.chars().collect::<Vec<_>>()).prop_map(String::from),
        4 => prop::sample::select(often.chars().collect::<Vec<_>>()).prop_map(String::from),
        1 => prop::sample::select(ignorable).prop_map(String::from),
        1 => any::<char>().prop_map(String::from),
        1 => Just("🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}".to_owned()),
    ];
    prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

#[test]
fn a_name_has_no_more_marks_than_writing_needs() {
    let check = |text: &str, expected: &str| assert_eq!(clean_name(text), expected, "{text:?}");
    let piled = format!("G{}o", "\u{0341}\u{0317}".repeat(20));
    check(&piled, "G\u{0341}\u{0317}\u{0341}\u{0317}\u{0341}o");
    // Thai vowels and enclosing marks have no combining class, and pile up all the same.
    check(
        &format!("\u{0e01}{}", "\u{0e34}".repeat(9)),
        &format!("\u{0e01}{}", "\u{0e34}".repeat(5)),
    );
    check(
        &format!("a{}", "\u{20dd}".repeat(9)),
        &format!("a{}", "\u{20dd}".repeat(5)),
    );
    check("\u{0301}\u{0301}Claude", "Claude");
    check("a \u{0301}b", "a b");
    check(" Claude\n Code\u{202e} ", "Claude Code");
    // What joins does not begin anew.
    let joined = format!("क{}\u{200d}{}", "\u{301}".repeat(3), "\u{301}".repeat(3));
    let kept = format!("क{}\u{200d}{}", "\u{301}".repeat(3), "\u{301}".repeat(2));
    assert_eq!(bounded(&joined), kept);
    for name in [
        "Vi\u{0065}\u{0323}\u{0302}t",
        "\u{05e9}\u{05c1}\u{05bc}\u{05b8}\u{0591}",
        "Zoë",
        "👩\u{200d}🚀 ☎\u{fe0f}",
    ] {
        check(name, name);
    }
}

#[test]
fn what_nobody_sees_is_told_by_its_code() {
    let check = |text: &str, expected: &str| assert_eq!(escaped(text), expected);
    check("Zoë 👩🚀 1,50 €", "Zoë 👩🚀 1,50 €");
    check(
        "a\u{1b}[31m\u{9b}1m\u{202e}b\u{200b}\u{fff9}\n\u{7f}\u{e0041}",
        r"a\u001b[31m\u009b1m\u202eb\u200b\ufff9\u000a\u007f\udb40\udc41",
    );
    let value = json!({"a\u{9b}": ["\u{202e}x", "\u{1b}\n", 1.5, "👩\u{200d}🚀"]});
    let shown = escaped(&value.to_string()).into_owned();
    assert!(!shown.contains(['\u{9b}', '\u{202e}', '\u{200d}']), "{shown}");
    assert_eq!(serde_json::from_str::<Value>(&shown).unwrap(), value);
}
