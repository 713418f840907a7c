//! What the tests of the plan share.

pub mod company;
pub mod importing;
pub mod statements;
