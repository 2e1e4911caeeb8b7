//! Judging a value by the name of its field.

/// What a field of some name holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    /// Opens something.
    Secret,
    /// Tells who somebody is or where they live.
    Personal,
}

/// Names of secrets. A name that ends in `_` and one of these is one, too: `webhook_secret`, `x_api_key`.
const SECRETS: &[&str] = &[
    "access_token",
    "api_key",
    "apikey",
    "authorization",
    "bearer",
    "card_number",
    "cc_number",
    "ciphertext",
    "client_secret",
    "code_verifier",
    "cookie",
    "cookies",
    "csrf",
    "cvv",
    "encryption_key",
    "id_token",
    "jwt",
    "kms",
    "kms_key",
    "lookup_index",
    "master_key",
    "nonce",
    "passphrase",
    "passwd",
    "password",
    "private_key",
    "refresh_token",
    "root_key",
    "secret",
    "secret_key",
    "session_key",
    "set_cookie",
    "signing_key",
    "token",
];

/// Endings that mark sealed columns.
const SEALED: &[&str] = &["_ciphertext", "_tag", "_nonce"];

/// Names of personal data; a prefix as in `customer_phone` or `shipping_first_name` does not change that.
const PERSONAL: &[&str] = &[
    "address1",
    "address2",
    "address3",
    "address4",
    "address_1",
    "address_2",
    "company",
    "first_name",
    "full_name",
    "last_name",
    "middle_name",
    "mobile",
    "phone",
    "phone_number",
    "street",
    "street_address",
    "telephone",
];

/// Personal only by themselves: `store_name` and `ip_address` are something else.
const PERSONAL_ALONE: &[&str] = &[
    "name",
    "address",
    "recipient",
    "customer_name",
    "shipping_name",
    "billing_name",
    "contact_name",
    "username",
];

/// What people write or paste, where somebody lives, and what they pay with, among the arguments of a call. In log lines the names mean something else.
const FREE_TEXTS: &[&str] = &[
    "cc_exp",
    "cc_number_masked",
    "city",
    "comment",
    "comments",
    "content",
    "ip_address",
    "message",
    "note",
    "postal_code",
    "postcode",
    "query",
    "rows",
    "search",
    "zip",
];

/// Arguments of which a merchant makes up the keys. `values` are those of the operations that set some of them.
const FREE_KEYS: &[&str] = &[
    "checkout_data",
    "metadata",
    "order_metadata",
    "values",
    "variation_list",
];

/// Names that mean something else in a sentence: "unknown store name: ...".
const ORDINARY_WORDS: &[&str] = &["name", "address", "company", "recipient", "street", "mobile"];

/// What a field of that name holds, if it must not be written down. Case, `-`, `_`, spaces and camel case count alike.
pub(super) fn class(name: &str) -> Option<Class> {
    let name = snake(name);
    // For names whose words are run together: "apikey", "accesstoken", "firstname".
    let is = |known: &&str| {
        name.as_bytes().first() == known.as_bytes().first()
            && (name == **known || name.chars().eq(known.chars().filter(|c| *c != '_')))
    };
    let ends_with = |known: &&str| name.strip_suffix(*known).is_some_and(|rest| rest.ends_with('_'));
    if SECRETS.iter().any(|known| is(known) || ends_with(known)) || SEALED.iter().any(|end| name.ends_with(end)) {
        Some(Class::Secret)
    } else if PERSONAL.iter().any(|known| is(known) || ends_with(known)) || PERSONAL_ALONE.iter().any(is) {
        Some(Class::Personal)
    } else {
        None
    }
}

/// Whether an argument of that name holds what somebody wrote or searched for.
pub(super) fn is_free_text(name: &str) -> bool {
    let name = snake(name);
    let ends_with = |known: &&str| name.strip_suffix(*known).is_some_and(|rest| rest.ends_with('_'));
    FREE_TEXTS.iter().any(|known| name == *known || ends_with(known))
}

/// Whether an argument of that name is a map whose keys somebody made up.
pub(super) fn has_free_keys(name: &str) -> bool {
    FREE_KEYS.contains(&snake(name).as_str())
}

/// What a name in running text announces when a value follows it.
pub(super) fn announces(name: &str) -> Option<Class> {
    let ordinary = || ORDINARY_WORDS.iter().any(|word| name.eq_ignore_ascii_case(word));
    class(name).filter(|class| *class == Class::Secret || !ordinary())
}

/// Lower case with `_` between words. Every run of other characters separates words, and so does a capital after a small
/// letter or digit.
fn snake(name: &str) -> String {
    let mut snake = String::with_capacity(name.len() + 4);
    let mut after_small = false;
    for c in name.chars() {
        let separates = !c.is_alphanumeric();
        if (separates || (c.is_uppercase() && after_small)) && !snake.is_empty() && !snake.ends_with('_') {
            snake.push('_');
        }
        if !separates {
            snake.extend(c.to_lowercase());
        }
        after_small = c.is_lowercase() || c.is_numeric();
    }
    snake
}
