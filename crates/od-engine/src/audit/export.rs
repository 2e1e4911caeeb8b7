//! The whole log, or a part of it, in pieces that fit into memory.

use od_db::AuditHead;
use serde_json::json;

use super::merge::Merge;
use super::{AuditFilter, AuditLog, EntryView, Whose, acts, csv};
use crate::calls::Act;
use crate::engine::Engine;
use crate::error::Error;
use crate::scope::{Scope, TenantId};
use crate::tenants::not_found;

/// Entries of one piece.
const PAGE: usize = 500;

/// How exported entries are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExportFormat {
    /// One JSON array of objects.
    Json,
    /// Comma-separated values (RFC 4180) with a heading; cells that a spreadsheet would run are marked as text.
    Csv,
}

/// An export under way: one text after the other, which joined are the document.
pub struct Export {
    engine: Engine,
    format: ExportFormat,
    /// What is still to be read. Entries recorded after the export began are left out.
    rest: Merge,
    entries: u64,
    state: State,
}

#[derive(PartialEq, Eq)]
enum State {
    Beginning,
    Running,
    Ended,
}

impl AuditLog<'_> {
    /// For the operator: exports the entries that match, whoever they belong to, in the order of time. The export itself is
    /// recorded.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is no such tenant; [`Error::Storage`].
    pub async fn export(&self, whose: Whose, filter: AuditFilter, format: ExportFormat) -> Result<Export, Error> {
        self.0.inner.audit.flush().await;
        let chains = self.chains(&whose).await?;
        let owner = match whose {
            Whose::Everybody => None,
            Whose::Tenant(_) => chains.first().and_then(|head| head.tenant_id.clone()),
        };
        self.begin_export(chains, (owner, None), filter, format).await
    }

    /// Exports the tenant's own entries that match, in the order of time. The export itself is recorded.
    ///
    /// # Errors
    /// [`Error::OwnerOnly`]; [`Error::Storage`].
    pub async fn export_own(&self, scope: &Scope, filter: AuditFilter, format: ExportFormat) -> Result<Export, Error> {
        scope.require_owner("export the audit log")?;
        let inner = &self.0.inner;
        inner.audit.flush().await;
        let chain = inner.db.audit().head(Some(scope.tenant())).await?;
        let who = (Some(scope.tenant().clone()), Some(scope.clone()));
        self.begin_export(chain.into_iter().collect(), who, filter, format)
            .await
    }

    async fn begin_export(
        &self,
        chains: Vec<AuditHead>,
        (owner, by): (Option<TenantId>, Option<Scope>),
        filter: AuditFilter,
        format: ExportFormat,
    ) -> Result<Export, Error> {
        let act = Act {
            name: acts::EXPORT,
            // Named otherwise than in a tool's arguments: looking for an order is nothing that was done to it.
            parameters: json!({
                "tenant_id": owner,
                "format": format!("{format:?}").to_lowercase(),
                "store_id": filter.store_id, "tool_name": filter.tool_name, "status": filter.status,
                "source": filter.source, "request_id": filter.request_id, "order": filter.order_id, "since": filter.since, "until": filter.until,
                "search": filter.words.join(" "),
            }),
            owner,
            by,
            begins: false,
        };
        self.0.act(act, Box::pin(async { Ok(((), None)) })).await?;
        Ok(Export {
            engine: self.0.clone(),
            format,
            rest: Merge::new(chains, filter),
            entries: 0,
            state: State::Beginning,
        })
    }

    /// For the operator: whether any entry is of this tool or act, also of one that an earlier version had.
    ///
    /// # Errors
    /// [`Error::Storage`].
    pub async fn mentions(&self, name: &str) -> Result<bool, Error> {
        let inner = &self.0.inner;
        inner.audit.flush().await;
        Ok(inner.db.audit().mentions(name).await?)
    }

    /// The ends of the chains.
    pub(super) async fn chains(&self, whose: &Whose) -> Result<Vec<AuditHead>, Error> {
        let audit = self.0.inner.db.audit();
        match whose {
            Whose::Everybody => Ok(audit.heads().await?),
            Whose::Tenant(id) => {
                let tenant = self.0.tenants().row(id).await?.id;
                let head = audit.head(Some(&tenant)).await?;
                Ok(vec![head.ok_or_else(|| not_found(id))?])
            }
        }
    }
}

impl Export {
    /// The next piece of the document; `None` after its end.
    ///
    /// # Errors
    /// [`Error::Storage`].
    pub async fn next(&mut self) -> Result<Option<String>, Error> {
        match self.state {
            State::Ended => return Ok(None),
            // At once, so that whoever asked sees that it comes.
            State::Beginning => {
                self.state = State::Running;
                return Ok(Some(match self.format {
                    ExportFormat::Json => "[".to_owned(),
                    ExportFormat::Csv => csv::heading(),
                }));
            }
            State::Running => {}
        }
        let mut text = String::new();
        let page = self.rest.next(&self.engine.inner.db, PAGE).await?;
        if page.is_empty() {
            self.state = State::Ended;
            if self.format == ExportFormat::Json {
                text.push_str("\n]\n");
            }
        }
        for entry in page {
            self.write(&mut text, entry.into())?;
        }
        Ok(Some(text))
    }

    /// How many entries were given so far.
    pub fn entries(&self) -> u64 {
        self.entries
    }

    fn write(&mut self, text: &mut String, entry: EntryView) -> Result<(), Error> {
        match self.format {
            ExportFormat::Csv => text.push_str(&csv::row(entry)),
            ExportFormat::Json => {
                let entry = serde_json::to_string(&entry)
                    .map_err(|_| Error::Internal("an audit entry cannot be written as JSON"))?;
                text.push_str(if self.entries == 0 { "\n" } else { ",\n" });
                text.push_str(&entry);
            }
        }
        self.entries += 1;
        Ok(())
    }
}
