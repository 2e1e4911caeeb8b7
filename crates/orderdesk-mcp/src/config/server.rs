//! Settings of the HTTP server.

use std::{net::IpAddr, time::Duration};

use super::observability;
use super::value::{ClientIpHeader, Hosts, Networks, Origins, PublicUrl};

section! {
    /// Where `serve` and `demo` listen, whom they answer, and how long they take.
    Server, "Server";

    /// The address to listen on. Anything but a loopback address is reachable from other machines: put a proxy with
    /// TLS in front.
    HOST => host: IpAddr = "127.0.0.1", example "0.0.0.0";

    /// The port to listen on; 0 takes any free one.
    PORT => port: u16 = "8080", within "0" to "65535", example "9000";

    /// The address clients reach this server at, as they write it, without `/mcp`. Needed behind a proxy: sign-in
    /// challenges and discovery documents carry it, and its host is an allowed host.
    PUBLIC_URL => public_url: Option<PublicUrl>,
        otherwise "http://HOST:PORT",
        example "https://orders.example.com";

    /// Whether the caller's address is taken from the header that CLIENT_IP_HEADER names. Only ever believed from the
    /// peers in TRUSTED_PROXIES, which then also have no bound on their connections of their own.
    TRUST_PROXY => trust_proxy: bool = "false", restricts true, example "true";

    /// The proxies whose forwarding headers are believed when TRUST_PROXY is on.
    TRUSTED_PROXIES => trusted_proxies: Networks = "127.0.0.0/8,::1/128", restricts true, example "10.0.0.0/8,192.168.1.10";

    /// The one header that the proxies write the caller's address into; what a caller sends in any other header is not
    /// believed. `X-Forwarded-For` is read from the right, up to the first address that is none of the proxies. Any other,
    /// such as `CF-Connecting-IP` or `X-Real-IP`, must hold one address, and the proxy must overwrite what came in it.
    CLIENT_IP_HEADER => client_ip_header: ClientIpHeader = "X-Forwarded-For", restricts true, example "CF-Connecting-IP";

    /// Host names that calls of `/mcp` may be addressed to, besides loopback names and the host of PUBLIC_URL. Any other is
    /// refused, which stops web pages from reaching a local server by DNS rebinding. Under these names alone the pages' forms
    /// are taken as well, and without PUBLIC_URL they are what discovery documents repeat. The pages themselves, OAuth's
    /// endpoints for programs, webhooks and `/health` are answered under any name; `/metrics` and `/health/detailed` without
    /// METRICS_TOKEN under names of this machine only.
    ALLOWED_HOSTS => allowed_hosts: Hosts = "", restricts true, example "orders.example.com,orders.internal:8080";

    /// Web origins whose pages may call the server, besides the origin of PUBLIC_URL and those on this machine; browsers
    /// are told so (CORS). Requests without an `Origin` header (every client that is not a web page) are not affected.
    ALLOWED_ORIGINS => allowed_origins: Origins = "", restricts true, example "https://inspector.example.com";

    /// The largest request body that is read, and the longest line over stdio, in bytes.
    MAX_REQUEST_BYTES => max_request_bytes: usize = "4194304", within "1024" to "67108864", restricts true, example "1048576";

    /// How long one call may take until its reply begins, over HTTP and over stdio alike.
    REQUEST_TIMEOUT => request_timeout: Duration = "60", within "1" to "3600", example "30";

    /// How long running work may take to end after Ctrl-C or SIGTERM. Changes that were begun have a minute more, and whoever asked
    /// for them, over HTTP or over stdio, is answered. A second signal ends at once.
    SHUTDOWN_GRACE => shutdown_grace: Duration = "20", within "0" to "600", example "5";
}

impl Server {
    /// Whether callers from elsewhere may seem to be on this machine: PUBLIC_URL tells of a proxy, and nobody said that it writes
    /// whom it brings.
    pub fn has_strangers_on_loopback(&self) -> bool {
        self.public_url.as_ref().is_some_and(|url| !url.is_loopback()) && !self.trust_proxy
    }
}

/// What only a server over HTTP uses.
pub const LISTENING: &[&Setting] = &[
    &HOST,
    &PORT,
    &TRUST_PROXY,
    &TRUSTED_PROXIES,
    &CLIENT_IP_HEADER,
    &ALLOWED_HOSTS,
    &ALLOWED_ORIGINS,
    &observability::ENABLE_METRICS,
    &observability::METRICS_HOST,
    &observability::METRICS_PORT,
    &observability::METRICS_TOKEN,
    &observability::ENABLE_DETAILED_HEALTH,
];
