use super::*;

#[test]
fn sqlite_codes() {
    fn check(code: u32, expected: Option<&str>) {
        assert_eq!(
            from_sqlite_code(code).map(|error| error.to_string()).as_deref(),
            expected,
            "{code}"
        );
    }
    check(5, Some("the database is busy"));
    check(517, Some("the database is busy")); // SQLITE_BUSY_SNAPSHOT
    check(262, Some("the database is busy")); // SQLITE_LOCKED_SHAREDCACHE
    check(13, Some("the database is unavailable: the disk is full"));
    check(26, Some("the database is damaged: the file is not a SQLite database"));
    check(1, None);
}

#[test]
fn sqlstates() {
    fn check(code: &str, expected: Option<&str>) {
        assert_eq!(
            from_sqlstate(code).map(|error| error.to_string()).as_deref(),
            expected,
            "{code}"
        );
    }
    check("40P01", Some("the database is busy"));
    check("53300", Some("the database is busy"));
    check(
        "53100",
        Some("the database is unavailable: the database server's disk is full"),
    );
    check(
        "28P01",
        Some("the database is unavailable: the database server refused the user or password"),
    );
    check(
        "57P01",
        Some("the database is unavailable: the database server is starting or shutting down"),
    );
    check("22021", Some("text must not contain a NUL character"));
    check("42601", None);
    check("é", None);
    check("", None);
}

#[test]
fn display_says_what_may_be_shown_and_no_more() {
    fn check(error: &DbError, expected: &str) {
        assert_eq!(error.to_string(), expected);
    }
    check(
        &DbError::Duplicate(Unique::StoreName),
        "a store with this name exists already",
    );
    check(
        &DbError::File {
            action: "create the database file",
            source: io::Error::new(io::ErrorKind::PermissionDenied, "/secret/path"),
        },
        "cannot create the database file: permission denied",
    );
    check(
        &DbError::Sql(SqlFault::new(
            Some("42P01".to_owned()),
            "relation \"x\" does not exist".to_owned(),
        )),
        "the database refused the request (code 42P01)",
    );
    check(
        &sqlx::Error::Configuration("postgres://user:secret@host".into()).into(),
        "the database URL is not valid: it names options that do not work",
    );
}

#[test]
fn a_certificate_that_is_not_trusted_is_no_lost_connection() {
    let of_tls =
        |error: rustls::Error| DbError::from(sqlx::Error::Io(io::Error::new(io::ErrorKind::InvalidData, error)));
    let told = of_tls(rustls::CertificateError::UnknownIssuer.into());
    assert!(matches!(told, DbError::Unusable(_)), "{told:?}");
    assert!(told.to_string().contains("sslrootcert"), "{told}");
    let cut = of_tls(rustls::Error::DecryptError);
    assert!(matches!(cut, DbError::Unavailable(_)), "{cut:?}");
    let no_file = DbError::from(sqlx::Error::Io(io::ErrorKind::NotFound.into()));
    assert!(no_file.to_string().contains("a file that the URL names"), "{no_file}");
    let refused = sqlx::Error::Io(io::ErrorKind::ConnectionRefused.into());
    assert!(matches!(DbError::from(refused), DbError::Unavailable(_)));
}
