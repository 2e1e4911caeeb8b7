//! Lines of standard input that are not JSON.
//!
//! The protocol library passes over them without a word, as other official SDKs do: were they answered with a parse error, a
//! peer that sends back what it does not understand would keep both busy for ever. A person who started the program by hand,
//! or piped the wrong thing into it, ought to be told all the same.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use serde::de::IgnoredAny;
use tokio::io::AsyncRead;
use tokio_util::io::InspectReader;

/// Longer lines are not looked at, which would double the memory they take: nobody types them.
const LONGEST: usize = 64 * 1024;
/// So many are logged; a peer that sends nothing else fills no log.
const TOLD: u64 = 3;

/// How many there were.
#[derive(Clone, Debug, Default)]
pub(super) struct Strays(Arc<AtomicU64>);

impl Strays {
    /// How many there were so far.
    pub(super) fn count(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    /// The same reader; what passes through it is looked at.
    pub(super) fn watch<R: AsyncRead>(&self, reader: R) -> InspectReader<R, impl FnMut(&[u8]) + use<R>> {
        let mut line = Line::default();
        let strays = self.clone();
        InspectReader::new(reader, move |bytes| {
            let found = line.take(bytes);
            strays.add(found);
        })
    }

    fn add(&self, found: u64) {
        let before = self.0.fetch_add(found, Ordering::Relaxed);
        if found > 0 && before < TOLD {
            // The line may be a key that was pasted here.
            tracing::warn!("what is not JSON was ignored: standard input takes MCP messages, one a line");
        }
    }
}

/// The line that is being read.
#[derive(Default)]
struct Line {
    bytes: Vec<u8>,
    is_too_long: bool,
}

impl Line {
    /// Takes what was read; nothing is the end of the input. Answers how many lines ended in it that are not JSON.
    fn take(&mut self, bytes: &[u8]) -> u64 {
        if bytes.is_empty() {
            return u64::from(self.end());
        }
        let mut strays = 0;
        for part in bytes.split_inclusive(|byte| *byte == b'\n') {
            self.is_too_long |= self.bytes.len() + part.len() > LONGEST;
            if !self.is_too_long {
                self.bytes.extend_from_slice(part);
            }
            if part.ends_with(b"\n") {
                strays += u64::from(self.end());
            }
        }
        strays
    }

    /// Whether the line that ends here is none.
    fn end(&mut self) -> bool {
        let line = self.bytes.trim_ascii();
        let is_stray = !self.is_too_long && !line.is_empty() && serde_json::from_slice::<IgnoredAny>(line).is_err();
        self.bytes.clear();
        self.is_too_long = false;
        is_stray
    }
}

#[cfg(test)]
mod tests;
