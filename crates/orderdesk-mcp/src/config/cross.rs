//! Settings that do not fit together.

use std::net::IpAddr;

use super::{
    Fault, Settings, cache, live_tests, mail, observability, root, server,
    setting::Setting,
    storage, tenants, upstream,
    value::{CacheBackend, DatabaseUrl, EmailProvider, PublicUrl, SameSite},
    web_ui,
};

/// Faults of combinations: each value is fine, together they are not.
pub fn faults(settings: &Settings) -> Vec<Fault> {
    let Settings {
        upstream,
        cache,
        web_ui,
        mail,
        observability,
        live_tests,
        root,
        ..
    } = settings;
    let smtp = mail.provider == EmailProvider::Smtp;
    let own_listener = observability.metrics_address();
    let metrics_exposed = own_listener.is_some_and(|address| !address.ip().is_loopback());
    let cross_site = web_ui.cookie_same_site == SameSite::None;
    let rules: &[(bool, &Setting, &str)] = &[
        (root.is_same_twice(), &root::MCP_KMS_KEY_PREVIOUS, root::SAME_TWICE),
        (
            upstream.connect_timeout > upstream.timeout,
            &upstream::HTTP_CONNECT_TIMEOUT,
            "is longer than HTTP_TIMEOUT, so it never ends a call. Make it shorter.",
        ),
        (
            upstream.base_url.is_plain_http_elsewhere() && !upstream.allow_plain_http,
            &upstream::ORDERDESK_API_BASE_URL,
            "is plain http to another machine, and every request carries an API key. Use https, or set \
             ORDERDESK_ALLOW_PLAIN_HTTP=true in a network that nobody else shares.",
        ),
        (
            cache.backend == CacheBackend::Redis && cache.redis_url.is_none(),
            &cache::REDIS_URL,
            "is missing: CACHE_BACKEND=redis needs it.",
        ),
        (
            cross_site && !web_ui.cookie_secure,
            &web_ui::SESSION_COOKIE_SAMESITE,
            "is None, which browsers refuse without SESSION_COOKIE_SECURE=true.",
        ),
        (
            web_ui.public_signup && !web_ui.enabled,
            &web_ui::ENABLE_PUBLIC_SIGNUP,
            "needs ENABLE_WEBUI=true: people sign up on its pages.",
        ),
        (
            smtp && mail.smtp_host.is_none(),
            &mail::SMTP_HOST,
            "is missing: EMAIL_PROVIDER=smtp needs it.",
        ),
        (
            smtp && mail.smtp_from.is_none(),
            &mail::SMTP_FROM,
            "is missing: EMAIL_PROVIDER=smtp needs it.",
        ),
        (
            smtp && mail.smtp_user.is_some() != mail.smtp_password.is_some(),
            &mail::SMTP_PASSWORD,
            "and SMTP_USER belong together: give both or neither.",
        ),
        (
            observability.metrics && observability.metrics_host.is_some() && observability.metrics_port.is_none(),
            &observability::METRICS_PORT,
            "is missing: METRICS_HOST says where the listener is that it opens.",
        ),
        (
            metrics_exposed && observability.metrics_token.is_none(),
            &observability::METRICS_TOKEN,
            "is missing: metrics served beyond loopback (METRICS_HOST) need it.",
        ),
        (
            live_tests.enabled && live_tests.store_id.is_none(),
            &live_tests::ORDERDESK_TEST_STORE_ID,
            "is missing: ORDERDESK_TEST_ENABLED=true needs it.",
        ),
        (
            live_tests.enabled && live_tests.api_key.is_none(),
            &live_tests::ORDERDESK_TEST_API_KEY,
            "is missing: ORDERDESK_TEST_ENABLED=true needs it.",
        ),
    ];
    rules
        .iter()
        .filter(|(broken, ..)| *broken)
        .map(|(_, row, message)| Fault::new(row.name, *message))
        .collect()
}

/// Combinations that work and are seldom meant.
pub fn warnings(settings: &Settings) -> Vec<String> {
    let mut warnings = Vec::new();
    if settings.tenants.bcrypt_cost < 10 {
        let name = tenants::BCRYPT_COST.name;
        warnings.push(format!(
            "{name} is below 10: a stolen database would be searched quickly. Meant for tests."
        ));
    }
    let server = &settings.server;
    if !server.host.is_loopback() && server.public_url.is_none() && server.allowed_hosts.0.is_empty() {
        warnings.push(
            "HOST is reachable from other machines, but only loopback host names are answered: set PUBLIC_URL or \
             ALLOWED_HOSTS."
                .to_owned(),
        );
    }
    warnings.extend(server.public_url.as_ref().and_then(with_the_endpoint));
    let in_the_clear = server.public_url.as_ref().is_some_and(PublicUrl::is_plain_http);
    if !server.host.is_loopback() && in_the_clear {
        warnings.push(
            "HOST is reachable from other machines and PUBLIC_URL is plain http: keys and orders cross the network \
             readable. Put a proxy with TLS in front and set PUBLIC_URL to its https address."
                .to_owned(),
        );
    }
    let elsewhere = server.public_url.as_ref().is_some_and(|url| !url.is_loopback());
    if settings.oauth.enabled && in_the_clear && elsewhere {
        warnings.push(
            "PUBLIC_URL is not https: several clients let a person sign in with OAuth and then refuse to go on, because they \
             hand the code to an https address only, or to one on their own machine."
                .to_owned(),
        );
    }
    warnings.extend(of_mail(settings));
    let database = settings.storage.database_url.as_ref();
    if database.is_some_and(DatabaseUrl::may_be_in_the_clear_elsewhere) {
        let name = storage::DATABASE_URL.name;
        warnings.push(format!(
            "{name} is a database on another machine and does not insist on TLS: whoever is in between can read and \
             change what is stored. Add sslmode=verify-full."
        ));
    }
    warnings
}

/// The endpoint's own path in `PUBLIC_URL`, where only a proxy's prefix belongs.
fn with_the_endpoint(url: &PublicUrl) -> Option<String> {
    let name = server::PUBLIC_URL.name;
    let written = url.join("");
    let path = url.as_url().path().trim_end_matches('/');
    let at = path
        .match_indices("/mcp")
        .map(|(at, _)| at)
        .find(|at| matches!(path.as_bytes().get(at + "/mcp".len()), None | Some(b'/')))?;
    let meant = &written[..written.len() - (path.len() - at)];
    let how = if path.len() == at + "/mcp".len() {
        "ends with"
    } else {
        "has"
    };
    Some(format!(
        "{name} {how} /mcp; write it without: {name}={meant}. If your proxy really has a prefix /mcp that it takes off, clients \
         are given {written}/mcp."
    ))
}

/// What sign-in links come to with mail as it is configured.
fn of_mail(settings: &Settings) -> Vec<String> {
    let Settings {
        server, web_ui, mail, ..
    } = settings;
    let mut warnings = Vec::new();
    if web_ui.require_email_verification && !web_ui.public_signup {
        warnings.push("REQUIRE_EMAIL_VERIFICATION changes nothing: ENABLE_PUBLIC_SIGNUP is off.".to_owned());
    }
    if !web_ui.enabled {
        return warnings;
    }
    if mail.is_off(server.public_url.as_ref()) {
        let sign_ups = if web_ui.public_signup && web_ui.require_email_verification {
            " Nobody can sign up either: REQUIRE_EMAIL_VERIFICATION needs mail."
        } else {
            ""
        };
        warnings.push(format!(
            "EMAIL_PROVIDER is console and PUBLIC_URL leads elsewhere: no mail is sent or printed, and the pages offer no \
             sign-in links.{sign_ups} Set EMAIL_PROVIDER=smtp, SMTP_HOST and SMTP_FROM for them."
        ));
    } else if mail.provider == EmailProvider::Console && !server.host.is_loopback() {
        warnings.push(
            "EMAIL_PROVIDER is console: nobody gets a sign-in or sign-up link by mail. They are written to standard error, and \
             whoever reads that can use them. Set EMAIL_PROVIDER=smtp."
                .to_owned(),
        );
    }
    let here = |host: &str| host == "localhost" || host.parse().is_ok_and(|ip: IpAddr| ip.is_loopback());
    let elsewhere = mail.smtp_host.as_deref().is_some_and(|host| !here(host));
    if mail.provider == EmailProvider::Smtp && !mail.smtp_tls && elsewhere {
        warnings.push(
            "SMTP_TLS is off and SMTP_HOST is another machine: sign-in links, and SMTP_PASSWORD, cross the network readable."
                .to_owned(),
        );
    }
    warnings
}

/// Pages for the operator that nobody can see who is meant to.
pub fn closed_pages(settings: &Settings) -> Option<String> {
    let Settings {
        server, observability, ..
    } = settings;
    let pages = [
        (
            observability.metrics && observability.metrics_address().is_none(),
            "/metrics",
        ),
        (observability.detailed_health, "/health/detailed"),
    ];
    let pages: Vec<_> = pages.iter().filter(|(on, _)| *on).map(|(_, page)| *page).collect();
    if pages.is_empty() || observability.metrics_token.is_some() {
        return None;
    }
    let (name, pages) = (observability::METRICS_TOKEN.name, pages.join(" and "));
    if server.has_strangers_on_loopback() {
        Some(format!(
            "{name} is missing and PUBLIC_URL says that a proxy brings callers: {pages} are refused to everybody, on this machine \
             too. Set {name}, or TRUST_PROXY=true when the proxy writes whom it asks for."
        ))
    } else if !server.host.is_loopback() {
        Some(format!(
            "{name} is missing and HOST is reachable from other machines: {pages} are refused to callers from there."
        ))
    } else {
        None
    }
}
