//! How many calls a tenant's limit refused, and which of them get an entry of their own.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use od_db::{AuditEntry, TenantId};

use crate::limits::{LimitOptions, Limiter};

/// A tenant's refusals with entries of their own: twenty at once, and two a minute.
const ENTRIES: LimitOptions = LimitOptions {
    per_minute: 2,
    burst: 20,
};
/// Tools that such an entry names.
const TOOLS: usize = 20;

/// Refused calls of this process.
pub(crate) struct RefusedCalls {
    entries: Limiter,
    more: Mutex<HashMap<Caller, More>>,
}

/// Whose entry it is, and who called.
pub(super) type Caller = (Option<TenantId>, String);

/// Those of one caller without an entry of their own.
pub(super) struct More {
    /// The first of them, for what they have in common.
    pub(super) first: AuditEntry,
    pub(super) count: u64,
    pub(super) tools: BTreeMap<String, u64>,
}

impl RefusedCalls {
    pub(crate) fn new() -> Self {
        Self {
            entries: Limiter::new(ENTRIES),
            more: Mutex::default(),
        }
    }

    /// Whether a call gets an entry of its own. One of nobody's always does.
    pub(super) fn has_own_entry(&self, tenant: Option<&TenantId>) -> bool {
        tenant.is_none_or(|tenant| self.entries.spend(tenant, 1, Instant::now()).is_ok())
    }

    /// Counts one without; true for the first, after which an entry is due.
    pub(super) fn count(&self, caller: &Caller, entry: AuditEntry) -> bool {
        let mut more = self.more.lock().unwrap_or_else(PoisonError::into_inner);
        let tool = entry.tool_name.clone();
        let is_first = !more.contains_key(caller);
        let more = more.entry(caller.clone()).or_insert_with(|| More {
            first: entry,
            count: 0,
            tools: BTreeMap::new(),
        });
        more.count += 1;
        if more.tools.len() < TOOLS || more.tools.contains_key(&tool) {
            *more.tools.entry(tool).or_default() += 1;
        }
        is_first
    }

    pub(super) fn take(&self, caller: &Caller) -> Option<More> {
        self.more.lock().unwrap_or_else(PoisonError::into_inner).remove(caller)
    }
}
