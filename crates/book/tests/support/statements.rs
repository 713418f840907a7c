//! One verb, one command. tests/cases/README.md has the list.

use book::*;
use money::{Money, Quantity, UnitFactor};

use super::{Failure, Outcome, Shop, Words, after, day, has, number, quantity, unreadable};

impl Shop {
    /// The commands that a statement asks for.
    pub fn read(&mut self, statement: &str) -> Outcome<Vec<Command>> {
        let (statement, change) = match statement.strip_prefix("change ") {
            Some(rest) => (rest, true),
            None => (statement, false),
        };
        let words = Words::of(statement);
        let Some(verb) = words.head.first() else { return Ok(Vec::new()) };
        if *verb == "today" {
            self.today = day(words.head[1])?;
            return Ok(Vec::new());
        }
        if *verb == "freeze" {
            self.freeze(words.head[1])?;
            return Ok(Vec::new());
        }
        if *verb == "by" {
            self.by = number(words.head[1])?;
            return Ok(Vec::new());
        }
        if words.head.len() < 2 {
            return unreadable(format!("{verb} what?"));
        }
        if let Some(command) = self.read_record(&words, change)? {
            return Ok(vec![command]);
        }
        if let Some(command) = self.read_office(&words.head)? {
            return Ok(vec![command]);
        }
        if !change && let Some(command) = self.read_turn(&words)? {
            return Ok(vec![command]);
        }
        if words.head.len() < 3 {
            return unreadable(format!("{verb} {} on which day?", words.head[1]));
        }
        let content = self.read_content(&words)?;
        let number = Some(words.head[1]).filter(|number| *number != "-").map(Text::from);
        let document = match (change, &number) {
            (true, Some(number)) => Some(self.find(content.kind(), number)?),
            _ => None,
        };
        let external = after(&words.head, "external").map(Text::from);
        Ok(vec![Command::Save { document, number, external, content }])
    }

    fn read_record(&self, words: &Words<'_>, change: bool) -> Outcome<Option<Command>> {
        let (head, code) = (&words.head, Text::from(words.head[1]));
        let name = code.clone();
        let (record, id) = match head[0] {
            "unit" => {
                let of = match head.iter().position(|word| *word == "=") {
                    Some(at) => Some(UnitOf {
                        unit: self.unit(head[at + 2])?,
                        factor: number::<UnitFactor>(head[at + 1])?,
                    }),
                    None => None,
                };
                (Record::Unit(Unit { code, name: name.clone(), of }), self.book.units().find(&name))
            }
            "category" => {
                (Record::Category(Category { code, name: name.clone() }), self.book.categories().find(&name))
            }
            "site" => (Record::Site(Site { code, name: name.clone() }), self.book.sites().find(&name)),
            "item" => (Record::Item(self.read_item(head)?), self.book.items().find(&name)),
            "warehouse" => {
                let books = if has(head, "off-book") { Books::OffBook } else { Books::OnBook };
                let tracking = self.tracking(head)?;
                let record = Warehouse { code, name: name.clone(), site: None, books, tracking };
                (Record::Warehouse(record), self.book.warehouses().find(&name))
            }
            "supplier" | "customer" => {
                let kind = if head[0] == "supplier" { PartyKind::Supplier } else { PartyKind::Customer };
                let record = Party {
                    code,
                    name: name.clone(),
                    kind,
                    currency: None,
                    bill_terms: self.payment_terms(head)?,
                    invoice_terms: self.payment_terms(head)?,
                    consolidated: Shop::consolidated(head)?,
                    tracking: Tracking::default(),
                };
                (Record::Party(record), self.book.parties().find(&name))
            }
            "tracking" => (
                Record::TrackingCategory(TrackingCategory { code }),
                self.book.tracking_categories().find(&name),
            ),
            "option" => {
                let category = after(head, "of").and_then(|of| self.book.tracking_categories().find(of));
                let Some(category) = category else { return unreadable("option North of Region") };
                let record = TrackingOption { code, category: TrackingCategoryId::new(category) };
                (Record::TrackingOption(record), self.book.tracking_options().find(&name))
            }
            "channel" => {
                let consolidated = Shop::consolidated(head)?;
                let customer = after(head, "customer").map(|name| self.party(name)).transpose()?;
                let record = Channel { code, name: name.clone(), consolidated, customer };
                (Record::Channel(record), self.book.channels().find(&name))
            }
            "approver" => {
                (Record::ApprovalRule(Shop::approval_rule(head)?), self.book.approval_rules().find(&name))
            }
            "reason" => {
                let account = after(head, "account").map(Text::from);
                (
                    Record::Reason(Reason { code, name: name.clone(), account }),
                    self.book.reasons().find(&name),
                )
            }
            _ => match self.making_record(words)? {
                Some(found) => found,
                None => return Ok(None),
            },
        };
        let external = after(head, "external").map(Text::from);
        Ok(Some(Command::SaveRecord { id: id.filter(|_| change), external, record }))
    }

    fn unit(&self, code: &str) -> Outcome<UnitId> {
        self.book
            .units()
            .find(code)
            .map_or_else(|| unreadable(format!("no unit {code}")), |id| Ok(UnitId::new(id)))
    }

    fn read_item(&self, head: &[&str]) -> Outcome<Item> {
        let stocking = if has(head, "non-inventory") { Stocking::NonInventory } else { Stocking::Stocked };
        let category = match after(head, "category") {
            Some(code) => match self.book.categories().find(code) {
                Some(id) => Some(CategoryId::new(id)),
                None => return unreadable(format!("no category {code}")),
            },
            None => None,
        };
        Ok(Item {
            code: head[1].into(),
            name: head[1].into(),
            unit: self.unit(after(head, "in").unwrap_or("pc"))?,
            units: Vec::new(),
            category,
            stocking,
            making: if has(head, "made") { Making::Made } else { Making::Bought },
            order: if has(head, "fefo") { BookingOrder::Fefo } else { BookingOrder::Fifo },
            batches: if has(head, "batches") { Batches::Required } else { Batches::Optional },
            weight: after(head, "weight").map(quantity).transpose()?,
            purchase_price: after(head, "price").map(number).transpose()?,
            sales_price: None,
            tax: after(head, "tax").map(number).transpose()?,
            expense_account: after(head, "account").map(Text::from),
            reorder_point: after(head, "reorder").map_or(Ok(Quantity::ZERO), quantity)?,
            tracking: self.tracking(head)?,
        })
    }

    /// Verbs that turn a document or record that is there.
    fn read_turn(&self, words: &Words<'_>) -> Outcome<Option<Command>> {
        let head = &words.head;
        if let Some(command) = self.making_turn(words)? {
            return Ok(Some(command));
        }
        let name = head[1];
        Ok(Some(match head[0] {
            "rate" => {
                let currency = number(name)?;
                let from = after(head, "from").map_or(Ok(self.today), day)?;
                Command::SaveRate { currency, day: from, rate: number(head[2])? }
            }
            "cancel" => Command::Withdraw { document: self.any(name)?, how: Withdrawal::Cancelled },
            "delete" => Command::Withdraw { document: self.any(name)?, how: Withdrawal::Deleted },
            "reinstate" => Command::Reinstate(self.any(name)?),
            "pick" => Command::Pick { shipment: self.any(name)?, day: day(head[2])? },
            "unpick" => Command::Unpick(self.any(name)?),
            "rebook" => Command::Rebook(self.any(name)?),
            "note" => Command::Note {
                on: Thing::Document(self.any(name)?.number()),
                text: head[2..].join(" ").into(),
            },
            "archive" | "restore" => {
                let thing = self.thing(name, head[2])?;
                if head[0] == "archive" { Command::Archive(thing) } else { Command::Restore(thing) }
            }
            "series" => {
                let kind = Kind::ALL.iter().find(|kind| kind.prefix().trim_end_matches('-') == name);
                let Some(kind) = kind else { return unreadable("series PO PO-2026- 1") };
                Command::SaveSeries { kind: *kind, prefix: head[2].into(), next: number(head[3])? }
            }
            "close" | "reopen" => {
                let order = self.find(Kind::PurchaseOrder, name)?;
                let line = self.line(order, head[2])?;
                if head[0] == "reopen" {
                    return Ok(Some(Command::ReopenLine { order, line }));
                }
                let closing = match head[4..] {
                    ["into", "lots"] => Closing::IntoLots,
                    ["to", "differences"] => Closing::ToDifferences,
                    ["left"] => Closing::Left,
                    _ => return unreadable("close PO-1 JAM 2026-03-10 into lots | to differences | left"),
                };
                Command::CloseLine { order, line, day: day(head[3])?, closing }
            }
            _ => return Ok(None),
        }))
    }

    fn thing(&self, kind: &str, code: &str) -> Outcome<Thing> {
        let found = match kind {
            "item" => self.book.items().find(code).map(Thing::Item),
            "warehouse" => self.book.warehouses().find(code).map(Thing::Warehouse),
            "unit" => self.book.units().find(code).map(Thing::Unit),
            "supplier" | "customer" => self.book.parties().find(code).map(Thing::Party),
            "category" => self.book.categories().find(code).map(Thing::Category),
            "site" => self.book.sites().find(code).map(Thing::Site),
            "reason" => self.book.reasons().find(code).map(Thing::Reason),
            "channel" => self.book.channels().find(code).map(Thing::Channel),
            "workstation" => self.book.workstations().find(code).map(Thing::Workstation),
            "bom" => self.book.bills_of_materials().find(code).map(Thing::BillOfMaterials),
            "routing" => self.book.routings().find(code).map(Thing::Routing),
            "approver" => self.book.approval_rules().find(code).map(Thing::ApprovalRule),
            "tracking" => self.book.tracking_categories().find(code).map(Thing::TrackingCategory),
            "option" => self.book.tracking_options().find(code).map(Thing::TrackingOption),
            "document" => return Ok(Thing::Document(self.any(code)?.number())),
            _ => None,
        };
        found.map_or_else(|| unreadable(format!("no {kind} {code}")), Ok)
    }

    fn read_content(&mut self, words: &Words<'_>) -> Outcome<Content> {
        if let Some(content) = self.making_content(words)? {
            return Ok(content);
        }
        let (head, lines) = (&words.head, &words.lines);
        let on = day(head[2])?;
        if let Some(content) = self.read_trade(words)? {
            return Ok(content);
        }
        let into = after(head, "into");
        let here = self.warehouse(into.or(after(head, "out-of")).unwrap_or("Main"))?;
        Ok(match head[0] {
            "order" => {
                let terms = self.terms(head, after(head, "from").unwrap_or("Nord"))?;
                let invoice = self.supplier_invoice(head)?;
                let operation = self.bought_operation(head)?;
                let lines = self.each(lines, |line| self.trade_line(line))?;
                PurchaseOrder { terms, invoice, lines, operation }.into()
            }
            "receive" => {
                let order = self.find(Kind::PurchaseOrder, self.of(head)?)?;
                let lines = self.each(lines, |line| self.receipt_line(order, line, into))?;
                Receipt { order, day: on, lines }.into()
            }
            "return" => self.read_return(head, lines, on)?,
            "fee" => self.read_fee(head, on)?,
            "bill" => {
                let order =
                    after(head, "of").map(|number| self.find(Kind::PurchaseOrder, number)).transpose()?;
                let terms = self.terms(head, after(head, "from").unwrap_or("Nord"))?;
                let paper_total = after(head, "total").map(|text| Money::parse_in(text, terms.currency));
                let paper_total = paper_total.transpose().or_else(|error| unreadable(error.to_string()))?;
                let lines = self.each(lines, |line| self.bill_line(order, line))?;
                let (due, stage) = (after(head, "due").map(day).transpose()?, Shop::stage(head));
                Bill { terms, due, stage, paper_total, repeated: Shop::repeated(head), lines }.into()
            }
            "credit" => self.read_credit(head, lines)?,
            "opening" | "found" | "writeoff" | "count" => self.read_stock(head, lines, on, here)?,
            "revalue" => {
                let line = |line: &[&str]| -> Outcome<RevaluedLot> {
                    Ok(RevaluedLot { lot: self.lot(line[0], line[1])?, value: self.amount(line[2])? })
                };
                Revaluation { day: on, reason: self.reason(head)?, lines: self.each(lines, line)? }.into()
            }
            "transfer" => {
                let (from, to) = (self.warehouse(head[3])?, self.warehouse(head[5])?);
                Transfer { from, to, day: on, lines: self.each(lines, |line| self.stock_out(line))? }.into()
            }
            "arrive" => {
                let transfer = self.find(Kind::Transfer, self.of(head)?)?;
                let line = |line: &[&str]| {
                    Ok(Arrived { line: self.line(transfer, line[1])?, quantity: quantity(line[0])? })
                };
                TransferReceipt { transfer, day: on, lines: self.each(lines, line)? }.into()
            }
            "demand" => {
                let terms = self.terms(head, after(head, "for").unwrap_or("Shop"))?;
                let quote = after(head, "of").map(|number| self.find(Kind::Quote, number)).transpose()?;
                CustomerOrder { terms, quote, lines: self.each(lines, |line| self.trade_line(line))? }.into()
            }
            "book" | "ship" => {
                let order =
                    after(head, "of").map(|number| self.find(Kind::CustomerOrder, number)).transpose()?;
                Shipment {
                    customer: self.party(after(head, "for").unwrap_or("Shop"))?,
                    order,
                    warehouse: here,
                    day: on,
                    picked: (head[0] == "ship").then_some(on),
                    lines: self.each(lines, |line| self.shipment_line(order, line))?,
                }
                .into()
            }
            "invoice" | "creditinvoice" => {
                let terms = self.terms(head, after(head, "for").unwrap_or("Shop"))?;
                let kind = if head[0] == "invoice" { InvoiceKind::Invoice } else { InvoiceKind::Credit };
                let mut sources = self.each(lines, |line| self.source(line))?;
                if sources.iter().all(Option::is_none) {
                    sources.clear();
                }
                let (due, stage) = (after(head, "due").map(day).transpose()?, Shop::stage(head));
                let (channel, lines) = (self.channel(head)?, self.each(lines, |line| self.trade_line(line))?);
                Invoice { kind, terms, due, stage, channel, sources, lines }.into()
            }
            "back" => {
                let shipment = self.find(Kind::Shipment, self.of(head)?)?;
                let line = |line: &[&str]| -> Outcome<ReturnLine> {
                    let takings = self.takings(line, line[1])?;
                    Ok(ReturnLine {
                        line: self.line(shipment, line[1])?,
                        quantity: quantity(line[0])?,
                        takings,
                    })
                };
                CustomerReturn { shipment, day: on, warehouse: here, lines: self.each(lines, line)? }.into()
            }
            verb => return unreadable(format!("no verb {verb}")),
        })
    }

    pub fn each<T>(&self, lines: &[Vec<&str>], read: impl Fn(&[&str]) -> Outcome<T>) -> Outcome<Vec<T>> {
        let read = |line: &Vec<&str>| if line.len() < 2 { unreadable(line.join(" ")) } else { read(line) };
        lines.iter().map(read).collect()
    }

    pub fn of<'a>(&self, head: &[&'a str]) -> Outcome<&'a str> {
        after(head, "of").ok_or_else(|| Failure::Unreadable("of which document?".into()))
    }

    fn read_return(&self, head: &[&str], lines: &[Vec<&str>], on: Day) -> Outcome<Content> {
        let receipt = self.find(Kind::Receipt, self.of(head)?)?;
        let order = match self.book.document(receipt).map(Document::content) {
            Some(Content::Receipt(content)) => content.order,
            _ => return unreadable("no receipt"),
        };
        let kind =
            if has(head, "credit") { VendorReturnKind::ForCredit } else { VendorReturnKind::BeforeBill };
        let line = |line: &[&str]| -> Outcome<VendorReturnLine> {
            let at = LineRef { document: receipt, line: self.line(receipt, line[1])? };
            let takings = self.takings(line, line[1])?;
            Ok(VendorReturnLine { receipt: at, quantity: quantity(line[0])?, kind, takings })
        };
        Ok(VendorReturn { order, day: on, lines: self.each(lines, line)? }.into())
    }

    fn read_fee(&self, head: &[&str], on: Day) -> Outcome<Content> {
        let (currency, rate) = self.currency(head)?;
        let at = head.iter().position(|word| *word == "on").unwrap_or(2) + 1;
        let names: Vec<&str> = head[at..]
            .iter()
            .take_while(|word| !word.starts_with(|c: char| c.is_ascii_digit() || c == '-'))
            .copied()
            .collect();
        let Some(amount) = head.get(at + names.len()) else {
            return unreadable("fee F-1 2026-03-01 on PO-1 12.00");
        };
        let documents: Outcome<Vec<DocumentId>> =
            names.iter().map(|name| self.any(name.trim_end_matches(','))).collect();
        let documents = documents?;
        let kind = documents.first().and_then(|id| self.book.document(*id)).map(Document::kind);
        let target = match kind {
            Some(Kind::PurchaseOrder) => FeeTarget::Order(documents[0]),
            Some(Kind::Transfer) => FeeTarget::Transfer(documents[0]),
            _ => FeeTarget::Receipts(documents),
        };
        let supplier = after(head, "from").map(|code| self.party(code)).transpose()?;
        let amount = Money::parse_in(amount, currency).or_else(|error| unreadable(error.to_string()))?;
        let (basis, tracking) = (Shop::basis(head)?, self.tracking(head)?);
        Ok(Fee { target, supplier, day: on, amount, rate, basis, tracking }.into())
    }

    fn read_credit(&self, head: &[&str], lines: &[Vec<&str>]) -> Outcome<Content> {
        let terms = self.terms(head, after(head, "from").unwrap_or("Nord"))?;
        let line = |line: &[&str]| -> Outcome<SupplierCreditLine> {
            let (target, amount) = match line {
                ["return", document, item, amount, ..] => {
                    let document = self.find(Kind::VendorReturn, document)?;
                    (CreditTarget::Return(LineRef { document, line: self.line(document, item)? }), amount)
                }
                ["price", document, item, amount, ..] => {
                    let document = self.find(Kind::Bill, document)?;
                    (CreditTarget::Price(LineRef { document, line: self.line(document, item)? }), amount)
                }
                ["other", account, amount, ..] => (CreditTarget::Other((*account).into()), amount),
                _ => return unreadable("return V-1 JAM 20.00 | price B-1 JAM 5.00 | other 610 3.00"),
            };
            let amount =
                Money::parse_in(amount, terms.currency).or_else(|error| unreadable(error.to_string()))?;
            let tax = after(line, "tax").map(number).transpose()?;
            Ok(SupplierCreditLine { target, amount, tax, tracking: Tracking::default() })
        };
        let lines = self.each(lines, line)?;
        Ok(SupplierCredit { terms, lines }.into())
    }

    pub fn stock_out(&self, line: &[&str]) -> Outcome<StockOut> {
        Ok(StockOut {
            item: self.item(line[1])?,
            quantity: quantity(line[0])?,
            takings: self.takings(line, line[1])?,
        })
    }

    fn shipment_line(&self, order: Option<DocumentId>, line: &[&str]) -> Outcome<ShipmentLine> {
        Ok(ShipmentLine {
            item: self.item(line[1])?,
            quantity: quantity(line[0])?,
            order_line: order.map(|order| self.line(order, line[1])).transpose()?,
            tracking: self.tracking(line)?,
            takings: self.takings(line, line[1])?.into(),
        })
    }

    fn read_stock(
        &self,
        head: &[&str],
        lines: &[Vec<&str>],
        on: Day,
        warehouse: WarehouseId,
    ) -> Outcome<Content> {
        let kind = match head[0] {
            "opening" => StockEntryKind::Opening,
            "found" => StockEntryKind::Found,
            "writeoff" => StockEntryKind::WriteOff,
            _ => StockEntryKind::Count,
        };
        let reason = self.reason(head)?;
        let mut entry = StockEntry {
            kind,
            day: on,
            warehouse,
            reason,
            counted: Vec::new(),
            ins: Vec::new(),
            outs: Vec::new(),
        };
        match kind {
            StockEntryKind::WriteOff => entry.outs = self.each(lines, |line| self.stock_out(line))?,
            StockEntryKind::Count => {
                let line = |line: &[&str]| -> Outcome<Counted> {
                    let unit_cost = after(line, "@").map(number).transpose()?;
                    Ok(Counted { item: self.item(line[1])?, quantity: quantity(line[0])?, unit_cost })
                };
                entry.counted = self.each(lines, line)?;
            }
            _ => {
                let line = |line: &[&str]| -> Outcome<StockIn> {
                    Ok(StockIn {
                        item: self.item(line[1])?,
                        quantity: quantity(line[0])?,
                        cost: self.amount(line.get(2).copied().unwrap_or("?"))?,
                        batch: after(line, "batch").map(Text::from),
                        expiry: after(line, "expires").map(day).transpose()?,
                    })
                };
                entry.ins = self.each(lines, line)?;
            }
        }
        Ok(entry.into())
    }
}
