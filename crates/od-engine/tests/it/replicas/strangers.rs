//! Strangers who come to one process and then to another.

use od_db::testing::PostgresServer;
use od_engine::{Clock, DbOptions, Engine, LinkError, LinkOptions, ReplicaOptions, RootKey, SignUp, SignUps};
use od_shared::testing::RedisServer;
use od_sim::Simulator;
use secrecy::{ExposeSecret, SecretString};

use crate::links::{from, who};
use crate::support::{Setup, options};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_sign_ups_of_an_address_are_counted_together() {
    let Some(postgres) = PostgresServer::start().unwrap() else {
        return;
    };
    let redis = RedisServer::start().unwrap();
    let url = postgres.new_database().await.unwrap();
    let root = RootKey::generate().to_base64();
    let sim = Simulator::start(Setup::default().sim).await.unwrap();
    let open = async || {
        let setup = Setup {
            database: DbOptions {
                url: url.clone(),
                ..DbOptions::default()
            },
            root_key: RootKey::from_base64(root.expose_secret()).unwrap(),
            ..Setup::default()
        };
        let mut options = options(setup, &sim);
        options.replicas = ReplicaOptions {
            redis: Some(redis.url()),
        };
        options.links = LinkOptions {
            sign_ups: SignUps::AtOnce,
            sign_ups_per_minute: 1,
            ..LinkOptions::default()
        };
        let engine = Engine::open(options, Clock::system()).await.unwrap();
        engine.serve_among_others().await.unwrap();
        engine
    };
    let (one, another) = tokio::join!(open(), open());
    let sign_up = async |engine: &Engine| {
        let form = SecretString::from(engine.links().new_form());
        let new = SignUp {
            email: "ada@example.com".to_owned(),
            name: None,
        };
        engine.links().sign_up(&form, new, &who(), from(1)).await
    };
    sign_up(&one).await.unwrap();
    let refused = sign_up(&another).await;
    assert!(matches!(refused, Err(LinkError::TooMany { .. })), "{refused:?}");
}
