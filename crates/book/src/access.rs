//! Who may ask for what (SEC-1): one table from commands to the roles of a company's people.
//!
//! A warehouse hand receives and ships, and doesn't see to bills; a viewer asks for nothing. Documents and records have a row
//! each, whatever is done to them; the other commands have theirs. The matches are total, so a new kind doesn't compile
//! without its row. docs/access.md is generated from here. Not here: pages and sign-in (`web`), who approves (`approval.rs`).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::book::Book;
use crate::command::{Command, Thing};
use crate::content::Kind;
use crate::master::Record;

/// A person's role in a company.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum PersonRole {
    /// Everything, people and connections too.
    Administrator,
    /// Money, papers, the accounts.
    Bookkeeper,
    /// Buys.
    Purchaser,
    /// Says yes or no to purchases.
    Approver,
    /// Makes.
    Production,
    /// Receives, keeps, ships.
    Warehouse,
    /// Sells.
    Sales,
    /// Looks.
    Viewer,
}

use PersonRole::{Administrator, Approver, Bookkeeper, Production, Purchaser, Sales, Viewer, Warehouse};

impl PersonRole {
    /// All roles.
    pub const ALL: [PersonRole; 8] =
        [Administrator, Bookkeeper, Purchaser, Approver, Production, Warehouse, Sales, Viewer];

    /// What people call it.
    pub const fn words(self) -> &'static str {
        match self {
            Administrator => "administrator",
            Bookkeeper => "bookkeeper",
            Purchaser => "purchaser",
            Approver => "approver",
            Production => "production",
            Warehouse => "warehouse",
            Sales => "sales",
            Viewer => "viewer",
        }
    }
}

/// What a command is about, as the table has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// Save, withdraw, reinstate a document of a kind, or what else is done to it.
    Document(Kind),
    /// Save, archive, restore a record of a kind.
    Record(Thing),
    /// Close an order line, or open it.
    OrderLine,
    /// Make manufacturing orders for a need, cancel them, open them again.
    Making,
    /// Pick, unpick, rebook.
    Lots,
    /// Notes and files.
    Papers,
    /// Exchange rates.
    Rates,
    /// Number series.
    Series,
    /// The company's settings.
    Settings,
    /// Ask for approval.
    Submit,
    /// Approve or reject.
    Decide,
    /// Close the books.
    CloseBooks,
    /// The connection to Xero and its settings (CON-1).
    Connection,
    /// What goes to Xero and comes from there.
    Exchange,
}

/// The acts that are not about one kind of document or record.
const OTHERS: &[Act] = &[
    Act::OrderLine,
    Act::Making,
    Act::Lots,
    Act::Papers,
    Act::Rates,
    Act::Series,
    Act::Settings,
    Act::Submit,
    Act::Decide,
    Act::CloseBooks,
    Act::Connection,
    Act::Exchange,
];

/// A thing of each kind of record.
const RECORDS: &[Thing] = &[
    Thing::Unit(0),
    Thing::Category(0),
    Thing::Item(0),
    Thing::Site(0),
    Thing::Warehouse(0),
    Thing::Party(0),
    Thing::TrackingCategory(0),
    Thing::TrackingOption(0),
    Thing::Reason(0),
    Thing::Channel(0),
    Thing::ApprovalRule(0),
    Thing::Workstation(0),
    Thing::BillOfMaterials(0),
    Thing::Routing(0),
];

impl Act {
    /// What a command is about; none if it names a document that isn't there.
    pub fn of(command: &Command, book: &Book) -> Option<Act> {
        let kind = |id| book.document(id).map(|document| Act::Document(document.kind()));
        match command {
            Command::SaveRecord { record, .. } => Some(Act::Record(thing(record))),
            Command::Archive(Thing::Document(id)) | Command::Restore(Thing::Document(id)) => {
                kind(crate::ids::DocumentId(*id))
            }
            Command::Archive(thing) | Command::Restore(thing) => Some(Act::Record(*thing)),
            Command::Note { .. } | Command::Attach { .. } | Command::Detach { .. } => Some(Act::Papers),
            Command::SaveRate { .. } => Some(Act::Rates),
            Command::SaveSeries { .. } => Some(Act::Series),
            Command::Save { content, .. } => Some(Act::Document(content.kind())),
            Command::Withdraw { document, .. } => kind(*document),
            Command::Reinstate(document) => kind(*document),
            Command::CloseLine { .. } | Command::ReopenLine { .. } => Some(Act::OrderLine),
            Command::Pick { .. } | Command::Unpick(_) | Command::Rebook(_) => Some(Act::Lots),
            Command::CancelOrder { .. }
            | Command::ReopenOrder(_)
            | Command::MakeFor { .. }
            | Command::MakeShort { .. } => Some(Act::Making),
            Command::SaveSettings(_) => Some(Act::Settings),
            Command::Submit(_) => Some(Act::Submit),
            Command::Approve(_) | Command::Reject { .. } => Some(Act::Decide),
            Command::CloseBooks { .. } => Some(Act::CloseBooks),
        }
    }

    /// Who may, besides an administrator, who may everything.
    pub const fn roles(self) -> &'static [PersonRole] {
        match self {
            Act::Document(kind) => document(kind),
            Act::Record(thing) => record(thing),
            Act::OrderLine => &[Bookkeeper, Purchaser],
            Act::Making => &[Production, Sales],
            Act::Lots => &[Production, Warehouse, Sales],
            Act::Papers => &[Bookkeeper, Purchaser, Approver, Production, Warehouse, Sales],
            Act::Rates | Act::CloseBooks | Act::Exchange => &[Bookkeeper],
            Act::Series | Act::Settings | Act::Connection => &[],
            Act::Submit => &[Bookkeeper, Purchaser],
            Act::Decide => &[Approver],
        }
    }

    /// Whether a person with these roles may.
    pub fn is_allowed(self, roles: &[PersonRole]) -> bool {
        roles.iter().any(|role| *role == Administrator || self.roles().contains(role))
    }

    /// In words, with the commands that it stands for.
    pub fn words(self) -> (String, &'static str) {
        match self {
            Act::Document(kind) => (kind.words().to_owned(), "save, withdraw, reinstate"),
            Act::Record(thing) => (record_words(thing).to_owned(), "save_record, archive, restore"),
            Act::OrderLine => ("lines of purchase orders".into(), "close_line, reopen_line"),
            Act::Making => {
                ("orders made for a need".into(), "make_for, make_short, cancel_order, reopen_order")
            }
            Act::Lots => ("lots of shipments, transfers and orders".into(), "pick, unpick, rebook"),
            Act::Papers => ("notes and files".into(), "note, attach, detach"),
            Act::Rates => ("exchange rates".into(), "save_rate"),
            Act::Series => ("number series".into(), "save_series"),
            Act::Settings => ("settings".into(), "save_settings"),
            Act::Submit => ("asking for approval".into(), "submit"),
            Act::Decide => ("approval".into(), "approve, reject"),
            Act::CloseBooks => ("the closing date".into(), "close_books"),
            Act::Connection => ("the connection to Xero".into(), "xero: connect, disconnect, save_settings"),
            Act::Exchange => (
                "what goes to Xero and comes from there".into(),
                "xero: synchronise, hold, see_lists, link, unlink, decide, take_over, correct, import",
            ),
        }
    }

    /// All rows of the table.
    pub fn all() -> impl Iterator<Item = Act> {
        let documents = Kind::ALL.iter().map(|kind| Act::Document(*kind));
        documents.chain(RECORDS.iter().map(|thing| Act::Record(*thing))).chain(OTHERS.iter().copied())
    }
}

/// Whether a person with these roles may ask for a command. What names nothing is the book's to refuse.
pub fn may(command: &Command, book: &Book, roles: &[PersonRole]) -> bool {
    match Act::of(command, book) {
        Some(act) => act.is_allowed(roles),
        None => roles.iter().any(|role| *role != Viewer),
    }
}

const fn document(kind: Kind) -> &'static [PersonRole] {
    match kind {
        Kind::PurchaseOrder | Kind::Fee => &[Bookkeeper, Purchaser],
        Kind::Receipt | Kind::VendorReturn => &[Purchaser, Warehouse],
        Kind::Bill | Kind::SupplierCredit => &[Bookkeeper, Purchaser],
        Kind::StockEntry => &[Bookkeeper, Warehouse],
        Kind::Revaluation => &[Bookkeeper],
        Kind::Transfer | Kind::TransferReceipt => &[Production, Warehouse],
        Kind::Quote | Kind::CustomerOrder => &[Sales],
        Kind::Shipment | Kind::CustomerReturn => &[Warehouse, Sales],
        Kind::Invoice => &[Bookkeeper, Sales],
        Kind::Payment | Kind::Allocation | Kind::AdjustingEntry => &[Bookkeeper],
        Kind::ManufacturingOrder | Kind::Consumption | Kind::Work | Kind::Completion => &[Production],
        Kind::PutBack => &[Production, Warehouse],
        Kind::VendorShipment => &[Purchaser, Production, Warehouse],
    }
}

const fn record(thing: Thing) -> &'static [PersonRole] {
    match thing {
        Thing::Unit(_) | Thing::Category(_) => &[Bookkeeper, Purchaser, Production, Sales],
        Thing::Item(_) => &[Bookkeeper, Purchaser, Production, Sales],
        Thing::Site(_) | Thing::Warehouse(_) => &[Bookkeeper],
        Thing::Party(_) => &[Bookkeeper, Purchaser, Sales],
        Thing::TrackingCategory(_) | Thing::TrackingOption(_) | Thing::Reason(_) => &[Bookkeeper],
        Thing::Channel(_) => &[Bookkeeper, Sales],
        Thing::Workstation(_) | Thing::BillOfMaterials(_) | Thing::Routing(_) => &[Production],
        Thing::ApprovalRule(_) => &[],
        Thing::Document(_) => &[],
    }
}

const fn record_words(thing: Thing) -> &'static str {
    match thing {
        Thing::Unit(_) => "unit",
        Thing::Category(_) => "category",
        Thing::Item(_) => "item",
        Thing::Site(_) => "site",
        Thing::Warehouse(_) => "warehouse",
        Thing::Party(_) => "supplier or customer",
        Thing::TrackingCategory(_) => "tracking category",
        Thing::TrackingOption(_) => "tracking option",
        Thing::Reason(_) => "reason",
        Thing::Channel(_) => "sales channel",
        Thing::ApprovalRule(_) => "approval rule",
        Thing::Workstation(_) => "workstation",
        Thing::BillOfMaterials(_) => "bill of materials",
        Thing::Routing(_) => "routing",
        Thing::Document(_) => "document",
    }
}

fn thing(record: &Record) -> Thing {
    match record {
        Record::Unit(_) => Thing::Unit(0),
        Record::Category(_) => Thing::Category(0),
        Record::Item(_) => Thing::Item(0),
        Record::Site(_) => Thing::Site(0),
        Record::Warehouse(_) => Thing::Warehouse(0),
        Record::Party(_) => Thing::Party(0),
        Record::TrackingCategory(_) => Thing::TrackingCategory(0),
        Record::TrackingOption(_) => Thing::TrackingOption(0),
        Record::Reason(_) => Thing::Reason(0),
        Record::Channel(_) => Thing::Channel(0),
        Record::ApprovalRule(_) => Thing::ApprovalRule(0),
        Record::Workstation(_) => Thing::Workstation(0),
        Record::BillOfMaterials(_) => Thing::BillOfMaterials(0),
        Record::Routing(_) => Thing::Routing(0),
    }
}
