//! Asking a person: what is asked, and how a client is brought to put it.
//!
//! In 2026-07-28 the call is answered with the question, and the client repeats it with the answer (multi round-trip
//! requests). In the revisions before, the server asks while the call waits, which takes a connection that goes both ways:
//! standard input and output.

use std::time::Duration;

use od_engine::{Consent, Deed, NoAnswer, RequestId, Scope};
use rmcp::ErrorData;
use rmcp::RoleServer;
use rmcp::model::{
    CallToolRequestParams, CallToolResponse, ElicitRequest, ElicitRequestParams, ElicitResult, ElicitationAction,
    ElicitationSchema, InputRequest, InputRequests, InputRequiredResult, ProtocolVersion, RequestStateCodec,
    SealOptions,
};
use rmcp::service::RequestContext;
use secrecy::{ExposeSecret, SecretSlice};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

#[cfg(test)]
mod tests;

/// The question's key in the protocol's maps, and the argument with which a caller says that a person agreed.
const CONFIRM: &str = "confirm";

/// Whose word an agreement takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ConfirmBy {
    /// A person's where the client can ask one; else the caller's argument `confirm`.
    #[default]
    Auto,
    /// A person's, always.
    Person,
}

impl ConfirmBy {
    /// How a call comes by an agreement when nobody was asked yet.
    pub(crate) fn before(self, way: Option<Way>) -> Consent {
        match (way, self) {
            (Some(_), _) => Consent::Ask,
            (None, Self::Auto) => Consent::Argument,
            (None, Self::Person) => Consent::Missing(NoAnswer::CannotAsk),
        }
    }

    /// Whether the word of a call counts when its question is closed or left alone.
    pub(crate) fn takes_word_of(self, arguments: Option<&Map<String, Value>>) -> bool {
        let said = arguments.and_then(|arguments| arguments.get(CONFIRM));
        self == Self::Auto && said == Some(&Value::Bool(true))
    }

    /// What is left of a door's consent: where only a person's word counts, no door's callers have it by their argument.
    pub(crate) fn bind(self, consent: &Consent) -> Consent {
        match (self, consent) {
            (Self::Person, Consent::Argument) => Consent::Missing(NoAnswer::CannotAsk),
            (Self::Person, Consent::Unanswered) => Consent::Missing(NoAnswer::NotGiven),
            (_, consent) => consent.clone(),
        }
    }

    /// How it does when the question was closed or left alone.
    pub(crate) fn unanswered(self) -> Consent {
        match self {
            Self::Auto => Consent::Unanswered,
            Self::Person => Consent::Missing(NoAnswer::NotGiven),
        }
    }
}

/// What closing means, where it is no refusal.
const CLOSING: &str =
    " To refuse, decline: closing this leaves it to the assistant, which has said that a person agreed.";

/// What a person is asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// The effects they are to agree to.
    pub effects: String,
    /// What a no holds for.
    pub deed: Deed,
}

impl Question {
    /// The question as a form. `word_counts` is whether the call's own word counts when nobody answers it.
    pub(crate) fn form(&self, word_counts: bool) -> Result<ElicitRequestParams, ErrorData> {
        let schema = ElicitationSchema::builder()
            .required_bool(CONFIRM)
            .build()
            .map_err(|_| ErrorData::internal_error("the question could not be put", None))?;
        Ok(ElicitRequestParams::FormElicitationParams {
            meta: None,
            message: format!("{} Go ahead?{}", self.effects, if word_counts { CLOSING } else { "" }),
            requested_schema: schema,
        })
    }
}

/// What a person said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Said {
    /// Go ahead.
    Yes,
    /// Leave it.
    No,
    /// Nothing: the question was closed, or never seen.
    Nothing,
}

impl Said {
    /// A form that is sent without its tick is a no. A form that is closed is not: nobody answered it.
    pub(crate) fn of(answer: &ElicitResult) -> Self {
        let ticked = answer.content.as_ref().and_then(|content| content.get(CONFIRM)) == Some(&Value::Bool(true));
        match answer.action {
            ElicitationAction::Accept if ticked => Self::Yes,
            ElicitationAction::Cancel => Self::Nothing,
            _ => Self::No,
        }
    }
}

/// How a client is brought to ask its user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// The call is answered with the question.
    RoundTrip,
    /// The question is a request of the server's own.
    Request,
}

impl Way {
    /// The way to the user of the client that calls; `None` when there is none. `is_two_way` is whether the connection takes
    /// requests of the server.
    pub(crate) fn of(context: &RequestContext<RoleServer>, is_two_way: bool) -> Option<Self> {
        // A capability without particulars means forms, as before URLs were introduced.
        let forms = context
            .client_capabilities()
            .and_then(|capabilities| capabilities.elicitation)
            .is_some_and(|elicitation| elicitation.form.is_some() || elicitation.url.is_none());
        let modern = context
            .protocol_version()
            .is_some_and(|version| version.as_str() >= ProtocolVersion::V_2026_07_28.as_str());
        match (forms, modern, is_two_way) {
            (true, true, _) => Some(Self::RoundTrip),
            (true, false, true) => Some(Self::Request),
            _ => None,
        }
    }
}

/// Signs the questions that a call is answered with, so that an answer counts only for the very call and the very question
/// it was given to. That it counts once is the engine's to know. A question is signed, not encrypted: the client, which
/// shows it anyhow, can read it in the state.
#[derive(Clone)]
pub(crate) struct Confirmations {
    codec: RequestStateCodec,
    /// Those of root keys that were in use before: what they signed is still answered.
    former: Vec<RequestStateCodec>,
    patience: Duration,
}

/// A repeated call's answer to a question asked before. What the question's names stand for may have changed since.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Answered {
    pub question_id: String,
    pub question: Question,
    pub said: Said,
}

#[derive(Serialize, Deserialize)]
struct Sealed {
    id: String,
    question: Question,
}

/// The key for signing questions is too short.
#[derive(Debug, thiserror::Error)]
#[error(
    "the key that signs requests for confirmation must have at least {} bytes",
    RequestStateCodec::MIN_KEY_LENGTH
)]
pub struct ShortKey;

impl Confirmations {
    /// The first key signs, and what any of them signed is accepted. A question may stay unanswered for `patience`.
    pub(crate) fn new(keys: &[SecretSlice<u8>], patience: Duration) -> Result<Self, ShortKey> {
        let codec = |key: &SecretSlice<u8>| RequestStateCodec::try_new(key.expose_secret().to_vec());
        let mut codecs = keys
            .iter()
            .map(codec)
            .collect::<Result<Vec<_>, _>>()
            .map_err(|_| ShortKey)?
            .into_iter();
        Ok(Self {
            codec: codecs.next().ok_or(ShortKey)?,
            former: codecs.collect(),
            patience,
        })
    }

    /// How long a question may stay unanswered.
    pub(crate) fn patience(&self) -> Duration {
        self.patience
    }

    /// Reads the answer that a repeated call brings; `None` when no question was asked, or it was not answered.
    ///
    /// # Errors
    /// The signed state is not ours, not for this call, or too old: a protocol error, as the specification asks.
    pub(crate) fn read(
        &self,
        request: &CallToolRequestParams,
        scope: &Scope,
        tool: &str,
    ) -> Result<Option<Answered>, ErrorData> {
        let Some(state) = &request.request_state else {
            return Ok(None);
        };
        let bound = binding(scope, tool, request.arguments.as_ref());
        let mut codecs = [&self.codec].into_iter().chain(&self.former);
        let signed = codecs
            .find_map(|codec| codec.open_with(state, &bound).ok())
            .ok_or_else(unfit)?;
        let Sealed { id, question } = serde_json::from_slice(&signed).map_err(|_| unfit())?;
        let answer = request
            .input_responses
            .as_ref()
            .and_then(|responses| responses.get(CONFIRM))
            .and_then(|answer| serde_json::from_value::<ElicitResult>(answer.clone()).ok());
        Ok(answer.map(|answer| Answered {
            question_id: id,
            question,
            said: Said::of(&answer),
        }))
    }

    /// Answers a call with the question. `word_counts` as in [`Question::form`].
    pub(crate) fn ask(
        &self,
        question: Question,
        scope: &Scope,
        tool: &str,
        arguments: Option<&Map<String, Value>>,
        word_counts: bool,
    ) -> Result<CallToolResponse, ErrorData> {
        let mut questions = InputRequests::new();
        let form = ElicitRequest::new(question.form(word_counts)?);
        questions.insert(CONFIRM.to_owned(), InputRequest::Elicitation(form));
        let bound = binding(scope, tool, arguments);
        let id = RequestId::generate().to_string();
        let sealed = serde_json::to_vec(&Sealed { id, question })
            .map_err(|_| ErrorData::internal_error("the question could not be kept", None))?;
        let options = SealOptions::new().associated_data(&bound).ttl(self.patience);
        let state = self.codec.seal_with(&sealed, &options);
        Ok(InputRequiredResult::new(Some(questions), Some(state)).into())
    }
}

/// An answer that counts for nothing.
pub(crate) fn unfit() -> ErrorData {
    let message =
        "the requestState is not valid for this call, too old, or used already: call without it to be asked again";
    ErrorData::invalid_params(message, None)
}

/// What an answer is bound to: the tenant, the credential, the tool and the arguments. Length-prefixed, so that no two
/// calls share a binding.
fn binding(scope: &Scope, tool: &str, arguments: Option<&Map<String, Value>>) -> Vec<u8> {
    let arguments = arguments
        .map(|arguments| Value::Object(arguments.clone()).to_string())
        .unwrap_or_default();
    bind([
        scope.tenant().as_str(),
        scope.identity().credential(),
        tool,
        arguments.as_str(),
    ])
}

fn bind(parts: [&str; 4]) -> Vec<u8> {
    let mut bound = Vec::new();
    for part in parts {
        bound.extend_from_slice(&(part.len() as u64).to_be_bytes());
        bound.extend_from_slice(part.as_bytes());
    }
    bound
}
