//! Keys, sealing, hashing and tokens. No IO, no clock.
