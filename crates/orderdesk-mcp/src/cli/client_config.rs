//! The configuration of an MCP client: where this server's entry goes, and which entries are not ours to change.

mod document;
mod entry;
mod file;
mod launch;
mod layout;
mod reach;

use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};

use self::{document::Document, file::unusable};
pub use self::{
    launch::{Launch, NAME},
    layout::Layout,
    reach::Reach,
};
use crate::{
    cli::{Failure, output},
    config::tenants::MCP_MASTER_KEY,
};

/// What a person can always do.
const BY_HAND: &str =
    "Add the entry by hand: setup with --client-config none prints it, and so does connect without --write.";

/// What an entry is to do.
#[derive(Clone, Copy)]
pub enum Wanted<'a> {
    /// Start this program.
    Start(&'a Launch),
    /// Reach a server that runs already.
    Reach(&'a Reach),
}

/// The entry as a whole configuration file.
pub fn pretty(entry: &Value) -> String {
    format!("{:#}", json!({ "mcpServers": entry }))
}

/// A new file of this layout that holds an entry, with what the client asks its user for.
pub fn file_with(
    path: &Path,
    layout: Layout,
    entry: &Map<String, Value>,
    inputs: Vec<Value>,
) -> Result<String, Failure> {
    let unwritable = |why: String| unusable(path, &why);
    let mut whole = Map::new();
    if !inputs.is_empty() {
        whole.insert("inputs".to_owned(), inputs.into());
    }
    whole.insert(layout.map().to_owned(), json!({ NAME: entry }));
    let empty = Document::parse(Layout::notation(path), "").map_err(unwritable)?;
    empty.saying(&whole).map_err(unwritable)
}

/// A path that a shell may not have seen: with the home directory in the place of `~`, and without quotes around it.
pub fn from_home(path: &Path) -> PathBuf {
    let Some(text) = path.to_str() else {
        return path.to_owned();
    };
    let text = unquoted(text).unwrap_or(text);
    match (
        text.strip_prefix("~/").or_else(|| text.strip_prefix("~\\")),
        etcetera::home_dir(),
    ) {
        (Some(rest), Ok(home)) => home.join(rest),
        _ => text.into(),
    }
}

/// A path as people type it or terminals drop it: some put quotes around it, others a backslash before each blank.
pub fn typed(text: &str) -> PathBuf {
    let escaped = cfg!(unix) && unquoted(text).is_none();
    let text = if escaped {
        text.replace("\\ ", " ")
    } else {
        text.to_owned()
    };
    from_home(Path::new(&text))
}

fn unquoted(text: &str) -> Option<&str> {
    ['"', '\'']
        .iter()
        .find_map(|quote| text.strip_prefix(*quote)?.strip_suffix(*quote))
}

/// Whether the entry can be added to a client's file, as far as that can be known without changing it. An entry that is
/// there already must be of the tenant whose master key is used. Says so when others will be able to read what is written.
pub fn check(path: &Path, launch: &Launch) -> Result<(), Failure> {
    let folder = file::folder(path);
    if !folder.is_dir() {
        return Err(unusable(path, &format!("there is no folder {}", folder.display())));
    }
    let change = plan(path, Wanted::Start(launch))?;
    let private = file::can_be_private(path).map_err(|error| unusable(path, &error.to_string()))?;
    if !private && change.layout.holds_secrets() {
        output::note(&format!(
            "warning: {} is on a file system without file modes: others on this machine may read the master key in it.",
            path.display()
        ));
    }
    Ok(())
}

/// What becomes of a client's file.
struct Change {
    layout: Layout,
    before: String,
    /// None when it says all of it already.
    after: Option<String>,
    /// Whether the entry that was there named a master key.
    had_key: bool,
}

/// What became of it.
#[derive(Debug)]
pub struct Merged {
    /// Whether anything had to be changed.
    pub changed: bool,
    /// Where the file as it was is kept; none when there was nothing to keep or to change.
    pub backup: Option<PathBuf>,
    /// Whether the master key, or where it is kept, stands in it; else the client asks for it.
    pub holds_key: bool,
    /// Whether the entry that was there named a master key.
    pub had_key: bool,
}

/// Adds the entry to a client's file, over one that is there, and keeps everything else in it. The file as it was is kept
/// beside it. The file may be another than the one that [`check`] saw, so that an entry in it is judged again.
pub fn merge(path: &Path, wanted: Wanted<'_>) -> Result<Merged, Failure> {
    let Change {
        layout,
        before,
        after,
        had_key,
    } = plan(path, wanted)?;
    let holds_key = match wanted {
        Wanted::Start(launch) => layout.holds_secrets() && launch.has_key(),
        Wanted::Reach(_) => false,
    };
    let mut merged = Merged {
        changed: after.is_some(),
        backup: None,
        holds_key,
        had_key,
    };
    if let Some(after) = after {
        if !before.is_empty() {
            merged.backup = Some(file::back_up(path, &before)?);
        }
        let write = if holds_key {
            file::private_write
        } else {
            file::write_as_it_was
        };
        write(path, &after).map_err(|error| unusable(path, &error.to_string()))?;
    }
    Ok(merged)
}

/// Reads the file and decides.
fn plan(path: &Path, wanted: Wanted<'_>) -> Result<Change, Failure> {
    let by_hand = |why: &str| unusable(path, why).with_hint(BY_HAND);
    let before = file::read(path)?;
    let document = Document::parse(Layout::notation(path), &before).map_err(|why| by_hand(&why))?;
    let layout = Layout::of(path, document.value()).map_err(|why| unusable(path, &why))?;
    let old = document.value().get(layout.map()).and_then(|servers| servers.get(NAME));
    let new = match wanted {
        Wanted::Start(launch) => merged(document.value(), layout, launch),
        Wanted::Reach(reach) => reached(document.value(), layout, reach),
    };
    let new = new.map_err(|why| by_hand(&why))?;
    let unchanged = new == *document.value();
    if let (Some(old), Wanted::Start(launch)) = (old, wanted) {
        may_be_changed(path, old, unchanged, launch)?;
    }
    let had_key = old.is_some_and(entry::names_key);
    let after = if unchanged {
        None
    } else {
        Some(document.saying(&new).map_err(|why| by_hand(&why))?)
    };
    Ok(Change {
        layout,
        before,
        after,
        had_key,
    })
}

/// The map of the servers in what a file says.
fn servers(document: &mut Map<String, Value>, layout: Layout) -> Result<&mut Map<String, Value>, String> {
    match document.entry(layout.map()).or_insert_with(|| json!({})) {
        Value::Object(servers) => Ok(servers),
        _ => Err(format!("its {} is not a map", layout.map())),
    }
}

/// What the file is to say when the entry leads to an address.
fn reached(document: &Map<String, Value>, layout: Layout, reach: &Reach) -> Result<Map<String, Value>, String> {
    let mut reached = document.clone();
    let servers = servers(&mut reached, layout)?;
    let entry = reach.over(servers.get(NAME));
    servers.insert(NAME.to_owned(), entry.into());
    Ok(reached)
}

/// What the file is to say.
fn merged(document: &Map<String, Value>, layout: Layout, launch: &Launch) -> Result<Map<String, Value>, String> {
    let mut merged = document.clone();
    let servers = servers(&mut merged, layout)?;
    let new = launch.entry(layout);
    match servers.get_mut(NAME) {
        Some(old) if launch.asked_for && reach::leads_to_an_address(old) => {
            *old = reach::instead_of(old, &new).into();
        }
        Some(Value::Object(old)) => entry::lay_over(old, &new, &launch.used()),
        _ => {
            servers.insert(NAME.to_owned(), new.into());
        }
    }
    let inputs: Vec<_> = launch
        .inputs(layout)
        .into_iter()
        .filter(|input| servers.get(NAME).is_some_and(|entry| entry::asks_for(entry, input)))
        .collect();
    if inputs.is_empty() {
        return Ok(merged);
    }
    let Value::Array(asked) = merged.entry("inputs").or_insert_with(|| json!([])) else {
        return Err("its inputs is not a list".to_owned());
    };
    for input in inputs {
        if !asked.iter().any(|asked| asked["id"] == input["id"]) {
            asked.push(input);
        }
    }
    Ok(merged)
}

/// Refuses to change an entry of which setup does not know that it leads to the tenant and the database of this setup.
fn may_be_changed(path: &Path, entry: &Value, unchanged: bool, launch: &Launch) -> Result<(), Failure> {
    if launch.asked_for {
        if unchanged || entry::lacks_a_key_alone(entry, &launch.used()) {
            return Ok(());
        }
        if reach::leads_to_an_address(entry) {
            return if launch.has_key() {
                Ok(())
            } else {
                Err(signed_in_nowhere(path))
            };
        }
    }
    let refused = if entry::refers_to_key(entry) {
        if unchanged {
            return Ok(());
        }
        asked_for(path)
    } else if !entry::has_key(entry, &launch.used()) {
        occupied(path, entry)
    } else if !entry::starts_this_program(entry) {
        wrapped(path)
    } else if entry::reads_a_file(entry) {
        configured_elsewhere(path)
    } else {
        return Ok(());
    };
    Err(if launch.asked_for {
        refused.with_hint(if is_plain(entry) {
            GIVE_ITS_KEY
        } else {
            CHANGE_IT_BY_HAND
        })
    } else {
        refused
    })
}

/// Whether an entry starts this program and nothing around it, with settings that can be seen in it.
fn is_plain(entry: &Value) -> bool {
    entry::starts_this_program(entry) && !entry::reads_a_file(entry) && !entry::refers_to_key(entry)
}

/// What `connect` says of an entry of another key.
const GIVE_ITS_KEY: &str = "Set MCP_MASTER_KEY or MCP_MASTER_KEY_FILE as it is in that entry; or rename or remove the entry \
    first, and keep its key, if it holds one: it is stored nowhere else. Without --write what would be put there is shown.";
/// What `connect` says of an entry that no key would make ours to change.
const CHANGE_IT_BY_HAND: &str = "It starts a container or a script, reads settings from a file, or lets the client ask for the \
    key: this command does not change such an entry, whatever key it is given. Change it by hand to what is shown without \
    --write; or rename or remove it first, and keep its key, if it holds one: it is stored nowhere else.";

/// A server that a person can sign in at is worth more than a program that nobody is signed in to.
fn signed_in_nowhere(path: &Path) -> Failure {
    let name = MCP_MASTER_KEY.name;
    let why = "it leads to the address of a server; what would start this program in its place has no master key";
    let refused = format!(
        "{} was not changed: it has an entry {NAME:?} already, and {why}",
        path.display()
    );
    Failure::failed(refused).with_hint(format!(
        "Set {name} or {name}_FILE and run this again, or name another address with --url. To start the program without a \
         key, remove the entry first."
    ))
}

/// The entry that is there may hold the only copy of a master key, which opens stored credentials.
fn occupied(path: &Path, entry: &Value) -> Failure {
    let name = MCP_MASTER_KEY.name;
    let hint = if !is_plain(entry) && entry.get("command").is_some() {
        format!(
            "That entry starts a container or a script, or reads settings from a file, and is not changed by setup whatever \
             {name} is. Run setup with --client-config none and change the entry by hand to what setup prints; or rename or \
             remove it first, and keep its key, if it holds one: it is stored nowhere else."
        )
    } else if entry::names_key(entry) {
        format!(
            "To add the store to the tenant of that entry, run setup with {name} or {name}_FILE set as it is there. To \
             start with a new tenant, rename or remove the entry first, and keep its key: it is stored nowhere else."
        )
    } else {
        format!(
            "There is no {name} in that entry to compare with. Rename or remove the entry first, or run setup with \
             --client-config none and add the entry that it prints by hand."
        )
    };
    kept(path, &format!("it is not signed in with the {name} of this setup")).with_hint(hint)
}

/// Nobody but the client knows whose entry that is.
fn asked_for(path: &Path) -> Failure {
    kept(path, "its master key is one that the client asks for, so that nobody else knows whose entry it is").with_hint(
        "It holds no key: rename or remove it, and run setup again. Or run setup with --client-config none and change the \
         entry by hand to what setup prints.",
    )
}

/// A container or a script has arguments, and perhaps a database, of which nothing is known here.
fn wrapped(path: &Path) -> Failure {
    kept(path, "it does not start this program itself").with_hint(
        "Run setup with --client-config none. Every client of the tenant finds the new store: the entry can stay as it is \
         when what it starts uses the same database and root key. Else compare it with the one that setup prints.",
    )
}

/// Setup does not read what the entry reads. A setting that is given there and beside it may stop the program, and one that
/// is only given there may lead to another database or another Order Desk.
fn configured_elsewhere(path: &Path) -> Failure {
    kept(
        path,
        "it reads settings that setup does not see, from the file of its --config or a .env in its cwd",
    )
    .with_hint(format!(
        "Add the store with \"orderdesk-mcp store add\", run with that --config, in that folder, and with {} and any \
         database or root key set as in the entry: every client of the tenant finds it, and the entry can stay as it is. \
         Or run setup with --client-config none, and change the entry by hand to what setup prints.",
        MCP_MASTER_KEY.name
    ))
}

/// Why an entry stays as it is.
fn kept(path: &Path, why: &str) -> Failure {
    Failure::usage(format!(
        "{} was not changed: it has an entry {NAME:?} already, and {why}",
        path.display()
    ))
}

#[cfg(test)]
mod tests;
