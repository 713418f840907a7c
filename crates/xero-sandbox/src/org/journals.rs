//! The general ledger feed `/Journals` (API-FACTS 4.13): 100 entries at a time by number, for apps of tier Advanced.

use super::Org;
use super::envelope::{Envelope, forbidden, not_built, not_found, ok};
use super::guid::Guid;
use super::ledger::Entry;
use super::out::{Out, midnight};
use super::resource::Ctx;
use crate::exchange::{Answer, AppTier, Method};

pub(crate) fn handle_journals(org: &mut Org, rest: &[&str], ctx: &Ctx<'_>) -> Answer {
    if ctx.call.tier < AppTier::Advanced {
        return forbidden();
    }
    if ctx.call.method != Method::Get {
        return not_built();
    }
    let org = &*org;
    if let [key] = rest {
        let number = key.parse::<u64>().ok();
        let found = Guid::parse(key).and_then(|id| org.state.ledger.get(id));
        let found = found.or_else(|| org.state.ledger.iter().find(|e| Some(e.number) == number));
        let Some(entry) = found else { return not_found() };
        return ok(org, Envelope::Usual, ctx, |out| {
            out.objects("Journals", [entry], |out, entry| write(org, entry, false, out));
        });
    }
    let offset = ctx.call.parameter("offset").and_then(|o| o.parse::<u64>().ok()).unwrap_or(0);
    let since = ctx.call.if_modified_since.map_or(i64::MIN, |at| at.as_second().saturating_mul(1000));
    // Entries are stored in the order of their numbers.
    let wanted = org.state.ledger.iter().filter(|e| e.number > offset && e.updated >= since).take(100);
    ok(org, Envelope::Usual, ctx, |out| {
        out.objects("Journals", wanted, |out, entry| write(org, entry, true, out));
    })
}

fn write(org: &Org, entry: &Entry, listed: bool, out: &mut Out) {
    out.guid("JournalID", entry.id);
    out.instant("JournalDate", midnight(entry.date));
    out.count("JournalNumber", entry.number);
    out.instant("CreatedDateUTC", entry.updated);
    out.text("Reference", entry.reference.as_deref().unwrap_or_default());
    if listed {
        out.guid("SourceID", entry.source);
        // The file's list has no word for refunds of prepayments and overpayments (inferred: the credit's own).
        let credit = entry.source_type.strip_suffix("PAYMENT").filter(|word| word.ends_with("PAYMENT"));
        out.text("SourceType", credit.unwrap_or(&entry.source_type));
    }
    out.objects("JournalLines", entry.lines.iter().enumerate(), |out, (at, line)| {
        out.guid("JournalLineID", Guid(entry.id.0 ^ (at as u128 + 1)));
        if let Some(account) = org.state.accounts.get(line.account) {
            out.guid("AccountID", account.id);
            out.filled("AccountCode", &account.code);
            out.text("AccountType", &account.kind);
            out.text("AccountName", &account.name);
        }
        out.text("Description", line.description.as_deref().unwrap_or_default());
        out.money("NetAmount", line.net);
        out.money("GrossAmount", line.net + line.tax);
        out.money("TaxAmount", line.tax);
        if let Some(tax_type) = &line.tax_type {
            out.text("TaxType", tax_type);
            out.maybe("TaxName", org.tax_rate(tax_type).map(|t| t.name.as_str()));
        }
        out.objects("TrackingCategories", &line.tracking, |out, (category, option)| {
            let (name, option_name) = org.tracking_names((*category, *option)).unwrap_or_default();
            out.text("Name", name);
            out.text("Option", option_name);
            out.guid("TrackingCategoryID", *category);
            out.guid("TrackingOptionID", *option);
        });
    });
}
