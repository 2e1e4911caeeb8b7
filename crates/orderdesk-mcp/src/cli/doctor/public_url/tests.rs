use std::time::Duration;

use od_engine::{NetworkFault, UpstreamError, Visited};

use super::{super::finding::Verdict, Place};
use crate::config::{self, PublicUrl, Sources};

fn public(url: &str) -> PublicUrl {
    let environment = vec![("PUBLIC_URL".to_owned(), url.into())];
    let sources = Sources {
        environment,
        ..Sources::default()
    };
    config::load(&sources).unwrap().settings.server.public_url.unwrap()
}

/// What is said of an answer, message and remedy in one.
fn told(url: &str, answer: Result<(u16, &str), UpstreamError>) -> (Verdict, String) {
    let url = public(url);
    let place = Place {
        url: &url,
        listener: "127.0.0.1:8080".to_owned(),
        patience: Duration::from_secs(5),
    };
    let finding = match answer {
        Ok((status, body)) => place.answered(&Visited {
            status,
            headers: vec![("location".to_owned(), body.to_owned())],
            body: body.into(),
        }),
        Err(error) => place.silent(&error),
    };
    (
        finding.verdict,
        format!("{} {}", finding.message, finding.mend.unwrap_or_default()),
    )
}

fn check(url: &str, answer: Result<(u16, &str), UpstreamError>, expected: &[&str]) {
    let (verdict, told) = told(url, answer);
    assert_eq!(verdict, Verdict::Failed, "{told}");
    for words in expected {
        assert!(told.contains(words), "{words:?} is not in {told:?}");
    }
}

const HTTPS: &str = "https://orders.example.com/od";
const HTTP: &str = "http://orders.example.com/od/";

#[test]
fn this_program_is_known_by_its_name_and_version() {
    let body = |name: &str, version: &str| format!("{{\"status\":\"ok\",\"name\":{name:?},\"version\":{version:?}}}");
    let version = env!("CARGO_PKG_VERSION");
    let (verdict, message) = told(HTTPS, Ok((200, &body("orderdesk-mcp", version))));
    assert_eq!(verdict, Verdict::Ok, "{message}");
    assert!(
        message.starts_with("https://orders.example.com/od leads to this program"),
        "{message}"
    );

    check(
        HTTPS,
        Ok((200, &body("orderdesk-mcp", "0.0.1"))),
        &["version \"0.0.1\"", "Restart the server"],
    );
    check(
        HTTPS,
        Ok((200, &body("orders", version))),
        &["another server answers (HTTP 200)"],
    );
    check(
        HTTPS,
        Ok((200, "<html>Welcome to nginx</html>")),
        &["another server answers", "Let the proxy forward"],
    );
    check(
        HTTPS,
        Ok((500, &body("orderdesk-mcp", version))),
        &["another server answers (HTTP 500)"],
    );
}

#[test]
fn every_other_answer_has_its_own_word() {
    let lost =
        "{\"error\":\"there is nothing at this address; the MCP endpoint is https://orders.example.com/od/mcp\"}";
    check(
        HTTPS,
        Ok((404, lost)),
        &["comes to this program with another path", "handle_path", "prefix"],
    );
    check(
        HTTPS,
        Ok((404, "Not Found")),
        &["another server answers (HTTP 404)", "prefix of PUBLIC_URL"],
    );
    for status in [502, 503, 504] {
        check(
            HTTPS,
            Ok((status, "<html>Bad Gateway</html>")),
            &[
                "does not reach this program",
                "forward https://orders.example.com/od/ to 127.0.0.1:8080",
            ],
        );
    }
    for status in [401, 403, 407] {
        check(HTTPS, Ok((status, "Sign in")), &["asks who is calling"]);
    }
    check(
        HTTP,
        Ok((301, "https://orders.example.com/od/health")),
        &["redirected (HTTP 301) to \"https://", "Write https:// in PUBLIC_URL"],
    );
    check(
        HTTPS,
        Ok((302, "https://sso.example.com/login")),
        &["redirected (HTTP 302)", "Set PUBLIC_URL to where it leads"],
    );
    check(
        HTTP,
        Ok((400, "plain HTTP request was sent to HTTPS port")),
        &["Write https://"],
    );
    check(HTTPS, Ok((400, "no")), &["another server answers (HTTP 400)"]);
}

#[test]
fn what_keeps_an_answer_from_coming_is_named() {
    let network = |fault| Err(UpstreamError::Network { sent: false, fault });
    check(
        HTTPS,
        network(NetworkFault::Resolve),
        &["orders.example.com does not resolve", "DNS"],
    );
    check(
        HTTPS,
        network(NetworkFault::Connect),
        &["orders.example.com:443", "firewall"],
    );
    check(
        HTTPS,
        network(NetworkFault::Certificate),
        &["no certificate that is trusted"],
    );
    check(HTTPS, network(NetworkFault::NoTls), &["does not speak TLS", "http://"]);
    check(
        HTTP,
        network(NetworkFault::Broken),
        &[
            "at orders.example.com:80 and gives no answer that is HTTP",
            "https://",
            "another program",
        ],
    );
    check(
        HTTPS,
        network(NetworkFault::Broken),
        &["gives no answer that is HTTP", "log"],
    );
    check(
        HTTPS,
        Err(UpstreamError::Timeout { sent: true }),
        &["within 5 s", "another machine"],
    );
    check(HTTPS, Err(UpstreamError::TooLarge { limit: 1 }), &["another server"]);
}
