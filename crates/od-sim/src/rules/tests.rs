use serde_json::json;

use super::{Event, Rule};
use crate::beginning;
use crate::options::SimOptions;
use crate::posting::{Post, PostFormat};

#[test]
fn rules_are_read_from_json() {
    let text = r#"[
        { "event": "imported", "store_id": "90001", "note": "Checked", "set": { "tag_name": "info" } },
        { "event": { "moved_into": "Prepared" }, "move_to": "Sent to Printer",
          "post_order": { "url": "http://127.0.0.1:9000/hook", "format": "json", "include_history": true } },
        { "event": "shipment_added", "post_order": { "url": "http://127.0.0.1:9000/s", "format": "shipment" } },
        { "event": "address_changed", "note": "Address Changed" }
    ]"#;
    let rules = Rule::from_json(text).expect("rules");
    let expected = Rule {
        move_to: Some("Sent to Printer".into()),
        post_order: Some(Post {
            format: PostFormat::Json,
            include_history: true,
            ..Post::to("http://127.0.0.1:9000/hook")
        }),
        ..Rule::on(Event::MovedInto("Prepared".into()))
    };
    assert_eq!(rules[1], expected);
    assert_eq!(rules[0].set["tag_name"], "info");
    assert_eq!(rules[3].event, Event::AddressChanged);
    let again = Rule::from_json(&json!(rules).to_string()).expect("what was written");
    assert_eq!(again, rules);
}

#[test]
fn what_is_no_rule_says_where_and_what_there_is() {
    let check = |text: &str, expected: &[&str]| {
        let told = Rule::from_json(text).expect_err(text).to_string();
        for part in expected {
            assert!(told.contains(part), "{told}");
        }
    };
    check("{}", &["not a JSON array of rules", "line 1"]);
    check(
        r#"[{ "event": "importd", "note": "x" }]"#,
        &["importd", "shipment_added", "line 1 column"],
    );
    check(r#"[{ "event": "imported", "notes": "x" }]"#, &["notes", "post_order"]);
    check(
        r#"[{ "event": "imported", "post_order": { "url": "http://a.test", "format": "xml" } }]"#,
        &["xml", "shipment"],
    );
}

#[test]
fn a_rule_that_could_not_work_is_a_fault() {
    let state = beginning::state(&SimOptions::default());
    let check = |rule: Rule, expected: Option<&str>| assert_eq!(rule.fault(&state.shops).as_deref(), expected);
    let noted = |event: Event| Rule {
        note: Some("Noted".into()),
        ..Rule::on(event)
    };
    check(noted(Event::Imported), None);
    check(noted(Event::MovedInto("Backorder".into())), None);
    check(
        Rule::on(Event::Imported),
        Some("it does nothing: give note, set, move_to or post_order"),
    );
    check(
        Rule {
            store_id: Some("1".into()),
            ..noted(Event::Imported)
        },
        Some("there is no store 1"),
    );
    check(
        Rule {
            store_id: Some("90001".into()),
            ..noted(Event::MovedInto("Backorder".into()))
        },
        Some(
            "there is no folder \"Backorder\"; there are: New, Prepared, Closed, Canceled, Awaiting Artwork, Sent to Printer",
        ),
    );
    check(
        Rule {
            move_to: Some("prepared".into()),
            ..noted(Event::Imported)
        },
        Some(
            "there is no folder \"prepared\"; there are: New, Prepared, Closed, Canceled, Awaiting Artwork, \
             Sent to Printer, Backorder",
        ),
    );
}
