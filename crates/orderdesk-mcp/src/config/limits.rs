//! Settings of the rate limits.

section! {
    /// Each tenant has a token bucket: a read costs 1, a write 2, a batch up to 20. Listing tools costs nothing.
    Limits, "Limits";

    /// How many tokens a tenant gains in a minute.
    RATE_LIMIT_RPM => rpm: u32 = "120", within "1" to "1000000", restricts true, example "300";

    /// How many tokens a tenant can save up.
    RATE_LIMIT_BURST => burst: Option<u32>,
        otherwise "2 x RATE_LIMIT_RPM",
        within "1" to "2000000",
        restricts true,
        example "600";

    /// How often an address, and a tenant, may try to sign in on the pages in a minute. An address may as often ask for a
    /// sign-in link, and an e-mail address gets as many mails at once, then one a minute.
    WEBUI_RATE_LIMIT_LOGIN => webui_login: u32 = "5", within "1" to "10000", restricts true, example "10";

    /// How often an address may sign up in a minute.
    WEBUI_RATE_LIMIT_SIGNUP => webui_signup: u32 = "2", within "1" to "10000", restricts true, example "1";

    /// Calls that a tenant may run from the pages' console in a minute.
    WEBUI_RATE_LIMIT_API_CONSOLE => webui_console: u32 = "30", within "1" to "10000", restricts true, example "60";
}

impl Limits {
    /// How many tokens a tenant can save up, the default worked out.
    pub fn burst_or_default(&self) -> u32 {
        self.burst.unwrap_or(self.rpm.saturating_mul(2))
    }
}
