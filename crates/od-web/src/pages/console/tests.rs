//! The page over a desk that remembers what it was asked to run.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, OnceLock},
    time::Duration,
};

use od_engine::{Engine, Scope};
use serde_json::{Map, Value, json};

use crate::{
    Desk, Ran, Run, Tool,
    tests::{
        browser::{Browser, Reply},
        house::House,
    },
};

mod repeats;

/// The program's tools, as their contracts stand beside their door.
fn tools() -> Vec<Tool> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../od-mcp/src/snapshots");
    let mut tools: Vec<Tool> = std::fs::read_dir(folder)
        .unwrap()
        .map(|file| std::fs::read_to_string(file.unwrap().path()).unwrap())
        .filter_map(|text| serde_json::from_str(text.splitn(3, "---\n").nth(2)?).ok())
        .filter_map(|listed: Value| {
            let name = listed["name"].as_str()?.to_owned();
            Some(Tool {
                toolset: name.rsplit_once('_').map_or(name.as_str(), |(set, _)| set).to_owned(),
                title: listed["title"].as_str()?.to_owned(),
                description: listed["description"].as_str()?.to_owned(),
                input: listed["inputSchema"].clone(),
                changes: listed["annotations"]["readOnlyHint"] == false,
                destructive: listed["annotations"]["destructiveHint"] == true,
                name,
            })
        })
        .collect();
    tools.sort_by(|one, other| one.name.cmp(&other.name));
    assert!(tools.len() > 30, "{} tools", tools.len());
    tools
}

/// Somebody who is signed in, and what the console was asked to run.
struct Seat {
    house: House,
    browser: Browser,
    runs: Arc<Mutex<Vec<Run>>>,
    answers: Arc<Mutex<VecDeque<Ran>>>,
}

impl Seat {
    async fn open() -> Self {
        let (runs, answers) = (Arc::default(), Arc::default());
        let mut house = House::bare(|plan| {
            plan.web.public_url = None;
            plan.engine.sessions.lifetime = Duration::from_hours(24);
            plan.web.pages.as_mut().unwrap().desk = desk(&runs, &answers);
        })
        .await;
        house.key = house.account("Blue Harbor").await;
        for (store_id, name) in [("90001", "Mugs <script>alert(1)</script>"), ("90002", "Prints")] {
            house.store(&house.key, store_id, name).await;
        }
        Self {
            browser: house.owner().await,
            house,
            runs,
            answers,
        }
    }

    async fn get(&mut self, path: &str) -> Reply {
        self.browser.get(path).await
    }

    /// Sends the form with what a page has hidden in it.
    async fn post(&mut self, fields: &[(&str, &str)]) -> Reply {
        let page = self.get("/console").await;
        self.browser.submit(&page, "/console", fields).await
    }

    fn answer(&self, envelope: Value, effects: Option<&str>) {
        let ran = Ran {
            is_error: envelope["status"] == "error",
            envelope: object(envelope),
            effects: effects.map(str::to_owned),
        };
        self.answers.lock().unwrap().push_back(ran);
    }

    fn last_run(&self) -> Run {
        self.runs.lock().unwrap().last().cloned().expect("a run")
    }
}

fn desk(runs: &Arc<Mutex<Vec<Run>>>, answers: &Arc<Mutex<VecDeque<Ran>>>) -> Desk {
    let (runs, answers) = (runs.clone(), answers.clone());
    Desk {
        tools: Arc::new(|_| tools()),
        listed: Arc::new(|name| name.replace('.', "_")),
        meant: Arc::new(|_, arguments| arguments),
        read: |text| serde_json::from_str(text).map_err(|error| format!("is not a JSON object: {error}")),
        run: Arc::new(move |_, run| {
            runs.lock().unwrap().push(run);
            let answer = answers.lock().unwrap().pop_front();
            let done = || Ran {
                envelope: object(json!({"status": "success", "data": {}})),
                is_error: false,
                effects: None,
            };
            Box::pin(async move { Some(answer.unwrap_or_else(done)) })
        }),
    }
}

fn object(value: Value) -> Map<String, Value> {
    let Value::Object(object) = value else {
        panic!("{value}")
    };
    object
}

/// The fields with which the form of a tool is sent.
fn filled<'a>(tool: &'a str, step: &'a str, fields: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut all = vec![
        ("store", "90001"),
        ("tool", tool),
        ("shown", tool),
        ("view", "form"),
        ("step", step),
    ];
    all.extend(fields);
    all
}

/// As a trace does that offers to put an order back.
#[tokio::test]
async fn a_form_that_was_filled_in_elsewhere_is_shown_and_not_run() {
    let mut seat = Seat::open().await;
    let arguments = r#"{ "order_id": "7", "mutation": { "shipping": { "city": "<b>" } } }"#;
    let tool = "orders_mutate_full";
    let fields = [
        ("store", "90002"),
        ("tool", tool),
        ("shown", tool),
        ("view", "json"),
        ("step", "json"),
        ("json", arguments),
    ];
    let page = seat.post(&fields).await;
    assert_eq!(page.status, 200, "{}", page.body);
    page.shows("&#34;city&#34;: &#34;&#60;b&#62;&#34;");
    page.shows("<option value=\"90002\" selected>");
    assert!(seat.runs.lock().unwrap().is_empty());
}

#[tokio::test]
async fn the_form_of_every_tool_is_there() {
    let mut seat = Seat::open().await;
    for tool in tools() {
        let page = seat.get(&format!("/console?store=90002&tool={}", tool.name)).await;
        assert_eq!(page.status, 200, "{}", tool.name);
        assert!(page.body.contains("<option value=\"90002\" selected>"), "{}", tool.name);
        assert!(
            page.body
                .contains(&format!("<option value=\"{}\" selected>", tool.name))
        );
        for name in tool.input["properties"]
            .as_object()
            .into_iter()
            .flatten()
            .map(|(name, _)| name)
        {
            let label = match name.as_str() {
                "store" => continue,
                "dry_run" => "Dry run".to_owned(),
                name => name.replace('_', " "),
            };
            assert!(
                page.body.contains(&format!("name=\"arg.{name}\"")),
                "{} {name}",
                tool.name
            );
            let labelled = [format!(">{label}</label>"), format!("<span>{label}</span></label>")];
            assert!(
                labelled.iter().any(|text| page.body.contains(text)),
                "{} {label}",
                tool.name
            );
        }
    }
    let page = seat.get("/console?tool=orders_shred").await;
    assert_eq!(page.status, 422);
    assert!(page.body.contains("There is no tool of that name for you."));
    assert_eq!(seat.get("/console?store=77777").await.status, 404);
    assert_eq!(seat.get("/console?template=none").await.status, 404);
}

#[tokio::test]
async fn what_is_typed_is_run_and_stays() {
    let mut seat = Seat::open().await;
    seat.answer(
        json!({"status": "success", "data": {"orders": [{"note": "<script>alert(2)</script>"}]}, "page": {"next_offset": 25}}),
        None,
    );
    let typed = [
        ("arg.limit", "25"),
        ("arg.fields", "id\r\nemail"),
        ("arg.email", "\"><script>alert(3)</script>"),
    ];
    let page = seat.post(&filled("orders_list", "run", &typed)).await;
    assert_eq!(page.status, 200, "{}", page.body);
    let run = seat.last_run();
    let expected = json!({
        "email": "\"><script>alert(3)</script>", "limit": "25", "fields": ["id", "email"], "store": "90001",
    });
    assert_eq!(Value::Object(run.arguments), expected);
    assert!(!page.body.contains("<script>alert("), "{}", page.body);
    assert!(
        page.body.contains("value=\"25\"") && page.body.contains("id\nemail</textarea>"),
        "{}",
        page.body
    );
    assert!(page.body.contains("<span class=\"badge good\">success</span>"));
    assert!(page.body.contains("Bearer PLACEHOLDER") && page.body.contains("http://localhost:9000/mcp"));
    assert!(page.body.contains("name=\"next_offset\" value=\"25\""));

    let mut again = filled("orders_list", "", &typed);
    again.push(("next_offset", "25"));
    let page = seat.post(&again).await;
    assert_eq!(seat.last_run().arguments["offset"], 25);
    assert!(page.body.contains("name=\"arg.offset\" value=\"25\""), "{}", page.body);
}

/// A desk that does this with the engine when a tool is run, which succeeds.
async fn doing<F>(deed: impl Fn(Engine, Scope) -> F + Send + Sync + 'static) -> Browser
where
    F: Future<Output = ()> + Send + 'static,
{
    let engine = Arc::new(OnceLock::<Engine>::new());
    let at_work = engine.clone();
    let house = House::with(|plan| {
        plan.web.public_url = None;
        plan.web.pages.as_mut().unwrap().desk = Desk {
            run: Arc::new(move |scope, _| {
                let done = deed(at_work.get().unwrap().clone(), scope);
                Box::pin(async move {
                    done.await;
                    Some(Ran {
                        envelope: object(json!({"status": "success", "data": {"told": "what was done"}})),
                        is_error: false,
                        effects: None,
                    })
                })
            }),
            ..desk(&Arc::default(), &Arc::default())
        };
    })
    .await;
    engine.set(house.engine.clone()).ok().unwrap();
    house.owner().await
}

#[tokio::test]
async fn what_became_of_a_run_is_told_though_its_store_is_gone() {
    let mut owner = doing(|engine, scope| async move {
        engine.stores().delete(&scope, "90001").await.unwrap();
    })
    .await;
    let form = owner.get("/console").await;
    let fields = filled("stores_delete", "run", &[]);
    let page = owner.submit(&form, "/console", &fields).await;
    assert_eq!(page.status, 200, "{}", page.body);
    page.shows("what was done");
    page.hides("value=\"90001\"");
    // And nothing is run for a store that there is not.
    let again = owner.submit(&page, "/console", &fields).await;
    assert_eq!(again.status, 404);
}

#[tokio::test]
async fn what_became_of_a_run_is_told_though_nothing_else_can_be() {
    let mut owner = doing(|engine, _| async move {
        engine.shutdown(Duration::ZERO).await;
    })
    .await;
    let token = owner.get("/console").await.token("/console");
    let mut fields = filled("orders_list", "run", &[]);
    fields.push(("csrf", &token));
    let page = owner.post("/console", &fields).await;
    assert_eq!(page.status, 200, "{}", page.body);
    page.shows("what was done");
    page.shows("<option value=\"90001\" selected>");
    page.shows("could not be read again after the run");
}

#[tokio::test]
async fn both_ways_of_writing_arguments_say_the_same() {
    let mut seat = Seat::open().await;
    let page = seat.post(&filled("orders_list", "json", &[("arg.limit", "5")])).await;
    assert!(
        page.body.contains("\n{\n  &#34;limit&#34;: &#34;5&#34;\n}</textarea>"),
        "{}",
        page.body
    );
    assert!(seat.runs.lock().unwrap().is_empty());

    let written = |step| {
        let mut all = filled("orders_list", step, &[]);
        all[3] = ("view", "json");
        all
    };
    let mut run = written("run");
    run.push(("json", "{\"limit\": 5, \"fields\": [\"id\"]}"));
    let page = seat.post(&run).await;
    assert_eq!(
        Value::Object(seat.last_run().arguments),
        json!({"limit": 5, "fields": ["id"], "store": "90001"})
    );
    assert!(
        page.body
            .contains("{&#34;limit&#34;: 5, &#34;fields&#34;: [&#34;id&#34;]}</textarea>"),
        "as it was typed"
    );

    let mut form = written("form");
    form.push(("json", "{\"limit\": 5, \"store\": \"90002\"}"));
    let page = seat.post(&form).await;
    assert!(page.body.contains("name=\"arg.limit\" value=\"5\""), "{}", page.body);
    assert!(page.body.contains("<option value=\"90002\" selected>"), "the store too");

    let mut broken = written("run");
    broken.push(("json", "{\"limit\": "));
    let page = seat.post(&broken).await;
    assert_eq!(page.status, 422);
    assert!(page.body.contains("id=\"json-problem\"") && page.body.contains("{&#34;limit&#34;: </textarea>"));
    assert_eq!(seat.runs.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn what_is_wrong_with_an_argument_stands_beside_its_field() {
    let mut seat = Seat::open().await;
    let problems = json!([
        {"path": "/limit", "message": "must be at most 500"},
        {"path": "/order/shipping", "message": "is odd"},
        {"path": "/mood", "message": "is not an argument of this tool"},
    ]);
    let error = json!({"code": "VALIDATION_ERROR", "message": "3 problems", "hint": "Mend.", "details": {"problems": problems}});
    seat.answer(json!({"status": "error", "error": error}), None);
    let page = seat.post(&filled("orders_list", "run", &[("arg.limit", "9999")])).await;
    assert_eq!(page.status, 422);
    assert!(
        page.body
            .contains("id=\"arg.limit-problem\">limit must be at most 500."),
        "{}",
        page.body
    );
    assert!(
        page.body
            .contains("id=\"arg.order-problem\">order, at shipping, is odd."),
        "{}",
        page.body
    );
    assert!(page.body.contains("<li>mood is not an argument of this tool.</li>"));
    assert!(
        page.body
            .contains("name=\"arg.limit\" value=\"9999\" aria-invalid=\"true\""),
        "{}",
        page.body
    );
    assert!(page.body.contains("role=\"alert\"") && page.body.contains("badge bad\">VALIDATION_ERROR"));

    seat.answer(
        json!({"status": "error", "error": {"code": "STORE_REQUIRED", "message": "Which store?"}}),
        None,
    );
    let page = seat.post(&filled("orders_list", "run", &[])).await;
    assert!(page.body.contains("id=\"store-problem\">Choose a store."));
}

#[tokio::test]
async fn too_many_runs_are_told_when_to_come_back() {
    let mut seat = Seat::open().await;
    let error = json!({"code": "RATE_LIMIT_EXCEEDED", "message": "Too many.", "details": {"retry_after_seconds": 2}});
    seat.answer(json!({"status": "error", "error": error}), None);
    let page = seat.post(&filled("stores_list", "run", &[])).await;
    assert_eq!((page.status.as_u16(), page.header("retry-after")), (429, "2"));
    assert!(page.body.contains("badge bad\">RATE_LIMIT_EXCEEDED"));
}

#[tokio::test]
async fn what_cannot_be_taken_back_waits_for_a_tick() {
    let mut seat = Seat::open().await;
    let effects = "Deleting order 7 of \"Mugs\" & all its lines.";
    let error = json!({"code": "CONFIRMATION_REQUIRED", "message": effects});
    seat.answer(json!({"status": "error", "error": error}), Some(effects));
    let page = seat
        .post(&filled("orders_delete", "run", &[("arg.order_id", "7")]))
        .await;
    assert_eq!(page.status, 200);
    assert_eq!(seat.last_run().agreed, None);
    let written = "name=\"agreed\" value=\"Deleting order 7 of &#34;Mugs&#34; &#38; all its lines.\"";
    assert!(
        page.body.contains(written) && page.body.contains(">Go on</button>"),
        "{}",
        page.body
    );
    let again = [("arg.order_id", "7"), ("agreed", effects)];
    seat.post(&filled("orders_delete", "run", &again)).await;
    assert_eq!(seat.last_run().agreed.as_deref(), Some(effects));
}

#[tokio::test]
async fn secrets_are_run_and_never_shown() {
    let mut seat = Seat::open().await;
    let typed = [("arg.store_id", "9"), ("arg.api_key", "planted-key")];
    for step in ["run", "json"] {
        let page = seat.post(&filled("stores_register", step, &typed)).await;
        assert!(!page.body.contains("planted-key"), "{step}");
    }
    assert_eq!(seat.last_run().arguments["api_key"], "planted-key");
    let mut json = filled(
        "stores_register",
        "run",
        &[("json", "{\"store_id\": \"9\", \"api_key\": \"planted-key\"}")],
    );
    json[3] = ("view", "json");
    let page = seat.post(&json).await;
    assert!(!page.body.contains("planted-key") && page.body.contains("&#34;store_id&#34;: &#34;9&#34;"));
    assert!(page.body.contains("PLACEHOLDER"), "stands in the copies");
    json[5] = ("json", "{\"api_key\": \"planted-key");
    let page = seat.post(&json).await;
    assert_eq!(page.status, 422);
    assert!(!page.body.contains("planted-key"), "not even in a text that is no JSON");
}

#[tokio::test]
async fn another_tool_opens_its_own_form() {
    let mut seat = Seat::open().await;
    let mut fields = filled("orders_get", "run", &[("arg.order_id", "7")]);
    fields[2] = ("shown", "orders_delete");
    for step in ["run", "choose", ""] {
        fields[4] = ("step", step);
        let reply = seat.post(&fields).await;
        assert_eq!(reply.status, 303);
        assert_eq!(reply.location(), "/console?store=90001&tool=orders_get&view=form");
    }
    assert!(seat.runs.lock().unwrap().is_empty());
    let none = seat.post(&[("tool", ""), ("step", "run")]).await;
    assert_eq!(none.status, 422);
    assert!(none.body.contains("id=\"tool-problem\">Choose a tool."));
}

#[tokio::test]
async fn arguments_are_kept_under_a_name_and_taken_away() {
    let mut seat = Seat::open().await;
    let name = "<img src=x onerror=alert(1)>";
    let typed = [("arg.order_id", "7"), ("template_name", name)];
    let saved = seat.post(&filled("orders_get", "save", &typed)).await;
    assert_eq!(saved.status, 303, "{}", saved.body);
    let location = saved.location().to_owned();
    let page = seat.get(&location).await;
    assert!(
        page.body.contains("name=\"arg.order_id\" value=\"7\"") && page.body.contains("Saved."),
        "{}",
        page.body
    );
    assert!(page.body.contains("<option value=\"90001\" selected>"));
    assert!(!page.body.contains("<img") && page.body.contains("&#60;img src=x onerror=alert(1)&#62;</a>"));

    let unnamed = seat
        .post(&filled("orders_get", "save", &[("template_name", "  ")]))
        .await;
    assert_eq!(unnamed.status, 422);
    assert!(
        unnamed
            .body
            .contains("id=\"template_name-problem\">The name is missing.")
    );

    let id = location.split_once("template=").unwrap().1.split('&').next().unwrap();
    let asked = seat.get(&format!("/console/delete?delete={id}")).await;
    asked.shows("Delete the template &#60;img src=x onerror=alert(1)&#62; now?");
    assert_eq!(seat.get(&location).await.status, 200, "it asks first");
    let deleted = seat.browser.submit(&asked, "/console", &[]).await;
    assert_eq!(deleted.location(), "/console?done=deleted");
    assert_eq!(seat.get(&format!("/console/delete?delete={id}")).await.status, 404);
    assert_eq!(seat.get(&location).await.status, 404);
    assert!(seat.runs.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_file_that_a_tool_made_has_a_link() {
    let mut seat = Seat::open().await;
    let fields = filled("orders_report", "run", &[("from", "today"), ("report", "sales_by_day")]);
    for (uri, link) in [
        ("orderdesk://reports/0192f0c1-7a51-4f8e-9a43-5b6d7e8f9a0b.csv", true),
        ("orderdesk://reports/\"><script>.csv", false),
        ("https://evil.example/a.csv", false),
    ] {
        let data = json!({ "status": "success", "data": { "csv": { "uri": uri } } });
        seat.answer(data, None);
        let page = seat.post(&fields).await;
        let address = "href=\"/console/reports/0192f0c1-7a51-4f8e-9a43-5b6d7e8f9a0b.csv\"";
        assert_eq!(page.body.contains(address), link, "{uri}");
        assert_eq!(page.body.contains("Download CSV"), link, "{uri}");
    }
    // One that is nobody's, and what is no report.
    for file in ["0192f0c1-7a51-4f8e-9a43-5b6d7e8f9a0b.csv", "x"] {
        let page = seat.get(&format!("/console/reports/{file}")).await;
        assert_eq!(page.status, 404, "{file}");
    }
}

#[tokio::test]
async fn who_asks_of_every_store_means_none_by_the_field() {
    let mut seat = Seat::open().await;
    seat.post(&filled("orders_queue", "run", &[("arg.stores", "all")]))
        .await;
    assert_eq!(Value::Object(seat.last_run().arguments), json!({"stores": "all"}));
}
