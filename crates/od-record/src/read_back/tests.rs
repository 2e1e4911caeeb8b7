use super::*;

fn change(path: &str) -> FieldChange {
    FieldChange {
        path: path.to_owned(),
        id: None,
        before: None,
        after: None,
    }
}

fn seen(not_applied: &[&str], foreign: &[&str]) -> ReadBack {
    let changes = |paths: &[&str]| paths.iter().map(|path| change(path)).collect();
    ReadBack::Seen(Verification {
        stuck: not_applied.is_empty(),
        not_applied: changes(not_applied),
        foreign: changes(foreign),
        took: true,
        elsewhere: false,
    })
}

#[test]
fn a_caller_hears_of_what_did_not_stick_only_when_it_is_its_own() {
    let read_back = seen(&["/shipping/city"], &[]);
    assert!(!read_back.confirms(&[change("/shipping/city")]));
    assert!(read_back.confirms(&[change("/email")]));
    assert!(read_back.remarks(&[change("/shipping/city")])[0].contains("/shipping/city"));
    assert!(read_back.remarks(&[change("/email")]).is_empty());
}

#[test]
fn everybody_hears_of_somebody_elses_edit() {
    let remarks = seen(&[], &["/email"]).remarks(&[change("/shipping/city")]);
    assert_eq!(remarks.len(), 1);
    let told = "These fields are no part of the change and differ from what was uploaded: /email. ";
    assert!(remarks[0].starts_with(told), "{remarks:?}");
}

#[test]
fn an_upload_that_nobody_saw_is_not_called_verified() {
    assert!(!ReadBack::Skipped.confirms(&[change("/email")]));
    assert!(!ReadBack::Failed.confirms(&[change("/email")]));
    assert_eq!(ReadBack::Failed.remarks(&[]).len(), 1);
    assert!(ReadBack::NotNeeded.confirms(&[]));
}

#[test]
fn pointers_overlap_when_one_leads_to_a_part_of_the_other() {
    assert!(overlap("/shipping", "/shipping/city"));
    assert!(overlap("/shipping/city", "/shipping"));
    assert!(overlap("/email", "/email"));
    assert!(!overlap("/ship", "/shipping"));
    assert!(!overlap("/order_items/1", "/order_items/10"));
}

#[test]
fn an_upload_whose_answer_was_lost_was_not_stored_when_nothing_of_it_shows() {
    let map = |value: Value| value.as_object().cloned().unwrap();
    let base = map(serde_json::json!({"email": "a", "shipping": {"city": "x", "zip": "1"}, "order_notes": []}));
    let with = |edit: Value| {
        let mut record = base.clone();
        record.extend(map(edit));
        record
    };
    let wanted = with(serde_json::json!({"email": "b", "order_notes": [{"content": "ours"}]}));
    assert!(untouched(&base, &wanted, &base));
    assert!(!untouched(&base, &wanted, &wanted));
    // Of somebody else: elsewhere, where ours would be, and beside ours.
    assert!(untouched(
        &base,
        &wanted,
        &with(serde_json::json!({"shipping": {"city": "y", "zip": "1"}}))
    ));
    assert!(!untouched(&base, &wanted, &with(serde_json::json!({"email": "c"}))));
    assert!(untouched(
        &base,
        &wanted,
        &with(serde_json::json!({"order_notes": [{"content": "theirs"}]}))
    ));
    let moved = with(serde_json::json!({"shipping": {"city": "y", "zip": "1"}}));
    assert!(!untouched(
        &base,
        &moved,
        &with(serde_json::json!({"shipping": "gone"}))
    ));
    assert!(untouched(
        &base,
        &moved,
        &with(serde_json::json!({"shipping": {"city": "x", "zip": "2"}}))
    ));
}
