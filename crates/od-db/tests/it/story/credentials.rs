use od_db::{Db, MagicLinkRow, Maker, MasterKeyRow, OldKey, SealedColumns, SessionRow, TenantId};
use tokio::task::JoinSet;

use crate::rows::{self, NOW, new_tenant};

pub async fn a_new_key_becomes_the_current_one(db: &Db) {
    let (tenant, first) = new_tenant(db).await;
    let second = MasterKeyRow {
        hash: "hash 2".to_owned(),
        salt: "salt 2".to_owned(),
        created_at: NOW + 5,
        ..rows::key(&tenant.id)
    };
    let ends = rows::replace(db, &first, &second, NOW + 100).await;
    assert_eq!(ends, Some(NOW + 100));

    let current = db.tenants().get(&tenant.id).await.unwrap().unwrap();
    assert_eq!(
        (current.master_key_hash.as_str(), current.master_key_salt.as_str()),
        ("hash 2", "salt 2")
    );
    let first = MasterKeyRow {
        expires_at: Some(NOW + 100),
        ..first
    };
    assert_eq!(db.master_keys().list(&tenant.id).await.unwrap(), [second, first]);
}

pub async fn using_a_key_is_noted_forward_only(db: &Db) {
    let (tenant, key) = new_tenant(db).await;
    for at in [NOW + 10, NOW + 5] {
        db.master_keys().touch(&tenant.id, &key.id, at).await.unwrap();
    }
    assert_eq!(
        db.master_keys().list(&tenant.id).await.unwrap()[0].last_used_at,
        Some(NOW + 10)
    );
}

pub async fn a_revoked_key_loses_its_sealed_copy(db: &Db) {
    let (tenant, key) = new_tenant(db).await;
    db.sessions()
        .insert(&tenant.id, &rows::session(&tenant.id), Maker::Nobody)
        .await
        .unwrap();
    assert!(
        db.master_keys()
            .revoke(&tenant.id, &key.id, NOW + 1, Some("lost"))
            .await
            .unwrap()
            .has_ended()
    );
    assert!(
        db.sessions().list(&tenant.id).await.unwrap().is_empty(),
        "they may have begun with it"
    );
    let session = rows::session(&tenant.id);
    db.sessions().insert(&tenant.id, &session, Maker::Nobody).await.unwrap();
    assert!(
        !db.master_keys()
            .revoke(&tenant.id, &key.id, NOW + 2, None)
            .await
            .unwrap()
            .has_ended(),
        "it is dead already"
    );
    assert_eq!(
        db.sessions().list(&tenant.id).await.unwrap(),
        [session],
        "what began after its end had nothing to do with it"
    );
    assert_eq!(
        rows::replace(db, &key, &rows::key(&tenant.id), NOW + 3).await,
        None,
        "it is dead already"
    );

    let (_, found) = db.master_keys().find_by_lookup(&key.lookup).await.unwrap().unwrap();
    assert!(found.data_key.is_empty());
    assert_eq!(found.data_key, SealedColumns::default());
    assert_eq!(
        (found.revoked_at, found.reason.as_deref()),
        (Some(NOW + 1), Some("lost"))
    );
}

pub async fn an_expired_key_retires(db: &Db) {
    let (tenant, old) = new_tenant(db).await;
    let new = rows::key(&tenant.id);
    rows::replace(db, &old, &new, NOW + 50).await.unwrap();
    rows::replace(db, &new, &rows::key(&tenant.id), NOW + 51).await.unwrap();

    let (bystander, _) = new_tenant(db).await;
    for whose in [&tenant.id, &bystander.id] {
        db.sessions()
            .insert(whose, &rows::session(whose), Maker::Nobody)
            .await
            .unwrap();
    }

    assert!(db.master_keys().retire_expired(NOW + 50).await.unwrap() >= 1);
    assert!(db.sessions().list(&tenant.id).await.unwrap().is_empty());
    assert_eq!(db.sessions().list(&bystander.id).await.unwrap().len(), 1);
    let (_, old) = db.master_keys().find_by_lookup(&old.lookup).await.unwrap().unwrap();
    assert!(old.data_key.is_empty());
    assert_eq!(
        (old.revoked_at, old.reason.as_deref()),
        (Some(NOW + 50), Some("expired"))
    );
    let (_, new) = db.master_keys().find_by_lookup(&new.lookup).await.unwrap().unwrap();
    assert!(!new.data_key.is_empty(), "its time comes a millisecond later");
}

pub async fn a_session_lives_and_ends(db: &Db) {
    let (tenant, _) = new_tenant(db).await;
    let session = rows::session(&tenant.id);
    db.sessions().insert(&tenant.id, &session, Maker::Nobody).await.unwrap();
    assert_eq!(
        db.sessions()
            .find_by_token(&session.token_digest)
            .await
            .unwrap()
            .as_ref(),
        Some(&session)
    );
    assert!(session.data_key.is_empty(), "it begins locked");

    assert!(
        db.sessions()
            .unlock(&tenant.id, &session.id, &rows::sealed("copy"))
            .await
            .unwrap()
    );
    assert!(
        db.sessions()
            .touch(&tenant.id, &session.id, NOW + 10, NOW + 2_000)
            .await
            .unwrap()
    );
    let unlocked = SessionRow {
        data_key: rows::sealed("copy"),
        last_activity_at: NOW + 10,
        expires_at: NOW + 2_000,
        ..session.clone()
    };
    assert_eq!(db.sessions().list(&tenant.id).await.unwrap(), [unlocked]);
    assert!(
        !db.sessions()
            .touch(&tenant.id, &session.id, NOW + 2_000, NOW + 9_000)
            .await
            .unwrap(),
        "it has expired"
    );

    assert!(db.sessions().revoke(&tenant.id, &session.id, NOW + 20).await.unwrap());
    let revoked = db
        .sessions()
        .find_by_token(&session.token_digest)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(revoked.revoked_at, Some(NOW + 20));
    assert!(revoked.data_key.is_empty());
    assert!(
        !db.sessions()
            .unlock(&tenant.id, &session.id, &rows::sealed("copy"))
            .await
            .unwrap(),
        "it has ended"
    );
    assert!(
        !db.sessions()
            .touch(&tenant.id, &session.id, NOW + 21, NOW + 9_000)
            .await
            .unwrap(),
        "it has ended"
    );
}

pub async fn ended_sessions_are_removed(db: &Db) {
    let (tenant, _) = new_tenant(db).await;
    let expired = SessionRow {
        expires_at: NOW - 5_000,
        ..rows::session(&tenant.id)
    };
    let revoked = SessionRow {
        revoked_at: Some(NOW - 5_000),
        ..rows::session(&tenant.id)
    };
    let living = rows::session(&tenant.id);
    for session in [&expired, &revoked, &living] {
        db.sessions().insert(&tenant.id, session, Maker::Nobody).await.unwrap();
    }
    assert!(db.sessions().remove_ended(NOW - 4_000).await.unwrap() >= 2);
    assert_eq!(db.sessions().list(&tenant.id).await.unwrap(), [living]);
}

pub async fn a_magic_link_works_once(db: &Db) {
    let (tenant, _) = new_tenant(db).await;
    let login = rows::link(Some(&tenant.id));
    let signup = rows::link(None);
    for link in [&login, &signup] {
        db.magic_links().insert(link).await.unwrap();
    }

    let another = db.magic_links().consume(&login.token_digest, "signup", NOW + 1).await;
    assert_eq!(another.unwrap(), None, "for something else, and not used up by that");
    let mut clicks = JoinSet::new();
    for _ in 0..8 {
        let (db, token) = (db.clone(), login.token_digest.clone());
        clicks.spawn(async move { db.magic_links().consume(&token, "login", NOW + 1).await.unwrap() });
    }
    let got: Vec<_> = clicks.join_all().await.into_iter().flatten().collect();
    assert_eq!(
        got,
        [MagicLinkRow {
            used_at: Some(NOW + 1),
            ..login
        }]
    );

    assert_eq!(
        db.magic_links()
            .consume(&signup.token_digest, "signup", signup.expires_at)
            .await
            .unwrap(),
        None,
        "too late"
    );
    let others = rows::link(None);
    db.magic_links().insert(&others).await.unwrap();
    assert!(db.magic_links().forget_sign_ups("nobody@example.com").await.unwrap() == 0);
    assert_eq!(db.magic_links().forget_sign_ups(&others.email).await.unwrap(), 2);
    let forgotten = db.magic_links().consume(&others.token_digest, "signup", NOW).await;
    assert_eq!(forgotten.unwrap(), None);
    let twice = db.magic_links().insert(&got[0]).await;
    assert!(matches!(twice, Err(od_db::DbError::Duplicate(_))), "{twice:?}");
    let links = db.magic_links();
    assert!(links.give_back(&got[0].id).await.unwrap());
    let once_more = links.consume(&got[0].token_digest, "login", NOW + 2).await.unwrap();
    assert_eq!(once_more.and_then(|link| link.used_at), Some(NOW + 2));
    assert!(links.remove(&got[0].id).await.unwrap());
    assert!(!links.remove(&got[0].id).await.unwrap());
    assert!(!links.give_back(&got[0].id).await.unwrap());
    assert_eq!(
        db.magic_links().consume("no such digest", "login", NOW).await.unwrap(),
        None
    );
    assert!(db.magic_links().remove_expired(NOW + 1_001).await.unwrap() >= 1);
}

/// A link that changes where a tenant is reached: the newest counts, and what ends a key ends it.
#[expect(clippy::too_many_lines, reason = "a story, told in the order of its events")]
pub async fn a_tenant_is_reached_where_its_newest_link_was_sent(db: &Db) {
    let (tenant, key) = new_tenant(db).await;
    let (other, _) = new_tenant(db).await;
    let links = db.magic_links();
    let to = |owner: &TenantId, email: &str| MagicLinkRow {
        email: email.to_owned(),
        purpose: "email".to_owned(),
        ..rows::link(Some(owner))
    };
    let (first, second) = (to(&tenant.id, "one@example.com"), to(&tenant.id, "Two@example.com"));
    let others = to(&other.id, "three@example.com");
    let login = rows::link(Some(&tenant.id));
    links.insert(&login).await.unwrap();
    for (owner, link) in [(&tenant.id, &first), (&other.id, &others), (&tenant.id, &second)] {
        assert!(links.supersede(owner, link, Maker::Nobody).await.unwrap());
    }
    let wrong = links.supersede(&tenant.id, &others, Maker::Nobody).await;
    assert!(matches!(wrong, Err(od_db::DbError::WrongTenant)), "{wrong:?}");
    assert_eq!(
        links.find(&first.token_digest, "email", NOW).await.unwrap(),
        None,
        "superseded"
    );
    assert_eq!(links.find(&second.token_digest, "login", NOW).await.unwrap(), None);
    assert_eq!(
        links.pending(&tenant.id, "email", NOW).await.unwrap().as_ref(),
        Some(&second)
    );
    assert_eq!(
        links.pending(&tenant.id, "email", second.expires_at).await.unwrap(),
        None
    );
    assert_eq!(
        links.pending(&other.id, "email", NOW).await.unwrap().as_ref(),
        Some(&others)
    );

    let locked = rows::session(&tenant.id);
    let open = SessionRow {
        data_key: key.data_key.clone(),
        ..rows::session(&tenant.id)
    };
    for session in [&locked, &open] {
        db.sessions().insert(&tenant.id, session, Maker::Nobody).await.unwrap();
    }
    let confirm = async |owner: &TenantId, link: &str, now| db.tenants().confirm_email(owner, link, now).await.unwrap();
    assert!(!confirm(&other.id, &second.id, NOW).await, "another's");
    assert!(!confirm(&tenant.id, &login.id, NOW).await, "for something else");
    assert!(!confirm(&tenant.id, &second.id, second.expires_at).await, "too late");
    let before = db.tenants().get(&tenant.id).await.unwrap().unwrap();
    assert_eq!(
        (before.email.clone(), before.updated_at),
        (tenant.email.clone(), tenant.updated_at)
    );
    assert!(confirm(&tenant.id, &second.id, NOW + 9).await);
    let after = db.tenants().get(&tenant.id).await.unwrap().unwrap();
    assert_eq!(
        (after.email.as_deref(), after.updated_at),
        (Some("Two@example.com"), NOW + 9)
    );
    let found = db.tenants().find_by_email("two@EXAMPLE.com").await.unwrap();
    assert!(found.iter().any(|found| found.id == tenant.id));
    assert_eq!(
        db.sessions().list(&tenant.id).await.unwrap(),
        [open],
        "the locked one has ended"
    );
    assert_eq!(
        links.consume(&login.token_digest, "login", NOW).await.unwrap(),
        None,
        "sent to the former address"
    );
    assert!(!confirm(&tenant.id, &second.id, NOW + 9).await, "a second time");
    assert!(
        links.find(&others.token_digest, "email", NOW).await.unwrap().is_some(),
        "another's"
    );

    // The operator needs no link.
    let fourth = to(&other.id, "four@example.com");
    assert!(links.supersede(&other.id, &fourth, Maker::Nobody).await.unwrap());
    assert!(
        db.tenants()
            .set_email(&other.id, "five@example.com", NOW + 1)
            .await
            .unwrap()
    );
    let set = db.tenants().get(&other.id).await.unwrap().unwrap();
    assert_eq!(
        (set.email.as_deref(), set.updated_at),
        (Some("five@example.com"), NOW + 1)
    );
    assert_eq!(links.pending(&other.id, "email", NOW).await.unwrap(), None);
    assert!(
        !db.tenants()
            .set_email(&rows::tenant().id, "x@example.com", NOW)
            .await
            .unwrap()
    );

    // What replaces or ends a key ends the link that the key was shown for; a sign-in link goes when the sessions do.
    let pending = to(&tenant.id, "six@example.com");
    let login = rows::link(Some(&tenant.id));
    let renew = async || {
        for link in [&pending, &login] {
            assert!(links.supersede(&tenant.id, link, Maker::Nobody).await.unwrap());
        }
    };
    let standing = async || {
        let email = links.find(&pending.token_digest, "email", NOW).await.unwrap().is_some();
        (
            email,
            links.find(&login.token_digest, "login", NOW).await.unwrap().is_some(),
        )
    };
    renew().await;
    let (later, last) = (rows::key(&tenant.id), rows::key(&tenant.id));
    let old = |id, ends_at| OldKey {
        id,
        ends_at,
        reason: None,
    };
    let rotate = async |new, old| db.master_keys().rotate(&tenant.id, new, old).await.unwrap().is_some();
    assert!(rotate(&later, old(&key.id, NOW + 500)).await);
    assert_eq!(standing().await, (false, true), "with a grace");
    renew().await;
    assert!(db.master_keys().retire_expired(NOW + 500).await.unwrap() >= 1);
    assert_eq!(standing().await, (false, false), "the grace is over");
    renew().await;
    assert!(rotate(&last, old(&later.id, NOW)).await);
    assert_eq!(standing().await, (false, false), "at once");
    renew().await;
    assert!(
        db.master_keys()
            .revoke(&tenant.id, &last.id, NOW, None)
            .await
            .unwrap()
            .has_ended()
    );
    assert_eq!(standing().await, (false, false), "revoked");

    // Nothing is made with a key that has ended, or for a closed tenant; a link from before is not used for one either.
    let ended = Maker::MasterKey { id: &last.id, now: NOW };
    assert!(!links.supersede(&tenant.id, &pending, ended).await.unwrap());
    assert_eq!(standing().await, (false, false));
    assert!(db.tenants().close(&tenant.id, NOW).await.unwrap());
    assert!(!links.supersede(&tenant.id, &pending, Maker::Nobody).await.unwrap());
    links.insert(&pending).await.unwrap();
    assert!(!confirm(&tenant.id, &pending.id, NOW).await, "closed");
}

/// Which of two that come at once is first is for the database to say; what comes second finds its maker gone.
pub async fn nothing_is_made_with_what_has_ended(db: &Db) {
    let (tenant, key) = new_tenant(db).await;
    let of_key = |now| Maker::MasterKey { id: &key.id, now };
    let first = rows::session(&tenant.id);
    assert!(db.sessions().insert(&tenant.id, &first, of_key(NOW)).await.unwrap());
    let of_session = Maker::Session {
        id: &first.id,
        now: NOW,
    };
    let token = || rows::token(&tenant.id);
    assert!(db.tokens().insert(&tenant.id, &token(), of_session).await.unwrap());
    assert!(
        db.master_keys()
            .revoke(&tenant.id, &key.id, NOW + 1, None)
            .await
            .unwrap()
            .has_ended()
    );
    for maker in [of_key(NOW), of_session] {
        assert!(
            !db.sessions()
                .insert(&tenant.id, &rows::session(&tenant.id), maker)
                .await
                .unwrap()
        );
        assert!(!db.tokens().insert(&tenant.id, &token(), maker).await.unwrap());
    }
    assert_eq!(db.sessions().list(&tenant.id).await.unwrap(), []);
    assert_eq!(db.tokens().list(&tenant.id, "personal").await.unwrap().len(), 1);
    assert!(db.tenants().close(&tenant.id, NOW).await.unwrap());
    assert!(!db.sessions().insert(&tenant.id, &first, Maker::Nobody).await.unwrap());
}
