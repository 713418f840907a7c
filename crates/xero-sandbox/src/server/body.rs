//! A body that arrives whole, or breaks off in the middle.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use hyper::body::{Bytes, Frame, SizeHint};

/// What is left to send, and whether the connection breaks after it.
pub(super) struct Body {
    rest: Option<Bytes>,
    breaks: bool,
    /// Whether what was given so far had the time to leave.
    flushed: bool,
}

impl Body {
    pub(super) fn whole(bytes: Vec<u8>) -> Body {
        Body { rest: (!bytes.is_empty()).then(|| bytes.into()), breaks: false, flushed: false }
    }

    pub(super) fn cut(mut bytes: Vec<u8>) -> Body {
        bytes.truncate(bytes.len() / 2);
        Body { rest: Some(bytes.into()), breaks: true, flushed: false }
    }
}

impl hyper::body::Body for Body {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        if self.breaks && self.rest.is_none() && !self.flushed {
            // One turn without anything new makes the server send what it has before it hears of the break.
            self.flushed = true;
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(match self.rest.take() {
            Some(bytes) => Some(Ok(Frame::data(bytes))),
            None if self.breaks => Some(Err(io::Error::other("this answer is cut on demand"))),
            None => None,
        })
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_none() && !self.breaks
    }

    fn size_hint(&self) -> SizeHint {
        match &self.rest {
            _ if self.breaks => SizeHint::new(),
            Some(bytes) => SizeHint::with_exact(bytes.len() as u64),
            None => SizeHint::with_exact(0),
        }
    }
}
