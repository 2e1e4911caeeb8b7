//! Reading chains.

use std::fmt;

use sqlx::{Database, Encode, QueryBuilder, Type};

use super::{Audit, AuditRow, chain, search};
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
    /// Each of these has to occur in the tool, the arguments, the error, the actor, the client, the ids or the addresses,
    /// whatever its case. Beyond A to Z it is found as it is given, all small, all large, or with a large first letter.
    pub words: Vec<String>,
}

/// The outcome that has an index.
const ERROR: &str = "error";

/// What entries are looked up by. Each has an index that ends in the time; what else is asked for is looked at in each entry.
#[derive(Clone, Copy, PartialEq, Eq)]
enum By {
    Request,
    Errors,
    Tool,
    Store,
    Time,
}

impl By {
    fn column(self) -> &'static str {
        match self {
            Self::Request => "request_id",
            Self::Errors => "status",
            Self::Tool => "tool_name",
            Self::Store => "store_id",
            Self::Time => "created_at",
        }
    }
}

impl AuditFilter {
    /// Whether an index finds what matches, and nothing else has to be looked at.
    pub fn is_indexed(&self) -> bool {
        *self == self.indexed()
    }

    /// What the entries are looked up by: of what is given, that of which there are the fewest.
    fn by(&self) -> By {
        let has = [
            (By::Request, self.request_id.is_some()),
            (By::Errors, self.status.as_deref() == Some(ERROR)),
            (By::Tool, self.tool_name.is_some()),
            (By::Store, self.store_id.is_some()),
        ];
        has.into_iter().find(|(_, given)| *given).map_or(By::Time, |(by, _)| by)
    }

    /// As much of it as the index finds.
    fn indexed(&self) -> Self {
        let by = self.by();
        let only = |wanted: By, text: &Option<String>| text.clone().filter(|_| by == wanted);
        Self {
            request_id: only(By::Request, &self.request_id),
            status: only(By::Errors, &self.status),
            tool_name: only(By::Tool, &self.tool_name),
            store_id: only(By::Store, &self.store_id),
            since: self.since,
            until: self.until,
            ..Self::default()
        }
    }

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
                .chain([self.order_id.as_deref()])
                .chain(self.words.iter().map(|word| Some(word.as_str()))),
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

impl AuditRow {
    /// Where it stands in a chain that is read by time.
    pub fn place(&self) -> AuditPlace {
        AuditPlace {
            created_at: self.entry.created_at,
            seq: self.seq,
        }
    }
}

/// As it stands in an address: `1750000000000.42`.
impl fmt::Display for AuditPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.created_at, self.seq)
    }
}

impl AuditPlace {
    /// Reads what [`fmt::Display`] writes.
    pub fn parse(text: &str) -> Option<Self> {
        let (created_at, seq) = text.split_once('.')?;
        Some(Self {
            created_at: created_at.parse().ok()?,
            seq: seq.parse().ok()?,
        })
    }
}

/// A page of a list that starts with the newest entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AuditPage {
    /// Only entries before this place: that of the last entry of the page before.
    pub before: Option<AuditPlace>,
    /// Only entries from this place on: where the search ends for now.
    pub from: Option<AuditPlace>,
    /// At most so many.
    pub limit: u32,
}

impl Default for AuditPage {
    /// The newest fifty.
    fn default() -> Self {
        Self {
            before: None,
            from: None,
            limit: 50,
        }
    }
}

/// At most so many names are listed.
const DIFFERENT: i64 = 500;

/// The different values of an indexed column in one chain. Each is looked up after the one before it: one step into the index
/// a value, where `DISTINCT` would read the whole of it.
macro_rules! different {
    ($column:literal) => {
        concat!(
            "WITH RECURSIVE found (name) AS ( \
             SELECT MIN(",
            $column,
            ") FROM audit_log WHERE chain = $1 UNION ALL \
             SELECT (SELECT MIN(",
            $column,
            ") FROM audit_log WHERE chain = $1 AND ",
            $column,
            " > found.name) \
             FROM found WHERE found.name IS NOT NULL) \
             SELECT name FROM found WHERE name IS NOT NULL LIMIT $2"
        )
    };
}

pub(crate) const OF_REQUEST: &str = concat!(
    "SELECT ",
    super::columns!(),
    " FROM audit_log WHERE chain = $1 AND request_id = $2 AND NOT ",
    super::ended!(),
    " ORDER BY created_at, seq LIMIT $3"
);

impl Audit<'_> {
    /// A tenant's entries, the last first: of a change only its end, or its beginning while there is no end.
    pub async fn list(
        &self,
        tenant: &TenantId,
        filter: &AuditFilter,
        page: AuditPage,
    ) -> Result<Vec<AuditRow>, DbError> {
        filter.check()?;
        Ok(read!(self.db, conn: Driver => {
            listing::<Driver>("", tenant, filter, page).build_query_as().fetch_all(conn).await?
        }))
    }

    /// How far back a search comes that looks at `rows` rows before `before`, of those that indexes find; `None` when there
    /// are no more than that. What is looked at is bounded so, however little of it matches.
    pub async fn reach(
        &self,
        tenant: &TenantId,
        filter: &AuditFilter,
        before: Option<AuditPlace>,
        rows: u32,
    ) -> Result<Option<AuditPlace>, DbError> {
        filter.check()?;
        let found: Option<(i64, i64)> = read!(self.db, conn: Driver => {
            reaching::<Driver>("", tenant, filter, before, rows).build_query_as().fetch_optional(conn).await?
        });
        Ok(found.map(|(created_at, seq)| AuditPlace { created_at, seq }))
    }

    /// A tenant's entries of one request, whole, in the order of time, of a change as in [`Audit::list`].
    pub async fn of_request(&self, tenant: &TenantId, id: &str, limit: u32) -> Result<Vec<AuditRow>, DbError> {
        refuse_nul([Some(id)])?;
        Ok(read!(self.db, conn => {
            sqlx::query_as(OF_REQUEST).bind(chain(Some(tenant))).bind(id).bind(i64::from(limit)).fetch_all(conn).await?
        }))
    }

    /// The tools and acts that a tenant has entries of, by name.
    pub async fn tools(&self, tenant: &TenantId) -> Result<Vec<String>, DbError> {
        self.different(tenant, different!("tool_name")).await
    }

    /// Order Desk's ids of the stores that a tenant has entries of.
    pub async fn stores(&self, tenant: &TenantId) -> Result<Vec<String>, DbError> {
        self.different(tenant, different!("store_id")).await
    }

    async fn different(&self, tenant: &TenantId, sql: &'static str) -> Result<Vec<String>, DbError> {
        Ok(read!(self.db, conn => {
            sqlx::query_scalar(sql).bind(chain(Some(tenant))).bind(DIFFERENT).fetch_all(conn).await?
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
            let mut query = selection::<Driver>("", tenant, filter);
            query.push(" AND seq <= ").push_bind(through);
            beside(&mut query, ">", after);
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

/// What [`Audit::list`] asks, after a `beginning`.
pub(crate) fn listing<DB>(
    beginning: &'static str,
    tenant: &TenantId,
    filter: &AuditFilter,
    page: AuditPage,
) -> QueryBuilder<DB>
where
    DB: Database,
    i64: Type<DB> + for<'e> Encode<'e, DB>,
    String: Type<DB> + for<'e> Encode<'e, DB>,
{
    let mut query = selection(beginning, Some(tenant), filter);
    for (condition, place) in [("<", page.before), (">=", page.from)] {
        if let Some(place) = place {
            beside(&mut query, condition, place);
        }
    }
    query
        .push(" ORDER BY created_at DESC, seq DESC LIMIT ")
        .push_bind(i64::from(page.limit));
    query
}

/// What [`Audit::reach`] asks, after a `beginning`.
pub(crate) fn reaching<DB>(
    beginning: &'static str,
    tenant: &TenantId,
    filter: &AuditFilter,
    before: Option<AuditPlace>,
    rows: u32,
) -> QueryBuilder<DB>
where
    DB: Database,
    i64: Type<DB> + for<'e> Encode<'e, DB>,
    String: Type<DB> + for<'e> Encode<'e, DB>,
{
    let mut query = QueryBuilder::new(beginning);
    query
        .push("SELECT created_at, seq FROM audit_log WHERE chain = ")
        .push_bind(chain(Some(tenant)).to_owned());
    matching(&mut query, &filter.indexed());
    if let Some(place) = before {
        beside(&mut query, "<", place);
    }
    query
        .push(" ORDER BY created_at DESC, seq DESC LIMIT 1 OFFSET ")
        .push_bind(i64::from(rows.saturating_sub(1)));
    query
}

/// Only rows that stand so to a place.
fn beside<DB>(query: &mut QueryBuilder<DB>, condition: &str, place: AuditPlace)
where
    DB: Database,
    i64: Type<DB> + for<'e> Encode<'e, DB>,
{
    query.push(" AND (created_at, seq) ").push(condition).push(" (");
    query
        .push_bind(place.created_at)
        .push(", ")
        .push_bind(place.seq)
        .push(")");
}

/// The rows that lists show of one chain, as far as they match, after a `beginning`.
fn selection<DB>(beginning: &'static str, tenant: Option<&TenantId>, filter: &AuditFilter) -> QueryBuilder<DB>
where
    DB: Database,
    i64: Type<DB> + for<'e> Encode<'e, DB>,
    String: Type<DB> + for<'e> Encode<'e, DB>,
{
    let mut query = QueryBuilder::new(beginning);
    query.push(concat!(
        "SELECT ",
        super::listed_columns!(),
        " FROM audit_log WHERE chain = "
    ));
    query.push_bind(chain(tenant).to_owned());
    query.push(concat!(" AND NOT ", super::ended!()));
    matching(&mut query, filter);
    query
}

/// Names only the conditions that are given. All but the one that entries are looked up by are written so that no planner takes
/// an index for them: it cannot know which of several is read to the end before a page is full.
fn matching<DB>(query: &mut QueryBuilder<DB>, filter: &AuditFilter)
where
    DB: Database,
    i64: Type<DB> + for<'e> Encode<'e, DB>,
    String: Type<DB> + for<'e> Encode<'e, DB>,
{
    let by = filter.by();
    for (column, text) in filter.texts() {
        let Some(text) = text else { continue };
        query.push(" AND ").push(column);
        if by.column() != column {
            query.push(" || '' = ").push_bind(text.to_owned());
        } else if by == By::Errors {
            // The index has these entries alone, which is seen by a text that stands in the query.
            query.push(" = 'error'");
        } else {
            query.push(" = ").push_bind(text.to_owned());
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
    search::containing(query, &filter.words);
}
