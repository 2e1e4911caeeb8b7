//! The tables in memory.

use od_db::mirror::{Dates, Key, Selection, Span, Tables, Words};

fn order(id: i64, added: i64, total: i64) -> String {
    format!(
        r#"{{"id":{id},"source_id":"S{id}","source":"Etsy","email":"A@x.test","folded":"a@x.test","name":"Ada","country":"US",
        "method":"","payment":"","folder":1,"added":{added},"updated":"","shipments":[],"items":1,"units":1000000,
        "total":{total},"products":0,"shipping":0,"tax":0,"discount":0,"refund":0,"customer":5,"basket":7,"address":0,"origin":0,"merged":0,
        "buyer":"C{id}","people":["ada quill"],"parcels":[["7","1Z","UPS","2026-11-29"]],
        "lines":[["MUG","Mug",1000000,{total}]],"discounts":[],
        "words":{{"source":"s{id}","tracking":"","email":"","phone":"","sku":"mug","name":"Zoë","street":"","text":"it's \"here\""}}}}"#
    )
}

fn days(from: i64, to: i64) -> Selection {
    Selection {
        from,
        to,
        ..Selection::default()
    }
}

#[tokio::test]
async fn sums_are_exact_however_large_the_amounts_are() {
    let tables = Tables::open(&[(i64::MIN, 0)]).await.unwrap();
    let orders = [
        order(1, 86_400, i64::MAX),
        order(2, 86_401, i64::MAX),
        order(3, 86_402, -1),
    ];
    tables.put("[1,2,3]", &format!("[{}]", orders.join(","))).await.unwrap();
    let groups = tables.order_sums(&days(1, 1), &[Key::Day, Key::Source]).await.unwrap();
    assert_eq!(groups.len(), 1);
    assert_eq!(groups[0].keys, ["1970-01-02", "Etsy"]);
    assert_eq!(groups[0].sums[1], i128::from(i64::MAX) * 2 - 1);
    let none = tables.order_sums(&days(2, 9), &[]).await.unwrap();
    assert_eq!((none[0].orders, none[0].sums[1]), (0, 0));
}

#[tokio::test]
async fn days_are_those_of_the_zone_also_when_its_clocks_change() {
    // Two hours ahead, and one from noon of the second day on.
    let tables = Tables::open(&[(i64::MIN, 7_200), (129_600, 3_600)]).await.unwrap();
    let check = async |added: i64, day: &str| {
        tables.put("[1]", &format!("[{}]", order(1, added, 0))).await.unwrap();
        let groups = tables.order_sums(&days(0, 9), &[Key::Day]).await.unwrap();
        assert_eq!(groups[0].keys, [day], "{added}");
        assert_eq!(
            tables
                .count(Span {
                    from: 0,
                    to: i64::MAX,
                    folder: Some(1)
                })
                .await
                .unwrap(),
            1,
            "put in place"
        );
    };
    check(79_199, "1970-01-01").await;
    check(79_200, "1970-01-02").await;
    check(169_199, "1970-01-02").await;
    check(169_200, "1970-01-03").await;
}

#[tokio::test]
async fn what_was_removed_is_found_by_no_word() {
    let tables = Tables::open(&[(i64::MIN, 0)]).await.unwrap();
    tables.put("[1]", &format!("[{}]", order(1, 5, 1))).await.unwrap();
    let found =
        async |column, words: &[&str], beginning| tables.find(column, words, beginning, 0, 9).await.unwrap().len();
    assert_eq!(found(Words::Name, &["ZOE"], false).await, 1, "without accent and case");
    assert_eq!(found(Words::Name, &["zo"], false).await, 0);
    assert_eq!(found(Words::Name, &["zo"], true).await, 1);
    assert_eq!(
        found(Words::Any, &["here", "\"'s"], true).await,
        1,
        "marks are no syntax"
    );
    assert_eq!(found(Words::Street, &["zoe"], false).await, 0);
    assert_eq!(found(Words::Any, &[], false).await, 0);
    tables.put("[1]", "[]").await.unwrap();
    assert_eq!(found(Words::Name, &["zoe"], false).await, 0);
    assert!(tables.bytes().await.unwrap() > 0);
}

#[tokio::test]
async fn a_parcels_order_is_found_by_number_and_by_address() {
    let tables = Tables::open(&[(i64::MIN, 0)]).await.unwrap();
    let orders = [order(1, 7, 1), order(2, 5, 1)];
    tables.put("[1,2]", &format!("[{}]", orders.join(","))).await.unwrap();
    let ids = |found: Vec<od_db::mirror::Addressed>| found.iter().map(|order| order.id).collect::<Vec<_>>();
    assert_eq!(ids(tables.addressed_by_source("s2").await.unwrap()), [2]);
    assert!(ids(tables.addressed_by_source("").await.unwrap()).is_empty());
    assert!(
        ids(tables.addressed_by_source("ada").await.unwrap()).is_empty(),
        "ids alone"
    );
    assert_eq!(ids(tables.addressed_by_email("a@x.test").await.unwrap()), [2, 1]);
    assert_eq!(tables.addressed(3).await.unwrap(), None);
    let one = tables.addressed(1).await.unwrap().unwrap();
    assert_eq!(
        (one.people.as_deref().unwrap(), one.parcels.as_str()),
        (r#"["ada quill"]"#, r#"[["7","1Z","UPS","2026-11-29"]]"#)
    );
}

#[tokio::test]
async fn orders_are_selected_by_customer_and_by_dates_whose_end_does_not_belong_to_them() {
    let tables = Tables::open(&[(i64::MIN, 0)]).await.unwrap();
    let orders: Vec<String> = (1..=3)
        .map(|id| order(id, id * 10, 1).replace(r#""updated":"""#, &format!(r#""updated":"2026-01-0{id} 00:00:00""#)))
        .collect();
    tables.put("[1,2,3]", &format!("[{}]", orders.join(","))).await.unwrap();
    let count = async |selection: Selection| tables.order_sums(&selection, &[]).await.unwrap()[0].orders;
    let all = || days(0, 1);
    let buyer = Some("C2".to_owned());
    assert_eq!(count(Selection { buyer, ..all() }).await, 1);
    let added = |from, before| Selection {
        added: Dates { from, before },
        ..all()
    };
    assert_eq!(count(added(Some(20), None)).await, 2);
    assert_eq!(count(added(None, Some(20))).await, 1);
    assert_eq!(count(added(Some(20), Some(30))).await, 1);
    let updated = |from: Option<&str>, before: Option<&str>| Selection {
        updated: Dates {
            from: from.map(str::to_owned),
            before: before.map(str::to_owned),
        },
        ..all()
    };
    assert_eq!(count(updated(Some("2026-01-02 00:00:00"), None)).await, 2);
    assert_eq!(count(updated(None, Some("2026-01-02 00:00:00"))).await, 1);
}

#[tokio::test]
async fn tables_come_back_from_their_image_with_the_days_of_another_zone() {
    let tables = Tables::open(&[(i64::MIN, 0)]).await.unwrap();
    let orders = [order(1, 86_399, 5), order(2, 86_400, 7)];
    tables.put("[1,2]", &format!("[{}]", orders.join(","))).await.unwrap();
    let image = tables.image().await.unwrap();
    let (bytes, facts) = (image.tables.as_ref(), &image.facts);
    let again = Tables::restore(bytes, facts, &[(i64::MIN, 1)]).await.unwrap();
    let days = async |tables: &Tables| -> Vec<(String, i128)> {
        let groups = tables.order_sums(&days(0, 9), &[Key::Day]).await.unwrap();
        let days = groups
            .into_iter()
            .map(|mut group| (group.keys.remove(0), group.sums[1]));
        let mut days: Vec<_> = days.collect();
        days.sort();
        days
    };
    let told = |day: &str, sum| (day.to_owned(), sum);
    assert_eq!(days(&tables).await, [told("1970-01-01", 5), told("1970-01-02", 7)]);
    assert_eq!(days(&again).await, [told("1970-01-02", 12)]);
    assert_eq!(
        again.find(Words::Name, &["zoe"], false, 0, 9).await.unwrap(),
        tables.find(Words::Name, &["zoe"], false, 0, 9).await.unwrap()
    );
    assert_eq!(
        again
            .line_sums(
                &Selection {
                    to: 9,
                    ..Selection::default()
                },
                &[Key::Sku]
            )
            .await
            .unwrap()[0]
            .keys,
        ["MUG"]
    );
    // They go on as any others.
    again.put("[2,3]", &format!("[{}]", order(3, 86_400, 9))).await.unwrap();
    assert_eq!(days(&again).await, [told("1970-01-02", 14)]);
    assert_eq!(again.find(Words::Name, &["zoe"], false, 0, 9).await.unwrap().len(), 2);
    for (bytes, facts) in [
        (bytes, &facts[1..]),
        (&bytes[..bytes.len() / 2], &facts[..]),
        (&[][..], &facts[..]),
    ] {
        let refused = Tables::restore(bytes, facts, &[(i64::MIN, 0)]).await;
        assert!(matches!(refused, Err(od_db::DbError::Corrupt(_))), "{refused:?}");
    }
}

#[tokio::test]
async fn of_many_orders_with_a_word_the_newest_are_found_whatever_their_ids() {
    let tables = Tables::open(&[(i64::MIN, 0)]).await.unwrap();
    // The larger the id, the older.
    let orders: Vec<String> = (1..=1_200).map(|id| order(id, 10_000 - id, 1)).collect();
    let ids: Vec<String> = (1..=1_200).map(|id: i64| id.to_string()).collect();
    let ids = format!("[{}]", ids.join(","));
    tables.put(&ids, &format!("[{}]", orders.join(","))).await.unwrap();
    let found = async |since, limit| -> Vec<i64> {
        let found = tables.find(Words::Name, &["zoe"], false, since, limit).await.unwrap();
        found.iter().map(|(_, id)| *id).collect()
    };
    assert_eq!(found(0, 3).await, [1, 2, 3]);
    assert_eq!(found(9_998, 9).await, [1, 2]);
    assert_eq!(found(0, 2_000).await.len(), 1_200);
    assert_eq!(found(10_000, 9).await, [0_i64; 0]);
}

#[tokio::test]
async fn names_of_orders_that_went_or_changed_are_in_no_image() {
    let tables = Tables::open(&[(i64::MIN, 0)]).await.unwrap();
    let named = |id: i64, name: &str| order(id, id * 10, 5).replace("Mug\"", &format!("{name}\""));
    let orders = [
        named(1, "Mug for Zoltan"),
        named(2, "Mug for Yolanda"),
        named(3, "Mug for Xaver"),
    ];
    tables.put("[1,2,3]", &format!("[{}]", orders.join(","))).await.unwrap();
    tables.put("[1]", "[]").await.unwrap();
    tables
        .put("[2]", &format!("[{}]", named(2, "Plain mug")))
        .await
        .unwrap();
    let image = tables.image().await.unwrap();
    let has = |text: &str| image.facts.windows(text.len()).any(|part| part == text.as_bytes());
    assert!(!has("Zoltan") && !has("Yolanda"), "they went");
    assert!(has("Xaver") && has("Plain mug"), "they are there");
    let again = Tables::restore(image.tables.as_ref(), &image.facts, &[(i64::MIN, 0)])
        .await
        .unwrap();
    let sums = async |tables: &Tables| {
        let sums = tables
            .line_sums(&days(0, 9), &[Key::Sku, Key::Source, Key::Country])
            .await
            .unwrap();
        sums.into_iter()
            .map(|group| (group.keys, group.orders, group.sums, group.name))
            .collect::<Vec<_>>()
    };
    // Both go on with the names that are left.
    for tables in [&tables, &again] {
        tables
            .put("[4]", &format!("[{}]", named(4, "Mug for Will")))
            .await
            .unwrap();
        let keys = ["MUG", "Etsy", "US"].map(str::to_owned).to_vec();
        let name = Some((40, "Mug for Will".to_owned()));
        assert_eq!(sums(tables).await, [(keys, 3, vec![3_000_000, 15], name)]);
    }
}
