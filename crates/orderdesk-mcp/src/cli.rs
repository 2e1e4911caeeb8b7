//! The command line: one file a command, each with its arguments and what it does.

mod audit;
mod backup;
mod call;
mod client_config;
mod completions;
mod config;
mod connect;
mod context;
mod demo;
mod doctor;
mod failure;
mod grant;
mod keygen;
mod kms;
mod migrate;
mod new_file;
mod output;
mod owner;
mod prompt;
mod question;
mod reference;
mod serve;
mod setup;
mod shop;
mod simulator;
mod stdio;
mod store;
mod tenant;
mod token;
mod tools;

use std::{ffi::OsString, path::PathBuf};

use clap::{ArgMatches, CommandFactory as _, FromArgMatches as _, Parser, Subcommand};

use self::context::Context;
pub use self::{
    failure::{Failure, LOST_KEY},
    output::{Output, note as say},
};

/// A native MCP server for Order Desk: many tenants, many stores, sealed credentials, safe order changes.
///
/// Without a command it speaks MCP over standard input and output, as desktop clients expect.
#[derive(Debug, Parser)]
#[command(name = "orderdesk-mcp", version, max_term_width = 100, after_help = EXAMPLES)]
pub struct Cli {
    /// Read settings from this YAML or TOML file; the environment and .env win over it.
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,

    /// What to do; `stdio` when left out.
    #[command(subcommand)]
    pub command: Option<Command>,
}

const EXAMPLES: &str = "\
Examples:
  orderdesk-mcp demo          Try it: a simulated Order Desk with two stores, no account needed
  orderdesk-mcp setup         Start with a real account, in about two minutes
  orderdesk-mcp               Speak MCP over standard input and output
  orderdesk-mcp serve         Serve MCP over HTTP
  orderdesk-mcp doctor        Find out what is wrong

Exit codes: 0 done, 1 failed, 2 wrong usage or configuration.
With --output json a failure is a document on standard output too, but where the result tells of it.";

/// Everything the program does.
#[derive(Debug, Subcommand)]
pub enum Command {
    Stdio(stdio::Args),
    Serve(serve::Args),
    Demo(demo::Args),
    Setup(setup::Args),
    Simulator(simulator::Args),
    Keygen(keygen::Args),
    #[command(subcommand)]
    Tenant(tenant::Command),
    #[command(subcommand)]
    Store(store::Command),
    #[command(subcommand)]
    Grant(grant::Command),
    #[command(subcommand)]
    Token(token::Command),
    Tools(tools::Args),
    Call(call::Args),
    Report(question::ReportArgs),
    Find(question::FindArgs),
    Queue(question::QueueArgs),
    Import(question::ImportArgs),
    Connect(connect::Args),
    #[command(subcommand)]
    Config(config::Command),
    Doctor(doctor::Args),
    Migrate(migrate::Args),
    #[command(subcommand)]
    Audit(audit::Command),
    Backup(backup::Args),
    #[command(subcommand)]
    Kms(kms::Command),
    #[command(subcommand)]
    Reference(reference::Command),
    Completions(completions::Args),
}

impl Cli {
    /// The command line that the program was called with, and who reads what it prints. A wrong one ends the program.
    pub fn given() -> (Self, Output) {
        let given: Vec<_> = std::env::args_os().collect();
        let matches = Self::command_line().try_get_matches_from(&given);
        let matches = matches.unwrap_or_else(|error| refuse(&error, &given));
        let cli = Self::from_arg_matches(&matches).unwrap_or_else(|error| refuse(&error, &given));
        (cli, output_of(&matches))
    }

    /// The command line. A number below zero is the value of the option before it, which then says what it takes, and no option.
    fn command_line() -> clap::Command {
        with_numbers_below_zero(Self::command())
    }
}

/// Ends the program over a wrong command line, or one that asks for help. A script that asked for JSON is told in JSON.
fn refuse(error: &clap::Error, given: &[OsString]) -> ! {
    let asks_for_json = given.iter().enumerate().any(|(at, word)| {
        word == "--output=json" || (word == "--output" && given.get(at + 1).is_some_and(|word| word == "json"))
    });
    if error.use_stderr() && asks_for_json {
        let told = error.render().to_string();
        let what: Vec<&str> = told
            .lines()
            .take_while(|line| !line.is_empty())
            .map(str::trim)
            .collect();
        let what = what.join(" ");
        let failure = Failure::usage(what.strip_prefix("error: ").unwrap_or(&what))
            .with_hint("Add --help to see what the command takes.");
        Output::Json.tell_failure(&failure);
    }
    error.exit()
}

fn with_numbers_below_zero(command: clap::Command) -> clap::Command {
    command
        .mut_args(|arg| {
            let is_plain = arg.get_action().takes_values() && !arg.is_allow_hyphen_values_set();
            if is_plain {
                arg.allow_negative_numbers(true)
            } else {
                arg
            }
        })
        .mut_subcommands(with_numbers_below_zero)
}

/// What `--output` of the innermost command says; text for a command that has none.
fn output_of(matches: &ArgMatches) -> Output {
    match matches.subcommand() {
        Some((_, inner)) => output_of(inner),
        None => matches
            .try_get_one("output")
            .ok()
            .flatten()
            .copied()
            .unwrap_or_default(),
    }
}

/// Runs the chosen command to its end.
pub async fn run(cli: Cli) -> Result<(), Failure> {
    let context = Context::new(cli.config);
    match cli.command.unwrap_or(Command::Stdio(stdio::Args {})) {
        Command::Stdio(args) => Box::pin(stdio::run(&context, &args)).await,
        Command::Serve(args) => serve::run(&context, &args).await,
        Command::Demo(args) => Box::pin(demo::run(&context, args)).await,
        Command::Setup(args) => Box::pin(setup::run(&context, args)).await,
        Command::Simulator(args) => simulator::run(&context, args).await,
        Command::Keygen(args) => keygen::run(&context, &args).await,
        Command::Tenant(command) => tenant::run(&context, command).await,
        Command::Store(command) => store::run(&context, command).await,
        Command::Grant(command) => grant::run(&context, command).await,
        Command::Token(command) => token::run(&context, command).await,
        Command::Tools(args) => tools::run(&context, &args),
        Command::Call(args) => call::run(&context, args).await,
        Command::Report(args) => Box::pin(question::report(&context, args)).await,
        Command::Find(args) => Box::pin(question::find(&context, args)).await,
        Command::Queue(args) => Box::pin(question::queue(&context, args)).await,
        Command::Import(args) => Box::pin(question::import(&context, args)).await,
        Command::Connect(args) => connect::run(&context, &args),
        Command::Config(command) => config::run(&context, &command),
        Command::Doctor(args) => doctor::run(&context, &args).await,
        Command::Migrate(args) => migrate::run(&context, &args).await,
        Command::Audit(command) => audit::run(&context, command).await,
        Command::Kms(command) => kms::run(&context, command).await,
        Command::Backup(args) => Box::pin(backup::run(&context, args)).await,
        Command::Reference(command) => reference::run(&context, &command, Cli::command),
        Command::Completions(args) => completions::run(&args, Cli::command()),
    }
}

#[cfg(test)]
mod tests;
