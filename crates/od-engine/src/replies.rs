//! The cache of a process that has others beside it: a reply that is kept is given only when nobody has changed what it is
//! about, and one that another process read need not be read again.

use std::time::Duration;

use crate::cache::{Changed, Key, Owner, Portable, Read, Resource, subject};
use crate::engine::Inner;
use crate::error::Error;
use crate::replicas::{Current, noticed};
use crate::scope::Identity;
use od_shared::Generation;
use od_vault::{Place, Sealed};
use secrecy::ExposeSecret as _;

impl Inner {
    /// The key of an answer, as things are when this is asked. `shape` is everything beside the resource that shaped it.
    pub(crate) async fn key(&self, owner: Owner<'_>, resource: Resource<'_>, shape: &str) -> Key {
        let subject = subject(owner, resource);
        let own = || self.cache.key(owner, resource, shape);
        match self.replicas.current(&subject).await {
            Current::Own(0) => own(),
            Current::Own(changes) => own().while_alone(changes),
            // What this process changed itself is in there too: its own count would make the key another one than theirs.
            Current::Shared(Generation { all, own }) => Key::new(&subject, format_args!("{all} {own}"), shape).shared(),
            Current::Unknown => own().for_nobody_else(),
        }
    }

    /// Forgets one order and every list of orders of its store, and tells whoever listens, to any process.
    pub(crate) async fn order_changed(&self, owner: Owner<'_>, order_id: &str) {
        self.cache.order_changed(owner, order_id);
        self.changed(owner, [Resource::Order(order_id), Resource::OrderList])
            .await;
        // Only now: who is told reads it again.
        let changed = Changed {
            tenant: owner.tenant.clone(),
            store_row: owner.store_row.into(),
            order_id: order_id.into(),
        };
        self.replicas.tell(&changed).await;
        self.cache.tell(changed);
    }

    /// Forgets every list of orders of a store: none of them holds an order that was just created.
    pub(crate) async fn order_added(&self, owner: Owner<'_>) {
        self.cache.order_added(owner);
        self.changed(owner, [Resource::OrderList]).await;
        self.replicas.tell_added(owner).await;
    }

    /// Forgets these inventory items and every list of inventory items of their store.
    pub(crate) async fn products_changed<'a>(&self, owner: Owner<'_>, ids: impl IntoIterator<Item = &'a str>) {
        let ids: Vec<&str> = ids.into_iter().collect();
        self.cache.products_changed(owner, ids.iter().copied());
        let items = ids.into_iter().map(Resource::Product);
        self.changed(owner, items.chain([Resource::ProductList])).await;
    }

    /// Forgets a store's settings: somebody asks for them anew.
    pub(crate) async fn settings_overtaken(&self, owner: Owner<'_>) {
        self.cache.settings_overtaken(owner);
        self.changed(owner, [Resource::StoreSettings]).await;
    }

    async fn changed<'a>(&self, owner: Owner<'_>, resources: impl IntoIterator<Item = Resource<'a>>) {
        let subjects: Vec<String> = resources.into_iter().map(|resource| subject(owner, resource)).collect();
        self.replicas.changed(&subjects, self.cache.memory_of_changes()).await;
        noticed(self).await;
    }

    /// What another process kept for a key, or what `read` finds, which is then kept for the others.
    ///
    /// # Errors
    /// Those of `read`.
    pub(crate) async fn elsewhere_or<T: Portable>(
        &self,
        identity: &Identity,
        key: &Key,
        resource: Resource<'_>,
        read: impl Future<Output = Result<T, Error>>,
    ) -> Result<Read<T>, Error> {
        if let Some((answer, age)) = self.elsewhere(identity, key, resource).await {
            return Ok(Read { answer, age: Some(age) });
        }
        let answer = read.await?;
        self.keep_elsewhere(identity, key, resource, &answer).await;
        Ok(Read { answer, age: None })
    }

    async fn elsewhere<T: Portable>(
        &self,
        identity: &Identity,
        key: &Key,
        resource: Resource<'_>,
    ) -> Option<(T, Duration)> {
        if !key.is_shared {
            return None;
        }
        let data_key = identity.data_key().ok()?;
        let (sealed, left) = self.replicas.reply(&key.text).await?;
        let mut parts = std::str::from_utf8(&sealed).ok()?.split('.').map(str::to_owned);
        let sealed = Sealed {
            nonce: parts.next()?,
            tag: parts.next()?,
            ciphertext: parts.next()?,
        };
        let opened = data_key.open(&place(identity, key), &sealed).ok()?;
        let answer = serde_json::from_slice(opened.expose_secret()).ok()?;
        Some((answer, self.cache.lifetime(resource).saturating_sub(left)))
    }

    /// Keeps an answer for the other processes, sealed with the tenant's data key and bound to its place.
    pub(crate) async fn keep_elsewhere<T: Portable>(
        &self,
        identity: &Identity,
        key: &Key,
        resource: Resource<'_>,
        answer: &T,
    ) {
        let lifetime = self.cache.lifetime(resource);
        if !key.is_shared || lifetime.is_zero() {
            return;
        }
        let Ok(data_key) = identity.data_key() else { return };
        let Ok(text) = serde_json::to_vec(answer) else {
            tracing::warn!("a reply could not be written for the other processes");
            return;
        };
        let sealed = data_key.seal(&place(identity, key), &text);
        let sealed = [sealed.nonce, sealed.tag, sealed.ciphertext].join(".");
        self.replicas.keep_reply(&key.text, sealed.as_bytes(), lifetime).await;
    }
}

fn place<'a>(identity: &'a Identity, key: &'a Key) -> Place<'a> {
    Place {
        tenant: identity.tenant().as_str(),
        row: &key.text,
        field: "reply",
    }
}
