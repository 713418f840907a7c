//! Payments and refunds (API-FACTS 4.10): made, looked at, deleted; never changed.
//!
//! Example: 10.00 on an invoice of 24.15 leaves 14.15 due; 14.15 more makes it PAID; deleting one makes it
//! AUTHORISED again. Amounts are in the document's currency; what the bank moves may be in another.

use rust_decimal::Decimal;

use super::amounts::{cents, to_base};
use super::document::{Document, Kind, Status};
use super::filter::Field;
use super::guid::Guid;
use super::input::{Fields, ours};
use super::ledger::{LedgerLine, Source};
use super::out::{Out, midnight};
use super::posting::Settlement;
use super::records::{Account, Payment};
use super::resource::{Ctx, Paging, Refusal, Resource, Saved, View, handle};
use super::shown::LineForm;
use super::table::Table;
use super::{Org, State};
use crate::exchange::{Answer, Method};

pub(crate) struct Payments;

impl Resource for Payments {
    type Row = Payment;
    const PLURAL: &'static str = "Payments";
    const SINGULAR: &'static str = "Payment";
    const ID: &'static str = "PaymentID";
    const PAGING: Paging = Paging::OnRequest;

    fn table(state: &State) -> &Table<Payment> {
        &state.payments
    }

    fn field(org: &Org, p: &Payment, path: &str) -> Option<Field> {
        let document = || org.document(p.target).map(|(d, _)| d);
        Some(match path {
            "paymentid" => Field::Guid(p.id),
            "batchpaymentid" => p.batch.map_or(Field::Null, Field::Guid),
            "paymenttype" => Field::text(&p.kind),
            "status" => Field::text(status(p)),
            "date" => Field::day(p.date),
            "amount" => Field::Number(p.amount),
            "reference" => Field::maybe(p.reference.as_deref()),
            "isreconciled" => Field::Flag(p.reconciled),
            "currencyrate" => Field::Number(p.rate),
            "account.accountid" => Field::Guid(p.account),
            "account.code" => Field::maybe(org.state.accounts.get(p.account).map(|a| a.code.as_str())),
            "invoice.invoiceid" | "creditnote.creditnoteid" => Field::Guid(p.target),
            "invoice.invoicenumber" => document().map_or(Field::Null, |d| Field::text(&d.number)),
            "invoice.contact.contactid" => document().map_or(Field::Null, |d| Field::Guid(d.contact)),
            "updateddateutc" => Field::Instant(p.updated),
            _ => return None,
        })
    }

    fn write(org: &Org, p: &Payment, view: View, ctx: &Ctx<'_>, out: &mut Out) {
        out.guid("PaymentID", p.id);
        if let Some(batch) = p.batch {
            out.guid("BatchPaymentID", batch);
        }
        out.instant("Date", midnight(p.date));
        out.money("BankAmount", p.bank_amount);
        out.money("Amount", p.amount);
        out.maybe("Reference", p.reference.as_deref());
        for (key, text) in ["Particulars", "Code", "Details", "BankAccountNumber"].iter().zip(&p.particulars)
        {
            out.maybe(key, text.as_deref());
        }
        out.rate("CurrencyRate", p.rate);
        out.text("PaymentType", &p.kind);
        out.text("Status", status(p));
        out.iso("UpdatedDateUTCString", p.updated);
        out.instant("UpdatedDateUTC", p.updated);
        out.flag("HasAccount", true);
        out.flag("IsReconciled", p.reconciled);
        if let Some(account) = org.state.accounts.get(p.account) {
            out.object("Account", |out| {
                out.guid("AccountID", account.id);
                out.filled("Code", &account.code);
                if view != View::List {
                    out.text("Name", &account.name);
                }
            });
        }
        if let Some((document, _)) = org.document(p.target) {
            out.object("Invoice", |out| write_paid(org, &document, view, ctx, out));
        }
        out.flag("HasValidationErrors", false);
    }

    fn save(org: &mut Org, f: &Fields<'_>, target: Option<Guid>, ctx: &Ctx<'_>) -> Result<Saved, Refusal> {
        let result = match target.or_else(|| f.guid("PaymentID").filter(|_| ctx.call.method == Method::Post))
        {
            Some(id) => delete(org, f, id, ctx),
            None => create(org, f, ctx),
        };
        result.map_err(|refusal| refusal.echoed(|out| echo(f, target, out)))
    }
}

fn status(payment: &Payment) -> &'static str {
    if payment.deleted { "DELETED" } else { "AUTHORISED" }
}

/// The paid document, under `Invoice` whatever it is.
fn write_paid(org: &Org, d: &Document, view: View, ctx: &Ctx<'_>, out: &mut Out) {
    // The words of the file's `Invoice.Type`: AROVERPAYMENT, not RECEIVE-OVERPAYMENT.
    out.text("Type", d.kind.source_type());
    out.guid("InvoiceID", d.id);
    out.text("InvoiceNumber", &d.number);
    out.empty_lists(&["Payments", "CreditNotes", "Prepayments", "Overpayments"]);
    if view == View::Written {
        out.money("AmountDue", d.due_amount());
        out.money("AmountPaid", d.paid);
        out.money("AmountCredited", d.credited);
    }
    out.flag("IsDiscounted", !d.discount.is_zero());
    out.flag("HasErrors", false);
    org.write_document_contact(d.contact, None, ctx, out);
    if view == View::Written {
        out.day("Date", d.date);
        out.maybe_day("DueDate", d.due);
        out.text("Status", d.status.shown());
        out.text("LineAmountTypes", d.line_amounts.shown());
        out.objects("LineItems", &d.lines, |out, line| org.write_line(line, 4, LineForm::Paged, out));
        out.money("SubTotal", d.sub_total);
        out.money("TotalTax", d.tax);
        out.money("Total", d.total);
    } else {
        out.empty_lists(&["LineItems"]);
    }
    out.text("CurrencyCode", &d.currency);
}

fn echo(f: &Fields<'_>, target: Option<Guid>, out: &mut Out) {
    out.guid("PaymentID", target.or_else(|| f.guid("PaymentID")).unwrap_or(Guid::ZERO));
    if let Some(day) = f.day("Date") {
        out.instant("Date", midnight(day));
    }
    if let Some(amount) = f.number("Amount") {
        out.money("Amount", amount);
    }
    out.maybe("Reference", f.text("Reference").as_deref());
    out.maybe("Status", f.text("Status").as_deref());
    for (key, id) in [("Account", "AccountID"), ("Invoice", "InvoiceID"), ("CreditNote", "CreditNoteID")] {
        if let Some(sent) = f.object(key) {
            out.object(key, |out| {
                for name in [id, "Code", "InvoiceNumber", "CreditNoteNumber"] {
                    out.maybe(name, sent.text(name).as_deref());
                }
                out.empty_lists(&["ValidationErrors"]);
            });
        }
    }
    out.flag("HasValidationErrors", true);
}

/// The one document a payment names.
fn named_target(org: &Org, f: &Fields<'_>) -> Result<Document, String> {
    let mut ids = Vec::new();
    let by_number = |books: super::Books, number: &str| {
        let table = books.table(&org.state);
        let live = table.with_key('n', &number.trim().to_lowercase()).find(|d| d.status.live());
        live.or_else(|| table.with_key('n', &number.trim().to_lowercase()).next()).map(|d| d.id)
    };
    for (key, id, number, books) in [
        ("Invoice", "InvoiceID", "InvoiceNumber", super::Books::Invoices),
        ("CreditNote", "CreditNoteID", "CreditNoteNumber", super::Books::CreditNotes),
        ("Prepayment", "PrepaymentID", "", super::Books::BankTransactions),
        ("Overpayment", "OverpaymentID", "", super::Books::BankTransactions),
    ] {
        let short = f.filled(number).filter(|_| !number.is_empty());
        let sent = f.object(key);
        if sent.is_none() && short.is_none() {
            continue;
        }
        let id = sent
            .as_ref()
            .and_then(|sent| sent.guid(id))
            .filter(|id| books.table(&org.state).get(*id).is_some());
        let number = short.or_else(|| sent?.filled(number));
        ids.push(id.or_else(|| by_number(books, &number?)));
    }
    ids.dedup();
    match ids[..] {
        [Some(id)] => {
            org.document(id).map(|(d, _)| d).ok_or_else(|| ours("the document to be paid was not found"))
        }
        [None] => Err(ours("the document to be paid was not found")),
        [] => Err(ours("a payment must name an Invoice, CreditNote, Prepayment or Overpayment")),
        _ => Err(ours("a payment must name exactly one document")),
    }
}

fn bank_of<'a>(org: &'a Org, f: &Fields<'_>) -> Result<&'a Account, String> {
    let sent = f.object("Account").ok_or_else(|| ours("a payment must name an Account"))?;
    let code = sent.filled("Code").unwrap_or_default();
    let found = match sent.guid("AccountID") {
        Some(id) => org.state.accounts.get(id),
        None => org.account_by_code(&code).filter(|_| !code.is_empty()),
    };
    let account = found.ok_or_else(|| ours(&format!("the Account '{code}' of the payment was not found")))?;
    if account.archived || !(account.kind == "BANK" || account.payments) {
        let rest = "is neither a bank account nor enabled for payments";
        return Err(ours(&format!("account '{}' {rest}", account.shown())));
    }
    Ok(account)
}

fn create(org: &mut Org, f: &Fields<'_>, ctx: &Ctx<'_>) -> Result<Saved, Refusal> {
    let target = named_target(org, f)?;
    let account = bank_of(org, f)?.clone();
    let sent = f.number("Amount");
    let problems = f.problems();
    if !problems.is_empty() {
        return Err(problems.into());
    }
    let Some(amount) = sent.map(cents).filter(|a| *a > Decimal::ZERO) else {
        return Err(ours("Amount must be more than 0").into());
    };
    let date = f.day("Date").unwrap_or(ctx.today);
    let money = bank_money(org, f, &target, &account, amount)?;
    let payment = Payment {
        id: org.new_id(),
        target: target.id,
        kind: target.kind.payment_type().to_owned(),
        account: account.id,
        date,
        amount,
        bank_amount: money.0,
        rate: money.1,
        base: Decimal::ZERO,
        reference: f.text_of("Reference", 255),
        reconciled: f.flag("IsReconciled").unwrap_or(false),
        deleted: false,
        batch: None,
        particulars: ["Particulars", "Code", "Details", "BankAccountNumber"].map(|key| f.text_of(key, 255)),
        updated: ctx.now,
    };
    let problems = f.problems();
    if !problems.is_empty() {
        return Err(problems.into());
    }
    org.pay(payment, money.2, ctx)
}

/// (amount on the bank account, rate, amount in base currency).
fn bank_money(
    org: &Org,
    f: &Fields<'_>,
    target: &Document,
    account: &Account,
    amount: Decimal,
) -> Result<(Decimal, Decimal, Decimal), String> {
    let base = org.base_currency();
    let bank = account.bank.as_ref().map_or(base, |b| b.currency.as_str());
    let sent = f.number("CurrencyRate").map(|r| r.round_dp(6)).filter(|r| *r > Decimal::ZERO);
    let moved = f.number("BankAmount").map(cents).filter(|m| *m > Decimal::ZERO);
    let implied = moved.and_then(|moved| amount.checked_div(moved)).map(|r| r.round_dp(6));
    let market = |code: &str| org.market_rate(code);
    if target.currency == base && bank == base {
        return Ok((amount, Decimal::ONE, amount));
    }
    if target.currency == base {
        let there = moved.unwrap_or_else(|| cents(amount.checked_mul(market(bank)).unwrap_or(amount)));
        return Ok((there, Decimal::ONE, amount));
    }
    let rate = sent.or(implied).unwrap_or_else(|| market(&target.currency));
    if bank == base {
        let there = moved.unwrap_or_else(|| to_base(amount, rate));
        return Ok((there, rate, there));
    }
    if bank == target.currency {
        let rate = sent.unwrap_or_else(|| market(&target.currency));
        return Ok((amount, rate, to_base(amount, rate)));
    }
    Err(ours(&format!("a document in {} cannot be paid from a bank account in {bank}", target.currency)))
}

impl Org {
    /// Makes a payment of a document and everything that follows from it. `bank` is the base amount that moves.
    pub(crate) fn pay(
        &mut self,
        mut payment: Payment,
        bank: Decimal,
        ctx: &Ctx<'_>,
    ) -> Result<Saved, Refusal> {
        let Some((target, _)) = self.document(payment.target) else { return Err(Refusal::NotFound) };
        if !target.status.live() || matches!(target.kind, Kind::Spend | Kind::Receive) {
            return Err(ours(&format!(
                "only AUTHORISED documents can be paid, this one is {}",
                target.status.shown()
            ))
            .into());
        }
        if payment.amount > target.due_amount() || target.status == Status::Paid {
            return Err("Payment amount exceeds the amount outstanding on this document".into());
        }
        if let Some((name, day)) = self.locked(payment.date, ctx) {
            let day = day.strftime("%-d %B %Y");
            return Err(
                format!("The document date cannot be before the {name}, currently set at {day}").into()
            );
        }
        payment.base = Org::carrying(&target, payment.amount);
        let mut lines = self.release(&target, payment.base);
        let turned = if target.kind.banked() { -target.kind.sign() } else { target.kind.sign() };
        lines.push(LedgerLine::plain(payment.account, turned * bank));
        let reference = payment.reference.clone();
        let source = Source { id: payment.id, kind: &payment.kind, date: payment.date, reference };
        self.post_settlement(&source, lines, ctx.now);
        let (id, paid, base, date) = (payment.id, payment.amount, payment.base, payment.date);
        self.state.payments.put(payment);
        self.settle(target.id, &Settlement { paid, credited: Decimal::ZERO, base, date }, ctx.now);
        let details = format!("Payment of {paid} on {date}");
        self.note(target.id, "Paid", details, ctx);
        Ok(Saved { id, warnings: Vec::new() })
    }

    /// Takes a payment back.
    pub(crate) fn unpay(&mut self, mut payment: Payment, ctx: &Ctx<'_>) -> Result<(), Refusal> {
        if payment.deleted {
            return Err(ours("the payment is deleted already").into());
        }
        if payment.reconciled {
            let text = "This payment cannot be edited as it has been reconciled with a Bank Statement";
            return Err(text.into());
        }
        if let Some((name, _)) = self.locked(payment.date, ctx) {
            return Err(
                format!("This document cannot be edited as it is currently dated before {name}").into()
            );
        }
        payment.deleted = true;
        payment.updated = ctx.now;
        self.unpost(payment.id, ctx.now);
        let (target, paid, base, date) = (payment.target, -payment.amount, -payment.base, payment.date);
        self.state.payments.put(payment);
        self.settle(target, &Settlement { paid, credited: Decimal::ZERO, base, date }, ctx.now);
        self.note(target, "Payment deleted", format!("Payment of {} deleted", -paid), ctx);
        Ok(())
    }
}

fn delete(org: &mut Org, f: &Fields<'_>, id: Guid, ctx: &Ctx<'_>) -> Result<Saved, Refusal> {
    let payment = org.state.payments.get(id).cloned().ok_or(Refusal::NotFound)?;
    if !f.text("Status").is_some_and(|s| s.eq_ignore_ascii_case("DELETED")) {
        return Err(ours("a payment cannot be changed: only Status DELETED can be sent").into());
    }
    if payment.batch.is_some() {
        return Err(ours("a payment of a batch can only be deleted with its batch").into());
    }
    org.unpay(payment, ctx)?;
    Ok(Saved { id, warnings: Vec::new() })
}

pub(crate) fn handle_payments(org: &mut Org, rest: &[&str], ctx: &Ctx<'_>) -> Answer {
    handle::<Payments>(org, rest, ctx)
}
