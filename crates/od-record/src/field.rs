//! Tables of fields: what they hold, and which of them a caller may set.

/// What a field holds.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    /// Text.
    Text,
    /// A text that tells records apart: what stands around it is no part of it.
    Identifier,
    /// A decimal number. Order Desk sends some as JSON numbers and some as text.
    Number,
    /// A decimal number that cannot be negative.
    Amount,
    /// A whole number.
    Integer,
    /// A day, `YYYY-MM-DD`.
    Date,
    /// A moment, `YYYY-MM-DD HH:MM:SS` in UTC; RFC 3339 is converted.
    Moment,
    /// One of a few words.
    Choice(&'static [&'static str]),
    /// The last four digits of a card: written as `cc_number`, read as `cc_number_masked`.
    CardDigits,
    /// The id of a line: it selects and is never set.
    Id,
    /// Free keys with plain values.
    Labels,
    /// Free keys with any values.
    Metadata,
    /// A fixed set of text fields.
    Address(&'static [Field]),
    /// The list of discounts.
    Discounts,
    /// The list of notes.
    Notes,
    /// The list of order items.
    Lines,
}

impl Kind {
    /// Whether such a field holds a number.
    pub(crate) fn is_numeric(self) -> bool {
        matches!(self, Self::Number | Self::Amount | Self::Integer)
    }

    /// Whether a number may stand in such a field, by itself or inside. Lists of records are judged record by record.
    pub(crate) fn may_hold_numbers(self) -> bool {
        self.is_numeric() || matches!(self, Self::Id | Self::Labels | Self::Metadata)
    }

    /// Whether null clears such a field. Choices must be made, and lists of rows have operations of their own.
    pub(crate) fn is_clearable(self) -> bool {
        !matches!(
            self,
            Self::Amount | Self::Choice(_) | Self::Id | Self::Notes | Self::Lines
        )
    }
}

/// One field of a record.
#[derive(Debug)]
pub struct Field {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    /// Why a caller cannot set it; `None` when they can.
    pub(crate) closed: Option<&'static str>,
}

/// A field that a caller may set.
pub const fn open(name: &'static str, kind: Kind) -> Field {
    Field {
        name,
        kind,
        closed: None,
    }
}

/// A text that a caller may set.
pub const fn text(name: &'static str) -> Field {
    open(name, Kind::Text)
}

/// An identifier that a caller may set.
pub const fn identifier(name: &'static str) -> Field {
    open(name, Kind::Identifier)
}

/// A field that only Order Desk sets, for a `reason` told to who tries.
pub const fn closed(name: &'static str, kind: Kind, reason: &'static str) -> Field {
    Field {
        name,
        kind,
        closed: Some(reason),
    }
}

/// The field of that name.
pub fn find(fields: &'static [Field], name: &str) -> Option<&'static Field> {
    fields.iter().find(|field| field.name == name)
}

/// The names a caller may set.
pub fn settable(fields: &'static [Field]) -> impl Iterator<Item = &'static str> {
    fields
        .iter()
        .filter(|field| field.closed.is_none())
        .map(|field| field.name)
}
