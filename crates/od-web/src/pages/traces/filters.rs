//! What is looked for, as the address says it.

use jiff::{
    ToSpan,
    civil::Date,
    tz::{Offset, TimeZone},
};
use od_engine::audit::{AuditFilter, words};

use crate::{parameters::Parameters, problem::Problems};

/// What is looked for. Empty texts look for nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filters {
    pub search: String,
    pub store: String,
    pub tool: String,
    pub status: String,
    pub source: String,
    /// Days, of which both count.
    pub from: String,
    pub to: String,
    /// How many minutes the two days begin before UTC's, as the browser knows: `60,120`; nothing for days of UTC. Not a zone's
    /// name: not every server has a list of zones.
    pub zone: String,
}

impl Filters {
    pub fn read(query: &Parameters) -> Self {
        // No text of an entry has a NUL in it, and databases take none.
        let typed = |name| query.typed(name).replace('\0', "");
        Self {
            search: typed("search"),
            store: typed("store"),
            tool: typed("tool"),
            status: typed("status"),
            source: typed("source"),
            from: typed("from"),
            to: typed("to"),
            zone: typed("zone"),
        }
    }

    fn pairs(&self) -> [(&'static str, &str); 7] {
        [
            ("search", &self.search),
            ("store", &self.store),
            ("tool", &self.tool),
            ("status", &self.status),
            ("source", &self.source),
            ("from", &self.from),
            ("to", &self.to),
        ]
    }

    pub fn is_empty(&self) -> bool {
        self.pairs().iter().all(|(_, text)| text.is_empty())
    }

    /// The address of these filters at a path of this server.
    pub fn address(&self, path: &str, more: &[(&str, &str)]) -> String {
        let mut pairs = self.pairs().to_vec();
        if !self.from.is_empty() || !self.to.is_empty() {
            pairs.push(("zone", &self.zone));
        }
        let pairs: Vec<_> = pairs.iter().chain(more).filter(|(_, text)| !text.is_empty()).collect();
        match serde_urlencoded::to_string(pairs) {
            Ok(query) if !query.is_empty() => format!("{path}?{query}"),
            _ => path.to_owned(),
        }
    }

    /// As the engine takes them.
    pub fn to_audit(&self) -> Result<AuditFilter, Problems> {
        let mut problems = Problems::default();
        let words = words(&self.search).unwrap_or_else(|error| {
            if let Some(said) = Problems::of_error(&error, |_| Some("search".to_owned())) {
                said.iter()
                    .for_each(|problem| problems.add("search", format!("Search {}.", problem.what)));
            }
            Vec::new()
        });
        let (zone_of_from, zone_of_to) = zones(&self.zone);
        let mut day = |field: &str, text: &str, zone: TimeZone, after: i64| {
            if text.is_empty() {
                return None;
            }
            let begins = text.parse::<Date>().and_then(|day| day.checked_add(after.days()));
            let begins = begins.and_then(|day| day.to_zoned(zone));
            if begins.is_err() {
                problems.add(field, "This must be a day, as 2026-11-29.");
            }
            begins.ok().map(|begins| begins.timestamp().as_millisecond())
        };
        let (since, until) = (
            day("from", &self.from, zone_of_from, 0),
            day("to", &self.to, zone_of_to, 1),
        );
        if since.is_some() && until.is_some() && since >= until {
            problems.add("to", "To is a day before From.");
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        let given = |text: &String| (!text.is_empty()).then(|| text.clone());
        Ok(AuditFilter {
            store_id: given(&self.store),
            tool_name: given(&self.tool),
            status: given(&self.status),
            source: given(&self.source),
            request_id: None,
            order_id: None,
            since,
            until,
            words,
        })
    }
}

/// The zones of the beginning of the first day, and of the day after the last.
fn zones(text: &str) -> (TimeZone, TimeZone) {
    let zone = |minutes: &str| {
        let seconds = minutes.parse::<i32>().ok().and_then(|minutes| minutes.checked_mul(60));
        let offset = seconds.and_then(|seconds| Offset::from_seconds(seconds).ok());
        TimeZone::fixed(offset.unwrap_or(Offset::UTC))
    };
    let (from, to) = text.split_once(',').unwrap_or_default();
    (zone(from), zone(to))
}
