//! Tax rates (API-FACTS 4.3). The list includes DELETED ones, as Xero's does.

use rust_decimal::Decimal;

use super::filter::Field;
use super::guid::Guid;
use super::input::{Fields, ours};
use super::out::Out;
use super::records::{Account, TaxComponent, TaxRate};
use super::resource::{Batch, Ctx, Paging, Refusal, Resource, Saved, View};
use super::table::Table;
use super::{Org, State};
use crate::exchange::Method;

pub(crate) struct TaxRates;

impl Resource for TaxRates {
    type Row = TaxRate;
    const PLURAL: &'static str = "TaxRates";
    const SINGULAR: &'static str = "TaxRate";
    const ID: &'static str = "TaxType";
    const PAGING: Paging = Paging::Never;
    const BATCH: Batch = Batch::First;

    fn table(state: &State) -> &Table<TaxRate> {
        &state.tax_rates
    }

    fn by_key(org: &Org, key: &str) -> Option<Guid> {
        org.tax_rate(key).map(|t| t.id)
    }

    fn field(_org: &Org, t: &TaxRate, path: &str) -> Option<Field> {
        Some(match path {
            "name" => Field::text(&t.name),
            "taxtype" => Field::text(&t.tax_type),
            "reporttaxtype" => Field::text(&t.report_type),
            "status" => Field::text(&t.status),
            "effectiverate" | "displaytaxrate" => Field::Number(t.rate),
            "canapplytoassets" => Field::Flag(t.applies[0]),
            "canapplytoequity" => Field::Flag(t.applies[1]),
            "canapplytoexpenses" => Field::Flag(t.applies[2]),
            "canapplytoliabilities" => Field::Flag(t.applies[3]),
            "canapplytorevenue" => Field::Flag(t.applies[4]),
            _ => return None,
        })
    }

    fn write(_org: &Org, t: &TaxRate, _view: View, _ctx: &Ctx<'_>, out: &mut Out) {
        out.text("Name", &t.name);
        out.text("TaxType", &t.tax_type);
        out.filled("ReportTaxType", &t.report_type);
        let keys = ["Assets", "Equity", "Expenses", "Liabilities", "Revenue"];
        keys.iter().zip(t.applies).for_each(|(key, yes)| out.flag(&format!("CanApplyTo{key}"), yes));
        out.quantity("DisplayTaxRate", t.rate);
        out.quantity("EffectiveRate", t.rate);
        out.text("Status", &t.status);
        out.objects("TaxComponents", &t.components, |out, c| {
            out.text("Name", &c.name);
            out.quantity("Rate", c.rate);
            out.flag("IsCompound", c.compound);
            out.flag("IsNonRecoverable", c.non_recoverable);
        });
    }

    fn save(org: &mut Org, f: &Fields<'_>, target: Option<Guid>, ctx: &Ctx<'_>) -> Result<Saved, Refusal> {
        let sent = f.filled("TaxType");
        let by_name = || {
            let name = f.filled("Name").unwrap_or_default();
            org.state.tax_rates.iter().find(|t| t.name.eq_ignore_ascii_case(&name)).cloned()
        };
        let known = target.and_then(|id| org.state.tax_rates.get(id)).cloned();
        let known = known.or_else(|| sent.as_deref().and_then(|t| org.tax_rate(t)).cloned()).or_else(by_name);
        match known {
            Some(_) if ctx.call.method == Method::Put => {
                Err(ours("a tax rate of this name or TaxType exists already").into())
            }
            Some(rate) => update(org, f, rate, ctx),
            None => create(org, f, ctx),
        }
    }
}

fn components(f: &Fields<'_>, wrong: &mut Vec<String>) -> Vec<TaxComponent> {
    let mut read = Vec::new();
    for component in f.list("TaxComponents").unwrap_or_default() {
        let rate = component.number("Rate").unwrap_or_default();
        if rate.is_sign_negative() || rate > Decimal::ONE_HUNDRED {
            wrong.push(ours(&format!("a tax component's Rate must lie between 0 and 100, not {rate}")));
        }
        read.push(TaxComponent {
            name: component.text_of("Name", 50).unwrap_or_default(),
            rate: rate.round_dp(4),
            compound: component.flag("IsCompound").unwrap_or(false),
            non_recoverable: component.flag("IsNonRecoverable").unwrap_or(false),
        });
        wrong.extend(component.problems());
    }
    read
}

/// Compound components are charged on top of the others.
fn effective(components: &[TaxComponent]) -> Decimal {
    let plain: Decimal = components.iter().filter(|c| !c.compound).map(|c| c.rate).sum();
    let charged = |rate: Decimal, c: &TaxComponent| {
        rate + (Decimal::ONE_HUNDRED + rate) * c.rate / Decimal::ONE_HUNDRED
    };
    components.iter().filter(|c| c.compound).fold(plain, charged).round_dp(4)
}

fn create(org: &mut Org, f: &Fields<'_>, ctx: &Ctx<'_>) -> Result<Saved, Refusal> {
    let mut wrong = Vec::new();
    let components = components(f, &mut wrong);
    let name = f.text_of("Name", 50).unwrap_or_default();
    if name.trim().is_empty() {
        wrong.push(ours("Name is required for a tax rate"));
    }
    if components.is_empty() {
        wrong.push(ours("a tax rate needs at least one element in TaxComponents"));
    }
    wrong.extend(f.problems());
    if !wrong.is_empty() {
        return Err(wrong.into());
    }
    let custom = org.state.tax_rates.iter().filter(|t| t.custom).count();
    let id = org.new_id();
    org.state.tax_rates.put(TaxRate {
        id,
        name,
        tax_type: format!("TAX{:03}", custom + 1),
        report_type: f.filled("ReportTaxType").unwrap_or_else(|| "NONE".to_owned()),
        applies: [true; 5],
        rate: effective(&components),
        status: "ACTIVE".to_owned(),
        components,
        custom: true,
        updated: ctx.now,
    });
    Ok(Saved { id, warnings: Vec::new() })
}

fn update(org: &mut Org, f: &Fields<'_>, mut rate: TaxRate, ctx: &Ctx<'_>) -> Result<Saved, Refusal> {
    if !rate.custom {
        return Err(ours(&format!("{} is a system tax rate and cannot be changed", rate.tax_type)).into());
    }
    let mut wrong = Vec::new();
    let sent = components(f, &mut wrong);
    let kept = |c: &TaxComponent| sent.iter().any(|s| s.name == c.name);
    if f.has("TaxComponents") && !rate.components.iter().all(kept) {
        wrong.push(ours("an update must send every component again; none can be renamed or removed"));
    }
    match f.filled("Status").map(|s| s.to_uppercase()) {
        None => {}
        Some(status) if ["ACTIVE", "DELETED", "ARCHIVED"].contains(&status.as_str()) => rate.status = status,
        Some(status) => wrong.push(ours(&format!("Status '{status}' is not one of a tax rate"))),
    }
    rate.name = f.text_of("Name", 50).filter(|n| !n.trim().is_empty()).unwrap_or(rate.name);
    if !sent.is_empty() {
        rate.rate = effective(&sent);
        rate.components = sent;
    }
    wrong.extend(f.problems());
    if !wrong.is_empty() {
        return Err(wrong.into());
    }
    rate.updated = ctx.now;
    let id = rate.id;
    org.state.tax_rates.put(rate);
    Ok(Saved { id, warnings: Vec::new() })
}

impl Org {
    pub(crate) fn tax_rate(&self, tax_type: &str) -> Option<&TaxRate> {
        self.state.tax_rates.with_key('t', &tax_type.trim().to_lowercase()).next()
    }

    /// The tax type an account of this class gets when none is sent.
    pub(crate) fn default_tax(&self, class: &str) -> &'static str {
        let known = |names: [&'static str; 2]| names.into_iter().find(|n| self.tax_rate(n).is_some());
        let found = match class {
            "EXPENSE" => known(["INPUT2", "INPUT"]),
            "REVENUE" => known(["OUTPUT2", "OUTPUT"]),
            _ => None,
        };
        found.unwrap_or("NONE")
    }

    /// The rate in percent of a tax type on an account, or why it can't be used there.
    pub(crate) fn usable_tax(&self, tax_type: &str, account: Option<&Account>) -> Result<Decimal, String> {
        let rate = self.tax_rate(tax_type).filter(|t| t.status == "ACTIVE").ok_or_else(|| {
            format!(
                "The TaxType code {tax_type} does not exist or cannot be used for this type of transaction"
            )
        })?;
        match account {
            Some(account) if !rate.applies_to(account.class()) => Err(format!(
                "The TaxType code '{tax_type}' cannot be used with account code '{}'.",
                account.shown()
            )),
            _ => Ok(rate.rate),
        }
    }
}
