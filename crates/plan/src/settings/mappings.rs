//! Which mapping holds when: a later one of the same role and refinement takes its place from its day on (ACC-6).
//!
//! ```text
//! Materials → 620 from the beginning, Materials → 621 from 2026-05-01: 620 holds until 2026-04-30
//! ```
//! Not here: whether the accounts fit (`check`).

use book::{Book, CategoryId, Day, WarehouseId};
use money::Currency;

use super::{AccountRole, Mapping, Settings};

/// What a mapping is for: the role, and what refines it.
pub type MappingKey = (AccountRole, Option<CategoryId>, Option<WarehouseId>, Option<Currency>);

impl Mapping {
    /// What it is for.
    #[must_use]
    pub fn key(&self) -> MappingKey {
        (self.role, self.category, self.warehouse, self.currency)
    }

    /// Whether it is for the whole company.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        self.category.is_none() && self.warehouse.is_none() && self.currency.is_none()
    }

    /// Where it stands in the settings, for people and programs: `accounts[finished_goods of JAMS in MAIN]`.
    #[must_use]
    pub fn field(&self, book: &Book) -> String {
        format!("accounts[{}{}]", self.role.word(), self.refinement(book))
    }

    /// What refines it, for people: ` of JAMS in MAIN`, ` for EUR`; empty for the whole company.
    #[must_use]
    pub fn refinement(&self, book: &Book) -> String {
        let category = self.category.and_then(|id| book.categories().row(id.number()));
        let warehouse = self.warehouse.and_then(|id| book.warehouses().row(id.number()));
        let category = category.map(|row| format!(" of {}", row.record.code));
        let warehouse = warehouse.map(|row| format!(" in {}", row.record.code));
        let currency = self.currency.map(|currency| format!(" for {currency}"));
        [category, warehouse, currency].into_iter().flatten().collect()
    }
}

impl Settings {
    /// The day from which another mapping of the same kind holds in the place of this one.
    #[must_use]
    pub fn until(&self, mapping: &Mapping) -> Option<Day> {
        let later = self.accounts.iter().filter(|other| other.key() == mapping.key());
        later.map(|other| other.from).filter(|from| *from > mapping.from).min()
    }

    /// The mappings that hold on a day or will hold later, with their places.
    pub fn mappings_from(&self, day: Day) -> impl Iterator<Item = (usize, &Mapping)> {
        let holds =
            move |(_, mapping): &(usize, &Mapping)| self.until(mapping).is_none_or(|until| until > day);
        self.accounts.iter().enumerate().filter(holds)
    }

    /// The mapping of a role for the whole company that holds on a day.
    #[must_use]
    pub fn plain(&self, role: AccountRole, day: Day) -> Option<&Mapping> {
        let of_role = |mapping: &&Mapping| mapping.role == role && mapping.is_plain() && mapping.from <= day;
        self.accounts.iter().filter(of_role).max_by_key(|mapping| mapping.from)
    }

    /// Bank's account for a currency, else the default one.
    #[must_use]
    pub fn bank(&self, currency: Currency, day: Day) -> Option<xero::XeroId<xero::Account>> {
        let fits = |mapping: &&Mapping| {
            mapping.role == AccountRole::Bank
                && mapping.from <= day
                && mapping.currency.is_none_or(|its| its == currency)
        };
        let rank = |mapping: &&Mapping| (mapping.currency.is_some(), mapping.from);
        self.accounts.iter().filter(fits).max_by_key(rank).map(|mapping| mapping.account)
    }

    /// Whether two mappings ever hold on the same day.
    pub(super) fn overlap(&self, one: &Mapping, other: &Mapping) -> bool {
        let before_end = |from: Day, end: Option<Day>| end.is_none_or(|end| from < end);
        before_end(one.from, self.until(other)) && before_end(other.from, self.until(one))
    }
}
