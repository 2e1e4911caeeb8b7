//! What the pages for people tell of the settings.

use od_web::SettingView;

use crate::config::{Settings, told_to_tenants};

/// The settings that an account is told.
pub fn settings(settings: &Settings) -> Vec<SettingView> {
    let rows = told_to_tenants(settings).into_iter();
    rows.map(|(section, row)| SettingView {
        section: section.to_owned(),
        name: row.setting.name.to_owned(),
        value: row.shown(),
        origin: row.origin.to_string(),
        about: row.setting.about().replace('`', ""),
    })
    .collect()
}
