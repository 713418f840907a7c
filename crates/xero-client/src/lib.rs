//! The door to Xero: sign-in, sending within Xero's limits, and what each failure means for what was sent.
//!
//! Every outcome is one of: certainly not done, certainly done, unknown. Not here: what to send (`plan`), or
//! when (`sync`).
