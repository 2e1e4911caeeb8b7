use od_record::order::Destination;

use super::pick;
use crate::stores::Folder;

fn check(named: &str, expected: Result<&str, &str>) {
    let folder = |id: &str, name: &str| Folder {
        id: id.to_owned(),
        name: name.to_owned(),
    };
    let folders = [
        folder("1", "New"),
        folder("2", "Closed"),
        folder("3", "closed"),
        folder("4", "\u{c9}T\u{c9}"),
        folder("5", "Twice"),
        folder("6", "Twice"),
    ];
    let picked = pick(&folders, &Destination::Name(named.to_owned()));
    let told = picked
        .as_ref()
        .map(|target| target.0.id.as_str())
        .map_err(crate::Error::code);
    assert_eq!(told, expected, "{named}");
}

#[test]
fn a_folder_is_named_in_any_case_as_long_as_one_is_meant() {
    check("New", Ok("1"));
    check("new", Ok("1"));
    check("\u{e9}t\u{e9}", Ok("4"));
    check("Closed", Ok("2"));
    check("closed", Ok("3"));
    check("CLOSED", Err("VALIDATION_ERROR"));
    check("Twice", Err("VALIDATION_ERROR"));
    check("Old", Err("NOT_FOUND"));
}
