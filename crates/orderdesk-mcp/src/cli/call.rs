//! `call`: one tool, from a shell.

use std::io::{self, Read};

use od_engine::text::escaped;
use od_mcp::{Answer, Narrowing, lost};
use secrecy::SecretString;
use serde_json::{Map, Value};

use super::{
    Context, Failure,
    output::{self, Output, OutputArg},
};
use crate::app::{self, App};
use crate::config::ServiceUrl;
use crate::shutdown::until_signalled;

/// Run one tool and print its reply.
///
/// The same operation an agent calls, with the same checks, limits and audit, for the tenant whose key is in
/// MCP_MASTER_KEY, or is entered. `orderdesk-mcp tools TOOL` shows the arguments of one.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  orderdesk-mcp call stores.list
  orderdesk-mcp call orders.list --args '{\"limit\":5,\"store\":\"Mug Shop\"}'
  orderdesk-mcp call orders.mutate_full --args - < change.json

Exit code 1 when the tool answers with an error.")]
pub struct Args {
    /// The tool, in either spelling: orders.list or orders_list.
    #[arg(value_name = "TOOL")]
    tool: String,

    /// Its arguments, a JSON object; - reads them from standard input.
    #[arg(long = "args", default_value = "{}", value_name = "JSON")]
    arguments: String,

    /// Taken to say what was meant.
    #[arg(hide = true)]
    misplaced: Option<String>,

    #[command(flatten)]
    output: OutputArg,
}

/// Calls the tool and prints the envelope of its reply.
pub async fn run(context: &Context, args: Args) -> Result<(), Failure> {
    if args.misplaced.is_some() {
        let hint = format!("orderdesk-mcp call {} --args '{{...}}'", args.tool);
        return Err(Failure::usage("the tool's arguments belong behind --args").with_hint(hint));
    }
    let arguments = arguments(args.arguments)?;
    let settings = context.settings(Vec::new())?;
    let master_key = Context::master_key(&settings)?;
    let order_desk = settings.upstream.base_url.clone();
    let app = App::open(settings, &Context::paths()).await?;
    let tool = args.tool;
    let called = until_signalled(async |stop| {
        let call = call(&app, &master_key, &tool, arguments);
        let outcome = to_its_end(call, stop.cancelled()).await;
        (outcome, app.end().await)
    });
    let Some((outcome, ended)) = called.await? else {
        return Err(Failure::failed("interrupted: what the call has changed is not known")
            .with_hint("Look before you call again: `orderdesk-mcp audit show` has what was begun."));
    };

    let answer = outcome?;
    print(&answer.envelope, args.output.output).map_err(|error| ended_unseen(error.into()))?;
    if let Some(remark) = remark(&order_desk, &tool, &answer) {
        output::note(&format!("note: {remark}"));
    }
    match answer.code() {
        Some(code) if answer.is_error => Err(Failure::failed(format!("the tool answered {code}"))),
        _ => ended,
    }
}

fn print(envelope: &Map<String, Value>, output: Output) -> io::Result<()> {
    match output {
        Output::Json => output::json(envelope),
        Output::Text => {
            let shown = format!("{:#}", Value::Object(envelope.clone()));
            let lines = shown.lines().map(|line| escaped(line).into_owned());
            output::line(&lines.collect::<Vec<_>>().join("\n"))
        }
    }
}

/// Why the answer was not printed, and that there was one.
pub(super) fn ended_unseen(unprinted: Failure) -> Failure {
    unprinted.with_hint(
        "The call itself has ended, only its answer could not be printed: `orderdesk-mcp audit show` has what it did.",
    )
}

/// What an answer does not say because it is written for agents, which call more than once.
fn remark(order_desk: &ServiceUrl, tool: &str, answer: &Answer) -> Option<String> {
    let chooses = ["stores.use_store", "stores_use_store"].contains(&tool) && !answer.is_error;
    if chooses || answer.code() == Some("STORE_REQUIRED") {
        return Some(
            "each command stands alone, and no store stays chosen: name it in --args, or set MCP_DEFAULT_STORE"
                .to_owned(),
        );
    }
    let message = answer.envelope.get("error")?.get("message")?.as_str()?;
    nobody_there(order_desk, message)
}

/// What to look for when an Order Desk on this machine, a simulated one, cannot be reached.
pub fn nobody_there(order_desk: &ServiceUrl, message: &str) -> Option<String> {
    let is_gone = message.contains("no connection to Order Desk") && order_desk.is_loopback();
    is_gone.then(|| {
        format!(
            "ORDERDESK_API_BASE_URL is {}, on this machine: see whether the demo or simulator that gave this address still runs",
            order_desk.as_str()
        )
    })
}

/// Signs in and calls the tool.
pub async fn call(
    app: &App,
    master_key: &SecretString,
    tool: &str,
    arguments: Map<String, Value>,
) -> Result<Answer, Failure> {
    let scope = app::sign_in(app, master_key).await?;
    let tools = app.tools()?;
    let entry = tools
        .catalog()
        .find(tool)
        .ok_or_else(|| unknown(tool, tools.catalog().suggest(tool)))?;
    Ok(tools.call(&scope, &Narrowing::none(), entry, arguments).await)
}

/// Whoever wants to stop is told that the call goes on: a change that is on its way is not taken back by not waiting for it.
pub async fn to_its_end<T>(call: impl Future<Output = T>, stopped: impl Future<Output = ()>) -> T {
    let mut call = std::pin::pin!(call);
    tokio::select! {
        biased;
        outcome = &mut call => return outcome,
        () = stopped => output::note("stopping when the call has ended, so that it is known what it did; Ctrl-C again does not wait"),
    }
    call.await
}

fn arguments(text: String) -> Result<Map<String, Value>, Failure> {
    let on_command_line = text != "-";
    let text = if text == "-" {
        io::read_to_string(io::stdin().lock().take(MOST_BYTES))?
    } else {
        text
    };
    if let Some(reason) = lost(text.as_bytes()) {
        return Err(Failure::usage(format!("--args: {reason}")));
    }
    let arguments: Map<String, Value> =
        serde_json::from_str(&text).map_err(|error| Failure::usage(format!("--args is not a JSON object: {error}")))?;
    match KEYS.iter().find(|name| on_command_line && arguments.contains_key(**name)) {
        Some(name) => Err(Failure::usage(format!("{name} on the command line is seen by everybody on this machine"))
            .with_hint("Give the arguments on standard input: --args - < arguments.json. Replace the key if others use this machine.")),
        None => Ok(arguments),
    }
}

/// Arguments that are secrets.
const KEYS: [&str; 2] = ["api_key", "master_key"];

/// More arguments than any tool takes.
const MOST_BYTES: u64 = 16 * 1024 * 1024;

/// There is no tool of that name.
pub fn unknown(tool: &str, nearest: Option<&str>) -> Failure {
    let hint = nearest.map_or_else(
        || "`orderdesk-mcp tools` lists them.".to_owned(),
        |nearest| format!("Did you mean {nearest}? `orderdesk-mcp tools` lists them all."),
    );
    Failure::usage(format!("there is no tool {tool:?}")).with_hint(hint)
}

#[cfg(test)]
mod tests {
    use super::arguments;

    #[test]
    fn keys_are_not_taken_from_the_command_line() {
        for name in ["api_key", "master_key"] {
            let text = format!("{{\"{name}\":\"planted-key\"}}");
            let refusal = format!("{:?}", arguments(text).expect_err("a key on the command line"));
            assert!(refusal.contains(name) && !refusal.contains("planted-key"), "{refusal}");
        }
        assert!(arguments("{\"limit\":5}".to_owned()).is_ok());
    }

    #[test]
    fn numbers_that_would_lose_digits_are_not_taken() {
        let refusal = arguments("{\"order\":{\"tax_total\":0.12345678901234567890}}".to_owned());
        assert!(format!("{:?}", refusal.expect_err("digits")).contains("more digits"));
    }
}
