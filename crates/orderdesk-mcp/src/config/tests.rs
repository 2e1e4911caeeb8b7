use std::{collections::BTreeSet, fs, path::Path};

use secrecy::SecretString;

use super::{Loaded, Origin, Setting, Sources, environment_file, load, markdown, paths, table};

mod mail;
mod names;
mod operator;

fn environment(pairs: &[(&str, &str)]) -> Sources {
    let pairs = pairs
        .iter()
        .map(|(name, value)| ((*name).to_owned(), SecretString::from(*value)));
    Sources {
        environment: pairs.collect(),
        ..Sources::default()
    }
}

fn file(name: &str, text: &str) -> Sources {
    Sources {
        file: Some((name.into(), text.to_owned())),
        ..Sources::default()
    }
}

fn loaded(sources: &Sources) -> Loaded {
    load(sources).unwrap_or_else(|error| panic!("{error}"))
}

/// Every fault, one a line.
fn faults(sources: &Sources) -> Vec<String> {
    load(sources)
        .expect_err("there are faults")
        .0
        .iter()
        .map(ToString::to_string)
        .collect()
}

fn check(pairs: &[(&str, &str)], expected: &str) {
    let found = faults(&environment(pairs));
    assert!(
        found.iter().any(|fault| fault.contains(expected)),
        "{expected:?} is not in {found:#?}"
    );
}

#[test]
fn nothing_given_is_a_valid_configuration() {
    let loaded = loaded(&Sources::default());
    assert_eq!(loaded.settings.server.port, 8080);
    assert_eq!(loaded.settings.limits.burst_or_default(), 240);
    assert!(loaded.warnings.is_empty(), "{:?}", loaded.warnings);
    assert!(loaded.effective.iter().all(|row| row.origin == Origin::Default));
}

#[test]
fn every_default_reads_back_as_it_is_written_in_the_table() {
    let loaded = loaded(&Sources::default());
    for row in loaded.effective {
        assert_eq!(row.value.as_deref(), row.setting.default, "{}", row.setting.name);
    }
}

#[test]
fn every_example_is_allowed() {
    for row in table()
        .iter()
        .flat_map(|section| section.rows)
        .filter(|row| !row.secret)
    {
        // What is not built yet, or needs a second setting, is a fault of another kind.
        let found = load(&environment(&[(row.name, row.example)]))
            .err()
            .map_or_else(Vec::new, |error| error.0);
        assert!(
            found.iter().all(|fault| !fault.message.contains("Allowed:")),
            "{}: {found:?}",
            row.name
        );
    }
}

#[test]
fn every_name_is_in_the_table_once_and_described() {
    let mut seen = BTreeSet::new();
    for row in table().iter().flat_map(|section| section.rows) {
        assert!(seen.insert(row.name), "{} twice", row.name);
        assert!(row.about().ends_with('.') && row.about().len() > 15, "{}", row.name);
    }
    insta::assert_snapshot!(seen.into_iter().collect::<Vec<_>>().join("\n"));
}

#[test]
fn a_stronger_place_wins() {
    let mut sources = file("f.yaml", "port: 1001\nlog_level: DEBUG\nrate_limit_rpm: 7\n");
    sources.dotenv = Some("PORT=1002\nLOG_LEVEL=WARN\n".to_owned());
    sources.environment = vec![("PORT".to_owned(), "1003".into())];
    let loaded = loaded(&sources);
    let row = |name: &str| {
        let row = loaded.effective.iter().find(|row| row.setting.name == name).unwrap();
        (row.value.clone().unwrap(), row.origin.clone())
    };
    assert_eq!(row("PORT"), ("1003".to_owned(), Origin::Environment));
    assert_eq!(row("LOG_LEVEL"), ("WARN".to_owned(), Origin::DotEnv));
    assert_eq!(row("RATE_LIMIT_RPM"), ("7".to_owned(), Origin::File));
    assert_eq!(row("HOST"), ("127.0.0.1".to_owned(), Origin::Default));
}

#[test]
fn a_line_that_cannot_be_read_is_named_by_its_number() {
    let sources = Sources {
        dotenv: Some("# Ours\nPORT=1002\nMCP_KMS_KEY = not telling\n".to_owned()),
        ..Sources::default()
    };
    let told = faults(&sources).concat();
    assert!(told.contains("line 3") && !told.contains("telling"), "{told}");
}

#[test]
fn a_byte_order_mark_is_no_part_of_a_name() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("settings.yaml");
    fs::write(&path, "\u{FEFF}port: 1001\n").unwrap();
    let (_, text) = Sources::capture(Some(&path)).unwrap().file.unwrap();
    assert_eq!(text, "port: 1001\n");
}

#[test]
fn what_the_command_sets_wins_over_everything() {
    let mut sources = environment(&[("PORT", "1003"), ("MCP_KMS_KEY_FILE", "/nowhere")]);
    sources.command = vec![
        (&super::server::PORT, "7".to_owned()),
        (&super::root::MCP_KMS_KEY, "k".repeat(44)),
    ];
    assert_eq!(loaded(&sources).settings.server.port, 7);
}

#[test]
fn an_empty_variable_counts_as_not_given() {
    let loaded = loaded(&environment(&[("PORT", ""), ("REDIS_URL", " "), ("MCP_KMS_KEY", "")]));
    assert_eq!(loaded.settings.server.port, 8080);
    assert!(loaded.settings.cache.redis_url.is_none());
}

#[test]
fn a_bad_value_is_told_with_what_is_allowed_and_an_example() {
    check(
        &[("PORT", "abc")],
        r#"PORT "abc" (from environment) is not a whole number in range. Allowed: a whole number from 0 to 65535. Example: PORT=9000"#,
    );
    check(&[("PORT", "65536")], "Allowed: a whole number from 0 to 65535");
    check(
        &[("BCRYPT_COST", "3")],
        "is out of range. Allowed: a whole number from 4 to 15",
    );
    check(&[("ORDERDESK_HEADROOM", "1.5")], "is out of range");
    check(&[("ORDERDESK_HEADROOM", "NaN")], "is out of range");
    check(&[("MCP_READ_ONLY", "maybe")], "is neither true nor false");
    check(&[("LOG_FORMAT", "xml")], "Allowed: json, pretty");
    check(&[("HOST", "example.com")], "is not an IP address");
    check(&[("PUBLIC_URL", "orders.example.com")], "is not a URL");
    check(
        &[("PUBLIC_URL", "https://u:p@orders.example.com")],
        "carries a user name or password",
    );
    check(
        &[("ALLOWED_ORIGINS", "https://a.example/path")],
        r#"holds "https://a.example/path""#,
    );
    check(&[("ALLOWED_HOSTS", "a.example,http://b")], r#"holds "http://b""#);
    check(
        &[("TRUSTED_PROXIES", "10.0.0.0/33")],
        "neither an IP address nor a network",
    );
    check(
        &[("MCP_TOOLSETS", "orders,ordres")],
        r#"holds "ordres", which is not a toolset"#,
    );
    check(
        &[("DATABASE_URL", "mysql://db")],
        "is neither a SQLite nor a PostgreSQL URL",
    );
}

#[test]
fn a_bad_secret_is_never_shown() {
    for (name, secret) in [("MCP_MASTER_KEY", "tooshort"), ("DATABASE_URL", "mysql://u:hunter2@db")] {
        let found = faults(&environment(&[(name, secret)])).concat();
        assert!(
            found.contains(name) && !found.contains(secret) && !found.contains("hunter2"),
            "{found}"
        );
    }
}

#[test]
fn all_faults_are_told_at_once() {
    let mut sources = file("f.yaml", "prot: 1\nhost: nowhere\n");
    sources.environment = vec![
        ("PORT".to_owned(), "x".into()),
        ("METRICS_HOST".to_owned(), "0.0.0.0".into()),
    ];
    let found = faults(&sources);
    assert_eq!(found.len(), 4, "{found:#?}");
    assert!(
        found[0].contains("prot") && found[0].contains("Did you mean port?"),
        "{found:#?}"
    );
}

#[test]
fn settings_that_do_not_fit_together_are_told() {
    check(&[("CACHE_BACKEND", "redis")], "REDIS_URL is missing");
    check(&[("EMAIL_PROVIDER", "smtp")], "SMTP_HOST is missing");
    check(&[("EMAIL_PROVIDER", "smtp"), ("SMTP_USER", "me")], "belong together");
    check(&[("METRICS_HOST", "0.0.0.0")], "METRICS_PORT is missing");
    check(
        &[("METRICS_HOST", "0.0.0.0"), ("METRICS_PORT", "9464")],
        "METRICS_TOKEN is missing",
    );
    check(&[("HTTP_TIMEOUT", "2")], "HTTP_CONNECT_TIMEOUT is longer");
    check(
        &[("ORDERDESK_API_BASE_URL", "http://simulator:8090/api/v2")],
        "ORDERDESK_ALLOW_PLAIN_HTTP=true",
    );
    check(
        &[("SESSION_COOKIE_SAMESITE", "None"), ("SESSION_COOKIE_SECURE", "false")],
        "browsers refuse",
    );
    check(
        &[("ORDERDESK_TEST_ENABLED", "true")],
        "ORDERDESK_TEST_API_KEY is missing",
    );
}

#[test]
fn a_secret_can_come_from_a_file_but_not_twice() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("key");
    fs::write(&path, "a-master-key-of-mine\n").unwrap();
    let path = path.to_str().unwrap();

    let settings = loaded(&environment(&[("MCP_MASTER_KEY_FILE", path)])).settings;
    let key = settings.tenants.master_key.unwrap();
    assert_eq!(secrecy::ExposeSecret::expose_secret(&key), "a-master-key-of-mine");

    check(
        &[("MCP_MASTER_KEY_FILE", path), ("MCP_MASTER_KEY", "another-key-of-mine")],
        "Give one of them",
    );
    check(
        &[("MCP_MASTER_KEY_FILE", "/nowhere/at/all")],
        "MCP_MASTER_KEY_FILE /nowhere/at/all cannot be read",
    );
    // What is not a secret has no twin.
    assert_eq!(
        loaded(&environment(&[("PORT_FILE", "/nowhere")])).settings.server.port,
        8080
    );
}

#[test]
fn a_file_may_be_yaml_or_toml() {
    let yaml = file(
        "f.yml",
        "PORT: 9001\nallowed_hosts: [a.example, 'b.example:81']\nmcp_read_only: true\nhost:\n",
    );
    let toml = file(
        "f.toml",
        "port = 9001\nallowed_hosts = ['a.example', 'b.example:81']\nMCP_READ_ONLY = true\n",
    );
    for sources in [yaml, toml] {
        let settings = loaded(&sources).settings;
        assert_eq!((settings.server.port, settings.mcp.read_only), (9001, true));
        assert_eq!(settings.server.allowed_hosts.0, ["a.example", "b.example:81"]);
    }
}

#[test]
fn a_file_is_read_strictly() {
    let fault = |name: &str, text: &str| faults(&file(name, text)).concat();
    assert!(fault("f.yaml", "mcp_default_store: 0123").contains("is text: write it in quotes"));
    assert!(fault("f.yaml", "port: 1\nPORT: 2").contains("is given twice"));
    assert!(fault("f.yaml", "port: {a: 1}").contains("holds a map"));
    assert!(fault("f.json", "{}").contains("neither of the endings"));
    assert!(fault("f.yaml", "just text").contains("is not a YAML map"));
    assert!(fault("f.toml", "a = 1\nsecret hunter2").contains("near line 2"));
    assert!(!fault("f.toml", "a = 1\nsecret hunter2").contains("hunter2"));
}

#[test]
fn secrets_are_masked_when_shown() {
    let loaded = loaded(&environment(&[
        ("MCP_MASTER_KEY", "a-master-key-of-mine"),
        ("DATABASE_URL", "postgres://od:hunter2@db/od?password=hunter2"),
    ]));
    let shown: String = loaded.effective.iter().filter_map(|row| row.value.clone()).collect();
    assert!(
        !shown.contains("a-master-key-of-mine") && !shown.contains("hunter2"),
        "{shown}"
    );
    assert!(shown.contains("postgres://od:********@db/od?********"), "{shown}");
    assert!(!format!("{:?}", loaded.settings).contains("hunter2"));
}

#[test]
fn a_cheap_hash_is_warned_about() {
    assert!(
        loaded(&environment(&[("BCRYPT_COST", "4")]))
            .warnings
            .concat()
            .contains("BCRYPT_COST is below 10")
    );
}

#[test]
fn keys_that_cross_the_network_readable_are_warned_about() {
    let check = |host: &str, url: &str, expected: bool| {
        let warnings = loaded(&environment(&[("HOST", host), ("PUBLIC_URL", url)]))
            .warnings
            .concat();
        assert_eq!(
            warnings.contains("PUBLIC_URL is plain http"),
            expected,
            "{host} {url}: {warnings}"
        );
    };
    check("0.0.0.0", "http://orders.example.com", true);
    check("192.168.1.10", "http://192.168.1.10:8080", true);
    check("::", "http://orders.example.com", true);
    check("0.0.0.0", "https://orders.example.com", false);
    check("127.0.0.1", "http://orders.example.com", false);
    check("127.0.0.1", "http://localhost:8080", false);
}

#[test]
fn sign_ins_that_clients_will_not_finish_are_warned_about() {
    let check = |pairs: &[(&str, &str)], expected: bool| {
        let warnings = loaded(&environment(pairs)).warnings.concat();
        assert_eq!(
            warnings.contains("PUBLIC_URL is not https"),
            expected,
            "{pairs:?}: {warnings}"
        );
    };
    check(&[("PUBLIC_URL", "http://orders.example.com")], true);
    check(&[("PUBLIC_URL", "http://192.168.1.10:8080")], true);
    check(
        &[("PUBLIC_URL", "http://orders.example.com"), ("ENABLE_OAUTH", "false")],
        false,
    );
    check(&[("PUBLIC_URL", "https://orders.example.com")], false);
    check(&[("PUBLIC_URL", "http://localhost:8080")], false);
    check(&[("PUBLIC_URL", "http://[::1]:8080")], false);
    check(&[], false);
}

#[test]
fn a_database_elsewhere_without_tls_is_warned_about() {
    let check = |url: &str, expected: bool| {
        let warnings = loaded(&environment(&[("DATABASE_URL", url)])).warnings.concat();
        assert_eq!(warnings.contains("sslmode=verify-full"), expected, "{url}: {warnings}");
        assert!(!warnings.contains("secret"), "{warnings}");
    };
    check("postgres://app:secret@db.example.com/app", true);
    check("postgresql://10.0.0.5:5433/app?application_name=x", true);
    check("postgres://db.example.com/app?sslmode=prefer", true);
    check("postgres://localhost/app?host=db.example.com", true);
    check("postgres://app:secret@db.example.com/app?sslmode=verify-full", false);
    check("postgres://db.example.com/app?sslmode=require", false);
    check("postgres://db.example.com/app?sslmode=disable", false);
    for local in [
        "localhost",
        "LOCALHOST:5433",
        "127.0.0.1",
        "[::1]",
        "%2Fvar%2Frun%2Fpostgresql",
    ] {
        check(&format!("postgres://app:secret@{local}/app"), false);
    }
    check("postgres://x/app?host=/var/run/postgresql", false);
    check("sqlite://app.db", false);
}

#[test]
fn what_another_program_means_by_redis_url_stops_nobody_who_wants_no_redis() {
    let foreign = ("REDIS_URL", "redis+sentinel:hunter2");
    let told = loaded(&environment(&[foreign])).warnings.concat();
    assert!(
        told.contains("REDIS_URL has no effect") && !told.contains("hunter2"),
        "{told}"
    );
    check(&[foreign, ("CACHE_BACKEND", "redis")], "REDIS_URL");
    // Who has PostgreSQL and this runs replicas, which would go on without Redis in silence.
    check(
        &[("REDIS_URL", "redis:6379"), ("DATABASE_URL", "postgres://db/od")],
        "REDIS_URL",
    );
    assert_eq!(loaded(&environment(&[("RATE_LIMIT_RPM", "60")])).warnings.concat(), "");
}

#[test]
fn every_setting_is_listed_and_shown() {
    let listed = markdown() + &environment_file();
    let loaded = loaded(&Sources::default());
    for row in &loaded.effective {
        let name = row.setting.name;
        assert!(listed.contains(name), "{name} is not listed");
    }
    for name in ["REDIS_URL", "CACHE_BACKEND"] {
        assert!(loaded.effective.iter().any(|row| row.setting.name == name), "{name}");
    }
}

#[test]
fn the_key_file_is_private_and_never_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    let paths = super::Paths::below(folder.path());
    let root = loaded(&Sources::default()).settings.root;
    assert!(paths::root_key(&root, &paths).unwrap().is_none());

    let file = paths.key_file().unwrap();
    super::write_key_file(&file, &"key-one".into()).unwrap();
    assert!(super::write_key_file(&file, &"key-two".into()).is_err());
    assert_eq!(
        secrecy::ExposeSecret::expose_secret(&paths::root_key(&root, &paths).unwrap().unwrap()),
        "key-one"
    );

    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
        let refused = paths::root_key(&root, &paths).unwrap_err().to_string();
        assert!(refused.contains("chmod 600"), "{refused}");
    }
}

#[test]
fn the_committed_reference_is_current() {
    for (path, generated) in [
        ("docs/configuration.md", markdown()),
        (".env.example", environment_file()),
    ] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path);
        let committed = fs::read_to_string(&path).unwrap_or_default();
        assert!(
            committed == generated,
            "{} is out of date: run `make reference`",
            path.display()
        );
    }
}

#[test]
fn the_env_example_is_understood_when_uncommented() {
    let text = environment_file()
        .lines()
        .filter_map(|line| line.strip_prefix('#').filter(|rest| !rest.starts_with(' ')))
        .filter(|line| {
            table()
                .iter()
                .flat_map(|section| section.rows)
                .any(|row| row.default.is_some() && line.starts_with(&format!("{}=", row.name)))
        })
        .collect::<Vec<_>>()
        .join("\n");
    let sources = Sources {
        dotenv: Some(text),
        ..Sources::default()
    };
    assert!(
        loaded(&sources)
            .effective
            .iter()
            .any(|row| row.origin == Origin::DotEnv)
    );
}

#[test]
fn what_a_command_does_not_use_is_told_and_not_judged() {
    const UNUSED: &[&Setting] = &[
        &super::root::MCP_KMS_KEY,
        &super::tenants::MCP_MASTER_KEY,
        &super::storage::DATABASE_URL,
    ];
    let mut sources = environment(&[
        ("MCP_KMS_KEY", "nonsense"),
        ("MCP_MASTER_KEY_FILE", "/nowhere"),
        ("DATABASE_URL", "mysql://u:hunter2@db"),
    ]);
    assert_eq!(faults(&sources).len(), 3);
    sources.unused = UNUSED.to_vec();
    let mut warnings = loaded(&sources).warnings;
    warnings.retain(|warning| warning.ends_with("is not used here."));
    assert_eq!(warnings.len(), 3, "{warnings:?}");
    assert!(!warnings.concat().contains("hunter2"));
}

#[test]
fn what_a_command_has_no_use_for_is_not_looked_at() {
    let mut sources = environment(&[
        ("HOST", "x:y"),
        ("MCP_KMS_KEY", "nonsense"),
        ("ORDERDESK_HEADROM", "0.5"),
        ("MCP_READ_ONLY", "true"),
    ]);
    assert_eq!(faults(&sources).len(), 3);
    sources.only = Some(super::mcp::Mcp::rows().to_vec());
    let loaded = loaded(&sources);
    assert!(loaded.settings.mcp.read_only);
    assert!(
        loaded.warnings.iter().all(|warning| !warning.contains("HOST")),
        "{:?}",
        loaded.warnings
    );
    // What it does use is judged as everywhere, and so are slips in its names.
    sources.environment.push(("MCP_TOOLSET".to_owned(), "orders".into()));
    sources.environment.push(("MCP_REPLY".to_owned(), "loud".into()));
    assert_eq!(faults(&sources).len(), 2);
}

#[test]
fn a_variable_that_nobody_filled_in_is_told_as_one() {
    let told = faults(&environment(&[("MCP_MASTER_KEY", "${MCP_KEY}")])).concat();
    assert!(told.contains("nobody filled in"), "{told}");
    let told = faults(&environment(&[("MCP_MASTER_KEY", "short")])).concat();
    assert!(!told.contains("nobody filled in"), "{told}");
}
