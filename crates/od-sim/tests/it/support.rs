//! A small HTTP client that sends exactly what a test says.

use std::time::Duration;

use axum::http::{HeaderMap, Method, Request};
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use od_sim::{SimOptions, SimStore, Simulator};
use serde_json::Value;

/// A simulator, one of its stores and a connection to it.
pub struct Api {
    pub sim: Simulator,
    pub store: SimStore,
    client: Client<HttpConnector, Full<Bytes>>,
}

#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub text: String,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }
}

impl Api {
    /// The seeded shops without the rate limit.
    pub async fn start() -> Self {
        Self::with(SimOptions {
            rate_limit: false,
            ..SimOptions::default()
        })
        .await
    }

    pub async fn with(options: SimOptions) -> Self {
        let sim = Simulator::start(options).await.expect("a simulator");
        let store = sim.stores().swap_remove(0);
        Self {
            sim,
            store,
            client: Client::builder(TokioExecutor::new()).build_http(),
        }
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, None).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.send(Method::POST, path, Some(body)).await
    }

    pub async fn put(&self, path: &str, body: Value) -> Answer {
        self.send(Method::PUT, path, Some(body)).await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        self.send(Method::DELETE, path, None).await
    }

    pub async fn send(&self, method: Method, path: &str, body: Option<Value>) -> Answer {
        self.try_send(method, path, body).await.expect("an answer")
    }

    /// An error when the connection ends without a whole answer.
    pub async fn try_send(&self, method: Method, path: &str, body: Option<Value>) -> Result<Answer, String> {
        let builder = Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.sim.base_url()))
            .header("ORDERDESK-STORE-ID", &self.store.store_id)
            .header("orderdesk-api-key", &self.store.api_key)
            .header("user-agent", "od-sim-tests");
        let (builder, body) = match body {
            Some(body) => (builder.header("content-type", "application/json"), body.to_string()),
            None => (builder, String::new()),
        };
        self.exchange(builder.body(Full::from(body)).expect("a request")).await
    }

    pub async fn exchange(&self, request: Request<Full<Bytes>>) -> Result<Answer, String> {
        let exchange = async {
            let response = self.client.request(request).await.map_err(|error| error.to_string())?;
            let (parts, body) = response.into_parts();
            let bytes = body.collect().await.map_err(|error| error.to_string())?.to_bytes();
            let text = String::from_utf8_lossy(&bytes).into_owned();
            Ok(Answer {
                status: parts.status.as_u16(),
                headers: parts.headers,
                text,
            })
        };
        tokio::time::timeout(Duration::from_secs(20), exchange)
            .await
            .map_err(|_| "no answer".to_owned())?
    }

    /// The newest order.
    pub fn an_order(&self) -> Value {
        self.sim.orders(&self.store.store_id).pop().expect("an order")
    }

    pub fn order(&self, id: &str) -> Value {
        self.sim.order(&self.store.store_id, id).expect("the order")
    }
}

/// The text at a JSON pointer.
pub fn text<'a>(value: &'a Value, pointer: &str) -> &'a str {
    value
        .pointer(pointer)
        .and_then(Value::as_str)
        .unwrap_or_else(|| panic!("no text at {pointer}: {value}"))
}
