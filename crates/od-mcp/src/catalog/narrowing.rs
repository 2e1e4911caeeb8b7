//! The part of the catalog that a deployment, a path or a request leaves.

use std::collections::BTreeSet;

use super::{Toolset, UnknownToolset};
use crate::tool::{Access, ToolSpec};

/// Which tools may be seen and called. Narrowings combine with [`Narrowing::and`], which can only take away: a request
/// may tighten what the operator set and never relax it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Narrowing {
    /// `None` is all of them.
    toolsets: Option<BTreeSet<Toolset>>,
    read_only: bool,
}

/// Why a tool is out of reach.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// It changes something, and this connection only reads.
    #[error("this connection is read-only")]
    ReadOnly,
    /// Its toolset is switched off.
    #[error("the toolset '{0}' is switched off for this connection")]
    Toolset(Toolset),
}

impl Narrowing {
    /// Every tool.
    pub fn none() -> Self {
        Self::default()
    }

    /// Only tools that change nothing.
    pub fn read_only() -> Self {
        Self {
            toolsets: None,
            read_only: true,
        }
    }

    /// Only the named toolsets: a comma-separated list, or `all`.
    ///
    /// # Errors
    /// A name is unknown, or the list is empty.
    pub fn toolsets(list: &str) -> Result<Self, UnknownToolset> {
        if list.trim().eq_ignore_ascii_case("all") {
            return Ok(Self::none());
        }
        let toolsets = list.split(',').map(Toolset::parse).collect::<Result<_, _>>()?;
        Ok(Self {
            toolsets: Some(toolsets),
            read_only: false,
        })
    }

    /// Whether only tools that change nothing are left.
    pub fn is_read_only(&self) -> bool {
        self.read_only
    }

    /// What both leave.
    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        let toolsets = match (&self.toolsets, &other.toolsets) {
            (Some(mine), Some(theirs)) => Some(mine & theirs),
            (mine, theirs) => mine.as_ref().or(theirs.as_ref()).cloned(),
        };
        Self {
            toolsets,
            read_only: self.read_only || other.read_only,
        }
    }

    /// The narrowing as a text that is the same for the same part of the catalog; empty when it leaves everything.
    pub fn canonical(&self) -> String {
        let mut parts = Vec::new();
        if self.read_only {
            parts.push("readonly");
        }
        // Signing in is left whatever is listed.
        let switched = |toolset: &Toolset| *toolset != Toolset::Tenant;
        if let Some(toolsets) = &self.toolsets
            && !Toolset::ALL
                .iter()
                .filter(|one| switched(one))
                .all(|one| toolsets.contains(one))
        {
            parts.push("only");
            parts.extend(toolsets.iter().filter(|one| switched(one)).map(|one| one.as_str()));
        }
        parts.join(",")
    }

    /// Whether `tool` is left.
    ///
    /// # Errors
    /// It is not; the refusal says which rule took it away.
    pub fn admits(&self, tool: &ToolSpec) -> Result<(), Refusal> {
        if let Some(toolsets) = &self.toolsets
            && tool.toolset != Toolset::Tenant
            && !toolsets.contains(&tool.toolset)
        {
            return Err(Refusal::Toolset(tool.toolset));
        }
        if self.read_only && tool.access == Access::Write {
            return Err(Refusal::ReadOnly);
        }
        Ok(())
    }
}
