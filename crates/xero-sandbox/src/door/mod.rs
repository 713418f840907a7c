//! Everything between a client and an organisation: sign-in, rights, limits, idempotency, faults, webhooks, control,
//! and the pages where a person plays the accountant.
//!
//! One value, [`Sandbox`], takes a request and a moment and gives an answer:
//!
//! ```
//! use xero_sandbox::door::{HttpRequest, Sandbox};
//! use xero_sandbox::{Country, seed};
//! let now = "2026-11-22T01:00:00Z".parse().unwrap();
//! let mut sandbox = Sandbox::new(vec![seed::demo(Country::Nz, 1, now)], 1, now);
//! let form = "grant_type=client_credentials&client_id=sandbox-custom&client_secret=sandbox-secret";
//! let request = HttpRequest::new("POST", "/connect/token")
//!     .with_body("application/x-www-form-urlencoded", form);
//! let token = sandbox.handle(&request, now).response.body_json();
//! let call = HttpRequest::new("GET", "/api.xro/2.0/Organisation")
//!     .with_header("authorization", &format!("Bearer {}", token["access_token"].as_str().unwrap()))
//!     .with_header("accept", "application/json");
//! assert_eq!(sandbox.handle(&call, now).response.status, 200);
//! ```
//!
//! No HTTP library, clock, randomness or file here: the same seed, requests and moments give the same bytes.

pub mod app;
pub mod calls;
mod clock;
mod control;
pub mod fault;
mod gate;
mod http;
pub mod idempotency;
mod identity;
pub mod limit;
mod mint;
mod origin;
mod pages;
mod sandbox;
pub mod scope;
#[cfg(test)]
mod testing;
pub mod webhook;

pub use clock::Clock;
pub use http::{Effect, Handled, HttpRequest, HttpResponse};
pub use mint::Mint;
pub use origin::{SeedName, seeded};
pub use sandbox::{OPENAPI, Sandbox};
