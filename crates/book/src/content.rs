//! What documents say: the content of each kind, as commands bring it and events keep it.
//!
//! A command may leave choices open (a rate, the lots to take); the event that results has them filled in, so that it
//! means the same for ever. Content holds facts and choices, never derived amounts: a price changed tomorrow changes
//! costs, not events. A line keeps its position for life; one that is no longer wanted has quantity 0.
//! Quantities of order, sales and bill lines are in the line's unit, all others in the item's stock unit.
//! Not here: checks and effects (`documents/`).

use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};
use thin_vec::ThinVec;

use money::{Amount, Currency, Money, Percent, Quantity, Rate, UnitFactor, UnitPrice};

use crate::adjusting::AdjustingEntry;
use crate::day::Day;
use crate::ids::{ChannelId, DocumentId, ItemId, LineRef, LotId, PartyId, ReasonId, UnitId, WarehouseId};
use crate::lost_tax::LostTax;
pub use crate::making::{
    Completion, Consumption, ConsumptionLine, ManufacturingOrder, Outcome, PlannedOperation, PlannedPart,
    Planning, Progress, PutBack, PutBackKind, VendorShipment, Work,
};
use crate::names::{Text, is_default};
use crate::posting::Tracking;
use crate::trade::{Allocation, Payment, Prices, Quote, Repeated, Stage, SupplierInvoice};

/// A quantity of a lot, chosen by hand or by the book.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Taking {
    /// The lot.
    pub lot: LotId,
    /// How much of it, in stock units.
    pub quantity: Quantity,
}

/// What a purchase, sales or invoice line says about goods and money.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TradeLine {
    /// The item.
    pub item: ItemId,
    /// How much, in `unit`.
    pub quantity: Quantity,
    /// The unit bought or sold in; none is the item's stock unit (DOC-22).
    #[serde(default, skip_serializing_if = "is_default")]
    pub unit: Option<UnitId>,
    /// The unit's factor to the stock unit, filled in when the line is saved.
    #[serde(default, skip_serializing_if = "is_default")]
    pub factor: Option<UnitFactor>,
    /// Price of one `unit`, in the document's currency.
    pub price: UnitPrice,
    /// Discount on the line.
    #[serde(default, skip_serializing_if = "is_default")]
    pub discount: Percent,
    /// Tax: none is "no tax", 0 is a zero rate (TAX-3).
    #[serde(default, skip_serializing_if = "is_default")]
    pub tax: Option<Percent>,
    /// Where the goods go or come from.
    #[serde(default, skip_serializing_if = "is_default")]
    pub warehouse: Option<WarehouseId>,
    /// Tracking options.
    #[serde(default, skip_serializing_if = "is_default")]
    pub tracking: Tracking,
    /// When it is wanted.
    #[serde(default, skip_serializing_if = "is_default")]
    pub due: Option<Day>,
}

/// Who, when and in which money.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Terms {
    /// The supplier or customer.
    pub party: PartyId,
    /// The document's day.
    pub day: Day,
    /// Its currency.
    pub currency: Currency,
    /// Foreign units per 1 of base (DOC-18); none takes the company's rate of that day, and is filled in.
    #[serde(default, skip_serializing_if = "is_default")]
    pub rate: Option<Rate>,
    /// The other side's number or reference; on a purchase invoice the supplier invoice ID.
    #[serde(default, skip_serializing_if = "is_default")]
    pub reference: Option<Text>,
    /// Whether its prices include tax (TAX-4).
    #[serde(default, skip_serializing_if = "is_default")]
    pub prices: Prices,
    /// A purchase: what of its tax nobody gives back, so that it is cost (TAX-6): `nothing`, `everything`, `3.75 of 7.5`; none
    /// takes the company's, and is filled in.
    #[serde(default, skip_serializing_if = "is_default")]
    #[schemars(with = "Option<String>")]
    pub lost_tax: Option<LostTax>,
}

/// A purchase order (POST-1). A line's warehouse is where its goods are expected.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PurchaseOrder {
    /// Supplier, day, currency, rate.
    pub terms: Terms,
    /// The supplier's invoice, where the order itself is the bill (SEL-2).
    #[serde(default, skip_serializing_if = "is_default")]
    pub invoice: Option<SupplierInvoice>,
    /// What is ordered.
    pub lines: Vec<TradeLine>,
    /// The operation of a manufacturing order that it buys (POST-3).
    #[serde(default, skip_serializing_if = "is_default")]
    pub operation: Option<BoughtOperation>,
}

/// An operation that a supplier carries out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BoughtOperation {
    /// The manufacturing order.
    pub order: DocumentId,
    /// Its operation.
    pub operation: u16,
    /// The day on which the goods are sent to be worked on; on it the order's cost becomes work in progress.
    #[serde(default, skip_serializing_if = "is_default")]
    pub shipped: Option<Day>,
}

/// Goods of an order arriving (POST-1.3).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Receipt {
    /// The order.
    pub order: DocumentId,
    /// The day they arrived.
    pub day: Day,
    /// What arrived.
    pub lines: Vec<ReceiptLine>,
}

/// A line of a receipt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReceiptLine {
    /// The order's line.
    pub line: u16,
    /// How much was taken into stock, in the order line's unit.
    pub quantity: Quantity,
    /// How much was rejected at the door, in the order line's unit; it never becomes stock.
    #[serde(default, skip_serializing_if = "is_default")]
    pub rejected: Quantity,
    /// Where it lies; none is the order line's warehouse, and is filled in.
    #[serde(default, skip_serializing_if = "is_default")]
    pub warehouse: Option<WarehouseId>,
    /// Batch number.
    #[serde(default, skip_serializing_if = "is_default")]
    pub batch: Option<Text>,
    /// Expiry date.
    #[serde(default, skip_serializing_if = "is_default")]
    pub expiry: Option<Day>,
}

/// Goods going back to the vendor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct VendorReturn {
    /// The order.
    pub order: DocumentId,
    /// The day they left.
    pub day: Day,
    /// What left.
    pub lines: Vec<VendorReturnLine>,
}

/// Why goods go back to the vendor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum VendorReturnKind {
    /// Before their bill, or for replacement (POST-1.8a): the receipt shrinks.
    BeforeBill,
    /// For credit (POST-1.8b).
    ForCredit,
}

/// A line of a return to the vendor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct VendorReturnLine {
    /// The receipt's line.
    pub receipt: LineRef,
    /// How much, in stock units.
    pub quantity: Quantity,
    /// Before the bill, or for credit.
    pub kind: VendorReturnKind,
    /// Lots; none takes the receipt's own lot.
    #[serde(default, skip_serializing_if = "is_default")]
    pub takings: Vec<Taking>,
}

/// What a fee is for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum FeeTarget {
    /// All lines of an order.
    Order(DocumentId),
    /// The lines of these receipts, of one or several orders.
    Receipts(Vec<DocumentId>),
    /// The goods of a transfer.
    Transfer(DocumentId),
}

/// How a fee is split (POST-20).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum FeeBasis {
    /// By value; where all value is 0, by quantity.
    #[default]
    Value,
    /// By quantity in stock units.
    Quantity,
    /// By weight; every item needs one.
    Weight,
}

/// An additional fee: freight, duty (POST-20). Its amount is an estimate until a bill line names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Fee {
    /// What it is for.
    pub target: FeeTarget,
    /// Who bills it, if not the order's own supplier (POST-1.7).
    #[serde(default, skip_serializing_if = "is_default")]
    pub supplier: Option<PartyId>,
    /// Its own day.
    pub day: Day,
    /// How much.
    pub amount: Money,
    /// Foreign units per 1 of base; none takes the company's rate of that day.
    #[serde(default, skip_serializing_if = "is_default")]
    pub rate: Option<Rate>,
    /// How it is split.
    #[serde(default, skip_serializing_if = "is_default")]
    pub basis: FeeBasis,
    /// Tracking on Purchases.
    #[serde(default, skip_serializing_if = "is_default")]
    pub tracking: Tracking,
}

/// A purchase invoice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Bill {
    /// Supplier, invoice date, currency, rate; the reference is the supplier invoice ID.
    pub terms: Terms,
    /// When it is to be paid; none is worked out from the supplier's terms, and filled in.
    #[serde(default, skip_serializing_if = "is_default")]
    pub due: Option<Day>,
    /// Pro-forma, or in force.
    #[serde(default, skip_serializing_if = "is_default")]
    pub stage: Stage,
    /// What the paper says it comes to with tax; a difference of a few cents goes to Rounding (DOC-24).
    #[serde(default, skip_serializing_if = "is_default")]
    pub paper_total: Option<Money>,
    /// Whether another paper of the supplier may have its number (DOC-26).
    #[serde(default, skip_serializing_if = "is_default")]
    pub repeated: Repeated,
    /// What is billed.
    pub lines: Vec<BillLine>,
}

/// What a bill line is for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum BillTarget {
    /// Goods of an order line.
    Order(LineRef),
    /// A fee.
    Fee(DocumentId),
    /// Something else, on an expense account.
    Expense(Text),
}

/// A line of a bill.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BillLine {
    /// What it is for.
    pub target: BillTarget,
    /// How much, in the order line's unit.
    pub quantity: Quantity,
    /// Price of one.
    pub price: UnitPrice,
    /// Discount on the line.
    #[serde(default, skip_serializing_if = "is_default")]
    pub discount: Percent,
    /// Tax.
    #[serde(default, skip_serializing_if = "is_default")]
    pub tax: Option<Percent>,
    /// Tracking options.
    #[serde(default, skip_serializing_if = "is_default")]
    pub tracking: Tracking,
    /// The receipt's line whose units this bills (POST-23); none takes units in order of date.
    #[serde(default, skip_serializing_if = "is_default")]
    pub receipt: Option<LineRef>,
}

/// What a supplier gives back (DOC-19).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SupplierCredit {
    /// Supplier, day, currency, rate.
    pub terms: Terms,
    /// What for.
    pub lines: Vec<SupplierCreditLine>,
}

/// What a supplier's credit line is for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum CreditTarget {
    /// Goods that went back: a line of a return for credit (POST-1.8b).
    Return(LineRef),
    /// A lower price of a bill's line (POST-23).
    Price(LineRef),
    /// Rebate, discount: on an account that is not Purchases.
    Other(Text),
}

/// A line of a supplier's credit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SupplierCreditLine {
    /// What for.
    pub target: CreditTarget,
    /// Net, in the document's currency.
    pub amount: Money,
    /// Tax.
    #[serde(default, skip_serializing_if = "is_default")]
    pub tax: Option<Percent>,
    /// Tracking options.
    #[serde(default, skip_serializing_if = "is_default")]
    pub tracking: Tracking,
}

/// Which stock entry it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum StockEntryKind {
    /// Opening stock (POST-9.1).
    Opening,
    /// Manual lots (POST-9).
    Found,
    /// Write-off (POST-10).
    WriteOff,
    /// A count sheet: what is more is found, what is less is written off.
    Count,
}

/// Stock entered or written off by hand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StockEntry {
    /// Opening, found, write-off, count.
    pub kind: StockEntryKind,
    /// The day.
    pub day: Day,
    /// Where.
    pub warehouse: WarehouseId,
    /// Why.
    #[serde(default, skip_serializing_if = "is_default")]
    pub reason: Option<ReasonId>,
    /// Counted quantities of a count sheet, from which the book works out the others.
    #[serde(default, skip_serializing_if = "is_default")]
    pub counted: Vec<Counted>,
    /// What comes in.
    #[serde(default, skip_serializing_if = "is_default")]
    pub ins: Vec<StockIn>,
    /// What goes out.
    #[serde(default, skip_serializing_if = "is_default")]
    pub outs: Vec<StockOut>,
}

/// A line of a count sheet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Counted {
    /// The item.
    pub item: ItemId,
    /// What lies there.
    pub quantity: Quantity,
    /// Cost of a unit of what is more than the book has; none is what the stock there costs, else the item's price.
    #[serde(default, skip_serializing_if = "is_default")]
    pub unit_cost: Option<UnitPrice>,
}

/// A lot entered by hand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StockIn {
    /// The item.
    pub item: ItemId,
    /// How much.
    pub quantity: Quantity,
    /// What it cost, in all.
    pub cost: Amount,
    /// Batch number.
    #[serde(default, skip_serializing_if = "is_default")]
    pub batch: Option<Text>,
    /// Expiry date.
    #[serde(default, skip_serializing_if = "is_default")]
    pub expiry: Option<Day>,
}

/// Goods written off.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StockOut {
    /// The item.
    pub item: ItemId,
    /// How much.
    pub quantity: Quantity,
    /// Lots; none leaves the choice to the book.
    #[serde(default, skip_serializing_if = "is_default")]
    pub takings: Vec<Taking>,
}

/// Lots revalued (POST-10.1).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Revaluation {
    /// The day.
    pub day: Day,
    /// Why.
    #[serde(default, skip_serializing_if = "is_default")]
    pub reason: Option<ReasonId>,
    /// Which lots, and what is left of each is worth now.
    pub lines: Vec<RevaluedLot>,
}

/// A revalued lot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RevaluedLot {
    /// The lot.
    pub lot: LotId,
    /// What is left of it is worth, in all.
    pub value: Amount,
}

/// Goods sent from one warehouse to another (POST-11). Until received they belong to the source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Transfer {
    /// From.
    pub from: WarehouseId,
    /// To.
    pub to: WarehouseId,
    /// The day they were sent.
    pub day: Day,
    /// What was sent.
    pub lines: Vec<StockOut>,
}

/// Goods of a transfer arriving.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TransferReceipt {
    /// The transfer.
    pub transfer: DocumentId,
    /// The day they arrived.
    pub day: Day,
    /// What arrived.
    pub lines: Vec<Arrived>,
}

/// A line of a transfer receipt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Arrived {
    /// The transfer's line.
    pub line: u16,
    /// How much of it, in stock units.
    pub quantity: Quantity,
}

/// A customer order (POST-5).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CustomerOrder {
    /// Customer, day, currency, rate.
    pub terms: Terms,
    /// The quote that it comes from.
    #[serde(default, skip_serializing_if = "is_default")]
    pub quote: Option<DocumentId>,
    /// What is ordered.
    pub lines: Vec<TradeLine>,
}

/// Goods for a customer: booked, then picked (POST-8.1).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Shipment {
    /// The customer.
    pub customer: PartyId,
    /// The customer order, if it is for one.
    #[serde(default, skip_serializing_if = "is_default")]
    pub order: Option<DocumentId>,
    /// From where.
    pub warehouse: WarehouseId,
    /// The day for which it is booked.
    pub day: Day,
    /// The day it was picked; none is booked only.
    #[serde(default, skip_serializing_if = "is_default")]
    pub picked: Option<Day>,
    /// What.
    pub lines: Vec<ShipmentLine>,
}

/// A line of a shipment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ShipmentLine {
    /// The item.
    pub item: ItemId,
    /// How much, in stock units.
    pub quantity: Quantity,
    /// The customer order's line.
    #[serde(default, skip_serializing_if = "is_default")]
    pub order_line: Option<u16>,
    /// Tracking of its cost of goods sold.
    #[serde(default, skip_serializing_if = "is_default")]
    pub tracking: Tracking,
    /// Lots; none leaves the choice to the book.
    #[serde(default, skip_serializing_if = "is_default")]
    #[schemars(with = "Vec<Taking>")]
    pub takings: ThinVec<Taking>,
}

/// Invoice or credit invoice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum InvoiceKind {
    /// Goods or services invoiced (POST-6).
    Invoice,
    /// An invoice taken back; it moves no stock and no cost (POST-7, POST-8.2).
    Credit,
}

/// A sales invoice or credit invoice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Invoice {
    /// Invoice or credit.
    pub kind: InvoiceKind,
    /// Customer, day, currency, rate.
    pub terms: Terms,
    /// When it is to be paid; none is worked out from the customer's terms, and filled in (DOC-3).
    #[serde(default, skip_serializing_if = "is_default")]
    pub due: Option<Day>,
    /// Draft, pro-forma (Dummy), or in force (DOC-2).
    #[serde(default, skip_serializing_if = "is_default")]
    pub stage: Stage,
    /// The sales channel, where there is one (CNS-1).
    #[serde(default, skip_serializing_if = "is_default")]
    pub channel: Option<ChannelId>,
    /// What the lines are for, one each: a line of a quote, customer order, shipment or invoice; or nothing.
    #[serde(default)]
    pub sources: Vec<Option<LineRef>>,
    /// What is invoiced.
    pub lines: Vec<TradeLine>,
}

/// A customer's goods back in stock (POST-8.2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CustomerReturn {
    /// The shipment.
    pub shipment: DocumentId,
    /// The day they came.
    pub day: Day,
    /// Where they lie.
    pub warehouse: WarehouseId,
    /// What came.
    pub lines: Vec<ReturnLine>,
}

/// A line of a return of what a document took.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReturnLine {
    /// The line of the shipment, consumption or vendor shipment.
    pub line: u16,
    /// How much, in stock units.
    pub quantity: Quantity,
    /// The lots that came back, if somebody knows; none shares the line's cost by quantity.
    #[serde(default, skip_serializing_if = "is_default")]
    pub takings: Vec<Taking>,
}

/// A content takes as much room as it needs: read from text, a list of two lines has room for four, and that for a million
/// documents. A copy fits.
fn fitted<'de, D: Deserializer<'de>, T: Deserialize<'de> + Clone>(reader: D) -> Result<Arc<T>, D::Error> {
    T::deserialize(reader).map(|read| Arc::new(read.clone()))
}

macro_rules! contents {
    ($($name:ident $words:literal $prefix:literal)*) => {
        /// The content of a document.
        #[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
        #[serde(rename_all = "snake_case", deny_unknown_fields)]
        pub enum Content {$(
            #[doc = concat!("A ", $words, ".")]
            $name(#[serde(deserialize_with = "fitted")] Arc<$name>),
        )*}

        /// A kind of document.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
        #[serde(rename_all = "snake_case", deny_unknown_fields)]
        pub enum Kind {$(
            #[doc = concat!("A ", $words, ".")]
            $name,
        )*}

        impl Content {
            /// The kind of document it is.
            pub const fn kind(&self) -> Kind {
                match self { $(Content::$name(_) => Kind::$name),* }
            }
        }

        impl Kind {
            /// All kinds.
            pub const ALL: &[Kind] = &[$(Kind::$name),*];

            /// What people call it.
            pub const fn words(self) -> &'static str {
                match self { $(Kind::$name => $words),* }
            }

            /// One of it, in words: `a receipt`, `an invoice`.
            pub fn one(self) -> String {
                let words = self.words();
                let article = if words.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
                format!("{article} {words}")
            }

            /// What its numbers begin with unless a series says otherwise.
            pub const fn prefix(self) -> &'static str {
                match self { $(Kind::$name => $prefix),* }
            }
        }

        $(impl From<$name> for Content {
            fn from(content: $name) -> Content {
                Content::$name(Arc::new(content))
            }
        })*
    };
}

contents! {
    PurchaseOrder "purchase order" "PO-"
    Receipt "receipt" "R-"
    VendorReturn "return to vendor" "RV-"
    Fee "additional fee" "F-"
    Bill "purchase invoice" "B-"
    SupplierCredit "supplier credit" "SC-"
    StockEntry "stock entry" "ST-"
    Revaluation "revaluation" "RL-"
    Transfer "transfer order" "TR-"
    TransferReceipt "transfer receipt" "TX-"
    CustomerOrder "customer order" "CO-"
    Shipment "shipment" "SH-"
    Invoice "invoice" "I-"
    CustomerReturn "customer return" "CR-"
    Quote "quote" "Q-"
    Payment "payment" "PY-"
    Allocation "allocation" "AL-"
    ManufacturingOrder "manufacturing order" "MO-"
    Consumption "consumption" "CN-"
    PutBack "put-back" "PB-"
    Work "work record" "WR-"
    Completion "completion" "FN-"
    VendorShipment "vendor shipment" "VS-"
    AdjustingEntry "adjusting entry" "AE-"
}
