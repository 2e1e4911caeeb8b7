use std::time::Duration;

use od_engine::Error;

use super::Browser;
use crate::{
    cookies::Cookies,
    tests::{
        house::{HOME, House, nobody},
        options,
    },
};

/// A page is shown as to nobody then; a form of theirs is not judged as nobody's.
#[tokio::test]
async fn who_cannot_be_looked_for_now_is_not_nobody() {
    let house = House::open().await;
    let begun = house.engine.sessions().sign_in(&house.key, &nobody(), None).await;
    let browser = Browser {
        cookies: Cookies::new(&options(Some(HOME), false)),
        id: od_engine::new_browser(),
        is_known: true,
        session: Some(begun.unwrap().text),
    };
    let found = browser.signed_in(&house.engine).await.unwrap();
    assert_eq!(found.unwrap().tenant(), house.scope(&house.key).await.tenant());
    house.engine.shutdown(Duration::ZERO).await;
    assert!(matches!(browser.signed_in(&house.engine).await, Err(Error::Storage(_))));
    assert!(browser.shown_to(&house.engine).await.is_none());
}
