//! All forms of all pages: each acts for the tenant that it was shown to, and for no other that signs in meanwhile.

use std::collections::{BTreeMap, BTreeSet};

use od_engine::{Grants, NewPersonalToken};
use secrecy::SecretString;

use crate::tests::{
    browser::{Browser, Reply},
    house::House,
};

/// Forms that do the same whoever is signed in: what is typed into them says for whom.
const FOR_ANYBODY: [&str; 7] = [
    "/login",
    "/login/link",
    "/login/link/{{ token }}",
    "/settings/email/{{ token }}",
    "/signup/continue",
    "{{ to }}",
    "authorize",
];

/// Where the answers to questions are sent, beside what has a form on another page.
const ASKED: [&str; 3] = ["/keys/revoke-token", "/apps/disconnect", "/sessions/end"];

/// Where the forms of our templates are sent, as the templates have it; of the store's page, where a store stands.
fn in_templates() -> BTreeSet<String> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/templates");
    let files = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    let texts = files
        .filter(|path| path.is_file())
        .map(|path| std::fs::read_to_string(path).unwrap());
    let text: String = texts.collect();
    let forms = text.split("<form ").skip(1).map(|form| form.split('>').next().unwrap());
    let posted = forms.filter(|form| form.contains("method=\"post\""));
    let actions = posted.map(|form| {
        let (_, action) = form.split_once("action=\"").unwrap();
        let action = action.split('"').next().unwrap();
        action
            .replace("{{ layout.base }}", "")
            .replace("{{ orders.base }}", "")
            .replace("{{ address }}", "/stores/90001")
    });
    let actions = actions.filter(|action| action != "{{ question.deed }}");
    actions.chain(ASKED.map(str::to_owned)).collect()
}

/// The forms that a page sends, with their hidden fields.
fn forms(page: &Reply) -> BTreeMap<String, Vec<(String, String)>> {
    let forms = page.body.split("<form method=\"post\" action=\"").skip(1);
    let forms = forms.chain(page.body.split("<form id=\"run\" method=\"post\" action=\"").skip(1));
    let actions = forms.map(|form| form.split('"').next().unwrap().to_owned());
    actions.map(|action| (action.clone(), page.hidden(&action))).collect()
}

async fn walk(who: &mut Browser, paths: &[&str]) -> BTreeMap<String, Vec<(String, String)>> {
    let mut found = BTreeMap::new();
    for path in paths {
        let page = who.get(path).await;
        assert_eq!(page.status, 200, "{path}: {}", page.body);
        found.extend(forms(&page));
    }
    found
}

/// An account of which every page has all its forms.
async fn furnished(house: &House) {
    let scope = house.scope(&house.key).await;
    let new = NewPersonalToken {
        label: "Ada".to_owned(),
        scopes: Grants::DEFAULT,
        stores: None,
        expires_in: None,
    };
    house.engine.tokens().create(&scope, new).await.unwrap();
    super::apps::tests::connected(house, &house.key, "Helper").await;
}

/// Signs in as somebody else in another window of the same browser.
async fn change(who: &mut Browser, house: &House, key: &SecretString) {
    let mut other = house.visitor();
    other.cookies.clone_from(&who.cookies);
    other.cookies.retain(|name, _| name.ends_with("_form"));
    other.sign_in(key).await;
    who.cookies = other.cookies;
}

#[tokio::test]
async fn every_form_acts_for_whom_it_was_shown_to() {
    let house = House::open().await;
    furnished(&house).await;
    let theirs = house.account("Green Gable").await;
    let mut owner = house.owner().await;
    // Another browser, to be signed out.
    house.owner().await;
    // A second key, so that one can be ended.
    super::keys::tests::rotate(&mut owner, &house.key, "7").await;
    let keys = owner.get("/keys").await;
    let (_, rest) = keys.body.split_once("name=\"key_id\" value=\"").unwrap();
    let revoke = format!("/keys/revoke?key_id={}", rest.split('"').next().unwrap());

    let paths = [
        "/",
        "/stores",
        "/stores/new",
        "/stores/90001",
        "/console",
        "/traces",
        "/traces/delete",
        "/keys",
        "/keys/new",
        "/keys/rotate",
        &revoke,
        "/apps",
        "/connect",
        "/sessions",
        "/settings",
    ];
    let mut shown = walk(&mut owner, &paths).await;
    for (page, deed) in ["/keys", "/apps", "/sessions"].into_iter().zip(ASKED) {
        let list = owner.get(page).await;
        shown.extend(forms(&owner.asked(&list, deed).await));
    }
    let mut locked = house.locked().await;
    let unlock = walk(&mut locked, &["/unlock"]).await;
    let seen: BTreeSet<String> = shown.keys().chain(unlock.keys()).cloned().collect();
    let anybodys: BTreeSet<String> = FOR_ANYBODY.map(str::to_owned).into();
    assert_eq!(&in_templates() - &anybodys, seen, "no form was left out");

    let before = house
        .engine
        .stores()
        .list(&house.scope(&house.key).await)
        .await
        .unwrap()
        .data;
    change(&mut locked, &house, &theirs).await;
    let refused = locked.post("/unlock", &unlock["/unlock"]).await;
    refused.shows("You are now signed in as Green Gable.");
    change(&mut owner, &house, &theirs).await;
    for (action, fields) in &shown {
        let refused = owner.post(action, fields).await;
        assert_eq!(refused.status, 403, "{action}: {}", refused.body);
        refused.shows("You are now signed in as Green Gable.");
        refused.shows(">Look again</a>");
    }
    // Whoever is signed in now was not signed out, and the other one lost nothing.
    assert_eq!(owner.get("/keys").await.status, 200);
    let after = house
        .engine
        .stores()
        .list(&house.scope(&house.key).await)
        .await
        .unwrap()
        .data;
    assert_eq!(before, after);

    // Who signs in again as the same one goes on with what the first window shows.
    change(&mut owner, &house, &house.key).await;
    let mut save = shown.remove("/stores/90001").unwrap();
    save.push(("store_name".to_owned(), "Cups".to_owned()));
    let saved = owner.post("/stores/90001", &save).await;
    assert_eq!(saved.status, 303, "{}", saved.body);
}
