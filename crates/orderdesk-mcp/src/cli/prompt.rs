//! Questions to the person at the terminal. A command that may be run by a script offers a flag for each.

use std::io::{self, BufRead, IsTerminal, Write};

use secrecy::SecretString;

use super::{Failure, output};

/// Whether there is a person to ask.
pub fn is_attended() -> bool {
    io::stdin().is_terminal()
}

/// Asks for a secret without showing it, until there is one. `instead` says how a script gives it.
pub fn secret(question: &str, instead: &str) -> Result<SecretString, Failure> {
    if !is_attended() {
        return Err(unattended(question, instead));
    }
    until_right(
        || Ok(rpassword::prompt_password(format!("{question}: "))?),
        |text| match text.trim() {
            "" => Err(Failure::usage("nothing was entered")),
            text => Ok(text.into()),
        },
    )
}

/// Asks for a secret without showing it; none when the person just presses Enter.
pub fn secret_or_none(question: &str) -> Result<Option<SecretString>, Failure> {
    let text = rpassword::prompt_password(format!("{question}: "))?;
    let text = text.trim();
    Ok((!text.is_empty()).then(|| text.into()))
}

/// Asks again and again until the answer is accepted, saying each time why it was not.
pub fn until_right<A, T>(
    mut ask: impl FnMut() -> Result<A, Failure>,
    mut accept: impl FnMut(A) -> Result<T, Failure>,
) -> Result<T, Failure> {
    loop {
        match accept(ask()?) {
            Ok(answer) => return Ok(answer),
            Err(failure) => output::note(&failure.to_string()),
        }
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
    if io::stdin().lock().read_line(&mut answer)? == 0 {
        return Err(Failure::failed("the terminal gave no more answers"));
    }
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

#[cfg(test)]
mod tests {
    use super::until_right;
    use crate::cli::Failure;

    #[test]
    fn a_wrong_answer_is_asked_for_again_and_the_end_of_answers_is_an_end() {
        let number = |text: &str| text.parse::<u32>().map_err(|_| Failure::usage("not a number"));
        let mut answers = ["", "many", "7"].into_iter();
        let mut ask = || answers.next().ok_or_else(|| Failure::failed("no more answers"));
        assert_eq!(until_right(&mut ask, number).unwrap(), 7);
        assert_eq!(until_right(&mut ask, number).unwrap_err().message(), "no more answers");
    }
}
