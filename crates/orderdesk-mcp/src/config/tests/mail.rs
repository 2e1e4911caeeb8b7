//! Settings of mail, and of the pages that need one.

use super::{check, environment, faults, loaded};
use crate::config::{FromText, mail::SMTP_FROM, value::Sender};

const JWT: (&str, &str) = ("JWT_SECRET_KEY", "0123456789abcdef0123456789abcdef");

fn warnings(pairs: &[(&str, &str)]) -> String {
    let pages = [("ENABLE_WEBUI", "true"), JWT];
    loaded(&environment(&[&pages, pairs].concat())).warnings.concat()
}

/// Other programs read these names as well, and may mean them otherwise.
#[test]
fn what_is_meant_for_another_program_keeps_nobody_from_starting() {
    for (name, value) in [
        ("SMTP_PORT", "smtp"),
        ("SMTP_FROM", "the shop"),
        ("SMTP_TLS", "starttls"),
        ("EMAIL_PROVIDER", "sendgrid"),
        ("SMTP_PASSWORD_FILE", "/nowhere"),
    ] {
        let told = loaded(&environment(&[(name, value)])).warnings.concat();
        assert!(told.contains(name) && told.contains("No mail is sent"), "{told}");
        let pages = [("ENABLE_WEBUI", "true"), JWT, (name, value)];
        assert!(faults(&environment(&pages)).concat().contains(name));
    }
}

#[test]
fn people_sign_up_on_pages_only() {
    check(
        &[("ENABLE_PUBLIC_SIGNUP", "true")],
        "ENABLE_PUBLIC_SIGNUP needs ENABLE_WEBUI=true",
    );
    let told = warnings(&[("REQUIRE_EMAIL_VERIFICATION", "true")]);
    assert!(told.contains("ENABLE_PUBLIC_SIGNUP is off"), "{told}");
    assert_eq!(
        warnings(&[("REQUIRE_EMAIL_VERIFICATION", "true"), ("ENABLE_PUBLIC_SIGNUP", "true")]),
        ""
    );
}

#[test]
fn links_that_nobody_gets_are_told_of() {
    let public = ("PUBLIC_URL", "https://orders.example.com");
    let told = warnings(&[public]);
    assert!(
        told.contains("EMAIL_PROVIDER is console") && told.contains("no mail is sent or printed"),
        "{told}"
    );
    assert!(!told.contains("Nobody can sign up"), "{told}");
    let verified = [
        public,
        ("ENABLE_PUBLIC_SIGNUP", "true"),
        ("REQUIRE_EMAIL_VERIFICATION", "true"),
    ];
    assert!(warnings(&verified).contains("Nobody can sign up"));
    assert!(
        warnings(&[("HOST", "0.0.0.0")]).contains("written to standard error"),
        "they are, where nothing says that others come here"
    );
    assert_eq!(
        warnings(&[]),
        "",
        "whoever tries it out on this machine reads them there"
    );
    let smtp = [
        public,
        ("EMAIL_PROVIDER", "smtp"),
        ("SMTP_HOST", "smtp.example.com"),
        ("SMTP_FROM", "orders@example.com"),
    ];
    let told = warnings(&smtp);
    assert!(!told.contains("EMAIL_PROVIDER") && !told.contains("SMTP"), "{told}");
}

#[test]
fn mail_that_crosses_the_network_readable_is_told_of() {
    let plain = |host| {
        warnings(&[
            ("EMAIL_PROVIDER", "smtp"),
            ("SMTP_HOST", host),
            ("SMTP_FROM", "orders@example.com"),
            ("SMTP_TLS", "false"),
        ])
    };
    assert!(plain("smtp.example.com").contains("SMTP_TLS is off"));
    for here in ["localhost", "127.0.0.1", "::1"] {
        assert_eq!(plain(here), "");
    }
}

#[test]
fn mail_comes_from_an_address_with_or_without_a_name() {
    let read = |text| {
        Sender::from_text(text, &SMTP_FROM)
            .ok()
            .and_then(|sender| sender.show())
    };
    assert_eq!(read("orders@example.com").as_deref(), Some("orders@example.com"));
    assert!(read("Shop <shop@example.com>").is_some_and(|shown| shown.ends_with("<shop@example.com>")));
    for wrong in ["shop", "a@b, c@d", "a@b\r\nBcc: c@d", "Shop <shop>", ""] {
        assert_eq!(read(wrong), None, "{wrong:?}");
    }
}
