use od_client::OrderId;

use super::*;

#[test]
fn a_record_is_the_same_however_it_is_spelled() {
    let store = |store_id: &str, name: &str| StoreRef {
        store_id: store_id.to_owned(),
        store_name: name.to_owned(),
    };
    let order = |id: &str| OrderId::parse(id).expect("an id");
    let deed = Deed::orders("orders.move", &store("90001", "Mug Shop"), &[order("1"), order("20")]);
    assert_eq!(deed.targets, ["90001/1", "90001/20"]);
    let spelled = Deed::orders(
        "orders.move",
        &store("090001", "Renamed"),
        &[order("001"), order("020")],
    );
    assert_eq!(deed, spelled);
    let part = Deed::one("shipments.delete", &store("90001", "Mug Shop"), &["1", "7"]);
    assert_eq!(part.targets, ["90001/1/7"]);
    assert_eq!(
        Deed::one("stores.delete", &store("90001", "Mug Shop"), &[]).targets,
        ["90001"]
    );
}

#[test]
fn the_end_of_a_no_is_not_told_too_early() {
    for (until, told) in [
        (0, "1970-01-01T00:00:00Z"),
        (1, "1970-01-01T00:00:01Z"),
        (1_000, "1970-01-01T00:00:01Z"),
    ] {
        assert!(declined(until).to_string().contains(told), "{until}");
    }
}
