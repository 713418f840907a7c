//! What the lists hold: items, warehouses, documents with their lines, lots, and what is taken from them.
//!
//! One kind of line serves all kinds of documents; each uses the fields it needs. A document's place in its list is its
//! order of entry, a line's place is its own for life.

/// A day, as ISO 8601 writes it: text that sorts.
pub type Day = String;

/// Two tracking options.
pub type Tracking = [Option<String>; 2];

/// These options, and where there is none those of another.
pub fn or(tracking: &Tracking, other: &Tracking) -> Tracking {
    [tracking[0].clone().or(other[0].clone()), tracking[1].clone().or(other[1].clone())]
}

/// What is made of an item's master data.
#[derive(Clone, Debug)]
pub struct Item {
    pub code: String,
    /// Finished good or material, from a day on.
    pub made: Vec<(Day, bool)>,
    /// Its options, from a day on: where goods that are off the books stand.
    pub tracked: Vec<(Day, Tracking)>,
    pub stocked: bool,
    pub fefo: bool,
    pub weight: i128,
    pub price: i128,
    pub reorder: i128,
    pub tracking: Tracking,
}

impl Item {
    /// Its options are these from a day on.
    pub fn tracked_from(&mut self, today: &Day) {
        self.tracked.retain(|(day, _)| day < today);
        self.tracked.push((today.clone(), self.tracking.clone()));
    }
}

#[derive(Clone, Debug)]
pub struct Warehouse {
    pub code: String,
    pub off_book: bool,
    pub tracking: Tracking,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kind {
    #[default]
    Order,
    Receipt,
    Return,
    Fee,
    Bill,
    Credit,
    Opening,
    Found,
    WriteOff,
    Count,
    Revaluation,
    Transfer,
    Arrival,
    Demand,
    Shipment,
    Back,
    Invoice,
    CreditInvoice,
    Make,
    Consumption,
    Work,
    Completion,
    VendorShipment,
    /// Parts come back from an order or a vendor.
    PutBack,
    /// Parts that a vendor has lost.
    Lost,
    Quote,
    /// A payment or allocation: it moves no goods and posts nothing.
    Paper,
    /// Amounts on accounts that neither goods nor trade bring about.
    Adjustment,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Life {
    #[default]
    Live,
    Cancelled,
    Deleted,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Basis {
    #[default]
    Value,
    Quantity,
    Weight,
}

/// A document's line, by place.
pub type At = (usize, usize);

/// What a line is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Target {
    /// An item by itself.
    #[default]
    Nothing,
    /// The line of another document.
    Line(At),
    /// A fee.
    Fee(usize),
    /// An account that is not ours to post to.
    Account,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Closing {
    IntoLots,
    ToDifferences,
    Left,
}

#[derive(Clone, Debug, Default)]
pub struct Line {
    pub item: usize,
    pub target: Target,
    /// In the line's own unit.
    pub quantity: i128,
    /// Stock units in one of the line's: a fraction.
    pub factor: (i128, i128),
    pub price: i128,
    pub discount: i128,
    pub tax: i128,
    /// With tax, in the document's currency.
    pub gross: i128,
    /// Net in base currency: of what a bill, credit, invoice or lot by hand says.
    pub amount: i128,
    pub warehouse: Option<usize>,
    pub tracking: Tracking,
    pub batch: Option<String>,
    pub expiry: Option<Day>,
    /// The receipt's line that a bill's line names.
    pub receipt: Option<At>,
    /// The part of the plan that a consumption's line takes.
    pub part: Option<usize>,
    /// Lots named by hand, later the lots chosen; or the lot revalued.
    pub lots: Vec<(usize, i128)>,
    /// How a person closed it.
    pub closed: Option<(Day, Closing)>,
    /// The account of an adjusting entry's line.
    pub account: String,
}

/// What an order plans for one of its operations; rates and the variable cost are prices.
#[derive(Clone, Debug, Default)]
pub struct Operation {
    pub name: String,
    pub hours: i128,
    pub people: i128,
    pub labour: i128,
    pub overhead: i128,
    pub fixed: i128,
    pub variable: i128,
}

/// Time spent on an operation; a record without hours says that it runs, or that it is done.
#[derive(Clone, Copy, Debug, Default)]
pub struct Time {
    pub hours: i128,
    pub people: i128,
    pub finished: bool,
}

/// What a manufacturing order gave besides good units.
#[derive(Clone, Copy, Debug, Default)]
pub struct Scrap {
    pub normal: i128,
    pub abnormal: i128,
    /// The order ends with it.
    pub ends: bool,
}

/// Tax that nobody gives back: all of it, or of each percentage so many points, in millionths.
#[derive(Clone, Debug, Default)]
pub struct Lost {
    pub everything: bool,
    pub points: Vec<(i128, i128)>,
}

#[derive(Clone, Debug, Default)]
pub struct Document {
    pub kind: Kind,
    pub number: String,
    pub life: Life,
    pub day: Day,
    pub currency: String,
    /// Foreign millionths per 1 of base.
    pub rate: i128,
    /// A draft or a pro-forma.
    pub draft: bool,
    /// Its prices include tax.
    pub inclusive: bool,
    /// What of its tax is cost.
    pub lost: Lost,
    /// What a bill's paper comes to, in its currency.
    pub total: Option<i128>,
    /// The day from which an order is its own bill.
    pub invoiced: Option<Day>,
    /// The document it belongs to.
    pub of: usize,
    pub warehouse: usize,
    /// Where a transfer goes; where a manufacturing order's parts lie.
    pub to: usize,
    /// The day a shipment to a customer or vendor was picked.
    pub picked: Option<Day>,
    /// A return for credit.
    pub for_credit: bool,
    /// What a fee is on.
    pub on: Vec<usize>,
    /// A fee's amount in base currency.
    pub amount: i128,
    /// And in its own.
    pub minor: i128,
    /// A fee that another supplier bills.
    pub of_another: bool,
    pub basis: Basis,
    pub tracking: Tracking,
    /// The account of a write-off's reason.
    pub account: Option<String>,
    pub lines: Vec<Line>,
    /// What a count sheet says; its lines are what is more and what is less.
    pub counted: Vec<Line>,
    /// What a manufacturing order makes; its lines are its parts.
    pub item: usize,
    pub quantity: i128,
    pub operations: Vec<Operation>,
    /// The day on which an order's parts are booked.
    pub booked: Option<Day>,
    /// The operation of a work record or of an order for one; the order's line of a vendor shipment; the customer's that
    /// an order makes for.
    pub part_of: Option<At>,
    /// When goods went out for a bought operation.
    pub shipped: Option<Day>,
    pub time: Time,
    pub scrap: Scrap,
    /// An adjusting entry that the accounts have already.
    pub adopted: bool,
    /// The day on which an adjusting entry is taken back.
    pub until: Option<Day>,
}

impl Document {
    /// The day of a bill, also of an order that is its own.
    pub fn bill_day(&self) -> &Day {
        self.invoiced.as_ref().unwrap_or(&self.day)
    }

    pub fn live(&self) -> bool {
        self.life == Life::Live && !self.draft
    }
}

/// Where a lot comes from: document, line, and the lot it is a part of.
pub type Source = (usize, usize, Option<usize>);

#[derive(Clone, Debug)]
pub struct Lot {
    pub source: Source,
    /// Its place among the lots of its document: changed, it stays the same lot.
    pub slot: usize,
    pub item: usize,
    pub warehouse: usize,
    pub day: Day,
    pub quantity: i128,
    pub batch: Option<String>,
    pub expiry: Option<Day>,
}

/// Units of a lot taken or booked by a line, as an interval.
#[derive(Clone, Debug)]
pub struct Taking {
    pub lot: usize,
    pub by: At,
    pub from: i128,
    pub to: i128,
    /// None while it is only booked.
    pub day: Option<Day>,
}
