//! "Post Order JSON".

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use hmac::{Hmac, KeyInit, Mac};
use od_sim::{Choices, Event, Post, PostFormat, Rule, SimOptions, WebhookError, WebhookOptions};
use serde_json::{Value, json};
use sha2::Sha256;
use tokio::task::JoinHandle;

use crate::support::{Api, text};

type Received = Arc<Mutex<Vec<(HeaderMap, String)>>>;

/// A receiver that answers with these statuses, then with 200.
struct Receiver {
    url: String,
    received: Received,
    server: JoinHandle<()>,
}

impl Receiver {
    async fn start(statuses: &'static [u16]) -> Self {
        let received = Received::default();
        let kept = received.clone();
        let take = post(move |headers: HeaderMap, body: Bytes| async move {
            let mut kept = kept.lock().expect("the list");
            let status = statuses.get(kept.len()).copied().unwrap_or(200);
            kept.push((headers, String::from_utf8_lossy(&body).into_owned()));
            StatusCode::from_u16(status).expect("a status")
        });
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}/hook", listener.local_addr().expect("an address"));
        let router = Router::new().route("/hook", take);
        let server = tokio::spawn(async move { axum::serve(listener, router).await.expect("serving") });
        Self { url, received, server }
    }

    /// What has come when there is so much of it.
    async fn wait_for(&self, number: usize) -> Vec<(HeaderMap, String)> {
        for _ in 0..250 {
            if self.all().len() >= number {
                break;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        self.all()
    }

    fn all(&self) -> Vec<(HeaderMap, String)> {
        self.received.lock().expect("the list").clone()
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.server.abort();
    }
}

fn quick(rules: Vec<Rule>) -> SimOptions {
    let webhook = WebhookOptions {
        first_pause: Duration::from_micros(10),
        ..WebhookOptions::default()
    };
    SimOptions {
        webhook,
        rules,
        ..SimOptions::default()
    }
}

#[tokio::test]
async fn an_order_is_posted_as_a_signed_form() {
    let api = Api::with(quick(Vec::new())).await;
    let order = api
        .sim
        .orders("90001")
        .into_iter()
        .find(|order| !order.to_string().is_ascii())
        .expect("unicode");
    let receiver = Receiver::start(&[]).await;
    let delivery = api
        .sim
        .post_order("90001", text(&order, "/id"), &Post::to(&receiver.url))
        .await
        .expect("sent");
    assert!(delivery.delivered);
    assert_eq!(delivery.tries, [Some(200)]);

    let (headers, body) = receiver.all().remove(0);
    assert_eq!(headers["content-type"], "application/x-www-form-urlencoded");
    assert_eq!(headers["x-order-desk-store-id"], "90001");
    let fields: Vec<(String, String)> = serde_urlencoded::from_str(&body).expect("a form");
    let [(name, value)] = fields.as_slice() else {
        panic!("one field: {fields:?}")
    };
    assert_eq!(name, "order");
    assert_eq!(
        signed(&api, &headers, value),
        order,
        "the hash is that of the decoded field"
    );
}

/// What was received and its JSON; the hash is that of the JSON as it was sent.
fn signed(api: &Api, headers: &HeaderMap, json: &str) -> Value {
    let mut mac = Hmac::<Sha256>::new_from_slice(api.store.api_key.as_bytes()).expect("a key");
    mac.update(json.as_bytes());
    let hash = headers["x-order-desk-hash"].to_str().expect("text");
    let bytes = (0..64)
        .step_by(2)
        .map(|at| u8::from_str_radix(&hash[at..at + 2], 16).expect("hex"));
    mac.verify_slice(&bytes.collect::<Vec<u8>>()).expect("the hash");
    serde_json::from_str(json).expect("JSON")
}

#[tokio::test]
async fn an_order_is_posted_as_json_when_asked_or_when_its_metadata_say_so() {
    let api = Api::with(quick(Vec::new())).await;
    let id = text(&api.an_order(), "/id").to_owned();
    let receiver = Receiver::start(&[]).await;
    let json = Post {
        format: PostFormat::Json,
        include_history: true,
        ..Post::to(&receiver.url)
    };
    api.sim.post_order("90001", &id, &json).await.expect("sent");
    api.sim.edit_order("90001", &id, |fields| {
        fields.insert("order_metadata".to_owned(), json!({ "json_post_in_body": 1 }));
    });
    api.sim
        .post_order("90001", &id, &Post::to(&receiver.url))
        .await
        .expect("sent");

    let posts = receiver.all();
    for ((headers, body), with_history) in posts.iter().zip([true, false]) {
        assert_eq!(headers["content-type"], "application/json");
        assert_eq!(headers["x-order-desk-store-id"], "90001");
        let order = signed(&api, headers, body);
        assert_eq!(text(&order, "/id"), id);
        assert_eq!(order.get("order_history").is_some(), with_history);
    }
    assert_eq!(posts.len(), 2);
}

#[tokio::test]
async fn a_shipment_is_posted_with_its_order() {
    let receiver = Receiver::start(&[]).await;
    let rule = Rule {
        post_order: Some(Post {
            format: PostFormat::Shipment,
            ..Post::to(&receiver.url)
        }),
        ..Rule::on(Event::ShipmentAdded)
    };
    let api = Api::with(quick(vec![rule])).await;
    let bare = api
        .sim
        .orders("90001")
        .into_iter()
        .find(|order| order["order_shipments"] == json!([]))
        .expect("an order without a shipment");
    let id = text(&bare, "/id");
    let post = Post {
        format: PostFormat::Shipment,
        ..Post::to(&receiver.url)
    };
    let missing = api.sim.post_order("90001", id, &post).await;
    assert!(matches!(missing, Err(WebhookError::NoShipment)));

    let batch = json!([{ "order_id": id, "tracking_number": "T1" }, { "order_id": id, "tracking_number": "T2" }]);
    api.post("/batch-shipments", batch).await;
    let posts = receiver.wait_for(2).await;
    let mut told: Vec<String> = Vec::new();
    for (headers, body) in &posts {
        assert_eq!(headers["content-type"], "application/json");
        let payload = signed(&api, headers, body);
        assert_eq!(text(&payload, "/order/id"), id);
        told.push(text(&payload, "/shipment/tracking_number").to_owned());
    }
    told.sort();
    assert_eq!(told, ["T1", "T2"]);
}

#[tokio::test]
async fn every_posting_is_an_appointment_of_its_own_unless_chosen_otherwise() {
    let api = Api::with(quick(Vec::new())).await;
    let id = text(&api.an_order(), "/id").to_owned();
    let receiver = Receiver::start(&[500]).await;
    let post = Post::to(&receiver.url);
    api.sim.post_order("90001", &id, &post).await.expect("sent");
    api.sim.post_order("90001", &id, &post).await.expect("sent");
    api.sim.set_choices(Choices {
        webhook_appointment_id: false,
        ..api.sim.choices()
    });
    api.sim.post_order("90001", &id, &post).await.expect("sent");
    let ids: Vec<_> = receiver
        .all()
        .iter()
        .map(|(headers, _)| headers.get("x-order-desk-appointment-id").cloned())
        .collect();
    assert!(
        ids[0].is_some() && ids[0] == ids[1],
        "one delivery, tried twice: {ids:?}"
    );
    assert!(ids[2].is_some() && ids[2] != ids[0], "{ids:?}");
    assert_eq!(ids[3], None);
}

#[tokio::test]
async fn only_200_and_201_end_the_tries() {
    let api = Api::with(quick(Vec::new())).await;
    let id = text(&api.an_order(), "/id").to_owned();
    let receiver = Receiver::start(&[500, 202, 204, 201]).await;
    let delivery = api
        .sim
        .post_order("90001", &id, &Post::to(&receiver.url))
        .await
        .expect("sent");
    assert_eq!(
        (delivery.delivered, delivery.tries),
        (true, vec![Some(500), Some(202), Some(204), Some(201)])
    );

    let receiver = Receiver::start(&[500, 500, 500, 500, 500, 500]).await;
    let delivery = api
        .sim
        .post_order("90001", &id, &Post::to(&receiver.url))
        .await
        .expect("sent");
    assert!(!delivery.delivered);
    assert_eq!(receiver.all().len(), 5);
}

#[tokio::test]
async fn what_cannot_be_posted_is_told() {
    let api = Api::with(quick(Vec::new())).await;
    let id = text(&api.an_order(), "/id").to_owned();
    let missing = api.sim.post_order("90001", "1", &Post::to("http://127.0.0.1:9/")).await;
    assert!(matches!(missing, Err(WebhookError::NoSuchOrder)));
    let tls = api
        .sim
        .post_order("90001", &id, &Post::to("https://127.0.0.1:9/"))
        .await;
    assert!(matches!(tls, Err(WebhookError::Address(_))));
}

#[tokio::test]
async fn every_change_is_posted_when_that_is_wanted() {
    let receiver = Receiver::start(&[]).await;
    let api = Api::with(quick(Vec::new())).await;
    let id = text(&api.an_order(), "/id").to_owned();
    api.post(&format!("/orders/{id}/order-history"), json!({ "note": "before" }))
        .await;
    api.sim
        .post_changes("90001", Post::to(&receiver.url))
        .expect("an address");
    let unknown = api.sim.post_changes("1", Post::to(&receiver.url));
    assert!(matches!(unknown, Err(WebhookError::NoSuchOrder)));

    api.sim.edit_order("90001", &id, |fields| {
        fields.insert("email".to_owned(), json!("new@example.test"));
    });
    receiver.wait_for(1).await;
    api.post(
        "/move-orders",
        json!({ "order_id_list": [id], "destination_folder_name": "Prepared" }),
    )
    .await;
    receiver.wait_for(2).await;
    let taken = api.sim.take_order("90001").expect("an order");
    let posts = receiver.wait_for(3).await;
    api.sim.reset();
    api.post(
        "/move-orders",
        json!({ "order_id_list": [], "destination_folder_name": "Prepared" }),
    )
    .await;

    let ids: Vec<String> = posts
        .iter()
        .map(|(headers, body)| {
            let fields: Vec<(String, String)> = serde_urlencoded::from_str(body).expect("a form");
            text(&signed(&api, headers, &fields[0].1), "/id").to_owned()
        })
        .collect();
    assert_eq!(ids, [id.clone(), id, taken]);
    assert_eq!(receiver.all().len(), 3, "a reset is no change");
}

#[tokio::test]
async fn what_would_be_posted_can_be_had() {
    let api = Api::with(quick(Vec::new())).await;
    let order = api.an_order();
    let id = text(&order, "/id");
    let post = Post {
        format: PostFormat::Json,
        ..Post::to("http://127.0.0.1:9/")
    };
    let written = api.sim.written("90001", id, &post).expect("an order");
    let body = String::from_utf8(written.body.to_vec()).expect("text");
    assert_eq!(serde_json::from_str::<Value>(&body).expect("JSON"), order);
    assert_eq!(api.sim.hash("90001", &body), Some(written.hash));
    assert_eq!(api.sim.hash("1", &body), None);
}

#[tokio::test]
async fn rules_post_orders_by_themselves() {
    let receiver = Receiver::start(&[]).await;
    let rule = Rule {
        post_order: Some(Post::to(&receiver.url)),
        ..Rule::on(Event::MovedInto("Prepared".into()))
    };
    let api = Api::with(quick(vec![rule])).await;
    let id = text(&api.an_order(), "/id").to_owned();
    api.post(
        "/move-orders",
        json!({ "order_id_list": [id], "destination_folder_name": "Prepared" }),
    )
    .await;
    assert_eq!(receiver.wait_for(1).await.len(), 1);
}
