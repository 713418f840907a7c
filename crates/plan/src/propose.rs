//! An account for every role, suggested from the chart, with reasons; where none fits, the account to make (ACC-1).
//!
//! ```text
//! Cost of goods sold   310 Cost of Goods Sold    its name says so; its code is usual for it
//! Work in progress     make 625 Work in Progress (Current Asset): no account of that type is called so
//! ```
//! Only what a save would take is ever suggested. Reasons are weighed: what items use, names, usual codes, types.
//! Not here: what a role takes (`accounts`), saving (`settings`).

mod words;

use std::collections::{BTreeMap, BTreeSet};

use book::{Book, Day};
use xero::XeroId;
use xero::statuses::AccountType;

use crate::accounts::{Refined, Takes, Used, Wanted, type_words};
use crate::lists::{Account, Lists, Standing};
use crate::settings::{AccountRole, Mapping, Settings, Switch};

/// What is suggested for a role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Proposed {
    /// What is mapped already.
    Keep(XeroId<xero::Account>),
    /// An account of the chart.
    Use(XeroId<xero::Account>),
    /// An account to make in Xero first.
    Make {
        /// A code that is free.
        code: String,
        /// A name that is free.
        name: String,
        /// The type.
        kind: AccountType,
    },
}

/// A suggestion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// For which role.
    pub role: AccountRole,
    /// What.
    pub proposed: Proposed,
    /// Why, each without a full stop.
    pub reasons: Vec<String>,
    /// Why the role needs an account once Balances are on; none if this company doesn't need it now.
    pub needed: Option<String>,
}

/// An account for every role. `items` are Xero's, for the accounts that they use.
#[must_use]
pub fn propose(
    book: &Book,
    settings: &Settings,
    lists: &Lists,
    items: &[xero::Item],
    today: Day,
) -> Vec<Proposal> {
    let with_balances = Settings { balances: Switch::On, ..settings.clone() };
    let mut chosen = Chosen { lists, roles: BTreeMap::new(), taken: BTreeMap::new() };
    for role in AccountRole::ALL {
        let kept = settings.plain(role, today).filter(|mapping| chosen.fits(role, mapping.account));
        if let Some(mapping) = kept {
            chosen.put(role, mapping.account, vec!["it is mapped already".into()], Proposed::Keep);
        }
    }
    // Accounts of refinements and of other days are somebody's already.
    for mapping in &settings.accounts {
        chosen.taken.entry(mapping.account).or_insert(mapping.role);
    }
    let uses = Uses::of(items);
    let mut matches: Vec<(u32, AccountRole, &Account, Vec<String>)> = Vec::new();
    for role in AccountRole::ALL {
        for account in &lists.accounts {
            let (points, reasons) = weigh(role, account, lists, &uses);
            if points >= words::ENOUGH {
                matches.push((points, role, account, reasons));
            }
        }
    }
    matches.sort_by(|one, other| {
        let by_points = other.0.cmp(&one.0).then(one.1.cmp(&other.1));
        by_points.then_with(|| one.2.code.cmp(&other.2.code)).then(one.2.id.cmp(&other.2.id))
    });
    for (_, role, account, reasons) in matches {
        if !chosen.roles.contains_key(&role) && chosen.fits(role, account.id) {
            chosen.put(role, account.id, reasons, Proposed::Use);
        }
    }
    let mut made = BTreeSet::new();
    let proposal = |role: AccountRole| {
        let (proposed, reasons) = match chosen.roles.remove(&role) {
            Some(found) => found,
            None => make(role, lists, &mut made),
        };
        Proposal { role, proposed, reasons, needed: with_balances.needs(book, role) }
    };
    AccountRole::ALL.into_iter().map(proposal).collect()
}

/// The mappings of suggestions that need nothing made first, in the place of those for the whole company.
#[must_use]
pub fn mappings(proposals: &[Proposal], settings: &Settings) -> Vec<Mapping> {
    let mut mappings = settings.accounts.clone();
    for proposal in proposals {
        if let Proposed::Use(account) = proposal.proposed {
            let from = Day::FIRST;
            let (category, warehouse, currency) = (None, None, None);
            mappings.retain(|mapping| mapping.role != proposal.role || !mapping.is_plain());
            mappings.push(Mapping { role: proposal.role, category, warehouse, currency, account, from });
        }
    }
    mappings.sort_by_key(|mapping| (mapping.key(), mapping.from));
    mappings
}

/// What has been chosen so far.
struct Chosen<'a> {
    lists: &'a Lists,
    roles: BTreeMap<AccountRole, (Proposed, Vec<String>)>,
    taken: BTreeMap<XeroId<xero::Account>, AccountRole>,
}

impl Chosen<'_> {
    fn put(
        &mut self,
        role: AccountRole,
        account: XeroId<xero::Account>,
        reasons: Vec<String>,
        how: impl Fn(XeroId<xero::Account>) -> Proposed,
    ) {
        self.taken.entry(account).or_insert(role);
        self.roles.insert(role, (how(account), reasons));
    }

    /// Whether a save would take it beside what is chosen, with Balances on.
    fn fits(&self, role: AccountRole, account: XeroId<xero::Account>) -> bool {
        let Some(account) = self.lists.account(account) else { return false };
        let holder = self.taken.get(&account.id).copied();
        let free = holder.is_none_or(|holder| {
            holder == role
                || matches!(role.row().takes, Takes::CurrentAsset) && role.row().shares == Some(holder)
        });
        let (balances, used, currency) = (Switch::On, Used::Alone, None);
        free && Wanted { role, balances, used, currency, lists: self.lists }.check(account).is_ok()
    }
}

/// Which accounts items use, by code: how many sell on it, how many buy on it.
struct Uses {
    sales: BTreeMap<String, usize>,
    purchases: BTreeMap<String, usize>,
}

impl Uses {
    fn of(items: &[xero::Item]) -> Uses {
        let mut uses = Uses { sales: BTreeMap::new(), purchases: BTreeMap::new() };
        for item in items {
            let sold = item.sales_details.as_ref().and_then(|side| side.account_code.clone());
            let bought = item.purchase_details.as_ref().and_then(|side| side.account_code.clone());
            sold.into_iter().for_each(|code| *uses.sales.entry(code).or_default() += 1);
            bought.into_iter().for_each(|code| *uses.purchases.entry(code).or_default() += 1);
        }
        uses
    }

    /// How many items use an account in the way of a role, and the sentence for it.
    fn reason(&self, role: AccountRole, code: &str) -> Option<(usize, String)> {
        let (map, verb) = match role {
            AccountRole::Sales => (&self.sales, "sold"),
            AccountRole::Purchases | AccountRole::CostOfGoodsSold => (&self.purchases, "bought"),
            _ => return None,
        };
        let count = *map.get(code).filter(|_| !code.is_empty())?;
        let items = if count == 1 { "1 item is".into() } else { format!("{count} items are") };
        Some((count, format!("{items} {verb} on it")))
    }
}

/// How well an account's looks speak for a role, and what they say.
fn weigh(role: AccountRole, account: &Account, lists: &Lists, uses: &Uses) -> (u32, Vec<String>) {
    let row = role.row();
    let (mut points, mut reasons) = (0, Vec::new());
    let mut add = |more: u32, why: String| {
        points += more;
        reasons.push(why);
    };
    match words::called(role, &account.name) {
        Some(rank) => add(words::NAME - rank.min(9), "its name says so".into()),
        None if words::hints_at_another(&account.name) => return (0, Vec::new()),
        None => {}
    }
    if let Some((count, why)) = uses.reason(role, &account.code) {
        let more = u32::try_from(count).unwrap_or(u32::MAX).min(9);
        add(words::USE + more, why);
    }
    if words::usual_codes(role).contains(&&*account.code) {
        add(words::CODE, "its code is usual for it".into());
    }
    if row.takes == Takes::Money && account.kind == AccountType::Bank {
        let alike = |other: &&Account| {
            other.kind == AccountType::Bank
                && other.standing == Standing::Active
                && other.currency == account.currency
        };
        match lists.accounts.iter().filter(alike).count() {
            1 => add(words::ENOUGH, "it is the only bank account of its currency".into()),
            _ => add(words::ENOUGH, "it is a bank account; choose another if money goes there".into()),
        }
    }
    if row.types(Switch::On, Used::Alone).first() == Some(&account.kind) {
        add(words::KIND, format!("its type is {}", type_words(&account.kind)));
    }
    (points, reasons)
}

/// An account to make: a name and a code that are free.
fn make(role: AccountRole, lists: &Lists, made: &mut BTreeSet<String>) -> (Proposed, Vec<String>) {
    let (name, code, kind) = words::to_make(role);
    let four_digits = |account: &&Account| account.code.len() == 4 && account.code.parse::<u32>().is_ok();
    let three_digits = |account: &&Account| account.code.len() == 3 && account.code.parse::<u32>().is_ok();
    let long = lists.accounts.iter().filter(four_digits).count()
        > lists.accounts.iter().filter(three_digits).count();
    let first = if long { code * 10 } else { code };
    let is_free = |code: &String| lists.account_of_code(code).is_none() && !made.contains(code);
    let code = (first..).map(|code| format!("{code:03}")).find(is_free).unwrap_or_default();
    made.insert(code.clone());
    let has =
        |name: &str| lists.accounts.iter().any(|account| account.name.to_lowercase() == name.to_lowercase());
    let names = (1..).map(|number| if number == 1 { name.to_owned() } else { format!("{name} ({number})") });
    let name = names.into_iter().find(|name| !has(name)).unwrap_or_default();
    let bank = lists.accounts.iter().find(|account| {
        role == AccountRole::Bank && account.kind == AccountType::Bank && account.code.is_empty()
    });
    let why = match bank {
        Some(bank) => format!("{bank} is a bank account, but it has no code: give it one, or make another"),
        None => format!("no free account of type {} has such a name", role.row().allowed(Switch::On)),
    };
    let archived = lists.accounts.iter().find(|account| {
        account.standing == Standing::Archived && words::called(role, &account.name).is_some()
    });
    let or = archived.map(|account| format!("{account} is archived: restore it, if it is the one"));
    (Proposed::Make { code, name, kind }, [Some(why), or].into_iter().flatten().collect())
}

impl Proposal {
    /// In one line: `310 Cost of Goods Sold: its name says so; its code is usual for it`.
    #[must_use]
    pub fn words(&self, lists: &Lists) -> String {
        let name = |id| lists.account(id).map_or_else(|| format!("{id}"), ToString::to_string);
        let what = match &self.proposed {
            Proposed::Keep(id) => format!("keep {}", name(*id)),
            Proposed::Use(id) => name(*id),
            Proposed::Make { code, name, kind } => format!("make {code} {name} ({})", type_words(kind)),
        };
        format!("{what}: {}", self.reasons.join("; "))
    }

    /// Whether goods or currencies may have accounts of their own for it.
    #[must_use]
    pub fn refined(&self) -> Refined {
        self.role.row().refined
    }
}
