//! Who sends a request over HTTP.

use std::sync::{Arc, OnceLock};

use od_engine::{ClientInfo, Delivery, Identity, Permission, RequestId, Scope, Source};
use tracing::Span;

use crate::catalog::Narrowing;
use crate::reply::ReplyMode;

/// Who sent a request; travels with it through the protocol library.
#[derive(Clone)]
pub(crate) struct HttpCaller {
    pub identity: Identity,
    pub request_id: RequestId,
    pub(super) client: ClientInfo,
    /// What path and headers leave of the catalog.
    pub narrowing: Narrowing,
    /// In which copies it is answered; as the operator has it when neither path nor headers say.
    pub reply: Option<ReplyMode>,
    /// The request's span: the protocol library runs handlers in tasks of its own.
    pub span: Span,
    /// What becomes of the answer.
    pub(super) delivery: Delivery,
    /// Whether the client takes a stream of messages as a reply.
    pub takes_stream: bool,
    /// What the answer says the credential lacks: the status of the reply tells that, too.
    pub lacking: Lacking,
}

/// A permission that a call was refused for want of; noted where the answer is made, and read where it is sent.
#[derive(Clone, Debug, Default)]
pub(crate) struct Lacking(Arc<OnceLock<Permission>>);

impl Lacking {
    /// Notes it. The first one stays.
    pub(crate) fn note(&self, permission: Permission) {
        self.0.get_or_init(|| permission);
    }

    pub(super) fn get(&self) -> Option<Permission> {
        self.0.get().copied()
    }
}

impl HttpCaller {
    /// The scope of the request's call. The active store belongs to the credential: there are no sessions.
    pub(crate) fn scope(&self, client_name: Option<String>) -> Scope {
        let client = ClientInfo {
            name: client_name,
            ..self.client.clone()
        };
        Scope::new(self.identity.clone(), self.request_id, Source::Mcp)
            .with_client(client)
            .with_delivery(self.delivery.clone())
    }
}
