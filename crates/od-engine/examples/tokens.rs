//! Makes many personal access tokens of one tenant and prints them, one a line: `tokens DATABASE_URL ROOT_KEY MASTER_KEY COUNT`.
//! For the benchmark, whose keys open nothing: what stands on a command line is for every process to read.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a tool of the workshop: it prints, and it stops when something is wrong"
)]

use std::time::Duration;

use od_engine::{
    AuditOptions, CacheOptions, Clock, DbOptions, Engine, EngineOptions, Grants, LimitOptions, MutationOptions,
    NewPersonalToken, ReplicaOptions, RequestId, RootKey, Scope, Source, UpstreamOptions,
};
use secrecy::{ExposeSecret, SecretString};

#[tokio::main]
async fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [url, root_key, master_key, count] = &arguments[..] else {
        panic!("tokens DATABASE_URL ROOT_KEY MASTER_KEY COUNT");
    };
    let options = EngineOptions {
        root_key: RootKey::from_base64(root_key).unwrap(),
        previous_root_key: None,
        database: DbOptions {
            url: url.clone(),
            ..DbOptions::default()
        },
        upstream: UpstreamOptions::default(),
        cache: CacheOptions::default(),
        limits: LimitOptions::default(),
        runs: LimitOptions::default(),
        mutation: MutationOptions::default(),
        mirror: od_engine::insight::MirrorOptions::default(),
        // An entry for each, written before it is made, would take as long as everything else.
        audit: AuditOptions {
            enabled: false,
            ..AuditOptions::default()
        },
        sessions: od_engine::SessionOptions::default(),
        oauth: od_engine::OAuthOptions::default(),
        links: od_engine::LinkOptions::default(),
        webhooks: od_engine::WebhookOptions::default(),
        bcrypt_cost: 4,
        replicas: ReplicaOptions::default(),
    };
    let engine = Engine::open(options, Clock::system()).await.unwrap();
    let owner = engine
        .auth()
        .sign_in(&SecretString::from(master_key.clone()))
        .await
        .unwrap();
    let scope = Scope::new(owner, RequestId::generate(), Source::Cli);
    for number in 0..count.parse::<u32>().unwrap() {
        let new = NewPersonalToken {
            label: format!("number {number}"),
            scopes: Grants::DEFAULT,
            stores: None,
            expires_in: Some(Duration::from_hours(24)),
        };
        let made = engine.tokens().create(&scope, new).await.unwrap();
        println!("{}", made.token.expose_secret());
    }
    engine.shutdown(Duration::from_secs(10)).await;
}
