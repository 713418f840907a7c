//! Whatever is suggested is taken, and whatever is taken maps no barred account: charts and settings by chance.

#[allow(dead_code, reason = "each test uses its part")]
mod support;

use plan::{
    Account, AccountRole, Command, Form, Lists, Mapping, Settings, Standing, Switch, propose,
    propose::Proposed, review,
};
use proptest::prelude::*;
use support::company::{Company, organisation};
use xero::XeroId;
use xero::statuses::{AccountClass, AccountType};

const NAMES: &[&str] = &[
    "Sales",
    "Revenue",
    "Inventory",
    "Stock",
    "Stock on Hand",
    "Raw Materials",
    "Finished Goods",
    "Work in Progress",
    "Purchases",
    "Purchases Clearing",
    "Goods Received Not Invoiced",
    "Cost of Goods Sold",
    "Rounding",
    "Suspense",
    "Inventory Adjustments",
    "Labour Absorbed",
    "Overhead Absorbed",
    "Cheque Account",
    "Savings",
    "Advertising",
    "Price Variance",
    "Opening Balances",
    "Customer Deposits",
    "Inventory Gain",
    "Stock Movement",
    "Office",
];
const KINDS: &[&str] = &[
    "BANK",
    "CURRENT",
    "CURRLIAB",
    "DEPRECIATN",
    "DIRECTCOSTS",
    "EQUITY",
    "EXPENSE",
    "FIXED",
    "INVENTORY",
    "LIABILITY",
    "NONCURRENT",
    "OTHERINCOME",
    "OVERHEADS",
    "PREPAYMENT",
    "REVENUE",
    "SALES",
    "TERMLIAB",
    "PAYG",
    "NEWTHING",
];

fn accounts() -> impl Strategy<Value = Vec<Account>> {
    let one = (0..NAMES.len(), 0..KINDS.len(), 0_u8..8, 0_u8..10, any::<bool>(), 0_u32..60);
    prop::collection::vec(one, 0..40).prop_map(|rows| {
        let account = |(place, (name, kind, system, standing, payments, code)): (
            usize,
            (usize, usize, u8, u8, bool, u32),
        )| {
            Account {
                id: XeroId::read(&format!("{:032x}", place + 1)).expect("an id"),
                code: if code == 0 {
                    "".into()
                } else {
                    format!("{}", 600 + code * 7 % 60 + place as u32 * 100).as_str().into()
                },
                name: NAMES[name].into(),
                kind: AccountType::from(KINDS[kind]),
                class: AccountClass::Asset,
                standing: match standing {
                    0 => Standing::Archived,
                    1 => Standing::Gone,
                    _ => Standing::Active,
                },
                system: (system == 0).then(|| "GST".into()),
                payments,
                currency: (system == 1).then(|| "EUR".parse().expect("a currency")),
                tax_type: "".into(),
            }
        };
        rows.into_iter().enumerate().map(account).collect()
    })
}

fn company(accounts: Vec<Account>) -> Company {
    let mut company = Company::new();
    company.lists = Lists { organisation: Some(organisation(1, "Jam", "NZD")), accounts, ..Lists::default() };
    company.look();
    company
}

/// What no role may have, said once more and shorter than the code says it.
fn barred(role: AccountRole, account: &Account) -> bool {
    let bank = account.kind == AccountType::Bank;
    account.standing != Standing::Active
        || account.system.is_some()
        || account.kind == AccountType::Inventory
        || bank && (role != AccountRole::Bank || account.code.is_empty())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, ..ProptestConfig::default() })]

    // rule: ACC-1
    #[test]
    fn whatever_is_suggested_is_taken(accounts in accounts()) {
        let mut company = company(accounts);
        let none = Settings::default();
        let found = propose::propose(&company.book, &none, company.exchange.lists(), &[], company.today);
        prop_assert_eq!(found.len(), AccountRole::ALL.len());
        let mapped = Settings { accounts: propose::mappings(&found, &none), ..none.clone() };
        let saved = company.ask(&Command::SaveSettings(Box::new(mapped)));
        prop_assert!(saved.is_ok(), "{:?}", saved.err().map(|refusal| refusal.to_string()));

        // What is shown and saved again is what was saved.
        let settings = company.exchange.settings().clone();
        let lists = company.exchange.lists();
        let form = Form::of(&settings, &company.book, lists, company.today);
        let json = serde_json::to_string(&form).expect("JSON");
        let read = Form::read(&json).expect("a form reads what it writes");
        prop_assert_eq!(&read, &form);
        // Accounts of one name and no code can be told apart by id only.
        if let Ok(again) = read.settings(&company.book, lists, &settings, company.today) {
            prop_assert_eq!(again, settings);
        }

        // With what it says should be made, everything can be turned on.
        for (place, one) in found.iter().enumerate() {
            let Proposed::Make { code, name, kind } = &one.proposed else { continue };
            prop_assert!(code.len() <= 10 && name.len() <= 150);
            let clash = company.lists.accounts.iter().any(|other| *other.code == **code || *other.name == **name);
            prop_assert!(!clash, "{code} {name} is there already");
            company.lists.accounts.push(Account {
                id: XeroId::read(&format!("{:032x}", 1_000 + place)).expect("an id"),
                code: code.as_str().into(),
                name: name.as_str().into(),
                kind: kind.clone(),
                class: AccountClass::Asset,
                standing: Standing::Active,
                system: None,
                payments: false,
                currency: None,
                tax_type: "".into(),
            });
        }
        company.look();
        let saved = company.exchange.settings().clone();
        let again = propose::propose(&company.book, &saved, company.exchange.lists(), &[], company.today);
        let accounts = propose::mappings(&again, &saved);
        let on = Switch::On;
        let all = Settings { accounts, sales: on, procurement: on, balances: on, ..saved };
        let saved = company.ask(&Command::SaveSettings(Box::new(all)));
        prop_assert!(saved.is_ok(), "{:?}", saved.err().map(|refusal| refusal.to_string()));
    }

    // rule: ACC-1, ACC-2, ACC-8
    #[test]
    fn whatever_is_taken_maps_no_barred_account_and_none_twice(
        accounts in accounts(),
        chosen in prop::collection::vec((0..AccountRole::ALL.len(), 0_usize..40), 0..8),
        balances in any::<bool>(),
    ) {
        let mut company = company(accounts);
        let accounts = company.lists.accounts.clone();
        let mapping = |(role, place): &(usize, usize)| {
            let account = accounts.get(*place)?.id;
            let (category, warehouse, currency) = (None, None, None);
            let role = AccountRole::ALL[*role];
            Some(Mapping { role, category, warehouse, currency, account, from: book::Day::FIRST })
        };
        let wanted = Settings {
            accounts: chosen.iter().filter_map(mapping).collect(),
            balances: if balances { Switch::On } else { Switch::Off },
            ..Settings::default()
        };
        let refused = review(&company.book, &company.exchange, &wanted, company.today)
            .iter()
            .any(|remark| remark.weight == plan::Weight::Refused);
        let saved = company.ask(&Command::SaveSettings(Box::new(wanted.clone())));
        prop_assert_eq!(saved.is_err(), refused, "review and save agree");
        if saved.is_ok() {
            for (place, one) in wanted.accounts.iter().enumerate() {
                let account = company.lists.account(one.account).expect("an account");
                prop_assert!(!barred(one.role, account), "{:?} took {account}", one.role);
                for other in &wanted.accounts[..place] {
                    let pair = [(one.role, other.role), (other.role, one.role)];
                    let may = pair.contains(&(AccountRole::Materials, AccountRole::FinishedGoods))
                        || pair.contains(&(AccountRole::InventoryGain, AccountRole::InventoryLoss));
                    prop_assert!(one.account != other.account || may, "{account} twice");
                    prop_assert!(one.role != other.role, "{:?} mapped twice", one.role);
                }
            }
        }
    }
}
