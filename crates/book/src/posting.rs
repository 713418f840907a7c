//! The table of POST: which event debits what and credits what.
//!
//! A row reads like docs/rules.md: goods received debit stock and credit Purchases. "Stock" is the account of the lot on
//! that day: Finished goods for an item with a bill of materials, Materials for one without (ACC-3), and Off-book
//! expense in an off-book warehouse (POST-13); the last column says whether the row posts anything there at all.
//! A posting names a role, never an account code; the plan looks the code up when a journal is made.
//! Not here: amounts and days, which come from the cost graph (`documents/`).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::ids::{CategoryId, TrackingOptionId, WarehouseId};
use crate::names::{Text, is_default};

/// What an account is used for (ACC). Sales, payables and receivables are what documents post to by themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Stock of items without a bill of materials.
    Materials,
    /// Stock of items with one.
    FinishedGoods,
    /// What an order has taken up and not yet given.
    WorkInProgress,
    /// Between goods and bills: bought and not received, received and not billed.
    Purchases,
    /// What shipped goods have cost.
    CostOfGoodsSold,
    /// Stock found.
    InventoryGain,
    /// Stock lost, written off, or worth less.
    InventoryLoss,
    /// What a supplier's paper and the goods differ by, by a person's decision.
    PurchaseDifferences,
    /// What papers' totals and conversions are off by, a few cents (DOC-24).
    Rounding,
    /// Where the goods of off-book warehouses stand (POST-13).
    OffBookExpense,
    /// Against which opening stock stands.
    OpeningBalances,
    /// Absorbed fees of transfers.
    TransferLiability,
    /// Absorbed labour.
    DirectLabour,
    /// Absorbed overheads.
    ManufacturingOverheads,
    /// Goods received and not billed, as a month's end shows them (REC-8).
    AccruedPurchases,
    /// What customers are invoiced: posted by the document itself.
    Sales,
    /// Accounts payable: posted by the document itself.
    Payables,
    /// Accounts receivable: posted by the document itself.
    Receivables,
    /// An account that an entry names by its code; without one what stands elsewhere in the accounts.
    Other,
}

impl Role {
    /// All roles in the order of a trial balance.
    pub const ALL: [Role; 19] = [
        Role::Materials,
        Role::FinishedGoods,
        Role::WorkInProgress,
        Role::Purchases,
        Role::CostOfGoodsSold,
        Role::InventoryGain,
        Role::InventoryLoss,
        Role::PurchaseDifferences,
        Role::Rounding,
        Role::OffBookExpense,
        Role::OpeningBalances,
        Role::TransferLiability,
        Role::DirectLabour,
        Role::ManufacturingOverheads,
        Role::AccruedPurchases,
        Role::Sales,
        Role::Payables,
        Role::Receivables,
        Role::Other,
    ];

    /// The name people see.
    pub const fn name(self) -> &'static str {
        match self {
            Role::Materials => "Materials",
            Role::FinishedGoods => "Finished goods",
            Role::WorkInProgress => "Work in progress",
            Role::Purchases => "Purchases",
            Role::CostOfGoodsSold => "Cost of goods sold",
            Role::InventoryGain => "Inventory gain",
            Role::InventoryLoss => "Inventory loss",
            Role::PurchaseDifferences => "Purchase differences",
            Role::Rounding => "Rounding",
            Role::OffBookExpense => "Off-book expense",
            Role::OpeningBalances => "Opening balances",
            Role::TransferLiability => "Transfer orders liability",
            Role::DirectLabour => "Direct labour",
            Role::ManufacturingOverheads => "Manufacturing overheads",
            Role::AccruedPurchases => "Accrued purchases",
            Role::Sales => "Sales",
            Role::Payables => "Accounts payable",
            Role::Receivables => "Accounts receivable",
            Role::Other => "Other accounts",
        }
    }

    /// Whether lots' value stands on it.
    pub const fn is_stock(self) -> bool {
        matches!(self, Role::Materials | Role::FinishedGoods)
    }

    /// Whether its lines have tracking options only if a setting puts the item's there (POST-25).
    pub const fn has_options_by_setting(self) -> bool {
        matches!(
            self,
            Role::Materials
                | Role::FinishedGoods
                | Role::WorkInProgress
                | Role::OpeningBalances
                | Role::TransferLiability
                | Role::DirectLabour
                | Role::ManufacturingOverheads
                | Role::AccruedPurchases
        )
    }
}

/// The part of the journals that a posting goes with (SEL-10); `Document` is posted by the document itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Section {
    /// 1.x, 2.2, 3
    Purchasing,
    /// 2.1, 2.3, 4.x
    Production,
    /// 8.x
    Sales,
    /// 9 to 11, 13
    Stock,
    /// Reclassification, opening, clearing, accruals
    Adjustments,
    /// No journal: the document posts it in Xero.
    Document,
}

impl Section {
    /// The name people see.
    pub const fn name(self) -> &'static str {
        match self {
            Section::Purchasing => "purchasing",
            Section::Production => "production",
            Section::Sales => "sales",
            Section::Stock => "stock",
            Section::Adjustments => "adjustments",
            Section::Document => "document",
        }
    }
}

/// A row of the table of POST.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum Rule {
    /// POST-1.1
    Billed,
    /// POST-1.3
    GoodsReceived,
    /// POST-1.7
    FeeOfAnother,
    /// POST-1.8a
    ReturnedBeforeBill,
    /// POST-1.8b
    ReturnedForCredit,
    /// POST-1.8b, the credit's side
    CreditForReturn,
    /// POST-1.9
    LineClosed,
    /// POST-2.1
    VendorPartsSent,
    /// POST-2.2, the parts' side
    VendorPartsUsed,
    /// POST-2.3, back
    VendorPartsBack,
    /// POST-2.3, lost
    VendorPartsLost,
    /// POST-3
    OperationBought,
    /// POST-4.1
    PartsConsumed,
    /// POST-4.2a
    OverheadApplied,
    /// POST-4.2b
    LabourApplied,
    /// POST-4.3a
    OrderFinished,
    /// POST-4.3b, overheads
    OverheadAdjusted,
    /// POST-4.3b, labour
    LabourAdjusted,
    /// POST-4.4
    PartsPutBack,
    /// POST-4.5
    AbnormalScrap,
    /// POST-4.6
    OrderCancelled,
    /// POST-6
    Invoiced,
    /// POST-7
    Credited,
    /// POST-8.1
    ShipmentPicked,
    /// POST-8.2
    CustomerReturned,
    /// POST-9
    StockFound,
    /// POST-9.1
    OpeningStock,
    /// POST-10
    WrittenOff,
    /// POST-10.1
    Revalued,
    /// POST-11
    TransferFee,
    /// POST-11.1
    Moved,
    /// ACC-3
    Reclassified,
    /// DOC-24
    PaperTotal,
    /// REC-1
    Cleared,
    /// REC-8
    Accrued,
    /// INV-11
    BroughtIn,
    /// REC-5
    Adopted,
}

/// A side of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The stock account of the lot, by its item and warehouse on that day.
    Stock,
    /// The stock account that the lot comes from.
    StockFrom,
    /// The account of a role.
    Of(Role),
    /// The account of a line that an adjusting entry debits.
    Debited,
    /// The account of a line that it credits.
    Credited,
}

/// What a row does with stock in an off-book warehouse (POST-13).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OffBook {
    /// A crossing: stock reads Off-book expense.
    Crosses,
    /// Nothing is posted.
    Silent,
}

/// One row: what the rule is called, where its journal goes, and its two sides.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// The rule.
    pub rule: Rule,
    /// Its id in docs/rules.md.
    pub id: &'static str,
    /// Its section.
    pub section: Section,
    /// Debited for a positive amount.
    pub debit: Side,
    /// Credited for a positive amount.
    pub credit: Side,
    /// In off-book warehouses.
    pub off_book: OffBook,
    /// What happened, in words.
    pub words: &'static str,
}

const fn row(
    rule: Rule,
    id: &'static str,
    section: Section,
    debit: Side,
    credit: Side,
    off_book: OffBook,
    words: &'static str,
) -> Row {
    Row { rule, id, section, debit, credit, off_book, words }
}

use OffBook::{Crosses, Silent};
use Role as R;
use Section as S;
use Side::{Credited, Debited, Of, Stock, StockFrom};

/// The table, in the order of docs/rules.md. A row's place is its rule's number.
#[rustfmt::skip]
pub const TABLE: [Row; 37] = [
    row(Rule::Billed,            "POST-1.1",  S::Document,    Of(R::Purchases),           Of(R::Payables),            Crosses, "bill"),
    row(Rule::GoodsReceived,     "POST-1.3",  S::Purchasing,  Stock,                      Of(R::Purchases),           Crosses, "goods received"),
    row(Rule::FeeOfAnother,      "POST-1.7",  S::Purchasing,  Stock,                      Of(R::Purchases),           Crosses, "fee of another supplier"),
    row(Rule::ReturnedBeforeBill,"POST-1.8a", S::Purchasing,  Of(R::Purchases),           Stock,                      Crosses, "returned before the bill"),
    row(Rule::ReturnedForCredit, "POST-1.8b", S::Purchasing,  Of(R::PurchaseDifferences), Stock,                      Crosses, "returned for credit"),
    row(Rule::CreditForReturn,   "POST-1.8b", S::Purchasing,  Of(R::Purchases),           Of(R::PurchaseDifferences), Crosses, "credit for a return"),
    row(Rule::LineClosed,        "POST-1.9",  S::Purchasing,  Of(R::PurchaseDifferences), Of(R::Purchases),           Crosses, "order line closed"),
    row(Rule::VendorPartsSent,   "POST-2.1",  S::Production,  Of(R::WorkInProgress),      Stock,                      Crosses, "parts sent to the vendor"),
    row(Rule::VendorPartsUsed,   "POST-2.2",  S::Purchasing,  Stock,                      Of(R::WorkInProgress),      Crosses, "parts in goods received"),
    row(Rule::VendorPartsBack,   "POST-2.3",  S::Production,  Stock,                      Of(R::WorkInProgress),      Crosses, "parts back from the vendor"),
    row(Rule::VendorPartsLost,   "POST-2.3",  S::Production,  Of(R::InventoryLoss),       Of(R::WorkInProgress),      Crosses, "parts lost at the vendor"),
    row(Rule::OperationBought,   "POST-3",    S::Purchasing,  Of(R::WorkInProgress),      Of(R::Purchases),           Crosses, "operation bought"),
    row(Rule::PartsConsumed,     "POST-4.1",  S::Production,  Of(R::WorkInProgress),      Stock,                      Crosses, "parts consumed"),
    row(Rule::OverheadApplied,   "POST-4.2a", S::Production,  Of(R::WorkInProgress),      Of(R::ManufacturingOverheads), Crosses, "overhead of an operation"),
    row(Rule::LabourApplied,     "POST-4.2b", S::Production,  Of(R::WorkInProgress),      Of(R::DirectLabour),        Crosses, "labour of an operation"),
    row(Rule::OrderFinished,     "POST-4.3a", S::Production,  Stock,                      Of(R::WorkInProgress),      Crosses, "order finished"),
    row(Rule::OverheadAdjusted,  "POST-4.3b", S::Production,  Of(R::WorkInProgress),      Of(R::ManufacturingOverheads), Crosses, "overhead from plan to actual"),
    row(Rule::LabourAdjusted,    "POST-4.3b", S::Production,  Of(R::WorkInProgress),      Of(R::DirectLabour),        Crosses, "labour from plan to actual"),
    row(Rule::PartsPutBack,      "POST-4.4",  S::Production,  Stock,                      Of(R::WorkInProgress),      Crosses, "parts put back"),
    row(Rule::AbnormalScrap,     "POST-4.5",  S::Production,  Of(R::InventoryLoss),       Of(R::WorkInProgress),      Crosses, "abnormal scrap"),
    row(Rule::OrderCancelled,    "POST-4.6",  S::Production,  Of(R::InventoryLoss),       Of(R::WorkInProgress),      Crosses, "order cancelled"),
    row(Rule::Invoiced,          "POST-6",    S::Document,    Of(R::Receivables),         Of(R::Sales),               Crosses, "invoice"),
    row(Rule::Credited,          "POST-7",    S::Document,    Of(R::Sales),               Of(R::Receivables),         Crosses, "credit invoice"),
    row(Rule::ShipmentPicked,    "POST-8.1",  S::Sales,       Of(R::CostOfGoodsSold),     Stock,                      Silent,  "shipment picked"),
    row(Rule::CustomerReturned,  "POST-8.2",  S::Sales,       Stock,                      Of(R::CostOfGoodsSold),     Silent,  "customer's goods returned"),
    row(Rule::StockFound,        "POST-9",    S::Stock,       Stock,                      Of(R::InventoryGain),       Silent,  "stock found"),
    row(Rule::OpeningStock,      "POST-9.1",  S::Adjustments, Stock,                      Of(R::OpeningBalances),     Silent,  "opening stock"),
    row(Rule::WrittenOff,        "POST-10",   S::Stock,       Of(R::InventoryLoss),       Stock,                      Silent,  "write-off"),
    row(Rule::Revalued,          "POST-10.1", S::Stock,       Of(R::InventoryLoss),       Stock,                      Silent,  "lots revalued"),
    row(Rule::TransferFee,       "POST-11",   S::Stock,       Stock,                      Of(R::TransferLiability),   Silent,  "fees of a transfer"),
    row(Rule::Moved,             "POST-11.1", S::Stock,       Stock,                      StockFrom,                  Crosses, "goods moved"),
    row(Rule::Reclassified,      "ACC-3",     S::Adjustments, Stock,                      StockFrom,                  Crosses, "stock reclassified"),
    row(Rule::PaperTotal,        "DOC-24",    S::Document,    Of(R::Rounding),            Of(R::Payables),            Crosses, "paper's total"),
    row(Rule::Cleared,           "REC-1",     S::Adjustments, Debited,                    Credited,                   Crosses, "liability cleared"),
    row(Rule::Accrued,           "REC-8",     S::Adjustments, Debited,                    Credited,                   Crosses, "purchases accrued"),
    row(Rule::BroughtIn,         "INV-11",    S::Adjustments, Debited,                    Credited,                   Crosses, "opening brought in"),
    row(Rule::Adopted,           "REC-5",     S::Document,    Debited,                    Credited,                   Crosses, "entry adopted"),
];

impl Rule {
    /// The rule's row.
    pub const fn row(self) -> &'static Row {
        &TABLE[self as usize]
    }
}

/// Two options, one of each tracking category, or none (IMP-6).
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
pub struct Tracking(pub [Option<TrackingOptionId>; 2]);

impl Tracking {
    /// These options, and where there is none those of another.
    #[must_use]
    pub fn or(self, other: Tracking) -> Tracking {
        Tracking([self.0[0].or(other.0[0]), self.0[1].or(other.0[1])])
    }

    /// Those of them that are kept.
    #[must_use]
    pub fn only(self, kept: impl Fn(TrackingOptionId) -> bool) -> Tracking {
        Tracking(self.0.map(|option| option.filter(|option| kept(*option))))
    }
}

/// What balances are kept by: a role, refined (ACC-6) by category and warehouse, with its tracking (POST-25); a
/// write-off's reason may name an expense account of its own (POST-10).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Key {
    /// The role.
    pub role: Role,
    /// The item's category.
    #[serde(default, skip_serializing_if = "is_default")]
    pub category: Option<CategoryId>,
    /// The warehouse of the stock.
    #[serde(default, skip_serializing_if = "is_default")]
    pub warehouse: Option<WarehouseId>,
    /// Tracking options: of stock and work in progress the item's on that day, which a journal has only by a setting.
    #[serde(default, skip_serializing_if = "is_default")]
    pub tracking: Tracking,
    /// An account that a reason names instead of the role's.
    #[serde(default, skip_serializing_if = "is_default")]
    pub account: Option<Text>,
}

impl Key {
    /// A role without refinement.
    pub const fn of(role: Role) -> Key {
        Key { role, category: None, warehouse: None, tracking: Tracking([None, None]), account: None }
    }

    /// Its options as lines have them while no setting puts the item's on them (POST-25).
    pub fn usual_tracking(&self) -> Tracking {
        if self.role.has_options_by_setting() { Tracking::default() } else { self.tracking }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_stands_at_its_rules_place() {
        for (place, row) in TABLE.iter().enumerate() {
            assert_eq!(row.rule as usize, place, "{}", row.id);
            assert_ne!(row.debit, row.credit, "{}", row.id);
        }
    }
}
