use std::time::Duration;

use od_engine::{
    Clock,
    audit::{AuditFilter, AuditPage},
};
use od_sim::{Fault, FaultKind, SimOptions};

use crate::tests::{browser::Browser, house::House};

/// A house at the time of its shops, with as many of the two stores as are asked for.
async fn house(stores: usize) -> (House, Browser) {
    let house = House::with_shops(|plan| plan.clock = Clock::manual(SimOptions::default().now)).await;
    let mut owner = house.owner().await;
    for (id, name) in [("90001", "Mug Shop"), ("90002", "Outlet")].into_iter().take(stores) {
        house.add(&mut owner, id, name).await;
    }
    house.simulator().clear_requests();
    (house, owner)
}

/// The stores whose orders were asked for, request by request.
fn asked(house: &House) -> Vec<String> {
    let requests = house.simulator().requests();
    let lists = requests.iter().filter(|request| request.path == "/orders");
    lists.filter_map(|request| request.store_id.clone()).collect()
}

/// The part, once there is something to show.
async fn looked(owner: &mut Browser, store: &str) -> String {
    for _ in 0..100 {
        let part = owner.fragment(&format!("/overview?live&store={store}")).await;
        assert_eq!(part.status, 200, "{}", part.body);
        if part.body.contains("<svg") {
            return part.body;
        }
        assert!(part.body.contains("hx-trigger=\"load delay:1500ms\""), "{}", part.body);
    }
    panic!("it is never read");
}

#[tokio::test]
async fn the_page_asks_nobody_and_its_script_has_the_orders_read() {
    let (house, mut owner) = house(1).await;
    let page = owner.get("/").await.body;
    assert!(
        page.contains("Orders of Mug Shop") && page.contains("were not read yet"),
        "{page}"
    );
    assert!(
        page.contains("hx-get=\"/overview?live&amp;store=90001\" hx-trigger=\"load, every 60s\""),
        "{page}"
    );
    assert!(asked(&house).is_empty(), "{:?}", asked(&house));

    let part = looked(&mut owner, "90001").await;
    let orders = house.simulator().orders("90001").len();
    for told in [
        "aria-label=\"Queue\"",
        "Prepared",
        "role=\"img\"",
        "As a table",
        "Bring up to date",
        // One word for one thing, here and in the tool.
        ">Stuck</th>",
        "<code>stuck</code>",
    ] {
        assert!(part.contains(told), "{told} in {part}");
    }
    assert!(part.contains("Sales by day from 2026-02-01 to 2026-03-02"), "{part}");
    assert!(
        orders > 0 && !part.contains("style=") && !part.contains("<script"),
        "{part}"
    );
    let before = asked(&house).len();
    let page = owner.get("/").await.body;
    assert!(page.contains("<svg") && page.contains("aria-label=\"Queue\""), "{page}");
    owner.fragment("/overview?live&store=90001").await;
    assert_eq!(asked(&house).len(), before, "what was read a moment ago is shown");

    let entry = house.recorded("dashboard.refresh").await;
    assert_eq!(
        (entry.source.as_str(), entry.status.as_str()),
        ("webui", "success"),
        "{entry:?}"
    );
    let calls = page.split("Recent calls").nth(1).unwrap();
    assert!(!calls.contains("dashboard.refresh"), "{calls}");
}

#[tokio::test]
async fn without_a_script_a_button_has_them_read() {
    let (house, mut owner) = house(1).await;
    let page = owner.get("/?pause").await;
    assert!(!page.body.contains("hx-get"), "{}", page.body);
    let sent = owner.submit(&page, "/overview", &[("store", "90001")]).await;
    assert_eq!(sent.location(), "/?store=90001", "{}", sent.body);
    let page = owner.follow(&sent).await.body;
    assert!(page.contains("<svg") && page.contains("Bring up to date"), "{page}");
    assert!(!asked(&house).is_empty());
}

#[tokio::test]
async fn one_store_at_a_time_is_shown_and_read() {
    let (house, mut owner) = house(2).await;
    let page = owner.get("/?store=90002").await.body;
    assert!(
        page.contains("href=\"/?store=90002\" aria-current=\"page\">Outlet"),
        "{page}"
    );
    assert!(page.contains("/overview?live&amp;store=90002"), "{page}");
    looked(&mut owner, "90002").await;
    assert!(
        asked(&house).iter().all(|store| store == "90002"),
        "{:?}",
        asked(&house)
    );
    // What there is not is as if nothing had been asked for.
    let page = owner.get("/?store=nought%22%3E").await.body;
    assert!(
        page.contains("aria-current=\"page\">Mug Shop") && !page.contains("nought\""),
        "{page}"
    );
}

#[tokio::test]
async fn only_a_script_of_ours_has_anything_read_and_only_of_ones_own_stores() {
    let (house, mut owner) = house(1).await;
    let link = owner.get("/overview?live&store=90001").await;
    assert_eq!(link.location(), "/?store=90001", "{}", link.body);
    let other = house.account("Red Harbor").await;
    let mut stranger = house.signed_in(&other).await;
    for store in ["90001", "Mug%20Shop", "4"] {
        let part = stranger.fragment(&format!("/overview?live&store={store}")).await;
        assert_eq!(part.status, 404, "{}", part.body);
    }
    assert_eq!(
        owner.fragment("/overview?live&store=Mug%20Shop").await.status,
        404,
        "an address has ids"
    );
    let mut nobody = house.visitor();
    let gone = nobody.fragment("/overview?live&store=90001").await;
    assert_eq!(gone.status, 204, "{}", gone.body);
    assert!(asked(&house).is_empty(), "{:?}", asked(&house));
}

#[tokio::test]
async fn a_locked_session_sees_nothing_of_it_and_has_nothing_read() {
    let (house, mut owner) = house(1).await;
    looked(&mut owner, "90001").await;
    let before = asked(&house).len();
    let mut locked = house.locked().await;
    let page = locked.get("/").await.body;
    assert!(!page.contains("id=\"orders\"") && !page.contains("<svg"), "{page}");
    let part = locked.fragment("/overview?live&store=90001").await;
    assert!(
        part.headers["hx-redirect"].to_str().unwrap().starts_with("/unlock"),
        "{}",
        part.body
    );
    assert_eq!(asked(&house).len(), before);
}

#[tokio::test]
async fn where_no_copies_are_kept_nothing_of_it_shows() {
    let house = House::with_shops(|plan| plan.engine.mirror.days = 0).await;
    let mut owner = house.owner().await;
    house.add(&mut owner, "90001", "Mug Shop").await;
    let page = owner.get("/").await.body;
    assert!(
        page.contains(">Stores</h2>") && !page.contains("overview") && !page.contains("Orders of"),
        "{page}"
    );
    let part = owner.fragment("/overview?live&store=90001").await;
    assert_eq!(part.status, 404, "{}", part.body);
}

#[tokio::test]
async fn what_cannot_be_read_is_told_and_not_tried_again_by_itself() {
    let (house, mut owner) = house(1).await;
    let refused = FaultKind::ErrorBeforeCommit {
        status: 400,
        html: false,
    };
    house.simulator().inject(Fault::new(refused).on("GET", "/orders"));
    let mut part = String::new();
    for _ in 0..50 {
        part = owner.fragment("/overview?live&store=90001").await.body;
        if part.contains("could not be read") {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!(
        part.contains("could not be read") && part.contains("Read the orders"),
        "{part}"
    );
    let before = asked(&house).len();
    owner.fragment("/overview?live&store=90001").await;
    assert_eq!(asked(&house).len(), before);
    let scope = house.scope(&house.key).await;
    let failed = AuditFilter {
        status: Some("error".to_owned()),
        ..AuditFilter::default()
    };
    let log = house.engine.audit_log();
    let mut entries = Vec::new();
    for _ in 0..100 {
        // It is written a moment later.
        entries = log.list(&scope, &failed, AuditPage::default()).await.unwrap();
        if !entries.is_empty() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(entries.len(), 1, "{entries:?}");
    // Who asks for it has it tried again.
    let page = owner.get("/").await;
    owner.submit(&page, "/overview", &[("store", "90001")]).await;
    assert!(owner.get("/").await.body.contains("<svg"));
}

#[tokio::test]
async fn what_a_question_has_read_shows_without_a_script_and_without_a_button() {
    let (house, mut owner) = house(1).await;
    let scope = house.scope(&house.key).await;
    let queue = serde_json::from_str("{}").unwrap();
    house.engine.insight().queue(&scope, queue).await.unwrap();
    let before = asked(&house).len();
    let page = owner.get("/?pause").await.body;
    assert!(
        page.contains("<svg") && page.contains("aria-label=\"Queue\"") && !page.contains("were not read yet"),
        "{page}"
    );
    assert_eq!(asked(&house).len(), before);
}
