//! What an operation answers beside its data.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use od_record::text::quoted;
use serde::Serialize;

use crate::difference::Altered;

/// The store an operation worked on, as every reply names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StoreRef {
    /// Order Desk's store id: digits.
    pub store_id: String,
    /// The tenant's own name for it.
    pub store_name: String,
}

/// As questions and messages name it: `store 90001 ("Mug Shop")`. The id goes first, where no name can put another.
impl fmt::Display for StoreRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "store {} ({})", self.store_id, quoted(&self.store_name))
    }
}

/// Where a list stopped and how to go on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Page {
    /// Matches before paging, when Order Desk says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total: Option<u64>,
    /// Records in this reply.
    pub returned: u64,
    /// Page size asked for.
    pub limit: u64,
    /// Records skipped.
    pub offset: u64,
    /// The `offset` of the next page; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_offset: Option<u64>,
}

/// Whether the data came from memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct CacheInfo {
    /// True when Order Desk was not asked.
    pub hit: bool,
    /// Seconds since the data was read from Order Desk.
    pub age_seconds: u64,
}

impl CacheInfo {
    /// Data read from Order Desk for this reply.
    pub const FRESH: Self = Self {
        hit: false,
        age_seconds: 0,
    };

    /// Whether the data was read from Order Desk longer ago than this.
    pub(crate) fn is_older_than(self, age: Duration) -> bool {
        self.hit && self.age_seconds >= age.as_secs()
    }

    /// Data kept in memory for `age`.
    pub fn hit(age: Duration) -> Self {
        Self {
            hit: true,
            age_seconds: age.as_secs(),
        }
    }
}

/// A report that is kept as a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportFile {
    /// What it is asked for by.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// The names of its columns, in order.
    pub columns: Vec<&'static str>,
    /// How many rows it has beside the heading.
    pub rows: usize,
    /// How long it is, in bytes.
    pub bytes: usize,
    /// When it goes, RFC 3339.
    pub expires_at: String,
}

/// An operation's data with what the reply says about it.
#[derive(Clone, Debug)]
pub struct Outcome<T> {
    /// The data.
    pub data: T,
    /// The store it came from.
    pub store: Option<StoreRef>,
    /// Paging, for lists.
    pub page: Option<Page>,
    /// Cache, for reads that may be cached.
    pub cache: Option<CacheInfo>,
    /// What the caller should know although the call succeeded.
    pub warnings: Vec<String>,
    /// The data as compact JSON, where that is known already: writing a record costs as much as copying it.
    pub text: Option<Arc<str>>,
    /// What else was made of it.
    pub file: Option<ReportFile>,
    /// What it altered. For the audit log, which takes it out.
    pub(crate) altered: Vec<Altered>,
}

impl<T> Outcome<T> {
    /// Data without a store: tenant-level operations.
    pub fn new(data: T) -> Self {
        Self {
            data,
            store: None,
            page: None,
            cache: None,
            warnings: Vec::new(),
            text: None,
            file: None,
            altered: Vec::new(),
        }
    }

    /// Data of one store.
    pub fn of(store: StoreRef, data: T) -> Self {
        Self {
            store: Some(store),
            ..Self::new(data)
        }
    }

    /// The same reply with other data.
    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Outcome<U> {
        Outcome {
            data: f(self.data),
            store: self.store,
            page: self.page,
            cache: self.cache,
            warnings: self.warnings,
            text: None,
            file: self.file,
            altered: self.altered,
        }
    }

    /// Adds the data as compact JSON. It has to be exactly that.
    pub fn with_text(mut self, text: Option<Arc<str>>) -> Self {
        self.text = text;
        self
    }

    /// Adds a file.
    pub(crate) fn with_file(mut self, file: Option<ReportFile>) -> Self {
        self.file = file;
        self
    }

    /// Adds what the cache says.
    pub fn with_cache(mut self, cache: CacheInfo) -> Self {
        self.cache = Some(cache);
        self
    }

    /// Adds what was altered; records of which nothing was are left out.
    pub(crate) fn having_altered(mut self, records: impl IntoIterator<Item = Altered>) -> Self {
        self.altered
            .extend(records.into_iter().filter(|record| !record.changes.is_empty()));
        self
    }

    /// Adds paging.
    pub fn with_page(mut self, page: Page) -> Self {
        self.page = Some(page);
        self
    }

    /// Adds warnings behind those already there.
    pub fn with_warnings(mut self, warnings: impl IntoIterator<Item = String>) -> Self {
        self.warnings.extend(warnings);
        self
    }
}
