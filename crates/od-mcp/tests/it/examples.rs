//! `examples/`: one recorded call with its reply for every tool, kept current by this test.
//!
//! Record them anew with `make reference`.

use std::collections::BTreeSet;
use std::path::PathBuf;

use secrecy::ExposeSecret;
use serde_json::{Value, json};

use crate::play::{Played, Player};
use crate::support::House;

/// Set to write the files instead of comparing them.
const SWITCH: &str = "ORDERDESK_WRITE_EXAMPLES";

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../examples")
}

#[tokio::test]
async fn every_tool_has_a_current_example() {
    let mut player = Player::connect().await;
    player.play().await;
    let (house, calls) = player.finish().await;
    #[expect(
        clippy::disallowed_methods,
        reason = "whoever runs the test decides whether it writes"
    )]
    let writes = std::env::var_os(SWITCH).is_some();
    let mut names = BTreeSet::new();
    for call in &calls {
        let name = call.tool.replace('.', "_");
        reply_is_as_listed(&house, call);
        let file = folder().join(format!("{name}.json"));
        let example = format!("{:#}\n", example(&house, &name, call));
        if writes {
            std::fs::write(&file, example).expect("written");
        } else {
            let kept = std::fs::read_to_string(&file).unwrap_or_default();
            assert_eq!(kept, example, "examples/{name}.json is stale: run 'make reference'");
        }
        names.insert(name);
    }
    let catalog: BTreeSet<_> = house
        .tools
        .catalog()
        .entries()
        .iter()
        .map(|entry| entry.spec.name.replace('.', "_"))
        .collect();
    assert_eq!(names, catalog, "a tool without an example, or the other way round");
    let files: BTreeSet<_> = std::fs::read_dir(folder())
        .expect("the folder")
        .map(|file| file.expect("a file").file_name().into_string().expect("text"))
        .filter_map(|file| Some(file.strip_suffix(".json")?.to_owned()))
        .collect();
    assert_eq!(files, catalog, "an example of a tool that is gone");
}

/// Clients check replies against the listed schema; what it names is there.
fn reply_is_as_listed(house: &House, call: &Played) {
    let tool = &house.tools.catalog().find(call.tool).expect("a tool").listed;
    let schema = Value::Object(tool.output_schema.as_deref().expect("an output schema").clone());
    let told = jsonschema::validate(&schema, &call.reply);
    assert!(told.is_ok(), "{}: {:?}", call.tool, told.err());
    // Not each of them is in each reply: what was created has no changes.
    let members = schema["properties"]["data"]["properties"].as_object();
    let mut names = members.into_iter().flat_map(|members| members.keys()).peekable();
    assert!(
        names.peek().is_none() || names.any(|name| call.reply["data"].get(name).is_some()),
        "{}: nothing of what is listed in {}",
        call.tool,
        call.reply["data"]
    );
}

/// The call without what differs from run to run: keys, ids of this run, the time passed.
fn example(house: &House, name: &str, call: &Played) -> Value {
    let example = json!({
        "request": {"name": name, "arguments": call.arguments},
        "reply": call.reply,
    });
    let mut secrets = vec![(house.key.expose_secret().to_owned(), "odmk_your-master-key-goes-here")];
    secrets.extend(
        house
            .sim
            .stores()
            .into_iter()
            .map(|store| (store.api_key, "the-api-key-of-the-store")),
    );
    settled(&example, &secrets)
}

fn settled(value: &Value, secrets: &[(String, &str)]) -> Value {
    match value {
        Value::String(text) => {
            let known = secrets.iter().find(|(secret, _)| text == secret);
            known
                .map_or_else(|| standing_still(text), |(_, instead)| (*instead).to_owned())
                .into()
        }
        Value::Array(values) => values.iter().map(|value| settled(value, secrets)).collect(),
        Value::Object(members) => {
            let members = members.iter().map(|(name, value)| {
                let value = match name.as_str() {
                    "request_id" => "00000000-0000-4000-8000-000000000001".into(),
                    "tenant_id" => "00000000-0000-7000-8000-000000000001".into(),
                    "age_seconds" => 0.into(),
                    // When a webhook's address was made, and the secret part of it.
                    "created_at" => "2026-03-02T15:00:00.000Z".into(),
                    "address" if value.is_string() => without_token(value),
                    _ => settled(value, secrets),
                };
                (name.clone(), value)
            });
            Value::Object(members.collect())
        }
        other => other.clone(),
    }
}

fn without_token(address: &Value) -> Value {
    let (before, _) = address
        .as_str()
        .and_then(|text| text.rsplit_once('/'))
        .expect("an address that Order Desk posts to");
    format!("{before}/odwh_the-token-of-the-store").into()
}

/// The simulated present begins at 15:00 and moves on while the test runs.
fn standing_still(text: &str) -> String {
    ["2026-03-02 15:", "2026-03-02T15:"]
        .iter()
        .fold(text.to_owned(), |text, hour| stopped(&text, hour))
}

fn stopped(text: &str, hour: &str) -> String {
    let mut rest = text;
    let mut still = String::new();
    while let Some(at) = rest.find(hour) {
        still.push_str(&rest[..at + hour.len()]);
        still.push_str("00:00");
        rest = rest.get(at + hour.len() + "00:00".len()..).unwrap_or_default();
    }
    still + rest
}
