use super::*;

#[test]
fn a_form_may_end_at_the_client() {
    let check = |text: &str, source: &str| {
        assert_eq!(source_of(&Redirect::parse(text).unwrap()), source, "{text}");
    };
    check("https://claude.ai/cb", "https://claude.ai");
    check("https://a.example:8443/cb", "https://a.example:8443");
    check("http://localhost:4000/cb", "http://localhost:4000");
    check("http://[::1]:4000/cb", "http:");
    check("https://127.0.0.1/cb", "https://127.0.0.1");
    check("cursor://a.b/cb", "cursor:");
}
