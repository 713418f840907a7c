//! A stand-in Xero that real Xero clients can't tell apart, for tests, demonstrations and other people's apps.
//!
//! The core is a value with methods: no HTTP, no clock of its own. It shares no code with our Xero client: that
//! the two agree is evidence only because they were written apart, from the same papers.
