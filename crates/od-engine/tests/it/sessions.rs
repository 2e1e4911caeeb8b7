//! Web sessions: begun, going on, locked and unlocked, listed and ended.

use jiff::SignedDuration;
use od_engine::stores::Register;
use od_engine::tenants::NewTenant;
use od_engine::{
    Anonymous, AuthFailure, Call, ClientInfo, Clock, Engine, Error, Identity, RequestId, Scope, SessionCookie,
    SignInError, Source,
};
use secrecy::SecretString;

use crate::support::{Setup, Shop};

struct House {
    shop: Shop,
    clock: Clock,
    key: SecretString,
}

impl House {
    async fn open() -> Self {
        let clock = Clock::manual("2026-11-29T12:00:00Z".parse().unwrap());
        let shop = Shop::open_at(Setup::default(), clock.clone()).await;
        let key = tenant(&shop.engine).await;
        Self { shop, clock, key }
    }

    fn engine(&self) -> &Engine {
        &self.shop.engine
    }

    async fn sign_in(&self) -> SessionCookie {
        self.engine().sessions().sign_in(&self.key, &who(), None).await.unwrap()
    }

    async fn found(&self, cookie: &SessionCookie) -> Option<Identity> {
        let found = self.engine().sessions().find(&cookie.text).await.unwrap();
        found.map(|found| found.identity)
    }

    async fn scope(&self, cookie: &SessionCookie) -> Scope {
        scope(self.found(cookie).await.unwrap())
    }

    fn pass(&self, time: SignedDuration) {
        self.clock.set(self.clock.now() + time);
    }
}

async fn tenant(engine: &Engine) -> SecretString {
    engine.tenants().create(NewTenant::default()).await.unwrap().master_key
}

fn who() -> Anonymous {
    Anonymous {
        request_id: RequestId::generate(),
        source: Source::Webui,
        client: ClientInfo {
            name: None,
            ip: Some("192.0.2.1".to_owned()),
            user_agent: Some("Browser".to_owned()),
        },
    }
}

fn scope(identity: Identity) -> Scope {
    Scope::new(identity, RequestId::generate(), Source::Webui)
}

#[tokio::test]
async fn a_session_lives_as_long_as_it_is_used() {
    let house = House::open().await;
    let mut cookie = house.sign_in().await;
    let first = cookie.text.clone();
    for _ in 0..6 {
        house.pass(SignedDuration::from_mins(10));
        let found = house.engine().sessions().find(&cookie.text).await.unwrap().unwrap();
        cookie = found.cookie.expect("a session that was not noted for ten minutes");
    }
    // The first cookie's own end has come, whatever became of its session.
    assert!(house.engine().sessions().find(&first).await.unwrap().is_none());
    house.pass(SignedDuration::from_mins(16));
    assert!(house.found(&cookie).await.is_none());
}

#[tokio::test]
async fn a_page_that_asks_by_itself_keeps_no_session_going() {
    let house = House::open().await;
    let cookie = house.sign_in().await;
    house.pass(SignedDuration::from_mins(10));
    let seen = house.engine().sessions().glance(&cookie.text).await.unwrap().unwrap();
    assert!(seen.cookie.is_none());
    house.pass(SignedDuration::from_mins(6));
    assert!(house.engine().sessions().glance(&cookie.text).await.unwrap().is_none());
}

#[tokio::test]
async fn a_session_that_is_used_at_once_is_not_written_down_again() {
    let house = House::open().await;
    let cookie = house.sign_in().await;
    house.pass(SignedDuration::from_secs(30));
    let found = house.engine().sessions().find(&cookie.text).await.unwrap().unwrap();
    assert!(found.cookie.is_none());
}

#[tokio::test]
async fn a_locked_session_sees_what_is_not_sealed_and_opens_nothing() {
    let house = House::open().await;
    let engine = house.engine();
    let owner = house.scope(&house.sign_in().await).await;
    let sim = house.shop.store.clone();
    let store = Register {
        store_id: sim.store_id.clone(),
        api_key: sim.api_key.into(),
        store_name: None,
        label: None,
        verify: true,
    };
    engine.stores().register(&owner, store).await.unwrap();
    house.shop.sim.clear_requests();

    let cookie = engine.sessions().begin_locked(owner.tenant(), &who()).await.unwrap();
    let locked = house.scope(&cookie).await;
    assert!(locked.identity().is_locked());
    assert_eq!(engine.stores().list(&locked).await.unwrap().data.len(), 1);
    let refused = engine.stores().test(&locked, Some(&sim.store_id)).await.unwrap_err();
    assert!(matches!(refused, Error::Locked), "{refused:?}");
    // As a page or a tool would: in a call, which is recorded.
    let (inner, scope, id) = (engine.clone(), locked.clone(), sim.store_id.clone());
    let work = async move {
        let deleted = inner.stores().delete(&scope, &id).await?;
        Ok(deleted.map(|_| serde_json::Value::Null))
    };
    let call = Call {
        tool: "stores_delete".to_owned(),
        parameters: serde_json::json!({}),
        cost: 1,
        needs: None,
    };
    let refused = engine.call(&locked, call, Box::pin(work)).await.unwrap_err();
    assert!(matches!(refused, Error::Locked), "{refused:?}");
    assert_eq!(engine.stores().list(&owner).await.unwrap().data.len(), 1);
    let refused = engine.sessions().end_others(&locked).await.unwrap_err();
    assert!(matches!(refused, Error::Locked), "{refused:?}");
    assert_eq!(house.shop.sim.requests().len(), 0, "nothing is sent to Order Desk");

    let unlocked = engine
        .sessions()
        .unlock(&locked, &house.key, &who(), None)
        .await
        .unwrap();
    assert!(house.found(&cookie).await.is_none(), "the locked one has ended");
    let unlocked = house.scope(&unlocked).await;
    assert_eq!(unlocked.tenant(), owner.tenant());
    engine.stores().test(&unlocked, Some(&sim.store_id)).await.unwrap();
}

#[tokio::test]
async fn the_key_of_another_tenant_neither_unlocks_nor_confirms() {
    let house = House::open().await;
    let (engine, other) = (house.engine(), tenant(house.engine()).await);
    let owner = house.scope(&house.sign_in().await).await;
    let cookie = engine.sessions().begin_locked(owner.tenant(), &who()).await.unwrap();
    let locked = house.scope(&cookie).await;
    let of_another = |error: &SignInError| {
        matches!(
            error,
            SignInError::Engine(Error::Unauthenticated(AuthFailure::OtherTenant))
        )
    };
    let refused = engine
        .sessions()
        .unlock(&locked, &other, &who(), None)
        .await
        .unwrap_err();
    assert!(of_another(&refused), "{refused:?}");
    assert!(house.found(&cookie).await.unwrap().is_locked());
    let refused = engine
        .sessions()
        .confirm(&owner, &other, &who(), None)
        .await
        .unwrap_err();
    assert!(of_another(&refused), "{refused:?}");
    engine
        .sessions()
        .confirm(&owner, &house.key, &who(), None)
        .await
        .unwrap();
}

#[tokio::test]
async fn sessions_are_listed_and_ended_by_their_owner() {
    let house = House::open().await;
    let sessions = house.engine().sessions();
    let (here, there) = (house.sign_in().await, house.sign_in().await);
    let own = house.scope(&here).await;
    let other_key = tenant(house.engine()).await;
    let stranger = sessions.sign_in(&other_key, &who(), None).await.unwrap();
    let stranger = house.scope(&stranger).await;

    let listed = sessions.list(&own).await.unwrap();
    assert_eq!(listed.len(), 2);
    let away = listed.iter().find(|session| !session.is_own).unwrap();
    assert_eq!(away.ip_address.as_deref(), Some("192.0.2.1"));
    let refused = sessions.end(&stranger, &away.id).await.unwrap_err();
    assert!(matches!(refused, Error::NotFound { .. }), "{refused:?}");
    sessions.end(&own, &away.id).await.unwrap();
    assert!(house.found(&there).await.is_none());
    let refused = sessions.end(&own, &away.id).await.unwrap_err();
    assert!(matches!(refused, Error::NotFound { .. }), "{refused:?}");

    house.sign_in().await;
    assert_eq!(sessions.end_others(&own).await.unwrap(), 1);
    assert_eq!(sessions.list(&own).await.unwrap().len(), 1);
    sessions.sign_out(&own).await.unwrap();
    assert!(house.found(&here).await.is_none());
    assert_eq!(
        sessions.list(&stranger).await.unwrap().len(),
        1,
        "another tenant's stays"
    );
}
