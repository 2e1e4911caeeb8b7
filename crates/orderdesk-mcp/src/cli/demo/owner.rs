//! Whose demo it is: the tenant of the master key in its folder, or another one when that key does not work any more.

use std::path::Path;

use od_engine::{CredentialKind, Error, auth::Lifetime, tenants::NewTenant};
use secrecy::SecretString;

use super::keys::{self, DemoKeys};
use crate::{
    app::App,
    cli::{Failure, output},
};

/// Sees to it that the demo's master key signs in. A key that nobody knows makes its tenant. Another key of the same tenant that
/// somebody put into the demo's settings, as after a rotation, takes the place of the one before, whether or not that one still
/// works. For one that ended, or whose tenant was closed, there is a new key for another tenant.
pub async fn settle(app: &App, keys: &mut DemoKeys, folder: Option<&Path>) -> Result<(), Failure> {
    let auth = app.engine.auth();
    let Some(known) = auth.lifetime(&keys.master_key).await? else {
        return make(app, &keys.master_key).await;
    };
    let file = folder.map_or_else(|| keys::FILE.into(), |folder| folder.join(keys::FILE));
    let file = file.display();
    if let Some(key) = folder.and_then(|folder| keys::put_into_settings(folder, keys))
        && let Ok(owner) = auth.sign_in(&key).await
        && owner.kind() == CredentialKind::MasterKey
        && owner.tenant().to_string() == known.tenant_id
    {
        keys.replace_master_key(folder, key)?;
        output::note(&format!(
            "note: the master key in {} is another one of the same tenant than that in {file}: it is used, and that file holds it now.",
            keys::SETTINGS
        ));
        return Ok(());
    }
    match auth.sign_in(&keys.master_key).await {
        Ok(_) => return Ok(()),
        Err(Error::Unauthenticated(_)) => {}
        Err(error) => return Err(error.into()),
    }
    let over = why(&known);
    let key = keys::new_master_key();
    make(app, &key).await?;
    keys.replace_master_key(folder, key)?;
    output::note(&format!(
        "note: the master key in {file} {over}. The demo has a new tenant with a new key now, which that file holds: give it to \
         your clients. The tenant before, {}, stays with its audit log; to have it back, write its present key into that file.",
        known.tenant_id
    ));
    Ok(())
}

/// Why a key is not taken.
fn why(known: &Lifetime) -> String {
    match (&known.ended_at, &known.closed_at) {
        (Some(at), _) => format!("ended at {at} ({})", known.reason.as_deref().unwrap_or("expired")),
        (None, Some(at)) => format!("opens a tenant that is closed since {at}"),
        (None, None) => "is refused".to_owned(),
    }
}

async fn make(app: &App, key: &SecretString) -> Result<(), Failure> {
    let tenants = app.engine.tenants();
    let name = match tenants.list().await?.len() {
        0 => "Demo".to_owned(),
        before => format!("Demo {}", before + 1),
    };
    let new = NewTenant {
        name: Some(name),
        email: None,
        master_key: Some(key.clone()),
    };
    Ok(as_if_alone(tenants.create(new).await)?)
}

/// What an earlier run with the same folder, or one that was cut off, has made already is as good.
pub fn as_if_alone<T>(made: Result<T, Error>) -> Result<(), Error> {
    match made {
        Ok(_) | Err(Error::Duplicate(_)) => Ok(()),
        Err(error) => Err(error),
    }
}
