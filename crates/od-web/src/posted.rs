//! Forms of the pages.

use axum::{
    body::Bytes,
    extract::{FromRequest, FromRequestParts, Request},
    response::{IntoResponse, Response},
};

use od_engine::Came;

use crate::{
    csrf,
    guest::Guest,
    member::{Acts, page_of},
    parameters::Parameters,
    problem::Fault,
};

/// The largest form of most pages, in bytes. Whoever is signed in or not may send so much, on as many connections as there are.
pub const MOST_BYTES: usize = 64 * 1024;
/// The largest form of a page that members alone send, in bytes: arguments of a call with an order in them.
pub const MOST_BYTES_OF_MEMBERS: usize = 1024 * 1024;

/// A form that a page of ours was sent with, in this browser, by somebody who may: a [`Guest`], a `Member` or an `Owner`.
pub struct Posted<W> {
    pub who: W,
    pub form: Parameters,
}

impl<S, W> FromRequest<S> for Posted<W>
where
    S: Send + Sync,
    W: FromRequestParts<S> + Acts + Send,
    W::Rejection: IntoResponse,
{
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let Ok(guest) = Guest::from_request_parts(&mut parts, state).await;
        if !csrf::is_from_our_page(&guest.web.options, &parts.headers) {
            return Err(Fault::not_our_form("the form was sent by a page of another site").respond(&guest));
        }
        let who = W::from_request_parts(&mut parts, state).await;
        let path = parts.uri.path().to_owned();
        let who = who.map_err(IntoResponse::into_response)?;
        let request = Request::from_parts(parts, body);
        let body = Bytes::from_request(request, &()).await.map_err(|unread| {
            let fault = Fault::not_our_form("the form is too large, or did not come whole");
            fault.with_status(unread.status()).respond(&guest)
        })?;
        let form = Parameters::parse(&body);
        let came = guest.judge(&path, who.tenant(), form.first("csrf").unwrap_or_default());
        match came {
            Came::AsShown => Ok(Self { who, form }),
            Came::ShownToAnother => Err(Fault::shown_to_another(&guest, page_of(&path)).await.respond(&guest)),
            Came::NotOurs => {
                let reason = "the form's token is missing, or is another browser's";
                Err(Fault::not_our_form(reason).respond(&guest))
            }
        }
    }
}

#[cfg(test)]
mod tests;
