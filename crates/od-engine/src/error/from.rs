//! What goes wrong in the rooms below, as it is told here.

use std::sync::Arc;

use super::Error;

impl From<od_record::Error> for Error {
    fn from(error: od_record::Error) -> Self {
        match error {
            od_record::Error::Invalid(problems) => Self::Invalid(problems),
            od_record::Error::Overtaken { date_updated, fields } => Self::Overtaken { date_updated, fields },
            od_record::Error::StockChanged { expected, found } => Self::StockChanged { expected, found },
        }
    }
}

impl From<od_db::DbError> for Error {
    fn from(error: od_db::DbError) -> Self {
        Self::Storage(Arc::new(error))
    }
}
