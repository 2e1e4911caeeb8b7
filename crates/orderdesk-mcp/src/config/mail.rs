//! Settings of outgoing mail.

use secrecy::SecretString;

use super::{
    Fault,
    value::{EmailProvider, PublicUrl, Sender},
};

section! {
    /// Mail carries sign-in and sign-up links of the web UI.
    Mail, "Mail";

    /// How mail leaves: written to standard error, for trying it out on this machine, or sent through an SMTP server. Where
    /// PUBLIC_URL leads elsewhere, `console` prints nothing, for a mail has a link that signs in: no mail leaves, and the pages
    /// offer no links.
    EMAIL_PROVIDER => provider: EmailProvider = "console", example "smtp";

    /// The name or address of the SMTP server.
    SMTP_HOST => smtp_host: Option<String>, within "1" to "253", example "smtp.example.com";

    /// The SMTP server's port. At 465 the connection begins with TLS; at any other port it goes over to it (STARTTLS).
    SMTP_PORT => smtp_port: u16 = "587", within "1" to "65535", example "465";

    /// The user name at the SMTP server.
    SMTP_USER => smtp_user: Option<String>, within "1" to "256", example "postmaster";

    /// The password at the SMTP server.
    SMTP_PASSWORD => smtp_password: Option<SecretString>, within "1" to "1024", example "(the password)";

    /// Whom mail comes from.
    SMTP_FROM => smtp_from: Option<Sender>, example "orders@example.com";

    /// Whether the connection to the SMTP server must be encrypted; without, links and password cross the network readable.
    SMTP_TLS => smtp_tls: bool = "true", example "false";
}

impl Mail {
    /// Whether none can leave a server with this public address: it would be printed, with the links in it, among the log of one
    /// that is there for others.
    pub fn is_off(&self, public_url: Option<&PublicUrl>) -> bool {
        self.provider == EmailProvider::Console && public_url.is_some_and(|url| !url.is_loopback())
    }
}

/// The faults of mail while nothing sends any: other programs read these names as well, and may mean them otherwise.
pub fn excused(faults: &mut Vec<Fault>, webui: bool) -> Vec<String> {
    let is_of_mail = |fault: &mut Fault| {
        let name = fault.subject.strip_suffix("_FILE").unwrap_or(&fault.subject);
        !webui && Mail::rows().iter().any(|row| row.name == name)
    };
    faults
        .extract_if(.., is_of_mail)
        .map(|fault| format!("{fault} No mail is sent without ENABLE_WEBUI=true."))
        .collect()
}
