//! Lines of an order: which one a caller means, and changing, adding and removing them.

use serde_json::{Map, Value};

use super::draft::Draft;
use crate::identifier::{id_text, same_id, same_identifier};
use crate::item::{self, foreign_id, twin, without_name, without_price};
use crate::merge::set_all;
use crate::order::LINES;
use crate::problem::{Problem, below};
use crate::text::{clean_text, named, shows_as};

#[cfg(test)]
mod tests;
mod told;

use told::{code_of, line_id, listed, other_capitals, unknown_code};

/// Whether the order has a line.
pub(super) fn any(order: &Map<String, Value>) -> bool {
    order
        .get(LINES)
        .and_then(Value::as_array)
        .is_some_and(|lines| !lines.is_empty())
}

impl Draft<'_> {
    /// An entry that names a line by id or code changes it; another adds one.
    pub(super) fn merge_lines(&mut self, given: &[Value], at: &str) {
        if given.is_empty() && any(&self.record) {
            self.warnings.push(format!(
                "{at}: an empty list names no line, so the lines were left alone; remove_items takes lines away"
            ));
        }
        self.lay_lines(given, at, select_or_add);
    }

    /// An entry that names a line by id changes it; another adds one, also when a line has its code.
    pub(super) fn replace_lines(&mut self, given: &[Value], at: &str) {
        self.lay_lines(given, at, |lines, given, at| {
            select_by_id(lines, given, at).unwrap_or(Ok(None))
        });
    }

    fn lay_lines(&mut self, given: &[Value], at: &str, select: Select) {
        let Some(mut lines) = self.list(LINES, at) else { return };
        // Codes are looked up among the lines the order had, so that one call can add two lines with one new code.
        let known = lines.len();
        let mut named = Vec::new();
        for (index, given) in given
            .iter()
            .enumerate()
            .filter_map(|(index, given)| Some((index, given.as_object()?)))
        {
            let at = below(at, index);
            match select(&lines[..known], given, &at).and_then(|line| once(line, &mut named, &at)) {
                Ok(Some(line)) => self.change_selected(&mut lines[line], given, &at),
                Ok(None) => {
                    if let Some(problem) = without_name(given, &at) {
                        self.problems.push(problem);
                        continue;
                    }
                    self.remark_new(&lines[..known], given, &at);
                    self.push_line(&mut lines, given, &at);
                }
                Err(problem) => self.problems.push(problem),
            }
        }
        self.put_list(LINES, lines);
    }

    pub(super) fn add_lines(&mut self, given: &[Map<String, Value>], at: &str) {
        let Some(mut lines) = self.list(LINES, at) else { return };
        let known: Vec<String> = lines.iter().filter_map(line_id).collect();
        let carries_id =
            |(index, given): (usize, &Map<String, Value>)| foreign_id(given, known.iter().cloned(), &below(at, index));
        let (mut foreign, mut of_removed, mut faults) = (false, Vec::new(), Vec::new());
        for (line, carries) in given.iter().zip(given.iter().enumerate().map(carries_id)) {
            match carries {
                Ok(false) => {}
                Ok(true) => match line.get("id").and_then(id_text) {
                    Some(id) if self.removed_lines.iter().any(|gone| same_id(gone, &id)) => of_removed.push(id),
                    _ => foreign = true,
                },
                Err(problem) => faults.push(problem),
            }
        }
        self.problems.extend(faults);
        if !of_removed.is_empty() {
            self.warnings.push(format!(
                "{at}: these ids are of lines that this change removes, and were left out: Order Desk gives new lines ids of their own: {}",
                of_removed.join(", ")
            ));
        }
        if foreign {
            self.warnings.push(format!(
                "{at}: the ids that new lines carry are of no line of this order and were left out: Order Desk gives new lines their ids"
            ));
        }
        for (index, given) in given.iter().enumerate() {
            let at = below(at, index);
            self.remark_new(&lines, given, &at);
            self.push_line(&mut lines, given, &at);
        }
        self.put_list(LINES, lines);
    }

    pub(super) fn update_lines(&mut self, given: &[Map<String, Value>], at: &str) {
        let Some(mut lines) = self.list(LINES, at) else { return };
        let mut named = Vec::new();
        for (index, given) in given.iter().enumerate() {
            let at = below(at, index);
            match select(&lines, given, &at).and_then(|line| once(line, &mut named, &at)) {
                Ok(Some(line)) => self.change_selected(&mut lines[line], given, &at),
                Ok(None) => {
                    self.problems.push(unknown_code(&lines, given, &at));
                }
                Err(problem) => self.problems.push(problem),
            }
        }
        self.put_list(LINES, lines);
    }

    pub(super) fn remove_lines(&mut self, item_ids: &[String], at: &str) {
        let Some(mut lines) = self.list(LINES, at) else { return };
        for (index, id) in item_ids.iter().enumerate() {
            if with_id(&lines, id).is_none() {
                let message = format!("no line has this id; {}", listed(&lines));
                self.problems.push(Problem::new(below(at, index), message));
            }
        }
        self.removed_lines.extend_from_slice(item_ids);
        lines.retain(|line| !line_id(line).is_some_and(|id| item_ids.contains(&id)));
        self.put_list(LINES, lines);
    }

    /// Tells of a line that the new one may have been meant to be, and of a price that nobody gave.
    fn remark_new(&mut self, lines: &[Value], given: &Map<String, Value>, at: &str) {
        let twin = twin(lines.iter().filter_map(Value::as_object), given)
            .map(|twin| format!("{at}: the order already had {twin}; this is one more"));
        self.warnings.extend(twin);
        if without_price(given) {
            let name = named(given.get("name"));
            self.warnings.push(format!(
                "{at}: the new line has no price, so it is added at price 0: {name}"
            ));
        }
    }

    /// Changes a line that an entry names. The code that it is named by, for want of an id, is no change to it.
    fn change_selected(&mut self, line: &mut Value, given: &Map<String, Value>, at: &str) {
        if given.contains_key("id") {
            return self.change_line(line, given, at);
        }
        let mut given = given.clone();
        given.shift_remove("code");
        self.change_line(line, &given, at);
    }

    fn push_line(&mut self, lines: &mut Vec<Value>, given: &Map<String, Value>, at: &str) {
        let mut line = Value::Object(Map::new());
        self.change_line(&mut line, given, at);
        lines.push(line);
    }

    fn change_line(&mut self, line: &mut Value, given: &Map<String, Value>, at: &str) {
        let Some(line) = line.as_object_mut() else {
            self.fault(
                at,
                "cannot be changed: the order holds something there that is not a line",
            );
            return;
        };
        set_all(line, item::FIELDS, given, at, &mut self.problems);
    }
}

/// Which of the lines an entry means.
type Select = fn(&[Value], &Map<String, Value>, &str) -> Result<Option<usize>, Problem>;

/// The line an entry names by id; `None` when it gives no id.
fn select_by_id(lines: &[Value], given: &Map<String, Value>, at: &str) -> Option<Result<Option<usize>, Problem>> {
    let id = given.get("id").and_then(id_text)?;
    Some(match with_id(lines, &id) {
        Some(line) => Ok(Some(line)),
        None => Err(Problem::new(
            below(at, "id"),
            format!("no line has this id; {}", listed(lines)),
        )),
    })
}

/// The line an entry names by id or code; `None` when it names none the order has, hence may be a new one.
fn select(lines: &[Value], given: &Map<String, Value>, at: &str) -> Result<Option<usize>, Problem> {
    if let Some(selected) = select_by_id(lines, given, at) {
        return selected;
    }
    let Some(code) = given.get("code") else { return Ok(None) };
    match with_code(lines, code).as_slice() {
        [] => Ok(None),
        [line] => Ok(Some(*line)),
        several => {
            let ids: Vec<_> = several.iter().filter_map(|&line| line_id(&lines[line])).collect();
            let message = format!(
                "{} lines have this code: name the line by its id ({})",
                several.len(),
                ids.join(", ")
            );
            Err(Problem::new(below(at, "code"), message))
        }
    }
}

/// The same where an entry that names no line adds one. What was rather meant to name one is refused: an unknown code with no
/// name to add, and one that a line has in other capitals.
fn select_or_add(lines: &[Value], given: &Map<String, Value>, at: &str) -> Result<Option<usize>, Problem> {
    let selected = select(lines, given, at)?;
    if selected.is_none() && code_of(given).is_some() {
        if without_name(given, at).is_some() {
            return Err(unknown_code(lines, given, at));
        }
        if let Some(problem) = other_capitals(lines, given, at) {
            return Err(problem);
        }
    }
    Ok(selected)
}

/// Refuses a line that an entry before this one named: which of two contradicting entries is meant, nobody can know.
fn once(line: Option<usize>, named: &mut Vec<usize>, at: &str) -> Result<Option<usize>, Problem> {
    if line.is_some_and(|line| named.contains(&line)) {
        return Err(Problem::new(
            at,
            "names the same line as an entry before it: put both into one",
        ));
    }
    named.extend(line);
    Ok(line)
}

fn with_id(lines: &[Value], id: &str) -> Option<usize> {
    lines.iter().position(|line| line_id(line).as_deref() == Some(id))
}

/// The lines with that code. A blank code names nothing: many lines have none.
fn with_code(lines: &[Value], code: &Value) -> Vec<usize> {
    if code.as_str().is_none_or(|code| code.trim().is_empty()) {
        return Vec::new();
    }
    let has_code = |line: &Value| line.get("code").is_some_and(|stored| is_same_code(stored, code));
    (0..lines.len()).filter(|&line| has_code(&lines[line])).collect()
}

fn is_same_code(stored: &Value, given: &Value) -> bool {
    let same = |stored: &str, given: &str| same_identifier(&clean_text(stored), given);
    shows_as(stored, given) || stored.as_str().zip(given.as_str()).is_some_and(|(a, b)| same(a, b))
}
