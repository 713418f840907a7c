//! Where a program is stopped, as if its process had died: before a request leaves, behind it, before it is recorded.
//!
//! `crash.at(Point::Answered)` stops the program when Xero has carried the request out and its answer is about to
//! arrive. Whoever runs the program (`Crash::run`) drops everything it was doing; what it kept is in the store, and the
//! rest is gone.
//!
//! Not here: a power cut of the database (`MemoryStore::lose_power`).

use std::future::{Future, pending, poll_fn};
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;

/// A place in a program's life where it may be stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Point {
    /// A writing request is about to leave.
    BeforeRequest,
    /// Xero has carried a writing request out; its answer never arrives here.
    Answered,
    /// The answer to a writing request is here, and the next change of the store is about to be made.
    BeforeRecording,
    /// A change of the store is about to be made.
    Change,
}

/// A switch that stops a program once.
#[derive(Clone, Default)]
pub struct Crash(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    /// The point, and how often it is passed before.
    at: Option<(Point, usize)>,
    stopped: bool,
}

impl Crash {
    /// Stops the program at this point, the next time it comes there.
    pub fn at(&self, point: Point) {
        self.after(0, point);
    }

    /// Stops the program there, when it has passed so many others of that kind.
    pub fn after(&self, others: usize, point: Point) {
        *self.state() = State { at: Some((point, others)), stopped: false };
    }

    /// It goes on, wherever it comes.
    pub fn never(&self) {
        *self.state() = State::default();
    }

    /// Whether a point is still ahead.
    #[must_use]
    pub fn is_ahead(&self) -> bool {
        self.state().at.is_some()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The program comes to a point; it doesn't go on if that is the one.
    pub(crate) async fn reach(&self, point: Point) {
        if self.stops(point) {
            pending::<()>().await;
        }
    }

    fn stops(&self, point: Point) -> bool {
        let mut state = self.state();
        let (here, next) = match state.at {
            // Behind the answer, the next change is the one.
            Some((Point::BeforeRecording, 0)) if point == Point::BeforeRecording => {
                (false, Some((Point::Change, 0)))
            }
            Some((at, 0)) if at == point => (true, None),
            Some((at, others)) if at == point => (false, Some((at, others - 1))),
            other => (false, other),
        };
        state.at = next;
        state.stopped |= here;
        here
    }

    /// Runs a program until it ends, or is stopped: then what it was doing is dropped.
    pub async fn run<T>(&self, program: impl Future<Output = T>) -> Option<T> {
        let mut program = pin!(program);
        poll_fn(|context| match program.as_mut().poll(context) {
            Poll::Ready(value) => Poll::Ready(Some(value)),
            Poll::Pending if self.state().stopped => Poll::Ready(None),
            Poll::Pending => Poll::Pending,
        })
        .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use world::simulated::{SimulatedClock, drive};

    /// A request, its answer, two changes of the store: how far it came.
    fn came(at: Option<(usize, Point)>) -> Vec<&'static str> {
        let crash = Crash::default();
        at.iter().for_each(|(others, point)| crash.after(*others, *point));
        let came = Mutex::new(Vec::new());
        let program = async {
            for (point, name) in [
                (Point::Change, "intent"),
                (Point::BeforeRequest, "request"),
                (Point::Answered, "answer"),
                (Point::BeforeRecording, "understood"),
                (Point::Change, "outcome"),
            ] {
                crash.reach(point).await;
                came.lock().unwrap().push(name);
            }
        };
        let ended = drive(&SimulatedClock::default(), crash.run(program)).expect("it ends");
        assert_eq!(ended.is_none(), at.is_some());
        assert!(!crash.is_ahead());
        came.into_inner().unwrap()
    }

    #[test]
    fn a_program_stops_where_told_and_nowhere_else() {
        assert_eq!(came(None).len(), 5);
        assert_eq!(came(Some((0, Point::BeforeRequest))), ["intent"]);
        assert_eq!(came(Some((0, Point::Answered))), ["intent", "request"]);
        assert_eq!(came(Some((0, Point::BeforeRecording))), ["intent", "request", "answer", "understood"]);
        assert_eq!(came(Some((0, Point::Change))), Vec::<&str>::new());
        assert_eq!(came(Some((1, Point::Change))), ["intent", "request", "answer", "understood"]);
    }
}
