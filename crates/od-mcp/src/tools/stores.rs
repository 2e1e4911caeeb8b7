//! Stores: registering them, choosing one, and what Order Desk says about them.

use crate::tool::ToolSpec;

mod choose;
mod manage;
mod upstream;

pub(super) fn tools() -> Vec<ToolSpec> {
    vec![
        manage::register(),
        choose::list(),
        choose::use_store(),
        choose::resolve(),
        manage::update(),
        manage::delete(),
        upstream::test(),
        upstream::get_settings(),
        upstream::folders(),
    ]
}
