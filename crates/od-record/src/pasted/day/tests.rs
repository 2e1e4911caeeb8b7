use super::{DayProblem, day, order_of};

fn check(column: &[&str], expected: &[Result<&str, DayProblem>]) {
    let order = order_of(column.iter().copied());
    let read: Vec<_> = column
        .iter()
        .map(|cell| day(cell, order).map(|day| day.to_string()))
        .collect();
    let expected: Vec<_> = expected.iter().map(|day| day.map(str::to_owned)).collect();
    assert_eq!(read, expected, "{column:?}");
}

#[test]
fn days_in_the_forms_that_programs_write() {
    check(
        &[
            "2026-03-04",
            "2026/03/04",
            "04.03.2026",
            "4.3.26",
            "2026-03-04 14:05:00",
            "2026-03-04T14:05:00",
        ],
        &[Ok("2026-03-04"); 6],
    );
}

#[test]
fn a_moment_is_the_day_of_whoever_wrote_it_unless_it_is_midnight_in_utc() {
    check(
        &[
            "2026-11-19T19:00:00-05:00",
            "2026-11-20T09:30:00-05:00",
            "2026-11-20T00:00:00Z",
            "2026-11-20T23:30:00-05:00",
        ],
        &[Ok("2026-11-20"); 4],
    );
}

#[test]
fn the_whole_column_says_which_number_is_the_month() {
    check(&["11/20/2026", "11/02/2026"], &[Ok("2026-11-20"), Ok("2026-11-02")]);
    check(&["24/12/2026", "11/02/2026"], &[Ok("2026-12-24"), Ok("2026-02-11")]);
    check(&["11-20-26", "1-2-26 14:05"], &[Ok("2026-11-20"), Ok("2026-01-02")]);
    check(
        &["03/04/2026", "05/05/2026"],
        &[Err(DayProblem::Ambiguous), Ok("2026-05-05")],
    );
    // The twelfth can be the month.
    check(&["12/05/2026", "05/12/2026"], &[Err(DayProblem::Ambiguous); 2]);
    // Two that contradict each other decide nothing.
    check(&["13/01/2026", "01/13/2026"], &[Err(DayProblem::Ambiguous); 2]);
}

#[test]
fn what_is_no_day_is_told() {
    for cell in [
        "soon",
        "2026-02-30",
        "32.01.2026",
        "1/2",
        "+1/2/2026",
        "1/2/20266",
        "1/002/2026",
        "001/2/2026",
    ] {
        check(&[cell], &[Err(DayProblem::Unreadable)]);
    }
    check(&["31/02/2026"], &[Err(DayProblem::Unreadable)]);
}
