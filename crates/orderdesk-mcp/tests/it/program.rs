//! The program as a person meets it: run in a folder of its own, with an environment of its own.

use std::{
    ffi::OsString,
    fs,
    io::{BufRead, BufReader, Read, Write},
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    thread::JoinHandle,
};

use serde_json::Value;

/// A home for one test: nothing of the machine's own configuration reaches the program.
pub struct Home {
    folder: tempfile::TempDir,
    variables: Vec<(String, String)>,
}

impl Home {
    /// An empty home with a cheap password hash, so that tests are quick.
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let home = Self {
            folder,
            variables: vec![("BCRYPT_COST".to_owned(), "4".to_owned())],
        };
        fs::create_dir(home.working_directory()).unwrap();
        home
    }

    /// Sets an environment variable for every later run.
    pub fn set(&mut self, name: &str, value: &str) {
        self.variables.push((name.to_owned(), value.to_owned()));
    }

    /// The value of a variable that was set.
    pub fn value(&self, name: &str) -> String {
        self.variables
            .iter()
            .rev()
            .find(|(known, _)| known == name)
            .unwrap()
            .1
            .clone()
    }

    /// A file below the home.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Makes SQLite unable to write the database that stands here, as a file mode would if that stopped root: version 3 of
    /// writing, in the file's header, is one that no SQLite knows.
    pub fn make_database_read_only(&self) {
        let file = self.path(".local/share/orderdesk-mcp/app.db");
        let mut bytes = fs::read(&file).unwrap();
        bytes[18] = 3;
        fs::write(&file, bytes).unwrap();
    }

    /// The directory the program runs in: not the home, so that a test sees which of the two a file went to.
    pub fn working_directory(&self) -> PathBuf {
        self.path("cwd")
    }

    /// The home itself.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The program with these arguments, ready to run.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_orderdesk-mcp"));
        command
            .args(arguments)
            .current_dir(self.working_directory())
            .env_clear()
            .env("HOME", self.folder())
            .envs(self.variables.iter().map(|(name, value)| (name, value)));
        if let Some(file) = coverage_profile() {
            command.env(COVERAGE_PROFILE, file);
        }
        command
    }

    /// Runs the program at a terminal, where somebody answers each of these questions. What it says is all on standard
    /// output.
    #[cfg(target_os = "linux")]
    pub fn typed(&self, arguments: &[&str], answers: &[(&str, &str)]) -> Ended {
        use std::time::Duration;
        let program = self.command(arguments);
        let words = std::iter::once(program.get_program()).chain(program.get_args());
        let words: Vec<_> = words.map(|word| format!("'{}'", word.to_str().unwrap())).collect();
        // A question that does not come is waited for in vain.
        let mut terminal = Command::new("timeout");
        terminal
            .args([
                "60",
                "script",
                "--quiet",
                "--return",
                "--command",
                &words.join(" "),
                "/dev/null",
            ])
            .current_dir(self.working_directory())
            .env_clear()
            .envs(program.get_envs().filter_map(|(name, value)| Some((name, value?))));
        let mut child = terminal.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let mut keyboard = child.stdin.take();
        let screen = BufReader::new(child.stdout.take().unwrap()).bytes();
        let (mut said, mut seen) = (Vec::new(), 0);
        let mut answers = answers.iter();
        let mut next = answers.next();
        for byte in screen {
            // The terminal is gone with the program.
            let Ok(byte) = byte else { break };
            said.push(byte);
            let news = String::from_utf8_lossy(&said[seen..]);
            match next {
                Some((question, answer)) if news.ends_with(": ") && news.contains(question) => {
                    // A key is not shown from the moment on in which it is read.
                    std::thread::sleep(Duration::from_millis(100));
                    writeln!(keyboard.as_ref().unwrap(), "{answer}").unwrap();
                    seen = said.len();
                    next = answers.next();
                }
                // Nobody answers what is asked besides.
                None if news.ends_with(": ") => drop(keyboard.take()),
                _ => {}
            }
        }
        Ended {
            code: child.wait().unwrap().code(),
            stdout: String::from_utf8(said).unwrap(),
            stderr: String::new(),
        }
    }

    /// Runs the program to its end.
    pub fn run(&self, arguments: &[&str]) -> Ended {
        Ended::from(self.command(arguments).output().unwrap())
    }

    /// The same where no file can grow beyond 64 KiB: as on a disk that is full, but for what is small.
    #[cfg(unix)]
    pub fn run_cramped(&self, arguments: &[&str]) -> Ended {
        let program = self.command(arguments);
        let mut shell = Command::new("/bin/sh");
        shell
            // The signal that comes first would end the program; a full disk sends none.
            .args(["-c", r#"trap '' XFSZ; ulimit -f 128; exec "$0" "$@""#])
            .arg(program.get_program())
            .args(program.get_args())
            .current_dir(self.working_directory())
            .env_clear()
            .envs(program.get_envs().filter_map(|(name, value)| Some((name, value?))))
            // What tells which lines ran is longer, and half of it would spoil the whole.
            .env(COVERAGE_PROFILE, "/dev/null");
        Ended::from(shell.output().unwrap())
    }

    /// The same where nothing can be printed: standard error is all that is told.
    #[cfg(target_os = "linux")]
    pub fn run_unprinted(&self, arguments: &[&str]) -> Ended {
        let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        Ended::from(self.command(arguments).stdout(full).output().unwrap())
    }

    /// The same where so many bytes can be printed and no more.
    #[cfg(target_os = "linux")]
    pub fn run_printing(&self, bytes: u64, arguments: &[&str]) -> Ended {
        /// Beyond what the program's own files come to.
        const END: u64 = 64 * 1024 * 1024;
        let path = self.path("printed");
        let printed = fs::File::create(&path).unwrap();
        printed.set_len(END - bytes).unwrap();
        let program = self.command(arguments);
        let mut shell = Command::new("/bin/sh");
        shell
            .args(["-c", r#"trap '' XFSZ; ulimit -f 131072; exec "$0" "$@""#])
            .arg(program.get_program())
            .args(program.get_args())
            .current_dir(self.working_directory())
            .env_clear()
            .envs(program.get_envs().filter_map(|(name, value)| Some((name, value?))))
            .env(COVERAGE_PROFILE, "/dev/null")
            .stdout(fs::OpenOptions::new().append(true).open(path).unwrap());
        Ended::from(shell.output().unwrap())
    }

    /// The same with this on its standard input.
    pub fn run_with(&self, arguments: &[&str], input: &[u8]) -> Ended {
        let mut command = self.command(arguments);
        let pipes = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = pipes.spawn().unwrap();
        // Closed when it is written, as long as the program reads it.
        child.stdin.take().unwrap().write_all(input).unwrap();
        Ended::from(child.wait_with_output().unwrap())
    }
}

/// Where a build that measures coverage leaves what it counted; anywhere else it would count for nothing.
const COVERAGE_PROFILE: &str = "LLVM_PROFILE_FILE";

#[expect(
    clippy::disallowed_methods,
    reason = "what the coverage tool tells its tests is no setting"
)]
fn coverage_profile() -> Option<OsString> {
    std::env::var_os(COVERAGE_PROFILE)
}

/// A command that keeps running; it ends with the test.
pub struct Running {
    child: Child,
    /// What it printed once it was ready.
    pub told: Value,
    log: JoinHandle<String>,
}

impl Running {
    /// Starts a command that prints one line of JSON when it is ready.
    pub fn start(home: &Home, arguments: &[&str]) -> Self {
        let mut command = home.command(arguments);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut stderr = child.stderr.take().unwrap();
        let log = std::thread::spawn(move || {
            let mut text = String::new();
            // What was logged before the pipe broke is worth more than the reason.
            let _ = stderr.read_to_string(&mut text);
            text
        });
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().unwrap())
            .read_line(&mut line)
            .unwrap();
        match serde_json::from_str(&line) {
            Ok(told) => Self { child, told, log },
            Err(error) => panic!("{arguments:?}: {error}: {line:?}: {}", log.join().unwrap()),
        }
    }

    /// One field of what it printed.
    pub fn told(&self, field: &str) -> &str {
        self.told[field].as_str().unwrap()
    }

    /// One field of one of the stores it printed.
    pub fn store(&self, index: usize, field: &str) -> &str {
        self.told["stores"][index][field].as_str().unwrap()
    }

    /// What Linux tells about the process: a file below `/proc/PID`.
    #[cfg(target_os = "linux")]
    pub fn proc(&self, file: &str) -> std::io::Result<String> {
        fs::read_to_string(format!("/proc/{}/{file}", self.child.id()))
    }

    /// Asks it to end, as a supervisor does.
    pub fn terminate(&self) {
        let signalled = Command::new("kill").arg(self.child.id().to_string()).status().unwrap();
        assert!(signalled.success());
    }

    /// Ends it as a power failure would, without a chance to finish anything.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Waits until it has ended; its exit code and its log.
    pub fn ended(mut self) -> (Option<i32>, String) {
        let code = self.child.wait().unwrap().code();
        let log = std::mem::replace(&mut self.log, std::thread::spawn(String::new));
        (code, log.join().unwrap())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself; the test's own assertions say whether that was right.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// How a run ended.
#[derive(Debug)]
pub struct Ended {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl From<Output> for Ended {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

impl Ended {
    /// Standard output of a run that must have succeeded.
    #[track_caller]
    pub fn ok(self) -> String {
        assert_eq!(self.code, Some(0), "{self:?}");
        self.stdout
    }

    /// Standard output of a successful run as JSON.
    #[track_caller]
    pub fn json(self) -> Value {
        serde_json::from_str(&self.ok()).unwrap()
    }

    /// Standard error of a run that must have failed with this code and printed nothing else, but for scripts the same.
    #[track_caller]
    pub fn failed(self, code: i32) -> String {
        assert_eq!(self.code, Some(code), "{self:?}");
        let is_for_scripts =
            self.stdout.starts_with("{\"status\":\"error\",\"error\":{") && self.stdout.lines().count() == 1;
        assert!(self.stdout.is_empty() || is_for_scripts, "{self:?}");
        self.stderr
    }
}
