//! Rules about the repository itself. The tests are in `tidy.rs`; there is nothing to link here.
