//! The desk, the collector's back office: `/admin/…`.
//!
//! | module | what |
//! | --- | --- |
//! | [`routes`] | THE TABLE of pages and forms, each with the right that it needs |
//! | [`guard`] | the one way in: connection, origin, session, role, reach |
//! | [`role`] | who may do what |
//! | [`reach`] | over which units |
//! | [`shell`] | the frame of every page, its style, fields of forms |
//! | [`say`] | sentences in Chinese and English |
//! | [`password`] | what may be a password, and how it is kept |
//! | `login`, `setup`, `home`, `me`, `units`, `unit`, `people`, `person`, `trail`, `responses` (with `filters`), `response` (with `answers`), `erase`, `retention`, `weeks`, `week` | the pages |
//!
//! A page is a function of a [`Visit`](guard::Visit), whoever is signed in and how far
//! they reach, that gives a [`shell::page`]; and a line in [`routes`]. One that is to be
//! found has a line in [`home::PLACES`], too.

mod answers;
mod erase;
mod filters;
pub mod guard;
pub mod home;
mod login;
mod me;
pub mod password;
mod people;
mod person;
pub mod reach;
mod response;
mod responses;
mod retention;
pub mod role;
pub mod routes;
pub mod say;
mod setup;
pub mod shell;
mod trail;
mod unit;
mod units;
mod week;
mod weeks;

pub use routes::router;
pub use setup::new_link;
