//! Mapped accounts that changed in Xero since: archived, deleted, of another type (ACC-7). Recoding is no trouble, as we go
//! by ids.
//!
//! ```text
//! S251 Materials is mapped to 620 Finished Goods, which is archived in Xero: purchasing, production, sales, stock wait.
//!      Restore it in Xero, or map another account …
//! ```
//! Not here: holding what it stops (the planner).

use book::{Book, Day, Section};

use super::{AccountRole, Mapping, Settings, Switch};
use crate::lists::{Lists, Standing};
use crate::refusal::{Code, Refusal};

/// A mapped account that can't be used any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    /// The role.
    pub role: AccountRole,
    /// The mapping's place in the settings.
    pub place: usize,
    /// The parts of the journals that wait, and whether documents do.
    pub stops: Vec<Section>,
    /// Message and remedy.
    pub says: Refusal,
}

/// What is wrong with mapped accounts; empty is all well.
#[must_use]
pub fn troubles(book: &Book, settings: &Settings, lists: &Lists, today: Day) -> Vec<Trouble> {
    let of = |(place, mapping): (usize, &Mapping)| {
        let refusal = settings.check_mapping(book, lists, mapping).err()?;
        let row = mapping.role.row();
        let account = lists.account(mapping.account);
        let name = account.map_or_else(|| format!("{}", mapping.account), ToString::to_string);
        let stops = stops(mapping.role, settings.balances);
        if stops.is_empty() && settings.needs(book, mapping.role).is_none() {
            return None;
        }
        let (what, remedy) = match account.map(|account| (account.standing, account)) {
            None => {
                let remedy = "Map another account; if it should be there, fetch the chart again".to_owned();
                ("is not in Xero's chart of accounts".to_owned(), remedy)
            }
            Some((Standing::Archived, account)) => {
                let remedy = format!(
                    "Restore {account} in Xero; to use another account, map it, let it run, and archive {account} again"
                );
                ("is archived in Xero".to_owned(), remedy)
            }
            Some((Standing::Gone, _)) => (
                "was deleted in Xero".to_owned(),
                format!("Map another account of type {}", row.allowed(settings.balances)),
            ),
            Some((Standing::Active, account)) => {
                let kind = crate::accounts::type_words(&account.kind);
                let allowed = row.allowed(settings.balances);
                let remedy = format!(
                    "Give it back a type that {} takes ({allowed}), or map another account",
                    row.name
                );
                let what = match refusal.code() {
                    Code::WrongAccountType
                    | Code::TrackedInventoryAccount
                    | Code::BankAccount
                    | Code::NotForPayments => {
                        format!("is of type {kind} now")
                    }
                    Code::SystemAccount => "is a system account of Xero's now".to_owned(),
                    Code::BankWithoutCode => "has no code any more".to_owned(),
                    _ => "doesn't fit any more".to_owned(),
                };
                (what, remedy)
            }
        };
        let role = format!("{}{}", row.name, mapping.refinement(book));
        let says = Refusal::new(Code::AccountTrouble).with("role", role).with("account", name);
        let says =
            says.with("what", what).with("stopped", stopped(&stops)).with("remedy", format!("{remedy}."));
        Some(Trouble {
            role: mapping.role,
            place,
            stops,
            says: says.at(format!("{}.account", mapping.field(book))),
        })
    };
    settings.mappings_from(today).filter_map(of).collect()
}

/// The parts of the journals that need a role, by the table of POST; documents of a role that stands on them.
fn stops(role: AccountRole, balances: Switch) -> Vec<Section> {
    let documents: &[Section] = match role {
        AccountRole::Purchases | AccountRole::Sales => &[Section::Document],
        _ => &[],
    };
    let journals: &[Section] = match role {
        _ if balances == Switch::Off => &[],
        AccountRole::Materials | AccountRole::FinishedGoods => {
            &[Section::Purchasing, Section::Production, Section::Sales, Section::Stock, Section::Adjustments]
        }
        AccountRole::Purchases => &[Section::Purchasing],
        AccountRole::WorkInProgress | AccountRole::DirectLabour | AccountRole::ManufacturingOverheads => {
            &[Section::Production]
        }
        AccountRole::CostOfGoodsSold => &[Section::Sales],
        AccountRole::InventoryGain
        | AccountRole::InventoryLoss
        | AccountRole::TransferLiability
        | AccountRole::OffBookExpense => &[Section::Stock],
        AccountRole::PurchaseDifferences | AccountRole::Rounding => &[Section::Purchasing],
        AccountRole::OpeningBalances | AccountRole::AccruedPurchases => &[Section::Adjustments],
        AccountRole::Sales
        | AccountRole::Bank
        | AccountRole::CustomerDeposits
        | AccountRole::SupplierDeposits
        | AccountRole::BalanceExpense => &[],
    };
    [documents, journals].concat()
}

/// `documents that use it, and journals of purchasing, stock`
fn stopped(stops: &[Section]) -> String {
    let documents = stops.contains(&Section::Document).then(|| "documents that use it".to_owned());
    let journals = stops.iter().filter(|section| **section != Section::Document);
    let journals: Vec<&str> = journals.map(|section| section.name()).collect();
    let journals = (!journals.is_empty()).then(|| format!("journals of {}", journals.join(", ")));
    match [documents, journals] {
        [Some(documents), Some(journals)] => format!("{documents} and {journals}"),
        [Some(one), None] | [None, Some(one)] => one,
        [None, None] => "payments that use it".to_owned(),
    }
}
