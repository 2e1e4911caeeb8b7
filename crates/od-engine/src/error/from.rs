//! What goes wrong in the rooms below, as it is told here.

use std::sync::Arc;

use super::Error;

impl From<od_record::Error> for Error {
    fn from(error: od_record::Error) -> Self {
        match error {
            od_record::Error::Invalid(problems) => Self::Invalid(problems),
            od_record::Error::Overtaken { date_updated } => Self::Overtaken {
                what: "order",
                date_updated,
            },
            od_record::Error::StockChanged { expected, found } => Self::StockChanged { expected, found },
        }
    }
}

impl From<od_db::DbError> for Error {
    fn from(error: od_db::DbError) -> Self {
        Self::Storage(Arc::new(error))
    }
}

/// Whether the database may answer in a moment.
pub(crate) fn is_transient(error: &od_db::DbError) -> bool {
    matches!(error, od_db::DbError::Busy | od_db::DbError::Unavailable(_))
}

/// Whether somebody has to mend the database before it answers: every request is refused until then.
pub(crate) fn is_for_the_operator(error: &od_db::DbError) -> bool {
    matches!(error, od_db::DbError::Unusable(_))
}
