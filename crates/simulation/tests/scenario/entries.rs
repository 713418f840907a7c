//! Adjusting entries as a person has them made: clearing, adopting, accruing, the opening.
//!
//! `clear direct_labour 477 2026-03-31` · `adopt Carrier` · `unadopt Carrier` · `accrue 2026-03-31` · `bring in [621]` · `leave 630:
//! why` · `opening 621: book 10.00 xero 9.00 difference 1.00`. What is proposed is confirmed at once. Not here: what it comes
//! to (`account`, `causes of` in `reconciling`).

use book::{Day, Withdrawal};
use company::Wish;
use plan::adjusting::{Proposed, accrual, adopted, adoption, bring_in, clearing, opening};
use plan::{Command, Guid, Reconciled, Refusal};

use super::reconciling::cents;
use super::{Played, Scene};

impl Scene {
    /// Lines about adjusting entries; none if it isn't one.
    pub fn entries(&mut self, line: &str) -> Option<Played> {
        let (head, rest) = match line.split_once(": ") {
            Some((head, rest)) => (head, rest.trim()),
            None => (line.trim_end_matches(':'), ""),
        };
        let words: Vec<&str> = head.split_whitespace().collect();
        Some(match words.as_slice() {
            ["clear", role, account, day] => self.clear(role, account, day),
            ["adopt", name @ ..] => self.adopt(&name.join(" ")),
            ["unadopt", name @ ..] => self.unadopt(&name.join(" ")),
            ["accrue", day] => self.accrue(day),
            ["bring", "in", codes @ ..] => self.bring_in(codes),
            ["leave", code] => self.leave(code, rest),
            ["opening", code] => self.opening(code, rest),
            _ => return None,
        })
    }

    /// Each proposal is confirmed.
    fn confirm(&mut self, proposed: Result<Vec<Proposed>, Refusal>) -> Played {
        match proposed {
            Ok(all) => match all.as_slice() {
                [one] => self.ask(Wish::Inside(Box::new(one.command()))),
                several => {
                    self.ask(Command::Enter(several.iter().map(|one| one.entry.clone()).collect()).into())
                }
            },
            Err(why) => {
                self.refused =
                    Some((why.code().id().to_owned(), format!("{} {}", why.message(), why.remedy())));
                Ok(())
            }
        }
    }

    fn clear(&mut self, role: &str, account: &str, day: &str) -> Played {
        let role = serde_json::from_value(role.into()).map_err(|_| "no such role")?;
        let (company, today) = (self.company(), self.stage.today());
        let day: Day = day.parse().map_err(|_| "a day")?;
        let one = clearing(&company.book, &company.exchange, (role, account), (day, today));
        self.confirm(one.map(|one| vec![one]))
    }

    fn entry(&self, name: &str) -> Result<Guid, String> {
        let entries = &self.held()?.witness.entries;
        let found = entries.iter().find(|entry| entry.name.starts_with(name));
        found.map(|entry| entry.id).ok_or_else(|| "no such entry".to_owned())
    }

    fn adopt(&mut self, name: &str) -> Played {
        let company = self.company();
        let id = match Guid::read(name) {
            Some(id) => id,
            None => self.entry(name)?,
        };
        let one = adoption(&company.book, &company.exchange, &self.held()?.witness, id);
        self.confirm(one.map(|one| vec![one]))
    }

    fn unadopt(&mut self, name: &str) -> Played {
        let company = self.company();
        let is_called = |text: &str| text.contains(&format!("\"{name}"));
        let mut all = company.book.adopted();
        let found = all.find(|(_, one)| one.text.as_deref().is_some_and(is_called));
        let source = found.and_then(|(_, one)| Guid::read(one.source.as_deref()?));
        let (document, _) =
            source.and_then(|id| adopted(&company.book, id)).ok_or("nothing of that name is adopted")?;
        let command = book::Command::Withdraw { document, how: Withdrawal::Deleted };
        self.ask(Wish::Inside(Box::new(command)))
    }

    fn accrue(&mut self, day: &str) -> Played {
        let (company, today) = (self.company(), self.stage.today());
        let day: Day = day.parse().map_err(|_| "a day")?;
        self.confirm(accrual(&company.book, &company.exchange, (day, today)).map(|one| vec![one]))
    }

    fn bring_in(&mut self, codes: &[&str]) -> Played {
        let company = self.company();
        let all = bring_in(&company.book, &company.exchange, &self.held()?.witness, codes);
        self.confirm(all)
    }

    fn leave(&mut self, code: &str, why: &str) -> Played {
        let account = self.company().exchange.lists().account_named(code).map(|one| one.id);
        let said = Reconciled::OpeningLeft { account: account.ok_or("no such account")?, reason: why.into() };
        self.ask(Command::Reconcile(Box::new(said)).into())
    }

    /// `opening 621: book 10.00 xero 9.00 difference 1.00 left why`
    fn opening(&mut self, code: &str, expected: &str) -> Played {
        let company = self.company();
        let rows = opening(&company.book, &company.exchange, &self.held()?.witness);
        let row = rows.iter().find(|row| row.name.split(' ').next() == Some(code));
        let row = row.ok_or("there is no such row")?;
        let left = row.left.as_ref().map_or(String::new(), |why| format!(" left {why}"));
        let [book, xero, difference] = [row.book, row.xero, row.difference].map(cents);
        let said = format!("book {book} xero {xero} difference {difference}{left}");
        self.blessed = Some(format!("opening {code}: {said}"));
        if said == expected { Ok(()) } else { Err(said) }
    }
}
