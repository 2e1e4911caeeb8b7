use super::{DELIMITERS, MOST_COLUMNS, MOST_ROWS, header, table};

fn check(text: &str, delimiter: Option<char>, rows: &[(usize, &[&str])]) {
    let table = table(text);
    assert_eq!(table.delimiter, delimiter, "{text:?}");
    let read: Vec<_> = table
        .records
        .iter()
        .map(|record| (record.line, record.cells.iter().map(String::as_str).collect::<Vec<_>>()))
        .collect();
    let expected: Vec<_> = rows.iter().map(|(line, cells)| (*line, cells.to_vec())).collect();
    assert_eq!(read, expected, "{text:?}");
}

const NUMBER: &str = "1ZV38B1YYW19566320";

#[test]
fn the_cells_tell_what_stands_between_them() {
    for mark in ['\t', ';', ',', '|'] {
        let text = format!("Order{mark}Tracking\n1001{mark}{NUMBER}\n");
        check(
            &text,
            Some(mark),
            &[(1, &["Order", "Tracking"]), (2, &["1001", NUMBER])],
        );
    }
    // A comma in every note is not what stands between the cells.
    let text = format!("Order;Tracking;Note\n1;{NUMBER};a, b, c, d\n");
    check(
        &text,
        Some(';'),
        &[(1, &["Order", "Tracking", "Note"]), (2, &["1", NUMBER, "a, b, c, d"])],
    );
    // Nor is one that parts fewer headings, where no row has a number yet.
    let text = "Order|Tracking|SKU,Name\n1001||\n";
    check(
        text,
        Some('|'),
        &[(1, &["Order", "Tracking", "SKU,Name"]), (2, &["1001", ""])],
    );
    check(NUMBER, None, &[(1, &[NUMBER])]);
}

#[test]
fn lines_keep_their_numbers() {
    let text = format!("\n\nOrder,Tracking,Note\n\n1,{NUMBER},\"two\nlines\"\n\n\n2,{NUMBER},\n");
    check(
        &text,
        Some(','),
        &[
            (3, &["Order", "Tracking", "Note"]),
            (5, &["1", NUMBER, "two\nlines"]),
            (9, &["2", NUMBER, ""]),
        ],
    );
    check(
        &format!("sep=;\nOrder;Tracking\n1;{NUMBER}"),
        Some(';'),
        &[(2, &["Order", "Tracking"]), (3, &["1", NUMBER])],
    );
}

#[test]
fn tables_between_strokes() {
    let text = format!("| Order | Tracking |\n|:-----|--------:|\n| 1001 | {NUMBER} |\n");
    check(&text, Some('|'), &[(1, &["Order", "Tracking"]), (3, &["1001", NUMBER])]);
    // With a hyphen in every cell of a row.
    let text = "| Order | Tracking |\n|---|---|\n| A-1001 | JVGL-0123456789 |\n";
    check(
        text,
        Some('|'),
        &[(1, &["Order", "Tracking"]), (3, &["A-1001", "JVGL-0123456789"])],
    );
}

#[test]
fn cells_within_a_cell_are_taken_apart() {
    let text = format!("\"Order\tTracking\"\n\"1001\t{NUMBER}\"\n");
    check(
        &text,
        Some('\t'),
        &[(1, &["Order", "Tracking"]), (2, &["1001", NUMBER])],
    );
}

#[test]
fn the_heading_stands_below_titles_and_above_numbers() {
    let header = |text: &str| header(&table(text).records);
    assert_eq!(header(&format!("Report,,\nOrder,Tracking,\n1,{NUMBER},")), Some(1));
    assert_eq!(header(&format!("Beleg,Kolli\n1,{NUMBER}")), Some(0));
    assert_eq!(header(&format!("1,{NUMBER}\n2,{NUMBER}")), None);
    // Headings that hold a number, and one that stands above more words, alone in its rows or not.
    assert_eq!(header(&format!("Order,Tracking,Lot 20261128001\n1,{NUMBER},")), Some(0));
    assert_eq!(header(&format!("Tracking\nof November\n{NUMBER}")), Some(0));
    assert_eq!(header(&format!("Beleg,Tracking\n(Nr.),\n1,{NUMBER}")), Some(0));
    // What a row with a number holds is no heading.
    assert_eq!(header(&format!("order,{NUMBER}\n2,{NUMBER}")), None);
    assert_eq!(header(&format!("1,{NUMBER}\norder,{NUMBER}")), None);
}

/// A text can be made to have a cell for each of its letters.
#[test]
fn no_more_is_taken_apart_than_shows_that_it_is_too_much() {
    for mark in DELIMITERS {
        let wide = format!(
            "Order{mark}Tracking\n1001{mark}1ZV38B1YYW19566320{}\n",
            mark.to_string().repeat(100_000)
        );
        let table = table(&wide);
        assert_eq!(table.delimiter, Some(mark));
        assert_eq!(table.records[1].cells.len(), MOST_COLUMNS + 1, "{mark}");
    }
    let long = format!("Order,Tracking\n{}", "1001,1ZV38B1YYW19566320\n".repeat(10_000));
    assert_eq!(table(&long).records.len(), MOST_ROWS + 1);
}
