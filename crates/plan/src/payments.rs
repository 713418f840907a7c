//! The payments of one document on both sides: which are the same, what goes to Xero, what comes from there (PAY-1 to PAY-9).
//!
//! ```text
//! I-1, 115.00, approved in Xero; PY-1 50.00 here, nothing there     → PY-1 goes, on its day, on its account
//! 60.00 of 100.00 were paid in Xero on the same day as our 60.00    → the same money: paired, nothing goes
//! ```
//! Money moves at most as far as what is due in Xero; while the outcome of a payment of the document isn't known, none of it moves.
//! So nothing is ever paid twice. Not here: the sums of the rule (`book::BothSides`), records (`payment_papers`), taking (`decide`).

use std::collections::BTreeMap;

use book::{BothSides, Compared, Content, DocumentId, InvoiceKind, Moves, PaidOn};
use money::{Currency, Money};
use xero::Decimal;

use crate::advances;
use crate::allocations::{self, Credit};
use crate::case::{Case, World, short_name};
use crate::consolidated;
use crate::decide::payments::take;
use crate::disposition::{Asks, Disposition, Look};
use crate::exchange::Exchange;
use crate::held::Held;
use crate::operation::{Basis, Body, Operation, Verb};
use crate::paid::{Paid, Paying, PaymentPaper};
use crate::parts::standing;
use crate::payment_papers::{Ours, ours};
use crate::settings::{Payments, Purchasing};
use crate::subject::{Guid, Subject};
use crate::why::{Because, Reason, Why, explained, first_open_day};

/// Both sides of a document's payments.
pub type Sides = BothSides<DocumentId, Guid>;

/// Both sides as they are known; none if it isn't a document that is paid.
#[must_use]
pub fn sides(book: &book::Book, exchange: &Exchange, of: DocumentId) -> Option<Sides> {
    both(exchange, &Subject::Document(of), book.payments_of(of)?)
}

/// Both sides of a document or of a consolidated invoice.
#[must_use]
pub fn sides_of(book: &book::Book, exchange: &Exchange, of: &Subject) -> Option<Sides> {
    match of {
        Subject::Consolidated(id) => {
            consolidated::payments::sides(book, exchange, *id, &consolidated::held(exchange))
        }
        other => sides(book, exchange, other.document()?),
    }
}

/// What the book says, with what is known of Xero's side.
pub(crate) fn both(
    exchange: &Exchange,
    of: &Subject,
    ours: BothSides<DocumentId, DocumentId>,
) -> Option<Sides> {
    let BothSides { currency, book, .. } = ours;
    let paid = exchange.paid(of).cloned().unwrap_or_default();
    let theirs = |one: &crate::paid::HeldPayment| PaidOn {
        id: one.id,
        day: one.paper.day,
        amount: money(one.paper.amount, currency).unwrap_or(Money::zero(currency)),
        deleted: one.deleted,
    };
    let mut links: Vec<(DocumentId, Guid)> = paid.pairs.iter().map(|pair| (pair.ours, pair.theirs)).collect();
    let mut xero: Vec<PaidOn<Guid>> = paid.held.iter().map(theirs).collect();
    // An overpayment is money paid on this document, and what is paid back of it is its refund.
    for (credit, payment) in overpayments(&book, exchange, of) {
        let total = credit.paid.and_then(|paid| paid.credit.as_ref()).map(|held| held.total);
        let amount = total.and_then(|total| money(total, currency)).unwrap_or(Money::zero(currency));
        xero.push(PaidOn { id: credit.xero, day: credit.day, amount, deleted: credit.status.is_gone() });
        links.push((payment, credit.xero));
        let Some(paid) = credit.paid else { continue };
        xero.extend(paid.held.iter().map(theirs).map(|one| PaidOn { amount: -one.amount, ..one }));
        links.extend(paid.pairs.iter().map(|pair| (pair.ours, pair.theirs)));
    }
    Some(BothSides { currency, book, xero, links })
}

/// The overpayments of a document, each with the payment whose rest it is; advances that go as overpayments aren't.
fn overpayments<'a>(
    here: &[PaidOn<DocumentId>],
    exchange: &'a Exchange,
    of: &Subject,
) -> Vec<(Credit<'a>, DocumentId)> {
    let credits = of.document().into_iter().flat_map(|of| allocations::credits_of(exchange, of));
    let payment = |credit: Credit<'a>| match credit.subject {
        Subject::Credit(_, id) if here.iter().any(|one| one.id == id) => Some((credit, id)),
        _ => None,
    };
    credits.filter_map(payment).collect()
}

/// A payment of Xero's on what is paid, and the thing under which it is known: that, or an overpayment of it.
pub(crate) fn held_in<'a>(
    exchange: &'a Exchange,
    of: &Subject,
    id: Guid,
) -> Option<(Subject, &'a crate::paid::HeldPayment)> {
    let found = exchange.paid(of).and_then(|paid| Some((of.clone(), paid.payment(id)?)));
    found.or_else(|| {
        let mut credits = exchange.credits(of.document()?);
        credits.find_map(|(subject, paid)| Some((subject.clone(), paid.payment(id)?)))
    })
}

/// An amount of Xero's in whole minor units.
pub(crate) fn money(amount: Decimal, currency: Currency) -> Option<Money> {
    Money::parse_in(&amount.rounded(currency.minor_digits())?.to_string(), currency).ok()
}

/// An amount as Xero writes it.
pub(crate) fn decimal(amount: Money) -> Decimal {
    Decimal::new(i128::from(amount.minor()), amount.currency().minor_digits())
}

/// Pairs that are new: equal amounts, and what stands against each other when both sides come to the same.
pub(crate) fn new_pairs(sides: &Sides, compared: &Compared<DocumentId, Guid>) -> Vec<(DocumentId, Guid)> {
    let is_new = |pair: &&(DocumentId, Guid)| !sides.links.contains(pair);
    let mut new: Vec<(DocumentId, Guid)> = compared.pairs.iter().filter(is_new).copied().collect();
    if compared.book == compared.xero {
        let (here, there) = unpaired(sides, compared);
        new.extend(here.iter().flat_map(|ours| there.iter().map(|theirs| (*ours, *theirs))));
    }
    new
}

/// Live payments that have no partner and never had one.
pub(crate) fn unpaired(sides: &Sides, compared: &Compared<DocumentId, Guid>) -> (Vec<DocumentId>, Vec<Guid>) {
    let known = || sides.links.iter().chain(&compared.pairs);
    let here = sides.book.iter().filter(|one| !one.deleted && !known().any(|pair| pair.0 == one.id));
    let there = sides.xero.iter().filter(|one| !one.deleted && !known().any(|pair| pair.1 == one.id));
    (here.map(|one| one.id).collect(), there.map(|one| one.id).collect())
}

/// What is paid: a document, or a consolidated invoice.
#[derive(Clone)]
pub(crate) struct Payee<'a> {
    pub(crate) world: World<'a>,
    pub(crate) subject: Subject,
    /// What people call it in a sentence.
    pub(crate) it: String,
    /// Its number, for commands.
    pub(crate) number: String,
}

impl<'a> Payee<'a> {
    /// It as a document, if it is one.
    fn case(&self) -> Option<Case<'a>> {
        Case::new(self.world, self.subject.document()?, self.subject.clone())
    }

    fn because(&self, reason: Reason) -> Because {
        Because::new(reason).with("number", &self.number)
    }

    fn under_way(&self) -> Option<u32> {
        match &self.subject {
            Subject::Consolidated(id) => self.world.open.payment_of_consolidated(*id),
            other => self.world.open.payment_of(other.document()?),
        }
    }

    /// A payment of it, by the latest that it stands for.
    fn payment(&self, latest: DocumentId) -> Option<Subject> {
        match &self.subject {
            Subject::Consolidated(id) => Some(Subject::ConsolidatedPayment(*id, latest)),
            other => Some(Subject::Payment(other.document()?, latest)),
        }
    }
}

/// One whose payments are looked at.
pub(crate) struct Payable<'a> {
    pub(crate) payee: Payee<'a>,
    pub(crate) held: &'a Held,
    pub(crate) paid: Option<&'a Paid>,
    pub(crate) sides: Sides,
    pub(crate) compared: Compared<DocumentId, Guid>,
}

/// What becomes of a document's payments; none if there is nothing to say of them.
pub(crate) fn look(case: &Case<'_>) -> Option<Look> {
    let settings = case.exchange().settings();
    let held = case.link?.now.as_deref()?;
    if settings.payments == Payments::None {
        return None;
    }
    // Purchases only as bills (SEL-3).
    if matches!(case.subject, Subject::Order(_)) {
        let is_paid = |sides: Sides| sides.book.iter().any(|one| !one.deleted);
        let own = settings.purchasing == Purchasing::Orders;
        let is_paid = own && sides(case.world.book, case.exchange(), case.id).is_some_and(is_paid);
        return is_paid.then(|| waiting(case.because(Reason::PaymentsOnBills).why(&case.it())));
    }
    if !matches!(case.subject, Subject::Document(_)) {
        return None;
    }
    let sides = sides(case.world.book, case.exchange(), case.id)?;
    let live = sides.book.iter().any(|one| !one.deleted);
    // Purchases only as bills (SEL-3).
    if !case.is_sale() && settings.purchasing == Purchasing::Orders {
        return live.then(|| waiting(case.because(Reason::PaymentsOnBills).why(&case.it())));
    }
    let (subject, number) = (case.subject.clone(), case.number().to_owned());
    whole(Payee { world: case.world, subject, it: case.it(), number }, held, sides)
}

/// What becomes of all payments of one that Xero has.
pub(crate) fn whole(payee: Payee<'_>, held: &Held, sides: Sides) -> Option<Look> {
    let exchange = payee.world.exchange;
    let live = sides.book.iter().any(|one| !one.deleted);
    if held.status.is_gone() {
        return None;
    }
    if !held.status.posts() {
        let waits = live && exchange.settings().payments.go();
        return waits.then(|| waiting(payee.because(Reason::PaymentsWait).why(&payee.it)));
    }
    let paid = exchange.paid(&payee.subject);
    if tells_otherwise(held, paid) {
        let mut look = waiting(payee.because(Reason::PaymentsToRead).why(&payee.it));
        look.asks = Some(Asks::Payments);
        return Some(look);
    }
    if !live && sides.xero.iter().all(|one| one.deleted) {
        return None;
    }
    let compared = sides.compare().ok()?;
    Some(Payable { payee, held, paid, sides, compared }.look())
}

fn waiting(why: Why) -> Look {
    Look::from(Disposition::Waiting(why))
}

/// Whether what we know of a document's payments isn't what Xero last said of it: they have to be read.
#[must_use]
pub fn to_be_read(exchange: &Exchange, subject: &Subject) -> bool {
    let held = exchange.link(subject).and_then(|link| link.now.as_deref());
    held.is_some_and(|held| held.status.posts() && tells_otherwise(held, exchange.paid(subject)))
}

/// Whether a document names other payments than those we know, or another sum of them.
fn tells_otherwise(held: &Held, paid: Option<&Paid>) -> bool {
    let known = |id: Guid| paid.and_then(|paid| paid.payment(id));
    let is_new = held.payments.iter().any(|one| match known(one.id) {
        None => true,
        Some(known) => known.deleted && known.updated < held.updated,
    });
    let seen = || paid.into_iter().flat_map(Paid::live);
    let as_old = seen().all(|one| one.updated < held.updated);
    let sum = seen().fold(Decimal::ZERO, |sum, one| sum.plus(one.paper.amount).unwrap_or(sum));
    is_new || as_old && sum != held.paid
}

impl Payable<'_> {
    fn because(&self, reason: Reason) -> Because {
        let because = self.payee.because(reason).with("here", self.compared.book.number());
        because.with("there", self.compared.xero.number()).with("currency", self.sides.currency)
    }

    fn why(&self, reason: Reason) -> Why {
        self.because(reason).why(&self.payee.it)
    }

    fn look(&self) -> Look {
        let world = self.payee.world;
        if let Some(batch) = self.payee.under_way() {
            return waiting(self.because(Reason::PaymentUnderWay).with("batch", batch).why(&self.payee.it));
        }
        if !new_pairs(&self.sides, &self.compared).is_empty() {
            let mut look = Look::from(Disposition::Due("its payments are the same on both sides".to_owned()));
            look.pays = true;
            return look;
        }
        let goes = world.exchange.settings().payments;
        match &self.compared.moves {
            Moves::Nothing => self.nothing_moves(),
            Moves::PersonDecides(here, there) => self.decides(here, there),
            Moves::EachToXero(_) | Moves::OneToXero(..) if !goes.go() => {
                self.remark(self.why(Reason::PaymentsDontGo))
            }
            Moves::EachToBook(_) | Moves::OneToBook(..) if !goes.come() => {
                self.remark(self.why(Reason::PaymentsDontCome))
            }
            Moves::EachToXero(each) => self.each_goes(each),
            Moves::OneToXero(_, amount, stands_for) => self.one_goes(stands_for, *amount),
            Moves::OneToBook(..) if unpaired(&self.sides, &self.compared).1.is_empty() && self.lessened() => {
                self.changed_here()
            }
            Moves::EachToBook(_) | Moves::OneToBook(..) => self.comes(),
        }
    }

    fn remark(&self, why: Why) -> Look {
        Disposition::Sent(self.held.status.clone(), Some(why)).into()
    }

    /// Nothing moves: all is the same, something stands alone, or was changed here.
    fn nothing_moves(&self) -> Look {
        let standing: Vec<String> = self.compared.standing_in_book.iter().map(|id| self.named(*id)).collect();
        let theirs: Vec<String> =
            self.compared.standing_in_xero.iter().map(|id| self.named_there(*id)).collect();
        if !standing.is_empty() {
            let why = self.because(Reason::PaymentStands).with("payments", standing.join(", "));
            return Disposition::Differs(
                why.with("first", self.first(&self.compared.standing_in_book)).why(&self.payee.it),
            )
            .into();
        }
        if !theirs.is_empty() {
            let how = self.how_to_delete(&self.compared.standing_in_xero);
            let why = self.because(Reason::PaymentStandsThere).with("payments", theirs.join(", "));
            let first = self.compared.standing_in_xero.first().map(ToString::to_string).unwrap_or_default();
            return Disposition::Differs(why.with("how", how).with("first", first).why(&self.payee.it))
                .into();
        }
        if self.changed().is_empty() {
            return Disposition::Sent(self.held.status.clone(), None).into();
        }
        self.changed_here()
    }

    fn first(&self, ids: &[DocumentId]) -> String {
        let document = ids.first().and_then(|id| self.payee.world.book.document(*id));
        document.map_or_else(String::new, |document| document.number().to_owned())
    }

    fn named(&self, id: DocumentId) -> String {
        let paid = self.sides.book.iter().find(|one| one.id == id);
        let amount =
            paid.map_or_else(String::new, |one| format!(" ({} of {})", one.amount.number(), one.day));
        format!("{}{amount}", short_name(self.payee.world.book, id))
    }

    fn named_there(&self, id: Guid) -> String {
        let paid = self.sides.xero.iter().find(|one| one.id == id);
        paid.map_or_else(String::new, |one| format!("{} of {}", one.amount.number(), one.day))
    }

    /// What has to be done there before one can be deleted.
    fn how_to_delete(&self, ids: &[Guid]) -> &'static str {
        let held = || ids.iter().filter_map(|id| self.paid.and_then(|paid| paid.payment(*id)));
        if held().any(|one| one.reconciled) {
            return " It is reconciled with the bank statement: take that back there first.";
        }
        if held().any(|one| one.batch.is_some()) {
            return " It was made by a batch: the batch is deleted there.";
        }
        ""
    }

    /// Payments that say something else now than when they were sent or taken (PAY-9): ours, theirs, what is other.
    fn changed(&self) -> Vec<(DocumentId, Guid, String)> {
        let pairs = self.paid.map(|paid| paid.pairs.as_slice()).unwrap_or_default();
        let live = |id: DocumentId| self.sides.book.iter().any(|one| one.id == id && !one.deleted);
        let there = |id: Guid| self.sides.xero.iter().any(|one| one.id == id && !one.deleted);
        let mut changed = Vec::new();
        for (at, pair) in pairs.iter().enumerate() {
            let is_last = !pairs[at + 1..].iter().any(|later| later.ours == pair.ours);
            if !is_last || !live(pair.ours) || !there(pair.theirs) {
                continue;
            }
            let Ok(now) = ours(&self.payee, pair.ours) else { continue };
            let fields = fields(&pair.said, &now.paper);
            if !fields.is_empty() {
                changed.push((pair.ours, pair.theirs, fields));
            }
        }
        changed
    }

    /// Whether a payment was made smaller here.
    fn lessened(&self) -> bool {
        let pairs = self.paid.map(|paid| paid.pairs.as_slice()).unwrap_or_default();
        pairs.iter().any(|pair| {
            let is_live = self.sides.book.iter().any(|one| one.id == pair.ours && !one.deleted);
            is_live && ours(&self.payee, pair.ours).is_ok_and(|now| now.paper.amount < pair.said.amount)
        })
    }

    fn changed_here(&self) -> Look {
        let changed = self.changed();
        let said: Vec<String> = changed
            .iter()
            .map(|(ours, _, fields)| format!("{}: {fields}", short_name(self.payee.world.book, *ours)))
            .collect();
        let theirs: Vec<Guid> = changed.iter().map(|(_, theirs, _)| *theirs).collect();
        let why = self.because(Reason::PaymentChanged).with("payments", said.join("; "));
        let why = why
            .with("how", self.how_to_delete(&theirs))
            .with("first", self.first(&changed.iter().map(|one| one.0).collect::<Vec<_>>()));
        Disposition::Differs(why.why(&self.payee.it)).into()
    }

    fn decides(&self, here: &[DocumentId], there: &[Guid]) -> Look {
        let here: Vec<String> = here.iter().map(|id| self.named(*id)).collect();
        let there: Vec<String> = there.iter().map(|id| self.named_there(*id)).collect();
        let why = self.because(Reason::PaymentsToChoose).with("ours", here.join(", "));
        Disposition::Blocked(why.with("theirs", there.join(", ")).why(&self.payee.it)).into()
    }

    /// What may still be paid in Xero: what it says, less what was paid since it said so.
    fn due(&self) -> Money {
        let currency = self.sides.currency;
        let named = |id: Guid| self.held.payments.iter().any(|one| one.id == id);
        let later = self.paid.into_iter().flat_map(Paid::live);
        let later = later.filter(|one| one.updated >= self.held.updated && !named(one.id));
        let due = later.fold(self.held.due, |due, one| due.minus(one.paper.amount).unwrap_or(due));
        let (world, held) = (self.payee.world, self.held);
        let of = |id| [allocations::used_since(world, id, held), allocations::reserved(world, id)];
        let credits = self.payee.subject.document().map_or([Decimal::ZERO; 2], of);
        let due = credits.into_iter().fold(due, |due, one| due.minus(one).unwrap_or(due));
        money(due, currency).unwrap_or(Money::zero(currency))
    }

    /// Payments go to Xero, each by itself, as far as something is due there.
    fn each_goes(&self, each: &[DocumentId]) -> Look {
        let amount = |id: DocumentId| {
            let paid = self.sides.book.iter().find(|one| one.id == id);
            paid.map_or(Money::zero(self.sides.currency), |one| one.amount)
        };
        if self.payee.subject.consolidated().is_none() && each.iter().any(|id| amount(*id).minor() < 0) {
            // Xero knows no payment below zero: what is left of them goes together.
            let sum = Money::try_sum(each.iter().map(|id| amount(*id)), self.sides.currency);
            return match (sum, each.last()) {
                (Ok(sum), _) if sum.minor() > 0 => self.goes(vec![(each.to_vec(), sum)]),
                (Ok(sum), Some(last)) if sum.minor() < 0 => self.goes_back(*last, -sum),
                _ => Disposition::Differs(self.why(Reason::RefundThere)).into(),
            };
        }
        if self.payee.subject.consolidated().is_none() {
            return self.goes(each.iter().map(|id| (vec![*id], amount(*id))).collect());
        }
        // One for each bank account and day (CNS-2).
        let mut groups: BTreeMap<String, Vec<DocumentId>> = BTreeMap::new();
        for id in each {
            let group = match ours(&self.payee, *id) {
                Ok(Ours { paper, .. }) => format!("{} {:?} {:?}", paper.day, paper.account, paper.rate),
                Err(_) => String::new(),
            };
            groups.entry(group).or_default().push(*id);
        }
        let sum = |ids: &[DocumentId]| Money::try_sum(ids.iter().map(|id| amount(*id)), self.sides.currency);
        let summed = groups.into_values().filter_map(|ids| sum(&ids).ok().map(|sum| (ids, sum)));
        self.goes(summed.collect())
    }

    /// One payment of the difference goes, for these.
    fn one_goes(&self, stands_for: &[DocumentId], amount: Money) -> Look {
        if amount.minor() < 0 {
            let live = self.sides.book.iter().filter(|one| !one.deleted && one.amount.minor() < 0);
            let latest = live.max_by_key(|one| (one.day, one.id)).map(|one| one.id);
            return match latest {
                Some(latest) => self.goes_back(latest, -amount),
                None => Disposition::Differs(self.why(Reason::RefundThere)).into(),
            };
        }
        self.goes(vec![(stands_for.to_vec(), amount)])
    }

    /// Money that was overpaid goes back: Xero takes a refund of an overpayment only.
    fn goes_back(&self, id: DocumentId, amount: Money) -> Look {
        let over = overpayments(&self.sides.book, self.payee.world.exchange, &self.payee.subject).into_iter();
        let mut usable = over.map(|(credit, _)| (credit.left_now(), credit));
        let usable = usable.find(|(left, _)| *left > Decimal::ZERO);
        let (Some((left, credit)), Some(case)) = (usable, self.payee.case()) else {
            return Disposition::Differs(self.why(Reason::RefundThere)).into();
        };
        match advances::refund_operation(&case, &credit, id, decimal(amount).min(left)) {
            Ok(operation) => {
                let mut look = Look::from(Disposition::Due("an overpayment is paid back".to_owned()));
                look.operations.push(operation);
                look
            }
            Err(why) => Disposition::Blocked(why).into(),
        }
    }

    fn goes(&self, wanted: Vec<(Vec<DocumentId>, Money)>) -> Look {
        let mut over = None;
        let mut look = Look::from(Disposition::Due("payments go to Xero".to_owned()));
        let mut due = self.due();
        let mut waits = Money::zero(self.sides.currency);
        for (stands_for, amount) in wanted {
            let Ok((sent, rest)) = book::at_most_due(amount, due) else { continue };
            (due, waits) = (due.checked_sub(sent).unwrap_or(due), waits.checked_add(rest).unwrap_or(waits));
            if !rest.is_zero() {
                over = stands_for.last().copied();
            }
            if sent.is_zero() {
                continue;
            }
            match self.operation(&stands_for, sent) {
                Ok(operation) => look.operations.push(operation),
                Err(why) => {
                    look.disposition = Disposition::Blocked(why);
                    return Look { operations: Vec::new(), ..look };
                }
            }
        }
        if look.operations.is_empty() {
            let overpaid = |id| advances::overpaid(&self.payee.case()?, id, decimal(waits));
            if let Some(look) = over.and_then(overpaid) {
                return look;
            }
            let reason = match self.payee.subject {
                Subject::Consolidated(_) => Reason::SumMoreThanDue,
                _ => Reason::MoreThanDue,
            };
            let why = self.because(reason).with("rest", waits.number());
            look.disposition = Disposition::Waiting(why.with("due", self.due().number()).why(&self.payee.it));
        }
        look
    }

    /// One payment to Xero; why it can't go.
    fn operation(&self, stands_for: &[DocumentId], amount: Money) -> Result<Operation, Why> {
        let World { book, exchange, .. } = self.payee.world;
        let all: Result<Vec<(DocumentId, Ours)>, Why> =
            stands_for.iter().map(|id| Ok((*id, ours(&self.payee, *id)?))).collect();
        let all = all?;
        let latest = all.iter().max_by_key(|(id, ours)| (ours.paper.day, *id));
        let Some((latest, Ours { paper, mark, .. })) = latest else {
            return Err(self.why(Reason::PaymentsToRead));
        };
        let banks = all.iter().map(|(_, ours)| ours.paper.bank).collect::<Option<Vec<Decimal>>>();
        let said =
            all.iter().fold(Decimal::ZERO, |sum, (_, ours)| sum.plus(ours.paper.amount).unwrap_or(sum));
        let bank = banks.filter(|_| said == decimal(amount));
        let bank =
            bank.map(|all| all.into_iter().fold(Decimal::ZERO, |sum, one| sum.plus(one).unwrap_or(sum)));
        let reference = self.reference(&all).unwrap_or_else(|| paper.reference.clone());
        let paper = PaymentPaper { amount: decimal(amount), bank, reference, ..paper.clone() };
        let locked = exchange.lists().organisation.as_ref().and_then(|one| one.locked_until());
        if let Some(until) = locked.filter(|until| paper.day <= *until) {
            let open = first_open_day(exchange.lists()).unwrap_or(paper.day);
            let because = self.because(Reason::PaymentLocked).with("payment", self.named(*latest));
            let because = because.with("date", paper.day).with("until", until).with("open", open);
            return Err(because.why(&self.payee.it));
        }
        let Some(subject) = self.payee.payment(*latest) else { return Err(self.why(Reason::PaymentsToRead)) };
        if let Some(problem) = standing(book, exchange, &subject) {
            let (meaning, remedy, words) = explained(&problem.messages);
            let because = self.because(Reason::PaymentRefused).with("payment", self.named(*latest));
            let because = because.with("meaning", meaning).with("remedy", remedy).with("words", words);
            return Err(because.why(&self.payee.it));
        }
        let stands_for = all.iter().map(|(id, ours)| (*id, ours.paper.clone())).collect();
        let mark = mark.clone();
        let paying = Paying { of: self.held.id, credit: None, paper, stands_for };
        let body: Body = crate::bodies::payment(&paying, self.held.paper.kind);
        Ok(Operation {
            name: format!("payment {} of {}", amount.number(), self.payee.it),
            subject,
            verb: Verb::Create,
            reason: format!("{} is paid here", self.named(*latest)),
            waits_for: Vec::new(),
            body,
            mark,
            xero: None,
            paper: None,
            payment: Some(Box::new(paying)),
            allocation: None,
            journal: None,
            credit: None,
            basis: Basis { version: book.changed(*latest), link: self.paid.map_or(0, |paid| paid.changed) },
        })
    }

    /// What the bank statement says of several at once: their numbers, or of the first and the last.
    fn reference(&self, all: &[(DocumentId, Ours)]) -> Option<book::Text> {
        let (Some((_, first)), Some((_, last))) = (all.first(), all.last()) else { return None };
        if all.len() < 2 || self.payee.subject.consolidated().is_none() {
            return None;
        }
        let numbers = all.iter().map(|(_, ours)| &*ours.mark).collect::<Vec<_>>().join(" ");
        let long = numbers.chars().count() > 255;
        Some(if long { format!("{} … {}", first.mark, last.mark) } else { numbers }.into())
    }

    /// Payments come from Xero, if the book takes them.
    fn comes(&self) -> Look {
        let World { book, exchange, .. } = self.payee.world;
        let latest = self.sides.xero.iter().filter(|one| !one.deleted).map(|one| one.day).max();
        let today = latest.unwrap_or(book::Day::FIRST);
        match take(book, exchange, &self.payee.subject, crate::command::Asking { today, by: 0, at: 0 }) {
            Ok(_) => {
                let mut look = Look::from(Disposition::Due("payments come from Xero".to_owned()));
                look.pays = true;
                look
            }
            Err(refusal) => {
                let because = self.because(Reason::PaymentNotTaken).with("why", refusal.message());
                Disposition::Blocked(because.with("remedy", refusal.remedy()).why(&self.payee.it)).into()
            }
        }
    }
}

/// What of a payment is other than it was sent or taken.
pub(crate) fn fields(then: &PaymentPaper, now: &PaymentPaper) -> String {
    let mut said = Vec::new();
    if then.amount != now.amount {
        said.push(format!("amount {} → {}", then.amount, now.amount));
    }
    if then.day != now.day {
        said.push(format!("day {} → {}", then.day, now.day));
    }
    if then.rate != now.rate {
        let rate = |rate: Option<Decimal>| rate.map_or_else(|| "none".to_owned(), |rate| rate.to_string());
        said.push(format!("rate {} → {}", rate(then.rate), rate(now.rate)));
    }
    if then.account != now.account {
        said.push("bank account".to_owned());
    }
    said.join(", ")
}

/// Whether it gives what it comes to: its payments are refunds.
pub(crate) fn is_credit(content: &Content) -> bool {
    match content {
        Content::Invoice(invoice) => invoice.kind == InvoiceKind::Credit,
        Content::SupplierCredit(_) => true,
        _ => false,
    }
}
