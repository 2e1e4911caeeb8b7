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

const QUERY: Argument = Argument {
    name: "query",
    description: "What is known of it, e.g. \"#1042\", \"ada@example.com\", a phone or tracking number.",
    required: true,
};

const RECIPES: [Recipe; 8] = [
    Recipe {
        name: "morning_triage",
        title: "Morning triage",
        description: "Go through the orders that wait and sort out which need a person.",
        arguments: &[
            STORE,
            Argument {
                name: "folder",
                description: "Folder to look into, by name; without it the one with most stuck orders.",
                required: false,
            },
        ],
        text: "Go through the orders of {store} that wait. Call `orders.queue` and tell for each folder how many orders wait, what \
               they come to, and how old the oldest is; point out what is stuck and the stuck_orders. Then look into {folder}: list its \
               oldest orders with `orders.list`, with get_order_history set to true and the fields id, source_id, date_added and \
               order_history: where the newest word of a service is an error, nobody has answered it yet. Call `orders.explain` for \
               those, for the stuck_orders and for others that look wrong, ten at most: it tells what each waits for and what to do. Group them: ready to \
               process, waits for the customer, error of a service, needs a person. Nothing may be changed; end with a short list of \
               what you suggest, each with the tool that does it or with \"only in Order Desk\".",
    },
    Recipe {
        name: "where_is_my_order",
        title: "Where is my order?",
        description: "Answer a customer who asks where an order is.",
        arguments: &[QUERY, STORE],
        text: "A customer asks where an order is. What is known of it, in {store}: {query}. Find it with `orders.find`. If several \
               orders match, show them to me and ask which is meant. Call `orders.explain` for the one: tell me what happened so far, \
               the carrier and tracking number of each shipment, and what it waits for. Then draft a short answer to the customer, \
               without internal notes, without anything of other customers, and without a date that no reply gave. Send nothing and \
               change nothing.",
    },
    Recipe {
        name: "find_order",
        title: "Find an order",
        description: "Find an order by anything a customer may say: order number, e-mail, name, phone, tracking number.",
        arguments: &[QUERY, STORE],
        text: "Find the order that this describes, in {store}: {query}. Call `orders.find` with it as it stands, and say by what it was \
               found. If several orders match, show them and ask which is meant. If none does, try it once more with less: a number \
               without what stands around it, or the last name alone.",
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
        name: "post_tracking_file",
        title: "Post a file of tracking numbers",
        description: "Add the tracking numbers of a table, e.g. a carrier's or a warehouse's, to their orders.",
        arguments: &[STORE],
        text: "Add the tracking numbers of a table to the orders of {store}. If I have not given the table yet, ask for it as text. Call \
               `shipments.import` with dry_run set to true and the table as it stands: mend no number yourself. Show what each column \
               was taken for, how many shipments would be added, and each row that would not be, with its reason. Adding them passes \
               the numbers to the sales channels and usually mails the customers, so ask me before you call it again with the same \
               table and dry_run set to false. Set accept_warnings only when I say that I have compared those numbers. End with what \
               was posted and what is left to do by hand.",
    },
    Recipe {
        name: "stock_count",
        title: "Stock count",
        description: "See what runs out, and enter what was counted.",
        arguments: &[
            STORE,
            Argument {
                name: "counted",
                description: "What was counted, e.g. \"MUG-01 38, MUG-02 12\"; without it only what runs out is shown.",
                required: false,
            },
        ],
        text: "Go through the stock of {store}. Call `products.stock` and show what is oversold, negative, out, low or runs out, with units \
               waiting, units sold in 7 and in 30 days, days of cover and the day it runs out, and suggest what to order first. What was counted: {counted}. For \
               that, find each item by its code with `products.list`, with fresh set to true, and show the stock as recorded and as \
               counted. Then call `products.batch_update` with dry_run set to true, with stock as counted and expected_stock as \
               recorded, so that what was sold meanwhile is noticed. Make the change when I confirm it.",
    },
    Recipe {
        name: "end_of_day",
        title: "End-of-day summary",
        description: "Sum up what came in and what is still open.",
        arguments: &[STORE],
        text: "Sum up today for {store}. Call `orders.report` with the report sales_by_source from today, with sales_by_day from \
               last_7_days, and with unshipped_by_age from last_30_days; then `orders.queue`, and `orders.duplicates`. Tell how many \
               orders came in and what they come to, beside an ordinary day of the week; what is not shipped, and how old it is; what \
               is stuck; and groups of today that are probably one order twice. Name the currency and the time zone as the replies \
               do, and say so where a reply is not complete. Change nothing.",
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
        "folder" => "the folder with most stuck orders",
        "counted" => "nothing yet, so leave out the rest",
        _ => "what the user says",
    }
}
