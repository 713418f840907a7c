//! What may still change on a document with payments or credits (API-FACTS 4.7): reference, due date, number, theme,
//! contact, link, and per line description, account and tracking.
//!
//! Example: a paid bill sent with another amount answers 200 and stays as it was; a paid sales invoice answers
//! "This document cannot be edited as it has a payment or credit note allocated to it."

use super::Org;
use super::accounts::Use;
use super::contacts::Inline;
use super::document::{Document, Kind, Line};
use super::documents::Family;
use super::guid::Guid;
use super::input::Fields;
use super::posting::Backorders;
use super::resource::{Ctx, Refusal};

const SETTLED: &str = "This document cannot be edited as it has a payment or credit note allocated to it.";

impl Org {
    pub(crate) fn change_settled(
        &mut self,
        f: &Fields<'_>,
        stored: &Document,
        draft: &mut Document,
        ctx: &Ctx<'_>,
        family: &Family,
    ) -> Result<Vec<String>, Refusal> {
        if let Some((name, _)) = self.locked(stored.date, ctx) {
            return Err(
                format!("This document cannot be edited as it is currently dated before {name}").into()
            );
        }
        let mut wrong = Vec::new();
        if let Some(contact) =
            self.document_contact(f, Inline::MustExist, ctx)?.filter(|id| *id != stored.contact)
        {
            if stored.credited.is_zero() { draft.contact = contact } else { wrong.push(SETTLED.to_owned()) }
        }
        draft.reference = f.text_of("Reference", 255).or(draft.reference.take());
        draft.url = f.text_of("Url", 2000).or(draft.url.take());
        if family.due_key.is_some() {
            draft.due = f.day("DueDate").or(draft.due);
        }
        draft.branding =
            f.guid("BrandingThemeID").filter(|id| self.state.themes.get(*id).is_some()).or(draft.branding);
        draft.sent = f.flag("SentToContact").unwrap_or(draft.sent);
        if let Some(number) = f.text_of(family.number_key, 255).filter(|n| !n.trim().is_empty()) {
            let mut same = family.books.table(&self.state).with_key('n', &number.to_lowercase());
            let unique = matches!(stored.kind, Kind::AccRec | Kind::AccRecCredit);
            if unique && same.any(|d| d.id != stored.id && d.kind == stored.kind) {
                wrong.push(family.not_unique.to_owned());
            }
            draft.number = number;
        }
        for (key, max) in family.more.iter().filter(|m| m.1 == 0) {
            if let Some(day) = f.day(key).filter(|_| *max == 0) {
                draft.set_more(key, day.to_string());
            }
        }
        if f.day("Date").is_some_and(|day| day != stored.date) && stored.kind != Kind::AccPay {
            wrong.push(SETTLED.to_owned());
        }
        if let Some(sent) = f.list("LineItems") {
            self.change_settled_lines(&sent, stored, draft, &mut wrong);
        }
        wrong.extend(f.problems());
        if !wrong.is_empty() {
            return Err(wrong.into());
        }
        draft.updated = ctx.now;
        self.post_document(draft, Backorders::Allowed, ctx.now)?;
        Ok(Vec::new())
    }

    fn change_settled_lines(
        &self,
        sent: &[Fields<'_>],
        stored: &Document,
        draft: &mut Document,
        wrong: &mut Vec<String>,
    ) {
        let silent = stored.kind == Kind::AccPay;
        let changes_amounts = |f: &Fields<'_>, line: &Line| {
            let differs = |key: &str, value| f.number(key).is_some_and(|sent| sent != value);
            differs("Quantity", line.quantity.unwrap_or_default())
                || differs("UnitAmount", line.price)
                || differs("LineAmount", line.amount)
                || f.filled("TaxType").is_some_and(|t| Some(t) != line.tax_type)
        };
        let mut changed = stored.lines.clone();
        for f in sent {
            let Some(id) = f.guid("LineItemID") else {
                wrong.push(
                    "To update fields on a paid invoice line item, you must supply a LineItemID".to_owned(),
                );
                continue;
            };
            let Some(line) = changed.iter_mut().find(|l| l.id == id) else {
                wrong.push(format!("Could not find line item(s) with the following id(s): {id}"));
                continue;
            };
            if changes_amounts(f, line) {
                if !silent {
                    wrong.push(SETTLED.to_owned());
                }
                continue;
            }
            line.description = f.text_of("Description", 4000).or(line.description.take());
            match self.named_account(f) {
                None => {}
                Some(Err(message)) => wrong.push(message),
                Some(Ok(account)) => match self.account_refusal(account, Use::DocumentLine) {
                    Some(message) => wrong.push(message),
                    None => line.account = Some(account.id),
                },
            }
            if let Some(tracking) = self.read_tracking(f) {
                line.tracking = tracking;
            }
            wrong.extend(f.problems());
        }
        let kept = sent.iter().filter_map(|f| f.guid("LineItemID")).collect::<Vec<Guid>>();
        if !silent && wrong.is_empty() && !stored.lines.iter().all(|l| kept.contains(&l.id)) {
            wrong.push(SETTLED.to_owned());
        }
        draft.lines = changed;
    }
}
