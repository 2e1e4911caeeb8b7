//! In which copies a reply carries its envelope.

use rmcp::model::{CallToolResponse, Tool};

/// In which copies a reply carries its envelope. Some clients hand a model both, which then pays twice.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ReplyMode {
    /// As structured content, and as text for clients that read only that.
    #[default]
    Both,
    /// As text. Tools are listed without the schemas of their replies.
    Text,
    /// As structured content. A failure is told as text too, which is where clients look for it.
    Structured,
}

impl ReplyMode {
    /// All of them, by the names that settings, paths and headers have for them.
    pub const ALL: [(&str, Self); 3] = [
        ("both", Self::Both),
        ("text", Self::Text),
        ("structured", Self::Structured),
    ];

    /// The mode of that name, in any case.
    pub fn parse(name: &str) -> Option<Self> {
        let name = name.trim();
        let same = |(known, _): &(&str, Self)| known.eq_ignore_ascii_case(name);
        Self::ALL.into_iter().find(same).map(|(_, mode)| mode)
    }

    /// Bytes that something of an envelope takes in a reply: `json`, and the same inside a JSON string.
    pub(super) fn weigh(self, json: &str) -> usize {
        let as_text = || json.len() + json.bytes().filter(|byte| matches!(byte, b'"' | b'\\')).count();
        match self {
            Self::Both => json.len() + as_text(),
            Self::Text => as_text(),
            Self::Structured => json.len(),
        }
    }

    /// Leaves out the copy that was not asked for. What is asked of a person is told as ever.
    pub(crate) fn leave(self, response: &mut CallToolResponse) {
        let CallToolResponse::Complete(result) = response else {
            return;
        };
        match self {
            Self::Both => {}
            Self::Text => result.structured_content = None,
            Self::Structured if result.is_error == Some(true) => {}
            // What it leads to is no copy.
            Self::Structured => result.content.retain(|block| block.as_text().is_none()),
        }
    }

    /// A tool as it is listed: a schema of structured content promises some.
    pub(crate) fn list(self, tool: &Tool) -> Tool {
        let mut listed = tool.clone();
        if self == Self::Text {
            listed.output_schema = None;
        }
        listed
    }
}
