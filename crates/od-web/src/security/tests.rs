use super::{forms_to, policy};

#[test]
fn a_policy_says_what_we_say() {
    let check = |target: &str, forms: &str| {
        let policy = policy(&forms_to(target));
        let policy = policy.to_str().unwrap();
        let parts: Vec<_> = policy.split("; ").collect();
        assert_eq!(parts.len(), 6, "{policy}");
        assert!(parts.contains(&format!("form-action {forms}").as_str()), "{policy}");
    };
    for target in [
        "https://a.example",
        "https://my_host.example:8443",
        "cursor:",
        "com.example.my-app:",
    ] {
        check(target, &format!("'self' {target}"));
    }
    for target in [
        "",
        "*",
        "https://*.example",
        "https://a.example;script-src",
        "https://a.example,default-src",
        "https://a.example *",
        "'unsafe-inline'",
        "https://\"a\"",
        "https://a.example\n",
    ] {
        check(target, "'self'");
    }
}
