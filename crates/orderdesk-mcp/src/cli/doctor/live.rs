//! Whether the server that listens at HOST and PORT answers: what a container's health check asks, again and again.

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    time::Duration,
};

use od_engine::{UpstreamOptions, Visit};

use super::{finding::Finding, public_url::is_health_of_ours};
use crate::{
    cli::{Context, Failure},
    config,
};

const CHECK: &str = "server";

/// A container's runtime waits no longer for an answer.
const PATIENCE: Duration = Duration::from_secs(3);

const MOST_BYTES: usize = 4 * 1024;

/// Asks `/health/live`. The other settings are neither read nor judged: they are the server's, not this check's.
pub async fn check(context: &Context) -> Finding {
    match listener(context) {
        Ok(address) => ask(address).await,
        Err(failure) => Finding::failed(CHECK, failure.message(), failure.hint().unwrap_or_default()),
    }
}

fn listener(context: &Context) -> Result<SocketAddr, Failure> {
    let (host, port) = config::listener(&context.sources()?)?;
    Ok(SocketAddr::new(reachable(host), port))
}

/// A server that listens on every address of a machine is asked on the one that never leaves it.
fn reachable(host: IpAddr) -> IpAddr {
    match host {
        IpAddr::V4(host) if host.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(host) if host.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        host => host,
    }
}

async fn ask(address: SocketAddr) -> Finding {
    let options = UpstreamOptions {
        base_url: format!("http://{address}"),
        allow_plain_http: true,
        timeout: PATIENCE,
        connect_timeout: PATIENCE,
        max_reply_bytes: MOST_BYTES,
        ..UpstreamOptions::default()
    };
    let visit = Visit {
        target: "/health/live".to_owned(),
        accept: "application/json",
        posted: None,
    };
    match options.visit(visit).await {
        Ok(page) if page.status == 200 && is_health_of_ours(&page.body) => {
            Finding::ok(CHECK, format!("{address} answers"))
        }
        Ok(page) => Finding::failed(
            CHECK,
            format!("{address}: another server answers (HTTP {})", page.status),
            "HOST and PORT have to be those that `orderdesk-mcp serve` is given.",
        ),
        Err(_) => Finding::failed(
            CHECK,
            format!("{address} does not answer"),
            "Is `orderdesk-mcp serve` running there? Over stdio nothing listens.",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_address_is_asked_on_this_machine() {
        for (host, asked) in [
            ("0.0.0.0", "127.0.0.1"),
            ("::", "::1"),
            ("127.0.0.1", "127.0.0.1"),
            ("10.1.2.3", "10.1.2.3"),
        ] {
            assert_eq!(reachable(host.parse().unwrap()), asked.parse::<IpAddr>().unwrap());
        }
    }
}
