//! Looking.
use crate::desk::View;
use crate::report::Stop;
use crate::rounds::{Cause, Runner};
use crate::trip::Trip;

pub(crate) struct Marks;

impl Runner {
    pub(crate) async fn looks_due(&self, _: Cause, _: &View) -> Result<Option<Marks>, Stop> {
        Ok(None)
    }
}

impl Trip<'_> {
    pub(crate) async fn look_around(&mut self, _: Marks) -> Result<(), Stop> {
        Ok(())
    }
}
