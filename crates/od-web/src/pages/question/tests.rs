use crate::{
    pages::{apps::tests::connected, keys::tests::made},
    tests::house::House,
};

/// What stands in rows, or is pressed without anything typed, and cannot be had back.
#[tokio::test]
async fn what_cannot_be_had_back_is_asked_about_and_ends_alone() {
    let house = House::open().await;
    let mut owner = house.owner().await;
    for name in ["First", "Second"] {
        made(&house, name).await;
        connected(&house, &house.key, name).await;
        house.owner().await;
    }
    for (page, deed, told) in [
        ("/keys", "/keys/revoke-token", "Revoke the token "),
        ("/apps", "/apps/disconnect", "Disconnect "),
        ("/sessions", "/sessions/end", "Sign out Firefox on Linux"),
    ] {
        let list = owner.get(page).await;
        let rows = list.body.matches(&format!("action=\"{deed}\"")).count();
        assert_eq!(rows, 2, "{page}: {}", list.body);
        assert!(
            !list.body.contains(&format!("method=\"post\" action=\"{deed}\"")),
            "{page}"
        );
        let asked = owner.asked(&list, deed).await;
        assert_eq!(asked.status, 200, "{page}: {}", asked.body);
        asked.shows(told);
        asked.shows(&format!("href=\"{page}\">Cancel</a>"));
        let still = owner.get(page).await;
        assert_eq!(still.body.matches(&format!("action=\"{deed}\"")).count(), 2, "{page}");

        let done = owner.submit(&asked, deed, &[]).await;
        assert_eq!(done.status, 303, "{page}: {}", done.body);
        // What the same answer says a second time is about what is gone.
        let again = owner.submit(&asked, deed, &[]).await;
        assert!(again.status.is_client_error(), "{page}: {}", again.status);
        let after = owner.get(page).await;
        assert_eq!(after.body.matches(&format!("action=\"{deed}\"")).count(), 1, "{page}");
        assert_eq!(
            owner
                .get(&format!("{deed}?token_id=x&grant_id=x&session_id=x"))
                .await
                .status,
            404
        );
    }
}
