//! What a program needs of the world outside it, as parameters: the time, chance, waiting, the network.
//!
//! Code that takes these as arguments runs the same in the shop and in the simulation, where one seed decides
//! everything. A client that waits 26 seconds for Xero waits in a test until somebody moves the clock:
//! `simulated::drive` moves it to the next moment anything waits for, and no test sleeps.
//!
//! Not here: business, storage, HTTP's meaning, and the real parts that need a runtime (`xero-client::network`).

mod chance;
mod clock;
mod http;
pub mod simulated;

pub use chance::{Chance, identifier};
pub use clock::{Clock, Moment, Waiting};
pub use http::{Body, Chunks, Method, NetworkError, Pieces, Request, Response, Transport, collect};
