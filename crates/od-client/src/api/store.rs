//! The store itself.

use crate::client::Store;
use crate::error::Error;
use crate::model::store::{self, StoreSettings, TestReply};
use crate::request::Request;

impl Store {
    /// `GET /test`: do store id and key belong together?
    pub async fn test(&self) -> Result<TestReply, Error> {
        let envelope = self.call(Request::get(&["test"])).await?;
        Ok(TestReply::from_envelope(envelope))
    }

    /// `GET /store`: name, folders and the settings that are no secrets.
    pub async fn settings(&self) -> Result<StoreSettings, Error> {
        let envelope = self.call(Request::get(&["store"]).sieve(store::sieve)).await?;
        StoreSettings::from_envelope(envelope)
    }
}
