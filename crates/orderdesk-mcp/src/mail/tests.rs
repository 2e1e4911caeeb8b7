//! Mail against a server on this machine.

use std::time::{Duration, Instant};

use od_web::Letter;
use secrecy::SecretString;

use self::server::{MailServer, Manner};
use super::{Mail, on_the_console};
use crate::config::{self, Settings, Sources};

mod server;

fn settings(pairs: &[(&str, &str)]) -> Settings {
    let environment = pairs
        .iter()
        .map(|(name, value)| ((*name).to_owned(), SecretString::from(*value)))
        .collect();
    let sources = Sources {
        environment,
        ..Sources::default()
    };
    config::load(&sources)
        .unwrap_or_else(|error| panic!("{error}"))
        .settings
}

/// Mail that goes to a server, with further settings.
fn mail(server: &MailServer, more: &[(&str, &str)]) -> Mail {
    let port = server.address.port().to_string();
    let mut pairs = vec![
        ("EMAIL_PROVIDER", "smtp"),
        ("SMTP_HOST", "127.0.0.1"),
        ("SMTP_PORT", port.as_str()),
        ("SMTP_FROM", "Blue Harbor <orders@example.com>"),
    ];
    pairs.extend(more);
    Mail::new(&settings(&pairs)).unwrap().unwrap()
}

fn letter(to: &str) -> Letter {
    Letter {
        to: to.to_owned(),
        subject: "Your sign-in link",
        text: "Open this:\n\nhttps://orders.example.com/login/link/odml_x\n".to_owned(),
        html: "<p><a href=\"https://orders.example.com/login/link/odml_x\">Sign in</a></p>".to_owned(),
    }
}

const PLAIN: (&str, &str) = ("SMTP_TLS", "false");

#[tokio::test]
async fn a_mail_reaches_the_server_as_text_and_as_a_page() {
    let server = MailServer::start(Manner::Takes).await;
    let mail = mail(&server, &[PLAIN, ("SMTP_USER", "me"), ("SMTP_PASSWORD", "open sesame")]);
    mail.send(&letter("ada@example.com")).await.unwrap();

    let said = server.said();
    let has = |line: &str| said.iter().any(|said| said.starts_with(line));
    assert!(has("AUTH PLAIN AG1lAG9wZW4gc2VzYW1l"), "{said:#?}");
    assert!(
        has("MAIL FROM:<orders@example.com>") && has("RCPT TO:<ada@example.com>"),
        "{said:#?}"
    );
    let mail = said.iter().find(|said| said.contains("Subject: ")).unwrap();
    for line in [
        "From: \"Blue Harbor\" <orders@example.com>\n",
        "To: ada@example.com\n",
        "Subject: Your sign-in link\n",
        "Auto-Submitted: auto-generated\n",
        "Content-Type: multipart/alternative",
        "Content-Type: text/plain",
        "Content-Type: text/html",
        "\nhttps://orders.example.com/login/link/odml_x\n",
        "<a href=\"https://orders.example.com/login/link/odml_x\">",
    ] {
        assert!(mail.contains(line), "{line}: {mail}");
    }
    let id = mail.lines().find(|line| line.starts_with("Message-ID: ")).unwrap();
    assert!(
        id.ends_with("@example.com>"),
        "the machine's name is nobody's business: {id}"
    );
}

#[tokio::test]
async fn an_address_is_one_address_and_no_header() {
    let server = MailServer::start(Manner::Takes).await;
    let mail = mail(&server, &[PLAIN]);
    for to in [
        "ada@example.com, eve@example.com",
        "ada@example.com\r\nBcc: eve@example.com",
        "ada@example.com\nRCPT TO:<eve@example.com>",
        "Ada <ada@example.com>",
        "<ada@example.com>",
        "ada@example.com>\r\nDATA",
        "ada",
        "",
    ] {
        assert!(mail.send(&letter(to)).await.is_err(), "{to:?}");
    }
    assert_eq!(server.said(), Vec::<String>::new(), "nothing was even begun");
}

#[tokio::test]
async fn a_refusal_is_told() {
    let server = MailServer::start(Manner::Refuses).await;
    let refused = mail(&server, &[PLAIN]).send(&letter("ada@example.com")).await;
    let told = refused.unwrap_err();
    assert!(told.contains("550") && told.contains("is unknown here"), "{told}");
    assert!(
        !server.said().iter().any(|said| said.contains("Subject")),
        "no mail went out"
    );
}

#[tokio::test]
async fn nothing_crosses_the_network_readable_unless_it_may() {
    let server = MailServer::start(Manner::Takes).await;
    let mail = mail(&server, &[("SMTP_USER", "me"), ("SMTP_PASSWORD", "open sesame")]);
    let told = mail.send(&letter("ada@example.com")).await.unwrap_err();
    assert!(told.contains("STARTTLS"), "{told}");
    assert!(
        server
            .said()
            .iter()
            .all(|said| said.starts_with("EHLO") || said.starts_with("QUIT")),
        "{:?}",
        server.said()
    );
}

#[tokio::test]
async fn a_server_that_says_nothing_is_given_up() {
    let server = MailServer::start(Manner::IsSilent).await;
    let mail = Mail {
        patience: Duration::from_millis(300),
        ..mail(&server, &[PLAIN])
    };
    let begun = Instant::now();
    let told = mail.send(&letter("ada@example.com")).await.unwrap_err();
    assert!(begun.elapsed() < Duration::from_secs(20), "{told}");
    assert!(told.contains("not done within"), "{told}");
}

#[tokio::test]
async fn the_server_is_tried_without_a_mail() {
    let server = MailServer::start(Manner::Takes).await;
    let place = mail(&server, &[PLAIN]).try_out().await.unwrap();
    assert_eq!(place, Some(server.address.to_string()));
    let said = server.said();
    assert!(
        said.iter().any(|said| said.starts_with("NOOP")) && !said.iter().any(|said| said.starts_with("MAIL")),
        "{said:?}"
    );
    drop(server);

    let nobody = settings(&[
        ("EMAIL_PROVIDER", "smtp"),
        ("SMTP_HOST", "127.0.0.1"),
        ("SMTP_PORT", "1"),
        ("SMTP_FROM", "orders@example.com"),
        PLAIN,
    ]);
    let told = Mail::new(&nobody).unwrap().unwrap().try_out().await.unwrap_err();
    assert!(told.starts_with("127.0.0.1:1: "), "{told}");
    let console = Mail::new(&settings(&[])).unwrap().unwrap();
    assert_eq!(console.try_out().await, Ok(None));
}

#[test]
fn mail_is_printed_on_this_machine_only() {
    for (public, is_printed) in [
        (None, true),
        (Some("http://127.0.0.1:8080"), true),
        (Some("http://localhost:8080"), true),
        (Some("https://orders.example.com"), false),
        (Some("http://10.0.0.7:8080"), false),
    ] {
        let pairs: Vec<_> = public.map(|url| ("PUBLIC_URL", url)).into_iter().collect();
        let mail = Mail::new(&settings(&pairs)).unwrap();
        assert_eq!(mail.is_some_and(|mail| mail.is_printed()), is_printed, "{public:?}");
    }
}

#[test]
fn on_the_console_a_mail_is_what_a_person_needs_of_it() {
    assert_eq!(
        on_the_console(&letter("ada@example.com")),
        "--- mail to ada@example.com ---\nSubject: Your sign-in link\n\nOpen this:\n\n\
         https://orders.example.com/login/link/odml_x\n--- end of mail ---"
    );
}
