//! `orderdesk-mcp`: a native MCP server for Order Desk. Parses the command line, runs the command, gives the exit code.

mod app;
mod cli;
mod config;
mod dumps;
mod forwarded;
mod guard;
mod health;
mod http;
mod mail;
mod metrics;
mod shutdown;
mod telemetry;
mod workers;

use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let (cli, output) = cli::Cli::given();
    // Before any key is read.
    if let Err(error) = dumps::switch_off() {
        cli::say(&format!("warning: core dumps could not be switched off: {error}"));
    }
    // One TLS implementation for the whole process; only a second installation could fail.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let runtime = match workers::runtime() {
        Ok(runtime) => runtime,
        Err(failure) => return fail(&failure, output),
    };
    let outcome = runtime.block_on(async {
        let outcome = cli::run(cli).await;
        telemetry::flush().await;
        outcome
    });
    // A thread may still wait for standard input, which never comes.
    runtime.shutdown_background();
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => fail(&failure, output),
    }
}

fn fail(failure: &cli::Failure, output: cli::Output) -> ExitCode {
    if !failure.is_silent() {
        cli::say(&failure.to_string());
        output.tell_failure(failure);
    }
    ExitCode::from(failure.code())
}
