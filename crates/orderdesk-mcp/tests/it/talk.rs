//! A client of the program over standard input and output.

use std::{
    io::{BufRead, BufReader, Read, Write},
    process::{Child, ChildStdin, ChildStdout, Stdio},
    thread::JoinHandle,
};

use serde_json::{Value, json};

use crate::program::Home;

/// A process of the program and the conversation with it.
pub struct Talk {
    child: Child,
    stdin: ChildStdin,
    stdout: BufReader<ChildStdout>,
    /// Read all the while: a full pipe would stop the program.
    log: JoinHandle<String>,
    last_id: u64,
}

impl Talk {
    /// Starts the program and shakes hands.
    pub fn start(home: &Home, arguments: &[&str]) -> Self {
        let mut command = home.command(arguments);
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let (stdin, stdout) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        let mut stderr = child.stderr.take().unwrap();
        let log = std::thread::spawn(move || {
            let mut text = String::new();
            stderr.read_to_string(&mut text).unwrap();
            text
        });
        let mut talk = Self {
            child,
            stdin,
            stdout: BufReader::new(stdout),
            log,
            last_id: 0,
        };
        let hello = json!({ "protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": { "name": "it", "version": "1" } });
        talk.ask("initialize", &hello);
        writeln!(
            talk.stdin,
            "{}",
            json!({ "jsonrpc": "2.0", "method": "notifications/initialized" })
        )
        .unwrap();
        talk
    }

    /// Sends a request and waits for its reply.
    pub fn ask(&mut self, method: &str, params: &Value) -> Value {
        self.last_id += 1;
        let message = json!({ "jsonrpc": "2.0", "id": self.last_id, "method": method, "params": params });
        writeln!(self.stdin, "{message}").unwrap();
        let mut line = String::new();
        self.stdout.read_line(&mut line).unwrap();
        serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line:?}"))
    }

    /// Calls a tool and gives the envelope of its reply.
    pub fn call(&mut self, tool: &str, arguments: &Value) -> Value {
        let reply = self.ask("tools/call", &json!({ "name": tool, "arguments": arguments }));
        reply["result"]["structuredContent"].clone()
    }

    /// Hangs up; the program has to end well by itself.
    pub fn end(mut self) {
        drop(self.stdin);
        let code = self.child.wait().unwrap().code();
        assert_eq!(code, Some(0), "{}", self.log.join().unwrap());
    }
}
