//! Reasons that have a code, and what to do about each.

use od_record::pasted;

/// Why a row was not added, or what the caller accepted.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::shipments::import) enum Reason {
    /// Of its number.
    Number(pasted::Reason),
    /// There is none in the row.
    NoTrackingNumber,
    /// There were not enough requests left to look for its order everywhere.
    NotLookedFor,
    /// It is of another store.
    OtherStore,
    /// Nobody is to ship the order.
    OrderClosed,
    /// The table says that the label is void.
    LabelVoid,
    /// No heading says that the column holds order numbers.
    GuessedOrderColumn,
    /// Another column of order numbers names something that no order was found by.
    OtherNumberUnknown,
    /// The row's name is not the order's.
    OtherName,
    /// It says that it will be sent.
    FutureDate,
    /// It says that it was sent long before the order came.
    PastDate,
    /// The table gives the number to several orders.
    SeveralOrders,
    /// An order that is not the row's has a shipment with the number.
    OtherOrderHasIt,
    /// No line of the order is of the row's item.
    UnknownItem,
    /// Several lines are.
    AmbiguousItem,
    /// Other parcels hold too many of it, or may.
    MoreThanLeft,
    /// What the parcel holds cannot be told for sure.
    ContentsUnclear,
    /// Another row of the same parcel waits.
    ParcelWaits,
    /// The SKU is a number with an exponent, and one line of the order can be it.
    SkuWasANumber,
    /// The same with so few digits that another one may be meant.
    SkuRounded,
    /// Other parcels of the order hold parts of it, and this one does not say what it holds.
    PartlyShipped,
    /// Neither does one that the order has: each may be all of it.
    MayBeShipped,
    /// Its items are not clear, and it went without them all the same.
    ContentsLeftOut,
    /// The order has changed since the row was compared with it.
    Overtaken,
    /// The order has the parcel, and it holds something else there.
    ContentsDiffer,
    /// The order has the parcel, which does not say there what it holds.
    ContentsNotRecorded,
}

impl Reason {
    /// As replies name it.
    pub(in crate::shipments::import) fn code(self) -> &'static str {
        match self {
            Self::Number(reason) => reason.as_str(),
            Self::NoTrackingNumber => "no_tracking_number",
            Self::NotLookedFor => "not_looked_for",
            Self::OtherStore => "other_store",
            Self::OrderClosed => "order_closed",
            Self::LabelVoid => "label_void",
            Self::GuessedOrderColumn => "guessed_order_column",
            Self::OtherNumberUnknown => "other_number_unknown",
            Self::OtherName => "other_name",
            Self::FutureDate => "future_date",
            Self::PastDate => "past_date",
            Self::SeveralOrders => "several_orders",
            Self::OtherOrderHasIt => "other_order_has_it",
            Self::UnknownItem => "unknown_item",
            Self::AmbiguousItem => "ambiguous_item",
            Self::MoreThanLeft => "more_than_left",
            Self::ContentsUnclear => "contents_unclear",
            Self::ParcelWaits => "parcel_waits",
            Self::SkuWasANumber => "sku_scientific_notation",
            Self::SkuRounded => "sku_rounded",
            Self::PartlyShipped => "partly_shipped",
            Self::MayBeShipped => "may_be_shipped",
            Self::ContentsLeftOut => "contents_left_out",
            Self::Overtaken => "overtaken",
            Self::ContentsDiffer => "contents_differ",
            Self::ContentsNotRecorded => "contents_not_recorded",
        }
    }

    /// Which of several is told first: the greatest harm, a parcel with the wrong order before a number of no known form.
    pub(super) fn rank(self) -> u8 {
        match self {
            Self::NoTrackingNumber
            | Self::NotLookedFor
            | Self::OtherStore
            | Self::OrderClosed
            | Self::LabelVoid
            | Self::ContentsDiffer
            | Self::Overtaken => 0,
            Self::OtherOrderHasIt => 1,
            Self::SeveralOrders => 2,
            Self::OtherName => 3,
            Self::OtherNumberUnknown => 4,
            Self::UnknownItem | Self::AmbiguousItem | Self::MoreThanLeft | Self::SkuRounded => 5,
            Self::ContentsUnclear | Self::PartlyShipped => 6,
            Self::GuessedOrderColumn => 7,
            Self::Number(_) => 8,
            Self::FutureDate | Self::PastDate => 9,
            Self::ParcelWaits => 10,
            Self::ContentsNotRecorded | Self::SkuWasANumber | Self::ContentsLeftOut | Self::MayBeShipped => 11,
        }
    }

    /// Whether the caller's word is all that is missing.
    pub(in crate::shipments::import) fn waits(self) -> bool {
        match self {
            Self::Number(reason) => waits(reason),
            Self::NoTrackingNumber
            | Self::NotLookedFor
            | Self::OtherStore
            | Self::ContentsDiffer
            | Self::ContentsNotRecorded
            | Self::ContentsLeftOut
            | Self::MayBeShipped
            | Self::Overtaken
            | Self::SkuWasANumber => false,
            Self::OrderClosed
            | Self::LabelVoid
            | Self::GuessedOrderColumn
            | Self::OtherNumberUnknown
            | Self::OtherName
            | Self::FutureDate
            | Self::PastDate
            | Self::SeveralOrders
            | Self::OtherOrderHasIt
            | Self::UnknownItem
            | Self::AmbiguousItem
            | Self::MoreThanLeft
            | Self::ContentsUnclear
            | Self::SkuRounded
            | Self::PartlyShipped
            | Self::ParcelWaits => true,
        }
    }

    /// What it means, and what to do.
    pub(super) fn advice(self) -> String {
        let advice = match self {
            Self::Number(reason) => of_number(reason),
            Self::NoTrackingNumber => "The row has no tracking number: there is nothing to add.",
            Self::NotLookedFor => {
                "There were not enough requests to look for it everywhere: call again with these rows alone."
            }
            Self::OtherStore => {
                "The row names another store (detail): call with that store and its rows alone, or leave the column out if it names something else."
            }
            Self::OrderClosed => "The order is canceled or not paid for (detail): make sure that the parcel is its.",
            Self::LabelVoid => {
                "The table says that the label is void, canceled or a return (detail): take the row out unless the parcel went."
            }
            Self::GuessedOrderColumn => {
                "No heading says which column holds the order numbers (columns has what was guessed): give it one such as Order Number."
            }
            Self::OtherNumberUnknown => {
                "Two columns name the order, and one of them names none: make sure that it is the right one."
            }
            Self::OtherName => "The row's name is not the order's: make sure that the number is the right order's.",
            Self::FutureDate => "The day of shipping has not come yet: correct it.",
            Self::PastDate => "The day of shipping is long before the order came (detail): correct its year.",
            Self::SeveralOrders => {
                "The table gives one tracking number to several orders: make sure that they went in one parcel."
            }
            Self::OtherOrderHasIt => {
                "Another order has this tracking number already (detail): make sure whose it is, or that both went in one parcel."
            }
            Self::UnknownItem => {
                "The order has no line of this item (detail): correct it, or see whether the parcel is another order's."
            }
            Self::AmbiguousItem => {
                "Several lines of the order are of this item (detail): shipments_create takes the id of one."
            }
            Self::MoreThanLeft => {
                "Other parcels of the order hold it, or may (detail): correct the quantity, or see what they hold."
            }
            Self::ContentsUnclear => {
                "The table does not say for sure what the parcel holds (detail): give each item of it a row with SKU and quantity."
            }
            Self::ParcelWaits => "Another row of the same parcel waits (detail): see its reason.",
            Self::SkuWasANumber => {
                "A spreadsheet took the SKU for a number; the one line of the order that is written so was meant (detail): format the \
                 column as text."
            }
            Self::SkuRounded => {
                "A spreadsheet took the SKU for a number and left too few of its digits to be sure which item is meant (detail): format \
                 the column as text."
            }
            Self::PartlyShipped => {
                "Other shipments of the order hold parts of it, and this one would stand for the whole order (detail): give its items \
                 rows with SKU and quantity."
            }
            Self::MayBeShipped => {
                "The order has shipments that may hold all of it (detail), and this one stands for the whole order too: if it is the same \
                 parcel with a new label, shipments_update can change the number."
            }
            Self::ContentsLeftOut => {
                "What the rows of the parcel say it holds is not clear (detail of the row that is not), so it has no contents and stands \
                 for the whole order: shipments_update can say them."
            }
            Self::Overtaken => {
                "The order has changed since the table was compared with it (detail), and the row was not sent: call again with its rows."
            }
            Self::ContentsDiffer => {
                "The order has this parcel, and it holds something else there (detail): nothing was done. See which is right; \
                 shipments_update corrects what it holds, and what went in another parcel needs that one's number."
            }
            Self::ContentsNotRecorded => {
                "The order has this parcel, which does not say what it holds and stands for the whole order (detail): \
                 shipments_update can say it."
            }
        };
        let how = match self {
            Self::UnknownItem | Self::AmbiguousItem => {
                " accept_warnings adds the parcel without its contents: it stands for the whole order."
            }
            Self::ContentsUnclear => {
                " accept_warnings adds it with the items of its rows where each is clear, else without: it then stands for the whole order."
            }
            _ if self.waits() => " accept_warnings adds it as it is.",
            _ => "",
        };
        format!("{advice}{how}")
    }
}

fn waits(reason: pasted::Reason) -> bool {
    use pasted::Reason as R;
    match reason {
        R::UnknownFormat | R::WasANumber | R::OtherCarrier | R::GuessedColumn | R::FromLink => true,
        R::ScientificNotation | R::Rounded | R::LeadingZerosLost | R::CheckDigit | R::NotANumber | R::LinkAlone => {
            false
        }
    }
}

fn of_number(reason: pasted::Reason) -> &'static str {
    use pasted::Reason as R;
    match reason {
        R::ScientificNotation | R::Rounded => {
            "A spreadsheet took away digits: format its column as text and paste the numbers anew. It cannot be added as it is."
        }
        R::LeadingZerosLost => {
            "A spreadsheet took away zeros in front: format its column as text and paste the numbers anew. It cannot be added as it is."
        }
        R::CheckDigit => {
            "A digit is wrong: compare it with the label and correct it. accept_warnings does not add it; shipments_create adds a number \
             that is right all the same."
        }
        R::NotANumber => "This is no single tracking number: correct the cell. It cannot be added as it is.",
        R::LinkAlone => {
            "This is a link in which no number is known: give the tracking number itself. It cannot be added as it is."
        }
        R::FromLink => {
            "The number stands in a link that does not say that it is one: see whether it is the tracking number."
        }
        R::UnknownFormat => "The number has no carrier's form that is known: compare it with the label.",
        R::WasANumber => {
            "It was once taken for a number, and is right as far as its check digit tells: compare it with the label."
        }
        R::OtherCarrier => "The number has the form of another carrier than the row names: see which of both is right.",
        R::GuessedColumn => {
            "No heading says that the column holds tracking numbers, and telephone numbers look the same: give it one such as Tracking Number."
        }
    }
}
