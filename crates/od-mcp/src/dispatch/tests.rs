use od_engine::{Grants, Permission};

use super::admits;
use crate::catalog::{Catalog, Narrowing, ToolNames};

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
