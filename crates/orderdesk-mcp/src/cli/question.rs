//! Questions about many orders, from a shell: the same tools that agents call, asked until the answer is whole. And what a table of
//! tracking numbers adds, which is printed like them.

use od_engine::{Progress, Scope};
use od_mcp::{Narrowing, Tools};
use secrecy::SecretString;
use serde_json::{Map, Value};

use super::{Context, Failure, call::nobody_there, output, store::as_commands};
use crate::{
    app::{self, App},
    config::ServiceUrl,
    shutdown::until_signalled,
};

mod bar;
mod common;
mod csv;
mod find;
mod import;
mod queue;
mod report;
mod sheet;
#[cfg(test)]
mod tests;
mod told;

use bar::Bar;
use common::{Common, List, Question};
pub use find::Args as FindArgs;
pub use import::{Args as ImportArgs, run as import};
pub use queue::Args as QueueArgs;
pub use report::Args as ReportArgs;
use sheet::Sheet;

/// `report`.
pub async fn report(context: &Context, args: ReportArgs) -> Result<(), Failure> {
    let question = args.question()?;
    run(context, question, &args.common, report::laid_out).await
}

/// `find`.
pub async fn find(context: &Context, args: FindArgs) -> Result<(), Failure> {
    run(context, args.question(), &args.common, find::laid_out).await
}

/// `queue`.
pub async fn queue(context: &Context, args: QueueArgs) -> Result<(), Failure> {
    let laid_out = if args.stuck { queue::stuck } else { queue::laid_out };
    run(context, args.question(), &args.common, laid_out).await
}

/// Asks, and prints the answer once everything that belongs to it is done.
async fn run(
    context: &Context,
    question: Question,
    common: &Common,
    laid_out: fn(&Map<String, Value>) -> Sheet,
) -> Result<(), Failure> {
    let settings = context.settings(Vec::new())?;
    let master_key = Context::master_key(&settings)?;
    let app = App::open(settings, &Context::paths()).await?;
    let rows = question.also.map_or(question.rows, |also| also.rows);
    let columns: Vec<String> = question.columns.iter().map(|name| (*name).to_owned()).collect();
    let asked = until_signalled(async |stop| {
        let outcome = tokio::select! {
            biased;
            outcome = ask(&app, &master_key, question) => outcome,
            () = stop.cancelled() => Err(Failure::failed("interrupted")
                .with_hint("What was read of the orders is kept: the same command goes on from there.")),
        };
        (outcome, app.end().await)
    });
    let Some((outcome, ended)) = asked.await? else {
        return Err(Failure::failed("interrupted"));
    };
    let envelope = outcome?;
    let warnings = envelope.get("warnings").and_then(Value::as_array);
    let warnings = warnings.into_iter().flatten().filter_map(Value::as_str);
    // Pages are gone through here.
    for warning in warnings.filter(|warning| !warning.contains("goes on where these end")) {
        output::note(&format!("warning: {}", as_commands(warning)));
    }
    let nothing = Map::new();
    let data = envelope.get("data").and_then(Value::as_object).unwrap_or(&nothing);
    if common.is_json() {
        output::json(&envelope)?;
    } else if common.csv {
        let mut sheet = laid_out(data);
        if sheet.rows.is_empty() {
            output::note(told::nothing(rows));
            sheet.names = columns;
        }
        csv::print(&sheet)?;
    } else {
        told::print(&envelope, data, rows, laid_out(data))?;
    }
    ended.and(told::whole(data))
}

/// The envelope of the answer with all rows, once it is whole or cannot become so.
async fn ask(app: &App, master_key: &SecretString, question: Question) -> Result<Map<String, Value>, Failure> {
    let mut asker = Asker {
        scope: app::sign_in(app, master_key).await?,
        tools: app.tools()?,
        tool: question.tool,
        bar: Bar::default(),
        order_desk: &app.settings().upstream.base_url,
    };
    let mut arguments = question.arguments;
    let first = List {
        rows: question.rows,
        next: "next_offset",
        offset: "offset",
    };
    let Some(also) = question.also else {
        return asker.every_page(&mut arguments, first, question.most).await;
    };
    arguments.insert(also.offset.to_owned(), 0.into());
    asker.every_page(&mut arguments, also, None).await
}

/// Who asks, page after page.
struct Asker<'a> {
    scope: Scope,
    tools: Tools,
    tool: &'static str,
    bar: Bar,
    order_desk: &'a ServiceUrl,
}

impl Asker<'_> {
    /// An answer with the rows of all its pages in one of its lists, so many at most.
    async fn every_page(
        &mut self,
        arguments: &mut Map<String, Value>,
        list: List,
        most: Option<usize>,
    ) -> Result<Map<String, Value>, Failure> {
        let mut rows: Vec<Value> = Vec::new();
        loop {
            let mut envelope = self.page(arguments).await?;
            let Some(data) = envelope.get_mut("data").and_then(Value::as_object_mut) else {
                return Err(Failure::failed("the answer has no data"));
            };
            if let Some(Value::Array(more)) = data.remove(list.rows) {
                rows.extend(more);
            }
            let is_enough = most.is_some_and(|most| rows.len() >= most);
            let Some(next) = data.remove(list.next).filter(|_| !is_enough) else {
                rows.truncate(most.unwrap_or(usize::MAX));
                data.insert(list.rows.to_owned(), rows.into());
                return Ok(envelope);
            };
            arguments.insert(list.offset.to_owned(), next);
            // What was counted for the first rows was counted for the others.
            arguments.remove("fresh");
        }
    }

    /// One page, once it is whole or cannot become so.
    async fn page(&mut self, arguments: &Map<String, Value>) -> Result<Map<String, Value>, Failure> {
        let entry = self.tools.catalog().find(self.tool);
        let entry = entry.ok_or_else(|| Failure::failed(format!("there is no tool {}", self.tool)))?;
        loop {
            let (progress, steps) = Progress::new();
            let scope = self.scope.clone().with_progress(progress);
            let none = Narrowing::none();
            let answer = tokio::select! {
                biased;
                answer = self.tools.call(&scope, &none, entry, arguments.clone()) => answer,
                never = self.bar.follow(steps) => match never {},
            };
            if answer.is_error {
                match told::wait(&answer.envelope) {
                    Some(wait) => {
                        tokio::time::sleep(wait).await;
                        continue;
                    }
                    // The server waits less than the reading takes, which gets on.
                    None if told::is_busy(&answer.envelope) && self.bar.has_moved() => continue,
                    None => {
                        let failure = told::failure(&answer.envelope);
                        let gone = nobody_there(self.order_desk, failure.message());
                        return Err(match gone {
                            Some(gone) => failure.with_hint(format!("{gone}.")),
                            None => failure,
                        });
                    }
                }
            }
            let data = answer.envelope.get("data").and_then(Value::as_object);
            let is_half = data.is_some_and(|data| data.get("complete") == Some(&Value::Bool(false)));
            if is_half && data.is_some_and(told::goes_on) {
                continue;
            }
            return Ok(answer.envelope);
        }
    }
}
