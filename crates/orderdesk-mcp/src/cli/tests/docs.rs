//! What the pages tell a reader to type, set and paste is what the program takes. Links are looked after by
//! `scripts/check_links.py`.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use clap::{CommandFactory, Parser, error::ErrorKind};
use serde_json::Value;

use super::{Cli, words};
use crate::config::{Setting, listed};

/// Variables of other programs, and stand-ins for names of the reader's own.
const NOT_OURS: &[&str] = &[
    "TOKIO_WORKER_THREADS",
    "CRATE",
    "E2E_CHROMIUM",
    "E2E_PICTURES",
    "ORDERDESK_MCP",
    "SHARD",
    "NAME",
    "VAR",
    "NODE_EXTRA_CA_CERTS",
    "REQUESTS_CA_BUNDLE",
    "OTEL_EXPORTER_OTLP_HEADERS",
    "SSL_CERT_FILE",
    "ORDERDESK_MASTER_KEY",
    "ORDERDESK_TOKEN",
    "ORDERDESK_AUTH",
    "MAX_MCP_OUTPUT_TOKENS",
    "MCP_INSPECTOR_SECRET_STORE",
    "MCP_AUTO_OPEN_ENABLED",
    "MCP_CATALOG_PATH",
    "DOMAIN",
    "POSTGRES_PASSWORD",
    // Taken once replicas share what they remember.
    "CREDENTIALS_DIRECTORY",
    "DATE",
    // Mistyped on purpose.
    "MCP_READONLY",
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Every page for readers, with its name.
fn pages() -> Vec<(String, String)> {
    let mut found = Vec::new();
    for name in [
        "README.md",
        "SECURITY.md",
        "CONTRIBUTING.md",
        "ARCHITECTURE.md",
        "e2e/README.md",
    ] {
        found.push(root().join(name));
    }
    found.extend(files(&root().join("docs"), "md"));
    let crates = fs::read_dir(root().join("crates")).unwrap();
    found.extend(
        crates
            .map(|room| room.unwrap().path().join("README.md"))
            .filter(|page| page.exists()),
    );
    assert!(found.len() > 8, "{found:?}");
    found
        .into_iter()
        .map(|page| (page.display().to_string(), fs::read_to_string(&page).unwrap()))
        .collect()
}

fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path, extension));
        } else if path.extension().is_some_and(|ending| ending == extension) {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// The blocks of a page in one of these languages.
fn blocks(page: &str, languages: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        let Some(language) = line.trim_start().strip_prefix("```") else {
            continue;
        };
        let block: Vec<&str> = lines.by_ref().take_while(|line| line.trim() != "```").collect();
        if languages.contains(&language) {
            found.push(block.join("\n"));
        }
    }
    found
}

/// The texts that a page shows as code within its lines.
fn spans(page: &str) -> Vec<String> {
    let mut prose = String::new();
    let mut inside = false;
    for line in page.lines() {
        if line.trim_start().starts_with("```") {
            inside = !inside;
        } else if !inside {
            prose.push_str(line);
            prose.push(' ');
        }
    }
    prose.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

/// The calls of this program in the lines of a shell block.
fn calls(block: &str) -> Vec<Vec<String>> {
    let block = block.replace("\\\n", " ");
    let lines = block.lines().map(|line| line.trim().trim_start_matches("$ "));
    lines.flat_map(|line| calls_of(&words(line))).collect()
}

fn calls_of(tokens: &[String]) -> Vec<Vec<String>> {
    let is_end = |token: &String| ["|", ">", ">>", "<", "&&", ";", "&", "#", "||", "2>"].contains(&token.as_str());
    let mut found = Vec::new();
    for (index, token) in tokens.iter().enumerate() {
        let before = index.checked_sub(1).map(|before| tokens[before].as_str());
        let is_program = token == "orderdesk-mcp" || token.ends_with("/orderdesk-mcp");
        let runs_cargo = before == Some("--") && tokens[..index].starts_with(&["cargo".to_owned(), "run".to_owned()]);
        let begins = before.is_none_or(|before| {
            let is_variable = before.contains('=') && before.starts_with(|c: char| c.is_ascii_uppercase());
            let is_user = index > 1 && tokens[index - 2] == "-u";
            is_variable || is_user || ["sudo", "--", "|", "&&", ";", "exec", "env"].contains(&before)
        });
        if !(runs_cargo || is_program && begins) {
            continue;
        }
        let arguments = tokens[index + usize::from(!runs_cargo)..].iter();
        let arguments = arguments.take_while(|token| !is_end(token)).cloned();
        found.push(std::iter::once("orderdesk-mcp".to_owned()).chain(arguments).collect());
    }
    found
}

/// What a shell block tells is complete.
fn must_parse(page: &str, call: &[String]) {
    if let Err(error) = Cli::try_parse_from(call) {
        let told = [ErrorKind::DisplayHelp, ErrorKind::DisplayVersion];
        assert!(told.contains(&error.kind()), "{page}: {call:?}: {error}");
    }
}

#[test]
fn every_command_of_the_pages_parses() {
    let mut seen = 0;
    for (page, text) in pages() {
        for call in blocks(&text, &["sh", "console"]).iter().flat_map(|block| calls(block)) {
            must_parse(&page, &call);
            seen += 1;
        }
    }
    assert!(seen > 10, "only {seen} commands were found");
}

#[test]
fn every_command_that_a_sentence_names_exists() {
    let commands: BTreeSet<_> = Cli::command()
        .get_subcommands()
        .map(|command| command.get_name().to_owned())
        .collect();
    let mut seen = 0;
    for (page, text) in pages() {
        for span in spans(&text) {
            let tokens = words(&span);
            let named = tokens.len() > 1 && commands.contains(&tokens[0]);
            let called = if named {
                vec![[vec!["orderdesk-mcp".to_owned()], tokens].concat()]
            } else {
                calls_of(&tokens)
            };
            for call in called {
                seen += 1;
                let Err(error) = Cli::try_parse_from(&call) else {
                    continue;
                };
                // A sentence may leave out what a command needs.
                let incomplete = [
                    ErrorKind::MissingRequiredArgument,
                    ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand,
                    ErrorKind::DisplayHelp,
                ];
                let stand_in = error.kind() == ErrorKind::ValueValidation || error.kind() == ErrorKind::InvalidValue;
                let stand_in = stand_in
                    && call
                        .iter()
                        .any(|word| word.chars().all(|c| c.is_ascii_uppercase() || c == '-'));
                assert!(
                    incomplete.contains(&error.kind()) || stand_in,
                    "{page}: {span}: {error}"
                );
            }
        }
    }
    assert!(seen > 30, "only {seen} commands were found");
}

/// Every name that may be set in this version.
fn names() -> BTreeSet<String> {
    let rows: Vec<&Setting> = listed().into_iter().flat_map(|section| section.rows).collect();
    rows.iter()
        .flat_map(|row| [Some(row.name.to_owned()), row.file_twin()])
        .flatten()
        .collect()
}

/// The names in capitals that stand before an equals sign.
fn assigned(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (end, _) in text.match_indices('=') {
        let name = text[..end]
            .rsplit(|c: char| !(c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_'))
            .next();
        let name = name.unwrap_or_default();
        let before = text[..end - name.len()].chars().next_back();
        let is_whole = before.is_none_or(|c| !(c.is_alphanumeric() || c == '-' || c == '{'));
        if name.len() > 2 && is_whole && name.starts_with(|c: char| c.is_ascii_uppercase()) {
            found.push(name.to_owned());
        }
    }
    found
}

#[test]
fn every_variable_that_the_pages_set_is_a_setting_of_this_version() {
    let names = names();
    let mut seen = 0;
    for (page, text) in pages() {
        for name in assigned(&text)
            .into_iter()
            .filter(|name| !NOT_OURS.contains(&name.as_str()))
        {
            assert!(names.contains(&name), "{page}: {name} is no setting of this version");
            seen += 1;
        }
    }
    assert!(seen > 12, "only {seen} settings were found");
}

/// How the names of the other programs begin, of capabilities and of families of addresses.
const OF_THE_NEIGHBOURS: &[&str] = &["POSTGRES_", "NET_", "AF_", "STATE_DIRECTORY"];

/// What the image, the compose files, the manifests, the units, the bundle and the registry's entry set.
#[test]
fn every_variable_of_the_packaging_is_a_setting_of_this_version() {
    let names = names();
    let deploy = root().join("deploy");
    let mut sources = vec![root().join("server.json"), deploy.join("Dockerfile")];
    for extension in ["yaml", "json", "service"] {
        sources.extend(files(&deploy, extension));
    }
    let mut seen = 0;
    for source in sources {
        let text = fs::read_to_string(&source).unwrap();
        let lines = text.lines().filter(|line| !line.trim_start().starts_with('#'));
        let words = lines.flat_map(|line| line.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_')));
        let is_name = |word: &&str| {
            let in_capitals = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
            word.contains('_') && word.chars().any(|c| c.is_ascii_uppercase()) && word.chars().all(in_capitals)
        };
        for word in words.filter(is_name) {
            let foreign = OF_THE_NEIGHBOURS.iter().any(|other| word.starts_with(other));
            assert!(foreign || names.contains(word), "{}: {word}", source.display());
            seen += usize::from(!foreign);
        }
    }
    assert!(seen > 20, "only {seen} settings were found");
}

#[test]
fn every_name_in_capitals_is_a_setting_or_an_error_code() {
    let codes = serde_json::to_value(od_engine::error_codes()).unwrap();
    let codes: BTreeSet<_> = codes
        .as_array()
        .unwrap()
        .iter()
        .map(|code| code["code"].as_str().unwrap().to_owned())
        .collect();
    assert!(codes.contains("VALIDATION_ERROR"), "{codes:?}");
    let names = names();
    for (page, text) in pages() {
        for span in spans(&text) {
            let is_name = span.contains('_')
                && span
                    .chars()
                    .all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_');
            if is_name && span.len() > "_FILE".len() && !NOT_OURS.contains(&span.as_str()) {
                assert!(
                    names.contains(&span) || codes.contains(&span),
                    "{page}: what is {span}?"
                );
            }
        }
    }
}

#[test]
fn every_client_entry_of_the_pages_is_json() {
    let mut entries = 0;
    for (page, text) in pages() {
        for block in blocks(&text, &["json"]) {
            let value: Value = serde_json::from_str(&block).unwrap_or_else(|error| panic!("{page}: {error}: {block}"));
            let Some(servers) = value.get("mcpServers").or_else(|| value.get("servers")) else {
                continue;
            };
            for (name, server) in servers.as_object().unwrap() {
                assert!(
                    server
                        .get("command")
                        .or_else(|| server.get("url"))
                        .is_some_and(Value::is_string),
                    "{page}: {name}"
                );
                entries += 1;
            }
        }
    }
    assert!(entries > 1, "only {entries} entries were found");
}

/// A message in docs/troubleshooting.md is one that the program says: its text, between what varies (`…`), is in the sources.
#[test]
fn every_message_that_is_explained_is_said_somewhere() {
    let mut said = String::new();
    for source in files(&root().join("crates"), "rs") {
        if source.components().all(|part| part.as_os_str() != "target") {
            let text = fs::read_to_string(&source).unwrap();
            for part in text.split("\\\n") {
                said.push_str(part.trim_start());
            }
        }
    }
    let said = said.replace("\\\"", "\"");
    let page = fs::read_to_string(root().join("docs/troubleshooting.md")).unwrap();
    let mut seen = 0;
    for row in page.lines().filter(|line| line.starts_with("| `")) {
        let cell = row.trim_start_matches("| ").split(" | ").next().unwrap();
        for message in cell.split('`').skip(1).step_by(2) {
            for part in message.split('…').map(str::trim).filter(|part| part.len() > 3) {
                assert!(said.contains(part), "nothing says {part:?}");
            }
            seen += 1;
        }
    }
    assert!(seen > 20, "only {seen} messages were found");
}
