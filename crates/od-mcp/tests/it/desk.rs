//! The tools in a person's hands: the same list, the same way and the same record as an agent's.

use od_engine::{Grants, Identity, LimitOptions, NewPersonalToken, Permission, Reading, RequestId, Scope, Source};
use od_mcp::{ConfirmBy, Desk, DeskAnswer, DeskCall, HttpOptions, Narrowing, ToolOptions, Tools};
use secrecy::SecretString;
use serde_json::{Map, Value, json};

use crate::support::{House, NO_LIMITS, router};

struct Seat {
    house: House,
    desk: Desk,
    identity: Identity,
}

impl Seat {
    async fn open(options: ToolOptions) -> Self {
        let house = House::open_with(options, NO_LIMITS).await;
        let identity = identity(&house, &house.key).await;
        Self {
            desk: Desk::new(house.tools.clone()),
            identity,
            house,
        }
    }

    fn scope(&self) -> Scope {
        Scope::new(self.identity.clone(), RequestId::generate(), Source::Webui)
    }

    async fn run(&self, tool: &str, arguments: Value, agreed: Option<&str>) -> DeskAnswer {
        let call = DeskCall {
            tool: tool.to_owned(),
            arguments: object(arguments),
            agreed: agreed.map(str::to_owned),
        };
        self.desk.call(&self.scope(), call).await.expect("a tool")
    }
}

async fn identity(house: &House, key: &SecretString) -> Identity {
    house.engine.auth().sign_in(key).await.expect("a good key")
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(object) => object,
        other => panic!("no object: {other}"),
    }
}

fn code(answer: &DeskAnswer) -> &str {
    let error = answer.envelope.get("error").unwrap_or_else(|| panic!("{answer:?}"));
    error["code"].as_str().expect("a code")
}

fn names(desk: &Desk, identity: &Identity) -> Vec<String> {
    desk.tools(identity).into_iter().map(|tool| tool.name).collect()
}

#[tokio::test]
async fn somebody_may_run_what_is_listed_for_them() {
    let mut seat = Seat::open(ToolOptions::default()).await;
    assert_eq!(names(&seat.desk, &seat.identity), seat.house.listed("/mcp", &[]).await);

    let new = NewPersonalToken {
        label: "colleague".to_owned(),
        scopes: Grants::of(&[Permission::OrdersRead]),
        stores: None,
        expires_in: None,
    };
    let made = seat
        .house
        .engine
        .tokens()
        .create(&seat.scope(), new)
        .await
        .expect("a token");
    let colleague = identity(&seat.house, &made.token).await;
    let theirs = names(&seat.desk, &colleague);
    assert!(theirs.contains(&"orders_get".to_owned()) && !theirs.contains(&"orders_delete".to_owned()));

    let narrow = Narrowing::read_only().and(&Narrowing::toolsets("orders").expect("a toolset"));
    let options = ToolOptions {
        narrowing: narrow,
        ..ToolOptions::default()
    };
    seat.house.tools = Tools::new(seat.house.engine.clone(), options).expect("good tools");
    seat.house.router = router(&seat.house.tools, HttpOptions::default());
    seat.desk = Desk::new(seat.house.tools.clone());
    let left = names(&seat.desk, &seat.identity);
    assert_eq!(left, seat.house.listed("/mcp", &[]).await);
    assert!(
        left.contains(&"orders_list".to_owned()) && !left.contains(&"orders_create".to_owned()),
        "{left:?}"
    );
    let refused = seat.run("orders_create", json!({"order": {}}), None).await;
    assert_eq!(code(&refused), "PERMISSION_DENIED");
}

#[tokio::test]
async fn a_tool_is_told_with_what_its_form_needs() {
    let seat = Seat::open(ToolOptions::default()).await;
    let tools = seat.desk.tools(&seat.identity);
    let tool = |name: &str| tools.iter().find(|tool| tool.name == name).expect("a tool");
    let list = tool("orders_list");
    assert_eq!((list.toolset, list.changes, list.destructive), ("orders", false, false));
    assert_eq!(list.input["properties"]["limit"]["type"], "integer");
    let delete = tool("orders_delete");
    assert!(delete.changes && delete.destructive);
    assert!(delete.input["properties"]["dry_run"].is_object());
    assert_eq!(delete.input["required"][0], "order_id");
    // A pasted table keeps its lines.
    let rows = &tool("shipments_import").input["properties"]["rows"];
    assert_eq!((&rows["type"], &rows["maxLength"]), (&json!("string"), &json!(200_000)));
}

#[tokio::test]
async fn a_call_takes_the_way_of_an_agents_and_is_recorded_as_the_pages() {
    let seat = Seat::open(ToolOptions::default()).await;
    // As the fields of a form have them.
    let arguments = json!({"limit": "2", "fields": ["id"], "store": "Mug Shop"});
    let listed = seat.run("orders_list", arguments.clone(), None).await;
    assert!(!listed.is_error, "{listed:?}");
    assert_eq!(listed.envelope["data"]["orders"].as_array().map(Vec::len), Some(2));
    assert_eq!(seat.desk.meant("orders_list", object(arguments))["limit"], json!(2));

    let entries = seat.house.recorded("orders.list").await;
    let entry = entries.last().expect("an entry");
    assert_eq!(entry["source"], "webui");
    assert_eq!(entry["request_id"], listed.envelope["request_id"]);

    let wrong = seat
        .run("orders_list", json!({"limit": "many", "mood": "x"}), None)
        .await;
    assert_eq!(code(&wrong), "VALIDATION_ERROR");
    let problems = wrong.envelope["error"]["details"]["problems"]
        .as_array()
        .expect("problems");
    let paths: Vec<_> = problems.iter().map(|problem| problem["path"].as_str()).collect();
    assert!(
        paths.contains(&Some("/limit")) && paths.contains(&Some("/mood")),
        "{paths:?}"
    );
    assert_eq!(seat.house.recorded("orders.list").await.len(), entries.len() + 1);

    let call = DeskCall {
        tool: "orders_shred".to_owned(),
        ..DeskCall::default()
    };
    assert!(seat.desk.call(&seat.scope(), call).await.is_none());
}

#[tokio::test]
async fn what_cannot_be_taken_back_is_done_once_its_effects_were_agreed_to() {
    let seat = Seat::open(ToolOptions::default()).await;
    let order = seat.house.an_order();
    let arguments = json!({"order_id": order, "store": "Mug Shop"});
    let asked = seat.run("orders_delete", arguments.clone(), None).await;
    assert_eq!(code(&asked), "CONFIRMATION_REQUIRED");
    let effects = asked.effects.expect("effects");
    let other = seat
        .run("orders_delete", arguments.clone(), Some("Something else."))
        .await;
    assert_eq!(
        other.effects.as_deref(),
        Some(effects.as_str()),
        "nobody agreed to that"
    );
    let done = seat.run("orders_delete", arguments, Some(&effects)).await;
    assert!(!done.is_error, "{done:?}");

    let next = seat.house.an_order();
    assert_ne!(next, order);
    let ticked = json!({"order_id": next, "store": "Mug Shop", "confirm": "true"});
    let done = seat.run("orders_delete", ticked, None).await;
    assert!(!done.is_error, "{done:?}");
}

#[tokio::test]
async fn where_a_persons_answer_counts_alone_the_page_is_where_it_is_given() {
    let seat = Seat::open(ToolOptions {
        confirm_by: ConfirmBy::Person,
        ..ToolOptions::default()
    })
    .await;
    let arguments = json!({"order_id": seat.house.an_order(), "store": "Mug Shop", "confirm": true});
    let asked = seat.run("orders_delete", arguments.clone(), None).await;
    let effects = asked.effects.expect("the argument does not count");
    let done = seat.run("orders_delete", arguments, Some(&effects)).await;
    assert!(!done.is_error, "{done:?}");
}

#[tokio::test]
async fn a_tenant_runs_only_so_many_by_hand_in_a_minute() {
    let seat = Seat::open(ToolOptions::default()).await;
    // As many as the house allows.
    for _ in 0..LimitOptions::a_minute(30).burst {
        assert!(!seat.run("stores_list", json!({}), None).await.is_error);
    }
    let refused = seat.run("stores_list", json!({}), None).await;
    assert_eq!(code(&refused), "RATE_LIMIT_EXCEEDED");
    assert!(refused.envelope["error"]["details"]["retry_after_seconds"].as_u64() >= Some(1));
    assert_eq!(seat.house.call("stores_list", json!({})).await["status"], "success");

    let measured = seat.house.engine.metrics();
    let limits = measured
        .iter()
        .find(|one| one.metric.name == "limit_refusals_total")
        .expect("the refusals of limits");
    let Reading::Values(values) = &limits.reading else {
        panic!("{limits:?}")
    };
    let counted = |label: &str| {
        values
            .iter()
            .find(|(labels, _)| labels[0] == label)
            .map(|(_, count)| *count)
    };
    assert_eq!((counted("runs"), counted("tenant")), (Some(1.0), Some(0.0)));
    let recorded = seat.house.recorded("stores.list").await;
    assert_eq!(recorded.last().expect("an entry")["source"], "mcp");
    assert!(
        recorded
            .iter()
            .any(|entry| entry["error_code"] == "RATE_LIMIT_EXCEEDED")
    );
}
