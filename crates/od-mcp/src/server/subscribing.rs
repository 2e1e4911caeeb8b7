//! Beginning to listen: who may, and with how many streams.

use od_engine::{AuthFailure, Error, Permission, Scope};
use rmcp::model::{ErrorCode, SubscribeRequestParams};
use rmcp::service::{RequestContext, SubscriptionContext};
use rmcp::{ErrorData, RoleServer};
use serde_json::json;
use tracing::Instrument as _;

use super::{Caller, McpServer, listening};
use crate::label::label;

impl McpServer {
    /// A stream of `subscriptions/listen`, until its end.
    pub(super) async fn tell_of_changes(&self, context: SubscriptionContext) -> Result<(), ErrorData> {
        let caller = self.caller(context.request_context())?;
        let scope = self.listener(&caller)?;
        let place = self.tools.engine().webhooks().open_stream(&scope).await;
        let _place = place.map_err(|error| ErrorData::invalid_request(error.to_string(), None))?;
        let telling = Box::pin(listening::tell(self.tools.engine(), scope, &context).instrument(caller.span));
        // The end of the server is told as one: the client listens anew, elsewhere or later.
        let told = self.closing.run_until_cancelled(telling).await;
        told.unwrap_or(Ok(())).map_err(|error| unknown_now(&error))
    }

    /// `resources/subscribe` of the process's one client.
    pub(super) async fn tell_process_of(
        &self,
        request: SubscribeRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<(), ErrorData> {
        let Some(session) = &self.session else {
            let message = "over HTTP there is no stream to tell of changes in this protocol revision: read the resource again, or \
                           use 2026-07-28 and its subscriptions/listen";
            return Err(ErrorData::new(ErrorCode::METHOD_NOT_FOUND, message, None));
        };
        let scope = self.listener(&self.caller(&context)?)?;
        let engine = self.tools.engine();
        let found = listening::order(engine, &scope, &request.uri).await;
        let Some(order) = found.map_err(|error| unknown_now(&error))? else {
            let uri = json!({"uri": label(&request.uri)});
            return Err(ErrorData::resource_not_found(
                "there is no order at this address to listen to",
                Some(uri),
            ));
        };
        let order = (order, request.uri);
        let is_added = session
            .subscriptions()
            .add(engine, scope, &context.peer, session.hung_up().clone(), order);
        if is_added {
            Ok(())
        } else {
            Err(ErrorData::invalid_request(
                "this connection listens to as many orders as it may",
                None,
            ))
        }
    }

    /// Whoever may read orders may listen to them.
    fn listener(&self, caller: &Caller) -> Result<Scope, ErrorData> {
        let Some(scope) = &caller.scope else {
            let error = Error::Unauthenticated(AuthFailure::Missing);
            return Err(ErrorData::invalid_request(error.to_string(), None));
        };
        if self.offers(caller)("orders.get") {
            Ok(scope.clone())
        } else {
            let error = Error::Denied(Permission::OrdersRead);
            Err(ErrorData::invalid_request(error.to_string(), None))
        }
    }
}

/// Whether there is such an order could not be found out: a fault of ours, logged here.
fn unknown_now(error: &Error) -> ErrorData {
    tracing::error!(%error, code = error.code(), "what a client listens to could not be looked up");
    ErrorData::internal_error(format!("{error} {}", error.hint()), None)
}
