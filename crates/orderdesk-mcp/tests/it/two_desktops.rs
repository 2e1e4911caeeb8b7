//! Two desktop clients on one machine each start the program for themselves: two processes, one database file.

use std::sync::Barrier;

use serde_json::{Value, json};

use crate::{program::Home, simulated::home_without_limits, stored::Upstream, talk::Talk};

const CHANGES: usize = 15;

#[test]
fn two_processes_changing_one_order_at_once_lose_nothing() {
    let (home, simulator) = home_without_limits();
    let upstream = Upstream::new(&simulator);
    let order = upstream.orders().remove(3);
    let id = order["id"].as_str().unwrap();
    let started = Barrier::new(2);

    std::thread::scope(|scope| {
        for name in ["left", "right"] {
            let (home, started) = (&home, &started);
            scope.spawn(move || change_again_and_again(home, started, name, id));
        }
    });

    let after = upstream.order(id);
    let notes = texts(&after["order_notes"]);
    for name in ["left", "right"] {
        for n in 0..CHANGES {
            let mark = format!("{name} {n}");
            match n % 3 {
                0 => assert_eq!(
                    notes.iter().filter(|note| **note == mark).count(),
                    1,
                    "{mark}: {notes:?}"
                ),
                1 => assert_eq!(after["checkout_data"][&mark], "yes", "{mark}"),
                _ => assert_eq!(after["order_metadata"][&mark], n, "{mark}"),
            }
        }
    }
    let changed = ["order_notes", "checkout_data", "order_metadata", "date_updated"];
    for (name, before) in order.as_object().unwrap() {
        assert!(changed.contains(&name.as_str()) || after[name] == *before, "{name}");
    }
}

/// One process: the next change is sent when the last one is answered, so that the two take turns often.
fn change_again_and_again(home: &Home, started: &Barrier, name: &str, id: &str) {
    let mut talk = Talk::start(home, &["stdio"]);
    started.wait();
    for n in 0..CHANGES {
        let mark = format!("{name} {n}");
        let envelope = match n % 3 {
            0 => talk.call("orders_add_note", &json!({ "order_id": id, "content": mark })),
            1 => talk.call(
                "orders_mutate_full",
                &mutation(id, "checkout_data", &mark, &json!("yes")),
            ),
            _ => talk.call("orders_mutate_full", &mutation(id, "order_metadata", &mark, &json!(n))),
        };
        assert_eq!(envelope["status"], "success", "{mark}: {envelope}");
        assert_eq!(envelope["data"]["verified"], true, "{mark}: {envelope}");
    }
    talk.end();
}

fn mutation(id: &str, field: &str, mark: &str, value: &Value) -> Value {
    json!({ "order_id": id, "mutation": { field: { mark: value } } })
}

fn texts(notes: &Value) -> Vec<&str> {
    notes
        .as_array()
        .unwrap()
        .iter()
        .map(|note| note["content"].as_str().unwrap())
        .collect()
}
