//! Who acts in a command.

use od_engine::{ActiveStore, ClientInfo, Identity, ProcessStore, RequestId, Scope, Source};

/// The scope of a command for whoever it acts for.
pub(super) fn command_line(identity: Identity) -> Scope {
    let client = ClientInfo {
        name: Some("command line".to_owned()),
        ..ClientInfo::default()
    };
    let active = ActiveStore::Process(ProcessStore::default());
    Scope::new(identity, RequestId::generate(), Source::Cli)
        .with_client(client)
        .with_active_store(active)
}
