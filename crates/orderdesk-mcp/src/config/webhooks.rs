//! Settings of Order Desk's webhooks.

use secrecy::SecretString;

section! {
    /// Order Desk can post an order to an address of this server when something happens to it.
    Webhooks, "Webhooks";

    /// Whether posts are taken. A store's address is made with the tool `stores_webhook`, on its page, or by `orderdesk-mcp store
    /// webhook`; it begins with `PUBLIC_URL`, which Order Desk has to reach.
    ENABLE_WEBHOOKS => enabled: bool = "true", restricts true, example "false";

    /// Part of what those addresses are found by. With another one all of them end at once: webhooks are off until each store's
    /// is enabled again and its new address entered at Order Desk. Nothing else needs it. The same on every replica.
    WEBHOOK_SECRET => secret: Option<SecretString>, within "16" to "256", example "(at least 16 random characters)";
}
