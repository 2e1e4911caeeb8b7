//! The doors: one [`Client`] for the process, one [`Store`] per credential, and how a call goes through.

use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::{Map, Value};
use tokio_util::sync::CancellationToken;

use crate::api::inventory::Inventory;
use crate::api::order_items::OrderItems;
use crate::api::orders::Orders;
use crate::api::shipments::Shipments;
use crate::budget::state::Limits;
use crate::budget::{Permit, Priority};
use crate::credentials::Credentials;
use crate::error::{BuildError, BusyCause, Error};
use crate::flight::Flights;
use crate::lane::{Lane, Lanes};
use crate::meter::{self, Measures, Meter};
use crate::options::ClientOptions;
use crate::reply;
use crate::request::Request;
use crate::retry::{self, Attempt, Decision, Policy};
use crate::sharing::Sharing;
use crate::transport::Transport;

/// The longest correlation id that is passed on.
const LONGEST_REQUEST_ID: usize = 128;

/// Order Desk over HTTP, for all stores. Cheap to clone; clones share connections and budgets, so a process makes one.
#[derive(Debug, Clone)]
pub struct Client(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    transport: Transport,
    policy: Policy,
    lanes: Lanes,
    meter: Meter,
}

impl Client {
    /// Checks the options and sets up TLS and connection pool. Sends nothing.
    pub fn new(options: &ClientOptions) -> Result<Self, BuildError> {
        Self::build(options, None)
    }

    /// One of several processes that spend the same budgets.
    pub fn sharing(options: &ClientOptions, with: Arc<dyn Sharing>) -> Result<Self, BuildError> {
        Self::build(options, Some(with))
    }

    fn build(options: &ClientOptions, sharing: Option<Arc<dyn Sharing>>) -> Result<Self, BuildError> {
        let limits =
            Limits::new(options.bucket_size, options.refill_per_second, options.headroom).ok_or(BuildError::Budget)?;
        let policy = Policy {
            max_retries: options.max_retries,
            backoff: options.retry_backoff,
            max_wait: options.max_wait,
        };
        Ok(Self(Arc::new(Inner {
            transport: Transport::new(options)?,
            policy,
            lanes: Lanes::new(limits, sharing, options.breaker_threshold, options.breaker_probe),
            meter: Meter::new(),
        })))
    }

    /// What was counted since the start, and how things stand. Nothing of it names a store.
    pub fn measures(&self) -> Measures {
        let now = self.0.lanes.at(Instant::now());
        Measures {
            fewest_tokens: now.fewest_tokens,
            waiting: now.waiting,
            open_breakers: now.open_breakers,
            ..self.0.meter.read()
        }
    }

    /// How many processes that spend the same budgets without a common bucket can each have a share that is enough for every
    /// change. With more of them a change saves up first, and bursts of all of them together may be more than Order Desk takes.
    pub fn shares(&self) -> u32 {
        self.0.lanes.shares()
    }

    /// The door of one store. Costs nothing; the credentials are first tried by a call.
    pub fn store(&self, credentials: &Credentials) -> Store {
        Store {
            client: Arc::clone(&self.0),
            lane: self.0.lanes.get(&credentials.budget_key, Instant::now()),
            credentials: Arc::new(credentials.clone()),
            priority: None,
            permit: None,
            request_id: None,
            wanted: None,
        }
    }
}

/// One store's door. Cheap to clone.
///
/// Calls wait for the store's request budget, are repeated where that is safe, and identical reads in flight are one
/// request; [`with`](Self::with) a permit none of this happens.
#[derive(Debug, Clone)]
pub struct Store {
    client: Arc<Inner>,
    lane: Arc<Lane>,
    credentials: Arc<Credentials>,
    /// None: large lists and batches are bulk, everything else interactive.
    priority: Option<Priority>,
    permit: Option<Permit>,
    request_id: Option<Arc<str>>,
    /// Cancelled when nobody waits for its reads any more.
    wanted: Option<CancellationToken>,
}

impl Store {
    /// Calls that somebody waits for, large ones too.
    pub fn interactive(&self) -> Self {
        Self {
            priority: Some(Priority::Interactive),
            ..self.clone()
        }
    }

    /// Calls that give way to interactive ones.
    pub fn bulk(&self) -> Self {
        Self {
            priority: Some(Priority::Bulk),
            ..self.clone()
        }
    }

    /// Sends `id` as `X-Request-Id` with every call, so that a request can be found in logs on both sides. An id that
    /// is not printable ASCII of at most 128 characters is left out.
    pub fn request_id(self, id: &str) -> Self {
        let fit = !id.is_empty() && id.len() <= LONGEST_REQUEST_ID && id.bytes().all(|byte| byte.is_ascii_graphic());
        Self {
            request_id: fit.then(|| Arc::from(id)),
            ..self
        }
    }

    /// A door whose reads are given up when `wanted` is cancelled because nobody waits for them any more: one that waits to
    /// be sent fails with [`Error::Abandoned`] and costs nothing, one that was sent goes on to its answer. Writes take no
    /// notice. A read that others wait for as well is left to them.
    pub fn while_wanted(&self, wanted: &CancellationToken) -> Self {
        Self {
            wanted: Some(wanted.clone()),
            ..self.clone()
        }
    }

    /// What says that nobody waits any more, if anything does.
    pub fn wanted(&self) -> Option<&CancellationToken> {
        self.wanted.as_ref()
    }

    /// The longest that a call waits for tokens and refusals together ([`ClientOptions::max_wait`]).
    pub fn max_wait(&self) -> Duration {
        self.client.policy.max_wait
    }

    /// Takes the tokens of several requests together, so that nothing waits between them.
    ///
    /// Waits at most [`ClientOptions::max_wait`], in the order of priority; [`Error::Busy`] at once when that cannot be
    /// enough. Tokens that a permit holds are missing to everybody else: hold it briefly.
    pub async fn reserve(&self, tokens: u32) -> Result<Permit, Error> {
        self.check_breaker()?;
        let priority = self.priority.unwrap_or(Priority::Interactive);
        let reserved = self.tokens(tokens, priority, self.client.policy.max_wait);
        unless_abandoned(self.wanted.as_ref(), reserved).await?
    }

    /// Waits for tokens, and has it counted.
    async fn tokens(&self, tokens: u32, priority: Priority, limit: Duration) -> Result<Permit, Error> {
        let _timed = tracing::info_span!(target: "otel", "wait", operation = "request budget");
        let queued = Instant::now();
        let reserved = self.lane.budget.reserve(tokens, priority, limit).await;
        self.client.meter.waited(queued.elapsed());
        reserved.inspect_err(|error| self.client.meter.refused(error))
    }

    /// Whole tokens that the store's budget holds now. Nothing is sent and nothing waits.
    pub fn tokens_left(&self) -> u32 {
        let (tokens, _) = self.lane.budget.at(Instant::now());
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "between 0 and the size of a bucket"
        )]
        let whole = tokens.max(0.0) as u32;
        whole
    }

    /// How many tokens can be reserved together: the store's bucket less the headroom.
    pub fn most_at_once(&self) -> u32 {
        self.lane.budget.most_at_once()
    }

    /// A door whose calls are paid by `permit`: each is sent at once and once, never waits, is never repeated and
    /// never shares a read of somebody else. When the permit is spent they fail with [`Error::Busy`], unsent.
    pub fn with(&self, permit: &Permit) -> Self {
        Self {
            permit: Some(permit.clone()),
            ..self.clone()
        }
    }

    /// Orders, their history and their folders.
    pub fn orders(&self) -> Orders<'_> {
        Orders(self)
    }

    /// The lines of an order.
    pub fn order_items(&self) -> OrderItems<'_> {
        OrderItems(self)
    }

    /// The shipments of an order.
    pub fn shipments(&self) -> Shipments<'_> {
        Shipments(self)
    }

    /// Inventory items, which are Order Desk's products.
    pub fn inventory(&self) -> Inventory<'_> {
        Inventory(self)
    }

    /// One operation of the API: every group's methods end here.
    pub(crate) async fn call(&self, request: Request) -> Result<Map<String, Value>, Error> {
        if !request.method.is_read() {
            let _close = CloseFlights(&self.lane.flights);
            return self.send(&request).await;
        }
        if self.permit.is_some() {
            return self.send(&request).await;
        }
        let work = |nobody_waits: &CancellationToken| {
            let (store, request) = (self.while_wanted(nobody_waits), request.clone());
            async move { store.send(&request).await.map(Arc::new) }
        };
        let joined = self.lane.flights.join(request.target(), self.wanted.as_ref(), work);
        Ok(Arc::unwrap_or_clone(joined.await?))
    }

    async fn send(&self, request: &Request) -> Result<Map<String, Value>, Error> {
        match &self.permit {
            Some(permit) if !permit.belongs_to(&self.lane.budget) => Err(Error::InvalidArgument(
                "the permit was reserved for another store".to_owned(),
            )),
            Some(permit) => self.attempt(request, permit).await,
            None => self.repeat(request).await,
        }
    }

    /// Waits for a token and sends, again and again as [`retry::decide`] says.
    async fn repeat(&self, request: &Request) -> Result<Map<String, Value>, Error> {
        let policy = &self.client.policy;
        let by_size = if request.bulk {
            Priority::Bulk
        } else {
            Priority::Interactive
        };
        let priority = self.priority.unwrap_or(by_size);
        // Nobody may give up a write: whoever asked for it has been promised that it is made.
        let given_up = self.wanted.as_ref().filter(|_| request.method.is_read());
        let mut waited = Duration::ZERO;
        let mut retries = 0;
        let mut last = None;
        loop {
            // A later attempt that finds no way reports why the earlier one failed.
            let refused = |refusal| last.clone().unwrap_or(refusal);
            self.check_breaker().map_err(refused)?;
            let queued = Instant::now();
            let limit = policy.max_wait.saturating_sub(waited);
            let reserved = self.tokens(1, priority, limit);
            let permit = unless_abandoned(given_up, reserved).await?.map_err(refused)?;
            waited += queued.elapsed();
            let error = match self.attempt(request, &permit).await {
                Ok(reply) => return Ok(reply),
                Err(error @ Error::Busy { .. }) => return Err(refused(error)),
                Err(error) => error,
            };
            let attempt = Attempt {
                method: request.method,
                retries,
                waited,
                jitter: rand::random(),
            };
            match retry::decide(policy, &attempt, &error) {
                Decision::GiveUp => return Err(error),
                Decision::Queue => {}
                Decision::Repeat(pause) => {
                    retries += 1;
                    unless_abandoned(given_up, tokio::time::sleep(pause)).await?;
                }
            }
            self.client.meter.retried();
            tracing::debug!(method = ?request.method, path = %request.path, %error, retries, "repeating a request");
            last = Some(error);
        }
    }

    /// Sends once; budget and breaker learn from the outcome.
    async fn attempt(&self, request: &Request, permit: &Permit) -> Result<Map<String, Value>, Error> {
        let credentials = self.credentials.headers()?;
        self.lane
            .breaker
            .admit(Instant::now())
            .map_err(|wait| self.dead(wait))?;
        let spent = permit.spend()?;
        let operation = request.operation;
        let span = tracing::info_span!(
            target: "otel",
            "upstream",
            operation = operation.name(),
            status = tracing::field::Empty
        );
        let started = Instant::now();
        let outcome = self
            .client
            .transport
            .send(request, credentials, self.request_id.as_deref())
            .await;
        let end = outcome.as_ref().map(|raw| raw.status);
        span.record("status", meter::told(end));
        self.client.meter.ended(operation, end, started.elapsed());
        drop(span);
        if let Ok(raw) = &outcome {
            match (raw.status, raw.tokens_remaining) {
                (429, _) => spent.refused(raw.retry_after.unwrap_or_default()),
                (_, Some(remaining)) => spent.observed(remaining),
                (_, None) => {}
            }
        }
        let reply = outcome.and_then(|raw| {
            tracing::debug!(
                method = ?request.method,
                path = %request.path,
                status = raw.status,
                tokens_remaining = raw.tokens_remaining,
                elapsed_ms = started.elapsed().as_secs_f64() * 1000.0,
                "Order Desk answered"
            );
            reply::judge(&raw, &self.credentials.api_key, request.sieve.is_some())
        });
        match &reply {
            Err(Error::Network { sent: false, .. } | Error::Timeout { sent: false }) => {
                spent.unsent();
                self.lane.breaker.failed(Instant::now());
            }
            Err(Error::Network { .. } | Error::Timeout { .. } | Error::Server { .. }) => {
                self.lane.breaker.failed(Instant::now());
            }
            _ => self.lane.breaker.answered(),
        }
        reply.map(|reply| match request.sieve {
            Some(sieve) => sieve(reply),
            None => reply,
        })
    }

    fn check_breaker(&self) -> Result<(), Error> {
        let checked = self.lane.breaker.check(Instant::now());
        checked.map_err(|wait| self.dead(wait))
    }

    /// A refusal because Order Desk has not been answering, counted.
    fn dead(&self, retry_after: Duration) -> Error {
        let error = Error::Busy {
            retry_after,
            cause: BusyCause::Breaker,
        };
        self.client.meter.refused(&error);
        error
    }
}

/// Waits for `turn`, unless everybody who wants it has gone.
async fn unless_abandoned<T>(wanted: Option<&CancellationToken>, turn: impl Future<Output = T>) -> Result<T, Error> {
    match wanted {
        None => Ok(turn.await),
        Some(wanted) => wanted.run_until_cancelled(turn).await.ok_or(Error::Abandoned),
    }
}

/// Ends the sharing of earlier reads when a write has ended, also when its caller went away.
struct CloseFlights<'a>(&'a Flights);

impl Drop for CloseFlights<'_> {
    fn drop(&mut self) {
        self.0.close();
    }
}
