//! The finder on small crates whose circles are known.

use super::{
    graph::circles,
    names::Sources,
    references::{References, references},
};

fn read(files: &[(&str, &str)]) -> References {
    let sources: Sources = files
        .iter()
        .map(|(file, text)| ((*file).to_owned(), (*text).to_owned()))
        .collect();
    references("lib.rs", &sources)
}

/// The circles of a crate with the given files, each as its files joined.
fn check(files: &[(&str, &str)], expected: &[&str]) {
    let references = read(files);
    let found: Vec<_> = circles(&references)
        .iter()
        .map(|circle| circle.iter().map(String::as_str).collect::<Vec<_>>().join(" "))
        .collect();
    assert_eq!(found, expected, "{files:#?}\n{references:#?}");
}

#[test]
fn two_files_that_name_each_other_are_a_circle() {
    let root = ("lib.rs", "mod a; mod b;");
    let b = ("b.rs", "pub struct B(crate::a::A);");
    check(&[root, ("a.rs", "use crate::b::B; pub struct A;"), b], &["a.rs b.rs"]);
    check(&[root, ("a.rs", "pub struct A;"), b], &[]);
}

#[test]
fn a_circle_is_found_however_long_and_however_it_is_written() {
    let check_a = |a: &str| {
        check(
            &[
                ("lib.rs", "mod a; mod b; mod c; mod aside;"),
                ("a.rs", a),
                ("b.rs", "use super::c; pub fn b() { c::c() } pub struct B;"),
                ("c.rs", "pub fn c() { crate::a::a() }"),
                ("aside.rs", "use crate::a::a; fn aside() { a() }"),
            ],
            &["a.rs b.rs c.rs"],
        );
    };
    check_a("pub fn a() { crate::b::b() }");
    check_a("use super::{c as _, b}; pub fn a(_: b::B) {}");
    check_a("pub fn a() { use crate::b::B as It; It; }");
    check_a("use crate::b::*; pub fn a() {}");
    check_a("pub fn a() { println!(\"{}\", crate::b::b()) }");
    check_a("pub fn a() {} pub struct A { #[serde(with = \"crate::b::b\")] field: u8 }");
}

#[test]
fn a_parent_and_a_child_that_use_each_other_are_a_circle() {
    let root = ("lib.rs", "mod a;");
    let child = ("a/child.rs", "use super::A; pub struct Child(A);");
    check(
        &[
            root,
            ("a.rs", "mod child; pub struct A; fn f() { child::Child; }"),
            child,
        ],
        &["a.rs a/child.rs"],
    );
    check(
        &[root, ("a.rs", "mod child; pub use child::Child; pub struct A;"), child],
        &[],
    );
}

#[test]
fn a_re_export_counts_as_what_it_leads_to() {
    let b = ("b.rs", "pub fn b(_: crate::a::Thing) {}");
    let thing = ("a/thing.rs", "pub struct Thing;");
    let root = ("lib.rs", "mod a; mod b;");
    check(
        &[
            root,
            ("a.rs", "mod thing; pub use thing::Thing; fn a() { crate::b::b() }"),
            thing,
            b,
        ],
        &[],
    );
    let asking = ("a/thing.rs", "pub struct Thing; fn ask() { crate::b::b() }");
    check(
        &[root, ("a.rs", "mod thing; pub use thing::*;"), asking, b],
        &["a/thing.rs b.rs"],
    );
}

#[test]
fn macros_are_references_too() {
    let definer = (
        "a.rs",
        "macro_rules! make { () => { crate::b::B } } pub(crate) use make;",
    );
    let root = ("lib.rs", "#[macro_use] mod a; mod b;");
    check(
        &[root, definer, ("b.rs", "pub struct B; fn b() { make!() }")],
        &["a.rs b.rs"],
    );
    check(
        &[
            root,
            definer,
            ("b.rs", "use crate::a::make; pub struct B; fn b() { make!() }"),
        ],
        &["a.rs b.rs"],
    );
}

#[test]
fn tests_and_the_names_of_others_do_not_count() {
    check(
        &[
            ("lib.rs", "mod a; mod b;"),
            (
                "a.rs",
                "#[cfg(test)] mod tests; #[cfg(test)] use crate::b::B; use http::b; pub struct A { b: u8 } \
                 impl A { fn b(&self) { self.b(); b::B; let b = format!(\"{}\", self.b); } }",
            ),
            ("b.rs", "pub struct B(crate::a::A);"),
        ],
        &[],
    );
}

#[test]
#[should_panic(expected = "a/gone.rs is declared as a module and missing")]
fn a_file_that_is_missed_is_no_empty_one() {
    read(&[("lib.rs", "mod a;"), ("a.rs", "mod gone;")]);
}
