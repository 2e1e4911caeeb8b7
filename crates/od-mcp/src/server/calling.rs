//! A call of a tool: which it is, how the client spelled it, and the one call that signs a process in.

use od_engine::{AuthFailure, ClientInfo, Error};
use rmcp::model::{CallToolRequestParams, CallToolResponse};
use rmcp::service::RequestContext;
use rmcp::{ErrorData, RoleServer};
use serde_json::Value;

use super::context::{client_name, delivered};
use super::{Caller, McpServer};
use crate::arguments::{self, Shaped};
use crate::catalog::Entry;
use crate::correlation;
use crate::stdio::StdioSession;
use crate::tools::SIGN_IN;
use crate::unsupported;

impl McpServer {
    pub(super) async fn call(
        &self,
        mut request: CallToolRequestParams,
        context: &RequestContext<RoleServer>,
        mut caller: Caller,
    ) -> Result<CallToolResponse, ErrorData> {
        let Some(entry) = self.tools.catalog().find(&request.name) else {
            if let Some(error) = unsupported::find(&request.name) {
                return Ok(self.unsupported(error, &request, context, caller).await);
            }
            return self.unknown(&request, context, caller).await;
        };
        // From here on nobody sees how the client spelled them: what is asked, bound, recorded and done is the same.
        let shaped = arguments::shape(&entry.spec, request.arguments.take().unwrap_or_default());
        request.arguments = Some(shaped.arguments.clone());
        if let Some(session) = self.session.as_ref().filter(|_| entry.spec.name == SIGN_IN)
            && let Some(refusal) = self
                .sign_in(session, entry, &request, &shaped, context, &mut caller)
                .await
        {
            return Ok(refusal);
        }
        let Some(scope) = caller.scope else {
            let error = Error::Unauthenticated(AuthFailure::Missing);
            return Ok(self.nobody(&error, entry.spec.name, &request, context).await);
        };
        self.carry_out(
            entry,
            &request,
            &shaped,
            context,
            scope,
            (&caller.narrowing, caller.reply),
        )
        .await
    }

    /// Signs the process in with the key of a sign-in call whose arguments are in order; the call then confirms it. The first
    /// key stays.
    /// Answers with the refusal when the key is nobody's.
    async fn sign_in(
        &self,
        session: &StdioSession,
        entry: &Entry,
        request: &CallToolRequestParams,
        shaped: &Shaped,
        context: &RequestContext<RoleServer>,
        caller: &mut Caller,
    ) -> Option<CallToolResponse> {
        // Whoever is signed in stays so: the call confirms that, as over HTTP.
        if caller.scope.is_some() {
            return None;
        }
        let arguments = match arguments::check(entry, shaped.clone()) {
            Ok(arguments) => arguments,
            Err(problems) => {
                return Some(
                    self.nobody(&Error::Invalid(problems), entry.spec.name, request, context)
                        .await,
                );
            }
        };
        let key = arguments
            .get("master_key")
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned()
            .into();
        if let Err(error) = session.sign_in(&self.tools, &key).await {
            return Some(self.nobody(&error, entry.spec.name, request, context).await);
        }
        let request_id = correlation::from_traceparent(context.meta.get_traceparent());
        caller.scope = session.scope(
            request_id,
            ClientInfo {
                name: client_name(context),
                ..ClientInfo::default()
            },
        );
        caller.scope = caller.scope.take().map(|scope| delivered(scope, context));
        None
    }
}
