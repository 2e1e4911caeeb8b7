//! Features that have settings and are not built yet. Switching one on is refused rather than ignored; a setting that only
//! tunes one is understood, and told to have no effect.

use super::{
    Effective, Fault, Origin, Settings, cache, limits, live_tests, mail, oauth, observability, root,
    setting::Setting,
    value::{CacheBackend, EmailProvider},
    web_ui, webhooks,
};

/// One fault for each feature that is asked for and missing.
pub fn faults(settings: &Settings) -> Vec<Fault> {
    let Settings {
        root,
        cache,
        webhooks,
        web_ui,
        mail,
        observability,
        ..
    } = settings;
    let asked: &[(bool, &Setting)] = &[
        (root.kms_key_previous.is_some(), &root::MCP_KMS_KEY_PREVIOUS),
        (cache.backend == CacheBackend::Redis, &cache::CACHE_BACKEND),
        (cache.redis_url.is_some(), &cache::REDIS_URL),
        (webhooks.secret.is_some(), &webhooks::WEBHOOK_SECRET),
        (web_ui.enabled, &web_ui::ENABLE_WEBUI),
        (web_ui.public_signup, &web_ui::ENABLE_PUBLIC_SIGNUP),
        (web_ui.require_email_verification, &web_ui::REQUIRE_EMAIL_VERIFICATION),
        (mail.provider == EmailProvider::Smtp, &mail::EMAIL_PROVIDER),
        (observability.metrics_host.is_some(), &observability::METRICS_HOST),
        (observability.metrics_port.is_some(), &observability::METRICS_PORT),
        (observability.metrics_token.is_some(), &observability::METRICS_TOKEN),
        (
            observability.otlp_endpoint.is_some(),
            &observability::OTEL_EXPORTER_OTLP_ENDPOINT,
        ),
    ];
    let message = "asks for something that is not available in this version. Leave it out.";
    asked
        .iter()
        .filter(|(on, _)| *on)
        .map(|(_, row)| Fault::new(row.name, message))
        .collect()
}

/// One remark for each setting that was given and changes nothing.
pub fn warnings(effective: &[Effective]) -> Vec<String> {
    let idle = idle();
    effective
        .iter()
        .filter(|row| matches!(row.origin, Origin::File | Origin::DotEnv | Origin::Environment))
        .filter(|given| idle.contains(&given.setting.name))
        .map(|given| {
            format!(
                "{} has no effect: what it is for is not part of this version",
                given.setting.name
            )
        })
        .collect()
}

/// Settings of what is not built.
fn idle() -> Vec<&'static str> {
    let sections = [
        webhooks::Webhooks::rows(),
        web_ui::WebUi::rows(),
        mail::Mail::rows(),
        oauth::OAuth::rows(),
        live_tests::LiveTests::rows(),
    ];
    let single = [
        &limits::WEBUI_RATE_LIMIT_LOGIN,
        &limits::WEBUI_RATE_LIMIT_SIGNUP,
        &limits::WEBUI_RATE_LIMIT_API_CONSOLE,
        &observability::ENABLE_METRICS,
        &observability::ENABLE_DETAILED_HEALTH,
    ];
    sections
        .into_iter()
        .flatten()
        .copied()
        .chain(single)
        .map(|row| row.name)
        .collect()
}
