//! How a store's orders stand, for a page that stays open.

use super::*;
use od_engine::insight::{Glance, Overview};

/// Longer than any reading here takes.
const PATIENCE: Duration = Duration::from_secs(30);

async fn look(shop: &Shop, now: bool) -> Glance {
    let glance = shop.engine.insight().look(&shop.scope(), "90001", now, PATIENCE).await;
    glance.unwrap()
}

async fn glance(shop: &Shop) -> Glance {
    shop.engine.insight().glance(&shop.scope(), "90001").await.unwrap()
}

fn overview(glance: &Glance) -> &Overview {
    glance.overview.as_deref().unwrap_or_else(|| panic!("{glance:?}"))
}

#[tokio::test]
async fn it_says_what_the_queue_and_the_sales_say() {
    let (shop, _) = shop_of(700).await;
    let glance = look(&shop, false).await;
    let told = overview(&glance);
    let queue = queue(&shop, json!({})).await.unwrap().data;
    let folders: Vec<_> = queue["folders"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|folder| folder["orders"] != 0)
        .collect();
    assert_eq!(told.folders.len(), folders.len());
    for (mine, folder) in told.folders.iter().zip(folders) {
        let told = json!({
            "name": mine.name, "orders": mine.orders, "value": mine.value, "oldest": mine.oldest.0, "stuck": mine.stuck,
            "age": mine.oldest_days,
        });
        let expected = json!({
            "name": folder["folder_name"], "orders": folder["orders"], "value": folder["value"],
            "oldest": folder["oldest"]["order_id"], "stuck": folder["stuck"], "age": folder["oldest"]["age_days"],
        });
        assert_eq!(told, expected);
    }
    let sales = report(&shop, json!({ "report": "sales_by_day", "from": "last_30_days" }))
        .await
        .unwrap()
        .data;
    let rows = sales["rows"].as_array().unwrap();
    assert_eq!((told.days.len(), sales["total_rows"].as_u64()), (30, Some(30)));
    // A reply has room for most of them.
    assert!(rows.len() > 20, "{sales}");
    for (mine, row) in told.days.iter().zip(rows) {
        assert_eq!(
            json!([mine.day, mine.orders, mine.sales]),
            json!([row["day"], row["orders"], row["order_total"]])
        );
    }
    assert_eq!(
        json!([told.orders, told.sales]),
        json!([sales["totals"]["orders"], sales["totals"]["order_total"]])
    );
    assert_eq!(told.days.iter().map(|day| day.of_best).max(), Some(1_000));
}

#[tokio::test]
async fn a_glance_asks_nobody_and_a_look_asks_now_and_then() {
    let (shop, _) = shop_of(10).await;
    assert!(glance(&shop).await.overview.is_none());
    assert!(shop.calls().is_empty(), "{:?}", shop.calls());
    look(&shop, false).await;
    let asked = shop.calls().len();
    look(&shop, false).await;
    assert!(glance(&shop).await.overview.is_some());
    assert_eq!(shop.calls().len(), asked);
    let copy = lists(&shop);
    look(&shop, true).await;
    assert_eq!(lists(&shop), copy, "the copy itself is fresh");
}

#[tokio::test]
async fn many_who_look_have_it_read_once_and_are_told_how_far_it_is() {
    let (shop, _) = shop_of(600).await;
    shop.sim
        .inject(Fault::new(FaultKind::Slow { ms: 800 }).on("GET", "/orders").after(1));
    let insight = shop.engine.insight();
    let mut step = None;
    for _ in 0..100 {
        let glance = insight
            .look(&shop.scope(), "90001", false, Duration::from_millis(20))
            .await
            .unwrap();
        step = step.or(glance.reading);
        if glance.overview.is_some() {
            break;
        }
    }
    assert_eq!(step.map(|step| (step.done, step.total)), Some((500, 600)));
    assert_eq!(lists(&shop), 2);
}

#[tokio::test]
async fn who_may_not_read_orders_is_told_nothing() {
    let (shop, _) = shop_of(1).await;
    let insight = shop.engine.insight();
    let unknown = insight.look(&shop.scope(), "4", false, PATIENCE).await;
    assert!(matches!(unknown, Err(Error::NotFound { .. })), "{unknown:?}");
}

#[tokio::test]
async fn a_glance_shows_what_a_question_has_read() {
    let (shop, clock) = shop_of(10).await;
    let asked = async || {
        let told = queue(&shop, json!({})).await.unwrap().data;
        let folders = told["folders"].as_array().unwrap();
        folders
            .iter()
            .filter_map(|folder| folder["orders"].as_u64())
            .sum::<u64>()
    };
    let shown = |glance: &Glance| overview(glance).folders.iter().map(|folder| folder.orders).sum::<u64>();
    let orders = asked().await;
    let before = shop.calls().len();
    assert_eq!(shown(&glance(&shop).await), orders);
    assert_eq!(shop.calls().len(), before, "{:?}", shop.calls());

    let order = json!({"email": "a@x.test", "customer": {"last_name": "Quill"}});
    shop.sim.put_order("90001", order.as_object().unwrap()).unwrap();
    clock.set(now() + Duration::from_mins(1));
    assert_eq!(shown(&glance(&shop).await), orders, "nobody has asked since");
    assert_eq!(asked().await, orders + 1);
    let before = shop.calls().len();
    assert_eq!(shown(&glance(&shop).await), orders + 1);
    assert_eq!(shop.calls().len(), before, "{:?}", shop.calls());
}
