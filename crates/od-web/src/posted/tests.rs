use crate::tests::house::House;

#[tokio::test]
async fn a_large_form_is_read_of_members_alone_and_where_it_is_needed() {
    let house = House::open().await;
    let large = "x".repeat(100 * 1024);
    let mut stranger = house.visitor();
    let page = stranger.get("/login").await;
    let refused = stranger.submit(&page, "/login", &[("master_key", &large)]).await;
    assert_eq!(refused.status, 413, "{}", refused.body);
    let unread = stranger.post("/console", &[("json".to_owned(), large.clone())]).await;
    assert_eq!(unread.status, 303, "{}", unread.body);
    let mut owner = house.owner().await;
    let page = owner.get("/sessions").await;
    let refused = owner.submit(&page, "/logout", &[("session", &large)]).await;
    assert_eq!(refused.status, 413, "{}", refused.body);
    let page = owner.get("/console").await;
    let taken = owner.submit(&page, "/console", &[("json", &large)]).await;
    assert_ne!(taken.status, 413, "{}", taken.body);
}
