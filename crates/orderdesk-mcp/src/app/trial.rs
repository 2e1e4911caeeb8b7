//! Trying what was configured, without making anything.

use std::time::Duration;

use od_engine::{
    Clock, DbOptions, Engine, Error, RootKey, UpstreamError, UpstreamOptions, stores::Register, tenants::NewTenant,
};

use super::{
    command_line::command_line,
    options::{options, upstream},
};
use crate::{
    cli::Failure,
    config::{self, Settings},
};

/// An engine with the settings' manners and none of their data: in memory, under a root key of its own.
async fn throw_away(settings: &Settings) -> Result<Engine, Failure> {
    let options = options(settings, RootKey::generate(), DbOptions::default());
    Ok(Engine::open(options, Clock::system()).await?)
}

/// How a trial of a store's credentials ended.
pub enum Trial {
    /// Order Desk accepts them.
    Accepted,
    /// Order Desk answered that they are not right.
    Refused(Failure),
}

/// Whether a tenant and a store of it could be made, and Order Desk accepts the store's credentials: tried in an engine that
/// is thrown away, so nothing is made.
pub async fn try_out(settings: &Settings, tenant: NewTenant, store: Register) -> Result<Trial, Failure> {
    let engine = throw_away(settings).await?;
    let tenant = engine.tenants().create(tenant).await?;
    let scope = command_line(engine.auth().sign_in(&tenant.master_key).await?);
    let registered = engine.stores().register(&scope, store).await;
    engine.shutdown(Duration::from_secs(5)).await;
    let Err(error) = registered else {
        return Ok(Trial::Accepted);
    };
    let hint = registration_hint(settings, &error);
    let refused = matches!(error, Error::Upstream(UpstreamError::Unauthorized));
    let failure = Failure::from(error).with_hint(hint);
    if refused {
        Ok(Trial::Refused(failure))
    } else {
        Err(failure)
    }
}

/// Whether what answers at the configured address is Order Desk's API.
pub async fn try_address(settings: &Settings, timeout: Duration) -> Result<(), Failure> {
    let options = UpstreamOptions {
        timeout,
        ..upstream(&settings.upstream)
    };
    options.probe().await.map_err(|error| match error {
        UpstreamError::Server { .. } => Error::Upstream(error).into(),
        UpstreamError::Rejected { status, .. } if !(300..400).contains(&status) => Failure::failed(format!(
            "something answers (HTTP {status}) that is not recognisably Order Desk"
        ))
        .with_hint(address_hint(settings)),
        _ => Failure::from(Error::Upstream(error)).with_hint(address_hint(settings)),
    })
}

/// Failures that something else than Order Desk's API at the configured address, or nothing at all there, would cause.
fn is_of_the_address(error: &UpstreamError) -> bool {
    matches!(
        error,
        UpstreamError::NotFound
            | UpstreamError::Undecodable { .. }
            | UpstreamError::Network { .. }
            | UpstreamError::Timeout { .. }
            | UpstreamError::Rejected { status: 300..=399, .. }
    )
}

fn address_hint(settings: &Settings) -> String {
    let (name, url) = (
        config::upstream::ORDERDESK_API_BASE_URL.name,
        &settings.upstream.base_url,
    );
    let lacks = if url.as_str().ends_with("/api/v2") {
        ""
    } else {
        " Does /api/v2 lack at its end?"
    };
    format!(
        "The address was {}: check {name}, and that this machine reaches it (network, DNS, firewall, proxy).{lacks}",
        url.as_str()
    )
}

/// What to do when a store that is not registered yet was not accepted.
pub fn registration_hint(settings: &Settings, error: &Error) -> String {
    match error {
        Error::Upstream(upstream) if is_of_the_address(upstream) => address_hint(settings),
        Error::Upstream(UpstreamError::Unauthorized | UpstreamError::Rejected { .. }) => {
            "Check store id and API key in Order Desk under Settings, Store Settings, API.".to_owned()
        }
        other => other.hint().to_owned(),
    }
}
