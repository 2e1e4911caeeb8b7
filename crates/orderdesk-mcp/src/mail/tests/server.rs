//! A mail server that takes everything, or refuses every mail, or says nothing.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

#[derive(Clone, Copy, PartialEq)]
pub enum Manner {
    Takes,
    Refuses,
    IsSilent,
}

/// What it was told, a line for each command; a mail is one line of the list, with its own lines in it.
pub struct MailServer {
    pub address: SocketAddr,
    said: Arc<Mutex<Vec<String>>>,
    task: JoinHandle<()>,
}

impl Drop for MailServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl MailServer {
    pub async fn start(manner: Manner) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let said = Arc::<Mutex<Vec<String>>>::default();
        let told = said.clone();
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(talk(stream, manner, told.clone()));
            }
        });
        Self { address, said, task }
    }

    pub fn said(&self) -> Vec<String> {
        self.said.lock().unwrap().clone()
    }
}

async fn talk(stream: TcpStream, manner: Manner, said: Arc<Mutex<Vec<String>>>) -> Option<()> {
    let (reader, mut writer) = stream.into_split();
    let mut lines = BufReader::new(reader).lines();
    if manner == Manner::IsSilent {
        let _ = lines.next_line().await;
        return None;
    }
    writer.write_all(b"220 here\r\n").await.ok()?;
    while let Some(line) = lines.next_line().await.ok()? {
        let verb = line.get(..4).unwrap_or_default().to_ascii_uppercase();
        said.lock().unwrap().push(line);
        let reply = match verb.as_str() {
            "EHLO" => "250-here\r\n250 AUTH PLAIN\r\n",
            "AUTH" => "235 yes\r\n",
            "RCPT" if manner == Manner::Refuses => "550 5.1.1 <ada@example.com> is unknown here\r\n",
            "DATA" => "354 go on\r\n",
            "QUIT" => "221 bye\r\n",
            _ => "250 yes\r\n",
        };
        writer.write_all(reply.as_bytes()).await.ok()?;
        if verb == "DATA" {
            let mut mail = String::new();
            while let Some(line) = lines.next_line().await.ok()?.filter(|line| line != ".") {
                mail.push_str(&line);
                mail.push('\n');
            }
            said.lock().unwrap().push(mail);
            writer.write_all(b"250 taken\r\n").await.ok()?;
        }
    }
    Some(())
}
