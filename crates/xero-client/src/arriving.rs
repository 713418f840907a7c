//! An answer's body that is still arriving: Xero counts the call as one of five at once, and so do we.
//!
//! Its call is over with the last piece. Not here: sending (`send`).

use crate::queue::Ticket;
use world::{Chunks, NetworkError, Waiting};

/// A body on its way, with the ticket of its call. Dropped before its end it counts as given up.
pub(crate) struct Arriving {
    chunks: Box<dyn Chunks>,
    ticket: Option<Ticket>,
}

impl Arriving {
    pub(crate) fn new(chunks: Box<dyn Chunks>, ticket: Ticket) -> Self {
        Self { chunks, ticket: Some(ticket) }
    }
}

impl Chunks for Arriving {
    fn next(&mut self) -> Waiting<'_, Option<Result<Vec<u8>, NetworkError>>> {
        Box::pin(async {
            let piece = self.chunks.next().await;
            if piece.is_none()
                && let Some(ticket) = self.ticket.take()
            {
                ticket.answered();
            }
            piece
        })
    }
}
