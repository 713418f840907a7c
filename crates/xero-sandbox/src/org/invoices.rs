//! Sales invoices and bills (API-FACTS 4.7): their statuses, fields and JSON.

use super::contacts::Inline;
use super::document::{Document, Kind, Status};
use super::documents::Family;
use super::envelope::{Envelope, no_content, not_found, ok, refused};
use super::filter::{Field, fold};
use super::guid::Guid;
use super::input::{Fields, ours};
use super::out::Out;
use super::records::LineAmounts;
use super::resource::{Ctx, Paging, Refusal, Resource, Saved, View, find, handle};
use super::shown::{ContactForm, LineForm, due_shown};
use super::table::{Row, Table};
use super::{Books, Org, State};
use crate::exchange::{Answer, Method};

pub(crate) struct Invoices;

use Status::{Authorised, Deleted, Draft, Submitted, Voided};

/// Statuses of invoices and credit notes.
pub(crate) const INVOICE_STATUSES: &[(Option<Status>, &[Status])] = &[
    (None, &[Draft, Submitted, Authorised]),
    (Some(Draft), &[Draft, Submitted, Authorised, Deleted]),
    (Some(Submitted), &[Draft, Submitted, Authorised, Deleted]),
    (Some(Authorised), &[Authorised, Voided]),
];

const FAMILY: Family = Family {
    books: Books::Invoices,
    id_key: "InvoiceID",
    number_key: "InvoiceNumber",
    kinds: &[Kind::AccRec, Kind::AccPay],
    statuses: INVOICE_STATUSES,
    default_status: Draft,
    default_amounts: LineAmounts::Exclusive,
    wrong_status: "Invoice not of valid status for modification",
    deleted: None,
    not_unique: "Invoice # must be unique.",
    inline: Inline::Makes,
    tax_from_account: true,
    needs_lines: false,
    places: None,
    due_key: Some("DueDate"),
    more: &[("ExpectedPaymentDate", 0), ("PlannedPaymentDate", 0)],
    echo,
};

/// Fields that all documents have for `where`.
pub(crate) fn document_field(org: &Org, d: &Document, path: &str) -> Option<Field> {
    let contact = || org.state.contacts.get(d.contact);
    Some(match path {
        "type" => Field::text(d.kind.shown()),
        "status" => Field::text(d.status.shown()),
        "reference" => Field::maybe(d.reference.as_deref()),
        "date" => Field::day(d.date),
        "contact.contactid" => Field::Guid(d.contact),
        "contact.name" => Field::maybe(contact().map(|c| c.name.as_str())),
        "contact.contactnumber" => Field::maybe(contact().and_then(|c| c.number.as_deref())),
        "subtotal" => Field::Number(d.sub_total),
        "totaltax" => Field::Number(d.tax),
        "total" => Field::Number(d.total),
        "currencycode" => Field::text(&d.currency),
        "currencyrate" => Field::Number(d.rate),
        "lineamounttypes" => Field::text(d.line_amounts.shown()),
        "updateddateutc" => Field::Instant(d.updated),
        "url" => Field::maybe(d.url.as_deref()),
        "brandingthemeid" => d.branding.map_or(Field::Null, Field::Guid),
        "fullypaidondate" => Field::maybe_day(d.fully_paid_on),
        "hasattachments" => Field::Flag(org.has_attachments(d.id)),
        "senttocontact" => Field::Flag(d.sent),
        _ => return None,
    })
}

impl Resource for Invoices {
    type Row = Document;
    const PLURAL: &'static str = "Invoices";
    const SINGULAR: &'static str = "Invoice";
    const ID: &'static str = "InvoiceID";
    const PAGING: Paging = Paging::OnRequest;

    fn table(state: &State) -> &Table<Document> {
        &state.invoices
    }

    fn by_key(org: &Org, key: &str) -> Option<Guid> {
        let mut found = org.state.invoices.with_key('n', &key.to_lowercase());
        found.find(|d| d.kind == Kind::AccRec).map(Row::id)
    }

    fn enforces_paging(ctx: &Ctx<'_>) -> bool {
        ctx.asks("summaryOnly") || ctx.call.parameter("Statuses").is_some()
    }

    fn narrow<'a>(org: &'a Org, ctx: &Ctx<'_>) -> Option<Vec<&'a Document>> {
        let table = &org.state.invoices;
        if let Some(numbers) = ctx.call.parameter("InvoiceNumbers") {
            let numbers: Vec<String> = numbers.split(',').map(|n| n.trim().to_lowercase()).collect();
            return Some(numbers.iter().flat_map(|n| table.with_key('n', n)).collect());
        }
        let contacts = ctx.call.parameter("ContactIDs")?;
        let ids = contacts.split(',').filter_map(Guid::parse).map(|id| id.to_string());
        Some(ids.flat_map(|id| table.with_key('c', &id).collect::<Vec<_>>()).collect())
    }

    fn keeps(_org: &Org, d: &Document, ctx: &Ctx<'_>) -> bool {
        if ctx.call.query.is_empty() {
            return true;
        }
        let listed = |name: &str, value: &dyn std::fmt::Display| {
            let Some(list) = ctx.call.parameter(name) else { return true };
            let value = value.to_string();
            list.split(',').any(|one| one.trim().eq_ignore_ascii_case(&value))
        };
        let term = ctx.call.parameter("searchTerm").map(fold);
        let found = |term: &String| {
            fold(&d.number).contains(term) || d.reference.as_deref().is_some_and(|r| fold(r).contains(term))
        };
        listed("Statuses", &d.status.shown())
            && listed("InvoiceNumbers", &d.number)
            && listed("ContactIDs", &d.contact)
            && (!ctx.asks("createdByMyApp") || d.app == ctx.call.app_name)
            && term.as_ref().is_none_or(found)
    }

    fn field(org: &Org, d: &Document, path: &str) -> Option<Field> {
        Some(match path {
            "invoiceid" => Field::Guid(d.id),
            "invoicenumber" => Field::text(&d.number),
            "duedate" => Field::maybe_day(d.due),
            "amountdue" => Field::Number(due_shown(d, View::List)),
            "amountpaid" => Field::Number(d.paid),
            "amountcredited" => Field::Number(d.credited),
            path => return document_field(org, d, path),
        })
    }

    fn write(org: &Org, d: &Document, view: View, ctx: &Ctx<'_>, out: &mut Out) {
        let sales = d.kind == Kind::AccRec;
        let summary = ctx.asks("summaryOnly") && view == View::Page;
        let read = view != View::Written;
        out.text("Type", d.kind.shown());
        out.guid("InvoiceID", d.id);
        out.text("InvoiceNumber", &d.number);
        out.text("Reference", d.reference.as_deref().unwrap_or_default());
        if !summary {
            org.write_payments(d, matches!(view, View::Page | View::List), out);
        }
        org.write_credits(d, view, out);
        out.money("AmountDue", due_shown(d, view));
        out.money("AmountPaid", d.paid);
        if read || !d.credited.is_zero() {
            out.money("AmountCredited", d.credited);
        }
        out.maybe("Url", d.url.as_deref());
        if sales {
            out.flag("SentToContact", d.sent);
        }
        out.rate("CurrencyRate", d.rate);
        out.flag("IsDiscounted", !d.discount.is_zero());
        if read && !summary {
            out.flag("HasAttachments", org.has_attachments(d.id));
        }
        if matches!(view, View::Page | View::List) {
            out.empty_lists(&["InvoiceAddresses"]);
        }
        out.flag("HasErrors", false);
        if view == View::Single {
            org.write_attachments(d.id, out);
        }
        out.empty_lists(&["InvoicePaymentServices"]);
        out.iso("UpdatedDateUTCString", d.updated);
        let whole = matches!(view, View::Single | View::Written);
        org.write_document_contact(d.contact, whole.then_some(ContactForm::Embedded), ctx, out);
        out.day("Date", d.date);
        out.maybe_day("DueDate", d.due);
        for (key, _) in FAMILY.more {
            if let Some(day) = d.more(key).and_then(|day| day.parse().ok()) {
                out.day(key, day);
            }
        }
        if let Some(theme) = d.branding.or_else(|| org.standard_theme()).filter(|_| sales) {
            out.guid("BrandingThemeID", theme);
        }
        out.text("Status", d.status.shown());
        out.text("LineAmountTypes", d.line_amounts.shown());
        if view == View::List {
            out.empty_lists(&["LineItems"]);
        } else if !summary {
            out.objects("LineItems", &d.lines, |out, line| {
                org.write_line(line, ctx.price_places(), LineForm::of(view), out);
            });
        }
        write_totals(d, out);
    }

    fn save(org: &mut Org, f: &Fields<'_>, target: Option<Guid>, ctx: &Ctx<'_>) -> Result<Saved, Refusal> {
        org.save_document(f, target, ctx, &FAMILY)
    }
}

impl Org {
    /// The theme documents get when none is sent: the first.
    pub(crate) fn standard_theme(&self) -> Option<Guid> {
        self.state.themes.iter().min_by_key(|t| t.sort).map(|t| t.id)
    }
}

/// Sub-total to `FullyPaidOnDate`: the tail of invoices and credit notes.
pub(crate) fn write_totals(d: &Document, out: &mut Out) {
    out.money("SubTotal", d.sub_total);
    out.money("TotalTax", d.tax);
    out.money("Total", d.total);
    if !d.discount.is_zero() {
        out.money("TotalDiscount", d.discount);
    }
    out.instant("UpdatedDateUTC", d.updated);
    out.text("CurrencyCode", &d.currency);
    if let Some(day) = d.fully_paid_on {
        out.instant("FullyPaidOnDate", super::out::midnight(day));
    }
}

/// A refused invoice (recorded): no number, no amounts due, contact shrunk to its id, status as asked for.
fn echo(org: &Org, d: &Document, _ctx: &Ctx<'_>, out: &mut Out) {
    out.text("Type", d.kind.shown());
    out.guid("InvoiceID", d.id);
    if d.id == Guid::ZERO {
        out.filled("InvoiceNumber", &d.number);
        out.maybe("Reference", d.reference.as_deref());
    }
    out.empty_lists(&["Payments", "CreditNotes", "Prepayments", "Overpayments"]);
    out.flag("IsDiscounted", !d.discount.is_zero());
    out.empty_lists(&["InvoiceAddresses"]);
    out.flag("HasErrors", true);
    out.empty_lists(&["InvoicePaymentServices"]);
    write_refused_tail(org, d, out);
}

/// Contact to currency of a refused invoice or credit note.
pub(crate) fn write_refused_tail(org: &Org, d: &Document, out: &mut Out) {
    out.object("Contact", |out| {
        out.guid("ContactID", d.contact);
        out.empty_lists(&["Addresses", "Phones", "ContactGroups", "ContactPersons"]);
        out.flag("HasValidationErrors", false);
        out.empty_lists(&["ValidationErrors"]);
    });
    out.day("Date", d.date);
    out.maybe_day("DueDate", d.due);
    out.text("Status", d.status.shown());
    out.text("LineAmountTypes", d.line_amounts.shown());
    out.objects("LineItems", &d.lines, |out, line| org.write_line(line, 4, LineForm::Refused, out));
    out.money("SubTotal", d.sub_total);
    out.money("TotalTax", d.tax);
    out.money("Total", d.total);
    out.text("CurrencyCode", &d.currency);
}

pub(crate) fn handle_invoices(org: &mut Org, rest: &[&str], ctx: &Ctx<'_>) -> Answer {
    let [key, below] = rest else { return handle::<Invoices>(org, rest, ctx) };
    let found = find::<Invoices>(org, key).and_then(|id| org.state.invoices.get(id)).cloned();
    let Some(mut invoice) = found else { return not_found() };
    let refusal = |message: &str| {
        refused(|out| {
            out.element(|out| {
                echo(org, &invoice, ctx, out);
                out.messages("ValidationErrors", &[ours(message)]);
            });
        })
    };
    let sales = invoice.kind == Kind::AccRec;
    let email = below.eq_ignore_ascii_case("Email");
    match (ctx.call.method, email) {
        (Method::Post, true) => {
            if !sales || !(invoice.status.live() || invoice.status == Submitted) {
                return refusal("only SUBMITTED, AUTHORISED and PAID sales invoices can be emailed");
            }
            let has_email = org
                .state
                .contacts
                .get(invoice.contact)
                .is_some_and(|c| c.email.as_deref().is_some_and(|e| !e.is_empty()));
            if !has_email {
                return refusal("the contact has no email address");
            }
            invoice.sent = true;
            let id = invoice.id;
            org.put_document(invoice, Books::Invoices);
            org.note(id, "Invoice sent", "This invoice has been sent".to_owned(), ctx);
            no_content()
        }
        (Method::Get, false) if below.eq_ignore_ascii_case("OnlineInvoice") => {
            if !sales || matches!(invoice.status, Draft | Deleted) {
                return refusal("only approved sales invoices have an online invoice");
            }
            ok(org, Envelope::Usual, ctx, |out| {
                out.objects("OnlineInvoices", [()], |out, ()| {
                    out.text("OnlineInvoiceUrl", &format!("https://in.xero.com/sandbox-{}", invoice.id));
                });
            })
        }
        _ => not_found(),
    }
}
