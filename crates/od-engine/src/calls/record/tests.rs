use super::*;
use crate::consent::Deed;
use crate::outcome::StoreRef;

#[test]
fn a_question_is_recorded_without_what_it_tells_of_the_customer() {
    let check = |error: &Error, expected: &str| assert_eq!(message(error), expected);
    let shop = StoreRef {
        store_id: "90001".to_owned(),
        store_name: "Mug Shop".to_owned(),
    };
    let deed = Deed::one("orders.delete", &shop, &["1"]);
    let effects = "Deleting order 1 (customer \"Ada Byron\")".to_owned();
    check(
        &Error::ConfirmationRequired { effects, deed },
        "Nothing was done: this needs a confirmation.",
    );
    let until = "2026-03-02T15:14:05Z".to_owned();
    check(
        &Error::Declined { until },
        "A person declined this. It is refused until 2026-03-02T15:14:05Z, whatever the arguments are. Nothing was done.",
    );
}
