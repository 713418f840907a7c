//! Advances on pro-formas: prepayments in Xero, used when the pro-forma becomes an invoice or bill, paid back by refunds (DOC-17).
//!
//! ```text
//! pro-forma I-1, PY-1 50.00 in advance    → prepayment 50.00 on Customer deposits, with the tax that was chosen
//! I-1 becomes an invoice over 115.00      → the prepayment is used on it, 65.00 is due
//! 10.00 of it paid back before            → a payment of the prepayment; 40.00 is used
//! ```
//! Xero takes prepayments only in the currency of the bank account; elsewhere an advance waits until a person confirms that it goes as
//! an overpayment. Not here: how credit is used (`allocations`), overpayments of invoices (`payments`).

use book::{Content, DocumentId, InvoiceKind, Moves, Stage};
use money::Money;
use xero::Decimal;
use xero::statuses::LineAmountTypes;

use crate::allocated::CreditKind;
use crate::allocations::{Credit, credits_of, less};
use crate::case::{Case, World, party, short_name};
use crate::credited::Crediting;
use crate::decide::advances::{Refunds, is_advance, refunds};
use crate::disposition::{Disposition, Look};
use crate::exchange::Exchange;
use crate::hold::{Hold, HoldCode};
use crate::lines::percent_words;
use crate::operation::{Basis, Body, Operation, Verb};
use crate::paid::{Paying, PaymentPaper};
use crate::parts::{Part, part, standing};
use crate::payment_papers::advance;
use crate::payments::decimal;
use crate::rules::switch_off;
use crate::settings::{AccountRole, Payments, Purchasing, Switch, TaxSide};
use crate::subject::Subject;
use crate::tax;
use crate::why::{Because, Reason, Why, explained, first_open_day};

/// What becomes of a document's advances; none if there is nothing to say of them.
pub(crate) fn look(case: &Case<'_>) -> Option<Look> {
    let World { book, exchange, .. } = case.world;
    let settings = exchange.settings();
    let is_own = matches!(case.subject, Subject::Document(_)) && case.said.excluded.is_none();
    let takes = match case.document.content() {
        Content::Invoice(invoice) => invoice.kind == InvoiceKind::Invoice,
        Content::Bill(_) => settings.purchasing != Purchasing::Orders,
        Content::PurchaseOrder(order) => {
            order.invoice.is_some() && settings.purchasing == Purchasing::OrdersAsBills
        }
        _ => false,
    };
    if !is_own || !takes || settings.payments == Payments::None || switch_off(case).is_some() {
        return None;
    }
    let advances = book.advances_of(case.id)?;
    let of_them = advances.book.iter().filter(|one| one.amount.minor() > 0);
    let looks = of_them.filter_map(|one| Advancing { case, payment: one.id, live: !one.deleted }.look());
    let refunds = refunds(book, exchange, case.id).and_then(|refunds| paid_back(case, &refunds));
    looks.chain(refunds).reduce(Look::and)
}

/// An advance of the case's document.
struct Advancing<'a> {
    case: &'a Case<'a>,
    payment: DocumentId,
    live: bool,
}

impl Advancing<'_> {
    fn because(&self, reason: Reason) -> Because {
        let book = self.case.world.book;
        let number = book.document(self.payment).map_or("", |document| document.number());
        let name = short_name(book, self.payment);
        let because =
            self.case.because(reason).with("Payment", crate::why::capital(&name)).with("payment", name);
        because.with("first", number)
    }

    fn not_for_xero(&self) -> Why {
        self.because(Reason::NotForXero).with("later", "").why(&self.case.it())
    }

    fn subject(&self) -> Subject {
        Subject::Credit(self.case.id, self.payment)
    }

    fn look(&self) -> Option<Look> {
        let World { exchange, open, .. } = self.case.world;
        let subject = self.subject();
        if let Some(batch) = open.batch(&subject) {
            let because = self.because(Reason::AdvanceUnderWay).with("batch", batch);
            return Some(Disposition::Waiting(because.why(&self.case.it())).into());
        }
        let credits = credits_of(exchange, self.case.id);
        if let Some(credit) = credits.iter().find(|one| one.subject == subject) {
            return self.there(credit);
        }
        // What was saved before the connection goes only if somebody says so (CON-4).
        let is_before = self.case.world.book.changed(self.payment) < exchange.connected_after();
        let goes = self.live && exchange.settings().payments.go();
        if !goes || (is_before && self.case.said.added == Switch::Off) {
            return None;
        }
        Some(self.goes(subject))
    }

    /// It is in Xero.
    fn there(&self, credit: &Credit<'_>) -> Option<Look> {
        let kind = credit.kind.words();
        let differs = |because: Because| {
            Some(Disposition::Differs(because.with("kind", kind).why(&self.case.it())).into())
        };
        match (self.live, credit.status.is_gone()) {
            (true, true) => return differs(self.because(Reason::AdvanceGone)),
            (false, false) => return differs(self.because(Reason::AdvanceStandsThere)),
            (false, true) => return None,
            (true, false) => {}
        }
        let said = credit.paid.and_then(|paid| paid.said.as_ref())?;
        let now = advance(self.case.world.book, self.case.exchange(), self.payment).ok()?;
        let fields = crate::payments::fields(said, &now.paper);
        if fields.is_empty() {
            return None;
        }
        differs(self.because(Reason::AdvanceChanged).with("fields", fields))
    }

    fn goes(&self, subject: Subject) -> Look {
        let World { book, exchange, .. } = self.case.world;
        let blocked = |why: Why| Look::from(Disposition::Blocked(why));
        let Some(terms) = crate::case::terms(self.case.document.content()) else {
            return blocked(self.not_for_xero());
        };
        let ours = match advance(book, exchange, self.payment) {
            Ok(ours) => ours,
            Err(account) => {
                return blocked(
                    self.because(Reason::PaymentAccount).with("account", account).why(&self.case.it()),
                );
            }
        };
        self.goes_as_credit(subject, ours.paper, terms.currency)
    }

    /// It goes as a prepayment, or as an overpayment if a person said so.
    fn goes_as_credit(&self, subject: Subject, paper: PaymentPaper, currency: money::Currency) -> Look {
        let World { book, exchange, .. } = self.case.world;
        let blocked = |why: Why| Look::from(Disposition::Blocked(why));
        if let Some(batch) = self.case.world.open.batch(&subject) {
            let because = self.because(Reason::AdvanceUnderWay).with("batch", batch);
            return Disposition::Waiting(because.why(&self.case.it())).into();
        }
        let locked = exchange.lists().organisation.as_ref().and_then(|one| one.locked_until());
        if let Some(until) = locked.filter(|until| paper.day <= *until) {
            let open = first_open_day(exchange.lists()).unwrap_or(paper.day);
            let because = self.because(Reason::PaymentLocked).with("date", paper.day);
            return blocked(because.with("until", until).with("open", open).why(&self.case.it()));
        }
        let is_confirmed = exchange.said(&subject).is_some_and(|said| said.overpaid == Switch::On);
        let bank = paper.account.and_then(|id| exchange.lists().account(id)).and_then(|one| one.currency);
        let bank = bank.unwrap_or(book.base());
        if bank != currency && !is_confirmed {
            let because = self.because(Reason::AdvanceCurrency).with("currency", currency);
            return blocked(because.with("bank", bank).why(&self.case.it()));
        }
        if let Some(problem) = standing(book, exchange, &subject) {
            let (meaning, remedy, words) = explained(&problem.messages);
            let because = self.because(Reason::AdvanceRefused).with("meaning", meaning);
            return blocked(because.with("remedy", remedy).with("words", words).why(&self.case.it()));
        }
        let kind = if is_confirmed { CreditKind::Overpayment } else { CreditKind::Prepayment };
        self.operation(subject, kind, paper, currency)
    }

    fn operation(
        &self,
        subject: Subject,
        kind: CreditKind,
        paper: PaymentPaper,
        currency: money::Currency,
    ) -> Look {
        let World { book, exchange, .. } = self.case.world;
        let Some(whose) = party(self.case.document.content()) else {
            return Disposition::Blocked(self.not_for_xero()).into();
        };
        let contact = Subject::Party(whose);
        let there = part(self.case.world, &contact);
        if let Part::Stuck(because) = there {
            return Disposition::Blocked(because.why(&self.case.it())).into();
        }
        let how =
            if is_advance(book, self.payment) { "was paid in advance" } else { "is more than what is due" };
        let reason = format!("{} {how}", short_name(book, self.payment));
        let amount = paper.amount;
        let mut look = Look::from(Disposition::Due(reason.clone()));
        let draft = Operation {
            name: format!(
                "{} {} {currency} for {}",
                kind.words(),
                amount.trimmed(2),
                short_name(book, self.case.id)
            ),
            mark: paper.reference.clone(),
            subject,
            verb: Verb::Create,
            reason,
            waits_for: vec![contact.clone()],
            body: Body::Later,
            xero: None,
            paper: None,
            payment: None,
            allocation: None,
            credit: None,
            journal: None,
            basis: Basis {
                version: book.changed(self.payment),
                link: exchange.paid_changed(&Subject::Document(self.case.id)),
            },
        };
        let Some(link) = exchange.link(&contact) else {
            look.needs.insert(contact);
            look.operations.push(draft);
            return look;
        };
        let (account, tax_type, amounts) = match kind {
            CreditKind::Overpayment => (None, "".into(), LineAmountTypes::NoTax),
            CreditKind::Prepayment | CreditKind::Note => match self.line(whose, paper.day) {
                Ok(line) => line,
                Err(hold) => {
                    let mut why = hold.why();
                    why.message = format!("{} is not sent: {}", crate::why::capital(&self.it()), why.message);
                    return Disposition::Blocked(why).into();
                }
            },
        };
        let side = self.side();
        let what = short_name(book, self.case.id);
        let number = book.document(self.payment).map_or("", |document| document.number());
        let words = if is_advance(book, self.payment) { "Advance on" } else { "Overpaid on" };
        let text = format!("{words} {what}: {number}").into();
        let contact = link.xero.cast();
        let credit = Crediting { kind, side, contact, paper, currency, account, tax_type, amounts, text };
        let body = Body::Bank(Box::new(crate::forms::credit::write(&credit)));
        look.operations.push(Operation {
            waits_for: Vec::new(),
            body,
            credit: Some(Box::new(credit)),
            journal: None,
            ..draft
        });
        look
    }

    fn it(&self) -> String {
        format!("{} of {}", short_name(self.case.world.book, self.payment), self.case.it())
    }

    fn side(&self) -> TaxSide {
        if self.case.is_sale() { TaxSide::Sales } else { TaxSide::Purchases }
    }

    /// The account of its line, its tax and how the amount contains it: the tax that the user chose, never Sales.
    fn line(
        &self,
        whose: book::PartyId,
        day: book::Day,
    ) -> Result<(Option<xero::XeroId<xero::Account>>, book::Text, LineAmountTypes), Hold> {
        let World { book, exchange, .. } = self.case.world;
        let side = self.side();
        let role = match side {
            TaxSide::Sales => AccountRole::CustomerDeposits,
            TaxSide::Purchases => AccountRole::SupplierDeposits,
        };
        let id = exchange.settings().account(role, (None, None), day);
        let id = id.ok_or_else(|| Hold::new(HoldCode::NoRoleAccount).with("role", role.words()))?;
        let account = exchange.lists().account(id);
        let usable = account.filter(|one| one.standing == crate::lists::Standing::Active);
        let account = usable.ok_or_else(|| {
            Hold::new(HoldCode::AccountNotActive).with("account", role.words()).with("line", "the advance")
        })?;
        if exchange.lists().organisation.as_ref().is_some_and(|one| !one.pays_tax) {
            return Ok((Some(id), "".into(), LineAmountTypes::NoTax));
        }
        let percent = match book.document(self.payment).map(book::Document::content) {
            Some(Content::Payment(payment)) => payment.tax,
            _ => None,
        };
        let wanted = tax::Wanted { side, percent, class: &account.class, party: Some(whose) };
        let chosen = tax::choose(exchange.lists(), exchange.settings(), wanted).ok_or_else(|| {
            let side = if side == TaxSide::Sales { "sales" } else { "purchase" };
            let hold = Hold::new(HoldCode::NoTaxRate).with("line", "The advance").with("side", side);
            hold.with("percent", percent_words(percent))
                .with("account", format!("{} ({})", account.code, account.class))
        })?;
        Ok((Some(id), chosen.rate.tax_type.clone(), LineAmountTypes::Inclusive))
    }
}

/// The rest of a payment that is more than what is due goes as an overpayment, if a person said so and it hasn't gone yet.
pub(crate) fn overpaid(case: &Case<'_>, payment: DocumentId, rest: Decimal) -> Option<Look> {
    let World { book, exchange, .. } = case.world;
    let one = Advancing { case, payment, live: true };
    let subject = one.subject();
    let is_said = exchange.said(&subject).is_some_and(|said| said.overpaid == Switch::On);
    if !is_said || exchange.link(&subject).is_some() {
        return None;
    }
    let currency = crate::case::terms(case.document.content())?.currency;
    let ours = crate::payment_papers::of(book, exchange, payment).ok()?;
    Some(one.goes_as_credit(subject, PaymentPaper { amount: rest, bank: None, ..ours.paper }, currency))
}

/// What becomes of what is paid back of advances.
fn paid_back(case: &Case<'_>, refunds: &Refunds<'_>) -> Option<Look> {
    let world = case.world;
    let waits = |batch: u32| {
        let because = case.because(Reason::PaymentUnderWay).with("batch", batch);
        Look::from(Disposition::Waiting(because.why(&case.it())))
    };
    if let Some(batch) = world.open.payment_of(case.id) {
        return refunds.sides.book.iter().any(|one| !one.deleted).then(|| waits(batch));
    }
    let compared = refunds.sides.compare().ok()?;
    let because = |reason: Reason| {
        let because = case.because(reason).with("here", compared.book.number());
        because.with("there", compared.xero.number())
    };
    if !crate::payments::new_pairs(&refunds.sides, &compared).is_empty() {
        let mut look = Look::from(Disposition::Due("its refunds are the same on both sides".to_owned()));
        look.pays = true;
        return Some(look);
    }
    let settings = world.exchange.settings();
    let amount = |id: DocumentId| refunds.sides.book.iter().find(|one| one.id == id).map(|one| one.amount);
    match &compared.moves {
        Moves::EachToXero(each) if settings.payments.go() => {
            let first = each.first().and_then(|id| Some((*id, amount(*id)?)))?;
            Some(refund(case, refunds, first))
        }
        Moves::OneToXero(_, amount, stands_for) if settings.payments.go() => {
            Some(refund(case, refunds, (*stands_for.last()?, *amount)))
        }
        Moves::EachToBook(_) | Moves::OneToBook(..) if settings.payments.come() => {
            let mut look = Look::from(Disposition::Due("a refund comes from Xero".to_owned()));
            look.pays = true;
            Some(look)
        }
        Moves::Nothing if compared.book == compared.xero => None,
        _ => Some(Disposition::Differs(because(Reason::RefundsDiffer).why(&case.it())).into()),
    }
}

/// A refund goes, as far as one of the advances has it left.
fn refund(case: &Case<'_>, refunds: &Refunds<'_>, (id, amount): (DocumentId, Money)) -> Look {
    let World { book, exchange, .. } = case.world;
    let usable = refunds.credits.iter().map(|credit| (credit, credit.left_now()));
    let Some((credit, left)) = usable.into_iter().find(|(_, left)| *left > Decimal::ZERO) else {
        let because = case.because(Reason::RefundsWait).with("rest", amount.number());
        return Disposition::Waiting(because.why(&case.it())).into();
    };
    let wanted = decimal(amount);
    match refund_operation(case, credit, id, wanted.min(left)) {
        Ok(operation) => {
            let mut look = Look::from(Disposition::Due("an advance is paid back".to_owned()));
            look.operations.push(Operation {
                basis: Basis {
                    version: book.changed(id),
                    link: exchange.paid_changed(&Subject::Document(case.id)),
                },
                ..operation
            });
            look
        }
        Err(why) => Disposition::Blocked(why).into(),
    }
}

/// A payment of a prepayment or overpayment: money that goes back.
pub(crate) fn refund_operation(
    case: &Case<'_>,
    credit: &Credit<'_>,
    id: DocumentId,
    amount: Decimal,
) -> Result<Operation, Why> {
    let World { book, exchange, .. } = case.world;
    let named = short_name(book, id);
    let because = |reason: Reason| case.because(reason).with("payment", &named);
    let ours = crate::payment_papers::any(book, exchange, id);
    let ours =
        ours.map_err(|account| because(Reason::PaymentAccount).with("account", account).why(&case.it()))?;
    let locked = exchange.lists().organisation.as_ref().and_then(|one| one.locked_until());
    if let Some(until) = locked.filter(|until| ours.paper.day <= *until) {
        let open = first_open_day(exchange.lists()).unwrap_or(ours.paper.day);
        let because = because(Reason::PaymentLocked).with("date", ours.paper.day).with("until", until);
        return Err(because.with("open", open).why(&case.it()));
    }
    let subject = Subject::Payment(case.id, id);
    if let Some(problem) = standing(book, exchange, &subject) {
        let (meaning, remedy, words) = explained(&problem.messages);
        let because = because(Reason::PaymentRefused).with("meaning", meaning).with("remedy", remedy);
        return Err(because.with("words", words).why(&case.it()));
    }
    let whole = ours.paper.amount == amount;
    let bank = ours.paper.bank.filter(|_| whole);
    let said = ours.paper.clone();
    let paper = PaymentPaper { amount, bank, ..ours.paper };
    let paying =
        Paying { of: credit.xero, credit: Some(credit.subject.clone()), paper, stands_for: vec![(id, said)] };
    Ok(Operation {
        name: format!("refund {} of {}", amount.trimmed(2), short_name(book, case.id)),
        subject,
        verb: Verb::Create,
        reason: format!("{named} pays it back here"),
        waits_for: Vec::new(),
        body: crate::bodies::refund(&paying, credit.kind),
        mark: ours.mark,
        xero: None,
        paper: None,
        payment: Some(Box::new(paying)),
        allocation: None,
        credit: None,
        journal: None,
        basis: Basis { version: book.changed(id), link: exchange.paid_changed(&Subject::Document(case.id)) },
    })
}

/// What of a document's advances its own invoice or bill takes, once it is one.
pub(crate) fn own_use(book: &book::Book, of: DocumentId) -> Option<Decimal> {
    let stage = match book.document(of)?.content() {
        Content::Invoice(invoice) => invoice.stage,
        Content::Bill(bill) => bill.stage,
        Content::PurchaseOrder(order) if order.invoice.is_some() => Stage::Issued,
        _ => return None,
    };
    let money = book.settlement(of).filter(|_| stage == Stage::Issued)?;
    let given = less(decimal(money.advances), decimal(money.allocated_away)).max(Decimal::ZERO);
    let asked = less(decimal(money.gross), decimal(money.allocated_here)).max(Decimal::ZERO);
    Some(given.min(asked))
}

/// Whether a document has advances in Xero.
pub(crate) fn has_any(exchange: &Exchange, of: DocumentId) -> bool {
    credits_of(exchange, of).iter().any(|credit| credit.kind != CreditKind::Note)
}
