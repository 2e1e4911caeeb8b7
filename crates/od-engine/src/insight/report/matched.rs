//! Whether there is any order that a filter can mean: a name that is misspelt makes sums of nothing.

use od_db::mirror::{Selection, Tables};
use od_record::nearest;
use od_record::text::quoted;

use super::super::kept::folded;
use super::filters::Where;
use crate::error::Error;

/// Names that are told at most.
const TOLD: usize = 8;

/// Filters of which no order was seen yet that fits.
pub(super) struct Matched {
    filters: Vec<Filter>,
    sources: Vec<String>,
    /// The names of all filters.
    given: Vec<String>,
    /// Whether some order fits them all, on whatever day.
    fits: bool,
    is_looked: bool,
}

struct Filter {
    name: &'static str,
    value: String,
    selection: Selection,
}

impl Matched {
    pub(super) fn new(filters: &Where) -> Self {
        let (applied, _) = filters.applied();
        let given = |text: &Option<String>| text.as_deref().map(|text| od_record::tidy(text).to_owned());
        let wanted = [
            ("source_name", given(&filters.source_name)),
            ("source_id", given(&filters.source_id)),
            ("email", filters.email.as_deref().map(folded)),
            ("customer_id", given(&filters.customer_id)),
        ];
        let filters = wanted.into_iter().filter_map(|(name, value)| {
            let value = value?;
            let (mut selection, text) = (on_any_day(Selection::default()), Some(value.clone()));
            match name {
                "source_name" => selection.source = text,
                "source_id" => selection.source_id = text,
                "email" => selection.email = text,
                _ => selection.buyer = text,
            }
            Some(Filter { name, value, selection })
        });
        Self {
            filters: filters.collect(),
            sources: Vec::new(),
            given: applied.into_iter().map(|(name, _)| name).collect(),
            fits: false,
            is_looked: false,
        }
    }

    /// Looks whether a store has orders that fit each filter by itself, and all of them; where orders were counted it has.
    pub(super) async fn look(
        &mut self,
        tables: &Tables,
        selection: &Selection,
        has_counted: bool,
    ) -> Result<(), Error> {
        self.is_looked = true;
        self.fits |= has_counted;
        if has_counted {
            self.filters.clear();
        }
        if !self.fits && self.given.len() > 1 {
            let wanted = on_any_day(Selection {
                without: Vec::new(),
                ..selection.clone()
            });
            self.fits = !is_empty(tables, &wanted).await?;
        }
        let mut rest = Vec::new();
        for filter in std::mem::take(&mut self.filters) {
            if is_empty(tables, &filter.selection).await? {
                rest.push(filter);
            }
        }
        if rest.iter().any(|filter| filter.name == "source_name") {
            self.sources.extend(tables.sources());
        }
        self.filters = rest;
        Ok(())
    }

    /// Why no order fits all filters is told elsewhere.
    pub(super) fn is_told_of(&mut self) {
        self.fits = true;
    }

    /// Which filters fit no order of any copy, and what the caller may have meant.
    pub(super) fn told(mut self) -> Vec<String> {
        self.sources.retain(|source| !source.is_empty());
        self.sources.sort();
        self.sources.dedup();
        let filters = if self.is_looked {
            std::mem::take(&mut self.filters)
        } else {
            Vec::new()
        };
        if self.is_looked && filters.is_empty() && !self.fits && self.given.len() > 1 {
            let all = self.given.join(", ");
            return vec![format!(
                "No order of this server's copy fits all of {all} together, in any window."
            )];
        }
        filters.iter().map(|filter| self.doubt(filter)).collect()
    }

    fn doubt(&self, filter: &Filter) -> String {
        let (name, value) = (filter.name, quoted(&filter.value));
        let mut doubt = format!("No order of this server's copy has {name} {value}, in any window.");
        if name == "source_name" && !self.sources.is_empty() {
            let nearest = nearest(&filter.value, self.sources.iter().map(String::as_str));
            let rest = self.sources.iter().map(String::as_str);
            let names = nearest
                .into_iter()
                .chain(rest.filter(|source| Some(*source) != nearest));
            let names: Vec<String> = names.take(TOLD).map(quoted).collect();
            doubt = format!("{doubt} There are {}.", names.join(", "));
        }
        doubt
    }
}

fn on_any_day(selection: Selection) -> Selection {
    Selection {
        from: i64::MIN,
        to: i64::MAX,
        ..selection
    }
}

async fn is_empty(tables: &Tables, selection: &Selection) -> Result<bool, Error> {
    let sums = tables.order_sums(selection, &[]).await?;
    Ok(sums.iter().all(|sums| sums.orders == 0))
}
