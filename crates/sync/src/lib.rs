//! The runner: sends what the plan says, waits as Xero asks, records an intent before and an outcome after.
//!
//! It decides nothing about business. Not here: what to send (`plan`), how a request is made (`xero-client`).
