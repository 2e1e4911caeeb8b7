//! Settings of tests against a real account.

use secrecy::SecretString;

section! {
    /// `orderdesk-mcp doctor` can try a real store's credentials without a tenant.
    LiveTests, "Live tests";

    /// Whether the store below is tried.
    ORDERDESK_TEST_ENABLED => enabled: bool = "false", example "true";

    /// The Order Desk id of the store.
    ORDERDESK_TEST_STORE_ID => store_id: Option<String>, within "1" to "20", example "12345";

    /// The API key of the store.
    ORDERDESK_TEST_API_KEY => api_key: Option<SecretString>, within "1" to "256", example "(the store's API key)";
}
