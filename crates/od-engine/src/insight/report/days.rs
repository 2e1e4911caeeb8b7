//! The days that a report is about: they are judged before a copy is made for them.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};
use od_record::Problem;

use super::super::Insight;
use super::super::asked::Asked;
use super::super::days::{Unfit, Window, Zone};
use crate::error::Error;
use crate::scope::Scope;

/// As a caller gives them.
pub(super) struct Days<'a> {
    pub from: &'a str,
    pub to: Option<&'a str>,
    pub now: Timestamp,
}

impl Days<'_> {
    /// In a store's zone.
    ///
    /// # Errors
    /// [`Error::Invalid`].
    pub(super) fn within(&self, zone: &Zone) -> Result<Window, Error> {
        self.on(zone.day_of(self.now)).map_err(|unfit| match unfit {
            Unfit::Wrong(problem) => Error::Invalid(vec![problem]),
            Unfit::Ahead => ahead(&zone.today(self.now)),
        })
    }

    fn on(&self, today: Date) -> Result<Window, Unfit> {
        Window::of(self.from, self.to, today)
    }
}

impl Insight<'_> {
    /// Refuses days that are wrong on the latest day that it is anywhere: they are so in every store. Only where they are still
    /// to come the stores' settings are read, to say which day it is there.
    ///
    /// # Errors
    /// [`Error::Invalid`]; what came of opening the only store.
    pub(super) async fn judge_days(&self, scope: &Scope, asked: &Asked, days: &Days<'_>) -> Result<(), Error> {
        match days.on(latest_day(days.now)) {
            Ok(_) => Ok(()),
            Err(Unfit::Wrong(problem)) => Err(Error::Invalid(vec![problem])),
            Err(Unfit::Ahead) => {
                let mut todays = Vec::new();
                for store in &asked.stores {
                    let zone = match self.zone_of(scope, asked, store).await {
                        Ok(zone) => zone,
                        // The others tell it.
                        Err(_) if asked.are_several() => continue,
                        Err(error) => return Err(error),
                    };
                    let today = zone.today(days.now);
                    if !todays.contains(&today) {
                        todays.push(today);
                    }
                }
                if todays.is_empty() {
                    todays.push(Zone::utc().today(days.now));
                }
                Err(ahead(&todays.join(", ")))
            }
        }
    }
}

fn ahead(today: &str) -> Error {
    let problem = Problem::new("/from", format!("must not lie in the future: today is {today}"));
    Error::Invalid(vec![problem])
}

/// The day that it is where days begin first, fourteen hours before they do in UTC.
fn latest_day(now: Timestamp) -> Date {
    let ahead = now.saturating_add(14.hours()).unwrap_or(now);
    ahead.to_zoned(TimeZone::UTC).date()
}
