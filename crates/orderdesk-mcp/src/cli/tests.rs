use clap::{Command, CommandFactory, Parser};

use super::Cli;

mod docs;

/// Every command, the program itself first, with its full name.
fn commands() -> Vec<(String, Command)> {
    fn walk(command: &Command, path: &str, found: &mut Vec<(String, Command)>) {
        let name = format!("{path} {}", command.get_name());
        let name = name.trim().to_owned();
        found.push((name.clone(), command.clone()));
        for sub in command.get_subcommands().filter(|sub| sub.get_name() != "help") {
            walk(sub, &name, found);
        }
    }
    let mut root = Cli::command();
    root.build();
    let mut found = Vec::new();
    walk(&root, "", &mut found);
    found
}

#[test]
fn the_definitions_are_sound() {
    Cli::command().debug_assert();
}

#[test]
fn the_help_of_every_command_is_as_reviewed() {
    for (name, command) in commands() {
        let help = command.term_width(100).render_long_help().to_string();
        insta::assert_snapshot!(name.replace(' ', "_"), help);
    }
}

#[test]
fn every_command_has_examples_and_describes_every_option() {
    for (name, command) in commands() {
        assert!(command.get_about().is_some(), "{name} is not described");
        for argument in command.get_arguments().filter(|argument| !argument.is_hide_set()) {
            assert!(
                argument.get_help().is_some(),
                "{name}: {} is not described",
                argument.get_id()
            );
        }
        if !command.has_subcommands() {
            let help = command.term_width(100).render_long_help().to_string();
            assert!(help.contains("Examples:"), "{name} has no examples");
        }
    }
}

#[test]
fn every_example_parses() {
    for (name, command) in commands() {
        let after = command.get_after_help().map(ToString::to_string).unwrap_or_default();
        for line in after.lines().filter_map(example) {
            let words = words(line);
            if let Err(error) = Cli::try_parse_from(&words) {
                panic!("{name}: {line}: {error}");
            }
        }
    }
}

/// The call of this program in a line of examples, without the variables before it and what follows its output.
fn example(line: &str) -> Option<&str> {
    let call = &line[line.find("orderdesk-mcp")?..];
    if !line.starts_with("  ") || line.contains("$(") || line.contains("(umask") {
        return None;
    }
    let call = [" | ", " > ", " < "]
        .iter()
        .fold(call, |call, shell| call.split(shell).next().unwrap_or(call));
    // The program's own list puts an explanation after two spaces.
    Some(call.split("   ").next().unwrap_or(call).trim())
}

/// Splits as a shell would, as far as the examples need it.
fn words(line: &str) -> Vec<String> {
    let (mut words, mut quote, mut open) = (vec![String::new()], None, false);
    for c in line.chars() {
        match (c, quote) {
            ('"' | '\'', None) => quote = Some(c),
            (c, Some(q)) if c == q => quote = None,
            (' ', None) => {
                if open {
                    words.push(String::new());
                }
                open = false;
                continue;
            }
            (c, _) => words.last_mut().unwrap().push(c),
        }
        open = true;
    }
    if !open {
        words.pop();
    }
    words
}

#[test]
fn an_api_key_cannot_be_given_on_the_command_line() {
    for (name, command) in commands() {
        for argument in command.get_arguments() {
            let id = argument.get_id().as_str();
            let secret = ["api_key", "master_key", "password", "kms_key", "token"].contains(&id);
            assert!(!secret, "{name} takes {id} on the command line");
        }
    }
}
