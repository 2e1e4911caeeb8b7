use od_db::testing::tamper;
use od_db::{AuditHead, AuditRow, DbOptions, SealedColumns};
use od_vault::RootKey;

use super::prover::Prover;
use super::writer::{Sent, append};
use super::*;
use crate::roots::Roots;
use crate::spreadsheet::harmless;

fn new_prover() -> Prover {
    Prover::new(&Roots::new(RootKey::generate(), None), Vec::new())
}

#[test]
fn a_cell_never_begins_like_a_formula() {
    let check = |cell: &str, expected: &str| assert_eq!(harmless(cell.to_owned()), expected);
    check(
        "=HYPERLINK(\"http://evil.example\")",
        "'=HYPERLINK(\"http://evil.example\")",
    );
    for start in ["+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n"] {
        check(&format!("{start}1"), &format!("'{start}1"));
    }
    check("", "");
    check("orders.get", "orders.get");
    check("a=b", "a=b");
    // Pieces, for readers that take the cell apart.
    check("x;=cmd|' /C calc'!A0", "x;'=cmd|' /C calc'!A0");
    check("x;\"=1\";@b", "x;\"'=1\";'@b");
    check("x\t+a", "x\t'+a");
    check("x, -a", "x, '-a");
    check("{\"note\":\"a\n=b\"}", "{\"note\":\"a\n'=b\"}");
    // A list of numbers stays one.
    check("{\"n\":[1,-2,-3.5]}", "{\"n\":[1,-2,-3.5]}");
    check("[1,-2+3]", "[1,'-2+3]");
    check("[1,-inf]", "[1,'-inf]");
}

/// Whatever mark a reader splits at, and whether or not it knows quotes: nothing it sees begins like a formula.
#[test]
fn no_piece_of_a_cell_begins_like_a_formula() {
    let parts = ["=", "+", "-", "@", ";", ",", "\t", "\n", "\"", " ", "x", "1", "]"];
    for a in parts {
        for b in parts {
            for c in parts {
                for d in parts {
                    let cell = harmless([a, b, c, d].concat());
                    for piece in cell.split([';', ',', '\t', '\n']) {
                        let piece = piece.trim_matches(['"', ' ']);
                        let number = piece.trim_end_matches([']', ' ']).parse::<f64>().is_ok();
                        let runs = piece.starts_with(['=', '+', '-', '@']) && !number;
                        assert!(!runs, "{cell:?} has {piece:?}");
                    }
                }
            }
        }
    }
}

fn entry() -> AuditEntry {
    AuditEntry {
        id: "id".to_owned(),
        tenant_id: None,
        store_id: None,
        tool_name: "tool".to_owned(),
        parameters: "{}".to_owned(),
        status: "success".to_owned(),
        error_code: None,
        error_message: None,
        duration_ms: 1,
        request_id: "request".to_owned(),
        source: "mcp".to_owned(),
        actor: "actor".to_owned(),
        client_name: None,
        ip_address: None,
        user_agent: None,
        created_at: 1,
        begun_id: None,
        orders: None,
        agreed_by: None,
        difference: SealedColumns::default(),
    }
}

#[tokio::test]
async fn refusals_of_a_flood_leave_half_the_queue_to_others() {
    let (queue, _nobody_writes) = mpsc::channel(8);
    let audit = Audit {
        ways: Some(Ways {
            queue,
            awaited: mpsc::unbounded_channel().0,
        }),
        tally: Arc::default(),
        losses: Arc::default(),
    };
    for _ in 0..10 {
        audit.record(entry(), Keep::WhenThereIsRoom).await;
    }
    assert_eq!(audit.lost(), 6);
    for _ in 0..4 {
        audit.record(entry(), Keep::Always).await;
    }
    assert_eq!(audit.lost(), 6, "there was room for what was done");
}

/// Appends entries of these ids as one batch. Returns how many are lost, and the ids that are there, in their order.
async fn append_all(ids: impl Iterator<Item = u32>) -> (u64, Vec<String>) {
    let db = Db::open(&DbOptions::default()).await.unwrap();
    let prover = new_prover();
    let numbered = |id: u32| AuditEntry {
        id: id.to_string(),
        ..entry()
    };
    let tally = Tally::default();
    append(
        &db,
        &prover,
        &ids.map(numbered).collect::<Vec<_>>(),
        &tally,
        Sent::Never,
    )
    .await;
    let rows = db.audit().walk(None, 0, 1000).await.unwrap();
    (tally.lost(), rows.into_iter().map(|row| row.entry.id).collect())
}

#[tokio::test]
async fn an_entry_that_the_database_refuses_costs_no_other() {
    // An id that is there already is refused.
    let twice = [7, 300, 501];
    let ids = (0..509).chain(twice);
    let (lost, kept) = append_all(ids).await;
    assert_eq!(lost, 3);
    assert_eq!(kept, (0..509).map(|id| id.to_string()).collect::<Vec<_>>());
}

/// The database took them, and its answer was lost on the way.
#[tokio::test]
async fn what_was_taken_without_an_answer_is_not_refused() {
    let db = Db::open(&DbOptions::default()).await.unwrap();
    let prover = new_prover();
    let entries = ["one", "other"].map(|id| AuditEntry {
        id: id.to_owned(),
        ..entry()
    });
    db.audit().append_batch(&entries, prover.proofs()).await.unwrap();
    let mut sent = Sent::Never;
    sent.failed(&DbError::Busy);
    assert_eq!(sent, Sent::Never, "nothing was taken");
    sent.failed(&DbError::Unavailable("the answer to COMMIT was lost"));
    let tally = Tally::default();
    let fate = append(&db, &prover, &entries, &tally, sent).await;
    assert!(fate.of(0, &entries[0]).is_ok() && fate.of(1, &entries[1]).is_ok());
    assert_eq!(tally.lost(), 0);
}

#[tokio::test]
async fn a_batch_of_which_all_is_refused_is_given_up_soon() {
    let (lost, kept) = append_all([1; 512].into_iter()).await;
    assert_eq!((lost, kept), (511, vec!["1".to_owned()]));
}

/// A database that another program holds for longer than a batch is tried.
#[tokio::test]
async fn what_was_done_is_told_when_the_database_answers_again() {
    let folder = tempfile::tempdir().unwrap();
    let options = DbOptions {
        url: format!("sqlite://{}", folder.path().join("app.db").display()),
        max_wait: Duration::from_millis(20),
        ..DbOptions::default()
    };
    let db = Db::open(&options).await.unwrap();
    let audit = Audit::start(AuditOptions::default(), db.clone(), Arc::new(new_prover()));
    let other = Db::open(&options).await.unwrap();
    tamper(&other, "BEGIN IMMEDIATE").await.unwrap();
    let begun = AuditEntry {
        id: "begun".to_owned(),
        status: BEGUN.to_owned(),
        ..entry()
    };
    assert!(matches!(audit.record_now(begun).await, Err(NotWritten::Refused(_))));
    let ended = AuditEntry {
        id: "ended".to_owned(),
        ..entry()
    };
    assert!(matches!(audit.record_now(ended).await, Err(NotWritten::Refused(_))));
    assert_eq!((audit.lost(), audit.queued(), audit.is_refused()), (0, 1, true));
    tamper(&other, "ROLLBACK").await.unwrap();
    while audit.queued() > 0 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let rows = db.audit().walk(None, 0, 1000).await.unwrap();
    let ids: Vec<String> = rows.into_iter().map(|row| row.entry.id).collect();
    assert_eq!(ids, ["ended"]);
    assert!(!audit.is_refused());
}

/// Every part of an entry in its place is proved, also the difference between nothing and an empty text.
#[test]
fn no_two_entries_have_the_same_digest() {
    let prover = new_prover();
    let text = |text: &str| Some(text.to_owned());
    let row = AuditRow {
        entry: entry(),
        seq: 1,
        previous_digest: String::new(),
        digest: String::new(),
    };
    let changes: [fn(&mut AuditRow, Option<String>); 16] = [
        |row, text| row.entry.store_id = text,
        |row, text| row.entry.error_code = text,
        |row, text| row.entry.error_message = text,
        |row, text| row.entry.client_name = text,
        |row, text| row.entry.ip_address = text,
        |row, text| row.entry.user_agent = text,
        |row, text| row.entry.begun_id = text,
        |row, text| row.entry.orders = text,
        |row, text| row.entry.agreed_by = text,
        |row, text| row.entry.difference.ciphertext = text.unwrap_or_default(),
        |row, text| row.entry.difference.tag = text.unwrap_or_default(),
        |row, text| row.entry.difference.nonce = text.unwrap_or_default(),
        |row, text| row.entry.tool_name = text.unwrap_or_default(),
        |row, text| row.entry.parameters = text.unwrap_or_default(),
        |row, text| row.entry.actor = text.unwrap_or_default(),
        |row, text| row.previous_digest = text.unwrap_or_else(|| "-".to_owned()),
    ];
    let mut digests = vec![(prover.proofs().row)(&row)];
    for change in changes {
        for value in [text(""), text("a")] {
            let mut other = row.clone();
            change(&mut other, value);
            if other != row {
                digests.push((prover.proofs().row)(&other));
            }
        }
    }
    let made = digests.len();
    digests.sort();
    digests.dedup();
    assert_eq!(digests.len(), made);
}

#[test]
fn a_proof_needs_the_key_and_covers_both_ends() {
    let prover = new_prover();
    let stranger = new_prover();
    let head = AuditHead::start(None);
    assert_ne!(prover.proof(&head), stranger.proof(&head));
    let others = [
        AuditHead { seq: 1, ..head.clone() },
        AuditHead {
            purged_seq: 1,
            ..head.clone()
        },
        AuditHead {
            digest: "a".to_owned(),
            ..head.clone()
        },
        AuditHead {
            purged_digest: "a".to_owned(),
            ..head.clone()
        },
    ];
    for other in others {
        assert_ne!(prover.proof(&head), prover.proof(&other), "{other:?}");
    }
}
