//! How contacts, lines and settlements are shown: alone, and inside documents. The key orders are those of the
//! recordings; which groups of keys a form has is one table.
//!
//! Example: inside a paged invoice a contact is its id, its name and empty lists; inside a written one it is whole.

use rust_decimal::Decimal;

use super::Org;
use super::contacts::{ADDRESS, PHONE};
use super::document::{Document, Kind, Line, Status};
use super::guid::Guid;
use super::out::Out;
use super::records::{Address, Allocation, Contact, Payment, Phone};
use super::resource::{Ctx, View};

/// Where a contact is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ContactForm {
    Written,
    Single,
    Page,
    List,
    Summary,
    /// Inside a written or single invoice or credit note.
    Embedded,
    /// Inside a written or single purchase order: only slots that hold something.
    Order,
    /// Inside a page of purchase orders.
    OrderPage,
    /// Inside a refused purchase order.
    OrderRefused,
}

impl ContactForm {
    /// Sales and purchases tracking lists, bank details, flags.
    fn whole(self) -> bool {
        matches!(self, ContactForm::Written | ContactForm::Embedded | ContactForm::Order)
    }

    fn read(self) -> bool {
        matches!(self, ContactForm::Single | ContactForm::Page | ContactForm::List)
    }

    fn only_filled_slots(self) -> bool {
        matches!(self, ContactForm::Order | ContactForm::OrderPage)
    }

    fn flags(self) -> bool {
        self.whole() || self.read()
    }
}

fn write_parts(keys: &[(&str, usize)], parts: &[Option<String>], out: &mut Out) {
    keys.iter().zip(parts).for_each(|((key, _), value)| out.maybe(key, value.as_deref()));
}

fn filled(parts: &[Option<String>]) -> bool {
    parts.iter().flatten().any(|part| !part.is_empty())
}

impl Org {
    pub(crate) fn write_contact(&self, c: &Contact, form: ContactForm, ctx: &Ctx<'_>, out: &mut Out) {
        let summary = form == ContactForm::Summary;
        out.guid("ContactID", c.id);
        out.maybe("ContactNumber", c.number.as_deref());
        out.maybe("AccountNumber", c.account_number.as_deref());
        out.text("ContactStatus", if c.archived { "ARCHIVED" } else { "ACTIVE" });
        if let Some(survivor) = c.merged_into {
            out.guid("MergedToContactID", survivor);
        }
        out.text("Name", &c.name);
        out.maybe("FirstName", c.first_name.as_deref());
        out.maybe("LastName", c.last_name.as_deref());
        if form != ContactForm::OrderPage {
            out.maybe("EmailAddress", c.email.as_deref());
            out.maybe("BankAccountDetails", c.bank_account.as_deref());
            out.maybe("CompanyNumber", c.company_number.as_deref());
            out.maybe("TaxNumber", c.tax_number.as_deref());
            out.maybe("AccountsReceivableTaxType", c.receivable_tax.as_deref());
            out.maybe("AccountsPayableTaxType", c.payable_tax.as_deref());
        }
        if !summary {
            write_slots(c, form, out);
        }
        out.instant("UpdatedDateUTC", c.updated);
        if !summary {
            out.empty_lists(&["ContactGroups"]);
        }
        if form.flags() {
            out.flag("IsSupplier", c.supplier);
            out.flag("IsCustomer", c.customer);
        }
        out.maybe("DefaultCurrency", c.currency.as_deref());
        if form.whole() {
            out.empty_lists(&["SalesTrackingCategories", "PurchasesTrackingCategories"]);
        }
        if !summary {
            if form.flags() {
                c.defaults.iter().for_each(|(key, value)| out.text(key, value));
            }
            out.objects("ContactPersons", &c.persons, |out, p| {
                out.text("FirstName", &p.first_name);
                out.text("LastName", &p.last_name);
                out.text("EmailAddress", &p.email);
                out.flag("IncludeInEmails", p.included);
            });
            if form.flags() {
                write_terms(c, out);
            }
        }
        if matches!(form, ContactForm::Single | ContactForm::Page) {
            self.write_balances(c.id, ctx, out);
        }
        if form.read() {
            out.flag("HasAttachments", self.has_attachments(c.id));
        }
        if form == ContactForm::Single {
            self.write_attachments(c.id, out);
        }
        out.flag("HasValidationErrors", false);
    }

    /// Outstanding and overdue, receivable and payable; left out while there is nothing open.
    fn write_balances(&self, contact: Guid, ctx: &Ctx<'_>, out: &mut Out) {
        // (outstanding, overdue) in the documents' own currencies.
        let open = |kind: Kind| -> (Decimal, Decimal) {
            let documents = self.state.invoices.with_key('c', &contact.to_string());
            documents.filter(|d| d.kind == kind && d.status.live()).fold(
                (Decimal::ZERO, Decimal::ZERO),
                |sums, d| {
                    let late = d.due.is_some_and(|due| due < ctx.today);
                    let due = d.due_amount();
                    (sums.0 + due, sums.1 + if late { due } else { Decimal::ZERO })
                },
            )
        };
        let (receivable, payable) = (open(Kind::AccRec), open(Kind::AccPay));
        if receivable.0.is_zero() && payable.0.is_zero() {
            return;
        }
        out.object("Balances", |out| {
            for (key, (outstanding, overdue)) in
                [("AccountsReceivable", receivable), ("AccountsPayable", payable)]
            {
                out.object(key, |out| {
                    out.money("Outstanding", outstanding);
                    out.money("Overdue", overdue);
                });
            }
        });
    }

    /// The contact inside a document.
    pub(crate) fn write_document_contact(
        &self,
        id: Guid,
        form: Option<ContactForm>,
        ctx: &Ctx<'_>,
        out: &mut Out,
    ) {
        let Some(contact) = self.state.contacts.get(id) else { return };
        out.object("Contact", |out| match form {
            Some(form) => self.write_contact(contact, form, ctx, out),
            None => {
                out.guid("ContactID", contact.id);
                out.text("Name", &contact.name);
                out.empty_lists(&["Addresses", "Phones", "ContactGroups", "ContactPersons"]);
                out.flag("HasValidationErrors", false);
            }
        });
    }

    /// One line of an invoice, credit note, order or bank transaction.
    pub(crate) fn write_line(&self, line: &Line, places: u32, form: LineForm, out: &mut Out) {
        let item = line.item.and_then(|id| self.state.items.get(id));
        out.maybe("ItemCode", item.map(|i| i.code.as_str()));
        out.maybe("Description", line.description.as_deref());
        let account = line.account.and_then(|id| self.state.accounts.get(id));
        if line.counts() {
            out.money("UnitAmount", super::amounts::round(line.price, places));
            out.maybe("TaxType", line.tax_type.as_deref());
            out.money("TaxAmount", line.tax);
            out.money("LineAmount", line.amount);
            out.maybe("AccountCode", account.map(|a| a.code.as_str()).filter(|c| !c.is_empty()));
            if let Some(item) = item.filter(|_| form != LineForm::OrderRead && form != LineForm::OrderWritten)
            {
                out.object("Item", |out| {
                    out.guid("ItemID", item.id);
                    out.maybe("Name", item.name.as_deref());
                    out.text("Code", &item.code);
                });
            }
        }
        self.write_tracking(&line.tracking, form, out);
        if let Some(quantity) = line.quantity {
            out.quantity("Quantity", quantity);
            if let Some(rate) = line.discount_rate {
                out.money("DiscountRate", rate);
            }
            if let Some(amount) = line.discount_amount {
                out.money("DiscountAmount", amount);
            }
        }
        if line.id != Guid::ZERO {
            out.guid("LineItemID", line.id);
        }
        if let Some(account) = account.filter(|_| line.counts() && form != LineForm::OrderRead) {
            out.guid("AccountID", account.id);
        }
        if matches!(form, LineForm::Written | LineForm::Single) {
            out.empty_lists(&["ValidationErrors"]);
        }
    }

    pub(crate) fn write_tracking(&self, tracking: &[(Guid, Guid)], form: LineForm, out: &mut Out) {
        out.objects("Tracking", tracking, |out, (category, option)| {
            let (name, option_name) = self.tracking_names((*category, *option)).unwrap_or_default();
            out.text("Name", name);
            out.text("Option", option_name);
            out.guid("TrackingCategoryID", *category);
            if form == LineForm::Paged {
                out.empty_lists(&["Options"]);
            } else {
                out.guid("TrackingOptionID", *option);
            }
        });
    }

    /// Payments of a document that weren't deleted.
    pub(crate) fn live_payments(&self, document: Guid) -> impl Iterator<Item = &Payment> {
        self.state.payments.with_key('d', &document.to_string()).filter(|p| !p.deleted)
    }

    /// `Payments` inside a document; with `always` also when there are none.
    pub(crate) fn write_payments(&self, document: &Document, always: bool, out: &mut Out) {
        let payments: Vec<&Payment> =
            if document.paid.is_zero() { Vec::new() } else { self.live_payments(document.id).collect() };
        if payments.is_empty() && !always {
            return;
        }
        out.objects("Payments", payments, |out, payment| {
            out.guid("PaymentID", payment.id);
            if let Some(batch) = payment.batch {
                out.guid("BatchPaymentID", batch);
            }
            out.instant("Date", super::out::midnight(payment.date));
            out.money("Amount", payment.amount);
            out.maybe("Reference", payment.reference.as_deref());
            out.rate("CurrencyRate", payment.rate);
            out.flag("HasAccount", false);
            out.flag("HasValidationErrors", false);
        });
    }

    /// `CreditNotes`, `Prepayments` and `Overpayments` applied to an invoice.
    pub(crate) fn write_credits(&self, invoice: &Document, view: View, out: &mut Out) {
        let mut notes = Vec::new();
        let mut prepaid = Vec::new();
        let mut overpaid = Vec::new();
        if !invoice.credited.is_zero() {
            for allocation in self.state.allocations.with_key('i', &invoice.id.to_string()) {
                let Some((credit, _)) = self.document(allocation.from) else { continue };
                let list = match credit.kind {
                    kind if kind.prepaid() => &mut prepaid,
                    kind if kind.overpaid() => &mut overpaid,
                    _ => &mut notes,
                };
                list.push((allocation, credit));
            }
        }
        if view != View::Written && (view == View::Page || !notes.is_empty()) || !notes.is_empty() {
            out.objects("CreditNotes", notes, |out, (allocation, note)| {
                out.guid("CreditNoteID", note.id);
                out.text("CreditNoteNumber", &note.number);
                out.guid("ID", note.id);
                out.flag("HasErrors", false);
                out.empty_lists(&["InvoiceAddresses"]);
                if view != View::Page {
                    out.rate("CurrencyRate", note.rate);
                }
                out.money("AppliedAmount", allocation.amount);
                out.day("Date", note.date);
                out.empty_lists(&["LineItems"]);
                out.money("Total", note.total);
            });
        }
        for (key, id, list) in
            [("Prepayments", "PrepaymentID", prepaid), ("Overpayments", "OverpaymentID", overpaid)]
        {
            out.objects(key, list, |out, (allocation, credit)| {
                out.guid(id, credit.id);
                out.guid("ID", credit.id);
                out.money("AppliedAmount", allocation.amount);
                out.day("Date", credit.date);
                out.empty_lists(&["LineItems"]);
                out.money("Total", credit.total);
            });
        }
    }

    /// `Allocations` of a credit.
    pub(crate) fn write_allocations(&self, credit: &Document, out: &mut Out) {
        let found: Vec<&Allocation> = if credit.credited.is_zero() {
            Vec::new()
        } else {
            self.state.allocations.with_key('f', &credit.id.to_string()).collect()
        };
        out.objects("Allocations", found, |out, allocation| {
            out.guid("AllocationID", allocation.id);
            out.money("Amount", allocation.amount);
            out.instant("Date", super::out::midnight(allocation.date));
            self.write_allocated_invoice(allocation.invoice, out);
        });
    }

    /// The nearly empty invoice inside an allocation (recorded).
    pub(crate) fn write_allocated_invoice(&self, id: Guid, out: &mut Out) {
        out.object("Invoice", |out| {
            out.guid("InvoiceID", id);
            if let Some(invoice) = self.state.invoices.get(id) {
                out.text("InvoiceNumber", &invoice.number);
            }
            out.empty_lists(&["Payments", "CreditNotes", "Prepayments", "Overpayments"]);
            out.flag("IsDiscounted", false);
            out.empty_lists(&["InvoiceAddresses"]);
            out.flag("HasErrors", false);
            out.empty_lists(&["InvoicePaymentServices", "LineItems"]);
        });
    }
}

/// Where a line is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LineForm {
    Written,
    Single,
    Paged,
    OrderWritten,
    OrderRead,
    Refused,
}

impl LineForm {
    pub(crate) fn of(view: View) -> LineForm {
        match view {
            View::Written => LineForm::Written,
            View::Single => LineForm::Single,
            View::Page | View::List => LineForm::Paged,
        }
    }
}

/// What is still due as it is shown: nothing on voided and deleted documents, except in the answer that voids.
pub(crate) fn due_shown(document: &Document, view: View) -> Decimal {
    let gone = matches!(document.status, Status::Voided | Status::Deleted);
    if gone && view != View::Written { Decimal::ZERO } else { document.due_amount() }
}

fn write_slots(c: &Contact, form: ContactForm, out: &mut Out) {
    let mut addresses: Vec<&Address> = c.addresses.iter().collect();
    let mut phones: Vec<&Phone> = c.phones.iter().collect();
    if form.only_filled_slots() {
        addresses.retain(|a| filled(&a.parts));
        phones.retain(|p| filled(&p.parts));
    }
    if form.read() {
        phones.sort_by(|a, b| a.kind.cmp(&b.kind));
    }
    out.objects("Addresses", addresses, |out, address| {
        out.text("AddressType", &address.kind);
        write_parts(ADDRESS, &address.parts, out);
    });
    out.objects("Phones", phones, |out, phone| {
        out.text("PhoneType", &phone.kind);
        write_parts(PHONE, &phone.parts, out);
    });
}

fn write_terms(c: &Contact, out: &mut Out) {
    if c.terms.is_empty() {
        return;
    }
    out.object("PaymentTerms", |out| {
        for (side, day, kind) in &c.terms {
            out.object(side, |out| {
                out.count("Day", u64::from(*day));
                out.text("Type", kind);
            });
        }
    });
}
