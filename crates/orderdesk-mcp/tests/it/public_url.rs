//! What `doctor` says of `PUBLIC_URL`, asked of the places themselves.

use std::fs;

use crate::{
    program::{Home, Running},
    simulated::home_with_tenant,
    wire::ask,
};

/// The finding about `PUBLIC_URL`, message and remedy in one.
fn told(home: &mut Home, url: &str) -> String {
    home.set("PUBLIC_URL", url);
    let stdout = home.run(&["doctor"]).stdout;
    let found: Vec<_> = stdout
        .lines()
        .skip_while(|line| !line.contains("public URL: "))
        .take(2)
        .collect();
    found.join(" ")
}

#[test]
fn the_doctor_asks_the_public_address_who_is_there() {
    let (mut home, simulator) = home_with_tenant();
    let server = Running::start(&home, &["serve", "--port", "0", "--output", "json"]);
    let origin = server.told("url").trim_end_matches("/mcp").to_owned();
    let mut check = |url: &str, expected: &str| {
        let told = told(&mut home, url);
        assert!(told.contains(expected), "{url}: {expected:?} is not in {told}");
    };
    check(&origin, "ok      public URL: ");
    check(&format!("{origin}/"), "leads to this program");
    check(
        &format!("{origin}/od"),
        "comes to this program with another path (HTTP 404)",
    );
    check(&origin.replace("http://", "https://"), "does not speak TLS");
    let other = simulator.told("url").trim_end_matches("/api/v2");
    check(other, "another server answers (HTTP 404)");
    check("https://nobody.invalid/od", "the name nobody.invalid does not resolve");
    drop(server);
    check(&origin, "nothing takes a connection at 127.0.0.1:");
}

#[test]
fn a_certificate_of_ones_own_is_not_taken_for_a_closed_port() {
    let mut home = Home::new();
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned(), "127.0.0.1".to_owned()]).unwrap();
    let (cert, key) = (home.path("cert.pem"), home.path("key.pem"));
    fs::write(&cert, made.cert.pem()).unwrap();
    fs::write(&key, made.signing_key.serialize_pem()).unwrap();
    let tls = ["--tls-cert", cert.to_str().unwrap(), "--tls-key", key.to_str().unwrap()];
    let simulator = Running::start(
        &home,
        &[&["simulator", "--port", "0", "--output", "json"], &tls[..]].concat(),
    );
    let url = simulator.told("url").to_owned();
    assert!(told(&mut home, &url).contains("has no certificate that is trusted"));
    assert!(told(&mut home, &url.replace("https:", "http:")).contains("https://"));
    // Order Desk's own address has the same word.
    home.set("ORDERDESK_API_BASE_URL", &url);
    let stdout = home.run(&["doctor"]).stdout;
    assert!(stdout.contains("no certificate that this program trusts"), "{stdout}");
}

#[test]
fn health_says_which_program_it_is_and_a_lost_caller_is_told_the_public_address() {
    let (mut home, _simulator) = home_with_tenant();
    home.set("PUBLIC_URL", "https://orders.example.com/od");
    let server = Running::start(&home, &["serve", "--port", "0", "--output", "json"]);
    let origin = server.told("url").trim_end_matches("/mcp").to_owned();
    let health = ask("GET", &format!("{origin}/health"), &[], None).json();
    assert_eq!(
        (&health["name"], &health["version"]),
        (&"orderdesk-mcp".into(), &env!("CARGO_PKG_VERSION").into())
    );
    let lost = ask("GET", &format!("{origin}/od/mcp"), &[], None);
    assert_eq!(lost.status, 404);
    assert!(
        lost.body
            .contains("the MCP endpoint is https://orders.example.com/od/mcp"),
        "{lost:?}"
    );
}
