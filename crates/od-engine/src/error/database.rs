//! Which troubles of the database pass, and which wait for somebody.

/// Whether the database may answer in a moment.
pub(crate) fn is_transient(error: &od_db::DbError) -> bool {
    matches!(error, od_db::DbError::Busy | od_db::DbError::Unavailable(_))
}

/// Whether somebody has to mend the database before it answers: every request is refused until then.
pub(crate) fn is_for_the_operator(error: &od_db::DbError) -> bool {
    matches!(error, od_db::DbError::Unusable(_))
}
