//! The programs that ask for access: registered ones, and those that are called by the address of a document.

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use od_engine::oauth::{AuthMethod, ClientError, DocumentOptions, RegistrationError, Rehearsal};
use od_engine::{Clock, Engine, OAuthOptions, Reading};
use od_sim::Simulator;
use serde_json::{Value, json};

use crate::support::{Setup, options};

/// An engine with these options, and the clock it goes by.
async fn engine(oauth: OAuthOptions) -> (Engine, Clock, Timestamp) {
    let setup = Setup::default();
    let sim = Simulator::start(setup.sim.clone()).await.unwrap();
    let mut options = options(setup, &sim);
    options.oauth = oauth;
    let begin: Timestamp = "2026-11-29T12:00:00Z".parse().unwrap();
    let clock = Clock::manual(begin);
    (Engine::open(options, clock.clone()).await.unwrap(), clock, begin)
}

/// How often a limit refused something, as the operator is told.
pub fn refused(engine: &Engine, limit: &str) -> f64 {
    let measured = engine.metrics();
    let limits = measured
        .iter()
        .find(|measured| measured.metric.name == "limit_refusals_total");
    let Some(Reading::Values(counts)) = limits.map(|measured| &measured.reading) else {
        panic!("it is counted")
    };
    let count = counts.iter().find(|(labels, _)| *labels == [limit]);
    count.unwrap_or_else(|| panic!("{limit} is a limit")).1
}

async fn register(engine: &Engine, said: &Value) -> od_engine::oauth::Registered {
    engine
        .oauth()
        .register(said.to_string().as_bytes(), None)
        .await
        .unwrap()
}

#[tokio::test]
async fn the_same_words_give_the_same_program_for_ten_minutes() {
    let (engine, clock, begin) = engine(OAuthOptions::default()).await;
    let said = json!({"client_name": "gemini", "redirect_uris": ["http://localhost:7777/cb"]});
    let first = register(&engine, &said).await;
    clock.set(begin + SignedDuration::from_mins(9));
    let again = register(&engine, &said).await;
    assert_eq!((&again.client.id, again.issued_at), (&first.client.id, first.issued_at));
    let other = json!({"client_name": "gemini", "redirect_uris": ["http://localhost:7778/cb"]});
    assert_ne!(register(&engine, &other).await.client.id, first.client.id);
    clock.set(begin + SignedDuration::from_mins(10));
    let later = register(&engine, &said).await;
    assert_ne!(later.client.id, first.client.id);
    // Both stay: the first one's sign-in may be under way.
    for id in [&first.client.id, &later.client.id] {
        let known = engine.oauth().client(id, None).await.unwrap();
        assert_eq!((known.name.as_str(), known.host), ("gemini", None));
    }
}

#[tokio::test]
async fn a_secret_is_asked_of_those_that_have_one() {
    let (engine, ..) = engine(OAuthOptions::default()).await;
    let said = |method: &str| json!({"redirect_uris": ["https://a.example/cb"], "token_endpoint_auth_method": method});
    let oauth = engine.oauth();
    let public = register(&engine, &said("none")).await;
    assert!(public.secret.is_none());
    assert!(oauth.proves(&public.client, None));
    assert!(
        oauth.proves(&public.client, Some("whatever".into())),
        "what it sends is not looked at"
    );
    for method in [AuthMethod::Post, AuthMethod::Basic] {
        let registered = register(&engine, &said(method.as_str())).await;
        let client = oauth.client_again(&registered.client.id).await.unwrap();
        assert_eq!(client.auth_method, method);
        assert!(oauth.proves(&client, registered.secret));
        let other = register(&engine, &said(method.as_str())).await;
        for wrong in [None, Some("".into()), Some("odcs_wrong".into()), other.secret] {
            assert!(!oauth.proves(&client, wrong));
        }
    }
}

#[tokio::test]
async fn an_id_that_nobody_registered_is_unknown() {
    let (engine, ..) = engine(OAuthOptions::default()).await;
    for id in [
        "",
        "odc_0",
        "a\0b",
        "https://client.example/client",
        &"x".repeat(100_000),
    ] {
        let asked = [
            engine.oauth().client(id, None).await,
            engine.oauth().client_again(id).await,
        ];
        for answer in asked {
            assert!(matches!(answer, Err(ClientError::Unknown)), "{id:.30}: {answer:?}");
        }
    }
}

#[tokio::test]
async fn one_address_registers_sixty_programs_and_another_as_many() {
    let (engine, ..) = engine(OAuthOptions::default()).await;
    let register = async |from: &str| {
        let from: IpAddr = from.parse().unwrap();
        engine.oauth().register(b"{}", Some(from)).await.unwrap_err()
    };
    for _ in 0..60 {
        assert!(matches!(
            register("2001:db8::1").await,
            RegistrationError::RedirectUri(_)
        ));
    }
    // A household of IPv6 has more addresses than anybody can count.
    for from in ["2001:db8::1", "2001:db8::ffff:1"] {
        match register(from).await {
            RegistrationError::TooMany { retry_after, .. } => assert!(retry_after <= Duration::from_mins(1)),
            other => panic!("{other:?}"),
        }
    }
    for from in ["2001:db8:0:1::1", "192.0.2.1"] {
        assert!(matches!(register(from).await, RegistrationError::RedirectUri(_)));
    }
}

/// Whoever has a network of networks has no more than a few callers together.
#[tokio::test]
async fn a_wide_network_registers_a_few_times_as_many_programs() {
    for (length, most) in [(56, 120), (48, 240)] {
        let (engine, ..) = engine(OAuthOptions::default()).await;
        let mut taken = 0;
        // Each from another half of an address, and for a /48 from other /56s too.
        for n in 0..256_u128 {
            let from = (0x2001_0db8_u128 << 96) | (n << if length == 56 { 64 } else { 72 });
            for _ in 0..3 {
                let from = Some(IpAddr::from(from.to_be_bytes()));
                match engine.oauth().register(b"{}", from).await.unwrap_err() {
                    RegistrationError::RedirectUri(_) => taken += 1,
                    RegistrationError::TooMany { retry_after, .. } => assert!(retry_after <= Duration::from_mins(1)),
                    other => panic!("{other:?}"),
                }
            }
        }
        assert_eq!(taken, most, "/{length}");
        let elsewhere = Some("2001:db8:1::1".parse().unwrap());
        let other = engine.oauth().register(b"{}", elsewhere).await.unwrap_err();
        assert!(matches!(other, RegistrationError::RedirectUri(_)), "{other:?}");
    }
}

#[tokio::test]
async fn all_strangers_together_register_so_many_programs() {
    let (engine, ..) = engine(OAuthOptions::default()).await;
    let mut taken = 0;
    let refused = loop {
        let from = IpAddr::from(0x0a00_0000_u32.wrapping_add(taken).to_be_bytes());
        match engine.oauth().register(b"{}", Some(from)).await.unwrap_err() {
            RegistrationError::RedirectUri(_) => taken += 1,
            other => break other,
        }
        assert!(taken < 2_000);
    };
    assert!((1_000..1_100).contains(&taken), "{taken}");
    assert!(matches!(refused, RegistrationError::TooMany { .. }), "{refused:?}");
    assert!(refused.to_string().contains("by whomever"), "{refused}");
}

#[tokio::test]
async fn programs_that_nobody_uses_are_forgotten_after_a_week_and_used_ones_after_a_quarter() {
    let setup = Setup::default();
    let sim = Simulator::start(setup.sim.clone()).await.unwrap();
    let mut options = options(setup, &sim);
    options.audit.tidy_every = Duration::from_millis(20);
    let begin: Timestamp = "2026-11-29T12:00:00Z".parse().unwrap();
    let clock = Clock::manual(begin);
    let engine = Engine::open(options, clock.clone()).await.unwrap();
    let said = |port: u16| json!({"redirect_uris": [format!("http://localhost:{port}/cb")]});
    let (unused, used) = (
        register(&engine, &said(1)).await.client,
        register(&engine, &said(2)).await.client,
    );
    engine.oauth().note_use(&used).await;
    let is_known = async |id: &str| engine.oauth().client(id, None).await.is_ok();
    let gone = async |id: &str| {
        for _ in 0..200 {
            if !is_known(id).await {
                return true;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        false
    };
    clock.set(begin + SignedDuration::from_hours(7 * 24 - 1));
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert!(is_known(&unused.id).await);
    clock.set(begin + SignedDuration::from_hours(7 * 24 + 1));
    assert!(gone(&unused.id).await);
    clock.set(begin + SignedDuration::from_hours(89 * 24));
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert!(is_known(&used.id).await);
    engine.oauth().note_use(&used).await;
    clock.set(begin + SignedDuration::from_hours((89 + 89) * 24));
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert!(is_known(&used.id).await, "its last use counts");
    clock.set(begin + SignedDuration::from_hours((89 + 91) * 24));
    assert!(gone(&used.id).await);
}

/// An engine that fetches documents in an internet of which nothing is public, and how often a name was looked up there.
async fn fetching() -> (Engine, Arc<AtomicUsize>) {
    let looked_up = Arc::<AtomicUsize>::default();
    let counted = looked_up.clone();
    let rehearsal = Rehearsal {
        names: Arc::new(move |_| {
            counted.fetch_add(1, Ordering::SeqCst);
            vec!["10.0.0.1".parse().unwrap()]
        }),
        loopback: false,
        certificate: None,
    };
    let oauth = OAuthOptions {
        client_metadata: true,
        documents: DocumentOptions {
            rehearsal: Some(rehearsal),
            ..DocumentOptions::default()
        },
        ..OAuthOptions::default()
    };
    (engine(oauth).await.0, looked_up)
}

#[tokio::test]
async fn a_document_that_is_none_is_not_asked_for_again_at_once() {
    let (engine, looked_up) = fetching().await;
    for _ in 0..3 {
        match engine.oauth().client("https://client.example/client", None).await {
            Err(ClientError::Unreachable { told, reason, .. }) => {
                assert!(
                    told.contains("could not be fetched") && !told.contains("public"),
                    "{told}"
                );
                assert!(reason.unwrap().contains("public internet"));
            }
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(looked_up.load(Ordering::SeqCst), 1);
    // What is no address of a document costs nobody anything.
    for address in [
        "http://client.example/client",
        "https://10.0.0.1/client",
        "cursor://x.y/z",
    ] {
        let answer = engine.oauth().client(address, None).await;
        assert!(matches!(answer, Err(ClientError::Document(_))), "{answer:?}");
    }
    assert_eq!(looked_up.load(Ordering::SeqCst), 1);
    // Who comes back with what it was given does not need its document.
    let again = engine
        .oauth()
        .client_again("https://client.example/client")
        .await
        .unwrap();
    assert_eq!(again.host.as_deref(), Some("client.example"));
}

#[tokio::test]
async fn one_address_makes_this_server_fetch_so_many_documents() {
    let (engine, looked_up) = fetching().await;
    let ask = async |n: usize, from: &str| {
        let address = format!("https://host{n}.example/client");
        engine
            .oauth()
            .client(&address, Some(from.parse().unwrap()))
            .await
            .unwrap_err()
    };
    let is_busy = |error: ClientError| match error {
        ClientError::Unreachable { told, .. } => told.contains("too many"),
        other => panic!("{other:?}"),
    };
    for n in 0..20 {
        assert!(!is_busy(ask(n, "192.0.2.1").await), "{n}");
    }
    assert!(is_busy(ask(20, "192.0.2.1").await));
    assert_eq!(looked_up.load(Ordering::SeqCst), 20);
    assert!((refused(&engine, "client_documents") - 1.0).abs() < 0.5);
    // What is known is told all the same, and others are not concerned.
    assert!(!is_busy(ask(0, "192.0.2.1").await));
    assert!(!is_busy(ask(20, "192.0.2.2").await));
}

#[tokio::test]
async fn one_host_is_left_in_peace_however_many_ask() {
    let (engine, looked_up) = fetching().await;
    for caller in 0..7 {
        for n in 0..20 {
            let address = format!("https://client.example/{caller}-{n}");
            let from = IpAddr::from([192, 0, 2, caller]);
            assert!(engine.oauth().client(&address, Some(from)).await.is_err());
        }
    }
    let fetched = looked_up.load(Ordering::SeqCst);
    assert!((120..140).contains(&fetched), "{fetched}");
}
