//! How the simulated Order Desk behaves, chosen from the command line: for `simulator` and for `demo`.

use std::{
    fmt,
    path::{Path, PathBuf},
    time::Duration,
};

use od_sim::{Choices, Rule, SimOptions, Simulator, StartError};

use super::Failure;

/// The options that both commands have.
#[derive(clap::Args)]
pub struct ShopArgs {
    /// Give the stores other API keys than simulated-key-of-store-90001 and so on: once for all stores, or once for each in
    /// their order. They open simulated stores and nothing else.
    #[arg(long = "api-key", value_name = "TEXT", value_parser = parse_key)]
    api_keys: Vec<String>,

    /// Decide what nobody knows about Order Desk, as NAME=on or NAME=off; can be given several times. A wrong name
    /// lists them all, GET /_sim/choices says what each is about, and PUT changes them while it runs.
    #[arg(long = "choice", value_name = "NAME=VALUE", value_parser = parse_choice)]
    choices: Vec<String>,

    /// The merchant's rules, a JSON array (see the simulator's README): what a folder change, an import, a shipment or
    /// another address sets off, and what is posted where.
    #[arg(long, value_name = "FILE")]
    rules: Option<PathBuf>,

    /// The pause after the first try to post an order that was not taken; each further one is eight times as long.
    #[arg(long, value_name = "SECONDS", default_value = "10", value_parser = parse_pause)]
    webhook_pause: Duration,
}

impl fmt::Debug for ShopArgs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ShopArgs")
            .field("choices", &self.choices)
            .field("rules", &self.rules)
            .finish_non_exhaustive()
    }
}

/// A key goes into a header.
fn parse_key(text: &str) -> Result<String, String> {
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic()) {
        Ok(text.to_owned())
    } else {
        Err("a key is visible ASCII characters without spaces".to_owned())
    }
}

fn parse_choice(text: &str) -> Result<String, String> {
    let tried = Choices::default().assign(text);
    tried.map(|()| text.to_owned()).map_err(|error| error.to_string())
}

fn parse_pause(text: &str) -> Result<Duration, String> {
    let seconds: Option<f64> = text.parse().ok();
    seconds
        .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
        .ok_or_else(|| "a number of seconds such as 0.5".to_owned())
}

impl ShopArgs {
    /// Whether keys were given.
    pub fn fixes_keys(&self) -> bool {
        !self.api_keys.is_empty()
    }

    /// Sets what was chosen.
    pub fn apply(&self, options: &mut SimOptions) -> Result<(), Failure> {
        let stores = options.stores.len();
        match self.api_keys.as_slice() {
            [] => {}
            [key] => {
                for store in &mut options.stores {
                    store.api_key.clone_from(key);
                }
            }
            keys if keys.len() == stores => {
                for (store, key) in options.stores.iter_mut().zip(keys) {
                    store.api_key.clone_from(key);
                }
            }
            keys => {
                return Err(Failure::usage(format!(
                    "--api-key was given {} times, and there are {stores} stores: give it once for all, or once for each",
                    keys.len()
                )));
            }
        }
        for choice in &self.choices {
            let made = options.choices.assign(choice);
            made.map_err(|error| Failure::usage(error.to_string()))?;
        }
        if let Some(file) = &self.rules {
            let text = String::from_utf8(read(file)?)
                .map_err(|_| Failure::usage(format!("{} is not UTF-8 text", file.display())))?;
            options.rules =
                Rule::from_json(&text).map_err(|error| Failure::usage(format!("{}: {error}", file.display())))?;
        }
        options.webhook.first_pause = self.webhook_pause;
        Ok(())
    }

    /// Starts the simulator; rules that cannot work are told with the file they stand in.
    pub async fn start(&self, options: SimOptions) -> Result<Simulator, Failure> {
        Simulator::start(options)
            .await
            .map_err(|error| match (&error, &self.rules) {
                (StartError::Rule { .. }, Some(file)) => Failure::usage(format!("{}: {error}", file.display())),
                (StartError::Listen { .. }, _) => {
                    Failure::failed(error.to_string()).with_hint("Choose another --port; 0 takes any free one.")
                }
                _ => Failure::failed(error.to_string()),
            })
    }
}

/// The whole of a file that was named on the command line.
pub fn read(file: &Path) -> Result<Vec<u8>, Failure> {
    std::fs::read(file).map_err(|error| Failure::usage(format!("{} cannot be read: {error}", file.display())))
}
