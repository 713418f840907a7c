//! Bank transactions (API-FACTS 4.11): money spent and received, and the making of pre- and overpayments.

use super::contacts::Inline;
use super::document::{Document, Kind, Status};
use super::documents::Family;
use super::filter::Field;
use super::guid::Guid;
use super::input::{Fields, ours};
use super::invoices::{document_field, write_refused_tail};
use super::out::Out;
use super::records::LineAmounts;
use super::resource::{Ctx, Paging, Refusal, Resource, Saved, View};
use super::shown::{ContactForm, LineForm};
use super::table::Table;
use super::{Books, Org, State};

pub(crate) struct BankTransactions;

use Status::{Authorised, Deleted};

const FAMILY: Family = Family {
    books: Books::BankTransactions,
    id_key: "BankTransactionID",
    number_key: "BankTransactionNumber",
    kinds: &[
        Kind::Spend,
        Kind::Receive,
        Kind::SpendPrepayment,
        Kind::ReceivePrepayment,
        Kind::SpendOverpayment,
        Kind::ReceiveOverpayment,
    ],
    statuses: &[(None, &[Authorised]), (Some(Authorised), &[Authorised, Deleted])],
    default_status: Authorised,
    default_amounts: LineAmounts::Inclusive,
    wrong_status: "Bank transaction not of valid status for modification",
    deleted: None,
    not_unique: "",
    inline: Inline::Makes,
    tax_from_account: true,
    needs_lines: true,
    places: None,
    due_key: None,
    more: &[],
    echo,
};

impl Resource for BankTransactions {
    type Row = Document;
    const PLURAL: &'static str = "BankTransactions";
    const SINGULAR: &'static str = "BankTransaction";
    const ID: &'static str = "BankTransactionID";
    const PAGING: Paging = Paging::OnRequest;

    fn table(state: &State) -> &Table<Document> {
        &state.bank_transactions
    }

    fn field(org: &Org, d: &Document, path: &str) -> Option<Field> {
        let bank = || d.bank_account.and_then(|id| org.state.accounts.get(id));
        Some(match path {
            "banktransactionid" => Field::Guid(d.id),
            "isreconciled" => Field::Flag(d.reconciled),
            "bankaccount.accountid" => d.bank_account.map_or(Field::Null, Field::Guid),
            "bankaccount.code" => Field::maybe(bank().map(|a| a.code.as_str())),
            path => return document_field(org, d, path),
        })
    }

    fn write(org: &Org, d: &Document, view: View, ctx: &Ctx<'_>, out: &mut Out) {
        out.guid("BankTransactionID", d.id);
        write_bank(org, d, out);
        out.text("Type", d.kind.shown());
        out.maybe("Reference", d.reference.as_deref());
        out.flag("IsReconciled", d.reconciled);
        out.rate("CurrencyRate", d.rate);
        if d.kind.prepaid() {
            out.guid("PrepaymentID", d.id);
        }
        if d.kind.overpaid() {
            out.guid("OverpaymentID", d.id);
        }
        out.flag("HasAttachments", org.has_attachments(d.id));
        if view == View::Single {
            org.write_attachments(d.id, out);
        }
        let whole = matches!(view, View::Single | View::Written);
        org.write_document_contact(d.contact, whole.then_some(ContactForm::Embedded), ctx, out);
        out.day("Date", d.date);
        // An overpayment that is used up is PAID as an overpayment; its bank transaction knows no such status.
        let status = if d.status == Status::Paid { Authorised } else { d.status };
        out.text("Status", status.shown());
        out.text("LineAmountTypes", d.line_amounts.shown());
        let lines = if view == View::List { &[][..] } else { &d.lines };
        out.objects("LineItems", lines, |out, line| {
            org.write_line(line, ctx.price_places(), LineForm::of(view), out);
        });
        out.money("SubTotal", d.sub_total);
        out.money("TotalTax", d.tax);
        out.money("Total", d.total);
        out.instant("UpdatedDateUTC", d.updated);
        out.text("CurrencyCode", &d.currency);
        out.maybe("Url", d.url.as_deref());
    }

    fn save(org: &mut Org, f: &Fields<'_>, target: Option<Guid>, ctx: &Ctx<'_>) -> Result<Saved, Refusal> {
        let stored =
            target.or_else(|| f.guid("BankTransactionID")).and_then(|id| org.state.bank_transactions.get(id));
        let refusal = match stored {
            Some(d) if d.reconciled => Some(
                "This bank transaction cannot be edited as it has been reconciled with a Bank Statement"
                    .to_owned(),
            ),
            Some(d) if !matches!(d.kind, Kind::Spend | Kind::Receive) => {
                Some(ours("pre- and overpayments cannot be changed through BankTransactions"))
            }
            _ => None,
        };
        if let (Some(refusal), Some(d)) = (refusal, stored) {
            let d = d.clone();
            return Err(Refusal::from(refusal).echoed(|out| echo(org, &d, ctx, out)));
        }
        let kind = f.text("Type").and_then(|t| Kind::read(&t));
        if kind.is_some_and(Kind::overpaid) && f.list("LineItems").is_some_and(|lines| lines.len() != 1) {
            return Err(ours("an overpayment has exactly one line").into());
        }
        org.save_document(f, target, ctx, &FAMILY)
    }
}

fn write_bank(org: &Org, d: &Document, out: &mut Out) {
    if let Some(account) = d.bank_account.and_then(|id| org.state.accounts.get(id)) {
        out.object("BankAccount", |out| {
            out.guid("AccountID", account.id);
            out.filled("Code", &account.code);
            out.text("Name", &account.name);
        });
    }
}

fn echo(org: &Org, d: &Document, _ctx: &Ctx<'_>, out: &mut Out) {
    out.guid("BankTransactionID", d.id);
    write_bank(org, d, out);
    out.text("Type", d.kind.shown());
    out.maybe("Reference", d.reference.as_deref());
    out.flag("HasErrors", true);
    write_refused_tail(org, d, out);
}
