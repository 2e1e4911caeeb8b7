use crate::tests::house::House;

#[tokio::test]
async fn a_browser_that_is_signed_out_is_out_at_its_next_request() {
    let house = House::open().await;
    let mut owner = house.owner().await;
    let mut phone = house.visitor();
    phone.headers = vec![("user-agent", "<script>alert(1)</script>")];
    phone.sign_in(&house.key).await;
    let page = owner.get("/sessions").await;
    page.shows("Firefox on Linux");
    page.shows("this one");
    page.shows("<code>192.0.2.1</code>");
    page.hides("<script>alert");
    page.shows("&#60;script&#62;alert(1)&#60;/script&#62;");
    assert_eq!(phone.get("/sessions").await.status, 200);
    let asked = owner.asked(&page, "/sessions/end").await;
    asked.hides("<script>alert");
    let ended = owner.submit(&asked, "/sessions/end", &[]).await;
    assert_eq!(ended.location(), "/sessions?done=ended");
    assert_eq!(phone.get("/sessions").await.location(), "/login?next=%2Fsessions");
    owner.get("/sessions").await.shows("signed in nowhere else");
}

#[tokio::test]
async fn all_others_are_signed_out_at_once() {
    let house = House::open().await;
    let (mut owner, mut phone, mut locked) = (house.owner().await, house.owner().await, house.locked().await);
    let page = owner.get("/sessions").await;
    page.shows("locked");
    owner.submit(&page, "/sessions/end-others", &[]).await;
    for other in [&mut phone, &mut locked] {
        assert_eq!(other.get("/sessions").await.status, 303);
    }
    assert_eq!(owner.get("/sessions").await.status, 200);
}

#[tokio::test]
async fn sessions_of_others_are_not_there() {
    let house = House::open().await;
    let stranger = house.account("Stranger").await;
    let mut theirs = house.visitor();
    theirs.sign_in(&stranger).await;
    let scope = house.scope(&stranger).await;
    let id = house.engine.sessions().list(&scope).await.unwrap()[0].id.clone();
    let (mut owner, _phone) = (house.owner().await, house.owner().await);
    let page = owner.get("/sessions").await;
    page.hides(&id);
    assert_eq!(owner.get(&format!("/sessions/end?session_id={id}")).await.status, 404);
    let list = page;
    let page = owner.asked(&list, "/sessions/end").await;
    assert_eq!(
        owner
            .submit(&page, "/sessions/end", &[("session_id", &id)])
            .await
            .status,
        404
    );
    assert_eq!(theirs.get("/sessions").await.status, 200);
    let forged = owner.submit(&page, "/sessions/end", &[("csrf", "x")]).await;
    assert_eq!(forged.status, 403);
    owner.headers = vec![("origin", "https://evil.example")];
    assert_eq!(owner.submit(&list, "/sessions/end-others", &[]).await.status, 403);
}

#[tokio::test]
async fn a_locked_session_sees_where_it_is_signed_in() {
    let house = House::open().await;
    let mut locked = house.locked().await;
    let page = locked.get("/sessions").await;
    assert_eq!(page.status, 200);
    page.shows("href=\"/unlock\"");
    page.hides("/sessions/end");
    let fields = [("csrf".to_owned(), page.hidden("/logout")[0].1.clone())];
    let reply = locked.post("/sessions/end-others", &fields).await;
    assert_eq!(reply.location(), "/unlock?next=%2Fsessions");
}
