//! The collector from outside: a real server on a loopback port with a real
//! SQLite file. One binary, so that it links once.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on has failed"
)]

mod batch;
mod clerk;
mod cli;
mod collation;
mod contract;
mod cors;
mod crash;
mod csv;
mod definitions;
mod desk;
#[cfg(target_os = "linux")]
mod disk;
mod figures;
mod files;
mod form;
mod gaps;
#[cfg(target_os = "linux")]
mod hall;
mod headers;
mod idempotency;
mod invitations;
mod keys;
mod limits;
mod notify;
#[cfg(target_os = "linux")]
mod power;
mod privacy;
mod rates;
mod roster;
mod running;
mod sealed;
mod socket;
mod tablets;
mod triggers;
mod units;
