//! The tools, one file or folder per toolset: definition and handler side by side.

use crate::tool::ToolSpec;

mod insight;
mod order_items;
mod orders;
mod parts;
mod products;
mod schema;
mod shipments;
mod stores;
mod tenant;

pub(crate) use orders::op_example;
pub(crate) use schema::{SHAPE, pattern_in_words};
pub(crate) use tenant::SIGN_IN;

/// Every tool, in listing order.
pub(crate) fn all() -> Vec<ToolSpec> {
    let mut tools = tenant::tools();
    tools.extend([
        stores::manage::register(),
        stores::choose::list(),
        stores::choose::use_store(),
        stores::choose::resolve(),
        stores::manage::update(),
        stores::manage::delete(),
        stores::webhook::tool(),
        stores::upstream::test(),
        stores::upstream::get_settings(),
        stores::upstream::folders(),
        orders::list::tool(),
        orders::get::tool(),
        orders::create::tool(),
        orders::mutate::tool(),
        orders::update_full::tool(),
        orders::add_items::tool(),
        orders::update_address::tool(),
        orders::note::tool(),
        orders::history::tool(),
        orders::move_folder::tool(),
        orders::delete::tool(),
    ]);
    tools.extend([
        order_items::list::tool(),
        order_items::get::tool(),
        order_items::create::tool(),
        order_items::update::tool(),
        order_items::delete::tool(),
        shipments::list::tool(),
        shipments::get::tool(),
        shipments::create::tool(),
        shipments::update::tool(),
        shipments::delete::tool(),
        shipments::batch_create::tool(),
        shipments::import::tool(),
        products::list::tool(),
        products::get::tool(),
        products::create::tool(),
        products::update::tool(),
        products::batch_update::tool(),
        products::delete::tool(),
        insight::queue::tool(),
        insight::report::tool(),
        insight::find::tool(),
        insight::explain::tool(),
        insight::duplicates::tool(),
        insight::stock::tool(),
    ]);
    tools
}
