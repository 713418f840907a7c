//! The lines of the cases: what each does, and what it answers (tests/cases/plans/README.md).

use std::fmt::Write;

use plan::*;

use super::Office;
use crate::book_notation::Failure;
use crate::stand_in;

/// Does what a line says; what it answers.
pub fn say(office: &mut Office, line: &str) -> Result<String, String> {
    let words: Vec<&str> = line.split_whitespace().collect();
    let mut out = String::new();
    match words[..] {
        ["plan"] => out = office.plan().text(&office.company.shop.book),
        ["json"] => {
            let lines = office.plan().lines(&office.company.shop.book);
            for line in lines {
                let _ = writeln!(out, "{}", serde_json::to_string(&line).expect("JSON"));
            }
        }
        ["run"] => {
            let left = office.run();
            if !left.is_empty() || left.stopped.is_some() {
                out = format!("left:\n{}", left.text(&office.company.shop.book));
            }
            let wrong = office.planner.look_at_everything(&office.company.shop.book, &office.exchange);
            assert!(wrong.is_empty(), "a fresh look finds something else: {wrong:?}");
        }
        ["why", number] => out = why(office, number)?,
        // An hour goes by, and then the shop says it.
        ["later", ..] => {
            office.clock += 3_600;
            let shop = &mut office.company.shop;
            let commands = shop.read(line.trim_start_matches("later ")).map_err(|_| "can't be read")?;
            for command in commands {
                let events =
                    shop.book.decide(command, shop.asking()).map_err(|refusal| refusal.to_string())?;
                let stamp = book::Stamp { at: office.clock, by: shop.by };
                events.iter().for_each(|event| shop.book.apply(event, stamp));
                shop.events.extend(events);
            }
        }
        ["counts"] => {
            office.plan();
            let counts = office.planner.counts();
            let said: Vec<String> = counts
                .iter()
                .filter(|(_, count)| **count > 0)
                .map(|(state, count)| format!("{} {count}", state.words()))
                .collect();
            let _ = writeln!(out, "{}", said.join(", "));
        }
        ["log"] => {
            for entry in std::mem::take(&mut office.log) {
                let _ = writeln!(out, "{entry}");
            }
        }
        ["held", number] => {
            let lists = office.exchange.lists();
            let all = office.held();
            let ours = all.iter().filter(|held| *held.paper.number == *number);
            out = ours.map(|held| stand_in::held(held, lists, "")).collect::<Vec<_>>().concat();
        }
        ["xero", "archives" | "lacks" | "item", ..] | ["role" | "balances" | "prefer" | "taxrate", ..] => {
            assert!(office.company.prepare(line), "{line}");
            office.refresh();
        }
        ["xero", ..] => office.accountant(line.trim_start_matches("xero "))?,
        ["look"] => office.look(),
        ["set", what, value] => {
            set(&mut office.company.settings, what, value)?;
            office.refresh();
        }
        ["connected", "now"] => reconnect(office),
        ["hold"] => out = asked(office, &Command::Hold(Switch::On)),
        ["release"] => out = asked(office, &Command::Hold(Switch::Off)),
        ["disconnect"] => out = asked(office, &Command::Disconnect),
        ["lose", "sign-in"] => out = asked(office, &Command::LoseSignIn { why: "consent withdrawn".into() }),
        ["add", number] => out = decided(office, number, Decision::Add)?,
        ["include", number] => out = decided(office, number, Decision::Include)?,
        ["send-again", number] => out = decided(office, number, Decision::SendAgain)?,
        ["send-anyway", number] => out = decided(office, number, Decision::SendAnyway)?,
        ["retry", number] => out = decided(office, number, Decision::Retry)?,
        ["exclude", number, ref why @ ..] => {
            out = decided(office, number, Decision::Exclude(why.join(" ").into()))?;
        }
        ["link", what, "to", place] => {
            let subject = subject(office, what)?;
            let place: usize = place.parse().map_err(|_| "a place")?;
            let found = office.exchange.found(&subject).unwrap_or_default();
            let xero = found.get(place - 1).ok_or("no such candidate")?.xero;
            out = asked(office, &Command::Link { subject, xero });
        }
        ["link", what, "as", other] => {
            let other = subject(office, other)?;
            let xero = office.exchange.link(&other).ok_or("it isn't linked")?.xero;
            let subject = subject(office, what)?;
            out = asked(office, &Command::Link { subject, xero });
        }
        ["unlink", what] => {
            let subject = subject(office, what)?;
            out = asked(office, &Command::Unlink(subject));
        }
        ["take-over", number] => {
            let id = document(office, number)?;
            out = asked(office, &Command::TakeOver(id));
        }
        ["correct", number] => {
            let id = document(office, number)?;
            out = asked(office, &Command::Correct(id));
        }
        ["totals", number] => {
            let id = document(office, number)?;
            let totals = office.company.shop.book.totals(id).ok_or("no totals")?;
            let document = office.company.shop.book.document(id).ok_or("no document")?;
            let _ = writeln!(out, "{number} {:?} net {} gross {}", document.life(), totals.net, totals.gross);
        }
        ["purchases"] => {
            let book = &office.company.shop.book;
            let stands = book.ledger().balances().filter(|(key, _)| key.role == book::Role::Purchases);
            let total: i64 = stands.map(|(_, amount)| amount.minor()).sum();
            let _ = writeln!(out, "Purchases {}.{:02}", total / 100, total.abs() % 100);
        }
        _ => match office.company.shop.say(line) {
            Ok(()) => {}
            Err(Failure::Refused(refusal)) => return Err(refusal.to_string()),
            Err(Failure::Unreadable(why)) => return Err(format!("can't be read: {why}")),
        },
    }
    Ok(out)
}

fn document(office: &Office, number: &str) -> Result<book::DocumentId, String> {
    // Deleted ones too, which the book finds by no number.
    let mut all = office.company.shop.book.documents();
    let found = all.find(|(_, document)| document.number() == number).map(|(id, _)| id);
    found.ok_or(format!("no document {number}"))
}

fn subject(office: &Office, what: &str) -> Result<Subject, String> {
    let shop = &office.company.shop;
    if let Ok(party) = shop.party(what) {
        return Ok(Subject::Party(party));
    }
    if let Ok(item) = shop.item(what) {
        return Ok(Subject::Item(item));
    }
    document(office, what).map(Subject::Document)
}

fn decided(office: &mut Office, what: &str, decision: Decision) -> Result<String, String> {
    let subject = subject(office, what)?;
    Ok(asked(office, &Command::Decide { subject, decision }))
}

fn asked(office: &mut Office, command: &Command) -> String {
    match office.ask(command) {
        Ok(()) => String::new(),
        Err(refusal) => {
            let text = refusal.to_string();
            assert!(!text.contains(['{', '}']), "a fact is missing: {text}");
            format!("refused {text}\n")
        }
    }
}

fn why(office: &Office, number: &str) -> Result<String, String> {
    let id = document(office, number)?;
    let disposition = disposition(&office.company.shop.book, &office.exchange, id).ok_or("no disposition")?;
    let state = disposition.state().words();
    Ok(match (&disposition, disposition.why()) {
        (Disposition::Due(reason), _) => format!("{number} {state}: it goes with the next run: {reason}\n"),
        (_, None) => format!("{number} {state}\n"),
        (_, Some(why)) => {
            let text = format!("{number} {state}: {} {why}\n", why.code);
            assert!(!text.contains(['{', '}']), "a fact is missing: {text}");
            text
        }
    })
}

/// The company is connected only now: what was saved before stays here.
fn reconnect(office: &mut Office) {
    let organisation = office.exchange.lists().organisation.clone().expect("an organisation");
    let connected = Connected {
        organisation,
        app: App::Custom,
        cut_over: office.company.shop.today,
        after: office.company.shop.book.seq(),
        ahead: Switch::Off,
        starts_anew: false,
    };
    office.apply(&Event::XeroConnected(Box::new(connected)));
}

fn set(settings: &mut Settings, what: &str, value: &str) -> Result<(), String> {
    let switch = || if value == "on" { Switch::On } else { Switch::Off };
    let status = || match value {
        "draft" => NewStatus::Draft,
        "approved" => NewStatus::Approved,
        _ => NewStatus::Awaiting,
    };
    match what {
        "sales" => settings.sales = switch(),
        "procurement" => settings.procurement = switch(),
        "quotes" => settings.quotes = switch(),
        "balances" => settings.balances = switch(),
        "taking-over" => settings.take_over_bills = switch(),
        "bills" => settings.new.bill = status(),
        "invoices" => settings.new.invoice = status(),
        "orders" => settings.new.order = status(),
        "trigger" => settings.order_trigger = OrderTrigger::Approval,
        "purchasing" => {
            settings.purchasing = match value {
                "orders" => Purchasing::Orders,
                "orders_as_bills" => Purchasing::OrdersAsBills,
                "orders_and_bills" => Purchasing::OrdersAndBills,
                _ => Purchasing::Bills,
            }
        }
        _ => return Err(format!("no setting {what}")),
    }
    Ok(())
}
