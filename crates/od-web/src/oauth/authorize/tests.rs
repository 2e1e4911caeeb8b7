use od_engine::{OAuthOptions, RequestId};
use secrecy::ExposeSecret;
use serde_json::json;

use crate::oauth::tests::{Desk, ISSUER, REDIRECT, Reply, hidden};

const COOKIE: &str = "__Host-orderdesk_session";

async fn grants(desk: &Desk) -> usize {
    desk.engine.oauth().grants(&desk.owner().await).await.unwrap().len()
}

#[tokio::test]
async fn the_page_is_shown_to_anybody_as_often_as_he_asks() {
    let desk = Desk::open().await;
    for _ in 0..2 {
        let page = desk.person().open(&desk.query("")).await;
        assert_eq!(page.status, 200);
        for part in [
            "<h1>Sign in</h1>",
            "<label for=\"master_key\">Master key</label>",
            "<strong>Helper</strong>",
            "not verified",
        ] {
            assert!(page.body.contains(part), "{part}: {}", page.body);
        }
        assert!(page.body.contains(">Sign in</button>"));
        assert!(
            page.body.contains("program on the computer you are using"),
            "{}",
            page.body
        );
    }
}

#[tokio::test]
async fn the_page_is_nobodys_but_the_persons() {
    let desk = Desk::open().await;
    let page = desk.person().open(&desk.query("")).await;
    let policy = page.header("content-security-policy");
    assert_eq!(
        policy,
        "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'self' http://127.0.0.1:33418; \
         frame-ancestors 'none'"
    );
    for (name, value) in [
        ("x-frame-options", "DENY"),
        ("x-content-type-options", "nosniff"),
        ("cache-control", "no-store"),
        ("referrer-policy", "same-origin"),
        ("strict-transport-security", "max-age=31536000"),
    ] {
        assert_eq!(page.header(name), value, "{name}");
    }
    assert!(RequestId::parse(page.header("x-request-id")).is_some());
    let cookie = page.header("set-cookie");
    assert!(cookie.starts_with(&format!("{COOKIE}_form=")), "{cookie}");
    assert!(cookie.ends_with("; Path=/; HttpOnly; SameSite=Lax; Secure"), "{cookie}");
    assert!(!page.headers.contains_key("access-control-allow-origin"));
    for forbidden in ["<script", "style=", "onclick", "src=\"http", "@import"] {
        assert!(!page.body.contains(forbidden), "{forbidden} in {}", page.body);
    }
}

#[tokio::test]
async fn nobody_is_sent_where_nobody_knows_him() {
    let desk = Desk::open().await;
    let other = format!("client_id={}", desk.client_id);
    let check = async |query: String, told: &str| {
        let page = desk.person().open(&query).await;
        assert_eq!(page.status, 400, "{query}");
        assert_eq!(page.location(), "", "{query}");
        assert!(page.body.contains(told), "{query}: {}", page.body);
        assert!(
            page.body.contains(page.header("x-request-id")),
            "{query}: {}",
            page.body
        );
        assert!(page.header("content-security-policy").contains("form-action 'none'"));
    };
    let good = desk.query("");
    check(good.replace(&desk.client_id, "odc_nobody"), "not registered").await;
    check(good.replace(&other, ""), "which client").await;
    check(format!("{good}&{other}"), "two clients").await;
    check(good.replace(REDIRECT, ""), "send you back").await;
    for elsewhere in [
        "https://evil.example/callback",
        "http://127.0.0.1:33418/other",
        "http://localhost:33418/callback",
        "http://127.0.0.1:33418/callback?x=1",
    ] {
        check(good.replace(REDIRECT, elsewhere), "did not register").await;
    }
    for (nowhere, told) in [
        ("http://127.0.0.1:33418@evil.example/callback", "user name or password"),
        ("javascript:alert(1)", "no program is known to wait at"),
        ("ms-msdt:/id", "no program is known to wait at"),
        ("https://*.example/callback", "not a plain name"),
        ("http://evil.example/callback", "plain http"),
    ] {
        check(good.replace(REDIRECT, nowhere), told).await;
    }
    check(format!("{good}&redirect_uri={REDIRECT}"), "two addresses").await;
    check("a".repeat(9000), "longer than").await;
}

#[tokio::test]
async fn a_program_on_this_machine_may_take_any_port() {
    let desk = Desk::open().await;
    let page = desk.person().open(&desk.query("").replace("33418", "51234")).await;
    assert_eq!(page.status, 200);
    assert!(
        page.header("content-security-policy")
            .contains("http://127.0.0.1:51234")
    );
}

#[tokio::test]
async fn what_else_is_wrong_goes_back_at_once() {
    let desk = Desk::open().await;
    let good = desk.query("");
    let without = |name: &str| {
        good.split('&')
            .filter(|pair| !pair.starts_with(name))
            .collect::<Vec<_>>()
            .join("&")
    };
    for (query, error) in [
        (without("code_challenge="), "invalid_request"),
        (without("code_challenge_method"), "invalid_request"),
        (good.replace("S256", "plain"), "invalid_request"),
        (without("response_type"), "invalid_request"),
        (
            good.replace("response_type=code", "response_type=token"),
            "unsupported_response_type",
        ),
        (
            format!("{good}&resource=https%3A%2F%2Fevil.example%2Fmcp"),
            "invalid_target",
        ),
        (
            format!("{good}&scope=orders%3Aread&scope=stores%3Aread"),
            "invalid_request",
        ),
    ] {
        let sent = desk.person().open(&query).await;
        assert_eq!(sent.status, 302, "{query}");
        assert!(
            sent.location().starts_with(&format!("{REDIRECT}?error={error}&")),
            "{}",
            sent.location()
        );
        assert_eq!(sent.parameter("state").as_deref(), Some("a state&more"), "{query}");
        assert_eq!(sent.parameter("iss").as_deref(), Some(ISSUER), "{query}");
        assert!(
            sent.location().contains("%20") && !sent.location().contains('+'),
            "{}",
            sent.location()
        );
        let reference = format!("(reference {})", sent.header("x-request-id"));
        assert!(
            sent.parameter("error_description").unwrap().ends_with(&reference),
            "{}",
            sent.location()
        );
        assert_eq!(sent.header("cache-control"), "no-store");
    }
    // Which of two states is the client's nobody knows.
    let sent = desk.person().open(&format!("{good}&state=b")).await;
    assert_eq!((sent.status.as_u16(), sent.parameter("state")), (302, None));
}

#[tokio::test]
async fn a_person_signs_in_and_allows() {
    let desk = Desk::open().await;
    let mut person = desk.person();
    let query = desk.query("&scope=orders%3Aread%20offline_access%20unknown%3Ascope&resource=https%3A%2F%2Forders.example.com%2Fmcp&prompt=consent");
    let consent = person.sign_in(&query).await;
    assert_eq!(consent.ticked(), [("scope", "orders:read")]);
    let (asked, rest) = consent.body.split_once("<legend>Not asked for</legend>").unwrap();
    assert_eq!(
        (
            asked.matches("name=\"scope\"").count(),
            rest.matches("name=\"scope\"").count()
        ),
        (1, 7)
    );
    for part in [
        "value=\"90001\"",
        "value=\"90002\"",
        "All stores, also later ones",
        "Prints &#60;b&#62;",
        "Blue Harbor",
        "127.0.0.1:33418",
    ] {
        assert!(consent.body.contains(part), "{part}: {}", consent.body);
    }
    assert_eq!(consent.header("cache-control"), "no-store");
    assert_eq!(consent.header("x-frame-options"), "DENY");

    let sent = person
        .allow(&consent, &[("store", "90002"), ("scope", "orders:write")])
        .await;
    assert_eq!(sent.status, 303, "{}", sent.body);
    assert!(
        sent.location().starts_with(&format!("{REDIRECT}?code=odac_")),
        "{}",
        sent.location()
    );
    assert_eq!(sent.parameter("state").as_deref(), Some("a state&more"));
    assert_eq!(sent.parameter("iss").as_deref(), Some(ISSUER));
    assert_eq!(sent.header("referrer-policy"), "same-origin");

    let tokens = desk.exchange(&sent.parameter("code").unwrap()).await.json();
    assert_eq!(tokens["scope"], "orders:read orders:write");
    let identity = desk.opens(&tokens).await.unwrap();
    assert!(identity.stores().allows("90002") && !identity.stores().allows("90001"));
    let told = desk.recorded().await;
    let of = |tool: &str| {
        told.iter()
            .find(|entry| entry.0 == tool && entry.1 == "success")
            .unwrap()
            .2
            .clone()
    };
    assert!(of("auth.sign_in").starts_with("master_key:odmk_"), "{told:?}");
    assert!(of("oauth.consent").starts_with("session:odws_"), "{told:?}");
    assert!(of("oauth.exchange").starts_with("oauth:Helper:odat_"), "{told:?}");
}

#[tokio::test]
async fn a_wrong_key_is_told_and_not_repeated() {
    let desk = Desk::open().await;
    let mut person = desk.person();
    let token = "odpt_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8_____";
    for (entered, told) in [
        ("some own key that is nobody's", "No tenant is known"),
        ("odmk_mistyped", "not a master key: it is mistyped"),
        (token, "token, not a master key"),
        ("", "mistyped"),
    ] {
        let page = person.open(&desk.query("")).await;
        let refused = person.submit(&page, "sign_in", &[("master_key", entered)]).await;
        assert_eq!(refused.status, 422, "{entered}");
        assert!(refused.body.contains("role=\"alert\""), "{entered}: {}", refused.body);
        assert!(
            refused.body.contains("aria-invalid=\"true\""),
            "{entered}: {}",
            refused.body
        );
        assert!(refused.body.contains(told), "{entered}: {}", refused.body);
        assert!(
            refused.body.contains(refused.header("x-request-id")),
            "{entered}: {}",
            refused.body
        );
        assert!(entered.is_empty() || !refused.body.contains(entered), "{entered}");
        assert!(!person.cookies.contains_key(COOKIE));
        // The same page takes the right one.
        let key = format!(" {}\n", desk.key.expose_secret());
        let sent_on = person.submit(&refused, "sign_in", &[("master_key", &key)]).await;
        assert_eq!(sent_on.status, 303, "{}", sent_on.body);
        person.cookies.remove(COOKIE);
    }
    let told = desk.recorded().await;
    let refused = told.iter().filter(|(tool, status, actor)| {
        (tool.as_str(), status.as_str(), actor.as_str()) == ("auth.sign_in", "error", "anonymous")
    });
    assert_eq!(refused.count(), 4, "{told:?}");
}

#[tokio::test]
async fn signing_in_is_limited_by_address_and_by_tenant() {
    let desk = Desk::with(OAuthOptions {
        sign_ins_per_minute: 3,
        ..OAuthOptions::default()
    })
    .await;
    let mut person = desk.person();
    let page = person.open(&desk.query("")).await;
    for _ in 0..3 {
        let refused = person
            .submit(&page, "sign_in", &[("master_key", "nobody's key, but long enough")])
            .await;
        assert_eq!(refused.status, 422);
    }
    // Also for the right one now.
    let key = desk.key.expose_secret().to_owned();
    let refused = person.submit(&page, "sign_in", &[("master_key", &key)]).await;
    assert_eq!(refused.status, 429, "{}", refused.body);
    let wait: u64 = refused.header("retry-after").parse().unwrap();
    assert!((1..=20).contains(&wait), "{wait}");
    let says = |wait: u64| {
        let seconds = if wait == 1 { "second" } else { "seconds" };
        format!("Too many sign-ins were tried. Try again in {wait} {seconds}.")
    };
    assert!(
        refused.body.contains(&says(wait)) && refused.body.contains("role=\"alert\""),
        "{}",
        refused.body
    );
    assert!(!person.cookies.contains_key(COOKIE));
}

#[tokio::test]
async fn forms_come_from_our_own_pages_only() {
    let desk = Desk::open().await;
    let mut person = desk.person();
    let page = person.open(&desk.query("")).await;
    let key = desk.key.expose_secret().to_owned();
    let fields = |page: &Reply, step: &str| {
        let mut fields = hidden(page, step);
        fields.push(("master_key".to_owned(), key.clone()));
        fields
    };
    let change = |name: &str, value: &str| {
        let mut fields = fields(&page, "sign_in");
        fields
            .iter_mut()
            .filter(|field| field.0 == name)
            .for_each(|field| value.clone_into(&mut field.1));
        fields
    };
    let other = desk.person().open(&desk.query("")).await;
    let theirs = hidden(&other, "sign_in")
        .into_iter()
        .find(|field| field.0 == "csrf")
        .unwrap()
        .1;
    for refused in [
        change("csrf", ""),
        change("csrf", "0000"),
        change("csrf", &theirs),
        change("step", "consent"),
        change("request", &desk.query("&scope=orders%3Adelete")),
    ] {
        let refused = person.post(&refused).await;
        assert_eq!(refused.status, 403, "{}", refused.body);
        assert!(
            refused.body.contains(refused.header("x-request-id")),
            "{}",
            refused.body
        );
        assert!(!person.cookies.contains_key(COOKIE));
    }
    // Without the browser's cookie its token is nobody's.
    assert_eq!(desk.person().post(&fields(&page, "sign_in")).await.status, 403);
    for origin in ["https://evil.example", "null", "http://orders.example.com"] {
        person.headers = vec![("origin", origin)];
        assert_eq!(person.post(&fields(&page, "sign_in")).await.status, 403, "{origin}");
    }
    person.headers = vec![("origin", "https://orders.example.com")];
    assert_eq!(person.post(&fields(&page, "sign_in")).await.status, 303);

    let consent = person.open(&desk.query("")).await;
    let mut fields = hidden(&consent, "consent");
    fields.retain(|field| field.0 != "csrf");
    for (name, value) in [("scope", "orders:read"), ("store", "*"), ("decision", "allow")] {
        fields.push((name.to_owned(), value.to_owned()));
    }
    assert_eq!(person.post(&fields).await.status, 403);
    assert_eq!(grants(&desk).await, 0);
}

#[tokio::test]
async fn who_is_signed_in_chooses_at_once_for_a_quarter_of_an_hour() {
    let desk = Desk::open().await;
    let mut person = desk.person();
    person.sign_in(&desk.query("")).await;
    let at_once = person.open(&desk.query("&scope=products%3Aread")).await;
    assert_eq!(at_once.ticked(), [("scope", "products:read")]);

    // A page of another site leads here: the browser keeps the session to itself until it comes from ours.
    let session = person.cookies.remove(COOKIE).unwrap();
    person.headers = vec![("sec-fetch-site", "cross-site")];
    let bounced = person.open(&desk.query("")).await;
    assert_eq!(bounced.status, 200);
    assert!(bounced.body.contains("http-equiv=\"refresh\""), "{}", bounced.body);
    // One that was never here has none.
    let mut stranger = desk.person();
    stranger.headers = person.headers.clone();
    assert!(stranger.open(&desk.query("")).await.body.contains("<h1>Sign in</h1>"));

    person.cookies.insert(COOKIE.to_owned(), session);
    person.headers.clear();
    let consent = person.open(&desk.query("")).await;
    assert!(consent.body.contains("<h1>Connect Helper</h1>"), "{}", consent.body);
    desk.pass(15 * 60);
    let late = person.allow(&consent, &[("store", "*")]).await;
    assert_eq!(late.status, 422);
    assert!(
        late.body.contains("not signed in any more") && late.body.contains("<h1>Sign in</h1>"),
        "{}",
        late.body
    );
    assert!(person.open(&desk.query("")).await.body.contains("<h1>Sign in</h1>"));
    assert_eq!(grants(&desk).await, 0);
}

#[tokio::test]
async fn a_person_signs_out() {
    let desk = Desk::open().await;
    let mut person = desk.person();
    let consent = person.sign_in(&desk.query("")).await;
    let session = person.cookies[COOKIE].clone();
    let sent_on = person.submit(&consent, "sign_out", &[]).await;
    assert_eq!(sent_on.status, 303);
    assert!(!person.cookies.contains_key(COOKIE));
    // The cookie would be nobody's now, too.
    person.cookies.insert(COOKIE.to_owned(), session);
    assert!(person.open(&desk.query("")).await.body.contains("<h1>Sign in</h1>"));
}

#[tokio::test]
async fn the_session_of_a_closed_tenant_is_nobodys() {
    let desk = Desk::open().await;
    let mut person = desk.person();
    let consent = person.sign_in(&desk.query("")).await;
    let tenant = desk.owner().await.tenant().to_string();
    desk.engine.tenants().close(&tenant).await.unwrap();
    let refused = person.allow(&consent, &[("store", "*")]).await;
    assert_eq!(refused.status, 422);
    assert!(refused.body.contains("<h1>Sign in</h1>"), "{}", refused.body);
}

#[tokio::test]
async fn a_page_says_where_it_leads_and_lets_the_form_go_there() {
    let desk = Desk::open().await;
    let other = desk
        .register(&json!({"client_name": "Elsewhere", "redirect_uris": ["https://app.example/back?x=1", "cursor://anysphere.cursor-mcp/cb"]}))
        .await;
    let check = async |redirect: &str, form_action: &str, told: &str, not_told: &str| {
        let query = desk
            .query("")
            .replace(&desk.client_id, &other)
            .replace(REDIRECT, redirect);
        let page = desk.person().open(&query).await;
        let policy = page.header("content-security-policy");
        assert!(
            policy.contains(&format!("form-action 'self' {form_action};")),
            "{policy}"
        );
        assert!(
            page.body.contains(told) && !page.body.contains(not_told),
            "{}",
            page.body
        );
    };
    let (host, program) = ("<strong>app.example</strong>", "program on the computer");
    check(
        "https%3A%2F%2Fapp.example%2Fback%3Fx%3D1",
        "https://app.example",
        host,
        program,
    )
    .await;
    check("cursor%3A%2F%2Fanysphere.cursor-mcp%2Fcb", "cursor:", program, host).await;
}

#[tokio::test]
async fn a_form_that_is_too_large_is_told_so_on_a_page() {
    let desk = Desk::open().await;
    let large = "x".repeat(200_000);
    let refused = desk.person().post(&[("master_key".to_owned(), large)]).await;
    assert_eq!(refused.status, 413);
    assert!(refused.body.contains("the form is too large"), "{}", refused.body);
    assert!(RequestId::parse(refused.header("x-request-id")).is_some());
}
