//! What of the process's memory others can get hold of: keys stand in it while it runs.

use std::io;

/// Switches core dumps off, for this process and for those it starts. On Linux its memory, environment and file handles
/// are also closed to the user's other processes, which could attach to it otherwise.
///
/// Debug builds do the same: a debugger that starts the program itself still works, and so does root's.
///
/// # Errors
/// The system refuses; the process then runs as others do.
#[cfg(unix)]
pub fn switch_off() -> io::Result<()> {
    use rustix::process::{Resource, Rlimit, setrlimit};

    let none = Rlimit {
        current: Some(0),
        maximum: Some(0),
    };
    setrlimit(Resource::Core, none)?;
    // Without it a system that pipes dumps to a collector would still get one: pipes heed no limit.
    #[cfg(target_os = "linux")]
    rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable)?;
    Ok(())
}

/// Systems that write no core dumps.
#[cfg(not(unix))]
pub fn switch_off() -> io::Result<()> {
    Ok(())
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use rustix::process::{DumpableBehavior, Resource, dumpable_behavior, getrlimit};

    #[test]
    fn nothing_of_the_memory_is_written_or_shown() {
        super::switch_off().unwrap();
        let limit = getrlimit(Resource::Core);
        assert_eq!((limit.current, limit.maximum), (Some(0), Some(0)));
        assert_eq!(dumpable_behavior().unwrap(), DumpableBehavior::NotDumpable);
        super::switch_off().unwrap();
    }
}
