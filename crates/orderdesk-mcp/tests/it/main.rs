//! The whole program's tests: one binary.

mod invariants;
