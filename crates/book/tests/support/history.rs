//! Random histories: statements that a busy and careless company might say, from a seed.
//!
//! A history knows the documents that were taken, so that most of what it says makes sense: a receipt names an order,
//! a return a receipt. It doesn't know what lies where; the book refuses what can't be. The same seed says the same.

#[path = "making_history.rs"]
mod making;

/// A small generator of numbers (xorshift).
pub struct Chance(u64);

impl Chance {
    pub fn new(seed: u64) -> Chance {
        Chance(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) % end
    }

    /// True once in so many times.
    pub fn once_in(&mut self, times: u64) -> bool {
        self.below(times) == 0
    }

    pub fn of<T: Copy>(&mut self, among: &[T]) -> T {
        among[self.below(among.len() as u64) as usize]
    }
}

/// What a history always begins with.
const MASTER: &str = "\
unit box = 12 pc
unit half = 1/2 kg
tracking Region
option North of Region
option South of Region
item BOLT bought weight 0.5
item JAM made price 3.10 weight 1 tracking South
item MILK bought fefo weight 1.2
item SUGAR bought in kg weight 1 price 1.95
item SALT non-inventory account 400
warehouse Annex tracking North
warehouse Off off-book
supplier Carrier
reason SPOILT account 430
reason OLD
rate USD 0.62 from 2026-01-01
rate USD 0.587 from 2026-03-10
rate JPY 88.5 from 2026-01-01
today 2026-03-01";

const STOCKED: [&str; 4] = ["BOLT", "JAM", "MILK", "SUGAR"];
const PLACES: [&str; 4] = ["Main", "Main", "Annex", "Off"];

/// A document that was taken.
#[derive(Clone)]
struct Known {
    verb: &'static str,
    number: String,
    items: Vec<&'static str>,
    /// What it said last.
    text: String,
    of: String,
    withdrawn: bool,
}

/// Every fifth history has no fees and no returns for credit.
pub fn is_plain(seed: u64) -> bool {
    seed.is_multiple_of(5)
}

/// Two histories of three are about a company that makes things.
fn makes(seed: u64) -> bool {
    !seed.is_multiple_of(3)
}

/// What the history of a seed begins with.
pub fn records(seed: u64) -> String {
    if makes(seed) { format!("{MASTER}\n{}", making::MAKING) } else { MASTER.to_owned() }
}

fn signed(cents: i64) -> String {
    let sign = if cents < 0 { "-" } else { "" };
    format!("{sign}{}.{:02}", cents.abs() / 100, cents.abs() % 100)
}

/// A history being made.
pub struct History {
    chance: Chance,
    makes: bool,
    /// Without fees and returns for credit, so that Purchases is what orders leave there.
    plain: bool,
    day: u64,
    count: u64,
    known: Vec<Known>,
    /// What the last statement would add or change.
    pending: Option<Known>,
}

impl History {
    pub fn new(seed: u64) -> History {
        History {
            chance: Chance::new(seed),
            makes: makes(seed),
            plain: is_plain(seed),
            day: 1,
            count: 0,
            known: Vec::new(),
            pending: None,
        }
    }

    /// The last statement was taken.
    pub fn taken(&mut self) {
        if let Some(known) = self.pending.take() {
            match self.known.iter_mut().find(|old| old.number == known.number) {
                Some(old) => *old = known,
                None => self.known.push(known),
            }
        }
    }

    /// Mostly today, now and then long ago, as time goes by.
    fn date(&mut self) -> String {
        if self.chance.once_in(3) && self.day < 28 {
            self.day += 1;
        }
        let back = if self.chance.once_in(5) { self.chance.below(12) } else { 0 };
        format!("2026-03-{:02}", self.day.saturating_sub(back).max(1))
    }

    fn number(&mut self, prefix: &str) -> String {
        self.count += 1;
        format!("{prefix}-{}", self.count)
    }

    fn quantity(&mut self) -> String {
        let whole = self.chance.below(12) + 1;
        match self.chance.below(12) {
            0 => format!("{whole}.5"),
            1 => format!("{whole}.333"),
            2 => format!("{}", whole * 10),
            _ => whole.to_string(),
        }
    }

    fn amount(&mut self) -> String {
        let below = self.chance.of(&[500, 10_000]);
        let cents = self.chance.below(below) + 1;
        format!("{}.{:02}", cents / 100, cents % 100)
    }

    fn price(&mut self) -> String {
        let rest = self.chance.of(&["", ".5", ".17", ".333333", ".99"]);
        format!("{}{rest}", self.chance.below(9) + u64::from(!rest.is_empty()))
    }

    fn item(&mut self) -> &'static str {
        if self.makes { self.chance.of(&making::MADE_TOO) } else { self.chance.of(&STOCKED) }
    }

    fn some(&mut self, verbs: &[&str]) -> Option<Known> {
        self.some_that(|one| verbs.contains(&one.verb))
    }

    fn some_that(&mut self, fits: impl Fn(&Known) -> bool) -> Option<Known> {
        let fits: Vec<&Known> = self.known.iter().filter(|one| !one.withdrawn && fits(one)).collect();
        if fits.is_empty() {
            return None;
        }
        // Of two, mostly the newer one.
        let (one, other) = (self.chance.below(fits.len() as u64), self.chance.below(fits.len() as u64));
        Some(fits[one.max(other) as usize].clone())
    }

    /// Of two places one is often where lots came to.
    fn place(&mut self) -> &'static str {
        self.chance.of(&PLACES)
    }

    fn tracking(&mut self) -> &'static str {
        self.chance.of(&["", "", "", " tracking North", " tracking South"])
    }

    fn money(&mut self) -> &'static str {
        self.chance.of(&["", "", "", " in USD", " in USD at 0.6", " in JPY", " in JPY at 91.25"])
    }

    /// The next statement.
    pub fn next(&mut self) -> String {
        loop {
            if let Some(statement) = self.attempt() {
                return statement;
            }
        }
    }

    fn new_document(
        &mut self,
        verb: &'static str,
        number: String,
        of: &str,
        items: Vec<&'static str>,
        text: String,
    ) -> Option<String> {
        let known = Known { verb, number, items, text: text.clone(), of: of.into(), withdrawn: false };
        self.pending = Some(known);
        Some(text)
    }

    fn attempt(&mut self) -> Option<String> {
        self.pending = None;
        let date = self.date();
        if self.makes && self.chance.below(5) < 3 {
            return self.production(&date);
        }
        match self.chance.below(100) {
            0..2 => self.adjusting(&date),
            2..10 => self.order(&date),
            10..23 => self.receipt(&date),
            23..30 => self.fee(&date),
            30..39 => self.bill(&date),
            39..43 => self.vendor_return(&date),
            43..47 => self.credit(&date),
            47..51 => self.by_hand(&date),
            51..54 => self.write_off(&date),
            54..56 => self.count(&date),
            56..60 => self.revaluation(&date),
            60..64 => self.transfer(&date),
            64..68 => self.arrival(&date),
            68..77 => self.shipment(&date),
            77..81 => self.back(&date),
            81..92 => self.turn(&date),
            92..99 => self.change(),
            _ => {
                let item = self.chance.of(&[
                    "JAM made price 3.10 weight 1 tracking South",
                    "JAM bought price 3.10 weight 1 tracking South",
                ]);
                Some(if self.chance.once_in(2) {
                    format!("change item {item}")
                } else {
                    format!("today 2026-03-{:02}", self.day)
                })
            }
        }
    }

    fn lines(
        &mut self,
        mut line: impl FnMut(&mut History, &'static str) -> String,
    ) -> (Vec<&'static str>, String) {
        let count = self.chance.of(&[1, 1, 1, 2, 3]);
        let mut items = Vec::new();
        let mut texts = Vec::new();
        for _ in 0..count {
            let item = self.item();
            items.push(item);
            texts.push(line(self, item));
        }
        (items, texts.join("; "))
    }

    fn order(&mut self, date: &str) -> Option<String> {
        let number = self.number("PO");
        let (mut items, mut lines) = self.lines(|history, item| {
            let unit = match item {
                "BOLT" => history.chance.of(&["", "box "]),
                "SUGAR" => history.chance.of(&["", "half "]),
                _ => "",
            };
            let less = history.chance.of(&["", "", "", " less 10%", " less 33.3%"]);
            let (quantity, price) = (history.quantity(), history.price());
            let (place, tracking) = (history.place(), history.tracking());
            let parts = history.parts(item);
            format!("{quantity} {unit}{item} @ {price}{less} to {place}{tracking}{parts}")
        });
        if self.chance.once_in(6) {
            items.push("SALT");
            lines += "; 5 SALT @ 1.20 to Main";
        }
        let money = self.money();
        self.new_document(
            "order",
            number.clone(),
            "",
            items,
            format!("order {number} {date}{money}: {lines}"),
        )
    }

    /// Some lines of a document, each said in its way; `#2` for the second line of an item.
    fn some_lines(
        &mut self,
        of: &Known,
        mut line: impl FnMut(&mut History, &str) -> String,
    ) -> (Vec<&'static str>, String) {
        let (mut items, mut texts) = (Vec::new(), Vec::new());
        let only = self.chance.below(of.items.len() as u64 + 2) as usize;
        for (place, item) in of.items.iter().enumerate() {
            let which = of.items[..place].iter().filter(|other| *other == item).count();
            let name = if which == 0 { (*item).to_owned() } else { format!("{item}#{}", which + 1) };
            if only == place || only >= of.items.len() {
                items.push(*item);
                texts.push(line(self, &name));
            }
        }
        (items, texts.join("; "))
    }

    fn receipt(&mut self, date: &str) -> Option<String> {
        let order = self.some(&["order"])?;
        let number = self.number("R");
        let (items, lines) = self.some_lines(&order, |history, item| {
            let more = history.chance.of(&[
                "",
                "",
                "",
                " rejected 2",
                " batch B7",
                " expires 2026-03-12",
                " expires 2026-04-20",
            ]);
            let into = history.chance.of(&["", "", "", " into Main", " into Off"]);
            format!("{} {item}{into}{more}", history.quantity())
        });
        let text = format!("receive {number} {date} of {}: {lines}", order.number);
        self.new_document("receive", number, &order.number, items, text)
    }

    fn fee(&mut self, date: &str) -> Option<String> {
        if self.plain {
            return None;
        }
        let one = self.some(&["order", "receive", "receive", "transfer"])?;
        let number = self.number("F");
        let mut on = one.number.clone();
        if one.verb == "receive" && self.chance.once_in(2) {
            let other = self.some(&["receive"])?.number;
            if other != on {
                on = format!("{on}, {other}");
            }
        }
        let basis = self.chance.of(&["", " by quantity", " by weight", " by value"]);
        let from = self.chance.of(&["", " from Carrier"]);
        let (money, tracking) = (self.chance.of(&["", "", " in USD"]), self.tracking());
        let text = format!("fee {number} {date} on {on} {}{basis}{from}{money}{tracking}", self.amount());
        self.new_document("fee", number, &one.number, Vec::new(), text)
    }

    fn bill(&mut self, date: &str) -> Option<String> {
        let number = self.number("B");
        if self.chance.once_in(4) {
            let fee = self.some(&["fee"])?.number;
            let text = format!("bill {number} {date} from Carrier: fee {fee} @ {}", self.amount());
            return self.new_document("bill", number, "", Vec::new(), text);
        }
        let order = self.some(&["order"])?;
        let receipt = self.some(&["receive"]).filter(|receipt| receipt.of == order.number);
        let (items, lines) = self.some_lines(&order, |history, item| {
            let less = history.chance.of(&["", "", "", " less 5%"]);
            let for_receipt = match &receipt {
                Some(receipt) if history.chance.once_in(2) => format!(" for {}", receipt.number),
                _ => String::new(),
            };
            let (price, tracking) = (history.price(), history.tracking());
            format!("{} {item} @ {price}{less}{for_receipt}{tracking}", history.quantity())
        });
        let money = match order.text.split(" in ").nth(1) {
            Some(rest) => format!(
                " in {}{}",
                &rest[..3],
                self.chance.of(&["", if rest.starts_with("USD") { " at 0.61" } else { " at 87" }])
            ),
            None => String::new(),
        };
        let expense = self.chance.of(&["", "", "", "; account 400 @ 30.00"]);
        let text = format!("bill {number} {date} of {}{money}: {lines}{expense}", order.number);
        self.new_document("bill", number, &order.number, items, text)
    }

    fn vendor_return(&mut self, date: &str) -> Option<String> {
        let receipt = self.some(&["receive"])?;
        let number = self.number("V");
        let credit = if self.plain { "" } else { self.chance.of(&["", " credit"]) };
        let (items, lines) = self.some_lines(&receipt, |history, item| {
            format!("{} {item}", history.chance.of(&["1", "2", "3", "0.5"]))
        });
        let text = format!("return {number} {date} of {}{credit}: {lines}", receipt.number);
        self.new_document("return", number, &receipt.number, items, text)
    }

    fn credit(&mut self, date: &str) -> Option<String> {
        let one = self.some(&["return", "bill"])?;
        let number = self.number("C");
        let word = if one.verb == "bill" { "price" } else { "return" };
        let of = one.number.clone();
        let (_, lines) = self.some_lines(&one, |history, item| {
            let amount = history.chance.of(&["1.00", "3.33", "0.07", "12.50"]);
            format!("{word} {of} {item} {amount}")
        });
        let money = self.chance.of(&["", "", " in USD at 0.6"]);
        let text = format!("credit {number} {date}{money}: {lines}");
        self.new_document("credit", number, "", Vec::new(), text)
    }

    fn by_hand(&mut self, date: &str) -> Option<String> {
        let number = self.number("ST");
        let verb = self.chance.of(&["opening", "found"]);
        let (items, lines) = self.lines(|history, item| {
            let more = history.chance.of(&["", "", "", " batch A1", " expires 2026-03-20"]);
            format!("{} {item} {}{more}", history.quantity(), history.amount())
        });
        let text = format!("{verb} {number} {date} into {}: {lines}", self.place());
        self.new_document(verb, number, "", items, text)
    }

    /// Lots by hand, now and then: whether they are there is luck.
    fn from(&mut self, item: &str, quantity: &str) -> String {
        if !self.chance.once_in(5) {
            return String::new();
        }
        let brought = self.some(&["receive", "opening", "found", "arrive", "finish", "putback"]);
        brought
            .filter(|one| one.items.contains(&item))
            .map_or(String::new(), |one| format!(" from {} {quantity}", one.number))
    }

    fn write_off(&mut self, date: &str) -> Option<String> {
        let number = self.number("ST");
        let reason = self.chance.of(&["", " reason SPOILT", " reason OLD"]);
        let (items, lines) = self.lines(|history, item| {
            let quantity = history.chance.of(&["1", "2", "0.5", "3"]);
            format!("{quantity} {item}{}", history.from(item, quantity))
        });
        let text = format!("writeoff {number} {date} out-of {}{reason}: {lines}", self.place());
        self.new_document("writeoff", number, "", items, text)
    }

    fn count(&mut self, date: &str) -> Option<String> {
        let number = self.number("ST");
        let mut counted = Vec::new();
        for item in STOCKED {
            if self.chance.once_in(2) {
                let price = self.chance.of(&["", "", " @ 2.33"]);
                counted.push(format!("{} {item}{price}", self.quantity()));
            }
        }
        if counted.is_empty() {
            return None;
        }
        let text = format!("count {number} {date} into {}: {}", self.place(), counted.join("; "));
        self.new_document("count", number, "", Vec::new(), text)
    }

    fn revaluation(&mut self, date: &str) -> Option<String> {
        let one = self.some(&["receive", "opening", "found", "arrive", "back", "finish", "putback"])?;
        let number = self.number("RL");
        let reason = self.chance.of(&["", " reason SPOILT"]);
        let item = *one.items.first()?;
        let text = format!("revalue {number} {date}{reason}: {} {item} {}", one.number, self.amount());
        self.new_document("revalue", number, "", Vec::new(), text)
    }

    /// Amounts on accounts: mostly balanced, now and then of an account that takes none.
    fn adjusting(&mut self, date: &str) -> Option<String> {
        let number = self.number("AE");
        let text = self.adjustment(&number, date);
        self.new_document("adjust", number, "", Vec::new(), text)
    }

    fn adjustment(&mut self, number: &str, date: &str) -> String {
        let kind = self.chance.of(&["clearing", "accrual", "opening", "adopted"]);
        let back = match kind {
            "accrual" => format!(" until 2026-03-{:02}", self.day.min(28) + 1),
            _ => String::new(),
        };
        let mut accounts = vec![
            "direct-labour",
            "manufacturing-overheads",
            "transfer-orders-liability",
            "accrued-purchases",
            "opening-balances",
            "rounding",
            "inventory-loss",
            "purchase-differences",
            "account 430",
            "account 400",
        ];
        if kind == "adopted" {
            accounts.push("elsewhere");
        }
        if self.chance.once_in(10) {
            accounts.push("materials");
        }
        let (mut lines, mut left) = (Vec::new(), 0_i64);
        for _ in 0..self.chance.of(&[1, 1, 2, 3]) {
            let cents = self.chance.below(50_000) as i64 + 1;
            let cents = if self.chance.once_in(2) { -cents } else { cents };
            left += cents;
            lines.push(format!("{} {}{}", self.chance.of(&accounts), signed(cents), self.tracking()));
        }
        let off = i64::from(self.chance.once_in(15));
        lines.push(format!("{} {}", self.chance.of(&accounts), signed(off - left)));
        format!("adjust {number} {date} {kind}{back}: {}", lines.join("; "))
    }

    fn transfer(&mut self, date: &str) -> Option<String> {
        let number = self.number("TR");
        let (from, to) = (self.place(), self.place());
        let (items, lines) = self.lines(|history, item| {
            let quantity = history.quantity();
            format!("{quantity} {item}{}", history.from(item, &quantity))
        });
        let text = format!("transfer {number} {date} {from} to {to}: {lines}");
        (from != to).then(|| self.new_document("transfer", number, "", items, text)).flatten()
    }

    fn arrival(&mut self, date: &str) -> Option<String> {
        let transfer = self.some(&["transfer"])?;
        let number = self.number("TX");
        let said = transfer.text.clone();
        let (items, lines) = self.some_lines(&transfer, |history, item| {
            let plain = item.split('#').next().unwrap_or_default();
            let all = said
                .split(&[':', ';'][..])
                .find_map(|line| line.trim().split_once(' ').filter(|(_, rest)| rest.starts_with(plain)));
            match all {
                Some((all, _)) if history.chance.once_in(2) => format!("{all} {item}"),
                _ => format!("{} {item}", history.quantity()),
            }
        });
        let text = format!("arrive {number} {date} of {}: {lines}", transfer.number);
        self.new_document("arrive", number, &transfer.number, items, text)
    }

    fn shipment(&mut self, date: &str) -> Option<String> {
        let number = self.number("SH");
        let verb = self.chance.of(&["ship", "ship", "book"]);
        let (items, lines) = self.lines(|history, item| {
            let quantity = history.quantity();
            let (from, tracking) = (history.from(item, &quantity), history.tracking());
            format!("{quantity} {item}{tracking}{from}")
        });
        let text = format!("{verb} {number} {date} out-of {}: {lines}", self.place());
        self.new_document(verb, number, "", items, text)
    }

    fn back(&mut self, date: &str) -> Option<String> {
        let shipment = self.some(&["ship", "book"])?;
        let number = self.number("CR");
        let (items, lines) = self.some_lines(&shipment, |history, item| {
            let quantity = history.chance.of(&["1", "2", "0.5", "1.7"]);
            let plain = item.split('#').next().unwrap_or_default();
            format!("{quantity} {item}{}{}", history.from(plain, quantity), "")
        });
        let text = format!("back {number} {date} of {} into {}: {lines}", shipment.number, self.place());
        self.new_document("back", number, &shipment.number, items, text)
    }

    /// Something that is there takes a turn.
    fn turn(&mut self, date: &str) -> Option<String> {
        match self.chance.below(14) {
            0 => {
                let order = self.some(&["order"])?;
                let (_, line) = self.some_lines(&order, |_, item| item.to_owned());
                Some(format!("reopen {} {}", order.number, line.split(';').next()?))
            }
            1..4 => {
                let order = self.some(&["order"])?;
                let (_, line) = self.some_lines(&order, |_, item| item.to_owned());
                let how = self.chance.of(&["into lots", "to differences", "left"]);
                Some(format!("close {} {} {date} {how}", order.number, line.split(';').next()?))
            }
            4 => Some(format!("pick {} {date}", self.some(&["book", "ship", "send"])?.number)),
            5 => Some(format!("unpick {}", self.some(&["book", "ship", "send"])?.number)),
            6 => Some(format!("rebook {}", self.some(&["book", "ship", "transfer", "make"])?.number)),
            7..10 => {
                let withdrawn: Vec<Known> = self.known.iter().filter(|one| one.withdrawn).cloned().collect();
                let at = self.chance.below(withdrawn.len().max(1) as u64) as usize;
                let one = withdrawn.get(at)?.clone();
                let text = format!("reinstate {}", one.number);
                self.pending = Some(Known { withdrawn: false, ..one });
                Some(text)
            }
            _ => {
                let at = self.chance.below(self.known.len().max(1) as u64) as usize;
                let one = self.known.get(at)?.clone();
                let word = self.chance.of(&["cancel", "cancel", "cancel", "delete"]);
                let text = format!("{word} {}", one.number);
                self.pending = Some(Known { withdrawn: true, ..one });
                Some(text)
            }
        }
    }

    /// A document says another number or another day.
    fn change(&mut self) -> Option<String> {
        let at = self.chance.below(self.known.len().max(1) as u64) as usize;
        let mut one = self.known.get(at)?.clone();
        if let Some(other) = self.another_shipping_day(&one).filter(|_| self.chance.once_in(2)) {
            let text = format!("change {}", other.text);
            self.pending = Some(other);
            return Some(text);
        }
        if one.verb == "adjust" {
            let date = self.date();
            one.text = self.adjustment(&one.number, &date);
            let text = format!("change {}", one.text);
            self.pending = Some(one);
            return Some(text);
        }
        let mut words: Vec<String> = one.text.split(' ').map(str::to_owned).collect();
        if self.chance.once_in(4) {
            let date = self.date();
            let after = words[2].split_off(10);
            words[2] = date + &after;
        } else {
            let number = |word: &str| word.starts_with(|c: char| c.is_ascii_digit()) && !word.contains('-');
            let numbers: Vec<usize> = (3..words.len()).filter(|at| number(&words[*at])).collect();
            let at = *numbers.get(self.chance.below(numbers.len().max(1) as u64) as usize)?;
            let percent = words[at].ends_with('%');
            let end: String = words[at].chars().filter(|c| [';', ','].contains(c)).collect();
            words[at] = if percent {
                "7%".into()
            } else {
                self.chance.of(&["1", "2", "3.5", "6", "9.25", "15"]).into()
            };
            words[at] += &end;
        }
        one.text = words.join(" ");
        let text = format!("change {}", one.text);
        self.pending = Some(one);
        Some(text)
    }
}
