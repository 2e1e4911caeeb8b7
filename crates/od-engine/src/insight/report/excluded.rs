//! Why sums are of nothing: filters exclude each other or the window, or what fits stands in folders that do not count.

use jiff::ToSpan as _;
use od_db::mirror::Selection;
use od_record::text::{listed, quoted};

use super::super::days::{Window, seconds};
use super::super::mirror::Ready;
use super::select::Selected;
use crate::error::Error;
use crate::orders::TWO_FOLDERS;

/// Folders that are told at most.
const TOLD: usize = 8;

/// Why no order of a store counts, where it is not that there is none.
pub(super) async fn excluded(copy: &Ready, selected: &Selected, window: Window) -> Result<Option<String>, Error> {
    if let Some(told) = contradiction(copy, &selected.selection, window) {
        return Ok(Some(told));
    }
    if selected.left_out.is_empty() {
        return Ok(None);
    }
    let everywhere = Selection {
        without: Vec::new(),
        ..selected.selection.clone()
    };
    let sums = copy.tables.order_sums(&everywhere, &[]).await?;
    let orders: i64 = sums.iter().map(|sums| sums.orders).sum();
    Ok((orders > 0).then(|| {
        let folders = listed(selected.left_out.iter().map(|name| quoted(name)), TOLD);
        format!("Orders of the window that would fit and are not counted: {orders}. Their folders count only where the filters name them: {folders}.")
    }))
}

/// Refunded orders that do not count: they are often filed where canceled ones are.
pub(super) async fn refunds_elsewhere(copy: &Ready, selected: &Selected) -> Result<Option<String>, Error> {
    if selected.left_out.is_empty() {
        return Ok(None);
    }
    let everywhere = Selection {
        without: Vec::new(),
        ..selected.selection.clone()
    };
    let mut orders = 0;
    for (selection, sign) in [(&everywhere, 1), (&selected.selection, -1)] {
        let sums = copy.tables.refund_sums(selection, &[]).await?;
        orders += sign * sums.iter().map(|sums| sums.orders).sum::<i64>();
    }
    Ok((orders > 0).then(|| {
        let folders = listed(selected.left_out.iter().map(|name| quoted(name)), TOLD);
        format!("Orders of the window that have refunds and are not counted: {orders}. Their folders count only where the filters name them: {folders}.")
    }))
}

/// What no order can be, whatever orders there are.
fn contradiction(copy: &Ready, selection: &Selection, window: Window) -> Option<String> {
    if selection.folders.as_ref().is_some_and(Vec::is_empty) {
        return Some(TWO_FOLDERS.to_owned());
    }
    let zone = &copy.shop.zone;
    let start = zone.start_of(window.from).as_second();
    let end = zone.start_of(window.to.saturating_add(1.day())).as_second();
    let (from, before) = (selection.added.from, selection.added.before);
    if from.zip(before).is_some_and(|(from, before)| from >= before) {
        let told =
            "The search dates in UTC and those in the store's time have no moment in common: no order fits both.";
        return Some(told.to_owned());
    }
    if from.is_some_and(|from| from >= end) || before.is_some_and(|before| before <= start) {
        return Some(format!(
            "The search dates leave nothing of the window, which goes from {} to {}: no order fits both.",
            window.from, window.to
        ));
    }
    let changed = selection.updated.before.as_deref().and_then(seconds);
    changed.is_some_and(|before| before <= start).then(|| {
        "modified_end_date lies before the window begins: only orders that were changed before they were added could fit.".to_owned()
    })
}
