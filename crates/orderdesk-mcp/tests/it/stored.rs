//! What a store holds, asked of Order Desk's API itself and of the simulator's control plane, past the program.

use serde_json::Value;

use crate::{
    program::{Home, Running},
    wire::{Reply, ask},
};

/// The first store of a running simulator.
pub struct Upstream {
    base: String,
    store_id: String,
    api_key: String,
}

impl Upstream {
    /// The first store of this simulator.
    pub fn new(simulator: &Running) -> Self {
        Self {
            base: simulator.told("url").to_owned(),
            store_id: simulator.store(0, "store_id").to_owned(),
            api_key: simulator.store(0, "api_key").to_owned(),
        }
    }

    /// `GET` a path of the API.
    pub fn get(&self, path: &str) -> Value {
        let credentials = [
            ("ORDERDESK-STORE-ID", self.store_id.as_str()),
            ("ORDERDESK-API-KEY", self.api_key.as_str()),
        ];
        ask("GET", &format!("{}{path}", self.base), &credentials, None).json()
    }

    /// All orders.
    pub fn orders(&self) -> Vec<Value> {
        let page = self.get("/orders?limit=500");
        assert_eq!(
            page["records_returned"], page["total_records"],
            "a store of more than one page"
        );
        page["orders"].as_array().unwrap().clone()
    }

    /// One order.
    pub fn order(&self, id: &str) -> Value {
        self.get(&format!("/orders/{id}"))["order"].clone()
    }

    /// How many requests came in so far, those of the story itself among them.
    pub fn requests(&self) -> usize {
        let told = self.control("GET", "requests", None).json();
        told["requests"].as_array().unwrap().len()
    }

    /// Adds a fault to those in wait.
    pub fn inject(&self, fault: &Value) {
        let injected = self.control("POST", "faults", Some(fault));
        assert_eq!(injected.status, 200, "{injected:?}");
    }

    fn control(&self, method: &str, what: &str, body: Option<&Value>) -> Reply {
        let origin = self.base.trim_end_matches("/api/v2");
        ask(method, &format!("{origin}/_sim/{what}"), &[], body)
    }
}

impl Home {
    /// Registers the simulator's first store as "Shop".
    pub fn add_store(&self, simulator: &Running) {
        let id = simulator.store(0, "store_id");
        let add = [
            "store",
            "add",
            "--store-id",
            id,
            "--name",
            "Shop",
            "--api-key-env",
            "STORE_KEY",
        ];
        self.run(&add).ok();
    }
}
