use super::*;

fn check(base_url: &str, expected: &Result<&str, BuildError>) {
    let options = ClientOptions {
        base_url: base_url.to_owned(),
        ..ClientOptions::default()
    };
    let got = options.checked_base_url();
    assert_eq!(got.as_ref().map(Url::as_str), expected.as_ref().copied(), "{base_url}");
}

#[test]
fn base_urls() {
    check(
        "https://app.orderdesk.me/api/v2",
        &Ok("https://app.orderdesk.me/api/v2"),
    );
    check(
        " https://app.orderdesk.me/api/v2// ",
        &Ok("https://app.orderdesk.me/api/v2"),
    );
    check("http://127.0.0.1:9/api/v2", &Ok("http://127.0.0.1:9/api/v2"));
    check("http://[::1]:9/api/v2", &Ok("http://[::1]:9/api/v2"));
    check("http://localhost:9/api/v2", &Ok("http://localhost:9/api/v2"));
    check("http://orders.example.test/api/v2", &Err(BuildError::PlainHttp));
    check("http://localhost.example.test/", &Err(BuildError::PlainHttp));
    check("app.orderdesk.me/api/v2", &Err(BuildError::BaseUrl));
    check("ftp://app.orderdesk.me", &Err(BuildError::BaseUrl));
    check("https://user@app.orderdesk.me", &Err(BuildError::BaseUrl));
    check("https://app.orderdesk.me/?a=b", &Err(BuildError::BaseUrl));
    check("https://app.orderdesk.me/#a", &Err(BuildError::BaseUrl));
}

#[test]
fn plain_http_elsewhere_is_a_choice() {
    let options = ClientOptions {
        base_url: "http://simulator:8090/api/v2".to_owned(),
        allow_plain_http: true,
        ..ClientOptions::default()
    };
    assert!(options.checked_base_url().is_ok());
}
