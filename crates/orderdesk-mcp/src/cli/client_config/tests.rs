use std::{
    fs,
    path::{Path, PathBuf},
};

use serde_json::{Value, json};

use super::{Launch, Merged, Wanted};
use crate::cli::Failure;

/// How the program is started with these variables, and with those when nothing is said.
fn launch_with(environment: &Value, defaults: &Value) -> Launch {
    let map = |value: &Value| value.as_object().unwrap().clone();
    Launch {
        program: "/bin/orderdesk-mcp".into(),
        environment: map(environment),
        shown: map(environment),
        defaults: map(defaults),
        asked_for: false,
    }
}

/// What setup knows when this master key was given, or none.
fn given(key: Option<&str>) -> Launch {
    let environment = key.map_or_else(|| json!({}), |key| json!({ "MCP_MASTER_KEY": key }));
    launch_with(&environment, &json!({}))
}

fn launch() -> Launch {
    given(Some("the master key"))
}

fn merge(path: &Path) -> Result<Merged, Failure> {
    super::merge(path, Wanted::Start(&launch()))
}

fn entry() -> Value {
    let env = json!({ "MCP_MASTER_KEY": "the master key" });
    json!({ "orderdesk": { "command": "/bin/orderdesk-mcp", "args": ["stdio"], "env": env } })
}

fn check(before: Option<&str>, after: &Value) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mcp.json");
    if let Some(before) = before {
        fs::write(&path, before).unwrap();
    }
    merge(&path).unwrap();
    let found: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
    assert_eq!(&found, after);
    let backup = fs::read_to_string(folder.path().join("mcp.json.before-orderdesk")).ok();
    assert_eq!(backup.as_deref(), before.filter(|before| !before.is_empty()));
}

#[test]
fn a_new_file_holds_the_entry_alone() {
    check(None, &json!({ "mcpServers": entry() }));
    check(Some(""), &json!({ "mcpServers": entry() }));
}

#[test]
fn everything_else_in_the_file_stays() {
    let with = |orderdesk: &Value| json!({ "theme": "dark", "mcpServers": { "files": { "command": "files" }, "orderdesk": orderdesk } });
    let old = json!({ "command": "orderdesk-mcp", "env": { "MCP_MASTER_KEY": "the master key" } });
    check(Some(&with(&old).to_string()), &with(&entry()["orderdesk"]));
}

#[test]
fn a_file_that_would_not_stay_what_it_is_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mcp.json");
    for (text, reason) in [
        ("[]", "it is not a JSON object"),
        (r#"{"mcpServers":[]}"#, "its mcpServers is not a map"),
        (r#"{"servers":1}"#, "its servers is not a map"),
        (r#"{"servers":{},"inputs":{}}"#, "its inputs is not a list"),
        (r#"{"mcpServers":{"a":1,}"#, "it is not JSON"),
        (r#"{"mcpServers":{"a":1,"a":2}}"#, "it has a name twice"),
    ] {
        fs::write(&path, text).unwrap();
        for refused in [super::check(&path, &launch()), merge(&path).map(drop)] {
            let refused = refused.unwrap_err().to_string();
            assert!(
                refused.contains("was not changed") && refused.contains(reason) && refused.contains("by hand"),
                "{refused}"
            );
        }
        assert_eq!(fs::read_to_string(&path).unwrap(), text);
    }
}

/// What stands in a project's folder is seen by whoever sees the project, and VS Code can ask for a key.
#[test]
fn a_file_of_vs_code_gets_its_entry_and_no_secret() {
    let folder = tempfile::tempdir().unwrap();
    let launch = Launch {
        shown:
            json!({ "MCP_MASTER_KEY": "odmk_new", "DATABASE_URL": "postgres://od:***@db/od", "MCP_KMS_KEY_FILE": "/k" })
                .as_object()
                .unwrap()
                .clone(),
        ..launch_with(
            &json!({ "MCP_MASTER_KEY": "odmk_new", "DATABASE_URL": "postgres://od:secret@db/od", "MCP_KMS_KEY_FILE": "/k" }),
            &json!({}),
        )
    };
    let project = folder.path().join(".vscode");
    let user = folder.path().join("Code/User");
    for folder in [&project, &project.join("below"), &user, &user.join("profiles/1")] {
        fs::create_dir_all(folder).unwrap();
    }
    let old = folder.path().join("mcp.json");
    let before = "{\n\t// Ours.\n\t\"servers\": {\n\t\t\"files\": { \"type\": \"http\", \"url\": \"https://f\" },\n\t},\n\t\"inputs\": []\n}\n";
    fs::write(&old, before).unwrap();
    for path in [
        &project.join("mcp.json"),
        &project.join("below/../mcp.json"),
        &user.join("mcp.json"),
        &user.join("profiles/1/mcp.json"),
        &old,
    ] {
        super::check(path, &launch).unwrap();
        let merged = super::merge(path, Wanted::Start(&launch)).unwrap();
        assert!(!merged.holds_key);
        let text = fs::read_to_string(path).unwrap();
        assert!(!text.contains("odmk_new") && !text.contains("secret"), "{text}");
        let again = super::merge(path, Wanted::Start(&launch)).unwrap();
        assert!(!again.changed, "{text}");
    }
    let text = fs::read_to_string(&old).unwrap();
    insta::assert_snapshot!("a_file_of_vs_code", text);

    // Elsewhere VS Code reads none, and an extension has a file of its own in the shape that most clients share.
    let refused = super::check(&user.join("settings.json"), &launch)
        .unwrap_err()
        .to_string();
    assert!(refused.contains("mcp.json beside it"), "{refused}");
    let extension = user.join("globalStorage/mcp_settings.json");
    fs::create_dir(user.join("globalStorage")).unwrap();
    assert!(super::merge(&extension, Wanted::Start(&launch)).unwrap().holds_key);
    let both = folder.path().join("both.json");
    fs::write(&both, r#"{"servers":{},"mcpServers":{}}"#).unwrap();
    assert!(super::merge(&both, Wanted::Start(&launch)).unwrap().holds_key);
}

#[test]
fn an_entry_whose_key_the_client_asks_for_is_only_changed_by_hand() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mcp.json");
    let env = json!({ "MCP_MASTER_KEY": "${input:their-key}" });
    let text = json!({ "servers": { "orderdesk": { "command": "orderdesk-mcp", "env": env } } }).to_string();
    fs::write(&path, &text).unwrap();
    let refused = merge(&path).unwrap_err().to_string();
    assert!(
        refused.contains("the client asks for") && refused.contains("It holds no key"),
        "{refused}"
    );
    assert_eq!(fs::read_to_string(&path).unwrap(), text);
}

/// Terminals drop a path in quotes or with backslashes, and no shell sees what is typed at a question.
#[test]
fn a_path_is_understood_as_people_type_it() {
    let home = etcetera::home_dir().unwrap();
    let check = |typed: &str, path: &Path| assert_eq!(super::typed(typed), path, "{typed}");
    check("/a/mcp.json", Path::new("/a/mcp.json"));
    check("'/a b/mcp.json'", Path::new("/a b/mcp.json"));
    check("\"/a b/mcp.json\"", Path::new("/a b/mcp.json"));
    check("~/.cursor/mcp.json", &home.join(".cursor/mcp.json"));
    check("\"~/.cursor/mcp.json\"", &home.join(".cursor/mcp.json"));
    check("'/it", Path::new("'/it"));
    #[cfg(unix)]
    check("/a\\ b/mcp.json", Path::new("/a b/mcp.json"));
    #[cfg(unix)]
    assert_eq!(
        super::from_home(Path::new("/a\\ b")),
        Path::new("/a\\ b"),
        "a shell was there"
    );
}

/// A file whose entry has these variables, and a file with the key in it.
fn with_entry(env: &Value) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mcp.json");
    fs::write(folder.path().join("key"), "the master key\n").unwrap();
    let text = json!({ "mcpServers": { "orderdesk": { "command": "orderdesk-mcp", "env": env } } }).to_string();
    fs::write(&path, text.replace("$FOLDER", folder.path().to_str().unwrap())).unwrap();
    (folder, path)
}

#[test]
fn only_the_tenants_own_entry_is_rewritten() {
    let check = |env: Value, given: Option<&str>, free: bool| {
        let (_folder, path) = with_entry(&env);
        let checked = super::check(&path, &super::tests::given(given));
        assert_eq!(checked.is_ok(), free, "{env}");
        if let Err(refused) = checked {
            assert_eq!(refused.code(), 2);
            let told = refused.to_string();
            assert!(
                told.contains("MCP_MASTER_KEY") && !told.contains("the master key"),
                "{told}"
            );
        }
    };
    let inline = json!({ "MCP_MASTER_KEY": "the master key" });
    let kept = json!({ "MCP_MASTER_KEY_FILE": "$FOLDER/key" });
    for env in [inline, kept] {
        check(env.clone(), Some("the master key"), true);
        check(env.clone(), Some("another key"), false);
        check(env, None, false);
    }
    check(json!({}), Some("the master key"), false);
    check(
        json!({ "MCP_MASTER_KEY_FILE": "/nowhere/key" }),
        Some("the master key"),
        false,
    );
}

#[test]
fn who_meets_another_entry_is_told_what_can_be_done() {
    let check = |entry: Value, advice: &str| {
        let (_folder, path) = with_entry(&json!({}));
        fs::write(&path, json!({ "mcpServers": { "orderdesk": entry } }).to_string()).unwrap();
        let told = super::check(&path, &given(Some("another key")))
            .unwrap_err()
            .to_string();
        assert!(
            told.contains("is not signed in with the MCP_MASTER_KEY of this setup"),
            "{told}"
        );
        assert!(told.contains(advice), "{told}");
    };
    check(
        json!({ "command": "orderdesk-mcp", "env": { "MCP_MASTER_KEY": "the master key" } }),
        "set as it is there",
    );
    check(
        json!({ "command": "orderdesk-mcp", "env": { "MCP_MASTER_KEY_FILE": "/nowhere/key" } }),
        "set as it is there",
    );
    check(
        json!({ "command": "docker", "env": { "MCP_MASTER_KEY": "the master key" } }),
        "is not changed by setup whatever",
    );
    check(
        json!({ "url": "http://127.0.0.1:8080/mcp", "headers": { "Authorization": "Bearer ${env:KEY}" } }),
        "no MCP_MASTER_KEY in that entry",
    );
}

#[test]
fn an_entry_that_starts_something_else_stays_whole() {
    let check = |command: Option<&str>, free: bool| {
        let (_folder, path) = with_entry(&json!({}));
        let entry = json!({
            "command": command, "args": ["run", "orderdesk-mcp"], "env": { "MCP_MASTER_KEY": "the master key" },
        });
        fs::write(&path, json!({ "mcpServers": { "orderdesk": entry } }).to_string()).unwrap();
        match super::check(&path, &launch()) {
            Ok(()) => assert!(free, "{command:?}"),
            Err(refused) => {
                assert!(!free && refused.code() == 2, "{command:?}");
                assert!(refused.to_string().contains("does not start this program"), "{refused}");
            }
        }
    };
    let this = std::env::current_exe().unwrap();
    for program in [
        "orderdesk-mcp",
        "/old/orderdesk-mcp",
        "/mnt/c/orderdesk-mcp.exe",
        this.to_str().unwrap(),
    ] {
        check(Some(program), true);
    }
    for other in [
        None,
        Some("docker"),
        Some("npx"),
        Some("/bin/orderdesk-mcp.sh"),
        Some("/orderdesk-mcp/run"),
    ] {
        check(other, false);
    }
}

/// What such a file gives besides is not known: a database, a root key that would then be given twice, another Order Desk.
#[test]
fn an_entry_that_reads_a_file_stays_whole() {
    let check = |members: Value, free: bool| {
        let (_folder, path) = with_entry(&json!({}));
        let mut old = json!({ "command": "orderdesk-mcp", "env": { "MCP_MASTER_KEY": "the master key" } });
        old.as_object_mut()
            .unwrap()
            .extend(members.as_object().unwrap().clone());
        fs::write(&path, json!({ "mcpServers": { "orderdesk": old } }).to_string()).unwrap();
        match super::check(&path, &launch()) {
            Ok(()) => assert!(free, "{members}"),
            Err(refused) => {
                assert!(!free && refused.code() == 2, "{members}");
                let told = refused.to_string();
                assert!(told.contains("--config") && told.contains("store add"), "{told}");
            }
        }
    };
    check(json!({ "args": ["stdio", "--config", "c.toml"] }), false);
    check(json!({ "args": ["--config=c.toml"] }), false);
    check(json!({ "cwd": "/srv/orderdesk" }), false);
    check(
        json!({ "cwd": "/srv/orderdesk", "args": ["stdio", "--config", "c.toml"] }),
        false,
    );
    check(json!({ "args": ["stdio"], "disabled": true }), true);
}

/// People and clients may change the file while setup asks Order Desk.
#[test]
fn an_entry_that_came_in_between_is_refused_as_well() {
    let key = json!({ "MCP_MASTER_KEY": "the master key" });
    for (swapped_in, reason) in [
        (
            json!({ "command": "orderdesk-mcp", "env": { "MCP_MASTER_KEY": "another key" } }),
            "is not signed in",
        ),
        (json!({ "url": "http://127.0.0.1:8080/mcp" }), "is not signed in"),
        (json!("off"), "is not signed in"),
        (
            json!({ "command": "docker", "env": key }),
            "does not start this program",
        ),
        (
            json!({ "command": "orderdesk-mcp", "args": ["--config", "c.toml"], "env": key }),
            "that setup does not see",
        ),
    ] {
        let (folder, path) = with_entry(&key);
        super::check(&path, &launch()).unwrap();
        let text = json!({ "mcpServers": { "orderdesk": swapped_in } }).to_string();
        fs::write(&path, &text).unwrap();
        let refused = merge(&path).unwrap_err().to_string();
        assert!(
            refused.contains("was not changed") && refused.contains(reason),
            "{refused}"
        );
        assert_eq!(fs::read_to_string(&path).unwrap(), text);
        assert!(!folder.path().join("mcp.json.before-orderdesk").exists());
    }
}

/// What stands in the variables of an entry after those of another were laid over them.
fn check_variables(old: &Value, new: &Value, after: &Value) {
    check_with_defaults(old, new, &json!({}), after);
}

/// The same where setup used these variables because nothing else was given.
fn check_with_defaults(old: &Value, new: &Value, defaults: &Value, after: &Value) {
    let (folder, path) = with_entry(old);
    let here = |value: &Value| -> Value {
        let text = value.to_string().replace("$FOLDER", folder.path().to_str().unwrap());
        serde_json::from_str(&text).unwrap()
    };
    super::merge(&path, Wanted::Start(&launch_with(&here(new), &here(defaults)))).unwrap();
    let found: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
    assert_eq!(found["mcpServers"]["orderdesk"]["env"], here(after), "{old} {new}");
}

#[test]
fn a_secret_stays_where_it_is_kept_and_is_never_given_twice() {
    let (inline, kept) = (
        json!({ "MCP_MASTER_KEY": "the master key" }),
        json!({ "MCP_MASTER_KEY_FILE": "$FOLDER/key" }),
    );
    for old in [&inline, &kept] {
        for new in [&inline, &kept] {
            check_variables(old, new, old);
        }
    }
    // Another one, or a file that is gone, gives way in both forms.
    let with = |name: &str, value: &str| json!({ "MCP_MASTER_KEY": "the master key", name: value });
    for old in [
        with("DATABASE_URL", "sqlite:///old.db"),
        with("DATABASE_URL_FILE", "/nowhere/url"),
    ] {
        for new in [
            with("DATABASE_URL", "sqlite:///new.db"),
            with("DATABASE_URL_FILE", "$FOLDER/key"),
        ] {
            check_variables(&old, &new, &new);
        }
    }
}

/// The store was tried at Order Desk and stands in the database of the platform, so that is where the client must look: at
/// another address, whoever listens there would get the store's API key.
#[test]
fn an_entry_that_leads_elsewhere_does_not_stay() {
    let new = json!({ "MCP_MASTER_KEY": "the master key" });
    let defaults = json!({
        "MCP_KMS_KEY_FILE": "$FOLDER/key",
        "DATABASE_URL": "sqlite://$FOLDER/app.db",
        "ORDERDESK_API_BASE_URL": "https://app.orderdesk.me/api/v2",
    });
    let check = |variable: &str, value: &str, stays: bool| {
        let mut old = new.clone();
        old[variable] = value.into();
        let after = if stays { &old } else { &new };
        check_with_defaults(&old, &new, &defaults, after);
    };
    check("ORDERDESK_API_BASE_URL", "http://127.0.0.1:8090/api/v2", false);
    check("ORDERDESK_API_BASE_URL", "https://app.orderdesk.me/api/v2", true);
    check("DATABASE_URL", "postgres://elsewhere/app", false);
    check("DATABASE_URL_FILE", "/nowhere/url", false);
    check("DATABASE_URL", "sqlite://$FOLDER/app.db", true);
    check("MCP_KMS_KEY", "another root key", false);
    check("MCP_KMS_KEY_FILE", "/nowhere/key", false);
    // What stands in the file.
    check("MCP_KMS_KEY", "the master key", true);
    check("MCP_KMS_KEY_FILE", "$FOLDER/key", true);
    check("MCP_READ_ONLY", "true", true);
}

/// Somebody narrowed the server in the client's file; a second store must not widen it again.
#[test]
fn what_setup_does_not_decide_stays_in_the_entry() {
    let folder = tempfile::tempdir().unwrap();
    let (path, key) = (folder.path().join("mcp.json"), folder.path().join("key"));
    fs::write(&key, "the master key\n").unwrap();
    let before = json!({ "mcpServers": { "orderdesk": {
        "command": "/old/orderdesk-mcp",
        "args": ["stdio", "--verbose"],
        "env": { "MCP_MASTER_KEY_FILE": key, "MCP_READ_ONLY": "true", "MCP_DEFAULT_STORE": "Mug Shop" },
        "alwaysAllow": ["orders_list"],
        "disabled": true,
    } } });
    fs::write(&path, before.to_string()).unwrap();
    let env = json!({ "MCP_MASTER_KEY": "the master key", "ORDERDESK_API_BASE_URL": "http://127.0.0.1:1/api/v2" });
    super::merge(&path, Wanted::Start(&launch_with(&env, &json!({})))).unwrap();

    let mut after = before;
    after["mcpServers"]["orderdesk"]["command"] = "/bin/orderdesk-mcp".into();
    after["mcpServers"]["orderdesk"]["env"]["ORDERDESK_API_BASE_URL"] = "http://127.0.0.1:1/api/v2".into();
    let found: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
    assert_eq!(found, after);
}

#[test]
fn no_backup_is_ever_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mcp.json");
    for (text, name) in [
        (r#"{"of":1}"#, "mcp.json.before-orderdesk"),
        (r#"{"of":2}"#, "mcp.json.before-orderdesk-2"),
        (r#"{"of":3}"#, "mcp.json.before-orderdesk-3"),
    ] {
        fs::write(&path, text).unwrap();
        let backup = merge(&path).unwrap().backup.unwrap();
        assert_eq!(backup, folder.path().join(name));
        assert_eq!(fs::read_to_string(backup).unwrap(), text);
        let again = merge(&path).unwrap();
        assert!(!again.changed && again.backup.is_none(), "nothing changes");
    }
    assert!(
        fs::read_to_string(folder.path().join("mcp.json.before-orderdesk"))
            .unwrap()
            .contains('1')
    );
}

#[cfg(unix)]
#[test]
fn a_link_that_leads_nowhere_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let link = folder.path().join("mcp.json");
    std::os::unix::fs::symlink(folder.path().join("nothing.json"), &link).unwrap();
    for refused in [super::check(&link, &given(None)), merge(&link).map(drop)] {
        let refused = refused.unwrap_err().to_string();
        assert!(refused.contains("a link to a file that does not exist"), "{refused}");
    }
    assert!(link.is_symlink() && fs::read_dir(folder.path()).unwrap().count() == 1);
}

#[test]
fn nothing_is_left_beside_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mcp.json");
    super::check(&path, &given(None)).unwrap();
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    merge(&path).unwrap();
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

/// Not even root makes a file there.
#[cfg(target_os = "linux")]
#[test]
fn a_folder_that_takes_no_file_is_found_out_at_once() {
    let refused = super::check("/proc/mcp.json".as_ref(), &given(None))
        .unwrap_err()
        .to_string();
    assert!(refused.contains("/proc/mcp.json was not changed"), "{refused}");
}
