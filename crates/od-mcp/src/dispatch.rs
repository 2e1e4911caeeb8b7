//! One call from its name and raw arguments to its envelope: what MCP clients and the command line share.

use std::sync::Arc;
use std::time::Duration;

use od_engine::{Call, Clock, Engine, Error, Grants, Lost, Outcome, RequestId, Scope, Write};
use serde_json::{Map, Value, json};
use tokio_util::sync::CancellationToken;

use crate::arguments::{self, Shaped};
use crate::catalog::{Catalog, CatalogError, Entry, Narrowing, Refusal, ToolNames, Toolset};
use crate::confirm::ConfirmBy;
use crate::reply::{Answer, Failure, Form, LAYOUT, ReplyMode, TABLE};
use crate::tool::{Access, Invocation, ToolSpec};
use crate::tools::op_example;

mod repeatable;
#[cfg(test)]
mod tests;

use repeatable::{adds, is_repeatable};

/// How tools are offered.
#[derive(Clone, Debug)]
pub struct ToolOptions {
    /// How their names are listed.
    pub names: ToolNames,
    /// What the operator leaves of the catalog; a request can only narrow it further.
    pub narrowing: Narrowing,
    /// The largest reply, in bytes.
    pub max_response_bytes: usize,
    /// In which copies replies go out where a request does not say.
    pub reply: ReplyMode,
    /// How long a caller waits. The call itself goes on to its end.
    pub request_timeout: Duration,
    /// Whose word it takes to delete and to move.
    pub confirm_by: ConfirmBy,
    /// How long a person has to answer a question. The call's own time does not pass meanwhile.
    pub question_patience: Duration,
    /// Where the time in failures comes from.
    pub clock: Clock,
}

impl Default for ToolOptions {
    fn default() -> Self {
        Self {
            names: ToolNames::default(),
            narrowing: Narrowing::none(),
            max_response_bytes: 80_000,
            reply: ReplyMode::default(),
            request_timeout: Duration::from_mins(1),
            confirm_by: ConfirmBy::default(),
            question_patience: Duration::from_mins(5),
            clock: Clock::system(),
        }
    }
}

/// The tools on an engine. Cheap to clone.
#[derive(Clone)]
pub struct Tools {
    engine: Engine,
    catalog: Arc<Catalog>,
    options: Arc<ToolOptions>,
}

impl Tools {
    /// The tools of this server.
    ///
    /// # Errors
    /// A tool's declaration is wrong; the unit tests build this very catalog.
    pub fn new(engine: Engine, options: ToolOptions) -> Result<Self, CatalogError> {
        let catalog = Arc::new(Catalog::new(options.names)?);
        engine.know_tools(catalog.entries().iter().map(|entry| entry.spec.name));
        Ok(Self {
            engine,
            catalog,
            options: Arc::new(options),
        })
    }

    /// All of them, whatever a caller may see.
    pub fn catalog(&self) -> &Catalog {
        &self.catalog
    }

    pub(crate) fn engine(&self) -> &Engine {
        &self.engine
    }

    pub(crate) fn confirm_by(&self) -> ConfirmBy {
        self.options.confirm_by
    }

    pub(crate) fn question_patience(&self) -> Duration {
        self.options.question_patience
    }

    /// In which copies replies go out where a request does not say.
    pub(crate) fn reply(&self) -> ReplyMode {
        self.options.reply
    }

    /// Whether the operator lets nothing be changed.
    pub(crate) fn is_read_only(&self) -> bool {
        self.options.narrowing.is_read_only()
    }

    /// What a caller may see: within `narrowing`, and within what the credential allows when there is one.
    pub fn visible(&self, narrowing: &Narrowing, grants: Option<Grants>) -> Vec<&Entry> {
        let narrowing = self.options.narrowing.and(narrowing);
        self.catalog
            .entries()
            .iter()
            .filter(|entry| admits(&narrowing, grants, &entry.spec))
            .collect()
    }

    /// Whether the tool of this name, in either spelling, changes something.
    pub(crate) fn changes(&self, tool: &str) -> bool {
        self.catalog
            .find(tool)
            .is_some_and(|entry| entry.spec.access == Access::Write)
    }

    /// Whether the tool of this dotted name is offered at all, whatever a caller's grants.
    pub(crate) fn offers(&self, tool: &str, narrowing: &Narrowing) -> bool {
        let narrowing = self.options.narrowing.and(narrowing);
        self.catalog
            .find(tool)
            .is_some_and(|entry| admits(&narrowing, None, &entry.spec))
    }

    /// Calls a tool for a signed-in caller. Everything that can go wrong is in the answer.
    pub async fn call(
        &self,
        scope: &Scope,
        narrowing: &Narrowing,
        entry: &Entry,
        arguments: Map<String, Value>,
    ) -> Answer {
        let shaped = arguments::shape(&entry.spec, arguments);
        self.call_shaped(scope, narrowing, entry, shaped, ReplyMode::Both).await
    }

    /// [`Self::call`], by a door that had to look at the arguments itself and leaves a reply with these copies.
    pub(crate) async fn call_shaped(
        &self,
        scope: &Scope,
        narrowing: &Narrowing,
        entry: &Entry,
        mut shaped: Shaped,
        mode: ReplyMode,
    ) -> Answer {
        let spec = &entry.spec;
        let refusal = self.options.narrowing.and(narrowing).admits(spec).err();
        let consent = self.options.confirm_by.bind(scope.consent());
        let scope = &self.narrowed(scope, narrowing).with_consent(consent);
        let arguments = &shaped.arguments;
        let missing = arguments::missing(entry, arguments);
        let ops = op_example::kinds(arguments);
        let call = Call {
            tool: spec.name.to_owned(),
            cost: spec.cost.of(arguments),
            needs: spec.permissions.first().copied(),
            parameters: Value::Object(arguments.clone()),
        };
        // However this ends: who waits no longer has its reads given up.
        let wanted = scope
            .wanted()
            .map_or_else(CancellationToken::new, CancellationToken::child_token);
        let _waiting = wanted.clone().drop_guard();
        let scope = &if only_reads(spec.access, arguments) {
            scope.clone().while_wanted(wanted)
        } else {
            scope.clone().to_the_end()
        };
        let form = Form {
            shape: spec.shape,
            as_table: arguments.get(LAYOUT).is_some_and(|layout| layout == TABLE),
            mode,
            most: self.options.max_response_bytes,
        };
        let warnings = std::mem::take(&mut shaped.warnings);
        let work = Box::pin(work(
            self.catalog.clone(),
            spec.name,
            refusal,
            shaped,
            self.engine.clone(),
            scope.clone(),
        ));
        match tokio::time::timeout(self.options.request_timeout, self.engine.call(scope, call, work)).await {
            Ok(Ok(mut outcome)) => {
                outcome.warnings.splice(..0, warnings);
                Answer::success(outcome, scope.request_id(), form)
            }
            Ok(Err(error)) => self.failed(told(&error, entry, refusal, &missing, &ops), scope.request_id()),
            Err(_) => {
                // What the call comes to nobody is told now; whoever calls again is.
                scope.delivery().lose(Lost::TimedOut);
                self.failed(self.waited_too_long(spec.access), scope.request_id())
            }
        }
    }

    /// The answer to a call that failed before there was a tenant to record it for.
    pub(crate) fn refused(&self, error: &Error, request_id: RequestId) -> Answer {
        self.failed(Failure::of(error), request_id)
    }

    /// The scope of a call through a connection of this narrowing.
    pub(crate) fn narrowed(&self, scope: &Scope, narrowing: &Narrowing) -> Scope {
        let narrowing = self.options.narrowing.and(narrowing);
        scope.clone().with_narrowing(&narrowing.canonical())
    }

    fn failed(&self, failure: Failure, request_id: RequestId) -> Answer {
        let at = self.options.clock.now().to_string();
        Answer::failure(failure, request_id, at, self.options.max_response_bytes)
    }

    fn waited_too_long(&self, access: Access) -> Failure {
        let seconds = self.options.request_timeout.as_secs();
        let (code, message, hint) = match access {
            Access::Write => (
                "UNCERTAIN_OUTCOME",
                format!("The server stopped waiting after {seconds} seconds; the change may still be made."),
                "Read the record again, or look for what was to be created, with fresh set to true. The same call again, within ten minutes, gives the answer to this \
                 one and does nothing twice.",
            ),
            Access::Read | Access::Context => (
                "UPSTREAM_BUSY",
                format!("The server stopped waiting after {seconds} seconds. Nothing was changed."),
                "Call again later, or ask for less: a smaller limit, or narrower filters.",
            ),
        };
        tracing::warn!(code, "call took too long");
        Failure {
            code,
            message,
            details: None,
            hint,
            example: None,
            retryable: access != Access::Write,
            question: None,
            unbegun: false,
        }
    }
}

/// Whether a call changes nothing, so that it need not be finished for nobody.
fn only_reads(access: Access, arguments: &Map<String, Value>) -> bool {
    access != Access::Write || is_dry_run(arguments)
}

fn admits(narrowing: &Narrowing, grants: Option<Grants>, spec: &ToolSpec) -> bool {
    let lacks = grants.and_then(|grants| spec.lacks(grants));
    lacks.is_none() && narrowing.admits(spec).is_ok()
}

/// The call's work: refused, or checked and handed to the tool. Runs inside the engine's choke point, so that refusals
/// and validation errors are recorded like everything else.
async fn work(
    catalog: Arc<Catalog>,
    tool: &'static str,
    refusal: Option<Refusal>,
    shaped: Shaped,
    engine: Engine,
    scope: Scope,
) -> Result<Outcome<Value>, Error> {
    let Some(entry) = catalog.find(tool) else {
        return Err(Error::Internal("a tool left the catalog"));
    };
    let refused = refusal.and_then(|_| entry.spec.permissions.first().copied());
    if let Some(permission) = refused.or_else(|| entry.spec.lacks(scope.identity().grants())) {
        return Err(Error::Denied(permission));
    }
    let arguments = arguments::check(entry, shaped).map_err(Error::Invalid)?;
    let call = Invocation {
        engine: engine.clone(),
        scope: scope.clone(),
        arguments: arguments.clone(),
    };
    if only_reads(entry.spec.access, &arguments) {
        return (entry.spec.handler)(call).await;
    }
    let write = Write {
        tool,
        arguments: &arguments,
        in_store: works_in_a_store(&entry.spec),
        repeatable: is_repeatable(&entry.spec, &arguments),
        adds: adds(&entry.spec, &arguments),
    };
    engine.once(&scope, write, (entry.spec.handler)(call)).await
}

fn is_dry_run(arguments: &Map<String, Value>) -> bool {
    arguments.get("dry_run") == Some(&Value::Bool(true))
}

/// Whether it works on something in a store, and not on what is known here of the stores themselves.
fn works_in_a_store(spec: &ToolSpec) -> bool {
    spec.toolset != Toolset::Stores
}

/// The engine's error with what only the door knows: the rule that refused, the missing names, an example.
fn told(error: &Error, entry: &Entry, refusal: Option<Refusal>, missing: &[String], ops: &[String]) -> Failure {
    let mut failure = Failure::of(error);
    match (error, refusal) {
        (Error::Denied(_), Some(refusal)) => {
            failure.message = format!(
                "{} is not available here: {refusal}. Nothing was done.",
                entry.listed.name
            );
            failure.hint = "Use a connection without this restriction; the operator and the URL decide.";
            failure.details = None;
        }
        (Error::Invalid(problems), _) => {
            let of_op = op_example::of_fault(ops, problems);
            let example = of_op.unwrap_or_else(|| entry.spec.example.clone());
            // A tool that needs no arguments has nothing to show.
            failure.example = Some(example).filter(|example| *example != json!({}));
            if !missing.is_empty()
                && let Some(details) = failure.details.as_mut().and_then(Value::as_object_mut)
            {
                details.insert("missing".to_owned(), json!(missing));
            }
        }
        _ => {}
    }
    failure
}
