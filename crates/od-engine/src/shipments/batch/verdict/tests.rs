use od_client::{Error, RowResult};
use serde_json::json;

use super::super::before::Looked;
use super::super::rows::parse;
use super::{Listed, Seen, State, Verdicts, judge};
use crate::parts::Record;

const TIMEOUT: Error = Error::Timeout { sent: true };

fn failed() -> Error {
    Error::Server {
        status: 503,
        excerpt: String::new(),
    }
}

fn check(said: Option<bool>, lost: Option<&Error>, seen: &Seen<'_>, expected: State) {
    let said = said.map(|accepted| RowResult {
        accepted,
        message: None,
        row: Record::new(),
    });
    let (state, message) = judge(said.as_ref(), lost, seen);
    assert!(state == expected, "{said:?} {lost:?}: {message}");
}

#[test]
fn the_orders_list_decides_as_far_as_it_can() {
    let record = json!({ "id": "7" }).as_object().expect("an object").clone();
    let there = Seen::There(&record);
    check(Some(true), None, &there, State::Added);
    check(Some(true), None, &Seen::NotThere, State::Failed);
    check(Some(false), None, &Seen::NotThere, State::Failed);
    check(Some(true), None, &Seen::NoSuchOrder, State::Failed);
    check(None, Some(&TIMEOUT), &there, State::Added);
    // It was there before: the batch did not add it.
    check(Some(false), None, &there, State::Failed);
}

#[test]
fn order_desks_word_decides_where_nothing_can_be_seen() {
    check(Some(true), None, &Seen::Nothing, State::Added);
    check(Some(false), None, &Seen::Nothing, State::Failed);
}

#[test]
fn without_any_answer_what_is_not_seen_may_still_come() {
    check(None, Some(&TIMEOUT), &Seen::NotThere, State::Unknown);
    check(None, Some(&failed()), &Seen::NotThere, State::Failed);
    check(None, None, &Seen::NotThere, State::Failed);
    check(None, Some(&failed()), &Seen::Nothing, State::Unknown);
    check(None, None, &Seen::Nothing, State::Unknown);
}

#[test]
fn a_row_says_what_order_desk_answered_and_whether_it_may_have_been_done() {
    for (lost, seen, told) in [
        (failed(), Seen::NotThere, ["HTTP 503", "was not added"]),
        (failed(), Seen::Nothing, ["HTTP 503", "may have been added"]),
        (
            TIMEOUT,
            Seen::NotThere,
            ["did not answer in time", "may still be added"],
        ),
    ] {
        let (_, message) = judge(None, Some(&lost), &seen);
        for words in told {
            assert!(message.contains(words), "{lost:?}: {message}");
        }
    }
}

/// How a row ends whose answer was lost, and whether that is sure, where its order shows the shipment `existing`.
fn lost(existing: serde_json::Value) -> (bool, bool) {
    let record = |value: serde_json::Value| value.as_object().expect("an object").clone();
    let row = json!({ "order_id": "11", "tracking_number": "OLD1", "carrier_code": "FedEx" });
    let rows = parse(&[record(row)]).unwrap_or_else(|problems| panic!("{problems:?}"));
    let listed = Listed::from([(rows[0].order.clone(), Ok(vec![record(existing)]))]);
    let verdicts = Verdicts::found(&rows, &Looked::default(), &Err(TIMEOUT), &listed);
    let verdict = &verdicts.0[0];
    (verdict.state == State::Added, verdict.is_perhaps_older)
}

#[test]
fn a_shipment_that_is_found_after_a_lost_answer_is_the_rows_if_it_can_be() {
    let number = |number: &str, carrier: &str| json!({ "id": "7", "tracking_number": number, "carrier_code": carrier });
    assert_eq!(lost(number("OLD1", "FedEx")), (true, true));
    assert_eq!(lost(number("OLD1", "UPS")), (false, false));
    // Order Desk keeps what it is sent to the letter.
    assert_eq!(lost(number("old 1", "FedEx")), (false, false));
}
