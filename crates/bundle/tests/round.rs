//! A bundle becomes a company, the company a bundle, and that the same company.

mod support;

use book::{Asking, Book, Command, Event, Kind, LotId, Role, Stamp};
use bundle::Existing;
use money::Amount;
use support::*;

#[test]
fn a_small_company_comes_in_with_its_costs() {
    let mut book = empty();
    let (done, _) = take(&small(), &mut book, Existing::Refuse).unwrap_or_else(|wrong| panic!("{wrong}"));
    assert_eq!((done.made, done.updated, done.skipped), (16, 0, 0));
    let order = book.find_document(Kind::PurchaseOrder, "po-1").expect("PO-1");
    assert_eq!(book.document(order).expect("there").dependents().len(), 3);
    // 24 jars for 168.00 and 10 sugar for 15.00, a fee of 10.00 by value: 168/183 of it is 9.18, so a jar is 7.3825.
    // 15 were shipped and 3 came back; two of the opening's sugar went along for 3.00.
    let balances = book.balances_as_of(day("2026-03-31"));
    assert_eq!(balances[&Role::CostOfGoodsSold], Amount::from_minor(8_859 + 300));
    assert_eq!(balances[&Role::OpeningBalances], Amount::from_minor(-1_050));
    assert!(book.check().is_empty());
}

/// What reports are made of: every account on every day, every lot with what is left of it, every document.
fn reports(book: &Book) -> Vec<String> {
    let mut lines = Vec::new();
    for (key, days) in book.ledger().daily() {
        lines.extend(days.iter().map(|(day, amount)| format!("{key:?} {day} {amount:?}")));
    }
    lines.sort();
    for (id, lot) in book.lots() {
        lines.push(format!("{id:?} {lot:?} {:?}", book.left(id)));
    }
    for (id, document) in book.documents() {
        lines.push(format!("{id:?} {} {:?} {:?}", document.number(), document.life(), document.content()));
        lines.push(format!("{:?} {:?}", document.closed(), book.left_of(id)));
    }
    lines.extend(book.parties().iter().map(|row| format!("{row:?}")));
    lines.extend(book.items().iter().map(|(id, row)| format!("{id} {:?} {}", row.record, row.archived)));
    lines
}

trait LeftOf {
    fn left_of(&self, id: book::DocumentId) -> Vec<Option<LotId>>;
}

impl LeftOf for Book {
    fn left_of(&self, id: book::DocumentId) -> Vec<Option<LotId>> {
        self.document(id)
            .map_or_else(Vec::new, |document| document.lines().iter().map(|line| line.lot()).collect())
    }
}

const STAMP: Stamp = Stamp { at: 1_774_915_200, by: 7 };

/// Does what a command in JSON says.
fn run(book: &mut Book, log: &mut Vec<Vec<Event>>, json: &str) {
    let value = wire::shown(json).expect("JSON");
    let command: Command = wire::command(book, value).unwrap_or_else(|problem| panic!("{problem}"));
    let events = book.decide(command, Asking { today: day("2026-03-31"), by: 7 });
    let events = events.unwrap_or_else(|refusal| panic!("{json}: {refusal}"));
    events.iter().for_each(|event| book.apply(event, STAMP));
    log.push(events);
}

/// rule: SEC-2
#[test]
fn an_exported_company_is_the_same_when_it_comes_in_again() {
    let mut book = empty();
    let (_, mut log) = take(&small(), &mut book, Existing::Refuse).unwrap_or_else(|wrong| panic!("{wrong}"));
    let life = [
        // An order that is changed after its goods were used, a line closed, a note with a comma, quotes and a break.
        r#"{"save":{"document":"PO-1","content":{"purchase_order":{"terms":{"party":"Nord","day":"2026-01-02","currency":"NZD"},"lines":[{"item":"JAM","quantity":"2","unit":"box","price":"90","warehouse":"Main"},{"item":"SUGAR","quantity":"12","price":"1.75","warehouse":"Main"}]}}}}"#,
        r#"{"close_line":{"order":"PO-1","line":2,"day":"2026-02-01","closing":"into_lots"}}"#,
        r#"{"note":{"on":{"document":"PO-1"},"text":"late, \"again\"\nand short"}}"#,
        // A document that is cancelled, reinstated, changed, deleted; an item archived and restored; a new code.
        r#"{"save":{"number":"SH-2","content":{"shipment":{"customer":"Shop","warehouse":"Main","day":"2026-02-03","picked":"2026-02-03","lines":[{"item":"LID","quantity":"40"},{"item":"SUGAR","quantity":"4"}]}}}}"#,
        r#"{"withdraw":{"document":"SH-2","how":"cancelled"}}"#,
        r#"{"reinstate":"SH-2"}"#,
        r#"{"save":{"number":"SH-3","content":{"shipment":{"customer":"Shop","warehouse":"Main","day":"2026-02-04","lines":[{"item":"LID","quantity":"4"}]}}}}"#,
        r#"{"withdraw":{"document":"SH-3","how":"deleted"}}"#,
        r#"{"save":{"content":{"transfer":{"from":"Main","to":"Annex","day":"2026-02-05","lines":[{"item":"JAM","quantity":"9"}]}}}}"#,
        r#"{"save":{"content":{"transfer_receipt":{"transfer":"TR-1","day":"2026-02-06","lines":[{"line":1,"quantity":"9"}]}}}}"#,
        r#"{"save_rate":{"currency":"USD","day":"2026-01-01","rate":"0.6"}}"#,
        r#"{"save":{"content":{"fee":{"target":{"transfer":"TR-1"},"day":"2026-02-06","amount":{"amount":"3.33","currency":"USD"},"basis":"value"}}}}"#,
        r#"{"save_record":{"external":"t-1","record":{"item":{"code":"TOY","name":"Toy","unit":"pc"}}}}"#,
        r#"{"archive":{"item":"TOY"}}"#,
        r#"{"restore":{"item":"TOY"}}"#,
        r#"{"archive":{"item":"TOY"}}"#,
        r#"{"save_record":{"id":"JAM","record":{"item":{"code":"JAM-1","name":"Jam, \"the\" one","unit":"pc","making":"made"}}}}"#,
        r#"{"save":{"content":{"invoice":{"kind":"invoice","terms":{"party":"Shop","day":"2026-02-07","currency":"NZD"},"due":"2026-03-07","sources":[null,"SH-1/2"],"lines":[{"item":"JAM-1","quantity":"15","price":"12"},{"item":"SUGAR","quantity":"2","price":"3","tax":"0"}]}}}}"#,
    ];
    life.iter().for_each(|json| run(&mut book, &mut log, json));

    let files = exported(&log, STAMP);
    let mut again = empty();
    let (done, _) = take(&files, &mut again, Existing::Refuse).unwrap_or_else(|wrong| panic!("{wrong}"));
    assert_eq!(done.events, log.iter().flatten().count() as u64);
    let (before, after) = (reports(&book), reports(&again));
    for (before, after) in before.iter().zip(&after) {
        assert_eq!(before, after);
    }
    assert_eq!(before.len(), after.len());
    assert!(again.check().is_empty());
    let twice = take(&files, &mut again, Existing::Refuse).expect_err("everything is there already");
    assert!(twice.to_string().contains("exists already"), "{twice}");
}

#[test]
fn a_second_import_skips_or_updates_what_is_there() {
    let mut book = empty();
    take(&small(), &mut book, Existing::Refuse).unwrap_or_else(|wrong| panic!("{wrong}"));
    let before = book.digest();
    let (done, kept) = take(&small(), &mut book, Existing::Skip).unwrap_or_else(|wrong| panic!("{wrong}"));
    assert_eq!((done.made, done.updated, done.skipped), (0, 0, 16));
    assert!(kept.is_empty());
    let (done, _) = take(&small(), &mut book, Existing::Update).unwrap_or_else(|wrong| panic!("{wrong}"));
    assert_eq!(
        (done.made, done.updated, done.skipped),
        (0, 0, 16),
        "also SH-1, which names lots on one line"
    );
    assert_eq!(book.digest(), before);

    // The same shipment with other lots on its first line is changed; the second is still the book's to choose.
    let heads = "number,customer,warehouse,day,picked,lines.item,lines.quantity,lines.takings.lot,lines.takings.quantity";
    let shipment = |first: u32, second: u32| {
        let rows =
            format!("SH-1,Shop,Main,2026-01-08,2026-01-08,JAM,15,R-1/1,{first}\n,,,,,,,R-2/1,{second}");
        files(&[("shipment.csv", &format!("{heads}\n{rows}\n,,,,,SUGAR,2,,\n"))])
    };
    for (lots, updated) in [((9, 6), 1), ((9, 6), 0), ((10, 5), 1), ((10, 5), 0)] {
        let (done, _) = take(&shipment(lots.0, lots.1), &mut book, Existing::Update)
            .unwrap_or_else(|wrong| panic!("{wrong}"));
        assert_eq!((done.made, done.updated, done.skipped), (0, updated, 1 - updated), "{lots:?}");
    }
    assert_eq!(book.balances_as_of(day("2026-12-31"))[&Role::CostOfGoodsSold], Amount::from_minor(9_159));

    // The external id finds the supplier under its new code; the rest of the company stays.
    let changed = files(&[
        ("party.csv", "code,name,kind,external\nNORD2,North,supplier,n-1\nNew,New one,customer,\n"),
        (
            "fee.csv",
            "number,target.order,day,amount.amount,amount.currency,basis\nF-1,PO-1,2026-01-07,20.00,NZD,value\n",
        ),
    ]);
    let (done, _) = take(&changed, &mut book, Existing::Update).unwrap_or_else(|wrong| panic!("{wrong}"));
    assert_eq!((done.made, done.updated), (1, 2));
    assert!(book.parties().find("NORD2").is_some() && book.parties().find("Nord").is_none());
    assert_eq!(book.parties().len(), 3);
    assert_eq!(
        book.balances_as_of(day("2026-12-31"))[&Role::CostOfGoodsSold],
        Amount::from_minor(9_159 + 459)
    );
    assert_ne!(book.digest(), before);
    let mut fork = book.clone();
    let refused = take(&changed, &mut fork, Existing::Refuse).expect_err("both are there");
    let text = refused.to_string();
    assert!(text.contains("party.csv, line 2: The supplier or customer NORD2 exists already."), "{text}");
    assert!(text.contains("fee.csv, line 2: The additional fee F-1 exists already."), "{text}");
}

/// An order that names lots for a part, three units of which were used already.
#[test]
fn an_order_that_names_lots_is_updated_only_when_it_names_others() {
    let order = |first: u32, second: u32| {
        let heads = "number,day,booked,item,quantity,warehouse,planning,parts.item,parts.quantity,parts.takings.lot,parts.takings.quantity";
        format!(
            "{heads}\nMO-1,2026-01-10,2026-01-10,LID,1,Main,by_hand,SUGAR,6,ST-1/1,{first}\n,,,,,,,,,R-2/2,{second}\n"
        )
    };
    let used = "number,order,day,lines.item,lines.quantity,lines.takings.lot,lines.takings.quantity\nC-1,MO-1,2026-01-11,SUGAR,3,R-2/2,3\n";
    let mut book = empty();
    take(&small(), &mut book, Existing::Refuse).unwrap_or_else(|wrong| panic!("{wrong}"));
    let both = files(&[("manufacturing_order.csv", &order(2, 4)), ("consumption.csv", used)]);
    take(&both, &mut book, Existing::Refuse).unwrap_or_else(|wrong| panic!("{wrong}"));
    let before = book.digest();
    let (done, _) = take(&both, &mut book, Existing::Update).unwrap_or_else(|wrong| panic!("{wrong}"));
    assert_eq!((done.made, done.updated, done.skipped), (0, 0, 2));
    assert_eq!(book.digest(), before);
    for (lots, updated) in [((1, 5), 1), ((1, 5), 0)] {
        let changed = files(&[("manufacturing_order.csv", &order(lots.0, lots.1))]);
        let (done, _) = take(&changed, &mut book, Existing::Update).unwrap_or_else(|wrong| panic!("{wrong}"));
        assert_eq!((done.made, done.updated, done.skipped), (0, updated, 1 - updated), "{lots:?}");
    }
    assert!(book.check().is_empty());
}

#[test]
fn commands_as_json_lines_are_taken_as_they_stand() {
    let mut with_lines = small();
    let lines = "{\"save\":{\"number\":\"SH-9\",\"content\":{\"shipment\":{\"customer\":\"Shop\",\"warehouse\":\"Main\",\"day\":\"2026-02-03\",\"lines\":[{\"item\":\"LID\",\"quantity\":\"40\"}]}}}}\n\n{\"pick\":{\"shipment\":\"SH-9\",\"day\":\"2026-02-04\"}}\n";
    with_lines.0.insert("commands.jsonl".into(), lines.as_bytes().to_vec());
    let mut book = empty();
    let (done, _) = take(&with_lines, &mut book, Existing::Refuse).unwrap_or_else(|wrong| panic!("{wrong}"));
    assert_eq!(done.made, 18);
    assert!(book.find_document(Kind::Shipment, "SH-9").is_some());
}
