//! Every tool called once by an MCP client, in an order in which each finds what it needs.

use od_mcp::{StdioOptions, StdioSession, serve_on};
use od_sim::Recorded;
use rmcp::ServiceExt;
use rmcp::model::CallToolRequestParams;
use rmcp::service::{RoleClient, RunningService};
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use tokio::io::split;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::support::{House, state_key};

/// One call, what came back, and what the simulator received because of it.
pub struct Played {
    /// The tool's dotted name.
    pub tool: &'static str,
    pub arguments: Value,
    pub reply: Value,
    pub requests: Vec<Recorded>,
}

/// The official client, connected as a desktop program connects.
pub struct Player {
    pub house: House,
    client: RunningService<RoleClient, ()>,
    server: JoinHandle<()>,
    played: Vec<Played>,
}

impl Player {
    pub async fn connect() -> Self {
        let house = House::open_at_the_shops_time().await;
        let (ours, theirs) = tokio::io::duplex(1 << 20);
        let session = StdioSession::new(StdioOptions::default());
        let tools = house.tools.clone();
        let server = tokio::spawn(async move {
            let (key, stop) = (state_key(), CancellationToken::new());
            let serving = Box::pin(serve_on(split(theirs), tools, session, &key, stop));
            serving.await.expect("served to the end");
        });
        let client = ().serve(ours).await.expect("connected");
        house.sim.clear_requests();
        Self {
            house,
            client,
            server,
            played: Vec::new(),
        }
    }

    /// Calls a tool that must succeed; answers with its data.
    pub async fn call(&mut self, tool: &'static str, arguments: Value) -> Value {
        let params = CallToolRequestParams::new(tool).with_arguments(arguments.as_object().expect("an object").clone());
        let result = self.client.call_tool(params).await.expect("an answer");
        let reply = result.structured_content.expect("structured content");
        assert_eq!(reply["status"], "success", "{tool}: {reply}");
        let data = reply["data"].clone();
        self.played.push(Played {
            tool,
            arguments,
            reply,
            requests: self.house.sim.requests(),
        });
        self.house.sim.clear_requests();
        data
    }

    pub async fn finish(self) -> (House, Vec<Played>) {
        self.client.cancel().await.expect("hung up");
        self.server.await.expect("the server ends");
        (self.house, self.played)
    }

    /// Everything.
    pub async fn play(&mut self) {
        self.stores().await;
        let (order, created) = self.orders().await;
        self.items(&order).await;
        self.shipments(&order, &created).await;
        self.products().await;
        self.insight().await;
        self.call("orders.delete", json!({"order_id": created, "confirm": true}))
            .await;
    }

    async fn insight(&mut self) {
        self.call("orders.queue", json!({})).await;
        self.call(
            "orders.report",
            json!({"report": "sales_by_source", "from": "2026-02-01", "to": "2026-03-02"}),
        )
        .await;
        self.call("orders.find", json!({"query": "grace@example.com"})).await;
        let order = self.plain_order();
        self.call("orders.explain", json!({"order_id": order})).await;
        self.call("orders.duplicates", json!({})).await;
        self.call("products.stock", json!({"below": 40})).await;
    }

    async fn stores(&mut self) {
        let key = self.house.key.expose_secret().to_owned();
        self.call("tenant.use_master_key", json!({ "master_key": key })).await;
        let second = self.house.sim.stores()[1].clone();
        let register = json!({
            "store_id": second.store_id, "api_key": second.api_key, "store_name": "Outlet", "label": "EU warehouse",
        });
        self.call("stores.register", register).await;
        self.call("stores.list", json!({})).await;
        self.call("stores.resolve", json!({"identifier": "outlet"})).await;
        self.call("stores.use_store", json!({"identifier": "Mug Shop"})).await;
        self.call("stores.update", json!({"store": "Outlet", "label": "US warehouse"}))
            .await;
        self.call("stores.webhook", json!({"store": "Outlet", "action": "enable"}))
            .await;
        self.call("stores.test", json!({"store": "Mug Shop"})).await;
        self.call("store.get_settings", json!({"fresh": true})).await;
        self.call("folders.list", json!({"fresh": true})).await;
        self.call("stores.delete", json!({"store_id": second.store_id, "confirm": true}))
            .await;
    }

    /// Answers with the ids of a seeded order and of a new one.
    async fn orders(&mut self) -> (String, String) {
        self.call("orders.list", json!({"source_name": "Shopify", "limit": 2}))
            .await;
        let order = self.plain_order();
        self.call("orders.get", json!({ "order_id": order })).await;
        let new = json!({
            "email": "grace@example.com",
            "customer": {"first_name": "Grace", "last_name": "Tern"},
            "shipping": {
                "first_name": "Grace", "last_name": "Tern", "address1": "12 Sample Row", "city": "York",
                "postal_code": "YO1 7HH", "country": "GB",
            },
            "order_items": [{"name": "Enamel mug", "code": "MUG-BLU", "quantity": 2, "price": 14.5}],
        });
        let request = json!({ "order": new, "client_request_id": "3f0c8a52-6d1e-4a7b-9a34-5f0f2f6f9d11" });
        let created = self.call("orders.create", request).await["order"].clone();
        let id = created["id"].as_str().expect("an id").to_owned();
        let mut whole = self
            .house
            .sim
            .order(&self.house.sim.stores()[0].store_id, &id)
            .expect("the new order");
        let read = whole["date_updated"].clone();
        whole["shipping"]["address2"] = "Back door".into();
        let replace = json!({"order_id": id, "order": whole, "expected_date_updated": read});
        self.call("orders.update_full", replace).await;
        let mutation = json!({"shipping": {"city": "Leeds"}, "order_notes": [{"content": "Moved house"}]});
        self.call("orders.mutate_full", json!({"order_id": id, "mutation": mutation}))
            .await;
        let items = json!([{"name": "Canvas tote", "code": "TOTE-01", "quantity": 1, "price": 20}]);
        self.call("orders.add_items", json!({"order_id": id, "items": items}))
            .await;
        let address = json!({"address1": "4 Other Row", "city": "Leeds", "postal_code": "LS1 1AA"});
        let address = json!({"order_id": id, "address_type": "shipping", "address": address});
        self.call("orders.update_address", address).await;
        self.call(
            "orders.add_note",
            json!({"order_id": id, "content": "Customer asked for gift wrapping"}),
        )
        .await;
        let history = json!({"order_id": id, "message": "Customer called about delivery"});
        self.call("orders.create_history", history).await;
        let destination = json!({"order_ids": [id], "destination_folder_name": "Prepared", "confirm": true});
        self.call("orders.move_folder", destination).await;
        (order, id)
    }

    async fn items(&mut self, order: &str) {
        let listed = self.call("order_items.list", json!({ "order_id": order })).await;
        let first = listed["order_items"][0]["id"].clone();
        self.call("order_items.get", json!({"order_id": order, "item_id": first}))
            .await;
        let item = json!({"name": "Canvas tote", "code": "TOTE-01", "quantity": 1, "price": 20});
        let added = self
            .call("order_items.create", json!({"order_id": order, "item": item}))
            .await;
        let id = added["order_item"]["id"].clone();
        self.call(
            "order_items.update",
            json!({"order_id": order, "item_id": id, "item": {"quantity": 2}}),
        )
        .await;
        self.call(
            "order_items.delete",
            json!({"order_id": order, "item_id": id, "confirm": true}),
        )
        .await;
    }

    async fn shipments(&mut self, order: &str, other: &str) {
        let shipment = json!({"tracking_number": "1ZDEMO0000001", "carrier_code": "UPS", "shipment_method": "Ground"});
        let added = self
            .call("shipments.create", json!({"order_id": other, "shipment": shipment}))
            .await;
        let id = added["shipment"]["id"].clone();
        self.call("shipments.list", json!({ "order_id": other })).await;
        self.call("shipments.get", json!({"order_id": other, "shipment_id": id}))
            .await;
        let change = json!({"order_id": other, "shipment_id": id, "shipment": {"cost": "8.40"}});
        self.call("shipments.update", change).await;
        self.call(
            "shipments.delete",
            json!({"order_id": other, "shipment_id": id, "confirm": true}),
        )
        .await;
        let rows = json!([
            {"order_id": order, "tracking_number": "1ZDEMO0000002", "carrier_code": "UPS"},
            {"order_id": other, "tracking_number": "1ZDEMO0000003", "carrier_code": "UPS"},
        ]);
        self.call("shipments.batch_create", json!({ "shipments": rows })).await;
        let table = format!(
            "Order,Tracking Number,Carrier\n{order},1Z02WDG10356303923,UPS\n{other},9.40019673343722E+021,USPS\n"
        );
        self.call("shipments.import", json!({ "rows": table })).await;
    }

    async fn products(&mut self) {
        let listed = self.call("products.list", json!({"limit": 2})).await;
        let [one, two] = [0, 1].map(|n| listed["products"][n]["id"].to_string().trim_matches('"').to_owned());
        self.call("products.get", json!({ "product_id": one })).await;
        let product = json!({"name": "Enamel mug, red", "code": "MUG-RED-EX", "price": 14.5, "stock": 40});
        let added = self.call("products.create", json!({ "product": product })).await;
        let id = added["product"]["id"].to_string().trim_matches('"').to_owned();
        let change = json!({"product_id": id, "product": {"stock": 38}, "expected_stock": 40});
        self.call("products.update", change).await;
        let rows = json!([{"id": one, "stock": 12}, {"id": two, "price": 15.5}]);
        self.call("products.batch_update", json!({ "products": rows })).await;
        self.call("products.delete", json!({"product_id": id, "confirm": true}))
            .await;
    }

    /// A seeded order without oddities: the oldest with two lines.
    fn plain_order(&self) -> String {
        let orders = self.house.sim.orders(&self.house.sim.stores()[0].store_id);
        let plain = orders
            .iter()
            .filter(|order| order["order_items"].as_array().is_some_and(|items| items.len() == 2));
        let ids = plain.filter_map(|order| order["id"].as_str());
        ids.min().expect("an order with two lines").to_owned()
    }
}
