//! Calls that are not carried out: charged and recorded all the same.

use std::borrow::Cow;

use od_engine::redact::redact_text;
use od_engine::{Anonymous, Call, ClientInfo, Error, Scope, Source};
use rmcp::model::{CallToolRequestParams, CallToolResponse, CallToolResult};
use rmcp::service::RequestContext;
use rmcp::{ErrorData, RoleServer};
use serde_json::Value;

use super::context::client_name;
use super::{Caller, McpServer};
use crate::correlation;
use crate::label::label;

impl McpServer {
    /// Tells that no tool can do it.
    pub(super) async fn unsupported(
        &self,
        error: Error,
        request: &CallToolRequestParams,
        context: &RequestContext<RoleServer>,
        caller: Caller,
    ) -> CallToolResponse {
        let tool = label(&request.name);
        let Some(scope) = caller.scope else {
            return self.nobody(&error, &tool, request, context).await;
        };
        self.refuse(error, &tool, request, &scope, 1).await
    }

    /// Tells that there is no such tool: charged like a read, and recorded, as whoever made the call may make many.
    pub(super) async fn unknown(
        &self,
        request: &CallToolRequestParams,
        context: &RequestContext<RoleServer>,
        caller: Caller,
    ) -> Result<CallToolResponse, ErrorData> {
        let nearest = self.tools.catalog().suggest(&request.name);
        let name = label(&redact_text(&request.name));
        let error = Error::NotFound {
            what: "Tool",
            name: name.clone(),
            nearest: nearest.map(str::to_owned),
            hint: "tools/list shows the tools.",
        };
        let Some(scope) = caller.scope else {
            self.nobody(&error, &name, request, context).await;
            return Err(unknown_tool(&request.name, nearest));
        };
        match self.charge(error, &name, request, &scope, 1).await {
            Error::NotFound { .. } => Err(unknown_tool(&request.name, nearest)),
            limited => Ok(CallToolResult::from(self.tools.refused(&limited, scope.request_id())).into()),
        }
    }

    /// Tells that an answer counts for nothing: charged like a read, and recorded, as whoever sent it may send it many times.
    pub(super) async fn unfit(
        &self,
        told: ErrorData,
        tool: &str,
        request: &CallToolRequestParams,
        scope: &Scope,
    ) -> Result<CallToolResponse, ErrorData> {
        let error = Error::invalid("requestState", told.message.clone());
        match self.charge(error, tool, request, scope, 1).await {
            Error::Invalid(_) => Err(told),
            limited => Ok(CallToolResult::from(self.tools.refused(&limited, scope.request_id())).into()),
        }
    }

    /// Refuses a call without looking at it, charged with `cost` and recorded.
    pub(super) async fn refuse(
        &self,
        error: Error,
        tool: &str,
        request: &CallToolRequestParams,
        scope: &Scope,
        cost: u32,
    ) -> CallToolResponse {
        let error = self.charge(error, tool, request, scope, cost).await;
        CallToolResult::from(self.tools.refused(&error, scope.request_id())).into()
    }

    /// Charges and records a call that ends in `error`. Answers what it ends in: the limit may be used up.
    async fn charge(
        &self,
        error: Error,
        tool: &str,
        request: &CallToolRequestParams,
        scope: &Scope,
        cost: u32,
    ) -> Error {
        let call = recorded(tool, request, cost);
        let work = Box::pin(async { Err(error) });
        let outcome = self.tools.engine().call(scope, call, work).await;
        outcome
            .err()
            .unwrap_or(Error::Internal("a refused call was carried out"))
    }

    /// Refuses a call that nobody signed in for, and records it.
    pub(super) async fn nobody(
        &self,
        error: &Error,
        tool: &str,
        request: &CallToolRequestParams,
        context: &RequestContext<RoleServer>,
    ) -> CallToolResponse {
        let who = Anonymous {
            request_id: correlation::from_traceparent(context.meta.get_traceparent()),
            source: Source::Mcp,
            client: ClientInfo {
                name: client_name(context),
                ..ClientInfo::default()
            },
        };
        let call = recorded(tool, request, 0);
        self.tools.engine().record_refusal(&who, call, error).await;
        CallToolResult::from(self.tools.refused(error, who.request_id)).into()
    }
}

/// A call as it is charged and recorded.
fn recorded(tool: &str, request: &CallToolRequestParams, cost: u32) -> Call {
    Call {
        tool: tool.to_owned(),
        parameters: Value::Object(request.arguments.clone().unwrap_or_default()),
        cost,
        needs: None,
    }
}

fn unknown_tool(name: &str, nearest: Option<&str>) -> ErrorData {
    let suggestion = nearest
        .map(|nearest| format!("; did you mean {nearest}?"))
        .unwrap_or_default();
    ErrorData::invalid_params(Cow::from(format!("Unknown tool: {}{suggestion}", label(name))), None)
}
