//! A call whose caller presses Ctrl-C.

use std::{
    io::Read,
    process::{Command, Stdio},
    thread::sleep,
    time::Duration,
};

use serde_json::{Value, json};

use crate::{simulated::home_without_limits, stored::Upstream};

/// A change that is on its way is not taken back by whoever does not wait for it: its end is told.
#[cfg(unix)]
#[test]
fn a_call_that_is_interrupted_runs_to_its_end_and_says_so() {
    let (home, simulator) = home_without_limits();
    let upstream = Upstream::new(&simulator);
    let order = &upstream.orders()[0]["id"].as_str().unwrap().to_owned();
    upstream.inject(&json!({ "kind": { "slow": { "ms": 3000 } }, "method": "POST", "times": 0 }));
    let before = upstream.requests();
    let arguments = json!({ "order_id": order, "shipment": { "tracking_number": "1Z999" } }).to_string();
    let mut command = home.command(&["call", "shipments.create", "--args", &arguments, "--output", "json"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    for _ in 0..400 {
        if upstream.requests() > before + 1 {
            break;
        }
        sleep(Duration::from_millis(25));
    }
    let signalled = Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status()
        .unwrap();
    assert!(signalled.success());
    let (mut reply, mut told) = (String::new(), String::new());
    child.stdout.take().unwrap().read_to_string(&mut reply).unwrap();
    child.stderr.take().unwrap().read_to_string(&mut told).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(0), "{told}");
    assert!(told.contains("stopping when the call has ended"), "{told}");
    let reply: Value = serde_json::from_str(&reply).unwrap();
    assert_eq!(reply["status"], "success", "{reply}");
}
