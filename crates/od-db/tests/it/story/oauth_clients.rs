//! Programs that registered themselves.

use od_db::{Db, OAuthClientRow};

fn row(id: &str, repeat: Option<&str>, created_at: i64) -> OAuthClientRow {
    OAuthClientRow {
        id: id.to_owned(),
        name: "A program".to_owned(),
        redirect_uris: r#"["http://localhost/"]"#.to_owned(),
        auth_method: "none".to_owned(),
        secret_digest: None,
        repeat_digest: repeat.map(str::to_owned),
        created_at,
        last_grant_at: None,
    }
}

/// Also when it comes many times in the same moment.
pub async fn a_registration_that_is_repeated_gives_the_same_program_for_a_while(db: &Db) {
    let clients = db.oauth_clients();
    let register = async |id: &str, at: i64| {
        clients
            .register(&row(id, Some("same"), at), at - 10, 1000)
            .await
            .unwrap()
            .id
    };
    let at_once = ["rep-1", "rep-2", "rep-3"].map(|id| register(id, 1000));
    let [one, two, three] = at_once;
    let (one, two, three) = tokio::join!(one, two, three);
    assert!(one == two && two == three, "{one} {two} {three}");
    assert_eq!(register("rep-4", 1009).await, one);
    assert_eq!(register("rep-5", 1010).await, "rep-5", "the time is over");
    assert_eq!(register("rep-6", 1011).await, "rep-5");
    assert!(clients.find(&one).await.unwrap().is_some(), "the earlier one stays");
    assert!(clients.find("rep-4").await.unwrap().is_none());
    let apart = async |id: &str| clients.register(&row(id, None, 1000), 0, 1000).await.unwrap().id;
    assert_eq!(
        (apart("sec-1").await, apart("sec-2").await),
        ("sec-1".into(), "sec-2".into())
    );
}

pub async fn programs_that_nobody_uses_are_removed(db: &Db) {
    let clients = db.oauth_clients();
    for (id, at) in [
        ("old-unused", 2000),
        ("new-unused", 2900),
        ("long-ago", 2000),
        ("lately", 2000),
    ] {
        clients.register(&row(id, None, at), 0, 1000).await.unwrap();
    }
    clients.note_grant("long-ago", 2100, 2000).await.unwrap();
    clients.note_grant("lately", 2100, 2000).await.unwrap();
    clients.note_grant("lately", 2600, 2500).await.unwrap();
    // Not noted: it was after the time already.
    clients.note_grant("lately", 2700, 2500).await.unwrap();
    assert_eq!(clients.find("lately").await.unwrap().unwrap().last_grant_at, Some(2600));
    clients.remove_stale(2500, 2500, 1000).await.unwrap();
    let mut left = Vec::new();
    for id in ["old-unused", "new-unused", "long-ago", "lately"] {
        left.extend(clients.find(id).await.unwrap().map(|row| row.id));
    }
    assert_eq!(left, ["new-unused", "lately"]);
}

pub async fn of_programs_that_were_never_used_the_newest_are_kept(db: &Db) {
    let clients = db.oauth_clients();
    clients.remove_stale(i64::MAX, i64::MAX, 1).await.unwrap();
    for (id, at) in [("one", 3001), ("two", 3002), ("three", 3003), ("used", 3000)] {
        clients.register(&row(id, None, at), 0, 1000).await.unwrap();
    }
    clients.note_grant("used", 3000, 0).await.unwrap();
    // Also in the moment in which one more registers: the oldest goes, and none that somebody uses.
    clients.register(&row("four", None, 2999), 0, 3).await.unwrap();
    assert!(clients.find("one").await.unwrap().is_none());
    for id in ["two", "three", "four", "used"] {
        assert!(
            clients.find(id).await.unwrap().is_some(),
            "{id}: even if its clock is behind"
        );
    }
    clients.register(&row("one", None, 3001), 0, 1000).await.unwrap();
    clients.note_grant("four", 3000, 0).await.unwrap();
    assert_eq!(clients.remove_stale(0, 0, 3).await.unwrap(), 0);
    assert_eq!(clients.remove_stale(0, 0, 2).await.unwrap(), 1);
    for (id, there) in [("one", false), ("two", true), ("three", true), ("used", true)] {
        assert_eq!(clients.find(id).await.unwrap().is_some(), there, "{id}");
    }
}
