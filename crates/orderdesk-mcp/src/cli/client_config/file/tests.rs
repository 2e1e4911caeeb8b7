use std::{fs, path::Path};

#[test]
fn a_folder_of_vs_code_is_known_with_all_that_is_below_it() {
    let check = |folder: &str, expected: bool| {
        assert_eq!(super::is_of_vs_code(Path::new(folder)), expected, "{folder}");
    };
    for folder in [
        "/project/.vscode",
        "/project/.vscode/below",
        "/project/below/../.vscode",
        "/home/.config/Code/User",
        "/home/.config/Code/User/profiles/-5d3a1f2b",
        "/home/Library/Application Support/Code - Insiders/User/profiles/1",
        "/home/.config/VSCodium/User",
        "/home/.vscode-server/data/User",
        "/home/.vscode-server-insiders/data/User/profiles/1",
        "/home/.vscodium-server/data/User",
    ] {
        check(folder, true);
    }
    for folder in [
        "/",
        "/project",
        "/project/.vscode/..",
        "/project/.vscode/../below",
        "/home/.cursor",
        "/home/Code/project",
        "/home/.config/Code/User/globalStorage/extension/settings",
        "/home/.config/Code/User/profiles/1/globalStorage/extension",
        "/home/.vscode-server/data/User/globalStorage/extension",
    ] {
        check(folder, false);
    }
}

#[test]
fn only_a_file_of_a_usual_size_is_read_and_only_json_is_made() {
    let folder = tempfile::tempdir().unwrap();
    let refused = |name: &str, why: &str| {
        let failure = super::read(&folder.path().join(name)).unwrap_err();
        assert!(failure.message().contains(why), "{name}: {}", failure.message());
    };
    fs::create_dir(folder.path().join("folder")).unwrap();
    refused("folder", "is no regular file");
    let large = fs::File::create(folder.path().join("large.json")).unwrap();
    large.set_len(super::LARGEST + 1).unwrap();
    refused("large.json", "too large");
    refused("simulated-key-of-store-90001", "has to end in .json");
    assert_eq!(super::read(&folder.path().join("new.json")).unwrap(), "");
    #[cfg(unix)]
    assert!(
        super::read(Path::new("/dev/null")).is_err(),
        "it would be replaced by a file"
    );
}

#[cfg(unix)]
#[test]
fn a_link_does_not_hide_a_file_of_vs_code() {
    use std::os::unix::fs::symlink;
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    fs::create_dir(at(".vscode")).unwrap();
    fs::write(at(".vscode/mcp.json"), "{}").unwrap();
    symlink(at(".vscode"), at("settings")).unwrap();
    symlink(at(".vscode/mcp.json"), at("mcp.json")).unwrap();
    fs::create_dir_all(at("project/.vscode")).unwrap();
    fs::write(at("dotfile.json"), "{}").unwrap();
    symlink(at("dotfile.json"), at("project/.vscode/mcp.json")).unwrap();
    // A profile's folder whose real place has another name.
    fs::create_dir_all(at("dotfiles/profiles/1")).unwrap();
    fs::create_dir(at("Code")).unwrap();
    symlink(at("dotfiles"), at("Code/User")).unwrap();
    for name in [
        "settings/mcp.json",
        "mcp.json",
        "project/.vscode/mcp.json",
        "Code/User/profiles/1/mcp.json",
    ] {
        assert!(super::is_where_vs_code_looks(&at(name)), "{name}");
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
        super::private_write(&path, "{}").unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }
}

#[cfg(unix)]
#[test]
fn a_text_without_secrets_leaves_the_mode_as_it_was() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mcp.json");
    super::write_as_it_was(&path, "{}").unwrap();
    for mode in [0o600, 0o640, 0o664] {
        fs::set_permissions(&path, PermissionsExt::from_mode(mode)).unwrap();
        super::write_as_it_was(&path, "{ }").unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, mode);
    }
}

#[cfg(unix)]
#[test]
fn a_link_stays_one_and_what_it_leads_to_is_changed() {
    let folder = tempfile::tempdir().unwrap();
    let (link, real) = (folder.path().join("mcp.json"), folder.path().join("dotfiles.json"));
    fs::write(&real, "{}").unwrap();
    std::os::unix::fs::symlink(&real, &link).unwrap();
    super::private_write(&link, "new").unwrap();
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert_eq!(fs::read_to_string(&real).unwrap(), "new");
}

/// Only root can make a file another user's, and only root could take it away by writing it anew.
#[cfg(unix)]
#[test]
fn the_file_stays_its_owners() {
    use std::os::unix::fs::{MetadataExt, chown};
    const OTHER: u32 = 12_345;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mcp.json");
    fs::write(&path, "{}").unwrap();
    if chown(&path, Some(OTHER), Some(OTHER)).is_err() {
        return;
    }
    let backup = super::back_up(&path, "{}").unwrap();
    super::private_write(&path, "new").unwrap();
    for path in [path, backup] {
        let written = fs::metadata(&path).unwrap();
        assert_eq!((written.uid(), written.gid()), (OTHER, OTHER), "{}", path.display());
        assert_eq!(written.mode() & 0o777, 0o600);
    }
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
