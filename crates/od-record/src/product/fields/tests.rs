use serde_json::{Value, json};

use super::judge_new;
use crate::order::fixtures::map;

#[test]
fn what_a_new_item_lacks_is_told_and_the_id_of_another_is_refused() {
    let told = |given: Value| {
        let problems = judge_new(&map(given), "/product");
        problems
            .into_iter()
            .map(|problem| format!("{} {}", problem.path, problem.message))
            .collect::<Vec<_>>()
    };
    let lacks = |name: &str| format!("/product/{name} is missing: an inventory item needs a name and a code");
    assert_eq!(told(json!({"name": "Mug", "code": "MUG"})), Vec::<String>::new());
    for blank in [json!({}), json!({"name": " ", "code": null})] {
        assert_eq!(told(blank), [lacks("name"), lacks("code")]);
    }
    assert_eq!(
        told(json!({"name": "Mug", "code": 7})),
        ["/product/code must be text, or null to blank it"]
    );
    let of_another = told(json!({"id": 610_077, "name": "Mug", "code": "MUG"}));
    assert_eq!(of_another.len(), 1, "{of_another:?}");
    assert!(
        of_another[0]
            .starts_with("/product/id is the id of one that is there or was. To change that one use products_update"),
        "{of_another:?}"
    );
}
