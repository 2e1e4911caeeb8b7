use std::{net::IpAddr, sync::Arc, time::Duration};

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

#[tokio::test]
async fn a_full_house_makes_room_where_the_most_stand_idle() {
    let slots = slots(64, None);
    let mut held = Vec::new();
    for from in 1..=8 {
        for _ in 0..8 {
            let place = Arc::new(slots.take(address(&format!("192.0.2.{from}"))));
            assert!(!place.is_spare());
            place.head_arrived();
            held.push(place);
        }
    }
    // What is asked on them is not cut.
    let busy: Vec<_> = held.iter().map(Place::busy).collect();
    assert!(slots.take(address("198.51.100.1")).is_spare());
    drop(busy);
    let soon = Duration::from_millis(50);
    let _first_idle_again = held[1].busy();
    let newcomers: Vec<Place> = (1..=8)
        .map(|at| slots.take(address(&format!("198.51.100.{at}"))))
        .collect();
    assert!(newcomers.iter().all(|place| !place.is_spare()));
    let mut cut = 0;
    for place in &held {
        cut += usize::from(tokio::time::timeout(soon, place.is_over()).await.is_ok());
    }
    assert_eq!(cut, 8);
    assert!(
        tokio::time::timeout(soon, held[0].is_over()).await.is_ok(),
        "idle longest"
    );
    assert!(tokio::time::timeout(soon, held[1].is_over()).await.is_err(), "busy");
    // Those that were cut give nothing back twice.
    drop(held);
    assert_eq!(ordinary(&slots, "203.0.113.1", 100).0, 8);
}

#[test]
fn a_request_whose_body_is_awaited_gives_its_place_and_one_with_its_body_does_not() {
    let slots = slots(64, None);
    let held: Vec<_> = (1..=8)
        .flat_map(|from| std::iter::repeat_n(from, 8))
        .map(|from| Arc::new(slots.take(address(&format!("192.0.2.{from}")))))
        .collect();
    let _busy: Vec<_> = held.iter().map(Place::busy).collect();
    assert!(slots.take(address("198.51.100.1")).is_spare());
    let awaited = held[5].awaits_body();
    drop(held[9].awaits_body());
    let taken = slots.take(address("198.51.100.1"));
    assert!(!taken.is_spare());
    assert!(held[5].is_taken_back() && !held[9].is_taken_back());
    drop(awaited);
    assert!(slots.take(address("198.51.100.2")).is_spare(), "nobody else awaits one");
}

#[test]
fn a_body_that_is_dropped_after_its_answer_leaves_the_place_idle() {
    let slots = slots(64, None);
    let held: Vec<_> = (1..=8)
        .flat_map(|from| std::iter::repeat_n(from, 8))
        .map(|from| Arc::new(slots.take(address(&format!("192.0.2.{from}")))))
        .collect();
    let mut busy: Vec<_> = held.iter().map(Place::busy).collect();
    let awaited = held[3].awaits_body();
    busy.remove(3);
    drop(awaited);
    assert!(!slots.take(address("198.51.100.1")).is_spare());
}

#[test]
fn nobody_takes_a_place_from_who_has_no_more() {
    let slots = slots(64, None);
    let held: Vec<Place> = (1..=64)
        .map(|at| slots.take(address(&format!("192.0.2.{at}"))))
        .collect();
    assert!(held.iter().all(|place| !place.is_spare()));
    assert!(slots.take(address("198.51.100.1")).is_spare());
}

#[test]
fn all_networks_of_one_customer_of_ipv6_have_a_bound() {
    let slots = slots(64, None);
    let take = |of: &str, count: u32| -> Vec<Place> {
        let from = |n: u32| address(&format!("2001:db8:{of}{n:02x}::1"));
        (0..count).map(|n| slots.take(from(n))).collect()
    };
    let got = |places: &[Place]| places.iter().filter(|place| !place.is_spare()).count();
    let (one, other, third) = (take("0:1", 256), take("0:2", 256), take("0:3", 256));
    assert_eq!([got(&one), got(&other), got(&third)], [16, 16, 0]);
    assert!(!slots.take(address("2001:db8:1::1")).is_spare(), "another customer");
    drop((one, other, third));
    assert_eq!(got(&take("0:3", 256)), 16, "what was freed is there again");
}
