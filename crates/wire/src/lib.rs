//! The JSON of a company: what the log keeps, what people and programs write, what they get back.
//!
//! Inside, a receipt names its order by a dense number and a lot's cost counts cents; outside it is
//! `{"save":{"content":{"receipt":{"order":"PO-1","day":"2026-03-02","lines":[{"line":1,"quantity":"10"}]}}}}`.
//! The book's types derive their JSON (decision 0035); here are the three things that go beyond that, all of them driven by
//! the types' own schemas, so that a new kind of document needs no line here:
//! stored events with type and version (`stored`), codes for ids in both directions (`shape`, `names`, `outside`), and the
//! table of queries (`queries`).
//!
//! Not here: files, hashes and sequence numbers (`store`), who may do what (`web`).

mod lift;
mod names;
mod outside;
mod problem;
mod queries;
mod query;
mod schema;
mod shape;
mod stored;

pub use names::{id, name};
pub use outside::{all_unknown, command, event_shown, lot, preview_shown, refused, shown};
pub use problem::Problem;
pub use queries::queries;
pub use query::{Query, find};
pub use schema::{Contract, schema};
pub use stored::{Family, Unreadable, current_version, read, read_row, write, write_row};
