//! Credit notes (API-FACTS 4.8): as invoices, with their own numbers and `RemainingCredit`.

use super::contacts::Inline;
use super::document::{Document, Kind, Status};
use super::documents::Family;
use super::filter::Field;
use super::guid::Guid;
use super::input::Fields;
use super::invoices::{INVOICE_STATUSES, document_field, write_refused_tail, write_totals};
use super::out::Out;
use super::records::LineAmounts;
use super::resource::{Ctx, Paging, Refusal, Resource, Saved, View, handle};
use super::shown::{ContactForm, LineForm, due_shown};
use super::table::{Row, Table};
use super::{Books, Org, State};
use crate::exchange::{Answer, Method};

pub(crate) struct CreditNotes;

const FAMILY: Family = Family {
    books: Books::CreditNotes,
    id_key: "CreditNoteID",
    number_key: "CreditNoteNumber",
    kinds: &[Kind::AccRecCredit, Kind::AccPayCredit],
    statuses: INVOICE_STATUSES,
    default_status: Status::Draft,
    default_amounts: LineAmounts::Exclusive,
    wrong_status: "Credit note not of valid status for modification",
    deleted: None,
    not_unique: "Credit note # must be unique.",
    inline: Inline::Makes,
    tax_from_account: true,
    needs_lines: false,
    places: None,
    due_key: None,
    more: &[],
    echo,
};

impl Resource for CreditNotes {
    type Row = Document;
    const PLURAL: &'static str = "CreditNotes";
    const SINGULAR: &'static str = "CreditNote";
    const ID: &'static str = "CreditNoteID";
    const PAGING: Paging = Paging::OnRequest;

    fn table(state: &State) -> &Table<Document> {
        &state.credit_notes
    }

    fn by_key(org: &Org, key: &str) -> Option<Guid> {
        org.state.credit_notes.with_key('n', &key.to_lowercase()).next().map(Row::id)
    }

    fn field(org: &Org, d: &Document, path: &str) -> Option<Field> {
        Some(match path {
            "creditnoteid" => Field::Guid(d.id),
            "creditnotenumber" => Field::text(&d.number),
            "remainingcredit" => Field::Number(due_shown(d, View::List)),
            path => return document_field(org, d, path),
        })
    }

    fn write(org: &Org, d: &Document, view: View, ctx: &Ctx<'_>, out: &mut Out) {
        out.guid("CreditNoteID", d.id);
        out.text("CreditNoteNumber", &d.number);
        if d.kind == Kind::AccRecCredit && (d.sent || view != View::Page) {
            out.flag("SentToContact", d.sent);
        }
        org.write_payments(d, true, out);
        out.guid("ID", d.id);
        out.flag("HasErrors", false);
        out.empty_lists(&["InvoiceAddresses"]);
        out.rate("CurrencyRate", d.rate);
        out.text("Type", d.kind.shown());
        out.text("Reference", d.reference.as_deref().unwrap_or_default());
        out.money("RemainingCredit", due_shown(d, view));
        org.write_allocations(d, out);
        out.flag("HasAttachments", org.has_attachments(d.id));
        out.iso("UpdatedDateUTCString", d.updated);
        let whole = matches!(view, View::Single | View::Written);
        org.write_document_contact(d.contact, whole.then_some(ContactForm::Embedded), ctx, out);
        out.day("Date", d.date);
        if let Some(theme) =
            d.branding.or_else(|| org.standard_theme()).filter(|_| d.kind == Kind::AccRecCredit)
        {
            out.guid("BrandingThemeID", theme);
        }
        out.text("Status", d.status.shown());
        out.text("LineAmountTypes", d.line_amounts.shown());
        let lines = if view == View::List { &[][..] } else { &d.lines };
        out.objects("LineItems", lines, |out, line| {
            org.write_line(line, ctx.price_places(), LineForm::of(view), out);
        });
        write_totals(d, out);
    }

    fn save(org: &mut Org, f: &Fields<'_>, target: Option<Guid>, ctx: &Ctx<'_>) -> Result<Saved, Refusal> {
        if ctx.call.method == Method::Post
            && target.is_none()
            && f.guid("CreditNoteID").is_some_and(|id| org.state.credit_notes.get(id).is_none())
        {
            return Err("An existing Credit Note with the specified CreditNoteID could not be found".into());
        }
        org.save_document(f, target, ctx, &FAMILY)
    }
}

fn echo(org: &Org, d: &Document, _ctx: &Ctx<'_>, out: &mut Out) {
    out.guid("CreditNoteID", d.id);
    out.filled("CreditNoteNumber", &d.number);
    out.guid("ID", d.id);
    out.flag("HasErrors", true);
    out.empty_lists(&["InvoiceAddresses"]);
    out.text("Type", d.kind.shown());
    out.maybe("Reference", d.reference.as_deref());
    out.empty_lists(&["Allocations"]);
    write_refused_tail(org, d, out);
}

pub(crate) fn handle_credit_notes(org: &mut Org, rest: &[&str], ctx: &Ctx<'_>) -> Answer {
    handle::<CreditNotes>(org, rest, ctx)
}
