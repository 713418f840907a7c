//! Who waits for a turn: a wish, and where its answer goes.
//!
//! Sixteen wait; the first takes the turn and answers all sixteen, who go on without having had a turn themselves. Not here: what a
//! turn does (`log`).

use std::sync::Mutex;
use std::task::Poll;

use futures_channel::oneshot;

use store::Entry;
use wire::Problem;

use crate::fold::{Asked, Done, Failure, Fold};
use crate::log::{Log, locked};
use crate::state::damaged;

/// What became of a wish.
pub type Answer<F> = Result<Done<<F as Fold>::Event>, Failure>;

pub(crate) struct Waiting<F: Fold> {
    pub(crate) asked: Asked<F::Wish>,
    pub(crate) answer: oneshot::Sender<Answer<F>>,
}

/// Waits for the answers that are still to come, in order.
pub(crate) async fn all_of<A>(from: &mut [oneshot::Receiver<A>], answers: &mut Vec<A>) {
    while let Some(next) = from.get_mut(answers.len()) {
        match next.await {
            Ok(answer) => answers.push(answer),
            Err(_) => std::future::pending().await, // it went back to the queue; our own turn will answer it
        }
    }
}

/// Lets whoever runs us run the others once.
pub(crate) async fn let_others_go_first() {
    let mut gone = false;
    std::future::poll_fn(|context| {
        if std::mem::replace(&mut gone, true) {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

/// Lets others run until nobody new comes to wait, and says how many wait then.
pub(crate) async fn all_who_come<F: Fold>(to: &Mutex<Vec<Waiting<F>>>) -> usize {
    let mut before = None;
    loop {
        let_others_go_first().await;
        let waiting = locked(to).len();
        if before.replace(waiting) == Some(waiting) {
            return waiting;
        }
    }
}

/// What a wish was answered when it was first asked; refused if something else was asked under its id.
pub(crate) fn first_answer<F: Fold>(first: u64, entry: &Entry, asked: &Asked<F::Wish>) -> Answer<F> {
    let (digest, events) = F::read_row(&entry.bytes).map_err(|why| damaged(first, &why))?;
    if digest != F::digest(&asked.wish) {
        let message = format!("The id \"{}\" was used for another command before.", asked.id);
        let remedy = "Give every command an id of its own; repeat a command only as it was.";
        return Err(Problem::new("command-id-reused", message, remedy).with("id", &asked.id).into());
    }
    Ok(Done { first, last: first + u64::from(entry.events).saturating_sub(1), events, repeated: true })
}

/// Wishes that were drained and must be answered or go back.
pub(crate) struct Taken<'a, F: Fold> {
    log: &'a Log<F>,
    pub(crate) wishes: Vec<Waiting<F>>,
}

impl<'a, F: Fold> Taken<'a, F> {
    /// As many as a turn of this moment takes.
    pub(crate) fn from(log: &'a Log<F>) -> Self {
        let mut waiting = locked(&log.waiting);
        let count = log.turns.share_of(waiting.len());
        Taken { log, wishes: waiting.drain(..count).collect() }
    }

    pub(crate) fn answer(&mut self, answers: Vec<Answer<F>>) {
        for (waiting, answer) in self.wishes.drain(..).zip(answers) {
            waiting.answer.send(answer).ok(); // who doesn't wait any more can ask again by the id
        }
    }
}

impl<F: Fold> Drop for Taken<'_, F> {
    fn drop(&mut self) {
        // They are the oldest, so they go first.
        locked(&self.log.waiting).splice(0..0, self.wishes.drain(..)).for_each(drop);
    }
}
