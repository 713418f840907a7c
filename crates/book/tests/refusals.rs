//! Every refusal: docs/refusals.md is generated from the table of codes, and each code is produced by a case in
//! tests/cases or by bad input here.
//!
//! Bad input is what no statement of the notation can say: ids of nothing, numbers at the edge, too many lines, verbs
//! that don't fit a document's state. Each is refused with its facts filled in, and leaves the book as it was.

#[path = "refusals/production.rs"]
mod production;
mod support;

use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use book::*;
use money::{Amount, Currency, Money, Percent, Quantity, Rate, UnitFactor, UnitPrice};
use support::{Shop, day};

/// A number that nothing has: that of another company's thing, or of none.
const NOTHING: u32 = 4_000_000_000;

/// A company that has bought, received, been billed, shipped and moved a little of everything.
const SETTING: &str = "
rate USD 0.60 from 2026-01-01
tracking Region
option North of Region
unit box = 12 pc
warehouse Annex
item JAR bought
order PO-1 2026-03-01 external web-1: 10 JAR @ 5.00
receive R-1 2026-03-02 of PO-1 into Main: 10 JAR
fee F-1 2026-03-02 on PO-1 10.00
bill B-1 2026-03-03 of PO-1: 10 JAR @ 5.00
return V-1 2026-03-04 of R-1 credit: 1 JAR
credit C-1 2026-03-05: return V-1 JAR 5.00
demand CO-1 2026-03-05: 5 JAR @ 9.00
ship SH-1 2026-03-05: 2 JAR
book SH-2 2026-03-05: 1 JAR
back CR-1 2026-03-06 of SH-1: 1 JAR
transfer TR-1 2026-03-07 Main to Annex: 2 JAR
order PO-2 2026-03-08: 10 JAR @ 5.00
cancel PO-2
order PO-3 2026-03-08: 10 JAR @ 5.00
";

fn setting() -> Shop {
    let mut shop = Shop::new();
    for statement in SETTING.trim().lines().chain(production::SETTING.trim().lines()) {
        shop.say(statement).unwrap_or_else(|failure| panic!("{statement}: {failure:?}"));
    }
    shop
}

/// Bad input: the code that refuses it, what is wrong with it, and the command.
type Bad = (Code, &'static str, fn(&mut Shop) -> Command);

fn id(shop: &Shop, number: &str) -> DocumentId {
    let found = Kind::ALL.iter().find_map(|kind| shop.book.find_document(*kind, number));
    found.unwrap_or_else(|| panic!("no {number}"))
}

/// The command of a statement.
fn said(shop: &mut Shop, statement: &str) -> Command {
    shop.read(statement).expect("a statement").remove(0)
}

fn on(text: &str) -> Day {
    day(text).expect("a day")
}

fn save(content: impl Into<Content>) -> Command {
    Command::Save { document: None, number: None, external: None, content: content.into() }
}

fn item(number: u32) -> ItemId {
    ItemId::new(number)
}

fn terms() -> Terms {
    let party = PartyId::new(0);
    Terms {
        party,
        day: on("2026-03-10"),
        currency: Currency::NZD,
        rate: None,
        reference: None,
        prices: Prices::Exclusive,
        lost_tax: None,
    }
}

fn line() -> TradeLine {
    TradeLine {
        item: item(0),
        quantity: Quantity::units(1),
        unit: None,
        factor: None,
        price: UnitPrice::units(1),
        discount: Percent::ZERO,
        tax: None,
        warehouse: None,
        tracking: Tracking::default(),
        due: None,
    }
}

fn order(line: TradeLine) -> Command {
    save(PurchaseOrder { terms: terms(), invoice: None, operation: None, lines: vec![line] })
}

fn receipt(order: DocumentId, line: u16, warehouse: Option<WarehouseId>) -> Command {
    let (quantity, rejected) = (Quantity::units(1), Quantity::ZERO);
    let line = ReceiptLine { line, quantity, rejected, warehouse, batch: None, expiry: None };
    save(Receipt { order, day: on("2026-03-10"), lines: vec![line] })
}

fn bill(target: BillTarget, price: UnitPrice, receipt: Option<LineRef>) -> Command {
    let (quantity, discount, tracking) = (Quantity::units(1), Percent::ZERO, Tracking::default());
    let line = BillLine { target, quantity, price, discount, tax: None, tracking, receipt };
    save(Bill {
        terms: terms(),
        due: None,
        stage: Stage::Issued,
        paper_total: None,
        repeated: Repeated::Refused,
        lines: vec![line],
    })
}

fn fee(target: FeeTarget, amount: Money, rate: Option<Rate>) -> Command {
    let (basis, tracking) = (FeeBasis::Value, Tracking::default());
    save(Fee { target, supplier: None, day: on("2026-03-10"), amount, rate, basis, tracking })
}

fn credit(target: CreditTarget, amount: Money) -> Command {
    let line = SupplierCreditLine { target, amount, tax: None, tracking: Tracking::default() };
    save(SupplierCredit { terms: terms(), lines: vec![line] })
}

fn opening(quantity: Quantity, cost: Amount) -> Command {
    let ins = vec![StockIn { item: item(0), quantity, cost, batch: None, expiry: None }];
    save(StockEntry {
        kind: StockEntryKind::Opening,
        day: on("2026-03-10"),
        warehouse: WarehouseId::new(0),
        reason: None,
        counted: Vec::new(),
        ins,
        outs: Vec::new(),
    })
}

fn write_off(lot: LotId, quantity: Quantity, warehouse: WarehouseId, reason: Option<ReasonId>) -> Command {
    let takings = vec![Taking { lot, quantity }];
    save(StockEntry {
        kind: StockEntryKind::WriteOff,
        day: on("2026-03-10"),
        warehouse,
        reason,
        counted: Vec::new(),
        ins: Vec::new(),
        outs: vec![StockOut { item: item(0), quantity, takings }],
    })
}

fn shipment(customer: u32, order: Option<DocumentId>, order_line: Option<u16>) -> Command {
    let (quantity, tracking) = (Quantity::units(1), Tracking::default());
    let line = ShipmentLine { item: item(0), quantity, order_line, tracking, takings: Default::default() };
    save(Shipment {
        customer: PartyId::new(customer),
        order,
        warehouse: WarehouseId::new(0),
        day: on("2026-03-10"),
        picked: None,
        lines: vec![line],
    })
}

fn back(shipment: DocumentId, line: u16) -> Command {
    let line = ReturnLine { line, quantity: Quantity::units(1), takings: Vec::new() };
    let warehouse = WarehouseId::new(0);
    save(CustomerReturn { shipment, day: on("2026-03-10"), warehouse, lines: vec![line] })
}

fn vendor_return(order: DocumentId, receipt: LineRef) -> Command {
    let (quantity, kind) = (Quantity::units(1), VendorReturnKind::ForCredit);
    let line = VendorReturnLine { receipt, quantity, kind, takings: Vec::new() };
    save(VendorReturn { order, day: on("2026-03-10"), lines: vec![line] })
}

fn record(code: &str) -> Command {
    let record = Record::Site(Site { code: code.into(), name: "".into() });
    Command::SaveRecord { id: None, external: None, record }
}

fn long(length: usize) -> Text {
    "é".repeat(length).as_str().into()
}

const HUGE: Money = Money::new(i64::MAX, Currency::NZD);

/// Values and shapes.
const SHAPES: &[Bad] = &[
    (Code::Missing, "a number of blanks", |_| Command::Save {
        document: None,
        number: Some("  ".into()),
        external: None,
        content: PurchaseOrder { terms: terms(), invoice: None, operation: None, lines: vec![line()] }.into(),
    }),
    (Code::Missing, "a record without a code", |_| record(" ")),
    (Code::Missing, "an expense without an account", |_| {
        bill(BillTarget::Expense("".into()), UnitPrice::units(1), None)
    }),
    (Code::Missing, "a bill line for a receipt, without an order line", |shop| {
        let receipt = LineRef { document: id(shop, "R-1"), line: 0 };
        bill(BillTarget::Expense("400".into()), UnitPrice::units(1), Some(receipt))
    }),
    (Code::BadValue, "a rate of the currency of the accounts", |_| Command::SaveRate {
        currency: Currency::NZD,
        day: on("2026-03-10"),
        rate: Rate::ONE,
    }),
    (Code::BadValue, "a price of the least number there is", |_| {
        order(TradeLine { price: UnitPrice::from_millionths(i64::MIN), ..line() })
    }),
    (Code::BadValue, "a quantity of the least number there is", |_| {
        order(TradeLine { quantity: Quantity::from_millionths(i64::MIN), ..line() })
    }),
    (Code::BadValue, "a credit in another currency than its document", |_| {
        credit(CreditTarget::Other("610".into()), Money::new(100, Currency::USD))
    }),
    (Code::TooLong, "a number of 101 characters", |_| Command::Save {
        document: None,
        number: Some(long(101)),
        external: None,
        content: PurchaseOrder { terms: terms(), invoice: None, operation: None, lines: vec![line()] }.into(),
    }),
    (Code::TooLong, "a reference of 101 characters", |_| {
        let terms = Terms { reference: Some(long(101)), ..terms() };
        save(PurchaseOrder { terms, invoice: None, operation: None, lines: vec![line()] })
    }),
    (Code::TooLong, "an external id of 101 characters", |_| Command::Save {
        document: None,
        number: None,
        external: Some(long(101)),
        content: PurchaseOrder { terms: terms(), invoice: None, operation: None, lines: vec![line()] }.into(),
    }),
    (Code::TooLong, "a note of 4,001 characters", |_| Command::Note {
        on: Thing::Item(0),
        text: long(4_001),
    }),
    (Code::TooLong, "a prefix of 101 characters", |_| Command::SaveSeries {
        kind: Kind::Bill,
        prefix: long(101),
        next: 1,
    }),
    (Code::TooLong, "a code of 101 characters", |_| record(&long(101))),
    (Code::TooManyLines, "an order of 10,001 lines", |_| {
        save(PurchaseOrder { terms: terms(), invoice: None, operation: None, lines: vec![line(); 10_001] })
    }),
    (Code::TooManyLines, "a transfer receipt of a million lines", |shop| {
        let lines = vec![Arrived { line: 0, quantity: Quantity::units(1) }; 1_000_000];
        save(TransferReceipt { transfer: id(shop, "TR-1"), day: on("2026-03-10"), lines })
    }),
    (Code::TooManyLines, "a fee on 10,001 receipts", |shop| {
        fee(FeeTarget::Receipts(vec![id(shop, "R-1"); 10_001]), Money::new(100, Currency::NZD), None)
    }),
    (Code::NoLines, "an order", |_| {
        save(PurchaseOrder { terms: terms(), invoice: None, operation: None, lines: Vec::new() })
    }),
    (Code::NoLines, "a receipt", |shop| {
        save(Receipt { order: id(shop, "PO-1"), day: on("2026-03-10"), lines: Vec::new() })
    }),
    (Code::NoLines, "a fee on no receipts", |_| {
        fee(FeeTarget::Receipts(Vec::new()), Money::new(100, Currency::NZD), None)
    }),
    (Code::NoLines, "a customer's return", |shop| {
        let (shipment, warehouse) = (id(shop, "SH-1"), WarehouseId::new(0));
        save(CustomerReturn { shipment, day: on("2026-03-10"), warehouse, lines: Vec::new() })
    }),
    (Code::NoLines, "a revaluation", |_| {
        save(Revaluation { day: on("2026-03-10"), reason: None, lines: Vec::new() })
    }),
    (Code::Inexact, "a third of a piece", |_| {
        let factor = UnitFactor::new(1, 3).ok();
        order(TradeLine { factor, ..line() })
    }),
    (Code::BeforeOpening, "an order on the first day of all", |_| {
        let terms = Terms { day: Day::FIRST, ..terms() };
        save(PurchaseOrder { terms, invoice: None, operation: None, lines: vec![line()] })
    }),
    (Code::BeforeOpening, "a line closed on the last day of all", |shop| {
        let order = id(shop, "PO-1");
        Command::CloseLine { order, line: 0, day: Day::LAST, closing: Closing::Left }
    }),
];

/// Numbers that don't fit.
const OVERFLOWS: &[Bad] = &[
    (Code::TooLarge, "quantity times price", |_| {
        order(TradeLine { quantity: Quantity::units(1_000_000), price: UnitPrice::MAX, ..line() })
    }),
    (Code::TooLarge, "a quantity", |_| order(TradeLine { quantity: Quantity::MAX, ..line() })),
    (Code::TooLarge, "a quantity in stock units", |_| {
        let factor = UnitFactor::new(1_000_000_000, 1).ok();
        order(TradeLine { quantity: Quantity::units(1_000_000_000), factor, ..line() })
    }),
    (Code::TooLarge, "a bill", |shop| {
        let Command::Save { content: Content::Bill(bill), .. } =
            said(shop, "bill B-9 2026-03-10 of PO-1: 1 JAR @ 1")
        else {
            unreachable!()
        };
        let mut bill = (*bill).clone();
        (bill.lines[0].quantity, bill.lines[0].price) = (Quantity::units(1_000_000), UnitPrice::MAX);
        save(bill)
    }),
    (Code::TooLarge, "a fee in base currency", |shop| {
        let rate = Rate::from_millionths(1).ok();
        fee(FeeTarget::Order(id(shop, "PO-1")), Money::new(i64::MAX, Currency::USD), rate)
    }),
    (Code::TooLarge, "a fee", |shop| fee(FeeTarget::Order(id(shop, "PO-1")), HUGE, None)),
    (Code::TooLarge, "a credit", |_| credit(CreditTarget::Other("610".into()), HUGE)),
    (Code::TooLarge, "opening stock", |_| opening(Quantity::units(1), Amount::from_minor(i64::MAX))),
    (Code::TooLarge, "all lines together", |_| {
        let line = TradeLine { quantity: Quantity::units(1_000_000_000), ..line() };
        save(PurchaseOrder { terms: terms(), invoice: None, operation: None, lines: vec![line; 10_000] })
    }),
];

/// Ids of nothing, or of something else.
const UNKNOWN: &[Bad] = &[
    (Code::Unknown, "an item", |_| order(TradeLine { item: item(NOTHING), ..line() })),
    (Code::Unknown, "a unit", |_| order(TradeLine { unit: Some(UnitId::new(NOTHING)), ..line() })),
    (Code::Unknown, "a warehouse", |_| {
        order(TradeLine { warehouse: Some(WarehouseId::new(NOTHING)), ..line() })
    }),
    (Code::Unknown, "a tracking option", |_| {
        let tracking = Tracking([None, Some(TrackingOptionId::new(NOTHING))]);
        order(TradeLine { tracking, ..line() })
    }),
    (Code::Unknown, "a supplier", |_| {
        let terms = Terms { party: PartyId::new(NOTHING), ..terms() };
        save(PurchaseOrder { terms, invoice: None, operation: None, lines: vec![line()] })
    }),
    (Code::Unknown, "a customer", |_| shipment(NOTHING, None, None)),
    (Code::Unknown, "an order to receive", |_| receipt(DocumentId::new(NOTHING), 0, None)),
    (Code::Unknown, "a warehouse to receive into", |shop| {
        receipt(id(shop, "PO-1"), 0, Some(WarehouseId::new(NOTHING)))
    }),
    (Code::Unknown, "an order to bill", |_| {
        let target = LineRef { document: DocumentId::new(NOTHING), line: 0 };
        bill(BillTarget::Order(target), UnitPrice::units(1), None)
    }),
    (Code::Unknown, "a fee to bill", |_| {
        bill(BillTarget::Fee(DocumentId::new(NOTHING)), UnitPrice::units(1), None)
    }),
    (Code::Unknown, "a receipt that a bill names", |shop| {
        let target = LineRef { document: id(shop, "PO-1"), line: 0 };
        let receipt = LineRef { document: DocumentId::new(NOTHING), line: 0 };
        bill(BillTarget::Order(target), UnitPrice::units(1), Some(receipt))
    }),
    (Code::Unknown, "a bill to credit", |_| {
        let target = LineRef { document: DocumentId::new(NOTHING), line: 0 };
        credit(CreditTarget::Price(target), Money::new(100, Currency::NZD))
    }),
    (Code::Unknown, "a receipt to return", |shop| {
        vendor_return(id(shop, "PO-1"), LineRef { document: DocumentId::new(NOTHING), line: 0 })
    }),
    (Code::Unknown, "a lot", |_| {
        write_off(LotId::new(NOTHING), Quantity::units(1), WarehouseId::new(0), None)
    }),
    (Code::Unknown, "a lot to send back", |shop| {
        let kind = VendorReturnKind::BeforeBill;
        let takings = vec![Taking { lot: LotId::new(NOTHING), quantity: Quantity::units(1) }];
        let receipt = LineRef { document: id(shop, "R-1"), line: 0 };
        let lines = vec![VendorReturnLine { receipt, quantity: Quantity::units(1), kind, takings }];
        save(VendorReturn { order: id(shop, "PO-1"), day: on("2026-03-10"), lines })
    }),
    (Code::Unknown, "a reason", |_| {
        write_off(LotId::new(0), Quantity::units(1), WarehouseId::new(0), Some(ReasonId::new(NOTHING)))
    }),
    (Code::Unknown, "a lot to revalue", |_| {
        let lines = vec![RevaluedLot { lot: LotId::new(NOTHING), value: Amount::ZERO }];
        save(Revaluation { day: on("2026-03-10"), reason: None, lines })
    }),
    (Code::Unknown, "an order to close", |_| Command::CloseLine {
        order: DocumentId::new(NOTHING),
        line: 0,
        day: on("2026-03-10"),
        closing: Closing::Left,
    }),
    (Code::Unknown, "an order to open again", |_| Command::ReopenLine {
        order: DocumentId::new(NOTHING),
        line: 0,
    }),
    (Code::Unknown, "a document to change", |_| Command::Save {
        document: Some(DocumentId::new(NOTHING)),
        number: None,
        external: None,
        content: PurchaseOrder { terms: terms(), invoice: None, operation: None, lines: vec![line()] }.into(),
    }),
    (Code::Unknown, "a document to delete", |_| Command::Withdraw {
        document: DocumentId::new(NOTHING),
        how: Withdrawal::Deleted,
    }),
    (Code::Unknown, "a document to reinstate", |_| Command::Reinstate(DocumentId::new(NOTHING))),
    (Code::Unknown, "a shipment to pick", |_| Command::Pick {
        shipment: DocumentId::new(NOTHING),
        day: on("2026-03-10"),
    }),
    (Code::Unknown, "a shipment to unpick", |_| Command::Unpick(DocumentId::new(NOTHING))),
    (Code::Unknown, "a document to rebook", |_| Command::Rebook(DocumentId::new(NOTHING))),
    (Code::Unknown, "a thing to archive", |_| Command::Archive(Thing::TrackingOption(NOTHING))),
    (Code::Unknown, "a thing to restore", |_| Command::Restore(Thing::Unit(NOTHING))),
    (Code::Unknown, "a thing to note on", |_| Command::Note {
        on: Thing::Document(NOTHING),
        text: "?".into(),
    }),
    (Code::Unknown, "a record to change", |_| Command::SaveRecord {
        id: Some(NOTHING),
        external: None,
        record: Record::Category(Category { code: "SWEET".into(), name: "".into() }),
    }),
    (Code::ExternalTaken, "an external id twice", |_| Command::Save {
        document: None,
        number: None,
        external: Some("web-1".into()),
        content: PurchaseOrder { terms: terms(), invoice: None, operation: None, lines: vec![line()] }.into(),
    }),
    (Code::WrongKind, "a receipt of a receipt", |shop| receipt(id(shop, "R-1"), 0, None)),
    (Code::WrongKind, "a fee on a shipment", |shop| {
        fee(FeeTarget::Order(id(shop, "SH-1")), Money::new(100, Currency::NZD), None)
    }),
    (Code::WrongKind, "a bill made into a receipt", |shop| {
        let Command::Save { content, .. } = receipt(id(shop, "PO-1"), 0, None) else { unreachable!() };
        Command::Save { document: Some(id(shop, "B-1")), number: None, external: None, content }
    }),
    (Code::WrongKind, "an order picked", |shop| Command::Pick {
        shipment: id(shop, "PO-1"),
        day: on("2026-03-10"),
    }),
    (Code::WrongKind, "an order rebooked", |shop| Command::Rebook(id(shop, "PO-1"))),
    (Code::InUse, "a document archived", |shop| Command::Archive(Thing::Document(id(shop, "PO-1").number()))),
    (Code::NotArchived, "an item restored that is there", |_| Command::Restore(Thing::Item(0))),
    (Code::NotOfOrder, "a receipt of another order sent back", |shop| {
        vendor_return(id(shop, "PO-3"), LineRef { document: id(shop, "R-1"), line: 0 })
    }),
    (Code::NoSuchLine, "the eighth line of an order of one", |shop| receipt(id(shop, "PO-1"), 7, None)),
    (Code::NoSuchLine, "the last line there can be", |shop| receipt(id(shop, "PO-1"), u16::MAX, None)),
    (Code::NoSuchLine, "a line to bill", |shop| {
        let target = LineRef { document: id(shop, "PO-1"), line: 7 };
        bill(BillTarget::Order(target), UnitPrice::units(1), None)
    }),
    (Code::NoSuchLine, "a line to credit", |shop| {
        let target = LineRef { document: id(shop, "B-1"), line: 7 };
        credit(CreditTarget::Price(target), Money::new(100, Currency::NZD))
    }),
    (Code::NoSuchLine, "a line to send back", |shop| {
        vendor_return(id(shop, "PO-1"), LineRef { document: id(shop, "R-1"), line: 7 })
    }),
    (Code::NoSuchLine, "a line to take back", |shop| back(id(shop, "SH-1"), 7)),
    (Code::NoSuchLine, "a line to ship", |shop| shipment(1, Some(id(shop, "CO-1")), Some(7))),
    (Code::NoSuchLine, "a line to close", |shop| {
        let order = id(shop, "PO-1");
        Command::CloseLine { order, line: 7, day: on("2026-03-10"), closing: Closing::Left }
    }),
    (Code::NoSuchLine, "a line to open again", |shop| Command::ReopenLine {
        order: id(shop, "PO-1"),
        line: 7,
    }),
    (Code::LotOfOther, "a lot in another warehouse", |_| {
        write_off(LotId::new(0), Quantity::units(1), WarehouseId::new(1), None)
    }),
    (Code::LotHasLess, "nothing of a lot", |shop| {
        let Command::Save { content: Content::StockEntry(entry), .. } =
            write_off(LotId::new(0), Quantity::units(1), WarehouseId::new(0), None)
        else {
            unreachable!("{}", shop.book.seq())
        };
        let mut entry = (*entry).clone();
        entry.outs[0].takings[0].quantity = Quantity::ZERO;
        save(entry)
    }),
];

fn nzd(minor: i64) -> Money {
    Money::new(minor, Currency::NZD)
}

fn payment(of: DocumentId, amount: Money, day: Day, rate: Option<Rate>) -> Command {
    let (kind, advance) = (PaymentKind::Payment, Advance::No);
    save(Payment { of, kind, day, amount, rate, account: None, reference: None, tax: None, advance })
}

fn allocation(from: DocumentId, to: DocumentId) -> Command {
    save(Allocation { from, to, day: on("2026-03-10"), amount: nzd(100) })
}

fn invoice(channel: Option<ChannelId>, sources: Vec<Option<LineRef>>) -> Command {
    let (kind, terms) = (InvoiceKind::Invoice, Terms { party: PartyId::new(1), ..terms() });
    let (due, stage) = (Some(on("2026-03-20")), Stage::Issued);
    save(Invoice { kind, terms, due, stage, channel, sources, lines: vec![line()] })
}

fn file(name: Text) -> Attachment {
    Attachment { name, size: 1, sha256: "0f".repeat(32).into(), kind: "text/plain".into() }
}

/// Money, approval, papers and files: what the notation can't say.
const MONEY: &[Bad] = &[
    (Code::Unknown, "a payment of nothing", |_| {
        payment(DocumentId::new(NOTHING), nzd(100), on("2026-03-10"), None)
    }),
    (Code::WrongKind, "a payment of a receipt", |shop| {
        payment(id(shop, "R-1"), nzd(100), on("2026-03-10"), None)
    }),
    (Code::BadValue, "a payment below zero", |shop| {
        payment(id(shop, "B-1"), nzd(-100), on("2026-03-10"), None)
    }),
    (Code::TooLarge, "a payment larger than the book", |shop| {
        payment(id(shop, "B-1"), nzd(i64::MAX), on("2026-03-10"), None)
    }),
    (Code::BeforeOpening, "a payment before the calendar", |shop| {
        payment(id(shop, "B-1"), nzd(100), Day::FIRST, None)
    }),
    (Code::Unknown, "credit of nothing", |shop| allocation(DocumentId::new(NOTHING), id(shop, "B-1"))),
    (Code::Unknown, "credit for nothing", |shop| allocation(id(shop, "C-1"), DocumentId::new(NOTHING))),
    (Code::WrongKind, "credit for a transfer", |shop| allocation(id(shop, "C-1"), id(shop, "TR-1"))),
    (Code::Unknown, "an unknown channel", |_| invoice(Some(ChannelId::new(NOTHING)), Vec::new())),
    (Code::Unknown, "an invoice for nothing", |_| {
        invoice(None, vec![Some(LineRef { document: DocumentId::new(NOTHING), line: 0 })])
    }),
    (Code::NoSuchLine, "an invoice for a line that isn't there", |shop| {
        invoice(None, vec![Some(LineRef { document: id(shop, "CO-1"), line: 9 })])
    }),
    (Code::Unknown, "nothing submitted", |_| Command::Submit(DocumentId::new(NOTHING))),
    (Code::Unknown, "nothing approved", |_| Command::Approve(DocumentId::new(NOTHING))),
    (Code::WrongKind, "a receipt rejected", |shop| Command::Reject {
        document: id(shop, "R-1"),
        why: "no".into(),
    }),
    (Code::Unknown, "a file on nothing", |_| Command::Attach {
        on: Thing::Document(NOTHING),
        file: file("a.txt".into()),
    }),
    (Code::TooLong, "a file with a long name", |shop| Command::Attach {
        on: Thing::Document(id(shop, "PO-1").number()),
        file: file(long(256)),
    }),
    (Code::Missing, "a file without a name", |shop| Command::Attach {
        on: Thing::Document(id(shop, "PO-1").number()),
        file: file(" ".into()),
    }),
    (Code::Unknown, "a file off nothing", |_| Command::Detach {
        on: Thing::Item(NOTHING),
        name: "a.txt".into(),
    }),
    (Code::NoAttachment, "a file that isn't there", |shop| Command::Detach {
        on: Thing::Document(id(shop, "PO-1").number()),
        name: "a.txt".into(),
    }),
    (Code::BeforeOpening, "books closed before the calendar", |_| Command::CloseBooks {
        until: Some(Day::FIRST),
    }),
];

/// Verbs that don't fit the state that a document is in.
const STATES: &[Bad] = &[
    (Code::DocumentState, "cancelled twice", |shop| Command::Withdraw {
        document: id(shop, "PO-2"),
        how: Withdrawal::Cancelled,
    }),
    (Code::DocumentState, "reinstated while in force", |shop| Command::Reinstate(id(shop, "PO-1"))),
    (Code::DocumentState, "goods of a cancelled order received", |shop| receipt(id(shop, "PO-2"), 0, None)),
    (Code::DocumentState, "a cancelled order changed", |shop| Command::Save {
        document: Some(id(shop, "PO-2")),
        number: None,
        external: None,
        content: PurchaseOrder { terms: terms(), invoice: None, operation: None, lines: vec![line()] }.into(),
    }),
    (Code::DocumentState, "a line of a cancelled order closed", |shop| {
        let order = id(shop, "PO-2");
        Command::CloseLine { order, line: 0, day: on("2026-03-10"), closing: Closing::Left }
    }),
    (Code::DocumentState, "an open line opened", |shop| Command::ReopenLine {
        order: id(shop, "PO-1"),
        line: 0,
    }),
    (Code::DocumentState, "picked twice", |shop| Command::Pick {
        shipment: id(shop, "SH-1"),
        day: on("2026-03-10"),
    }),
    (Code::DocumentState, "unpicked before it was picked", |shop| Command::Unpick(id(shop, "SH-2"))),
    (Code::DocumentState, "goods back before they were picked", |shop| back(id(shop, "SH-2"), 0)),
    (Code::HasDependents, "a shipment deleted that goods came back from", |shop| Command::Withdraw {
        document: id(shop, "SH-1"),
        how: Withdrawal::Deleted,
    }),
    (Code::Cycle, "a shipment of goods that came back from it", |shop| {
        said(shop, "change ship SH-1 2026-03-06: 2 JAR from R-1 1, CR-1 1")
    }),
    (Code::ValueOutOfRange, "a lot revalued above its cost", |shop| {
        said(shop, "revalue RL-1 2026-03-10: R-1 JAR 1000.00")
    }),
    (Code::ValueOutOfRange, "a lot revalued below nothing", |shop| {
        said(shop, "revalue RL-1 2026-03-10: R-1 JAR -0.01")
    }),
    (Code::NothingFree, "a lot revalued before it came", |shop| {
        said(shop, "revalue RL-1 2026-03-01: R-1 JAR 1.00")
    }),
    (Code::CodeTaken, "a number that is taken", |_| Command::Save {
        document: None,
        number: Some("PO-1".into()),
        external: None,
        content: PurchaseOrder { terms: terms(), invoice: None, operation: None, lines: vec![line()] }.into(),
    }),
];

fn all() -> impl Iterator<Item = &'static Bad> {
    [SHAPES, OVERFLOWS, UNKNOWN, STATES, MONEY].into_iter().flatten().chain(production::all())
}

#[test]
fn bad_input_is_refused_with_its_facts_and_changes_nothing() {
    let mut shop = setting();
    let before = shop.book.digest();
    let mut problems = Vec::new();
    for (code, what, command) in all() {
        let command = command(&mut shop);
        let refusal = match shop.book.decide(command, shop.asking()) {
            Err(refusal) => refusal,
            Ok(events) => {
                problems.push(format!("{what} was taken: {events:?}"));
                continue;
            }
        };
        if refusal.code() != *code {
            problems.push(format!("{what}, not {}: {refusal}", code.id()));
        }
        for text in [refusal.message(), refusal.remedy()] {
            assert!(!text.contains(['{', '}']), "{what}: {text}");
            assert!(text.ends_with('.') && !text.starts_with(char::is_lowercase), "{what}: {text}");
        }
        assert_eq!(shop.book.digest(), before, "{what} changed the book");
        println!("{what}: {refusal}");
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

/// A number with more decimals than there are, or with too many digits, is never rounded on its way in.
#[test]
fn over_precise_numbers_do_not_reach_the_book() {
    for text in ["0.0000001", "1.2345678", "1e3", "1,5", "NaN", "", "99999999999999999999"] {
        assert!(text.parse::<Quantity>().is_err(), "{text}");
        assert!(text.parse::<UnitPrice>().is_err(), "{text}");
        assert!(text.parse::<Rate>().is_err(), "{text}");
        assert!(text.parse::<Percent>().is_err(), "{text}");
    }
    assert!(Amount::parse("1.005", Currency::NZD).is_err());
    assert!(Money::parse_in("100.5", Currency::JPY).is_err());
    assert!("0".parse::<Rate>().is_err() && "-1".parse::<Percent>().is_err());
}

/// Rules that no journal shows: what a document keeps of a line, through an edit and a cancellation.
/// rule: TAX-3, DOC-18, DOC-22, DOC-24
#[test]
fn a_document_keeps_tax_unit_discount_and_rate_as_they_were_said() {
    let mut shop = setting();
    let lines = "1 JAR @ 1.00; 1 JAR @ 1.00 tax 0%; 2 box JAR @ 9.00 less 2.5% tax 15%";
    for statement in [
        format!("order PO-9 2026-03-10 in USD ref INV-7: {lines}"),
        format!("change order PO-9 2026-03-11 in USD at 0.612345 ref INV-7: {lines}"),
        "cancel PO-9".to_owned(),
        "reinstate PO-9".to_owned(),
    ] {
        shop.say(&statement).expect(&statement);
        let document = shop.book.document(id(&shop, "PO-9")).expect("PO-9");
        let Content::PurchaseOrder(order) = document.content() else { panic!("an order") };
        let taxes: Vec<Option<Percent>> = order.lines.iter().map(|line| line.tax).collect();
        assert_eq!(
            taxes,
            [None, Some(Percent::ZERO), "15".parse().ok()],
            "no tax and 0% are different: {statement}"
        );
        let boxes = &order.lines[2];
        assert_eq!(boxes.quantity, Quantity::units(2));
        assert_eq!(
            (boxes.unit, boxes.factor),
            (shop.book.units().find("box").map(UnitId::new), UnitFactor::new(12, 1).ok())
        );
        assert_eq!((boxes.price, Some(boxes.discount)), (UnitPrice::units(9), "2.5".parse().ok()));
        let rate = if statement.starts_with("order") { "0.6" } else { "0.612345" };
        assert_eq!(order.terms.rate, rate.parse().ok(), "{statement}");
        assert_eq!(order.terms.reference.as_deref(), Some("INV-7"));
    }
}

fn case_files(under: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(under).expect("tests/cases") {
        let path = entry.expect("entry").path();
        if path.is_dir() {
            case_files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "txt") {
            found.push(path);
        }
    }
}

#[test]
fn every_code_is_produced_by_a_case_or_by_bad_input() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    case_files(&root.join("tests/cases"), &mut files);
    let mut shown: BTreeSet<String> = all().map(|(code, ..)| code.id().to_owned()).collect();
    for file in files {
        let text = fs::read_to_string(file).expect("UTF-8");
        let codes = text.lines().filter_map(|line| line.strip_prefix("refused "));
        shown.extend(codes.filter_map(|rest| rest.split(' ').next()).map(str::to_owned));
    }
    let missing: Vec<&str> =
        Code::ALL.iter().map(|code| code.id()).filter(|id| !shown.contains(*id)).collect();
    assert!(missing.is_empty(), "no case and no bad input produces {missing:?}");
    let ids: BTreeSet<&str> = Code::ALL.iter().map(|code| code.id()).collect();
    assert_eq!(ids.len(), Code::ALL.len(), "a code is used twice");
}

/// docs/refusals.md, as the table of codes says it; BLESS=1 writes it.
#[test]
fn the_list_of_refusals_is_current() {
    let mut text = String::from(
        "# What the book refuses\n\nGenerated from `Code::ALL` in `crates/book/src/refusal.rs` by \
         `BLESS=1 cargo test -p book --test refusals`.\nA refused command has changed nothing. Codes are never reused. \
         Words in braces are facts: names and numbers.\n",
    );
    let groups = [
        ('1', "Shape and values"),
        ('2', "Things and documents"),
        ('3', "Stock and cost"),
        ('4', "Limits"),
        ('5', "Money and approval"),
    ];
    for (group, title) in groups {
        write!(text, "\n## {title}\n\n| code | what it says | what to do |\n|---|---|---|\n")
            .expect("a string");
        for code in Code::ALL.iter().filter(|code| code.id().as_bytes()[1] == group as u8) {
            let remedy = match code.remedy() {
                "{remedy}" => "(it says, as it depends on what is in the way)",
                remedy => remedy,
            };
            writeln!(text, "| {} | {} | {remedy} |", code.id(), code.message()).expect("a string");
        }
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/refusals.md");
    // The rest of the file is the plan's (crates/plan/tests/refusals.rs).
    let there = fs::read_to_string(&path).unwrap_or_default();
    let at = there.find("\n# What the exchange").unwrap_or(there.len());
    let (there, rest) = there.split_at(at);
    if std::env::var_os("BLESS").is_some() {
        fs::write(&path, text.clone() + rest).expect("writable");
        return;
    }
    assert!(there == text, "docs/refusals.md is stale: BLESS=1 cargo test -p book --test refusals writes it");
}
