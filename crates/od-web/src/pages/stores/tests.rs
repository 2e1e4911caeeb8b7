use crate::tests::house::House;

#[tokio::test]
async fn a_store_is_registered_once_order_desk_accepts_its_key() {
    let house = House::with_shops(|_| ()).await;
    let mut owner = house.owner().await;
    let empty = owner.get("/stores").await;
    assert!(empty.body.contains("No store is registered yet"), "{}", empty.body);
    assert_eq!(empty.body.matches("Add a store").count(), 1, "{}", empty.body);

    house.add(&mut owner, "90001", "Mug Shop").await;
    let list = owner.get("/stores?done=added").await;
    for told in [
        "The store was added: Order Desk answered with this key.",
        "href=\"/connect\"",
        "Mug Shop",
        "90001",
        "/stores/90001",
        "Active",
        "<time datetime=",
    ] {
        assert!(list.body.contains(told), "{told} in {}", list.body);
    }
    assert!(!list.body.contains(&house.api_key("90001")));
    assert_eq!(list.headers["cache-control"], "no-store");

    let entry = house.recorded("stores.register").await;
    assert_eq!((entry.status.as_str(), entry.source.as_str()), ("success", "webui"));
    assert_eq!(entry.parameters["store_id"], "90001");
    assert!(!entry.parameters.to_string().contains(&house.api_key("90001")));
}

#[tokio::test]
async fn without_a_name_a_store_is_called_as_at_order_desk() {
    let house = House::with_shops(|_| ()).await;
    let mut owner = house.owner().await;
    house.add(&mut owner, "90002", "").await;
    let list = owner.get("/stores").await;
    assert!(list.body.contains("Sample Outlet"), "{}", list.body);
}

#[tokio::test]
async fn a_refused_key_is_told_and_never_comes_back() {
    let house = House::with_shops(|_| ()).await;
    let mut owner = house.owner().await;
    let page = owner.get("/stores/new").await;
    let typed = [
        ("store_id", "90001"),
        ("api_key", "not-the-key-of-it"),
        ("store_name", "Mug \"Shop\""),
        ("label", "mine"),
    ];
    let refused = owner.submit(&page, "/stores/new", &typed).await;
    assert_eq!(refused.status, 422, "{}", refused.body);
    assert!(refused.body.contains("role=\"alert\""), "{}", refused.body);
    assert!(refused.body.contains("id=\"api_key-problem\""), "{}", refused.body);
    assert_eq!(refused.value("store_id").as_deref(), Some("90001"));
    assert_eq!(refused.value("store_name").as_deref(), Some("Mug \"Shop\""));
    assert_eq!(refused.value("label").as_deref(), Some("mine"));
    assert!(!refused.body.contains("not-the-key-of-it"), "{}", refused.body);
    assert!(owner.get("/stores").await.body.contains("No store is registered yet"));
    let entry = house.recorded("stores.register").await;
    assert_eq!(entry.status, "error");
    assert!(!entry.parameters.to_string().contains("not-the-key-of-it"));
}

#[tokio::test]
async fn each_problem_stands_beside_its_field() {
    let house = House::with_shops(|_| ()).await;
    let mut owner = house.owner().await;
    let page = owner.get("/stores/new").await;
    let long = "x".repeat(201);
    let typed = [("store_id", "shop"), ("store_name", "123"), ("label", &long)];
    let refused = owner.submit(&page, "/stores/new", &typed).await;
    assert_eq!(refused.status, 422, "{}", refused.body);
    for field in ["store_id", "api_key", "store_name", "label"] {
        assert!(
            refused.body.contains(&format!("id=\"{field}-problem\"")),
            "{field} in {}",
            refused.body
        );
    }
    assert!(refused.body.contains("Store ID must be"), "{}", refused.body);
    assert!(house.simulator().requests().is_empty());
}

#[tokio::test]
async fn what_is_taken_is_told_beside_its_field() {
    let house = House::with_shops(|_| ()).await;
    let mut owner = house.owner().await;
    house.add(&mut owner, "90001", "Mug Shop").await;
    let page = owner.get("/stores/new").await;
    let (first, second) = (house.api_key("90001"), house.api_key("90002"));
    let again = owner
        .submit(&page, "/stores/new", &[("store_id", "90001"), ("api_key", &first)])
        .await;
    assert_eq!(again.status, 422);
    assert!(again.body.contains("id=\"store_id-problem\""), "{}", again.body);
    let typed = [("store_id", "90002"), ("api_key", &second), ("store_name", "mug shop")];
    let named = owner.submit(&page, "/stores/new", &typed).await;
    assert_eq!(named.status, 422);
    assert!(named.body.contains("id=\"store_name-problem\""), "{}", named.body);
}

#[tokio::test]
async fn too_many_refused_keys_have_to_wait() {
    let house = House::with_shops(|_| ()).await;
    let mut owner = house.owner().await;
    let page = owner.get("/stores/new").await;
    let mut last = None;
    for _ in 0..6 {
        last = Some(
            owner
                .submit(&page, "/stores/new", &[("store_id", "90001"), ("api_key", "wrong-key")])
                .await,
        );
    }
    let last = last.unwrap();
    assert_eq!(last.status, 429, "{}", last.body);
    assert!(last.headers.contains_key("retry-after"));
    assert!(last.body.contains("id=\"api_key-problem\""), "{}", last.body);
}

#[tokio::test]
async fn a_store_is_changed_and_an_empty_key_stays_what_it_was() {
    let house = House::with_shops(|_| ()).await;
    let mut owner = house.owner().await;
    house.add(&mut owner, "90001", "Mug Shop").await;
    let page = owner.get("/stores/90001").await;
    assert!(page.body.contains("<h1>Mug Shop</h1>"), "{}", page.body);
    assert_eq!(page.value("store_name").as_deref(), Some("Mug Shop"));
    let typed = [("store_name", "Cup Shop"), ("label", "EU"), ("api_key", "")];
    let saved = owner.submit(&page, "/stores/90001", &typed).await;
    assert_eq!(saved.location(), "/stores/90001?done=saved", "{}", saved.body);
    assert_eq!(house.recorded("stores.update").await.source, "webui");

    let page = owner.get("/stores/90001?done=saved").await;
    assert!(
        page.body.contains("<h1>Cup Shop</h1>") && page.body.contains("Saved."),
        "{}",
        page.body
    );
    assert_eq!(page.value("label").as_deref(), Some("EU"));
    let tested = owner.submit(&page, "/stores/90001/test", &[]).await;
    assert_eq!(tested.location(), "/stores/90001?done=tested", "{}", tested.body);

    let cleared = owner
        .submit(&page, "/stores/90001", &[("store_name", "Cup Shop"), ("label", "")])
        .await;
    assert_eq!(cleared.status, 303);
    assert_eq!(owner.get("/stores/90001").await.value("label").as_deref(), Some(""));
}

#[tokio::test]
async fn what_somebody_else_changed_meanwhile_stays() {
    let house = House::with_shops(|_| ()).await;
    let mut owner = house.owner().await;
    house.add(&mut owner, "90001", "Mug Shop").await;
    let (first, second) = (owner.get("/stores/90001").await, owner.get("/stores/90001").await);
    let third = owner.get("/stores/90001").await;
    let renamed = [("store_name", "Cup Shop"), ("label", "")];
    assert_eq!(owner.submit(&first, "/stores/90001", &renamed).await.status, 303);

    // The other page shows the former name still, and only the label was typed into it.
    let noted = [("store_name", "Mug Shop"), ("label", "EU")];
    assert_eq!(owner.submit(&second, "/stores/90001", &noted).await.status, 303);
    let page = owner.get("/stores/90001").await;
    assert_eq!(page.value("store_name").as_deref(), Some("Cup Shop"));
    assert_eq!(page.value("label").as_deref(), Some("EU"));
    assert_eq!(
        house.recorded("stores.update").await.parameters["store_name"],
        serde_json::Value::Null
    );

    // What both changed is asked about, and nothing is changed until it is answered.
    let other = [("store_name", "Jug Shop"), ("label", "")];
    let asked = owner.submit(&third, "/stores/90001", &other).await;
    assert_eq!(asked.status, 422, "{}", asked.body);
    asked.shows("Nothing was changed.");
    asked.shows("id=\"store_name-problem\">Name is Cup Shop by now");
    asked.hides("id=\"label-problem\"");
    assert_eq!(
        asked.value("store_name").as_deref(),
        Some("Jug Shop"),
        "what was typed stays"
    );
    assert_eq!(
        asked.value("label").as_deref(),
        Some("EU"),
        "nobody typed anything else there"
    );
    assert_eq!(
        owner.get("/stores/90001").await.value("store_name").as_deref(),
        Some("Cup Shop")
    );
    let answer = [("store_name", "Jug Shop"), ("label", "EU")];
    assert_eq!(owner.submit(&asked, "/stores/90001", &answer).await.status, 303);
    let page = owner.get("/stores/90001").await;
    assert_eq!(page.value("store_name").as_deref(), Some("Jug Shop"));
    assert_eq!(page.value("label").as_deref(), Some("EU"));

    // What is stored so already is no question.
    assert_eq!(owner.submit(&third, "/stores/90001", &answer).await.status, 303);
}

#[tokio::test]
async fn a_new_key_that_is_refused_replaces_nothing() {
    let house = House::with_shops(|_| ()).await;
    let mut owner = house.owner().await;
    house.add(&mut owner, "90001", "Mug Shop").await;
    let page = owner.get("/stores/90001").await;
    let typed = [("store_name", "Cup Shop"), ("api_key", "not-the-key-of-it")];
    let refused = owner.submit(&page, "/stores/90001", &typed).await;
    assert_eq!(refused.status, 422);
    assert!(refused.body.contains("id=\"api_key-problem\""), "{}", refused.body);
    assert_eq!(refused.value("store_name").as_deref(), Some("Cup Shop"));
    assert!(!refused.body.contains("not-the-key-of-it"));
    assert!(
        !house
            .recorded("stores.update")
            .await
            .parameters
            .to_string()
            .contains("not-the-key")
    );
    let page = owner.get("/stores/90001").await;
    assert_eq!(page.value("store_name").as_deref(), Some("Mug Shop"));
    assert_eq!(owner.submit(&page, "/stores/90001/test", &[]).await.status, 303);
}

#[tokio::test]
async fn a_connection_that_fails_says_so_on_the_page() {
    let house = House::with_shops(|_| ()).await;
    let mut owner = house.owner().await;
    house.add(&mut owner, "90001", "Mug Shop").await;
    let page = owner.get("/stores/90001").await;
    house
        .simulator()
        .inject(od_sim::Fault::new(od_sim::FaultKind::ErrorBeforeCommit {
            status: 400,
            html: false,
        }));
    let failed = owner.submit(&page, "/stores/90001/test", &[]).await;
    assert_eq!(failed.status, 422, "{}", failed.body);
    assert!(failed.body.contains("role=\"alert\""), "{}", failed.body);
}

#[tokio::test]
async fn deleting_takes_the_stores_name() {
    let house = House::with_shops(|_| ()).await;
    let mut owner = house.owner().await;
    house.add(&mut owner, "90001", "Mug Shop").await;
    let page = owner.get("/stores/90001").await;
    assert!(page.body.contains("Type Mug Shop to confirm"), "{}", page.body);
    for typed in ["", "mug shop", "90001"] {
        let refused = owner.submit(&page, "/stores/90001/delete", &[("confirm", typed)]).await;
        assert_eq!(refused.status, 422, "{typed}");
        assert!(refused.body.contains("id=\"confirm-problem\""), "{}", refused.body);
    }
    let deleted = owner
        .submit(&page, "/stores/90001/delete", &[("confirm", "Mug Shop")])
        .await;
    assert_eq!(deleted.location(), "/stores?done=deleted", "{}", deleted.body);
    assert_eq!(house.recorded("stores.delete").await.source, "webui");
    assert_eq!(owner.get("/stores/90001").await.status, 404);
}

#[tokio::test]
async fn a_form_of_somebody_else_changes_nothing() {
    let house = House::with_shops(|_| ()).await;
    let mut owner = house.owner().await;
    house.add(&mut owner, "90001", "Mug Shop").await;
    let page = owner.get("/stores/90001").await;
    let elsewhere = owner.get("/stores/new").await;
    let actions = [
        "/stores/new",
        "/stores/90001",
        "/stores/90001/test",
        "/stores/90001/delete",
    ];
    let typed = [("confirm", "Mug Shop"), ("store_name", "Taken")];
    let asked = house.simulator().requests().len();
    for action in actions {
        assert_eq!(owner.post(action, &typed).await.status, 403, "{action} without a token");
        let other = [&typed[..], &[("csrf", "AAAA")]].concat();
        assert_eq!(
            owner.post(action, &other).await.status,
            403,
            "{action} with another's token"
        );
    }
    owner.headers = vec![("origin", "https://evil.example")];
    for (page, action) in [
        (&elsewhere, actions[0]),
        (&page, actions[1]),
        (&page, actions[2]),
        (&page, actions[3]),
    ] {
        assert_eq!(
            owner.submit(page, action, &typed).await.status,
            403,
            "{action} from elsewhere"
        );
    }
    owner.headers.clear();
    assert_eq!(house.simulator().requests().len(), asked);
    assert_eq!(
        owner.get("/stores/90001").await.value("store_name").as_deref(),
        Some("Mug Shop")
    );
}

#[tokio::test]
async fn another_tenants_store_is_as_if_it_never_was() {
    let house = House::with_shops(|_| ()).await;
    let mut owner = house.owner().await;
    house.add(&mut owner, "90001", "Mug Shop").await;
    let page = owner.get("/stores/90001").await;
    let mut stranger = house.signed_in(&house.account("Stranger").await).await;
    let theirs = stranger.get("/stores/90001").await;
    let nobodys = stranger.get("/stores/91234").await;
    assert_eq!((theirs.status.as_u16(), nobodys.status.as_u16()), (404, 404));
    assert_eq!(theirs.essence(), nobodys.essence());
    for action in ["/stores/90001", "/stores/90001/test", "/stores/90001/delete"] {
        let tried = stranger.submit(&page, action, &[("confirm", "Mug Shop")]).await;
        assert_eq!(tried.status, 403, "{action} with a token of another browser");
    }
    // A store is found by its id alone.
    assert_eq!(owner.get("/stores/Mug%20Shop").await.status, 404);
}

#[tokio::test]
async fn script_in_a_stores_name_is_text() {
    let house = House::with_shops(|_| ()).await;
    let mut owner = house.owner().await;
    let name = "<script>alert(1)</script>\" onfocus=\"x";
    house.add(&mut owner, "90001", name).await;
    for path in ["/stores", "/stores/90001", "/"] {
        let page = owner.get(path).await;
        assert!(!page.body.contains("<script>alert"), "{path}: {}", page.body);
        assert!(!page.body.contains("\" onfocus"), "{path}: {}", page.body);
        assert!(page.body.contains("&#60;script&#62;alert(1)"), "{path}: {}", page.body);
    }
    let page = owner.get("/stores/90001").await;
    let deleted = owner.submit(&page, "/stores/90001/delete", &[("confirm", name)]).await;
    assert_eq!(deleted.status, 303);
}

#[tokio::test]
async fn a_locked_session_sees_and_does_nothing() {
    let house = House::with_shops(|_| ()).await;
    let mut owner = house.owner().await;
    house.add(&mut owner, "90001", "Mug Shop").await;
    let (full, new) = (owner.get("/stores/90001").await, owner.get("/stores/new").await);
    let asked = house.simulator().requests().len();

    let mut locked = house.locked().await;
    let list = locked.get("/stores").await;
    assert!(
        list.body.contains("Mug Shop") && list.body.contains("/unlock"),
        "{}",
        list.body
    );
    assert!(!list.body.contains("Add a store"), "{}", list.body);
    let page = locked.get("/stores/90001").await;
    assert_eq!(page.status, 200);
    for missing in ["Test connection", "Delete store", "Save", "api_key"] {
        assert!(!page.body.contains(missing), "{missing} in {}", page.body);
    }
    assert!(locked.get("/stores/new").await.location().starts_with("/unlock"));

    // Not even with the owner's forms.
    for (name, value) in &owner.cookies {
        if name.ends_with("_form") {
            locked.cookies.insert(name.clone(), value.clone());
        }
    }
    for (page, action) in [
        (&new, "/stores/new"),
        (&full, "/stores/90001"),
        (&full, "/stores/90001/test"),
        (&full, "/stores/90001/delete"),
    ] {
        let tried = locked
            .submit(page, action, &[("confirm", "Mug Shop"), ("store_name", "x")])
            .await;
        assert!(
            tried.location().starts_with("/unlock"),
            "{action}: {} {}",
            tried.status,
            tried.body
        );
    }
    assert_eq!(house.simulator().requests().len(), asked);
    assert_eq!(
        owner.get("/stores/90001").await.value("store_name").as_deref(),
        Some("Mug Shop")
    );
}

#[tokio::test]
async fn nobody_sees_stores_without_signing_in() {
    let house = House::with_shops(|_| ()).await;
    for path in ["/stores", "/stores/new", "/stores/90001"] {
        let reply = house.visitor().get(path).await;
        assert!(
            reply.location().starts_with("/login?next=%2Fstores"),
            "{path}: {}",
            reply.location()
        );
    }
}
