//! A call that a person may have to agree to: asked through the client where it can ask, and held to what they said.

use od_engine::{Error, Scope};
use rmcp::model::{
    CallToolRequestParams, CallToolResponse, CallToolResult, CancelledNotificationParam, ClientResult, ElicitRequest,
    ErrorCode, ServerRequest,
};
use rmcp::service::{PeerRequestOptions, RequestContext, ServiceError};
use rmcp::{ErrorData, RoleServer};

use super::McpServer;
use crate::arguments::Shaped;
use crate::catalog::{Entry, Narrowing};
use crate::confirm::{Question, Said, Way, unfit};
use crate::reply::ReplyMode;

/// A question is put so often for one call when what it names is another each time.
const MOST_QUESTIONS: usize = 3;

impl McpServer {
    /// Carries out a call of somebody who is signed in. While a person thinks, nothing is held: the call is begun anew with
    /// their answer.
    pub(super) async fn carry_out(
        &self,
        entry: &Entry,
        request: &CallToolRequestParams,
        shaped: &Shaped,
        context: &RequestContext<RoleServer>,
        scope: Scope,
        (narrowing, reply): (&Narrowing, ReplyMode),
    ) -> Result<CallToolResponse, ErrorData> {
        let tool = entry.spec.name;
        let (engine, by) = (self.tools.engine(), self.tools.confirm_by());
        let way = Way::of(context, self.session.is_some());
        let mut asks = way;
        let mut used = None;
        // Who may not call it here may not answer a question about it either: an answer uses the question up.
        let answered = if self.tools.offers(tool, narrowing) {
            match self.confirmations.read(request, &scope, tool) {
                Ok(answered) => answered,
                Err(unfit) => return self.unfit(unfit, tool, request, &scope).await,
            }
        } else {
            None
        };
        let mut scope = match answered {
            None => scope.with_consent(by.before(way)),
            Some(answered) => {
                let patience = self.confirmations.patience();
                match engine.consents().use_up(&scope, &answered.question_id, patience).await {
                    Ok(true) => {}
                    Ok(false) => return self.unfit(unfit(), tool, request, &scope).await,
                    Err(error) => return Ok(self.refuse(error, tool, request, &scope, 0).await),
                }
                match answered.said {
                    Said::Yes => {
                        used = Some(answered.question_id);
                        scope.with_agreement(&answered.question.effects)
                    }
                    Said::No => return Ok(self.declined(&answered.question, tool, request, &scope).await),
                    Said::Nothing => {
                        asks = None;
                        scope.with_consent(by.unanswered())
                    }
                }
            }
        };
        let word_counts = by.takes_word_of(request.arguments.as_ref());
        let mut questions = 0;
        loop {
            let answer = self
                .tools
                .call_shaped(&scope, narrowing, entry, shaped.clone(), reply)
                .await;
            if answer.unbegun
                && let Some(question_id) = &used
                && let Err(error) = engine.consents().give_back(&scope, question_id).await
            {
                tracing::warn!(%error, "a yes that came to nothing cannot be used again");
            }
            let (Some(way), Some(question)) = (asks, answer.question.clone()) else {
                return Ok(CallToolResult::from(answer).into());
            };
            let said = match way {
                Way::RoundTrip => {
                    return self
                        .confirmations
                        .ask(question, &scope, tool, request.arguments.as_ref(), word_counts);
                }
                Way::Request if questions < MOST_QUESTIONS => self.put(&question, word_counts, context).await?,
                Way::Request => None,
            };
            questions += 1;
            scope = match said {
                Some(Said::Yes) => scope.with_agreement(&question.effects),
                Some(Said::No) => return Ok(self.declined(&question, tool, request, &scope).await),
                Some(Said::Nothing) => {
                    asks = None;
                    scope.with_consent(by.unanswered())
                }
                // Nobody waits for the call any more, what came back is not a yes, or it is another question each time.
                None => return Ok(CallToolResult::from(answer).into()),
            };
        }
    }

    /// Remembers a no and answers with it. It was asked for by a call that was paid for, and nothing may come before it: no
    /// limit either.
    async fn declined(
        &self,
        question: &Question,
        tool: &str,
        request: &CallToolRequestParams,
        scope: &Scope,
    ) -> CallToolResponse {
        let remembered = self.tools.engine().consents().decline(scope, &question.deed).await;
        let error: Error = remembered.unwrap_or_else(|error| error);
        self.refuse(error, tool, request, scope, 0).await
    }

    /// Puts a question through a client that waits for its call. `None` when the call was cancelled, the client has gone, or
    /// what it sent back cannot be read: then nothing may follow from it.
    async fn put(
        &self,
        question: &Question,
        word_counts: bool,
        context: &RequestContext<RoleServer>,
    ) -> Result<Option<Said>, ErrorData> {
        let request = ServerRequest::ElicitRequest(ElicitRequest::new(question.form(word_counts)?));
        let options = PeerRequestOptions::with_timeout(self.confirmations.patience());
        let Ok(asked) = context.peer.send_cancellable_request(request, options).await else {
            return Ok(None);
        };
        let question_id = asked.id.clone();
        let lost_answers = || self.session.as_ref().map_or(0, |session| session.lost_answers());
        let lost_before = lost_answers();
        let hung_up = async {
            match &self.session {
                Some(session) => session.hung_up().cancelled().await,
                None => std::future::pending().await,
            }
        };
        let answer = tokio::select! {
            answer = asked.await_response() => answer,
            () = hung_up => return Ok(None),
            () = context.ct.cancelled() => {
                let reason = "the call it was asked for was cancelled".to_owned();
                let cancelled = CancelledNotificationParam::new(Some(question_id), Some(reason));
                if let Err(error) = context.peer.notify_cancelled(cancelled).await {
                    tracing::debug!(%error, "a question could not be taken back");
                }
                return Ok(None);
            }
        };
        Ok(match answer {
            Ok(ClientResult::ElicitResult(answer)) => Some(Said::of(&answer)),
            Err(ServiceError::Timeout { .. }) if lost_answers() > lost_before => {
                tracing::warn!(
                    "an answer that cannot be read may have been to this question: nothing is taken for a yes"
                );
                None
            }
            Err(ServiceError::Timeout { .. }) => {
                tracing::info!("a question to the user was left without an answer");
                Some(Said::Nothing)
            }
            // A client may say that it can ask and not know how: then nobody was asked.
            Err(ServiceError::McpError(error)) if error.code == ErrorCode::METHOD_NOT_FOUND => {
                tracing::info!("the client cannot put a question to its user");
                Some(Said::Nothing)
            }
            // Somebody may have answered, and it may have been a no.
            Ok(_) | Err(ServiceError::McpError(_) | ServiceError::UnexpectedResponse) => {
                tracing::warn!("the answer to a question cannot be read: it is not taken for a yes");
                None
            }
            Err(error) => {
                tracing::info!(%error, "a question to the user was lost");
                None
            }
        })
    }
}
