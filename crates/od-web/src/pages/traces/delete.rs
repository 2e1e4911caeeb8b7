//! `/traces/delete`: old entries are deleted, once that was said twice.

use askama::Template;
use axum::response::Response;
use od_engine::Error;

use crate::{
    layout::{Layout, Place},
    member::Owner,
    posted::Posted,
    problem::Problems,
};

#[derive(Template)]
#[template(path = "traces_delete.html")]
struct Delete {
    layout: Layout,
    problems: Problems,
    csrf: String,
    days: String,
}

/// The form proposes to keep as much.
const DAYS: &str = "30";

pub async fn show(owner: Owner) -> Response {
    form(&owner, Problems::default(), DAYS)
}

pub async fn delete(Posted { who: owner, form: sent }: Posted<Owner>) -> Response {
    let typed = sent.typed("days");
    let mut problems = Problems::default();
    let days = typed.parse::<u32>().ok().filter(|days| (1..=36_500).contains(days));
    if days.is_none() {
        problems.add(
            "days",
            "Enter how many days of the log to keep: a whole number from 1 to 36500.",
        );
    }
    if sent.first("confirm").is_none() {
        problems.add("confirm", "Tick the box to say that these entries may go for good.");
    }
    let Some(days) = days.filter(|_| problems.is_empty()) else {
        return form(&owner, problems, typed);
    };
    match owner.web.engine.audit_log().purge_own(&owner.scope, days).await {
        Ok(_) => owner.go("/traces?done=purged"),
        Err(error @ Error::Invalid(_)) => match Problems::of_error(&error, |_| Some("days".to_owned())) {
            Some(problems) => form(&owner, problems, typed),
            None => owner.refuse(&error),
        },
        Err(error) => owner.refuse(&error),
    }
}

fn form(owner: &Owner, problems: Problems, days: &str) -> Response {
    let status = problems.status();
    let template = Delete {
        layout: owner.layout("Delete old entries", Place::Traces),
        problems,
        csrf: owner.csrf("/traces/delete"),
        days: days.to_owned(),
    };
    owner.show(status, &template)
}
