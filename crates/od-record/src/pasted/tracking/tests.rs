use super::{Cell, Note, Reason, Tracking, Verdict, judge, looks_like_one};

fn judged(raw: &str) -> Tracking {
    judge(&Cell::of(raw), None, false)
}

fn refused(raw: &str, reason: Reason) {
    assert_eq!(judged(raw).verdict, Verdict::Refuse(reason), "{raw}");
}

#[test]
fn an_exponent_is_never_restored() {
    for raw in [
        "9.40019673343722E+021",
        "9,40019604223664E+021",
        "9.4001966915093e+21",
        "3.19023E+11",
        "9.,400,190,288,545,11e,+21",
        "7e+20",
        "9.4E21",
    ] {
        refused(raw, Reason::ScientificNotation);
    }
    for raw in ["12E45", "1E2345678901", "ABE+12", "5E+1234", "9X.4E21", ".5E+12"] {
        assert_ne!(
            judged(raw).verdict,
            Verdict::Refuse(Reason::ScientificNotation),
            "{raw}"
        );
    }
}

#[test]
fn a_rounded_number_is_known_by_its_digits() {
    // A double printed exactly, one with zeros, and one of 18 digits that no carrier fits.
    for raw in ["9400195718707852345344", "9400196733437220000000", "340434192361076672"] {
        refused(raw, Reason::Rounded);
    }
    // The same digits, written as text.
    assert_ne!(
        judged("=\"9400196733437220000000\"").verdict,
        Verdict::Refuse(Reason::Rounded)
    );
}

#[test]
fn zeros_that_went_from_the_front_are_named_and_not_put_back() {
    let tracking = judged("340434176055479297");
    assert_eq!(tracking.verdict, Verdict::Refuse(Reason::LeadingZerosLost));
    assert_eq!(tracking.likely, ["DHL"]);
    assert_eq!(tracking.number, "340434176055479297");
}

#[test]
fn a_carrier_that_is_named_makes_a_bare_number_answer_for_its_check_digit() {
    assert_eq!(judged("7794384877215090").verdict, Verdict::Warn(Reason::UnknownFormat));
    let named = judge(&Cell::of("7794384877215090"), Some("Canada Post"), false);
    assert_eq!(named.verdict, Verdict::Refuse(Reason::CheckDigit));
    assert!(named.carriers.is_empty());
    // Right for FedEx, and no number of the carrier that is named.
    assert_eq!(judged("029141777631709").carriers, ["FedEx"]);
    let named = judge(&Cell::of("029141777631709"), Some("DPD"), false);
    assert_eq!(named.verdict, Verdict::Refuse(Reason::CheckDigit));
    // Right for FedEx by chance or not, and of the length of another carrier's numbers.
    assert_eq!(
        judge(&Cell::of("319022682545"), Some("FedEx"), false).verdict,
        Verdict::Ok
    );
}

#[test]
fn what_a_person_typed_is_tidied_and_told() {
    let tracking = judged(" 1z 02w-dg1 03 5630 3923\u{200b}");
    assert_eq!(
        (tracking.number.as_str(), tracking.verdict),
        ("1Z02WDG10356303923", Verdict::Ok)
    );
    assert_eq!(tracking.notes, [Note::Normalised]);
    let link = judged("https://tools.usps.com/go/TrackConfirmAction?tLabels=9400196733437221367085");
    assert_eq!(
        (link.number.as_str(), link.notes.as_slice()),
        ("9400196733437221367085", &[Note::FromLink][..])
    );
}

#[test]
fn separators_go_where_nothing_is_lost() {
    for (raw, verdict) in [
        ("753,456,884,549", Verdict::Ok),
        ("753.456.884.549", Verdict::Ok),
        // As many digits as a spreadsheet keeps.
        ("708,033,485,497,015", Verdict::Ok),
        // One mark alone can be that of decimals.
        ("753.456", Verdict::Refuse(Reason::NotANumber)),
        ("735849201663.0", Verdict::Warn(Reason::UnknownFormat)),
        ("70,073,758,568,827,829,341", Verdict::Warn(Reason::WasANumber)),
        ("1,609,944,519,241,440", Verdict::Refuse(Reason::Rounded)),
    ] {
        assert_eq!(judged(raw).verdict, verdict, "{raw}");
    }
}

#[test]
fn what_looks_like_a_tracking_number() {
    for raw in [
        "1ZV38B1YYW19566320",
        "9.4E+21",
        "753,456,884,549",
        "9400 1902 8854 5110 2685 73",
        "6165818923",
        "RR662007787GB",
        "JVGL 0123456789",
        "JVGL-0123456789",
        "JJD 005197237360598097",
        "https://shop.example.test/parcel?tracknum=77",
        "https://www.fedex.com/track/319022682545",
    ] {
        assert!(looks_like_one(raw), "{raw}");
    }
    for raw in [
        "1001",
        "MUG-01",
        "2026-11-20",
        "11/20/2026",
        "Tracking Number",
        "left at\ndock",
        "DE-501",
        "",
        "2026-11-19T19:00:00-05:00",
        "Lot 2026-11-20",
        "Lot 20-11-2026",
        "Lot 11-20-2026",
    ] {
        assert!(!looks_like_one(raw), "{raw}");
    }
}
