//! The rows of a table, cell by cell.

use jiff::civil::Date;

use super::amount::{Mark, mark_of, quantity, weight};
use super::carrier;
use super::cell::{Cell, trimmed};
use super::columns::Column;
use super::day::{DayProblem, Order, day, order_of};
use super::heading::Role;
use super::several::parts;
use super::table::Record;
use super::tracking::{Tracking, judge};

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
    /// Its cell holds several numbers: whose the row's items are is not told, so that `sku` and `quantity` are left out.
    pub shares_items: bool,
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
        let shares_items = numbers.iter().any(|number| number.is_shared);
        let parcel = |number: &Number| self.parcel(record, number, shares_items);
        numbers.iter().map(parcel).collect()
    }

    fn parcel(&self, record: &Record, number: &Number, shares_items: bool) -> Row {
        let mut row = self.without_parcel(record);
        let carrier = self.beside(number.column, Role::Carrier);
        row.carrier = carrier.and_then(|at| text(record, at)).map(|text| one_line(&text));
        let named = row.carrier.as_deref().and_then(carrier::named);
        row.tracking = Some(judge(&number.cell, named, self.columns[number.column].is_guessed));
        if let Some(at) = self.beside(number.column, Role::ShipDate)
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
        row.shares_items = shares_items;
        if !shares_items {
            row.sku = self.cell(record, Role::Sku);
            row.quantity = self.cell(record, Role::Quantity).and_then(|text| quantity(&text));
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
        Row {
            line: record.line,
            is_order_guessed: order.is_some() && self.columns.iter().any(is_guess),
            order: order.unwrap_or_default(),
            other_orders: orders,
            email: self.cell(record, Role::Email),
            name: self.cell(record, Role::Name),
            tracking: None,
            carrier: self.cell(record, Role::Carrier).map(|text| one_line(&text)),
            ship_date: None,
            day_problem: None,
            weight: None,
            sku: None,
            quantity: None,
            shares_items: false,
        }
    }

    fn cell(&self, record: &Record, role: Role) -> Option<String> {
        text(record, position(self.columns, role)?)
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

    /// The column of a role that belongs to a column of numbers: the first to the first where there are as many of both, else the
    /// nearest.
    fn beside(&self, number: usize, role: Role) -> Option<usize> {
        let of = |role: Role| -> Vec<usize> {
            let columns = self.columns.iter().enumerate();
            columns
                .filter(|(_, column)| column.role == Some(role))
                .map(|(at, _)| at)
                .collect()
        };
        let (numbers, others) = (of(Role::Tracking), of(role));
        if numbers.len() == others.len() {
            others.get(numbers.iter().position(|at| *at == number)?).copied()
        } else {
            others.into_iter().min_by_key(|at| at.abs_diff(number))
        }
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
