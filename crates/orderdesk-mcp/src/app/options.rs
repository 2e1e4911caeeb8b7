//! From the settings to what the crates below take.

use std::{net::SocketAddr, time::Duration};

use od_engine::insight::MirrorOptions;
use od_engine::{
    AuditOptions, CacheOptions, DbOptions, EngineOptions, LimitOptions, LinkOptions, MutationOptions, OAuthOptions,
    ReplicaOptions, RootKey, SessionOptions, SignUps, UpstreamOptions, WebhookOptions,
};

use crate::config::{self, RedisUrl, Settings, Switch};

pub fn options(settings: &Settings, root_key: RootKey, database: DbOptions) -> EngineOptions {
    let Settings {
        limits,
        cache,
        mutation,
        mirror,
        server,
        observability,
        tenants,
        ..
    } = settings;
    EngineOptions {
        root_key,
        previous_root_key: None,
        database,
        upstream: upstream(&settings.upstream),
        cache: CacheOptions {
            orders: cache.ttl_orders,
            products: cache.ttl_products,
            store_settings: cache.ttl_store_settings,
            max_bytes: cache.max_mb * 1024 * 1024,
        },
        limits: LimitOptions {
            per_minute: limits.rpm,
            burst: limits.burst_or_default(),
        },
        runs: LimitOptions::a_minute(limits.webui_console),
        mutation: MutationOptions {
            max_retries: mutation.max_retries,
            verify: mutation.verify,
        },
        mirror: MirrorOptions {
            days: mirror.days,
            ttl: mirror.ttl,
            audit: mirror.audit,
            max_bytes: mirror.max_mb * 1024 * 1024,
            // What there is by then is to reach the caller in time.
            patience: server.request_timeout.mul_f64(0.8),
        },
        audit: AuditOptions {
            enabled: observability.audit,
            retention: Duration::from_hours(24 * u64::from(observability.audit_retention_days)),
            ..AuditOptions::default()
        },
        oauth: oauth(settings),
        links: links(settings),
        webhooks: webhooks(settings),
        sessions: sessions(&settings.web_ui),
        bcrypt_cost: tenants.bcrypt_cost,
        replicas: ReplicaOptions {
            redis: cache.redis_url.as_ref().map(RedisUrl::secret),
        },
    }
}

fn sessions(web_ui: &config::web_ui::WebUi) -> SessionOptions {
    let defaults = SessionOptions::default();
    SessionOptions {
        // Where there are no pages to work in, a session is for connecting a client.
        lifetime: if web_ui.enabled {
            web_ui.session_timeout
        } else {
            defaults.lifetime
        },
        cookie_key: web_ui.jwt_secret.clone(),
        form_key: web_ui.csrf_secret.clone(),
    }
}

pub fn same_site(configured: config::SameSite) -> od_web::SameSite {
    match configured {
        config::SameSite::Strict => od_web::SameSite::Strict,
        config::SameSite::Lax => od_web::SameSite::Lax,
        config::SameSite::None => od_web::SameSite::None,
    }
}

fn oauth(settings: &Settings) -> OAuthOptions {
    let oauth = &settings.oauth;
    OAuthOptions {
        enabled: oauth.enabled,
        client_metadata: match oauth.client_metadata {
            Switch::On => true,
            Switch::Off => false,
            // Whom the internet reaches most often reaches it, too; and clients that publish a document reach nobody else.
            Switch::Auto => settings
                .server
                .public_url
                .as_ref()
                .is_some_and(|url| !url.is_plain_http()),
        },
        access_token_ttl: oauth.access_token_ttl,
        refresh_token_ttl: oauth.refresh_token_ttl,
        sign_ins_per_minute: settings.limits.webui_login,
        ..OAuthOptions::default()
    }
}

fn webhooks(settings: &Settings) -> WebhookOptions {
    let Settings { webhooks, server, .. } = settings;
    let base = match &server.public_url {
        Some(url) => url.join("").trim_end_matches('/').to_owned(),
        // For a caller on this machine, as the simulator is.
        None => format!("http://{}", SocketAddr::new(server.host, server.port)),
    };
    WebhookOptions {
        enabled: webhooks.enabled,
        secret: webhooks.secret.clone(),
        base,
    }
}

fn links(settings: &Settings) -> LinkOptions {
    let Settings {
        web_ui,
        limits,
        mail,
        server,
        ..
    } = settings;
    LinkOptions {
        good_for: web_ui.magic_link_expiry,
        sign_ups: match (web_ui.public_signup, web_ui.require_email_verification) {
            (false, _) => SignUps::Closed,
            // Nobody would get the link.
            (true, true) if mail.is_off(server.public_url.as_ref()) => SignUps::Closed,
            (true, false) => SignUps::AtOnce,
            (true, true) => SignUps::Verified,
        },
        asks_per_minute: limits.webui_login,
        sign_ups_per_minute: limits.webui_signup,
    }
}

pub fn upstream(settings: &config::upstream::Upstream) -> UpstreamOptions {
    UpstreamOptions {
        base_url: settings.base_url.as_str().to_owned(),
        allow_plain_http: settings.allow_plain_http,
        timeout: settings.timeout,
        connect_timeout: settings.connect_timeout,
        max_retries: settings.max_retries,
        bucket_size: settings.bucket_size,
        refill_per_second: settings.refill_per_second,
        headroom: settings.headroom,
        max_wait: settings.max_wait,
        max_reply_bytes: settings.max_reply_mb * 1024 * 1024,
        ..UpstreamOptions::default()
    }
}
