//! Runs the cases in tests/cases/papers: what each document of the book should look like in Xero.
//!
//! A case begins with `rule: IDS  title`, then lines: statements of the book's own notation (crates/book/tests/cases) and
//! lines about Xero and the settings (tests/cases/papers/README.md); `paper B-1` prints a document in Xero's terms, or why it
//! can't be said. Every paper is sent to the stand-in, whose net, tax and total must be ours. BLESS=1 writes what came out:
//! read every line of the difference before it is committed.

#[path = "../../book/tests/support/mod.rs"]
mod book_notation;
mod stand_in;
#[path = "../../book/tests/text_cases/mod.rs"]
mod text_cases;

use std::fmt::Write;

use book::{DocumentId, Kind};
use book_notation::Failure;
use plan::*;
use stand_in::{Company, json};

fn run(statements: &str) -> Result<String, String> {
    let mut company = Company::new();
    let mut out = String::new();
    for line in statements.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let words: Vec<&str> = line.split_whitespace().collect();
        match words[..] {
            ["rule:", ..] => {}
            ["paper", "order", number] => {
                let id = company.shop.find(Kind::PurchaseOrder, number).map_err(|_| line.to_owned())?;
                out += &show(&mut company, id, papers::order)?;
            }
            ["paper", number] => {
                let id = company.shop.any(number).map_err(|_| line.to_owned())?;
                out += &show(&mut company, id, papers::wanted)?;
            }
            ["record", kind, code] => out += &record(&mut company, kind, code)?,
            _ if company.prepare(line) => {}
            _ => match company.shop.say(line) {
                Ok(()) => {}
                Err(Failure::Refused(refusal)) => return Err(format!("{line}\n  {refusal}")),
                Err(Failure::Unreadable(why)) => return Err(format!("{line}\n  can't be read: {why}")),
            },
        }
    }
    Ok(out)
}

type Wanted = fn(&book::Book, &Exchange, DocumentId) -> Result<Option<Paper>, Vec<Hold>>;

/// A document in Xero's terms; the stand-in must take it and count as we do.
fn show(company: &mut Company, id: DocumentId, wanted: Wanted) -> Result<String, String> {
    let exchange = company.exchange();
    let (book, lists) = (&company.shop.book, exchange.lists().clone());
    let paper = match wanted(book, &exchange, id) {
        Ok(Some(paper)) => paper,
        Ok(None) => return Ok("nothing\n".to_owned()),
        Err(holds) => {
            let mut out = String::new();
            for hold in holds {
                let why = hold.why();
                let texts = [&why.message, &why.remedy];
                assert!(texts.iter().all(|text| !text.contains(['{', '}'])), "a fact is missing: {hold}");
                let waits = if hold.waits_for().is_some() { "waits" } else { "held" };
                let _ = writeln!(out, "{waits} {}: {}\n  {}", why.code, why.message, why.remedy);
            }
            return Ok(out);
        }
    };
    let Some(Subject::Party(party)) = exchange.subject(paper.contact.cast()) else {
        return Err("an unknown contact".to_owned());
    };
    let contact = book.party(*party).map(|row| row.record.code.clone()).unwrap_or_default();
    let mut out = stand_in::paper(&paper, &lists, &contact);
    for caution in papers::cautions(book, &exchange, id) {
        let _ = writeln!(out, "  ! {caution}");
    }
    // Each time into the organisation as it was: a case may print a document twice.
    let held = company.again().send(&paper, NewStatus::Draft, &lists)?;
    let ours = sums(&paper).ok_or("no sums")?;
    if (held.net, held.tax, held.total) != (ours.net, ours.tax, ours.total) {
        return Err(format!("{out}the stand-in has net {} tax {} total {}", held.net, held.tax, held.total));
    }
    let echo = |line: &PaperLine| PaperLine { origin: None, id: None, ..line.clone() };
    for (ours, theirs) in paper.lines.iter().zip(&held.paper.lines) {
        // What the stand-in fills in where we say nothing.
        let silent = ours.tax_type.is_empty();
        let tax = (if silent { theirs.tax_type.clone() } else { ours.tax_type.clone() }, ours.tax);
        let ours = PaperLine { tax_type: tax.0, tax: tax.1.or(theirs.tax), ..echo(ours) };
        if ours != echo(theirs) {
            return Err(format!("{out}read back it is otherwise:\n{:?}\n{:?}", ours, echo(theirs)));
        }
    }
    let header = |paper: &Paper| Paper { lines: Vec::new(), ..paper.clone() };
    if header(&paper) != header(&held.paper) || paper.lines.len() != held.paper.lines.len() {
        return Err(format!(
            "{out}read back it is otherwise:\n{:?}\n{:?}",
            header(&paper),
            header(&held.paper)
        ));
    }
    Ok(out)
}

/// A contact or item as it is made.
fn record(company: &mut Company, kind: &str, code: &str) -> Result<String, String> {
    let exchange = company.connected();
    let book = &company.shop.book;
    let body = match kind {
        "contact" => {
            json(&records::contact(book, &exchange, company.shop.party(code).map_err(|_| code.to_owned())?))
        }
        _ => json(&records::item(book, &exchange, company.shop.item(code).map_err(|_| code.to_owned())?)),
    };
    let path = if kind == "contact" { "Contacts" } else { "Items" };
    let made = company.put(path, &body);
    if made["StatusAttributeString"] == "ERROR" || made["HasValidationErrors"] == true {
        return Err(format!("the stand-in says {made}"));
    }
    let mut out = String::new();
    for (field, value) in body.as_object().into_iter().flatten() {
        let _ =
            writeln!(out, "  {field}: {}", value.as_str().map_or_else(|| value.to_string(), str::to_owned));
    }
    Ok(format!("{kind}\n{out}"))
}

#[test]
fn every_case_comes_out_as_written() {
    text_cases::every("tests/cases/papers", run);
}
