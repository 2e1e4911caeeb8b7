//! Features that have settings and are not built yet. Their settings are understood and listed nowhere. Switching a feature
//! on is refused rather than ignored; a setting that only tunes one is told to have no effect.

use super::{Effective, Fault, Origin, Settings, cache, setting::Setting, value::CacheBackend};

/// One fault for each feature that is asked for and missing.
pub fn faults(settings: &Settings) -> Vec<Fault> {
    let message = "asks for something that is not available in this version. Leave it out.";
    asked(settings)
        .into_iter()
        .filter(|(on, _)| *on)
        .map(|(_, row)| Fault::new(row.name, message))
        .collect()
}

/// Settings that switch a missing feature on, and whether they do. Those whose names are as much other programs' do not:
/// `REDIS_URL`.
fn asked(settings: &Settings) -> [(bool, &'static Setting); 1] {
    let Settings { cache, .. } = settings;
    [(cache.backend == CacheBackend::Redis, &cache::CACHE_BACKEND)]
}

/// One remark for each setting that was given and changes nothing.
pub fn warnings(effective: &[Effective]) -> Vec<String> {
    effective
        .iter()
        .filter(|row| matches!(row.origin, Origin::File | Origin::DotEnv | Origin::Environment))
        .filter(|given| is_awaited(given.setting))
        .map(|given| no_effect(given.setting.name))
        .collect()
}

/// Faults of values that nothing here uses, as the remarks they are worth: many of these names are other programs' as well.
pub fn excused(faults: &mut Vec<Fault>) -> Vec<String> {
    let awaited = |fault: &mut Fault| {
        let name = fault.subject.strip_suffix("_FILE").unwrap_or(&fault.subject);
        is_awaited_name(name)
    };
    faults
        .extract_if(.., awaited)
        .map(|fault| no_effect(&fault.subject))
        .collect()
}

fn no_effect(name: &str) -> String {
    format!("{name} has no effect: what it is for is not part of this version")
}

/// Whether a setting is for something that is not built yet.
pub fn is_awaited(setting: &Setting) -> bool {
    is_awaited_name(setting.name)
}

fn is_awaited_name(name: &str) -> bool {
    [&cache::CACHE_BACKEND, &cache::REDIS_URL]
        .iter()
        .any(|row| row.name == name)
}
