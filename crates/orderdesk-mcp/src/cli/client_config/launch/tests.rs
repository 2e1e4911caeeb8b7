use serde_json::{Map, Value};

use super::{Launch, Layout};
use crate::{
    cli::Context,
    config::{self, Paths, Sources},
};

#[test]
fn an_entry_says_what_differs_from_the_defaults() {
    let folder = tempfile::tempdir().unwrap();
    let paths = Paths::below(folder.path());
    let check = |given: &[(&str, &str)], expected: &[(&str, &str)]| {
        let given = given.iter().map(|(name, value)| ((*name).to_owned(), (*value).into()));
        let sources = Sources {
            environment: given.collect(),
            ..Sources::default()
        };
        let settings = config::load(&sources).unwrap().settings;
        let launch = Launch::new(&Context::new(None), &settings, &paths).unwrap();
        let expected: Map<String, Value> = expected
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).into()))
            .collect();
        assert_eq!(launch.entry(Layout::McpServers)["env"], Value::Object(expected));
        let names: Vec<_> = launch.environment.keys().chain(launch.defaults.keys()).collect();
        assert!(names.iter().any(|name| *name == "ORDERDESK_API_BASE_URL"), "{names:?}");
        assert!(names.iter().any(|name| *name == "DATABASE_URL"), "{names:?}");
    };
    check(&[], &[]);
    check(&[("ORDERDESK_API_BASE_URL", "https://app.orderdesk.me/api/v2/")], &[]);
    let elsewhere = [("ORDERDESK_API_BASE_URL", "https://desk.example/api/v2")];
    check(&elsewhere, &elsewhere);
    let here = [("ORDERDESK_API_BASE_URL", "http://127.0.0.1:8090/api/v2")];
    check(&here, &here);
    let plain = [
        ("ORDERDESK_API_BASE_URL", "http://simulator:8090/api/v2"),
        ("ORDERDESK_ALLOW_PLAIN_HTTP", "true"),
    ];
    check(&plain, &plain);
    let database = [("DATABASE_URL", "sqlite:///var/lib/app.db")];
    check(&database, &database);
    let bounds = [
        ("MCP_READ_ONLY", "true"),
        ("MCP_TOOLSETS", "stores,orders"),
        ("MCP_CONFIRM", "person"),
        ("MCP_REPLY", "text"),
        ("MCP_DEFAULT_STORE", "Mug Shop"),
        ("RATE_LIMIT_RPM", "60"),
        ("ORDERDESK_HEADROOM", "0.5"),
        ("MIRROR_DAYS", "30"),
        ("AUDIT_LOG_RETENTION_DAYS", "365"),
    ];
    check(&bounds, &bounds);
    // What is as it is by default, what a server alone reads, and what a person's terminal wants.
    let others = [
        ("MCP_READ_ONLY", "false"),
        ("RATE_LIMIT_RPM", "120"),
        ("PORT", "9000"),
        ("ENABLE_WEBUI", "true"),
        ("WEBUI_RATE_LIMIT_LOGIN", "3"),
        ("LOG_LEVEL", "debug"),
    ];
    check(&others, &[]);
}
