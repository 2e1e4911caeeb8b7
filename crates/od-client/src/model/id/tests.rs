use proptest::prelude::*;
use serde_json::json;

use super::*;

#[test]
fn only_digits_are_ids() {
    let check = |text: &str, accepted: bool| assert_eq!(OrderId::parse(text).is_ok(), accepted, "{text:?}");
    check("1", true);
    check("80012345", true);
    check("99999999999999999999", true);
    check("", false);
    check("123456789012345678901", false);
    check("../store", false);
    check("1/../../store", false);
    check("1?x=1", false);
    check("1#", false);
    check(" 1", false);
    check("1\n", false);
    check("-1", false);
    check("1.0", false);
    check("١٢٣", false);
    check("%31", false);
}

#[test]
fn an_id_is_written_in_one_way() {
    for (text, written) in [
        ("080012385", "80012385"),
        ("10", "10"),
        ("0", "0"),
        ("000", "0"),
        ("007", "7"),
    ] {
        assert_eq!(OrderId::parse(text).unwrap().as_str(), written);
        assert_eq!(OrderItemId::parse(text).unwrap().as_str(), written);
        assert_eq!(ShipmentId::parse(text).unwrap().as_str(), written);
        assert_eq!(InventoryItemId::parse(text).unwrap().as_str(), written);
        assert_eq!(FolderId::parse(text).unwrap().as_str(), written);
        assert_eq!(OrderId::from_value(&json!(text)).unwrap().as_str(), written);
    }
}

#[test]
fn replies_carry_them_as_text_or_number() {
    let check = |value: Value, expected: Option<&str>| {
        assert_eq!(
            FolderId::from_value(&value).as_ref().map(FolderId::as_str),
            expected,
            "{value}"
        );
    };
    check(json!("71001"), Some("71001"));
    check(json!(71001), Some("71001"));
    check(json!(7.5), None);
    check(json!(null), None);
    check(json!(""), None);
}

proptest! {
    #[test]
    fn an_accepted_id_is_its_own_path_segment(text in "\\PC{0,25}") {
        if let Ok(id) = text.parse::<OrderId>() {
            prop_assert!(id.as_str().bytes().all(|byte| byte.is_ascii_digit()));
            prop_assert!(text.ends_with(id.as_str()));
        }
    }

    #[test]
    fn numbers_that_are_equal_are_equal_ids(number: u64, zeros in 0..=20_usize) {
        let text = format!("{}{number}", "0".repeat(zeros));
        let id = OrderId::parse(&text);
        prop_assert_eq!(id.is_ok(), text.len() <= 20);
        if let Ok(id) = id {
            prop_assert_eq!(id, OrderId::parse(&number.to_string()).unwrap());
        }
    }
}
