//! Three months of the bicycle maker, made from a seed: what its people enter, day by day, as commands.
//!
//! ```text
//! week   Monday: parts for next week are ordered, wheels and frames begun    Tuesday: they are finished
//!        Wednesday: the parts come, bicycles are begun                        Thursday: finished; bills come
//!        Friday: two dealers are served; every third week two bicycles go to the shop in town, with a fee
//!        on three days the web shop sells tyres and saddles: each sale is an invoice here, the week one in Xero
//! ```
//! Drivetrains come from America once a month, billed at another rate than they came at. In March the bill for
//! the freight of February's drivetrains arrives, when most of them have long been sold as bicycles. Not here: the records (`records`).

use std::collections::BTreeMap;

use jiff::ToSpan;
use jiff::civil::Date;
use serde_json::{Value, json};
use world::Chance;
use world::simulated::SeededChance;

/// The first Monday.
pub const FIRST: Date = jiff::civil::date(2026, 1, 5);
/// The last day.
pub const LAST: Date = jiff::civil::date(2026, 3, 31);
const WEEKS: i64 = 12;
/// In this week the bill for the freight of `FREIGHTED` comes.
const LATE: i64 = 8;
/// The order of drivetrains in week 4.
const FREIGHTED: &str = "PO-10";
/// Sales of the web shop in a week, and how many tyres one is at most.
const WEB_SALES: u32 = 3;
const WEB_MOST: u32 = 2;
/// The code of the account that transfers' fees stand on until the carrier's bill.
pub const LIABILITY: &str = "847";

/// What is entered on each day, in order.
pub type Days = BTreeMap<Date, Vec<Value>>;

/// A week's plan: bicycles of each kind.
#[derive(Clone, Copy, Default)]
struct Plan {
    city: u32,
    tourer: u32,
}

impl Plan {
    fn bikes(self) -> u32 {
        self.city + self.tourer
    }
}

/// An order line: item, quantity, cents.
type Line = (&'static str, u32, u32);

struct Maker {
    days: Days,
    chance: SeededChance,
    /// Bicycles at the works.
    works: Plan,
    /// City bicycles in the shop in town.
    shop: u32,
    numbers: BTreeMap<&'static str, u32>,
    /// How many papers suppliers have written by now, roughly.
    papers: u32,
}

/// The three months of a seed.
pub fn history(seed: u64) -> Days {
    let chance = SeededChance::new(seed);
    let (works, shop) = (Plan::default(), 0);
    let mut maker = Maker { days: Days::new(), chance, works, shop, numbers: BTreeMap::new(), papers: 0 };
    let plans: Vec<Plan> = (0..=WEEKS)
        .map(|week| match week {
            0 => Plan::default(),
            WEEKS => Plan { city: 3, tourer: 1 },
            _ => Plan { city: 4 + maker.below(4), tourer: 2 + maker.below(3) },
        })
        .collect();
    for (week, pair) in (0..WEEKS).zip(plans.windows(2)) {
        let monday = FIRST.saturating_add((7 * week).days());
        maker.buy(week, monday, &plans, pair[1]);
        maker.make(monday, pair[0]);
        maker.sell(week, monday);
    }
    maker.end(plans[plans.len() - 1]);
    maker.days
}

fn dollars(cents: u32) -> String {
    format!("{}.{:02}", cents / 100, cents % 100)
}

impl Maker {
    /// A number below another one.
    fn below(&self, end: u32) -> u32 {
        let mut bytes = [0; 4];
        self.chance.fill(&mut bytes);
        u32::from_le_bytes(bytes) % end.max(1)
    }

    fn enter(&mut self, day: Date, command: Value) {
        self.days.entry(day).or_default().push(command);
    }

    /// Enters a document with the next number of its kind, and says which.
    fn save(&mut self, day: Date, prefix: &'static str, kind: &str, content: &Value) -> String {
        let next = self.numbers.entry(prefix).or_default();
        *next += 1;
        let number = format!("{prefix}-{next}");
        self.enter(day, json!({ "save": { "number": number, "content": { kind: content } } }));
        number
    }

    /// A supplier's own number, higher than all of theirs before.
    fn reference(&mut self, supplier: &str, from: u32) -> String {
        self.papers += 1 + self.below(9);
        format!("{supplier}{}", from + self.papers)
    }

    /// An order that comes, and is billed a day later; tax none is "no tax".
    fn order(&mut self, days: [Date; 3], supplier: (&str, &str), lines: &[Line]) -> String {
        let ([ordered, came, billed], (party, currency)) = (days, supplier);
        let tax = (currency == "NZD").then_some("15");
        let line = |(item, quantity, cents): &Line| json!({ "item": item, "quantity": quantity.to_string(), "price": dollars(*cents), "tax": tax, "warehouse": "Works" });
        let content = json!({ "terms": { "party": party, "day": ordered, "currency": currency },
            "lines": lines.iter().map(line).collect::<Vec<_>>() });
        let order = self.save(ordered, "PO", "purchase_order", &content);
        let all = (1..).zip(lines);
        let came_lines: Vec<Value> = all
            .clone()
            .map(|(line, (_, quantity, _))| json!({ "line": line, "quantity": quantity.to_string() }))
            .collect();
        self.save(came, "R", "receipt", &json!({ "order": order, "day": came, "lines": came_lines }));
        let reference = self.reference(&party[..2], 41_000);
        let billed_lines: Vec<Value> = all
            .map(|(line, (_, quantity, cents))| json!({ "target": { "order": format!("{order}/{line}") }, "quantity": quantity.to_string(), "price": dollars(*cents), "tax": tax }))
            .collect();
        let content = json!({ "terms": { "party": party, "day": billed, "currency": currency, "reference": reference }, "lines": billed_lines });
        self.save(billed, "B", "bill", &content);
        order
    }

    /// A fee of the carrier. For an order its bill is entered here and names the fee; for a transfer the accountant gets it and
    /// enters it in Xero, on the account that absorbed it.
    fn freight(&mut self, day: Date, target: &Value, cents: u32) {
        let amount = json!({ "amount": dollars(cents), "currency": "NZD" });
        let mut fee = json!({ "target": target, "day": day, "amount": amount });
        let of_order = target.get("order").is_some();
        if of_order {
            fee["supplier"] = json!("KEA");
        }
        let fee = self.save(day, "F", "fee", &fee);
        if !of_order {
            return;
        }
        let reference = self.reference("KF", 700);
        let line = json!({ "target": { "fee": fee }, "quantity": "1", "price": dollars(cents), "tax": "15" });
        let terms = json!({ "party": "KEA", "day": day, "currency": "NZD", "reference": reference });
        self.save(day, "B", "bill", &json!({ "terms": terms, "lines": [line] }));
    }

    fn buy(&mut self, week: i64, monday: Date, plans: &[Plan], next: Plan) {
        let [wednesday, thursday] = [2, 3].map(|days| monday.saturating_add(days.days()));
        let days = [monday, wednesday, thursday];
        if week % 4 == 0 {
            let month = plans.iter().skip(usize::try_from(week).unwrap_or(0) + 1).take(4);
            let drives = month.map(|plan| plan.bikes()).sum::<u32>();
            let friday = monday.saturating_add(4.days());
            // The bill comes in the next week, maybe the next month, at its own rate.
            let billed = monday.saturating_add(if week == 0 { 8.days() } else { 29.days() });
            self.order([monday, friday, billed.min(LAST)], ("PACIFIC", "USD"), &[("DRIVE", drives, 14_250)]);
        }
        if next.bikes() == 0 {
            return;
        }
        let bikes = next.bikes();
        let steel = 8_200 + 10 * self.below(60);
        let lines =
            [("TUBES", bikes, steel), ("PAINT", bikes.div_ceil(2), 2_890), ("RACK", next.tourer, 4_150)];
        self.order(days, ("HARBOUR", "NZD"), &lines);
        let rims = 3_900 + 10 * self.below(40);
        let wheels = [
            ("RIM", 2 * bikes, rims),
            ("HUB", 2 * bikes, 2_640),
            ("SPOKE", 72 * bikes, 39),
            ("TYRE", 2 * bikes + WEB_SALES * WEB_MOST, 2_475),
            ("SADDLE", bikes + WEB_SALES, 3_320),
        ];
        self.order(days, ("SOUTHERN", "NZD"), &wheels);
        if week == LATE {
            self.freight(thursday, &json!({ "order": FREIGHTED }), 21_450);
        }
    }

    fn make(&mut self, monday: Date, plan: Plan) {
        let wednesday = monday.saturating_add(2.days());
        for (item, quantity, day) in [
            ("FRAME", plan.bikes(), monday),
            ("WHEEL", 2 * plan.bikes(), monday),
            ("CITY", plan.city, wednesday),
            ("TOURER", plan.tourer, wednesday),
        ] {
            if quantity > 0 {
                let order = self.begin(day, item, quantity);
                self.finish(day.saturating_add(1.day()), &order, quantity);
            }
        }
        self.works.city += plan.city;
        self.works.tourer += plan.tourer;
    }

    /// An order whose parts are taken.
    fn begin(&mut self, day: Date, item: &str, quantity: u32) -> String {
        let order = json!({ "item": item, "quantity": quantity.to_string(), "day": day, "warehouse": "Works", "planning": "from_records" });
        let order = self.save(day, "MO", "manufacturing_order", &order);
        self.save(day, "CN", "consumption", &json!({ "order": order, "day": day }));
        order
    }

    fn finish(&mut self, day: Date, order: &str, quantity: u32) {
        let work = json!({ "order": order, "operation": 1, "day": day, "people": 1, "progress": "finished" });
        self.save(day, "WR", "work", &work);
        let done =
            json!({ "order": order, "day": day, "quantity": quantity.to_string(), "outcome": "finished" });
        self.save(day, "FN", "completion", &done);
    }

    /// The last two days: wheels are made, frames are still in work, some paint is spilt, the shop sells one more.
    fn end(&mut self, plan: Plan) {
        let day = LAST.saturating_sub(1.day());
        self.begin(day, "FRAME", plan.bikes());
        let wheels = self.begin(day, "WHEEL", 2 * plan.bikes());
        self.finish(LAST, &wheels, 2 * plan.bikes());
        let spilt = json!([{ "item": "PAINT", "quantity": "0.5" }]);
        let spilt = json!({ "kind": "write_off", "day": LAST, "warehouse": "Works", "outs": spilt });
        self.save(LAST, "ST", "stock_entry", &spilt);
        if self.shop > 0 {
            self.deliver(LAST, "WALKIN", "Shop", &[("CITY", 1, 149_000)]);
        }
    }

    fn sell(&mut self, week: i64, monday: Date) {
        let friday = monday.saturating_add(4.days());
        if self.shop > 0 {
            self.shop -= 1;
            let day = monday.saturating_add(i64::from(1 + self.below(3)).days());
            self.deliver(day, "WALKIN", "Shop", &[("CITY", 1, 149_000)]);
        }
        if self.works.bikes() == 0 {
            return;
        }
        for sale in 0..WEB_SALES {
            let (tyres, saddles) = (1 + self.below(WEB_MOST), self.below(2));
            let lines = [("TYRE", tyres, 4_400), ("SADDLE", saddles, 6_980)];
            let day = monday.saturating_add(i64::from(1 + sale).days());
            self.sale(day, ("WEBSHOP", Some("WEB")), "Works", &lines);
        }
        let (city, tourer) = (self.works.city, self.works.tourer);
        let to_queen = [("CITY", city / 2, 129_000), ("TOURER", tourer / 2, 189_000)];
        self.deliver(friday, "QUEEN", "Works", &to_queen);
        let rest = [("CITY", (city - city / 2).saturating_sub(3), 126_000), ("TOURER", 1, 189_000)];
        self.deliver(friday, "LAKE", "Works", &rest);
        self.works.city = city - to_queen[0].1 - rest[0].1;
        self.works.tourer = tourer - to_queen[1].1 - 1;
        if week % 3 == 2 && self.works.city >= 2 {
            self.move_to_town(friday);
        }
    }

    fn deliver(&mut self, day: Date, customer: &str, from: &str, lines: &[Line]) {
        self.sale(day, (customer, None), from, lines);
    }

    /// Goods that go out, and their invoice; of a channel, or of nobody's.
    fn sale(&mut self, day: Date, (customer, channel): (&str, Option<&str>), from: &str, lines: &[Line]) {
        let lines: Vec<&Line> = lines.iter().filter(|(_, quantity, _)| *quantity > 0).collect();
        if lines.is_empty() {
            return;
        }
        let goods =
            lines.iter().map(|(item, quantity, _)| json!({ "item": item, "quantity": quantity.to_string() }));
        let shipment = json!({ "customer": customer, "warehouse": from, "day": day, "picked": day, "lines": goods.collect::<Vec<_>>() });
        let shipment = self.save(day, "SH", "shipment", &shipment);
        let priced = lines.iter().map(|(item, quantity, cents)| json!({ "item": item, "quantity": quantity.to_string(), "price": dollars(*cents), "tax": "15" }));
        let sources: Vec<String> = (1..=lines.len()).map(|line| format!("{shipment}/{line}")).collect();
        let terms = json!({ "party": customer, "day": day, "currency": "NZD" });
        let invoice = json!({ "kind": "invoice", "terms": terms, "channel": channel, "sources": sources, "lines": priced.collect::<Vec<_>>() });
        self.save(day, "I", "invoice", &invoice);
    }

    fn move_to_town(&mut self, friday: Date) {
        let lines = json!([{ "item": "CITY", "quantity": "2" }]);
        let transfer = self.save(
            friday,
            "TR",
            "transfer",
            &json!({ "from": "Works", "to": "Shop", "day": friday, "lines": lines }),
        );
        let monday = friday.saturating_add(3.days());
        let arrived =
            json!({ "transfer": transfer, "day": monday, "lines": [{ "line": 1, "quantity": "2" }] });
        self.save(monday, "TX", "transfer_receipt", &arrived);
        let fee = 4_800 + 10 * self.below(100);
        self.freight(monday, &json!({ "transfer": transfer }), fee);
        self.works.city -= 2;
        self.shop += 2;
    }
}

#[cfg(test)]
mod tests {
    use book::{Asking, Book};
    use money::Currency;

    use super::*;
    use crate::demo::records::records;

    #[test]
    fn the_book_takes_every_seeds_history_and_ends_with_work_in_progress() {
        for seed in 0..12 {
            let mut book = Book::new(Currency::NZD);
            let take = |book: &Book, command: &Value, today: book::Day| {
                let taken = company::preview(book, command.clone(), Asking { today, by: 0 });
                taken
                    .map(|(_, after)| after)
                    .unwrap_or_else(|problem| panic!("seed {seed}: {problem:?} {command}"))
            };
            let first = "2026-01-05".parse().expect("a day");
            for command in records() {
                book = take(&book, &command, first);
            }
            for (day, commands) in history(seed) {
                let today = day.to_string().parse().expect("a day");
                for command in commands {
                    book = take(&book, &command, today);
                }
            }
            let on = |role| {
                let balances = book.ledger().balances().filter(|(key, _)| key.role == role);
                balances.map(|(_, amount)| amount.minor()).sum::<i64>()
            };
            assert!(on(book::Role::WorkInProgress) > 0, "seed {seed}");
            assert!(on(book::Role::CostOfGoodsSold) > 1_000_000, "seed {seed}");
            assert_eq!(on(book::Role::Purchases), 0, "seed {seed}: what came was billed");
        }
    }
}
