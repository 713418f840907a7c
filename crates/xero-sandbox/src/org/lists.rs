//! The short lists: currencies (with subscribing), users, branding themes (API-FACTS 4.15).

use rust_decimal::Decimal;

use super::envelope::{not_built, not_found};
use super::filter::Field;
use super::guid::Guid;
use super::input::{Fields, ours};
use super::out::Out;
use super::records::{BrandingTheme, Currency, User};
use super::resource::{Batch, Ctx, Paging, Refusal, Resource, Saved, View, handle};
use super::table::Table;
use super::{Org, State};
use crate::exchange::{Answer, Method};

struct Currencies;
struct Users;
struct Themes;

/// Currencies that can be subscribed, with a plausible rate to the US dollar: (code, name, units per USD).
const KNOWN: &[(&str, &str, i64)] = &[
    ("AUD", "Australian Dollar", 15_300),
    ("CAD", "Canadian Dollar", 13_900),
    ("CHF", "Swiss Franc", 8_000),
    ("CNY", "Chinese Yuan", 71_000),
    ("DKK", "Danish Krone", 64_000),
    ("EUR", "Euro", 8_600),
    ("FJD", "Fiji Dollar", 22_700),
    ("GBP", "British Pound", 7_500),
    ("HKD", "Hong Kong Dollar", 78_000),
    ("INR", "Indian Rupee", 885_000),
    ("JPY", "Japanese Yen", 1_550_000),
    ("MXN", "Mexican Peso", 184_000),
    ("NOK", "Norwegian Krone", 100_000),
    ("NZD", "New Zealand Dollar", 17_500),
    ("SEK", "Swedish Krona", 95_000),
    ("SGD", "Singapore Dollar", 13_000),
    ("USD", "United States Dollar", 10_000),
    ("ZAR", "South African Rand", 172_000),
];

impl Resource for Currencies {
    type Row = Currency;
    const PLURAL: &'static str = "Currencies";
    const SINGULAR: &'static str = "Currency";
    const ID: &'static str = "Code";
    const PAGING: Paging = Paging::Never;
    const BATCH: Batch = Batch::First;

    fn table(state: &State) -> &Table<Currency> {
        &state.currencies
    }

    fn field(_org: &Org, c: &Currency, path: &str) -> Option<Field> {
        match path {
            "code" => Some(Field::text(&c.code)),
            "description" => Some(Field::text(&c.description)),
            _ => None,
        }
    }

    fn write(_org: &Org, c: &Currency, _view: View, _ctx: &Ctx<'_>, out: &mut Out) {
        out.text("Code", &c.code);
        out.text("Description", &c.description);
    }

    fn save(org: &mut Org, f: &Fields<'_>, _target: Option<Guid>, ctx: &Ctx<'_>) -> Result<Saved, Refusal> {
        let code = f.filled("Code").unwrap_or_default().to_uppercase();
        if let Some(known) = org.state.currencies.with_key('c', &code.to_lowercase()).next() {
            return Ok(Saved { id: known.id, warnings: Vec::new() });
        }
        match org.subscribe(&code, ctx.now) {
            Some(id) => Ok(Saved { id, warnings: Vec::new() }),
            None => Err(ours(&format!("'{code}' is not a currency the sandbox knows")).into()),
        }
    }
}

impl Org {
    pub(crate) fn has_currency(&self, code: &str) -> bool {
        self.state.currencies.with_key('c', &code.to_lowercase()).next().is_some()
    }

    /// What XE would say today: foreign units for 1 of base, six decimals.
    pub(crate) fn market_rate(&self, code: &str) -> Decimal {
        let found = self.state.currencies.with_key('c', &code.to_lowercase()).next();
        found.map_or(Decimal::ONE, |c| c.rate)
    }

    /// Subscribes a currency; None when it isn't known.
    pub(crate) fn subscribe(&mut self, code: &str, now: i64) -> Option<Guid> {
        let per_dollar = |code: &str| KNOWN.iter().find(|k| k.0 == code);
        let (code, description, units) = per_dollar(code)?;
        let base = per_dollar(self.base_currency()).map_or(10_000, |k| k.2);
        let rate = Decimal::from(*units).checked_div(Decimal::from(base)).unwrap_or(Decimal::ONE).round_dp(6);
        let id = self.new_id();
        let (code, description) = ((*code).to_owned(), (*description).to_owned());
        self.state.currencies.put(Currency { id, code, description, rate, updated: now });
        Some(id)
    }
}

impl Resource for Users {
    type Row = User;
    const PLURAL: &'static str = "Users";
    const SINGULAR: &'static str = "User";
    const ID: &'static str = "UserID";
    const PAGING: Paging = Paging::Never;

    fn table(state: &State) -> &Table<User> {
        &state.users
    }

    fn field(_org: &Org, u: &User, path: &str) -> Option<Field> {
        Some(match path {
            "userid" => Field::Guid(u.id),
            "emailaddress" => Field::text(&u.email),
            "firstname" => Field::text(&u.first_name),
            "lastname" => Field::text(&u.last_name),
            "issubscriber" => Field::Flag(u.subscriber),
            "organisationrole" => Field::text(&u.role),
            "updateddateutc" => Field::Instant(u.updated),
            _ => return None,
        })
    }

    fn write(_org: &Org, u: &User, _view: View, _ctx: &Ctx<'_>, out: &mut Out) {
        out.guid("UserID", u.id);
        out.text("EmailAddress", &u.email);
        out.text("FirstName", &u.first_name);
        out.text("LastName", &u.last_name);
        out.instant("UpdatedDateUTC", u.updated);
        out.flag("IsSubscriber", u.subscriber);
        out.text("OrganisationRole", &u.role);
    }

    fn save(_: &mut Org, _: &Fields<'_>, _: Option<Guid>, _: &Ctx<'_>) -> Result<Saved, Refusal> {
        Err(Refusal::NotBuilt)
    }
}

impl Resource for Themes {
    type Row = BrandingTheme;
    const PLURAL: &'static str = "BrandingThemes";
    const SINGULAR: &'static str = "BrandingTheme";
    const ID: &'static str = "BrandingThemeID";
    const PAGING: Paging = Paging::Never;

    fn table(state: &State) -> &Table<BrandingTheme> {
        &state.themes
    }

    fn field(_org: &Org, t: &BrandingTheme, path: &str) -> Option<Field> {
        match path {
            "brandingthemeid" => Some(Field::Guid(t.id)),
            "name" => Some(Field::text(&t.name)),
            _ => None,
        }
    }

    fn write(_org: &Org, t: &BrandingTheme, _view: View, _ctx: &Ctx<'_>, out: &mut Out) {
        out.guid("BrandingThemeID", t.id);
        out.text("Name", &t.name);
        out.text("LogoUrl", "");
        out.text("Type", "INVOICE");
        out.count("SortOrder", t.sort);
        out.instant("CreatedDateUTC", t.updated);
    }

    fn save(_: &mut Org, _: &Fields<'_>, _: Option<Guid>, _: &Ctx<'_>) -> Result<Saved, Refusal> {
        Err(Refusal::NotBuilt)
    }
}

pub(crate) fn handle_currencies(org: &mut Org, rest: &[&str], ctx: &Ctx<'_>) -> Answer {
    match (ctx.call.method, rest) {
        (Method::Get | Method::Put, []) => handle::<Currencies>(org, rest, ctx),
        (_, []) => not_built(),
        _ => not_found(),
    }
}

pub(crate) fn handle_users(org: &mut Org, rest: &[&str], ctx: &Ctx<'_>) -> Answer {
    if ctx.call.method == Method::Get { handle::<Users>(org, rest, ctx) } else { not_built() }
}

pub(crate) fn handle_themes(org: &mut Org, rest: &[&str], ctx: &Ctx<'_>) -> Answer {
    if ctx.call.method == Method::Get { handle::<Themes>(org, rest, ctx) } else { not_built() }
}
