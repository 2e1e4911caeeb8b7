//! Circles in a graph of files.

use std::collections::{BTreeMap, BTreeSet};

use super::references::References;

/// Files that each lead to all others of them.
pub type Circle = BTreeSet<String>;

/// All circles, each as large as it is: no two share a file.
pub fn circles(references: &References) -> Vec<Circle> {
    let mut next: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (from, to) in references.keys() {
        next.entry(from).or_default().push(to);
    }
    let ahead: BTreeMap<&str, BTreeSet<&str>> = next.keys().map(|file| (*file, reached(file, &next))).collect();
    let circles: BTreeSet<Circle> = ahead
        .iter()
        .filter(|(file, reached)| reached.contains(*file))
        .map(|(file, reached)| {
            let back = |other: &&&str| ahead.get(**other).is_some_and(|reached| reached.contains(file));
            reached.iter().filter(back).map(|file| (*file).to_owned()).collect()
        })
        .collect();
    circles.into_iter().collect()
}

/// All files that one leads to, itself only by way of another.
fn reached<'a>(file: &'a str, next: &BTreeMap<&'a str, Vec<&'a str>>) -> BTreeSet<&'a str> {
    let mut reached = BTreeSet::new();
    let mut ahead = vec![file];
    while let Some(file) = ahead.pop() {
        for to in next.get(file).into_iter().flatten() {
            if reached.insert(*to) {
                ahead.push(to);
            }
        }
    }
    reached
}

/// The references that close a circle.
pub fn shown(circle: &Circle, references: &References) -> Vec<String> {
    references
        .iter()
        .filter(|((from, to), _)| circle.contains(from) && circle.contains(to))
        .map(|((from, to), paths)| {
            let paths: Vec<_> = paths.iter().map(String::as_str).collect();
            format!("{from} -> {to}: {}", paths.join(", "))
        })
        .collect()
}
