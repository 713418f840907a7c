//! Statements read into documents: crates/book/tests/cases/README.md has the notation.
//!
//! `bill B-1 2026-03-05 of PO-1: 10 JAM @ 7.10` becomes a document with one line whose amount is 71.00. A fact becomes an
//! amount here, once. Not here: which lots are taken (`stock`).

use crate::Oracle;
use crate::document::{At, Basis, Closing, Document, Item, Kind, Life, Lost, Target, Tracking, Warehouse};
use crate::lines::costing;
use crate::number::{Outcome, decimal, millionths, places, round};

pub const WHOLE: i128 = 1_000_000;

pub fn after<'a>(words: &[&'a str], keyword: &str) -> Option<&'a str> {
    let at = words.iter().position(|word| *word == keyword)?;
    words.get(at + 1).copied()
}

pub fn word<'a>(words: &[&'a str], at: usize) -> Outcome<&'a str> {
    words.get(at).copied().ok_or_else(|| format!("too few words: {}", words.join(" ")))
}

/// An amount in a currency's minor units, as base minor units.
pub fn in_base(minor: i128, currency: &str, rate: i128) -> i128 {
    round(minor * WHOLE * 100, rate * 10i128.pow(places(currency)))
}

/// An amount without the tax inside it.
pub fn without_tax(amount: i128, tax: i128) -> i128 {
    amount - round(amount * tax, 100 * WHOLE + tax)
}

/// quantity × price less a discount, in the currency's minor units.
pub fn net(quantity: i128, price: i128, discount: i128, currency: &str) -> i128 {
    let paid = 100 * WHOLE - discount;
    round(quantity * price * paid, 10i128.pow(12 - places(currency)) * 100 * WHOLE)
}

impl Oracle {
    /// The net of a quantity of an order's line, in base.
    pub(crate) fn net_of(&self, (order, line): At, quantity: i128) -> i128 {
        let (order, line) = (&self.documents[order], &self.documents[order].lines[line]);
        let paid = net(quantity, line.price, line.discount, &order.currency);
        in_base(costing(paid, line.tax, order), &order.currency, order.rate)
    }

    pub(crate) fn read(&mut self, statement: &str) -> Outcome<()> {
        let (statement, change) =
            statement.strip_prefix("change ").map_or((statement, false), |rest| (rest, true));
        let (head, rest) = statement.split_once(": ").unwrap_or((statement, ""));
        let head: Vec<&str> = head.split_whitespace().collect();
        let lines: Vec<Vec<&str>> = rest.split(';').map(|line| line.split_whitespace().collect()).collect();
        let lines: Vec<Vec<&str>> = lines.into_iter().filter(|line| !line.is_empty()).collect();
        if self.read_recipe(&head, &lines)? || self.read_record(&head)? || self.read_turn(&head)? {
            return Ok(());
        }
        let place = if change { Some(self.find(word(&head, 1)?)?) } else { None };
        let mut document = self.read_document(&head, &lines, place)?;
        if head.contains(&"putting-back") {
            self.put_all_back(document.of, &document.day)?;
        }
        self.number(&mut document);
        self.save(place, document)
    }

    /// `-` is the next number of the document's series, and a number given moves its series on.
    pub(crate) fn number(&mut self, document: &mut Document) {
        let code = match document.kind {
            Kind::Order => "PO",
            Kind::Make => "MO",
            Kind::PutBack | Kind::Lost => "PB",
            Kind::Completion => "FN",
            _ => return,
        };
        let usual = || (format!("{code}-"), 1);
        let (prefix, next) = self.series.entry(code.to_owned()).or_insert_with(usual);
        if document.number == "-" {
            document.number = format!("{prefix}{next}");
        }
        let given = document.number.strip_prefix(prefix.as_str()).and_then(|number| number.parse().ok());
        *next = given.map_or(*next, |given: usize| (*next).max(given + 1));
    }

    fn read_record(&mut self, head: &[&str]) -> Outcome<bool> {
        let name = word(head, 1)?.to_owned();
        let tracking = match head[0] {
            "item" | "warehouse" => self.tracking(head)?,
            _ => Tracking::default(),
        };
        match head[0] {
            "today" => self.today = name,
            "unit" => {
                let factor = match head.iter().position(|word| *word == "=") {
                    Some(at) => factor(word(head, at + 1)?)?,
                    None => (1, 1),
                };
                self.units.insert(name, factor);
            }
            "item" => {
                let made = head.contains(&"made");
                let item = Item {
                    code: name.clone(),
                    made: vec![(String::new(), made)],
                    tracked: vec![(String::new(), tracking.clone())],
                    stocked: !head.contains(&"non-inventory"),
                    fefo: head.contains(&"fefo"),
                    weight: after(head, "weight").map_or(Ok(0), millionths)?,
                    price: after(head, "price").map_or(Ok(0), millionths)?,
                    reorder: after(head, "reorder").map_or(Ok(0), millionths)?,
                    tracking,
                };
                match self.items.iter().position(|item| item.code == name) {
                    None => self.items.push(item),
                    Some(place) => {
                        self.now_made(place, made || self.has_bill(place));
                        let made = std::mem::take(&mut self.items[place].made);
                        let tracked = std::mem::take(&mut self.items[place].tracked);
                        self.items[place] = Item { made, tracked, ..item };
                        self.items[place].tracked_from(&self.today);
                    }
                }
            }
            "warehouse" => {
                let off_book = head.contains(&"off-book");
                let warehouse = Warehouse { code: name.clone(), off_book, tracking };
                match self.warehouses.iter().position(|warehouse| warehouse.code == name) {
                    None => self.warehouses.push(warehouse),
                    Some(place) => self.warehouses[place] = warehouse,
                }
            }
            "tracking" => self.categories.push(name),
            "option" => {
                let category = after(head, "of").and_then(|of| self.categories.iter().position(|c| c == of));
                self.options.push((name, category.ok_or("option North of Region")?));
            }
            "reason" => {
                self.reasons.insert(name, after(head, "account").map(str::to_owned));
            }
            "rate" => {
                let from = after(head, "from").unwrap_or(&self.today).to_owned();
                self.rates.insert((name, from), millionths(word(head, 2)?)?);
            }
            "series" => {
                let next = word(head, 3)?.parse().map_err(|_| "a series has a next number".to_owned())?;
                self.series.insert(name, (word(head, 2)?.to_owned(), next));
            }
            "settings" => {
                let points = |text: &str| {
                    let (lost, of) = text.split_once('/').ok_or("lost-tax 3.75/7.5")?;
                    Ok::<_, String>((millionths(of)?, millionths(lost)?))
                };
                match after(head, "lost-tax") {
                    None => {}
                    Some("nothing") => self.lost = Lost::default(),
                    Some("everything") => self.lost = Lost { everything: true, points: Vec::new() },
                    Some(text) => {
                        let points = text.split(',').map(points).collect::<Outcome<_>>()?;
                        self.lost = Lost { everything: false, points };
                    }
                }
            }
            "archive" | "restore" => {
                let number = format!("{name} {}", head.get(2).copied().unwrap_or_default());
                self.put_away(&number, head[0] == "archive");
                if head[0] == "archive" {
                    self.take_off(&name, head.get(2).copied().unwrap_or_default());
                }
            }
            "category" | "site" | "supplier" | "customer" | "channel" | "approver" | "by" | "freeze"
            | "submit" | "approve" | "reject" | "closed" | "attach" | "detach" | "note" => {}
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn read_turn(&mut self, head: &[&str]) -> Outcome<bool> {
        let name = word(head, 1)?;
        match head[0] {
            "cancel" => self.withdraw(self.find(name)?, Life::Cancelled),
            "delete" => self.withdraw(self.find(name)?, Life::Deleted),
            "reinstate" => self.reinstate(self.find(name)?)?,
            "pick" => self.pick(self.find(name)?, Some(word(head, 2)?.to_owned()))?,
            "unpick" => self.pick(self.find(name)?, None)?,
            "rebook" => self.rebook(self.find(name)?)?,
            "makefor" => self.make_for(head)?,
            "reopen" if head.len() == 2 => {
                let order = self.find(name)?;
                let last = self.ending(order).ok_or_else(|| format!("{name} has not ended"))?;
                self.documents[last].scrap.ends = false;
            }
            "close" | "reopen" => {
                let order = self.find(name)?;
                let (_, line) = self.line(order, word(head, 2)?)?;
                let closed = match head.get(4..).unwrap_or_default() {
                    ["into", "lots"] => Some((head[3].to_owned(), Closing::IntoLots)),
                    ["to", "differences"] => Some((head[3].to_owned(), Closing::ToDifferences)),
                    ["left"] => Some((head[3].to_owned(), Closing::Left)),
                    _ => None,
                };
                self.documents[order].lines[line].closed = closed;
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    pub(crate) fn find(&self, number: &str) -> Outcome<usize> {
        let number = number.trim_end_matches(',');
        let found = |document: &Document| document.number == number && document.life != Life::Deleted;
        self.documents.iter().rposition(found).ok_or_else(|| format!("no document {number}"))
    }

    /// `JAM`, or `JAM#2` for the second line of JAM.
    pub(crate) fn line(&self, document: usize, item: &str) -> Outcome<At> {
        if let Some(line) = item.strip_prefix("line-") {
            let line: usize = line.parse().map_err(|_| format!("no line {item}"))?;
            return Ok((document, line.saturating_sub(1)));
        }
        let (code, which) = item.split_once('#').unwrap_or((item, "1"));
        let which: usize = which.parse().map_err(|_| format!("no line {item}"))?;
        let wanted = self.item(code)?;
        let lines = self.documents[document].lines.iter().enumerate();
        let mut lines = lines.filter(|(_, line)| line.item == wanted && line.target != Target::Account);
        lines.nth(which - 1).map(|(line, _)| (document, line)).ok_or_else(|| format!("no line {item}"))
    }

    pub(crate) fn item(&self, code: &str) -> Outcome<usize> {
        self.items.iter().position(|item| item.code == code).ok_or_else(|| format!("no item {code}"))
    }

    pub(crate) fn place(&self, code: &str) -> Outcome<usize> {
        let found = self.warehouses.iter().position(|warehouse| warehouse.code == code);
        found.ok_or_else(|| format!("no warehouse {code}"))
    }

    pub(crate) fn tracking(&self, words: &[&str]) -> Outcome<Tracking> {
        let mut tracking = Tracking::default();
        for code in after(words, "tracking").into_iter().flat_map(|codes| codes.split('/').take(2)) {
            let option = self.options.iter().find(|(option, _)| option == code);
            let (option, category) = option.ok_or_else(|| format!("no option {code}"))?;
            tracking[(*category).min(1)] = Some(option.clone());
        }
        Ok(tracking)
    }

    /// The rate of a currency on a day: foreign millionths per 1 of base.
    fn rate(&self, currency: &str, day: &str) -> Outcome<i128> {
        if currency == "NZD" {
            return Ok(WHOLE);
        }
        let mut rates = self.rates.iter().filter(|((of, from), _)| of == currency && from.as_str() <= day);
        rates.next_back().map(|(_, rate)| *rate).ok_or_else(|| format!("no rate of {currency}"))
    }

    /// The lot that a document brought of an item.
    pub(crate) fn lot(&self, document: &str, item: &str) -> Outcome<usize> {
        if document == "lot" {
            return item.parse().map_err(|_| format!("no lot {item}"));
        }
        let (code, which) = item.split_once('#').unwrap_or((item, "1"));
        let which: usize = which.parse().map_err(|_| format!("no lot {item}"))?;
        let (from, wanted) = (self.find(document)?, self.item(code)?);
        let lots = self.lots.iter().enumerate();
        let mut lots =
            lots.filter(|(_, lot)| lot.source.0 == from && lot.item == wanted && lot.quantity != 0);
        lots.nth(which - 1).map(|(lot, _)| lot).ok_or_else(|| format!("{document} brought no {item}"))
    }

    pub(crate) fn named(&self, words: &[&str], item: &str) -> Outcome<Vec<(usize, i128)>> {
        let Some(at) = words.iter().position(|word| *word == "from") else { return Ok(Vec::new()) };
        let pair =
            |pair: &[&str]| Ok((self.lot(pair[0], item)?, millionths(word(pair, 1)?.trim_end_matches(','))?));
        words[at + 1..].chunks(2).map(pair).collect()
    }

    fn read_document(&self, head: &[&str], lines: &[Vec<&str>], place: Option<usize>) -> Outcome<Document> {
        let day = word(head, 2)?.to_owned();
        let kind = match head[0] {
            "order" => Kind::Order,
            "receive" => Kind::Receipt,
            "return" => Kind::Return,
            "fee" => Kind::Fee,
            "bill" => Kind::Bill,
            "credit" => Kind::Credit,
            "opening" => Kind::Opening,
            "found" => Kind::Found,
            "writeoff" => Kind::WriteOff,
            "count" => Kind::Count,
            "revalue" => Kind::Revaluation,
            "transfer" => Kind::Transfer,
            "arrive" => Kind::Arrival,
            "demand" => Kind::Demand,
            "book" | "ship" => Kind::Shipment,
            "back" => Kind::Back,
            "invoice" => Kind::Invoice,
            "creditinvoice" => Kind::CreditInvoice,
            "make" => Kind::Make,
            "consume" => Kind::Consumption,
            "work" => Kind::Work,
            "finish" | "abort" => Kind::Completion,
            "send" => Kind::VendorShipment,
            "putback" => Kind::PutBack,
            "lost" => Kind::Lost,
            "quote" => Kind::Quote,
            "pay" | "refund" | "allocate" => Kind::Paper,
            "adjust" => Kind::Adjustment,
            verb => return Err(format!("no verb {verb}")),
        };
        let foreign = after(head, "in").filter(|code| code.len() == 3);
        let currency = foreign.unwrap_or("NZD").to_owned();
        let total =
            after(head, "total").map(|total| decimal(total, places(&currency) as usize)).transpose()?;
        let rate = match after(head, "at") {
            Some(rate) => millionths(rate)?,
            None if foreign.is_some() => self.rate(&currency, &day)?,
            None => WHOLE,
        };
        let of = after(head, "of").map_or(Ok(usize::MAX), |number| self.find(number))?;
        let moved = kind == Kind::Transfer;
        let here = if moved { word(head, 3)? } else { "Main" };
        let here = after(head, "into").or(after(head, "out-of")).unwrap_or(here);
        let account = after(head, "reason").and_then(|reason| self.reasons.get(reason).cloned().flatten());
        let mut document = Document {
            kind,
            number: word(head, 1)?.to_owned(),
            life: Life::Live,
            currency,
            rate,
            draft: head.contains(&"draft") || head.contains(&"proforma"),
            inclusive: head.contains(&"inclusive"),
            lost: match kind {
                Kind::Order | Kind::Bill | Kind::Credit => self.lost.clone(),
                _ => Lost::default(),
            },
            total,
            invoiced: after(head, "invoice").and(after(head, "on")).map(str::to_owned),
            of,
            warehouse: self.place(here)?,
            to: if moved { self.place(word(head, 5)?)? } else { 0 },
            picked: (head[0] == "ship").then(|| day.clone()),
            for_credit: head.contains(&"credit"),
            of_another: after(head, "from").is_some(),
            tracking: self.tracking(head)?,
            account,
            adopted: head.contains(&"adopted"),
            until: after(head, "until").filter(|_| kind == Kind::Adjustment).map(str::to_owned),
            day,
            ..Document::default()
        };
        match kind {
            Kind::Fee => self.read_fee(head, &mut document)?,
            _ => self.read_production(head, &mut document)?,
        }
        for words in lines.iter().filter(|words| kind != Kind::Make || words[0] != "op") {
            let line = self.read_line(words, &document, after(head, "into").or(after(head, "out-of")))?;
            document.lines.push(line);
        }
        match kind {
            Kind::Make => self.read_plan(head, lines, place, &mut document)?,
            Kind::Consumption | Kind::VendorShipment if lines.is_empty() => {
                document.lines = self.parts_left(place, &document, after(head, "out-of"))?;
            }
            _ => {}
        }
        Ok(document)
    }

    fn read_fee(&self, head: &[&str], fee: &mut Document) -> Outcome<()> {
        let at = head.iter().position(|word| *word == "on").ok_or("a fee is on something")? + 1;
        let mut names = head[at..].iter();
        for name in names.by_ref() {
            if name.starts_with(|letter: char| letter.is_ascii_digit() || letter == '-') {
                let minor = decimal(name, places(&fee.currency) as usize)?;
                fee.minor = minor;
                fee.amount = in_base(minor, &fee.currency, fee.rate);
                break;
            }
            fee.on.push(self.find(name)?);
        }
        fee.basis = match after(head, "by") {
            Some("quantity") => Basis::Quantity,
            Some("weight") => Basis::Weight,
            _ => Basis::Value,
        };
        Ok(())
    }
}

/// `12`, `0.5` or `1/3`.
fn factor(text: &str) -> Outcome<(i128, i128)> {
    let (number, divisor) = text.split_once('/').unwrap_or((text, "1"));
    Ok((millionths(number)?, millionths(divisor)?))
}
