//! Credit of one document that is used on another, on both sides: what goes to Xero, what comes from there (DOC-19).
//!
//! ```text
//! I-2, a credit of 30.00, used with 20.00 on I-1 here, nothing in Xero, both approved there   → 20.00 goes
//! 20.00 of it used on I-1 in Xero by hand, nothing here                                       → an allocation of 20.00 comes
//! both 20.00, then taken back in Xero                                                         → it stands here alone, nothing moves
//! ```
//! It goes as payments do: by the difference of both sides, less what one side took back, at most what is left of the credit and due
//! on the other. Xero's day of it is the later of both documents'. Not here: what is known of Xero's side (`allocated`), taking
//! (`decide`).

use std::collections::BTreeSet;

use book::{Book, Content, Day, DocumentId, Life};
use xero::Decimal;

use crate::advances;
use crate::allocated::{Allocating, CreditKind};
use crate::case::{Case, World, short_name};
use crate::decide::allocations::take;
use crate::disposition::{Disposition, Look};
use crate::exchange::{Exchange, Link};
use crate::held::{Held, HeldStatus};
use crate::operation::{Basis, Body, Operation, Verb};
use crate::paid::{Applied, Paid};
use crate::parts::standing;
use crate::payments::decimal;
use crate::settings::{Payments, Purchasing};
use crate::subject::{Guid, Subject};
use crate::why::{Because, Reason, explained, first_open_day};

/// Credit of one document used on another, summed up on both sides, in the currency of both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Use {
    /// Whose credit.
    pub from: DocumentId,
    /// What it settles.
    pub to: DocumentId,
    /// How much here.
    pub here: Decimal,
    /// How much in Xero.
    pub there: Decimal,
    /// How much both sides last had.
    pub agreed: Decimal,
}

pub(crate) fn less(one: Decimal, other: Decimal) -> Decimal {
    one.minus(other).unwrap_or(Decimal::ZERO)
}

fn sum(all: impl Iterator<Item = Decimal>) -> Decimal {
    all.fold(Decimal::ZERO, |sum, one| sum.plus(one).unwrap_or(sum))
}

impl Use {
    /// What one side took back and the other still has: above zero it stands here, below zero in Xero.
    #[must_use]
    pub fn stands(&self) -> Decimal {
        let back = |side: Decimal| less(self.agreed, side).max(Decimal::ZERO);
        let difference = less(self.here, self.there);
        let (low, high) = (difference.min(Decimal::ZERO), difference.max(Decimal::ZERO));
        less(back(self.there), back(self.here)).clamp(low, high)
    }

    /// What moves: above zero to Xero, below zero here.
    #[must_use]
    pub fn moves(&self) -> Decimal {
        less(less(self.here, self.there), self.stands())
    }

    /// Whether both sides come to the same, and that isn't known yet.
    pub(crate) fn is_new(&self) -> bool {
        self.here == self.there && self.agreed != self.here
    }
}

/// What gives a document's credit in Xero.
#[derive(Clone)]
pub(crate) struct Credit<'a> {
    pub(crate) subject: Subject,
    pub(crate) kind: CreditKind,
    /// Its id there.
    pub(crate) xero: Guid,
    pub(crate) status: &'a HeldStatus,
    pub(crate) day: Day,
    /// What is left of it, as Xero last said.
    left: Decimal,
    /// Where it is used, and what was paid back of it, as Xero last said.
    used: &'a [Applied],
    payments: &'a [Applied],
    updated: i64,
    pub(crate) paid: Option<&'a Paid>,
}

impl Credit<'_> {
    /// How much of it is used on an invoice or bill of Xero's.
    pub(crate) fn used_on(&self, to: Guid) -> (Decimal, Decimal) {
        self.paid.map_or((Decimal::ZERO, Decimal::ZERO), |paid| paid.used_on(to))
    }

    /// What is left of it: what Xero says, less what was paid back or used since it said so.
    pub(crate) fn left_now(&self) -> Decimal {
        let named = |id: Guid| self.payments.iter().any(|one| one.id == id);
        let paid = self.paid.into_iter().flat_map(Paid::live);
        let later =
            paid.filter(|one| one.updated >= self.updated && !named(one.id)).map(|one| one.paper.amount);
        less(less(self.left, sum(later)), self.used_since())
    }

    /// What of it was used since Xero last said what is left of it.
    fn used_since(&self) -> Decimal {
        let named = |to: Guid| sum(self.used.iter().filter(|one| one.id == to).map(|one| one.amount));
        let used = self.paid.into_iter().flat_map(|paid| &paid.allocated);
        sum(used.map(|one| less(one.there, named(one.to)).max(Decimal::ZERO)))
    }
}

/// What gives a document's credit in Xero; nothing if Xero has none of it.
pub(crate) fn credits_of<'a>(exchange: &'a Exchange, of: DocumentId) -> Vec<Credit<'a>> {
    let own = Subject::Document(of);
    let note = exchange.link(&own).and_then(|link| Some((link, link.now.as_deref()?)));
    let note = note.filter(|(_, held)| held.paper.kind.gives_credit());
    let note = note.map(|(link, held): (&'a Link, &'a Held)| Credit {
        paid: exchange.paid(&own),
        subject: own.clone(),
        kind: CreditKind::Note,
        xero: link.xero,
        status: &held.status,
        day: held.paper.date,
        left: held.due,
        used: &held.credits,
        payments: &held.payments,
        updated: held.updated,
    });
    let money = exchange.credits(of).filter_map(|(subject, paid)| {
        let held = paid.credit.as_ref().filter(|_| exchange.link(subject).is_some())?;
        Some(Credit {
            subject: subject.clone(),
            kind: held.kind,
            xero: held.id,
            status: &held.status,
            day: held.day,
            left: held.left,
            used: &held.used,
            payments: &held.payments,
            updated: held.updated,
            paid: Some(paid),
        })
    });
    note.into_iter().chain(money).collect()
}

/// Allocations in the book from or to a document, withdrawn ones too.
fn allocations(book: &Book, of: DocumentId) -> impl Iterator<Item = (DocumentId, &book::Allocation, Life)> {
    let dependents = book.document(of).map(book::Document::dependents).unwrap_or_default();
    dependents.iter().filter_map(|id| {
        let document = book.document(*id)?;
        match document.content() {
            Content::Allocation(content) => Some((*id, &**content, document.life())),
            _ => None,
        }
    })
}

/// What a thing between two documents goes by: the last entry about it.
pub(crate) fn version(book: &Book, from: DocumentId, to: DocumentId) -> u32 {
    let between = allocations(book, from).filter(|(_, one, _)| one.to == to);
    between.map(|(id, ..)| book.changed(id)).max().unwrap_or(0)
}

/// How a document's credit is used, one entry for each document that it settles on either side.
#[must_use]
pub fn uses(book: &Book, exchange: &Exchange, from: DocumentId) -> Vec<Use> {
    let credits = credits_of(exchange, from);
    let mut takers: BTreeSet<DocumentId> =
        allocations(book, from).filter(|(_, one, _)| one.from == from).map(|(_, one, _)| one.to).collect();
    let used = credits.iter().filter_map(|credit| credit.paid).flat_map(|paid| &paid.allocated);
    takers.extend(used.filter_map(|one| exchange.subject(one.to)?.document()));
    // What was paid in advance is used on the document itself, once it is an invoice or bill.
    let own = advances::own_use(book, from).filter(|_| advances::has_any(exchange, from));
    takers.extend(own.map(|_| from));
    let side = |to: DocumentId| {
        let live = allocations(book, from).filter(|(_, one, life)| one.to == to && *life == Life::Live);
        let here = sum(live.map(|(_, one, _)| decimal(one.amount)));
        let here = if to == from { own.unwrap_or(Decimal::ZERO) } else { here };
        let id = exchange.link(&Subject::Document(to)).map_or(Guid::NOTHING, |link| link.xero);
        let there = sum(credits.iter().map(|credit| credit.used_on(id).0));
        let agreed = sum(credits.iter().map(|credit| credit.used_on(id).1));
        Use { from, to, here, there, agreed }
    };
    takers.into_iter().map(side).collect()
}

/// The documents whose credit is, or was, used on a document.
pub(crate) fn givers(book: &Book, exchange: &Exchange, to: DocumentId) -> BTreeSet<DocumentId> {
    let here = allocations(book, to).filter(|(_, one, _)| one.to == to).map(|(_, one, _)| one.from);
    let held = exchange.link(&Subject::Document(to)).and_then(|link| link.now.as_deref());
    let there = held.into_iter().flat_map(|held| &held.credits);
    here.chain(there.filter_map(|one| exchange.subject(one.id)?.document())).chain([to]).collect()
}

/// What of a document or credit was used since Xero last said what is left of it.
pub(crate) fn used_since(world: World<'_>, id: DocumentId, held: &Held) -> Decimal {
    if held.paper.kind.gives_credit() {
        return sum(credits_of(world.exchange, id).iter().map(Credit::used_since));
    }
    let named = |other: Guid| sum(held.credits.iter().filter(|one| one.id == other).map(|one| one.amount));
    let givers = givers(world.book, world.exchange, id);
    let credits = givers.into_iter().flat_map(|giver| credits_of(world.exchange, giver));
    sum(credits.map(|one| less(one.used_on(held.id).0, named(one.xero)).max(Decimal::ZERO)))
}

/// What is about to be used of a document's credit, or on it: payments leave room for it.
pub(crate) fn reserved(world: World<'_>, id: DocumentId) -> Decimal {
    let giving = givers(world.book, world.exchange, id).into_iter();
    let cases = giving.filter_map(|giver| Case::new(world, giver, Subject::Document(giver)));
    let operations = cases.filter_map(|case| look(&case)).flat_map(|look| look.operations);
    let about = |one: &Operation| match one.subject {
        Subject::Allocation(from, to) => from == id || to == id,
        _ => false,
    };
    sum(operations.filter(about).filter_map(|one| Some(one.allocation?.amount)))
}

/// What becomes of a document's credit; none if there is nothing to say of it.
pub(crate) fn look(case: &Case<'_>) -> Option<Look> {
    let exchange = case.exchange();
    if !matches!(case.subject, Subject::Document(_)) || exchange.settings().payments == Payments::None {
        return None;
    }
    if !case.is_sale() && exchange.settings().purchasing == Purchasing::Orders {
        return None;
    }
    let credits = credits_of(exchange, case.id);
    if credits.iter().all(|credit| credit.status.is_gone()) {
        return settled_elsewhere(case);
    }
    let uses = uses(case.world.book, exchange, case.id);
    let looks = uses.into_iter().filter_map(|one| Using { case, credits: &credits, one }.look());
    let look = looks.reduce(Look::and);
    look.or_else(|| elsewhere(case, &credits)).or_else(|| settled_elsewhere(case))
}

/// A document that somebody settled in Xero with a credit, prepayment or overpayment that isn't here.
fn settled_elsewhere(case: &Case<'_>) -> Option<Look> {
    let held = case.link?.now.as_deref().filter(|held| !held.paper.kind.gives_credit())?;
    let strange = held.credits.iter().filter(|one| case.exchange().subject(one.id).is_none());
    let there = sum(strange.map(|one| one.amount));
    let why = case.because(Reason::SettledElsewhere).with("there", there.trimmed(2)).why(&case.it());
    (!there.is_zero()).then(|| Disposition::Sent(held.status.clone(), Some(why)).into())
}

/// Credit that is used in Xero on what isn't here.
fn elsewhere(case: &Case<'_>, credits: &[Credit<'_>]) -> Option<Look> {
    let used = credits.iter().filter_map(|credit| credit.paid).flat_map(|paid| &paid.allocated);
    let used = sum(used.filter(|one| case.exchange().subject(one.to).is_none()).map(|one| one.there));
    let status = credits.first().map(|credit| credit.status.clone())?;
    let why = case.because(Reason::AllocatedElsewhere).with("there", used.trimmed(2));
    (!used.is_zero()).then(|| Disposition::Sent(status, Some(why.why(&case.it()))).into())
}

/// Credit of the case's document that is used on another.
struct Using<'a> {
    case: &'a Case<'a>,
    credits: &'a [Credit<'a>],
    one: Use,
}

impl Using<'_> {
    fn because(&self, reason: Reason) -> Because {
        let Use { to, here, there, .. } = self.one;
        let because = self.case.because(reason).with("to", short_name(self.case.world.book, to));
        because.with("here", here.trimmed(2)).with("there", there.trimmed(2))
    }

    fn waits(&self, because: Because) -> Look {
        Disposition::Waiting(because.why(&self.case.it())).into()
    }

    fn blocked(&self, because: Because) -> Look {
        Disposition::Blocked(because.why(&self.case.it())).into()
    }

    fn look(&self) -> Option<Look> {
        let world = self.case.world;
        let subject = Subject::Allocation(self.one.from, self.one.to);
        if let Some(batch) = world.open.batch(&subject) {
            return Some(self.waits(self.because(Reason::AllocationUnderWay).with("batch", batch)));
        }
        if self.one.is_new() {
            return Some(self.comes("its credit is used alike on both sides"));
        }
        let goes = world.exchange.settings().payments;
        match self.one.moves() {
            moves if moves > Decimal::ZERO && goes.go() => self.goes(subject, moves),
            moves if moves < Decimal::ZERO && self.one.to == self.one.from => {
                let because = self.because(Reason::AdvanceUsed);
                Some(Disposition::Differs(because.why(&self.case.it())).into())
            }
            moves if moves < Decimal::ZERO && goes.come() => Some(self.comes("its credit was used in Xero")),
            moves if moves.is_zero() => self.stands(),
            moves => {
                let to_xero = moves > Decimal::ZERO;
                let (way, place) =
                    if to_xero { ("don't go to", "there") } else { ("don't come from", "here") };
                let why = self.because(Reason::AllocationsStay).with("way", way).with("place", place);
                let status = self.credits.first().map(|credit| credit.status.clone())?;
                Some(Disposition::Sent(status, Some(why.why(&self.case.it()))).into())
            }
        }
    }

    /// Nothing moves: one side took something back, or all is the same.
    fn stands(&self) -> Option<Look> {
        let stands = self.one.stands();
        if stands.is_zero() {
            return None;
        }
        let book = self.case.world.book;
        let because = match stands > Decimal::ZERO {
            true => {
                let live = allocations(book, self.one.from)
                    .filter(|(_, one, life)| one.to == self.one.to && *life == Life::Live);
                let own = self.credits.iter().find_map(|credit| match credit.subject {
                    Subject::Credit(_, payment) => Some(payment),
                    _ => None,
                });
                let first = live.last().map(|(id, ..)| id).or(own).and_then(|id| book.document(id));
                self.because(Reason::AllocationStands).with("first", first.map_or("", |one| one.number()))
            }
            false => {
                let taker = self.case.exchange().link(&Subject::Document(self.one.to));
                let id = taker.map_or_else(String::new, |link| link.xero.to_string());
                self.because(Reason::AllocationStandsThere).with("first", id)
            }
        };
        Some(Disposition::Differs(because.why(&self.case.it())).into())
    }

    fn goes(&self, subject: Subject, moves: Decimal) -> Option<Look> {
        let World { book, exchange, .. } = self.case.world;
        let to = exchange.link(&Subject::Document(self.one.to)).and_then(|link| link.now.as_deref());
        let Some(to) = to else {
            return Some(self.waits(self.because(Reason::AllocationWaits)));
        };
        if to.status.is_gone() {
            return None;
        }
        if !to.status.posts() || !self.credits.iter().any(|credit| credit.status.posts()) {
            return Some(self.waits(self.because(Reason::AllocationWaits)));
        }
        let due = left(self.case.world, self.one.to, to);
        let usable = self.credits.iter().filter(|credit| credit.status.posts());
        let mut usable = usable.map(|credit| (credit, credit.left_now()));
        let from = usable.find(|(_, left)| *left > Decimal::ZERO);
        let rest = from.as_ref().map_or(Decimal::ZERO, |(_, left)| *left);
        let amount = moves.min(rest).min(due);
        let Some((credit, _)) = from.filter(|_| amount > Decimal::ZERO) else {
            let because = self.because(Reason::AllocationMore).with("rest", moves.trimmed(2));
            return Some(self.waits(because.with("left", rest.trimmed(2)).with("due", due.trimmed(2))));
        };
        let day = credit.day.max(to.paper.date);
        let locked = exchange.lists().organisation.as_ref().and_then(|one| one.locked_until());
        if let Some(until) = locked.filter(|until| day <= *until) {
            let open = first_open_day(exchange.lists()).unwrap_or(day);
            let because = self.because(Reason::AllocationLocked).with("date", day).with("until", until);
            return Some(self.blocked(because.with("open", open)));
        }
        if let Some(problem) = standing(book, exchange, &subject) {
            let (meaning, remedy, words) = explained(&problem.messages);
            let because = self.because(Reason::AllocationRefused).with("meaning", meaning);
            return Some(self.blocked(because.with("remedy", remedy).with("words", words)));
        }
        let before = credit.used_on(to.id).0;
        let (kind, from) = (credit.kind, credit.xero);
        let sent = Allocating { credit: credit.subject.clone(), kind, from, to: to.id, day, amount, before };
        let mut look = Look::from(Disposition::Due("its credit is used in Xero too".to_owned()));
        look.operations.push(self.operation(subject, sent, credit));
        Some(look)
    }

    fn operation(&self, subject: Subject, sent: Allocating, credit: &Credit<'_>) -> Operation {
        let book = self.case.world.book;
        let to = short_name(book, self.one.to);
        Operation {
            name: format!(
                "allocation {} of {} to {to}",
                sent.amount.trimmed(2),
                short_name(book, self.one.from)
            ),
            verb: Verb::Create,
            reason: "it is used so here".to_owned(),
            waits_for: Vec::new(),
            body: Body::Allocation(sent.kind, sent.from, Box::new(crate::bodies::allocation(&sent))),
            mark: to.as_str().into(),
            xero: None,
            paper: None,
            payment: None,
            journal: None,
            basis: Basis {
                version: version(book, self.one.from, self.one.to),
                link: credit.paid.map_or(0, |paid| paid.changed),
            },
            allocation: Some(Box::new(sent)),
            credit: None,
            subject,
        }
    }

    /// Something is taken in, if the book takes it.
    fn comes(&self, reason: &str) -> Look {
        let World { book, exchange, .. } = self.case.world;
        let asking = crate::command::Asking { today: Day::FIRST, by: 0, at: 0 };
        match take(book, exchange, self.case.id, asking) {
            Ok(_) => {
                let mut look = Look::from(Disposition::Due(reason.to_owned()));
                look.pays = true;
                look
            }
            Err(refusal) => {
                let because = self.because(Reason::AllocationNotTaken).with("why", refusal.message());
                self.blocked(because.with("remedy", refusal.remedy()))
            }
        }
    }
}

/// What is due of a document in Xero: what it says, less what was paid or used on it since it said so.
fn left(world: World<'_>, id: DocumentId, held: &Held) -> Decimal {
    let paid = world.exchange.paid(&Subject::Document(id)).into_iter().flat_map(Paid::live);
    let named = |id: Guid| held.payments.iter().any(|one| one.id == id);
    let later = paid.filter(|one| one.updated >= held.updated && !named(one.id)).map(|one| one.paper.amount);
    less(less(held.due, sum(later)), used_since(world, id, held))
}
