//! `completions`: what a shell needs to complete commands and options.

use clap_complete::{Shell, generate};

use super::{Failure, output};

/// Print a script with which a shell completes the commands, options and reports of this program.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  orderdesk-mcp completions bash > ~/.local/share/bash-completion/completions/orderdesk-mcp
  orderdesk-mcp completions zsh > ~/.zfunc/_orderdesk-mcp
  orderdesk-mcp completions fish > ~/.config/fish/completions/orderdesk-mcp.fish")]
pub struct Args {
    /// The shell.
    #[arg(value_enum, value_name = "SHELL")]
    shell: Shell,
}

/// Prints the script for the program's command line.
pub fn run(args: &Args, mut program: clap::Command) -> Result<(), Failure> {
    let name = program.get_name().to_owned();
    // Written at once: the library ends the program where nobody reads on.
    let mut script = Vec::new();
    generate(args.shell, &mut program, name, &mut script);
    output::line(String::from_utf8_lossy(&script).trim_end())?;
    Ok(())
}
