use od_db::{Db, DbError, GrantRow, Issued, Maker, TenantId, TokenRow};

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

pub async fn a_refresh_token_is_good_until_its_successor_is_used(db: &Db) {
    let (tenant, _) = new_tenant(db).await;
    let (grant, code) = allowed(db, &tenant.id).await;
    let (_, first) = spend(db, &grant, &code, NOW).await.unwrap();
    let (one, other) = tokio::join!(spend(db, &grant, &first, NOW + 1), spend(db, &grant, &first, NOW + 1));
    let (_, second) = one.unwrap();
    other.unwrap();
    assert!(
        !db.oauth_grants()
            .successor_was_used(&tenant.id, &first.id)
            .await
            .unwrap()
    );
    assert!(
        spend(db, &grant, &first, NOW + 500).await.is_some(),
        "long after: no successor was used"
    );
    assert_eq!(read(db, &first).await.used_at, Some(NOW + 1), "when it was used first");

    let (_, third) = spend(db, &grant, &second, NOW + 501).await.unwrap();
    assert!(
        db.oauth_grants()
            .successor_was_used(&tenant.id, &first.id)
            .await
            .unwrap()
    );
    assert!(spend(db, &grant, &first, NOW + 502).await.is_none());
    assert!(read(db, &first).await.data_key.is_empty(), "replaced for good");
    assert!(!read(db, &second).await.data_key.is_empty());
    // Within the grace time it does not matter what became of its successors.
    spend(db, &grant, &third, NOW + 502).await.unwrap();
    assert!(spend(db, &grant, &second, NOW + 501 + GRACE - 1).await.is_some());
    assert!(spend(db, &grant, &second, NOW + 501 + GRACE).await.is_none());
    assert!(
        spend(db, &grant, &third, NOW + 501 + 1_000).await.is_none(),
        "it has expired"
    );
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

    grants.remove_ended(NOW + 100, NOW + 40, NOW).await.unwrap();
    assert!(read(db, &first).await.data_key.is_empty(), "it was replaced");
    assert!(!there(&access).await && !there(&its_code).await, "expired");
    assert!(
        grants.get(&tenant.id, &unused.id).await.unwrap().is_none(),
        "nobody came for it"
    );
    assert!(there(&code).await && there(&first).await && there(&third).await);

    grants.remove_ended(NOW + 5_000, NOW + 4_940, NOW + 59).await.unwrap();
    assert!(!there(&first).await && !there(&third).await);
    assert!(there(&code).await, "a used code is known for a day");
    assert!(grants.get(&tenant.id, &grant.id).await.unwrap().is_some());
    grants.remove_ended(NOW + 5_000, NOW + 4_940, NOW + 60).await.unwrap();
    assert!(!there(&code).await);
    assert_eq!(grants.get(&tenant.id, &grant.id).await.unwrap(), None);
}
