//! A process that alone cannot reach Redis, while the others can.

use std::time::{Duration, Instant};

use od_db::testing::tamper;
use od_db::{Db, DbOptions};

use super::{REPLICAS, Service, Wanted};

async fn service() -> Option<Service> {
    let wanted = Wanted {
        redis: true,
        ..Wanted::default()
    };
    Service::open(wanted).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_a_process_changes_that_alone_has_lost_redis_is_seen_by_the_others() {
    let Some(service) = service().await else { return };
    let (id, way) = (&service.ids[0], service.way.as_ref().unwrap());
    assert!(service.check_coherence(1).await >= 4, "replies are shared");
    way.cut();
    // The first of these comes in the moment in which it is cut off.
    let mut waited = Vec::new();
    for write in 0..3 {
        let content = format!("by the lone one {write}");
        let began = Instant::now();
        service.note(0, id, &content).await.unwrap();
        waited.push(began.elapsed());
        for replica in 0..REPLICAS {
            let (notes, hit) = service.notes(replica, id).await.unwrap();
            assert!(
                notes.contains(&content),
                "replica {replica} has not seen {content}: {notes}"
            );
            assert!(!hit, "replica {replica} relied on what was kept");
        }
    }
    assert!(waited[0] < Duration::from_secs(5), "{waited:?}");
    assert!(waited[2] < Duration::from_secs(1), "{waited:?}");
    way.mend();
    share_again(&service).await;
}

/// Otherwise the others would rely on nothing for as long as it lives.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_mark_that_could_not_be_taken_away_is_taken_away_later() {
    /// A sequence counts what is rolled back too.
    const REFUSE: [&str; 3] = [
        "CREATE SEQUENCE refused",
        "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS \
         $$ BEGIN PERFORM nextval('refused'); RAISE EXCEPTION 'not now'; END $$",
        "CREATE TRIGGER refuse BEFORE UPDATE OF cut_off ON live_processes FOR EACH ROW \
         WHEN (OLD.cut_off <> 0 AND NEW.cut_off = 0) EXECUTE FUNCTION refuse()",
    ];
    let Some(service) = service().await else { return };
    let way = service.way.as_ref().unwrap();
    assert!(service.check_coherence(1).await >= 4, "replies are shared");
    way.cut();
    service.note(0, &service.ids[0], "by the lone one").await.unwrap();
    let options = DbOptions {
        url: service.url.clone(),
        ..DbOptions::default()
    };
    let db = Db::connect(&options).await.unwrap();
    for sql in REFUSE {
        tamper(&db, sql).await.unwrap();
    }
    way.mend();
    let began = Instant::now();
    while tamper(&db, "SELECT 1 FROM refused WHERE is_called").await.unwrap() == 0 {
        assert!(began.elapsed() < Duration::from_secs(10), "it keeps its mark");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    tamper(&db, "DROP TRIGGER refuse ON live_processes").await.unwrap();
    share_again(&service).await;
}

async fn share_again(service: &Service) {
    let began = Instant::now();
    while service.check_coherence(1).await < 4 {
        assert!(began.elapsed() < Duration::from_secs(10), "nothing is shared again");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_change_does_not_wait_longer_than_redis_is_away() {
    let Some(service) = service().await else { return };
    let id = &service.ids[0];
    service.notes(1, id).await.unwrap();
    let redis = service.redis.as_ref().unwrap();
    redis.hang().unwrap();
    let back = async {
        tokio::time::sleep(Duration::from_millis(1_200)).await;
        redis.go_on().unwrap();
        Instant::now()
    };
    let change = async {
        service.note(0, id, "while Redis hangs").await.unwrap();
        Instant::now()
    };
    let (back, changed) = tokio::join!(back, change);
    let late = changed.saturating_duration_since(back);
    assert!(late < Duration::from_millis(1_200), "{late:?} after it was back");
    let (notes, _) = service.notes(1, id).await.unwrap();
    assert!(notes.contains("while Redis hangs"), "{notes}");
}
