//! What the pages for people are told of the settings.

use od_web::{PageOptions, SettingView};

use crate::config::{Settings, told_to_tenants};

/// The pages, if they are switched on.
pub fn options(settings: &Settings) -> Option<PageOptions> {
    settings.web_ui.enabled.then(|| PageOptions {
        traces: settings.web_ui.trace_viewer,
        settings: shown(settings),
    })
}

fn shown(settings: &Settings) -> Vec<SettingView> {
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
