//! The schemes that programs on a machine are called by.
//!
//! Whoever asks at `/authorize` is sent on before anybody signed in, to an address that a stranger registered, and a scheme that
//! the system knows starts a program on the machine of whoever clicked: `ms-msdt:`, `search-ms:`, `jnlp:`, `steam:`, `tel:`. Their
//! number grows with every program that is installed, so what is refused cannot be listed and what is taken is:
//!
//! - schemes in the order of a domain (`com.example.app:/callback`), which only a program that was made for it answers to:
//!   RFC 8252 section 7.1, RFC 7595 section 3.8;
//! - those of [`PROGRAMS`], clients of MCP that are publicly known to wait at such an address, and there the part that takes the
//!   answer, as far as it is known: elsewhere the same schemes install servers, open folders and run commands.
//!
//! A program that is not listed names an address on loopback, as most do and as RFC 8252 section 7.3 has it.

/// What may stand behind the `://` of a listed scheme, up to the path.
#[derive(Clone, Copy)]
enum Place {
    /// Anything.
    Any,
    /// This.
    Named(&'static str),
    /// The id of an extension, `publisher.name`: an editor hands an address on to an extension after it asked its user, and does
    /// with all others what they say.
    Extension,
}

/// Clients that wait for their answer at a scheme of their own.
const PROGRAMS: [(&str, Place); 9] = [
    ("claude", Place::Any),
    ("cursor", Place::Extension),
    ("mcpjam", Place::Named("oauth")),
    ("raycast", Place::Named("oauth")),
    ("vscode", Place::Extension),
    ("vscode-insiders", Place::Extension),
    ("vscodium", Place::Extension),
    ("warp", Place::Named("mcp")),
    ("windsurf", Place::Extension),
];

/// Parts of an editor that look like extensions and take no answer: they install servers and fetch repositories.
const NOT_EXTENSIONS: [&str; 2] = ["anysphere.cursor-deeplink", "vscode.git"];

/// Publishers of systems. What answers to their schemes came with the system, and connects to no server of others.
const SYSTEMS: [&str; 2] = ["com.apple.", "com.microsoft."];

/// Whether a program that may be sent an answer waits at a URI of this `scheme`, in lower case. `authority` is what stands between
/// its `://` and its path, nothing for one without.
pub(super) fn wait_at(scheme: &str, authority: &str) -> bool {
    if scheme.contains('.') {
        return is_domain_in_reverse(scheme);
    }
    let place = PROGRAMS.iter().find(|(known, _)| *known == scheme);
    match place {
        None => false,
        Some((_, Place::Any)) => !authority.is_empty(),
        Some((_, Place::Named(named))) => authority.eq_ignore_ascii_case(named),
        Some((_, Place::Extension)) => is_extension(authority),
    }
}

/// A top-level domain is letters alone, which `x-apple.systempreferences` has none of.
fn is_domain_in_reverse(scheme: &str) -> bool {
    let mut labels = scheme.split('.');
    let top = labels.next().unwrap_or_default();
    let is_top = top.len() > 1 && top.bytes().all(|byte| byte.is_ascii_alphabetic());
    is_top && labels.all(is_label) && !SYSTEMS.iter().any(|system| scheme.starts_with(system))
}

fn is_extension(authority: &str) -> bool {
    let parts = authority.split_once('.');
    parts.is_some_and(|(publisher, name)| is_label(publisher) && is_label(name))
        && !NOT_EXTENSIONS.iter().any(|not| not.eq_ignore_ascii_case(authority))
}

/// Letters, digits and hyphens, at least one of them.
fn is_label(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}
