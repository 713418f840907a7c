//! Companies at work: a log opened and folded, commands decided in turns and made durable, questions answered.
//!
//! ```text
//! let companies = Companies::open(store, clock).await?;        // company 0, the installation, knows the others
//! let jam = companies.company("jam").await?;                   // its log, loaded when first asked
//! jam.ask(asked).await?                                        // answered only when it is on the disk
//! ```
//! - One turn writes a log: catch up with what others appended, decide all that waits one after another, append once,
//!   answer. A failed append leaves nothing: the state that it would have made is dropped (`log`).
//! - A command's id is its key: asked again, it gets its first answer, after a restart and on another node too.
//! - Nodes are caches. What a process knows is a prefix of the log; `verify` proves a log without trusting any of them.
//! - No runtime, clock or randomness of its own: futures and parameters of `world`.
//!
//! The modules stand in the order in which a newcomer reads them.
//! Not here: the rules (`book`), JSON (`wire`), bytes on disk (`store`), pages (`web`).

mod access;
mod address;
mod companies;
mod desk;
mod export;
mod fold;
mod import;
mod installation;
mod log;
mod operations;
mod pack;
mod people;
mod round;
mod snapshot;
mod state;
mod turns;
mod verify;
mod waiting;
pub mod xero;

pub use access::{Member, about_xero, allowed};
pub use companies::Companies;
pub use desk::{Desk, LEASE, today};
pub use export::NotWritten;
pub use fold::{Asked, Asking, Decided, Done, Failure, Fold};
pub use import::{Importing, Look, NotImported, Trial};
pub use installation::{Claim, Installation, InstallationEvent, InstallationWish, Membership, Registered};
pub use log::Log;
pub use operations::{Company, Event, Wish, event_shown, preview};
pub use people::{Login, People, Person};
pub use state::State;
pub use verify::{Damage, Finding, Verified, verify, verify_installation};
pub use waiting::Answer;
