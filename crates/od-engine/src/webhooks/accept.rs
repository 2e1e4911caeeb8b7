//! Judging a post, and what follows from one.

use std::time::Instant;

use od_client::OrderId;
use od_db::{DbError, WebhookEventRow};
use serde_json::json;
use uuid::Uuid;

use super::payload::{json, order, signed};
use super::{Address, Format, Post, Refused, Webhooks};
use crate::audit::WEBHOOK_POST;
use crate::calls::{Anonymous, Call};
use crate::roots::DigestOf;
use crate::scope::Source;

/// What became of a post that Order Desk sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Accepted {
    /// It was new.
    New,
    /// The same came within the last day.
    Duplicate,
}

impl Webhooks<'_> {
    /// Judges a post to an address and does what follows from it: the order and the store's lists are read again from here on, and
    /// whoever listens is told.
    ///
    /// # Errors
    /// [`Refused`]; then nothing was done, and nothing is kept of it but a number.
    pub async fn accept(&self, address: &Address, post: Post<'_>) -> Result<Accepted, Refused> {
        let outcome = self.judge(address, post).await;
        match &outcome {
            Ok(accepted) => self.0.inner.webhooks.outcomes.add(*accepted as usize),
            Err(refused) => self.count(refused),
        }
        outcome
    }

    async fn judge(&self, address: &Address, post: Post<'_>) -> Result<Accepted, Refused> {
        let address = &*self.again(address).await?;
        if post.store_id.is_some_and(|id| id.trim() != address.store_id) {
            return Err(Refused::ForeignStore);
        }
        let (Some(json), Some(hash)) = (json(&post), post.hash) else {
            return Err(Refused::Unproven);
        };
        let signed = signed(&json, hash.trim(), &address.key).ok_or(Refused::Unproven)?;
        // What was signed first: the other reading may say more than Order Desk did.
        let order = order(&signed).or_else(|| order(&json)).ok_or(Refused::Unusable)?;

        let inner = &self.0.inner;
        let delivery = inner.lasting.digest(DigestOf::WebhookPost, &[&signed]);
        let (events, now) = (inner.db.webhook_events(), inner.clock.now_millis());
        let (tenant, store_row) = (&address.tenant, &address.store_row);
        let is_repeated = events.repeated(tenant, store_row, &delivery, now).await?;
        let spent = inner.webhooks.posts.spend(store_row, 1, Instant::now());
        if is_repeated {
            // The order may have been something else in between, and a copy of the store's orders has it as that: nobody is told
            // again, but it is read again.
            if spent.is_ok() {
                inner.cache.written().note(store_row, Some(order.as_str()));
            }
            return Ok(Accepted::Duplicate);
        }
        spent.map_err(|retry_after| Refused::Limited { retry_after })?;
        // First what follows (whoever listens is told by the memory), then the note that it did: a process that dies in between
        // does it again when the post is repeated, because nobody was told that it was taken.
        inner.order_changed(address.owner(), order.as_str()).await;
        let event = WebhookEventRow {
            id: Uuid::now_v7().to_string(),
            tenant_id: tenant.clone(),
            store_row_id: store_row.clone(),
            delivery,
            received_at: now,
            processed_at: Some(now),
            outcome: Some("accepted".to_owned()),
            attempts: 1,
        };
        let noted = match events.receive(tenant, &event).await {
            // The store was deleted in this moment.
            Err(DbError::MissingParent) => return Err(Refused::UnknownAddress),
            noted => noted?,
        };
        if noted.attempts > 1 {
            return Ok(Accepted::Duplicate);
        }
        self.record(address, &post, &order).await;
        Ok(Accepted::New)
    }

    async fn record(&self, address: &Address, post: &Post<'_>, order: &OrderId) {
        let who = Anonymous {
            request_id: post.request_id,
            source: Source::Webhook,
            client: post.client.clone(),
        };
        let format = match post.format {
            Format::Form => "form",
            Format::Json => "json",
        };
        let call = Call {
            tool: WEBHOOK_POST.to_owned(),
            parameters: json!({ "order_id": order.as_str(), "format": format }),
            cost: 0,
            needs: None,
        };
        let actor = format!("webhook:{}", address.prefix);
        self.0
            .record_post(&who, &address.tenant, actor, &address.store_id, call)
            .await;
    }
}
