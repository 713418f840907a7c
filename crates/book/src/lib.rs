//! The book: the operations record of one company, as a pure function of its log.
//!
//! `decide(command)` answers events or a refusal and changes nothing; `apply(event)` cannot fail. No clock, no
//! randomness, no I/O: the same events give the same state, to the byte, on every machine.
//!
//! Not here: Xero (the crates `xero` and `plan`), storage (`store`), users' sessions (`web`).
