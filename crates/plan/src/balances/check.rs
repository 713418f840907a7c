//! Whether synchronisations can be as they are wanted (BAL-1, BAL-6, ACC-2).
//!
//! ```text
//! S261 Shops can't use 630 Inventory: journals of Materials post to it.
//! ```
//! Not here: what a run does (`balances`).

use book::{Book, Books};

use super::Synchronisation;
use crate::accounts::{Used, Wanted};
use crate::lists::Lists;
use crate::refusal::{Code, Refusal};
use crate::settings::{AccountRole, Settings, Switch};

impl Settings {
    /// What synchronisations would be refused for.
    pub(crate) fn check_synchronisations(&self, book: &Book, lists: &Lists, found: &mut Vec<Refusal>) {
        for (place, one) in self.synchronisations.iter().enumerate() {
            let at = |field: &str| format!("synchronisations[{}].{field}", one.name);
            let earlier = &self.synchronisations[..place];
            found.extend(one.check_words(earlier).map(|(field, refusal)| refusal.at(at(field))));
            found.extend(
                self.check_warehouses(book, one, earlier).map(|refusal| refusal.at(at("warehouses"))),
            );
            found.extend(
                self.check_account(book, lists, one, earlier).map(|refusal| refusal.at(at("account"))),
            );
            found.extend(self.check_expense(lists, one).map(|refusal| refusal.at(at("expense"))));
        }
    }

    fn check_warehouses(
        &self,
        book: &Book,
        one: &Synchronisation,
        earlier: &[Synchronisation],
    ) -> Option<Refusal> {
        if one.warehouses.is_empty() {
            return Some(Refusal::new(Code::SynchronisesNothing).with("name", &one.name));
        }
        one.warehouses.iter().find_map(|id| {
            let Some(row) = book.warehouses().row(id.number()) else {
                let refusal = Refusal::new(Code::RefinementUnknown).with("kind", "warehouse");
                return Some(refusal.with("name", id.number()));
            };
            let name = &row.record.code;
            if let Some(other) = earlier.iter().find(|other| other.warehouses.contains(id)) {
                let refusal = Refusal::new(Code::WarehousePairedTwice).with("warehouse", name);
                return Some(refusal.with("name", &one.name).with("other", &other.name));
            }
            (self.balances == Switch::On && row.record.books != Books::OffBook)
                .then(|| Refusal::new(Code::WarehouseOnBook).with("warehouse", name).with("name", &one.name))
        })
    }

    fn check_account(
        &self,
        book: &Book,
        lists: &Lists,
        one: &Synchronisation,
        earlier: &[Synchronisation],
    ) -> Option<Refusal> {
        let account = match lists.account(one.account) {
            Some(account) => account,
            None => {
                let refusal = Refusal::new(Code::AccountUnknown).with("role", &one.name);
                return Some(refusal.with("account", one.account));
            }
        };
        // A current asset, neither of type INVENTORY nor Xero's own: what Materials takes.
        let wanted = Wanted { role: AccountRole::Materials, ..one.wanted(self, lists) };
        if let Err(refusal) = wanted.check(account) {
            return Some(refusal.about(&one.name));
        }
        if let Some(mapping) = self.accounts.iter().find(|mapping| mapping.account == one.account) {
            let refusal = Refusal::new(Code::AccountOfJournals).with("name", &one.name);
            let role = format!("{}{}", mapping.role.name(), mapping.refinement(book));
            return Some(refusal.with("account", account).with("role", role));
        }
        let other = earlier.iter().find(|other| other.account == one.account)?;
        let refusal = Refusal::new(Code::AccountPairedTwice).with("account", account);
        Some(refusal.with("name", &one.name).with("other", &other.name))
    }

    fn check_expense(&self, lists: &Lists, one: &Synchronisation) -> Option<Refusal> {
        let expense = one.expense?;
        let Some(account) = lists.account(expense) else {
            let refusal = Refusal::new(Code::AccountUnknown).with("role", &one.name);
            return Some(refusal.with("account", expense));
        };
        let wanted = one.wanted(self, lists);
        wanted.check(account).err().map(|refusal| refusal.about(&one.name))
    }
}

impl Synchronisation {
    fn wanted<'a>(&self, settings: &Settings, lists: &'a Lists) -> Wanted<'a> {
        let (role, balances) = (AccountRole::BalanceExpense, settings.balances);
        Wanted { role, balances, used: Used::Alone, currency: None, lists }
    }

    /// Its name, interval and time: the field and what is wrong.
    fn check_words(&self, earlier: &[Synchronisation]) -> Option<(&'static str, Refusal)> {
        let bad = |name: &str, value: String, why: &str| {
            let refusal = Refusal::new(Code::BadSetting).with("field", name);
            refusal.with("value", value).with("why", why)
        };
        let name = self.name.trim().to_lowercase();
        if name.is_empty() {
            return Some(("name", bad("name of a synchronisation", "empty".into(), "people call it by it")));
        }
        if earlier.iter().any(|other| other.name.trim().to_lowercase() == name) {
            let why = "another synchronisation is called so";
            return Some(("name", bad("name of a synchronisation", self.name.to_string(), why)));
        }
        let why = self.interval.problem()?;
        Some(("interval", bad("interval", self.interval.to_string(), why)))
    }
}
