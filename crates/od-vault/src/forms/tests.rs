use super::{is_browser, new_browser};
use crate::fixtures::root;

#[test]
fn a_token_is_good_for_its_form_in_its_browser_only() {
    let (root, browser, other) = (root(), new_browser(), new_browser());
    let token = root.form_token(&browser, &["sign_in", "a=1"]);
    assert!(root.form_is_ours(&browser, &["sign_in", "a=1"], &token));
    for (browser, form) in [
        (&other, &["sign_in", "a=1"][..]),
        (&browser, &["consent", "a=1"]),
        (&browser, &["sign_in", "a=2"]),
        (&browser, &["sign_in"]),
        (&browser, &["sign_in", "a=", "1"]),
    ] {
        assert!(!root.form_is_ours(browser, form, &token), "{form:?}");
    }
    assert!(!root.form_is_ours(&browser, &["sign_in", "a=1"], ""));
}

#[test]
fn a_browser_is_known_by_what_was_made_for_it_only() {
    let browser = new_browser();
    assert_ne!(browser, new_browser());
    assert!(is_browser(&browser));
    for cookie in ["", "me", &browser[..42], &format!("{browser}A")] {
        assert!(!is_browser(cookie), "{cookie}");
        let token = root().form_token(cookie, &["sign_in"]);
        assert!(!root().form_is_ours(cookie, &["sign_in"], &token), "{cookie}");
    }
}
