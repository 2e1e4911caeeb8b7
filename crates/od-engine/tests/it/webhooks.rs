//! Orders that Order Desk posts.

use std::sync::Arc;
use std::time::{Duration, Instant};

use od_engine::audit::{AuditFilter, AuditPage};
use od_engine::orders::GetOrder;
use od_engine::stores::UpdateStore;
use od_engine::webhooks::{Accepted, Address, Format, News, Post, Refused, WebhookAction};
use od_engine::{ClientInfo, Engine, Grants, NewPersonalToken, Permission, Reading, RequestId};
use od_sim::{PostFormat, Written};
use secrecy::ExposeSecret;
use serde_json::json;

use crate::support::{Shop, new_tenant, scope};

mod kept;
mod meanwhile;

/// A shop that posts.
struct Posting {
    shop: Shop,
    token: String,
}

impl Posting {
    async fn open() -> Self {
        Self::of(Shop::open().await).await
    }

    async fn of(shop: Shop) -> Self {
        let webhook = shop
            .engine
            .webhooks()
            .enable(&shop.scope(), "90001")
            .await
            .unwrap()
            .data;
        let token = token(&webhook.address.unwrap());
        Self { shop, token }
    }

    fn engine(&self) -> &Engine {
        &self.shop.engine
    }

    async fn address(&self) -> Result<Arc<Address>, Refused> {
        self.engine().webhooks().find(self.token.clone(), None).await
    }

    fn written(&self, id: &str, format: PostFormat) -> Written {
        let post = od_sim::Post {
            format,
            ..od_sim::Post::to("http://127.0.0.1:9/")
        };
        self.shop.sim.written("90001", id, &post).unwrap()
    }

    async fn sends(&self, format: Format, body: &[u8], hash: &str) -> Result<Accepted, Refused> {
        let address = self.address().await?;
        self.engine()
            .webhooks()
            .accept(&address, post(format, body, Some(hash)))
            .await
    }

    async fn posts(&self, written: &Written) -> Result<Accepted, Refused> {
        let format = match written.content_type {
            "application/json" => Format::Json,
            _ => Format::Form,
        };
        self.sends(format, &written.body, &written.hash).await
    }

    fn counted(&self, outcome: &str) -> u64 {
        counted(self.engine(), outcome)
    }

    /// What is kept of posts: audit entries.
    async fn entries(&self) -> usize {
        while self.engine().health().await.audit_entries_queued > 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        let filter = AuditFilter {
            source: Some("webhook".to_owned()),
            ..AuditFilter::default()
        };
        let log = self.engine().audit_log();
        log.list(&self.shop.scope(), &filter, AuditPage::default())
            .await
            .unwrap()
            .len()
    }

    async fn reads(&self, id: &str) -> (serde_json::Value, bool) {
        let get = GetOrder {
            order_id: id.to_owned(),
            ..GetOrder::default()
        };
        let read = self.engine().orders().get(&self.shop.scope(), get).await.unwrap();
        (read.data["email"].clone(), read.cache.unwrap().hit)
    }
}

fn token(address: &str) -> String {
    address.rsplit('/').next().unwrap().to_owned()
}

fn post<'a>(format: Format, body: &'a [u8], hash: Option<&'a str>) -> Post<'a> {
    Post {
        format,
        body,
        store_id: Some("90001"),
        hash,
        request_id: RequestId::generate(),
        client: ClientInfo::default(),
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a few")]
fn counted(engine: &Engine, outcome: &str) -> u64 {
    let metrics = engine.metrics();
    let posts = metrics
        .iter()
        .find(|measured| measured.metric.name == "webhook_deliveries_total")
        .unwrap();
    let Reading::Values(values) = &posts.reading else {
        panic!("{posts:?}")
    };
    let (_, count) = values.iter().find(|(labels, _)| labels == &[outcome]).unwrap();
    *count as u64
}

#[tokio::test]
async fn a_posted_order_is_read_again_and_the_same_post_does_nothing() {
    let posting = Posting::open().await;
    let id = posting.shop.order_ids()[0].clone();
    posting.reads(&id).await;
    posting.shop.sim.edit_order("90001", &id, |fields| {
        fields.insert("email".to_owned(), json!("new@example.test"));
    });
    assert!(posting.reads(&id).await.1, "nobody said that it changed");

    let written = posting.written(&id, PostFormat::Form);
    assert_eq!(posting.posts(&written).await.unwrap(), Accepted::New);
    assert_eq!(posting.reads(&id).await, (json!("new@example.test"), false));
    assert!(posting.reads(&id).await.1);
    assert_eq!(posting.posts(&written).await.unwrap(), Accepted::Duplicate);
    assert!(posting.reads(&id).await.1, "a repetition empties nothing");

    // The same order in another format is the same post, with its shipment another one.
    assert_eq!(
        posting.posts(&posting.written(&id, PostFormat::Json)).await.unwrap(),
        Accepted::Duplicate
    );
    let shipped = posting
        .shop
        .order_ids()
        .into_iter()
        .find(|id| posting.shop.stored(id)["order_shipments"] != json!([]))
        .unwrap();
    posting.reads(&shipped).await;
    let with_shipment = posting.written(&shipped, PostFormat::Shipment);
    assert_eq!(posting.posts(&with_shipment).await.unwrap(), Accepted::New);
    assert!(!posting.reads(&shipped).await.1);
    assert_eq!((posting.counted("accepted"), posting.counted("duplicate")), (2, 2));
    assert_eq!(posting.entries().await, 2);
}

#[tokio::test]
async fn a_shipment_tells_of_its_order() {
    let posting = Posting::open().await;
    let id = posting.shop.order_ids()[0].clone();
    posting.reads(&id).await;
    let body = json!({ "shipment": { "id": "1", "order_id": id } }).to_string();
    let hash = posting.shop.sim.hash("90001", &body).unwrap();
    assert_eq!(
        posting.sends(Format::Json, body.as_bytes(), &hash).await.unwrap(),
        Accepted::New
    );
    assert!(!posting.reads(&id).await.1);
}

#[tokio::test]
async fn both_readings_of_the_hash_are_taken() {
    let posting = Posting::open().await;
    let id = posting.shop.order_ids()[0].clone();
    let json = json!({ "id": id, "gift_message": "50%25 off + more" }).to_string();
    let form = format!(
        "order={}",
        json.replace('%', "%25").replace('+', "%2B").replace(' ', "+")
    );
    let once = posting.shop.sim.hash("90001", &json).unwrap();
    let twice = posting
        .shop
        .sim
        .hash("90001", &json.replace('+', " ").replace("%25", "%"))
        .unwrap();
    assert_ne!(once, twice);
    for (hash, expected) in [
        (&once, Accepted::New),
        (&twice, Accepted::New),
        (&once, Accepted::Duplicate),
    ] {
        assert_eq!(
            posting.sends(Format::Form, form.as_bytes(), hash).await.unwrap(),
            expected
        );
    }
    assert_eq!(
        posting
            .sends(Format::Json, json.as_bytes(), &once.to_uppercase())
            .await
            .unwrap(),
        Accepted::Duplicate
    );
}

#[tokio::test]
async fn what_is_refused_leaves_a_number_and_nothing_else() {
    let posting = Posting::open().await;
    let id = posting.shop.order_ids()[0].clone();
    posting.reads(&id).await;
    let honest = posting.written(&id, PostFormat::Json);
    let address = posting.address().await.unwrap();
    let webhooks = posting.engine().webhooks();
    let (body, hash) = (honest.body.to_vec(), honest.hash.clone());
    let of_another = posting
        .shop
        .sim
        .hash("90002", std::str::from_utf8(&body).unwrap())
        .unwrap();
    let changed = [body.as_slice(), b" "].concat();
    let sent = |format, body, hash| post(format, body, hash);
    let unproven = [
        sent(Format::Json, &body, None),
        sent(Format::Json, &body, Some("")),
        sent(Format::Json, &body, Some(of_another.as_str())),
        sent(Format::Json, &changed, Some(hash.as_str())),
        sent(Format::Form, &body, Some(hash.as_str())),
        sent(Format::Form, b"", Some(hash.as_str())),
        sent(Format::Json, &body, Some(&hash[..63])),
    ];
    let number = unproven.len() as u64;
    for post in unproven {
        let refused = webhooks.accept(&address, post).await;
        assert!(matches!(refused, Err(Refused::Unproven)), "{refused:?}");
    }
    let foreign = Post {
        store_id: Some("90002"),
        ..post(Format::Json, &body, Some(&hash))
    };
    let refused = webhooks.accept(&address, foreign).await;
    assert!(matches!(refused, Err(Refused::ForeignStore)), "{refused:?}");
    let unusable = [
        "",
        "no JSON",
        "[]",
        "{}",
        r#"{"id":"../store"}"#,
        r#"{"id":null,"order":7}"#,
        "\"80012345\"",
    ];
    for text in unusable {
        let hash = posting.shop.sim.hash("90001", text).unwrap();
        let refused = posting.sends(Format::Json, text.as_bytes(), &hash).await;
        assert!(matches!(refused, Err(Refused::Unusable)), "{text}: {refused:?}");
    }
    let counts = ["unproven", "foreign_store", "unusable", "accepted"].map(|outcome| posting.counted(outcome));
    assert_eq!(counts, [number, 1, unusable.len() as u64, 0]);
    assert_eq!(posting.entries().await, 0);
    assert!(posting.reads(&id).await.1, "it is remembered as before");
    let shown = webhooks.show(&posting.shop.scope(), "90001").await.unwrap().data;
    assert_eq!(shown.last_post_at, None);
    assert_eq!(
        posting.posts(&honest).await.unwrap(),
        Accepted::New,
        "the honest one is new"
    );
    let without_store = Post {
        store_id: None,
        ..post(Format::Json, &honest.body, Some(&honest.hash))
    };
    assert_eq!(
        webhooks.accept(&address, without_store).await.unwrap(),
        Accepted::Duplicate
    );
}

#[tokio::test]
async fn an_address_lasts_until_it_is_ended() {
    let posting = Posting::open().await;
    let (engine, scope) = (posting.engine(), posting.shop.scope());
    let webhooks = engine.webhooks();
    let shown = webhooks.show(&scope, "90001").await.unwrap().data;
    assert_eq!(
        token(shown.address.as_deref().unwrap()),
        posting.token,
        "it is told again"
    );
    let again = webhooks.enable(&scope, "90001").await.unwrap().data;
    assert_eq!(again, shown, "switching it on twice is switching it on once");
    assert!(shown.how_to.unwrap().contains("Post Order JSON"));

    let rotated = webhooks.rotate(&scope, "90001").await.unwrap().data;
    let second = token(&rotated.address.unwrap());
    assert!(matches!(posting.address().await, Err(Refused::UnknownAddress)));
    webhooks.find(second.clone(), None).await.unwrap();
    let off = webhooks.disable(&scope, "90001").await.unwrap().data;
    assert_eq!((off.enabled, off.address), (false, None));
    assert!(matches!(
        webhooks.find(second, None).await,
        Err(Refused::UnknownAddress)
    ));
    assert!(!webhooks.show(&scope, "90001").await.unwrap().data.enabled);

    for made_up in ["", "odwh_", "x", &posting.token[1..], &format!("{}x", posting.token)] {
        let found = webhooks.find(made_up.to_owned(), None).await;
        assert!(matches!(found, Err(Refused::UnknownAddress)), "{made_up}");
    }
}

#[tokio::test]
async fn a_webhook_goes_with_its_store_and_follows_its_key() {
    let posting = Posting::open().await;
    let (engine, scope) = (posting.engine(), posting.shop.scope());
    let id = posting.shop.order_ids()[0].clone();
    let key = posting.shop.store.api_key.clone();
    // Order Desk takes the simulator's key only, so the new one is the old one: what matters is that it is derived again.
    let change = UpdateStore {
        api_key: Some(key.into()),
        ..UpdateStore::default()
    };
    engine.stores().update(&scope, "90001", change).await.unwrap();
    let written = posting.written(&id, PostFormat::Form);
    assert_eq!(posting.posts(&written).await.unwrap(), Accepted::New);

    engine.stores().delete(&scope, "90001").await.unwrap();
    assert!(matches!(posting.address().await, Err(Refused::UnknownAddress)));
    let refused = posting.posts(&written).await;
    assert!(matches!(refused, Err(Refused::UnknownAddress)), "{refused:?}");
}

#[tokio::test]
async fn only_who_may_change_stores_is_told_the_address() {
    let posting = Posting::open().await;
    let engine = posting.engine();
    let owner = posting.shop.scope();
    let token = NewPersonalToken {
        label: "reader".to_owned(),
        scopes: Grants::of(&[Permission::StoresRead, Permission::OrdersRead]),
        stores: None,
        expires_in: None,
    };
    let token = engine.tokens().create(&owner, token).await.unwrap().token;
    let reader = scope(&engine.auth().sign_in(&token).await.unwrap());
    let webhooks = engine.webhooks();
    for refused in [
        webhooks.show(&reader, "90001").await,
        webhooks.rotate(&reader, "90001").await,
    ] {
        assert_eq!(refused.unwrap_err().code(), "PERMISSION_DENIED");
    }
    let stranger = scope(&new_tenant(engine).await);
    let refused = webhooks.show(&stranger, "90001").await;
    assert_eq!(refused.unwrap_err().code(), "NOT_FOUND");
    posting.address().await.unwrap();
}

#[tokio::test]
async fn listeners_hear_of_their_own_stores() {
    let posting = Posting::open().await;
    let engine = posting.engine();
    let id = posting.shop.order_ids()[0].clone();
    let mut mine = engine.webhooks().changes(posting.shop.scope());
    let mut strangers = engine.webhooks().changes(scope(&new_tenant(engine).await));
    posting.posts(&posting.written(&id, PostFormat::Form)).await.unwrap();
    let owner = posting.shop.scope();
    let listened = engine
        .webhooks()
        .listened(&owner, "90001", &format!("0{id}"))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(mine.next().await, Some(News::Order(listened.clone())));
    posting.shop.note(&id, "Called.").await.unwrap();
    assert_eq!(
        mine.next().await,
        Some(News::Order(listened)),
        "a change made here is told as well"
    );
    for (store, order) in [("90001", "x"), ("1", "80010001")] {
        assert_eq!(engine.webhooks().listened(&owner, store, order).await.unwrap(), None);
    }

    let heard = tokio::time::timeout(Duration::from_millis(50), strangers.next()).await;
    assert!(heard.is_err(), "{heard:?}");
}

#[tokio::test]
async fn a_listener_who_lost_access_hears_nothing_more() {
    let posting = Posting::open().await;
    let engine = posting.engine();
    let owner = posting.shop.scope();
    let new = NewPersonalToken {
        label: "listener".to_owned(),
        scopes: Grants::ALL,
        stores: None,
        expires_in: None,
    };
    let made = engine.tokens().create(&owner, new).await.unwrap();
    let mut changes = engine
        .webhooks()
        .changes(scope(&engine.auth().sign_in(&made.token).await.unwrap()));
    engine.tokens().revoke(&owner, &made.view.token_id).await.unwrap();
    tokio::time::sleep(Duration::from_millis(1_100)).await;
    let id = posting.shop.order_ids()[0].clone();
    posting.posts(&posting.written(&id, PostFormat::Form)).await.unwrap();
    assert_eq!(changes.next().await, None);
}

#[tokio::test]
async fn unknown_addresses_are_tried_a_few_times_and_known_ones_always() {
    let posting = Posting::open().await;
    let webhooks = posting.engine().webhooks();
    posting.address().await.unwrap();
    let from = Some("192.0.2.7".parse().unwrap());
    let mut limited = 0;
    for _ in 0..300 {
        let made_up = od_vault::WebhookToken::generate().expose();
        match webhooks.find(made_up.expose_secret().to_owned(), from).await {
            Err(Refused::Limited { .. }) => limited += 1,
            Err(Refused::UnknownAddress) => {}
            other => panic!("{other:?}"),
        }
    }
    assert!((40..=60).contains(&limited), "{limited}");
    // The address that was seen before is found, also when it has to be looked for again.
    tokio::time::sleep(Duration::from_millis(1_100)).await;
    webhooks.find(posting.token.clone(), from).await.unwrap();
}

/// How long a thousand at once take. Nothing is claimed of it here: machines differ.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_posts_at_once_are_all_taken() {
    let posting = Arc::new(Posting::open().await);
    let ids = posting.shop.order_ids();
    let address = posting.address().await.unwrap();
    let mut tasks = tokio::task::JoinSet::new();
    for number in 0..1_000_usize {
        let (posting, address) = (posting.clone(), address.clone());
        let id = ids[number % ids.len()].clone();
        tasks.spawn(async move {
            let body = json!({ "id": id, "number": number }).to_string();
            let hash = posting.shop.sim.hash("90001", &body).unwrap();
            let began = Instant::now();
            let webhooks = posting.engine().webhooks();
            let accepted = webhooks
                .accept(&address, post(Format::Json, body.as_bytes(), Some(&hash)))
                .await;
            assert_eq!(accepted.unwrap(), Accepted::New);
            began.elapsed()
        });
    }
    let slowest = tasks.join_all().await.into_iter().max().unwrap();
    eprintln!("the slowest of a thousand took {slowest:?}");
    assert_eq!(posting.counted("accepted"), 1_000);
}

#[tokio::test]
async fn an_address_of_this_machine_alone_is_told_as_such() {
    let shop = Shop::open().await;
    let (webhooks, owner) = (shop.engine.webhooks(), shop.scope());
    assert_eq!(
        webhooks.show(&owner, "90001").await.unwrap().warnings,
        Vec::<String>::new()
    );
    for action in [WebhookAction::Enable, WebhookAction::Show, WebhookAction::Rotate] {
        let told = webhooks.act(&owner, "90001", action).await.unwrap();
        assert!(
            told.data.enabled && told.warnings[0].contains("on this machine alone"),
            "{told:?}"
        );
    }
    let off = webhooks.act(&owner, "90001", WebhookAction::Disable).await.unwrap();
    assert!(!off.data.enabled && off.warnings.is_empty(), "{off:?}");
}
