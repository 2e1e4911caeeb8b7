//! Asking a person through the protocol (2026-07-28, multi round-trip requests): the call is answered with a question,
//! and the client repeats it with the answer.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use od_engine::{RequestId, Scope};
use rmcp::ErrorData;
use rmcp::RoleServer;
use rmcp::model::{
    CallToolRequestParams, CallToolResponse, ElicitRequest, ElicitRequestParams, ElicitResult, ElicitationAction,
    ElicitationSchema, InputRequest, InputRequests, InputRequiredResult, ProtocolVersion, RequestStateCodec,
    SealOptions,
};
use rmcp::service::RequestContext;
use secrecy::{ExposeSecret, SecretSlice};
use serde_json::{Map, Value};

/// The question's key in the protocol's maps.
const CONFIRM: &str = "confirm";
/// How long a question may stay unanswered.
const PATIENCE: Duration = Duration::from_mins(5);

/// Signs the questions, so that an answer counts only for the very call and the very question it was given to, and once:
/// a second move runs the merchant's rules a second time, which nobody agreed to, and a no to a question cannot become a
/// yes to it. What was used is known to this process. A question is signed, not encrypted: the client, which shows it
/// anyhow, can read it in the state.
///
/// A no binds the question. A later call with `confirm: true` stands for itself: a client that answers without having
/// asked would otherwise shut out the person who agrees in the conversation.
#[derive(Clone)]
pub(crate) struct Confirmations {
    codec: RequestStateCodec,
    /// Questions whose answers were used, and when, as long as they would be good otherwise.
    used: Arc<Mutex<HashMap<String, Instant>>>,
}

/// What a call says about a question asked before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Reply {
    /// No question was asked, or it was not answered.
    None,
    /// A person agreed to this very call when it had these effects. What its names stand for may have changed since.
    Agreed(Agreement),
    /// A person said no, or closed the question.
    Declined,
}

/// A yes, and what it was said to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Agreement {
    question_id: String,
    /// The question's text.
    pub effects: String,
}

/// The key for signing questions is too short.
#[derive(Debug, thiserror::Error)]
#[error(
    "the key that signs requests for confirmation must have at least {} bytes",
    RequestStateCodec::MIN_KEY_LENGTH
)]
pub struct ShortKey;

impl Confirmations {
    pub(crate) fn new(key: &SecretSlice<u8>) -> Result<Self, ShortKey> {
        RequestStateCodec::try_new(key.expose_secret().to_vec())
            .map(|codec| Self {
                codec,
                used: Arc::default(),
            })
            .map_err(|_| ShortKey)
    }

    /// Reads the answer that a repeated call brings.
    ///
    /// # Errors
    /// The signed state is not ours, not for this call, too old, or was used: a protocol error, as the specification asks.
    pub(crate) fn read(&self, request: &CallToolRequestParams, scope: &Scope, tool: &str) -> Result<Reply, ErrorData> {
        let Some(state) = &request.request_state else {
            return Ok(Reply::None);
        };
        let bound = binding(scope, tool, request.arguments.as_ref());
        let unfit = || {
            let message = "the requestState is not valid for this call, too old, or used already: call without it to be \
                           asked again";
            ErrorData::invalid_params(message, None)
        };
        let signed = self.codec.open_with(state, &bound).map_err(|_| unfit())?;
        let signed = String::from_utf8(signed).map_err(|_| unfit())?;
        let (question_id, effects) = signed.split_once(' ').ok_or_else(unfit)?;
        let answer = request
            .input_responses
            .as_ref()
            .and_then(|responses| responses.get(CONFIRM));
        let Some(answer) = answer.and_then(|answer| serde_json::from_value::<ElicitResult>(answer.clone()).ok()) else {
            return Ok(Reply::None);
        };
        if !self.use_up(question_id) {
            return Err(unfit());
        }
        let ticked = answer.content.as_ref().and_then(|content| content.get(CONFIRM)) == Some(&Value::Bool(true));
        if matches!(answer.action, ElicitationAction::Accept) && ticked {
            Ok(Reply::Agreed(Agreement {
                question_id: question_id.to_owned(),
                effects: effects.to_owned(),
            }))
        } else {
            Ok(Reply::Declined)
        }
    }

    /// Notes that the answer to a question was used; false when it was before.
    fn use_up(&self, question_id: &str) -> bool {
        let now = Instant::now();
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        used.retain(|_, at| now.duration_since(*at) <= PATIENCE);
        used.insert(question_id.to_owned(), now).is_none()
    }

    /// Lets a yes count again: the call it came with was refused before anything was done.
    pub(crate) fn give_back(&self, agreement: &Agreement) {
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        used.remove(&agreement.question_id);
    }

    /// Answers a call with the question whether `effects` are wanted.
    pub(crate) fn ask(
        &self,
        effects: &str,
        scope: &Scope,
        tool: &str,
        arguments: Option<&Map<String, Value>>,
    ) -> Result<CallToolResponse, ErrorData> {
        let schema = ElicitationSchema::builder()
            .required_bool(CONFIRM)
            .build()
            .map_err(|_| ErrorData::internal_error("the question could not be put", None))?;
        let question = ElicitRequest::new(ElicitRequestParams::FormElicitationParams {
            meta: None,
            message: format!("{effects} Go ahead?"),
            requested_schema: schema,
        });
        let mut questions = InputRequests::new();
        questions.insert(CONFIRM.to_owned(), InputRequest::Elicitation(question));
        let bound = binding(scope, tool, arguments);
        let signed = format!("{} {effects}", RequestId::generate());
        let options = SealOptions::new().associated_data(&bound).ttl(PATIENCE);
        let state = self.codec.seal_with(signed.as_bytes(), &options);
        Ok(InputRequiredResult::new(Some(questions), Some(state)).into())
    }
}

/// Whether the client can put a question to a person: it speaks 2026-07-28 and declared forms.
pub(crate) fn can_ask(context: &RequestContext<RoleServer>) -> bool {
    let modern = context
        .protocol_version()
        .is_some_and(|version| version.as_str() >= ProtocolVersion::V_2026_07_28.as_str());
    // A capability without particulars means forms, as before URLs were introduced.
    let forms = context
        .client_capabilities()
        .and_then(|capabilities| capabilities.elicitation)
        .is_some_and(|elicitation| elicitation.form.is_some() || elicitation.url.is_none());
    modern && forms
}

/// What an answer is bound to: the tenant, the credential, the tool and the arguments. Length-prefixed, so that no two
/// calls share a binding.
fn binding(scope: &Scope, tool: &str, arguments: Option<&Map<String, Value>>) -> Vec<u8> {
    let arguments = arguments
        .map(|arguments| Value::Object(arguments.clone()).to_string())
        .unwrap_or_default();
    let parts = [
        scope.tenant().as_str(),
        scope.identity().credential(),
        tool,
        arguments.as_str(),
    ];
    let mut bound = Vec::new();
    for part in parts {
        bound.extend_from_slice(&(part.len() as u64).to_be_bytes());
        bound.extend_from_slice(part.as_bytes());
    }
    bound
}
