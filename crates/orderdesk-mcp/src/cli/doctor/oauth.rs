//! `doctor --oauth URL`: plays a client that was given nothing but the URL, step by step up to the sign-in page, and says
//! where it is stopped, and why. It needs no settings, so it can be run from anywhere; it signs in nowhere.

mod address;
mod authorization;
mod challenge;
mod foreign;
mod metadata;
mod steps;
#[cfg(test)]
mod tests;
mod visitor;

use std::time::Duration;

pub use self::address::Address;
use self::visitor::Visitor;
use super::finding::Finding;

/// Every step that can be taken: one that fails does not hide what is wrong further on.
pub async fn check(address: &Address, patience: Duration) -> Vec<Finding> {
    let visitor = Visitor { address, patience };
    let mut findings = vec![address.judge()];
    match visitor.knock().await {
        Ok(challenged) => findings.push(challenged),
        // The same would be said of each step.
        Err(reason) => {
            findings.push(reason);
            return findings;
        }
    }
    findings.push(visitor.listen().await);
    let (finding, issuer) = visitor.read_resource().await;
    findings.push(finding);
    let (finding, server) = visitor.read_server(issuer).await;
    findings.push(finding);
    let Some(server) = server else {
        let rest = [
            authorization::REGISTRATION,
            authorization::SIGN_IN,
            authorization::TOKEN,
        ];
        findings.extend(rest.map(|check| Finding::skipped(check, "needs the document of the authorization server")));
        return findings;
    };
    let (finding, client) = visitor.register(&server).await;
    findings.push(finding);
    findings.push(visitor.sign_in(&server, client).await);
    findings.push(visitor.ask_for_token(&server).await);
    findings
}
