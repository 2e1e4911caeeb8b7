//! The figures of an overview.

use jiff::{Timestamp, ToSpan as _};
use od_db::mirror::{Key, Stuck};

use super::super::days::Window;
use super::super::folders;
use super::super::micro::money;
use super::super::mirror::Ready;
use super::super::report::{Where, select};
use super::super::standing::{DaySales, FolderStanding, Overview};
use crate::error::Error;

/// Days of sales that are shown.
const DAYS: i32 = 30;
/// Orders older than so many days that are not shipped are stuck, as `orders.queue` lists them.
const STUCK_DAYS: i64 = 7;
/// Of a folder's or day's sums, where the total is.
const TOTAL: usize = 1;

/// How the orders of a copy stand.
pub(super) async fn overview(copy: &Ready, now: Timestamp) -> Result<Overview, Error> {
    let today = copy.today(now);
    let window = Window {
        from: today.saturating_sub((DAYS - 1).days()),
        to: today,
    };
    let selected = select(copy, window, &Where::default())?;
    let by_day = copy.tables.order_sums(&selected.selection, &[Key::Day]).await?;
    let total = |sums: &[i128]| sums.get(TOTAL).copied().unwrap_or(0);
    let best = by_day.iter().map(|group| total(&group.sums)).max().unwrap_or(0).max(1);
    let mut days = Vec::new();
    let mut day = window.from;
    while day <= window.to {
        let name = day.to_string();
        let found = by_day.iter().find(|group| group.keys.first() == Some(&name));
        let sales = found.map_or(0, |group| total(&group.sums));
        days.push(DaySales {
            day: name,
            orders: found.map_or(0, |group| group.orders.unsigned_abs()),
            sales: money(sales),
            of_best: u32::try_from(sales.max(0) * 1_000 / best).unwrap_or(1_000),
        });
        day = day.saturating_add(1.day());
    }
    Ok(Overview {
        as_of: copy.row.refreshed_at,
        currency: copy.shop.currency.clone(),
        zone: copy.shop.zone.name.clone(),
        folders: standing(copy, now.as_second()).await?,
        orders: days.iter().map(|day| day.orders).sum(),
        sales: money(by_day.iter().map(|group| total(&group.sums)).sum()),
        days,
        left_out: selected.left_out,
        doubt: copy.half.as_ref().map(|half| half.reason.clone()),
    })
}

async fn standing(copy: &Ready, now: i64) -> Result<Vec<FolderStanding>, Error> {
    let before = now - STUCK_DAYS * 86_400;
    let mut found = copy.tables.folders(now).await?;
    let without = folders::ids(&folders::not_waiting(&copy.shop.folders));
    let stuck = copy.tables.stuck_by_folder(&Stuck { before, without });
    let place = |id: i64| copy.shop.folders.iter().position(|folder| folder.id == id.to_string());
    // Folders that the store does not have any more come last.
    found.sort_by_key(|folder| place(folder.folder).unwrap_or(usize::MAX));
    let standing = found.into_iter().map(|folder| {
        let (order_id, source_id, added) = folder.oldest;
        FolderStanding {
            name: copy.folder_name(&folder.folder.to_string()),
            orders: folder.orders.unsigned_abs(),
            value: money(folder.value),
            oldest: (order_id.to_string(), Some(source_id).filter(|id| !id.is_empty())),
            oldest_days: (now - added).max(0).unsigned_abs() / 86_400,
            stuck: stuck.get(&folder.folder).copied().unwrap_or(0),
        }
    });
    Ok(standing.collect())
}
