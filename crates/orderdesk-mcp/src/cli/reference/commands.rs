//! The page of all commands: the help of each.

use std::fmt::Write as _;

/// Columns of a line of help.
const WIDTH: usize = 100;

/// The page, of the program's command line.
pub fn markdown(mut program: clap::Command) -> String {
    program.build();
    let mut page = String::from(
        "# The commands\n\n\
         Made by `orderdesk-mcp reference commands` from the program itself; `--help` behind a command says the same. `orderdesk-mcp \
         completions SHELL` makes a shell complete them.\n",
    );
    add(&mut page, &program, "");
    page
}

fn add(page: &mut String, command: &clap::Command, before: &str) {
    let name = format!("{before} {}", command.get_name());
    let name = name.trim();
    let help = command.clone().term_width(WIDTH).render_long_help().to_string();
    let help: Vec<&str> = help.lines().map(str::trim_end).collect();
    // A text has no fault that writing it could tell of.
    let _ = write!(page, "\n## `{name}`\n\n```text\n{}\n```\n", help.join("\n").trim_end());
    for sub in command.get_subcommands().filter(|sub| sub.get_name() != "help") {
        add(page, sub, name);
    }
}
