use futures_util::FutureExt;

use super::{Progress, Step};

fn step(done: u64, total: u64, words: &str) -> Step {
    let words = words.to_owned();
    Step { done, total, words }
}

#[test]
fn it_never_goes_back_and_tells_the_newest_alone() {
    let (progress, mut steps) = Progress::new();
    assert_eq!(steps.next().now_or_never(), None);
    progress.tell("Mug Shop", 500, 1_200);
    progress.tell("Mug Shop", 1_000, 1_200);
    let newest = step(1_000, 1_200, "Mug Shop: 1000 of 1200 orders are read");
    assert_eq!(steps.next().now_or_never(), Some(newest));
    progress.tell("Mug Shop", 700, 900);
    progress.tell("Mug Shop", 1_000, 1_000);
    assert_eq!(steps.next().now_or_never(), None, "nothing is further");
}

#[test]
fn stores_are_read_one_after_the_other() {
    let (progress, mut steps) = Progress::new();
    progress.tell("Mug Shop", 700, 700);
    progress.turn_to_next();
    progress.tell("Mug Outlet", 500, 600);
    let newest = step(1_200, 1_300, "Mug Outlet: 500 of 600 orders are read");
    assert_eq!(steps.next().now_or_never(), Some(newest));
    drop(progress);
    assert_eq!(steps.next().now_or_never(), None, "it has ended");
}
