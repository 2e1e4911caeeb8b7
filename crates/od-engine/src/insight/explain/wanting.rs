//! What an order lacks before it can be fulfilled.

use std::collections::HashMap;

use od_record::order::{LINES, awaits_payment, unpaid};
use od_record::rows_of;
use rust_decimal::Decimal;
use serde_json::{Map, Value, json};

use super::super::kept::text;
use super::super::micro::decimal;

/// Countries whose addresses have a state or province.
const WITH_STATES: [&str; 3] = ["US", "CA", "AU"];
/// Countries whose addresses have no postal code.
const WITHOUT_POSTAL_CODES: [&str; 12] = ["AE", "AO", "BS", "BW", "BZ", "HK", "JM", "MO", "QA", "UG", "YE", "ZW"];
/// So many things are told at most: an order with a hundred lines lacks the same in all.
pub(super) const MOST: usize = 12;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum What {
    Lines,
    Address,
    Sku,
    PrintData,
    Stock,
    Payment,
}

/// Something that an order lacks.
pub(super) struct Missing {
    pub(super) what: What,
    path: String,
    detail: String,
}

impl Missing {
    fn new(what: What, path: impl Into<String>, detail: impl Into<String>) -> Self {
        Self {
            what,
            path: path.into(),
            detail: detail.into(),
        }
    }

    pub(super) fn shown(&self) -> Value {
        let what = match self.what {
            What::Lines => "lines",
            What::Address => "address",
            What::Sku => "sku",
            What::PrintData => "print_data",
            What::Stock => "stock",
            What::Payment => "payment",
        };
        json!({ "what": what, "path": self.path, "detail": self.detail })
    }
}

/// The stock of an order's lines by their code.
pub(super) struct Stocked {
    /// Whether Order Desk has taken the order from it already.
    is_counted: bool,
    by_code: HashMap<String, Decimal>,
}

impl Stocked {
    pub(super) fn new(is_counted: bool) -> Self {
        Self {
            is_counted,
            by_code: HashMap::new(),
        }
    }

    pub(super) fn add(&mut self, item: &Value) {
        if let (Some(item), Some(stock)) = (item.as_object(), item.get("stock").and_then(decimal)) {
            self.by_code.insert(text(item, "code"), stock);
        }
    }

    /// Why there is too little for a line.
    fn short(&self, code: &str, wanted: Decimal) -> Option<String> {
        let stock = *self.by_code.get(code)?;
        if self.is_counted {
            let less = stock < Decimal::ZERO;
            return less.then(|| format!("stock of {code} is {stock}, this order counted"));
        }
        (stock < wanted).then(|| format!("stock of {code} is {stock}, this order takes {wanted}"))
    }
}

/// All that an order lacks, in the order in which it has to be put right.
pub(super) fn missing(order: &Map<String, Value>, stocked: &Stocked) -> Vec<Missing> {
    let mut missing = Vec::new();
    let payment = text(order, "payment_status");
    if unpaid(&payment).is_some() || awaits_payment(&payment) {
        missing.push(Missing::new(
            What::Payment,
            "/payment_status",
            format!("payment is {payment}"),
        ));
    }
    let lines: Vec<&Map<String, Value>> = rows_of(order, LINES).collect();
    if lines.is_empty() {
        missing.push(Missing::new(What::Lines, "/order_items", "the order has no lines"));
    }
    if lines.iter().any(|line| is_sent(line)) {
        missing.extend(address(order));
    }
    let any_printed = lines.iter().any(|line| print_fields(line).next().is_some());
    let mut wanted: HashMap<String, Decimal> = HashMap::new();
    for line in &lines {
        let quantity = line.get("quantity").and_then(decimal).unwrap_or(Decimal::ONE);
        let sum = wanted.entry(text(line, "code")).or_default();
        *sum = sum.saturating_add(quantity);
    }
    for (at, line) in lines.iter().enumerate().filter(|(_, line)| is_sent(line)) {
        let path = format!("/order_items/{at}");
        let (name, code) = (text(line, "name"), text(line, "code"));
        if code.is_empty() {
            missing.push(Missing::new(
                What::Sku,
                format!("{path}/code"),
                format!("{name} has no code (SKU)"),
            ));
        }
        missing.extend(print_data(line, &path, &name, any_printed));
        // Once for each code, however many lines have it.
        if let Some(wanted) = wanted.remove(&code)
            && let Some(detail) = stocked.short(&code, wanted)
        {
            missing.push(Missing::new(What::Stock, path, detail));
        }
    }
    missing
}

/// What is downloaded, or comes later, needs no address.
fn is_sent(line: &Map<String, Value>) -> bool {
    matches!(text(line, "delivery_type").as_str(), "" | "ship")
}

fn address(order: &Map<String, Value>) -> Vec<Missing> {
    let empty = Map::new();
    let address = order.get("shipping").and_then(Value::as_object).unwrap_or(&empty);
    let part = |name: &str| text(address, name);
    let country = part("country").to_uppercase();
    let mut wanted = vec!["address1", "city", "country"];
    if WITH_STATES.contains(&country.as_str()) {
        wanted.push("state");
    }
    if !WITHOUT_POSTAL_CODES.contains(&country.as_str()) {
        wanted.push("postal_code");
    }
    let has_name = ["first_name", "last_name", "company"]
        .iter()
        .any(|name| !part(name).is_empty());
    let mut missing: Vec<Missing> = wanted
        .into_iter()
        .filter(|name| part(name).is_empty())
        .map(|name| {
            Missing::new(
                What::Address,
                format!("/shipping/{name}"),
                format!("the shipping address has no {name}"),
            )
        })
        .collect();
    if !has_name {
        let detail = "the shipping address has neither name nor company";
        missing.push(Missing::new(What::Address, "/shipping/last_name", detail));
    }
    missing
}

/// Fields of a line's metadata that say how it is printed.
fn print_fields(line: &Map<String, Value>) -> impl Iterator<Item = (&str, &Value)> {
    let metadata = line.get("metadata").and_then(Value::as_object);
    let fields = metadata.into_iter().flatten();
    fields
        .map(|(name, value)| (name.as_str(), value))
        .filter(|(name, _)| name.starts_with("print_"))
}

/// What a line lacks for printing: only where something in the order says that it is printed.
fn print_data(line: &Map<String, Value>, path: &str, name: &str, any_printed: bool) -> Vec<Missing> {
    if !any_printed {
        return Vec::new();
    }
    let has = |beginning: &str| {
        print_fields(line).any(|(field, value)| {
            let is_written = value.as_str().map_or(!value.is_null(), |text| !text.trim().is_empty());
            field.starts_with(beginning) && is_written
        })
    };
    let wanted = [("print_sku", "print_sku"), ("print_url", "print_url_1")];
    let wanted = wanted.iter().filter(|(beginning, _)| !has(beginning));
    wanted
        .map(|(_, field)| {
            Missing::new(
                What::PrintData,
                format!("{path}/metadata/{field}"),
                format!("{name} has no {field}"),
            )
        })
        .collect()
}
