//! Inside a crate files form no circles: what several files share stands below them. The exceptions are named here.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use self::{
    graph::{circles, shown},
    names::Sources,
    references::{References, references},
};

mod graph;
mod names;
mod planted;
mod references;

/// A file that hands out its parts, and the parts, which hold it: the circle of these two is meant, and no other one
/// of theirs is.
struct Handle {
    krate: &'static str,
    file: &'static str,
    parts: &'static [&'static str],
    why: &'static str,
}

const HANDLES: &[Handle] = &[
    Handle {
        krate: "od-client",
        file: "client.rs",
        parts: &[
            "api/inventory.rs",
            "api/order_items.rs",
            "api/orders.rs",
            "api/shipments.rs",
        ],
        why: "`store.orders().get(id)`: a store's door hands out its groups of endpoints, and each asks through the door",
    },
    Handle {
        krate: "od-client",
        file: "budget.rs",
        parts: &["budget/joint.rs", "budget/permit.rs"],
        why: "a budget hands out permits, which come back to it, and asks for tokens that are kept elsewhere for itself",
    },
    Handle {
        krate: "od-db",
        file: "db.rs",
        parts: &[
            "active_stores.rs",
            "answers.rs",
            "audit.rs",
            "audit_ends.rs",
            "backups.rs",
            "check_value.rs",
            "console_templates.rs",
            "consents.rs",
            "idempotency.rs",
            "leases.rs",
            "magic_links.rs",
            "master_keys.rs",
            "migrate.rs",
            "mirrors.rs",
            "oauth_clients.rs",
            "oauth_grants.rs",
            "reports.rs",
            "sessions.rs",
            "stores.rs",
            "tenants.rs",
            "tokens.rs",
            "webhook_events.rs",
            "webhook_keys.rs",
        ],
        why: "`db.stores().list(..)`: the database hands out its table families, and each asks through its connections",
    },
    Handle {
        krate: "od-engine",
        file: "engine.rs",
        parts: &["housekeeping.rs"],
        why: "the engine starts its housekeeping, which works on all of it",
    },
    Handle {
        krate: "od-web",
        file: "guest.rs",
        parts: &["layout.rs", "problem.rs"],
        why: "`guest.layout(..)`, `guest.refuse(..)`: whoever is at a page gets its frame and its refusals, made of who that is",
    },
];

#[test]
fn files_form_no_circles() {
    let mut wrong = Vec::new();
    for (krate, mut references) in crates() {
        for handle in HANDLES.iter().filter(|handle| handle.krate == krate) {
            for part in handle.parts {
                references.remove(&(handle.file.to_owned(), (*part).to_owned()));
            }
        }
        for circle in circles(&references) {
            wrong.push((krate.clone(), shown(&circle, &references)));
        }
    }
    assert!(
        wrong.is_empty(),
        "files in circles; what several of them share belongs into a file below them: {wrong:#?}"
    );
}

#[test]
fn every_exception_is_needed() {
    let mut stale = Vec::new();
    let crates = crates();
    for Handle {
        krate,
        file,
        parts,
        why,
    } in HANDLES
    {
        let references = &crates[*krate];
        for part in *parts {
            let refers = |from: &str, to: &str| references.contains_key(&(from.to_owned(), to.to_owned()));
            let in_a_circle = circles(references)
                .iter()
                .any(|circle| circle.contains(*file) && circle.contains(*part));
            if !(refers(file, part) && in_a_circle) {
                stale.push(format!("{krate}: {file} and {part} ({why})"));
            }
        }
    }
    assert!(
        stale.is_empty(),
        "named as handle and part, but form no circle: {stale:#?}"
    );
}

/// The references between the files of every crate, without tests.
fn crates() -> BTreeMap<String, References> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize().unwrap();
    let mut found = BTreeMap::new();
    for krate in entries(&folder) {
        let src = krate.join("src");
        let mut sources = Sources::new();
        gather(&src, &src, &mut sources);
        let root = if sources.contains_key("lib.rs") {
            "lib.rs"
        } else {
            "main.rs"
        };
        let name = krate.file_name().unwrap().to_str().unwrap().to_owned();
        found.insert(name, references(root, &sources));
    }
    found
}

fn gather(folder: &Path, src: &Path, sources: &mut Sources) {
    for path in entries(folder) {
        if path.is_dir() {
            gather(&path, src, sources);
        } else if path.extension().is_some_and(|extension| extension == "rs") && !path.ends_with("tests.rs") {
            let name = path.strip_prefix(src).unwrap().to_str().unwrap().replace('\\', "/");
            sources.insert(name, std::fs::read_to_string(&path).unwrap());
        }
    }
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = folder.read_dir().unwrap();
    entries.map(|entry| entry.unwrap().path()).collect()
}
