//! Reading chains.

use sqlx::{Database, Encode, QueryBuilder, Type};

use super::{Audit, AuditRow, chain};
use crate::error::refuse_nul;
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

impl AuditFilter {
    fn texts(&self) -> [(&'static str, Option<&str>); 5] {
        [
            ("store_id", self.store_id.as_deref()),
            ("tool_name", self.tool_name.as_deref()),
            ("status", self.status.as_deref()),
            ("source", self.source.as_deref()),
            ("request_id", self.request_id.as_deref()),
        ]
    }

    fn check(&self) -> Result<(), DbError> {
        refuse_nul(self.texts().map(|(_, text)| text))
    }
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
    /// A tenant's entries, newest first: of a change only its end, or its beginning while there is no end.
    pub async fn list(
        &self,
        tenant: &TenantId,
        filter: &AuditFilter,
        page: AuditPage,
    ) -> Result<Vec<AuditRow>, DbError> {
        filter.check()?;
        Ok(read!(self.db, conn: Driver => {
            let mut query = selection::<Driver>(Some(tenant), filter);
            if let Some(before) = page.before_seq {
                query.push(" AND seq < ").push_bind(before);
            }
            query.push(" ORDER BY seq DESC LIMIT ").push_bind(i64::from(page.limit));
            query.build_query_as().fetch_all(conn).await?
        }))
    }

    /// A chain's entries, oldest first, for export: at most `limit` with a position above `after_seq` and up to `through`, of a
    /// change as in [`Audit::list`].
    pub async fn matching(
        &self,
        tenant: Option<&TenantId>,
        filter: &AuditFilter,
        (after_seq, through): (i64, i64),
        limit: u32,
    ) -> Result<Vec<AuditRow>, DbError> {
        filter.check()?;
        Ok(read!(self.db, conn: Driver => {
            let mut query = selection::<Driver>(tenant, filter);
            query.push(" AND seq > ").push_bind(after_seq).push(" AND seq <= ").push_bind(through);
            query.push(" ORDER BY seq LIMIT ").push_bind(i64::from(limit));
            query.build_query_as().fetch_all(conn).await?
        }))
    }

    /// For the operator: whether any entry is of this tool or act.
    pub async fn mentions(&self, tool_name: &str) -> Result<bool, DbError> {
        const SQL: &str = "SELECT seq FROM audit_log WHERE tool_name = $1 LIMIT 1";
        refuse_nul([Some(tool_name)])?;
        Ok(read!(self.db, conn => {
            sqlx::query(SQL).bind(tool_name).fetch_optional(conn).await?.is_some()
        }))
    }

    /// A chain from its beginning, for verification: at most `limit` of all its rows with a position above `after_seq`.
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
fn selection<DB>(tenant: Option<&TenantId>, filter: &AuditFilter) -> QueryBuilder<DB>
where
    DB: Database,
    i64: Type<DB> + for<'e> Encode<'e, DB>,
    for<'e> &'e str: Type<DB> + Encode<'e, DB>,
{
    let mut query = QueryBuilder::new(concat!("SELECT ", super::columns!(), " FROM audit_log WHERE chain = "));
    query
        .push_bind(chain(tenant))
        .push(concat!(" AND NOT ", super::ended!()));
    for (column, text) in filter.texts() {
        if let Some(text) = text {
            query.push(" AND ").push(column).push(" = ").push_bind(text);
        }
    }
    let times = [
        (" AND created_at >= ", filter.since),
        (" AND created_at < ", filter.until),
    ];
    for (condition, time) in times {
        if let Some(time) = time {
            query.push(condition).push_bind(time);
        }
    }
    query
}
