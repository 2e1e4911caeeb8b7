use super::own_path;

#[test]
fn only_paths_of_this_server_are_gone_to() {
    let check = |next: &str, expected: &str| assert_eq!(own_path(next), expected, "{next:?}");
    check("/stores?done=added", "/stores?done=added");
    check("/traces/abc", "/traces/abc");
    check("", "/");
    for elsewhere in [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example/",
        "\\\\evil.example",
        "/\t/evil.example",
        "/..//evil.example/",
        "javascript:alert(1)",
        "stores",
        "http://here.invalid/stores",
    ] {
        check(elsewhere, "/");
    }
}
