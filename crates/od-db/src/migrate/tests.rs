use super::*;

/// SQLite has one integer type, STRICT tables and another way to tell the time; all else must be the same on both.
#[test]
fn the_two_dialects_differ_in_types_only() {
    for (version, _, sqlite, postgres) in MIGRATIONS {
        let translated = sqlite
            .replace(
                "ROUND((julianday('now') - 2440587.5) * 86400000)",
                "EXTRACT(EPOCH FROM clock_timestamp()) * 1000",
            )
            .replace(" INTEGER", " BIGINT")
            .replace("\n) STRICT;", "\n);")
            .replace("The PostgreSQL twin", "The SQLite twin");
        assert_eq!(&translated, postgres, "migration {version}");
    }
}

#[test]
fn versions_count_up_from_one() {
    let versions: Vec<_> = MIGRATIONS.iter().map(|(version, ..)| *version).collect();
    let expected: Vec<_> = (1..).take(versions.len()).collect();
    assert_eq!(versions, expected);
}

#[test]
fn every_file_is_listed() {
    for folder in ["sqlite", "postgres"] {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("migrations")
            .join(folder);
        let mut files: Vec<_> = std::fs::read_dir(path)
            .unwrap()
            .map(|file| file.unwrap().file_name().into_string().unwrap())
            .collect();
        files.sort();
        let listed: Vec<_> = MIGRATIONS
            .iter()
            .map(|(version, description, ..)| format!("{version:04}_{description}.sql"))
            .collect();
        assert_eq!(files, listed, "{folder}");
    }
}
