//! A form that is sent again: its result is loaded anew, or *Run* is pressed twice.

use std::time::Duration;

use jiff::SignedDuration;
use serde_json::json;

use super::{Seat, filled};

impl Seat {
    fn runs(&self) -> usize {
        self.runs.lock().unwrap().len()
    }
}

#[tokio::test]
async fn what_writes_is_not_done_again_when_its_result_is_loaded_again() {
    let mut seat = Seat::open().await;
    for (count, tool) in ["orders_add_items", "orders_create_history", "orders_delete"]
        .into_iter()
        .enumerate()
    {
        let fields = filled(tool, "run", &[("arg.order_id", "7")]);
        let form = seat.get(&format!("/console?store=90001&tool={tool}")).await;
        let done = seat.browser.submit(&form, "/console", &fields).await;
        assert_eq!(
            (done.status.as_u16(), seat.runs()),
            (200, 2 * count + 1),
            "{}",
            done.body
        );

        let again = seat.browser.submit(&form, "/console", &fields).await;
        assert_eq!(
            (again.status.as_u16(), seat.runs()),
            (422, 2 * count + 1),
            "{tool}: {}",
            again.body
        );
        again.shows("Nothing was done.");
        again.shows("This form was sent before, or is older than a day, and is not run");
        assert_eq!(
            again.value("arg.order_id").as_deref(),
            Some("7"),
            "what was typed stays"
        );

        // Whoever wants it twice presses Run on what is shown then.
        let wanted = seat.browser.submit(&again, "/console", &fields).await;
        assert_eq!((wanted.status.as_u16(), seat.runs()), (200, 2 * count + 2), "{tool}");
    }
    // Without a mark it is not known whether it was sent before.
    let form = seat.get("/console").await;
    let mut unmarked = filled("orders_add_items", "run", &[]);
    unmarked.push(("once", ""));
    let refused = seat.browser.submit(&form, "/console", &unmarked).await;
    assert_eq!((refused.status.as_u16(), seat.runs()), (422, 6));
}

#[tokio::test]
async fn what_reads_is_done_as_often_as_its_result_is_loaded() {
    let mut seat = Seat::open().await;
    let form = seat.get("/console?store=90001&tool=orders_list").await;
    for _ in 0..2 {
        let page = seat
            .browser
            .submit(&form, "/console", &filled("orders_list", "run", &[]))
            .await;
        assert_eq!(page.status, 200, "{}", page.body);
    }
    assert_eq!(seat.runs(), 2);
}

#[tokio::test]
async fn a_question_that_is_loaded_again_is_asked_again_and_its_answer_counts_once() {
    let mut seat = Seat::open().await;
    let effects = "Deleting order 7.";
    let form = seat.get("/console?store=90001&tool=orders_delete").await;
    let fields = filled("orders_delete", "run", &[("arg.order_id", "7")]);
    let mut page = form;
    for _ in 0..2 {
        let error = json!({"code": "CONFIRMATION_REQUIRED", "message": effects});
        seat.answer(json!({"status": "error", "error": error}), Some(effects));
        let asked = seat.browser.submit(&page, "/console", &fields).await;
        asked.shows(">Go on</button>");
        if seat.runs() == 2 {
            page = asked;
        }
    }
    let agreed = filled("orders_delete", "run", &[("arg.order_id", "7"), ("agreed", effects)]);
    for _ in 0..2 {
        seat.browser.submit(&page, "/console", &agreed).await;
    }
    assert_eq!(seat.runs(), 3);
}

/// Who opens a browser the next day has its pages loaded again, when nobody remembers what was sent.
#[tokio::test]
async fn what_writes_is_not_done_again_a_day_later() {
    let mut seat = Seat::open().await;
    let path = "/console?store=90001&tool=orders_add_items";
    let fields = filled("orders_add_items", "run", &[("arg.order_id", "7")]);
    let form = seat.get(path).await;
    let unsent = seat.get(path).await;
    assert_eq!(seat.browser.submit(&form, "/console", &fields).await.status, 200);
    for _ in 0..3 {
        // Nobody is signed out meanwhile.
        seat.house.pass(Duration::from_hours(10));
        assert_eq!(seat.get(path).await.status, 200);
    }
    // As housekeeping does then.
    let scope = seat.house.scope(&seat.house.key).await;
    let name = format!("form:{}:{}", scope.tenant(), form.value("once").unwrap());
    seat.house.engine.consents().give_back(&scope, &name).await.unwrap();

    let again = seat.browser.submit(&form, "/console", &fields).await;
    assert_eq!((again.status.as_u16(), seat.runs()), (422, 1), "{}", again.body);
    again.shows("is not run");
    // Whether one of that age was sent is not known; what stands on the page then is run.
    let old = seat.browser.submit(&unsent, "/console", &fields).await;
    assert_eq!((old.status.as_u16(), seat.runs()), (422, 1));
    // Of several servers the one that showed it may be ahead of the one that it is sent to.
    seat.house
        .clock
        .set(seat.house.clock.now() - SignedDuration::from_secs(5));
    let wanted = seat.browser.submit(&old, "/console", &fields).await;
    assert_eq!((wanted.status.as_u16(), seat.runs()), (200, 2));
}
