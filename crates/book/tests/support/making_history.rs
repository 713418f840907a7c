//! Production and subcontracting in random histories: two levels, by plan and by hand, with all that a shop changes.
//!
//! LEG is made of BOLT and SUGAR, TABLE of LEG and MILK; both are also bought, by themselves or made by a vendor from parts
//! that were sent. Not here: the verbs of a history without production (`history`).

use super::{History, Known};

/// What a history with production begins with, after `MASTER`.
pub const MAKING: &str = "\
item LEG made weight 0.3
item TABLE made weight 4 tracking North
item PLATING non-inventory account 400
workstation SAW rate 31.25
bom LEG-A LEG per 3: 7 BOLT; 1 SUGAR scrap 4%
bom TABLE-A TABLE: 4 LEG; 0.5 MILK
bom TABLE-B TABLE from 2026-03-12: 3 LEG; 1 BOLT
routing LEG-R LEG per 10: CUT at SAW 1 h setup 0.25 h labour 21.50
routing TABLE-R TABLE: CUT at SAW 0.5 h labour 20 fixed 3.33; GLUE 0.1 h people 2 labour 18.75 variable 0.07
opening OP-1 2026-03-01: 640 BOLT 300.01; 90 SUGAR 177.77; 50 LEG 163.10; 60 MILK 81.03 expires 2026-03-20
opening OP-2 2026-03-01 into Annex: 150 BOLT 73.33; 30 LEG 91.07";

/// What is made, bought and sold where things are made.
pub const MADE_TOO: [&str; 6] = ["BOLT", "LEG", "TABLE", "MILK", "SUGAR", "LEG"];

impl History {
    /// A statement of production.
    pub(super) fn production(&mut self, date: &str) -> Option<String> {
        match self.chance.below(100) {
            0..20 => self.make(date),
            20..40 => self.consume(date),
            40..49 => self.put_back(date),
            49..61 => self.work(date),
            61..80 => self.finish(date),
            80..83 => self.abort(date),
            83..86 => self.bought_operation(date),
            86..92 => self.send(date),
            92..97 => {
                let ends = |one: &Known| one.verb == "finish" && !one.text.ends_with("partly");
                Some(format!("reopen {}", self.some_that(|one| ends(one) || one.verb == "abort")?.of))
            }
            97..99 => Some(format!("change bom TABLE-A TABLE: {} LEG; 0.5 MILK", self.chance.of(&[2, 3, 4]))),
            _ => Some(format!("change workstation SAW rate {}", self.price())),
        }
    }

    /// A line of an order for what is made too: sometimes a vendor makes it from parts.
    pub(super) fn parts(&mut self, item: &str) -> &'static str {
        if self.makes && ["LEG", "TABLE"].contains(&item) { self.chance.of(&["", " parts"]) } else { "" }
    }

    fn few(&mut self) -> &'static str {
        self.chance.of(&["1", "2", "3", "4", "0.5", "1.333", "6"])
    }

    fn make(&mut self, date: &str) -> Option<String> {
        let number = self.number("MO");
        let (item, units) =
            (self.chance.of(&["LEG", "LEG", "TABLE"]), self.chance.of(&["3", "5", "10", "7.5"]));
        let into = self.chance.of(&["", "", " into Annex", " into Off"]);
        let out_of = self.chance.of(&["", " out-of Main", " out-of Annex"]);
        let booked = if self.chance.once_in(3) { format!(" booked {date}") } else { String::new() };
        let head = format!("make {number} {date} {units} {item}{into}{out_of}{booked}");
        if self.chance.once_in(2) {
            let parts = if item == "LEG" { vec!["BOLT", "SUGAR"] } else { vec!["LEG", "MILK"] };
            return self.new_document("make", number, "", parts, format!("{head} by records"));
        }
        let (items, mut lines) = self.lines(|history, item| {
            let quantity = history.quantity();
            let cost = history.chance.of(&["", "", " @ 2.00", " @ 0.333333"]);
            let out_of = history.chance.of(&["", "", "", " out-of Annex"]);
            format!("{quantity} {item}{cost}{out_of}{}", history.from(item, &quantity))
        });
        for operation in ["CUT", "GLUE"] {
            if self.chance.once_in(2) {
                let more = self.chance.of(&[
                    " labour 20.00",
                    " labour 19.99 overhead 30.00",
                    " people 2 labour 11.11 fixed 10.00",
                    " overhead 7.77 variable 1.50",
                    "",
                ]);
                lines += &format!("; op {operation} {} h{more}", self.few());
            }
        }
        self.new_document("make", number, "", items, format!("{head}: {lines}"))
    }

    fn consume(&mut self, date: &str) -> Option<String> {
        let order = self.some(&["make"])?;
        let number = self.number("CN");
        let out_of = self.chance.of(&["", "", "", "", " out-of Annex", " out-of Off"]);
        let head = format!("consume {number} {date} of {}{out_of}", order.number);
        if self.chance.once_in(3) {
            return self.new_document("consume", number, &order.number, order.items, head);
        }
        let (mut items, mut lines) = self.some_lines(&order, |history, item| {
            let quantity = history.few();
            let plain = item.split('#').next().unwrap_or_default();
            format!("{quantity} {plain}{}", history.from(plain, quantity))
        });
        if self.chance.once_in(6) {
            items.push("BOLT");
            lines += "; 1.7 BOLT";
        }
        self.new_document("consume", number, &order.number, items, format!("{head}: {lines}"))
    }

    fn put_back(&mut self, date: &str) -> Option<String> {
        let verb = self.chance.of(&["consume", "consume", "send"]);
        let of = self.some(&[verb])?;
        let number = self.number("PB");
        let lost = of.verb == "send" && self.chance.once_in(2);
        let (items, lines) = self.some_lines(&of, |history, item| {
            let quantity = history.few();
            let plain = item.split('#').next().unwrap_or_default();
            let from = if lost { String::new() } else { history.from(plain, quantity) };
            format!("{quantity} {item}{from}")
        });
        if lost {
            let text = format!("lost {number} {date} of {}: {lines}", of.number);
            return self.new_document("lost", number, &of.number, Vec::new(), text);
        }
        let into = self.chance.of(&["", "", " into Main", " into Annex", " into Off"]);
        let text = format!("putback {number} {date} of {}{into}: {lines}", of.number);
        self.new_document("putback", number, &of.number, items, text)
    }

    /// One that the order has: LEG has one by records, TABLE two.
    fn operation(&mut self, order: &Known) -> Option<&'static str> {
        let operation = self.chance.of(&["CUT", "CUT", "GLUE"]);
        let records = order.text.ends_with("records") && (operation == "CUT" || order.text.contains("TABLE"));
        (records || order.text.contains(&format!("op {operation} "))).then_some(operation)
    }

    fn work(&mut self, date: &str) -> Option<String> {
        let order = self.some(&["make"])?;
        let number = self.number("W");
        let time =
            self.chance.of(&[" 1.5 h", " 0.333 h people 2", " 2 h paused", " running", " paused", "", ""]);
        let operation = self.operation(&order)?;
        let text = format!("work {number} {date} on {} {operation}{time}", order.number);
        self.new_document("work", number, &order.number, Vec::new(), text)
    }

    fn finish(&mut self, date: &str) -> Option<String> {
        let order = self.some(&["make"])?;
        let number = self.number("FN");
        let item =
            if order.text.contains(" LEG") && !order.text.contains(" TABLE") { "LEG" } else { "TABLE" };
        let good = if self.chance.once_in(8) { "0" } else { self.few() };
        let scrap = self.chance.of(&["", "", "", " scrap 1", " scrap 1 abnormal 0.5", " abnormal 2"]);
        let into = self.chance.of(&["", "", "", " into Annex", " into Off"]);
        let more = self.chance.of(&["", "", " batch M1", " expires 2026-04-01"]);
        let partly = self.chance.of(&["", " partly", " partly"]);
        let text = format!("finish {number} {date} of {} {good}{scrap}{into}{more}{partly}", order.number);
        self.new_document("finish", number, &order.number, vec![item], text)
    }

    fn abort(&mut self, date: &str) -> Option<String> {
        let order = self.some(&["make"])?;
        // The book numbers it by the series, whatever is said: after the last completion.
        self.count += 1;
        let numbers = self.known.iter().filter_map(|one| one.number.strip_prefix("FN-")?.parse::<u64>().ok());
        let number = format!("FN-{}", numbers.max().unwrap_or(0) + 1);
        let back = self.chance.of(&["", " putting-back"]);
        let text = format!("abort {number} {date} of {}{back}", order.number);
        self.new_document("abort", number, &order.number, Vec::new(), text)
    }

    fn bought_operation(&mut self, date: &str) -> Option<String> {
        let order = self.some(&["make"])?;
        let number = self.number("PO");
        let operation = self.operation(&order)?;
        let shipped = match self.chance.below(3) {
            0 => String::new(),
            _ => format!(" shipped {}", self.date()),
        };
        let (units, price) = (self.quantity(), self.price());
        let text = format!(
            "order {number} {date} operation {} {operation}{shipped}: {units} PLATING @ {price}",
            order.number
        );
        self.new_document("order", number, "", vec!["PLATING"], text)
    }

    fn send(&mut self, date: &str) -> Option<String> {
        let order = self.some_that(|order| order.verb == "order" && order.text.contains(" parts"))?;
        let number = self.number("VS");
        let line = order.text.split(';').position(|line| line.contains(" parts"))? + 1;
        let out_of = self.chance.of(&["", "", " out-of Annex", " out-of Off"]);
        let planned = self.chance.of(&["", "", " planned"]);
        let head = format!("send {number} {date} of {} {line}{out_of}{planned}", order.number);
        if self.chance.once_in(4) {
            return self.new_document("send", number, &order.number, vec!["LEG", "MILK"], head);
        }
        let (items, lines) = self.lines(|history, item| {
            let quantity = history.few();
            format!("{quantity} {item}{}", history.from(item, quantity))
        });
        self.new_document("send", number, &order.number, items, format!("{head}: {lines}"))
    }

    /// The goods went out on another day, or not yet.
    pub(super) fn another_shipping_day(&mut self, known: &Known) -> Option<Known> {
        let (head, rest) = known.text.split_once(" shipped ")?;
        let text = match self.chance.below(2) {
            0 => format!("{head}{}", &rest[10..]),
            _ => format!("{head} shipped {}{}", self.date(), &rest[10..]),
        };
        Some(Known { text, ..known.clone() })
    }
}
