//! Where settings are given, and which place wins.

use std::{
    collections::HashMap,
    fs,
    path::{Path, PathBuf},
};

use secrecy::{ExposeSecret, SecretString};

use super::{
    fault::{Fault, Origin},
    file, names,
    reader::Given,
    secret_file::{BYTE_ORDER_MARK, exposed, secret_file},
    setting::Setting,
    table::is_setting,
};

/// Everything that was given, before it is understood.
#[derive(Debug, Default)]
pub struct Sources {
    /// What the command itself sets, above everything else.
    pub command: Vec<(&'static Setting, String)>,
    /// What the command does not use, whatever is given for it.
    pub unused: Vec<&'static Setting>,
    /// All that the command uses, where it says so. The others are not looked at and nothing is said of them.
    pub only: Option<Vec<&'static Setting>>,
    /// The environment.
    pub environment: Vec<(String, SecretString)>,
    /// The text of `.env` in the working directory.
    pub dotenv: Option<String>,
    /// The configuration file: its path and its text.
    pub file: Option<(PathBuf, String)>,
}

impl Sources {
    /// Reads the environment, `.env` and the configuration file.
    pub fn capture(config: Option<&Path>) -> Result<Self, Fault> {
        let file = config
            .map(|path| read(path).map(|text| (path.to_owned(), text)))
            .transpose()?;
        let dotenv = Path::new(".env");
        let dotenv = if dotenv.is_file() { Some(read(dotenv)?) } else { None };
        Ok(Self {
            command: Vec::new(),
            unused: Vec::new(),
            only: None,
            environment: environment()?,
            dotenv,
            file,
        })
    }

    /// The text of each setting, from the strongest place that gives it. Faults and warnings are added to theirs, and to
    /// `open_files` what is told of secrets' files that others may read.
    pub fn resolve(
        &self,
        table: &[&'static Setting],
        faults: &mut Vec<Fault>,
        warnings: &mut Vec<String>,
        open_files: &mut Vec<String>,
    ) -> HashMap<&'static str, Given> {
        let mut layers: Vec<Layer> = vec![
            (Origin::Environment, self.environment.iter().cloned().collect()),
            (
                Origin::DotEnv,
                self.dotenv
                    .as_deref()
                    .map(|text| dotenv_pairs(text, faults))
                    .unwrap_or_default(),
            ),
        ];
        if let Some((path, text)) = &self.file {
            let pairs = file::parse(path, text, table, faults);
            layers.push((
                Origin::File,
                pairs.into_iter().map(|(name, text)| (name, text.into())).collect(),
            ));
        }
        // An empty variable counts as not given: compose files and `.env` templates are full of them.
        for (_, layer) in &mut layers {
            layer.retain(|_, text| !text.expose_secret().trim().is_empty());
        }
        self.judge_names(&layers, table, faults, warnings);

        let mut given = HashMap::new();
        for row in table.iter().filter(|row| self.looks_at(row)) {
            if let Some((_, text)) = self.command.iter().rev().find(|(setting, _)| setting.name == row.name) {
                given.insert(
                    row.name,
                    Given {
                        text: text.clone().into(),
                        origin: Origin::Command,
                    },
                );
            } else if has(&self.unused, row) {
                let given = layers
                    .iter()
                    .find_map(|(origin, layer)| given_in(row, layer).then_some(origin));
                warnings.extend(given.map(|origin| format!("{} (from {origin}) is not used here.", row.name)));
            } else if let Some(found) = pick(row, &layers, faults, open_files) {
                given.insert(row.name, found);
            }
        }
        given
    }

    fn looks_at(&self, row: &Setting) -> bool {
        self.only.as_ref().is_none_or(|only| has(only, row))
    }

    /// Names that are not settings: those that look like one that restricts are faults, others that look like one of ours
    /// are warned of. A file's are judged where it is read.
    fn judge_names(
        &self,
        layers: &[Layer],
        table: &[&'static Setting],
        faults: &mut Vec<Fault>,
        warnings: &mut Vec<String>,
    ) {
        let known = names::known(table);
        let is_given = |row: &Setting| layers.iter().any(|(_, layer)| given_in(row, layer));
        let is_unused = |row: &Setting| has(&self.unused, row) || !self.looks_at(row);
        for (origin, layer) in layers.iter().filter(|(origin, _)| *origin != Origin::File) {
            let mut odd: Vec<&String> = layer.keys().filter(|name| !known.contains(*name)).collect();
            odd.sort();
            for name in odd {
                // Who gives the right name too has closed what he meant to close.
                let slip = names::slip(name, table).filter(|row| !is_given(row) && !is_unused(row));
                if let Some(Setting { name: meant, .. }) = slip {
                    let message = format!(
                        "(from {origin}) is not a setting. It looks like {meant}, which restricts, so it is not passed over: \
                         write {meant}, or take it out."
                    );
                    faults.push(Fault::new(name, message));
                } else if let Some(message) = names::suspect(name, &known) {
                    warnings.push(format!("{message} (From {origin}.)"));
                }
            }
        }
    }
}

fn has(rows: &[&Setting], row: &Setting) -> bool {
    rows.iter().any(|one| one.name == row.name)
}

/// One place where settings are given, and what is given there.
type Layer = (Origin, HashMap<String, SecretString>);

/// Whether a setting is given there, itself or by the file it stands in.
fn given_in(row: &Setting, layer: &HashMap<String, SecretString>) -> bool {
    let twin = row.file_twin();
    layer.contains_key(row.name) || twin.is_some_and(|name| layer.contains_key(&name))
}

/// The text of one setting and where it came from, read from the file it names if it does.
fn pick(row: &Setting, layers: &[Layer], faults: &mut Vec<Fault>, open_files: &mut Vec<String>) -> Option<Given> {
    let find = |name: &str| {
        layers
            .iter()
            .find_map(|(origin, layer)| Some((origin.clone(), layer.get(name)?)))
    };
    let plain = find(row.name);
    let twin = row.file_twin().and_then(|name| find(&name));
    match (plain, twin) {
        (None, None) => None,
        (Some((origin, text)), None) => Some(Given {
            text: text.expose_secret().trim().into(),
            origin,
        }),
        (None, Some((origin, path))) => {
            let (name, path) = (format!("{}_FILE", row.name), Path::new(path.expose_secret().trim()));
            match secret_file(path) {
                Ok(text) => {
                    open_files.extend(exposed(&name, path));
                    Some(Given { text, origin })
                }
                Err(message) => {
                    faults.push(Fault::new(name, message));
                    None
                }
            }
        }
        (Some((plain, _)), Some((twin, _))) => {
            let name = row.name;
            let message = format!("is given (from {plain}) and so is {name}_FILE (from {twin}). Give one of them.");
            faults.push(Fault::new(name, message));
            None
        }
    }
}

fn read(path: &Path) -> Result<String, Fault> {
    let text = fs::read_to_string(path)
        .map_err(|error| Fault::new(path.display().to_string(), format!("cannot be read: {error}.")))?;
    Ok(text.trim_start_matches(BYTE_ORDER_MARK).to_owned())
}

fn dotenv_pairs(text: &str, faults: &mut Vec<Fault>) -> HashMap<String, SecretString> {
    let mut pairs = HashMap::new();
    for entry in dotenvy::from_read_iter(text.as_bytes()) {
        match entry {
            Ok((name, value)) => {
                pairs.insert(name, SecretString::from(value));
            }
            Err(error) => {
                faults.push(Fault::new(".env", not_a_pair(text, &error)));
                break;
            }
        }
    }
    pairs
}

/// Which line cannot be read. The library's message quotes it, and it may hold a secret: its number is told.
fn not_a_pair(text: &str, error: &dotenvy::Error) -> String {
    let mut places = text.lines().enumerate().filter(|(_, line)| match error {
        dotenvy::Error::LineParse(part, _) => line.contains(part.trim()),
        _ => false,
    });
    let which = match (places.next(), places.next()) {
        (Some((place, _)), None) => format!(" (line {})", place + 1),
        _ => String::new(),
    };
    format!("has a line that is not NAME=value{which}. Quote values with spaces or #.")
}

fn environment() -> Result<Vec<(String, SecretString)>, Fault> {
    let mut pairs = Vec::new();
    for (name, value) in std::env::vars_os() {
        // A variable with an undecodable name is nobody's setting.
        let Some(name) = name.to_str() else { continue };
        match value.into_string() {
            Ok(value) => pairs.push((name.to_owned(), SecretString::from(value))),
            Err(_) if is_setting(name) => return Err(Fault::new(name, "is not valid UTF-8.")),
            Err(_) => {}
        }
    }
    Ok(pairs)
}
