//! How the payment of an order stands.

use crate::identifier::tidy;

#[cfg(test)]
mod tests;

/// That of an order that nobody ships.
const UNPAID: [&str; 4] = ["Voided", "Fully Refunded", "Rejected", "Declined"];

/// The payment of an order that nobody ships, as Order Desk calls it.
pub fn unpaid(payment: &str) -> Option<&'static str> {
    UNPAID
        .into_iter()
        .find(|known| tidy(payment).eq_ignore_ascii_case(known))
}

/// Whether the payment of an order is still to come.
pub fn awaits_payment(payment: &str) -> bool {
    tidy(payment).eq_ignore_ascii_case("Pending")
}
