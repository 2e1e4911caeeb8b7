//! What the pages have in the demo alone: a link that signs in, and a look into the simulated shops.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use od_engine::{new_browser, same};
use secrecy::SecretString;

#[cfg(test)]
mod tests;

/// An order of a simulated shop.
#[derive(Clone, Debug)]
pub struct ShopOrder {
    /// What the customer knows it by.
    pub number: String,
    /// The store's name.
    pub store: String,
    /// Who ordered.
    pub customer: String,
    /// The name of the folder that it stands in.
    pub folder: String,
    /// As Order Desk writes amounts: `19.90`.
    pub total: String,
    /// RFC 3339.
    pub changed_at: String,
}

/// Looks at the simulated shops: their orders, those that changed last before the others.
pub type Shops = Arc<dyn Fn() -> Vec<ShopOrder> + Send + Sync>;

/// The demo's pages. Cheap to clone.
#[derive(Clone)]
pub struct Demo {
    link: Arc<Mutex<Link>>,
    shops: Shops,
}

/// A link that signs in once.
struct Link {
    token: String,
    /// Gone with the first use.
    key: Option<SecretString>,
}

impl Demo {
    /// With a link of its own that signs in with `master_key`, once, as long as this process lives; and the link's path.
    pub fn new(master_key: SecretString, shops: Shops) -> (Self, String) {
        let token = new_browser();
        let path = format!("/demo/{token}");
        let link = Link {
            token,
            key: Some(master_key),
        };
        let link = Arc::new(Mutex::new(link));
        (Self { link, shops }, path)
    }

    /// What the link with this token signs in with: a key for the right one, the first time.
    pub(crate) fn redeem(&self, token: &str) -> Option<SecretString> {
        let mut link = self.link.lock().unwrap_or_else(PoisonError::into_inner);
        if same(link.token.as_bytes(), token.as_bytes()) {
            link.key.take()
        } else {
            None
        }
    }

    /// The orders of the simulated shops.
    pub(crate) fn orders(&self) -> Vec<ShopOrder> {
        (self.shops)()
    }
}

/// Nothing of the link.
impl fmt::Debug for Demo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Demo").finish_non_exhaustive()
    }
}
