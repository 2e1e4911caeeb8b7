//! Features that have settings and are not built yet. Switching one on is refused rather than ignored.

use super::{
    Fault, Settings, cache, mail, observability, root,
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
