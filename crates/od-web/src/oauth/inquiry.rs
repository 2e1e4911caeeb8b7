//! A request at `/authorize` as far as it is understood, from the query that the browser brings along at every step.

use axum::http::{HeaderMap, StatusCode};
use od_engine::oauth::{ClientError, NoWayBack, OAuthClient};

use super::{
    asked::{Asked, Fault, MOST_BYTES, Origin},
    refused::Page,
    way::Way,
};
use crate::{page, parameters::Parameters, visit::Visit, web::Web};

#[cfg(test)]
mod tests;

/// The step, for the log.
const STEP: &str = "authorize";
const TITLE: &str = "This request cannot be answered";
const GO_BACK: &str = "Go back to the application that sent you here and connect it again.";

/// A request that is in order.
pub struct Inquiry {
    /// The query, to the letter.
    pub query: String,
    pub client: OAuthClient,
    pub way: Way,
    pub asked: Asked,
}

/// Why a request is not answered.
pub enum Declined {
    /// Nobody knows where to send the browser back to: the person is told.
    Here(Page),
    /// The client is told.
    Back(Back),
}

/// An error on its way back to the client.
pub struct Back {
    address: String,
    fault: Fault,
}

impl Inquiry {
    /// Reads a query, and looks for its client.
    ///
    /// # Errors
    /// What is shown or sent back.
    pub async fn read(web: &Web, visit: &Visit, headers: &HeaderMap, query: &str) -> Result<Self, Declined> {
        if query.len() > MOST_BYTES {
            return Err(here(format!("It is longer than {MOST_BYTES} bytes.")));
        }
        let parameters = Parameters::parse(query.as_bytes());
        let origin = Origin::of(&parameters).map_err(|what| here(what.to_owned()))?;
        let client = web.engine.oauth().client(origin.client_id, visit.address).await;
        let client = client.map_err(|error| Declined::Here(not_known(&error)))?;
        let redirect = client.redirect(origin.redirect_uri).map_err(|refused| {
            here(match refused {
                NoWayBack::NotNamed => format!(
                    "It would send you back to an address that {} did not register.",
                    client.name
                ),
                NoWayBack::Bad(fault) => format!("It would send you back to an address that {fault}."),
            })
        })?;
        let way = Way {
            redirect,
            state: parameters.one("state").ok().flatten().map(str::to_owned),
            issuer: web.options.issuer(headers),
        };
        match Asked::read(&parameters, |resource| web.options.is_our_resource(resource)) {
            Ok(asked) => Ok(Self {
                query: query.to_owned(),
                client,
                way,
                asked,
            }),
            Err(fault) => {
                let told = format!("{} (reference {})", fault.description, visit.request_id);
                let address = way.back(&[("error", fault.error), ("error_description", &told)]);
                Err(Declined::Back(Back { address, fault }))
            }
        }
    }
}

impl Declined {
    pub fn respond(self, web: &Web, visit: &Visit) -> axum::response::Response {
        match self {
            Self::Here(page) => page.respond(web, visit),
            Self::Back(Back { address, fault }) => {
                let reason = format!("{}: {}", fault.error, fault.description);
                visit.note(web, STEP, &reason, None);
                let mut response = page::send_to(StatusCode::FOUND, &address);
                visit.name(&mut response);
                response
            }
        }
    }
}

fn here(what: String) -> Declined {
    Declined::Here(Page {
        status: StatusCode::BAD_REQUEST,
        step: STEP,
        title: TITLE,
        what,
        instead: GO_BACK,
        reason: None,
        fault: None,
        retry_after: None,
    })
}

/// Some programs register again after a 400, and after nothing else.
fn not_known(error: &ClientError) -> Page {
    match error {
        ClientError::Engine(error) => Page::of(STEP, error),
        ClientError::Unreachable {
            reason, retry_after, ..
        } => Page {
            status: StatusCode::SERVICE_UNAVAILABLE,
            step: STEP,
            title: "Come again in a moment",
            what: sentence(error),
            instead: "Load this page again in a moment.",
            reason: reason.clone(),
            fault: None,
            retry_after: Some(*retry_after),
        },
        ClientError::Unknown | ClientError::Document(_) => Page {
            status: StatusCode::BAD_REQUEST,
            step: STEP,
            title: TITLE,
            what: sentence(error),
            instead: "Go back to the application that sent you here, remove this server there and add it again.",
            reason: None,
            fault: None,
            retry_after: None,
        },
    }
}

/// An error as a sentence of its own.
fn sentence(error: &ClientError) -> String {
    let text = error.to_string();
    let mut letters = text.chars();
    let first = letters
        .next()
        .map(|first| first.to_uppercase().to_string())
        .unwrap_or_default();
    format!("{first}{}.", letters.as_str())
}
