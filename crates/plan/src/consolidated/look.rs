//! What becomes of a consolidated invoice, and of each document in it.
//!
//! ```text
//! not in Xero: its last day is over → made          a draft: what changes here changes it
//! approved: it stays; what changes here goes with the next one (CNS-3)
//! ```
//! Not here: the sentences (`why`), what it says (`paper`).

use book::Consolidated;

use super::{Summed, called, is_frozen, link, paper, payments, standing, version};
use crate::bodies;
use crate::case::{Case, World};
use crate::disposition::{Disposition, Look};
use crate::exchange::{Connection, Link};
use crate::held::Held;
use crate::hold::Hold;
use crate::linked::{says_the_same, words};
use crate::merge::{self, FieldChange};
use crate::operation::{Basis, Body, Operation, Verb};
use crate::paper::Paper;
use crate::parts::{Part, part};
use crate::rules::stopped_because;
use crate::settings::{NewStatus, Switch};
use crate::subject::{ConsolidatedId, Subject};
use crate::why::{Because, Reason, Why, capital, explained, first_open_day};

/// One that is looked at.
struct Sum<'a> {
    world: World<'a>,
    summed: &'a Summed,
    id: ConsolidatedId,
    wanted: Option<&'a Consolidated>,
    link: Option<&'a Link>,
}

impl Summed {
    /// What becomes of one.
    pub(super) fn look(&self, world: World<'_>, id: ConsolidatedId) -> Look {
        let (wanted, link) = (self.wanted.get(&id), link(world.exchange, &id));
        let sum = Sum { world, summed: self, id, wanted, link };
        let mut look = match link {
            Some(link) => sum.in_xero(link),
            None => sum.not_in_xero(),
        };
        if matches!(look.disposition, Disposition::Due(_) | Disposition::Waiting(_))
            && let Some(because) = stopped_because(world.exchange)
        {
            look.disposition = Disposition::Waiting(because.why(&sum.it()));
        }
        look.with_payments(payments::look(world, id, &self.held))
    }
}

impl Sum<'_> {
    fn it(&self) -> String {
        called(self.world.book, &self.id)
    }

    fn subject(&self) -> Subject {
        Subject::Consolidated(self.id)
    }

    fn because(&self, reason: Reason) -> Because {
        Because::new(reason).with("number", super::number(self.world.book, &self.id))
    }

    fn why(&self, reason: Reason) -> Why {
        self.because(reason).why(&self.it())
    }

    fn version(&self) -> u32 {
        self.wanted.map_or(0, |wanted| version(self.world.book, &wanted.sources))
    }

    fn not_in_xero(&self) -> Look {
        let Some(wanted) = self.wanted else {
            return Disposition::NotDue(self.why(Reason::NothingToSum)).into();
        };
        let exchange = self.world.exchange;
        if exchange.settings().sales == Switch::Off {
            let because = self.because(Reason::SwitchOff).with("switch", "the synchronisation of sales");
            let mut why = because.why(&self.it());
            why.command = Some("millbook xero settings set sales=on".to_owned());
            return Disposition::NotDue(why).into();
        }
        if *exchange.connection() == Connection::Never {
            return Disposition::Waiting(self.why(Reason::NotConnected)).into();
        }
        if self.summed.today.is_some_and(|today| today <= wanted.last) {
            let why = self.because(Reason::PeriodOpen).with("last", wanted.last).why(&self.it());
            return Disposition::Waiting(why).into();
        }
        let reason = format!("{} is over", wanted.last);
        match paper::paper(self.world.book, exchange, wanted) {
            Err(holds) => self.held_up(&holds, Verb::Create, reason),
            Ok(paper) => {
                let stops = self.locked(&paper).or_else(|| self.under_way());
                match stops.or_else(|| self.refused()).or_else(|| self.several()) {
                    Some(stopped) => stopped.into(),
                    None => {
                        let body = bodies::create(&paper, self.new_status(), exchange.lists());
                        self.goes(Verb::Create, reason, body, Some(paper))
                    }
                }
            }
        }
    }

    fn in_xero(&self, link: &Link) -> Look {
        let Some(now) = link.now.as_deref() else {
            return Disposition::Waiting(self.why(Reason::ToBeRead)).into();
        };
        if now.status.is_gone() {
            let because = self.because(Reason::SumGone).with("status", words(&now.status));
            return match self.wanted {
                Some(_) => Disposition::Differs(because.why(&self.it())).into(),
                None => Disposition::Sent(now.status.clone(), None).into(),
            };
        }
        if let Some(waiting) = self.under_way() {
            return waiting.into();
        }
        let Some(wanted) = self.wanted.filter(|_| !is_frozen(now)) else {
            if is_frozen(now) {
                return self.unchanged(link, now);
            }
            let because = self.because(Reason::SumEmpty).with("status", words(&now.status));
            return Disposition::Differs(because.why(&self.it())).into();
        };
        match paper::paper(self.world.book, self.world.exchange, wanted) {
            Err(holds) if self.version() != link.version => {
                self.held_up(&holds, Verb::Update, "it changed here".to_owned())
            }
            Err(_) => Look { is_unsure: true, ..self.unchanged(link, now) },
            Ok(ours) => {
                let same = |then: &Paper| says_the_same(&ours, then) && ours.sources == then.sources;
                match link.ours.as_deref().is_some_and(same) {
                    true => self.unchanged(link, now),
                    false => self.changed(link, now, &ours),
                }
            }
        }
    }

    fn unchanged(&self, link: &Link, now: &Held) -> Look {
        let theirs = link.theirs.as_deref().unwrap_or(&now.paper);
        if *theirs == now.paper {
            return match self.refused().filter(|_| !is_frozen(now)) {
                Some(refused) => refused.into(),
                None => Disposition::Sent(now.status.clone(), None).into(),
            };
        }
        let ours = link.ours.as_deref().unwrap_or(theirs);
        let changes = merge::merge(ours, ours, theirs, now, None).changed_there;
        let because = self.because(Reason::SumChanged).with("fields", self.fields(&changes));
        Disposition::Differs(because.why(&self.it())).into()
    }

    fn changed(&self, link: &Link, now: &Held, ours: &Paper) -> Look {
        let theirs = link.theirs.as_deref().unwrap_or(&now.paper);
        let merged = merge::merge(ours, link.ours.as_deref().unwrap_or(theirs), theirs, now, None);
        if let Some(stopped) = self.locked(ours).or_else(|| self.refused()) {
            return stopped.into();
        }
        if self.world.exchange.settings().sales == Switch::Off {
            return self.unchanged(link, now);
        }
        let reason = match merged.changed_there.is_empty() {
            true => "it changed here".to_owned(),
            false => format!("it changed here; kept from Xero: {}", self.fields(&merged.changed_there)),
        };
        let body = bodies::update(&merged.paper, now, self.world.exchange.lists());
        self.goes(Verb::Update, reason, body, Some(merged.ours))
    }

    fn fields(&self, changes: &[FieldChange]) -> String {
        let World { book, exchange, .. } = self.world;
        let all: Vec<String> =
            changes.iter().map(|change| change.words(merge::Names { book, exchange })).collect();
        all.join("; ")
    }

    fn new_status(&self) -> NewStatus {
        let new = self.world.exchange.settings().new;
        match self.id.kind {
            book::InvoiceKind::Invoice => new.invoice,
            book::InvoiceKind::Credit => new.credit_invoice,
        }
    }

    fn goes(&self, verb: Verb, reason: String, body: Body, paper: Option<Paper>) -> Look {
        let status = match (verb, self.new_status()) {
            (Verb::Create, NewStatus::Draft) => ", as a draft",
            (Verb::Create, NewStatus::Awaiting) => ", awaiting approval",
            (Verb::Create, NewStatus::Approved) => ", approved",
            _ => "",
        };
        let total = self.wanted.map_or_else(String::new, |wanted| format!(", {}", wanted.total));
        let operation = Operation {
            subject: self.subject(),
            verb,
            name: format!("{}{total}{status}", self.it()),
            reason: reason.clone(),
            waits_for: Vec::new(),
            body,
            mark: super::number(self.world.book, &self.id).into(),
            xero: self.link.map(|link| link.xero),
            paper: paper.map(Box::new),
            payment: None,
            allocation: None,
            credit: None,
            journal: None,
            basis: Basis { version: self.version(), link: self.link.map_or(0, |link| link.changed) },
        };
        Look { operations: vec![operation], ..Look::from(Disposition::Due(reason)) }
    }

    /// What needs a person first, then what comes by itself.
    fn held_up(&self, holds: &[Hold], verb: Verb, reason: String) -> Look {
        let needs: Vec<(&Subject, Part)> =
            holds.iter().filter_map(Hold::waits_for).map(|one| (one, part(self.world, one))).collect();
        let stuck = needs.iter().find_map(|(_, part)| match part {
            Part::Stuck(because) => Some(because.clone().why(&self.it())),
            _ => None,
        });
        let stuck = stuck.or_else(|| {
            let mut why = holds.iter().find(|hold| hold.waits_for().is_none())?.why();
            why.message = format!("{} is not sent: {}", capital(&self.it()), why.message);
            Some(why)
        });
        let needed = needs.iter().map(|(subject, _)| (*subject).clone());
        let mut look = match stuck {
            Some(why) => Look::from(Disposition::Blocked(why)),
            None => {
                let mut look = self.goes(verb, reason, Body::Later, None);
                look.operations.iter_mut().for_each(|one| one.waits_for = needed.clone().collect());
                look
            }
        };
        look.needs = needed.collect();
        look
    }

    /// A date in a locked period is blocked, never moved (DOC-25).
    fn locked(&self, paper: &Paper) -> Option<Disposition> {
        let lists = self.world.exchange.lists();
        let until = lists.organisation.as_ref()?.locked_until().filter(|until| paper.date <= *until)?;
        let open = first_open_day(lists).unwrap_or(paper.date);
        let because = self.because(Reason::Locked).with("date", paper.date);
        let mut why = because.with("until", until).with("open", open).why(&self.it());
        why.remedy = format!("Date its documents {open} or later, or have the lock date moved in Xero.");
        why.command = Some("millbook xero refresh".to_owned());
        Some(Disposition::Blocked(why))
    }

    /// It, its counterpart of the other kind, or another one with one of its documents is on its way.
    fn under_way(&self) -> Option<Disposition> {
        let open = self.world.open;
        let kinds = [book::InvoiceKind::Invoice, book::InvoiceKind::Credit];
        let own = kinds
            .iter()
            .find_map(|kind| open.batch(&Subject::Consolidated(ConsolidatedId { kind: *kind, ..self.id })));
        let with = || {
            let mut sources = self.wanted.into_iter().flat_map(|one| &one.sources);
            sources.find_map(|held| open.with_source(held.document).map(|(_, batch)| *batch))
        };
        let batch = own.or_else(with)?;
        Some(Disposition::Waiting(self.because(Reason::UnderWay).with("batch", batch).why(&self.it())))
    }

    /// What Xero refused, until something changes (LOG-4).
    fn refused(&self) -> Option<Disposition> {
        let exchange = self.world.exchange;
        let problem = exchange.problem(&self.subject())?;
        let is_so = problem.version == self.version() && problem.context == exchange.context();
        if !problem.refused || !is_so {
            return None;
        }
        let (meaning, remedy, words) = explained(&problem.messages);
        let because = self.because(Reason::Refused).with("meaning", meaning).with("remedy", remedy);
        Some(Disposition::Blocked(because.with("words", words).why(&self.it())))
    }

    /// It may be there more than once.
    fn several(&self) -> Option<Disposition> {
        let found = self.world.exchange.found(&self.subject())?;
        let first = found.first()?;
        let names: Vec<&str> = found.iter().map(|one| &*one.name).collect();
        let because = self.because(Reason::MarkedSeveral).with("candidates", names.join(", "));
        Some(Disposition::Blocked(because.with("id", first.xero).why(&self.it())))
    }
}

/// What becomes of a document that goes, or is, as part of a consolidated invoice; none if it doesn't, or has nothing to do with
/// one any more.
pub(crate) fn of_source(case: &Case<'_>, which: Which) -> Option<Look> {
    let World { book, exchange, .. } = case.world;
    let mine;
    let summed = match case.world.summed {
        Some(summed) => summed,
        None if !may_be(case) => return None,
        None => {
            mine = Summed::whole(book, exchange, case.world.today);
            &mine
        }
    };
    let held = summed.held.get(&case.id).and_then(|held| held.last());
    let goes = summed.goes.get(&case.id);
    let disposition = match (held, goes) {
        (None, _) if which == Which::Held => return None,
        (Some(held), Some(next)) if held != next => {
            let status = link(exchange, held)
                .and_then(standing)
                .map_or_else(String::new, |(now, _)| words(&now.status));
            let because = case.because(Reason::CorrectedNext).with("sum", called(book, held));
            Disposition::Waiting(
                because.with("status", status).with("next", called(book, next)).why(&case.it()),
            )
        }
        (_, Some(goes)) => part_of(case, summed, *goes),
        (Some(_), None) if summed.sources.contains_key(&case.id) => {
            let all = summed.held.get(&case.id)?;
            // What is wrong with one of them is what people see; else how the last one stands.
            let parts = all.iter().map(|id| part_of(case, summed, *id));
            parts.max_by_key(Disposition::weight)?
        }
        (None, None) if summed.sources.contains_key(&case.id) => {
            Disposition::NotDue(case.why(Reason::NothingToSum))
        }
        _ => return None,
    };
    Some(disposition.into())
}

/// Of which documents a rule speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Which {
    /// Those that Xero has a part of.
    Held,
    /// All that are summed up.
    All,
}

/// What people see of a document that Xero has by itself, though its kind is summed up: it was paid in advance.
pub(crate) fn alone(case: &Case<'_>) -> Option<Look> {
    let status =
        case.link?.now.as_deref().map(|now| now.status.clone()).filter(|status| !status.is_gone())?;
    let is_own = matches!(case.subject, Subject::Document(_));
    let is_summed = || case.world.book.consolidation_source(case.id, None).is_some();
    (is_own && is_summed() && super::is_paid_in_advance(case))
        .then(|| Disposition::Sent(status, Some(case.why(Reason::GoesAlone))).into())
}

/// Whether it is worth while to sum everything up for this document.
fn may_be(case: &Case<'_>) -> bool {
    let World { book, exchange, .. } = case.world;
    let is_held = |(_, link): (ConsolidatedId, &Link)| {
        link.ours.as_deref().is_some_and(|ours| ours.sources.iter().any(|held| held.document == case.id))
    };
    book.consolidation_source(case.id, None).is_some() || exchange.consolidated().any(is_held)
}

/// What becomes of a part goes by the whole.
fn part_of(case: &Case<'_>, summed: &Summed, id: ConsolidatedId) -> Disposition {
    let book = case.world.book;
    let sum = called(book, &id);
    let look = summed.looks.get(&id).cloned();
    let whole = look.unwrap_or_else(|| summed.look(case.world, id)).disposition;
    let part = |why: Why| {
        let because = case.because(Reason::PartOf).with("sum", &sum).with("says", why.message);
        let because = because.with("remedy", why.remedy).with("command", why.command.unwrap_or_default());
        because.why(&case.it())
    };
    match whole {
        Disposition::Due(reason) => Disposition::Due(format!("as part of {sum}: {reason}")),
        Disposition::Sent(status, _) => {
            let held = summed.held.get(&case.id).map_or(&[][..], Vec::as_slice);
            let before = held.iter().filter(|other| **other != id).map(|other| called(book, other) + " and ");
            let sum = before.chain([sum]).collect::<String>();
            let because = case.because(Reason::InSum).with("sum", sum).with("status", words(&status));
            Disposition::Sent(status, Some(because.why(&case.it())))
        }
        Disposition::Waiting(why) if why.code == Reason::PeriodOpen.id() => {
            let last = summed.wanted.get(&id).map_or(id.first, |one| one.last);
            let because = case.because(Reason::Consolidated).with("sum", &sum).with("last", last);
            Disposition::Waiting(because.why(&case.it()))
        }
        Disposition::Waiting(why) => Disposition::Waiting(part(why)),
        Disposition::NotDue(why) => Disposition::NotDue(part(why)),
        Disposition::Blocked(why) => Disposition::Blocked(part(why)),
        Disposition::Differs(why) => Disposition::Differs(part(why)),
        Disposition::Excluded(why) => Disposition::Excluded(part(why)),
    }
}
