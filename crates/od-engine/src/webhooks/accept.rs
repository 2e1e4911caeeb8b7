//! Judging a post, and what follows from one.

use std::sync::Arc;
use std::time::{Duration, Instant};

use od_client::OrderId;
use od_db::{DbError, WebhookEventRow};
use serde_json::json;
use uuid::Uuid;

use super::payload::{json, order, signed};
use super::{Address, Format, Post, Refused, Webhooks};
use crate::audit::WEBHOOK_POST;
use crate::calls::{Anonymous, Call};
use crate::error::Error;
use crate::roots::DigestOf;
use crate::scope::{ClientInfo, RequestId, Source};

/// What became of a post that Order Desk sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Accepted {
    /// It was new.
    New,
    /// The same came within the last day.
    Duplicate,
}

/// A post that was judged good.
struct Taken {
    address: Arc<Address>,
    order: OrderId,
    /// What a repetition is known by.
    delivery: String,
    at: i64,
    request_id: RequestId,
    client: ClientInfo,
    format: Format,
}

/// So long a post waits for what follows from it. While the other processes have to notice first that they cannot be told, that goes
/// on behind its answer.
const AT_ONCE: Duration = Duration::from_millis(500);

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
        let address = self.again(address).await?;
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
        let taken = Taken {
            delivery,
            at: now,
            order,
            request_id: post.request_id,
            client: post.client,
            format: post.format,
            address,
        };
        let engine = self.0.clone();
        // Nobody wrote anything through a post, so it need not wait until all processes know.
        let following = inner.work.spawn(async move { engine.webhooks().follow(taken).await });
        match tokio::time::timeout(AT_ONCE, following).await {
            Ok(Ok(followed)) => followed,
            Ok(Err(_)) => Err(Refused::Failed(Error::Internal(
                "what follows from a post came to no end",
            ))),
            Err(_) => Ok(Accepted::New),
        }
    }

    /// Does what follows from a post.
    async fn follow(&self, taken: Taken) -> Result<Accepted, Refused> {
        let (inner, address) = (&self.0.inner, &taken.address);
        let (events, tenant) = (inner.db.webhook_events(), &address.tenant);
        // First what follows (whoever listens is told by the memory), then the note that it did: a process that dies in between
        // does it again when the post is repeated.
        inner.order_changed(address.owner(), taken.order.as_str()).await;
        let event = WebhookEventRow {
            id: Uuid::now_v7().to_string(),
            tenant_id: tenant.clone(),
            store_row_id: address.store_row.clone(),
            delivery: taken.delivery.clone(),
            received_at: taken.at,
            processed_at: Some(taken.at),
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
        self.record(&taken).await;
        Ok(Accepted::New)
    }

    async fn record(&self, taken: &Taken) {
        let address = &taken.address;
        let who = Anonymous {
            request_id: taken.request_id,
            source: Source::Webhook,
            client: taken.client.clone(),
        };
        let format = match taken.format {
            Format::Form => "form",
            Format::Json => "json",
        };
        let call = Call {
            tool: WEBHOOK_POST.to_owned(),
            parameters: json!({ "order_id": taken.order.as_str(), "format": format }),
            cost: 0,
            needs: None,
        };
        let actor = format!("webhook:{}", address.prefix);
        self.0
            .record_post(&who, &address.tenant, actor, &address.store_id, call)
            .await;
    }
}
