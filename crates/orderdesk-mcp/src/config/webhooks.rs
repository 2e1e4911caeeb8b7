//! Settings of Order Desk's webhooks.

use secrecy::SecretString;

section! {
    /// Order Desk can post an order to a URL when something happens to it.
    Webhooks, "Webhooks";

    /// Whether posted orders are taken in.
    ENABLE_WEBHOOKS => enabled: bool = "true", example "false";

    /// A secret mixed into the addresses that stores post to.
    WEBHOOK_SECRET => secret: Option<SecretString>, within "16" to "256", example "(at least 16 random characters)";
}
