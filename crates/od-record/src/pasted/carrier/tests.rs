use super::countries::post_of;
use super::{Fit, dpd, fit, is_broken_for, named, with_zeros};

/// Numbers that fit, and whether their form has a prefix.
const NUMBERS: [(&str, &str, bool); 24] = [
    ("1Z5SV2JP0306315238", "UPS", true),
    ("9400196733437221367085", "USPS", true),
    ("92748924328270785026286502", "USPS", true),
    ("420962379400196213295196231067", "USPS", true),
    ("420962379100012345678901234562", "USPS", true),
    ("4209623792000123456789012345678901", "USPS", true),
    // Of 26 digits behind a ZIP code of five, or of 22 behind one of nine: one of both is right.
    ("4209623792299414177763170669074397", "USPS", true),
    ("4209623792299414177763170669074391", "USPS", true),
    ("71972104978969672888", "USPS", true),
    ("61220834556830468556", "FedEx", true),
    ("00340434176759375567", "DHL", true),
    ("JJD005197237360598097", "DHL", true),
    ("JVGL0123456789", "DHL", true),
    ("TBA123456789012", "Amazon", true),
    ("33AB123456780100005", "Australia Post", true),
    ("RR662007787GB", "Royal Mail", true),
    ("RR024334856GB", "Royal Mail", true),
    ("319022682545", "FedEx", false),
    ("708033485497015", "FedEx", false),
    ("6165818923", "DHL", false),
    ("4648846672", "DHL", false),
    ("0541871213140881", "Canada Post", false),
    ("02656818533642", "DPD", false),
    ("1609944519241443", "Canada Post", false),
];

#[test]
fn numbers_tell_their_carrier() {
    for (number, carrier, is_prefixed) in NUMBERS {
        let expected = Fit {
            carriers: vec![carrier],
            is_prefixed,
            is_broken: false,
        };
        assert_eq!(fit(number), expected, "{number}");
    }
}

/// A wrong last digit makes a number fit nothing, and one with a prefix broken.
#[test]
fn the_check_digit_counts() {
    for (number, carrier, is_prefixed) in NUMBERS {
        let at = if number.ends_with("GB") {
            number.len() - 3
        } else {
            number.len() - 1
        };
        let digit = number.as_bytes()[at] - b'0';
        let wrong = format!("{}{}{}", &number[..at], (digit + 1) % 10, &number[at + 1..]);
        let without_check = ["JJD", "JVGL", "TBA", "33AB"]
            .iter()
            .any(|front| number.starts_with(front))
            || carrier == "DPD";
        let seen = fit(&wrong);
        if without_check {
            assert_eq!(seen.carriers, [carrier], "{wrong}");
        } else {
            assert!(!seen.carriers.contains(&carrier), "{wrong}: {seen:?}");
            assert_eq!(
                seen.is_broken,
                is_prefixed && seen.carriers.is_empty(),
                "{wrong}: {seen:?}"
            );
            assert!(is_prefixed || is_broken_for(&wrong, carrier), "{wrong}");
        }
    }
}

#[test]
fn a_country_that_is_none_has_no_post() {
    assert_eq!(fit("RR662007787XX"), Fit::default());
    assert_eq!(fit("RR662007787SE").carriers, ["Post"]);
}

#[test]
fn one_form_can_be_that_of_two_carriers() {
    // 92612 with a right check digit.
    assert_eq!(fit("92612999999999999999999996").carriers, ["FedEx", "USPS"]);
}

#[test]
fn zeros_are_missed_where_a_prefix_needs_them() {
    assert_eq!(with_zeros("340434176759375567"), ["DHL"]);
    assert!(with_zeros("340434176759375568").is_empty());
    assert!(with_zeros("2656818533642").is_empty(), "no prefix");
}

#[test]
fn carriers_as_tables_name_them() {
    for (text, carrier) in [
        ("usps", Some("USPS")),
        ("FedEx Ground", Some("FedEx")),
        ("Canada-Post", Some("Canada Post")),
        ("UPS Ground", Some("UPS")),
        ("Groups", None),
        ("x", None),
        ("", None),
    ] {
        assert_eq!(named(text), carrier, "{text}");
    }
}

#[test]
fn anything_else_fits_nothing() {
    for text in [
        "",
        "1",
        "é",
        "ÄÖÜ",
        "1001",
        "1Z",
        "ABCDEFGHIJKLM",
        "1zv38b1yyw19566320",
        // UPS counts a letter as a digit, and ends with none.
        "1Z5SV2JP030631523G",
        "42012345",
        "430962379400196213295196231067",
        "4209623791000123456789012345678902",
        "5404525910014",
        // A right check digit, and no carrier begins so.
        "10001234567890123459",
        "JJD00519723736059809X",
        "TBA123",
    ] {
        assert_eq!(fit(text), Fit::default(), "{text}");
    }
}

/// ISO 7064, mod 37, 36. The first is the example of the standard for release identifiers (GRid), which counts alike.
#[test]
fn dpd_counts_letters_too() {
    assert!(dpd("A12425GABC1234002M"));
    for wrong in ["A12425GABC1234002N", "A12425GABC1234020M", "B12425GABC1234002M"] {
        assert!(!dpd(wrong), "{wrong}");
    }
    for (number, carriers) in [
        ("16625851781286Q", vec!["DPD"]),
        ("16625851781286R", vec![]),
        ("012345678901233", vec!["DPD"]),
        ("26625851781286Q", vec![]),
    ] {
        assert_eq!(fit(number).carriers, carriers, "{number}");
    }
}

#[test]
fn the_posts_of_some_countries_are_carriers_by_name() {
    for (country, post) in [
        ("GB", "Royal Mail"),
        ("US", "USPS"),
        ("CA", "Canada Post"),
        ("AU", "Australia Post"),
        ("DE", "DHL"),
        ("FR", "La Poste"),
        ("NL", "PostNL"),
        ("ES", "Correos"),
        ("IT", "Poste Italiane"),
        ("CN", "China Post"),
        ("JP", "Japan Post"),
        ("SE", "Post"),
        ("AD", "Post"),
        ("ZW", "Post"),
    ] {
        assert_eq!(post_of(country), Some(post), "{country}");
    }
    for none in ["XX", "", "A", "D A", "gb"] {
        assert_eq!(post_of(none), None, "{none}");
    }
}
