//! Throw-away Redis servers for tests (feature `testing`).
//!
//! The server comes from the system's own package, listens on a port of loopback that was free, and writes no files. It ends
//! when the [`RedisServer`] is dropped and also when the test process dies in any other way.

use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use secrecy::{ExposeSecret, SecretString};
use tempfile::TempDir;

const START_LIMIT: Duration = Duration::from_secs(10);
/// As often another port is tried: somebody else may take the one that was free.
const TRIES: usize = 5;

/// Runs the server as a child, and ends it when the pipe to the test process closes, for whatever reason. Says the server's
/// process id.
const KEEPER: &str = r#"trap '' INT TERM HUP
"$@" >/dev/null 2>&1 &
server=$!
echo "$server"
read -r _
kill -KILL "$server" 2>/dev/null
wait "$server""#;

/// A running Redis server of this test's own.
#[derive(Debug)]
pub struct RedisServer {
    folder: TempDir,
    port: u16,
    keeper: Option<Keeper>,
}

#[derive(Debug)]
struct Keeper {
    shell: Child,
    server: String,
}

impl RedisServer {
    /// Starts a server and waits until it answers.
    ///
    /// # Errors
    /// Also when the package `redis-server` is missing.
    pub fn start() -> io::Result<Self> {
        let folder = tempfile::Builder::new().prefix("od-shared-redis-").tempdir()?;
        let mut last = io::Error::other("no port was tried");
        for _ in 0..TRIES {
            let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
            match Keeper::start(&folder, port) {
                Ok(keeper) => {
                    return Ok(Self {
                        folder,
                        port,
                        keeper: Some(keeper),
                    });
                }
                Err(error) => last = error,
            }
        }
        Err(last)
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        (Ipv4Addr::LOCALHOST, self.port).into()
    }

    /// Its address.
    pub fn url(&self) -> SecretString {
        format!("redis://{}/0", self.address()).into()
    }

    /// Ends it now, as a crash would. What it held is lost.
    pub fn stop(&mut self) {
        drop(self.keeper.take());
    }

    /// Starts it again, empty, at the same address.
    ///
    /// # Errors
    /// When it does not come.
    pub fn start_again(&mut self) -> io::Result<()> {
        self.stop();
        self.keeper = Some(Keeper::start(&self.folder, self.port)?);
        Ok(())
    }

    /// Lets it hang: connections stay, nothing is answered.
    ///
    /// # Errors
    /// When it could not be told.
    pub fn hang(&self) -> io::Result<()> {
        self.signal("-STOP")
    }

    /// Lets it go on.
    ///
    /// # Errors
    /// When it could not be told.
    pub fn go_on(&self) -> io::Result<()> {
        self.signal("-CONT")
    }

    /// Sets one of its options, as `CONFIG SET` does.
    ///
    /// # Errors
    /// When it does not answer.
    pub async fn configure(&self, [option, value]: [&str; 2]) -> redis::RedisResult<()> {
        let mut command = redis::cmd("CONFIG");
        command.arg("SET").arg(option).arg(value);
        command.query_async(&mut self.line().await?).await
    }

    /// Lets everything that changes something wait for so long, from right after a process looked after it: nobody does for
    /// nearly a second.
    ///
    /// # Errors
    /// When it does not answer.
    pub async fn hold_writes(&self, time: Duration) -> redis::RedisResult<()> {
        let mut line = self.line().await?;
        let before = scripts_run(&mut line).await?;
        while scripts_run(&mut line).await? == before {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        let time = u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
        let mut command = redis::cmd("CLIENT");
        command.arg("PAUSE").arg(time).arg("WRITE");
        command.query_async(&mut line).await
    }

    /// Puts a text under a key, for a day.
    ///
    /// # Errors
    /// When it does not answer.
    pub async fn set(&self, key: &str, text: &str) -> redis::RedisResult<()> {
        let mut command = redis::cmd("SET");
        command.arg(key).arg(text).arg("EX").arg(24 * 3600);
        command.query_async(&mut self.line().await?).await
    }

    /// Everything in it, as text: what somebody who has its memory can read.
    ///
    /// # Errors
    /// When it does not answer.
    pub async fn dump(&self) -> redis::RedisResult<String> {
        let mut line = self.line().await?;
        let keys: Vec<String> = redis::cmd("KEYS").arg("*").query_async(&mut line).await?;
        let mut dump = String::new();
        for key in keys {
            let bytes: Vec<u8> = redis::cmd("DUMP").arg(&key).query_async(&mut line).await?;
            let milliseconds: i64 = redis::cmd("PTTL").arg(&key).query_async(&mut line).await?;
            let text = String::from_utf8_lossy(&bytes).replace('\n', " ");
            dump.extend([key, format!(" {milliseconds} "), text, "\n".to_owned()]);
        }
        Ok(dump)
    }

    /// How often it was asked to run a command, such as `evalsha`.
    ///
    /// # Errors
    /// When it does not answer, or with something else.
    pub async fn calls(&self, command: &str) -> redis::RedisResult<u64> {
        let mut info = redis::cmd("INFO");
        let statistics: String = info.arg("commandstats").query_async(&mut self.line().await?).await?;
        let prefix = format!("cmdstat_{command}:calls=");
        let count = statistics.lines().find_map(|line| line.strip_prefix(&prefix));
        let count = count.map_or(Some("0"), |rest| rest.split(',').next());
        count.and_then(|count| count.parse().ok()).ok_or_else(|| {
            let kind = redis::ErrorKind::UnexpectedReturnType;
            (kind, "the statistics of commands cannot be read").into()
        })
    }

    async fn line(&self) -> redis::RedisResult<redis::aio::MultiplexedConnection> {
        let client = redis::Client::open(self.url().expose_secret())?;
        client.get_multiplexed_async_connection().await
    }

    fn signal(&self, signal: &str) -> io::Result<()> {
        let server = self.keeper.as_ref().map(|keeper| keeper.server.as_str());
        let server = server.ok_or_else(|| io::Error::other("it does not run"))?;
        Command::new("kill").args([signal, server]).status()?;
        Ok(())
    }
}

/// What Redis says of the scripts that were run.
async fn scripts_run(line: &mut redis::aio::MultiplexedConnection) -> redis::RedisResult<Option<String>> {
    let stats: String = redis::cmd("INFO").arg("commandstats").query_async(line).await?;
    let of_scripts = stats.lines().find(|row| row.starts_with("cmdstat_evalsha:calls="));
    Ok(of_scripts.and_then(|row| row.split(',').next()).map(str::to_owned))
}

impl Keeper {
    fn start(folder: &TempDir, port: u16) -> io::Result<Self> {
        let mut shell = Command::new("/bin/sh");
        shell.args([
            "-c",
            KEEPER,
            "keeper",
            "redis-server",
            "--bind",
            "127.0.0.1",
            "--save",
            "",
            "--appendonly",
            "no",
        ]);
        shell
            .arg("--port")
            .arg(port.to_string())
            .arg("--dir")
            .arg(folder.path());
        let shell = shell.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let mut keeper = Self {
            shell,
            server: String::new(),
        };
        keeper.server = keeper.first_line()?;
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let deadline = Instant::now() + START_LIMIT;
        while Instant::now() < deadline {
            if !std::path::Path::new(&format!("/proc/{}", keeper.server)).exists() && cfg!(target_os = "linux") {
                break;
            }
            if TcpStream::connect(address).is_ok() {
                return Ok(keeper);
            }
            sleep(Duration::from_millis(10));
        }
        Err(io::Error::other(
            "Redis did not start: is the package `redis-server` installed (Debian: apt-get install redis-server)?",
        ))
    }

    fn first_line(&mut self) -> io::Result<String> {
        use io::BufRead;
        let said = self.shell.stdout.take().ok_or_else(|| io::Error::other("no pipe"))?;
        let mut line = String::new();
        io::BufReader::new(said).read_line(&mut line)?;
        Ok(line.trim().to_owned())
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        drop(self.shell.stdin.take());
        if let Err(error) = self.shell.wait() {
            tracing::warn!(%error, "the test's Redis server could not be waited for");
        }
    }
}
