//! How many connections the process has file handles for.
//!
//! A connection takes one, and so do the database and the connections to Order Desk: silent callers must not be able to
//! take them all.

/// Connections open at once; a client beyond that waits in the system's queue.
const MOST_CONNECTIONS: usize = 4096;

/// Raises the process's soft limit of file handles to its hard one, and leaves half of it to everything but callers.
#[cfg(unix)]
pub(super) fn most_connections() -> usize {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

    let limit = getrlimit(Resource::Nofile);
    let raised = Rlimit {
        current: limit.maximum,
        ..limit
    };
    let handles = match setrlimit(Resource::Nofile, raised) {
        Ok(()) => limit.maximum,
        // Some systems have a hard limit that they do not grant.
        Err(_) => limit.current,
    };
    share(handles)
}

/// Systems without such a limit.
#[cfg(not(unix))]
pub(super) fn most_connections() -> usize {
    share(None)
}

/// Half of the handles; `None` is as many as one likes.
fn share(handles: Option<u64>) -> usize {
    handles.map_or(MOST_CONNECTIONS, |handles| {
        usize::try_from(handles / 2)
            .unwrap_or(MOST_CONNECTIONS)
            .clamp(1, MOST_CONNECTIONS)
    })
}

#[cfg(test)]
mod tests {
    use super::{MOST_CONNECTIONS, most_connections, share};

    #[test]
    fn callers_get_half_of_the_handles_at_most() {
        assert_eq!(share(Some(1024)), 512);
        assert_eq!(share(Some(1)), 1);
        assert_eq!(share(Some(u64::MAX)), MOST_CONNECTIONS);
        assert_eq!(share(None), MOST_CONNECTIONS);
        assert!((1..=MOST_CONNECTIONS).contains(&most_connections()));
    }
}
