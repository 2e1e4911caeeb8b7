//! The request budgets of stores, spent together with the other processes.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use od_client::sharing::{Ask, Bucket, Sharing, Standing, Told};

use super::Replicas;

/// What the client asks; see [`Sharing`].
pub(crate) struct Budgets(pub(crate) Arc<Replicas>);

impl std::fmt::Debug for Budgets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Budgets").finish_non_exhaustive()
    }
}

impl Sharing for Budgets {
    fn standing(&self) -> Standing {
        let Replicas { shared, alive, .. } = &*self.0;
        let redis = shared.as_ref().map(od_shared::Shared::standing);
        if let Some(up) = redis.filter(|redis| redis.is_up) {
            return Standing {
                together: true,
                among: 1,
                since: Some(up.since),
            };
        }
        // The later of the two: since then nobody else has spent more than a share.
        let went = redis.map(|redis| redis.since);
        Standing {
            together: false,
            among: alive.count(),
            since: went.max(alive.since()),
        }
    }

    fn ask(&self, store: Arc<str>, bucket: Bucket, ask: Ask) -> Pin<Box<dyn Future<Output = Option<Told>> + Send>> {
        let replicas = self.0.clone();
        Box::pin(async move {
            let shared = replicas.shared.as_ref()?;
            let bucket = od_shared::Bucket {
                capacity: bucket.capacity,
                refill: bucket.refill,
            };
            let ask = od_shared::Ask {
                take: ask.take,
                returned: ask.returned,
                out: ask.out,
                spent: ask.spent,
                park: ask.park,
                begin_empty: ask.begin_empty,
                waits: ask.waits,
            };
            let name = replicas.name("budget", &store);
            let told = shared.ask(&name, &replicas.me, bucket, ask).await?;
            Some(Told {
                taken: told.taken,
                tokens: told.tokens,
                mark: told.mark,
                wait: told.wait,
            })
        })
    }
}
