//! Questions to the person at the terminal. A command that may be run by a script offers a flag for each.

use std::io::{self, BufRead, IsTerminal, Write};

use secrecy::SecretString;

use super::Failure;

/// Whether there is a person to ask.
pub fn is_attended() -> bool {
    io::stdin().is_terminal()
}

/// Asks for a secret without showing it. `instead` says how a script gives it.
pub fn secret(question: &str, instead: &str) -> Result<SecretString, Failure> {
    if !is_attended() {
        return Err(unattended(question, instead));
    }
    let text = rpassword::prompt_password(format!("{question}: "))?;
    let text = text.trim();
    if text.is_empty() {
        Err(Failure::usage(format!("{question}: nothing was entered")))
    } else {
        Ok(text.into())
    }
}

/// Asks for a line of text; empty when the person just pressed Enter.
pub fn text(question: &str, instead: &str) -> Result<String, Failure> {
    if !is_attended() {
        return Err(unattended(question, instead));
    }
    let mut stderr = io::stderr();
    write!(stderr, "{question}: ")?;
    stderr.flush()?;
    let mut answer = String::new();
    io::stdin().lock().read_line(&mut answer)?;
    Ok(answer.trim().to_owned())
}

/// Asks for a yes before something that cannot be undone.
pub fn confirm(question: &str) -> Result<(), Failure> {
    let answer = text(&format!("{question} Type yes to go on"), "--yes")?;
    if answer.eq_ignore_ascii_case("yes") {
        Ok(())
    } else {
        Err(Failure::failed("nothing was done"))
    }
}

fn unattended(question: &str, instead: &str) -> Failure {
    Failure::usage(format!("there is no terminal to ask: {question}")).with_hint(format!("Use {instead}."))
}
