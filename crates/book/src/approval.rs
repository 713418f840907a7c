//! Approval of purchase orders and purchase invoices (APR-1), and what is wrong with an invoice (APR-2).
//!
//! Saved: a draft. Submitted: it waits. Approved by one of those whom the rule for its amount names, and who didn't write
//! it. A revision makes it a draft again. A bill for more than was received, or at another price than the order's, says so;
//! approved with that, it stays approved until more is wrong with it.
//! Approval changes no cost: it decides what is sent to Xero (SEL-8). With the workflow off, saving approves.

use std::collections::BTreeSet;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use money::{Amount, Money, Quantity};

use crate::book::Book;
use crate::command::Event;
use crate::content::{Bill, BillLine, BillTarget, Content, Kind, PurchaseOrder};
use crate::documents::{Checked, bill, check, order_costs};
use crate::ids::{DocumentId, LineRef};
use crate::master::Stocking;
use crate::names::Text;
use crate::policy::{ApprovalFor, ApprovalRule, OwnDocuments};
use crate::refusal::{Code, Refusal};
use crate::settings::Workflow;
use crate::stock::plus;
use crate::trade::Stage;

/// Where a document's approval stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Approval {
    /// Nobody has submitted it as it is now.
    Draft,
    /// Somebody has to approve it: it was submitted, or more is wrong with it than was approved.
    Awaiting,
    /// It may go to Xero.
    Approved,
    /// Somebody said no, and why.
    Rejected(Text),
}

impl Approval {
    /// What people call it.
    pub fn words(&self) -> &'static str {
        match self {
            Approval::Draft => "draft",
            Approval::Awaiting => "awaiting approval",
            Approval::Approved => "approved",
            Approval::Rejected(_) => "rejected",
        }
    }
}

/// What is wrong with a purchase invoice (APR-2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Mismatch {
    /// More is billed than was received; of an item without stock, than was ordered.
    Quantity {
        /// The bill's line.
        line: u16,
        /// Billed of the order's line up to this bill, in stock units.
        billed: Quantity,
        /// Received of it, or ordered, in stock units.
        there: Quantity,
    },
    /// The price is off the order's by more than the tolerance.
    Price {
        /// The bill's line.
        line: u16,
        /// What the line comes to without tax.
        billed: Money,
        /// What it would come to at the order's price.
        ordered: Money,
    },
}

impl Mismatch {
    /// Whether somebody who approved this has approved the other as well.
    fn covers(&self, other: &Mismatch) -> bool {
        match (self, other) {
            (
                Mismatch::Quantity { line, billed, there },
                Mismatch::Quantity { line: other_line, billed: more, there: less },
            ) => line == other_line && plus(*billed, -*there) >= plus(*more, -*less),
            (one, other) => one == other,
        }
    }
}

/// A step of a document's approval, as the log has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ApprovalStep {
    /// It was saved, and has to be submitted.
    Saved,
    /// Somebody submitted it.
    Submitted,
    /// Somebody approved it, with what was wrong with it.
    Approved(Vec<Mismatch>),
    /// Somebody rejected it.
    Rejected(Text),
}

/// The steps of documents that have gone any; documents without are approved by having been saved.
pub(crate) type Steps = crate::map::Map<DocumentId, Arc<Vec<(u32, ApprovalStep)>>>;

/// Whether a change is a revision: dates, references and where things go are none.
fn revised(old: &Content, new: &Content) -> bool {
    match (old, new) {
        (Content::PurchaseOrder(old), Content::PurchaseOrder(new)) => weighed(old) != weighed(new),
        (Content::Bill(old), Content::Bill(new)) => weighed_bill(old) != weighed_bill(new),
        _ => true,
    }
}

fn weighed(order: &PurchaseOrder) -> PurchaseOrder {
    let mut order = order.clone();
    (order.terms.reference, order.terms.lost_tax, order.invoice) = (None, None, None);
    for line in &mut order.lines {
        (line.due, line.warehouse, line.tracking) = Default::default();
    }
    order
}

fn weighed_bill(bill: &Bill) -> Bill {
    let mut bill = bill.clone();
    (bill.terms.reference, bill.terms.lost_tax, bill.due, bill.repeated) = Default::default();
    bill.lines.iter_mut().for_each(|line| line.tracking = Default::default());
    bill
}

fn is_approved_kind(kind: Kind) -> bool {
    matches!(kind, Kind::PurchaseOrder | Kind::Bill)
}

/// What saving does to approval.
pub(crate) fn saved(book: &mut Book, id: DocumentId, old: Option<&Content>, new: &Content) {
    if !is_approved_kind(new.kind()) {
        return;
    }
    match book.settings.approval {
        Workflow::Off => {
            book.approvals.remove_mut(&id);
        }
        Workflow::On if old.is_none_or(|old| revised(old, new)) => step(book, id, ApprovalStep::Saved),
        Workflow::On => {}
    }
}

/// Records a step.
pub(crate) fn step(book: &mut Book, id: DocumentId, step: ApprovalStep) {
    let seq = book.seq();
    let mut steps = book.approvals.get(&id).cloned().unwrap_or_default();
    Arc::make_mut(&mut steps).push((seq, step));
    book.approvals.insert_mut(id, steps);
}

impl Book {
    /// Where a document's approval stands; none if its kind isn't approved.
    pub fn approval(&self, id: DocumentId) -> Option<Approval> {
        let document = self.document(id)?;
        if !is_approved_kind(document.kind()) {
            return None;
        }
        let steps = self.approvals.get(&id).filter(|_| self.settings.approval == Workflow::On);
        Some(match steps.and_then(|steps| steps.last()).map(|last| &last.1) {
            None => Approval::Approved,
            Some(ApprovalStep::Saved) => Approval::Draft,
            Some(ApprovalStep::Submitted) => Approval::Awaiting,
            Some(ApprovalStep::Rejected(why)) => Approval::Rejected(why.clone()),
            Some(ApprovalStep::Approved(known)) => {
                let is_known = |found: &Mismatch| known.iter().any(|one| one.covers(found));
                if self.mismatches(id).iter().all(is_known) { Approval::Approved } else { Approval::Awaiting }
            }
        })
    }

    /// The steps of a document's approval with their log entries.
    pub fn approval_steps(&self, id: DocumentId) -> &[(u32, ApprovalStep)] {
        self.approvals.get(&id).map_or(&[], |steps| steps.as_slice())
    }

    /// What is wrong with a purchase invoice: the three-way match (APR-2).
    pub fn mismatches(&self, id: DocumentId) -> Vec<Mismatch> {
        let Some(document) = self.document(id).filter(|document| document.is_live()) else {
            return Vec::new();
        };
        let Content::Bill(bill) = document.content() else { return Vec::new() };
        let mut found = Vec::new();
        for (number, line) in (0..).zip(&bill.lines) {
            let BillTarget::Order(at) = line.target else { continue };
            let Content::PurchaseOrder(order) = &self.documents[at.document.index()].content else {
                continue;
            };
            if !line.quantity.is_zero() {
                found.extend(self.over_received(id, bill, number, at, order));
                found.extend(self.off_price(bill, number, line, order, at));
            }
        }
        found
    }

    fn over_received(
        &self,
        id: DocumentId,
        bill: &Bill,
        line: u16,
        at: LineRef,
        order: &PurchaseOrder,
    ) -> Option<Mismatch> {
        if !bill::counts(bill) {
            return None;
        }
        let ordered = &order.lines[usize::from(at.line)];
        let stocked = self.item_for(at.document, ordered.item).stocking == Stocking::Stocked;
        let units = |quantity| check::stock_units(self, ordered, quantity).unwrap_or_default();
        let mut billed = Quantity::ZERO;
        for one in &self.documents[at.document.index()].dependents {
            let document = &self.documents[one.index()];
            let Content::Bill(other) = &document.content else { continue };
            let before = (other.terms.day, *one) <= (bill.terms.day, id);
            if !document.is_live() || other.stage != Stage::Issued || !before {
                continue;
            }
            for (place, other) in (0..).zip(&other.lines) {
                if other.target == BillTarget::Order(at) && (*one != id || place <= line) {
                    billed = plus(billed, units(other.quantity));
                }
            }
        }
        let there = match stocked {
            true => {
                let lines = order_costs::lines(self, at.document);
                lines.get(usize::from(at.line)).map(|line| line.facts.received_units()).unwrap_or_default()
            }
            false => units(ordered.quantity),
        };
        (billed > there).then_some(Mismatch::Quantity { line, billed, there })
    }

    fn off_price(
        &self,
        bill: &Bill,
        number: u16,
        line: &BillLine,
        order: &PurchaseOrder,
        at: LineRef,
    ) -> Option<Mismatch> {
        let said = &order.lines[usize::from(at.line)];
        let ours = check::net(line.quantity, said.price, said.discount, said.tax, &order.terms).ok()?;
        let theirs = check::net(line.quantity, line.price, line.discount, line.tax, &bill.terms).ok()?;
        let (ordered, billed) = match ours.currency() == theirs.currency() {
            true => (ours, theirs),
            false => {
                let base = |money, rate| Money::new(self.to_base(money, rate).minor(), self.base());
                (base(ours, order.terms.rate), base(theirs, bill.terms.rate))
            }
        };
        let allowed = self.settings.price_tolerance.of(ordered).ok()?;
        let off = billed.checked_sub(ordered).ok()?.abs();
        (off > allowed).then_some(Mismatch::Price { line: number, billed, ordered })
    }

    /// A document's total with tax, in base currency.
    fn amount_to_approve(&self, id: DocumentId) -> Amount {
        let rate = match &self.documents[id.index()].content {
            Content::PurchaseOrder(c) => c.terms.rate,
            Content::Bill(c) => c.terms.rate,
            _ => None,
        };
        self.totals(id).map_or(Amount::ZERO, |totals| self.to_base(totals.gross, rate))
    }

    /// The rules for a document: of those that fit its kind, the ones with the highest amount that it reaches.
    fn rules_for(&self, id: DocumentId) -> Vec<&ApprovalRule> {
        let (kind, amount) = (self.documents[id.index()].kind(), self.amount_to_approve(id));
        let fits = |rule: &&ApprovalRule| {
            let for_kind = match rule.documents {
                ApprovalFor::Orders => kind == Kind::PurchaseOrder,
                ApprovalFor::Bills => kind == Kind::Bill,
                ApprovalFor::Purchases => true,
            };
            for_kind && rule.from <= amount
        };
        let live = self.approval_rules.iter().filter(|(_, row)| !row.archived);
        let rules: Vec<&ApprovalRule> = live.map(|(_, row)| &*row.record).filter(fits).collect();
        let highest = rules.iter().map(|rule| rule.from).max();
        rules.into_iter().filter(|rule| Some(rule.from) == highest).collect()
    }

    /// Who wrote what a document says: who made it and who changed it.
    fn authors(&self, id: DocumentId) -> BTreeSet<u32> {
        let document = &self.documents[id.index()];
        let versions = document.versions();
        let after = versions.iter().skip(1).map(|version| &version.1).chain([&document.content]);
        // Whoever took it back unchanged has written nothing.
        let changed = versions.iter().zip(after).filter(|(version, after)| version.1 != **after);
        let entries = changed.map(|(version, _)| version.0).chain([document.created()]);
        entries.filter_map(|seq| self.stamp(seq)).map(|stamp| stamp.by).collect()
    }
}

/// A live document that is approved at all, and where its approval stands.
fn approvable<'b>(at: Checked<'b>, id: DocumentId, action: &str) -> Result<(&'b str, Approval), Refusal> {
    let unknown = || Refusal::new(Code::Unknown).with("kind", "document").with("id", id.number());
    let document = at.book.document(id).ok_or_else(unknown)?;
    check::live(document, action)?;
    match at.book.approval(id) {
        Some(approval) => Ok((document.number(), approval)),
        None => {
            let refusal = Refusal::new(Code::WrongKind).with("name", document.number());
            let refusal = refusal.with("actual", document.kind().one());
            Err(refusal.with("wanted", "a purchase order or purchase invoice"))
        }
    }
}

fn not_now(number: &str, approval: &Approval, action: &str, remedy: &str) -> Refusal {
    let state = if *approval == Approval::Draft { "a draft" } else { approval.words() };
    let refusal = Refusal::new(Code::DocumentState).with("number", number).with("state", state);
    refusal.with("action", action).with("remedy", remedy)
}

/// Submits a draft, or what was rejected.
pub(crate) fn submit(at: Checked<'_>, id: DocumentId) -> Result<Vec<Event>, Refusal> {
    match approvable(at, id, "submitting it")? {
        (_, Approval::Draft | Approval::Rejected(_)) => Ok(vec![Event::Submitted(id)]),
        (number, approval) => Err(not_now(number, &approval, "submitting it", "Nothing needs submitting.")),
    }
}

/// Approves what waits, with all that is wrong with it.
pub(crate) fn approve(at: Checked<'_>, id: DocumentId, by: u32) -> Result<Vec<Event>, Refusal> {
    may_decide(at, id, by, "approving it")?;
    let rules = at.book.rules_for(id);
    let allowed = |rule: &&ApprovalRule| rule.own == OwnDocuments::Allowed && rule.approvers.contains(&by);
    if at.book.authors(id).contains(&by) && !rules.iter().any(allowed) {
        let number = at.book.documents[id.index()].number();
        return Err(Refusal::new(Code::OwnDocument).with("number", number));
    }
    Ok(vec![Event::Approved { document: id, accepted: at.book.mismatches(id) }])
}

/// Rejects what waits, with a reason.
pub(crate) fn reject(at: Checked<'_>, id: DocumentId, why: Text, by: u32) -> Result<Vec<Event>, Refusal> {
    may_decide(at, id, by, "rejecting it")?;
    if why.trim().is_empty() {
        return Err(Refusal::new(Code::Missing).with("field", "reason"));
    }
    check::text("reason", &why, check::TEXT_LENGTH)?;
    Ok(vec![Event::Rejected { document: id, why }])
}

/// The document waits, and the person is among those whom the rule for its amount names.
fn may_decide(at: Checked<'_>, id: DocumentId, by: u32, action: &str) -> Result<(), Refusal> {
    let (number, approval) = approvable(at, id, action)?;
    if approval != Approval::Awaiting {
        let remedy = match approval {
            Approval::Draft | Approval::Rejected(_) => "Submit it first.",
            _ => "Nothing needs deciding.",
        };
        return Err(not_now(number, &approval, action, remedy));
    }
    let rules = at.book.rules_for(id);
    let among: BTreeSet<u32> = rules.iter().flat_map(|rule| rule.approvers.iter().copied()).collect();
    if among.is_empty() || among.contains(&by) {
        return Ok(());
    }
    let amount = Money::new(at.book.amount_to_approve(id).minor(), at.book.base());
    let among: Vec<String> = among.iter().map(u32::to_string).collect();
    let refusal = Refusal::new(Code::NotApprover).with("number", number).with("amount", amount);
    Err(refusal.with("approvers", among.join(", ")))
}
