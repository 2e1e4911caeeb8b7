//! Finding out whether the log is as it was written.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use od_db::{AuditEntry, AuditHead, AuditRow, BEGUN, Db, TenantId};
use serde::Serialize;
use serde_json::Value;

use super::acts::{DELETE_TENANT, PURGED};
use super::ended::Ended;
use super::ends::{EndSigner, Ends, Fault};
use super::purge::tells_of;
use super::{AuditLog, Prover};
use crate::clock::timestamp;
use crate::error::Error;

/// Entries read at a time: whole, with what each altered.
const PAGE: u32 = 100;
/// How often a chain is looked at again because it was shortened or lengthened meanwhile.
const LOOKS: u32 = 5;
/// Findings of one chain that are told; more of the same would say no more.
const TOLD: usize = 20;
/// No call is at work for so long: its waits and attempts all have an end that is nearer.
const LONGEST_CALL: Duration = Duration::from_mins(15);

/// What was looked at, and what is wrong with it.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Verification {
    /// Chains looked at: one per tenant, and one for acts that belong to no tenant.
    pub chains: u64,
    /// Entries looked at, each change counted once.
    pub entries: u64,
    /// What is wrong; at most 20 per chain.
    pub findings: Vec<Finding>,
    /// Changes that were begun and have no end in the log: at most 20 per chain, the oldest. That is no damage.
    pub unfinished: Vec<Unfinished>,
    /// How many of them there are.
    pub unfinished_count: u64,
    /// Tenants that were deleted, oldest first.
    pub ended: Vec<Ended>,
}

/// A change that was begun and whose end is not in the log. Either it is still at work, or its process died: then nobody was
/// answered, and whether the change was made has to be looked up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Unfinished {
    /// Whose change; absent for an act that belongs to no tenant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant_id: Option<String>,
    /// The entry's id.
    pub entry_id: String,
    /// Its position in the chain.
    pub seq: i64,
    /// The Order Desk store concerned.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub store_id: Option<String>,
    /// The tool or act.
    pub tool_name: String,
    /// The correlation id.
    pub request_id: String,
    /// When it began: RFC 3339, UTC.
    pub begun_at: String,
    /// Whether it began so lately that it may still be at work.
    pub may_be_at_work: bool,
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
    /// What is told of a deleted tenant was not written by this server.
    EndedForged,
    /// What was written of deleted tenants is missing; positions are those among all of them.
    EndedRemoved,
}

impl Damage {
    fn thing(self) -> &'static str {
        match self {
            Self::EndedForged | Self::EndedRemoved => "record of a deleted tenant",
            _ => "entry",
        }
    }

    fn things(self) -> &'static str {
        match self {
            Self::EndedForged | Self::EndedRemoved => "records of deleted tenants",
            _ => "entries",
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.tenant_id, self.damage) {
            (Some(tenant), _) => write!(f, "tenant {tenant}: ")?,
            (None, Damage::EndedForged | Damage::EndedRemoved) => f.write_str("deleted tenants: ")?,
            (None, _) => f.write_str("acts without a tenant: ")?,
        }
        match (self.first_seq, self.last_seq) {
            (Some(first), Some(last)) if first != last => write!(f, "{} {first} to {last} ", self.damage.things())?,
            (Some(first), _) => write!(f, "{} {first} ", self.damage.thing())?,
            (None, _) => {}
        }
        if let Some(id) = &self.entry_id {
            write!(f, "({id}) ")?;
        }
        f.write_str(match self.damage {
            Damage::Edited => "changed after being written",
            Damage::TailCutOff => "missing at the end",
            Damage::BeginningRemoved => "missing at the beginning, and no purge removed them",
            Damage::Added => "beyond the recorded end",
            Damage::EndsForged => "the record of where these entries begin and end was not made by this server",
            Damage::EndsLost => "the record of where these entries begin and end is missing",
            Damage::EndedForged if self.first_seq.is_none() => {
                "the record of how many there are was not made by this server"
            }
            Damage::EndedForged => "not made by this server",
            Damage::EndedRemoved if self.first_seq.is_none() && self.tenant_id.is_none() => {
                "the record of how many there are is missing"
            }
            Damage::EndedRemoved if self.first_seq.is_none() => "the record of its deletion is missing",
            Damage::Gap | Damage::EndedRemoved => "missing",
        })
    }
}

impl fmt::Display for Unfinished {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.tenant_id {
            Some(tenant) => write!(f, "tenant {tenant}: ")?,
            None => f.write_str("acts without a tenant: ")?,
        }
        let Self {
            seq,
            tool_name,
            begun_at,
            request_id,
            ..
        } = self;
        write!(
            f,
            "entry {seq}: {tool_name} begun at {begun_at} (request {request_id}) has no end: "
        )?;
        f.write_str(if self.may_be_at_work {
            "it may still be at work, or its process died"
        } else {
            "its process died; whether the change was made is not known"
        })
    }
}

impl AuditLog<'_> {
    /// For the operator: walks every chain from its beginning to its end. `watch` is told the number of entries looked at
    /// so far, after every page.
    ///
    /// # Errors
    /// [`Error::Storage`]. Damage is no error, and neither is a change without an end: both are in the answer.
    pub async fn verify(&self, watch: &mut (dyn FnMut(u64) + Send)) -> Result<Verification, Error> {
        let inner = &self.0.inner;
        inner.audit.flush().await;
        let verifier = Verifier {
            db: &inner.db,
            prover: &inner.prover,
            signer: &inner.signer,
            now_millis: inner.clock.now_millis(),
        };
        verifier.verify(watch).await
    }
}

/// Looks through the log of a database, in use or not.
pub(crate) struct Verifier<'a> {
    pub(crate) db: &'a Db,
    pub(crate) prover: &'a Prover,
    pub(crate) signer: &'a EndSigner,
    pub(crate) now_millis: i64,
}

impl Verifier<'_> {
    /// See [`AuditLog::verify`].
    pub(crate) async fn verify(&self, watch: &mut (dyn FnMut(u64) + Send)) -> Result<Verification, Error> {
        let mut all = Verification::default();
        for name in self.db.audit().headless().await? {
            all.chains += 1;
            // The chain that belongs to no tenant is not named by an id.
            let lost = AuditHead::start(TenantId::parse(&name).ok());
            all.findings.push(Finding::of(&lost, Damage::EndsLost));
        }
        let mut deleted = Vec::new();
        for head in self.db.audit().heads().await? {
            all.chains += 1;
            let before = all.entries;
            let mut watch = |entries| watch(before + entries);
            let seen = self.verify_chain(head, &mut watch).await?;
            all.entries += seen.entries;
            all.findings.extend(seen.findings);
            all.unfinished_count += seen.unfinished.len() as u64;
            all.unfinished.extend(seen.unfinished.into_values().take(TOLD));
            deleted.extend(seen.deleted);
        }
        let Ends { genuine, faults } = self.signer.look(self.db).await?;
        all.findings.extend(faults.into_iter().map(Finding::of_ended));
        // Both tell of a deletion as long as the entry is kept. Who has removed one of them has to remove the other too.
        let unknown = deleted
            .into_iter()
            .filter(|id| genuine.iter().all(|end| end.tenant_id.as_str() != *id));
        all.findings.extend(unknown.map(|tenant_id| Finding {
            tenant_id: Some(tenant_id),
            damage: Damage::EndedRemoved,
            first_seq: None,
            last_seq: None,
            entry_id: None,
        }));
        all.ended = genuine.into_iter().map(Ended::from).collect();
        Ok(all)
    }

    /// Looks again when something seems wrong and the chain's ends have moved meanwhile: a purge or a new entry, not damage.
    async fn verify_chain(&self, mut head: AuditHead, watch: &mut (dyn FnMut(u64) + Send)) -> Result<Seen, Error> {
        let audit = self.db.audit();
        for look in 1.. {
            let mut seen = self.look(&head, watch).await?;
            let beyond = audit.walk(head.tenant_id.as_ref(), head.seq, 1).await?;
            let added = |row| Finding::of(&head, Damage::Added).at(row);
            seen.findings.extend(beyond.iter().map(added));
            if seen.findings.is_empty() {
                return Ok(seen);
            }
            match audit.head(head.tenant_id.as_ref()).await? {
                Some(now) if now == head => return Ok(seen),
                // The chain does not come to rest. Newer entries, and what is about entries purged by now, are no damage.
                Some(now) if look == LOOKS => {
                    seen.findings.retain(|finding| {
                        finding.damage != Damage::Added && finding.last_seq.is_none_or(|last| last > now.purged_seq)
                    });
                    return Ok(seen);
                }
                Some(now) => head = now,
                // The tenant was deleted meanwhile, and its entries with it.
                None => return Ok(Seen::default()),
            }
        }
        Ok(Seen::default())
    }

    async fn look(&self, head: &AuditHead, watch: &mut (dyn FnMut(u64) + Send)) -> Result<Seen, Error> {
        let mut walk = Walk::new(self.prover, head, self.now_millis);
        loop {
            let rows = self.db.audit().walk(head.tenant_id.as_ref(), walk.seq, PAGE).await?;
            let last = rows.len() < PAGE as usize || rows.last().is_some_and(|row| row.seq >= head.seq);
            for row in rows.into_iter().filter(|row| row.seq <= head.seq) {
                walk.take(row);
            }
            watch(walk.seen.entries);
            if last {
                return Ok(walk.end());
            }
        }
    }
}

impl Unfinished {
    fn of(seq: i64, entry: &AuditEntry, now_millis: i64) -> Self {
        let age = Duration::from_millis(u64::try_from(now_millis - entry.created_at).unwrap_or_default());
        Self {
            tenant_id: entry.tenant_id.as_ref().map(ToString::to_string),
            entry_id: entry.id.clone(),
            seq,
            store_id: entry.store_id.clone(),
            tool_name: entry.tool_name.clone(),
            request_id: entry.request_id.clone(),
            begun_at: timestamp(entry.created_at),
            may_be_at_work: age < LONGEST_CALL,
        }
    }
}

impl Finding {
    fn of_ended(fault: Fault) -> Self {
        let (damage, tenant_id, first_seq, last_seq) = match fault {
            Fault::Forged(tenant, position) => (Damage::EndedForged, Some(tenant), Some(position), None),
            Fault::Missing(first, last) => (Damage::EndedRemoved, None, Some(first), Some(last)),
            Fault::NumberForged => (Damage::EndedForged, None, None, None),
            Fault::NumberLost => (Damage::EndedRemoved, None, None, None),
        };
        Self {
            tenant_id,
            damage,
            first_seq,
            last_seq,
            entry_id: None,
        }
    }

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
    now_millis: i64,
    /// Position of the last entry seen, or of the last one purged.
    seq: i64,
    /// Its digest.
    digest: String,
    /// A purge told of where the chain begins.
    marked: bool,
    seen: Seen,
}

/// What was seen on one chain.
#[derive(Default)]
struct Seen {
    entries: u64,
    findings: Vec<Finding>,
    /// Changes whose end did not come yet, by the ids of their beginnings, and so in their order.
    unfinished: BTreeMap<String, Unfinished>,
    /// Tenants that an entry says were deleted with an end left of them.
    deleted: Vec<String>,
}

impl<'a> Walk<'a> {
    fn new(prover: &'a Prover, head: &'a AuditHead, now_millis: i64) -> Self {
        let mut walk = Self {
            prover,
            head,
            now_millis,
            seq: head.purged_seq,
            digest: head.purged_digest.clone(),
            marked: head.purged_seq == 0,
            seen: Seen::default(),
        };
        if !prover.stands(head) {
            walk.seen.findings.push(Finding::of(head, Damage::EndsForged));
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
        let genuine = self.prover.is_genuine(&bare, &digest) && bare.entry.tenant_id == self.head.tenant_id;
        if !genuine || (follows && bare.previous_digest != self.digest) {
            self.seen
                .findings
                .push(Finding::of(self.head, Damage::Edited).at(&bare));
        } else if bare.entry.tool_name == PURGED {
            self.marked = tells_of(&bare.entry.parameters, self.head);
        } else if bare.entry.tool_name == DELETE_TENANT && bare.entry.status == "success" {
            self.seen.deleted.extend(ended_tenant(&bare.entry.parameters));
        }
        self.count(seq, &bare.entry);
        (self.seq, self.digest) = (seq, digest);
    }

    /// The end of a change was counted with its beginning, if that was not purged.
    fn count(&mut self, seq: i64, entry: &AuditEntry) {
        let ends = entry.begun_id.as_ref();
        if ends.and_then(|begun| self.seen.unfinished.remove(begun)).is_some() {
            return;
        }
        self.seen.entries += 1;
        if entry.status == BEGUN {
            let change = Unfinished::of(seq, entry, self.now_millis);
            self.seen.unfinished.insert(entry.id.clone(), change);
        }
    }

    /// What is wrong, once all entries were looked at.
    fn end(mut self) -> Seen {
        if self.seq < self.head.seq {
            self.found(Damage::TailCutOff, self.seq + 1, self.head.seq);
        } else if self.digest != self.head.digest {
            self.found(Damage::Edited, self.seq, self.seq);
        }
        if !self.marked {
            self.found(Damage::BeginningRemoved, 1, self.head.purged_seq);
        }
        self.seen.findings.truncate(TOLD);
        self.seen
    }

    fn found(&mut self, damage: Damage, first: i64, last: i64) {
        let finding = Finding::of(self.head, damage).between(first, last);
        self.seen.findings.push(finding);
    }
}

/// The tenant that an entry of a deletion names; those of versions that left no end say nothing of one.
fn ended_tenant(parameters: &str) -> Option<String> {
    let told: Value = serde_json::from_str(parameters).ok()?;
    told.get("entries")?;
    Some(told.get("tenant_id")?.as_str()?.to_owned())
}
