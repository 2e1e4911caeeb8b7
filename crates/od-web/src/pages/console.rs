//! `/console`: a person runs a tool by hand, in the way of an agent's calls.

use std::time::Instant;

use askama::Template;
use axum::{Router, extract::DefaultBodyLimit, http::StatusCode, response::Response, routing::get};
use od_engine::{
    Error,
    stores::StoreView,
    templates::{KeptTemplate, KeptTemplates, Template as Kept},
};
use serde_json::{Map, Value};

use self::{
    choices::{Group, StoreChoice},
    fields::{Kind, STORE, STORES},
    outcome::{Made, Outcome},
    sheet::{Sheet, View},
};
use crate::{
    Desk, Run, Tool,
    layout::{Layout, Place},
    member::Owner,
    once::Once,
    page,
    pages::question::Question,
    parameters::Parameters,
    posted::{self, Posted},
    problem::Problems,
    web::Web,
};

mod choices;
mod copies;
mod fields;
mod outcome;
mod report;
mod sheet;
#[cfg(test)]
mod tests;

const PATH: &str = "/console";
/// What is said of a form that is sent again: a result that is loaded anew, or a second press of *Run*.
const SENT_BEFORE: &str = "This form was sent before, or is older than a day, and is not run: Recent calls and Traces tell what came of \
                           it. To run what stands here, press Run.";

pub fn router() -> Router<Web> {
    let most = DefaultBodyLimit::max(posted::MOST_BYTES_OF_MEMBERS);
    Router::new()
        .route(PATH, get(show).post(act).layer(most))
        .route("/console/delete", get(ask))
        .route("/console/reports/{file}", get(report::download))
}

#[derive(Template)]
#[template(path = "console.html")]
struct Console {
    layout: Layout,
    problems: Problems,
    csrf: String,
    once: String,
    stores: Vec<StoreChoice>,
    groups: Vec<Group>,
    sheet: Option<Sheet>,
    outcome: Option<Outcome>,
    templates: Vec<KeptTemplate>,
    /// The ids of templates that cannot be opened.
    closed: Vec<String>,
    /// Whether stores and templates are those of before a run.
    is_stale: bool,
    /// Whether a request can be looked up.
    has_traces: bool,
}

/// What stands on the page of itself.
struct Lists {
    stores: Vec<StoreView>,
    templates: KeptTemplates,
}

impl Lists {
    async fn read(owner: &Owner) -> Result<Self, Error> {
        let engine = &owner.web.engine;
        Ok(Self {
            stores: engine.stores().list(&owner.scope).await?.data,
            templates: engine.templates().list(&owner.scope).await?,
        })
    }

    /// Whether the store is there that was named, if one was.
    fn have(&self, store: &str) -> bool {
        store.is_empty() || self.stores.iter().any(|known| known.store_id == store)
    }
}

/// A page in the making.
struct Bench {
    owner: Owner,
    desk: Desk,
    tools: Vec<Tool>,
    /// The store that was named.
    store: String,
    problems: Problems,
}

async fn show(owner: Owner) -> Response {
    let query = owner.query();
    let Some(mut bench) = Bench::new(owner, query.typed("store")) else {
        return Bench::closed();
    };
    let view = View::of(query.typed("view"));
    let (mut name, mut arguments) = (query.typed("tool").to_owned(), Map::new());
    if let Some(id) = query.first("template") {
        match bench.owner.web.engine.templates().get(&bench.owner.scope, id).await {
            Ok(Some(kept)) => {
                Kept {
                    tool: name,
                    arguments,
                    ..
                } = kept.template;
            }
            Ok(None) => return bench.owner.not_found(),
            Err(error) => return bench.owner.refuse(&error),
        }
        if let Some(store) = arguments.get(STORE).and_then(Value::as_str) {
            store.clone_into(&mut bench.store);
        }
    }
    let sheet = bench.tool(&name).map(|tool| Sheet::filled(tool, view, &arguments));
    if sheet.is_none() && !name.is_empty() {
        bench
            .problems
            .add("tool", "There is no tool of that name for you. Choose another one.");
    }
    bench.show(sheet).await
}

/// Asks whether a template is to be deleted.
async fn ask(owner: Owner) -> Response {
    let templates = match owner.web.engine.templates().list(&owner.scope).await {
        Ok(templates) => templates,
        Err(error) => return owner.refuse(&error),
    };
    let named = owner.query();
    let id = named.typed("delete");
    let what = match templates.kept.iter().find(|kept| kept.id == id) {
        Some(kept) => format!("Delete the template {} now?", kept.template.name),
        None if templates.closed.iter().any(|closed| closed == id) => {
            "Delete the template that cannot be opened now?".to_owned()
        }
        None => return owner.not_found(),
    };
    let question = Question {
        title: "Delete a template",
        place: Place::Console,
        what: format!("{what} It is gone for everybody who signs in for the account."),
        deed: PATH,
        named: ("delete", id),
        button: "Delete",
        back: PATH,
    };
    question.ask(&owner)
}

async fn act(Posted { who: owner, form }: Posted<Owner>) -> Response {
    let Some(mut bench) = Bench::new(owner, form.typed(STORE)) else {
        return Bench::closed();
    };
    if let Some(id) = form.first("delete") {
        return match bench.owner.web.engine.templates().delete(&bench.owner.scope, id).await {
            Ok(_) => bench.owner.go("/console?done=deleted"),
            Err(error) => bench.owner.refuse(&error),
        };
    }
    let step = match form.first("next_offset") {
        Some(_) => "run",
        None => form.typed("step"),
    };
    let name = form.typed("tool");
    let Some(tool) = bench.tool(name) else {
        bench.problems.add(
            "tool",
            if name.is_empty() {
                "Choose a tool."
            } else {
                "There is no tool of that name for you. Choose another one."
            },
        );
        return bench.show(None).await;
    };
    // What was filled in was for another tool.
    if !["run", "save", "form", "json"].contains(&step) || !is_called(&tool, form.typed("shown")) {
        return bench.choose(&tool, form.typed("view"));
    }
    let (mut sheet, read) = Sheet::typed(&bench.desk, tool, &form);
    let mut arguments = match read {
        Ok(arguments) => arguments,
        Err(why) => {
            bench.problems.add("json", format!("The text {why}."));
            return bench.show(Some(sheet)).await;
        }
    };
    if step == "form" || step == "json" {
        if let Some(store) = arguments.get(STORE).and_then(Value::as_str) {
            store.clone_into(&mut bench.store);
        }
        sheet = Sheet::filled(sheet.tool, View::of(step), &arguments);
        return bench.show(Some(sheet)).await;
    }
    // Whoever asks of every store means none of them by the field.
    if sheet.takes_store()
        && !bench.store.is_empty()
        && !arguments.contains_key(STORE)
        && !arguments.contains_key(STORES)
    {
        arguments.insert(STORE.to_owned(), bench.store.clone().into());
    }
    if step == "save" {
        return bench.save(sheet, arguments, form.typed("template_name")).await;
    }
    if let Some(offset) = form.first("next_offset").and_then(|offset| offset.parse::<u64>().ok()) {
        arguments.insert("offset".to_owned(), offset.into());
        sheet = Sheet::filled(sheet.tool, sheet.view, &arguments);
    }
    bench.run(sheet, arguments, &form).await
}

fn is_called(tool: &Tool, name: &str) -> bool {
    tool.name == name || tool.name.replace('.', "_") == name
}

impl Bench {
    /// Nothing where the pages are switched off.
    fn new(owner: Owner, store: &str) -> Option<Self> {
        let desk = owner.web.options.pages.as_ref()?.desk.clone();
        Some(Self {
            tools: (desk.tools)(owner.scope.identity()),
            store: store.to_owned(),
            problems: Problems::default(),
            desk,
            owner,
        })
    }

    fn closed() -> Response {
        page::send_nowhere()
    }

    /// The tool of a name. Other pages write it with underscores, whatever this server offers (`MCP_TOOL_NAMES`).
    fn tool(&self, name: &str) -> Option<Tool> {
        self.tools.iter().find(|tool| is_called(tool, name)).cloned()
    }

    /// Sends the browser to the form of a tool.
    fn choose(&self, tool: &Tool, view: &str) -> Response {
        let mut query = vec![
            (STORE, self.store.as_str()),
            ("tool", tool.name.as_str()),
            ("view", view),
        ];
        query.retain(|(_, value)| !value.is_empty());
        let query = serde_urlencoded::to_string(query).unwrap_or_default();
        self.owner.go(&format!("{PATH}?{query}"))
    }

    async fn run(mut self, mut sheet: Sheet, arguments: Map<String, Value>, form: &Parameters) -> Response {
        let before = match Lists::read(&self.owner).await {
            Ok(lists) if lists.have(&self.store) => lists,
            Ok(_) => return self.owner.not_found(),
            Err(error) => return self.owner.refuse(&error),
        };
        // What only reads may be run as often as its answer is loaded.
        let once = if sheet.tool.changes {
            match Once::take_fresh(&self.owner, form).await {
                Ok(Some(once)) => Some(once),
                Ok(None) => {
                    self.problems.add("", SENT_BEFORE);
                    return self.page(before, Some(sheet), None, false);
                }
                Err(error) => return self.owner.refuse(&error),
            }
        } else {
            None
        };
        let run = Run {
            tool: sheet.tool.name.clone(),
            arguments: arguments.clone(),
            agreed: form.first("agreed").map(str::to_owned),
        };
        let begun = Instant::now();
        let ran = (self.desk.run)(self.owner.scope.clone(), run).await;
        let took = begun.elapsed();
        // A question did nothing, nor does a tool that there is not.
        if ran.as_ref().is_none_or(|ran| ran.effects.is_some())
            && let Some(once) = once
        {
            once.give_back(&self.owner).await;
        }
        let Some(ran) = ran else {
            self.problems
                .add("tool", "There is no tool of that name any more. Choose another one.");
            return self.page(before, None, None, false);
        };
        self.tell_problems(&mut sheet, &ran.envelope);
        let endpoint = self.owner.web.options.endpoint(&self.owner.headers);
        let made = Made {
            tool: &sheet.tool,
            arguments: &arguments,
            endpoint: &endpoint,
            request_id: self.owner.scope.request_id(),
            took,
        };
        let outcome = Outcome::of(&made, ran);
        // What was done is told, whatever else can be.
        let (lists, is_stale) = match Lists::read(&self.owner).await {
            Ok(lists) => (lists, false),
            Err(error) => {
                tracing::warn!(%error, "stores and templates could not be listed after a tool was run");
                (before, true)
            }
        };
        if !lists.have(&self.store) {
            self.store.clear();
        }
        self.page(lists, Some(sheet), Some(outcome), is_stale)
    }

    /// What the check of the arguments found, beside the fields.
    fn tell_problems(&mut self, sheet: &mut Sheet, envelope: &Map<String, Value>) {
        let error = envelope.get("error").unwrap_or(&Value::Null);
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        if error["code"] == "STORE_REQUIRED" {
            self.problems.add(STORE, "Choose a store.");
        }
        for problem in error["details"]["problems"].as_array().into_iter().flatten() {
            sheet.problem(&mut self.problems, &text(&problem["path"]), &text(&problem["message"]));
        }
    }

    async fn save(mut self, sheet: Sheet, arguments: Map<String, Value>, name: &str) -> Response {
        let kept = Kept {
            name: name.to_owned(),
            tool: sheet.tool.name.clone(),
            arguments,
        };
        match self.owner.web.engine.templates().save(&self.owner.scope, kept).await {
            Ok(id) => {
                let view = sheet.view.as_str();
                self.owner.go(&format!("{PATH}?template={id}&view={view}&done=saved"))
            }
            Err(Error::Invalid(problems)) => {
                for problem in problems {
                    let place = if problem.path == "name" { "template_name" } else { "" };
                    let subject = if problem.path == "name" {
                        "The name"
                    } else {
                        "The arguments"
                    };
                    self.problems.add(place, format!("{subject} {}.", problem.message));
                }
                self.show(Some(sheet)).await
            }
            Err(error) => self.owner.refuse(&error),
        }
    }

    async fn show(self, sheet: Option<Sheet>) -> Response {
        match Lists::read(&self.owner).await {
            Ok(lists) if lists.have(&self.store) => self.page(lists, sheet, None, false),
            Ok(_) => self.owner.not_found(),
            Err(error) => self.owner.refuse(&error),
        }
    }

    fn page(self, lists: Lists, sheet: Option<Sheet>, outcome: Option<Outcome>, is_stale: bool) -> Response {
        let wait = outcome.as_ref().and_then(|outcome| outcome.retry_after);
        let status = match wait {
            Some(_) => StatusCode::TOO_MANY_REQUESTS,
            None => self.problems.status(),
        };
        let chosen = sheet.as_ref().map_or("", |sheet| sheet.tool.name.as_str());
        let template = Console {
            layout: self.owner.layout("Console", Place::Console),
            csrf: self.owner.csrf(PATH),
            once: Once::mark(&self.owner),
            stores: choices::stores(lists.stores, &self.store),
            groups: choices::groups(&self.tools, chosen),
            problems: self.problems,
            has_traces: self.owner.web.options.pages.as_ref().is_some_and(|pages| pages.traces),
            sheet,
            outcome,
            templates: lists.templates.kept,
            closed: lists.templates.closed,
            is_stale,
        };
        let mut response = self.owner.show(status, &template);
        page::retry_after(&mut response, wait);
        response
    }
}
