//! The entries of several chains in the order of time, without having more of them in memory than needed.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};
use std::ops::RangeInclusive;

use od_db::{AuditFilter, AuditHead, AuditPlace, AuditRow, Db, DbError};

/// Entries in memory, as long as there are not so many chains that this is too few of each.
const IN_MEMORY: usize = 5000;
/// Entries of one chain read at a time.
const AT_ONCE: RangeInclusive<usize> = 10..=500;

/// The entries that match, as long as there are some.
pub(super) struct Merge {
    filter: AuditFilter,
    chains: Vec<Chain>,
    /// The next entry of each chain that has one, the earliest first.
    next: BinaryHeap<Reverse<(AuditPlace, usize)>>,
    at_once: u32,
    begun: bool,
}

/// One of the chains.
struct Chain {
    /// Entries recorded later than this are left out.
    end: AuditHead,
    read: VecDeque<AuditRow>,
    after: AuditPlace,
    is_read_out: bool,
}

impl Merge {
    pub(super) fn new(chains: Vec<AuditHead>, filter: AuditFilter) -> Self {
        let at_once = (IN_MEMORY / chains.len().max(1)).clamp(*AT_ONCE.start(), *AT_ONCE.end());
        let chain = |end| Chain {
            end,
            read: VecDeque::new(),
            after: AuditPlace::START,
            is_read_out: false,
        };
        Self {
            filter,
            chains: chains.into_iter().map(chain).collect(),
            next: BinaryHeap::new(),
            at_once: u32::try_from(at_once).unwrap_or(u32::MAX),
            begun: false,
        }
    }

    /// At most `most` further entries; none at the end.
    pub(super) async fn next(&mut self, db: &Db, most: usize) -> Result<Vec<AuditRow>, DbError> {
        if !self.begun {
            for chain in 0..self.chains.len() {
                self.stand_in_line(db, chain).await?;
            }
            self.begun = true;
        }
        let mut rows = Vec::new();
        while rows.len() < most
            && let Some(Reverse((_, chain))) = self.next.pop()
        {
            rows.extend(self.chains[chain].read.pop_front());
            self.stand_in_line(db, chain).await?;
        }
        Ok(rows)
    }

    /// Lines up a chain with its next entry, if it has one.
    async fn stand_in_line(&mut self, db: &Db, index: usize) -> Result<(), DbError> {
        let chain = &mut self.chains[index];
        if chain.read.is_empty() && !chain.is_read_out {
            let (tenant, through) = (chain.end.tenant_id.as_ref(), chain.end.seq);
            let audit = db.audit();
            let rows = audit
                .matching(tenant, &self.filter, chain.after, through, self.at_once)
                .await?;
            chain.is_read_out = rows.len() < self.at_once as usize;
            chain.after = rows.last().map_or(chain.after, AuditRow::place);
            chain.read.extend(rows);
        }
        if let Some(first) = chain.read.front() {
            self.next.push(Reverse((first.place(), index)));
        }
        Ok(())
    }
}
