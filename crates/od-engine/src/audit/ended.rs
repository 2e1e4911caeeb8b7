//! Deleted tenants, as people and programs read of them.

use std::fmt;

use od_db::AuditEnd;
use serde::Serialize;

use crate::clock::timestamp;

/// A deleted tenant, as the end of its chain tells.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Ended {
    /// The tenant's id.
    pub tenant_id: String,
    /// What it was called.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// When it was deleted: RFC 3339, UTC.
    pub deleted_at: String,
    /// Entries that went with it.
    pub entries: i64,
    /// Position of the last one in its chain, which also counts purged ones and the beginnings of changes.
    pub last_seq: i64,
    /// Its digest, as an export of before shows it; empty when there never was an entry.
    pub last_digest: String,
    /// Whether the record of where the chain began and ended was as this server had signed it.
    pub intact: bool,
}

impl From<AuditEnd> for Ended {
    fn from(end: AuditEnd) -> Self {
        Self {
            tenant_id: end.tenant_id.to_string(),
            name: end.name,
            deleted_at: timestamp(end.deleted_at),
            entries: end.entries,
            last_seq: end.seq,
            last_digest: end.digest,
            intact: end.intact == 1,
        }
    }
}

impl fmt::Display for Ended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "tenant {}", self.tenant_id)?;
        if let Some(name) = &self.name {
            write!(f, " ({name})")?;
        }
        write!(f, " was deleted at {} with {} entries", self.deleted_at, self.entries)?;
        if !self.last_digest.is_empty() {
            write!(
                f,
                ", the last of them number {}, digest {}",
                self.last_seq, self.last_digest
            )?;
        }
        if !self.intact {
            f.write_str("; where they began and ended had been changed from outside before")?;
        }
        Ok(())
    }
}
