//! Questions.
use crate::report::Stop;
use crate::trip::Trip;
use plan::Question;

impl Trip<'_> {
    pub(crate) async fn answer(&mut self, _: &[Question]) -> Result<bool, Stop> {
        Ok(false)
    }
}
