//! Rows to begin with.

use od_db::{
    AnswerRow, AuditEnd, AuditEntry, AuditHead, AuditRow, Db, DbError, EndProofs, EndsHead, IdempotencyRow,
    MagicLinkRow, MasterKeyRow, NewApiKey, OldKey, Proofs, SealedColumns, SessionRow, StoreRow, TenantId, TenantRow,
    TokenRow, Vouchers, WebhookEventRow, WebhookKeyRow,
};
use uuid::Uuid;

/// When the stories happen.
pub const NOW: i64 = 1_750_000_000_000;

pub fn id() -> String {
    Uuid::now_v7().to_string()
}

pub fn sealed(what: &str) -> SealedColumns {
    SealedColumns {
        ciphertext: format!("{what}-ciphertext"),
        tag: format!("{what}-tag"),
        nonce: format!("{what}-nonce"),
    }
}

pub fn tenant() -> TenantRow {
    TenantRow {
        id: TenantId::from(Uuid::now_v7()),
        name: Some("Ada's prints".to_owned()),
        email: None,
        master_key_hash: "hash".to_owned(),
        master_key_salt: "salt".to_owned(),
        created_at: NOW,
        updated_at: NOW,
        disabled_at: None,
    }
}

pub fn key(tenant: &TenantId) -> MasterKeyRow {
    MasterKeyRow {
        id: id(),
        tenant_id: tenant.clone(),
        prefix: "odmk_abc".to_owned(),
        label: Some("laptop".to_owned()),
        lookup: id(),
        hash: "hash".to_owned(),
        salt: "salt".to_owned(),
        data_key: sealed("data-key"),
        created_at: NOW,
        last_used_at: None,
        expires_at: None,
        revoked_at: None,
        reason: None,
        root_key: "root 1".to_owned(),
    }
}

/// Puts a key in the place of another one, which ends then, or before that where it was to: when that is. Nothing when it is dead.
pub async fn replace(db: &Db, old: &MasterKeyRow, new: &MasterKeyRow, ends_at: i64) -> Option<i64> {
    let old_key = OldKey {
        id: &old.id,
        ends_at,
        reason: None,
    };
    let replaced = db.master_keys().rotate(&old.tenant_id, new, old_key).await.unwrap();
    replaced.map(|replaced| replaced.ends_at)
}

pub fn token(tenant: &TenantId) -> TokenRow {
    TokenRow {
        id: id(),
        tenant_id: tenant.clone(),
        kind: "personal".to_owned(),
        grant_id: None,
        parent_id: None,
        prefix: "odpt_abc".to_owned(),
        label: Some("colleague".to_owned()),
        digest: id(),
        salt: "salt".to_owned(),
        data_key: sealed("data-key"),
        scopes: "orders:read stores:read".to_owned(),
        stores: Some(r#"["1001"]"#.to_owned()),
        redirect_uri: None,
        code_challenge: None,
        resource: None,
        root_key: "root 1".to_owned(),
        created_at: NOW,
        last_used_at: None,
        expires_at: Some(NOW + 1_000),
        used_at: None,
        answered_at: None,
        superseded_at: None,
        revoked_at: None,
        reason: None,
    }
}

pub fn store(tenant: &TenantId, store_id: &str, store_name: &str) -> StoreRow {
    StoreRow {
        id: id(),
        tenant_id: tenant.clone(),
        store_id: store_id.to_owned(),
        store_name: store_name.to_owned(),
        label: None,
        api_key: sealed("api-key"),
        settings: None,
        settings_at: None,
        created_at: NOW,
        updated_at: NOW,
    }
}

pub fn session(tenant: &TenantId) -> SessionRow {
    SessionRow {
        id: id(),
        tenant_id: tenant.clone(),
        prefix: "odws_abc".to_owned(),
        token_digest: id(),
        salt: "salt".to_owned(),
        data_key: SealedColumns::default(),
        root_key: "root 1".to_owned(),
        ip_address: Some("192.0.2.7".to_owned()),
        user_agent: None,
        created_at: NOW,
        last_activity_at: NOW,
        expires_at: NOW + 1_000,
        revoked_at: None,
    }
}

pub fn link(tenant: Option<&TenantId>) -> MagicLinkRow {
    MagicLinkRow {
        id: id(),
        tenant_id: tenant.cloned(),
        email: "ada@example.com".to_owned(),
        token_digest: id(),
        purpose: if tenant.is_some() { "login" } else { "signup" }.to_owned(),
        ip_address: None,
        created_at: NOW,
        used_at: None,
        expires_at: NOW + 1_000,
    }
}

pub fn event(store: &StoreRow, delivery: &str) -> WebhookEventRow {
    WebhookEventRow {
        id: id(),
        tenant_id: store.tenant_id.clone(),
        store_row_id: store.id.clone(),
        delivery: delivery.to_owned(),
        received_at: NOW,
        processed_at: None,
        outcome: None,
        attempts: 1,
    }
}

/// An API key that is sealed like this, with what checks posts.
pub fn new_key(sealed: &SealedColumns) -> NewApiKey<'_> {
    NewApiKey {
        sealed,
        webhook_key: sealed,
        root_key: "root 2",
    }
}

pub fn webhook(store: &StoreRow) -> WebhookKeyRow {
    WebhookKeyRow {
        id: id(),
        tenant_id: store.tenant_id.clone(),
        store_row_id: store.id.clone(),
        token_digest: id(),
        token_ciphertext: "token-ciphertext".to_owned(),
        token_tag: "token-tag".to_owned(),
        token_nonce: "token-nonce".to_owned(),
        key: sealed("webhook-key"),
        root_key: "root 1".to_owned(),
        created_at: NOW,
    }
}

pub fn named_create(store: &StoreRow, client_request_id: &str) -> IdempotencyRow {
    IdempotencyRow {
        id: id(),
        tenant_id: store.tenant_id.clone(),
        store_row_id: store.id.clone(),
        client_request_id: client_request_id.to_owned(),
        body_digest: "digest".to_owned(),
        result: SealedColumns::default(),
        created_at: NOW,
        attempted_at: None,
        done_at: None,
    }
}

pub fn answer(key: &MasterKeyRow, digest: &str) -> AnswerRow {
    AnswerRow {
        id: id(),
        tenant_id: key.tenant_id.clone(),
        credential_id: key.id.clone(),
        digest: digest.to_owned(),
        records: String::new(),
        result: SealedColumns::default(),
        wanted: 0,
        shared: 0,
        expires_at: NOW + 10,
    }
}

pub fn entry(tenant: Option<&TenantId>, tool_name: &str, created_at: i64) -> AuditEntry {
    AuditEntry {
        id: id(),
        tenant_id: tenant.cloned(),
        store_id: Some("42".to_owned()),
        tool_name: tool_name.to_owned(),
        parameters: r#"{"order_id":"7"}"#.to_owned(),
        status: "success".to_owned(),
        error_code: None,
        error_message: None,
        duration_ms: 12,
        request_id: id(),
        source: "mcp".to_owned(),
        actor: "master_key".to_owned(),
        client_name: None,
        ip_address: None,
        user_agent: None,
        created_at,
        begun_id: None,
        orders: None,
        agreed_by: None,
        difference: SealedColumns::default(),
    }
}

/// Stands in for the keyed digest: readable, and different for every row.
pub fn digest(row: &AuditRow) -> String {
    format!("{}:{}:{}", row.seq, row.entry.id, row.previous_digest.len())
}

/// Stands in for the keyed proof of a chain's ends.
fn proof(head: &AuditHead) -> String {
    format!(
        "{}:{} to {}:{}",
        head.purged_seq, head.purged_digest, head.seq, head.digest
    )
}

fn stands(head: &AuditHead) -> bool {
    head.proof == proof(head)
}

/// What chains are proved with here.
pub const PROOFS: Proofs<'static> = Proofs {
    row: &digest,
    head: &proof,
    stands: &stands,
    is_ours: &|_| true,
};

fn end_proof(end: &AuditEnd) -> String {
    format!("{}:{}:{}", end.position, end.tenant_id, end.digest)
}

fn ends_proof(head: &EndsHead) -> String {
    format!("{} ends:{}", head.ends, head.last_proof)
}

fn ends_stand(head: &EndsHead) -> bool {
    head.proof == ends_proof(head)
}

/// What ends are signed with here.
pub const END_PROOFS: EndProofs<'static> = EndProofs {
    end: &end_proof,
    head: &ends_proof,
    stands: &ends_stand,
    chain_stands: &stands,
    is_ours: &|_| true,
};

/// What unproven ends are vouched for with here.
pub const VOUCHERS: Vouchers<'static> = Vouchers {
    head: &proof,
    ends: &ends_proof,
};

/// What the first start with a root key does.
pub async fn first_start(db: &Db) -> Result<SealedColumns, DbError> {
    db.check_value().put(&sealed("a start"), None, VOUCHERS).await
}

/// What the first start with a newer release does.
pub async fn later_start(db: &Db) {
    assert!(db.check_value().is_needed().await.unwrap());
    let (before, value) = (db.check_value().get().await.unwrap(), sealed("a later start"));
    let put = db.check_value().put(&value, before.as_ref(), VOUCHERS).await.unwrap();
    assert_eq!(put, value);
}

/// Deletes a tenant.
pub async fn delete_tenant(db: &Db, tenant: &TenantId) -> Option<AuditEnd> {
    db.audit_ends().delete_tenant(tenant, NOW, END_PROOFS).await.unwrap()
}

/// The proof of a chain that has no row yet.
pub fn empty_chain() -> String {
    proof(&AuditHead::start(None))
}

/// A tenant in the database, with its first key.
pub async fn new_tenant(db: &Db) -> (TenantRow, MasterKeyRow) {
    let tenant = tenant();
    let key = key(&tenant.id);
    db.tenants().create(&tenant, &key, &empty_chain()).await.unwrap();
    (tenant, key)
}

/// Checks that a chain has no gap and no wrong link, and ends where its head says.
pub async fn assert_chain_is_whole(db: &Db, tenant: Option<&TenantId>) -> Vec<AuditRow> {
    let head = db.audit().head(tenant).await.unwrap().expect("the chain has begun");
    let rows = db.audit().walk(tenant, 0, u32::MAX).await.unwrap();
    let mut seq = head.purged_seq;
    assert_eq!(head.proof, proof(&head), "vouched for");
    let mut previous = head.purged_digest;
    for row in &rows {
        seq += 1;
        assert_eq!((row.seq, &row.previous_digest), (seq, &previous));
        assert_eq!(row.digest, digest(row));
        previous.clone_from(&row.digest);
    }
    assert_eq!((head.seq, head.digest), (seq, previous));
    rows
}
