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
}

/// The condition, on `orders AS o`. Its parameters are bound by [`bind`].
pub(super) const SELECTED: &str = "o.day BETWEEN $1 AND $2 AND ($3 IS NULL OR o.folder IN (SELECT value FROM json_each($3))) \
     AND o.folder NOT IN (SELECT value FROM json_each($4)) AND ($5 IS NULL OR o.source = $5) \
     AND ($6 IS NULL OR o.source_id = $6) AND ($7 IS NULL OR o.folded = $7)";

/// Binds a selection's seven parameters.
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
    };
}
pub(super) use bind;

/// Numbers as a JSON array.
pub(super) fn json(numbers: &[i64]) -> String {
    let numbers: Vec<String> = numbers.iter().map(i64::to_string).collect();
    format!("[{}]", numbers.join(","))
}
