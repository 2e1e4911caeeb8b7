use od_engine::{Grants, Permission};

use super::{admits, works_in_a_store};
use crate::catalog::{Catalog, Narrowing, ToolNames};
use crate::tool::Access;

#[test]
fn a_tool_is_left_by_the_grant_and_by_the_narrowing_both() {
    let catalog = Catalog::new(ToolNames::Underscore).expect("the declarations are good");
    let check = |tool: &str, narrowing: Narrowing, grants: Option<&[Permission]>, expected: bool| {
        let spec = &catalog.find(tool).expect("a tool").spec;
        assert_eq!(
            admits(&narrowing, grants.map(Grants::of), spec),
            expected,
            "{tool} {grants:?}"
        );
    };
    let orders = || Narrowing::toolsets("orders").expect("a toolset");
    check("folders.list", Narrowing::none(), None, true);
    check("folders.list", Narrowing::none(), Some(&[Permission::StoresRead]), true);
    check(
        "folders.list",
        Narrowing::none(),
        Some(&[Permission::OrdersRead]),
        false,
    );
    check("folders.list", orders(), Some(&[Permission::StoresRead]), false);
    check("tenant.use_master_key", orders(), Some(&[]), true);
}

#[test]
fn what_changes_the_stores_themselves_works_in_none() {
    let catalog = Catalog::new(ToolNames::Underscore).expect("the declarations are good");
    let mut changing: Vec<&str> = catalog
        .entries()
        .iter()
        .filter(|entry| entry.spec.access == Access::Write && !works_in_a_store(&entry.spec))
        .map(|entry| entry.spec.name)
        .collect();
    changing.sort_unstable();
    assert_eq!(
        changing,
        ["stores.delete", "stores.register", "stores.update", "stores.webhook"]
    );
    // All others say which store.
    for entry in catalog.entries() {
        let names_one = entry.spec.input.pointer("/properties/store").is_some();
        let is_write = entry.spec.access == Access::Write && works_in_a_store(&entry.spec);
        assert!(!is_write || names_one, "{}", entry.spec.name);
    }
}
