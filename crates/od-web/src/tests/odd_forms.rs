//! Forms as no page sends them.

use std::time::{Duration, Instant};

use axum::http::{Request, header};

use super::{
    attempts::{deeds, forms},
    browser::{FORM, encoded},
    house::House,
    routes::{full, token_for},
};
use crate::posted;

/// The content type and the body.
type Form = (Option<&'static str>, Vec<u8>);

/// Each kind of form with the right token in it, as far as it can have one.
fn kinds(token: &str) -> Vec<(&'static str, Form)> {
    let csrf = encoded(&[("csrf", token)]);
    let form = |text: String| (Some(FORM), text.into_bytes());
    let multipart = format!("--b\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n{token}\r\n--b--\r\n");
    let wide: Vec<u8> = csrf.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let many = (0..10_000).fold(csrf.clone(), |form, n| form + &format!("&field{n}=x"));
    let same = (0..10_000).fold(csrf.clone(), |form, _| form + "&scope=orders:read&store=90001&label=x");
    vec![
        ("nothing", (None, Vec::new())),
        ("an empty form", form(String::new())),
        (
            "multipart",
            (Some("multipart/form-data; boundary=b"), multipart.into_bytes()),
        ),
        (
            "JSON",
            (
                Some("application/json"),
                format!("{{\"csrf\":\"{token}\"}}").into_bytes(),
            ),
        ),
        (
            "UTF-16",
            (Some("application/x-www-form-urlencoded; charset=utf-16"), wide),
        ),
        (
            "no UTF-8",
            (
                Some(FORM),
                [csrf.as_bytes(), b"&label=\xff\xfe&store_name=%ff%c0%80&tool=%00"].concat(),
            ),
        ),
        ("broken escapes", form(format!("{csrf}&label=%&store_name=%zz&%=%"))),
        ("no content type", (None, csrf.clone().into_bytes())),
        ("another content type", (Some("text/plain"), csrf.clone().into_bytes())),
        ("two tokens, a wrong one first", form(format!("csrf=AAAA&{csrf}"))),
        (
            "every field twice",
            form(format!(
                "{csrf}&{csrf}&label=a&label=b&days=1&days=2&confirm=a&confirm=b"
            )),
        ),
        ("ten thousand fields", form(many)),
        ("ten thousand of the same", form(same)),
        (
            "a huge field",
            form(format!("{csrf}&label={}", "x".repeat(posted::MOST_BYTES - 1_000))),
        ),
        (
            "a larger one",
            form(format!("{csrf}&label={}", "x".repeat(posted::MOST_BYTES))),
        ),
    ]
}

/// How each is answered, as soon as any other; none is a fault of ours.
#[tokio::test]
async fn a_form_as_no_page_sends_it_is_answered_and_soon() {
    /// A debug build on a busy machine takes half of that for the largest.
    const SOON: Duration = Duration::from_secs(5);
    let house = full(|_| ()).await;
    for path in forms(&house).await {
        for n in 0..kinds("").len() {
            let mut owner = house.owner().await;
            let token = token_for(&house, &owner, &path, true).await;
            let (name, (kind, body)) = kinds(&token).swap_remove(n);
            let mut request = Request::post(&path);
            if let Some(kind) = kind {
                request = request.header(header::CONTENT_TYPE, kind);
            }
            let began = Instant::now();
            let reply = owner.send(request, body).await;
            let took = began.elapsed();
            let status = reply.status.as_u16();
            // Order Desk does not know the key of this house's store.
            let is_told = matches!(status, 200 | 303 | 403 | 404 | 409 | 413 | 415 | 422 | 429);
            assert!(is_told, "{name} at {path}: {status} {}", reply.body);
            assert!(took < SOON, "{name} at {path} took {took:?}");
            let refused = [
                "nothing",
                "an empty form",
                "multipart",
                "JSON",
                "UTF-16",
                "two tokens, a wrong one first",
            ];
            if refused.contains(&name) {
                assert_eq!(status, 403, "{name} at {path}: {}", reply.body);
            }
            // The console takes larger ones of who is signed in, which has a test of its own.
            if name == "a larger one" && path != "/console" {
                assert_eq!(status, 413, "{name} at {path}: {}", reply.body);
            }
        }
    }
}

/// Without a token none of them does anything, and nobody has to be signed in to be told so.
#[tokio::test]
async fn a_form_as_no_page_sends_it_does_nothing() {
    let house = full(|_| ()).await;
    let paths = forms(&house).await;
    let (mut owner, mut visitor) = (house.owner().await, house.visitor());
    let before = deeds(&house).await;
    for path in paths {
        for (name, (kind, body)) in kinds("AAAA") {
            for browser in [&mut owner, &mut visitor] {
                let mut request = Request::post(&path);
                if let Some(kind) = kind {
                    request = request.header(header::CONTENT_TYPE, kind);
                }
                let reply = browser.send(request, body.clone()).await;
                let to = reply.location();
                let is_refused = matches!(reply.status.as_u16(), 403 | 413) || to.starts_with("/login?");
                assert!(is_refused, "{name} at {path}: {} {}", reply.status, reply.body);
            }
        }
    }
    assert_eq!(deeds(&house).await, before);
    assert_eq!(
        owner.get("/stores/90001").await.value("store_name").as_deref(),
        Some("Mugs")
    );
}

/// What is no UTF-8 is not guessed at: what it stands for is shown as something unknown, never run.
#[tokio::test]
async fn letters_that_are_none_are_shown_as_none() {
    let house = House::open().await;
    let mut owner = house.owner().await;
    let page = owner.get("/stores/90001").await;
    let csrf = page.token("/stores/90001");
    let body = [
        encoded(&[("csrf", csrf)]).as_bytes(),
        b"&store_name=%ff%3Cscript%3E&label=\xc3",
    ]
    .concat();
    let request = Request::post("/stores/90001").header(header::CONTENT_TYPE, FORM);
    let reply = owner.send(request, body).await;
    assert_eq!(reply.status, 303, "{}", reply.body);
    let page = owner.get("/stores/90001").await;
    assert_eq!(page.value("store_name").as_deref(), Some("\u{fffd}<script>"));
    page.hides("<script>\u{fffd}");
}
