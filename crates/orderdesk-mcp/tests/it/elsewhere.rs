//! Stories of an address of the database in which somebody made a slip.

use crate::program::Home;

/// A home with a root key, whose database is named by an address.
fn home_at(address: &str) -> Home {
    let mut home = Home::new();
    home.set("MCP_KMS_KEY", "q83vASNFZ4mrze8BI0VniavN7wEjRWeJq83vASNFZ4k=");
    home.set("DATABASE_URL", address);
    home
}

#[test]
fn a_command_that_only_looks_makes_no_database() {
    let mut home = Home::new();
    let missing = home.path("nope/deep/x.db");
    let address = format!("sqlite://{}", missing.display());
    home.set("MCP_KMS_KEY", "q83vASNFZ4mrze8BI0VniavN7wEjRWeJq83vASNFZ4k=");
    home.set("DATABASE_URL", &address);
    home.set("MCP_MASTER_KEY", "a key of nobody's that is long enough");
    for words in [
        &["tenant", "list"][..],
        &["tenant", "show", "--tenant", "Blue"],
        &["store", "list"],
        &["token", "list"],
        &["grant", "list"],
        &["audit", "verify"],
        &["kms", "rotate", "--status"],
        &["call", "stores_list"],
        &["backup", "copy.db"],
        &["stdio"],
    ] {
        let told = home.run(words).failed(2);
        assert!(
            told.contains(&format!("there is no database at {address} (DATABASE_URL)")),
            "{words:?}: {told}"
        );
        assert!(
            told.contains("Check the path; `serve` or `setup` makes a new one."),
            "{words:?}: {told}"
        );
    }
    let told = home.run(&["doctor"]);
    assert!(told.stdout.contains("there is no database at"), "{}", told.stdout);
    assert!(!home.path("nope").exists());
}

#[test]
fn a_folder_that_nobody_made_is_not_made_unasked() {
    let mut home = Home::new();
    let address = format!("sqlite://{}", home.path("nope/deep/x.db").display());
    home.set("MCP_KMS_KEY", "q83vASNFZ4mrze8BI0VniavN7wEjRWeJq83vASNFZ4k=");
    home.set("DATABASE_URL", &address);
    for words in [
        &["tenant", "create"][..],
        &["migrate"],
        &["serve", "--port", "0"],
        &["setup", "--store-id", "1", "--api-key-env", "MCP_KMS_KEY"],
    ] {
        let told = home.run(words).failed(2);
        assert!(told.contains("there is no folder "), "{words:?}: {told}");
        assert!(told.contains("make the folder first"), "{words:?}: {told}");
    }
    assert!(!home.path("nope").exists());
    std::fs::create_dir_all(home.path("nope/deep")).unwrap();
    home.run(&["tenant", "create"]).ok();
    home.run(&["tenant", "list"]).ok();
}

#[test]
fn the_programs_own_folder_is_made_and_an_empty_file_is_no_database() {
    let home = home_at("sqlite://empty.db");
    std::fs::write(home.working_directory().join("empty.db"), "").unwrap();
    let told = home.run(&["tenant", "list"]).failed(2);
    assert!(told.contains("there is no database at sqlite://empty.db"), "{told}");
    let mut home = Home::new();
    home.set("MCP_KMS_KEY", "q83vASNFZ4mrze8BI0VniavN7wEjRWeJq83vASNFZ4k=");
    assert!(!home.path(".local").exists());
    home.run(&["tenant", "create"]).ok();
    assert!(home.path(".local/share/orderdesk-mcp/app.db").exists());
}

#[test]
fn who_is_not_known_is_told_where_was_looked() {
    let mut home = home_at("sqlite://other.db");
    home.run(&["tenant", "create"]).ok();
    home.set("MCP_MASTER_KEY", "a key of nobody's that is long enough");
    for words in [
        &["store", "list"][..],
        &["token", "list"],
        &["grant", "list"],
        &["stdio"],
    ] {
        let told = home.run(words);
        assert!(
            told.stderr
                .contains("The database looked in is sqlite://other.db (DATABASE_URL)."),
            "{words:?}: {}",
            told.stderr
        );
    }
}
