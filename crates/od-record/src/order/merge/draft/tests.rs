use serde_json::{Value, json};

use super::Draft;
use crate::order::fixtures::map;
use crate::order::merge::NoteDefaults;

#[test]
fn an_empty_list_is_put_where_a_list_is_and_nowhere_else() {
    let put = |record: Value, list: &[Value]| {
        let mut draft = Draft::of(map(record), &NoteDefaults::default());
        draft.put_list("order_notes", list.to_vec());
        Value::Object(draft.record)
    };
    let note = || json!({"content": "x"});
    assert_eq!(put(json!({"order_notes": [note()]}), &[]), json!({"order_notes": []}));
    assert_eq!(put(json!({"order_notes": ""}), &[]), json!({"order_notes": ""}));
    assert_eq!(put(json!({"order_notes": null}), &[]), json!({"order_notes": null}));
    assert_eq!(put(json!({}), &[]), json!({}));
    for record in [json!({}), json!({"order_notes": ""}), json!({"order_notes": []})] {
        assert_eq!(put(record, &[note()]), json!({"order_notes": [note()]}));
    }
}
