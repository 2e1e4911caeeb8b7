//! What a copy costs in requests, and that it loses nothing.

use super::*;

#[tokio::test]
async fn a_fill_takes_as_many_requests_as_there_are_pages_and_a_question_after_it_none() {
    for (orders, pages) in [(0, 1), (499, 1), (500, 1), (501, 2), (1_000, 2)] {
        let (shop, clock) = shop_of(orders).await;
        let first = report(&shop, sales()).await.unwrap();
        assert_eq!(lists(&shop), pages, "{orders} orders");
        assert_eq!(first.data["complete"], true, "{}", first.data);
        queue(&shop, json!({})).await.unwrap();
        find(&shop, "ada").await;
        assert_eq!(lists(&shop), pages, "{orders} orders");
        clock.set(now() + Duration::from_secs(16));
        report(&shop, sales()).await.unwrap();
        assert_eq!(lists(&shop), pages + 1, "one that asks for changes");
    }
}

#[tokio::test]
async fn a_page_that_was_stored_is_not_asked_for_again() {
    let (shop, _) = shop_of(1_200).await;
    let refused = FaultKind::ErrorBeforeCommit {
        status: 400,
        html: false,
    };
    let passes = Fault::new(refused).on("GET", "/orders").after(2);
    shop.sim.inject(passes);
    assert!(matches!(report(&shop, sales()).await, Err(Error::Upstream(_))));
    assert_eq!(lists(&shop), 3);
    let whole = report(&shop, sales()).await.unwrap();
    assert_eq!(lists(&shop), 4, "the last page alone");
    assert_eq!(whole.data["complete"], true);
}

#[tokio::test]
async fn a_copy_that_is_not_whole_says_so_and_goes_on() {
    let mut setup = setup(vec![SeedStore::new(
        "90001",
        "Sample Goods",
        ShopKind::PrintOnDemand,
        600,
    )]);
    setup.mirror.patience = Duration::from_secs(2);
    let (shop, _) = shop_with(setup).await;
    shop.sim
        .inject(Fault::new(FaultKind::Slow { ms: 4_000 }).on("GET", "/orders").after(1));
    let half = report(&shop, sales()).await.unwrap().data;
    assert_eq!(
        (&half["complete"], &half["orders_counted"].as_u64().map(|n| n > 0)),
        (&json!(false), &Some(true))
    );
    assert!(half["reason"].as_str().unwrap().contains("500 of 600"), "{half}");
    assert!(half["seconds_remaining"].as_u64().unwrap() >= 1);
    // The page that is on its way is waited for, and not asked for again.
    for _ in 0..20 {
        let told = report(&shop, sales()).await.unwrap().data;
        if told["complete"] == true {
            assert_eq!(lists(&shop), 2);
            return;
        }
    }
    panic!("it does not get on");
}

#[tokio::test]
async fn another_engine_on_the_database_reads_the_copy_and_not_order_desk() {
    let folder = tempfile::tempdir().unwrap();
    let database = DbOptions {
        url: format!("sqlite://{}", folder.path().join("app.db").display()),
        ..DbOptions::default()
    };
    let store = SeedStore::new("90001", "Sample Goods", ShopKind::PrintOnDemand, 700);
    let mut setup = setup(vec![store]);
    setup.database = database.clone();
    let text = setup.root_key.to_base64();
    let root_key = || od_engine::RootKey::from_base64(secrecy::ExposeSecret::expose_secret(&text)).unwrap();
    let (shop, clock) = shop_with(setup).await;
    let before = report(&shop, sales()).await.unwrap().data;
    let again = Setup {
        database,
        root_key: root_key(),
        ..Setup::default()
    };
    let other = od_engine::Engine::open(options(again, &shop.sim), clock).await.unwrap();
    let input: RunReport = serde_json::from_value(sales()).unwrap();
    shop.sim.clear_requests();
    let after = other.insight().report(&shop.scope(), input).await.unwrap().data;
    assert_eq!(after, before);
    assert_eq!(lists(&shop), 0);
    // Nobody who has the file reads a shopper in it.
    shop.engine.checkpoint().await.unwrap();
    let file = std::fs::read(folder.path().join("app.db")).unwrap();
    let order = &shop.sim.orders("90001")[3];
    for secret in [&order["email"], &order["shipping"]["address1"], &order["source_id"]] {
        let secret = secret.as_str().unwrap().as_bytes();
        assert!(!file.windows(secret.len()).any(|part| part == secret), "{secret:?}");
    }
    assert!(
        file.windows(13).any(|part| part == b"mirror_chunks"),
        "the file was read"
    );
}

#[tokio::test]
async fn what_no_date_of_change_shows_is_found_by_counting() {
    let (shop, clock) = shop_of(620).await;
    let counted = |data: &Value| data["orders_counted"].as_u64().unwrap();
    let before = queue(&shop, json!({})).await.unwrap().data;
    let ids = shop.order_ids();
    assert!(shop.sim.delete_order("90001", &ids[100]));
    let prepared = shop.sim.folders("90001")[1].0.parse::<u64>().unwrap();
    let closed = |id: &&String| shop.stored(id)["folder_id"] != prepared;
    let moved = ids.iter().skip(200).find(closed).unwrap();
    assert!(shop.sim.edit_order_unseen("90001", moved, |order| {
        order.insert("folder_id".to_owned(), prepared.into());
    }));
    clock.set(now() + Duration::from_mins(1));
    let unseen = queue(&shop, json!({})).await.unwrap();
    assert_eq!(counted(&unseen.data), counted(&before), "no count is due");
    let fresh = queue(&shop, json!({ "fresh": true })).await.unwrap();
    assert_eq!(counted(&fresh.data), counted(&before) - 1);
    assert!(
        fresh.warnings.iter().any(|warning| warning.contains("read anew")),
        "{:?}",
        fresh.warnings
    );
    let in_prepared = |data: &Value| data["folders"][1]["orders"].as_u64().unwrap();
    let stored = shop
        .sim
        .orders("90001")
        .iter()
        .filter(|order| order["folder_id"] == prepared)
        .count();
    assert_eq!(in_prepared(&fresh.data), stored as u64);
    // The third time nothing differs, and nothing is said.
    clock.set(now() + Duration::from_secs(700));
    let quiet = queue(&shop, json!({})).await.unwrap();
    assert!(quiet.warnings.is_empty(), "{:?}", quiet.warnings);
}

#[tokio::test]
async fn what_is_written_here_shows_at_once() {
    let (shop, _) = shop_of(40).await;
    let in_new = |data: &Value| data["folders"][0]["orders"].as_u64().unwrap();
    let before = in_new(&queue(&shop, json!({})).await.unwrap().data);
    let new: u64 = shop.sim.folders("90001")[0].0.parse().unwrap();
    let mut of_new = shop.order_ids();
    of_new.retain(|id| shop.stored(id)["folder_id"] == new);
    let input = od_engine::orders::MoveOrders {
        store: None,
        order_ids: vec![of_new[0].clone()],
        destination: od_engine::orders::Destination::Name("Closed".to_owned()),
        dry_run: false,
        confirmed: true,
    };
    shop.engine.orders().move_folder(&shop.scope(), input).await.unwrap();
    assert_eq!(in_new(&queue(&shop, json!({})).await.unwrap().data), before - 1);
    let input = od_engine::orders::DeleteOrder {
        store: None,
        order_id: of_new[1].clone(),
        dry_run: false,
        confirm: true,
    };
    shop.engine.orders().delete(&shop.scope(), input).await.unwrap();
    assert_eq!(in_new(&queue(&shop, json!({})).await.unwrap().data), before - 2);
}

#[tokio::test]
async fn without_copies_the_questions_say_which_setting_it_is() {
    let mut setup = setup(vec![SeedStore::new(
        "90001",
        "Sample Goods",
        ShopKind::PrintOnDemand,
        3,
    )]);
    setup.mirror = MirrorOptions {
        days: 0,
        ..setup.mirror
    };
    let (shop, _) = shop_with(setup).await;
    let refused = report(&shop, sales()).await.unwrap_err();
    assert_eq!(refused.code(), "VALIDATION_ERROR");
    assert!(refused.to_string().contains("MIRROR_DAYS"), "{refused}");
}

#[tokio::test]
async fn chunks_of_many_changes_are_written_anew_and_keep_what_they_say() {
    let folder = tempfile::tempdir().unwrap();
    let database = DbOptions {
        url: format!("sqlite://{}", folder.path().join("app.db").display()),
        ..DbOptions::default()
    };
    let store = SeedStore::new("90001", "Sample Goods", ShopKind::PrintOnDemand, 30);
    let mut setup = setup(vec![store]);
    setup.database = database.clone();
    let (shop, clock) = shop_with(setup).await;
    let db = od_db::Db::connect(&database).await.unwrap();
    let scope = shop.scope();
    let store_row = db.stores().list(scope.tenant()).await.unwrap()[0].id.clone();
    let row = async || db.mirrors().get(scope.tenant(), &store_row).await.unwrap().unwrap();
    let id = shop.order_ids()[7].clone();
    report(&shop, sales()).await.unwrap();
    let mut editions = vec![row().await.edition];
    let mut chunks = Vec::new();
    for round in 1..=130 {
        shop.sim.edit_order("90001", &id, |order| {
            order.insert("source_name".to_owned(), format!("Channel {round}").into());
        });
        clock.set(now() + Duration::from_secs(20 * round));
        report(&shop, sales()).await.unwrap();
        let row = row().await;
        chunks.push(row.last_chunk);
        if editions.last() != Some(&row.edition) {
            editions.push(row.edition);
        }
    }
    // A page and 64 changes are written anew, as two pieces; what they are made of does not count among the next 64 changes.
    assert_eq!(
        (chunks[62], chunks[63], chunks[127], chunks[128]),
        (64, 2, 66, 2),
        "{chunks:?}"
    );
    assert_eq!(editions.len(), 3);
    assert_eq!(find(&shop, &id).await[0], (id.clone(), "id".to_owned()));
    let rows = report(&shop, sales()).await.unwrap().data;
    let rows = rows["rows"].as_array().unwrap();
    let channels = rows
        .iter()
        .filter(|row| row["source"].as_str().unwrap().starts_with("Channel"));
    assert_eq!(
        channels.map(|row| row["source"].as_str().unwrap()).collect::<Vec<_>>(),
        ["Channel 130"]
    );
}

#[tokio::test]
async fn a_copy_that_alone_is_larger_than_all_may_be_says_so() {
    let mut setup = setup(vec![SeedStore::new(
        "90001",
        "Sample Goods",
        ShopKind::PrintOnDemand,
        3,
    )]);
    setup.mirror.max_bytes = 1_000;
    let (shop, _) = shop_with(setup).await;
    let told = queue(&shop, json!({})).await.unwrap();
    let warned = told.warnings.iter().any(|warning| warning.contains("MIRROR_MAX_MB"));
    assert!(warned, "{:?}", told.warnings);
    let (shop, _) = shop_of(3).await;
    assert_eq!(queue(&shop, json!({})).await.unwrap().warnings, [""; 0]);
}
