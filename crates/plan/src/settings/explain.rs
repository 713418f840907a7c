//! What settings that are in order mean: the sentences of the settings page (SEL-3 … SEL-8, ACC-4), and what will not work.
//!
//! `S232 Purchases go as Xero purchase orders, so payments of purchases are not synchronised: Xero keeps them on bills.`
//! Not here: what is refused (`check`), accounts that changed in Xero since (`troubles`).

use book::{Book, Day, Workflow};

use super::{AccountRole, NewStatus, OrderTrigger, Purchasing, Settings, Switch};
use crate::lists::Lists;
use crate::refusal::{Code, Refusal, Remark, Weight};

/// Warnings and notes on settings.
pub(super) fn remarks(book: &Book, lists: &Lists, settings: &Settings, today: Day) -> Vec<Remark> {
    let mut found = Vec::new();
    let mut say = |weight, says| found.push(Remark { weight, says });
    let note = |code, field: &str| Refusal::new(code).at(field);
    let on = |switch| switch == Switch::On;
    let purchases = || {
        let mapping = settings.plain(AccountRole::Purchases, today);
        let account = mapping.and_then(|mapping| lists.account(mapping.account));
        account.map_or_else(|| "Purchases".to_owned(), ToString::to_string)
    };
    if on(settings.balances) && !on(settings.procurement) {
        say(Weight::Warning, note(Code::ProcurementOff, "procurement").with("account", purchases()));
    }
    match settings.purchasing {
        Purchasing::Orders => {
            say(Weight::Note, note(Code::NoPurchasePayments, "purchasing"));
            if on(settings.balances) {
                say(Weight::Note, note(Code::BillsFromOrders, "purchasing"));
            }
        }
        Purchasing::OrdersAsBills => say(Weight::Note, note(Code::OrderIsBill, "purchasing")),
        Purchasing::Bills if !on(settings.procurement) => {}
        Purchasing::Bills => say(Weight::Note, note(Code::SeveralBills, "purchasing")),
        Purchasing::OrdersAndBills => say(Weight::Note, note(Code::BothSent, "purchasing")),
    }
    for (field, other, why) in meaningless(settings) {
        let says = note(Code::MeaninglessChoice, field).with("field", field).with("other", other);
        say(Weight::Note, says.with("why", why));
    }
    if book.settings().approval == Workflow::On && on(settings.procurement) {
        say(Weight::Note, note(Code::ApprovalFirst, "procurement"));
    }
    match settings.balances {
        Switch::Off => say(Weight::Note, note(Code::FreeInXero, "balances")),
        Switch::On => say(Weight::Note, note(Code::PurchasesStay, "balances").with("account", purchases())),
    }
    if [settings.sales, settings.procurement, settings.balances].iter().all(|switch| on(*switch)) {
        say(Weight::Note, note(Code::AllAutomatic, "sales"));
    }
    let pays_tax = lists.organisation.as_ref().is_none_or(|organisation| organisation.pays_tax);
    if !pays_tax && !settings.taxes.is_empty() {
        let why = "the organisation is not registered for tax";
        let says = note(Code::MeaninglessChoice, "taxes").with("field", "taxes").with("why", why);
        say(Weight::Note, says.with("other", "the organisation's tax settings in Xero"));
    }
    found
}

/// Choices that another choice leaves without effect: field, the other's field, why.
fn meaningless(settings: &Settings) -> Vec<(&'static str, &'static str, &'static str)> {
    let orders = matches!(settings.purchasing, Purchasing::Orders | Purchasing::OrdersAndBills);
    let bills = settings.purchasing != Purchasing::Orders;
    let usual = super::NewStatuses::default();
    let mut found = Vec::new();
    if !orders && settings.order_trigger == OrderTrigger::Approval {
        found.push(("order_trigger", "purchasing", "no Xero purchase orders are sent"));
    }
    if !orders && settings.new.order != usual.order {
        found.push(("new.order", "purchasing", "no Xero purchase orders are sent"));
    }
    if !bills && settings.new.bill != usual.bill {
        found.push(("new.bill", "purchasing", "no bills are sent"));
    }
    if !bills && settings.take_over_bills == Switch::On {
        found.push(("take_over_bills", "purchasing", "no bills are sent"));
    }
    found
}

/// Whether somebody may move a line from its account to another in Xero (ACC-4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Movable {
    /// It may: the accountant's choice is kept (ACC-5).
    Freely,
    /// It must stay: nothing else would clear the account.
    Not,
}

impl Settings {
    /// Whether lines of a role may be moved to another account in Xero (ACC-4).
    #[must_use]
    pub fn movable(&self, role: AccountRole) -> Movable {
        match (self.balances, role) {
            (Switch::On, AccountRole::Purchases) => Movable::Not,
            _ => Movable::Freely,
        }
    }

    /// Xero's name of the right that new documents of these settings need, and what happens without it: for the remarks on
    /// a connection (API-FACTS 4.1).
    pub(crate) fn rights(&self) -> Vec<(&'static str, &'static str)> {
        let of = |status, draft, approved| if status == NewStatus::Approved { approved } else { draft };
        let orders = matches!(self.purchasing, Purchasing::Orders | Purchasing::OrdersAndBills);
        let mut rights = Vec::new();
        if self.sales == Switch::On {
            let right = of(self.new.invoice, "CreateDraftInvoice", "CreateApprovedInvoice");
            rights.push((right, "sales invoices are refused"));
        }
        if self.procurement == Switch::On && self.purchasing != Purchasing::Orders {
            rights.push((of(self.new.bill, "CreateDraftBill", "CreateApprovedBill"), "bills are refused"));
        }
        if self.procurement == Switch::On && orders {
            let right = of(self.new.order, "CreateDraftPurchaseOrder", "CreateApprovedPurchaseOrder");
            rights.push((right, "purchase orders are refused"));
        }
        if self.quotes == Switch::On {
            rights.push((of(self.new.invoice, "CreateDraftQuote", "CreateSentQuote"), "quotes are refused"));
        }
        if self.balances == Switch::On {
            rights.push(("CreateManualJournal", "Balances can't be posted"));
        }
        rights
    }
}
