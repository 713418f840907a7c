//! Builds a demo company out of its tables.

use jiff::civil::date;
use rust_decimal::Decimal;

use super::Country;
use super::chart::CHART;
use super::taxes::rates;
use crate::org::making::*;
use crate::org::{LockDates, Org, Registration, Settings};

/// What differs between the countries: name, code, base currency, foreign currency, Xero's zone, tz zone, year end,
/// tax basis, tax period, dial code, the bank's number format.
struct Local {
    name: &'static str,
    code: &'static str,
    base: &'static str,
    foreign: &'static str,
    zone: (&'static str, &'static str),
    year_end: (i8, i8),
    tax: (&'static str, &'static str),
    dial: &'static str,
    banks: [&'static str; 3],
}

fn local(country: Country) -> Local {
    match country {
        Country::Nz => Local {
            name: "Demo Company (NZ)",
            code: "NZ",
            base: "NZD",
            foreign: "USD",
            zone: ("NEWZEALANDSTANDARDTIME", "Pacific/Auckland"),
            year_end: (31, 3),
            tax: ("PAYMENTS", "TWOMONTHS"),
            dial: "64",
            banks: ["1201020345678000", "0209087654321050", "0209087654321999"],
        },
        Country::Uk => Local {
            name: "Demo Company (UK)",
            code: "GB",
            base: "GBP",
            foreign: "EUR",
            zone: ("GMTSTANDARDTIME", "Europe/London"),
            year_end: (31, 12),
            tax: ("ACCRUAL", "QUARTERLY"),
            dial: "44",
            banks: ["20202012345678", "20202087654321", "20202099999999"],
        },
        Country::Us => Local {
            name: "Demo Company (US)",
            code: "US",
            base: "USD",
            foreign: "EUR",
            zone: ("EASTERNSTANDARDTIME", "America/New_York"),
            year_end: (31, 12),
            tax: ("ACCRUALS", "MONTHLY"),
            dial: "1",
            banks: ["1234567890", "1234567891", "1234567892"],
        },
    }
}

/// (name, supplier, customer, email; archived is the last).
const CONTACTS: &[(&str, bool, bool, &str)] = &[
    ("Eastside Club", false, true, ""),
    ("Ridgeway University", false, true, "accounts@ridgeway.example"),
    ("Hamilton Smith Ltd", false, true, "info@hamiltonsmith.example"),
    ("Boom FM", false, true, ""),
    ("City Limousines", false, true, "hello@citylimo.example"),
    ("Bayside Wholesale", true, false, "orders@bayside.example"),
    ("ABC Furniture", true, false, ""),
    ("PowerDirect", true, false, "billing@powerdirect.example"),
    ("Steel & Tube Supplies", true, false, "sales@steeltube.example"),
    ("Dimples Warehouse", true, true, ""),
    ("Closed Trading Co", false, false, ""),
];

/// (code, name, purchase cents, sale cents); the last is tracked.
const ITEMS: &[(&str, &str, i64, i64)] = &[
    ("BOOK", "'Fish out of Water: Finding Your Brand'", 1080, 1995),
    ("GB1-White", "Golf balls - white single", 420, 560),
    ("GB3-White", "Golf balls - white 3-pack", 1200, 1600),
    ("Support-M", "Desktop/network support via email & phone", 0, 54125),
    ("Train-MS", "Half day training - Microsoft Office", 0, 50000),
    ("TSL-Black", "T-Shirt Large Black", 1800, 4000),
];

pub(super) fn build(country: Country, seed: u64, now: i64) -> Org {
    let l = local(country);
    let settings = Settings {
        id: Guid::ZERO,
        name: l.name.to_owned(),
        country: l.code.to_owned(),
        version: if l.code == "GB" { "UK" } else { l.code }.to_owned(),
        base: l.base.to_owned(),
        zone: (l.zone.0.to_owned(), l.zone.1.to_owned()),
        year_end: l.year_end,
        tax_basis: l.tax.0.to_owned(),
        tax_period: l.tax.1.to_owned(),
        short_code: format!("!{:05X}", (seed ^ u64::from(l.code.as_bytes()[0])) & 0xf_ffff),
        phone_code: l.dial.to_owned(),
        created: now,
        locks: LockDates { period: Some(date(2009, 9, 30)), end_of_year: None },
        class: "DEMO".to_owned(),
        registration: Registration::default(),
    };
    let mut org = Org::new(settings, seed.wrapping_mul(31).wrapping_add(country as u64));
    org.state.meta.settings.id = org.new_id();
    for code in [l.base, l.foreign] {
        org.subscribe(code, now);
    }
    taxes(&mut org, country, now);
    accounts(&mut org, &l, now);
    lists(&mut org, now);
    contacts(&mut org, now);
    items(&mut org, now);
    org
}

fn taxes(org: &mut Org, country: Country, now: i64) {
    for rate in rates(country) {
        let percent = Decimal::new(rate.percent, 2);
        let component =
            TaxComponent { name: "GST".to_owned(), rate: percent, compound: false, non_recoverable: false };
        let tax_rate = TaxRate {
            id: org.new_id(),
            name: rate.name.to_owned(),
            tax_type: rate.tax_type.to_owned(),
            report_type: if country == Country::Us { String::new() } else { rate.report.to_owned() },
            applies: ['A', 'Q', 'E', 'L', 'R'].map(|letter| rate.applies.contains(letter)),
            rate: percent,
            status: if rate.active { "ACTIVE" } else { "DELETED" }.to_owned(),
            components: vec![component],
            custom: false,
            updated: now,
        };
        org.state.tax_rates.put(tax_rate);
    }
}

fn accounts(org: &mut Org, l: &Local, now: i64) {
    let banks = [
        ("090", "Business Bank Account", l.base),
        ("091", "Business Savings Account", l.base),
        ("092", "Foreign Currency Account", l.foreign),
    ];
    for ((code, name, currency), number) in banks.into_iter().zip(l.banks) {
        let bank =
            BankDetails { number: number.to_owned(), kind: "BANK".to_owned(), currency: currency.to_owned() };
        let account = account(org, code, name, "BANK", now);
        org.state.accounts.put(Account { bank: Some(bank), tax_type: "NONE".to_owned(), ..account });
    }
    for (code, name, kind, system, tax) in CHART {
        let class = match tax {
            'p' => "EXPENSE",
            's' => "REVENUE",
            _ => "",
        };
        let tax_type = org.default_tax(class).to_owned();
        let new = account(org, code, name, kind, now);
        org.state.accounts.put(Account {
            system: (*system).to_owned(),
            tax_type,
            payments: matches!(*code, "970"),
            archived: *code == "999",
            description: Some(format!("{name} of the demo company")),
            ..new
        });
    }
}

fn account(org: &mut Org, code: &str, name: &str, kind: &str, now: i64) -> Account {
    Account {
        id: org.new_id(),
        code: code.to_owned(),
        name: name.to_owned(),
        kind: kind.to_owned(),
        system: String::new(),
        tax_type: String::new(),
        description: None,
        archived: false,
        payments: false,
        expense_claims: false,
        watchlist: false,
        bank: None,
        updated: now,
    }
}

fn lists(org: &mut Org, now: i64) {
    for (name, options) in [
        ("Region", ["Eastside", "North", "South", "West Coast"]),
        ("Department", ["Production", "Sales", "Service", "Office"]),
    ] {
        let options = options.map(|option| TrackingOption {
            id: org.new_id(),
            name: option.to_owned(),
            status: "ACTIVE".to_owned(),
        });
        let (id, name, status) = (org.new_id(), name.to_owned(), "ACTIVE".to_owned());
        org.state.tracking.put(TrackingCategory {
            id,
            name,
            status,
            options: options.to_vec(),
            updated: now,
        });
    }
    for (name, sort) in [("Standard", 1), ("Very orange invoice!", 2), ("Special Projects", 4)] {
        let id = org.new_id();
        org.state.themes.put(BrandingTheme { id, name: name.to_owned(), sort, updated: 946_684_800_000 });
    }
    for (first, last, role, subscriber) in
        [("Demo", "User", "FINANCIALADVISER", true), ("Sam", "Standard", "STANDARD", false)]
    {
        let id = org.new_id();
        let email = format!("{}@demo.example", first.to_lowercase());
        let (first_name, last_name, role) = (first.to_owned(), last.to_owned(), role.to_owned());
        org.state.users.put(User { id, email, first_name, last_name, subscriber, role, updated: now });
    }
}

fn contacts(org: &mut Org, now: i64) {
    let last = CONTACTS.len() - 1;
    for (at, (name, supplier, customer, email)) in CONTACTS.iter().enumerate() {
        let address = |kind: &str| Address { kind: kind.to_owned(), ..Address::default() };
        let phone = |kind: &&str| Phone { kind: (*kind).to_owned(), ..Phone::default() };
        let contact = Contact {
            id: org.new_id(),
            name: (*name).to_owned(),
            email: Some((*email).to_owned()).filter(|e| !e.is_empty()),
            addresses: ["POBOX", "STREET"].map(address).to_vec(),
            phones: ["DDI", "DEFAULT", "FAX", "MOBILE"].iter().map(phone).collect(),
            supplier: *supplier,
            customer: *customer,
            archived: at == last,
            updated: now,
            ..Contact::default()
        };
        org.state.contacts.put(contact);
    }
}

fn items(org: &mut Org, now: i64) {
    let last = ITEMS.len() - 1;
    let (sales_tax, purchase_tax) = (org.default_tax("REVENUE"), org.default_tax("EXPENSE"));
    for (at, (code, name, purchase, sale)) in ITEMS.iter().enumerate() {
        let tracked = at == last;
        let details = |cents: i64, account: &str, tax: &str| ItemDetails {
            price: Some(Decimal::new(cents, 2)),
            account: Some(account.to_owned()).filter(|_| !tracked || account == "200"),
            cogs_account: Some("310".to_owned()).filter(|_| tracked && account != "200"),
            tax_type: Some(tax.to_owned()),
        };
        let item = Item {
            id: org.new_id(),
            code: (*code).to_owned(),
            name: Some((*name).to_owned()),
            description: Some((*name).to_owned()),
            sold: true,
            purchased: *purchase > 0,
            sales: details(*sale, "200", sales_tax),
            purchases: if *purchase > 0 {
                details(*purchase, "300", purchase_tax)
            } else {
                ItemDetails::default()
            },
            asset_account: Some("640".to_owned()).filter(|_| tracked),
            updated: now,
            ..Item::default()
        };
        org.state.items.put(item);
    }
}
