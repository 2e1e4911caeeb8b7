//! What every route has at hand.

use std::{ops::Deref, sync::Arc};

use od_engine::Engine;

use crate::WebOptions;

/// What every route has at hand. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Web(Arc<Parts>);

/// See [`Web`].
pub(crate) struct Parts {
    /// What the product does.
    pub engine: Engine,
    /// What is said about this server.
    pub options: WebOptions,
}

impl Web {
    pub(crate) fn new(engine: Engine, options: WebOptions) -> Self {
        Self(Arc::new(Parts { engine, options }))
    }
}

impl Deref for Web {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}
