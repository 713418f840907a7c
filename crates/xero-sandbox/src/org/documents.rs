//! Saving a document of any kind: one path from the sent element to ledger, numbers, notices and history.
//!
//! A [`Family`] says what a resource's documents may do: statuses, numbers, contacts, defaults. Example: the family
//! of invoices allows DRAFT → AUTHORISED and refuses AUTHORISED → DELETED with Xero's words.
//! Order of checks: which document, may it still change, what was sent, is it complete for its status, lock dates,
//! number. Only then it is stored and posted. Settled documents have their own short path (`settled`).

use rust_decimal::Decimal;

use super::amounts::totals;
use super::contacts::Inline;
use super::document::{Document, Kind, Line, Status};
use super::guid::Guid;
use super::input::{Fields, ours};
use super::lines::LineRules;
use super::out::Out;
use super::posting::Backorders;
use super::records::LineAmounts;
use super::resource::{Ctx, Refusal, Saved};
use super::{Books, Org};
use crate::exchange::{EventType, Method};

/// What a resource's documents may do.
pub(crate) struct Family {
    pub books: Books,
    pub id_key: &'static str,
    pub number_key: &'static str,
    /// The first is the default; several need `Type`.
    pub kinds: &'static [Kind],
    /// (from, to…); None is a new document.
    pub statuses: &'static [(Option<Status>, &'static [Status])],
    pub default_status: Status,
    pub default_amounts: LineAmounts,
    /// What Xero says to a change of status it doesn't take.
    pub wrong_status: &'static str,
    /// What Xero says beside or instead of it to any change of a deleted one.
    pub deleted: Option<&'static str>,
    pub not_unique: &'static str,
    pub inline: Inline,
    pub tax_from_account: bool,
    /// Needs lines even as a draft.
    pub needs_lines: bool,
    /// Decimals of unit prices; None: by `unitdp`.
    pub places: Option<u32>,
    pub due_key: Option<&'static str>,
    /// (key, longest text; 0: a day).
    pub more: &'static [(&'static str, usize)],
    pub echo: fn(&Org, &Document, &Ctx<'_>, &mut Out),
}

impl Family {
    /// Kinds whose number is made when absent and is unique.
    pub(crate) fn numbered(kind: Kind) -> bool {
        matches!(kind, Kind::AccRec | Kind::AccRecCredit | Kind::PurchaseOrder | Kind::Quote)
    }

    fn allows(&self, from: Option<Status>, to: Status) -> bool {
        self.statuses.iter().any(|row| row.0 == from && row.1.contains(&to))
    }

    fn refused_status(&self, from: Option<Status>, to: Status) -> Vec<String> {
        let deleted = self.deleted.filter(|_| from == Some(Status::Deleted));
        let changes = deleted.is_none() || to != Status::Deleted;
        let messages = [changes.then_some(self.wrong_status), deleted];
        messages.into_iter().flatten().map(str::to_owned).collect()
    }

    fn discounts(kind: Kind) -> bool {
        matches!(kind, Kind::AccRec | Kind::PurchaseOrder | Kind::Quote)
    }
}

impl Org {
    /// Creates or changes a document from one sent element.
    pub(crate) fn save_document(
        &mut self,
        f: &Fields<'_>,
        target: Option<Guid>,
        ctx: &Ctx<'_>,
        family: &Family,
    ) -> Result<Saved, Refusal> {
        let stored = self.stored_document(f, target, ctx, family)?;
        let created = stored.is_none();
        let mut draft = match &stored {
            Some(document) => document.clone(),
            None => Document { id: self.new_id(), ..blank(family, ctx, self.base_currency()) },
        };
        let result = self.change_document(f, stored.as_ref(), &mut draft, ctx, family);
        match result {
            Err(Refusal::Invalid { messages, .. }) => {
                // A document found by its number only is shown as if it were new (recorded of purchase orders).
                if created || target.is_none() && f.guid(family.id_key).is_none() {
                    draft.id = Guid::ZERO;
                    draft.lines.iter_mut().for_each(|line| line.id = Guid::ZERO);
                }
                let org = &*self;
                Err(Refusal::from(messages).echoed(|out| (family.echo)(org, &draft, ctx, out)))
            }
            Err(other) => Err(other),
            Ok(warnings) => {
                let id = draft.id;
                let event = if created { EventType::Create } else { EventType::Update };
                self.notify(&draft, event, ctx.now);
                let details = format!(
                    "{} {} {}",
                    family.number_key.trim_end_matches("Number"),
                    draft.number,
                    draft.status.shown()
                );
                self.note(id, if created { "Created" } else { "Edited" }, details, ctx);
                self.put_document(draft, family.books);
                Ok(Saved { id, warnings })
            }
        }
    }

    /// The document an element names, by the path, by id, or by number where numbers are unique.
    fn stored_document(
        &self,
        f: &Fields<'_>,
        target: Option<Guid>,
        ctx: &Ctx<'_>,
        family: &Family,
    ) -> Result<Option<Document>, Refusal> {
        let table = family.books.table(&self.state);
        let posting = ctx.call.method == Method::Post;
        if let Some(id) = target.or_else(|| f.guid(family.id_key).filter(|_| posting)) {
            return table.get(id).cloned().map(Some).ok_or(Refusal::NotFound);
        }
        let kind = f.text("Type").and_then(|t| Kind::read(&t)).unwrap_or(family.kinds[0]);
        let number = f
            .filled(family.number_key)
            .filter(|_| Family::numbered(kind) && posting && family.books != Books::Quotes);
        let Some(number) = number else { return Ok(None) };
        let gone = |d: &&Document| matches!(d.status, Status::Deleted | Status::Voided);
        let held = |d: &&Document| d.kind == kind && (!gone(d) || family.books == Books::PurchaseOrders);
        Ok(table.with_key('n', &number.trim().to_lowercase()).find(held).cloned())
    }

    fn change_document(
        &mut self,
        f: &Fields<'_>,
        stored: Option<&Document>,
        draft: &mut Document,
        ctx: &Ctx<'_>,
        family: &Family,
    ) -> Result<Vec<String>, Refusal> {
        let wanted = wanted_status(f, draft)?;
        let from = stored.map(|d| d.status);
        if let Some(stored) = stored.filter(|d| d.settled()) {
            draft.status = wanted;
            // Only settling makes PAID and only taking it back AUTHORISED: sent with a paid document they are an edit.
            if wanted != stored.status && wanted != Status::Authorised {
                let rest = "cannot be applied to the invoice because it has payments or credit notes allocated to it.";
                return Err(format!("The status {} {rest}", wanted.shown()).into());
            }
            draft.status = stored.status;
            return self.change_settled(f, stored, draft, ctx, family);
        }
        let allowed = family.allows(from, wanted);
        if !allowed {
            self.read_header_for_echo(f, draft, family);
            draft.status = wanted;
            return Err(family.refused_status(from, wanted).into());
        }
        let closing = matches!(wanted, Status::Voided | Status::Deleted);
        let mut warnings = Vec::new();
        if let Some(stored) = stored.filter(|d| d.kind.posts() && d.status.live())
            && let Some((name, _)) = self.locked(stored.date, ctx)
        {
            draft.status = wanted;
            return Err(
                format!("This document cannot be edited as it is currently dated before {name}").into()
            );
        }
        if closing && stored.is_some() {
            if let Some(number) = f.filled(family.number_key) {
                draft.number = number;
            }
            draft.status = wanted;
        } else {
            warnings = self.read_document(f, stored, draft, wanted, ctx, family)?;
        }
        draft.updated = ctx.now;
        let backorders = if ctx.asks("allowBackorders") { Backorders::Allowed } else { Backorders::Refused };
        self.post_document(draft, backorders, ctx.now)?;
        self.mark_contact(draft);
        Ok(warnings)
    }

    /// Reads all fields over the draft and checks that it is complete for its status.
    fn read_document(
        &mut self,
        f: &Fields<'_>,
        stored: Option<&Document>,
        draft: &mut Document,
        wanted: Status,
        ctx: &Ctx<'_>,
        family: &Family,
    ) -> Result<Vec<String>, Refusal> {
        let mut wrong = Vec::new();
        let mut warnings = Vec::new();
        draft.status = wanted;
        self.read_kind(f, stored, draft, family, &mut wrong);
        let contact = self.document_contact(f, family.inline, ctx);
        match contact {
            Ok(Some(id)) => draft.contact = id,
            Ok(None) if draft.contact == Guid::ZERO => {
                wrong.push("A Contact must be specified for this type of transaction".to_owned());
            }
            Ok(None) => {}
            Err(Refusal::Invalid { messages, .. }) => wrong.extend(messages),
            Err(other) => return Err(other),
        }
        self.read_header(f, draft, family, &mut wrong, &mut warnings);
        self.read_bank(f, draft, &mut wrong);
        self.read_money(f, draft, &mut wrong, &mut warnings);
        let approving = !matches!(wanted, Status::Draft | Status::Submitted);
        let rules = LineRules {
            kind: draft.kind,
            line_amounts: draft.line_amounts,
            places: family.places.unwrap_or_else(|| ctx.price_places()),
            approving: approving && draft.kind.posts(),
            tax_from_account: family.tax_from_account,
            discounts: Family::discounts(draft.kind),
            tax_again: stored.is_some_and(|d| d.line_amounts != draft.line_amounts),
        };
        let listed = f.list("LineItems");
        let resent = listed.is_some();
        if let Some(sent) = listed {
            draft.lines = self.read_lines(&sent, &draft.lines, &rules, &mut wrong);
        } else if stored.is_some_and(|d| d.line_amounts != draft.line_amounts)
            || approving && stored.is_some()
        {
            draft.lines = self.checked_again(&draft.lines, &rules, &mut wrong);
        }
        if draft.lines.is_empty() && (approving || family.needs_lines) {
            wrong.push(ours("at least one element in LineItems is required"));
        }
        add_up(draft);
        if wrong.is_empty() && draft.total.is_sign_negative() {
            wrong.push(ours(&format!("the total must not be negative, it is {}", draft.total)));
        }
        let sent_total = f.number("Total").filter(|_| resent && stored.is_none());
        if wrong.is_empty() && sent_total.is_some_and(|total| total != draft.total) {
            wrong.push("The invoice total does not equal the sum of the lines.".to_owned());
        }
        self.check_dates(draft, approving, ctx, family, &mut wrong);
        if draft.status.live() && !stored.is_some_and(|d| d.status.live()) {
            wrong.extend(self.plan_refusal(draft));
        }
        self.read_number(f, stored, draft, family, &mut wrong);
        wrong.extend(f.problems());
        if !wrong.is_empty() {
            return Err(wrong.into());
        }
        for line in draft.lines.iter_mut().filter(|l| l.id == Guid::ZERO) {
            line.id = self.state.meta.ids.make();
        }
        Ok(warnings)
    }

    /// Stored lines checked again, as when a draft is approved or LineAmountTypes changes.
    fn checked_again(&self, lines: &[Line], rules: &LineRules, wrong: &mut Vec<String>) -> Vec<Line> {
        let ids: Vec<serde_json::Value> = lines
            .iter()
            .map(|l| serde_json::json!({"LineItemID": l.id.to_string(), "TaxAmount": null}))
            .collect();
        let sent: Vec<Fields<'_>> = ids.iter().map(Fields::of).collect();
        self.read_lines(&sent, lines, rules, wrong)
    }

    /// Documents make their contact a customer or supplier without changing its `UpdatedDateUTC` (recorded).
    fn mark_contact(&mut self, document: &Document) {
        let Some(contact) = self.state.contacts.get(document.contact) else { return };
        let (customer, supplier) = match document.kind {
            Kind::AccRec | Kind::AccRecCredit => (true, contact.supplier),
            Kind::AccPay | Kind::AccPayCredit => (contact.customer, true),
            _ => (contact.customer, contact.supplier),
        };
        let takes_currency = !document.kind.posts() && contact.currency.is_none();
        let currency = contact.currency.clone().or_else(|| takes_currency.then(|| document.currency.clone()));
        if (customer, supplier) != (contact.customer, contact.supplier) || currency != contact.currency {
            let changed = super::records::Contact { customer, supplier, currency, ..contact.clone() };
            self.state.contacts.put(changed);
        }
    }
}

fn blank(family: &Family, ctx: &Ctx<'_>, currency: &str) -> Document {
    Document {
        id: Guid::ZERO,
        kind: family.kinds[0],
        number: String::new(),
        reference: None,
        contact: Guid::ZERO,
        date: ctx.today,
        due: None,
        line_amounts: family.default_amounts,
        status: family.default_status,
        lines: Vec::new(),
        sub_total: Decimal::ZERO,
        tax: Decimal::ZERO,
        total: Decimal::ZERO,
        discount: Decimal::ZERO,
        currency: currency.to_owned(),
        rate: Decimal::ONE,
        paid: Decimal::ZERO,
        credited: Decimal::ZERO,
        base_total: Decimal::ZERO,
        base_settled: Decimal::ZERO,
        fully_paid_on: None,
        sent: false,
        branding: None,
        url: None,
        bank_account: None,
        reconciled: false,
        more: Vec::new(),
        stock: Vec::new(),
        app: ctx.call.app_name.clone(),
        updated: ctx.now,
    }
}

fn wanted_status(f: &Fields<'_>, draft: &Document) -> Result<Status, Refusal> {
    match f.filled("Status") {
        None => Ok(draft.status),
        Some(text) => match Status::read(&text) {
            Some(status) => Ok(status),
            None => Err(ours(&format!("Status '{text}' is not one of Xero's")).into()),
        },
    }
}

/// Sub-total, tax, total and discount of the lines.
fn add_up(draft: &mut Document) {
    let counting = || draft.lines.iter().filter(|l| l.counts());
    let lines: Vec<(Decimal, Decimal)> = counting().map(|l| (l.amount, l.tax)).collect();
    (draft.sub_total, draft.tax) = totals(&lines, draft.line_amounts);
    draft.total = draft.sub_total + draft.tax;
    let gross = |l: &Line| super::amounts::line_amount(l.quantity.unwrap_or_default(), l.price, None, None);
    let discounted = counting().filter(|l| l.discount_rate.is_some() || l.discount_amount.is_some());
    draft.discount = discounted.map(|l| gross(l).unwrap_or(l.amount) - l.amount).sum();
}
