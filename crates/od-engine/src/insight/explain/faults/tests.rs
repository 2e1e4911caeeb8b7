use super::*;

#[test]
fn texts_that_tell_of_an_error() {
    for (text, tells) in [
        ("Printful: Order Rejected. Invalid postal code", true),
        ("ShipStation Error: could not connect", true),
        ("Submission failed", true),
        ("SKU MUG-1 couldn\u{2019}t be matched", true),
        ("Item is out of stock", true),
        ("Payment declined", true),
        ("Order Submitted to Printful", false),
        ("Checked, no errors", false),
        ("Finished with 0 errors", false),
        ("Order Moved to Terror Folder", false),
        ("", false),
    ] {
        assert_eq!(tells_of_one(text), tells, "{text}");
    }
}
