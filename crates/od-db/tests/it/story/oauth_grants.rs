use od_db::{Db, DbError, Ended, GrantRow, Issued, MadeWith, Maker, TenantId, TokenRow, testing};

use crate::rows::{self, NOW, new_tenant};

/// How long a used refresh token is good in any case.
const GRACE: i64 = 60;

fn grant(tenant: &TenantId) -> GrantRow {
    GrantRow {
        id: rows::id(),
        tenant_id: tenant.clone(),
        client_id: "odc_1".to_owned(),
        client_name: "Helper".to_owned(),
        scopes: "orders:read".to_owned(),
        stores: Some(r#"["1001"]"#.to_owned()),
        created_at: NOW,
        last_used_at: None,
        revoked_at: None,
        reason: None,
    }
}

fn token(grant: &GrantRow, kind: &str, parent: Option<&TokenRow>, expires_at: i64) -> TokenRow {
    TokenRow {
        kind: kind.to_owned(),
        grant_id: Some(grant.id.clone()),
        parent_id: parent.map(|parent| parent.id.clone()),
        label: None,
        expires_at: Some(expires_at),
        ..rows::token(&grant.tenant_id)
    }
}

/// A grant that a person just allowed, and its code.
async fn allowed(db: &Db, tenant: &TenantId) -> (GrantRow, TokenRow) {
    let grant = grant(tenant);
    let code = TokenRow {
        redirect_uri: Some("http://localhost/".to_owned()),
        code_challenge: Some("challenge".to_owned()),
        resource: Some("https://orders.example.com/mcp".to_owned()),
        ..token(&grant, "code", None, NOW + 60)
    };
    db.oauth_grants()
        .insert(tenant, &grant, &code, Maker::Nobody)
        .await
        .unwrap();
    (grant, code)
}

/// Uses a token up for an access and a refresh token.
async fn spend(db: &Db, grant: &GrantRow, spent: &TokenRow, at: i64) -> Option<(TokenRow, TokenRow)> {
    let access = token(grant, "access", Some(spent), at + 100);
    let refresh = token(grant, "refresh", Some(spent), at + 1_000);
    let issued = Issued {
        access: &access,
        refresh: &refresh,
    };
    let grants = db.oauth_grants();
    let given = match spent.kind.as_str() {
        "code" => grants.exchange(&grant.tenant_id, spent, issued, at).await.unwrap(),
        _ => grants
            .refresh(&grant.tenant_id, spent, issued, at, at - GRACE)
            .await
            .unwrap(),
    };
    for row in [&access, &refresh] {
        let found = db.tokens().find(&row.digest).await.unwrap();
        assert_eq!(found.is_some(), given, "both or neither");
    }
    given.then_some((access, refresh))
}

async fn read(db: &Db, token: &TokenRow) -> TokenRow {
    db.tokens().find(&token.digest).await.unwrap().unwrap().token
}

pub async fn a_code_is_used_up_once(db: &Db) {
    let (tenant, _) = new_tenant(db).await;
    let (grant, code) = allowed(db, &tenant.id).await;
    let found = db.tokens().find(&code.digest).await.unwrap().unwrap();
    assert_eq!((&found.token, found.client_id.as_deref()), (&code, Some("odc_1")));
    assert_eq!(found.client_name.as_deref(), Some("Helper"));
    assert_eq!(
        db.oauth_grants().list(&tenant.id, NOW).await.unwrap(),
        [],
        "nothing was given yet"
    );

    let at_once = tokio::join!(spend(db, &grant, &code, NOW + 1), spend(db, &grant, &code, NOW + 1));
    let given = [at_once.0, at_once.1].into_iter().flatten().count();
    assert_eq!(given, 1);
    let used = read(db, &code).await;
    assert!(used.data_key.is_empty() && used.used_at == Some(NOW + 1), "{used:?}");
    let living = db.oauth_grants().list(&tenant.id, NOW + 2).await.unwrap();
    assert_eq!(
        living,
        [GrantRow {
            last_used_at: Some(NOW + 1),
            ..grant.clone()
        }]
    );

    let (_, late) = allowed(db, &tenant.id).await;
    assert!(spend(db, &grant, &late, NOW + 60).await.is_none(), "it has expired");
    let (stranger, _) = new_tenant(db).await;
    assert_eq!(db.oauth_grants().list(&stranger.id, NOW).await.unwrap(), []);
    assert_eq!(db.oauth_grants().get(&stranger.id, &grant.id).await.unwrap(), None);
    let issued = Issued {
        access: &token(&grant, "access", None, NOW + 9),
        refresh: &token(&grant, "refresh", None, NOW + 9),
    };
    let foreign = db.oauth_grants().exchange(&stranger.id, &code, issued, NOW).await;
    assert!(matches!(foreign, Err(DbError::WrongTenant)), "{foreign:?}");
}

/// Whether a refresh token would be taken for a replay.
async fn is_replay(db: &Db, token: &TokenRow, at: i64) -> bool {
    read(db, token).await.is_replay(at - GRACE)
}

pub async fn an_answer_that_was_lost_is_given_again(db: &Db) {
    let (tenant, _) = new_tenant(db).await;
    let (grant, code) = allowed(db, &tenant.id).await;
    let (_, first) = spend(db, &grant, &code, NOW).await.unwrap();
    let (one, other) = tokio::join!(spend(db, &grant, &first, NOW + 1), spend(db, &grant, &first, NOW + 1));
    let (lost, also_lost) = (one.unwrap().1, other.unwrap().1);
    assert_eq!(read(db, &first).await.used_at, Some(NOW + 1));
    assert!(!is_replay(db, &first, NOW + 500).await);
    let again = spend(db, &grant, &first, NOW + 500).await;
    assert!(again.is_some(), "long after: nothing that it gave was used");
    assert_eq!(read(db, &first).await.used_at, Some(NOW + 500), "a new window");
    for token in [&lost, &also_lost] {
        assert_eq!(read(db, token).await.superseded_at, Some(NOW + 500));
        assert!(!is_replay(db, token, NOW + 500 + GRACE - 1).await);
        assert!(
            is_replay(db, token, NOW + 500 + GRACE).await,
            "it came late, or to somebody else"
        );
        assert!(spend(db, &grant, token, NOW + 500 + GRACE).await.is_none());
    }
    let (_, second) = again.unwrap();
    assert!(spend(db, &grant, &second, NOW + 501 + GRACE).await.is_some());
}

pub async fn a_refresh_token_is_good_until_what_it_gave_is_used(db: &Db) {
    let (tenant, _) = new_tenant(db).await;
    let (grant, code) = allowed(db, &tenant.id).await;
    let (_, first) = spend(db, &grant, &code, NOW).await.unwrap();
    let (access, second) = spend(db, &grant, &first, NOW + 1).await.unwrap();
    db.tokens().touch(&tenant.id, &access.id, NOW + 2).await.unwrap();
    db.tokens().touch(&tenant.id, &access.id, NOW + 9).await.unwrap();
    assert_eq!(read(db, &first).await.answered_at, Some(NOW + 2), "the answer arrived");
    assert!(
        spend(db, &grant, &first, NOW + GRACE).await.is_some(),
        "within the minute"
    );
    assert!(!is_replay(db, &first, NOW + GRACE).await);
    assert!(spend(db, &grant, &first, NOW + GRACE + 1).await.is_none());
    assert!(is_replay(db, &first, NOW + GRACE + 1).await);
    // What it gave goes on.
    assert!(spend(db, &grant, &second, NOW + 500).await.is_some());
    assert!(read(db, &first).await.data_key.is_empty());
}

pub async fn a_refresh_token_that_is_used_supersedes_the_others(db: &Db) {
    let (tenant, _) = new_tenant(db).await;
    let (grant, code) = allowed(db, &tenant.id).await;
    let (_, first) = spend(db, &grant, &code, NOW).await.unwrap();
    let at_once = tokio::join!(
        spend(db, &grant, &first, NOW + 1),
        spend(db, &grant, &first, NOW + 1),
        spend(db, &grant, &first, NOW + 1)
    );
    let (kept, second, third) = (at_once.0.unwrap().1, at_once.1.unwrap().1, at_once.2.unwrap().1);
    let (elsewhere, _) = allowed(db, &tenant.id).await;
    for token in [&first, &kept, &second, &third] {
        assert_eq!(read(db, token).await.superseded_at, None);
    }
    let (_, next) = spend(db, &grant, &kept, NOW + 100).await.unwrap();
    assert!(
        read(db, &first).await.answered_at.is_some(),
        "one of its answers is used"
    );
    for token in [&first, &second, &third] {
        assert_eq!(read(db, token).await.superseded_at, Some(NOW + 100));
    }
    // Who was under way with another answer is served, and goes on alone if it is used at once.
    let (_, cousin) = spend(db, &grant, &second, NOW + 100 + GRACE - 1).await.unwrap();
    assert_eq!(read(db, &next).await.superseded_at, Some(NOW + 100 + GRACE - 1));
    assert!(spend(db, &grant, &third, NOW + 100 + GRACE).await.is_none());
    assert!(is_replay(db, &third, NOW + 100 + GRACE).await);
    assert!(spend(db, &grant, &cousin, NOW + 300).await.is_some());
    assert!(is_replay(db, &next, NOW + 300).await);
    for token in [&first, &second, &third, &next] {
        assert!(
            read(db, token).await.data_key.is_empty(),
            "nobody comes with it any more"
        );
    }
    assert!(
        db.oauth_grants()
            .get(&tenant.id, &elsewhere.id)
            .await
            .unwrap()
            .is_some()
    );
    assert!(
        spend(db, &grant, &cousin, NOW + 301 + 1_000).await.is_none(),
        "it has expired"
    );
}

/// A row that lost its copy of the data key is not given a new one by somebody who opened it a moment before.
pub async fn what_has_ended_is_not_made_anew(db: &Db) {
    let (tenant, _) = new_tenant(db).await;
    let (grant, code) = allowed(db, &tenant.id).await;
    let (_, first) = spend(db, &grant, &code, NOW).await.unwrap();
    let opened = read(db, &first).await;
    let (_, second) = spend(db, &grant, &first, NOW + 1).await.unwrap();
    spend(db, &grant, &second, NOW + 2).await.unwrap();
    let made = MadeWith {
        digest: "made anew",
        salt: "salt 2",
        data_key: &rows::sealed("another"),
        root_key: "root 2",
    };
    let ended = Ended {
        now: NOW,
        grace: NOW + 2,
        replays: NOW,
        most: 100,
    };
    db.oauth_grants().remove_ended(ended).await.unwrap();
    assert!(!db.tokens().make_anew(&opened, made).await.unwrap());
    let row = read(db, &first).await;
    assert!(row.data_key.is_empty() && row.root_key == first.root_key, "{row:?}");
    assert!(db.tokens().make_anew(&second, made).await.unwrap());
}

/// However many tokens a grant has had: of those the oldest are forgotten, but none of the last day.
pub async fn of_very_many_refresh_tokens_the_oldest_are_removed(db: &Db) {
    let (tenant, _) = new_tenant(db).await;
    let (grant, code) = allowed(db, &tenant.id).await;
    let (_, mut last) = spend(db, &grant, &code, NOW).await.unwrap();
    let mut all = vec![last.clone()];
    for n in 1..=9 {
        let (access, next) = spend(db, &grant, &last, NOW + n * 100).await.unwrap();
        db.tokens().touch(&tenant.id, &access.id, NOW + n * 100).await.unwrap();
        all.push(next.clone());
        last = next;
    }
    for (at, token) in (NOW..).step_by(100).zip(&all) {
        let made = format!("UPDATE tokens SET created_at = {at} WHERE id = '{}'", token.id);
        testing::tamper(db, &made).await.unwrap();
    }
    let sweep = async |replays: i64| {
        let ended = Ended {
            now: NOW,
            grace: NOW + 2_000,
            replays,
            most: 4,
        };
        db.oauth_grants().remove_ended(ended).await.unwrap();
    };
    let left = async || {
        let mut left = Vec::new();
        for (n, token) in all.iter().enumerate() {
            if db.tokens().find(&token.digest).await.unwrap().is_some() {
                left.push(n);
            }
        }
        left
    };
    sweep(NOW + 150).await;
    assert_eq!(left().await, [2, 3, 4, 5, 6, 7, 8, 9], "those of the last day stay");
    for _ in 0..2 {
        sweep(NOW + 5_000).await;
        assert_eq!(
            left().await,
            [5, 6, 7, 8, 9],
            "nine open nothing any more, and four of them stay"
        );
    }
    assert!(!read(db, &last).await.data_key.is_empty(), "the one in use");
}

pub async fn a_refresh_looks_at_few_rows(db: &Db) {
    for plan in testing::plans_of_refresh(db).await.unwrap() {
        assert!(!plan.contains("SCAN") && !plan.contains("Seq Scan"), "{plan}");
        assert!(
            plan.contains("tokens_open"),
            "of the grant only those that open something: {plan}"
        );
    }
}

pub async fn a_grant_ends_with_everything_it_gave(db: &Db) {
    let (tenant, _) = new_tenant(db).await;
    let (grant, code) = allowed(db, &tenant.id).await;
    let (access, refresh) = spend(db, &grant, &code, NOW).await.unwrap();
    let store = rows::store(&tenant.id, "1001", "Shop");
    db.stores().insert(&tenant.id, &store).await.unwrap();
    db.active_stores()
        .set(&tenant.id, &grant.id, "", &store.id, NOW)
        .await
        .unwrap();

    let grants = db.oauth_grants();
    let (stranger, _) = new_tenant(db).await;
    assert!(!grants.revoke(&stranger.id, &grant.id, NOW + 5, None).await.unwrap());
    assert!(
        grants
            .revoke(&tenant.id, &grant.id, NOW + 5, Some("revoked"))
            .await
            .unwrap()
    );
    assert!(!grants.revoke(&tenant.id, &grant.id, NOW + 6, None).await.unwrap());
    for row in [&code, &access, &refresh] {
        let ended = read(db, row).await;
        assert!(
            ended.data_key.is_empty() && ended.revoked_at == Some(NOW + 5),
            "{ended:?}"
        );
        let standing = db.tokens().standing(&tenant.id, &row.id).await.unwrap().unwrap();
        assert_eq!(standing.revoked_at, Some(NOW + 5));
    }
    let row = grants.get(&tenant.id, &grant.id).await.unwrap().unwrap();
    assert_eq!(
        (row.revoked_at, row.reason.as_deref()),
        (Some(NOW + 5), Some("revoked"))
    );
    assert_eq!(db.active_stores().get(&tenant.id, &grant.id, "").await.unwrap(), None);
    assert!(spend(db, &grant, &refresh, NOW + 6).await.is_none());
    assert_eq!(grants.list(&tenant.id, NOW + 6).await.unwrap(), []);
}

/// Of the two at once one waits for the other: no token outlives its grant.
pub async fn nothing_is_added_to_a_grant_that_ends(db: &Db) {
    let (tenant, _) = new_tenant(db).await;
    for _ in 0..5 {
        let (grant, code) = allowed(db, &tenant.id).await;
        let (_, refresh) = spend(db, &grant, &code, NOW).await.unwrap();
        let grants = db.oauth_grants();
        let ended = grants.revoke(&tenant.id, &grant.id, NOW + 1, None);
        let (given, ended) = tokio::join!(spend(db, &grant, &refresh, NOW + 1), ended);
        assert!(ended.unwrap());
        for row in given.iter().flat_map(|(access, refresh)| [access, refresh]) {
            let row = read(db, row).await;
            assert!(row.revoked_at.is_some() && row.data_key.is_empty(), "{row:?}");
        }
    }
}

pub async fn a_closed_tenant_is_given_nothing(db: &Db) {
    let (tenant, _) = new_tenant(db).await;
    let (grant, code) = allowed(db, &tenant.id).await;
    let (_, refresh) = spend(db, &grant, &code, NOW).await.unwrap();
    let (waiting, unused) = allowed(db, &tenant.id).await;
    db.tenants().close(&tenant.id, NOW).await.unwrap();
    assert!(spend(db, &grant, &refresh, NOW).await.is_none());
    db.tenants().reopen(&tenant.id, NOW).await.unwrap();
    assert!(spend(db, &grant, &refresh, NOW).await.is_some());
    // A code ends with the session that it was made in.
    assert!(spend(db, &waiting, &unused, NOW).await.is_none());
}

pub async fn what_has_ended_is_removed(db: &Db) {
    let (tenant, _) = new_tenant(db).await;
    let (grant, code) = allowed(db, &tenant.id).await;
    let (access, first) = spend(db, &grant, &code, NOW).await.unwrap();
    let (_, second) = spend(db, &grant, &first, NOW + 10).await.unwrap();
    let (_, third) = spend(db, &grant, &second, NOW + 20).await.unwrap();
    let (unused, its_code) = allowed(db, &tenant.id).await;
    let grants = db.oauth_grants();
    let there = async |row: &TokenRow| db.tokens().find(&row.digest).await.unwrap().is_some();
    assert!(
        !read(db, &first).await.data_key.is_empty(),
        "still within the grace time"
    );

    let sweep = async |now: i64, replays: i64| {
        let ended = Ended {
            now,
            grace: now - GRACE,
            replays,
            most: 100,
        };
        grants.remove_ended(ended).await.unwrap();
    };
    sweep(NOW + 100, NOW).await;
    assert!(read(db, &first).await.data_key.is_empty(), "it was replaced");
    assert!(!there(&access).await && !there(&its_code).await, "expired");
    assert!(
        grants.get(&tenant.id, &unused.id).await.unwrap().is_none(),
        "nobody came for it"
    );
    assert!(there(&code).await && there(&first).await && there(&third).await);

    sweep(NOW + 5_000, NOW + 59).await;
    assert!(!there(&first).await && !there(&third).await);
    assert!(there(&code).await, "a used code is known for a day");
    assert!(grants.get(&tenant.id, &grant.id).await.unwrap().is_some());
    sweep(NOW + 5_000, NOW + 60).await;
    assert!(!there(&code).await);
    assert_eq!(grants.get(&tenant.id, &grant.id).await.unwrap(), None);
}
