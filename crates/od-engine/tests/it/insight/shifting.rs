//! Pages that shift while they are read, and orders that no page of a fill would show.

use super::*;

/// A shop whose copy has one order too many, so that a count reads all of it anew, in two pages. After the first one
/// something happens. What is told then.
async fn counted_while(happens: impl FnOnce(&Shop)) -> (Shop, Outcome<Value>) {
    let (shop, _) = shop_of(400).await;
    queue(&shop, json!({})).await.unwrap();
    let mut by_date = shop.sim.orders("90001");
    by_date.sort_by_key(|order| (order["date_added"].to_string(), order["id"].to_string()));
    assert!(shop.sim.delete_order("90001", by_date[399]["id"].as_str().unwrap()));
    shop.sim.clear_requests();
    // Behind what changed, a count, what changed since, and a count. A page that is too large is halved.
    shop.sim.inject(
        Fault::new(FaultKind::Huge { megabytes: 40 })
            .on("GET", "/orders")
            .after(4),
    );
    shop.sim
        .inject(Fault::new(FaultKind::Slow { ms: 1_500 }).on("GET", "/orders").after(4));
    let after_a_page = async {
        let is_slow = |call: &od_sim::Recorded| call.fault == Some("slow");
        while !shop.sim.requests().iter().any(is_slow) {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        let of_page = shop
            .sim
            .requests()
            .iter()
            .find(|call| is_slow(call))
            .unwrap()
            .query
            .clone();
        assert!(of_page.contains("limit=250"), "{of_page}");
        happens(&shop);
    };
    let (told, ()) = tokio::join!(queue(&shop, json!({ "fresh": true })), after_a_page);
    let told = told.unwrap();
    (shop, told)
}

fn judge(shop: &Shop, told: &Value) {
    assert_eq!(told["complete"], true, "{told}");
    let orders = shop.sim.orders("90001");
    assert_eq!(told["orders_counted"], orders.len());
    let folders = told["folders"].as_array().unwrap();
    assert_eq!(folders.len(), shop.sim.folders("90001").len());
    for (row, (id, name)) in folders.iter().zip(shop.sim.folders("90001")) {
        let id: u64 = id.parse().unwrap();
        let there = orders.iter().filter(|order| order["folder_id"] == id).count();
        assert_eq!(row["orders"], there, "{name}");
    }
}

#[tokio::test]
async fn an_order_that_is_dated_back_between_two_pages_breaks_nothing() {
    let (shop, told) = counted_while(|shop| {
        let order = json!({
            "date_added": "2026-11-02 12:00:00", "customer": {"company": "X"},
            "order_items": [{"name": "Mug", "code": "MUG", "price": 1}],
        });
        shop.sim.put_order("90001", order.as_object().unwrap()).unwrap();
    })
    .await;
    judge(&shop, &told.data);
    judge(&shop, &queue(&shop, json!({ "fresh": true })).await.unwrap().data);
}

#[tokio::test]
async fn an_order_that_goes_between_two_pages_takes_no_other_one_along() {
    let mut slipping = String::new();
    let mut deleted = String::new();
    let (shop, told) = counted_while(|shop| {
        let mut by_date = shop.sim.orders("90001");
        by_date.sort_by_key(|order| (order["date_added"].to_string(), order["id"].to_string()));
        // The first one of the second page, which would move to the end of the first, and one of its folder before it.
        let next = &by_date[250];
        let before = by_date[..250]
            .iter()
            .find(|order| order["folder_id"] == next["folder_id"]);
        deleted = before.unwrap()["id"].as_str().unwrap().to_owned();
        slipping = next["source_id"].as_str().unwrap().to_owned();
        assert!(shop.sim.delete_order("90001", &deleted));
    })
    .await;
    judge(&shop, &told.data);
    assert_eq!(find(&shop, &slipping).await.len(), 1, "order {slipping} is there");
    assert_eq!(find(&shop, &deleted).await, [], "order {deleted} is gone");
}

#[tokio::test]
async fn an_order_that_is_dated_ahead_is_in_a_copy_that_is_made() {
    for (orders, pages) in [(3, 1), (499, 1), (999, 2), (1_699, 4)] {
        let (shop, _) = shop_of(orders).await;
        let order = json!({
            "date_added": "2026-11-30 20:00:00", "customer": {"company": "X"},
            "order_items": [{"name": "Mug", "code": "MUG", "price": 1}],
        });
        shop.sim.put_order("90001", order.as_object().unwrap()).unwrap();
        judge(&shop, &queue(&shop, json!({})).await.unwrap().data);
        // What lies ahead cannot be told from what went between the first page and the second one, which is read again.
        assert!(
            lists(&shop) <= pages + usize::from(pages > 2),
            "{} requests",
            lists(&shop)
        );
    }
}
