//! A small company as a bundle, and the shortest way to import one.

#![allow(dead_code, reason = "each test file uses a part")]

use book::{Book, Day, Event, Stamp};
use bundle::{Bundle, Done, Existing, Exporter, Importer, Memory, Problems, Taking};
use money::Currency;
use std::collections::BTreeMap;

/// Files by name.
pub fn files(files: &[(&str, &str)]) -> Memory {
    Memory(files.iter().map(|(name, text)| ((*name).to_owned(), text.as_bytes().to_vec())).collect())
}

/// Units, a warehouse, items, parties; an order received in two parts, a fee, a shipment of two lots, a return.
pub fn small() -> Memory {
    files(&[
        ("unit.csv", "code,name\npc,piece\nbox,box\n"),
        ("warehouse.csv", "code,name\nMain,Main\nAnnex,Annex\n"),
        (
            "party.csv",
            "code,name,kind,external\nNord,Nord Ltd,supplier,n-1\nShop,\"The \"\"Shop\"\", Inc\",customer,\n",
        ),
        (
            "item.csv",
            "code,name,unit,units.unit,units.factor\nJAM,Jam,pc,box,12\nSUGAR,Sugar,pc,,\nLID,Lid,pc,,\n",
        ),
        (
            "stock_entry.csv",
            "number,kind,day,warehouse,ins.item,ins.quantity,ins.cost\nST-1,opening,2026-01-01,Main,SUGAR,5,7.50\n,,,,LID,100,3.00\n",
        ),
        (
            "purchase_order.csv",
            "number,terms.party,terms.day,terms.currency,lines.item,lines.quantity,lines.price,lines.unit,lines.warehouse\n\
             PO-1,Nord,2026-01-02,NZD,JAM,2,84.00,box,Main\nPO-1,,,,SUGAR,10,1.5,,Main\n",
        ),
        (
            "receipt.csv",
            "number,order,day,lines.line,lines.quantity\nR-1,PO-1,2026-01-05,1,1\nR-2,PO-1,2026-01-06,1,1\n,,,2,10\n",
        ),
        (
            "fee.csv",
            "number,target.order,day,amount.amount,amount.currency,basis\nF-1,PO-1,2026-01-07,10.00,NZD,value\n",
        ),
        (
            "shipment.csv",
            "number,customer,warehouse,day,picked,lines.item,lines.quantity,lines.takings.lot,lines.takings.quantity\n\
             SH-1,Shop,Main,2026-01-08,2026-01-08,JAM,15,R-1/1,10\n,,,,,,,R-2/1,5\n,,,,,SUGAR,2,,\n",
        ),
        (
            "customer_return.csv",
            "number,shipment,day,warehouse,lines.line,lines.quantity\nCR-1,SH-1,2026-01-09,Main,1,3\n",
        ),
    ])
}

/// A day.
pub fn day(text: &str) -> Day {
    text.parse().expect("a day")
}

/// Taken by person 7 on 2026-03-31.
pub fn taking(existing: Existing) -> Taking {
    Taking { existing, stamp: Stamp { at: 1_774_915_200, by: 7 }, today: day("2026-03-31") }
}

/// A company without anything.
pub fn empty() -> Book {
    Book::new(Currency::NZD)
}

/// What was kept: each command's events.
pub type Kept = Vec<Vec<Event>>;

/// Imports into a book; on success the book is the new one.
pub fn take(folder: &Memory, book: &mut Book, existing: Existing) -> Result<(Done, Kept), Box<Problems>> {
    let mut fork = book.clone();
    let mut kept = Vec::new();
    let bundle = Bundle::open(folder).expect("memory can be read");
    let mut importer = Importer::new(bundle, taking(existing))?;
    while let Some(taken) = importer.step(&mut fork).expect("memory can be read") {
        kept.extend(Some(taken.events).filter(|events| !events.is_empty()));
    }
    let progress = importer.progress();
    assert_eq!(progress.done, progress.total);
    let done = importer.done()?;
    *book = fork;
    Ok((done, kept))
}

/// What is wrong with a bundle for an empty company.
pub fn wrong(folder: &Memory) -> Problems {
    take(folder, &mut empty(), Existing::Refuse).err().map(|problems| *problems).unwrap_or_default()
}

/// Each problem as a line of text.
pub fn lines(problems: &Problems) -> Vec<String> {
    problems.kept().iter().map(ToString::to_string).collect()
}

/// A log as a bundle.
pub fn exported(kept: &[Vec<Event>], stamp: Stamp) -> Memory {
    use std::cell::RefCell;
    use std::io::Write;
    use std::rc::Rc;
    type Bytes = Rc<RefCell<Vec<u8>>>;
    struct To(Bytes);
    impl Write for To {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.borrow_mut().extend_from_slice(bytes);
            Ok(bytes.len())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let mut written: BTreeMap<String, Bytes> = BTreeMap::new();
    let mut open = |name: &str| {
        let bytes = Bytes::default();
        written.insert(name.to_owned(), bytes.clone());
        Ok(Box::new(To(bytes)) as Box<dyn Write>)
    };
    let mut exporter = Exporter::new(&mut open);
    let mut book = empty();
    for event in kept.iter().flatten() {
        exporter.add(&book, event, stamp).expect("exports");
        book.apply(event, stamp);
    }
    exporter.finish().expect("finishes");
    Memory(written.into_iter().map(|(name, bytes)| (name, bytes.take())).collect())
}
