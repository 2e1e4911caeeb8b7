use od_vault::DataKey;
use uuid::Uuid;

use super::*;

fn made(root: &RootKey, data_key: &DataKey, tenant: &TenantId) -> (Token, TokenRow) {
    let new = NewToken {
        kind: TokenKind::Refresh,
        tenant,
        grants: Grants::DEFAULT,
        stores: &StoreSet::only(["90001".to_owned()]),
        created_at: 1,
        expires_at: Some(2),
    };
    seal(root, data_key, &new)
}

#[test]
fn a_token_opens_its_own_copy_and_no_other() {
    let (data_key, tenant) = (DataKey::generate(), TenantId::from(Uuid::now_v7()));
    let roots = || Roots::new(RootKey::generate(), None);
    let root = roots();
    let (token, row) = made(&root.current, &data_key, &tenant);
    let (other, other_row) = made(&root.current, &data_key, &tenant);
    assert!(open(&root, &row, &token).is_ok());
    assert!(open(&root, &row, &other).is_err());
    assert!(open(&roots(), &row, &token).is_err());
    let moved = TokenRow {
        data_key: other_row.data_key,
        salt: other_row.salt,
        ..row.clone()
    };
    assert!(open(&root, &moved, &other).is_err(), "the copy belongs to its row");
    let anothers = TokenRow {
        tenant_id: TenantId::from(Uuid::now_v7()),
        ..row
    };
    assert!(open(&root, &anothers, &token).is_err(), "and to its tenant");
}

#[test]
fn its_row_says_what_it_may_do() {
    let (root, tenant) = (RootKey::generate(), TenantId::from(Uuid::now_v7()));
    let (token, row) = made(&root, &DataKey::generate(), &tenant);
    assert_eq!(row.digest, token.digest(&root));
    assert_eq!(row.scopes, Grants::DEFAULT.to_scope());
    assert_eq!(row.stores.as_deref(), Some(r#"["90001"]"#));
    assert_eq!(row.root_key, root.id());
    assert_eq!(row.kind, "refresh");
}
