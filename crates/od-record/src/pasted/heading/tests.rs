use super::{Role, role};

fn check(headings: &[&str], expected: Option<Role>) {
    for heading in headings {
        assert_eq!(role(heading), expected, "{heading:?}");
    }
}

#[test]
fn headings_as_programs_and_people_write_them() {
    check(
        &[
            "Order",
            "order_id",
            "Order\nNumber",
            "ORDER #",
            "N° de commande",
            "Nº pedido",
            "Bestell-Nr.",
            "PO",
        ],
        Some(Role::Order),
    );
    check(
        &[
            "Tracking #",
            "tracking_number",
            "Numéro de suivi",
            "Track & Trace",
            "Sendungsnummer",
            "Tracking Number.1",
            "Tracking 12",
        ],
        Some(Role::Tracking),
    );
    check(&["SKU", "SKU.1", "SKU_duplicated_0", "SKU_1", "SKU_2"], Some(Role::Sku));
    check(
        &["Date d’expédition", "Shipped At", "Versanddatum", "Date - Shipped Date"],
        Some(Role::ShipDate),
    );
    check(&["E-Mail"], Some(Role::Email));
    check(&["Service", "Service - Name", "Service Name"], Some(Role::Service));
    check(&["Carrier - Name"], Some(Role::Carrier));
}

#[test]
fn other_words_say_nothing() {
    check(
        &[
            "",
            "#",
            "Colour",
            "1",
            "2026",
            "Total",
            "Warehouse 3",
            "Tracking 123",
            "Daily shipment report",
            "Date - Order Date",
            "Item - Name",
        ],
        None,
    );
}
