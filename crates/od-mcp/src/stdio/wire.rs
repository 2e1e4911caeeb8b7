//! The protocol's transport over a pair of pipes: one message a line, and an answer to every line that needs one.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use rmcp::RoleServer;
use rmcp::model::JsonRpcMessage;
use rmcp::service::{RxJsonRpcMessage, TxJsonRpcMessage};
use rmcp::transport::Transport;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::sync::Mutex;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::frame::{self, Frame};

/// Ignored at the beginning of a text, as JSON parsers may (RFC 8259, section 8.1).
const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// How many lines were no messages.
#[derive(Clone, Debug, Default)]
pub(super) struct Strays(Arc<Counts>);

#[derive(Debug, Default)]
struct Counts {
    no_json: AtomicU64,
    answers: AtomicU64,
}

impl Strays {
    /// How many were no JSON so far.
    pub(super) fn count(&self) -> u64 {
        self.0.no_json.load(Ordering::Relaxed)
    }

    /// How many were answers of which nobody knows to what.
    pub(super) fn answers(&self) -> u64 {
        self.0.answers.load(Ordering::Relaxed)
    }
}

/// A reader and a writer, and what was read of a line so far: reading may be broken off at any point and goes on there.
pub(super) struct Wire<R, W> {
    reader: BufReader<R>,
    line: Vec<u8>,
    is_too_long: bool,
    longest: usize,
    has_begun: bool,
    has_ended: bool,
    writer: Arc<Mutex<Option<W>>>,
    /// A refusal that is being written. A task of its own, because reading may be broken off.
    refusing: Option<JoinHandle<io::Result<()>>>,
    strays: Strays,
    hung_up: CancellationToken,
}

impl<R, W> Wire<R, W>
where
    R: AsyncRead + Send + Unpin,
    W: AsyncWrite + Send + Unpin + 'static,
{
    /// Lines may have `longest` bytes; `hung_up` is cancelled at the end of the input.
    pub(super) fn new(reader: R, writer: W, longest: usize, strays: Strays, hung_up: CancellationToken) -> Self {
        Self {
            reader: BufReader::new(reader),
            line: Vec::new(),
            is_too_long: false,
            longest,
            has_begun: false,
            has_ended: false,
            writer: Arc::new(Mutex::new(Some(writer))),
            refusing: None,
            strays,
            hung_up,
        }
    }

    /// Reads to the end of a line, or of the input. What stands there is in `line` then.
    async fn read_line(&mut self) {
        loop {
            let available = match self.reader.fill_buf().await {
                Ok(available) => available,
                Err(error) => {
                    tracing::warn!(%error, "standard input cannot be read any more");
                    &[]
                }
            };
            if available.is_empty() {
                self.has_ended = true;
                self.hung_up.cancel();
                return;
            }
            let end = available.iter().position(|byte| *byte == b'\n');
            let part = &available[..end.unwrap_or(available.len())];
            let room = self.longest.saturating_sub(self.line.len());
            self.is_too_long |= part.len() > room;
            self.line.extend_from_slice(&part[..part.len().min(room)]);
            let taken = end.map_or(part.len(), |end| end + 1);
            self.reader.consume(taken);
            if end.is_some() {
                return;
            }
        }
    }

    /// What the line is, which is forgotten with it.
    fn frame(&mut self) -> Option<Frame> {
        let line = self.line.strip_prefix(BYTE_ORDER_MARK).unwrap_or(&self.line);
        let line = line.trim_ascii();
        let frame = if self.is_too_long {
            Some(frame::too_long(line, self.longest))
        } else if line.is_empty() {
            None
        } else {
            Some(frame::read(line))
        };
        self.line.clear();
        // One long line shall not keep its memory for ever.
        self.line.shrink_to(64 * 1024);
        self.is_too_long = false;
        frame
    }

    /// The message to hand on, if the line is one; else it is told, and answered where somebody waits.
    fn take(&mut self, frame: Frame) -> Option<RxJsonRpcMessage<RoleServer>> {
        match frame {
            // Nothing was asked yet that this could belong to, and the library ends the conversation over it.
            Frame::Message(message) if !self.has_begun && !matches!(*message, JsonRpcMessage::Request(_)) => {
                tracing::warn!("a message before the first request was left out");
                None
            }
            Frame::Message(message) => {
                self.has_begun = true;
                Some(*message)
            }
            Frame::LeftOut(reason) => {
                tracing::warn!(%reason, "a line of standard input was left out");
                None
            }
            Frame::LostAnswer(reason) => {
                tracing::warn!(%reason, "an answer was left out: nobody knows to what");
                self.strays.0.answers.fetch_add(1, Ordering::Relaxed);
                None
            }
            Frame::Refused(refusal) => {
                // Not the line itself: it may be a key that was pasted here.
                tracing::warn!(
                    reason = %refusal.reason,
                    "a line of standard input was refused: it takes MCP messages, one a line"
                );
                if refusal.code == rmcp::model::ErrorCode::PARSE_ERROR {
                    self.strays.0.no_json.fetch_add(1, Ordering::Relaxed);
                }
                let line = line_of(&refusal.to_json());
                let writer = self.writer.clone();
                self.refusing = Some(tokio::spawn(async move { write(&writer, &line?).await }));
                None
            }
        }
    }
}

impl<R, W> Transport<RoleServer> for Wire<R, W>
where
    R: AsyncRead + Send + Unpin,
    W: AsyncWrite + Send + Unpin + 'static,
{
    type Error = io::Error;

    fn send(
        &mut self,
        item: TxJsonRpcMessage<RoleServer>,
    ) -> impl Future<Output = Result<(), Self::Error>> + Send + 'static {
        let writer = self.writer.clone();
        async move { write(&writer, &line_of(&item)?).await }
    }

    async fn receive(&mut self) -> Option<RxJsonRpcMessage<RoleServer>> {
        loop {
            if let Some(refusing) = &mut self.refusing {
                let written = refusing.await;
                self.refusing = None;
                if !matches!(written, Ok(Ok(()))) {
                    tracing::warn!("standard output takes nothing any more");
                    self.hung_up.cancel();
                    return None;
                }
            }
            if self.has_ended {
                return None;
            }
            self.read_line().await;
            if let Some(frame) = self.frame()
                && let Some(message) = self.take(frame)
            {
                return Some(message);
            }
        }
    }

    async fn close(&mut self) -> Result<(), Self::Error> {
        drop(self.writer.lock().await.take());
        Ok(())
    }
}

fn line_of(message: &impl serde::Serialize) -> io::Result<Vec<u8>> {
    let mut line = serde_json::to_vec(message)?;
    line.push(b'\n');
    Ok(line)
}

async fn write<W: AsyncWrite + Unpin>(writer: &Mutex<Option<W>>, line: &[u8]) -> io::Result<()> {
    let mut writer = writer.lock().await;
    let writer = writer.as_mut().ok_or(io::ErrorKind::NotConnected)?;
    writer.write_all(line).await?;
    writer.flush().await
}
