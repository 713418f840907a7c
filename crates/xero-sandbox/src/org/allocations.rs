//! Allocations: the credit of a note, prepayment or overpayment set against an invoice, and taken back
//! (API-FACTS 4.8).
//!
//! Example: 30.00 of a credit note of 50.00 on an invoice of 100.00 leaves 20.00 to allocate and 70.00 due.
//! Between two rates of the same currency the difference is a realised gain or loss.

use rust_decimal::Decimal;

use super::amounts::cents;
use super::document::{Document, Status};
use super::envelope::{Envelope, bad_request, not_built, not_found, ok, refused};
use super::guid::Guid;
use super::input::{Fields, elements, ours};
use super::ledger::Source;
use super::out::{Out, midnight};
use super::posting::Settlement;
use super::records::Allocation;
use super::resource::{Ctx, Refusal};
use super::{Books, Org};
use crate::exchange::{Answer, Method};

/// `/{CreditNotes|Prepayments|Overpayments}/{id}/Allocations[/{aid}]`.
pub(crate) fn handle_allocations(org: &mut Org, endpoint: &str, rest: &[&str], ctx: &Ctx<'_>) -> Answer {
    let books = match endpoint {
        "CreditNotes" => Books::CreditNotes,
        "Prepayments" | "Overpayments" => Books::BankTransactions,
        _ => return not_found(),
    };
    let key = rest[0];
    let by_number = || books.table(&org.state).with_key('n', &key.to_lowercase()).next();
    let found = Guid::parse(key).and_then(|id| books.table(&org.state).get(id)).or_else(by_number);
    let Some(credit) = found.filter(|d| d.kind.credit()).cloned() else { return not_found() };
    match (ctx.call.method, rest) {
        (Method::Put, [_, _]) => allocate_all(org, &credit, ctx),
        (Method::Delete, [_, _, id]) => remove(org, &credit, id, ctx),
        _ => not_built(),
    }
}

fn allocate_all(org: &mut Org, credit: &Document, ctx: &Ctx<'_>) -> Answer {
    let sent = match elements(&ctx.call.body, "Allocations", "Allocation") {
        Ok(sent) if !sent.is_empty() => sent,
        Ok(_) => return bad_request(&ours("the body holds no Allocations")),
        Err(message) => return bad_request(&message),
    };
    org.begin();
    let mut done: Vec<Result<Guid, (String, Vec<String>)>> = Vec::new();
    for element in &sent {
        let f = Fields::of(element);
        match allocate(org, credit.id, &f, ctx) {
            Ok(id) => done.push(Ok(id)),
            Err(Refusal::Invalid { messages, .. }) => {
                let mut out = Out::default();
                out.guid("AllocationID", Guid::ZERO);
                out.money("Amount", f.number("Amount").unwrap_or_default());
                if let Some(invoice) = f.object("Invoice") {
                    out.object("Invoice", |out| {
                        out.guid("InvoiceID", invoice.guid("InvoiceID").unwrap_or(Guid::ZERO))
                    });
                }
                done.push(Err((out.finish(), messages)));
            }
            Err(_) => {
                org.rollback();
                return not_found();
            }
        }
    }
    let write = |out: &mut Out, members: &str, messages: &[String]| {
        out.members(members);
        out.messages("ValidationErrors", messages);
    };
    if ctx.summarizes() && done.iter().any(Result::is_err) {
        org.rollback();
        return refused(|out| {
            for (members, messages) in done.iter().filter_map(|one| one.as_ref().err()) {
                out.element(|out| write(out, members, messages));
            }
        });
    }
    org.commit();
    let org = &*org;
    ok(org, Envelope::Usual, ctx, |out| {
        out.objects("Allocations", &done, |out, one| match one {
            Err((members, messages)) => {
                out.members(members);
                out.text("StatusAttributeString", "ERROR");
                out.messages("ValidationErrors", messages);
            }
            Ok(id) => {
                if let Some(allocation) = org.state.allocations.get(*id) {
                    out.guid("AllocationID", allocation.id);
                    out.money("Amount", allocation.amount);
                    out.instant("Date", midnight(allocation.date));
                    org.write_allocated_invoice(allocation.invoice, out);
                    out.empty_lists(&["ValidationErrors"]);
                }
            }
        });
    })
}

fn allocate(org: &mut Org, credit: Guid, f: &Fields<'_>, ctx: &Ctx<'_>) -> Result<Guid, Refusal> {
    let Some((credit, _)) = org.document(credit) else { return Err(Refusal::NotFound) };
    let amount = f.number("Amount").map(cents);
    let invoice = f.object("Invoice");
    let number = invoice.as_ref().and_then(|i| i.filled("InvoiceNumber")).unwrap_or_default().to_lowercase();
    let found = match invoice.as_ref().and_then(|i| i.guid("InvoiceID")) {
        Some(id) => org.state.invoices.get(id),
        None => org.state.invoices.with_key('n', &number).find(|d| d.kind == credit.kind.settles()),
    };
    let problems = f.problems();
    let (Some(amount), Some(invoice)) = (amount.filter(|a| *a > Decimal::ZERO), found.cloned()) else {
        let message = ours("an allocation needs an Invoice that exists and an Amount above 0");
        return Err(if problems.is_empty() { message.into() } else { problems.into() });
    };
    let refusal = if invoice.kind != credit.kind.settles() {
        Some("Credit Note cannot be allocated to an incorrect invoice type".to_owned())
    } else if invoice.status == Status::Paid {
        Some("The invoice you are trying to allocate to has already been paid off".to_owned())
    } else if !invoice.status.live() || !credit.status.live() {
        Some(ours("credit and invoice must both be AUTHORISED"))
    } else if invoice.contact != credit.contact {
        Some(ours("credit and invoice must be of the same contact"))
    } else if invoice.currency != credit.currency {
        Some(ours("credit and invoice must be in the same currency"))
    } else if amount > credit.due_amount() || amount > invoice.due_amount() {
        Some("Credit Note cannot be allocated as amount is greater than amount outstanding".to_owned())
    } else {
        let date = credit.date.max(invoice.date);
        org.locked(date, ctx).map(|(name, day)| {
            let day = day.strftime("%-d %B %Y");
            format!("The document date cannot be before the {name}, currently set at {day}")
        })
    };
    if let Some(refusal) = refusal {
        return Err(refusal.into());
    }
    let allocation = Allocation {
        id: org.new_id(),
        from: credit.id,
        invoice: invoice.id,
        amount,
        date: credit.date.max(invoice.date),
        base_from: Org::carrying(&credit, amount),
        base_invoice: Org::carrying(&invoice, amount),
        updated: ctx.now,
    };
    let mut lines = org.release(&credit, allocation.base_from);
    lines.extend(org.release(&invoice, allocation.base_invoice));
    let kind = credit.kind.source_type();
    let source =
        Source { id: allocation.id, kind, date: allocation.date, reference: credit.reference.clone() };
    org.post_settlement(&source, lines, ctx.now);
    let (id, paid, date) = (allocation.id, Decimal::ZERO, allocation.date);
    let (from, to) = (allocation.base_from, allocation.base_invoice);
    org.state.allocations.put(allocation);
    org.settle(credit.id, &Settlement { paid, credited: amount, base: from, date }, ctx.now);
    org.settle(invoice.id, &Settlement { paid, credited: amount, base: to, date }, ctx.now);
    org.note(invoice.id, "Credited", format!("Amount credited on {date} for {amount}."), ctx);
    Ok(id)
}

fn remove(org: &mut Org, credit: &Document, id: &str, ctx: &Ctx<'_>) -> Answer {
    let found =
        Guid::parse(id).and_then(|id| org.state.allocations.get(id)).filter(|a| a.from == credit.id).cloned();
    let Some(allocation) = found else { return not_found() };
    if let Some((name, _)) = org.locked(allocation.date, ctx) {
        return bad_request(&format!(
            "This document cannot be edited as it is currently dated before {name}"
        ));
    }
    org.unpost(allocation.id, ctx.now);
    org.state.allocations.remove(allocation.id);
    let (paid, credited, date) = (Decimal::ZERO, -allocation.amount, allocation.date);
    org.settle(allocation.from, &Settlement { paid, credited, base: -allocation.base_from, date }, ctx.now);
    org.settle(
        allocation.invoice,
        &Settlement { paid, credited, base: -allocation.base_invoice, date },
        ctx.now,
    );
    let mut out = Out::default();
    out.element(|out| {
        out.guid("AllocationID", allocation.id);
        out.instant("Date", midnight(allocation.date));
        out.object("Invoice", |out| out.guid("InvoiceID", allocation.invoice));
        out.flag("IsDeleted", true);
    });
    Answer {
        status: 200,
        content_type: "application/json; charset=utf-8".to_owned(),
        body: out.finish().into_bytes(),
        headers: Vec::new(),
    }
}
