//! Quotes (API-FACTS 4.14), which answer a little differently from everything else: no charset, `SummarizeErrors` in
//! the envelope, dates without offset, capitals, no tax from the account. They post nothing.

use super::contacts::Inline;
use super::document::{Document, Kind, Status};
use super::documents::Family;
use super::envelope::Envelope;
use super::filter::Field;
use super::guid::Guid;
use super::input::Fields;
use super::invoices::document_field;
use super::out::{Out, midnight};
use super::purchase_orders::within;
use super::records::LineAmounts;
use super::resource::{Ctx, Paging, Refusal, Resource, Saved, View};
use super::table::{Row, Table};
use super::{Books, Org, State};

pub(crate) struct Quotes;

use Status::{Accepted, Declined, Deleted, Draft, Invoiced, Sent};

const FAMILY: Family = Family {
    books: Books::Quotes,
    id_key: "QuoteID",
    number_key: "QuoteNumber",
    kinds: &[Kind::Quote],
    statuses: &[
        (None, &[Draft, Sent]),
        (Some(Draft), &[Draft, Sent, Deleted]),
        (Some(Sent), &[Sent, Accepted, Declined, Deleted]),
        (Some(Declined), &[Declined, Sent, Deleted]),
        (Some(Accepted), &[Accepted, Invoiced, Sent, Deleted]),
        (Some(Invoiced), &[Invoiced, Sent, Deleted]),
    ],
    default_status: Draft,
    default_amounts: LineAmounts::Exclusive,
    wrong_status: "[sandbox] the quote cannot go from its status to the one sent",
    deleted: None,
    not_unique: "[sandbox] QuoteNumber must be unique",
    inline: Inline::Makes,
    tax_from_account: false,
    needs_lines: true,
    places: None,
    due_key: Some("ExpiryDate"),
    more: &[("Terms", 4000), ("Title", 100), ("Summary", 3000)],
    echo,
};

impl Resource for Quotes {
    type Row = Document;
    const PLURAL: &'static str = "Quotes";
    const SINGULAR: &'static str = "Quote";
    const ID: &'static str = "QuoteID";
    const PAGING: Paging = Paging::Always;
    const ENVELOPE: Envelope = Envelope::Quotes;

    fn table(state: &State) -> &Table<Document> {
        &state.quotes
    }

    fn by_key(org: &Org, key: &str) -> Option<Guid> {
        org.state.quotes.with_key('n', &key.to_lowercase()).next().map(Row::id)
    }

    fn keeps(_org: &Org, d: &Document, ctx: &Ctx<'_>) -> bool {
        let expiry = |name: &str| ctx.call.parameter(name).is_some();
        let expires = d.due.is_some_and(|due| within(due, ctx, "ExpiryDateFrom", "ExpiryDateTo"));
        let contact = ctx.call.parameter("ContactID").map(Guid::parse);
        let number = ctx.call.parameter("QuoteNumber").map(str::to_lowercase);
        within(d.date, ctx, "DateFrom", "DateTo")
            && (expires || !(expiry("ExpiryDateFrom") || expiry("ExpiryDateTo")))
            && contact.is_none_or(|id| id == Some(d.contact))
            && number.is_none_or(|part| d.number.to_lowercase().contains(&part))
            && ctx.call.parameter("Status").is_none_or(|s| s.eq_ignore_ascii_case(d.status.shown()))
    }

    fn field(org: &Org, d: &Document, path: &str) -> Option<Field> {
        Some(match path {
            "quoteid" => Field::Guid(d.id),
            "quotenumber" => Field::text(&d.number),
            "expirydate" => Field::maybe_day(d.due),
            path => return document_field(org, d, path),
        })
    }

    fn write(org: &Org, d: &Document, view: View, ctx: &Ctx<'_>, out: &mut Out) {
        write_quote(org, d, view, ctx, out);
    }

    fn save(org: &mut Org, f: &Fields<'_>, target: Option<Guid>, ctx: &Ctx<'_>) -> Result<Saved, Refusal> {
        org.save_document(f, target, ctx, &FAMILY)
    }
}

fn write_quote(org: &Org, d: &Document, view: View, ctx: &Ctx<'_>, out: &mut Out) {
    let listed = matches!(view, View::Page | View::List);
    out.guid("QuoteID", d.id);
    out.text("QuoteNumber", &d.number);
    out.maybe("Reference", d.reference.as_deref());
    if !listed {
        out.text("Terms", d.more("Terms").unwrap_or_default());
    }
    if let Some(contact) = org.state.contacts.get(d.contact) {
        out.object("Contact", |out| {
            out.guid("ContactID", contact.id);
            out.text("Name", &contact.name);
            out.maybe("EmailAddress", contact.email.as_deref());
        });
    }
    out.objects("LineItems", &d.lines, |out, line| {
        out.guid("LineItemID", line.id);
        let account = line.account.and_then(|id| org.state.accounts.get(id));
        out.maybe("AccountCode", account.map(|a| a.code.as_str()));
        out.maybe("Description", line.description.as_deref());
        out.money("UnitAmount", super::amounts::round(line.price, ctx.price_places()));
        if let Some(rate) = line.discount_rate {
            out.money("DiscountRate", rate);
        }
        if listed || line.discount_amount.is_some() {
            out.money("DiscountAmount", line.discount_amount.unwrap_or_default());
        }
        out.money("LineAmount", line.amount);
        let item = line.item.and_then(|id| org.state.items.get(id));
        if !listed || item.is_some() {
            out.text("ItemCode", item.map_or("", |i| i.code.as_str()));
        }
        out.quantity("Quantity", line.quantity.unwrap_or_default());
        out.maybe("TaxType", line.tax_type.as_deref());
        out.money("TaxAmount", line.tax);
        org.write_tracking(&line.tracking, super::shown::LineForm::Written, out);
    });
    for (key, day) in [("Date", Some(d.date)), ("ExpiryDate", d.due)] {
        if let Some(day) = day {
            out.instant_without_offset(key, midnight(day));
            out.text(&format!("{key}String"), &format!("{day}T00:00:00"));
        }
    }
    out.text("Status", d.status.shown());
    out.rate("CurrencyRate", d.rate);
    out.text("CurrencyCode", &d.currency);
    out.money("SubTotal", d.sub_total);
    out.money("TotalTax", d.tax);
    out.money("Total", d.total);
    if listed || !d.discount.is_zero() {
        out.money("TotalDiscount", d.discount);
    }
    out.maybe("Title", d.more("Title"));
    out.maybe("Summary", d.more("Summary"));
    if let Some(theme) = d.branding.or_else(|| org.standard_theme()) {
        out.guid("BrandingThemeID", theme);
    }
    out.instant_without_offset("UpdatedDateUTC", d.updated);
    out.text("LineAmountTypes", &d.line_amounts.shown().to_uppercase());
}

fn echo(org: &Org, d: &Document, ctx: &Ctx<'_>, out: &mut Out) {
    write_quote(org, d, View::Written, ctx, out);
}
