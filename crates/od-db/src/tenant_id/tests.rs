use super::*;

const ID: &str = "01890a5d-ac96-774b-bcce-b302099a8057";

#[test]
fn every_spelling_becomes_the_canonical_one() {
    fn check(text: &str, expected: Result<&str, InvalidTenantId>) {
        assert_eq!(
            TenantId::parse(text).as_ref().map(TenantId::as_str),
            expected.as_ref().map(|id| *id),
            "{text}"
        );
    }
    check(ID, Ok(ID));
    check(&ID.to_uppercase(), Ok(ID));
    check(&ID.replace('-', ""), Ok(ID));
    check("", Err(InvalidTenantId));
    check("system", Err(InvalidTenantId));
    check("01890a5d-ac96-774b-bcce-b302099a8057' OR 1=1", Err(InvalidTenantId));
}

#[test]
fn a_row_of_another_tenant_is_refused() {
    let one = TenantId::from(Uuid::from_u128(1));
    let other = TenantId::from(Uuid::from_u128(2));
    assert!(one.must_be(&one).is_ok());
    assert!(matches!(one.must_be(&other), Err(DbError::WrongTenant)));
}
