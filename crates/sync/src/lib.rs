//! The runner: sends what the plan says, waits as Xero asks, records an intent before and an outcome after.
//!
//! ```text
//! look → plan → intend → send → settle → plan again … until the plan is empty
//! ```
//! It decides nothing about business. After a crash it begins with what it intended and never settled: the same bytes under
//! the same key while Xero remembers the key, later a look for our mark.
//!
//! Not here: what to send (`plan`), how a request is made (`xero-client`).

mod answer;
mod balances;
mod batch;
mod budget;
mod carry;
mod desk;
mod journals;
mod kinds;
mod lists;
mod looks;
mod questions;
mod report;
mod rounds;
mod settle;
mod settle_money;
mod terms;
#[cfg(test)]
mod testing;
mod timetable;
mod trip;
mod unasked;
mod verdict;
mod witness;
mod work;

pub use budget::{Budget, Cost, budget, known_limits};
pub use carry::{VANISHED, answer_key, request_key};
pub use desk::{Beside, Desk, Fence, Trouble, View};
pub use looks::LOOKED;
pub use report::{Blocked, Calls, Open, Phase, Progress, Report, Stop};
pub use rounds::{Cause, Plans, RAN, Runner, Until};
pub use terms::{Stopping, Terms, Watcher};
pub use timetable::looks_a_day;
pub use witness::{last_witness, witness};
pub use work::{Audience, work};
