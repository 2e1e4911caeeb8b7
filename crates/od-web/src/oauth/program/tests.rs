use axum::http::{HeaderMap, HeaderValue, header};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use secrecy::ExposeSecret;

use super::claim;
use crate::parameters::Parameters;

fn of(header: Option<&str>, body: &str) -> Result<(String, Option<String>), &'static str> {
    let mut headers = HeaderMap::new();
    if let Some(header) = header {
        headers.insert(header::AUTHORIZATION, HeaderValue::from_str(header).unwrap());
    }
    let claim = claim("token", &headers, &mut Parameters::parse(body.as_bytes())).map_err(|refusal| refusal.error)?;
    Ok((
        claim.client_id,
        claim.secret.map(|secret| secret.expose_secret().to_owned()),
    ))
}

fn basic(pair: &str) -> String {
    format!("Basic {}", STANDARD.encode(pair))
}

fn is(client_id: &str, secret: Option<&str>) -> (String, Option<String>) {
    (client_id.to_owned(), secret.map(str::to_owned))
}

#[test]
fn a_program_names_itself_in_the_body_or_in_the_header() {
    assert_eq!(of(None, "client_id=a"), Ok(is("a", None)));
    assert_eq!(of(None, "client_id=a&client_secret=s"), Ok(is("a", Some("s"))));
    assert_eq!(of(Some(&basic("a:s")), ""), Ok(is("a", Some("s"))));
    assert_eq!(
        of(Some(&basic("a:s").replace("Basic", "basic")), "client_id=a"),
        Ok(is("a", Some("s")))
    );
    assert_eq!(of(Some(&basic("a:")), ""), Ok(is("a", None)));
    // Encoded as in forms, so that a colon in a name is none of the pair.
    assert_eq!(
        of(Some(&basic("https%3A%2F%2Fa.example%2Fc:s%26+t")), ""),
        Ok(is("https://a.example/c", Some("s& t")))
    );
    // Another scheme is no claim.
    assert_eq!(of(Some("Bearer odat_x"), "client_id=a"), Ok(is("a", None)));
}

#[test]
fn what_says_nothing_or_two_things_is_refused() {
    assert_eq!(of(None, ""), Err("invalid_client"));
    assert_eq!(of(Some("Basic ***"), "client_id=a"), Err("invalid_client"));
    assert_eq!(of(Some(&basic("no colon")), "client_id=a"), Err("invalid_client"));
    assert_eq!(of(Some(&basic("a:s")), "client_secret=s"), Err("invalid_request"));
    assert_eq!(of(Some(&basic("a:s")), "client_id=b"), Err("invalid_request"));
}
