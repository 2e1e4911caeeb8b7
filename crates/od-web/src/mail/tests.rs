use std::time::Duration;

use od_engine::{Account, Posted, Posting, SignInLink};

use super::{Letter, in_words, letter};

fn link(name: Option<&str>, token: &str) -> SignInLink {
    SignInLink {
        token: token.into(),
        account: account(name),
    }
}

fn account(name: Option<&str>) -> Account {
    Account {
        name: name.map(str::to_owned),
        created_at: "2026-11-29T12:00:00Z".to_owned(),
    }
}

/// All mails about an account of this name that changes its address.
fn about_a_change(name: &str) -> [Letter; 3] {
    let account = || account(Some(name));
    let new = Posted::NewEmail {
        token: "odml_one".into(),
        account: account(),
    };
    [new, Posted::EmailAsked(account()), Posted::EmailChanged(account())].map(worded)
}

fn worded(what: Posted) -> Letter {
    let posting = Posting {
        email: "ada@example.com".to_owned(),
        what,
        good_for: Duration::from_mins(15),
    };
    letter(&posting, "https://orders.example.com/od").unwrap()
}

#[test]
fn a_sign_in_link_is_all_that_is_in_its_mail() {
    let letter = worded(Posted::SignIn(vec![link(Some("Blue Harbor"), "odml_one")]));
    assert_eq!(
        (letter.to.as_str(), letter.subject),
        ("ada@example.com", "Your sign-in link")
    );
    insta::assert_snapshot!(letter.text);
    insta::assert_snapshot!(letter.html);
}

#[test]
fn several_accounts_have_a_link_each() {
    let letter = worded(Posted::SignIn(vec![
        link(Some("Blue Harbor"), "odml_one"),
        link(None, "odml_two"),
        link(Some("Müller & Söhne"), "odml_three"),
    ]));
    insta::assert_snapshot!(letter.text);
    assert!(
        letter.html.contains("Müller &#38; Söhne, made on 2026-11-29: <a href="),
        "{}",
        letter.html
    );
}

/// Whoever signs up with somebody else's address chooses the name.
#[test]
fn a_name_carries_no_message() {
    for name in [
        "<script>alert(1)</script>",
        "https://evil.example/claim",
        "Call evil.example now",
        "Your account was locked go to the other page",
        "Bcc: everybody@example.com",
        "a\r\nSubject: b",
        &"x".repeat(41),
        "  ",
    ] {
        let letter = worded(Posted::SignIn(vec![
            link(Some(name), "odml_one"),
            link(None, "odml_two"),
        ]));
        let name = name.trim();
        let others = about_a_change(name);
        for (letter, times) in [(&letter, 2)]
            .into_iter()
            .chain(others.iter().map(|letter| (letter, 1)))
        {
            for said in [&letter.text, &letter.html] {
                assert!(name.is_empty() || !said.contains(name), "{said}");
                assert_eq!(said.matches("Account made on 2026-11-29").count(), times, "{said}");
                assert!(!said.contains("evil") && !said.contains("alert"), "{said}");
            }
        }
    }
}

#[test]
fn a_sign_up_says_when_there_is_an_account_already() {
    let token = || "odml_one".into();
    let first = worded(Posted::SignUp {
        token: token(),
        has_one: false,
    });
    insta::assert_snapshot!(first.text);
    assert!(!first.html.contains("already"), "{}", first.html);
    let again = worded(Posted::SignUp {
        token: token(),
        has_one: true,
    });
    insta::assert_snapshot!(again.html);
    assert!(
        again
            .text
            .contains("already. You sign in to it at https://orders.example.com/od/login\n"),
        "{}",
        again.text
    );
}

#[test]
fn a_change_of_address_is_told_at_both() {
    for letter in about_a_change("Blue Harbor") {
        insta::assert_snapshot!(letter.subject);
        insta::assert_snapshot!(letter.text);
        insta::assert_snapshot!(letter.html);
    }
}

#[test]
fn mails_load_nothing() {
    let [new, asked, changed] = about_a_change("Blue Harbor");
    let letters = [
        new,
        asked,
        changed,
        worded(Posted::SignIn(vec![link(None, "odml_one"), link(None, "odml_two")])),
        worded(Posted::SignUp {
            token: "odml_one".into(),
            has_one: true,
        }),
    ];
    for letter in letters {
        for loads in ["src=", "<link", "<img", "<script", "url(", "@import", "background"] {
            assert!(!letter.html.contains(loads), "{loads}: {}", letter.html);
        }
        // It goes out as it is, unless a name is in it that needs more.
        assert!(letter.text.is_ascii() && letter.text.lines().all(|line| line.len() < 200));
    }
}

#[test]
fn times_are_told_in_the_largest_unit_that_fits() {
    for (seconds, told) in [
        (900, "15 minutes"),
        (60, "1 minute"),
        (61, "61 seconds"),
        (3600, "1 hour"),
        (86_400, "24 hours"),
    ] {
        assert_eq!(in_words(Duration::from_secs(seconds)), told);
    }
}
