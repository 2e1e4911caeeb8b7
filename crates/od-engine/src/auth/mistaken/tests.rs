use super::*;

#[test]
fn what_is_no_key_is_told_by_its_shape() {
    let check = |text: &str, expected: Option<Mistaken>| assert_eq!(Mistaken::of(text), expected, "{text}");
    for text in [
        "${MCP_MASTER_KEY}",
        "${user_config.master_key}",
        "$KEY",
        "$(cat key)",
        "{{ key }}",
        "{env:KEY}",
        "%KEY%",
        "<your key>",
        "env:KEY",
        "null",
        "undefined",
        "YOUR_TOKEN_OR_MASTER_KEY",
    ] {
        check(text, Some(Mistaken::Unfilled));
    }
    for text in ["\"odmk_key\"", "'odmk_key'", "odmk_key\"", "`odmk_key`"] {
        check(text, Some(Mistaken::Quoted));
    }
    check("Bearer odmk_key", Some(Mistaken::WithScheme));
    check("bearer: odmk_key", Some(Mistaken::WithScheme));
    assert_eq!(alone(&" odmk_key\r\n".into()).expose_secret(), "odmk_key");
    for text in [
        "odmk_key",
        "nullable",
        "yours truly",
        "correct horse battery staple",
        "%",
        "<>",
        "",
    ] {
        check(text, None);
    }
}

#[test]
fn only_a_key_that_is_nobodys_is_explained() {
    let explain = |error: AuthFailure, text: &str| {
        let explained = explained(Error::Unauthenticated(error), &SecretString::from(text.to_owned()));
        match explained {
            Error::Unauthenticated(why) => why,
            other => panic!("{other}"),
        }
    };
    assert_eq!(explain(AuthFailure::Unknown, " ${KEY}\n"), AuthFailure::Unfilled);
    assert_eq!(explain(AuthFailure::Malformed, "\"odmk_x\""), AuthFailure::NotAlone);
    assert_eq!(explain(AuthFailure::OtherTenant, "${KEY}"), AuthFailure::OtherTenant);
    assert_eq!(explain(AuthFailure::Unknown, "some other key"), AuthFailure::Unknown);
}
