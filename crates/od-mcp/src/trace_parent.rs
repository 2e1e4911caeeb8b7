//! Where a trace goes on that somebody else began (W3C Trace Context, section 3.2).

#[cfg(test)]
mod tests;

/// The trace, and the span in it, that a request belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TraceParent {
    /// The trace; never zero.
    pub trace: u128,
    /// The span of whoever sent the request; never zero.
    pub parent: u64,
    /// Whether whoever began it records it.
    pub is_sampled: bool,
}

impl TraceParent {
    /// Reads `version-traceid-parentid-flags`; nothing of what is none.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.trim().split('-');
        let (version, trace, parent, flags) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        let lower_hex = |part: &str, length: usize| {
            part.len() == length && part.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
        };
        let well_formed = lower_hex(version, 2) && lower_hex(trace, 32) && lower_hex(parent, 16) && lower_hex(flags, 2);
        // Version 00 has exactly four parts; later ones may have more. Version ff is forbidden, and so is a zero id.
        if !well_formed || version == "ff" || (version == "00" && parts.next().is_some()) {
            return None;
        }
        let trace = u128::from_str_radix(trace, 16).ok().filter(|trace| *trace != 0)?;
        let parent = u64::from_str_radix(parent, 16).ok().filter(|parent| *parent != 0)?;
        let flags = u8::from_str_radix(flags, 16).ok()?;
        Some(Self {
            trace,
            parent,
            is_sampled: flags & 1 == 1,
        })
    }
}
