//! The tax rates of the demo companies (API-FACTS 4.3).

use super::Country;

/// One rate: name, TaxType, ReportTaxType, percent with two decimals as an integer, the letters of the classes it
/// applies to (Assets, eQuity, Expenses, Liabilities, Revenue), active.
pub(super) struct Rate {
    pub name: &'static str,
    pub tax_type: &'static str,
    pub report: &'static str,
    pub percent: i64,
    pub applies: &'static str,
    pub active: bool,
}

const fn rate(
    name: &'static str,
    tax_type: &'static str,
    report: &'static str,
    percent: i64,
    applies: &'static str,
) -> Rate {
    Rate { name, tax_type, report, percent, applies, active: true }
}

const fn old(name: &'static str, tax_type: &'static str, percent: i64, applies: &'static str) -> Rate {
    Rate { name, tax_type, report: tax_type, percent, applies, active: false }
}

/// As recorded of a Demo Company (NZ), the DELETED ones included.
const NZ: &[Rate] = &[
    old("12.5% GST on Expenses", "INPUT", 1250, "AQEL"),
    old("12.5% GST on Income", "OUTPUT", 1250, "AQLR"),
    rate("15% GST on Expenses", "INPUT2", "INPUT", 1500, "AQEL"),
    rate("15% GST on Income", "OUTPUT2", "OUTPUT", 1500, "AQLR"),
    rate("GST on Imports", "GSTONIMPORTS", "GSTONIMPORTS", 0, "L"),
    rate("No GST", "NONE", "NONE", 0, "AQELR"),
    rate("Zero Rated", "ZERORATED", "ZERORATEDOUTPUT", 0, "LR"),
];

const UK: &[Rate] = &[
    rate("20% (VAT on Expenses)", "INPUT2", "INPUT", 2000, "AQEL"),
    rate("20% (VAT on Income)", "OUTPUT2", "OUTPUT", 2000, "AQLR"),
    rate("5% (VAT on Expenses)", "RRINPUT", "RRINPUT", 500, "AQEL"),
    rate("5% (VAT on Income)", "RROUTPUT", "RROUTPUT", 500, "AQLR"),
    rate("20% (VAT on Capital Purchases)", "CAPEXINPUT2", "CAPEXINPUT", 2000, "AQEL"),
    rate("20% (VAT on Capital Sales)", "CAPEXOUTPUT2", "CAPEXOUTPUT", 2000, "AQLR"),
    rate("Exempt Expenses", "EXEMPTINPUT", "EXEMPTINPUT", 0, "AQEL"),
    rate("Exempt Income", "EXEMPTOUTPUT", "EXEMPTOUTPUT", 0, "AQLR"),
    rate("No VAT", "NONE", "NONE", 0, "AQELR"),
    rate("Zero Rated Expenses", "ZERORATEDINPUT", "ZERORATEDINPUT", 0, "AQEL"),
    rate("Zero Rated Income", "ZERORATEDOUTPUT", "ZERORATEDOUTPUT", 0, "AQLR"),
];

const US: &[Rate] = &[
    rate("Tax on Purchases", "INPUT", "INPUT", 0, "AQEL"),
    rate("Tax on Sales", "OUTPUT", "OUTPUT", 0, "AQLR"),
    rate("Tax Exempt", "NONE", "NONE", 0, "AQELR"),
];

/// The rates of a country.
pub(super) fn rates(country: Country) -> &'static [Rate] {
    match country {
        Country::Nz => NZ,
        Country::Uk => UK,
        Country::Us => US,
    }
}
