//! Refreshing, as programs and thieves do it.

use od_engine::OAuthOptions;
use serde_json::{Value, json};

use super::{refused, text, works};
use crate::oauth::tests::{Desk, REDIRECT};

#[tokio::test]
async fn three_refreshes_at_once_all_count() {
    let desk = Desk::open().await;
    let first = desk.connected().await;
    let refresh = text(&first["refresh_token"]);
    let (a, b, c) = tokio::join!(desk.refresh(refresh), desk.refresh(refresh), desk.refresh(refresh));
    let given = [a.json(), b.json(), c.json()];
    for tokens in &given {
        assert!(works(&desk, tokens).await, "{tokens}");
    }
    // Whichever the program kept goes on, and so do the others for a while.
    for tokens in &given {
        let next = desk.refresh(text(&tokens["refresh_token"])).await;
        assert_eq!(next.status, 200, "{}", next.body);
        assert!(works(&desk, &next.json()).await);
    }
    desk.pass(59);
    assert_eq!(desk.refresh(refresh).await.status, 200, "within the minute");
}

#[tokio::test]
async fn a_lost_answer_locks_nobody_out() {
    let desk = Desk::open().await;
    let first = desk.connected().await;
    let refresh = text(&first["refresh_token"]);
    assert_eq!(desk.refresh(refresh).await.status, 200);
    // The answer never arrived, and the program comes again much later.
    desk.pass(24 * 3600);
    let again = desk.refresh(refresh).await;
    assert_eq!(again.status, 200, "{}", again.body);
    assert!(works(&desk, &again.json()).await);
}

#[tokio::test]
async fn a_replaced_refresh_token_that_comes_again_ends_the_grant() {
    let desk = Desk::open().await;
    let first = desk.connected().await;
    let second = desk.refresh(text(&first["refresh_token"])).await.json();
    let third = desk.refresh(text(&second["refresh_token"])).await.json();
    desk.pass(60);
    assert!(works(&desk, &third).await);
    refused(&desk.refresh(text(&first["refresh_token"])).await, "invalid_grant");
    for tokens in [&first, &second, &third] {
        assert!(!works(&desk, tokens).await, "{tokens}");
    }
    refused(&desk.refresh(text(&third["refresh_token"])).await, "invalid_grant");
    assert!(
        desk.engine
            .oauth()
            .grants(&desk.owner().await)
            .await
            .unwrap()
            .is_empty()
    );
    let told = desk.recorded().await;
    let replays: Vec<_> = told.iter().filter(|entry| entry.0 == "oauth.replay").collect();
    assert_eq!(replays.len(), 1, "{told:?}");
    assert!(replays[0].2.starts_with("oauth:Helper:odrt_"), "{replays:?}");
}

/// Uses an access token, and waits until that is noted.
async fn used(desk: &Desk, tokens: &Value) {
    desk.pass(1);
    assert!(works(desk, tokens).await, "{tokens}");
    let (now, owner) = (desk.clock.now().to_string(), desk.owner().await);
    for _ in 0..500 {
        let grants = desk.engine.oauth().grants(&owner).await.unwrap();
        if grants[0].last_used_at.as_ref() == Some(&now) {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    panic!("the use was not noted");
}

/// Whoever came with it, two had it: nobody is served any more, and the owner is told.
async fn ends_the_grant(desk: &Desk, stolen: &Value, held: &[&Value]) {
    refused(&desk.refresh(text(&stolen["refresh_token"])).await, "invalid_grant");
    for tokens in held {
        assert!(!works(desk, tokens).await, "{tokens}");
        refused(&desk.refresh(text(&tokens["refresh_token"])).await, "invalid_grant");
    }
    let told = desk.recorded().await;
    assert_eq!(
        told.iter().filter(|entry| entry.0 == "oauth.replay").count(),
        1,
        "{told:?}"
    );
}

#[tokio::test]
async fn a_thief_who_uses_a_token_first_is_noticed_when_its_owner_comes() {
    let desk = Desk::open().await;
    let owner = desk.connected().await;
    used(&desk, &owner).await;
    let thief = desk.refresh(text(&owner["refresh_token"])).await.json();
    used(&desk, &thief).await;
    desk.pass(2 * 3600);
    ends_the_grant(&desk, &owner, &[&thief]).await;
}

#[tokio::test]
async fn a_thief_who_keeps_what_he_got_is_noticed_when_he_comes() {
    let desk = Desk::open().await;
    let owner = desk.connected().await;
    let thief = desk.refresh(text(&owner["refresh_token"])).await.json();
    desk.pass(2 * 3600);
    // As if the owner's first answer had been lost.
    let owner = desk.refresh(text(&owner["refresh_token"])).await.json();
    used(&desk, &owner).await;
    desk.pass(3600);
    ends_the_grant(&desk, &thief, &[&owner]).await;
}

#[tokio::test]
async fn a_thief_who_comes_in_the_same_minute_is_noticed_at_the_next_refresh() {
    let desk = Desk::open().await;
    let owner = desk.connected().await;
    let thief = desk.refresh(text(&owner["refresh_token"])).await.json();
    let thief = desk.refresh(text(&thief["refresh_token"])).await.json();
    let owner = desk.refresh(text(&owner["refresh_token"])).await.json();
    used(&desk, &owner).await;
    used(&desk, &thief).await;
    desk.pass(3600);
    let owner = desk.refresh(text(&owner["refresh_token"])).await.json();
    desk.pass(60);
    ends_the_grant(&desk, &thief, &[&owner]).await;
}

#[tokio::test]
async fn answers_that_are_lost_again_and_again_lock_nobody_out() {
    let desk = Desk::open().await;
    let mut kept = desk.connected().await;
    used(&desk, &kept).await;
    for lost in [1, 2, 5] {
        desk.pass(3570);
        for _ in 0..lost {
            assert_eq!(desk.refresh(text(&kept["refresh_token"])).await.status, 200);
            desk.pass(300);
        }
        // Three requests of the program at once, after that; one of them is at work already when the last one asks.
        let refresh = text(&kept["refresh_token"]).to_owned();
        let first = desk.refresh(&refresh).await.json();
        used(&desk, &first).await;
        let (second, third) = tokio::join!(desk.refresh(&refresh), desk.refresh(&refresh));
        assert_eq!(
            (second.status.as_u16(), third.status.as_u16()),
            (200, 200),
            "{}",
            third.body
        );
        kept = third.json();
        used(&desk, &kept).await;
    }
}

#[tokio::test]
async fn two_processes_that_share_a_file_go_on_together() {
    let desk = Desk::open().await;
    let mut file = desk.connected().await;
    used(&desk, &file).await;
    for apart in [0, 1, 20, 59, 60, 1800] {
        desk.pass(3570);
        let (read_by_one, read_by_other) = (file.clone(), file.clone());
        let one = desk.refresh(text(&read_by_one["refresh_token"])).await.json();
        used(&desk, &one).await;
        file = one.clone();
        // Later than a minute, the other one reads what the first has written.
        let read_by_other = if apart < 59 { read_by_other } else { file.clone() };
        desk.pass(apart);
        let other = desk.refresh(text(&read_by_other["refresh_token"])).await;
        assert_eq!(other.status, 200, "{apart}: {}", other.body);
        file = other.json();
        used(&desk, &file).await;
        // Both have an access token that is good.
        assert!(works(&desk, &one).await, "{apart}");
    }
}

#[tokio::test]
async fn a_program_that_refreshes_all_the_time_waits_and_loses_nothing() {
    let desk = Desk::open().await;
    let mut tokens = desk.connected().await;
    let busy = loop {
        let reply = desk.refresh(text(&tokens["refresh_token"])).await;
        if reply.status != 200 {
            break reply;
        }
        tokens = reply.json();
    };
    assert_eq!(busy.status, 429);
    assert_eq!(busy.json()["error"], "temporarily_unavailable");
    let wait: u64 = busy.header("retry-after").parse().unwrap();
    assert!((1..=2).contains(&wait), "{wait}");
    let told = format!("try again in {wait} second");
    assert!(text(&busy.json()["error_description"]).contains(&told), "{}", busy.body);
    assert!(works(&desk, &tokens).await);
    // Another one of the same tenant is not concerned.
    let other = desk.connected().await;
    assert_eq!(desk.refresh(text(&other["refresh_token"])).await.status, 200);
    tokio::time::sleep(std::time::Duration::from_secs(wait)).await;
    assert_eq!(desk.refresh(text(&tokens["refresh_token"])).await.status, 200);
}

#[tokio::test]
async fn another_programs_refresh_token_is_refused_and_lives() {
    let desk = Desk::open().await;
    let other = desk
        .register(&json!({"client_name": "Other", "redirect_uris": [REDIRECT]}))
        .await;
    let tokens = desk.connected().await;
    let refresh = text(&tokens["refresh_token"]);
    let fields = [
        ("grant_type", "refresh_token"),
        ("client_id", other.as_str()),
        ("refresh_token", refresh),
    ];
    refused(&desk.token(&fields).await, "invalid_grant");
    assert!(works(&desk, &tokens).await);
    assert_eq!(desk.refresh(refresh).await.status, 200);
}

#[tokio::test]
async fn a_refresh_may_leave_something_out_and_add_nothing() {
    let desk = Desk::open().await;
    let tokens = desk
        .exchange(&desk.code("&scope=orders%3Aread%20orders%3Awrite").await)
        .await
        .json();
    let refresh = text(&tokens["refresh_token"]).to_owned();
    let with = async |refresh: &str, scope: &str| {
        let fields = [
            ("grant_type", "refresh_token"),
            ("client_id", desk.client_id.as_str()),
            ("refresh_token", refresh),
            ("scope", scope),
        ];
        desk.token(&fields).await
    };
    let narrow = with(&refresh, "orders:read offline_access").await.json();
    assert_eq!(narrow["scope"], "orders:read");
    assert_eq!(desk.opens(&narrow).await.unwrap().grants().to_scope(), "orders:read");
    // What it left out is not lost, and what it once asked for and was not given is not given now.
    let whole = with(
        text(&narrow["refresh_token"]),
        "orders:read orders:write orders:delete stores:write",
    )
    .await
    .json();
    assert_eq!(whole["scope"], "orders:read orders:write");
    assert_eq!(
        desk.opens(&whole).await.unwrap().grants().to_scope(),
        "orders:read orders:write"
    );
    assert_eq!(
        with(&refresh, "offline_access").await.json()["scope"],
        "orders:read orders:write"
    );
    refused(&with(&refresh, "orders:delete").await, "invalid_scope");
    let foreign = [
        ("grant_type", "refresh_token"),
        ("client_id", desk.client_id.as_str()),
        ("refresh_token", refresh.as_str()),
        ("resource", "https://evil.example/mcp"),
    ];
    refused(&desk.token(&foreign).await, "invalid_target");
}

#[tokio::test]
async fn a_refresh_token_ends() {
    let desk = Desk::with(OAuthOptions {
        refresh_token_ttl: std::time::Duration::from_hours(2),
        sign_ins_per_minute: 100,
        ..OAuthOptions::default()
    })
    .await;
    let first = desk.connected().await;
    desk.pass(7199);
    let second = desk.refresh(text(&first["refresh_token"])).await.json();
    desk.pass(7200);
    refused(&desk.refresh(text(&second["refresh_token"])).await, "invalid_grant");
}
