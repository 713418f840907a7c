//! A stand-in Xero that real Xero clients can't tell apart, for tests, demonstrations and other people's apps.
//!
//! The core is a value with methods: no HTTP, no clock of its own. It shares no code with our Xero client: that
//! the two agree is evidence only because they were written apart, from the same papers.
//!
//! ```
//! use xero_sandbox::{Call, Country, Method, UserRef, seed};
//! let now = "2026-11-22T01:00:00Z".parse().unwrap();
//! let mut org = seed::demo(Country::Nz, 1, now);
//! let answer = org.call(&Call::new(Method::Get, "Organisation", UserRef::adviser()), now);
//! assert_eq!(answer.status, 200);
//! ```

pub mod door;
pub mod exchange;
pub mod org;
pub mod seed;
#[cfg(feature = "server")]
pub mod server;

pub use exchange::{Answer, AppTier, Call, Category, EventType, Method, Notice, Role, UserRef};
pub use org::{LedgerLineView, LockDates, Org, Registration, StateError, TrialBalanceRow};
pub use seed::Country;
