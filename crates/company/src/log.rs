//! One log at work: wishes decided in turns and made durable.
//!
//! Forty wishes wait; whoever gets the turn decides them one after another on a copy of the newest state, appends
//! their rows in one commit, and answers them. Whoever waited finds the answer there. A copy costs pointers (the book
//! is made of shared chunks), so a commit that fails is a copy dropped. While one turn's rows go to the disk, the next
//! turn is decided on what they will have made of the state (`turns`, decision 0101).
//!
//! - An answer leaves when its rows are durable; a read sees durable rows only.
//! - Whoever stops waiting takes nothing along: what was drained and not answered goes back to the queue.
//! - A commit of which nobody knows whether it happened: the log is read again and the ids are looked for.
//!
//! Not here: what a wish means (`Fold`).

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use futures_channel::oneshot;
use futures_util::future::{Either, select};

use store::{CompanyId, Conflict, Pages, Row, Sheet, Store, Tip, Turn, end};
use world::{Clock, Moment};

use crate::fold::{Asked, Failure, Fold};
use crate::import::{IMPORT, import_running};
use crate::round::Round;
use crate::snapshot;
use crate::state::{State, each_page};
use crate::turns::{Deciding, Held, Known, Turns};
use crate::waiting::{Answer, Taken, Waiting, all_of, all_who_come, first_answer};

/// A log, its durable state, and who waits for a turn.
pub struct Log<F: Fold> {
    pub(crate) store: Arc<dyn Store>,
    company: CompanyId,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) known: Known<F>,
    pub(crate) waiting: Mutex<Vec<Waiting<F>>>,
    pub(crate) turns: Turns,
    used: AtomicI64,
    /// Whether the last turn found rows of others: then the next one looks before it decides.
    others_write: AtomicBool,
    /// How far the import that runs is; none runs.
    pub(crate) importing: Mutex<Option<String>>,
    /// Whose snapshots this program reads: its own; none reads none.
    program: Option<String>,
    /// What the newest snapshot holds.
    kept: AtomicU64,
}

impl<F: Fold> Log<F> {
    /// A log that is read when it is first asked.
    pub fn new(store: Arc<dyn Store>, company: CompanyId, clock: Arc<dyn Clock>) -> Log<F> {
        let used = AtomicI64::new(clock.now().millis());
        Log {
            store,
            company,
            clock,
            known: Known::default(),
            waiting: Mutex::new(Vec::new()),
            turns: Turns::default(),
            used,
            others_write: AtomicBool::new(false),
            importing: Mutex::new(None),
            program: None,
            kept: AtomicU64::new(0),
        }
    }

    /// Starts from snapshots that this very program wrote; `program` names it down to its build.
    #[must_use]
    pub fn with_snapshots(mut self, program: &str) -> Log<F> {
        self.program = Some(program.to_owned());
        self
    }

    /// Keeps a snapshot, if at least so many events came since the last; whether it did.
    ///
    /// # Errors
    /// The store's; nothing depends on it but the time of the next start.
    pub async fn keep_snapshot(&self, at_least: u64) -> Result<bool, Failure> {
        let (Some(program), Some(state)) = (&self.program, self.known.durable()) else { return Ok(false) };
        if state.tip.seq < self.kept.load(Ordering::Relaxed).saturating_add(at_least) {
            return Ok(false);
        }
        snapshot::keep(&*self.store, self.company, program, &state.state()).await?;
        self.kept.store(state.tip.seq, Ordering::Relaxed);
        Ok(true)
    }

    /// Which company's.
    pub fn company(&self) -> CompanyId {
        self.company
    }

    /// When it was last asked something.
    pub fn used(&self) -> Moment {
        Moment::from_millis(self.used.load(Ordering::Relaxed))
    }

    /// Has a wish decided and made durable.
    ///
    /// # Errors
    /// Refused; not possible now; unknown whether it happened (then the same id may be asked again); damaged.
    pub async fn ask(&self, asked: Asked<F::Wish>) -> Answer<F> {
        let mut answers = self.ask_all(vec![asked]).await;
        answers.pop().unwrap_or_else(|| unreachable!("one answer a wish"))
    }

    /// Has wishes decided one after another, in this order, and made durable together, as far as they fit in a commit.
    pub async fn ask_all(&self, asked: Vec<Asked<F::Wish>>) -> Vec<Answer<F>> {
        F::asked(self, asked).await
    }

    pub(crate) async fn all_in_turns(&self, asked: Vec<Asked<F::Wish>>) -> Vec<Answer<F>> {
        self.touch();
        let enter = |asked| {
            let (answer, mine) = oneshot::channel();
            (Waiting { asked, answer }, mine)
        };
        let (waiting, mut mine): (Vec<_>, Vec<_>) = asked.into_iter().map(enter).unzip();
        locked(&self.waiting).extend(waiting);
        let mut answers = Vec::new();
        loop {
            // Whoever had the turn may have answered us: then we needn't wait for it.
            let deciding = {
                let answered = pin!(all_of(&mut mine, &mut answers));
                match select(answered, self.turns.decide()).await {
                    Either::Left(_) => None,
                    Either::Right((deciding, _)) => Some(deciding),
                }
            };
            let Some(deciding) = deciding else { return answers };
            // Those who were just answered come back with their next wish, if we let them: then they share our commit.
            let waiting = all_who_come(&self.waiting).await;
            self.turns.wait_with(waiting).await;
            // Wishes are drained in order, so answers come in order.
            while let Some(Ok(Some(answer))) = mine.get_mut(answers.len()).map(oneshot::Receiver::try_recv) {
                answers.push(answer);
            }
            if answers.len() == mine.len() {
                return answers;
            }
            let mut taken = Taken::from(self);
            let decided = self.decide_and_append(&taken.wishes, deciding).await;
            taken.answer(decided);
        }
    }

    /// The state with all that is durable up to `seq`, if that is known here already; else with what others wrote.
    /// `None` asks for the newest there is.
    ///
    /// # Errors
    /// The store's, or damage.
    pub async fn view(&self, at_least: Option<u64>) -> Result<State<F>, Failure> {
        F::viewed(self, at_least).await
    }

    pub(crate) async fn as_new_as(&self, at_least: Option<u64>) -> Result<State<F>, Failure> {
        self.touch();
        if let (Some(held), Some(seq)) = (self.known.durable(), at_least)
            && held.tip.seq >= seq
        {
            return Ok(held.state());
        }
        // One at a time: a cold start is read once, however many ask for it.
        let _whole = self.turns.whole().await;
        let state = self.caught_up().await?;
        match at_least {
            Some(seq) if state.tip.seq < seq => {
                let why = format!("event {seq} was promised, the log ends at {}", state.tip.seq);
                Err(Failure::Damaged { row: state.tip.seq, why })
            }
            _ => Ok(state),
        }
    }

    /// The state as it was known at a moment (INV-10): everything that was recorded before it, read from the log's first
    /// row on. `tell` hears after each page how many events are in.
    ///
    /// # Errors
    /// The store's, or damage.
    pub async fn known_before(
        &self,
        moment: Moment,
        mut tell: impl FnMut(u64) + Send,
    ) -> Result<State<F>, Failure> {
        self.touch();
        let mut state = State::empty();
        let mut pages = Pages::new(&*self.store, self.company, 0);
        let mut take = |rows: &[Row], read| {
            let known = rows.partition_point(|row| row.entry.at < moment);
            state.take_in_read(&rows[..known], read)?;
            tell(state.tip.seq);
            Ok(if known < rows.len() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
        };
        each_page::<F>(&mut pages, &mut take).await?;
        Ok(state)
    }

    /// The durable state with everything that stands in the log by now.
    async fn caught_up(&self) -> Result<State<F>, Failure> {
        let mut state = match (self.known.durable(), &self.program) {
            (Some(held), _) => held.state(),
            (None, Some(program)) => {
                let found = snapshot::load(&*self.store, self.company, program).await;
                self.kept.store(found.as_ref().map_or(0, |state| state.tip.seq), Ordering::Relaxed);
                found.unwrap_or_else(State::empty)
            }
            (None, None) => State::empty(),
        };
        let mut pages = Pages::new(&*self.store, self.company, state.tip.seq);
        let mut take =
            |rows: &[Row], read| state.take_in_read(rows, read).map(|()| ControlFlow::Continue(()));
        each_page::<F>(&mut pages, &mut take).await?;
        self.known.read(Some(state.clone()));
        Ok(state)
    }

    fn touch(&self) {
        self.used.store(self.clock.now().millis(), Ordering::Relaxed);
    }

    /// What is written beside the log for one wish may fail the commit of all: then each is tried by itself.
    async fn decide_and_append(&self, wishes: &[Waiting<F>], deciding: Deciding<'_>) -> Vec<Answer<F>> {
        let mut deciding = Some(deciding);
        let mut answers = match self.believe(wishes, &mut deciding).await {
            Some(answers) => answers,
            None => {
                let _whole = self.turns.all_of_it(deciding).await;
                self.append_together(wishes).await
            }
        };
        let beside = |conflict: &Conflict| matches!(conflict, Conflict::Item(_) | Conflict::Lease(_));
        let in_the_way = |answer: &Answer<F>| matches!(answer, Err(Failure::Store(store::Error::Conflict(found))) if beside(found));
        if wishes.len() > 1 && answers.iter().any(in_the_way) {
            let _whole = self.turns.whole().await;
            answers.clear();
            for wish in wishes {
                answers.extend(self.append_together(std::slice::from_ref(wish)).await);
            }
        }
        answers.into_iter().map(Failure::told).collect()
    }

    /// With the turn of the store, which nobody else has, on the newest tip.
    async fn append_together(&self, wishes: &[Waiting<F>]) -> Vec<Answer<F>> {
        let failed = |failure: Failure| wishes.iter().map(|_| Err(failure.clone())).collect();
        if let Some(far) = &*locked(&self.importing) {
            return failed(import_running(far));
        }
        self.known.begin_anew();
        let (turn, state, known) = match self.begin(wishes).await {
            Ok(begun) => begun,
            Err(failure) => return failed(failure),
        };
        if turn.staging().is_some() {
            drop(turn);
            return failed(self.import_elsewhere().await);
        }
        let mut round = Round::new(state, known, self.clock.now());
        let answers: Vec<Answer<F>> = wishes.iter().map(|waiting| round.one(&waiting.asked)).collect();
        if round.entries.is_empty() {
            drop(turn); // nobody's wish has events: what lies beside the log may still change
            if round.beside.is_empty() {
                return answers;
            }
            let written = self.store.write(self.company, round.beside).await;
            return written.map_or_else(|error| failed(error.into()), |()| answers);
        }
        let committed = turn.commit(round.entries, round.beside).await;
        let decided = Held::new(round.state);
        self.committed(committed, decided, answers, wishes).await
    }

    /// Another node is importing: how far it was when it last wrote it down.
    async fn import_elsewhere(&self) -> Failure {
        match self.store.item(self.company, Sheet::Body, IMPORT.to_owned()).await {
            Ok(item) => {
                import_running(&item.map_or_else(
                    || "no".to_owned(),
                    |item| String::from_utf8_lossy(&item.value).into_owned(),
                ))
            }
            Err(error) => error.into(),
        }
    }

    /// The usual case without asking the engine anything first: nobody else wrote, no id was used before, nobody's wish
    /// is refused, and the turn before this one becomes durable. It is decided while that is on its way; the commit holds
    /// the tip and the ids against the log. Any doubt, and nothing has happened.
    async fn believe(
        &self,
        wishes: &[Waiting<F>],
        deciding: &mut Option<Deciding<'_>>,
    ) -> Option<Vec<Answer<F>>> {
        if self.others_write.load(Ordering::Relaxed) || locked(&self.importing).is_some() {
            return None;
        }
        let before = self.known.newest()?;
        let mut round = Round::new(before.state(), BTreeMap::new(), self.clock.now());
        let mut answers = Vec::with_capacity(wishes.len());
        for waiting in wishes {
            // A refusal may be another's fault, whose rows we haven't seen, or of somebody who asks again.
            answers.push(Ok(round.one(&waiting.asked).ok().filter(|done| done.first > 0)?));
        }
        let _under_way = self.turns.under_way(wishes.len());
        let decided = Held::new(round.state).ending(end(self.company, before.tip, &round.entries));
        self.known.decided(decided.clone());
        let _committing = self.turns.commit().await;
        let turn = self.store.begin_at(self.company, before.tip).await.ok()?;
        if turn.tip() != before.tip {
            return None;
        }
        let commit = turn.commit(round.entries, round.beside);
        *deciding = None; // whoever is next goes by what was decided here
        match commit.await {
            Err(store::Error::Conflict(Conflict::Tip | Conflict::Command(_))) => None,
            committed => Some(self.committed(committed, decided, answers, wishes).await),
        }
    }

    /// What becomes of the answers, now that the commit has answered.
    async fn committed(
        &self,
        committed: Result<Tip, store::Error>,
        decided: Held<F>,
        mut answers: Vec<Answer<F>>,
        wishes: &[Waiting<F>],
    ) -> Vec<Answer<F>> {
        let failed = |failure: Failure| wishes.iter().map(|_| Err(failure.clone())).collect();
        match committed {
            Ok(tip) => {
                self.known.committed(decided.ending(tip));
                answers
            }
            Err(error) if error.may_have_happened() => {
                // Our copy is dropped. Whoever's id stands in the log has been done.
                let ids = wishes.iter().map(|waiting| waiting.asked.id.clone()).collect();
                let found = match self.store.find(self.company, ids).await {
                    Ok(rows) => rows,
                    Err(_) => return failed(Failure::Store(error)),
                };
                for (answer, waiting) in answers.iter_mut().zip(wishes) {
                    let row = found.iter().find(|row| row.entry.command == waiting.asked.id);
                    let lost = || Err(Failure::Store(error.clone()));
                    *answer =
                        row.map_or_else(lost, |row| first_answer::<F>(row.first, &row.entry, &waiting.asked));
                }
                answers
            }
            Err(error) => failed(Failure::Store(error)),
        }
    }

    /// The turn, the newest state, and the rows of those ids that were done before.
    #[allow(clippy::type_complexity, reason = "three things that belong to one moment")]
    async fn begin(
        &self,
        wishes: &[Waiting<F>],
    ) -> Result<(Box<dyn Turn>, State<F>, BTreeMap<String, Row>), Failure> {
        if self.known.durable().is_none() {
            self.caught_up().await?; // before the turn, which others may wait for
        }
        let mut turn = self.store.begin(self.company).await?;
        let mut state = self.known.durable().map_or_else(State::empty, |held| held.state());
        self.others_write.store(state.tip != turn.tip(), Ordering::Relaxed);
        if state.tip != turn.tip() {
            while state.tip.seq < turn.tip().seq {
                let rows = turn.rows(state.tip.seq, 4_096).await?;
                if rows.is_empty() {
                    break;
                }
                state.take_in(&rows)?;
            }
            if state.tip != turn.tip() {
                let why = "what this program knows is not what stands in the log".to_owned();
                self.known.read(None);
                return Err(Failure::Damaged { row: state.tip.seq, why });
            }
            self.known.read(Some(state.clone()));
        }
        let ids = wishes.iter().map(|waiting| waiting.asked.id.clone()).collect();
        let known = turn.find(ids).await?;
        Ok((turn, state, known.into_iter().map(|row| (row.entry.command.clone(), row)).collect()))
    }
}

pub(crate) fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
