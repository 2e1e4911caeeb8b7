use std::fs;

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
    super::check(&path).unwrap();
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    merge(&path, &entry()).unwrap();
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

/// Not even root makes a file there.
#[cfg(target_os = "linux")]
#[test]
fn a_folder_that_takes_no_file_is_found_out_at_once() {
    let refused = super::check("/proc/mcp.json".as_ref()).unwrap_err().to_string();
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
