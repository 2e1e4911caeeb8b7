//! Which orders a report counts.

/// Orders by their day in the store's zone, and by what filters say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    /// First day, in days since the epoch.
    pub from: i64,
    /// Last day.
    pub to: i64,
    /// Only in these folders.
    pub folders: Option<Vec<i64>>,
    /// Not in these folders.
    pub without: Vec<i64>,
    /// Only of this sales channel.
    pub source: Option<String>,
    /// Only with this id in the sales channel.
    pub source_id: Option<String>,
    /// Only of this e-mail address, as it is compared.
    pub email: Option<String>,
    /// Only of the customer with this id in the sales channel.
    pub buyer: Option<String>,
    /// Only added then: seconds since the epoch.
    pub added: Dates<i64>,
    /// Only changed then, as Order Desk writes it.
    pub updated: Dates<String>,
}

/// From a moment on, and before another one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Dates<T> {
    /// At or after it.
    pub from: Option<T>,
    /// Before it.
    pub before: Option<T>,
}

/// The condition, on `orders AS o`. Its parameters are bound by [`bind`].
pub(super) const SELECTED: &str = "o.day BETWEEN $1 AND $2 AND ($3 IS NULL OR o.folder IN (SELECT value FROM json_each($3))) \
     AND o.folder NOT IN (SELECT value FROM json_each($4)) AND ($5 IS NULL OR o.source = $5) \
     AND ($6 IS NULL OR o.source_id = $6) AND ($7 IS NULL OR o.folded = $7) AND ($8 IS NULL OR o.buyer = $8) \
     AND ($9 IS NULL OR o.added >= $9) AND ($10 IS NULL OR o.added < $10) \
     AND ($11 IS NULL OR o.updated >= $11) AND ($12 IS NULL OR o.updated < $12)";

/// Binds a selection's twelve parameters.
macro_rules! bind {
    ($query:expr, $selection:expr) => {
        $query
            .bind($selection.from)
            .bind($selection.to)
            .bind($selection.folders.as_deref().map($crate::mirror::select::json))
            .bind($crate::mirror::select::json(&$selection.without))
            .bind($selection.source.as_deref())
            .bind($selection.source_id.as_deref())
            .bind($selection.email.as_deref())
            .bind($selection.buyer.as_deref())
            .bind($selection.added.from)
            .bind($selection.added.before)
            .bind($selection.updated.from.as_deref())
            .bind($selection.updated.before.as_deref())
    };
}
pub(super) use bind;

/// Numbers as a JSON array.
pub(super) fn json(numbers: &[i64]) -> String {
    let numbers: Vec<String> = numbers.iter().map(i64::to_string).collect();
    format!("[{}]", numbers.join(","))
}
