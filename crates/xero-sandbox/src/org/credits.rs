//! Prepayments and overpayments (API-FACTS 4.11): made by bank transactions, here looked at and allocated.
//!
//! Their id is that of the bank transaction that made them; in Xero the two differ.

use super::document::Document;
use super::envelope::not_built;
use super::filter::Field;
use super::guid::Guid;
use super::input::Fields;
use super::invoices::{document_field, write_totals};
use super::out::Out;
use super::resource::{Ctx, Paging, Refusal, Resource, Saved, View, handle};
use super::shown::{ContactForm, LineForm, due_shown};
use super::table::Table;
use super::{Org, State};
use crate::exchange::{Answer, Method};

pub(crate) struct Prepayments;
pub(crate) struct Overpayments;

fn credit_field(org: &Org, d: &Document, path: &str, id: &str) -> Option<Field> {
    Some(match path {
        path if path == id => Field::Guid(d.id),
        "remainingcredit" => Field::Number(due_shown(d, View::List)),
        path => return document_field(org, d, path),
    })
}

fn write_credit(org: &Org, d: &Document, id: &str, view: View, ctx: &Ctx<'_>, out: &mut Out) {
    out.guid(id, d.id);
    out.guid("ID", d.id);
    out.text("Type", d.kind.shown());
    out.maybe("Reference", d.reference.as_deref());
    out.rate("CurrencyRate", d.rate);
    out.money("RemainingCredit", due_shown(d, view));
    org.write_allocations(d, out);
    org.write_payments(d, true, out);
    out.flag("HasAttachments", org.has_attachments(d.id));
    out.iso("UpdatedDateUTCString", d.updated);
    let whole = matches!(view, View::Single | View::Written);
    org.write_document_contact(d.contact, whole.then_some(ContactForm::Embedded), ctx, out);
    out.day("Date", d.date);
    out.text("Status", d.status.shown());
    out.text("LineAmountTypes", d.line_amounts.shown());
    let lines = if view == View::List { &[][..] } else { &d.lines };
    out.objects("LineItems", lines, |out, line| {
        org.write_line(line, ctx.price_places(), LineForm::of(view), out);
    });
    write_totals(d, out);
}

macro_rules! credits {
    ($resource:ident, $plural:literal, $singular:literal, $id:literal, $path:literal, $is:ident) => {
        impl Resource for $resource {
            type Row = Document;
            const PLURAL: &'static str = $plural;
            const SINGULAR: &'static str = $singular;
            const ID: &'static str = $id;
            const PAGING: Paging = Paging::OnRequest;

            fn table(state: &State) -> &Table<Document> {
                &state.bank_transactions
            }

            fn belongs(row: &Document) -> bool {
                row.kind.$is()
            }

            fn keeps(_org: &Org, d: &Document, ctx: &Ctx<'_>) -> bool {
                let wanted = ctx.call.parameter("references");
                let reference = d.reference.as_deref().unwrap_or_default();
                wanted
                    .is_none_or(|list| list.split(',').any(|one| one.trim().eq_ignore_ascii_case(reference)))
            }

            fn field(org: &Org, d: &Document, path: &str) -> Option<Field> {
                credit_field(org, d, path, $path)
            }

            fn write(org: &Org, d: &Document, view: View, ctx: &Ctx<'_>, out: &mut Out) {
                write_credit(org, d, $id, view, ctx, out);
            }

            fn save(_: &mut Org, _: &Fields<'_>, _: Option<Guid>, _: &Ctx<'_>) -> Result<Saved, Refusal> {
                Err(Refusal::NotBuilt)
            }
        }
    };
}

credits!(Prepayments, "Prepayments", "Prepayment", "PrepaymentID", "prepaymentid", prepaid);
credits!(Overpayments, "Overpayments", "Overpayment", "OverpaymentID", "overpaymentid", overpaid);

pub(crate) fn handle_prepayments(org: &mut Org, rest: &[&str], ctx: &Ctx<'_>) -> Answer {
    if ctx.call.method == Method::Get { handle::<Prepayments>(org, rest, ctx) } else { not_built() }
}

pub(crate) fn handle_overpayments(org: &mut Org, rest: &[&str], ctx: &Ctx<'_>) -> Answer {
    if ctx.call.method == Method::Get { handle::<Overpayments>(org, rest, ctx) } else { not_built() }
}
