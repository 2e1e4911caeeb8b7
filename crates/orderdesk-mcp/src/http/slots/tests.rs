use std::{net::IpAddr, time::Duration};

use super::{Place, Slots};
use crate::config::Networks;

fn slots(most: usize, proxies: Option<&str>) -> Slots {
    let proxies = proxies.map(|text| Networks::parse(text).unwrap());
    Slots::new(most, Duration::from_secs(10), proxies)
}

fn address(text: &str) -> IpAddr {
    text.parse().unwrap()
}

/// How many of so many connections from `from` got an ordinary place.
fn ordinary(slots: &Slots, from: &str, many: usize) -> (usize, Vec<Place>) {
    let places: Vec<Place> = (0..many).map(|_| slots.take(address(from))).collect();
    (places.iter().filter(|place| !place.is_spare()).count(), places)
}

#[test]
fn an_address_gets_its_share_and_the_rest_is_for_others() {
    let slots = slots(64, None);
    let (got, held) = ordinary(&slots, "192.0.2.1", 100);
    assert_eq!(got, 8);
    assert_eq!(ordinary(&slots, "192.0.2.2", 1).0, 1);
    drop(held);
    assert_eq!(ordinary(&slots, "192.0.2.1", 1).0, 1, "what was freed is there again");
}

#[test]
fn a_network_of_ipv6_is_one_address() {
    let slots = slots(64, None);
    let places: Vec<Place> = (0..100)
        .map(|host| slots.take(address(&format!("2001:db8::{host:x}"))))
        .collect();
    assert_eq!(places.iter().filter(|place| !place.is_spare()).count(), 8);
    assert!(!slots.take(address("2001:db8:0:1::1")).is_spare());
}

#[test]
fn a_proxy_has_no_share_but_the_bound_of_all() {
    let slots = slots(64, Some("10.0.0.0/8"));
    assert_eq!(ordinary(&slots, "::ffff:10.1.2.3", 100).0, 64);
    assert_eq!(ordinary(&slots, "192.0.2.1", 100).0, 8, "freed, and no proxy");
}

#[tokio::test]
async fn the_oldest_that_waits_in_a_spare_place_goes_first() {
    let slots = slots(4, None);
    let held: Vec<Place> = (2..6).map(|at| slots.take(address(&format!("192.0.2.{at}")))).collect();
    assert!(held.iter().all(|place| !place.is_spare()));
    let waiting: Vec<Place> = (0..5).map(|_| slots.take(address("192.0.2.9"))).collect();
    assert!(waiting.iter().all(Place::is_spare));
    let soon = Duration::from_millis(50);
    assert!(tokio::time::timeout(soon, waiting[0].is_over()).await.is_ok());
    assert!(tokio::time::timeout(soon, waiting[1].is_over()).await.is_err());
    waiting[1].head_arrived();
    let _more: Vec<Place> = (0..4).map(|_| slots.take(address("192.0.2.9"))).collect();
    assert!(
        tokio::time::timeout(soon, waiting[1].is_over()).await.is_err(),
        "it has its head"
    );
    assert!(tokio::time::timeout(soon, waiting[2].is_over()).await.is_ok());
}
