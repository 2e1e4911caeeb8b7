//! The same figures by reading all orders one after the other. It shares no code with what it judges.

use std::collections::BTreeMap;
use std::str::FromStr;

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use rust_decimal::{Decimal, RoundingStrategy};
use serde_json::{Value, json};

pub struct Shopkeeper<'a> {
    pub orders: &'a [Value],
    pub folders: &'a [(String, String)],
    pub zone: &'a str,
    pub currency: Option<&'a str>,
    /// The second since the epoch at which it is asked.
    pub now: i64,
}

pub fn number(value: &Value) -> Decimal {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    Decimal::from_str(&text).unwrap()
}

pub fn cents(amount: Decimal) -> String {
    format!(
        "{:.2}",
        amount.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero)
    )
}

fn instant(text: &str) -> i64 {
    let at: DateTime = text.parse().unwrap();
    at.to_zoned(TimeZone::UTC).unwrap().timestamp().as_second()
}

impl Shopkeeper<'_> {
    fn day(&self, order: &Value) -> Date {
        let at = jiff::Timestamp::from_second(instant(order["date_added"].as_str().unwrap())).unwrap();
        at.to_zoned(TimeZone::get(self.zone).unwrap()).date()
    }

    fn folder(&self, order: &Value) -> &str {
        let id = order["folder_id"].to_string();
        &self.folders.iter().find(|(known, _)| *known == id).unwrap().1
    }

    /// Orders that count in a window.
    fn counted(&self, from: Date, to: Date) -> Vec<&Value> {
        let counts = |order: &&Value| (from..=to).contains(&self.day(order)) && self.folder(order) != "Canceled";
        self.orders.iter().filter(counts).collect()
    }

    fn key(&self, order: &Value, name: &str) -> String {
        let text = match name {
            "day" => self.day(order).to_string(),
            "month" => self.day(order).to_string()[..7].to_owned(),
            "source" => order["source_name"].as_str().unwrap().to_owned(),
            "country" => order["shipping"]["country"].as_str().unwrap().to_owned(),
            "shipping_method" => order["shipping_method"].as_str().unwrap().to_owned(),
            "folder" => self.folder(order).to_owned(),
            _ => unreachable!("{name}"),
        };
        if text.is_empty() { "(none)".to_owned() } else { text }
    }

    /// Rows of a sales report by these keys, by their keys, and the totals.
    pub fn sales(&self, keys: &[&str], from: Date, to: Date) -> (BTreeMap<Vec<String>, Value>, Value) {
        let mut rows: BTreeMap<Vec<String>, Vec<&Value>> = BTreeMap::new();
        let orders = self.counted(from, to);
        for order in &orders {
            let key = keys.iter().map(|name| self.key(order, name)).collect();
            rows.entry(key).or_default().push(order);
        }
        if keys == ["day"] {
            // Also days without an order, until today.
            let today = jiff::Timestamp::from_second(self.now).unwrap();
            let today = today.to_zoned(TimeZone::get(self.zone).unwrap()).date();
            for day in from
                .series(jiff::Span::new().days(1))
                .take_while(|day| *day <= to.min(today))
            {
                rows.entry(vec![day.to_string()]).or_default();
            }
        }
        let shown = rows
            .into_iter()
            .map(|(key, orders)| (key, self.sums(&orders)))
            .collect();
        (shown, self.sums(&orders))
    }

    fn sums(&self, orders: &[&Value]) -> Value {
        let sum = |name: &str| cents(orders.iter().map(|order| number(&order[name])).sum());
        let lines = |order: &&Value| order["order_items"].as_array().unwrap().clone();
        let units: Decimal = orders
            .iter()
            .flat_map(lines)
            .map(|line| number(&line["quantity"]))
            .sum();
        json!({
            "currency": self.currency,
            "orders": orders.len(),
            "units": units.to_string().parse::<i64>().unwrap(),
            "order_total": sum("order_total"),
            "product_total": sum("product_total"),
            "shipping_total": sum("shipping_total"),
            "tax_total": sum("tax_total"),
            "discount_total": sum("discount_total"),
            "refund_total": sum("refund_total"),
        })
    }

    /// Orders, units and sales by code.
    pub fn by_sku(&self, from: Date, to: Date) -> BTreeMap<Vec<String>, Value> {
        type Row<'a> = (
            std::collections::BTreeSet<String>,
            Decimal,
            Decimal,
            Vec<(i64, i64, usize, &'a str)>,
        );
        let mut rows: BTreeMap<Vec<String>, Row<'_>> = BTreeMap::new();
        for order in self.counted(from, to) {
            for (place, line) in order["order_items"].as_array().unwrap().iter().enumerate() {
                let code = line["code"].as_str().unwrap();
                let code = if code.is_empty() { "(no code)" } else { code };
                let row = rows.entry(vec![code.to_owned()]).or_default();
                row.0.insert(order["id"].to_string());
                row.1 += number(&line["quantity"]);
                row.2 += number(&line["price"]) * number(&line["quantity"]);
                let (added, id) = (&order["date_added"], order["id"].as_str().unwrap().parse().unwrap());
                row.3.push((
                    instant(added.as_str().unwrap()),
                    id,
                    place,
                    line["name"].as_str().unwrap(),
                ));
            }
        }
        rows.into_iter()
            .map(|(code, (orders, units, sales, names))| {
                let units: i64 = units.to_string().parse().unwrap();
                let (.., name) = names.iter().max().unwrap();
                let row = json!({ "currency": self.currency, "orders": orders.len(), "units": units, "sales": cents(sales),
                    "name": name });
                (code, row)
            })
            .collect()
    }

    /// Orders without any shipment by their age.
    pub fn unshipped(&self, from: Date, to: Date) -> BTreeMap<Vec<String>, Value> {
        let mut rows: BTreeMap<Vec<String>, Vec<&Value>> = BTreeMap::new();
        for order in self.counted(from, to) {
            if !order["order_shipments"].as_array().unwrap().is_empty() {
                continue;
            }
            let days = (self.now - instant(order["date_added"].as_str().unwrap())).div_euclid(86_400);
            let age = match days {
                ..1 => "under_1_day",
                1 | 2 => "1_to_3_days",
                3..7 => "3_to_7_days",
                _ => "over_7_days",
            };
            rows.entry(vec![age.to_owned()]).or_default().push(order);
        }
        let columns = ["currency", "orders", "units", "order_total"];
        rows.into_iter()
            .map(|(age, orders)| (age, self.some_sums(&orders, &columns)))
            .collect()
    }

    /// Orders of which something was paid back, by how the payment stands.
    pub fn refunds(&self, from: Date, to: Date) -> BTreeMap<Vec<String>, Value> {
        let mut rows: BTreeMap<Vec<String>, Vec<&Value>> = BTreeMap::new();
        for order in self.counted(from, to) {
            let payment = order["payment_status"].as_str().unwrap();
            if number(&order["refund_total"]) > Decimal::ZERO || payment.ends_with("Refunded") {
                let payment = if payment.is_empty() { "(none)" } else { payment };
                rows.entry(vec![payment.to_owned()]).or_default().push(order);
            }
        }
        let columns = ["currency", "orders", "order_total", "refund_total"];
        rows.into_iter()
            .map(|(payment, orders)| (payment, self.some_sums(&orders, &columns)))
            .collect()
    }

    /// Discounts by their code.
    pub fn discounts(&self, from: Date, to: Date) -> BTreeMap<Vec<String>, Value> {
        let mut rows: BTreeMap<Vec<String>, (usize, Decimal)> = BTreeMap::new();
        for order in self.counted(from, to) {
            let mut codes = std::collections::BTreeSet::new();
            for discount in order["discount_list"].as_array().into_iter().flatten() {
                let code = discount["code"].as_str().unwrap();
                let row = rows.entry(vec![code.to_owned()]).or_default();
                row.0 += usize::from(codes.insert(code));
                row.1 += number(&discount["amount"]);
            }
        }
        let row = |(uses, amount)| json!({ "currency": self.currency, "uses": uses, "discount": cents(amount) });
        rows.into_iter().map(|(code, sums)| (code, row(sums))).collect()
    }

    fn some_sums(&self, orders: &[&Value], columns: &[&str]) -> Value {
        let Value::Object(mut sums) = self.sums(orders) else {
            unreachable!()
        };
        sums.retain(|name, _| columns.contains(&name.as_str()));
        sums.into()
    }

    /// Seconds until the first shipment, sorted, as far as there is one, and for how many the shipment's own day told it.
    pub fn seconds_to_ship(&self, from: Date, to: Date) -> (Vec<i64>, usize) {
        let all: Vec<(i64, bool)> = self
            .counted(from, to)
            .into_iter()
            .filter_map(|order| {
                let shipments = order["order_shipments"].as_array().unwrap();
                let added = instant(order["date_added"].as_str().unwrap());
                let (first, by_day) = shipments.iter().map(|shipment| self.sent(shipment, added)).min()?;
                Some((first - added, by_day))
            })
            .collect();
        let by_day = all.iter().filter(|(_, by_day)| *by_day).count();
        let mut seconds: Vec<i64> = all.into_iter().map(|(seconds, _)| seconds).collect();
        seconds.sort_unstable();
        (seconds, by_day)
    }

    /// When a shipment of an order that was added at this second went, and whether it is its own day that says so.
    fn sent(&self, shipment: &Value, added: i64) -> (i64, bool) {
        let recorded = instant(shipment["date_added"].as_str().unwrap());
        let Ok(told) = shipment["date_shipped"].as_str().unwrap_or("").parse::<DateTime>() else {
            return (recorded, false);
        };
        let zone = TimeZone::get(self.zone).unwrap();
        let sent = if told.time() == jiff::civil::Time::midnight() {
            let day = told.date();
            let at = jiff::Timestamp::from_second(recorded).unwrap();
            let days = [TimeZone::UTC, zone.clone()].map(|zone| at.to_zoned(zone).date());
            let begins = |day: Date| day.to_zoned(zone.clone()).unwrap().timestamp().as_second();
            if days.contains(&day) {
                recorded
            } else if recorded < begins(day) {
                begins(day)
            } else {
                begins(day.tomorrow().unwrap())
            }
        } else {
            told.to_zoned(TimeZone::UTC).unwrap().timestamp().as_second()
        };
        if sent == recorded || sent <= added {
            (recorded, false)
        } else {
            (sent, true)
        }
    }

    /// How many wait for longer than so many hours.
    pub fn late_without_shipment(&self, from: Date, to: Date, hours: i64) -> usize {
        let is_late = |order: &&&Value| {
            order["order_shipments"].as_array().unwrap().is_empty()
                && self.now - instant(order["date_added"].as_str().unwrap()) > hours * 3_600
        };
        self.counted(from, to).iter().filter(is_late).count()
    }

    /// New and returning customers, and orders without an address.
    /// And how many customers ordered more than once within the window.
    pub fn customers(&self, from: Date, to: Date) -> (usize, usize, usize, usize) {
        let email = |order: &Value| order["email"].as_str().unwrap().replace(' ', "").to_lowercase();
        let orders = self.counted(from, to);
        let without = orders.iter().filter(|order| email(order).is_empty()).count();
        let mut who: Vec<String> = orders
            .iter()
            .map(|order| email(order))
            .filter(|email| !email.is_empty())
            .collect();
        who.sort();
        let all = who.clone();
        who.dedup();
        let again = who
            .iter()
            .filter(|who| all.iter().filter(|one| one == who).count() > 1)
            .count();
        let first = |who: &str| {
            let theirs = self.orders.iter().filter(|order| email(order) == who);
            theirs.map(|order| self.day(order)).min().unwrap()
        };
        let new = who.iter().filter(|who| first(who) >= from).count();
        (new, who.len() - new, without, again)
    }

    /// Whether somebody may still send it.
    fn waits(&self, order: &Value) -> bool {
        !["Canceled", "Closed"].contains(&self.folder(order)) && order["order_shipments"].as_array().unwrap().is_empty()
    }

    /// Number, value, oldest order's second, ages and stuck ones of a folder.
    pub fn folder_stands(&self, id: &str, stuck_after_days: i64) -> Value {
        let in_it: Vec<&Value> = self
            .orders
            .iter()
            .filter(|order| order["folder_id"] == id.parse::<u64>().unwrap())
            .collect();
        if in_it.is_empty() {
            return json!({ "orders": 0 });
        }
        let age = |order: &&&Value| self.now - instant(order["date_added"].as_str().unwrap());
        let between = |from: i64, to: i64| {
            in_it
                .iter()
                .filter(|order| (from * 86_400..to * 86_400).contains(&age(order)))
                .count()
        };
        json!({
            "orders": in_it.len(),
            "value": cents(in_it.iter().map(|order| number(&order["order_total"])).sum()),
            "ages": {
                "under_1_day": between(-1000, 1),
                "1_to_3_days": between(1, 3),
                "3_to_7_days": between(3, 7),
                "over_7_days": between(7, 100_000),
            },
            "stuck":
                in_it.iter().filter(|order| age(order) > stuck_after_days * 86_400 && self.waits(order)).count(),
        })
    }
}
