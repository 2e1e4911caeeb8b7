//! The protocol's side of the door: what rmcp asks of a server, for both protocol eras.

use std::sync::Arc;

use od_engine::{AuthFailure, ClientInfo, Error, Permission, Scope};
use rmcp::model::{
    CacheScope, CallToolRequestMethod, CallToolRequestParams, CallToolResponse, CompleteRequestParams, CompleteResult,
    CompletionInfo, ConstString, ContentBlock, CustomRequest, CustomResult, DiscoverResult, ErrorCode,
    GetPromptRequestParams, GetPromptResponse, Implementation, InitializeRequestParams, InitializeResult,
    ListPromptsResult, ListResourceTemplatesResult, ListResourcesResult, ListToolsResult, PaginatedRequestParams,
    ReadResourceRequestParams, ReadResourceResponse, ReadResourceResult, ServerCapabilities, ServerConfig,
    SubscribeRequestParams, SubscriptionFilter, Tool, UnsubscribeRequestParams,
};
use rmcp::service::{RequestContext, SubscriptionContext};
use rmcp::{ErrorData, RoleServer, ServerHandler};
use tokio_util::sync::CancellationToken;
use tracing::{Instrument, Span};

use crate::catalog::{Entry, Narrowing};
use crate::completion::{self, Typing};
use crate::confirm::Confirmations;
use crate::correlation;
use crate::dispatch::Tools;
use crate::http::{HttpCaller, Lacking};
use crate::label::label;
use crate::prompts;
use crate::reply::ReplyMode;
use crate::resources::{self, Address, REPORT_TOOL, Record};
use crate::stdio::StdioSession;

mod asking;
mod calling;
mod context;
mod listening;
mod progress;
mod refusing;
mod reports;
mod subscribing;

use context::{client_name, delivered, knows_links, name_of, traced};
pub(crate) use listening::Subscriptions;
use progress::Telling;

/// How long a client may keep the list of tools, in milliseconds: it depends on the credential and on settings.
const TOOLS_TTL: u64 = 5 * 60 * 1000;
/// How long a client may keep what belongs to a connection, in milliseconds.
const RESOURCES_TTL: u64 = 30 * 1000;
/// How long a client may keep what is the same for everybody, in milliseconds.
const PUBLIC_TTL: u64 = 60 * 60 * 1000;
/// What a model is told once. Names are spelled as listed by default; both spellings work.
const INSTRUCTIONS: &str = include_str!("server/instructions.md");

/// One connection's handler. Cheap to clone: over HTTP every request gets its own.
#[derive(Clone)]
pub(crate) struct McpServer {
    tools: Tools,
    confirmations: Confirmations,
    /// Over stdio the process has one caller; over HTTP each request brings its own.
    session: Option<Arc<StdioSession>>,
    /// Ends what only waits for news.
    closing: CancellationToken,
}

/// Who asks, and for what part of the catalog.
struct Caller {
    /// `None` until somebody signed in, over stdio.
    scope: Option<Scope>,
    narrowing: Narrowing,
    reply: ReplyMode,
    span: Span,
    /// Whether messages can come before the answer.
    takes_stream: bool,
    /// Where it is noted that the credential lacks a permission, over HTTP.
    lacking: Option<Lacking>,
}

impl McpServer {
    pub(crate) fn over_http(tools: Tools, confirmations: Confirmations, closing: CancellationToken) -> Self {
        Self {
            tools,
            confirmations,
            session: None,
            closing,
        }
    }

    pub(crate) fn over_stdio(tools: Tools, confirmations: Confirmations, session: Arc<StdioSession>) -> Self {
        Self {
            tools,
            confirmations,
            closing: session.hung_up().clone(),
            session: Some(session),
        }
    }

    fn caller(&self, context: &RequestContext<RoleServer>) -> Result<Caller, ErrorData> {
        if let Some(session) = &self.session {
            let request_id = correlation::from_traceparent(context.meta.get_traceparent());
            let traced = tracing::info_span!(
                target: "otel",
                "request",
                %request_id,
                traceparent = context.meta.get_traceparent()
            );
            let span = tracing::info_span!(parent: &traced, "mcp", %request_id);
            let client = ClientInfo {
                name: client_name(context),
                ..ClientInfo::default()
            };
            // The library cancels it when the client takes the request back.
            let scope = session.scope(request_id, client);
            return Ok(Caller {
                scope: scope.map(|scope| delivered(scope, context).while_wanted(context.ct.clone())),
                narrowing: Narrowing::none(),
                reply: self.tools.reply(),
                span,
                takes_stream: true,
                lacking: None,
            });
        }
        let parts = context.extensions.get::<http::request::Parts>();
        let Some(caller) = parts.and_then(|parts| parts.extensions.get::<HttpCaller>()) else {
            return Err(ErrorData::internal_error("the request lost its caller", None));
        };
        // What a request says of its client: where it says nothing, the library would tell its own name.
        let client = context.meta.client_info().and_then(|client| name_of(&client));
        // The library cancels it when the connection ends before the answer is there.
        let scope = caller.scope(client).while_wanted(context.ct.clone());
        Ok(Caller {
            scope: Some(scope),
            narrowing: caller.narrowing.clone(),
            reply: caller.reply.unwrap_or_else(|| self.tools.reply()),
            span: traced(
                caller,
                parts.map(|parts| &parts.headers),
                context.meta.get_traceparent(),
            ),
            takes_stream: caller.takes_stream,
            lacking: Some(caller.lacking.clone()),
        })
    }

    /// The permission that a tool needs and the caller's credential lacks, and where that is noted over HTTP. A tool that the
    /// connection itself leaves out is another matter: more rights would not help.
    fn beyond_grants(&self, tool: &str, caller: &Caller) -> Option<(Lacking, Permission)> {
        let lacking = caller.lacking.clone()?;
        let entry = self.tools.catalog().find(tool)?;
        let lacks = entry.spec.lacks(caller.scope.as_ref()?.identity().grants())?;
        self.tools.offers(tool, &caller.narrowing).then_some((lacking, lacks))
    }

    fn visible(&self, caller: &Caller) -> Vec<&Entry> {
        let grants = caller.scope.as_ref().map(|scope| scope.identity().grants());
        self.tools.visible(&caller.narrowing, grants)
    }

    /// Says whether a tool, by dotted name, is there for the caller.
    fn offers(&self, caller: &Caller) -> impl Fn(&str) -> bool + use<'_> {
        let names: Vec<&str> = self.visible(caller).into_iter().map(|entry| entry.spec.name).collect();
        move |tool| names.contains(&tool)
    }

    /// Reads a resource: a page about this server, or a record through the tool that reads it.
    async fn read(&self, uri: &str, caller: Caller) -> Result<ReadResourceResult, ErrorData> {
        let missing = || resources::missing(uri);
        let address = Address::parse(uri).ok_or_else(missing)?;
        let visible = self.visible(&caller);
        if let Some(page) = resources::page(&address, uri, &visible) {
            return Ok(page);
        }
        let (tool, arguments) = match address {
            Address::Record(Record { tool, arguments }) => (tool, arguments),
            Address::Report(id) => {
                let is_seen = visible.iter().any(|entry| entry.spec.name == REPORT_TOOL);
                return match &caller.scope {
                    Some(scope) if is_seen => self.read_report(scope, &caller.narrowing, &id, uri).await,
                    _ => Err(missing()),
                };
            }
            Address::Tools | Address::Api => return Err(missing()),
        };
        let entry = visible
            .iter()
            .find(|entry| entry.spec.name == tool)
            .ok_or_else(missing)?;
        let Some(scope) = &caller.scope else {
            let error = Error::Unauthenticated(AuthFailure::Missing);
            return Err(ErrorData::invalid_request(error.to_string(), None));
        };
        let answer = self.tools.call(scope, &caller.narrowing, entry, arguments).await;
        let Some(code) = answer.code() else {
            return Ok(resources::record(&answer.envelope, uri));
        };
        let code = code.to_owned();
        // The envelope says what happened and what to do, for people and programs alike.
        let mut told = answer.envelope;
        told.insert("uri".to_owned(), label(uri).into());
        Err(match code.as_str() {
            "NOT_FOUND" => ErrorData::resource_not_found("there is no such resource", Some(told.into())),
            "VALIDATION_ERROR" => ErrorData::invalid_params("there can be no such resource", Some(told.into())),
            _ => ErrorData::internal_error("the resource could not be read", Some(told.into())),
        })
    }
}

impl ServerHandler for McpServer {
    fn get_info(&self) -> ServerConfig {
        ServerConfig::new(capabilities())
            .with_server_info(Implementation::new("orderdesk", env!("CARGO_PKG_VERSION")).with_title("Order Desk"))
            .with_instructions(INSTRUCTIONS)
    }

    /// Over HTTP an earlier revision has no stream that could tell a subscriber anything.
    async fn initialize(
        &self,
        request: InitializeRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<InitializeResult, ErrorData> {
        context.peer.set_peer_info(request.clone());
        let mut result = self.negotiate_initialize(&request)?;
        if self.session.is_none()
            && let Some(resources) = &mut result.capabilities.resources
        {
            resources.subscribe = None;
        }
        Ok(result)
    }

    async fn discover(&self, _: RequestContext<RoleServer>) -> Result<DiscoverResult, ErrorData> {
        Ok(
            DiscoverResult::from_server_info(self.supported_protocol_versions().into_owned(), self.get_info())
                .with_ttl_ms(PUBLIC_TTL)
                .with_cache_scope(CacheScope::Public),
        )
    }

    /// Used by the transport to check the headers that repeat arguments.
    fn get_tool(&self, name: &str) -> Option<Tool> {
        self.tools.catalog().find(name).map(|entry| entry.listed.clone())
    }

    async fn list_tools(
        &self,
        request: Option<PaginatedRequestParams>,
        context: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        one_page(request.as_ref())?;
        let caller = self.caller(&context)?;
        let tools = self
            .visible(&caller)
            .into_iter()
            .map(|entry| caller.reply.list(&entry.listed))
            .collect();
        Ok(ListToolsResult::with_all_items(tools)
            .with_ttl_ms(TOOLS_TTL)
            .with_cache_scope(CacheScope::Private))
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let mut caller = self.caller(&context)?;
        let telling = if caller.takes_stream {
            Telling::wanted(&mut caller.scope, &context)
        } else {
            None
        };
        // The transport runs handlers in tasks of its own: without this the logs of a call lose its request id.
        let span = caller.span.clone();
        let beyond = self.beyond_grants(&request.name, &caller);
        // Boxed: the library moves the future of a request from task to task.
        let reply = caller.reply;
        let call = Box::pin(self.call(request, &context, caller).instrument(span));
        let mut response = match telling {
            Some(telling) => Box::pin(telling.during(call)).await?,
            None => call.await?,
        };
        if let Some((lacking, permission)) = beyond
            && is_denied(&response)
        {
            lacking.note(permission);
        }
        reply.leave(&mut response);
        if let CallToolResponse::Complete(result) = &mut response
            && !knows_links(&context)
        {
            result
                .content
                .retain(|block| !matches!(block, ContentBlock::ResourceLink(_)));
        }
        Ok(response)
    }

    async fn list_prompts(
        &self,
        request: Option<PaginatedRequestParams>,
        context: RequestContext<RoleServer>,
    ) -> Result<ListPromptsResult, ErrorData> {
        one_page(request.as_ref())?;
        let caller = self.caller(&context)?;
        Ok(ListPromptsResult::with_all_items(prompts::list(&self.offers(&caller)))
            .with_ttl_ms(TOOLS_TTL)
            .with_cache_scope(CacheScope::Private))
    }

    async fn get_prompt(
        &self,
        request: GetPromptRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<GetPromptResponse, ErrorData> {
        let caller = self.caller(&context)?;
        prompts::get(
            self.tools.catalog(),
            &self.offers(&caller),
            &request.name,
            &request.arguments.unwrap_or_default(),
        )
        .map(GetPromptResponse::from)
        .map_err(|message| ErrorData::invalid_params(message, None))
    }

    async fn complete(
        &self,
        request: CompleteRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CompleteResult, ErrorData> {
        let Caller {
            scope: Some(scope),
            narrowing,
            span,
            ..
        } = self.caller(&context)?
        else {
            return Ok(CompleteResult::default());
        };
        let store = request.context.as_ref().and_then(|chosen| chosen.get_argument("store"));
        let typing = Typing {
            argument: &request.argument.name,
            typed: &request.argument.value,
            store: store.map(String::as_str),
        };
        // Boxed like all that calls tools: a request's future has room for the largest of its methods, and is moved a dozen
        // times whichever it is.
        let completed = Box::pin(completion::complete(&self.tools, &scope, &narrowing, &typing));
        let mut values = completed.instrument(span).await;
        let total = u32::try_from(values.len()).ok();
        let more = values.len() > CompletionInfo::MAX_VALUES;
        values.truncate(CompletionInfo::MAX_VALUES);
        let values = CompletionInfo::with_pagination(values, total, more);
        Ok(CompleteResult::new(
            values.map_err(|message| ErrorData::internal_error(message, None))?,
        ))
    }

    async fn list_resources(
        &self,
        request: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListResourcesResult, ErrorData> {
        one_page(request.as_ref())?;
        Ok(ListResourcesResult::with_all_items(resources::list())
            .with_ttl_ms(RESOURCES_TTL)
            .with_cache_scope(CacheScope::Private))
    }

    async fn list_resource_templates(
        &self,
        request: Option<PaginatedRequestParams>,
        context: RequestContext<RoleServer>,
    ) -> Result<ListResourceTemplatesResult, ErrorData> {
        one_page(request.as_ref())?;
        let caller = self.caller(&context)?;
        let templates = resources::templates(&self.visible(&caller));
        Ok(ListResourceTemplatesResult::with_all_items(templates)
            .with_ttl_ms(TOOLS_TTL)
            .with_cache_scope(CacheScope::Private))
    }

    async fn read_resource(
        &self,
        request: ReadResourceRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<ReadResourceResponse, ErrorData> {
        let caller = self.caller(&context)?;
        let span = caller.span.clone();
        let resource = Box::pin(self.read(&request.uri, caller).instrument(span)).await?;
        Ok(resource
            .with_ttl_ms(RESOURCES_TTL)
            .with_cache_scope(CacheScope::Private)
            .into())
    }

    fn accepted_subscription_filter(&self, requested: &SubscriptionFilter) -> Option<SubscriptionFilter> {
        Some(listening::accepted(requested))
    }

    async fn listen(&self, context: SubscriptionContext) -> Result<(), ErrorData> {
        self.tell_of_changes(context).await
    }

    async fn subscribe(
        &self,
        request: SubscribeRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<(), ErrorData> {
        self.tell_process_of(request, context).await
    }

    async fn unsubscribe(
        &self,
        request: UnsubscribeRequestParams,
        _: RequestContext<RoleServer>,
    ) -> Result<(), ErrorData> {
        if let Some(session) = &self.session {
            session.subscriptions().remove(&request.uri);
        }
        Ok(())
    }

    /// Where requests end up whose parameters do not fit their method, beside unknown methods.
    async fn on_custom_request(
        &self,
        request: CustomRequest,
        _: RequestContext<RoleServer>,
    ) -> Result<CustomResult, ErrorData> {
        if request.method == CallToolRequestMethod::VALUE {
            let message = "tools/call needs params with a name and, if any, arguments as an object";
            return Err(ErrorData::invalid_params(message, None));
        }
        Err(ErrorData::new(
            ErrorCode::METHOD_NOT_FOUND,
            format!("unknown method {}", label(&request.method)),
            None,
        ))
    }
}

fn capabilities() -> ServerCapabilities {
    ServerCapabilities::builder()
        .enable_tools()
        .enable_prompts()
        .enable_completions()
        .enable_resources()
        .enable_resources_subscribe()
        .build()
}

/// Whether a call was refused for want of a permission.
fn is_denied(response: &CallToolResponse) -> bool {
    let CallToolResponse::Complete(result) = response else {
        return false;
    };
    let code = result
        .structured_content
        .as_ref()
        .and_then(|content| content["error"]["code"].as_str());
    code == Some("PERMISSION_DENIED")
}

/// All lists are short: one page each.
fn one_page(request: Option<&PaginatedRequestParams>) -> Result<(), ErrorData> {
    if request.is_some_and(|page| page.cursor.is_some()) {
        return Err(ErrorData::invalid_params("this list has one page and no cursors", None));
    }
    Ok(())
}
