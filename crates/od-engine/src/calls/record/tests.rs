use super::*;

#[test]
fn a_question_is_recorded_without_what_it_tells_of_the_customer() {
    let check = |error: &Error, expected: &str| assert_eq!(message(error), expected);
    let effects = "Deleting order 1 (customer \"Ada Byron\")".to_owned();
    check(
        &Error::ConfirmationRequired { effects },
        "Nothing was done: this needs a confirmation.",
    );
    check(&Error::Declined, "The user declined. Nothing was done.");
}
