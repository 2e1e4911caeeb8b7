use serde_json::{Map, Value, json};

use super::{ChoiceError, Choices};

fn object(value: Value) -> Map<String, Value> {
    serde_json::from_value(value).expect("an object")
}

#[test]
fn every_choice_is_listed_and_can_be_made() {
    let listed = Choices::default().list();
    assert_eq!(listed.len(), Choices::names().count());
    for choice in &listed {
        assert_eq!(choice.value, choice.default, "{}", choice.name);
        assert!(choice.about.len() > 20 && !choice.source.is_empty(), "{choice:?}");
        let mut changed = Choices::default();
        let word = if choice.default { "off" } else { "on" };
        changed.assign(&format!("{}={word}", choice.name)).expect("a choice");
        let differing: Vec<_> = changed
            .list()
            .into_iter()
            .filter(|other| other.value != other.default)
            .map(|other| other.name)
            .collect();
        assert_eq!(differing, [choice.name]);
    }
}

#[test]
fn a_wrong_choice_says_what_there_is() {
    let mut choices = Choices::default();
    let told = |error: ChoiceError| error.to_string();
    let unknown = told(choices.assign("put_moves=on").expect_err("unknown"));
    assert!(
        unknown.starts_with("there is no choice \"put_moves\"; there are: strict_get, "),
        "{unknown}"
    );
    assert!(unknown.contains("put_moves_folder"), "{unknown}");
    assert_eq!(
        told(choices.assign("strict_get=yes").expect_err("no value")),
        "strict_get is on or off, not \"yes\""
    );
    assert_eq!(
        told(choices.assign("strict_get").expect_err("no form")),
        "\"strict_get\" is not NAME=on or NAME=off"
    );
    assert_eq!(choices, Choices::default());
}

#[test]
fn json_makes_all_choices_or_none() {
    let mut choices = Choices::default();
    choices
        .assign_all(&object(json!({ "strict_get": true, "created_is_201": false })))
        .expect("choices");
    assert!(choices.strict_get && !choices.created_is_201);
    let before = choices;
    let wrong = choices.assign_all(&object(json!({ "strict_get": false, "created_is_201": "yes" })));
    assert_eq!(
        wrong.expect_err("no value").to_string(),
        "created_is_201 is on or off, not \"yes\" (in JSON: true or false, \"on\" or \"off\")"
    );
    assert_eq!(choices, before);
    choices
        .assign_all(&object(json!({ "strict_get": "off", "created_is_201": "on" })))
        .expect("words");
    assert!(!choices.strict_get && choices.created_is_201);
}

/// The README lists them as they are here.
#[test]
fn the_readme_lists_every_choice() {
    let rows = Choices::default().list().into_iter().map(|choice| {
        let stands = if choice.default { "on" } else { "off" };
        format!(
            "| `{}` | {stands} | {} | {} |\n",
            choice.name,
            choice.about.replace('|', "\\|"),
            choice.source
        )
    });
    let table: String = rows.collect();
    let expected = format!("| choice | default | on means | what is known |\n|---|---|---|---|\n{table}");
    let readme = include_str!("../../README.md");
    let begun = readme.split_once("<!-- choices -->\n").map(|(_, rest)| rest);
    let stands = begun.and_then(|rest| rest.split_once("<!-- end of choices -->"));
    assert_eq!(
        stands.map(|(stands, _)| stands),
        Some(expected.as_str()),
        "paste this:\n{expected}"
    );
}
