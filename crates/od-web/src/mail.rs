//! Mails, in words. How they leave is the program's affair.

use std::{future::Future, pin::Pin, sync::Arc, time::Duration};

use askama::Template;
use od_engine::{Account, Post, Posted, Posting, SignInLink};
use secrecy::ExposeSecret;

#[cfg(test)]
mod tests;

/// A mail to one address.
pub struct Letter {
    /// To whom: one plain address.
    pub to: String,
    /// What it is about.
    pub subject: &'static str,
    /// What it says, for programs that show text alone.
    pub text: String,
    /// The same as a page. It loads nothing.
    pub html: String,
}

/// Sends a mail, in a time that is bounded; the error says why it was not sent.
pub type Deliver = Arc<dyn Fn(Letter) -> Pin<Box<dyn Future<Output = Result<(), String>> + Send>> + Send + Sync>;

/// A link as a mail shows it.
struct Link {
    /// What tells it from the others in the same mail.
    whose: Option<String>,
    url: String,
}

#[derive(Template)]
#[template(path = "mail/sign_in.txt")]
struct SignInText<'a> {
    base: &'a str,
    links: &'a [Link],
    time: &'a str,
}

#[derive(Template)]
#[template(path = "mail/sign_in.html")]
struct SignInHtml<'a> {
    base: &'a str,
    links: &'a [Link],
    time: &'a str,
}

#[derive(Template)]
#[template(path = "mail/sign_up.txt")]
struct SignUpText<'a> {
    base: &'a str,
    url: &'a str,
    time: &'a str,
    has_one: bool,
}

#[derive(Template)]
#[template(path = "mail/sign_up.html")]
struct SignUpHtml<'a> {
    base: &'a str,
    url: &'a str,
    time: &'a str,
    has_one: bool,
}

#[derive(Template)]
#[template(path = "mail/new_email.txt")]
struct NewEmailText<'a> {
    base: &'a str,
    url: &'a str,
    time: &'a str,
    whose: &'a str,
}

#[derive(Template)]
#[template(path = "mail/new_email.html")]
struct NewEmailHtml<'a> {
    base: &'a str,
    url: &'a str,
    time: &'a str,
    whose: &'a str,
}

/// The new address is not told: whoever reads this mail may be anybody by now, and it is somebody else's text.
#[derive(Template)]
#[template(path = "mail/former_email.txt")]
struct FormerEmailText<'a> {
    base: &'a str,
    time: &'a str,
    whose: &'a str,
    is_done: bool,
}

#[derive(Template)]
#[template(path = "mail/former_email.html")]
struct FormerEmailHtml<'a> {
    base: &'a str,
    time: &'a str,
    whose: &'a str,
    is_done: bool,
}

/// Words what the engine wants sent, with links that begin with `base`, and has it delivered.
pub fn post(deliver: Deliver, base: String) -> Post {
    Arc::new(move |posting| {
        let letter = letter(&posting, &base);
        let deliver = deliver.clone();
        Box::pin(async move {
            match letter {
                Ok(letter) => deliver(letter).await,
                Err(error) => Err(format!("it could not be worded: {error}")),
            }
        })
    })
}

fn letter(posting: &Posting, base: &str) -> askama::Result<Letter> {
    let time = &in_words(posting.good_for);
    let (subject, text, html) = match &posting.what {
        Posted::SignIn(links) => {
            let links = &links_of(links, base);
            (
                "Your sign-in link",
                SignInText { base, links, time }.render()?,
                SignInHtml { base, links, time }.render()?,
            )
        }
        Posted::SignUp { token, has_one } => {
            let (url, has_one) = (&format!("{base}/signup/verify/{}", token.expose_secret()), *has_one);
            (
                "Create your account",
                SignUpText {
                    base,
                    url,
                    time,
                    has_one,
                }
                .render()?,
                SignUpHtml {
                    base,
                    url,
                    time,
                    has_one,
                }
                .render()?,
            )
        }
        Posted::NewEmail { token, account } => {
            let (url, whose) = (
                &format!("{base}/settings/email/{}", token.expose_secret()),
                &whose(account),
            );
            (
                "Confirm your e-mail address",
                NewEmailText { base, url, time, whose }.render()?,
                NewEmailHtml { base, url, time, whose }.render()?,
            )
        }
        Posted::EmailAsked(account) | Posted::EmailChanged(account) => {
            let is_done = matches!(posting.what, Posted::EmailChanged(_));
            let whose = &whose(account);
            let subject = if is_done {
                "Your e-mail address was changed"
            } else {
                "Your e-mail address is about to change"
            };
            (
                subject,
                FormerEmailText {
                    base,
                    time,
                    whose,
                    is_done,
                }
                .render()?,
                FormerEmailHtml {
                    base,
                    time,
                    whose,
                    is_done,
                }
                .render()?,
            )
        }
    };
    Ok(Letter {
        to: posting.email.clone(),
        subject,
        text,
        html,
    })
}

fn links_of(links: &[SignInLink], base: &str) -> Vec<Link> {
    let several = links.len() > 1;
    let link = |link: &SignInLink| Link {
        whose: several.then(|| whose(&link.account)),
        url: format!("{base}/login/link/{}", link.token.expose_secret()),
    };
    links.iter().map(link).collect()
}

/// What a tenant is called in a mail. Whoever signs up with somebody else's address must not be able to write to them in our
/// name: nothing that could be read as an address or a sentence is repeated.
fn whose(account: &Account) -> String {
    const LONGEST: usize = 40;
    let is_plain = |c: char| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_' | '&' | '\'');
    let name = account.name.as_deref().map(str::trim).filter(|name| {
        let is_short = name.chars().count() <= LONGEST && name.split_whitespace().count() <= 4;
        is_short && !name.is_empty() && name.chars().all(is_plain)
    });
    let day = account.created_at.split('T').next().unwrap_or_default();
    match name {
        Some(name) => format!("{name}, made on {day}"),
        None => format!("Account made on {day}"),
    }
}

fn in_words(time: Duration) -> String {
    let seconds = time.as_secs();
    let (number, unit) = match seconds {
        hours if hours % 3600 == 0 => (hours / 3600, "hour"),
        minutes if minutes % 60 == 0 => (minutes / 60, "minute"),
        seconds => (seconds, "second"),
    };
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {unit}{plural}")
}
