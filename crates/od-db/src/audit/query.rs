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
    /// An order that the entry is about: Order Desk's id of it.
    pub order_id: Option<String>,
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
        refuse_nul(
            self.texts()
                .map(|(_, text)| text)
                .into_iter()
                .chain([self.order_id.as_deref()]),
        )
    }
}

/// A place in a chain that is read by time. Entries of one moment stand in the order of their positions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct AuditPlace {
    /// When it happened.
    pub created_at: i64,
    /// The position.
    pub seq: i64,
}

impl AuditPlace {
    /// Before everything.
    pub const START: Self = Self {
        created_at: i64::MIN,
        seq: 0,
    };
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

    /// A chain's entries by the time they happened, for export: at most `limit` after `after`, up to the position `through`, of
    /// a change as in [`Audit::list`].
    pub async fn matching(
        &self,
        tenant: Option<&TenantId>,
        filter: &AuditFilter,
        after: AuditPlace,
        through: i64,
        limit: u32,
    ) -> Result<Vec<AuditRow>, DbError> {
        filter.check()?;
        Ok(read!(self.db, conn: Driver => {
            let mut query = selection::<Driver>(tenant, filter);
            query.push(" AND seq <= ").push_bind(through);
            query.push(" AND (created_at, seq) > (").push_bind(after.created_at).push(", ").push_bind(after.seq).push(")");
            query.push(" ORDER BY created_at, seq LIMIT ").push_bind(i64::from(limit));
            query.build_query_as().fetch_all(conn).await?
        }))
    }

    /// For the operator: the entries of this request, or with this id, of whichever tenant; whole, in the order of time, of a
    /// change as in [`Audit::list`].
    pub async fn find(&self, id: &str, limit: u32) -> Result<Vec<AuditRow>, DbError> {
        // Chain by chain, because that is how requests are indexed.
        const SQL: &str = concat!(
            "SELECT ",
            super::columns!(),
            " FROM audit_log WHERE id IN (SELECT id FROM audit_log WHERE id = $1 OR begun_id = $1 \
              UNION SELECT entry.id FROM audit_heads JOIN audit_log entry \
              ON entry.chain = audit_heads.chain AND entry.request_id = $1) AND NOT ",
            super::ended!(),
            " ORDER BY created_at, seq LIMIT $2"
        );
        refuse_nul([Some(id)])?;
        Ok(read!(self.db, conn => {
            sqlx::query_as(SQL).bind(id).bind(i64::from(limit)).fetch_all(conn).await?
        }))
    }

    /// For the operator: ids of requests, and of entries, that begin so. Looks at every entry.
    ///
    /// `beginning` has to be a part of an id: letters, digits and hyphens.
    pub async fn beginning_with(&self, beginning: &str, limit: u32) -> Result<Vec<String>, DbError> {
        const SQL: &str = "SELECT request_id FROM audit_log WHERE request_id LIKE $1 \
             UNION SELECT id FROM audit_log WHERE id LIKE $1 AND request_id NOT LIKE $1 ORDER BY 1 LIMIT $2";
        refuse_nul([Some(beginning)])?;
        let pattern = format!("{beginning}%");
        Ok(read!(self.db, conn => {
            sqlx::query_scalar(SQL).bind(&pattern).bind(i64::from(limit)).fetch_all(conn).await?
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
    String: Type<DB> + for<'e> Encode<'e, DB>,
{
    let mut query = QueryBuilder::new(concat!(
        "SELECT ",
        super::listed_columns!(),
        " FROM audit_log WHERE chain = "
    ));
    query
        .push_bind(chain(tenant))
        .push(concat!(" AND NOT ", super::ended!()));
    for (column, text) in filter.texts() {
        if let Some(text) = text {
            query.push(" AND ").push(column).push(" = ").push_bind(text);
        }
    }
    if let Some(order) = &filter.order_id {
        // No index: it would cost every entry more than such a search costs, which reads the tenant's entries. Those of before
        // there was a column tell by their arguments.
        query
            .push(" AND (' ' || orders || ' ' LIKE ")
            .push_bind(format!("% {order} %"))
            .push(" OR (orders IS NULL AND (parameters LIKE ")
            .push_bind(format!("%\"order_id\":\"{order}\"%"))
            .push(" OR parameters LIKE ")
            .push_bind(format!("%\"order_ids\":[%\"{order}\"%"))
            .push(")))");
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
