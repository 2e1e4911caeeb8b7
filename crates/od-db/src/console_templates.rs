//! What a tenant's people keep for the console.

use crate::pool::{read, transaction, write_one};
use crate::row::from_row;
use crate::{Db, DbError, SealedColumns, TenantId};

/// A kept set of arguments, sealed with its name and its tool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsoleTemplateRow {
    /// Its id.
    pub id: String,
    /// What is kept.
    pub sealed: SealedColumns,
    /// When it was kept.
    pub updated_at: i64,
}

from_row! { ConsoleTemplateRow: id, updated_at; sealed }

/// The methods of what is kept for the console; see [`Db::console_templates`].
#[derive(Debug)]
pub struct ConsoleTemplates<'a> {
    pub(crate) db: &'a Db,
}

impl ConsoleTemplates<'_> {
    /// Keeps one, in place of the tenant's one of the same id. False when it would be one more than `most` of the tenant.
    pub async fn put(&self, tenant: &TenantId, row: &ConsoleTemplateRow, most: i64) -> Result<bool, DbError> {
        const REPLACE: &str = "UPDATE console_templates SET template_ciphertext = $3, template_tag = $4, template_nonce = $5, \
             updated_at = $6 \
             WHERE tenant_id = $1 AND id = $2";
        const ADD: &str = "INSERT INTO console_templates (tenant_id, id, template_ciphertext, template_tag, template_nonce, \
             updated_at) \
             SELECT $1, $2, $3, $4, $5, $6 WHERE (SELECT COUNT(*) FROM console_templates WHERE tenant_id = $1) < $7";
        let done = transaction!(self.db, conn => {
            let replaced = sqlx::query(REPLACE)
                .bind(tenant)
                .bind(&row.id)
                .bind(&row.sealed.ciphertext)
                .bind(&row.sealed.tag)
                .bind(&row.sealed.nonce)
                .bind(row.updated_at)
                .execute(&mut *conn)
                .await?
                .rows_affected();
            if replaced > 0 {
                replaced
            } else {
                sqlx::query(ADD)
                    .bind(tenant)
                    .bind(&row.id)
                    .bind(&row.sealed.ciphertext)
                    .bind(&row.sealed.tag)
                    .bind(&row.sealed.nonce)
                    .bind(row.updated_at)
                    .bind(most)
                    .execute(&mut *conn)
                    .await?
                    .rows_affected()
            }
        });
        Ok(done > 0)
    }

    /// The tenant's, newest first.
    pub async fn list(&self, tenant: &TenantId) -> Result<Vec<ConsoleTemplateRow>, DbError> {
        const SQL: &str = "SELECT id, template_ciphertext AS ciphertext, template_tag AS tag, template_nonce AS nonce, updated_at \
             FROM console_templates \
             WHERE tenant_id = $1 ORDER BY updated_at DESC, id DESC";
        Ok(read!(self.db, conn => sqlx::query_as(SQL).bind(tenant).fetch_all(conn).await?))
    }

    /// One of the tenant's.
    pub async fn get(&self, tenant: &TenantId, id: &str) -> Result<Option<ConsoleTemplateRow>, DbError> {
        const SQL: &str = "SELECT id, template_ciphertext AS ciphertext, template_tag AS tag, template_nonce AS nonce, updated_at \
             FROM console_templates \
             WHERE tenant_id = $1 AND id = $2";
        Ok(read!(self.db, conn => sqlx::query_as(SQL).bind(tenant).bind(id).fetch_optional(conn).await?))
    }

    /// Removes one of the tenant's. False when it has no such one.
    pub async fn delete(&self, tenant: &TenantId, id: &str) -> Result<bool, DbError> {
        const SQL: &str = "DELETE FROM console_templates WHERE tenant_id = $1 AND id = $2";
        let done = write_one!(self.db, conn => {
            sqlx::query(SQL).bind(tenant).bind(id).execute(conn).await?.rows_affected()
        });
        Ok(done > 0)
    }
}
