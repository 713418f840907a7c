//! Purchase orders (API-FACTS 4.9). They post nothing; a deleted one keeps its number.

use jiff::civil::Date;

use super::contacts::Inline;
use super::document::{Document, Kind, Status};
use super::documents::Family;
use super::filter::Field;
use super::guid::Guid;
use super::input::{Fields, read_day};
use super::invoices::document_field;
use super::out::Out;
use super::records::LineAmounts;
use super::resource::{Ctx, Paging, Refusal, Resource, Saved, View};
use super::shown::{ContactForm, LineForm};
use super::table::{Row, Table};
use super::{Books, Org, State};

pub(crate) struct PurchaseOrders;

use Status::{Authorised, Billed, Deleted, Draft, Submitted};

/// Cells the papers leave open are allowed (API-FACTS 4.9): SUBMITTED and DRAFT to BILLED, and back to SUBMITTED. The
/// papers have no column for DRAFT: as with invoices, nothing that was approved goes back to it.
const FAMILY: Family = Family {
    books: Books::PurchaseOrders,
    id_key: "PurchaseOrderID",
    number_key: "PurchaseOrderNumber",
    kinds: &[Kind::PurchaseOrder],
    statuses: &[
        (None, &[Draft, Submitted, Authorised, Billed]),
        (Some(Draft), &[Draft, Submitted, Authorised, Billed, Deleted]),
        (Some(Submitted), &[Draft, Submitted, Authorised, Billed, Deleted]),
        (Some(Authorised), &[Submitted, Authorised, Billed, Deleted]),
        (Some(Billed), &[Submitted, Authorised, Billed, Deleted]),
    ],
    default_status: Draft,
    default_amounts: LineAmounts::Exclusive,
    wrong_status: "PurchaseOrder status change is invalid",
    deleted: Some("Deleted PurchaseOrders cannot be updated"),
    not_unique: "Order number must be unique",
    inline: Inline::MustExist,
    tax_from_account: true,
    needs_lines: true,
    places: Some(4),
    due_key: Some("DeliveryDate"),
    more: &[
        ("ExpectedArrivalDate", 0),
        ("DeliveryAddress", 4000),
        ("AttentionTo", 255),
        ("Telephone", 50),
        ("DeliveryInstructions", 500),
    ],
    echo,
};

impl Resource for PurchaseOrders {
    type Row = Document;
    const PLURAL: &'static str = "PurchaseOrders";
    const SINGULAR: &'static str = "PurchaseOrder";
    const ID: &'static str = "PurchaseOrderID";
    const PAGING: Paging = Paging::Always;

    fn table(state: &State) -> &Table<Document> {
        &state.purchase_orders
    }

    fn by_key(org: &Org, key: &str) -> Option<Guid> {
        org.state.purchase_orders.with_key('n', &key.to_lowercase()).next().map(Row::id)
    }

    fn keeps(_org: &Org, d: &Document, ctx: &Ctx<'_>) -> bool {
        within(d.date, ctx, "DateFrom", "DateTo")
            && ctx.call.parameter("Status").is_none_or(|s| s.eq_ignore_ascii_case(d.status.shown()))
    }

    fn field(org: &Org, d: &Document, path: &str) -> Option<Field> {
        Some(match path {
            "purchaseorderid" => Field::Guid(d.id),
            "purchaseordernumber" => Field::text(&d.number),
            "deliverydate" => Field::maybe_day(d.due),
            path => return document_field(org, d, path),
        })
    }

    fn write(org: &Org, d: &Document, view: View, ctx: &Ctx<'_>, out: &mut Out) {
        write_head(d, out);
        out.flag("HasErrors", false);
        out.flag("IsDiscounted", !d.discount.is_zero());
        if view == View::Written || !d.discount.is_zero() {
            out.money("TotalDiscount", d.discount);
        }
        if view != View::Page {
            out.flag("SentToContact", d.sent);
        }
        out.maybe("Reference", d.reference.as_deref());
        out.text("Type", "PURCHASEORDER");
        out.rate("CurrencyRate", d.rate);
        out.text("CurrencyCode", &d.currency);
        let form = if view == View::Page { ContactForm::OrderPage } else { ContactForm::Order };
        org.write_document_contact(d.contact, Some(form), ctx, out);
        if let Some(theme) = d.branding {
            out.guid("BrandingThemeID", theme);
        }
        let form = if view == View::Written { LineForm::OrderWritten } else { LineForm::OrderRead };
        write_tail(org, d, form, out);
        out.instant("UpdatedDateUTC", d.updated);
        if view != View::Written {
            out.flag("HasAttachments", org.has_attachments(d.id));
        }
        if view == View::Single {
            org.write_attachments(d.id, out);
        }
    }

    fn save(org: &mut Org, f: &Fields<'_>, target: Option<Guid>, ctx: &Ctx<'_>) -> Result<Saved, Refusal> {
        org.save_document(f, target, ctx, &FAMILY)
    }
}

/// Whether a day lies within two query parameters.
pub(crate) fn within(day: Date, ctx: &Ctx<'_>, from: &str, to: &str) -> bool {
    let bound = |name: &str| ctx.call.parameter(name).and_then(read_day);
    bound(from).is_none_or(|from| day >= from) && bound(to).is_none_or(|to| day <= to)
}

fn write_head(d: &Document, out: &mut Out) {
    out.guid("PurchaseOrderID", d.id);
    out.text("PurchaseOrderNumber", &d.number);
    out.day("Date", d.date);
    out.maybe_day("DeliveryDate", d.due);
    out.maybe_day("ExpectedArrivalDate", d.more("ExpectedArrivalDate").and_then(|day| day.parse().ok()));
    for key in ["DeliveryAddress", "AttentionTo", "Telephone", "DeliveryInstructions"] {
        out.maybe(key, d.more(key));
    }
}

fn write_tail(org: &Org, d: &Document, form: LineForm, out: &mut Out) {
    out.text("Status", d.status.shown());
    out.text("LineAmountTypes", d.line_amounts.shown());
    out.objects("LineItems", &d.lines, |out, line| {
        org.write_line(line, 4, form, out);
        if form == LineForm::Refused {
            out.empty_lists(&["ValidationErrors"]);
        }
    });
    out.money("SubTotal", d.sub_total);
    out.money("TotalTax", d.tax);
    out.money("Total", d.total);
}

/// A refused order (recorded): the whole contact, no SentToContact, rate or update time.
fn echo(org: &Org, d: &Document, ctx: &Ctx<'_>, out: &mut Out) {
    write_head(d, out);
    out.flag("HasErrors", true);
    out.flag("IsDiscounted", !d.discount.is_zero());
    out.money("TotalDiscount", d.discount);
    out.maybe("Reference", d.reference.as_deref());
    out.text("Type", "PURCHASEORDER");
    out.text("CurrencyCode", &d.currency);
    org.write_document_contact(d.contact, Some(ContactForm::OrderRefused), ctx, out);
    write_tail(org, d, LineForm::Refused, out);
}
