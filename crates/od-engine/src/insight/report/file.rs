//! What a report's file is called.

use std::fmt::Write as _;

use super::super::days::Window;
use super::name::ReportName;

/// `sales_by_day_2026-11-01_2026-11-29_mug-shop.csv`.
pub(super) fn file_name(report: ReportName, named: Option<(Window, String)>, of_stores: bool) -> String {
    let mut name = report.as_str().to_owned();
    if let Some((window, store)) = named {
        let store = if of_stores {
            "all-stores".to_owned()
        } else {
            plain_name(&store)
        };
        _ = write!(name, "_{}_{}", window.from, window.to);
        if !store.is_empty() {
            _ = write!(name, "_{store}");
        }
    }
    name + ".csv"
}

/// A store's name in letters and digits that every system takes in the name of a file.
fn plain_name(name: &str) -> String {
    const LONGEST: usize = 40;
    let words = name.split(|c: char| !c.is_ascii_alphanumeric());
    let words: Vec<String> = words
        .filter(|word| !word.is_empty())
        .map(str::to_ascii_lowercase)
        .collect();
    words.join("-").chars().take(LONGEST).collect()
}
