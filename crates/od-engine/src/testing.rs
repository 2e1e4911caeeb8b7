//! Engines of unit tests.

use od_vault::RootKey;

use crate::EngineOptions;

/// What a new installation has, in memory, and quicker at hashing.
pub(crate) fn engine_options() -> EngineOptions {
    EngineOptions {
        root_key: RootKey::generate(),
        previous_root_key: None,
        database: crate::DbOptions::default(),
        upstream: crate::UpstreamOptions::default(),
        cache: crate::CacheOptions::default(),
        limits: crate::LimitOptions::default(),
        runs: crate::LimitOptions::default(),
        mutation: crate::MutationOptions::default(),
        mirror: crate::insight::MirrorOptions::default(),
        audit: crate::AuditOptions::default(),
        sessions: crate::SessionOptions::default(),
        oauth: crate::OAuthOptions::default(),
        links: crate::LinkOptions::default(),
        webhooks: crate::WebhookOptions::default(),
        bcrypt_cost: 4,
        replicas: crate::ReplicaOptions::default(),
    }
}
