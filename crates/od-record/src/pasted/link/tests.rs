use super::likely_number;

#[test]
fn a_link_to_a_carriers_page_holds_its_number_or_one_that_is_sure() {
    let check = |link: &str, expected: Option<&str>| assert_eq!(likely_number(link), expected, "{link}");
    check("https://www.fedex.com/track/319022682545", Some("319022682545"));
    check("https://www.dhl.de/parcel/RR662007787GB?lang=de", Some("RR662007787GB"));
    // Right for FedEx by chance.
    check("https://www.dhl.de/parcel/319022682545", None);
    check("https://shop.example.test/parcel/RR662007787GB", None);
    check("www.fedex.com", None);
}
