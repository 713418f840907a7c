//! Runs the cases in tests/cases/merging: the book and an accountant change the same document, and both keep what is theirs.
//!
//! A document is sent to the stand-in (`send`), the shop changes it in the book, the accountant in the stand-in (`xero …`); `merge`
//! prints what each side changed and what Xero then has. Whatever happened: a second merge must find nothing to send.
//! tests/cases/merging/README.md has the notation. BLESS=1 writes what came out.
//! Not here: changes at random (`merging_anything.rs`).

#[path = "../../book/tests/support/mod.rs"]
mod book_notation;
mod stand_in;
#[path = "../../book/tests/text_cases/mod.rs"]
mod text_cases;

use std::collections::BTreeMap;
use std::fmt::Write;

use book::{DocumentId, Kind};
use plan::merge::{Merged, Names, merge};
use plan::*;
use serde_json::{Value, json};
use stand_in::Company;
use xero_sandbox::Method;

/// A document that was sent.
#[derive(Clone)]
struct Sent {
    ours: Paper,
    theirs: Paper,
    now: Held,
    path: &'static str,
}

#[derive(Clone)]
struct Desk {
    company: Company,
    exchange: Exchange,
    sent: BTreeMap<String, Sent>,
}

impl Desk {
    fn new() -> Desk {
        let company = Company::new();
        let exchange = company.connected();
        Desk { company, exchange, sent: BTreeMap::new() }
    }

    fn id(&self, number: &str) -> Result<DocumentId, String> {
        self.company.shop.any(number).map_err(|_| format!("no document {number}"))
    }

    /// What the book says now.
    fn wanted(&mut self, number: &str) -> Result<Paper, String> {
        let id = self.id(number)?;
        self.exchange = self.company.exchange();
        let book = &self.company.shop.book;
        let is_order = book.document(id).is_some_and(|document| document.kind() == Kind::PurchaseOrder);
        let wanted = if is_order { papers::order } else { papers::wanted };
        match wanted(book, &self.exchange, id) {
            Ok(paper) => paper.ok_or_else(|| "nothing".to_owned()),
            Err(holds) => Err(format!("{holds:?}")),
        }
    }

    fn send(&mut self, number: &str, status: NewStatus) -> Result<(), String> {
        let ours = self.wanted(number)?;
        let lists = self.exchange.lists().clone();
        let now = self.company.send(&ours, status, &lists)?;
        let path = match ours.kind {
            PaperKind::Invoice | PaperKind::Bill => "Invoices",
            PaperKind::CreditInvoice | PaperKind::SupplierCredit => "CreditNotes",
            PaperKind::Order => "PurchaseOrders",
            PaperKind::Quote => "Quotes",
        };
        self.sent.insert(number.to_owned(), Sent { ours, theirs: now.paper.clone(), now, path });
        Ok(())
    }

    /// What the stand-in has of it.
    fn raw(&mut self, number: &str) -> Value {
        let sent = &self.sent[number];
        let path = format!("{}/{}", sent.path, sent.now.id);
        let key = sent.path;
        Company::call(&mut self.company.org, Method::Get, &path, None)[key][0].clone()
    }

    /// The accountant changes something.
    fn change(&mut self, number: &str, change: impl FnOnce(&mut Value)) -> Result<(), String> {
        let mut raw = self.raw(number);
        let key = self.sent[number].path;
        change(&mut raw);
        let id = match key {
            "Invoices" => "InvoiceID",
            "CreditNotes" => "CreditNoteID",
            "PurchaseOrders" => "PurchaseOrderID",
            _ => "QuoteID",
        };
        let keep = [
            id,
            "LineItems",
            "Date",
            "DueDate",
            "Reference",
            "Status",
            "CurrencyRate",
            "DeliveryDate",
            "QuoteNumber",
        ];
        let mut body: serde_json::Map<String, Value> = serde_json::Map::new();
        for (name, value) in
            raw.as_object().into_iter().flatten().filter(|(name, _)| keep.contains(&name.as_str()))
        {
            body.insert(name.clone(), value.clone());
        }
        let answer = Company::call(&mut self.company.org, Method::Post, key, Some(&Value::Object(body)));
        let element = &answer[key][0];
        if element["StatusAttributeString"] == "ERROR" {
            return Err(element["ValidationErrors"].to_string());
        }
        let lists = self.exchange.lists().clone();
        let raw = self.raw(number);
        let sent = self.sent.get_mut(number).expect("sent");
        sent.now = Company::read(key, &raw, &lists).ok_or("can't be read")?;
        Ok(())
    }

    fn merged(&mut self, number: &str) -> Result<(Merged, Sent), String> {
        let ours = self.wanted(number)?;
        let sent = self.sent[number].clone();
        let purchases = Some(self.company.account("630"));
        Ok((merge(&ours, &sent.ours, &sent.theirs, &sent.now, purchases), sent))
    }

    /// Puts both sides together and sends what comes of it, if anything does.
    fn settle(&mut self, number: &str) -> Result<(Merged, bool), String> {
        let (merged, sent) = self.merged(number)?;
        if !merged.is_to_be_sent(&sent.now) {
            return Ok((merged, false));
        }
        let lists = self.exchange.lists().clone();
        let body = bodies::update(&merged.paper, &sent.now, &lists);
        let now = Company::write(&mut self.company.org, Method::Post, &body, &lists)?;
        let after = Sent { ours: merged.ours.clone(), theirs: now.paper.clone(), now, ..sent };
        self.sent.insert(number.to_owned(), after);
        Ok((merged, true))
    }

    fn shown(&mut self, number: &str) -> String {
        let sent = &self.sent[number];
        let paper = Paper { url: "".into(), ..sent.now.paper.clone() };
        stand_in::paper(&paper, self.exchange.lists(), "·")
    }

    fn merge_and_show(&mut self, number: &str) -> Result<String, String> {
        let (merged, is_sent) = self.settle(number)?;
        let names = Names { book: &self.company.shop.book, exchange: &self.exchange };
        let mut out = String::new();
        for (side, changes) in [("here ", &merged.changed_here), ("there", &merged.changed_there)] {
            for change in changes {
                let _ = writeln!(out, "{side} {}", change.words(names));
            }
        }
        for conflict in &merged.conflicts {
            let _ = writeln!(out, "both  {}", conflict.words(names));
        }
        out += if is_sent { "sent\n" } else { "nothing to send\n" };
        out += &self.shown(number);
        if is_sent {
            let (again, is_sent) = self.settle(number)?;
            if is_sent || !again.changed_here.is_empty() || !again.changed_there.is_empty() {
                return Err(format!("{out}and again: {again:?}"));
            }
        }
        Ok(out)
    }

    /// A line about Xero; whether it was one.
    fn accountant(&mut self, words: &[&str]) -> Result<bool, String> {
        let lists = self.exchange.lists().clone();
        match words {
            ["xero", number, "line", line, edits @ ..] if self.sent.contains_key(*number) => {
                let line: usize = line.parse().map_err(|_| "a line's number")?;
                self.change(number, |raw| edit_line(&mut raw["LineItems"][line - 1], edits, &lists))?;
            }
            ["xero", number, "drop", line] if self.sent.contains_key(*number) => {
                let line: usize = line.parse().map_err(|_| "a line's number")?;
                self.change(number, |raw| {
                    drop(raw["LineItems"].as_array_mut().expect("lines").remove(line - 1))
                })?;
            }
            ["xero", number, "add", edits @ ..] if self.sent.contains_key(*number) => {
                self.change(number, |raw| {
                    let mut line = json!({ "Quantity": 1, "TaxType": "NONE" });
                    edit_line(&mut line, edits, &lists);
                    raw["LineItems"].as_array_mut().expect("lines").push(line);
                })?;
            }
            ["xero", number, "turn"] if self.sent.contains_key(*number) => {
                self.change(number, |raw| raw["LineItems"].as_array_mut().expect("lines").reverse())?;
            }
            ["xero", number, field, value] if self.sent.contains_key(*number) => {
                self.change(number, |raw| raw[*field] = Value::from(*value))?;
            }
            _ => return Ok(false),
        }
        Ok(true)
    }
}

/// `price 11.00 quantity 9 account 429 tax NONE text Rods option North of Region typed 14.99 amount 99.00`
fn edit_line(line: &mut Value, edits: &[&str], lists: &Lists) {
    let number = |text: &str| serde_json::from_str::<Value>(text).expect("a number");
    for pair in edits.chunks(2) {
        let [field, value] = pair else { panic!("{edits:?}") };
        let object = line.as_object_mut().expect("a line");
        let counted = ["LineAmount", "TaxAmount"];
        match *field {
            "price" => {
                counted.iter().for_each(|key| drop(object.remove(*key)));
                object.insert("UnitAmount".to_owned(), number(value));
            }
            "quantity" => {
                counted.iter().for_each(|key| drop(object.remove(*key)));
                object.insert("Quantity".to_owned(), number(value));
            }
            "amount" => {
                ["TaxAmount", "UnitAmount"].iter().for_each(|key| drop(object.remove(*key)));
                object.insert("LineAmount".to_owned(), number(value));
            }
            "off" => {
                counted.iter().for_each(|key| drop(object.remove(*key)));
                object.insert("DiscountAmount".to_owned(), number(value));
            }
            "account" => {
                object.remove("AccountCode");
                let id = lists.account_of_code(value).expect("an account").id;
                object.insert("AccountID".to_owned(), Value::from(id.to_string()));
            }
            "tax" => {
                object.remove("TaxAmount");
                object.insert("TaxType".to_owned(), Value::from(*value));
            }
            "typed" => drop(object.insert("TaxAmount".to_owned(), number(value))),
            "text" => drop(object.insert("Description".to_owned(), Value::from(value.replace('_', " ")))),
            "option" => {
                drop(object.insert("Tracking".to_owned(), json!([{ "Name": "Region", "Option": value }])))
            }
            other => panic!("{other}"),
        }
    }
}

fn run(statements: &str) -> Result<String, String> {
    let (mut desk, mut out) = (Desk::new(), String::new());
    for line in statements.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let words: Vec<&str> = line.split_whitespace().collect();
        match words[..] {
            ["rule:", ..] => {}
            ["send", number] => desk.send(number, NewStatus::Draft)?,
            ["send", number, "approved"] => desk.send(number, NewStatus::Approved)?,
            ["merge", number] => out += &desk.merge_and_show(number)?,
            _ if desk.accountant(&words).map_err(|why| format!("{line}\n  {why}"))? => {}
            _ if desk.company.prepare(line) => {}
            _ => desk.company.shop.say(line).map_err(|why| format!("{line}\n  {why:?}"))?,
        }
    }
    Ok(out)
}

#[test]
fn every_case_comes_out_as_written() {
    text_cases::every("tests/cases/merging", run);
}
