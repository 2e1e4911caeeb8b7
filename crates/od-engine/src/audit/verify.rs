//! Finding out whether the log is as it was written.

use std::fmt;

use od_db::{AuditHead, AuditRow, TenantId};
use serde::Serialize;

use super::acts::PURGED;
use super::purge::tells_of;
use super::{AuditFilter, AuditLog, Prover};
use crate::error::Error;

/// Entries read at a time.
const PAGE: u32 = 500;
/// How often a chain is looked at again because it was shortened or lengthened meanwhile.
const LOOKS: u32 = 5;
/// Findings of one chain that are told; more of the same would say no more.
const TOLD: usize = 20;

/// What was looked at, and what is wrong with it.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Verification {
    /// Chains looked at: one per tenant, and one for acts that belong to no tenant.
    pub chains: u64,
    /// Entries looked at.
    pub entries: u64,
    /// What is wrong; at most 20 per chain.
    pub findings: Vec<Finding>,
}

/// One thing that is not as it was written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Whose chain; absent for the one without a tenant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant_id: Option<String>,
    /// What was done to it.
    pub damage: Damage,
    /// Position of the first entry concerned.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_seq: Option<i64>,
    /// Position of the last entry concerned.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_seq: Option<i64>,
    /// Id of the entry concerned, where it is still there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entry_id: Option<String>,
}

/// What can be done to a chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Damage {
    /// An entry says something else than was written, or stands where another one stood.
    Edited,
    /// Entries are missing in between.
    Gap,
    /// The newest entries are missing.
    TailCutOff,
    /// The oldest entries are missing, and no purge removed them.
    BeginningRemoved,
    /// There are entries beyond the recorded end.
    Added,
    /// The record of where the chain begins and ends was made without the root key.
    EndsForged,
    /// The record of where the chain begins and ends is missing.
    EndsLost,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.tenant_id {
            Some(tenant) => write!(f, "tenant {tenant}: ")?,
            None => f.write_str("acts without a tenant: ")?,
        }
        match (self.first_seq, self.last_seq) {
            (Some(first), Some(last)) if first != last => write!(f, "entries {first} to {last} ")?,
            (Some(first), _) => write!(f, "entry {first} ")?,
            (None, _) => {}
        }
        if let Some(id) = &self.entry_id {
            write!(f, "({id}) ")?;
        }
        f.write_str(match self.damage {
            Damage::Edited => "changed after being written",
            Damage::Gap => "missing",
            Damage::TailCutOff => "missing at the end",
            Damage::BeginningRemoved => "missing at the beginning, and no purge removed them",
            Damage::Added => "beyond the recorded end",
            Damage::EndsForged => "the record of where these entries begin and end was not made by this server",
            Damage::EndsLost => "the record of where these entries begin and end is missing",
        })
    }
}

impl AuditLog<'_> {
    /// For the operator: walks every chain from its beginning to its end. `watch` is told the number of entries looked at
    /// so far, after every page.
    ///
    /// # Errors
    /// [`Error::Storage`]. Damage is no error: it is in the answer.
    pub async fn verify(&self, watch: &mut (dyn FnMut(u64) + Send)) -> Result<Verification, Error> {
        let inner = &self.0.inner;
        inner.audit.flush().await;
        let mut all = Verification::default();
        for name in inner.db.audit().headless().await? {
            all.chains += 1;
            // The chain that belongs to no tenant is not named by an id.
            let lost = AuditHead::start(TenantId::parse(&name).ok());
            all.findings.push(Finding::of(&lost, Damage::EndsLost));
        }
        for head in inner.db.audit().heads().await? {
            all.chains += 1;
            all.findings
                .extend(self.verify_chain(head, &mut all.entries, watch).await?);
        }
        Ok(all)
    }

    /// Looks again when something seems wrong and the chain's ends have moved meanwhile: a purge or a new entry, not damage.
    async fn verify_chain(
        &self,
        mut head: AuditHead,
        entries: &mut u64,
        watch: &mut (dyn FnMut(u64) + Send),
    ) -> Result<Vec<Finding>, Error> {
        let audit = self.0.inner.db.audit();
        let before = *entries;
        for look in 1.. {
            *entries = before;
            let mut findings = self.look(&head, entries, watch).await?;
            let beyond = audit.walk(head.tenant_id.as_ref(), head.seq, 1).await?;
            findings.extend(beyond.iter().map(|row| Finding::of(&head, Damage::Added).at(row)));
            if findings.is_empty() {
                return Ok(findings);
            }
            match audit.head(head.tenant_id.as_ref()).await? {
                Some(now) if now == head => return Ok(findings),
                // The chain does not come to rest. Newer entries, and what is about entries purged by now, are no damage.
                Some(now) if look == LOOKS => {
                    findings.retain(|finding| {
                        finding.damage != Damage::Added && finding.last_seq.is_none_or(|last| last > now.purged_seq)
                    });
                    return Ok(findings);
                }
                Some(now) => head = now,
                // The tenant was deleted meanwhile, and its entries with it.
                None => return Ok(Vec::new()),
            }
        }
        Ok(Vec::new())
    }

    async fn look(
        &self,
        head: &AuditHead,
        entries: &mut u64,
        watch: &mut (dyn FnMut(u64) + Send),
    ) -> Result<Vec<Finding>, Error> {
        let inner = &self.0.inner;
        let mut walk = Walk::new(&inner.prover, head);
        loop {
            let (tenant, range) = (head.tenant_id.as_ref(), (walk.seq, head.seq));
            let rows = inner
                .db
                .audit()
                .matching(tenant, &AuditFilter::default(), range, PAGE)
                .await?;
            let last = rows.len() < PAGE as usize;
            *entries += rows.len() as u64;
            for row in rows {
                walk.take(row);
            }
            watch(*entries);
            if last {
                return Ok(walk.end());
            }
        }
    }
}

impl Finding {
    fn of(head: &AuditHead, damage: Damage) -> Self {
        Self {
            tenant_id: head.tenant_id.as_ref().map(ToString::to_string),
            damage,
            first_seq: None,
            last_seq: None,
            entry_id: None,
        }
    }

    fn between(self, first: i64, last: i64) -> Self {
        Self {
            first_seq: Some(first),
            last_seq: Some(last),
            ..self
        }
    }

    fn at(self, row: &AuditRow) -> Self {
        Self {
            entry_id: Some(row.entry.id.clone()),
            ..self.between(row.seq, row.seq)
        }
    }
}

/// The walk along one chain: what the next entry must be like.
struct Walk<'a> {
    prover: &'a Prover,
    head: &'a AuditHead,
    /// Position of the last entry seen, or of the last one purged.
    seq: i64,
    /// Its digest.
    digest: String,
    /// A purge told of where the chain begins.
    marked: bool,
    findings: Vec<Finding>,
}

impl<'a> Walk<'a> {
    fn new(prover: &'a Prover, head: &'a AuditHead) -> Self {
        let mut walk = Self {
            prover,
            head,
            seq: head.purged_seq,
            digest: head.purged_digest.clone(),
            marked: head.purged_seq == 0,
            findings: Vec::new(),
        };
        if prover.proof(head) != head.proof {
            walk.findings.push(Finding::of(head, Damage::EndsForged));
        }
        walk
    }

    /// Looks at the next entry.
    fn take(&mut self, row: AuditRow) {
        let (seq, digest) = (row.seq, row.digest.clone());
        let follows = seq == self.seq + 1;
        if !follows {
            let at_the_beginning = self.seq == self.head.purged_seq;
            let damage = if at_the_beginning {
                Damage::BeginningRemoved
            } else {
                Damage::Gap
            };
            self.found(damage, self.seq + 1, seq - 1);
        }
        let bare = AuditRow {
            digest: String::new(),
            ..row
        };
        let genuine = self.prover.digest(&bare) == digest && bare.entry.tenant_id == self.head.tenant_id;
        if !genuine || (follows && bare.previous_digest != self.digest) {
            self.findings.push(Finding::of(self.head, Damage::Edited).at(&bare));
        } else if bare.entry.tool_name == PURGED {
            self.marked = tells_of(&bare.entry.parameters, self.head);
        }
        (self.seq, self.digest) = (seq, digest);
    }

    /// What is wrong, once all entries were looked at.
    fn end(mut self) -> Vec<Finding> {
        if self.seq < self.head.seq {
            self.found(Damage::TailCutOff, self.seq + 1, self.head.seq);
        } else if self.digest != self.head.digest {
            self.found(Damage::Edited, self.seq, self.seq);
        }
        if !self.marked {
            self.found(Damage::BeginningRemoved, 1, self.head.purged_seq);
        }
        self.findings.truncate(TOLD);
        self.findings
    }

    fn found(&mut self, damage: Damage, first: i64, last: i64) {
        self.findings.push(Finding::of(self.head, damage).between(first, last));
    }
}
