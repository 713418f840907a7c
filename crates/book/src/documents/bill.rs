//! Purchase invoices and supplier credits: what was billed for order lines and fees, and what was given back.
//!
//! A bill's lines on Purchases are posted by the document itself (POST-1.1); the bill changes what received units cost
//! (POST-23). A credit is a return's (POST-1.8b), a lower price of named bill lines (POST-23), or other.

use std::collections::{BTreeMap, BTreeSet};

use money::{Amount, Money};

use crate::book::Book;
use crate::content::{
    Bill, BillLine, BillTarget, Content, CreditTarget, FeeTarget, Kind, PurchaseOrder, SupplierCredit,
    SupplierCreditLine, VendorReturnKind,
};
use crate::costs::{Costs, sum};
use crate::day::Day;
use crate::document::Document;
use crate::ids::{DocumentId, LineRef, PartyId};
use crate::master::PartyKind;
use crate::names::{Text, same};
use crate::policy::PaymentTerms;
use crate::posting::{Rule, Tracking};
use crate::posts::Detail;
use crate::purchase::Billed;
use crate::refusal::{Code, Refusal};
use crate::stock::Direction;
use crate::totals;
use crate::trade::{Repeated, Stage};

use super::check::{CODE_LENGTH, cost, discount, line_in_use, price, stock_units, text};
use super::{Checked, fee, order_costs};

pub(crate) fn check(at: Checked<'_>, mut bill: Bill) -> Result<Bill, Refusal> {
    at.lines(Kind::Bill, bill.lines.len())?;
    at.terms(&mut bill.terms, PartyKind::Supplier)?;
    check_stage(at, &mut bill)?;
    for (number, line) in bill.lines.iter().enumerate() {
        at.quantity("quantity", line.quantity)?;
        price(line.price)?;
        discount(line.discount)?;
        at.tracking(line.tracking)?;
        let amount = cost(line.quantity, line.price, line.discount, line.tax, &bill.terms)?;
        let rate = at.rate(bill.terms.currency, bill.terms.rate, bill.terms.day)?;
        at.book.fits(i128::from(at.book.try_to_base(amount, rate)?.minor()))?;
        check_target(at, line)?;
        if line.receipt.is_some() && !matches!(line.target, BillTarget::Order(_)) {
            let field = format!("order line of line {}", number + 1);
            return Err(Refusal::new(Code::Missing).with("field", field));
        }
    }
    check_paper_total(at, &bill)?;
    check_credited_lines(at, &bill)?;
    Ok(bill)
}

/// With its supplier invoice ID a bill needs a due date (DOC-3).
fn check_stage(at: Checked<'_>, bill: &mut Bill) -> Result<(), Refusal> {
    if bill.stage == Stage::Draft {
        let refusal = Refusal::new(Code::BadValue).with("field", "stage").with("value", "draft");
        return Err(refusal.with("why", "a purchase invoice is a draft until it is approved"));
    }
    let terms = at.book.parties[bill.terms.party.0].bill_terms;
    let number = bill.terms.reference.as_ref().filter(|id| !id.trim().is_empty());
    bill.due = due(at, bill.due, terms, bill.terms.day, number)?;
    not_repeated(at, bill.terms.party, number, bill.repeated)
}

/// A supplier's number is its one paper's, unless a person says otherwise (DOC-26).
pub(crate) fn not_repeated(
    at: Checked<'_>,
    party: PartyId,
    number: Option<&Text>,
    repeated: Repeated,
) -> Result<(), Refusal> {
    let Some(number) = number.filter(|_| repeated == Repeated::Refused) else { return Ok(()) };
    let wanted = paper_name(party, number);
    let holds = |id: u32| {
        let document = &at.book.documents[id as usize];
        let name = supplier_paper(&document.content);
        document.is_live() && at.id != Some(DocumentId(id)) && name.is_some_and(|name| same(&name, &wanted))
    };
    let Some(holder) = at.book.supplier_papers.get(0, &wanted, holds) else { return Ok(()) };
    let refusal = Refusal::new(Code::SupplierPaperTaken).with("party", &at.book.parties[party.0].code);
    let holder = at.book.documents[holder as usize].number();
    Err(refusal.with("reference", number.trim()).with("holder", holder))
}

fn paper_name(party: PartyId, number: &str) -> String {
    format!("{}/{}", party.0, number.trim())
}

/// What a supplier's paper is found by: the supplier and its number.
pub(crate) fn supplier_paper(content: &Content) -> Option<String> {
    let (party, number) = match content {
        Content::Bill(c) => (c.terms.party, c.terms.reference.as_ref()?),
        Content::PurchaseOrder(c) => (c.terms.party, &c.invoice.as_ref()?.id),
        _ => return None,
    };
    (!number.trim().is_empty()).then(|| paper_name(party, number))
}

/// Makes a supplier's paper findable by its number (DOC-26).
pub(crate) fn name_paper(book: &mut Book, id: DocumentId, old: Option<&Content>, new: &Content) {
    let paper = supplier_paper(new);
    if let Some(paper) = paper.filter(|paper| old.and_then(supplier_paper) != Some(paper.clone())) {
        book.supplier_papers.insert(0, &paper, id.0);
    }
}

/// A paper's total is at most a few cents off its lines (DOC-24).
fn check_paper_total(at: Checked<'_>, bill: &Bill) -> Result<(), Refusal> {
    let Some(paper) = bill.paper_total else { return Ok(()) };
    if paper.currency() != bill.terms.currency {
        let refusal = Refusal::new(Code::BadValue).with("field", "paper's total").with("value", paper);
        return Err(refusal.with("why", "it is in another currency than the document"));
    }
    let Some(totals) = totals::totals(at.book, at.id, &bill.clone().into())? else { return Ok(()) };
    let limit = Money::new(i64::from(at.book.settings.paper_tolerance), paper.currency());
    if totals.rounding.abs().minor() <= limit.minor() {
        return Ok(());
    }
    let lines = totals.gross.checked_sub(totals.rounding).unwrap_or(totals.gross);
    let refusal = Refusal::new(Code::PaperTotal).with("paper", paper).with("lines", lines);
    Err(refusal.with("difference", totals.rounding.abs()).with("limit", limit))
}

/// When a supplier's invoice is due: as it says, else by the supplier's terms.
pub(crate) fn due(
    at: Checked<'_>,
    due: Option<Day>,
    terms: Option<PaymentTerms>,
    date: Day,
    number: Option<&Text>,
) -> Result<Option<Day>, Refusal> {
    if let Some(due) = due {
        at.day(due)?;
    }
    let due = due.or(terms.map(|terms| terms.due(date)));
    match (due, number) {
        (None, Some(_)) => Err(Refusal::new(Code::Missing).with("field", "due date")),
        _ => Ok(due),
    }
}

/// Whether a bill counts: a pro-forma changes no cost and posts nothing (DOC-17).
pub(crate) fn counts(bill: &Bill) -> bool {
    bill.stage == Stage::Issued
}

fn check_target(at: Checked<'_>, line: &BillLine) -> Result<(), Refusal> {
    match &line.target {
        BillTarget::Order(target) => {
            let document = at.document(target.document, Kind::PurchaseOrder)?;
            let Content::PurchaseOrder(order) = &document.content else { return Ok(()) };
            not_its_own_bill(document, order)?;
            at.line(document, target.line, order.lines.len())?;
            stock_units(at.book, &order.lines[usize::from(target.line)], line.quantity)?;
            let Some(receipt) = line.receipt else { return Ok(()) };
            let document = at.document(receipt.document, Kind::Receipt)?;
            let Content::Receipt(content) = &document.content else { return Ok(()) };
            at.line(document, receipt.line, content.lines.len())?;
            if content.order == target.document
                && content.lines[usize::from(receipt.line)].line == target.line
            {
                return Ok(());
            }
            let what = super::check::named_line(at.book, receipt);
            let number = super::check::name_line(at.book, *target);
            Err(Refusal::new(Code::NotOfOrder).with("what", what).with("number", number))
        }
        BillTarget::Fee(fee) => {
            let document = at.document(*fee, Kind::Fee)?;
            match &document.content {
                // A transfer's fee is absorbed on its liability, which a bill on Purchases would never clear (REC-1).
                Content::Fee(content) if matches!(content.target, FeeTarget::Transfer(_)) => {
                    let refusal = Refusal::new(Code::WrongKind).with("name", &document.number);
                    let wanted = "a fee of an order or of receipts (enter the carrier's bill on the liability's account)";
                    Err(refusal.with("actual", "a fee of a transfer").with("wanted", wanted))
                }
                Content::Fee(content) => {
                    let FeeTarget::Order(id) = content.target else { return Ok(()) };
                    let document = &at.book.documents[id.index()];
                    match &document.content {
                        Content::PurchaseOrder(order)
                            if content.supplier.is_none()
                                && content.amount.currency() == order.terms.currency =>
                        {
                            not_its_own_bill(document, order)
                        }
                        _ => Ok(()),
                    }
                }
                _ => Ok(()),
            }
        }
        BillTarget::Expense(account) if account.is_empty() => {
            Err(Refusal::new(Code::Missing).with("field", "expense account"))
        }
        BillTarget::Expense(account) => text("account", account, CODE_LENGTH),
    }
}

/// Goods and fees that an order bills itself can't be billed again (SEL-2).
fn not_its_own_bill(document: &Document, order: &PurchaseOrder) -> Result<(), Refusal> {
    let Some(invoice) = &order.invoice else { return Ok(()) };
    let refusal = Refusal::new(Code::BilledByOrder).with("number", &document.number);
    Err(refusal.with("invoice", &invoice.id))
}

/// Lines that a credit names stay where they are, and stay worth what was credited on them.
fn check_credited_lines(at: Checked<'_>, bill: &Bill) -> Result<(), Refusal> {
    let Some(id) = at.id else { return Ok(()) };
    let mut left: BTreeMap<usize, Amount> = BTreeMap::new();
    for one in &at.book.documents[id.index()].dependents {
        let document = &at.book.documents[one.index()];
        let Content::SupplierCredit(credit) = &document.content else { continue };
        for given in credit.lines.iter().filter(|_| document.is_live()) {
            let CreditTarget::Price(target) = given.target else { continue };
            if target.document != id {
                continue;
            }
            let number = usize::from(target.line);
            let in_use = |action| {
                let why = format!("{} credits it", document.number);
                line_in_use(at.book, id, number, action, why, "Change or delete the credit first.")
            };
            let line = bill.lines.get(number).ok_or_else(|| in_use("removed"))?;
            let left = left.entry(number).or_insert_with(|| line_amount(at.book, bill, line));
            *left = sum(*left, -credited(at.book, credit, given));
            if *left < Amount::ZERO {
                return Err(in_use("reduced below what was credited"));
            }
        }
    }
    Ok(())
}

pub(crate) fn check_credit(at: Checked<'_>, mut credit: SupplierCredit) -> Result<SupplierCredit, Refusal> {
    at.lines(Kind::SupplierCredit, credit.lines.len())?;
    at.terms(&mut credit.terms, PartyKind::Supplier)?;
    let rate = at.rate(credit.terms.currency, credit.terms.rate, credit.terms.day)?;
    let mut given: BTreeMap<LineRef, Amount> = BTreeMap::new();
    for line in &credit.lines {
        at.tracking(line.tracking)?;
        let wrong = |why: &str| {
            let refusal = Refusal::new(Code::BadValue).with("field", "amount").with("value", line.amount);
            refusal.with("why", why)
        };
        if line.amount.currency() != credit.terms.currency {
            return Err(wrong("it is in another currency than the document"));
        }
        if line.amount.minor() <= 0 {
            return Err(wrong("it is not above zero"));
        }
        let net = totals::credit_cost(line, &credit.terms)?;
        let amount = at.book.try_to_base(net, rate)?;
        at.book.fits(i128::from(amount.minor()))?;
        match &line.target {
            CreditTarget::Return(target) => {
                let document = at.document(target.document, Kind::VendorReturn)?;
                let Content::VendorReturn(back) = &document.content else { continue };
                at.line(document, target.line, back.lines.len())?;
                if back.lines[usize::from(target.line)].kind == VendorReturnKind::BeforeBill {
                    let name = super::check::named_line(at.book, *target);
                    let refusal = Refusal::new(Code::WrongKind).with("name", name);
                    return Err(refusal
                        .with("actual", "a return before the bill")
                        .with("wanted", "a return for credit"));
                }
            }
            CreditTarget::Price(target) => {
                let document = at.document(target.document, Kind::Bill)?;
                let Content::Bill(bill) = &document.content else { continue };
                at.line(document, target.line, bill.lines.len())?;
                if !counts(bill) {
                    let refusal = Refusal::new(Code::WrongKind).with("name", &document.number);
                    let refusal = refusal.with("actual", "a pro-forma");
                    return Err(refusal.with("wanted", "a purchase invoice in force"));
                }
                let so_far = given.entry(*target).or_insert(Amount::ZERO);
                let left = sum(without_credit(at, *target).total(), -*so_far);
                *so_far = sum(*so_far, amount);
                if amount > left {
                    return Err(wrong(&format!(
                        "only {} of the bill's line is left",
                        left.display(at.book.base)
                    )));
                }
            }
            CreditTarget::Other(account) => text("account", account, CODE_LENGTH)?,
        }
    }
    Ok(credit)
}

/// What is left of a bill's line without the credit that is being checked.
fn without_credit(at: Checked<'_>, line: LineRef) -> Costs {
    let Content::Bill(bill) = &at.book.documents[line.document.index()].content else {
        return Costs::default();
    };
    amounts(at.book, line.document, bill, line.line, at.id)
}

/// A credit line's net amount in base currency.
pub(crate) fn credited(book: &Book, credit: &SupplierCredit, line: &SupplierCreditLine) -> Amount {
    let net = totals::credit_cost(line, &credit.terms);
    net.map_or(Amount::ZERO, |net| book.to_base(net, credit.terms.rate))
}

/// A bill line's net amount in base currency.
fn line_amount(book: &Book, bill: &Bill, line: &BillLine) -> Amount {
    let amount = cost(line.quantity, line.price, line.discount, line.tax, &bill.terms);
    amount.map_or(Amount::ZERO, |net| book.to_base(net, bill.terms.rate))
}

/// What a bill's line comes to in base currency: its net amount, less price credits, by day.
fn amounts(book: &Book, id: DocumentId, bill: &Bill, line: u16, without: Option<DocumentId>) -> Costs {
    let mut costs = Costs::on(bill.terms.day, line_amount(book, bill, &bill.lines[usize::from(line)]));
    for one in &book.documents[id.index()].dependents {
        let document = &book.documents[one.index()];
        let Content::SupplierCredit(credit) = &document.content else { continue };
        if !document.is_live() || Some(*one) == without {
            continue;
        }
        for line in
            credit.lines.iter().filter(|l| l.target == CreditTarget::Price(LineRef { document: id, line }))
        {
            let not_before = credit.terms.day.max(bill.terms.day);
            costs.add(not_before, -credited(book, credit, line));
        }
    }
    costs
}

/// What a bill's lines for one target, and the price credits on them, have put on Purchases by the end of a day, each
/// on its own day.
pub(crate) fn posted_until(
    book: &Book,
    id: DocumentId,
    bill: &Bill,
    target: &BillTarget,
    day: Day,
) -> Amount {
    let mut posted = Amount::ZERO;
    for (number, line) in bill.lines.iter().enumerate() {
        if line.target != *target || line.quantity.is_zero() || !on_purchases(book, line) || !counts(bill) {
            continue;
        }
        if bill.terms.day <= day {
            posted = sum(posted, line_amount(book, bill, line));
        }
        let named = CreditTarget::Price(LineRef { document: id, line: number as u16 });
        for one in &book.documents[id.index()].dependents {
            let document = &book.documents[one.index()];
            let Content::SupplierCredit(credit) = &document.content else { continue };
            if document.is_live() && credit.terms.day <= day {
                for line in credit.lines.iter().filter(|line| line.target == named) {
                    posted = sum(posted, -credited(book, credit, line));
                }
            }
        }
    }
    posted
}

/// A bill's units of an order, line by line of the order.
pub(crate) fn units(
    book: &Book,
    order: DocumentId,
    id: DocumentId,
    bill: &Bill,
    mut each: impl FnMut(usize, Billed),
) {
    let Content::PurchaseOrder(content) = &book.documents[order.index()].content else { return };
    for (number, line) in bill.lines.iter().enumerate() {
        let BillTarget::Order(target) = line.target else { continue };
        if target.document != order || line.quantity.is_zero() || !on_purchases(book, line) || !counts(bill) {
            continue;
        }
        let quantity =
            stock_units(book, &content.lines[usize::from(target.line)], line.quantity).unwrap_or_default();
        let costs = amounts(book, id, bill, number as u16, None);
        each(
            usize::from(target.line),
            Billed { day: bill.terms.day, quantity, costs, receipt: line.receipt },
        );
    }
}

/// What a bill says of a fee.
pub(crate) fn fee_amounts(
    book: &Book,
    id: DocumentId,
    bill: &Bill,
    fee: DocumentId,
    into: &mut Vec<(Day, Amount)>,
) {
    for (number, line) in bill.lines.iter().enumerate().filter(|_| counts(bill)) {
        if line.target == BillTarget::Fee(fee) {
            into.extend(amounts(book, id, bill, number as u16, None).iter());
        }
    }
}

/// The documents whose lots a bill reaches.
pub(crate) fn reached(book: &Book, bill: &Bill) -> BTreeSet<DocumentId> {
    let mut reached = BTreeSet::new();
    for line in &bill.lines {
        match line.target {
            BillTarget::Order(target) => reached.extend(order_costs::family(book, target.document)),
            BillTarget::Fee(id) => {
                if let Content::Fee(content) = &book.documents[id.index()].content {
                    reached.extend(fee::carriers(book, content));
                }
            }
            BillTarget::Expense(_) => {}
        }
    }
    reached
}

pub(crate) fn reached_by_credit(book: &Book, credit: &SupplierCredit) -> BTreeSet<DocumentId> {
    let mut all = BTreeSet::new();
    for line in &credit.lines {
        match line.target {
            CreditTarget::Price(target) => {
                if let Content::Bill(bill) = &book.documents[target.document.index()].content {
                    all.extend(reached(book, bill));
                }
            }
            CreditTarget::Return(target) => {
                if let Content::VendorReturn(back) = &book.documents[target.document.index()].content {
                    all.extend(order_costs::family(book, back.order));
                }
            }
            CreditTarget::Other(_) => {}
        }
    }
    all
}

/// The tracking of a bill line on Purchases: its own, else the order line's, else the fee's.
pub(crate) fn tracking(book: &Book, line: &BillLine) -> Tracking {
    let usual = match line.target {
        BillTarget::Order(at) => match &book.documents[at.document.index()].content {
            Content::PurchaseOrder(order) => {
                let ordered = &order.lines[usize::from(at.line)];
                ordered.tracking.or(book.item_for(at.document, ordered.item).tracking)
            }
            _ => Tracking::default(),
        },
        BillTarget::Fee(id) => match &book.documents[id.index()].content {
            Content::Fee(fee) => fee.tracking,
            _ => Tracking::default(),
        },
        BillTarget::Expense(_) => Tracking::default(),
    };
    line.tracking.or(usual)
}

/// Whether a bill line stands on Purchases: goods of stocked items and fees do, the rest is an expense (DOC-13).
pub(crate) fn on_purchases(book: &Book, line: &BillLine) -> bool {
    match line.target {
        BillTarget::Order(at) => match &book.documents[at.document.index()].content {
            Content::PurchaseOrder(order) => {
                let item = order.lines[usize::from(at.line)].item;
                // What an operation buys becomes work in progress through Purchases (POST-3).
                order.operation.is_some()
                    || book.item_for(at.document, item).stocking == crate::master::Stocking::Stocked
            }
            _ => false,
        },
        BillTarget::Fee(_) => true,
        BillTarget::Expense(_) => false,
    }
}

pub(crate) fn post(book: &mut Book, id: DocumentId, bill: &Bill, direction: Direction) {
    if !book.documents[id.index()].is_live() || !counts(bill) {
        return;
    }
    for line in bill.lines.iter().filter(|line| !line.quantity.is_zero()) {
        if !on_purchases(book, line) {
            continue;
        }
        let amount = line_amount(book, bill, line);
        let detail = Detail { tracking: tracking(book, line), ..Detail::default() };
        book.post_rule(Rule::Billed, None, &detail, &Costs::on(bill.terms.day, amount), direction);
    }
    if let Some(totals) = bill.paper_total.and_then(|_| book.totals(id)) {
        let amount = book.to_base(totals.rounding, bill.terms.rate);
        let (day, detail) = (bill.terms.day, Detail::default());
        book.post_rule(Rule::PaperTotal, None, &detail, &Costs::on(day, amount), direction);
    }
}

pub(crate) fn post_credit(book: &mut Book, id: DocumentId, credit: &SupplierCredit, direction: Direction) {
    if !book.documents[id.index()].is_live() {
        return;
    }
    for line in &credit.lines {
        let Some(usual) = credited_on_purchases(book, line) else { continue };
        let detail = Detail { tracking: line.tracking.or(usual), ..Detail::default() };
        let costs = Costs::on(credit.terms.day, -credited(book, credit, line));
        book.post_rule(Rule::Billed, None, &detail, &costs, direction);
    }
}

/// The usual tracking of a credit's line, if it stands on Purchases.
pub(crate) fn credited_on_purchases(book: &Book, line: &SupplierCreditLine) -> Option<Tracking> {
    match line.target {
        CreditTarget::Other(_) => None,
        CreditTarget::Price(at) => match &book.documents[at.document.index()].content {
            Content::Bill(bill) => {
                let line = &bill.lines[usize::from(at.line)];
                on_purchases(book, line).then(|| tracking(book, line))
            }
            _ => Some(Tracking::default()),
        },
        CreditTarget::Return(at) => match &book.documents[at.document.index()].content {
            Content::VendorReturn(back) => {
                Some(super::vendor_return::detail(book, back, usize::from(at.line)).1.tracking)
            }
            _ => Some(Tracking::default()),
        },
    }
}
