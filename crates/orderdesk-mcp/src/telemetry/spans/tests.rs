use super::*;

fn told(fields: &[(&'static str, &str)]) -> Told {
    Told {
        attributes: fields
            .iter()
            .map(|(name, value)| (*name, (*value).to_owned()))
            .collect(),
        ..Told::default()
    }
}

#[test]
fn a_span_is_named_by_what_was_done() {
    let call = told(&[("tool", "orders.get"), ("outcome", "NOT_FOUND")]);
    assert_eq!(call.name("call"), "call orders.get");
    assert_eq!(call.status(), Status::error("NOT_FOUND"));
    let asked = told(&[("operation", "GET /orders/{id}"), ("status", "200")]);
    assert_eq!(
        (asked.name("upstream").as_str(), asked.kind()),
        ("upstream GET /orders/{id}", SpanKind::Client)
    );
    assert_eq!(asked.status(), Status::Unset);
    let sql = told(&[("kind", "read"), ("rows", "stores")]);
    assert_eq!(
        (sql.name("sql").as_str(), sql.kind()),
        ("sql read stores", SpanKind::Client)
    );
    assert_eq!(told(&[("status", "timeout")]).status(), Status::error("timeout"));
}
