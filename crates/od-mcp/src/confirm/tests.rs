use serde_json::json;

use super::*;

#[test]
fn a_closed_question_is_no_answer_and_a_missing_tick_is_a_no() {
    for (answer, said) in [
        (json!({"action": "accept", "content": {"confirm": true}}), Said::Yes),
        (json!({"action": "accept", "content": {"confirm": false}}), Said::No),
        (json!({"action": "accept", "content": {"confirm": "true"}}), Said::No),
        (json!({"action": "accept", "content": {}}), Said::No),
        (json!({"action": "accept"}), Said::No),
        (json!({"action": "decline"}), Said::No),
        (json!({"action": "decline", "content": {"confirm": true}}), Said::No),
        (json!({"action": "cancel"}), Said::Nothing),
        (json!({"action": "cancel", "content": {"confirm": true}}), Said::Nothing),
    ] {
        let read = serde_json::from_value(answer.clone()).expect("an answer");
        assert_eq!(Said::of(&read), said, "{answer}");
    }
}

#[test]
fn the_callers_word_counts_only_where_nobody_can_be_asked() {
    let shown = |consent: Consent| format!("{consent:?}");
    for way in [Way::RoundTrip, Way::Request] {
        for by in [ConfirmBy::Auto, ConfirmBy::Person] {
            assert_eq!(shown(by.before(Some(way))), "Ask");
        }
    }
    assert_eq!(shown(ConfirmBy::Auto.before(None)), "Argument");
    assert_eq!(shown(ConfirmBy::Person.before(None)), "Missing(CannotAsk)");
    assert_eq!(shown(ConfirmBy::Auto.unanswered()), "Unanswered");
    assert_eq!(shown(ConfirmBy::Person.unanswered()), "Missing(NotGiven)");
}

#[test]
fn a_question_says_what_closing_means_only_where_the_callers_word_would_count() {
    let arguments = |said: Value| Map::from_iter([(CONFIRM.to_owned(), said)]);
    let said = arguments(true.into());
    assert!(ConfirmBy::Auto.takes_word_of(Some(&said)));
    assert!(!ConfirmBy::Person.takes_word_of(Some(&said)));
    assert!(!ConfirmBy::Auto.takes_word_of(Some(&arguments(false.into()))));
    assert!(!ConfirmBy::Auto.takes_word_of(None));
}

#[test]
fn an_answer_is_bound_to_tenant_credential_tool_and_arguments() {
    let key = SecretSlice::from(vec![7; 32]);
    let codec = Confirmations::new(&[key], Duration::from_mins(5)).expect("a key").codec;
    let asked = ["tenant", "credential", "orders.delete", "{}"];
    let state = codec.seal_with(b"question", &SealOptions::new().associated_data(&bind(asked)));
    assert_eq!(
        codec.open_with(&state, &bind(asked)).expect("the same call"),
        b"question"
    );
    for (at, _) in asked.iter().enumerate() {
        let mut other = asked;
        other[at] = "another";
        assert!(codec.open_with(&state, &bind(other)).is_err(), "{other:?}");
    }
    let shifted = ["tenantc", "redential", "orders.delete", "{}"];
    assert!(codec.open_with(&state, &bind(shifted)).is_err());
}
