use super::*;

#[test]
fn sees_what_it_was_given_and_nothing_else() {
    let one = StoreSet::only(["90001".to_owned()]);
    assert!(one.allows("90001") && !one.allows("9000") && !one.allows("90002"));
    assert!(StoreSet::All.allows("90002"));
    assert!(!StoreSet::only([]).allows("90001"));
}

#[test]
fn is_stored_and_read_back() {
    fn check(set: &StoreSet, column: Option<&str>) {
        assert_eq!(set.to_column().as_deref(), column);
        assert_eq!(&StoreSet::from_column(column).unwrap(), set);
        assert_eq!(StoreSet::shown(column).as_deref(), set.ids());
    }
    check(&StoreSet::All, None);
    check(&StoreSet::only([]), Some("[]"));
    check(
        &StoreSet::only(["90001".to_owned(), "90002".to_owned()]),
        Some(r#"["90001","90002"]"#),
    );
    for damaged in ["", "null", "90001", r#"{"a":1}"#, "[90001]"] {
        assert!(StoreSet::from_column(Some(damaged)).is_err(), "{damaged}");
        assert_eq!(StoreSet::shown(Some(damaged)), Some(Vec::new()), "{damaged}");
    }
}
