//! Runs the cases in tests/cases: small companies and the reports that a bookkeeper expects of them.
//!
//! A file holds cases; each begins with `rule: REC-4  title`, then statements of the notation of
//! `crates/book/tests/cases/README.md`, then `---` and what must come out. Statements of our own:
//! `report NAME [by BY] [from DAY] as-of DAY [only ACCOUNT] [known MARK] [where COLUMN VALUE] [sort [-]COLUMN]` prints a report;
//! `trace R-1 JAM` prints a lot's trail; `invoice … naming CO-1: …` invoices that document's lines; `mark A` remembers what is known at that point; `refused report …` prints why not. BLESS=1 writes what came out into the
//! files: read every line of the difference before it is committed.

#[path = "../../book/tests/support/mod.rs"]
mod support;
#[path = "../../book/tests/text_cases/mod.rs"]
mod text_cases;

use std::collections::BTreeMap;

use book::{Command, Content, LineRef, Role};
use reports::{Asked, Condition, Order, Table, View, find, replay};
use support::{Failure, STAMP, Shop, after, day};

/// A shop, and what was known when.
struct Teller {
    shop: Shop,
    marks: BTreeMap<String, u32>,
}

impl Teller {
    fn report(&self, words: &[&str]) -> Result<Table, String> {
        let name = words.first().ok_or("which report?")?;
        let read_day = |text: &str| day(text).map_err(|_| format!("{text} is no day"));
        let mut asked = Asked::on(read_day(after(words, "as-of").ok_or("as-of which day?")?)?);
        asked.from = after(words, "from").map(read_day).transpose()?;
        asked.by = after(words, "by").map(str::to_owned);
        if let Some(wanted) = after(words, "only") {
            let found = Role::ALL.into_iter().find(|role| role.name().replace(' ', "-") == wanted);
            asked.account = Some(found.ok_or_else(|| format!("no account {wanted}"))?);
        }
        if let Some(mark) = after(words, "known") {
            asked.known = Some(*self.marks.get(mark).ok_or_else(|| format!("no mark {mark}"))?);
        }
        let report = find(name).map_err(|wrong| wrong.to_string())?;
        let table = match (asked.known, report.needs) {
            (Some(known), reports::Needs::Replay) => {
                let log = self.shop.events.iter().cloned().map(|event| (event, STAMP));
                report.of(&replay(self.shop.book.base(), log, known, |_| {}), &asked)
            }
            _ => report.of(&self.shop.book, &asked),
        };
        let mut view = View::default();
        if let Some(at) = words.iter().position(|word| *word == "where") {
            let [column, value] = words[at + 1..at + 3] else { return Err("where COLUMN VALUE".into()) };
            view.conditions.push(Condition::Is(column.into(), value.into()));
        }
        if let Some(column) = after(words, "sort") {
            view.order.push(match column.strip_prefix('-') {
                Some(column) => Order::Down(column.into()),
                None => Order::Up(column.into()),
            });
        }
        table.and_then(|table| table.viewed(&view)).map_err(|wrong| wrong.to_string())
    }

    /// An invoice whose lines name those of a document for the same item.
    fn invoice(&mut self, line: &str, number: &str) -> support::Outcome<()> {
        let document = self.shop.any(number.trim_end_matches(':'))?;
        for mut command in self.shop.read(line)? {
            if let Command::Save { content: Content::Invoice(content), .. } = &mut command {
                let mut named = (**content).clone();
                for line in &named.lines {
                    let code = self.shop.book.items()[line.item.number()].code.clone();
                    let line = self.shop.line(document, &code)?;
                    named.sources.push(Some(LineRef { document, line }));
                }
                *content = named.into();
            }
            self.shop.command(command)?;
        }
        Ok(())
    }

    fn tell(&mut self, line: &str, out: &mut String) -> Result<(), String> {
        if let Some(mark) = line.strip_prefix("mark ") {
            self.marks.insert(mark.to_owned(), self.shop.book.seq());
        } else if let Some(words) = line.strip_prefix("report ") {
            let table = self.report(&words.split_whitespace().collect::<Vec<_>>())?;
            for tie in &table.ties {
                assert!(tie.difference().is_zero(), "{line}\n{table}");
            }
            *out += &format!("{table}\n");
        } else if let Some(words) = line.strip_prefix("trace ") {
            let (document, item) = words.split_once(' ').ok_or("trace R-1 JAM")?;
            let lot = self.shop.lot(document, item).map_err(|_| format!("no lot {words}"))?;
            *out += &format!("{}\n", reports::trace(&self.shop.book, lot));
        } else if let Some(words) = line.strip_prefix("refused report ") {
            match self.report(&words.split_whitespace().collect::<Vec<_>>()) {
                Ok(table) => return Err(format!("not refused: {line}\n{table}")),
                Err(why) => *out += &format!("{why}\n\n"),
            }
        } else {
            let said = match after(&line.split_whitespace().collect::<Vec<_>>(), "naming") {
                Some(number) if line.contains("invoice ") => self.invoice(line, number),
                _ => self.shop.say(line),
            };
            said.map_err(|failure| match failure {
                Failure::Refused(refusal) => format!("{line}\n  {refusal}"),
                Failure::Unreadable(why) => format!("{line}\n  can't be read: {why}"),
            })?;
        }
        Ok(())
    }
}

fn run(statements: &str) -> Result<String, String> {
    let mut teller = Teller { shop: Shop::new(), marks: BTreeMap::new() };
    let mut out = String::new();
    for line in statements.lines().map(str::trim) {
        if !line.is_empty() && !line.starts_with('#') && !line.starts_with("rule: ") {
            teller.tell(line, &mut out)?;
        }
    }
    Ok(out)
}

#[test]
fn every_report_comes_out_as_written() {
    text_cases::every("tests/cases", run);
}
