//! Mail: sent through an SMTP server, or written to standard error for whoever tries the pages out.

use std::{error::Error as _, sync::Arc, time::Duration};

use lettre::{
    Address, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{Mailbox, MultiPart, header},
    transport::smtp::{
        authentication::Credentials,
        client::{Tls, TlsParameters},
    },
};
use od_engine::RequestId;
use od_web::{Deliver, Letter};
use secrecy::ExposeSecret;

use crate::{
    cli::say,
    config::{self, EmailProvider, Fault, Settings},
};

#[cfg(test)]
mod tests;

/// How long connecting may take.
const CONNECTING: Duration = Duration::from_secs(10);
/// How long the whole exchange may take. Mail servers let strangers wait on purpose.
const PATIENCE: Duration = Duration::from_secs(30);

/// The port at which a connection begins with TLS (RFC 8314); at others it goes over to it.
const TLS_FROM_THE_START: u16 = 465;

/// How mail leaves.
#[derive(Clone)]
pub struct Mail {
    way: Arc<Way>,
    patience: Duration,
}

#[expect(clippy::large_enum_variant, reason = "there is one, behind an Arc")]
enum Way {
    Console,
    Smtp {
        server: AsyncSmtpTransport<Tokio1Executor>,
        place: String,
        from: Mailbox,
    },
}

impl Mail {
    /// As it is configured; nothing where no mail can leave. Nothing is connected yet.
    ///
    /// # Errors
    /// A fault of the settings.
    pub fn new(settings: &Settings) -> Result<Option<Self>, Fault> {
        let way = match settings.mail.provider {
            EmailProvider::Console if settings.mail.is_off(settings.server.public_url.as_ref()) => return Ok(None),
            EmailProvider::Console => Way::Console,
            EmailProvider::Smtp => smtp(&settings.mail)?,
        };
        Ok(Some(Self {
            way: Arc::new(way),
            patience: PATIENCE,
        }))
    }

    /// Whether it stands where this server runs, and in nobody's mailbox.
    pub fn is_printed(&self) -> bool {
        matches!(*self.way, Way::Console)
    }

    /// For the pages.
    pub fn deliver(&self) -> Deliver {
        let mail = self.clone();
        Arc::new(move |letter| {
            let mail = mail.clone();
            Box::pin(async move { mail.send(&letter).await })
        })
    }

    /// Sends a mail.
    ///
    /// # Errors
    /// Why it was not sent, as far as that is known.
    pub async fn send(&self, letter: &Letter) -> Result<(), String> {
        match &*self.way {
            Way::Console => {
                say(&on_the_console(letter));
                Ok(())
            }
            Way::Smtp { server, from, .. } => {
                let message = message(letter, from)?;
                self.in_time(async { server.send(message).await.map(drop).map_err(|error| told(&error)) })
                    .await
            }
        }
    }

    /// Connects to the mail server, signs in there, and sends nothing. Says where that was; nothing for a console.
    ///
    /// # Errors
    /// Why that does not work, and with which server.
    pub async fn try_out(&self) -> Result<Option<String>, String> {
        let Way::Smtp { server, place, .. } = &*self.way else {
            return Ok(None);
        };
        let tried = self.in_time(async {
            match server.test_connection().await {
                Ok(true) => Ok(()),
                Ok(false) => Err("it does not answer NOOP".to_owned()),
                Err(error) => Err(told(&error)),
            }
        });
        tried.await.map_err(|error| format!("{place}: {error}"))?;
        Ok(Some(place.clone()))
    }

    async fn in_time(&self, exchange: impl Future<Output = Result<(), String>>) -> Result<(), String> {
        let done = tokio::time::timeout(self.patience, exchange).await;
        done.unwrap_or_else(|_| {
            Err(format!(
                "the mail server was not done within {} s",
                self.patience.as_secs()
            ))
        })
    }
}

fn smtp(settings: &config::mail::Mail) -> Result<Way, Fault> {
    let missing = |row: &'static config::Setting| Fault::new(row.name, "is missing: EMAIL_PROVIDER=smtp needs it.");
    let host = settings.smtp_host.as_deref();
    let host = host.ok_or_else(|| missing(&config::mail::SMTP_HOST))?;
    let from = settings.smtp_from.as_ref();
    let from = from.ok_or_else(|| missing(&config::mail::SMTP_FROM))?.mailbox().clone();
    let tls = if settings.smtp_tls {
        let parameters = TlsParameters::new(host.to_owned());
        let parameters =
            parameters.map_err(|error| Fault::new(config::mail::SMTP_HOST.name, format!("is not usable: {error}")))?;
        if settings.smtp_port == TLS_FROM_THE_START {
            Tls::Wrapper(parameters)
        } else {
            Tls::Required(parameters)
        }
    } else {
        Tls::None
    };
    let mut server = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(host)
        .port(settings.smtp_port)
        .tls(tls)
        .timeout(Some(CONNECTING));
    if let (Some(user), Some(password)) = (&settings.smtp_user, &settings.smtp_password) {
        let credentials = Credentials::new(user.clone(), password.expose_secret().to_owned());
        server = server.credentials(credentials);
    }
    Ok(Way::Smtp {
        server: server.build(),
        place: format!("{host}:{}", settings.smtp_port),
        from,
    })
}

fn message(letter: &Letter, from: &Mailbox) -> Result<Message, String> {
    // One address and no more: this reads neither a list nor a line break.
    let to: Address = letter.to.parse().map_err(|_| "the address is none".to_owned())?;
    let id = format!("<{}@{}>", RequestId::generate(), from.email.domain());
    Message::builder()
        .from(from.clone())
        .to(Mailbox::new(None, to))
        .subject(letter.subject)
        .message_id(Some(id))
        .header(AutoSubmitted)
        .multipart(MultiPart::alternative_plain_html(
            letter.text.clone(),
            letter.html.clone(),
        ))
        .map_err(|error| format!("it could not be put together: {error}"))
}

/// Tells programs that answer mail by themselves not to (RFC 3834).
#[derive(Clone)]
struct AutoSubmitted;

impl header::Header for AutoSubmitted {
    fn name() -> header::HeaderName {
        header::HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> header::HeaderValue {
        header::HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

/// An error with what caused it.
fn told(error: &lettre::transport::smtp::Error) -> String {
    let mut told = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let cause_told = cause.to_string();
        if !told.contains(&cause_told) {
            told = format!("{told}: {cause_told}");
        }
        source = cause.source();
    }
    told
}

fn on_the_console(letter: &Letter) -> String {
    format!(
        "--- mail to {} ---\nSubject: {}\n\n{}\n--- end of mail ---",
        letter.to,
        letter.subject,
        letter.text.trim_end()
    )
}
