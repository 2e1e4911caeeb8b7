use super::*;
use crate::fixtures::root;

fn forms() -> FormTokens {
    FormTokens::of_roots([&root()])
}

#[test]
fn a_token_is_good_for_its_form_in_its_browser_only() {
    let (forms, browser, other) = (forms(), new_browser(), new_browser());
    let token = forms.token(&browser, &["sign_in", "a=1"]);
    assert!(forms.is_ours(&browser, &["sign_in", "a=1"], &token));
    for (browser, form) in [
        (&other, &["sign_in", "a=1"][..]),
        (&browser, &["consent", "a=1"]),
        (&browser, &["sign_in", "a=2"]),
        (&browser, &["sign_in"]),
        (&browser, &["sign_in", "a=", "1"]),
    ] {
        assert!(!forms.is_ours(browser, form, &token), "{form:?}");
    }
    assert!(!forms.is_ours(&browser, &["sign_in", "a=1"], ""));
}

#[test]
fn a_browser_is_known_by_what_was_made_for_it_only() {
    let browser = new_browser();
    assert_ne!(browser, new_browser());
    assert!(is_browser(&browser));
    for cookie in ["", "me", &browser[..42], &format!("{browser}A")] {
        assert!(!is_browser(cookie), "{cookie}");
        let token = forms().token(cookie, &["sign_in"]);
        assert!(!forms().is_ours(cookie, &["sign_in"], &token), "{cookie}");
    }
}

#[test]
fn forms_of_before_are_taken_and_those_of_a_key_of_its_own_only_with_it() {
    let (browser, before, now) = (new_browser(), root(), RootKey::generate());
    let token = FormTokens::of_roots([&before]).token(&browser, &["a"]);
    assert!(FormTokens::of_roots([&now, &before]).is_ours(&browser, &["a"], &token));
    assert!(!FormTokens::of_roots([&now]).is_ours(&browser, &["a"], &token));
    let own = FormTokens::of_key(&"k".repeat(32).into());
    assert!(!own.is_ours(&browser, &["a"], &token));
    assert!(own.is_ours(&browser, &["a"], &own.token(&browser, &["a"])));
}
