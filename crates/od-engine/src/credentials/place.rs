//! Where a credential's own copy of the data key stands.

use od_db::TenantId;
use od_vault::Place;

/// What the copy in a credential's row is sealed for.
pub(super) fn place<'a>(tenant: &'a TenantId, row: &'a str) -> Place<'a> {
    Place {
        tenant: tenant.as_str(),
        row,
        field: "data_key",
    }
}
