//! Names as customers and those who listen to them write them.

use super::lookups::{ask, empty_shop, ids, put};
use super::*;

#[tokio::test]
async fn a_mistyped_name_offers_those_that_orders_have() {
    let shop = empty_shop().await;
    put(
        &shop,
        json!({"customer": {"first_name": "Ada", "last_name": "Lindqvist"}}),
    );
    put(
        &shop,
        json!({"customer": {"first_name": "Chlo\u{e9}", "last_name": "Tremblay"}}),
    );
    let gone = put(
        &shop,
        json!({"customer": {"first_name": "Dmitri", "last_name": "Volkov"}}),
    );
    let told = async |query: &str| {
        let found = ask(&shop, json!({"query": query})).await;
        (ids(&found.data).len(), found.warnings.join(" "))
    };
    let (found, warning) = told("Lindquist").await;
    assert_eq!(found, 0);
    assert!(
        warning.contains("No order fits. ") && warning.contains("\"Lindquist\" may mean Lindqvist."),
        "{warning}"
    );
    // The word that is right finds its order, and the other one says what it may be.
    let (found, warning) = told("Chloe Trembley").await;
    assert!(
        found == 1 && warning.contains("may mean Tremblay."),
        "{found} {warning}"
    );
    assert!(told("Dimitri Volkof").await.1.contains("\"Volkof\" may mean Volkov"));
    // As it is heard, and with its first letters the other way round.
    for (query, name) in [
        ("Wolkow", "Volkov"),
        ("Folkov", "Volkov"),
        ("Kloe", "Chloe"),
        ("Dmytri", "Dmitri"),
        ("Mditri", "Dmitri"),
        ("Lyndqvist", "Lindqvist"),
    ] {
        let warning = told(query).await.1;
        assert!(warning.contains(&format!("may mean {name}.")), "{query}: {warning}");
    }
    for other in ["Abernathy", "Lin", "80099", "Wolf"] {
        assert!(!told(other).await.1.contains("may mean"), "{other}");
    }
    // One that is there is no slip of another.
    assert!(!told("Lindqvist").await.1.contains("may mean"));
    // Of an order that is gone the index may still know the word.
    assert!(shop.sim.delete_order("90001", &gone));
    shop.engine
        .insight()
        .find(
            &shop.scope(),
            serde_json::from_value(json!({"query": "quill", "fresh": true})).unwrap(),
        )
        .await
        .unwrap();
    let (_, warning) = told("Volkof").await;
    assert!(!warning.contains("may mean"), "{warning}");
}

#[tokio::test]
async fn initials_and_pasted_addresses_find_their_orders() {
    let shop = empty_shop().await;
    let ada = put(
        &shop,
        json!({"email": "ada.quill@example.test", "customer": {"first_name": "Ada", "last_name": "Quill"}}),
    );
    put(
        &shop,
        json!({"email": "zoe@example.test", "customer": {"first_name": "Zoe", "last_name": "Quill"}}),
    );
    for query in [
        "A. Quill",
        "A Quill",
        "Q Ada",
        "Ada Quill <ada.quill@example.test>",
        "<ada.quill@example.test>",
        "mailto:ada.quill@example.test",
        "MAILTO:ada.quill@example.test.",
        "ada.quill@example.test.",
    ] {
        let found = ask(&shop, json!({"query": query})).await;
        assert_eq!(ids(&found.data), [ada.as_str()], "{query}");
        assert!(found.warnings.is_empty(), "{query}: {:?}", found.warnings);
    }
    let found = ask(&shop, json!({"query": "quill", "since": "2999-12-15"})).await;
    let told = found.warnings.join(" ");
    assert!(
        told.contains("since is 2999-12-15, a day that has not come yet"),
        "{told}"
    );
}

/// A name that may be meant does not stand in for the orders that fit and are not shown.
#[tokio::test]
async fn a_name_that_is_offered_is_told_beside_the_orders_that_are_not_shown() {
    let shop = empty_shop().await;
    for _ in 0..3 {
        put(
            &shop,
            json!({"customer": {"first_name": "Ada", "last_name": "Lindqvist"}}),
        );
    }
    let found = ask(&shop, json!({"query": "Ada Lindquist", "limit": 1})).await;
    let told = found.warnings.join(" ");
    assert!(
        told.contains("may mean Lindqvist") && told.contains("3 orders fit, and not all of them are shown"),
        "{told}"
    );
}
