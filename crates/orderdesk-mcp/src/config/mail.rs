//! Settings of outgoing mail.

use secrecy::SecretString;

use super::value::{EmailProvider, MailAddress};

section! {
    /// Mail carries sign-in links and confirmations of the web UI.
    Mail, "Mail";

    /// How mail leaves: written to the log, or sent through an SMTP server.
    EMAIL_PROVIDER => provider: EmailProvider = "console", example "smtp";

    /// The name or address of the SMTP server.
    SMTP_HOST => smtp_host: Option<String>, within "1" to "253", example "smtp.example.com";

    /// The SMTP server's port.
    SMTP_PORT => smtp_port: u16 = "587", within "1" to "65535", example "465";

    /// The user name at the SMTP server.
    SMTP_USER => smtp_user: Option<String>, within "1" to "256", example "postmaster";

    /// The password at the SMTP server.
    SMTP_PASSWORD => smtp_password: Option<SecretString>, within "1" to "1024", example "(the password)";

    /// The address mail is sent from.
    SMTP_FROM => smtp_from: Option<MailAddress>, example "orders@example.com";

    /// Whether the connection to the SMTP server is encrypted.
    SMTP_TLS => smtp_tls: bool = "true", example "false";
}
