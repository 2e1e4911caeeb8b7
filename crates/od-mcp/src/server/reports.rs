//! Reports that are kept as files, as resources.

use od_engine::{Class, Scope};
use rmcp::ErrorData;
use rmcp::model::ReadResourceResult;

use super::McpServer;
use crate::catalog::Narrowing;
use crate::label::label;
use crate::resources;

impl McpServer {
    /// Reads a report. One that is somebody else's, or gone, is answered like one that never was.
    pub(super) async fn read_report(
        &self,
        scope: &Scope,
        narrowing: &Narrowing,
        id: &str,
        uri: &str,
    ) -> Result<ReadResourceResult, ErrorData> {
        let scope = self.tools.narrowed(scope, narrowing);
        match self.tools.engine().read_report(&scope, id).await {
            Ok(text) => Ok(resources::report(text, uri)),
            Err(error) if error.class() == Class::NotFound => Err(resources::missing(uri)),
            Err(error) => {
                let mut told = self.tools.refused(&error, scope.request_id()).envelope;
                told.insert("uri".to_owned(), label(uri).into());
                Err(ErrorData::internal_error(
                    "the resource could not be read",
                    Some(told.into()),
                ))
            }
        }
    }
}
