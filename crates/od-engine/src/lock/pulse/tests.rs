use od_db::DbOptions;

use super::*;

impl Pulse {
    /// As if the process had been killed: its row is not renewed any more.
    pub(in crate::lock) async fn stop(&self) {
        let present = self.present.lock().await.take();
        drop(present.expect("it holds something"));
    }

    /// As if the process had slept, and others had removed its row.
    pub(in crate::lock) async fn forget(&self, db: &Db) {
        let present = self.present.lock().await;
        let life = &present.as_ref().expect("it holds something").life;
        db.leases().end(life.id()).await.unwrap();
        let past = Until {
            instant: Instant::now(),
            millis: 0,
        };
        *life.until.lock().unwrap() = Some(past);
    }
}

#[tokio::test]
async fn many_records_take_one_row() {
    let (db, clock, pulse) = (
        Db::open(&DbOptions::default()).await.unwrap(),
        Clock::system(),
        Pulse::default(),
    );
    let one = pulse.life(&db, &clock).await.unwrap();
    let other = pulse.life(&db, &clock).await.unwrap();
    assert_eq!(one.id(), other.id());
    one.end();
    let next = pulse.life(&db, &clock).await.unwrap();
    assert_ne!(one.id(), next.id(), "what has ended is not relied on");
}

/// Others that write may keep this process from renewing in time. As long as nobody has removed its row, nothing is lost.
#[tokio::test]
async fn a_life_that_is_late_goes_on() {
    let (db, clock, pulse) = (
        Db::open(&DbOptions::default()).await.unwrap(),
        Clock::system(),
        Pulse::default(),
    );
    let life = pulse.life(&db, &clock).await.unwrap();
    *life.until.lock().unwrap() = Some(Until {
        instant: Instant::now(),
        millis: 0,
    });
    assert!(!life.lasts(&clock), "it might have been removed");
    let same = pulse.life(&db, &clock).await.unwrap();
    assert!(same.lasts(&clock) && Arc::ptr_eq(&life, &same));
}

/// The steady clock stands still while the machine sleeps.
#[tokio::test]
async fn a_machine_that_slept_does_not_rely_on_its_steady_clock() {
    let db = Db::open(&DbOptions::default()).await.unwrap();
    let clock = Clock::manual(jiff::Timestamp::UNIX_EPOCH);
    let life = Life::begin(&db, &clock).await.unwrap();
    assert!(life.lasts(&clock));
    clock.set(jiff::Timestamp::from_millisecond(millis(LIFE)).unwrap());
    assert!(!life.lasts(&clock));
}
