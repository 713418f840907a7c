//! Readiness and reconciliation: what the checklist says, what a person answers.
//!
//! `ready bank-codes: pass: text` · `answer who-approves Mia` · `actuals direct_labour 477`. Not here: the checks (`plan`).

use plan::ready::{Choice, Ground, ready};
use plan::{Command, Reconciled};

use super::{Played, Scene};

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

    fn answer(&mut self, item: &str, text: &str) -> Played {
        let choice = Choice::of(item).ok_or("there is no such choice")?;
        let said = Reconciled::Answered { choice, answer: text.into() };
        self.ask(Command::Reconcile(Box::new(said)).into())
    }

    fn actuals(&mut self, role: &str, codes: &[&str]) -> Played {
        let role = serde_json::from_value(role.into()).map_err(|_| "no such role")?;
        let lists = self.company().exchange.lists().clone();
        let id = |code: &&str| lists.account_of_code(code).map(|one| one.id).ok_or("no such account");
        let accounts = codes.iter().map(id).collect::<Result<_, _>>()?;
        self.ask(Command::Reconcile(Box::new(Reconciled::Actuals { role, accounts })).into())
    }
}
