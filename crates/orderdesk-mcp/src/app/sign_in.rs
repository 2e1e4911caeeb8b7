//! Signing in from the command line: who is refused is told what is known of the key, and where it was looked for.

use od_engine::{AuthFailure, CredentialKind, Error, Scope, auth::Lifetime};
use secrecy::SecretString;

use super::{App, command_line::command_line};
use crate::{
    cli::{Failure, LOST_KEY},
    config::{self, Fault},
};

impl App {
    /// Signs in for a command, whatever store is configured as the default. Who is not known is told where was looked: the key may
    /// be right and the database the wrong one.
    pub async fn sign_in_plainly(&self, key: &SecretString) -> Result<Scope, Failure> {
        match self.engine.auth().sign_in(key).await {
            Ok(identity) => Ok(command_line(identity)),
            Err(error) => Err(self.refused(key, error).await),
        }
    }

    /// A configured master key that opens nothing is a fault of the configuration; anything else is the engine's to tell.
    pub async fn refused_key(&self, key: &SecretString, error: Error) -> Failure {
        let is_its_fault = matches!(error, Error::Unauthenticated(_));
        let told = self.refused(key, error).await;
        if !is_its_fault {
            return told;
        }
        let name = config::tenants::MCP_MASTER_KEY.name;
        Failure::from(Fault::new(name, format!("is refused. {}", told.message())))
            .with_hint(told.hint().unwrap_or_default())
    }

    /// A refusal, with what the database knows of the key, or which database knows nothing of it.
    pub async fn refused(&self, key: &SecretString, error: Error) -> Failure {
        if !matches!(
            error,
            Error::Unauthenticated(AuthFailure::Unknown | AuthFailure::UnknownToken)
        ) {
            return error.into();
        }
        let what = match CredentialKind::of(key) {
            Some(CredentialKind::MasterKey) => "master key",
            _ => "token",
        };
        match self.engine.auth().lifetime(key).await {
            Ok(Some(known)) => over(what, &known).unwrap_or_else(|| self.looked_here(error)),
            Ok(None) => self.looked_here(error),
            Err(error) => error.into(),
        }
    }

    /// A refusal with the database that was looked in.
    fn looked_here(&self, error: Error) -> Failure {
        let failure = Failure::from(error);
        let hint = format!(
            "The database looked in is {} (DATABASE_URL). {}",
            self.place,
            failure.hint().unwrap_or_default()
        );
        failure.with_hint(hint.trim())
    }
}

/// What is said of a credential whose time is over, or whose tenant is closed.
fn over(what: &str, known: &Lifetime) -> Option<Failure> {
    let code = Error::Unauthenticated(AuthFailure::Unknown).code();
    let tenant = &known.tenant_id;
    if let Some(at) = &known.ended_at {
        let why = known.reason.as_deref().unwrap_or("expired");
        let failure = Failure::failed(format!(
            "This {what} does not work any more: it ended at {at} ({why}). ({code})"
        ));
        return Some(failure.with_hint(if what == "token" {
            format!("Another one takes its place: `orderdesk-mcp token create`, with a master key of tenant {tenant}.")
        } else {
            format!(
                "Use the key that took its place: `orderdesk-mcp tenant keys --tenant {tenant}` lists those that work. {LOST_KEY}"
            )
        }));
    }
    let at = known.closed_at.as_ref()?;
    let failure = Failure::failed(format!(
        "This {what} does not work now: its tenant {tenant} is closed since {at}. ({code})"
    ));
    Some(failure.with_hint(format!(
        "`orderdesk-mcp tenant reopen --tenant {tenant}` gives the tenant back."
    )))
}
