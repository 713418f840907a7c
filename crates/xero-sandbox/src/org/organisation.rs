//! `GET Organisation` and `Organisation/Actions` (API-FACTS 4.1).

use super::Org;
use super::document::{Document, Kind};
use super::envelope::{Envelope, not_built, ok};
use super::out::Out;
use super::resource::Ctx;
use crate::exchange::{Answer, Method, Role};

/// Key order as recorded; lock dates are absent when not set.
fn write(org: &Org, out: &mut Out) {
    let s = &org.state.meta.settings;
    out.text("Name", &s.name);
    out.text("LegalName", &s.name);
    out.flag("PaysTax", s.registration == super::Registration::Registered);
    out.text("Version", &s.version);
    out.text("OrganisationType", "COMPANY");
    out.text("BaseCurrency", &s.base);
    out.text("CountryCode", &s.country);
    out.flag("IsDemoCompany", true);
    out.text("OrganisationStatus", "ACTIVE");
    out.text("TaxNumber", "101-2-303");
    out.count("FinancialYearEndDay", u64::try_from(s.year_end.0).unwrap_or(31));
    out.count("FinancialYearEndMonth", u64::try_from(s.year_end.1).unwrap_or(3));
    out.text("SalesTaxBasis", &s.tax_basis);
    out.text("SalesTaxPeriod", &s.tax_period);
    out.text("DefaultSalesTax", "Remember previous");
    out.text("DefaultPurchasesTax", "Remember previous");
    for (key, day) in [("PeriodLockDate", s.locks.period), ("EndOfYearLockDate", s.locks.end_of_year)] {
        if let Some(day) = day {
            out.instant(key, super::out::midnight(day));
        }
    }
    out.instant_without_offset("CreatedDateUTC", s.created);
    out.text("OrganisationEntityType", "COMPANY");
    out.text("Timezone", &s.zone.0);
    out.text("ShortCode", &s.short_code);
    out.guid("OrganisationID", s.id);
    out.text("Edition", "BUSINESS");
    out.text("Class", &s.class);
    out.objects("Addresses", [()], |out, ()| {
        let parts = [
            ("AddressType", "POBOX"),
            ("AddressLine1", "23 Main Street"),
            ("AddressLine2", "Central City"),
            ("City", "Marineville"),
            ("Region", ""),
            ("PostalCode", "1234"),
            ("Country", ""),
            ("AttentionTo", ""),
        ];
        parts.iter().for_each(|(key, value)| out.text(key, value));
    });
    out.objects("Phones", [()], |out, ()| {
        out.text("PhoneType", "OFFICE");
        out.text("PhoneNumber", "1234 5678");
        out.text("PhoneCountryCode", &s.phone_code);
    });
    out.empty_lists(&["ExternalLinks"]);
    out.object("PaymentTerms", |_| ());
}

const ACTIONS: &[&str] = &[
    "CreateApprovedInvoice",
    "CreateApprovedBill",
    "CreateDraftInvoice",
    "CreateDraftBill",
    "CreateInvoicePayment",
    "CreateDraftPurchaseOrder",
    "CreateApprovedPurchaseOrder",
    "CreateDraftQuote",
    "CreateSentQuote",
    "AttachFilesIntoInvoice",
    "UseMulticurrency",
    "CreateManualJournal",
    "ApproveTransactionsBeforePeriodLockDate",
    "CreateRepeatingInvoice",
    "CreateRepeatingBill",
];

/// (plan, kind, how many of it can be approved a month, by invoice date): API-FACTS 2.3.
const PLAN_LIMITS: &[(&str, Kind, usize)] = &[("STARTER", Kind::AccRec, 20), ("STARTER", Kind::AccPay, 5)];

impl Org {
    /// Why the plan doesn't let this document be approved.
    pub(crate) fn plan_refusal(&self, document: &Document) -> Option<String> {
        let class = &self.state.meta.settings.class;
        let (_, _, limit) = PLAN_LIMITS.iter().find(|l| l.0 == class && l.1 == document.kind)?;
        let month = document.date.first_of_month();
        let counts =
            |d: &&Document| d.kind == document.kind && d.status.live() && d.date.first_of_month() == month;
        let approved = self.state.invoices.iter().filter(counts).filter(|d| d.id != document.id).count();
        (approved >= *limit).then(|| "You have reached the limit of invoices you can approve".to_owned())
    }
}

fn allowed(action: &str, role: Role) -> bool {
    match action {
        "ApproveTransactionsBeforePeriodLockDate" => role == Role::Adviser,
        "CreateManualJournal" => role.reads_reports(),
        "CreateRepeatingInvoice" | "CreateRepeatingBill" => false,
        _ => role != Role::ReadOnly,
    }
}

pub(crate) fn handle_organisation(org: &mut Org, rest: &[&str], ctx: &Ctx<'_>) -> Answer {
    if ctx.call.method != Method::Get {
        return not_built();
    }
    let org = &*org;
    match rest {
        [] => ok(org, Envelope::Usual, ctx, |out| {
            out.objects("Organisations", [()], |out, ()| write(org, out));
        }),
        [name] if name.eq_ignore_ascii_case("Actions") => ok(org, Envelope::Usual, ctx, |out| {
            out.objects("Actions", ACTIONS, |out, action| {
                out.text("Name", action);
                let allowed = allowed(action, ctx.call.user.role);
                out.text("Status", if allowed { "ALLOWED" } else { "NOT-ALLOWED" });
            });
        }),
        [id, name] if name.eq_ignore_ascii_case("CISSettings") && *id == org.id() => {
            ok(org, Envelope::Usual, ctx, |out| {
                out.objects("CISSettings", [()], |out, ()| out.flag("CISEnabled", false));
            })
        }
        _ => super::envelope::not_found(),
    }
}
