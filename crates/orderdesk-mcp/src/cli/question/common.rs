//! What the questions share: their tool, which stores, and how the answer is printed.

use serde_json::{Map, Value};

use crate::cli::output::{Output, OutputArg};

/// What is asked.
pub(super) struct Question {
    /// The tool that answers.
    pub tool: &'static str,
    pub arguments: Map<String, Value>,
    /// The member of its data that has the rows.
    pub rows: &'static str,
    /// How many of them at most; the tool's own pages may be shorter.
    pub most: Option<usize>,
    /// What the columns are called where there is no row to tell it.
    pub columns: Vec<&'static str>,
    /// A second list that has pages of its own, where it is what is shown.
    pub also: Option<List>,
}

/// A list of an answer: its member, the one that says where its next page begins, and the argument that asks for that.
#[derive(Clone, Copy)]
pub(super) struct List {
    pub rows: &'static str,
    pub next: &'static str,
    pub offset: &'static str,
}

/// Which stores, and how the answer is printed.
#[derive(Debug, clap::Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is an option of the command line")]
pub struct Common {
    /// The store, by name or id. Without it the default store (MCP_DEFAULT_STORE), or the only one.
    #[arg(long, value_name = "STORE", conflicts_with = "stores_all")]
    store: Option<String>,

    /// Every store of the tenant.
    #[arg(long)]
    stores_all: bool,

    /// Compare the number of orders with Order Desk's first: finds those that were deleted, or changed without a new date.
    #[arg(long)]
    fresh: bool,

    /// As CSV, every row.
    #[arg(long, conflicts_with_all = ["json", "output"])]
    pub(super) csv: bool,

    /// As JSON, every row; the same as --output json.
    #[arg(long)]
    json: bool,

    #[command(flatten)]
    output: OutputArg,
}

impl Common {
    pub(super) fn arguments(&self) -> Map<String, Value> {
        let mut arguments = Map::new();
        if let Some(store) = &self.store {
            arguments.insert("store".to_owned(), store.as_str().into());
        }
        if self.stores_all {
            arguments.insert("stores".to_owned(), "all".into());
        }
        if self.fresh {
            arguments.insert("fresh".to_owned(), true.into());
        }
        arguments
    }

    pub(super) fn is_of_all(&self) -> bool {
        self.stores_all
    }

    pub(super) fn is_json(&self) -> bool {
        self.json || self.output.output == Output::Json
    }
}
