//! Readiness and reconciliation: the checklist, the book held against Xero, month ends.
//!
//! `ready bank-codes: pass: text` · `reconcile 2026-04-30` · `account 630: book … xero … difference …` · `causes of 630: not yet
//! posted 74.00; unexplained 0.00` · `close check 2026-04-30: tie-out open`. The stand-in's own trial balance is asked past our
//! program and must be what the row says; the causes must add up. Not here: the checks (`plan`).

use std::collections::BTreeMap;

use book::Day;
use money::Amount;
use plan::month_end::{self, checks, to_agree};
use plan::ready::{Choice, Ground, ready};
use plan::reconcile::{Reconciliation, Row, Witness, clearings, reconcile};
use plan::{Command, Reconciled};
use rust_decimal::Decimal;
use sync::{Cause, Until};

use super::{Played, Scene};

/// What was read of Xero, and what came of it.
pub struct Held {
    pub witness: Witness,
    reconciled: Reconciliation,
}

impl Scene {
    /// Lines about readiness and reconciliation; none if it isn't one.
    pub fn reconciling(&mut self, line: &str) -> Option<Played> {
        let (head, expected) = match line.split_once(": ") {
            Some((head, expected)) => (head, expected.trim()),
            None => (line.trim_end_matches(':'), ""),
        };
        let words: Vec<&str> = head.split_whitespace().collect();
        Some(match words.as_slice() {
            ["ready", item] => self.ready(item, expected),
            ["answer", item, rest @ ..] => self.answer(item, &rest.join(" ")),
            ["actuals", role, codes @ ..] => self.actuals(role, codes),
            ["reconcile"] => self.read(self.stage.today()),
            ["reconcile", day] => day.parse().map_err(|_| "a day".to_owned()).and_then(|day| self.read(day)),
            ["account", code] => self.account(code, expected),
            ["causes", "of", code] => self.causes(code, expected),
            ["earlier", "years", "of", code] => self.earlier(code, expected),
            ["cause", "of", code, kind @ ..] => self.cause(code, &kind.join(" "), expected),
            ["tied", "out"] => self.tied_out(),
            ["clearing", role] => self.clearing(role, expected),
            ["explain", name @ ..] => self.explain(&name.join(" "), expected),
            ["open", "entries", count] => self.open_entries(count),
            ["agree", check, day] => self.agree(check, day),
            ["close", "check", day] => self.close_check(day, expected),
            _ => return None,
        })
    }

    /// An item of the checklist (RDY-1).
    fn ready(&mut self, code: &str, expected: &str) -> Played {
        let company = self.company();
        let scope = xero_client::settings::Rights::Granular.scope(&xero_client::settings::Kind::Pkce);
        let (book, exchange, today) = (&company.book, &company.exchange, self.stage.today());
        let items = ready(Ground { book, exchange, zone: "Pacific/Auckland", rights: Some(&scope), today });
        let item = items.iter().find(|item| item.code == code).ok_or("there is no such item")?;
        let remedy = if item.remedy.is_empty() { String::new() } else { format!(" {}", item.remedy) };
        let command = item.command.as_ref().map_or(String::new(), |command| format!(" `{command}`"));
        let said = format!("{}: {}{remedy}{command}", item.readiness.word(), item.says);
        self.blessed = Some(format!("ready {code}: {said}"));
        if said == expected { Ok(()) } else { Err(format!("ready {code}: {said}")) }
    }

    fn say_so(&mut self, said: Reconciled) -> Played {
        self.ask(Command::Reconcile(Box::new(said)).into())
    }

    fn answer(&mut self, item: &str, text: &str) -> Played {
        let choice = Choice::of(item).ok_or("there is no such choice")?;
        self.say_so(Reconciled::Answered { choice, answer: text.into() })
    }

    fn actuals(&mut self, role: &str, codes: &[&str]) -> Played {
        let role = serde_json::from_value(role.into()).map_err(|_| "no such role")?;
        let lists = self.company().exchange.lists().clone();
        let id = |code: &&str| lists.account_of_code(code).map(|one| one.id).ok_or("no such account");
        let accounts = codes.iter().map(id).collect::<Result<_, _>>()?;
        self.say_so(Reconciled::Actuals { role, accounts })
    }

    /// Our program reads Xero and holds the book against it; then Xero's own trial balance, asked past it, must be the same,
    /// and every difference the sum of its causes.
    fn read(&mut self, day: Day) -> Played {
        let runner = self.stage.take_runner(0, 0);
        let mut runner = runner.with_balances_of(day);
        let report = self.stage.run(runner.run(Cause::Refresh, Until::NothingReady));
        drop(runner);
        if let Some(stop) = &report.stopped {
            return Err(format!("it stopped: {stop}"));
        }
        self.hear()?;
        let desk = self.stage.nodes[0].xero.desk(&self.stage.places[0].company, "reader");
        let witness = self.stage.run(sync::witness(&desk, day)).ok_or("nothing was kept")?;
        let company = self.company();
        let reconciled = reconcile(&company.book, &company.exchange, &witness);
        let theirs: BTreeMap<String, Decimal> = self
            .office
            .trial_balance(&day.to_string())?
            .into_iter()
            .map(|(id, debit, credit)| (id, number(&debit) - number(&credit)))
            .collect();
        for row in &reconciled.rows {
            let has = theirs.get(&row.account.to_string()).copied().unwrap_or_default();
            if cents(row.xero) != has {
                return Err(format!("{}: we read {}, Xero has {has}", row.name, cents(row.xero)));
            }
            let causes: i64 = row.causes.iter().map(|cause| cause.amount.minor()).sum();
            let (difference, unexplained) = (row.difference.minor(), row.unexplained.minor());
            if causes + unexplained != difference || difference != row.book.minor() - row.xero.minor() {
                return Err(format!("{}: the causes don't add up: {row:?}", row.name));
            }
        }
        self.reconciled = Some(Held { witness, reconciled });
        Ok(())
    }

    pub fn held(&self) -> Result<&Held, String> {
        self.reconciled.as_ref().ok_or_else(|| "nothing was read: reconcile DAY".to_owned())
    }

    fn row(&self, code: &str) -> Result<&Row, String> {
        let rows = &self.held()?.reconciled.rows;
        let found = rows.iter().find(|row| row.name.split(' ').next() == Some(code));
        found.ok_or_else(|| format!("there is no row of {code}"))
    }

    /// `account 630: book 100.00 posted 100.00 xero 80.00 difference 20.00`
    fn account(&mut self, code: &str, expected: &str) -> Played {
        let row = self.row(code)?;
        let [book, posted, xero, difference] =
            [row.book, row.posted, row.xero, row.difference].map(|amount| cents(amount).to_string());
        let said = format!("book {book} posted {posted} xero {xero} difference {difference}");
        if said == expected { Ok(()) } else { Err(format!("account {code}: {said}\n  {}", shown(row))) }
    }

    /// All causes of an account, in their order, summed by kind.
    fn causes(&mut self, code: &str, expected: &str) -> Played {
        let said = shown(self.row(code)?);
        if said == expected {
            return Ok(());
        }
        let row = self.row(code)?;
        let words: Vec<String> = row
            .causes
            .iter()
            .map(|one| format!("{} {}: {}", one.kind.words(), cents(one.amount), one.words))
            .collect();
        Err(format!("causes of {code}: {said}\n  {}", words.join("\n  ")))
    }

    /// What the financial years before lack on an account: `earlier years of 320: not yet posted -20.00`.
    fn earlier(&mut self, code: &str, expected: &str) -> Played {
        let rows = &self.held()?.reconciled.earlier;
        let found = rows.iter().find(|row| row.name.split(' ').next() == Some(code));
        let said = found.map_or_else(|| "none".to_owned(), shown);
        if said == expected { Ok(()) } else { Err(format!("earlier years of {code}: {said}")) }
    }

    /// `cause of 630 document differs in Xero: words`, the first of this kind.
    fn cause(&mut self, code: &str, kind: &str, expected: &str) -> Played {
        let row = self.row(code)?;
        let found = row.causes.iter().find(|one| one.kind.words() == kind).ok_or_else(|| shown(row))?;
        let note = found.note.as_ref().map_or(String::new(), |note| format!(" ({note})"));
        let said = format!("{}{note}", found.words);
        self.blessed = Some(format!("cause of {code} {kind}: {said}"));
        if said == expected { Ok(()) } else { Err(said) }
    }

    fn tied_out(&mut self) -> Played {
        let reconciled = &self.held()?.reconciled;
        let off =
            reconciled.rows.iter().filter(|row| !row.difference.is_zero() || !row.unexplained.is_zero());
        let off: Vec<String> = off.map(|row| format!("{}: {}", row.name, shown(row))).collect();
        match reconciled.is_tied_out() {
            true => Ok(()),
            false => Err(format!("{}\n  no account: {:?}", off.join("\n  "), reconciled.unmapped)),
        }
    }

    /// `clearing direct_labour: applied 40.00 actual 44.00 balance 40.00 rates 100`
    fn clearing(&mut self, role: &str, expected: &str) -> Played {
        let role = serde_json::from_value(role.into()).map_err(|_| "no such role")?;
        let company = self.company();
        let found = clearings(&company.book, &company.exchange, &self.held()?.witness);
        let one = found.iter().find(|one| one.role == role).ok_or("nothing was charged")?;
        let actual = one.actual.map_or_else(|| "unknown".to_owned(), |amount| cents(amount).to_string());
        let rates = one.rates_off().map_or_else(|| "unknown".to_owned(), |off| off.to_string());
        let (applied, balance) = (cents(one.applied), cents(one.balance));
        let said = format!("applied {applied} actual {actual} balance {balance} rates {rates}");
        if said == expected { Ok(()) } else { Err(said) }
    }

    fn explain(&mut self, name: &str, note: &str) -> Played {
        let entries = &self.held()?.witness.entries;
        let entry = entries.iter().find(|entry| entry.name.starts_with(name)).ok_or("no such entry")?.id;
        self.say_so(Reconciled::Explained { entry, note: note.into() })
    }

    fn open_entries(&mut self, count: &str) -> Played {
        let entries = &self.held()?.reconciled.entries;
        let names: Vec<&str> = entries.iter().map(|entry| &*entry.name).collect();
        if names.len().to_string() == count { Ok(()) } else { Err(format!("open: {}", names.join(", "))) }
    }

    fn agree(&mut self, check: &str, day: &str) -> Played {
        let day: Day = day.parse().map_err(|_| "a day")?;
        let amount = to_agree(&self.company().book, day, check).ok_or("nothing to agree")?;
        self.say_so(Reconciled::Agreed { check: check.into(), day, amount })
    }

    /// `close check 2026-04-30: tie-out open, no-drafts open`: the checks that are open.
    fn close_check(&mut self, day: &str, expected: &str) -> Played {
        let day: Day = day.parse().map_err(|_| "a day")?;
        self.read(day)?;
        let (company, held) = (self.company(), self.held()?);
        let witness = Some((&held.witness, &held.reconciled));
        let ground = month_end::Ground { book: &company.book, exchange: &company.exchange, day, witness };
        let found = checks(ground);
        let open: Vec<&str> = found.iter().filter(|check| !check.is_done).map(|check| check.code).collect();
        let said = if open.is_empty() { "ready".to_owned() } else { open.join(", ") };
        let words: Vec<&str> =
            found.iter().filter(|check| !check.is_done).map(|check| check.says.as_str()).collect();
        if said == expected { Ok(()) } else { Err(format!("open: {said}\n  {}", words.join("\n  "))) }
    }
}

fn number(text: &str) -> Decimal {
    text.parse().unwrap_or_default()
}

pub fn cents(amount: Amount) -> Decimal {
    Decimal::new(amount.minor(), 2)
}

/// The causes, summed by kind, and what nothing explains.
fn shown(row: &Row) -> String {
    let mut kinds: BTreeMap<_, i64> = BTreeMap::new();
    row.causes.iter().for_each(|cause| *kinds.entry(cause.kind).or_default() += cause.amount.minor());
    let said =
        kinds.into_iter().map(|(kind, amount)| format!("{} {}", kind.words(), Decimal::new(amount, 2)));
    let unexplained = (!row.unexplained.is_zero()).then(|| format!("unexplained {}", cents(row.unexplained)));
    let all: Vec<String> = said.chain(unexplained).collect();
    if all.is_empty() { "none".to_owned() } else { all.join("; ") }
}
