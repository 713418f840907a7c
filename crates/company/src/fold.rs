//! What a log is folded into, and what it is asked.
//!
//! A company and the installation itself are folds of two kinds of logs, turned by the same machinery (`log`).

use book::{Day, Stamp};
use store::Write;
use wire::{Problem, Unreadable};
use world::Waiting;

use crate::log::Log;
use crate::state::State;
use crate::waiting::Answer;

/// A state made of events alone.
///
/// It reads and writes for itself (`written_by_serde!`). Readers that were generic over the fold would be compiled again in
/// every program and test that asks a log: a million lines of machine code each time.
pub trait Fold: Clone + Send + Sync + 'static {
    /// What its log holds.
    type Event: Clone + Send + Sync;
    /// What it can be asked.
    type Wish: Send;

    /// Before the first event.
    fn empty() -> Self;

    /// What a wish means, or why it is refused. Nothing changes.
    fn decide(&self, wish: &Self::Wish, asking: Asking) -> Result<Decided<Self::Event>, Problem>;

    /// Takes an event in: the log's `number`-th. Total.
    fn apply(&mut self, event: &Self::Event, number: u64, stamp: Stamp);

    /// A digest of what is asked: equal for equal wishes.
    fn digest(wish: &Self::Wish) -> String;

    /// What was asked, as a digest, and the events of a row of its log.
    ///
    /// # Errors
    /// A newer program's row, or no row of ours.
    fn read_row(bytes: &[u8]) -> Result<(String, Vec<Self::Event>), Unreadable>;

    /// A row of its log.
    fn write_row(asked: &str, events: &[Self::Event]) -> Vec<u8>;

    /// Itself as bytes in pieces of about a size, for a snapshot: only this very program reads them.
    ///
    /// # Errors
    /// A value that can't be packed.
    fn packed(&self, about: usize) -> Result<Vec<Vec<u8>>, String>;

    /// What `packed` of this program was, by its pieces in order; none, if they are something else.
    fn unpacked(next: &mut dyn FnMut() -> Option<Vec<u8>>) -> Option<Self>;

    /// `Log::ask_all`, for a log of these.
    fn asked(log: &Log<Self>, asked: Vec<Asked<Self::Wish>>) -> Waiting<'_, Vec<Answer<Self>>>;

    /// `Log::view`, for a log of these.
    fn viewed(log: &Log<Self>, at_least: Option<u64>) -> Waiting<'_, Result<State<Self>, Failure>>;
}

/// The methods of a fold that read and write, by the serde forms of it and its events, and its turns. Not inlined, they are
/// compiled here, with all that they call and await, and nowhere else.
macro_rules! written_by_serde {
    () => {
        #[inline(never)]
        fn read_row(bytes: &[u8]) -> Result<(String, Vec<Self::Event>), wire::Unreadable> {
            wire::read_row(bytes)
        }

        #[inline(never)]
        fn write_row(asked: &str, events: &[Self::Event]) -> Vec<u8> {
            wire::write_row(asked, events)
        }

        #[inline(never)]
        fn packed(&self, about: usize) -> Result<Vec<Vec<u8>>, String> {
            $crate::pack::pack(self, about).map_err(|error| error.to_string())
        }

        #[inline(never)]
        fn unpacked(next: &mut dyn FnMut() -> Option<Vec<u8>>) -> Option<Self> {
            $crate::pack::unpack(next).ok()
        }

        #[inline(never)]
        fn asked(
            log: &$crate::Log<Self>,
            asked: Vec<$crate::Asked<Self::Wish>>,
        ) -> world::Waiting<'_, Vec<$crate::waiting::Answer<Self>>> {
            Box::pin(log.all_in_turns(asked))
        }

        #[inline(never)]
        fn viewed(
            log: &$crate::Log<Self>,
            at_least: Option<u64>,
        ) -> world::Waiting<'_, Result<$crate::State<Self>, $crate::Failure>> {
            Box::pin(log.as_new_as(at_least))
        }
    };
}
pub(crate) use written_by_serde;

/// Who asks, and on which day of the company's calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asking {
    /// The company's date.
    pub today: Day,
    /// The person's number.
    pub by: u32,
    /// When it is recorded: seconds since 1970.
    pub at: i64,
}

/// The events of a wish, and what changes beside the log with them.
#[derive(Clone, Debug)]
pub struct Decided<E> {
    /// In order; none is a wish that changes nothing.
    pub events: Vec<E>,
    /// All of it, or none, together with the events.
    pub beside: Vec<Write>,
}

impl<E> From<Vec<E>> for Decided<E> {
    fn from(events: Vec<E>) -> Decided<E> {
        Decided { events, beside: Vec::new() }
    }
}

/// A wish with its id.
#[derive(Clone, Debug)]
pub struct Asked<W> {
    /// The command's id: whoever asks twice with one id gets the first answer twice.
    pub id: String,
    /// The person's number; 0 is whoever has the machine.
    pub by: u32,
    /// By which way: `cli`, `api`, `page`, `import`, `sync`.
    pub via: String,
    /// The company's date.
    pub today: Day,
    /// What is wished.
    pub wish: W,
}

/// What became of a wish: its events, durable.
#[derive(Clone, Debug)]
pub struct Done<E> {
    /// The first event's number in the log; 0 if there was nothing to do.
    pub first: u64,
    /// The last event's.
    pub last: u64,
    /// The events.
    pub events: Vec<E>,
    /// Whether it had been done before, under the same id.
    pub repeated: bool,
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// It was refused, or not understood; nothing has changed.
    Refused(Problem),
    /// It is not possible now, or nobody knows whether it happened: ask again with the same id.
    Store(store::Error),
    /// Xero can't be reached, or wants us to wait; nothing has changed.
    NotNow(Problem),
    /// The log holds what no program of this version wrote.
    Damaged {
        /// The first event of the row.
        row: u64,
        /// What is wrong.
        why: String,
    },
}

impl Failure {
    /// A thing that is there already, in words for people.
    pub(crate) fn told<T>(answer: Result<T, Failure>) -> Result<T, Failure> {
        answer.map_err(|failure| match failure {
            Failure::Store(store::Error::Conflict(store::Conflict::Item(key))) => {
                let message = format!("{key} is taken.");
                Problem::new("taken", message, "Choose another one.").with("what", key).into()
            }
            other => other,
        })
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Failure::Refused(problem) | Failure::NotNow(problem) => problem.fmt(f),
            Failure::Store(error) => write!(f, "{error}. {}", error.remedy()),
            Failure::Damaged { row, why } => write!(
                f,
                "the row at event {row} can't be used: {why}. Run `millbook verify`, and restore the newest backup if it agrees."
            ),
        }
    }
}

impl std::error::Error for Failure {}

impl From<store::Error> for Failure {
    fn from(error: store::Error) -> Failure {
        Failure::Store(error)
    }
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Failure {
        Failure::Refused(problem)
    }
}
