//! Batch payments (API-FACTS 4.11): several invoices or several bills paid at once from one account, in base
//! currency; deleted as a whole.

use rust_decimal::Decimal;

use super::amounts::cents;
use super::document::Kind;
use super::filter::Field;
use super::guid::Guid;
use super::input::{Fields, ours};
use super::out::Out;
use super::records::{BatchPayment, Payment};
use super::resource::{Ctx, Paging, Refusal, Resource, Saved, View, handle};
use super::table::Table;
use super::{Org, State};
use crate::exchange::{Answer, Method};

pub(crate) struct BatchPayments;

fn kind(batch: &BatchPayment) -> &'static str {
    if batch.receivable { "RECBATCH" } else { "PAYBATCH" }
}

fn status(batch: &BatchPayment) -> &'static str {
    if batch.deleted { "DELETED" } else { "AUTHORISED" }
}

impl Resource for BatchPayments {
    type Row = BatchPayment;
    const PLURAL: &'static str = "BatchPayments";
    const SINGULAR: &'static str = "BatchPayment";
    const ID: &'static str = "BatchPaymentID";
    const PAGING: Paging = Paging::Never;

    fn table(state: &State) -> &Table<BatchPayment> {
        &state.batches
    }

    fn field(_org: &Org, b: &BatchPayment, path: &str) -> Option<Field> {
        Some(match path {
            "batchpaymentid" => Field::Guid(b.id),
            "account.accountid" => Field::Guid(b.account),
            "type" => Field::text(kind(b)),
            "status" => Field::text(status(b)),
            "date" => Field::day(b.date),
            "reference" => Field::maybe(b.reference.as_deref()),
            "totalamount" => Field::Number(b.total),
            "updateddateutc" => Field::Instant(b.updated),
            _ => return None,
        })
    }

    fn write(org: &Org, b: &BatchPayment, _view: View, _ctx: &Ctx<'_>, out: &mut Out) {
        out.object("Account", |out| out.guid("AccountID", b.account));
        out.maybe("Reference", b.reference.as_deref());
        out.maybe("Narrative", b.narrative.as_deref());
        out.maybe("Details", b.details.as_deref());
        out.guid("BatchPaymentID", b.id);
        out.day("Date", b.date);
        let payments = b.payments.iter().filter_map(|id| org.state.payments.get(*id));
        out.objects("Payments", payments, |out, p| {
            out.object("Invoice", |out| {
                out.guid("InvoiceID", p.target);
                out.empty_lists(&["Payments", "CreditNotes", "Prepayments", "Overpayments"]);
                out.flag("HasErrors", false);
                out.flag("IsDiscounted", false);
                out.empty_lists(&["LineItems"]);
            });
            out.guid("PaymentID", p.id);
            out.money("Amount", p.amount);
            for (key, text) in
                ["Particulars", "Code", "Details", "BankAccountNumber"].iter().zip(&p.particulars)
            {
                out.maybe(key, text.as_deref());
            }
            out.maybe("Reference", p.reference.as_deref());
        });
        out.text("Type", kind(b));
        out.text("Status", status(b));
        out.money("TotalAmount", b.total);
        out.instant("UpdatedDateUTC", b.updated);
        out.flag("IsReconciled", false);
    }

    fn save(org: &mut Org, f: &Fields<'_>, target: Option<Guid>, ctx: &Ctx<'_>) -> Result<Saved, Refusal> {
        match target.or_else(|| f.guid("BatchPaymentID").filter(|_| ctx.call.method == Method::Post)) {
            Some(id) => delete(org, f, id, ctx),
            None => create(org, f, ctx),
        }
    }
}

fn create(org: &mut Org, f: &Fields<'_>, ctx: &Ctx<'_>) -> Result<Saved, Refusal> {
    let sent = f.object("Account");
    let code = sent.as_ref().and_then(|a| a.filled("Code")).unwrap_or_default();
    let account = match sent.as_ref().and_then(|a| a.guid("AccountID")) {
        Some(id) => org.state.accounts.get(id),
        None => org.account_by_code(&code),
    };
    let Some(account) = account.filter(|a| a.kind == "BANK" && !a.archived).cloned() else {
        return Err(ours("a batch payment must name an Account of type BANK").into());
    };
    if account.bank.as_ref().is_none_or(|b| b.currency != org.base_currency()) {
        return Err("Bank accounts must use the same currency as the organisations base currency".into());
    }
    let date = f.day("Date").unwrap_or(ctx.today);
    let parts = f.list("Payments").unwrap_or_default();
    if parts.is_empty() {
        return Err(ours("a batch payment needs at least one element in Payments").into());
    }
    let mut batch = BatchPayment {
        id: org.new_id(),
        account: account.id,
        date,
        reference: f.text_of("Reference", 255),
        narrative: f.text_of("Narrative", 18),
        details: f.text_of("Details", 18),
        receivable: false,
        deleted: false,
        payments: Vec::new(),
        total: Decimal::ZERO,
        updated: ctx.now,
    };
    let mut kinds = Vec::new();
    for part in &parts {
        let invoice = part.object("Invoice").and_then(|i| i.guid("InvoiceID"));
        let Some(invoice) = invoice.and_then(|id| org.state.invoices.get(id)).cloned() else {
            return Err(ours("each payment of a batch must name an Invoice that exists by InvoiceID").into());
        };
        if invoice.currency != org.base_currency() {
            return Err("Bank accounts must use the same currency as the organisations base currency".into());
        }
        let Some(amount) = part.number("Amount").map(cents).filter(|a| *a > Decimal::ZERO) else {
            return Err(ours("Amount must be more than 0").into());
        };
        kinds.push(invoice.kind);
        let payment = Payment {
            id: org.new_id(),
            target: invoice.id,
            kind: invoice.kind.payment_type().to_owned(),
            account: account.id,
            date,
            amount,
            bank_amount: amount,
            rate: Decimal::ONE,
            base: Decimal::ZERO,
            reference: part.text_of("Reference", 255),
            reconciled: false,
            deleted: false,
            batch: Some(batch.id),
            particulars: ["Particulars", "Code", "Details", "BankAccountNumber"]
                .map(|key| part.text_of(key, 18)),
            updated: ctx.now,
        };
        let problems = part.problems();
        if !problems.is_empty() {
            return Err(problems.into());
        }
        batch.payments.push(payment.id);
        batch.total += amount;
        org.pay(payment, amount, ctx)?;
    }
    kinds.dedup();
    if kinds.len() > 1 {
        return Err(ours("a batch pays either sales invoices or bills, not both").into());
    }
    let problems = f.problems();
    if !problems.is_empty() {
        return Err(problems.into());
    }
    batch.receivable = kinds.first() == Some(&Kind::AccRec);
    let id = batch.id;
    org.state.batches.put(batch);
    Ok(Saved { id, warnings: Vec::new() })
}

fn delete(org: &mut Org, f: &Fields<'_>, id: Guid, ctx: &Ctx<'_>) -> Result<Saved, Refusal> {
    let mut batch = org.state.batches.get(id).cloned().ok_or(Refusal::NotFound)?;
    if batch.deleted || !f.text("Status").is_some_and(|s| s.eq_ignore_ascii_case("DELETED")) {
        return Err(ours("a batch payment cannot be changed: only Status DELETED can be sent, once").into());
    }
    for payment in &batch.payments {
        if let Some(payment) = org.state.payments.get(*payment).cloned() {
            org.unpay(payment, ctx)?;
        }
    }
    batch.deleted = true;
    batch.updated = ctx.now;
    org.state.batches.put(batch);
    Ok(Saved { id, warnings: Vec::new() })
}

pub(crate) fn handle_batches(org: &mut Org, rest: &[&str], ctx: &Ctx<'_>) -> Answer {
    handle::<BatchPayments>(org, rest, ctx)
}
