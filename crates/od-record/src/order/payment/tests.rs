use super::unpaid;

#[test]
fn an_order_that_nobody_pays_is_called_as_order_desk_calls_it() {
    assert_eq!(unpaid("Voided"), Some("Voided"));
    assert_eq!(unpaid(" fully refunded "), Some("Fully Refunded"));
    assert_eq!(unpaid("Partially Refunded"), None);
    assert_eq!(unpaid("Captured"), None);
    assert_eq!(unpaid(""), None);
}
