//! Tools that agents look for in vain, because Order Desk's API has no operation for them. A call of one says so, and what
//! can be done instead, where the bare "unknown tool" would only make them try other names.

use od_engine::Error;

use crate::catalog::ToolNames;

#[cfg(test)]
mod tests;

struct Missing {
    /// First words of names, or whole names, with underscores.
    names: &'static [&'static str],
    what: &'static str,
    instead: &'static str,
}

const MISSING: [Missing; 6] = [
    Missing {
        names: &[
            "folders_create",
            "folders_add",
            "folders_rename",
            "folders_update",
            "folders_delete",
            "folders_remove",
        ],
        what: "create, rename or delete folders",
        instead: "Folders are managed in Order Desk's own pages. folders_list shows those there are, orders_move_folder moves orders.",
    },
    Missing {
        names: &["orders_split", "orders_merge", "orders_combine"],
        what: "split or merge orders",
        instead: "Order Desk does it in its own pages or by its rules.",
    },
    Missing {
        names: &[
            "orders_refund",
            "orders_capture",
            "orders_charge",
            "orders_pay",
            "payments_",
            "refunds_",
        ],
        what: "take or give back money",
        instead: "Refunds and charges are made where the order was paid, or in Order Desk's own pages.",
    },
    Missing {
        names: &["customers_", "customer_"],
        what: "keep customers apart from their orders",
        instead: "orders_find finds orders by whatever is known of a customer, orders_list by email, customer_id, name or phone; orders_update_address changes an order's addresses.",
    },
    Missing {
        names: &["webhooks_", "webhook_", "rules_", "rule_", "reports_", "report_"],
        what: "manage rules, webhooks or reports",
        instead: "They are set up in Order Desk's own pages; stores_webhook tells the address that a rule can post orders to.",
    },
    Missing {
        names: &["order_history_update", "order_history_delete", "history_"],
        what: "correct or delete an order's history",
        instead: "History is append-only: orders_create_history adds an entry that puts an earlier one right.",
    },
];

/// The error that tells about it, when a tool of this name, in either spelling, cannot exist.
pub(crate) fn find(name: &str) -> Option<Error> {
    let name = ToolNames::Underscore.spell(name).to_ascii_lowercase();
    let missing = MISSING
        .iter()
        .find(|missing| missing.names.iter().any(|known| name.starts_with(known)))?;
    Some(Error::NotSupported {
        what: missing.what,
        instead: missing.instead,
    })
}
