//! What is wrong with settings, and what they mean: every remark names the field (ACC-1, ACC-2, ACC-8, TAX-2, SEL).
//!
//! ```text
//! accounts[work_in_progress].account  S201 Work in progress can't be 400 Advertising: it is of type Overhead, …
//! ```
//! A save brings no new trouble: what was wrong already (an account archived in Xero since) is a warning, so that a switch
//! can be turned off while something else is broken; turning one on wants everything in order.
//! Not here: what follows from a choice that is in order (`explain`).

use std::collections::BTreeMap;

use book::{Book, Books, Content, Day, StockEntryKind, TrackingCategoryId};
use money::Percent;

use super::{AccountRole, Mapping, Purchasing, Settings, Switch, TaxPreference, TaxSide};
use crate::accounts::{Needed, Refined, Used, Wanted};
use crate::exchange::Exchange;
use crate::lists::{Lists, Standing};
use crate::refusal::{Code, Refusal, Remark, Weight};
use crate::subject::Subject;

/// What wanted settings would be refused for, warn of and mean, worst first.
#[must_use]
pub fn review(book: &Book, exchange: &Exchange, wanted: &Settings, today: Day) -> Vec<Remark> {
    let (before, lists) = (exchange.settings(), exchange.lists());
    let turned_on = [
        (before.sales, wanted.sales),
        (before.procurement, wanted.procurement),
        (before.balances, wanted.balances),
        (before.quotes, wanted.quotes),
    ];
    let turned_on = turned_on.contains(&(Switch::Off, Switch::On));
    let known = if turned_on { Vec::new() } else { before.problems(book, lists, today) };
    let was_so = |says: &Refusal| {
        known.iter().any(|other| says.code() == other.code() && says.facts() == other.facts())
    };
    let weigh = |says: Refusal| match was_so(&says) {
        true => Remark { weight: Weight::Warning, says },
        false => Remark { weight: Weight::Refused, says },
    };
    let mut remarks: Vec<Remark> = wanted.problems(book, lists, today).into_iter().map(weigh).collect();
    remarks.extend(super::explain::remarks(book, lists, wanted, today));
    remarks.extend(super::sections::remarks(exchange, wanted, today));
    remarks.extend(super::item_options::remarks(book, exchange, wanted, today));
    remarks.extend(untracked(book, exchange, wanted));
    remarks.sort_by_key(|remark| remark.weight);
    remarks
}

/// Tracking categories of the book that Xero has no counterpart for, once something is sent (IMP-6).
fn untracked(book: &Book, exchange: &Exchange, wanted: &Settings) -> Vec<Remark> {
    let idle = [wanted.sales, wanted.procurement, wanted.balances, wanted.quotes] == [Switch::Off; 4];
    let lists = exchange.lists();
    let there = |name: &str| {
        let usable = lists.tracking.iter().filter(|category| category.standing == Standing::Active);
        usable.map(|category| category.name.to_lowercase()).any(|other| other == name.to_lowercase())
    };
    let alone = |(id, row): &(u32, &book::Row<book::TrackingCategory>)| {
        let linked = exchange.link(&Subject::Tracking(TrackingCategoryId::new(*id))).is_some();
        !(idle || row.archived || linked || there(&row.record.code))
    };
    let says = |name: &str| Refusal::new(Code::TrackingNotLinked).with("name", name).at("tracking");
    let found = book.tracking_categories().iter().filter(alone);
    found.map(|(_, row)| Remark { weight: Weight::Warning, says: says(&row.record.code) }).collect()
}

impl Settings {
    /// What these settings would be refused for, in the order of their fields.
    #[must_use]
    pub fn problems(&self, book: &Book, lists: &Lists, today: Day) -> Vec<Refusal> {
        let mut found = Vec::new();
        self.check_numbers(&mut found);
        let mut fitting = Vec::new();
        for (_, mapping) in self.mappings_from(today) {
            match self.check_mapping(book, lists, mapping) {
                Ok(()) => fitting.push(mapping),
                Err(refusal) => {
                    let field = refusal.field().unwrap_or("account").to_owned();
                    found.push(refusal.at(format!("{}.{field}", mapping.field(book))));
                }
            }
        }
        self.check_sharing(book, lists, &fitting, &mut found);
        self.check_needed(book, today, &mut found);
        self.check_synchronisations(book, lists, &mut found);
        for (place, preference) in self.taxes.iter().enumerate() {
            let checked = self.check_tax(book, lists, place, preference);
            found.extend(checked.err().map(|refusal| refusal.at(format!("taxes[{place}].tax_type"))));
        }
        found
    }

    fn check_numbers(&self, found: &mut Vec<Refusal>) {
        let bad = |field: &'static str, name: &str, value: String, why: &str| {
            let refusal = Refusal::new(Code::BadSetting).with("field", name).with("value", value);
            refusal.with("why", why).at(field)
        };
        if self.nightly_hour > 23 {
            let value = self.nightly_hour.to_string();
            found.push(bad("nightly_hour", "hour of the nightly run", value, "a day has hours 0 to 23"));
        }
        if let Some(minutes) = self.look_every.filter(|minutes| !(5..=1_440).contains(minutes)) {
            let why = "it is from 5 minutes to a day (1440)";
            found.push(bad("look_every", "time between looks", format!("{minutes} minutes"), why));
        }
    }

    /// Whether a mapping's account fits its role, and the role what refines it.
    pub(super) fn check_mapping(&self, book: &Book, lists: &Lists, mapping: &Mapping) -> Result<(), Refusal> {
        let row = mapping.role.row();
        let not_by = |field: &'static str, what: &str| {
            let refinable = AccountRole::ALL.iter().filter(|role| role.row().refined == Refined::ByGoods);
            let names: Vec<&str> = refinable.map(|role| role.name()).collect();
            let allowed = match field {
                "currency" => "only Bank".to_owned(),
                _ => format!("only {}", names.join(", ")),
            };
            let refusal = Refusal::new(Code::NotRefinable).with("role", row.name).with("what", what);
            Err(refusal.with("allowed", allowed).at(field))
        };
        let unknown = |field: &'static str, kind: &str, number: u32| {
            Err(Refusal::new(Code::RefinementUnknown).with("kind", kind).with("name", number).at(field))
        };
        match (mapping.category, mapping.warehouse) {
            (Some(_), _) if row.refined != Refined::ByGoods => return not_by("category", "category"),
            (_, Some(_)) if row.refined != Refined::ByGoods => return not_by("warehouse", "warehouse"),
            (Some(id), _) if book.categories().row(id.number()).is_none() => {
                return unknown("category", "category", id.number());
            }
            (_, Some(id)) if book.warehouses().row(id.number()).is_none() => {
                return unknown("warehouse", "warehouse", id.number());
            }
            _ => {}
        }
        if mapping.currency.is_some() && row.refined != Refined::ByCurrency {
            return not_by("currency", "currency");
        }
        let Some(account) = lists.account(mapping.account) else {
            let refusal = Refusal::new(Code::AccountUnknown).with("role", row.name);
            return Err(refusal.with("account", mapping.account));
        };
        let opposite = |other: &&Mapping| {
            Some(other.role) == row.shares && other.account == mapping.account && self.overlap(mapping, other)
        };
        let used = match self.accounts.iter().find(opposite) {
            Some(_) => Used::WithItsOpposite,
            None => Used::Alone,
        };
        let (role, balances, currency) = (mapping.role, self.balances, mapping.currency);
        Wanted { role, balances, used, currency, lists }.check(account)
    }

    /// One account, one role; one account for each role on each day (ACC-8, ACC-6).
    fn check_sharing(&self, book: &Book, lists: &Lists, fitting: &[&Mapping], found: &mut Vec<Refusal>) {
        let name = |id| lists.account(id).map_or_else(|| format!("{id}"), ToString::to_string);
        let kind =
            |id| lists.account(id).map_or("unknown", |account| crate::accounts::type_words(&account.kind));
        let mut by_account: BTreeMap<_, Vec<&Mapping>> = BTreeMap::new();
        let mut by_key: BTreeMap<_, &Mapping> = BTreeMap::new();
        for mapping in fitting.iter().copied() {
            let others = by_account.entry(mapping.account).or_default();
            let clash = others.iter().find(|other| {
                let may = other.role == mapping.role || mapping.role.row().shares == Some(other.role);
                !may && self.overlap(mapping, other)
            });
            if let Some(other) = clash {
                let refusal = Refusal::new(Code::SharedAccount).with("account", name(mapping.account));
                let refusal = refusal.with("type", kind(mapping.account)).with("role", other.role.name());
                found.push(
                    refusal.with("other", mapping.role.name()).at(format!("{}.account", mapping.field(book))),
                );
            }
            others.push(mapping);
            if let Some(other) = by_key.insert((mapping.key(), mapping.from), mapping) {
                let refusal = Refusal::new(Code::MappedTwice).with("role", mapping.role.name());
                let refusal = refusal.with("for", mapping.refinement(book)).with("day", mapping.from);
                let refusal =
                    refusal.with("account", name(other.account)).with("other", name(mapping.account));
                found.push(refusal.at(format!("{}.from", mapping.field(book))));
            }
        }
    }

    fn check_needed(&self, book: &Book, today: Day, found: &mut Vec<Refusal>) {
        for role in AccountRole::ALL {
            let Some(why) = self.needs(book, role) else { continue };
            if self.plain(role, today).is_some() {
                continue;
            }
            let refusal = Refusal::new(Code::RoleMissing).with("role", role.name()).with("why", why);
            found.push(refusal.with("allowed", role.row().allowed(self.balances)).at("accounts"));
        }
    }

    /// Why a role must have an account, if it must.
    #[must_use]
    pub fn needs(&self, book: &Book, role: AccountRole) -> Option<String> {
        let sends = [self.sales, self.procurement, self.balances, self.quotes].contains(&Switch::On);
        let balances = || (self.balances == Switch::On).then(|| "Balances are on".to_owned());
        match role.row().needed {
            Needed::Always => sends.then(|| "documents are sent".to_owned()),
            Needed::Balances => balances(),
            Needed::BalancesOrPayments => {
                balances().or_else(|| self.payments.go().then(|| "payments are sent".to_owned()))
            }
            Needed::SeveralSites => {
                let live = book.sites().iter().filter(|(_, row)| !row.archived);
                let codes: Vec<&str> = live.map(|(_, row)| &*row.record.code).collect();
                let several = balances().filter(|_| codes.len() > 1);
                several.map(|why| format!("{why} and there are several sites ({})", codes.join(", ")))
            }
            Needed::OffBook => {
                let off_book = |(_, row): &(u32, &book::Row<book::Warehouse>)| {
                    !row.archived && row.record.books == Books::OffBook
                };
                let place = book.warehouses().iter().find(off_book)?.1;
                balances().map(|why| format!("{why} and the warehouse {} is off-book", place.record.code))
            }
            Needed::OpeningStock => {
                let balances = balances()?;
                let opens = |document: &book::Document| {
                    let content = document.content();
                    let opening =
                        matches!(content, Content::StockEntry(c) if c.kind == StockEntryKind::Opening);
                    opening && document.life() == book::Life::Live
                };
                let (_, document) = book.documents().find(|(_, document)| opens(document))?;
                Some(format!("{balances} and {} is opening stock", document.number()))
            }
            Needed::Synchronisations => {
                let plain = self.synchronisations.iter().find(|one| one.expense.is_none())?;
                Some(format!("{} has no expense account of its own", plain.name))
            }
            Needed::Accruals => {
                let balances = balances()?;
                let (id, _) =
                    book.adjusting_entries().find(|(_, entry)| entry.kind == book::Adjustment::Accrual)?;
                Some(format!("{balances} and {} accrues purchases", book.document(id)?.number()))
            }
            Needed::ProFormas => self.takes_advances(book, role),
        }
    }

    /// Why an account for deposits is needed: a pro-forma that asks for money, or money that was paid on one (DOC-17).
    ///
    /// What is paid on one that came after the settings were saved waits and says so itself (`advances`).
    fn takes_advances(&self, book: &Book, role: AccountRole) -> Option<String> {
        let goes = match role {
            AccountRole::CustomerDeposits => self.sales == Switch::On,
            _ => self.procurement == Switch::On && self.purchasing != Purchasing::Orders,
        };
        if !goes || !self.payments.go() {
            return None;
        }
        let takes = |(id, document): &(book::DocumentId, &book::Document)| {
            let stage = match document.content() {
                Content::Invoice(invoice) if role == AccountRole::CustomerDeposits => invoice.stage,
                Content::Bill(bill) if role == AccountRole::SupplierDeposits => bill.stage,
                _ => return false,
            };
            let paid = || book.settlement(*id).is_some_and(|money| !money.advances.is_zero());
            document.life() == book::Life::Live && (stage == book::Stage::ProForma || paid())
        };
        let (_, document) = book.documents().find(takes)?;
        Some(format!("payments are sent and {} can be paid in advance", document.number()))
    }

    fn check_tax(
        &self,
        book: &Book,
        lists: &Lists,
        place: usize,
        preference: &TaxPreference,
    ) -> Result<(), Refusal> {
        let tax = |code| Refusal::new(code).with("tax", &preference.tax_type);
        let wanted = percent_words(preference.percent);
        let Some(rate) = lists.tax_rate(&preference.tax_type) else { return Err(tax(Code::TaxUnknown)) };
        if rate.standing != Standing::Active {
            return Err(tax(Code::TaxGone).with("state", rate.standing.words()));
        }
        if !rate.is_for(preference.side) {
            return Err(tax(Code::TaxWrongSide).with("side", preference.side.words()));
        }
        if rate.rate != preference.percent.unwrap_or(Percent::ZERO) {
            return Err(tax(Code::TaxWrongPercent).with("actual", rate.rate).with("wanted", wanted));
        }
        let party = preference.party.map(|id| (id, book.party(id)));
        if let Some((id, None)) = party {
            let refusal = Refusal::new(Code::RefinementUnknown).with("kind", "supplier or customer");
            return Err(refusal.with("name", id.number()));
        }
        let same = |other: &&TaxPreference| {
            (other.side, other.percent, other.party)
                == (preference.side, preference.percent, preference.party)
        };
        if let Some(other) = self.taxes.iter().take(place).find(same) {
            let of = party.and_then(|(_, row)| row).map(|row| format!(" for {}", row.record.name));
            let refusal =
                Refusal::new(Code::TaxTwice).with("wanted", wanted).with("for", of.unwrap_or_default());
            let refusal = refusal.with("side", preference.side.words()).with("tax", &other.tax_type);
            return Err(refusal.with("other", &preference.tax_type));
        }
        Ok(())
    }
}

/// `15%`, or `no tax` (TAX-3).
fn percent_words(percent: Option<Percent>) -> String {
    percent.map_or_else(|| "no tax".into(), |percent| format!("{percent}%"))
}

impl TaxSide {
    /// What people call it: `purchases`.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            TaxSide::Purchases => "purchases",
            TaxSide::Sales => "sales",
        }
    }
}
