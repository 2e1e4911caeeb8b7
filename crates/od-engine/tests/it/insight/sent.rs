//! When an order was shipped, where its shipment was recorded on another day than it went.

use super::*;

/// The median hours of one order that was added at noon in Denver on Friday 20 November 2026 (19:00 in UTC), with shipments.
async fn told(zone: &str, shipments: Value) -> Outcome<Value> {
    let store = SeedStore::new("90001", "Shop", ShopKind::Empty, 0).in_zone(zone, Some("USD"));
    let (shop, _) = shop_with(setup(vec![store])).await;
    let order = json!({"date_added": "2026-11-20 19:00:00", "customer": {"last_name": "Quill"}, "order_items": []});
    let id = shop.sim.put_order("90001", order.as_object().unwrap()).unwrap();
    shop.sim.edit_order("90001", &id, |order| {
        order.insert("order_shipments".to_owned(), shipments);
    });
    report(&shop, json!({"report": "time_to_ship", "from": "last_30_days"}))
        .await
        .unwrap()
}

/// One shipment, recorded at the first and sent at the second.
async fn check(zone: &str, recorded: &str, sent: &str, hours: &str, is_by_day: bool) {
    let shipment = json!([{"id": "1", "tracking_number": "T", "date_added": recorded, "date_shipped": sent}]);
    let totals = told(zone, shipment).await.data["totals"].clone();
    assert_eq!(totals["median_hours"], hours, "{zone}, {recorded}, {sent}");
    assert_eq!(
        totals["percent_over_target"],
        if hours.parse::<f64>().unwrap() > 48.0 {
            "100.00"
        } else {
            "0.00"
        }
    );
    let counted = (&totals["counted_to_date_shipped"], &totals["counted_to_date_added"]);
    assert_eq!(counted, (&json!(u8::from(is_by_day)), &json!(u8::from(!is_by_day))));
}

#[tokio::test]
async fn a_table_that_is_entered_days_later_does_not_make_a_shop_slow() {
    // Sent on the day of the order: until its end, twelve hours later.
    check("America/Denver", "2026-11-24 16:00:00", "2026-11-20", "12.00", true).await;
    check("America/Denver", "2026-11-24 16:00:00", "2026-11-23", "84.00", true).await;
    check("UTC", "2026-11-24 16:00:00", "2026-11-20", "5.00", true).await;
}

#[tokio::test]
async fn a_day_adds_nothing_to_the_moment_of_a_shipment_that_was_recorded_on_it() {
    check("America/Denver", "2026-11-20 20:30:00", "2026-11-20", "1.50", false).await;
    // Half past eight in the evening in Denver, tomorrow in UTC.
    for day in ["2026-11-20", "2026-11-21"] {
        check("America/Denver", "2026-11-21 03:30:00", day, "8.50", false).await;
    }
    for none in ["", "soon", "0000-00-00"] {
        check("America/Denver", "2026-11-24 19:00:00", none, "96.00", false).await;
    }
}

#[tokio::test]
async fn a_label_that_was_made_before_the_parcel_went_is_no_parcel_that_went() {
    // Recorded at once, sent on Monday, which begins at 07:00 in UTC.
    check("America/Denver", "2026-11-20 20:00:00", "2026-11-23", "60.00", true).await;
}

#[tokio::test]
async fn a_time_of_day_counts_as_it_stands() {
    check(
        "America/Denver",
        "2026-11-24 16:00:00",
        "2026-11-21 01:15:00",
        "6.25",
        true,
    )
    .await;
    check(
        "America/Denver",
        "2026-11-24 16:00:00",
        "2026-11-20 00:00:00",
        "12.00",
        true,
    )
    .await;
}

#[tokio::test]
async fn a_day_before_its_order_is_not_believed_and_said_so() {
    check("America/Denver", "2026-11-21 19:00:00", "2026-11-19", "24.00", false).await;
    let shipments = json!([{"id": "1", "tracking_number": "T", "date_added": "2026-11-21 19:00:00",
        "date_shipped": "2026-01-20"}]);
    let outcome = told("America/Denver", shipments).await;
    assert!(
        outcome
            .warnings
            .iter()
            .any(|warning| warning.contains("1 order has") && warning.contains("before the order")),
        "{:?}",
        outcome.warnings
    );
    // Without any moment but this one nothing is known of it.
    let totals = told(
        "UTC",
        json!([{"id": "1", "tracking_number": "T", "date_shipped": "2026-11-19"}]),
    )
    .await
    .data;
    assert_eq!(
        (&totals["totals"]["orders_shipped"], &totals["totals"]["median_hours"]),
        (&json!(1), &Value::Null)
    );
}

#[tokio::test]
async fn of_several_parcels_the_one_counts_that_went_first_and_not_the_one_that_was_recorded_first() {
    let shipments = json!([
        {"id": "1", "tracking_number": "T1", "date_added": "2026-11-21 19:00:00", "date_shipped": "2026-11-21"},
        {"id": "2", "tracking_number": "T2", "date_added": "2026-11-25 19:00:00", "date_shipped": "2026-11-20"},
    ]);
    let outcome = told("America/Denver", shipments).await;
    assert_eq!(outcome.data["totals"]["median_hours"], "12.00");
    let definition = outcome.data["definition"].as_str().unwrap();
    assert!(definition.contains("counted_to_date_shipped ="), "{definition}");
}
