use std::collections::BTreeSet;

use od_db::{Db, DbError, DbOptions};
use od_record::Problem;
use serde_json::json;

use super::reference::{error_codes, samples};
use super::{Class, Error};

/// No wildcard: a new variant does not compile before it is named here, in [`VARIANTS`] and among the samples.
fn variant(error: &Error) -> &'static str {
    match error {
        Error::Invalid(_) => "Invalid",
        Error::Unauthenticated(_) => "Unauthenticated",
        Error::Denied(_) => "Denied",
        Error::OwnerOnly(_) => "OwnerOnly",
        Error::Locked => "Locked",
        Error::BoundToStores => "BoundToStores",
        Error::NotFound { .. } => "NotFound",
        Error::NotInStore { .. } => "NotInStore",
        Error::NoneOfItsStores { .. } => "NoneOfItsStores",
        Error::StoreRequired(_) => "StoreRequired",
        Error::StoreNotNamed(_) => "StoreNotNamed",
        Error::StoreOrAll(_) => "StoreOrAll",
        Error::Duplicate(_) => "Duplicate",
        Error::Conflict { .. } => "Conflict",
        Error::Overtaken { .. } => "Overtaken",
        Error::StockChanged { .. } => "StockChanged",
        Error::RateLimited { .. } => "RateLimited",
        Error::TooManyKeys { .. } => "TooManyKeys",
        Error::TooManyReports { .. } => "TooManyReports",
        Error::TooManyRuns { .. } => "TooManyRuns",
        Error::ConfirmationRequired { .. } => "ConfirmationRequired",
        Error::Declined { .. } => "Declined",
        Error::NobodyAnswered(_) => "NobodyAnswered",
        Error::Uncertain { .. } => "Uncertain",
        Error::NotSupported { .. } => "NotSupported",
        Error::AllFailed { .. } => "AllFailed",
        Error::SignInsBusy { .. } => "SignInsBusy",
        Error::StoreChanged(_) => "StoreChanged",
        Error::RecordBusy { .. } => "RecordBusy",
        Error::Underway => "Underway",
        Error::Upstream(_) => "Upstream",
        Error::ShuttingDown => "ShuttingDown",
        Error::Storage(_) => "Storage",
        Error::NotRecorded(_) => "NotRecorded",
        Error::Internal(_) => "Internal",
    }
}

const VARIANTS: [&str; 35] = [
    "AllFailed",
    "BoundToStores",
    "ConfirmationRequired",
    "Conflict",
    "Declined",
    "Denied",
    "Duplicate",
    "Internal",
    "Invalid",
    "Locked",
    "NobodyAnswered",
    "NoneOfItsStores",
    "NotFound",
    "NotInStore",
    "NotRecorded",
    "NotSupported",
    "Overtaken",
    "OwnerOnly",
    "RateLimited",
    "RecordBusy",
    "ShuttingDown",
    "SignInsBusy",
    "StockChanged",
    "Storage",
    "StoreChanged",
    "StoreNotNamed",
    "StoreOrAll",
    "StoreRequired",
    "TooManyKeys",
    "TooManyReports",
    "TooManyRuns",
    "Unauthenticated",
    "Uncertain",
    "Underway",
    "Upstream",
];

#[test]
fn without_any_store_one_is_to_be_registered() {
    for error in [Error::StoreRequired(Vec::new()), Error::StoreNotNamed(Vec::new())] {
        assert!(
            error.hint().starts_with("Register a store with stores_register"),
            "{}",
            error.hint()
        );
    }
    let several = samples::all()
        .into_iter()
        .find(|error| variant(error) == "StoreRequired");
    assert!(several.expect("a sample").hint().contains("listed names"));
}

#[test]
fn every_error_is_in_the_reference_under_its_code() {
    let samples = samples::all();
    let shown: BTreeSet<_> = samples.iter().map(variant).collect();
    assert_eq!(shown.into_iter().collect::<Vec<_>>(), VARIANTS);
    let codes = error_codes();
    for error in &samples {
        let rows = codes.iter().filter(|row| row.code == error.code()).count();
        assert_eq!(rows, 1, "{} has {rows} rows", error.code());
    }
    for row in &codes {
        assert!(!row.examples.is_empty(), "{} has no example", row.code);
        let retryable: BTreeSet<_> = row.examples.iter().map(|told| told["retryable"].as_bool()).collect();
        let said = match row.retryable {
            told if told.starts_with("Yes") => vec![Some(true)],
            told if told.starts_with("No") => vec![Some(false)],
            _ => vec![Some(false), Some(true)],
        };
        assert!(
            retryable.iter().all(|is| said.contains(is)),
            "{}: {retryable:?}",
            row.code
        );
    }
}

/// What happened, what was not done, what to do: and nothing about how this server is built.
#[test]
fn every_message_is_complete_and_leaks_nothing() {
    for error in samples::all() {
        let (message, hint) = (error.to_string(), error.hint());
        assert!(message.ends_with('.'), "{message}");
        assert!(message.is_ascii() && hint.is_ascii(), "{message} {hint}");
        assert!(hint.ends_with('.') && !hint.is_empty(), "{}: {hint}", error.code());
        assert_harmless(&message);
        assert_harmless(hint);
        let says_so = [
            "Nothing",
            "nothing",
            "not",
            "The server's database",
            "No tenant",
            "No credential",
        ];
        assert!(says_so.iter().any(|part| message.contains(part)), "{message}");
        if error.class() == Class::Internal {
            assert_eq!(error.details(), None, "{message}");
        }
    }
}

#[tokio::test]
async fn a_database_that_cannot_be_opened_keeps_its_place_to_itself() {
    for (url, code) in [
        ("sqlite:///proc/no/such/folder/app.db", "INTERNAL_ERROR"),
        ("postgres://ada:hunter2@127.0.0.1:1/orders", "UPSTREAM_BUSY"),
        ("mysql://ada:hunter2@db/orders", "INTERNAL_ERROR"),
    ] {
        let options = DbOptions {
            url: url.to_owned(),
            max_wait: std::time::Duration::from_millis(100),
            ..DbOptions::default()
        };
        let error: DbError = Db::open(&options).await.expect_err("there is no such database");
        let error = Error::from(error);
        assert_eq!((error.code(), error.retryable()), (code, code == "UPSTREAM_BUSY"));
        assert_harmless(&error.to_string());
    }
}

#[test]
fn what_a_record_refuses_is_told_as_our_own() {
    let check = |refused: od_record::Error, code: &str, details: serde_json::Value| {
        let error = Error::from(refused);
        assert_eq!((error.code(), error.details()), (code, Some(details)));
    };
    let problem = Problem::new("/product/code", "must not be blank");
    check(
        od_record::Error::Invalid(vec![problem]),
        "VALIDATION_ERROR",
        json!({ "problems": [{ "path": "/product/code", "message": "must not be blank" }] }),
    );
    check(
        od_record::Error::StockChanged {
            expected: 41,
            found: 42.into(),
        },
        "CONFLICT_ERROR",
        json!({ "expected_stock": 41, "stock": 42 }),
    );
    check(
        od_record::Error::Overtaken {
            date_updated: "2026-03-02 14:09:02".to_owned(),
            fields: vec!["/email".to_owned()],
        },
        "CONFLICT_ERROR",
        json!({ "date_updated": "2026-03-02 14:09:02", "fields": ["/email"] }),
    );
}

fn assert_harmless(text: &str) {
    for leak in [
        "SELECT",
        "INSERT",
        "UPDATE ",
        "sqlx",
        "sqlite:/",
        "postgres:/",
        "/proc",
        "/home",
        "/src/",
        ".rs",
        "panicked at",
        "hunter2",
        "127.0.0.1",
        "mysql",
        "audit_log",
        "::",
    ] {
        assert!(!text.contains(leak), "{leak} in: {text}");
    }
}

#[test]
fn stores_are_named_up_to_a_few() {
    let stores = |n: usize| -> Vec<_> {
        let store = |n: usize| crate::outcome::StoreRef {
            store_id: n.to_string(),
            store_name: format!("Shop {n}"),
        };
        (1..=n).map(store).collect()
    };
    let check = |n: usize, end: &str| {
        let text = super::words::named(&stores(n));
        assert!(text.ends_with(end), "{text}");
    };
    check(0, "no store: those it was given are gone");
    check(1, "\"Shop 1\" (1)");
    check(8, "\"Shop 7\" (7), \"Shop 8\" (8)");
    check(10, "\"Shop 8\" (8), 2 more");
}

#[test]
fn what_failed_in_every_row_is_of_the_class_of_its_code() {
    let all = [
        ("VALIDATION_ERROR", Class::Invalid),
        ("DUPLICATE", Class::Conflict),
        ("CONFLICT_ERROR", Class::Conflict),
        ("ORDERDESK_API_ERROR", Class::Upstream),
    ];
    for (code, class) in all {
        let error = Error::AllFailed {
            what: "inventory item",
            results: json!([]),
            code,
        };
        assert_eq!((error.class(), error.code()), (class, code));
    }
}

/// Looking through all for each would take seconds, and a reply has no room for them.
#[test]
fn of_thousands_of_faults_the_first_are_told() {
    let problems = (0..30_000).map(|n| Problem::new(format!("/order/f{n}"), "is unknown"));
    let error = Error::Invalid(problems.collect());
    let began = std::time::Instant::now();
    let message = error.to_string();
    assert!(
        message.contains("30000 arguments need mending (order/f0, "),
        "{message}"
    );
    assert!(message.contains("order/f7, 29992 more)"), "{message}");
    assert!(
        began.elapsed() < std::time::Duration::from_secs(1),
        "{:?}",
        began.elapsed()
    );
    let details = error.details().unwrap();
    let told = details["problems"].as_array().unwrap();
    assert_eq!(told.len(), 101);
    assert_eq!(told[100]["message"], "and 29900 more problems");
}

/// Wherever texts are redacted, what stands behind the name of a secret and a colon is masked: ours must not look like that.
#[test]
fn a_refused_secret_is_told_in_words_that_are_not_masked() {
    let check = |path: &str, expected: &str| {
        let told = Error::invalid(path, "this is not it").to_string();
        assert_eq!(told, expected);
        assert_eq!(crate::redact::redact_text(&told), expected);
    };
    check("/api_key", "api_key is refused: this is not it. Nothing was done.");
    check(
        "/new/master_key",
        "new/master_key is refused: this is not it. Nothing was done.",
    );
    check("/order_id", "order_id: this is not it. Nothing was done.");
}
