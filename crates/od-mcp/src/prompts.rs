//! Prompts: the daily jobs of a shop, as a person starts them from a menu.

use rmcp::model::{GetPromptResult, Prompt, PromptArgument, PromptMessage, Role};
use serde_json::{Map, Value};

use crate::catalog::Catalog;
use crate::label::label;

#[cfg(test)]
mod tests;

/// One job. The text may name tools dotted and in backticks, and arguments in braces.
struct Recipe {
    name: &'static str,
    title: &'static str,
    description: &'static str,
    arguments: &'static [Argument],
    text: &'static str,
}

struct Argument {
    name: &'static str,
    description: &'static str,
    required: bool,
}

const STORE: Argument = Argument {
    name: "store",
    description: "Store name or id; the active store without it.",
    required: false,
};

const RECIPES: [Recipe; 5] = [
    Recipe {
        name: "morning_triage",
        title: "Morning triage",
        description: "Go through the orders that came in and sort out which need a person.",
        arguments: &[
            STORE,
            Argument {
                name: "folder",
                description: "Folder to go through, by name; the store's first folder without it.",
                required: false,
            },
        ],
        text: "Go through the new orders of {store}. List the folders with `folders.list`, then the orders of {folder} \
               with `orders.list`, oldest first. Group them: ready to process, address looks incomplete, payment not \
               captured, note or gift message needs a person. Read single orders with `orders.get` only where the \
               summary is not enough. Change nothing; end with a short list of what you suggest.",
    },
    Recipe {
        name: "find_order",
        title: "Find an order",
        description: "Find an order by anything a customer may say: order number, e-mail, name, company.",
        arguments: &[
            Argument {
                name: "query",
                description: "What is known of it, e.g. \"#1042\", \"ada@example.com\" or \"Ada Lovelace\".",
                required: true,
            },
            STORE,
        ],
        text: "Find the order that this describes, in {store}: {query}. A number is most likely a source_id, without \
               a # before it; an address with @ an email, a name first and last name of customer or recipient: search with the matching filters of \
               `orders.list`, one after the other, and say which one found it. If several orders match, show them and \
               ask which is meant.",
    },
    Recipe {
        name: "fix_address",
        title: "Correct an address",
        description: "Correct the shipping address of an order, showing the difference first.",
        arguments: &[
            Argument {
                name: "order_id",
                description: "Order Desk's internal order id.",
                required: true,
            },
            Argument {
                name: "correction",
                description: "What is right, e.g. \"12 New Street, Leeds LS1 4AP\".",
                required: true,
            },
            STORE,
        ],
        text: "Correct the shipping address of order {order_id} in {store}. The correction: {correction}. Read the order \
               with `orders.get`, then call `orders.mutate_full` with dry_run set to true and only the parts of the \
               address that change. Show the difference, and make the change when it is confirmed.",
    },
    Recipe {
        name: "add_tracking",
        title: "Add tracking",
        description: "Tell an order and its customer how the parcel travels.",
        arguments: &[
            Argument {
                name: "order_id",
                description: "Order Desk's internal order id.",
                required: true,
            },
            Argument {
                name: "tracking",
                description: "Carrier and tracking number, e.g. \"UPS 1Z999AA10123456784\".",
                required: true,
            },
            STORE,
        ],
        text: "Add a shipment to order {order_id} in {store}: {tracking}. Look with `shipments.list` whether the order has \
               it already. Then call `shipments.create` with dry_run set to true and show what would be sent. Adding a \
               shipment passes the tracking number to the sales channel and usually mails the customer: ask before you \
               make it.",
    },
    Recipe {
        name: "end_of_day",
        title: "End-of-day summary",
        description: "Sum up what came in and what is still open.",
        arguments: &[STORE],
        text: "Sum up today for {store}: how many orders came in, their total, how many stand in each folder, and what is \
               left over from earlier days. Use `store.get_settings` for the store's time zone, `folders.list`, and \
               `orders.list` bounded by search_start_date_local. Change nothing.",
    },
];

impl Recipe {
    /// Whether all tools that it names are offered, by dotted name: without one of them it leads nowhere, and tells of what the
    /// caller may not do.
    fn is_for(&self, offers: &dyn Fn(&str) -> bool) -> bool {
        self.text.split('`').skip(1).step_by(2).all(offers)
    }
}

/// The prompts for whoever is offered these tools, as they are listed.
pub(crate) fn list(offers: &dyn Fn(&str) -> bool) -> Vec<Prompt> {
    RECIPES
        .iter()
        .filter(|recipe| recipe.is_for(offers))
        .map(|recipe| {
            let arguments = recipe.arguments.iter().map(|argument| {
                PromptArgument::new(argument.name)
                    .with_description(argument.description)
                    .with_required(argument.required)
            });
            Prompt::new(recipe.name, Some(recipe.description), Some(arguments.collect())).with_title(recipe.title)
        })
        .collect()
}

/// A prompt with its arguments filled in.
///
/// # Errors
/// A message for the caller: there is no such prompt, or none for whoever is offered these tools; an argument is missing,
/// unknown or no text.
pub(crate) fn get(
    catalog: &Catalog,
    offers: &dyn Fn(&str) -> bool,
    name: &str,
    given: &Map<String, Value>,
) -> Result<GetPromptResult, String> {
    let found = RECIPES
        .iter()
        .find(|recipe| recipe.name == name && recipe.is_for(offers));
    let Some(recipe) = found else {
        return Err(format!("unknown prompt {}", label(name)));
    };
    if let Some(unknown) = given
        .keys()
        .find(|key| !recipe.arguments.iter().any(|argument| argument.name == *key))
    {
        return Err(format!("{} is not an argument of the prompt {name}", label(unknown)));
    }
    // Tools are spelled before arguments are filled in: what a caller writes stays as it is.
    let mut text = catalog.spell(recipe.text);
    for argument in recipe.arguments {
        let value = match given.get(argument.name) {
            Some(Value::String(value)) if !value.trim().is_empty() => quoted(value),
            None | Some(Value::String(_)) if argument.required => {
                return Err(format!(
                    "the argument {} of the prompt {name} is required",
                    argument.name
                ));
            }
            None | Some(Value::String(_)) => stand_in(argument.name).to_owned(),
            Some(_) => return Err(format!("the argument {} must be text", argument.name)),
        };
        text = text.replace(&format!("{{{}}}", argument.name), &value);
    }
    Ok(GetPromptResult::new(vec![PromptMessage::new_text(Role::User, text)]).with_description(recipe.description))
}

/// A caller's own words inside a prompt, marked as such.
fn quoted(text: &str) -> String {
    /// Enough for an address or a question.
    const MOST_CHARS: usize = 500;
    let clean: String = text.chars().filter(|c| !c.is_control()).take(MOST_CHARS).collect();
    format!("\"{}\"", clean.replace('"', "'"))
}

fn stand_in(argument: &str) -> &'static str {
    match argument {
        "store" => "the active store",
        "folder" => "the store's first folder",
        _ => "what the user says",
    }
}
