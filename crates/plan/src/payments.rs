//! The payments of one document on both sides: which are the same, what goes to Xero, what comes from there (PAY-1 to PAY-9).
//!
//! ```text
//! I-1, 115.00, approved in Xero; PY-1 50.00 here, nothing there     → PY-1 goes, on its day, on its account
//! 60.00 of 100.00 were paid in Xero on the same day as our 60.00    → the same money: paired, nothing goes
//! ```
//! Money moves at most as far as what is due in Xero; while the outcome of a payment of the document isn't known, none of it moves.
//! So nothing is ever paid twice. Not here: the sums of the rule (`book::BothSides`), records (`payment_papers`), taking (`decide`).

use book::{BothSides, Compared, Content, DocumentId, InvoiceKind, Moves, PaidOn};
use money::{Currency, Money};
use xero::Decimal;

use crate::allocations;
use crate::case::{Case, Open, World, short_name};
use crate::decide::payments::take;
use crate::disposition::{Asks, Disposition, Look};
use crate::event::Intended;
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
    let BothSides { currency, book, .. } = book.payments_of(of)?;
    let paid = exchange.paid(&Subject::Document(of)).cloned().unwrap_or_default();
    let theirs = |one: &crate::paid::HeldPayment| PaidOn {
        id: one.id,
        day: one.paper.day,
        amount: money(one.paper.amount, currency).unwrap_or(Money::zero(currency)),
        deleted: one.deleted,
    };
    let links = paid.pairs.iter().map(|pair| (pair.ours, pair.theirs)).collect();
    Some(BothSides { currency, book, xero: paid.held.iter().map(theirs).collect(), links })
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

/// A document whose payments are looked at.
pub(crate) struct Payable<'a> {
    pub(crate) case: &'a Case<'a>,
    pub(crate) held: &'a Held,
    pub(crate) paid: Option<&'a Paid>,
    pub(crate) sides: Sides,
    pub(crate) compared: Compared<DocumentId, Guid>,
}

/// What becomes of a document's payments; none if there is nothing to say of them.
pub(crate) fn look(case: &Case<'_>) -> Option<Look> {
    let settings = case.exchange().settings();
    let held = case.link?.now.as_deref()?;
    if !matches!(case.subject, Subject::Document(_)) || settings.payments == Payments::None {
        return None;
    }
    let sides = sides(case.world.book, case.exchange(), case.id)?;
    let live = sides.book.iter().any(|one| !one.deleted);
    // Purchases only as bills (SEL-3).
    if !case.is_sale() && settings.purchasing == Purchasing::Orders {
        return live.then(|| waiting(case.because(Reason::PaymentsOnBills).why(&case.it())));
    }
    if held.status.is_gone() {
        return None;
    }
    if !held.status.posts() {
        let waits = live && settings.payments.go();
        return waits.then(|| waiting(case.because(Reason::PaymentsWait).why(&case.it())));
    }
    let paid = case.exchange().paid(&case.subject);
    if tells_otherwise(held, paid) {
        let mut look = waiting(case.because(Reason::PaymentsToRead).why(&case.it()));
        look.asks = Some(Asks::Payments);
        return Some(look);
    }
    if !live && sides.xero.iter().all(|one| one.deleted) {
        return None;
    }
    let compared = sides.compare().ok()?;
    Some(Payable { case, held, paid, sides, compared }.look())
}

fn waiting(why: Why) -> Look {
    Look::from(Disposition::Waiting(why))
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
        let because = self.case.because(reason).with("here", self.compared.book.number());
        because.with("there", self.compared.xero.number()).with("currency", self.sides.currency)
    }

    fn why(&self, reason: Reason) -> Why {
        self.because(reason).why(&self.case.it())
    }

    fn look(&self) -> Look {
        let world = self.case.world;
        if let Some(batch) = world.open.payment_of(self.case.id) {
            return waiting(self.because(Reason::PaymentUnderWay).with("batch", batch).why(&self.case.it()));
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
                why.with("first", self.first(&self.compared.standing_in_book)).why(&self.case.it()),
            )
            .into();
        }
        if !theirs.is_empty() {
            let how = self.how_to_delete(&self.compared.standing_in_xero);
            let why = self.because(Reason::PaymentStandsThere).with("payments", theirs.join(", "));
            let first = self.compared.standing_in_xero.first().map(ToString::to_string).unwrap_or_default();
            return Disposition::Differs(why.with("how", how).with("first", first).why(&self.case.it()))
                .into();
        }
        if self.changed().is_empty() {
            return Disposition::Sent(self.held.status.clone(), None).into();
        }
        self.changed_here()
    }

    fn first(&self, ids: &[DocumentId]) -> String {
        let document = ids.first().and_then(|id| self.case.world.book.document(*id));
        document.map_or_else(String::new, |document| document.number().to_owned())
    }

    fn named(&self, id: DocumentId) -> String {
        let paid = self.sides.book.iter().find(|one| one.id == id);
        let amount =
            paid.map_or_else(String::new, |one| format!(" ({} of {})", one.amount.number(), one.day));
        format!("{}{amount}", short_name(self.case.world.book, id))
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
            let Ok(now) = ours(self.case, pair.ours) else { continue };
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
            let now = self.sides.book.iter().find(|one| one.id == pair.ours && !one.deleted);
            now.is_some_and(|now| decimal(now.amount) < pair.said.amount)
        })
    }

    fn changed_here(&self) -> Look {
        let changed = self.changed();
        let said: Vec<String> = changed
            .iter()
            .map(|(ours, _, fields)| format!("{}: {fields}", short_name(self.case.world.book, *ours)))
            .collect();
        let theirs: Vec<Guid> = changed.iter().map(|(_, theirs, _)| *theirs).collect();
        let why = self.because(Reason::PaymentChanged).with("payments", said.join("; "));
        let why = why
            .with("how", self.how_to_delete(&theirs))
            .with("first", self.first(&changed.iter().map(|one| one.0).collect::<Vec<_>>()));
        Disposition::Differs(why.why(&self.case.it())).into()
    }

    fn decides(&self, here: &[DocumentId], there: &[Guid]) -> Look {
        let here: Vec<String> = here.iter().map(|id| self.named(*id)).collect();
        let there: Vec<String> = there.iter().map(|id| self.named_there(*id)).collect();
        let why = self.because(Reason::PaymentsToChoose).with("ours", here.join(", "));
        Disposition::Blocked(why.with("theirs", there.join(", ")).why(&self.case.it())).into()
    }

    /// What may still be paid in Xero: what it says, less what was paid since it said so.
    fn due(&self) -> Money {
        let currency = self.sides.currency;
        let named = |id: Guid| self.held.payments.iter().any(|one| one.id == id);
        let later = self.paid.into_iter().flat_map(Paid::live);
        let later = later.filter(|one| one.updated >= self.held.updated && !named(one.id));
        let due = later.fold(self.held.due, |due, one| due.minus(one.paper.amount).unwrap_or(due));
        let (world, id) = (self.case.world, self.case.id);
        let credits = [allocations::used_since(world, id, self.held), allocations::reserved(world, id)];
        let due = credits.into_iter().fold(due, |due, one| due.minus(one).unwrap_or(due));
        money(due, currency).unwrap_or(Money::zero(currency))
    }

    /// Payments go to Xero, each by itself, as far as something is due there.
    fn each_goes(&self, each: &[DocumentId]) -> Look {
        let amount = |id: DocumentId| {
            let paid = self.sides.book.iter().find(|one| one.id == id);
            paid.map_or(Money::zero(self.sides.currency), |one| one.amount)
        };
        if each.iter().any(|id| amount(*id).minor() < 0) {
            // Xero knows no payment below zero: what is left of them goes together.
            let sum = Money::try_sum(each.iter().map(|id| amount(*id)), self.sides.currency);
            return match sum {
                Ok(sum) if sum.minor() > 0 => self.goes(vec![(each.to_vec(), sum)]),
                _ => Disposition::Differs(self.why(Reason::RefundThere)).into(),
            };
        }
        self.goes(each.iter().map(|id| (vec![*id], amount(*id))).collect())
    }

    /// One payment of the difference goes, for these.
    fn one_goes(&self, stands_for: &[DocumentId], amount: Money) -> Look {
        if amount.minor() < 0 {
            return Disposition::Differs(self.why(Reason::RefundThere)).into();
        }
        self.goes(vec![(stands_for.to_vec(), amount)])
    }

    fn goes(&self, wanted: Vec<(Vec<DocumentId>, Money)>) -> Look {
        let mut look = Look::from(Disposition::Due("payments go to Xero".to_owned()));
        let mut due = self.due();
        let mut waits = Money::zero(self.sides.currency);
        for (stands_for, amount) in wanted {
            let Ok((sent, rest)) = book::at_most_due(amount, due) else { continue };
            (due, waits) = (due.checked_sub(sent).unwrap_or(due), waits.checked_add(rest).unwrap_or(waits));
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
            let why = self.because(Reason::MoreThanDue).with("rest", waits.number());
            look.disposition =
                Disposition::Waiting(why.with("due", self.due().number()).why(&self.case.it()));
        }
        look
    }

    /// One payment to Xero; why it can't go.
    fn operation(&self, stands_for: &[DocumentId], amount: Money) -> Result<Operation, Why> {
        let case = self.case;
        let World { book, exchange, .. } = case.world;
        let all: Result<Vec<(DocumentId, Ours)>, Why> =
            stands_for.iter().map(|id| Ok((*id, ours(case, *id)?))).collect();
        let all = all?;
        let latest = all.iter().max_by_key(|(id, ours)| (ours.paper.day, *id));
        let Some((latest, Ours { paper, mark, .. })) = latest else {
            return Err(self.why(Reason::PaymentsToRead));
        };
        let whole = paper.amount == decimal(amount);
        let bank = paper.bank.filter(|_| whole);
        let paper = PaymentPaper { amount: decimal(amount), bank, ..paper.clone() };
        let locked = exchange.lists().organisation.as_ref().and_then(|one| one.locked_until());
        if let Some(until) = locked.filter(|until| paper.day <= *until) {
            let open = first_open_day(exchange.lists()).unwrap_or(paper.day);
            let because = self.because(Reason::PaymentLocked).with("payment", self.named(*latest));
            let because = because.with("date", paper.day).with("until", until).with("open", open);
            return Err(because.why(&case.it()));
        }
        let subject = Subject::Payment(case.id, *latest);
        if let Some(problem) = standing(book, exchange, &subject) {
            let (meaning, remedy, words) = explained(&problem.messages);
            let because = self.because(Reason::PaymentRefused).with("payment", self.named(*latest));
            let because = because.with("meaning", meaning).with("remedy", remedy).with("words", words);
            return Err(because.why(&case.it()));
        }
        let stands_for = all.iter().map(|(id, ours)| (*id, ours.paper.clone())).collect();
        let mark = mark.clone();
        let paying = Paying { of: self.held.id, paper, stands_for };
        let body: Body = crate::bodies::payment(&paying, self.held.paper.kind);
        Ok(Operation {
            name: format!("payment {} of {}", amount.number(), short_name(book, case.id)),
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
            basis: Basis { version: book.changed(*latest), link: self.paid.map_or(0, |paid| paid.changed) },
        })
    }

    /// Payments come from Xero, if the book takes them.
    fn comes(&self) -> Look {
        let World { book, exchange, .. } = self.case.world;
        let latest = self.sides.xero.iter().filter(|one| !one.deleted).map(|one| one.day).max();
        let today = latest.unwrap_or(book::Day::FIRST);
        match take(book, exchange, self.case.id, crate::command::Asking { today, by: 0, at: 0 }) {
            Ok(_) => {
                let mut look = Look::from(Disposition::Due("payments come from Xero".to_owned()));
                look.pays = true;
                look
            }
            Err(refusal) => {
                let because = self.because(Reason::PaymentNotTaken).with("why", refusal.message());
                Disposition::Blocked(because.with("remedy", refusal.remedy()).why(&self.case.it())).into()
            }
        }
    }
}

/// Whether a payment that is about to be sent is what would be planned now: of one document, one at a time is decided.
pub(crate) fn is_still_so(book: &book::Book, exchange: &Exchange, intended: &Intended) -> bool {
    let Some(of) = intended.subject.document() else { return false };
    let open = Open::of(exchange);
    let case = Case::new(
        World { book, exchange, open: &open, summed: None, today: None },
        of,
        Subject::Document(of),
    );
    let planned = case.and_then(|case| look(&case)).map(|look| look.operations).unwrap_or_default();
    planned.iter().any(|one| one.subject == intended.subject && one.payment == intended.payment)
}

/// What of a payment is other than it was sent or taken.
fn fields(then: &PaymentPaper, now: &PaymentPaper) -> String {
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
