use std::{collections::BTreeSet, fs, path::Path};

use clap::ValueEnum;
use od_web::clients::{CLIENTS, EXAMPLE};
use serde_json::{Value, json};

use super::client::Client;
use crate::cli::client_config::{self, Layout, Merged, NAME, Wanted};

const URL: &str = "https://orders.example.com/mcp";

/// A folder with a client's own file in it, as that client wrote it (`fixtures/README.md`).
fn placed(name: &str) -> (tempfile::TempDir, std::path::PathBuf, String) {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/cli/connect/fixtures");
    let text = fs::read_to_string(fixtures.join(name)).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    fs::write(&path, &text).unwrap();
    (folder, path, text)
}

fn write(client: Client, path: &Path, url: &str) -> Merged {
    client_config::merge(path, Wanted::Reach(&client.reach(url))).unwrap()
}

const FILES: [(Client, &str); 7] = [
    (Client::ClaudeDesktop, "claude_desktop_config.json"),
    (Client::ClaudeCode, "claude.json"),
    (Client::Cursor, "cursor.json"),
    (Client::VsCode, "mcp.json"),
    (Client::Gemini, "settings.json"),
    (Client::Codex, "config.toml"),
    (Client::Inspector, "inspector.json"),
];

/// The lines of one text that do not follow each other in another, whatever stands between them.
fn gone(before: &str, after: &str) -> Vec<String> {
    let mut left = after.lines();
    let is_same = |line: &str, found: &str| found.trim_end_matches(',') == line.trim_end_matches(',');
    before
        .lines()
        .filter(|line| !left.any(|found| is_same(line, found)))
        .map(str::to_owned)
        .collect()
}

#[test]
fn what_a_client_wrote_stays_to_the_letter() {
    for (client, name) in FILES {
        let (folder, path, before) = placed(name);
        let first = write(client, &path, URL);
        assert!(first.changed, "{name}");
        assert_eq!(fs::read_to_string(first.backup.unwrap()).unwrap(), before, "{name}");
        let after = fs::read_to_string(&path).unwrap();
        assert_eq!(gone(&before, &after), Vec::<String>::new(), "{name}: {after}");
        assert!(after.contains(URL), "{name}");

        let again = write(client, &path, URL);
        assert!(!again.changed && again.backup.is_none(), "{name}");
        assert_eq!(fs::read_to_string(&path).unwrap(), after, "{name}");

        assert!(write(client, &path, "https://other.example.com/mcp").changed, "{name}");
        let other = fs::read_to_string(&path).unwrap();
        assert_eq!(other, after.replace(URL, "https://other.example.com/mcp"), "{name}");
        assert_eq!(
            fs::read_dir(folder.path()).unwrap().count(),
            3,
            "{name}: two backups and the file"
        );
    }
}

#[test]
fn a_file_that_cannot_be_understood_is_left_alone() {
    for (client, name) in FILES {
        let (folder, path, before) = placed(name);
        let broken = before.replacen('"', "", 1);
        fs::write(&path, &broken).unwrap();
        let refused = client_config::merge(&path, Wanted::Reach(&client.reach(URL))).unwrap_err();
        assert!(refused.to_string().contains("was not changed"), "{refused}");
        assert_eq!(fs::read_to_string(&path).unwrap(), broken, "{name}");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "{name}");
    }
}

#[test]
fn every_client_has_its_texts_and_its_entry() {
    let ids: BTreeSet<_> = CLIENTS.iter().map(|texts| texts.id).collect();
    let ours: BTreeSet<_> = Client::value_variants().iter().map(|client| client.id()).collect();
    assert_eq!(ids, ours);
    for client in Client::value_variants() {
        assert_eq!(client.texts().id, client.to_possible_value().unwrap().get_name());
        let entry = Value::from(client.reach(URL).entry().clone());
        assert!(entry.to_string().contains(URL), "{client:?}");
    }
    // What is pasted there is the file itself.
    assert_eq!(
        Value::from(Client::VsCode.reach(URL).entry().clone()),
        json!({ "type": "http", "url": URL })
    );
    assert_eq!(
        Value::from(Client::Cursor.reach(URL).entry().clone()),
        json!({ "url": URL })
    );
}

/// The pages in `docs/clients/` are where each text was tried.
#[test]
fn every_entry_stands_in_the_documentation_of_its_client() {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/clients");
    for (client, name) in FILES {
        let page = fs::read_to_string(docs.join(format!("{}.md", client.id()))).unwrap();
        let entry = client.reach(EXAMPLE).entry().clone();
        if client.layout() == Layout::Codex {
            let text = client_config::file_with(name.as_ref(), client.layout(), &entry, Vec::new()).unwrap();
            assert!(page.contains(text.trim_end()), "{name}");
            continue;
        }
        let blocks = page
            .split("```json\n")
            .skip(1)
            .map(|block| block.split("```").next().unwrap());
        let found = blocks
            .map(|block| serde_json::from_str::<Value>(block).unwrap())
            .any(|whole| whole[client.layout().map()][NAME] == Value::from(entry.clone()));
        assert!(found, "{name}: {entry:?}");
    }
}
