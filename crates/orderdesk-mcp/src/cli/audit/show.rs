//! `audit show`: one request, and with the tenant's master key what it altered.

use od_engine::{
    Altered, Identity,
    audit::{Difference, Found},
    text::escaped,
};
use serde_json::{Value, json};

use super::super::{
    Failure,
    output::{self, Output, OutputArg},
    prompt,
};
use crate::app::App;

/// Print one request of the audit log, and what it changed: each value before and after.
///
/// What a change altered is kept sealed with the tenant's data key. MCP_MASTER_KEY, or the key that is entered when asked for,
/// opens it; without one the entry is printed alone. Looking is recorded.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  orderdesk-mcp audit show 0198c0de-0000-7000-8000-000000000001
  orderdesk-mcp audit show 0198c0de-0000-7000-8000-000000000001 --output json")]
pub struct ShowArgs {
    /// The request_id of a reply, of the log or of an entry, an entry's own id, or the beginning of one of them.
    #[arg(value_name = "REQUEST_ID")]
    id: String,

    #[command(flatten)]
    output: OutputArg,
}

/// What is said of an entry's difference.
enum Told {
    /// Nothing is kept: the call changed nothing.
    Nothing,
    /// It is kept, and stays sealed for this reason.
    Sealed(&'static str),
    Opened(Difference),
    /// Something is kept, and it is not what was written.
    Damaged,
}

const DAMAGED: &str =
    "What it changed is kept sealed, and not as it was written: `orderdesk-mcp audit verify` looks at the log.";

const NO_KEY: &str = "What it changed is kept sealed: give the tenant's master key in MCP_MASTER_KEY to see it.";
const REFUSED: &str = "What it changed is kept sealed, and this master key does not sign in.";
const ANOTHER_TENANTS: &str = "What it changed is kept sealed, and this master key is another tenant's.";

pub async fn show(app: &App, args: ShowArgs) -> Result<(), Failure> {
    let log = app.engine.audit_log();
    let found = log.find(&args.id).await?;
    let is_kept = found.iter().any(|found| found.entry.has_difference);
    let identity = if is_kept { sign_in(app).await } else { Ok(None) };
    let mut told = Vec::with_capacity(found.len());
    for found in &found {
        told.push(tell(found, &identity));
    }
    let opened = told.iter().any(|told| matches!(told, Told::Opened(_)));
    log.record_shown(&found, opened).await?;
    match args.output.output {
        Output::Json => {
            let entries: Vec<Value> = found.iter().zip(&told).map(as_json).collect();
            output::json(&json!({ "entries": entries }))?;
        }
        Output::Text => {
            for (at, (found, told)) in found.iter().zip(&told).enumerate() {
                if at > 0 {
                    output::line("")?;
                }
                for line in lines(found, told) {
                    output::line(&line)?;
                }
            }
        }
    }
    // A key that was refused: the entry is there to be read all the same. So it is where what it changed does not open.
    identity?;
    if told.iter().any(|told| matches!(told, Told::Damaged)) {
        return Err(Failure::failed(
            "not all that is kept sealed opens: it is not as it was written",
        ));
    }
    Ok(())
}

/// The tenant whose key was given; a person is asked, and may give none.
async fn sign_in(app: &App) -> Result<Option<Identity>, Failure> {
    let key = match &app.settings().tenants.master_key {
        Some(key) => Some(key.clone()),
        None if prompt::is_attended() => {
            prompt::secret_or_none("Master key, to see what was changed (Enter for none)")?
        }
        None => None,
    };
    match key {
        Some(key) => Ok(Some(app.engine.auth().look_back(&key).await?)),
        None => Ok(None),
    }
}

fn tell(found: &Found, identity: &Result<Option<Identity>, Failure>) -> Told {
    if !found.entry.has_difference {
        return Told::Nothing;
    }
    let identity = match identity {
        Ok(Some(identity)) => identity,
        Ok(None) => return Told::Sealed(NO_KEY),
        Err(_) => return Told::Sealed(REFUSED),
    };
    match found.open(identity) {
        Ok(Some(difference)) => Told::Opened(difference),
        Ok(None) => Told::Sealed(ANOTHER_TENANTS),
        Err(_) => Told::Damaged,
    }
}

fn as_json((found, told): (&Found, &Told)) -> Value {
    let mut shown = json!({ "entry": found.entry });
    match told {
        Told::Nothing => {}
        Told::Sealed(why) => shown["sealed"] = (*why).into(),
        Told::Damaged => shown["sealed"] = DAMAGED.into(),
        Told::Opened(difference) => shown["difference"] = json!(difference),
    }
    shown
}

fn lines(found: &Found, told: &Told) -> Vec<String> {
    let entry = &found.entry;
    let optional = |text: &Option<String>| text.clone().unwrap_or_default();
    let outcome = match (&entry.error_code, &entry.error_message) {
        (Some(code), Some(message)) => format!("{} {code}: {message}", entry.status),
        _ => entry.status.clone(),
    };
    let rows = [
        ("entry", entry.id.clone()),
        ("request", entry.request_id.clone()),
        ("time", entry.created_at.clone()),
        ("tenant", optional(&entry.tenant_id)),
        ("store", optional(&entry.store_id)),
        ("tool", entry.tool_name.clone()),
        ("outcome", outcome),
        ("duration", format!("{} ms", entry.duration_ms)),
        ("actor", entry.actor.clone()),
        ("source", entry.source.clone()),
        ("client", optional(&entry.client_name)),
        ("user agent", optional(&entry.user_agent)),
        ("caller at", optional(&entry.ip_address)),
        ("orders", entry.order_ids.join(" ")),
        ("agreed by", optional(&entry.agreed_by)),
        ("arguments", entry.parameters.to_string()),
    ];
    let rows = rows.into_iter().filter(|(_, text)| !text.is_empty());
    let mut lines: Vec<String> = rows
        .map(|(name, text)| format!("{name:<10} {}", escaped(&text)))
        .collect();
    match told {
        Told::Nothing => {}
        Told::Sealed(why) => lines.push((*why).to_owned()),
        Told::Damaged => lines.push(DAMAGED.to_owned()),
        Told::Opened(difference) => lines.extend(changes(difference)),
    }
    lines
}

fn changes(difference: &Difference) -> Vec<String> {
    let mut lines = Vec::new();
    for record in &difference.records {
        let word = if record.is_uncertain { "sent" } else { "changed" };
        lines.push(format!("{word:<10} {}", named(record)));
        for change in &record.changes {
            let path = if change.path.is_empty() {
                "(whole)"
            } else {
                &change.path
            };
            lines.push(format!("  {}", escaped(path)));
            lines.push(format!(
                "    before {}",
                value(change.before.as_ref(), change.before_left_out_bytes)
            ));
            lines.push(format!(
                "    after  {}",
                value(change.after.as_ref(), change.after_left_out_bytes)
            ));
        }
        if let Some(count) = record.left_out_changes {
            lines.push(format!("  (left out: {count} more changes)"));
        }
        if record.is_uncertain {
            lines.push("  It is not known whether this took place: compare with the record as it is now.".to_owned());
        }
    }
    if let Some(bytes) = difference.left_out_bytes {
        lines.push(format!(
            "This was too large to be kept whole: values of {bytes} bytes were left out."
        ));
    }
    lines
}

fn value(value: Option<&Value>, left_out_bytes: Option<u64>) -> String {
    match left_out_bytes {
        Some(bytes) => format!("(left out: {bytes} bytes)"),
        None => escaped(&value.unwrap_or(&Value::Null).to_string()).into_owned(),
    }
}

fn named(record: &Altered) -> String {
    let of = record.order_id.as_ref().map(|order| format!(" of order {order}"));
    let sort = record.record.replace('_', " ");
    let named = match &record.id {
        Some(id) => format!("{sort} {id}"),
        None => format!("new {sort}"),
    };
    escaped(&format!("{named}{}", of.unwrap_or_default())).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_named_by_its_id_or_as_a_new_one() {
        let check = |altered: Value, expected: &str| {
            let altered: Altered = serde_json::from_value(altered).unwrap();
            assert_eq!(named(&altered), expected);
        };
        let of = |id: Option<&str>| json!({ "record": "order_item", "id": id, "order_id": "80012345", "is_uncertain": false, "changes": [] });
        check(of(Some("7")), "order item 7 of order 80012345");
        check(of(None), "new order item of order 80012345");
    }
}
