//! How what rows say stands to what their parcel holds.

use std::collections::BTreeMap;

use od_record::pasted::{Row, is_scientific};
use od_record::shipment::{Held, Packing};

use crate::shipments::import::contents::{lines_of, quantity_among};

/// What can be told of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stands {
    /// The same, or nothing speaks against it: quantities without items may be anything, also numbers of parcels.
    Fits,
    /// They name less than it holds, and nothing else.
    Less,
    /// They name what it does not hold.
    Other,
    /// It may be the same, or not.
    Unclear,
}

/// What rows say of the lines that one code means.
#[derive(Default)]
struct Said {
    sum: i64,
    /// Whether a row says no quantity.
    is_open: bool,
}

pub(super) fn stands(rows: &[&Row], packing: &Packing, held: &[Held]) -> Stands {
    if rows.iter().all(|row| !row.filled.sku) {
        return Stands::Fits;
    }
    if held.iter().any(|held| held.line.is_none()) {
        // It holds what is no line of the order, or is none any more: any row may mean it.
        return Stands::Unclear;
    }
    // Several lines of one code are told apart by nobody: what counts is what they hold together.
    let mut said: BTreeMap<Vec<&str>, Said> = BTreeMap::new();
    let mut is_sure = true;
    for row in rows {
        let Some(sku) = row.sku.as_deref().filter(|_| !row.shares_items) else {
            is_sure = false;
            continue;
        };
        let lines = lines_of(sku, packing);
        if lines.is_empty() && !is_scientific(sku) {
            return Stands::Other;
        }
        if lines.is_empty() {
            is_sure = false;
            continue;
        }
        let quantity = quantity_among(row, &lines);
        let of_lines = said
            .entry(lines.iter().map(|line| line.id.as_str()).collect())
            .or_default();
        of_lines.sum = of_lines.sum.saturating_add(quantity.unwrap_or_default());
        of_lines.is_open |= quantity.is_none();
    }
    let mut code_of: BTreeMap<&str, usize> = BTreeMap::new();
    for (code, lines) in said.keys().enumerate() {
        for line in lines {
            if code_of.insert(line, code).is_some() {
                // Two spellings mean one line, and others besides.
                return Stands::Unclear;
            }
        }
    }
    let mut holds = vec![0_i64; said.len()];
    let mut has_more = false;
    for held in held.iter().filter(|held| held.quantity > 0) {
        match held.line.as_deref().and_then(|line| code_of.get(line)) {
            Some(code) => holds[*code] = holds[*code].saturating_add(held.quantity),
            None => has_more = true,
        }
    }
    let mut is_less = has_more;
    for (said, holds) in said.values().zip(holds) {
        if said.sum > holds || holds == 0 {
            return Stands::Other;
        }
        is_less |= said.sum < holds && !said.is_open;
        is_sure &= !said.is_open;
    }
    match (is_less, is_sure) {
        (false, _) => Stands::Fits,
        (true, true) => Stands::Less,
        (true, false) => Stands::Unclear,
    }
}
