//! The tools, one file or folder per toolset: definition and handler side by side.

use crate::tool::ToolSpec;

mod order_items;
mod orders;
mod parts;
mod products;
mod schema;
mod shipments;
mod stores;
mod tenant;

pub(crate) use schema::pattern_in_words;
pub(crate) use tenant::SIGN_IN;

/// Every tool, in listing order.
pub(crate) fn all() -> Vec<ToolSpec> {
    let mut tools = tenant::tools();
    tools.extend(stores::tools());
    tools.extend(orders::tools());
    tools.extend(order_items::tools());
    tools.extend(shipments::tools());
    tools.extend(products::tools());
    tools
}
