//! Reading chains.

use sqlx::{Database, Encode, QueryBuilder, Type};

use super::{Audit, AuditRow, chain};
use crate::pool::read;
use crate::{DbError, TenantId};

/// Which entries to list. Everything that is given must match.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AuditFilter {
    /// The Order Desk store id concerned.
    pub store_id: Option<String>,
    /// The tool or act.
    pub tool_name: Option<String>,
    /// The outcome.
    pub status: Option<String>,
    /// The door it came through.
    pub source: Option<String>,
    /// The correlation id.
    pub request_id: Option<String>,
    /// Not before this time.
    pub since: Option<i64>,
    /// Before this time.
    pub until: Option<i64>,
}

/// A page of a list that starts with the newest entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AuditPage {
    /// Only entries older than this position: the smallest `seq` of the page before.
    pub before_seq: Option<i64>,
    /// At most so many.
    pub limit: u32,
}

impl Default for AuditPage {
    /// The newest fifty.
    fn default() -> Self {
        Self {
            before_seq: None,
            limit: 50,
        }
    }
}

impl Audit<'_> {
    /// A tenant's entries, newest first.
    pub async fn list(
        &self,
        tenant: &TenantId,
        filter: &AuditFilter,
        page: AuditPage,
    ) -> Result<Vec<AuditRow>, DbError> {
        Ok(read!(self.db, conn: Driver => {
            selection::<Driver>(tenant, filter, page).build_query_as().fetch_all(conn).await?
        }))
    }

    /// A chain from its beginning, for verification and export: at most `limit` rows with a position above `after_seq`.
    pub async fn walk(&self, tenant: Option<&TenantId>, after_seq: i64, limit: u32) -> Result<Vec<AuditRow>, DbError> {
        const SQL: &str = concat!(
            "SELECT ",
            super::columns!(),
            " FROM audit_log WHERE chain = $1 AND seq > $2 ORDER BY seq LIMIT $3"
        );
        Ok(read!(self.db, conn => {
            sqlx::query_as(SQL).bind(chain(tenant)).bind(after_seq).bind(i64::from(limit)).fetch_all(conn).await?
        }))
    }
}

/// Names only the conditions that are given, so that each has its index.
fn selection<DB>(tenant: &TenantId, filter: &AuditFilter, page: AuditPage) -> QueryBuilder<DB>
where
    DB: Database,
    i64: Type<DB> + for<'e> Encode<'e, DB>,
    for<'e> &'e str: Type<DB> + Encode<'e, DB>,
{
    let mut query = QueryBuilder::new(concat!("SELECT ", super::columns!(), " FROM audit_log WHERE chain = "));
    query.push_bind(tenant.as_str());
    let texts = [
        (" AND store_id = ", &filter.store_id),
        (" AND tool_name = ", &filter.tool_name),
        (" AND status = ", &filter.status),
        (" AND source = ", &filter.source),
        (" AND request_id = ", &filter.request_id),
    ];
    for (condition, text) in texts {
        if let Some(text) = text {
            query.push(condition).push_bind(text.as_str());
        }
    }
    let numbers = [
        (" AND created_at >= ", filter.since),
        (" AND created_at < ", filter.until),
        (" AND seq < ", page.before_seq),
    ];
    for (condition, number) in numbers {
        if let Some(number) = number {
            query.push(condition).push_bind(number);
        }
    }
    query.push(" ORDER BY seq DESC LIMIT ").push_bind(i64::from(page.limit));
    query
}
