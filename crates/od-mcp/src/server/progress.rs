//! Telling a client how far its call is, while it waits for the answer.

use std::time::Duration;

use od_engine::{Progress, Scope, Step, Steps};
use rmcp::model::{ProgressNotificationParam, ProgressToken};
use rmcp::service::{Peer, RequestContext};
use rmcp::{ErrorData, RoleServer};
use tokio::time::{Instant, sleep_until};

/// As long as this passes between two notifications: three a second.
const PAUSE: Duration = Duration::from_millis(333);

/// What a call tells, and to whom.
pub(super) struct Telling {
    steps: Steps,
    token: ProgressToken,
    peer: Peer<RoleServer>,
}

impl Telling {
    /// Has the call of a scope tell how far it is, when its client asked for that by a token.
    pub(super) fn wanted(scope: &mut Option<Scope>, context: &RequestContext<RoleServer>) -> Option<Self> {
        let token = context.meta.get_progress_token()?;
        let (progress, steps) = Progress::new();
        *scope = Some(scope.take()?.with_progress(progress));
        let peer = context.peer.clone();
        Some(Self { steps, token, peer })
    }

    /// Waits for the answer, and tells until then. The call goes on whether or not the client takes what is told; what was begun
    /// to be told is told before the answer, and nothing after it.
    pub(super) async fn during<T>(
        mut self,
        mut call: impl Future<Output = Result<T, ErrorData>> + Unpin,
    ) -> Result<T, ErrorData> {
        let mut from = Instant::now();
        loop {
            let next = async {
                sleep_until(from).await;
                self.steps.next().await
            };
            let step = tokio::select! {
                biased;
                answer = &mut call => return answer,
                step = next => step,
            };
            let mut told = Box::pin(self.tell(step));
            tokio::select! {
                biased;
                answer = &mut call => {
                    told.await;
                    return answer;
                }
                () = &mut told => {}
            }
            from = Instant::now() + PAUSE;
        }
    }

    #[expect(
        clippy::cast_precision_loss,
        reason = "the protocol's numbers are floats, and no shop has 2^53 orders"
    )]
    async fn tell(&self, step: Step) {
        let told = ProgressNotificationParam::new(self.token.clone(), step.done as f64)
            .with_total(step.total as f64)
            .with_message(step.words);
        if let Err(error) = self.peer.notify_progress(told).await {
            tracing::debug!(%error, "how far a call is could not be told");
        }
    }
}
