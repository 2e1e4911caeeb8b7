use axum::http::{HeaderMap, HeaderValue, header};
use secrecy::ExposeSecret;

use super::Cookies;
use crate::tests::options;

fn sent(line: &'static str) -> HeaderMap {
    HeaderMap::from_iter([(header::COOKIE, HeaderValue::from_static(line))])
}

#[test]
fn behind_tls_nobody_else_can_write_them() {
    let cookies = Cookies::new(&options(Some("https://orders.example.com"), false));
    let written = cookies.keep_session(&"odws_x".into(), 900).unwrap();
    assert!(written.is_sensitive());
    assert_eq!(
        written.to_str().unwrap(),
        "__Host-orderdesk_session=odws_x; Path=/; HttpOnly; SameSite=Strict; Secure; Max-Age=900"
    );
    assert_eq!(
        cookies.keep_browser("b").unwrap().to_str().unwrap(),
        "__Host-orderdesk_session_form=b; Path=/; HttpOnly; SameSite=Lax; Secure"
    );
    assert!(cookies.session(&sent("orderdesk_session=odws_x")).is_none());
    let found = cookies
        .session(&sent("a=b; __Host-orderdesk_session=odws_x; c=d"))
        .unwrap();
    assert_eq!(found.expose_secret(), "odws_x");
}

#[test]
fn without_tls_a_browser_on_this_machine_takes_them() {
    for public_url in [None, Some("http://127.0.0.1:8080")] {
        let cookies = Cookies::new(&options(public_url, false));
        let written = cookies.forget_session().unwrap();
        assert_eq!(
            written.to_str().unwrap(),
            "orderdesk_session=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0"
        );
    }
}

#[test]
fn of_two_with_one_name_neither_counts() {
    let cookies = Cookies::new(&options(None, false));
    assert_eq!(cookies.browser(&sent("orderdesk_session_form=x")), Some("x"));
    assert_eq!(
        cookies.browser(&sent("orderdesk_session_form=x; orderdesk_session_form=y")),
        None
    );
    assert_eq!(cookies.browser(&sent("orderdesk_session_form=")), None);
}
