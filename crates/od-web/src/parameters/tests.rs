use secrecy::ExposeSecret;

use super::{Parameters, Repeated};

#[test]
fn values_are_read_as_forms_write_them() {
    let read = Parameters::parse(b"a=1+2&b=%E2%82%AC&empty=&flag&a%20b=c");
    assert_eq!(read.one("a"), Ok(Some("1 2")));
    assert_eq!(read.one("b"), Ok(Some("\u{20ac}")));
    assert_eq!(read.one("a b"), Ok(Some("c")));
    for left_out in ["empty", "flag", "none"] {
        assert_eq!(read.one(left_out), Ok(None), "{left_out}");
    }
    assert!(!read.has_repeated());
}

#[test]
fn what_comes_twice_is_found() {
    let read = Parameters::parse(b"a=1&b=2&a=1");
    assert_eq!(read.one("a"), Err(Repeated));
    assert_eq!(read.first("a"), Some("1"));
    assert!(read.has_repeated());
}

#[test]
fn any_bytes_are_read() {
    for bytes in [&b"\xff=\xfe&&&==%%%"[..], b"%zz=%f", b"&", b"="] {
        Parameters::parse(bytes);
    }
}

#[test]
fn values_are_not_shown() {
    let mut read = Parameters::parse(b"master_key=very-secret&step=sign_in");
    assert_eq!(format!("{read:?}"), r#"{"master_key", "step"}"#);
    assert_eq!(read.take("master_key").unwrap().expose_secret(), "very-secret");
    assert_eq!(read.first("master_key"), None);
}
