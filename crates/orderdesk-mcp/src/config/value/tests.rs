use super::{DatabaseUrl, FromText, Hosts, Networks, Origins, PublicUrl, RedisUrl, ServiceUrl, Toolsets};
use crate::config::server::PORT;

/// What a value reads as, or `None` when it is refused.
fn check<T: FromText>(text: &str, expected: Option<&str>) {
    let shown = T::from_text(text, &PORT)
        .ok()
        .map(|value| value.show().unwrap_or_default());
    assert_eq!(shown.as_deref(), expected, "{text}");
}

#[test]
fn addresses_lose_their_trailing_slash() {
    check::<PublicUrl>("https://orders.example.com/", Some("https://orders.example.com"));
    check::<PublicUrl>("https://example.com/orders/", Some("https://example.com/orders"));
    check::<ServiceUrl>("http://127.0.0.1:8090/api/v2/", Some("http://127.0.0.1:8090/api/v2"));
    check::<ServiceUrl>("ftp://example.com", None);
    check::<PublicUrl>("https://example.com/?a=b", None);
}

#[test]
fn database_addresses() {
    check::<DatabaseUrl>("sqlite://app.db", Some("sqlite://app.db"));
    check::<DatabaseUrl>("sqlite:///data/app.db", Some("sqlite:///data/app.db"));
    check::<DatabaseUrl>("sqlite::memory:", Some("sqlite::memory:"));
    check::<DatabaseUrl>(
        "postgres://od:p@ss@db:5432/od",
        Some("postgres://od:********@db:5432/od"),
    );
    check::<DatabaseUrl>("sqlite://", None);
    check::<DatabaseUrl>("sqlite://app.db?mode=ro", None);
    check::<DatabaseUrl>("postgres://", None);
    let secure = "postgres://od@db/od?sslmode=verify-full&sslrootcert=/ca.pem";
    check::<DatabaseUrl>(secure, Some("postgres://od:********@db/od?********"));
    check::<DatabaseUrl>(
        "postgres://od@db/od?sslmode=Require",
        Some("postgres://od:********@db/od?********"),
    );
    check::<DatabaseUrl>("postgres://od@db/od?sslmode=verify-fulll", None);
    check::<DatabaseUrl>("postgres://od@db/od?sslmode=", None);
    for unknown in ["sslmod", "SSLmode", "ssl_min_protocol_version"] {
        check::<DatabaseUrl>(&format!("postgres://od@db/od?{unknown}=verify-full"), None);
    }
    // libpq's way to a socket, which the driver does not know, and the ways it does know.
    for socket in [
        "postgres://od@/db?host=/run",
        "postgres:///db?host=/run",
        "postgres://od:pw@/db",
    ] {
        let refused = DatabaseUrl::from_text(socket, &PORT).unwrap_err();
        assert!(refused.contains("@localhost/database?host=/"), "{socket}: {refused}");
    }
    let cut_short = DatabaseUrl::from_text("postgres://od:p@/ss@db/od", &PORT).unwrap_err();
    assert!(cut_short.contains("%2F"), "{cut_short}");
    check::<DatabaseUrl>(
        "postgres://od@localhost/db?host=/run",
        Some("postgres://od:********@localhost/db?********"),
    );
    check::<DatabaseUrl>("postgres://od@%2Frun/db", Some("postgres://od:********@%2Frun/db"));
    check::<RedisUrl>("rediss://:pw@redis:6380/1", Some("rediss://:********@redis:6380/1"));
    check::<RedisUrl>("http://redis", None);
}

#[test]
fn lists() {
    check::<Hosts>(" A.example , b.example:8080,", Some("a.example,b.example:8080"));
    check::<Hosts>("::1, [::1]:8080", Some("::1,[::1]:8080"));
    check::<Hosts>("*.example", None);
    check::<Hosts>("a.example:", None);
    check::<Hosts>("a.example/mcp", None);
    check::<Hosts>("user@a.example", None);
    check::<Origins>(
        "https://a.example/, http://localhost:3000",
        Some("https://a.example,http://localhost:3000"),
    );
    check::<Origins>("null", None);
    check::<Networks>("10.0.0.0/8, ::1", Some("10.0.0.0/8,::1/128"));
    check::<Networks>("10.0.0", None);
    check::<Toolsets>("Orders, stores", Some("orders,stores"));
    check::<Toolsets>("orders,all", Some("all"));
    check::<Toolsets>(",", None);
}

#[test]
fn switches() {
    for on in ["true", "1", "yes", "On"] {
        check::<bool>(on, Some("true"));
    }
    check::<bool>("OFF", Some("false"));
    check::<bool>("2", None);
}
