//! The rows of a table, cell by cell.

use jiff::civil::Date;

use super::amount::{Mark, mark_of, quantity, weight};
use super::aside::is_void;
use super::carrier;
use super::cell::{Cell, trimmed};
use super::columns::Column;
use super::day::{DayProblem, Order, day, order_of};
use super::heading::Role;
use super::several::parts;
use super::table::Record;
use super::tracking::{Tracking, judge};

#[cfg(test)]
mod tests;

/// A parcel, or a row without one.
#[derive(Debug)]
pub struct Row {
    /// The line it begins in, from 1.
    pub line: usize,
    /// Of what order it says it is; may be empty where e-mail and name say so.
    pub order: String,
    /// What other columns of order numbers say, where they say something else.
    pub other_orders: Vec<String>,
    /// Whether nothing but what it holds says that the column is one of orders.
    pub is_order_guessed: bool,
    /// The customer's.
    pub email: Option<String>,
    /// The customer's.
    pub name: Option<String>,
    /// Nothing in a row without a number: it is skipped.
    pub tracking: Option<Tracking>,
    /// As the table names the carrier.
    pub carrier: Option<String>,
    /// How the carrier takes it, as the table names it.
    pub service: Option<String>,
    /// When the parcel went.
    pub ship_date: Option<Date>,
    /// Why there is no day although the cell is filled.
    pub day_problem: Option<DayProblem>,
    /// A decimal number, exactly as the table has it; the unit is not told.
    pub weight: Option<String>,
    /// What is in it.
    pub sku: Option<String>,
    /// How many of it.
    pub quantity: Option<u32>,
    /// What stands there instead of a quantity, where it is none.
    pub no_quantity: Option<String>,
    /// Whether its cells of the item and of the quantity are filled, whatever could be read in them.
    pub filled: Filled,
    /// What stands in columns of which nobody knows what they are: each with its heading.
    pub unread: Vec<(String, String)>,
    /// What says that the label is void or canceled, as the table has it.
    pub void: Option<String>,
    /// The row has several numbers: whose its items are is not told, so that `sku` and `quantity` are left out.
    pub shares_items: bool,
}

impl Row {
    /// What its cells say of its contents.
    fn hold(&mut self, sku: Option<String>, count: Option<String>) {
        self.filled = Filled {
            sku: sku.is_some(),
            quantity: count.is_some(),
        };
        self.sku = sku;
        self.quantity = count.as_deref().and_then(quantity);
        self.no_quantity = count.filter(|_| self.quantity.is_none());
    }
}

/// Which cells a row has something in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Filled {
    /// Which item.
    pub sku: bool,
    /// How many of it.
    pub quantity: bool,
}

impl Filled {
    /// Whether the row says something of what is in its parcel.
    pub fn any(self) -> bool {
        self.sku || self.quantity
    }
}

pub(super) fn rows(columns: &[Column], body: &[Record], delimiter: Option<char>) -> Vec<Row> {
    let cells = |at: usize| {
        body.iter()
            .filter_map(move |record| record.cells.get(at))
            .map(String::as_str)
    };
    let reader = Reader {
        columns,
        delimiter,
        orders: columns.iter().enumerate().map(|(at, _)| order_of(cells(at))).collect(),
        mark: position(columns, Role::Weight).and_then(|at| mark_of(cells(at))),
    };
    let is_blank = |record: &&Record| record.cells.iter().all(|cell| trimmed(cell).is_empty());
    body.iter()
        .filter(|record| !is_blank(record))
        .flat_map(|record| reader.parcels(record))
        .collect()
}

/// What the whole table says of how its cells are meant.
struct Reader<'a> {
    columns: &'a [Column],
    delimiter: Option<char>,
    /// Of each column: the others may be written by another program.
    orders: Vec<Option<Order>>,
    mark: Option<Mark>,
}

impl Reader<'_> {
    /// A row for each number; one without a parcel where there is none.
    fn parcels(&self, record: &Record) -> Vec<Row> {
        let numbers = self.numbers(record);
        if numbers.is_empty() {
            return vec![self.without_parcel(record)];
        }
        let is_paired = |role| has_one_each(self.columns, role) || position(self.columns, role).is_none();
        let has_own_items = is_paired(Role::Sku) && is_paired(Role::Quantity);
        let shares_items = numbers.iter().any(|number| number.is_shared) || (numbers.len() > 1 && !has_own_items);
        let parcel = |number: &Number| self.parcel(record, number, shares_items);
        numbers.iter().map(parcel).collect()
    }

    fn parcel(&self, record: &Record, number: &Number, shares_items: bool) -> Row {
        let mut row = self.without_parcel(record);
        let carrier = beside(self.columns, number.column, Role::Carrier);
        row.carrier = carrier.and_then(|at| text(record, at)).map(|text| one_line(&text));
        let named = row.carrier.as_deref().and_then(carrier::named);
        row.tracking = Some(judge(&number.cell, named, self.columns[number.column].is_guessed));
        if let Some(at) = beside(self.columns, number.column, Role::ShipDate)
            && let Some(text) = text(record, at)
        {
            match day(&text, self.orders[at]) {
                Ok(day) => row.ship_date = Some(day),
                Err(problem) => row.day_problem = Some(problem),
            }
        }
        row.weight = self
            .cell(record, Role::Weight)
            .and_then(|text| weight(&text, self.mark));
        let service = beside(self.columns, number.column, Role::Service);
        row.service = service.and_then(|at| text(record, at)).map(|text| one_line(&text));
        row.shares_items = shares_items;
        let [sku, count] =
            [Role::Sku, Role::Quantity].map(|role| text(record, item_column(self.columns, number.column, role)?));
        row.hold(sku, count);
        if shares_items {
            (row.sku, row.quantity, row.no_quantity) = (None, None, None);
        }
        row
    }

    fn without_parcel(&self, record: &Record) -> Row {
        let mut orders = self.orders(record);
        let order = if orders.is_empty() {
            None
        } else {
            Some(orders.remove(0))
        };
        let is_guess = |column: &Column| column.role == Some(Role::Order) && column.is_guessed;
        let mut row = Row {
            line: record.line,
            is_order_guessed: order.is_some() && self.columns.iter().any(is_guess),
            order: order.unwrap_or_default(),
            other_orders: orders,
            email: self.cell(record, Role::Email),
            name: self.cell(record, Role::Name),
            tracking: None,
            carrier: self.cell(record, Role::Carrier).map(|text| one_line(&text)),
            service: None,
            ship_date: None,
            day_problem: None,
            weight: None,
            sku: None,
            quantity: None,
            no_quantity: None,
            filled: Filled::default(),
            unread: self.unread(record),
            void: self.void(record),
            shares_items: false,
        };
        row.hold(self.cell(record, Role::Sku), self.cell(record, Role::Quantity));
        let is_merged = row.order.is_empty() && row.email.is_none() && row.name.is_none() && row.filled.sku;
        if !is_merged {
            // Only where its cells of order and number were one with those above does it say what is in a parcel.
            (row.sku, row.quantity, row.no_quantity) = (None, None, None);
        }
        row
    }

    fn cell(&self, record: &Record, role: Role) -> Option<String> {
        text(record, position(self.columns, role)?)
    }

    fn unread(&self, record: &Record) -> Vec<(String, String)> {
        let unknown = self
            .columns
            .iter()
            .enumerate()
            .filter(|(_, column)| column.role.is_none());
        unknown
            .filter_map(|(at, column)| Some((one_line(column.heading.as_deref()?), text(record, at)?)))
            .collect()
    }

    /// The heading and the cell that say that nobody uses the row's label.
    fn void(&self, record: &Record) -> Option<String> {
        let cells = self.columns.iter().zip(&record.cells);
        let mut unread = cells.filter(|(column, _)| column.role.is_none());
        unread.find_map(|(column, cell)| {
            let heading = column.heading.as_deref()?;
            is_void(heading, cell).then(|| format!("{}: {}", one_line(heading), one_line(cell)))
        })
    }

    /// The order numbers of a row, each once.
    fn orders(&self, record: &Record) -> Vec<String> {
        let cells = self.columns.iter().zip(&record.cells);
        let of_orders = cells.filter(|(column, _)| column.role == Some(Role::Order));
        let mut orders: Vec<String> = Vec::new();
        for order in of_orders.map(|(_, raw)| Cell::order(raw)) {
            if !order.is_empty() && !orders.contains(&order) {
                orders.push(order);
            }
        }
        orders
    }

    /// The numbers of a row.
    fn numbers(&self, record: &Record) -> Vec<Number> {
        let cells = self.columns.iter().zip(&record.cells).enumerate();
        let of_parcels = cells.filter(|(_, (column, _))| column.role == Some(Role::Tracking));
        let mut numbers = Vec::new();
        for (column, (_, raw)) in of_parcels {
            let parts = parts(raw, self.delimiter);
            let is_shared = parts.len() > 1;
            numbers.extend(parts.into_iter().map(|cell| Number {
                cell,
                column,
                is_shared,
            }));
        }
        numbers
    }
}

/// The column of a role that belongs to a column of numbers: the first to the first where there are as many of both, else the
/// nearest.
fn beside(columns: &[Column], number: usize, role: Role) -> Option<usize> {
    let (numbers, others) = (all_of(columns, Role::Tracking), all_of(columns, role));
    if numbers.len() == others.len() {
        others.get(numbers.iter().position(|at| *at == number)?).copied()
    } else {
        others.into_iter().min_by_key(|at| at.abs_diff(number))
    }
}

/// The same of items: those of a row are in its one parcel, unless each column of numbers has its own.
fn item_column(columns: &[Column], number: usize, role: Role) -> Option<usize> {
    if has_one_each(columns, role) {
        beside(columns, number, role)
    } else {
        position(columns, role)
    }
}

/// Whether there are as many columns of a role as of numbers.
fn has_one_each(columns: &[Column], role: Role) -> bool {
    all_of(columns, role).len() == all_of(columns, Role::Tracking).len()
}

fn all_of(columns: &[Column], role: Role) -> Vec<usize> {
    let columns = columns.iter().enumerate();
    columns
        .filter(|(_, column)| column.role == Some(role))
        .map(|(at, _)| at)
        .collect()
}

/// Notes which columns shipments and the orders they belong to are made of. The table does not say in what its weights are.
pub(super) fn note_used(columns: &mut [Column]) {
    let numbers = all_of(columns, Role::Tracking);
    let mut used: Vec<usize> = all_of(columns, Role::Order);
    used.extend(&numbers);
    used.extend(
        [Role::Email, Role::Name]
            .into_iter()
            .filter_map(|role| position(columns, role)),
    );
    for number in numbers {
        used.extend(
            [Role::Carrier, Role::Service, Role::ShipDate]
                .into_iter()
                .filter_map(|role| beside(columns, number, role)),
        );
        used.extend(
            [Role::Sku, Role::Quantity]
                .into_iter()
                .filter_map(|role| item_column(columns, number, role)),
        );
    }
    for at in used {
        columns[at].is_used = true;
    }
}

/// A number in a row.
struct Number {
    cell: Cell,
    column: usize,
    /// Whether its cell has others.
    is_shared: bool,
}

fn text(record: &Record, at: usize) -> Option<String> {
    Some(Cell::of(record.cells.get(at)?).text).filter(|text| !text.is_empty())
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn position(columns: &[Column], role: Role) -> Option<usize> {
    columns.iter().position(|column| column.role == Some(role))
}
