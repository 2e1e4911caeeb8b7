//! Keys that outlive the root key they came from.
//!
//! A row that is found by a digest, and a lock that replicas take by one, must be found under the same digest after the root
//! key has changed, and by a replica that has not heard of it yet: otherwise an order could be made twice. These digests keep
//! nobody out; what they are keyed for is that whoever has the database alone cannot test guesses against them.

use od_db::{Db, DbError, KeptKey};
use od_vault::{Fingerprints, RootKey};

use super::Roots;
use crate::sealed::{IntoColumns as _, IntoSealed as _};

/// What a digest is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(usize)]
pub(crate) enum DigestOf {
    /// What identical calls have in common.
    IdenticalCall,
    /// A record that a call names.
    ChangedRecord,
    /// What identical creates without a name have in common.
    UnnamedCreate,
    /// What a named create consists of.
    NamedCreate,
    /// Where an order comes from.
    OrderSource,
    /// A store's id and API key.
    Shop,
    /// The secret of a registered program: 256 random bits, which nobody finds from a digest.
    ClientSecret,
    /// What a program registered with.
    ClientRegistration,
    /// The token in an address that Order Desk posts to.
    WebhookAddress,
    /// What Order Desk posted.
    WebhookPost,
    /// What replicas share something by.
    SharedName,
}

impl DigestOf {
    const ALL: [Self; 11] = [
        Self::IdenticalCall,
        Self::ChangedRecord,
        Self::UnnamedCreate,
        Self::NamedCreate,
        Self::OrderSource,
        Self::Shop,
        Self::ClientSecret,
        Self::ClientRegistration,
        Self::WebhookAddress,
        Self::WebhookPost,
        Self::SharedName,
    ];

    /// Part of what rows of before are found by.
    fn as_str(self) -> &'static str {
        match self {
            Self::IdenticalCall => "identical call",
            Self::ChangedRecord => "changed record",
            Self::UnnamedCreate => "unnamed create",
            Self::NamedCreate => "named create",
            Self::OrderSource => "order source",
            Self::Shop => "upstream budget",
            Self::ClientSecret => "client secret",
            Self::ClientRegistration => "client registration",
            Self::WebhookAddress => "webhook address",
            Self::WebhookPost => "webhook post",
            Self::SharedName => "shared names",
        }
    }

    fn name(self) -> String {
        format!("{LASTING}{}", self.as_str())
    }
}

/// What the names of keys begin with that are the same under every root key.
const LASTING: &str = "lasting/";
/// What the names of those begin with that chained the entries of before, one for each former root key.
const FORMER: &str = "chained/";
/// What entries are chained with.
pub(crate) const AUDIT_CHAIN: &str = "audit chain";

/// Makes the digests.
#[derive(Debug)]
pub(crate) struct Lasting([Fingerprints; DigestOf::ALL.len()]);

impl Lasting {
    /// Those of a database that never had another root key.
    pub(crate) fn of(root: &RootKey) -> Self {
        Self(DigestOf::ALL.map(|purpose| root.fingerprints(purpose.as_str())))
    }

    /// What makes digests of one kind.
    pub(crate) fn key(&self, of: DigestOf) -> &Fingerprints {
        &self.0[of as usize]
    }

    /// One digest.
    pub(crate) fn digest(&self, purpose: DigestOf, parts: &[&[u8]]) -> String {
        self.0[purpose as usize].of(parts)
    }
}

/// Everything that is kept.
pub(crate) struct Kept {
    pub(crate) lasting: Lasting,
    /// What entries of before were chained with, and the name of each.
    former: Vec<(String, Fingerprints)>,
}

impl Kept {
    /// Opens what a database keeps that is under `root`, which is one of `roots`. What does not open was changed from
    /// outside: what it vouched for is not vouched for any more.
    pub(crate) async fn read(db: &Db, roots: &Roots, root: &RootKey) -> Result<Self, DbError> {
        let mut kept = Self::of(root);
        for KeptKey { name, sealed } in db.check_value().kept().await? {
            let sealed = sealed.into_sealed();
            let Some(key) = roots
                .all()
                .find_map(|root| Fingerprints::open(root, &name, &sealed).ok())
            else {
                tracing::error!(name, "a kept key does not open: the database was changed from outside");
                continue;
            };
            if let Some(purpose) = DigestOf::ALL.into_iter().find(|purpose| purpose.name() == name) {
                kept.lasting.0[purpose as usize] = key;
            } else if name.starts_with(FORMER) {
                kept.former.push((name, key));
            }
        }
        Ok(kept)
    }

    /// What a database keeps that has had one root key.
    pub(crate) fn of(root: &RootKey) -> Self {
        Self {
            lasting: Lasting::of(root),
            former: Vec::new(),
        }
    }

    /// All of it, sealed for the root key that comes after `before`, which has become a former one.
    pub(crate) fn handed_over(&self, before: &RootKey, next: &RootKey) -> Vec<KeptKey> {
        let seal = |name: &str, key: &Fingerprints| KeptKey {
            name: name.to_owned(),
            sealed: key.seal(next, name).into_columns(),
        };
        let lasting = DigestOf::ALL
            .into_iter()
            .map(|purpose| seal(&purpose.name(), &self.lasting.0[purpose as usize]));
        let chained = self.former.iter().map(|(name, key)| seal(name, key));
        let name = format!("{FORMER}{}", before.id());
        let last = seal(&name, &before.fingerprints(AUDIT_CHAIN));
        lasting.chain(chained).chain([last]).collect()
    }

    /// What entries of before were chained with.
    pub(crate) fn into_former(self) -> (Lasting, Vec<Fingerprints>) {
        (self.lasting, self.former.into_iter().map(|(_, key)| key).collect())
    }
}
