//! Stores of entries, as the operator names them.

use std::collections::BTreeSet;
use std::sync::Arc;

use od_db::fold_name;

use super::{AuditLog, Whose};
use crate::error::Error;
use crate::scope::TenantId;
use crate::stores::find_row;

impl AuditLog<'_> {
    /// For the operator: Order Desk's id of a store that is named by it, by its name or by its label, among the stores of the
    /// tenant whose entries are meant, or of all. Digits are taken as an id, also of a store that is not there any more.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Invalid`] when several stores are so named; [`Error::Storage`].
    pub async fn store_named(&self, whose: &Whose, named: &str) -> Result<String, Error> {
        let named = named.trim();
        if (1..=20).contains(&named.len()) && named.bytes().all(|byte| byte.is_ascii_digit()) {
            return Ok(named.to_owned());
        }
        let mut ids = BTreeSet::new();
        for tenant in self.chains(whose).await?.into_iter().filter_map(|head| head.tenant_id) {
            ids.extend(self.store_of(&tenant, named).await?);
        }
        let ids: Vec<String> = ids.into_iter().collect();
        match ids.as_slice() {
            [] => Err(Error::NotFound {
                what: "Store",
                name: named.to_owned(),
                nearest: None,
                hint: "Entries of a store that was removed or renamed are found by its id at Order Desk.",
            }),
            [only] => Ok(only.clone()),
            several => {
                let message = format!(
                    "is the name of several stores; give the id of one: {}",
                    several.join(", ")
                );
                Err(Error::invalid("/store", message))
            }
        }
    }

    async fn store_of(&self, tenant: &TenantId, named: &str) -> Result<Vec<String>, Error> {
        let rows = self.0.inner.db.stores().list(tenant).await?;
        let rows: Vec<_> = rows.into_iter().map(Arc::new).collect();
        if let Some((row, _)) = find_row(&rows, named) {
            return Ok(vec![row.store_id.clone()]);
        }
        let folded = fold_name(named);
        let labelled = rows
            .iter()
            .filter(|row| row.label.as_deref().map(fold_name).as_ref() == Some(&folded));
        Ok(labelled.map(|row| row.store_id.clone()).collect())
    }
}
