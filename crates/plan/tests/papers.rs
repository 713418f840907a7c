//! Runs the cases in tests/cases/papers: what each document of the book should look like in Xero.
//!
//! A case begins with `rule: IDS  title`, then lines: statements of the book's own notation (crates/book/tests/cases) and
//! lines about Xero and the settings (tests/cases/papers/README.md); `paper B-1` prints a document in Xero's terms, or why it
//! can't be said. Every paper is sent to the stand-in, whose net, tax and total must be ours. BLESS=1 writes what came out:
//! read every line of the difference before it is committed.

#[path = "../../book/tests/support/mod.rs"]
mod book_notation;
mod stand_in;

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

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

fn files() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/papers");
    let mut files: Vec<_> =
        fs::read_dir(folder).expect("tests/cases/papers").map(|entry| entry.expect("entry").path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "txt"));
    files.sort();
    files
}

#[test]
fn every_case_comes_out_as_written() {
    let (mut count, mut problems) = (0, Vec::new());
    for file in files() {
        let text = fs::read_to_string(&file).expect("UTF-8");
        let mut blessed = String::new();
        for case in
            text.split_inclusive('\n').collect::<Vec<_>>().chunk_by(|_, next| !next.starts_with("rule: "))
        {
            let case: String = case.concat();
            if !case.starts_with("rule: ") {
                blessed += &case;
                continue;
            }
            count += 1;
            let (statements, expected) = case.split_once("---\n").unwrap_or((&case, ""));
            let title = statements.lines().next().unwrap_or_default();
            match run(statements) {
                Err(why) => {
                    problems.push(format!("{}\n{title}\n{why}", file.display()));
                    blessed += &case;
                }
                Ok(out) => {
                    if out.trim() != expected.trim() {
                        problems.push(format!(
                            "{}\n{title}\nexpected:\n{expected}\ncame out:\n{out}",
                            file.display()
                        ));
                    }
                    blessed += &format!("{}\n---\n{out}\n", statements.trim_end());
                }
            }
        }
        if std::env::var_os("BLESS").is_some() {
            fs::write(&file, blessed).expect("writable");
        }
    }
    assert!(problems.is_empty(), "\n{}\n{} of {count} cases", problems.join("\n\n"), problems.len());
    assert!(count > 0, "no cases");
}

/// A reason that no case shows is one that nobody has read.
#[test]
fn every_hold_occurs_in_a_case() {
    let texts: String = files().iter().map(|file| fs::read_to_string(file).expect("UTF-8")).collect();
    let unread: Vec<&str> = HoldCode::ALL
        .iter()
        // The test below has it: an exchange without an organisation has no lists either.
        .filter(|code| **code != HoldCode::NoOrganisation)
        // The scenarios of consolidated invoices have it, which are no documents of the book.
        .filter(|code| **code != HoldCode::NoCustomer)
        .map(|code| code.id())
        .filter(|id| !texts.contains(&format!(" {id}: ")))
        .collect();
    assert!(unread.is_empty(), "no case shows {unread:?}");
}

#[test]
fn a_company_that_knows_nothing_of_xero_says_so() {
    let mut company = Company::new();
    for line in ["item JAM made", "invoice I-1 2026-03-06: 1 JAM @ 12.00 tax 15"] {
        company.shop.say(line).expect("done");
    }
    let id = company.shop.any("I-1").expect("there");
    let holds = papers::wanted(&company.shop.book, &Exchange::default(), id).expect_err("held");
    let codes: Vec<&str> = holds.iter().map(|hold| hold.code().id()).collect();
    assert_eq!(codes, ["contact-to-come", "no-organisation", "item-to-come", "no-role-account"]);
}
