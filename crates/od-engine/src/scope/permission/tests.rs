use super::*;

#[test]
fn a_scope_text_names_what_is_known_of_it() {
    fn check(scope: &str, expected: &str) {
        assert_eq!(Grants::parse_known(scope).to_scope(), expected, "{scope:?}");
    }
    check("", "");
    check("orders:read", "orders:read");
    check(
        "products:write  stores:read\tproducts:write",
        "stores:read products:write",
    );
    check("offline_access orders:read openid admin Orders:Write", "orders:read");
}

#[test]
fn a_normal_user_may_neither_delete_orders_nor_manage_stores() {
    assert_eq!(
        Grants::DEFAULT.to_scope(),
        "stores:read orders:read orders:write shipments:write products:read products:write"
    );
    let all = Permission::ALL.map(Permission::as_str).join(" ");
    assert_eq!(Grants::ALL.to_scope(), all);
    assert_eq!(Grants::parse_known(&all), Grants::ALL);
}

#[test]
fn sets_are_joined_and_cut() {
    let (read, write) = (
        Grants::of(&[Permission::OrdersRead]),
        Grants::of(&[Permission::OrdersWrite]),
    );
    assert_eq!(read.with(write).to_scope(), "orders:read orders:write");
    assert!(read.and(write).is_empty() && !read.is_empty());
    assert!(
        Permission::ALL
            .into_iter()
            .all(|permission| Permission::parse(permission.as_str()) == Some(permission))
    );
}
