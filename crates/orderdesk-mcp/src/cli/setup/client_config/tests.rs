use std::fs;

use secrecy::SecretString;
use serde_json::{Value, json};

use super::merge;

fn entry() -> Value {
    json!({ "orderdesk": { "command": "/bin/orderdesk-mcp", "args": ["stdio"] } })
}

fn check(before: Option<&str>, after: &Value) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mcp.json");
    if let Some(before) = before {
        fs::write(&path, before).unwrap();
    }
    merge(&path, &entry()).unwrap();
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
    check(
        Some(r#"{"theme":"dark","mcpServers":{"files":{"command":"files"},"orderdesk":{"command":"old"}}}"#),
        &json!({ "theme": "dark", "mcpServers": { "files": { "command": "files" }, "orderdesk": entry()["orderdesk"] } }),
    );
}

#[test]
fn a_file_that_is_not_understood_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mcp.json");
    for text in ["{ // a comment\n}", "[]", r#"{"mcpServers":[]}"#] {
        fs::write(&path, text).unwrap();
        let refused = merge(&path, &entry()).unwrap_err().to_string();
        assert!(refused.contains("was not changed"), "{refused}");
        assert_eq!(fs::read_to_string(&path).unwrap(), text);
    }
}

#[test]
fn only_the_tenants_own_entry_is_rewritten() {
    let folder = tempfile::tempdir().unwrap();
    let (path, file) = (folder.path().join("mcp.json"), folder.path().join("key"));
    fs::write(&file, "the key\n").unwrap();
    let check = |env: Value, given: Option<&str>, free: bool| {
        let text = json!({ "mcpServers": { "orderdesk": { "command": "old", "env": env } } }).to_string();
        fs::write(&path, &text).unwrap();
        let given = given.map(SecretString::from);
        let checked = super::check(&path, given.as_ref());
        assert_eq!(checked.is_ok(), free, "{text}");
        if let Err(refused) = checked {
            assert_eq!(refused.code(), 2);
            let told = refused.to_string();
            assert!(told.contains("MCP_MASTER_KEY") && !told.contains("the key\n"), "{told}");
        }
    };
    let (inline, kept) = (
        json!({ "MCP_MASTER_KEY": "the key" }),
        json!({ "MCP_MASTER_KEY_FILE": file }),
    );
    check(inline.clone(), Some("the key"), true);
    check(kept.clone(), Some("the key"), true);
    for env in [inline, kept] {
        check(env.clone(), Some("another key"), false);
        check(env, None, false);
    }
    check(json!({}), Some("the key"), false);
    check(json!({ "MCP_MASTER_KEY_FILE": "/nowhere/key" }), Some("the key"), false);
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
        let backup = merge(&path, &entry()).unwrap().unwrap();
        assert_eq!(backup, folder.path().join(name));
        assert_eq!(fs::read_to_string(backup).unwrap(), text);
        assert_eq!(merge(&path, &entry()).unwrap(), None, "nothing changes");
    }
    assert!(
        fs::read_to_string(folder.path().join("mcp.json.before-orderdesk"))
            .unwrap()
            .contains('1')
    );
}

#[cfg(unix)]
#[test]
fn the_file_is_private_also_when_it_was_not() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let (new, old) = (folder.path().join("new.json"), folder.path().join("old.json"));
    fs::write(&old, "{}").unwrap();
    fs::set_permissions(&old, PermissionsExt::from_mode(0o644)).unwrap();
    for path in [new, old] {
        merge(&path, &entry()).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }
}

#[cfg(unix)]
#[test]
fn a_link_stays_one_and_what_it_leads_to_is_changed() {
    let folder = tempfile::tempdir().unwrap();
    let (link, real) = (folder.path().join("mcp.json"), folder.path().join("dotfiles.json"));
    fs::write(&real, "{}").unwrap();
    std::os::unix::fs::symlink(&real, &link).unwrap();
    merge(&link, &entry()).unwrap();
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert!(fs::read_to_string(&real).unwrap().contains("orderdesk"));
}

#[test]
fn nothing_is_left_beside_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mcp.json");
    super::check(&path, None).unwrap();
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    merge(&path, &entry()).unwrap();
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

/// Not even root makes a file there.
#[cfg(target_os = "linux")]
#[test]
fn a_folder_that_takes_no_file_is_found_out_at_once() {
    let refused = super::check("/proc/mcp.json".as_ref(), None).unwrap_err().to_string();
    assert!(refused.contains("/proc/mcp.json was not changed"), "{refused}");
}

#[cfg(unix)]
#[test]
fn a_file_that_others_may_read_is_not_private() {
    use std::os::unix::fs::PermissionsExt;
    let file = tempfile::tempfile().unwrap();
    for (mode, private) in [(0o600, true), (0o644, false), (0o777, false)] {
        file.set_permissions(PermissionsExt::from_mode(mode)).unwrap();
        assert_eq!(super::is_private(&file).unwrap(), private, "{mode:o}");
    }
}
