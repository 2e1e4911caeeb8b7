//! What the pages do to a store: as calls, like an agent's, and what to say when one fails.

use od_engine::{Call, Engine, Error, Outcome, Permission, Scope, UpstreamError, in_words};
use serde_json::Value;

use crate::{member::Member, problem::Problems};

/// The fields of the forms, with their labels.
const LABELS: [(&str, &str); 4] = [
    ("store_id", "Store ID"),
    ("api_key", "API key"),
    ("store_name", "Name"),
    ("label", "Label"),
];

/// Something that is done to a store; an agent does it with the tool of this name.
#[derive(Clone, Copy)]
pub struct Deed {
    tool: &'static str,
    cost: u32,
    needs: Permission,
}

const fn change(tool: &'static str) -> Deed {
    Deed {
        tool,
        cost: 2,
        needs: Permission::StoresWrite,
    }
}

pub const REGISTER: Deed = change("stores.register");
pub const UPDATE: Deed = change("stores.update");
pub const DELETE: Deed = change("stores.delete");
pub const WEBHOOK: Deed = change("stores.webhook");
pub const TEST: Deed = Deed {
    tool: "stores.test",
    cost: 1,
    needs: Permission::StoresRead,
};

impl Deed {
    /// Has it done: charged and recorded like any other call. `parameters` hold no secret.
    pub async fn run<T, W>(
        self,
        member: &Member,
        parameters: Value,
        work: impl FnOnce(Engine, Scope) -> W,
    ) -> Result<(), Error>
    where
        W: Future<Output = Result<Outcome<T>, Error>> + Send + 'static,
        T: Send + 'static,
    {
        let Member { guest, scope } = member;
        let engine = &guest.web.engine;
        let call = Call {
            tool: self.tool.to_owned(),
            parameters,
            cost: self.cost,
            needs: Some(self.needs),
        };
        let work = work(engine.clone(), scope.clone());
        let work = Box::pin(async move { Ok(work.await?.map(|_| Value::Null)) });
        engine.call(scope, call, work).await.map(drop)
    }
}

/// What is wrong, beside the fields that it is about. `is_known` tells whether the store id that was entered is registered
/// already. Nothing for a fault of ours.
pub fn problems(error: &Error, is_known: bool) -> Option<Problems> {
    let problems = match error {
        Error::Invalid(invalid) => {
            let mut problems = Problems::default();
            for problem in invalid {
                let field = problem.path.trim_start_matches('/');
                match LABELS.iter().find(|(name, _)| *name == field) {
                    Some((_, label)) => problems.add(field, format!("{label} {}.", problem.message)),
                    None => problems.add("", problem.message.clone()),
                }
            }
            problems
        }
        Error::Duplicate(existing) if is_known => Problems::of("store_id", &*existing.what),
        Error::Duplicate(existing) => Problems::of("store_name", format!("{} Choose another one.", existing.what)),
        Error::Upstream(UpstreamError::Unauthorized) => Problems::of(
            "api_key",
            "Order Desk refuses this API key for this store. Copy store ID and key again, from Store Settings, API.",
        ),
        Error::TooManyKeys { retry_after } => {
            let wait = in_words(*retry_after);
            let mut problems = Problems::of(
                "api_key",
                format!(
                    "Order Desk refused too many keys of yours. Compare key and store ID, and try again in {wait}."
                ),
            );
            problems.retry_after = Some(*retry_after);
            problems
        }
        other => return Problems::of_error(other, |_| None),
    };
    Some(problems)
}
