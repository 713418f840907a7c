//! Bad input of production: records that name nothing, orders of too much, facts of orders that aren't there.
//!
//! `refusals.rs` runs this table with its own; the book of `SETTING` has an open order (MO-1), a finished one (MO-2) and
//! parts planned for a vendor (VS-1). What the notation can say is refused by cases.

use super::*;

/// Follows the setting of the trade: tables of four legs, cut at a saw.
pub const SETTING: &str = "
item SETUP non-inventory account 400
item LEG bought
item TABLE made
workstation SAW rate 30.00
bom TABLE-A TABLE: 4 LEG
routing TABLE-R TABLE: CUT at SAW 1 h labour 20.00
opening ST-1 2026-03-01 into Main: 80 LEG 160.00
make MO-1 2026-03-10 5 TABLE by records
consume CN-1 2026-03-10 of MO-1: 8 LEG
work W-1 2026-03-10 on MO-1 CUT 1 h
finish FN-1 2026-03-11 of MO-1 1 partly
make MO-2 2026-03-10 5 TABLE by records
finish FN-2 2026-03-11 of MO-2 0 scrap 1
order PO-4 2026-03-08: 5 TABLE @ 6.00 parts
send VS-1 2026-03-10 of PO-4 1 planned
putback PB-1 2026-03-11 of CN-1: 1 LEG
";

fn leg(shop: &Shop) -> ItemId {
    ItemId::new(shop.book.items().find("LEG").expect("LEG"))
}

fn table(shop: &Shop) -> ItemId {
    ItemId::new(shop.book.items().find("TABLE").expect("TABLE"))
}

fn nothing() -> DocumentId {
    DocumentId::new(NOTHING)
}

fn record(record: impl Into<Record>) -> Command {
    Command::SaveRecord { id: None, external: None, record: record.into() }
}

fn bill_of(item: ItemId, part: ItemId) -> BillOfMaterials {
    let parts = vec![BillPart { item: part, quantity: Quantity::units(4), scrap: Percent::ZERO }];
    let (code, name) = ("TABLE-B".into(), "".into());
    BillOfMaterials { code, name, item, batch: Quantity::units(1), from: None, until: None, parts }
}

fn routing_of(item: ItemId, workstation: Option<WorkstationId>, people: u8) -> Routing {
    let operation = RoutingOperation {
        name: "CUT".into(),
        workstation,
        setup: Quantity::ZERO,
        hours: Quantity::units(1),
        people,
        labour_rate: UnitPrice::units(20),
        overhead_rate: None,
        fixed: Amount::ZERO,
        variable: UnitPrice::ZERO,
    };
    let (code, name) = ("TABLE-S".into(), "".into());
    let batch = Quantity::units(1);
    Routing { code, name, item, batch, from: None, until: None, operations: vec![operation] }
}

fn order(shop: &Shop) -> ManufacturingOrder {
    ManufacturingOrder {
        item: table(shop),
        quantity: Quantity::units(5),
        day: on("2026-03-10"),
        due: None,
        warehouse: WarehouseId::new(0),
        parts_from: None,
        source: None,
        planning: Planning::ByHand,
        bill_of_materials: None,
        routing: None,
        booked: None,
        parts: vec![part(leg(shop))],
        operations: vec![operation("CUT")],
    }
}

fn part(item: ItemId) -> PlannedPart {
    let quantity = Quantity::units(4);
    PlannedPart { item, quantity, warehouse: None, unit_cost: None, takings: Vec::new() }
}

fn operation(name: &str) -> PlannedOperation {
    PlannedOperation {
        name: name.into(),
        workstation: None,
        hours: Quantity::units(1),
        people: 1,
        labour_rate: UnitPrice::units(20),
        overhead_rate: None,
        fixed: Amount::ZERO,
        variable: UnitPrice::ZERO,
    }
}

fn consumption(order: DocumentId, item: ItemId) -> Consumption {
    let (quantity, takings) = (Quantity::units(1), Default::default());
    let line = ConsumptionLine { item, quantity, part: None, warehouse: None, takings };
    Consumption { order, day: on("2026-03-10"), warehouse: None, lines: vec![line] }
}

fn work(order: DocumentId, operation: u16) -> Work {
    let (hours, people, progress) = (Some(Quantity::units(1)), 1, Progress::Paused);
    Work { order, operation, day: on("2026-03-10"), hours, people, person: None, progress }
}

fn completion(order: DocumentId) -> Completion {
    Completion {
        order,
        day: on("2026-03-11"),
        quantity: Quantity::units(1),
        scrapped: Quantity::ZERO,
        abnormal: Quantity::ZERO,
        warehouse: None,
        batch: None,
        expiry: None,
        outcome: Outcome::Partial,
    }
}

fn put_back(of: DocumentId, line: u16) -> PutBack {
    let lines = vec![ReturnLine { line, quantity: Quantity::units(1), takings: Vec::new() }];
    let kind = PutBackKind::Returned;
    PutBack { of, day: on("2026-03-11"), kind, warehouse: None, reason: None, lines }
}

fn vendor_shipment(order: DocumentId, line: u16) -> VendorShipment {
    let (warehouse, day) = (WarehouseId::new(0), on("2026-03-10"));
    VendorShipment { order, line, warehouse, day, picked: None, lines: Vec::new() }
}

fn make_plan() -> MakePlan {
    let warehouse = WarehouseId::new(0);
    MakePlan { day: on("2026-03-10"), warehouse, parts_from: None, levels: Levels::All }
}

/// Records.
const RECORDS: &[Bad] = &[
    (Code::Unknown, "a bill of materials of nothing", |shop| {
        record(Record::BillOfMaterials(bill_of(item(NOTHING), leg(shop))))
    }),
    (Code::Unknown, "a bill of materials with a part of nothing", |shop| {
        record(Record::BillOfMaterials(bill_of(table(shop), item(NOTHING))))
    }),
    (Code::Missing, "a bill of materials without parts", |shop| {
        record(Record::BillOfMaterials(BillOfMaterials {
            parts: Vec::new(),
            ..bill_of(table(shop), leg(shop))
        }))
    }),
    (Code::TooManyLines, "a bill of materials of 10,001 parts", |shop| {
        let one = bill_of(table(shop), leg(shop));
        let parts = vec![one.parts[0].clone(); 10_001];
        record(Record::BillOfMaterials(BillOfMaterials { parts, ..one }))
    }),
    (Code::TooLarge, "a bill of materials of all legs there can be", |shop| {
        let mut bill = bill_of(table(shop), leg(shop));
        bill.parts[0].quantity = Quantity::MAX;
        record(Record::BillOfMaterials(bill))
    }),
    (Code::BadValue, "a part of which more than itself is scrap", |shop| {
        let mut bill = bill_of(table(shop), leg(shop));
        bill.parts[0].scrap = "100.1".parse().expect("a percentage");
        record(Record::BillOfMaterials(bill))
    }),
    (Code::FieldFixed, "a bill of materials that is to make something else", |shop| {
        let bill = BillOfMaterials { code: "TABLE-A".into(), ..bill_of(leg(shop), table(shop)) };
        Command::SaveRecord { id: Some(0), external: None, record: Record::BillOfMaterials(bill) }
    }),
    (Code::BillCycle, "legs made of tables", |shop| {
        record(Record::BillOfMaterials(bill_of(leg(shop), table(shop))))
    }),
    (Code::TooLong, "a bill of materials with a code of 101 characters", |shop| {
        record(Record::BillOfMaterials(BillOfMaterials {
            code: long(101),
            ..bill_of(table(shop), leg(shop))
        }))
    }),
    (Code::BeforeOpening, "a bill of materials from the first day of all", |shop| {
        let from = Some(Day::FIRST);
        record(Record::BillOfMaterials(BillOfMaterials { from, ..bill_of(table(shop), leg(shop)) }))
    }),
    (Code::Unknown, "a routing of nothing", |_| record(Record::Routing(routing_of(item(NOTHING), None, 1)))),
    (Code::Unknown, "a routing at no workstation", |shop| {
        record(Record::Routing(routing_of(table(shop), Some(WorkstationId::new(NOTHING)), 1)))
    }),
    (Code::BadValue, "a routing that nobody works on", |shop| {
        record(Record::Routing(routing_of(table(shop), None, 0)))
    }),
    (Code::Missing, "a routing without operations", |shop| {
        record(Record::Routing(Routing { operations: Vec::new(), ..routing_of(table(shop), None, 1) }))
    }),
    (Code::Missing, "an operation without a name", |shop| {
        let mut routing = routing_of(table(shop), None, 1);
        routing.operations[0].name = " ".into();
        record(Record::Routing(routing))
    }),
    (Code::BadValue, "an operation whose fixed cost is below zero", |shop| {
        let mut routing = routing_of(table(shop), None, 1);
        routing.operations[0].fixed = Amount::from_minor(-1);
        record(Record::Routing(routing))
    }),
    (Code::NotStocked, "a routing of an expense", |shop| {
        let setup = ItemId::new(shop.book.items().find("SETUP").expect("SETUP"));
        record(Record::Routing(routing_of(setup, None, 1)))
    }),
    (Code::Unknown, "a bill of materials archived that isn't there", |_| {
        Command::Archive(Thing::BillOfMaterials(NOTHING))
    }),
    (Code::NotArchived, "a workstation restored that is there", |_| Command::Restore(Thing::Workstation(0))),
    (Code::Unknown, "a routing restored that isn't there", |_| Command::Restore(Thing::Routing(NOTHING))),
];

/// Orders.
const ORDERS: &[Bad] = &[
    (Code::Unknown, "an order for nothing", |shop| {
        save(ManufacturingOrder { item: item(NOTHING), ..order(shop) })
    }),
    (Code::BadValue, "an order for less than nothing", |shop| {
        save(ManufacturingOrder { quantity: Quantity::units(-1), ..order(shop) })
    }),
    (Code::TooLarge, "an order for all there can be", |shop| {
        save(ManufacturingOrder { quantity: Quantity::MAX, ..order(shop) })
    }),
    (Code::Unknown, "an order into no warehouse", |shop| {
        save(ManufacturingOrder { warehouse: WarehouseId::new(NOTHING), ..order(shop) })
    }),
    (Code::Unknown, "an order with parts in no warehouse", |shop| {
        save(ManufacturingOrder { parts_from: Some(WarehouseId::new(NOTHING)), ..order(shop) })
    }),
    (Code::Unknown, "an order for no customer's order", |shop| {
        let source = Some(LineRef { document: nothing(), line: 0 });
        save(ManufacturingOrder { source, ..order(shop) })
    }),
    (Code::NoSuchLine, "an order for a customer order's eighth line", |shop| {
        let source = Some(LineRef { document: id(shop, "CO-1"), line: 7 });
        save(ManufacturingOrder { source, ..order(shop) })
    }),
    (Code::WrongKind, "an order for a receipt", |shop| {
        let source = Some(LineRef { document: id(shop, "R-1"), line: 0 });
        save(ManufacturingOrder { source, ..order(shop) })
    }),
    (Code::Unknown, "an order by no bill of materials", |shop| {
        let bill_of_materials = Some(BillOfMaterialsId::new(NOTHING));
        save(ManufacturingOrder { planning: Planning::FromRecords, bill_of_materials, ..order(shop) })
    }),
    (Code::WrongKind, "an order for legs by the tables' bill", |shop| {
        let (planning, item) = (Planning::FromRecords, leg(shop));
        let bill_of_materials = Some(BillOfMaterialsId::new(0));
        save(ManufacturingOrder { planning, item, bill_of_materials, ..order(shop) })
    }),
    (Code::NoBill, "an order by records that aren't there", |shop| {
        let (parts, operations) = (Vec::new(), Vec::new());
        let (planning, item) = (Planning::FromRecords, leg(shop));
        save(ManufacturingOrder { planning, item, parts, operations, ..order(shop) })
    }),
    (Code::TooManyLines, "an order of 10,001 parts", |shop| {
        save(ManufacturingOrder { parts: vec![part(leg(shop)); 10_001], ..order(shop) })
    }),
    (Code::TooManyLines, "an order of 10,001 operations", |shop| {
        save(ManufacturingOrder { operations: vec![operation("CUT"); 10_001], ..order(shop) })
    }),
    (Code::Unknown, "a part of nothing", |shop| {
        save(ManufacturingOrder { parts: vec![part(item(NOTHING))], ..order(shop) })
    }),
    (Code::BadValue, "a part of less than nothing", |shop| {
        let quantity = Quantity::units(-1);
        save(ManufacturingOrder { parts: vec![PlannedPart { quantity, ..part(leg(shop)) }], ..order(shop) })
    }),
    (Code::BadValue, "a part that costs less than nothing", |shop| {
        let unit_cost = Some(UnitPrice::units(-1));
        save(ManufacturingOrder { parts: vec![PlannedPart { unit_cost, ..part(leg(shop)) }], ..order(shop) })
    }),
    (Code::TooLarge, "parts that cost more than there is", |shop| {
        let (unit_cost, quantity) = (Some(UnitPrice::MAX), Quantity::units(1_000_000_000));
        let parts = vec![PlannedPart { unit_cost, quantity, ..part(leg(shop)) }];
        save(ManufacturingOrder { parts, ..order(shop) })
    }),
    (Code::TooLarge, "an operation that costs more than there is", |shop| {
        let operations = vec![PlannedOperation {
            hours: Quantity::units(1_000_000_000),
            labour_rate: UnitPrice::MAX,
            ..operation("CUT")
        }];
        save(ManufacturingOrder { operations, ..order(shop) })
    }),
    (Code::TooLarge, "200 people for as long as there is", |shop| {
        let operations = vec![PlannedOperation { hours: Quantity::MAX, people: 200, ..operation("CUT") }];
        save(ManufacturingOrder { operations, ..order(shop) })
    }),
    (Code::Missing, "an operation without a name, planned by hand", |shop| {
        save(ManufacturingOrder { operations: vec![operation(" ")], ..order(shop) })
    }),
    (Code::TooLong, "an operation with a name of 101 characters", |shop| {
        let operations = vec![PlannedOperation { name: long(101), ..operation("CUT") }];
        save(ManufacturingOrder { operations, ..order(shop) })
    }),
    (Code::Unknown, "an operation at no workstation", |shop| {
        let workstation = Some(WorkstationId::new(NOTHING));
        let operations = vec![PlannedOperation { workstation, ..operation("CUT") }];
        save(ManufacturingOrder { operations, ..order(shop) })
    }),
    (Code::BeforeOpening, "an order on the first day of all, booked", |shop| {
        save(ManufacturingOrder { day: Day::FIRST, ..order(shop) })
    }),
    (Code::BeforeOpening, "parts booked for the last day of all", |shop| {
        save(ManufacturingOrder { booked: Some(Day::LAST), ..order(shop) })
    }),
    (Code::LineInUse, "a part taken out of the plan that was consumed", |shop| {
        let content =
            ManufacturingOrder { parts: Vec::new(), operations: vec![operation("CUT")], ..order(shop) };
        Command::Save {
            document: Some(id(shop, "MO-1")),
            number: None,
            external: None,
            content: content.into(),
        }
    }),
    (Code::Unknown, "an order made for no customer's line", |_| Command::MakeFor {
        line: LineRef { document: nothing(), line: 0 },
        plan: make_plan(),
    }),
    (Code::NoSuchLine, "an order made for a customer order's eighth line", |shop| Command::MakeFor {
        line: LineRef { document: id(shop, "CO-1"), line: 7 },
        plan: make_plan(),
    }),
    (Code::Unknown, "orders made for a shortage of nothing", |_| Command::MakeShort {
        item: item(NOTHING),
        plan: make_plan(),
    }),
    (Code::NothingShort, "orders made for no shortage", |shop| Command::MakeShort {
        item: leg(shop),
        plan: make_plan(),
    }),
    (Code::Unknown, "an order cancelled that isn't there", |_| Command::CancelOrder {
        order: nothing(),
        day: on("2026-03-12"),
        parts: PutBackKind::Lost,
    }),
    (Code::WrongKind, "a purchase order cancelled like one for making", |shop| Command::CancelOrder {
        order: id(shop, "PO-1"),
        day: on("2026-03-12"),
        parts: PutBackKind::Returned,
    }),
    (Code::Unknown, "an order reopened that isn't there", |_| Command::ReopenOrder(nothing())),
    (Code::WrongKind, "a shipment reopened", |shop| Command::ReopenOrder(id(shop, "SH-1"))),
];

/// What happens to orders.
const FACTS: &[Bad] = &[
    (Code::Unknown, "parts for no order", |shop| save(consumption(nothing(), leg(shop)))),
    (Code::WrongKind, "parts for a purchase order", |shop| save(consumption(id(shop, "PO-1"), leg(shop)))),
    (Code::Unknown, "nothing as a part", |shop| save(consumption(id(shop, "MO-1"), item(NOTHING)))),
    (Code::BadValue, "parts of less than nothing", |shop| {
        let mut content = consumption(id(shop, "MO-1"), leg(shop));
        content.lines[0].quantity = Quantity::units(-1);
        save(content)
    }),
    (Code::BadValue, "a part of the plan that isn't there", |shop| {
        let mut content = consumption(id(shop, "MO-1"), leg(shop));
        content.lines[0].part = Some(7);
        save(content)
    }),
    (Code::Unknown, "parts from no warehouse", |shop| {
        let warehouse = Some(WarehouseId::new(NOTHING));
        save(Consumption { warehouse, ..consumption(id(shop, "MO-1"), leg(shop)) })
    }),
    (Code::TooManyLines, "10,001 lines of parts", |shop| {
        let one = consumption(id(shop, "MO-1"), leg(shop));
        save(Consumption { lines: vec![one.lines[0].clone(); 10_001], ..one })
    }),
    (Code::Unknown, "parts of a lot that isn't there", |shop| {
        let mut content = consumption(id(shop, "MO-1"), leg(shop));
        let taking = Taking { lot: LotId::new(NOTHING), quantity: Quantity::units(1) };
        content.lines[0].takings = vec![taking].into();
        save(content)
    }),
    (Code::BeforeOpening, "parts on the first day of all", |shop| {
        save(Consumption { day: Day::FIRST, ..consumption(id(shop, "MO-1"), leg(shop)) })
    }),
    (Code::FieldFixed, "a consumption moved to another order", |shop| {
        let content = consumption(id(shop, "MO-2"), leg(shop)).into();
        Command::Save { document: Some(id(shop, "CN-1")), number: None, external: None, content }
    }),
    (Code::Unknown, "work on no order", |_| save(work(nothing(), 0))),
    (Code::NoSuchLine, "work on an eighth operation", |shop| save(work(id(shop, "MO-1"), 7))),
    (Code::BadValue, "more hours than a record has", |shop| {
        save(Work { hours: Some(Quantity::MAX), ..work(id(shop, "MO-1"), 0) })
    }),
    (Code::BadValue, "hours of work that still goes on", |shop| {
        save(Work { progress: Progress::Running, ..work(id(shop, "MO-1"), 0) })
    }),
    (Code::TooLong, "a person of 101 characters", |shop| {
        save(Work { person: Some(long(101)), ..work(id(shop, "MO-1"), 0) })
    }),
    (Code::DocumentState, "work on a finished order", |shop| save(work(id(shop, "MO-2"), 0))),
    (Code::Unknown, "a completion of no order", |_| save(completion(nothing()))),
    (Code::TooLarge, "more units than there can be", |shop| {
        save(Completion { quantity: Quantity::MAX, ..completion(id(shop, "MO-1")) })
    }),
    (Code::TooLarge, "more scrap than there can be", |shop| {
        save(Completion { scrapped: Quantity::MAX, ..completion(id(shop, "MO-1")) })
    }),
    (Code::BadValue, "a cancellation that brings goods", |shop| {
        save(Completion { outcome: Outcome::Cancelled, ..completion(id(shop, "MO-1")) })
    }),
    (Code::TooLong, "a batch of 101 characters", |shop| {
        save(Completion { batch: Some(long(101)), ..completion(id(shop, "MO-1")) })
    }),
    (Code::Unknown, "goods into no warehouse", |shop| {
        save(Completion { warehouse: Some(WarehouseId::new(NOTHING)), ..completion(id(shop, "MO-1")) })
    }),
    (Code::Unknown, "a put-back of nothing", |_| save(put_back(nothing(), 0))),
    (Code::WrongKind, "a put-back of a receipt", |shop| save(put_back(id(shop, "R-1"), 0))),
    (Code::NoSuchLine, "an eighth line put back", |shop| save(put_back(id(shop, "CN-1"), 7))),
    (Code::NoLines, "a put-back without lines", |shop| {
        save(PutBack { lines: Vec::new(), ..put_back(id(shop, "CN-1"), 0) })
    }),
    (Code::BadValue, "parts of production lost", |shop| {
        save(PutBack { kind: PutBackKind::Lost, ..put_back(id(shop, "CN-1"), 0) })
    }),
    (Code::DocumentState, "a put-back of parts that haven't left", |shop| {
        save(put_back(id(shop, "VS-1"), 0))
    }),
    (Code::FieldFixed, "a put-back moved to a vendor's shipment", |shop| {
        let content = put_back(id(shop, "VS-1"), 0).into();
        Command::Save { document: Some(id(shop, "PB-1")), number: None, external: None, content }
    }),
    (Code::Unknown, "a put-back for no reason", |shop| {
        save(PutBack { reason: Some(ReasonId::new(NOTHING)), ..put_back(id(shop, "CN-1"), 0) })
    }),
    (Code::Unknown, "parts to a vendor for no order", |_| save(vendor_shipment(nothing(), 0))),
    (Code::NoSuchLine, "parts for an order's eighth line", |shop| save(vendor_shipment(id(shop, "PO-4"), 7))),
    (Code::NoBill, "parts by a bill that isn't there", |shop| save(vendor_shipment(id(shop, "PO-1"), 0))),
    (Code::Unknown, "parts from no place", |shop| {
        let warehouse = WarehouseId::new(NOTHING);
        save(VendorShipment { warehouse, ..vendor_shipment(id(shop, "PO-4"), 0) })
    }),
    (Code::BeforeOpening, "parts picked on the last day of all", |shop| {
        save(VendorShipment { picked: Some(Day::LAST), ..vendor_shipment(id(shop, "PO-4"), 0) })
    }),
    (Code::FieldFixed, "parts moved to another order", |shop| {
        let lines = vec![StockOut { item: leg(shop), quantity: Quantity::units(1), takings: Vec::new() }];
        let content = VendorShipment { lines, ..vendor_shipment(id(shop, "PO-1"), 0) }.into();
        Command::Save { document: Some(id(shop, "VS-1")), number: None, external: None, content }
    }),
    (Code::DocumentState, "parts unpicked that weren't picked", |shop| Command::Unpick(id(shop, "VS-1"))),
    (Code::Unknown, "an operation of no order bought", |_| bought(nothing(), 0)),
    (Code::NoSuchLine, "an eighth operation bought", |shop| bought(id(shop, "MO-1"), 7)),
    (Code::WrongKind, "goods bought as an operation", |shop| bought(id(shop, "MO-1"), 0)),
];

fn bought(order: DocumentId, operation: u16) -> Command {
    let operation = Some(BoughtOperation { order, operation, shipped: Some(on("2026-03-10")) });
    save(PurchaseOrder { terms: terms(), invoice: None, operation, lines: vec![line()] })
}

pub fn all() -> impl Iterator<Item = &'static Bad> {
    [RECORDS, ORDERS, FACTS].into_iter().flatten()
}
