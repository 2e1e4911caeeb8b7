//! Browsers by name.

/// What a browser's `User-Agent` says it is, as people call it, `Firefox on Linux`; of one that is not known its beginning. Nobody
/// checked it.
pub fn name(user_agent: &str) -> String {
    /// Of one that is not known so many characters are shown.
    const MOST_CHARS: usize = 60;
    // Each names those below it too.
    const BROWSERS: [(&str, &str); 6] = [
        ("Edg/", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
        ("curl/", "curl"),
    ];
    const SYSTEMS: [(&str, &str); 7] = [
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Android", "Android"),
        ("Windows", "Windows"),
        ("Mac OS X", "macOS"),
        ("CrOS", "ChromeOS"),
        ("Linux", "Linux"),
    ];
    let find = |list: &[(&str, &'static str)]| {
        let known = list.iter().find(|(mark, _)| user_agent.contains(mark));
        known.map(|(_, name)| *name)
    };
    match (find(&BROWSERS), find(&SYSTEMS)) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(browser), None) => browser.to_owned(),
        (None, _) if user_agent.trim().is_empty() => "Unknown browser".to_owned(),
        (None, _) => user_agent.chars().take(MOST_CHARS).collect(),
    }
}

#[cfg(test)]
mod tests;
