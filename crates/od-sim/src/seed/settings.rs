//! Store settings as `GET /store` shows them, with the secrets the real one leaks.

use serde_json::json;

use super::literal::record;
use crate::model::fields::Record;
use crate::options::SeedStore;

/// The mail password is made up; it is there so that a client which fails to hide it can be caught.
pub(super) fn settings(store: &SeedStore) -> Record {
    let SeedStore {
        name,
        api_key,
        timezone,
        currency,
        ..
    } = store;
    let mut settings = record(json!({
        "app_version": "2.0",
        "locale_code": "en_US",
        "timezone": timezone,
        "store_country": "US",
        "store_email": "shop@example.test",
        "admin_email": "owner@example.test",
        "normalize_capitalization": "0",
        "normalize_phone_numbers": "",
        "date_format": "M j, Y g:i a",
        "short_date_format": "n/j/y",
        "orders_per_page": 50,
        "report_frequency": "weekly",
        "dashboard_report_type": "sales",
        "store_url": "https://shop.example.test",
        "custom_css": "",
        "security_po_box_warn": "1",
        "security_different_address_warn": "",
        "security_different_country_warn": "1",
        "security_quantity_warn": 25,
        "limit_address_field_char_length": 0,
        "country_name_format": "code",
        "all_orders_name": "All Orders",
        "api_key": api_key,
        "all_orders_column_view": ["source_id", "date_added", "shipping_name", "order_total"],
        "shipping_methods": ["Standard Ground", "Express", "Local Pickup"],
        "default_checkout_data_fields": ["Gift Message"],
        "smtp_port": "587",
        "smtp_host": "smtp.example.test",
        "smtp_username": "mailer@example.test",
        "smtp_password": "simulated-mail-password",
        "smtp_encryption": "tls",
        "smtp_headers": format!("X-Shop: {name}"),
        "auto_update_stock_count": "1",
        "auto_create_inventory_items": "",
        "normalizeCapitalization": 0
    }));
    if let Some(currency) = currency {
        settings.insert("store_currency".to_owned(), currency.as_str().into());
    }
    settings
}
