//! Reports that are kept as files: for an hour, sealed with the tenant's data key, and for whoever may read all stores that they
//! were made from.

use std::time::Duration;

use jiff::Timestamp;
use od_db::{ReportBounds, ReportRow};
use od_vault::Place;
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use uuid::Uuid;

use super::Insight;
use super::gone::gone;
use super::packed::{packed, unpacked};
use crate::audit::READ_REPORT;
use crate::calls::Call;
use crate::clock::millis;
use crate::engine::Engine;
use crate::error::Error;
use crate::outcome::Outcome;
use crate::scope::{Permission, Scope, TenantId};
use crate::sealed::{IntoColumns as _, IntoSealed as _};

/// How long a report is kept.
const KEPT: Duration = Duration::from_hours(1);
/// What a tenant may keep at a time.
const BOUNDS: ReportBounds = ReportBounds {
    most: 50,
    most_bytes: 64 * 1024 * 1024,
};
/// As long as a report may be once it is opened, in bytes: more than is ever written.
const LONGEST: u64 = 64 * 1024 * 1024;
/// The longest id, in characters. Of others nothing is looked for.
const LONGEST_ID: usize = 36;

/// Where a report is found from now on.
pub(super) struct Kept {
    pub id: String,
    /// RFC 3339.
    pub expires_at: String,
}

impl Engine {
    /// The text of a report that is kept: a call of its own, which is charged and recorded like any read.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is none with this id for the caller; those of any call.
    pub async fn read_report(&self, scope: &Scope, id: &str) -> Result<String, Error> {
        let id: String = id.chars().take(LONGEST_ID + 1).collect();
        let call = Call {
            tool: READ_REPORT.to_owned(),
            parameters: json!({ "report_id": id }),
            cost: 1,
            needs: Some(Permission::OrdersRead),
        };
        let (engine, whose) = (self.clone(), scope.clone());
        let work = async move {
            let text = engine.insight().kept_report(&whose, &id).await?;
            Ok(Outcome::new(Value::String(text)))
        };
        match self.call(scope, call, Box::pin(work)).await?.data {
            Value::String(text) => Ok(text),
            _ => Err(Error::Internal("a report is no text")),
        }
    }
}

impl Insight<'_> {
    /// Keeps the text of a report that was made from these stores, by their rows.
    ///
    /// # Errors
    /// [`Error::TooManyReports`]; [`Error::NotFound`] when a store was deleted meanwhile; [`Error::Storage`].
    pub(super) async fn keep_report(&self, scope: &Scope, stores: &[String], text: &str) -> Result<Kept, Error> {
        let inner = &self.0.inner;
        let now = inner.clock.now_millis();
        // From the system's random numbers: an id cannot be guessed.
        let id = Uuid::new_v4().to_string();
        let sealed = scope
            .identity()
            .data_key()?
            .seal(&place(scope.tenant(), &id), &packed(&[text.as_bytes()]))
            .into_columns();
        let stores: Vec<&str> = stores.iter().map(String::as_str).collect();
        let row = ReportRow {
            id,
            stores: i64::try_from(stores.len()).unwrap_or(i64::MAX),
            bytes: i64::try_from(sealed.ciphertext.len()).unwrap_or(i64::MAX),
            created_at: now,
            expires_at: now + millis(KEPT),
            sealed,
        };
        let reports = inner.db.reports();
        match reports.put(scope.tenant(), &row, &stores, BOUNDS).await {
            Ok(true) => {}
            Ok(false) => {
                let room_at = reports.next_end(scope.tenant()).await?.unwrap_or(now);
                return Err(Error::TooManyReports {
                    retry_after: Duration::from_millis((room_at - now).max(1_000).unsigned_abs()),
                });
            }
            Err(error) => return Err(gone(error)),
        }
        let ends = Timestamp::from_millisecond(row.expires_at).unwrap_or(Timestamp::MAX);
        Ok(Kept {
            id: row.id,
            expires_at: ends.to_string(),
        })
    }

    /// The text of a report. One that was made from a store that the caller may not see is none of theirs.
    async fn kept_report(&self, scope: &Scope, id: &str) -> Result<String, Error> {
        let inner = &self.0.inner;
        let missing = || Error::NotFound {
            what: "Report",
            name: id.to_owned(),
            nearest: None,
            hint: "A report is kept for an hour: ask orders_report for it again.",
        };
        if id.chars().count() > LONGEST_ID {
            return Err(missing());
        }
        let now = inner.clock.now_millis();
        let (row, stores) = inner
            .db
            .reports()
            .get(scope.tenant(), id, now)
            .await?
            .ok_or_else(missing)?;
        let visible = scope.identity().stores();
        if !stores.iter().all(|store| visible.allows(store)) {
            return Err(missing());
        }
        let key = scope.identity().data_key()?;
        let opened = key
            .open(&place(scope.tenant(), &row.id), &row.sealed.into_sealed())
            .ok();
        let text = opened.and_then(|opened| unpacked(opened.expose_secret(), LONGEST));
        text.ok_or(Error::Internal("a kept report is not as it was written"))
    }
}

fn place<'a>(tenant: &'a TenantId, id: &'a str) -> Place<'a> {
    Place {
        tenant: tenant.as_str(),
        row: id,
        field: "report",
    }
}
