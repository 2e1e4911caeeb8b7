//! What there is to choose from: the tenant's stores, and the tools.

use od_engine::stores::StoreView;

use crate::Tool;

/// A store to choose.
pub struct StoreChoice {
    pub value: String,
    pub words: String,
    pub is_chosen: bool,
}

/// Tools that belong together.
pub struct Group {
    pub words: String,
    pub tools: Vec<ToolChoice>,
}

/// A tool to choose.
pub struct ToolChoice {
    pub name: String,
    pub title: String,
    pub is_chosen: bool,
}

/// The stores; the only one is chosen without being asked.
pub fn stores(stores: Vec<StoreView>, chosen: &str) -> Vec<StoreChoice> {
    let is_only = stores.len() == 1 && chosen.is_empty();
    let choice = |store: StoreView| StoreChoice {
        is_chosen: is_only || store.store_id == chosen,
        words: match store.label {
            Some(label) => format!("{} ({label})", store.store_name),
            None => store.store_name,
        },
        value: store.store_id,
    };
    stores.into_iter().map(choice).collect()
}

/// The tools by their groups, in the order they are listed.
pub fn groups(tools: &[Tool], chosen: &str) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for tool in tools {
        let words = words(&tool.toolset);
        let choice = ToolChoice {
            name: tool.name.clone(),
            title: tool.title.clone(),
            is_chosen: tool.name == chosen,
        };
        match groups.iter_mut().find(|group| group.words == words) {
            Some(group) => group.tools.push(choice),
            None => groups.push(Group {
                words,
                tools: vec![choice],
            }),
        }
    }
    groups
}

/// The name of a group as a person reads it: `order_items` is "Order items".
fn words(toolset: &str) -> String {
    let text = toolset.replace('_', " ");
    let mut rest = text.chars();
    rest.next()
        .map_or_else(String::new, |first| first.to_uppercase().chain(rest).collect())
}
