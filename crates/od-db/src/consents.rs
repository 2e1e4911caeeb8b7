//! What persons answered when they were asked whether something should be done.

use crate::error::refuse_nul;
use crate::pool::{read, transaction, write_one};
use crate::{Db, DbError, TenantId};

/// A no: to this deed, for these records, said to this credential.
#[derive(Clone, Copy, Debug)]
pub struct Declined<'a> {
    /// The row of the credential that asked.
    pub credential: &'a str,
    /// What was to be done, e.g. `orders.delete`.
    pub deed: &'a str,
    /// What it was to be done to; a text that stands for one record, however it was spelled.
    pub targets: &'a [String],
}

/// The methods of what persons answered; see [`Db::consents`].
#[derive(Debug)]
pub struct Consents<'a> {
    pub(crate) db: &'a Db,
}

impl Consents<'_> {
    /// Notes that a question's answer was used. False when it was before. The note may go at `expires_at`.
    pub async fn use_up(&self, tenant: &TenantId, question: &str, expires_at: i64) -> Result<bool, DbError> {
        const SQL: &str = "INSERT INTO used_questions (id, tenant_id, expires_at) VALUES ($1, $2, $3) \
             ON CONFLICT (id) DO NOTHING";
        const USED: &str = "SELECT 1 FROM used_questions WHERE id = $1";
        refuse_nul([Some(question)])?;
        // Whoever sends the same answer again and again shall not keep the database's one writer busy.
        let used: Option<i32> = read!(self.db, conn => {
            sqlx::query_scalar(USED).bind(question).fetch_optional(conn).await?
        });
        if used.is_some() {
            return Ok(false);
        }
        let done = write_one!(self.db, conn => {
            sqlx::query(SQL).bind(question).bind(tenant).bind(expires_at).execute(conn).await?.rows_affected()
        });
        Ok(done > 0)
    }

    /// Lets a question's answer count again.
    pub async fn give_back(&self, tenant: &TenantId, question: &str) -> Result<(), DbError> {
        const SQL: &str = "DELETE FROM used_questions WHERE tenant_id = $1 AND id = $2";
        write_one!(self.db, conn => {
            sqlx::query(SQL).bind(tenant).bind(question).execute(conn).await.map(drop)?;
        });
        Ok(())
    }

    /// Remembers a no until `until`. A later no to the same replaces it.
    pub async fn decline(&self, tenant: &TenantId, no: Declined<'_>, until: i64) -> Result<(), DbError> {
        const SQL: &str = "INSERT INTO declined_deeds (tenant_id, credential_id, deed, target, declined_until) \
             VALUES ($1, $2, $3, $4, $5) ON CONFLICT (tenant_id, credential_id, deed, target) \
             DO UPDATE SET declined_until = excluded.declined_until";
        refuse_nul(no.targets.iter().map(|target| Some(target.as_str())))?;
        transaction!(self.db, conn => {
            for target in no.targets {
                sqlx::query(SQL)
                    .bind(tenant)
                    .bind(no.credential)
                    .bind(no.deed)
                    .bind(target)
                    .bind(until)
                    .execute(&mut *conn)
                    .await?;
            }
        });
        Ok(())
    }

    /// Until when the deed is declined for any of the targets; `None` when it is for none of them now.
    pub async fn declined_until(
        &self,
        tenant: &TenantId,
        asked: Declined<'_>,
        now: i64,
    ) -> Result<Option<i64>, DbError> {
        let rows = self.declined_targets(tenant, asked.credential, asked.deed, now).await?;
        Ok(rows
            .into_iter()
            .filter(|(target, _)| asked.targets.contains(target))
            .map(|(_, until)| until)
            .max())
    }

    /// The targets of a deed that are declined now, and until when.
    pub async fn declined_targets(
        &self,
        tenant: &TenantId,
        credential: &str,
        deed: &str,
        now: i64,
    ) -> Result<Vec<(String, i64)>, DbError> {
        const SQL: &str = "SELECT target, declined_until FROM declined_deeds \
             WHERE tenant_id = $1 AND credential_id = $2 AND deed = $3 AND declined_until > $4";
        Ok(read!(self.db, conn => {
            sqlx::query_as(SQL).bind(tenant).bind(credential).bind(deed).bind(now).fetch_all(conn).await?
        }))
    }

    /// Removes what does not count any more, of all tenants, and says how many rows that were.
    pub async fn remove_expired(&self, now: i64) -> Result<u64, DbError> {
        const USED: &str = "DELETE FROM used_questions WHERE expires_at <= $1";
        const DECLINED: &str = "DELETE FROM declined_deeds WHERE declined_until <= $1";
        Ok(transaction!(self.db, conn => {
            let used = sqlx::query(USED).bind(now).execute(&mut *conn).await?.rows_affected();
            used + sqlx::query(DECLINED).bind(now).execute(&mut *conn).await?.rows_affected()
        }))
    }
}
