//! Settings of the calls to Order Desk.

use std::time::Duration;

use super::value::ServiceUrl;

section! {
    /// How Order Desk is called. It grants each store a bucket of 20 requests that refills at 3 a second; the program
    /// stays inside it so that no call is refused.
    Upstream, "Order Desk";

    /// The address of the Order Desk API. Another one is only ever useful with the simulator.
    ORDERDESK_API_BASE_URL => base_url: ServiceUrl = "https://app.orderdesk.me/api/v2",
        restricts true,
        example "http://127.0.0.1:8090/api/v2";

    /// Whether ORDERDESK_API_BASE_URL may be plain http on another machine, such as a simulator in the same container
    /// network. Every request carries an API key, so never over a network that others share.
    ORDERDESK_ALLOW_PLAIN_HTTP => allow_plain_http: bool = "false", example "true";

    /// How long one call may take.
    HTTP_TIMEOUT => timeout: Duration = "30", within "1" to "600", example "15";

    /// How long a connection may take to open.
    HTTP_CONNECT_TIMEOUT => connect_timeout: Duration = "10", within "1" to "120", example "5";

    /// How often a failed call is repeated, where repeating is safe. A refusal for want of tokens does not count.
    HTTP_MAX_RETRIES => max_retries: u32 = "3", within "0" to "10", example "1";

    /// How many requests a store's bucket holds.
    ORDERDESK_BUCKET_SIZE => bucket_size: u32 = "20", within "1" to "10000", restricts true, example "20";

    /// How many requests a store's bucket regains in a second.
    ORDERDESK_REFILL_PER_SECOND => refill_per_second: f64 = "3", within "0.01" to "10000", restricts true, example "3";

    /// The share of the bucket's capacity that is used; the rest is left to other programs with the same key. The
    /// refill is used in full.
    ORDERDESK_HEADROOM => headroom: f64 = "0.8", within "0.05" to "1", restricts true, example "0.5";

    /// The longest a call waits for its turn before it is refused with an estimate.
    ORDERDESK_MAX_WAIT => max_wait: Duration = "30", within "0" to "600", example "10";

    /// The largest reply that is read, in megabytes.
    ORDERDESK_MAX_REPLY_MB => max_reply_mb: usize = "32", within "1" to "512", example "64";
}
