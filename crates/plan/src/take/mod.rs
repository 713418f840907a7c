//! Xero's version of a document, as a normal change of the book's (DOC-23).
//!
//! ```text
//! in Xero: line 1 price 10.00 → 12.00, description Rods → Steel rods
//! taken: the bill's line costs 12.00 here, and what was made of it follows (POST-12); left: the description
//! ```
//! Taken are amounts, rate, dates, expense accounts, added and removed lines, and that it was voided. What the book has no place
//! for, or what isn't its business (contact, texts, tracking, accounts of goods), is left in Xero and said. What can't be taken
//! without the book saying something else than Xero is refused, with the field.
//! Not here: changing the book (its own `decide`), bills made from our orders (`bills`).

mod added;
mod fork;
mod lines;

use std::collections::BTreeMap;
use std::sync::Arc;

use book::{BillLine, BillTarget, Book, Content, CreditTarget, Day, DocumentId, Text, Withdrawal};
use money::Money;
use xero::{Decimal, XeroId};

use crate::case::{Case, Open, World, short_name};
use crate::command::{Asking, Decided};
use crate::consolidated;
use crate::event::Event;
use crate::exchange::{Exchange, Link};
use crate::held::Held;
use crate::merge;
use crate::paper::{LineOrigin, Paper, PaperLine};
use crate::papers;
use crate::refusal::{Code, Refusal};
use crate::settings::AccountRole;
use crate::subject::Subject;

pub(crate) use fork::Fork;
use lines::{Changed, Fields, total, unknown_tax};
pub(crate) use lines::{bill_line, expense, line_name, percent, read};

type LineId = XeroId<xero::LineItem>;

/// Whether Xero's version can be taken over as it is.
pub(crate) fn can_be_taken(case: &Case<'_>) -> bool {
    let today = crate::case::terms(case.document.content()).map_or(Day::FIRST, |terms| terms.day);
    take_over(case.world.book, case.exchange(), case.id, Asking { today, by: 0, at: 0 }).is_ok()
}

/// Takes Xero's version over.
///
/// # Errors
/// Nothing changed there, or what changed can't be said here.
pub(crate) fn take_over(
    book: &Book,
    exchange: &Exchange,
    id: DocumentId,
    asking: Asking,
) -> Result<Decided, Refusal> {
    let name = short_name(book, id);
    let open = Open::of(exchange);
    let world = World { book, exchange, open: &open, summed: None, today: None };
    let cases = [Subject::Document(id), Subject::Order(id)].into_iter();
    let changed = cases.filter_map(|subject| Case::new(world, id, subject)).find_map(|case| {
        let link = case.link?;
        let now = link.now.as_deref()?;
        let is_other = link.theirs.as_deref() != Some(&now.paper);
        (now.status.is_gone() || is_other).then_some((case, link, now))
    });
    let Some((case, link, now)) = changed else {
        return Err(Refusal::new(Code::NothingToTake).with("document", name));
    };
    let mut fork = Fork { book: book.clone(), events: Vec::new(), asking, name };
    let (paper, left) = if now.status.is_gone() {
        fork.command(book::Command::Withdraw { document: id, how: Withdrawal::Cancelled })?;
        (None, Vec::new())
    } else {
        let taken = Taking::new(&case, link, now).content(&mut fork)?;
        fork.same_total(exchange, &case, now)?;
        (taken.paper(&fork, exchange, &case), taken.left)
    };
    let version = fork.book.changed(id);
    let taken = Event::XeroTakenOver { subject: case.subject, paper: paper.map(Box::new), version, left };
    Ok(Decided { book: fork.events, exchange: vec![taken] })
}

/// What a document should look like, if that can be said.
pub(crate) fn paper_of(book: &Book, exchange: &Exchange, subject: &Subject) -> Option<Paper> {
    match subject {
        Subject::Order(id) => papers::order(book, exchange, *id).ok()?,
        Subject::Document(id) => papers::wanted(book, exchange, *id).ok()?,
        Subject::Consolidated(id) => consolidated::wanted_paper(book, exchange, *id),
        _ => None,
    }
}

/// A take-over under way.
struct Taking<'a> {
    case: &'a Case<'a>,
    then: &'a Paper,
    now: &'a Paper,
    ours: Option<&'a Paper>,
    /// Which line in Xero is which of ours.
    pairs: BTreeMap<LineOrigin, LineId>,
    left: Vec<Text>,
}

/// What was taken.
struct Taken {
    pairs: BTreeMap<LineOrigin, LineId>,
    left: Vec<Text>,
}

impl Taken {
    /// What we say of it from now on, each line with its id in Xero.
    fn paper(&self, fork: &Fork, exchange: &Exchange, case: &Case<'_>) -> Option<Paper> {
        let mut paper = paper_of(&fork.book, exchange, &case.subject)?;
        for line in &mut paper.lines {
            line.id = line.origin.as_ref().and_then(|origin| self.pairs.get(origin)).copied();
        }
        Some(paper)
    }
}

impl<'a> Taking<'a> {
    fn new(case: &'a Case<'a>, link: &'a Link, now: &'a Held) -> Taking<'a> {
        let then = link.theirs.as_deref().unwrap_or(&now.paper);
        let ours = link.ours.as_deref();
        let pairs = ours.map(|ours| merge::pairs(ours, then)).unwrap_or_default();
        Taking { case, then, now: &now.paper, ours, pairs, left: Vec::new() }
    }

    fn exchange(&self) -> &'a Exchange {
        self.case.exchange()
    }

    /// The document's content with what changed in Xero; fees are changed on the way.
    fn content(mut self, fork: &mut Fork) -> Result<Taken, Refusal> {
        if self.now.currency != self.then.currency {
            return Err(fork.cannot("currency", "a document keeps its currency here"));
        }
        if self.now.amounts != self.then.amounts {
            return Err(fork.cannot("prices", "with or without tax is decided here"));
        }
        self.leave();
        let mut content = self.case.document.content().clone();
        self.header(&mut content, fork)?;
        for changed in self.lines() {
            self.line(&mut content, &changed, fork)?;
        }
        if content != *self.case.document.content() {
            fork.save(Some(self.case.id), content)?;
        }
        Ok(Taken { pairs: self.pairs, left: self.left })
    }

    /// What stays as it is in Xero, and isn't the book's business.
    fn leave(&mut self) {
        use merge::Field;
        let ours = self.ours.unwrap_or(self.then);
        let held = self.case.link.and_then(|link| link.now.as_deref());
        let Some(held) = held else { return };
        let settings = self.exchange().settings();
        let purchases = settings.account(AccountRole::Purchases, (None, None), self.now.date);
        let changes = merge::merge(ours, ours, self.then, held, purchases).changed_there;
        let names = merge::Names { book: self.case.world.book, exchange: self.exchange() };
        let is_left = |field: Field| {
            matches!(
                field,
                Field::Contact
                    | Field::Number
                    | Field::Reference
                    | Field::Url
                    | Field::Description
                    | Field::Item
                    | Field::Tracking
                    | Field::Tax
            )
        };
        let left = changes.iter().filter(|change| is_left(change.field));
        self.left.extend(left.map(|change| Text::from(change.words(names))));
    }

    /// The lines that changed in Xero, those that came at the end.
    fn lines(&self) -> Vec<Changed<'a>> {
        let by_id = |paper: &'a Paper, id: Option<LineId>| {
            paper.lines.iter().find(|line| id.is_some() && line.id == id)
        };
        let origin_of = |id: Option<LineId>, place: usize| match self.ours {
            Some(_) => self.pairs.iter().find(|(_, one)| Some(**one) == id).map(|(origin, _)| origin.clone()),
            // Nothing is known of our last sending: lines stand in order.
            None => u16::try_from(place).ok().map(LineOrigin::Line),
        };
        let ours = |origin: &Option<LineOrigin>| {
            self.ours.and_then(|ours| {
                ours.lines.iter().find(|line| line.origin.is_some() && line.origin == *origin)
            })
        };
        let mut changed = Vec::new();
        for (place, then) in self.then.lines.iter().enumerate() {
            let (now, origin) = (by_id(self.now, then.id), origin_of(then.id, place));
            if now != Some(then) {
                let name = line_name(place, then);
                changed.push(Changed { then: Some(then), now, ours: ours(&origin), origin, name });
            }
        }
        for (place, now) in self.now.lines.iter().enumerate() {
            if by_id(self.then, now.id).is_none() {
                let name = line_name(place, now);
                changed.push(Changed { then: None, now: Some(now), ours: None, origin: None, name });
            }
        }
        changed
    }

    fn line(&mut self, content: &mut Content, line: &Changed<'_>, fork: &mut Fork) -> Result<(), Refusal> {
        match (&line.origin, line.now) {
            (Some(LineOrigin::Line(place)), _) => self.own_line(content, usize::from(*place), line, fork),
            (Some(LineOrigin::Fee(fee)), _) => self.fee(DocumentId::new(*fee), line, fork),
            // A consolidated invoice is no document of the book.
            (Some(LineOrigin::Summed(..)), _) => Ok(()),
            (Some(LineOrigin::PaperTotal), now) => {
                let Content::Bill(bill) = content else { return Ok(()) };
                let total = match now {
                    Some(_) => {
                        Some(total(self.case.link.and_then(|link| link.now.as_deref()), bill.terms.currency))
                    }
                    None => None,
                };
                Arc::make_mut(bill).paper_total = total.flatten();
                Ok(())
            }
            // A line that somebody made in Xero and changed or took away again: it was never ours.
            (None, None) => Ok(()),
            (None, Some(now)) if line.then.is_none() => self.new_line(content, now, &line.name, fork),
            (None, Some(_)) => Err(fork.cannot(&line.name, "it was made in Xero and isn't in the book")),
        }
    }

    fn own_line(
        &mut self,
        content: &mut Content,
        place: usize,
        line: &Changed<'_>,
        fork: &Fork,
    ) -> Result<(), Refusal> {
        let exchange = self.exchange();
        let missing = || fork.cannot(&line.name, "the book has no such line");
        match content {
            Content::Bill(bill) => {
                let said = Arc::make_mut(bill).lines.get_mut(place).ok_or_else(missing)?;
                self.account(&mut said.target, line, fork)?;
                let BillLine { quantity, price, discount, tax, .. } = said;
                Fields { quantity, price, discount, tax }.take(exchange, line, fork)
            }
            Content::Invoice(one) => {
                let said = Arc::make_mut(one).lines.get_mut(place).ok_or_else(missing)?;
                self.leave_account(line);
                Fields::of(said).take(exchange, line, fork)
            }
            Content::Quote(one) => {
                let said = Arc::make_mut(one).lines.get_mut(place).ok_or_else(missing)?;
                self.leave_account(line);
                Fields::of(said).take(exchange, line, fork)
            }
            Content::PurchaseOrder(one) => {
                let said = Arc::make_mut(one).lines.get_mut(place).ok_or_else(missing)?;
                self.leave_account(line);
                Fields::of(said).take(exchange, line, fork)
            }
            Content::SupplierCredit(one) => {
                let one = Arc::make_mut(one);
                let currency = one.terms.currency;
                let said = one.lines.get_mut(place).ok_or_else(missing)?;
                if let CreditTarget::Other(_) = said.target {
                    let mut target = BillTarget::Expense(Text::from(""));
                    self.account(&mut target, line, fork)?;
                    if let BillTarget::Expense(code) = target
                        && !code.is_empty()
                    {
                        said.target = CreditTarget::Other(code);
                    }
                } else {
                    self.leave_account(line);
                }
                let amount = line.now.map_or(Decimal::ZERO, |now| now.amount);
                let read = Money::parse_in(&amount.to_string(), currency).ok();
                said.amount = read.ok_or_else(|| fork.cannot(&line.name, "its amount is no amount here"))?;
                if let Some(now) =
                    line.now.filter(|now| line.then.is_some_and(|then| then.tax_type != now.tax_type))
                {
                    said.tax = percent(exchange, now).ok_or_else(|| unknown_tax(fork, line, now))?;
                }
                Ok(())
            }
            _ => Err(missing()),
        }
    }

    /// An expense account is the line's own; an account of goods follows their item and stays as it is in Xero.
    fn account(&mut self, target: &mut BillTarget, line: &Changed<'_>, fork: &Fork) -> Result<(), Refusal> {
        let (Some(then), Some(now)) = (line.then, line.now) else { return Ok(()) };
        if then.account == now.account {
            return Ok(());
        }
        let BillTarget::Expense(code) = target else {
            self.leave_account(line);
            return Ok(());
        };
        *code = self.expense(now, &line.name, fork)?;
        Ok(())
    }

    fn leave_account(&mut self, line: &Changed<'_>) {
        let (Some(then), Some(now)) = (line.then, line.now) else { return };
        if then.account != now.account {
            self.left.push(format!("account of {}", line.name).into());
        }
    }

    /// The code of a line's account, which is not Purchases: nothing would clear it there.
    fn expense(&self, line: &PaperLine, name: &str, fork: &Fork) -> Result<Text, Refusal> {
        expense(self.exchange(), line, self.now.date)
            .map_err(|why| fork.cannot(format!("account of {name}"), why))
    }

    /// A fee on an order is a document of its own (DOC-10).
    fn fee(&mut self, id: DocumentId, line: &Changed<'_>, fork: &mut Fork) -> Result<(), Refusal> {
        let Some(Content::Fee(fee)) = fork.book.document(id).map(|one| one.content().clone()) else {
            return Err(fork.cannot(&line.name, "the book has no such fee"));
        };
        let Some(now) = line.now else {
            return fork.command(book::Command::Withdraw { document: id, how: Withdrawal::Deleted });
        };
        self.leave_account(line);
        let mut fee = (*fee).clone();
        let amount = Money::parse_in(&now.amount.to_string(), fee.amount.currency()).ok();
        fee.amount = amount.ok_or_else(|| fork.cannot(&line.name, "its amount is no amount here"))?;
        fork.save(Some(id), fee.into())?;
        Ok(())
    }
}
