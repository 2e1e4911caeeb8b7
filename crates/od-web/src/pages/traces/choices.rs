//! What can be chosen in the filters.

use od_engine::{audit::Recorded, stores::StoreView};

use super::{filters::Filters, row::store_name};
use crate::desk::Naming;

/// An entry of a list to choose from.
pub struct Choice {
    pub value: String,
    pub label: String,
    pub is_chosen: bool,
}

/// The lists of the filters. What was never recorded is not offered.
pub struct Choices {
    pub stores: Vec<Choice>,
    pub tools: Vec<Choice>,
    pub statuses: Vec<Choice>,
    pub sources: Vec<Choice>,
}

const STATUSES: [(&str, &str); 3] = [("success", "Success"), ("error", "Error"), ("begun", "Not finished")];
const SOURCES: [(&str, &str); 5] = [
    ("mcp", "MCP client"),
    ("webui", "These pages"),
    ("cli", "Command line"),
    ("webhook", "Webhook"),
    ("engine", "The server itself"),
];

impl Choices {
    pub fn new(filters: &Filters, recorded: Recorded, stores: &[StoreView], listed: &Naming) -> Self {
        let named = recorded.stores.into_iter().map(|id| (store_label(&id, stores), id));
        let tools = recorded.tools.into_iter().map(|tool| (listed(&tool), tool));
        let fixed = |list: &[(&str, &str)]| {
            let pairs = list
                .iter()
                .map(|(value, label)| ((*label).to_owned(), (*value).to_owned()));
            pairs.collect::<Vec<_>>()
        };
        Self {
            stores: choices(named, &filters.store),
            tools: choices(tools, &filters.tool),
            statuses: choices(fixed(&STATUSES), &filters.status),
            sources: choices(fixed(&SOURCES), &filters.source),
        }
    }
}

/// With what is looked for, also when it is nowhere: a filter that is not shown could not be taken away.
fn choices(pairs: impl IntoIterator<Item = (String, String)>, chosen: &str) -> Vec<Choice> {
    let mut choices: Vec<_> = pairs
        .into_iter()
        .map(|(label, value)| Choice {
            is_chosen: value == chosen,
            value,
            label,
        })
        .collect();
    if !chosen.is_empty() && !choices.iter().any(|choice| choice.is_chosen) {
        choices.push(Choice {
            value: chosen.to_owned(),
            label: chosen.to_owned(),
            is_chosen: true,
        });
    }
    choices
}

fn store_label(id: &str, stores: &[StoreView]) -> String {
    match store_name(id, stores) {
        Some(name) => format!("{name} ({id})"),
        None => format!("{id} (not registered)"),
    }
}
