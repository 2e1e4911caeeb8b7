//! The invariants of ARCHITECTURE.md that a program can check: who may depend on whom, who may name which library,
//! and what the pure parts keep out.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    process::Command,
};

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, Package};

/// Each crate and the crates of the workspace it may depend on.
const ARROWS: &[(&str, &[&str])] = &[
    ("orderdesk-mcp", &["od-web", "od-mcp", "od-engine", "od-sim"]),
    ("od-web", &["od-engine"]),
    ("od-mcp", &["od-engine"]),
    (
        "od-engine",
        &["od-record", "od-client", "od-db", "od-shared", "od-vault"],
    ),
    ("od-record", &[]),
    ("od-client", &[]),
    ("od-db", &[]),
    ("od-shared", &[]),
    ("od-vault", &[]),
    ("od-sim", &[]),
];

/// Crates whose tests may use the simulator. The program's own arrow to it is above.
const TESTED_AGAINST_THE_SIMULATOR: &[&str] = &["od-client", "od-engine", "od-mcp", "od-web"];

/// Libraries that carry a promise, and the only crates that may name them, tests included.
const NAMED_ONLY_BY: &[(&[&str], &[&str])] = &[
    // Order Desk is reached through one door.
    (&["reqwest"], &["od-client"]),
    // SQL is written in one place.
    (&["sqlx"], &["od-db"]),
    // So is what replicas share.
    (&["redis"], &["od-shared"]),
    // The engine and the pages know nothing of the protocol.
    (&["rmcp", "jsonschema"], &["od-mcp"]),
    (&["askama"], &["od-web"]),
    // Key bytes stay in the vault.
    (
        &[
            "aes-gcm",
            "hkdf",
            "bcrypt",
            "argon2",
            "subtle",
            "zeroize",
            "jwt-compact",
        ],
        &["od-vault"],
    ),
    // The simulator signs webhooks as Order Desk does, with a key of its own making.
    (&["hmac", "sha2"], &["od-vault", "od-sim"]),
    // Configuration, the command line, telemetry and mail belong to the program.
    (
        &[
            "clap",
            "toml",
            "toml_edit",
            "jsonc-parser",
            "serde-saphyr",
            "dotenvy",
            "etcetera",
            "rpassword",
            "tracing-subscriber",
            "opentelemetry",
            "opentelemetry_sdk",
            "opentelemetry-otlp",
            "opentelemetry-proto",
            "anyhow",
            "lettre",
            "mimalloc",
        ],
        &["orderdesk-mcp"],
    ),
    // Below the doors there is no HTTP server; the client's tests need one that misbehaves.
    (
        &["axum"],
        &["od-sim", "od-mcp", "od-web", "orderdesk-mcp", "od-client (tests)"],
    ),
];

/// Libraries that may not be in the build at all: each brings a second TLS stack or a C toolchain.
const BANNED: &[&str] = &["aws-lc-rs", "aws-lc-sys", "openssl", "openssl-sys", "native-tls"];

/// Libraries that a feature nobody needs would bring into the program's build.
const NOT_BUILT: &[&str] = &[
    // sqlx's derives: sqlx, both drivers, TLS, tokio and SQLite once more, for the compiler to run.
    "sqlx-macros",
    // Order Desk is spoken to over HTTP/1.1, and so are we.
    "h2",
];

/// Modules without IO and clock: functions of their arguments. `a/b` is `a/b.rs` and what stands in `a/b/`.
const PURE: &[&str] = &[
    "od-record/src",
    "od-vault/src",
    "od-client/src/retry",
    "od-engine/src/redact",
];

/// What a pure source does not contain.
const IMPURE: &[&str] = &[
    "async ",
    ".await",
    "tokio::",
    "std::fs",
    "std::io",
    "std::net",
    "std::env",
    "std::process",
    "SystemTime",
    "Instant",
    "now()",
];

/// Modules that may draw random bytes: nonces, salts and keys come from the operating system inside the vault.
const RANDOM: &[&str] = &["od-vault/"];

/// The sources that may make a secret readable, and what for. A folder stands for all files in it.
const EXPOSING: &[&str] = &[
    // Keys go into ciphers and hashes.
    "od-vault/src",
    // The API key goes into a header of every request, and is cut out of what Order Desk answers.
    "od-client/src/credentials.rs",
    "od-client/src/reply/excerpt.rs",
    // A new API key is checked and sealed; a store's budget is found by a digest of its key.
    "od-engine/src/stores/register.rs",
    "od-engine/src/stores.rs",
    // The address that Order Desk posts to is told to whoever may change the store.
    "od-engine/src/webhooks/options.rs",
    // A key that is nobody's is told by its shape.
    "od-engine/src/auth/mistaken.rs",
    // A new master key is handed out once.
    "od-engine/src/tenants.rs",
    // So are a tenant's later keys, and new tokens.
    "od-engine/src/keys.rs",
    "od-engine/src/credentials/personal.rs",
    "od-engine/examples/tokens.rs",
    "orderdesk-mcp/src/cli/tenant/keys.rs",
    "orderdesk-mcp/src/cli/token.rs",
    // So is the secret of a program that registers itself.
    "od-engine/src/oauth/register.rs",
    "od-web/src/oauth/register.rs",
    // The remembered result of a named create is opened.
    "od-engine/src/orders/create/named.rs",
    // So are answers that were kept because nobody could be given them.
    "od-engine/src/answers.rs",
    // What a change altered, for whoever has a key of the tenant.
    "od-engine/src/audit/kept.rs",
    // Orders of a copy.
    "od-engine/src/insight/chunk.rs",
    // A report, for whoever may read all that it was made from.
    "od-engine/src/insight/reports.rs",
    // Two engines on one database, to measure how a copy opens.
    "od-engine/examples/mirror.rs",
    // A reply that another process read.
    "od-engine/src/replies.rs",
    // The address of Redis may hold a password.
    "od-shared/src/shared.rs",
    "od-shared/src/testing.rs",
    // Sets of arguments for the console.
    "od-engine/src/templates.rs",
    // A master key is entered on a page, a code handed out once; the proof of a code is compared.
    "od-engine/src/sessions.rs",
    "od-engine/src/oauth/authorize.rs",
    "od-engine/src/oauth/exchange.rs",
    // A session goes into a browser's cookie, a code into the address it is sent back to, tokens to the client; its own secret is
    // read from a header.
    "od-web/src/cookies.rs",
    "od-web/src/oauth/way.rs",
    "od-web/src/oauth/token.rs",
    "od-web/src/oauth/program.rs",
    // A link goes into its mail.
    "od-web/src/mail.rs",
    // What makes a form good once goes into it; a new master key onto the page that shows it once.
    "od-engine/src/links.rs",
    "od-engine/src/links/sign_up.rs",
    "od-web/src/pages/signup.rs",
    // A page shows what a person made, once.
    "od-web/src/pages/keys/new.rs",
    "od-web/src/pages/keys/rotate.rs",
    // The states of confirmations are signed.
    "od-mcp/src/confirm.rs",
    // Settings are read, checked and masked, and go to the engine.
    "orderdesk-mcp/src/config",
    "orderdesk-mcp/src/app/contents.rs",
    "orderdesk-mcp/src/cli/context.rs",
    // The password goes to the mail server.
    "orderdesk-mcp/src/mail.rs",
    // What a caller sends is compared with the operator's token.
    "orderdesk-mcp/src/guard.rs",
    // A new key is printed once, or written into the client's configuration that needs it.
    "orderdesk-mcp/src/cli/keygen.rs",
    "orderdesk-mcp/src/cli/setup.rs",
    "orderdesk-mcp/src/cli/client_config/launch.rs",
    "orderdesk-mcp/src/cli/client_config/entry.rs",
    "orderdesk-mcp/src/cli/tenant.rs",
    // The demo's keys open simulated stores only.
    "orderdesk-mcp/src/cli/demo.rs",
    "orderdesk-mcp/src/cli/demo/keys.rs",
];

/// How a secret is made readable.
const EXPOSE: &[&str] = &["expose_secret", ".expose()"];

/// No file is longer than this, counted in lines that are neither blank nor comment.
const LONGEST_FILE: usize = 500;

#[test]
fn crates_depend_along_the_arrows_only() {
    let workspace = workspace();
    let arrows: BTreeMap<_, BTreeSet<_>> = ARROWS
        .iter()
        .map(|(from, to)| (*from, to.iter().copied().collect()))
        .collect();
    let members: BTreeSet<_> = workspace.packages.iter().map(|package| package.name.as_str()).collect();
    assert_eq!(
        members,
        arrows.keys().copied().collect(),
        "a crate is missing in the table of arrows, or too many"
    );

    let mut wrong = Vec::new();
    for package in &workspace.packages {
        let name = package.name.as_str();
        for dependency in package
            .dependencies
            .iter()
            .filter(|dependency| members.contains(dependency.name.as_str()))
        {
            let to = dependency.name.as_str();
            let for_tests = dependency.kind == DependencyKind::Development;
            let tested_against_it = for_tests && to == "od-sim" && TESTED_AGAINST_THE_SIMULATOR.contains(&name);
            // A crate names itself to turn on a feature for its own tests.
            let itself = for_tests && to == name;
            if !arrows[name].contains(to) && !tested_against_it && !itself {
                wrong.push(format!("{name} -> {to} ({:?})", dependency.kind));
            }
        }
    }
    assert!(wrong.is_empty(), "not among the arrows: {wrong:#?}");
}

#[test]
fn libraries_are_named_where_they_belong_only() {
    let workspace = workspace();
    let mut wrong = Vec::new();
    for (libraries, owners) in NAMED_ONLY_BY {
        for package in &workspace.packages {
            for dependency in package
                .dependencies
                .iter()
                .filter(|found| libraries.contains(&found.name.as_str()))
            {
                if !allowed(package, dependency.kind, owners) {
                    wrong.push(format!("{} names {}", package.name, dependency.name));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

fn allowed(package: &Package, kind: DependencyKind, owners: &[&str]) -> bool {
    let in_tests = format!("{} (tests)", package.name);
    owners.contains(&package.name.as_str())
        || (kind == DependencyKind::Development && owners.contains(&in_tests.as_str()))
}

#[test]
fn the_build_has_one_tls_stack_and_needs_no_cmake() {
    let lock = std::fs::read_to_string(root().join("Cargo.lock")).expect("Cargo.lock can be read");
    let locked: BTreeSet<_> = lock.lines().filter_map(|line| line.strip_prefix("name = ")).collect();
    assert!(locked.contains("\"rustls\""), "Cargo.lock is not written as expected");
    let found: Vec<_> = BANNED
        .iter()
        .filter(|name| locked.contains(format!("\"{name}\"").as_str()))
        .collect();
    assert!(
        found.is_empty(),
        "in the lock file: {found:?}; find who brings them with `cargo tree -i`"
    );
}

#[test]
fn the_program_is_built_without_what_nobody_needs() {
    // The lock file lists what features could bring as well; only cargo knows what they do bring.
    let tree = Command::new(env!("CARGO"))
        .current_dir(root())
        .args("tree --locked --edges normal,build --prefix none".split(' '))
        .output()
        .expect("cargo runs");
    let tree = String::from_utf8(tree.stdout).expect("names are UTF-8");
    let built: BTreeSet<_> = tree.lines().filter_map(|line| line.split(' ').next()).collect();
    assert!(
        built.contains("sqlx-core"),
        "cargo tree does not print what is expected: {tree}"
    );
    let found: Vec<_> = NOT_BUILT.iter().filter(|name| built.contains(**name)).collect();
    assert!(
        found.is_empty(),
        "built: {found:?}; find who brings them with `cargo tree -i`"
    );
}

#[test]
fn the_pure_parts_touch_nothing_outside() {
    let mut wrong = Vec::new();
    for module in PURE {
        let mut banned = IMPURE.to_vec();
        if !RANDOM.iter().any(|random| module.starts_with(random)) {
            banned.push("rand::");
        }
        for path in files_of(module).into_iter().filter(|path| !is_test(path)) {
            for (number, line) in code(&path) {
                for word in banned.iter().filter(|word| line.contains(**word)) {
                    wrong.push(format!("{}:{number}: {word}", path.display()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

fn files_of(module: &str) -> Vec<PathBuf> {
    let folder = root().join("crates").join(module);
    let file = folder.with_extension("rs");
    assert!(
        file.is_file() || folder.is_dir(),
        "the table of pure modules names {module}, which is gone"
    );
    [file, folder]
        .iter()
        .filter(|path| path.exists())
        .flat_map(|path| sources(path))
        .collect()
}

#[test]
fn secrets_are_made_readable_in_a_few_files_only() {
    let crates = root().join("crates");
    let exposing: Vec<_> = sources(&crates)
        .into_iter()
        .filter(|path| !is_test(path) && code(path).any(|(_, line)| EXPOSE.iter().any(|word| line.contains(word))))
        .map(|path| path.strip_prefix(&crates).expect("a source of ours").to_owned())
        .collect();
    let unlisted: Vec<_> = exposing
        .iter()
        .filter(|path| !EXPOSING.iter().any(|listed| path.starts_with(listed)))
        .collect();
    assert!(
        unlisted.is_empty(),
        "make secrets readable and are not listed: {unlisted:#?}"
    );
    let stale: Vec<_> = EXPOSING
        .iter()
        .filter(|listed| !exposing.iter().any(|path| path.starts_with(listed)))
        .collect();
    assert!(stale.is_empty(), "listed, but make no secret readable: {stale:#?}");
}

#[test]
fn no_source_file_is_too_long() {
    let mut wrong = Vec::new();
    for path in sources(&root().join("crates")) {
        let lines = code(&path).count();
        if lines > LONGEST_FILE {
            wrong.push(format!("{}: {lines} lines of code", path.display()));
        }
    }
    assert!(wrong.is_empty(), "longer than {LONGEST_FILE}: {wrong:#?}");
}

#[test]
fn modules_are_files_beside_their_folders() {
    let found: Vec<_> = sources(&root().join("crates"))
        .into_iter()
        .filter(|path| path.ends_with("mod.rs"))
        .collect();
    assert!(
        found.is_empty(),
        "use `foo.rs` beside `foo/`, not `foo/mod.rs`: {found:?}"
    );
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .canonicalize()
        .expect("the workspace's root exists")
}

fn workspace() -> Metadata {
    let mut command = MetadataCommand::new();
    command
        .current_dir(root())
        .no_deps()
        .other_options(["--offline".to_owned()]);
    command.exec().expect("cargo describes the workspace")
}

/// All Rust files at or below a path.
fn sources(path: &Path) -> Vec<PathBuf> {
    if path.is_file() {
        return vec![path.to_owned()];
    }
    let entries = path
        .read_dir()
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mut found = Vec::new();
    for entry in entries {
        let path = entry.expect("a folder can be listed").path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found.sort();
    found
}

fn is_test(path: &Path) -> bool {
    path.components()
        .any(|part| matches!(part.as_os_str().to_str(), Some("tests" | "tests.rs")))
}

/// The lines of a file that are neither blank nor comment, with their numbers.
fn code(path: &Path) -> impl Iterator<Item = (usize, String)> + use<> {
    let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let lines: Vec<_> = text.lines().map(|line| line.trim().to_owned()).collect();
    (1..)
        .zip(lines)
        .filter(|(_, line)| !line.is_empty() && !line.starts_with("//"))
}
