//! What an Order Desk record is: the tables of its fields, the merge law, differences, and reading back.
//!
//! Order Desk replaces a record with what it is sent, whether it is an order, a part of one or an inventory item. So each
//! is judged, merged and compared by the same rules, over a table that names its fields. Values in, values out: no IO, no
//! clock, and a record is a JSON object that keeps the fields nobody knows.
//!
//! `field` says what a field can be, [`order`], [`item`], [`shipment`] and [`product`] which ones there are. `check` judges
//! what a caller names, [`shape`] says where text cannot be meant, `merge` sets it, [`diff`](diff()) tells what that changes, and [`verify`](verify()) whether it took.

pub mod date;
pub mod item;
pub mod order;
pub mod part;
pub mod pasted;
pub mod pick;
pub mod product;
pub mod shape;
pub mod shipment;
pub mod text;

mod check;
mod diff;
mod error;
mod field;
mod identifier;
mod merge;
mod names;
mod nearest;
mod number;
mod problem;
mod read_back;
mod restored;
mod rows;
mod twice;
mod verify;

pub use diff::{FieldChange, diff};
pub use error::Error;
pub use field::{Field, Kind};
pub use identifier::{NOT_WHOLE, bare_id, differs_in_case, id_text, is_whole, same_id, same_identifier, tidy};
pub use names::{Meant, NameOf, meant, slip};
pub use nearest::{near_words, nearest};
pub use problem::{Problem, SUGGESTED, below};
pub use read_back::{ReadBack, untouched};
pub use rows::{in_one_order, rows_of};
pub use twice::{given_twice, skim};
pub use verify::{Leniency, Verification, verify};
