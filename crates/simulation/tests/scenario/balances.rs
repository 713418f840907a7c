//! Balance synchronisations in scenarios: pairing warehouses, asking for a run, what the accounts of Xero then hold.
//!
//! `balance Shops of Main Annex on 632 against 429 every 31 at 22:30` · `balance Shops now` · `account 632 holds 100.00 on 2026-03-31`.
//! What an account holds is the stand-in's own trial balance. Not here: other journals.

use plan::{FormSynchronisation, Settings, Switch};
use serde_json::{Value, json};
use xero_sandbox::Method;

use super::{Office, Played, Scene, after};

impl Scene {
    /// Lines about balance synchronisations; none if it isn't one.
    pub fn balances(&mut self, line: &str) -> Option<Played> {
        let (head, expected) = line.split_once(": ").unwrap_or((line, ""));
        let words: Vec<&str> = head.split_whitespace().collect();
        Some(match words.as_slice() {
            ["balance", name, "now"] => self.ask_for(name, Switch::Off),
            ["balance", name, "agree"] => self.ask_for(name, Switch::On),
            ["balance", name, "none"] => self.pair(name, None),
            ["balance", name, "of", rest @ ..] => self.pair(name, Some(rest)),
            ["balance", name] => self.state_of(name, expected),
            ["account", code, "holds", amount, "on", day] => self.office.account_holds(code, amount, day),
            _ => return None,
        })
    }

    fn ask_for(&mut self, name: &str, agreed: Switch) -> Played {
        self.ask(plan::Command::SyncBalance { name: name.into(), agreed }.into())
    }

    /// `of Main Annex on 632 [against 429] [every 31] [at 22:30] [manual]`; none takes it away.
    fn pair(&mut self, name: &str, rest: Option<&[&str]>) -> Played {
        let company = self.company();
        let lists = company.exchange.lists();
        let mut settings: Settings = company.exchange.settings().clone();
        settings.synchronisations.retain(|one| *one.name != *name);
        if let Some(rest) = rest {
            let warehouses = rest.iter().take_while(|word| **word != "on").map(|word| (*word).to_owned());
            let form = FormSynchronisation {
                name: name.to_owned(),
                warehouses: warehouses.collect(),
                account: after(rest, "on").ok_or("on which account?")?.to_owned(),
                expense: after(rest, "against").map(str::to_owned),
                auto: if rest.contains(&"manual") { Switch::Off } else { Switch::On },
                interval: after(rest, "every").unwrap_or("day").parse()?,
                at: after(rest, "at").unwrap_or("22:00").parse()?,
            };
            match form.read(&company.book, lists) {
                Ok(one) => settings.synchronisations.push(one),
                Err(refusal) => return Err(refusal.to_string()),
            }
        }
        self.ask(plan::Command::SaveSettings(Box::new(settings)).into())
    }

    /// `balance Shops: ran 2026-03-31 100.00 against 40.00` · `… waits …` · `never` · `refused …`
    fn state_of(&mut self, name: &str, expected: &str) -> Played {
        let company = self.company();
        let state = company.exchange.balance(name);
        let base = company.book.base();
        let found = |what: &str, found: plan::BalanceFound| {
            format!("{what} {} {} against {}", found.day, found.book.display(base), found.xero.display(base))
        };
        let said = match (state.refused, state.waits, state.found) {
            (Some(day), ..) => format!("refused {day}"),
            (None, Some(waits), _) => found("waits", waits),
            (None, None, Some(ran)) => found("ran", ran),
            (None, None, None) => "never".to_owned(),
        };
        if said == expected { Ok(()) } else { Err(format!("balance {name}: {said}")) }
    }
}

impl Office {
    /// Debits less credits of an account at the end of a day, as Xero's trial balance has it.
    fn account_holds(&self, code: &str, expected: &str, day: &str) -> Played {
        let query = format!("Reports/TrialBalance?date={day}");
        let answer = self.tell(Method::Get, &query, &Value::Null)?;
        let account = self.list("Accounts")?.into_iter().find(|one| one["Code"] == *code);
        let id = account.ok_or_else(|| format!("Xero has no account {code}"))?["AccountID"].clone();
        let mut held = "0.00".to_owned();
        let sections = answer["Reports"][0]["Rows"].as_array().cloned().unwrap_or_default();
        for row in sections.iter().flat_map(|section| section["Rows"].as_array().cloned().unwrap_or_default())
        {
            let cells = row["Cells"].as_array().cloned().unwrap_or_default();
            let is_it = cells.iter().any(|cell| cell["Attributes"][0]["Value"] == id);
            if let (true, [_, _, _, debit, credit]) = (is_it, cells.as_slice()) {
                let amount = |cell: &Value| cell["Value"].as_str().unwrap_or_default().replace(',', "");
                held = match (amount(debit), amount(credit)) {
                    (debit, credit) if credit.is_empty() => debit,
                    (_, credit) => format!("-{credit}"),
                };
            }
        }
        if held == expected { Ok(()) } else { Err(format!("account {code} holds {held} on {day}")) }
    }

    /// `2026-03-15: 632 50.00; 429 -50.00`: somebody posts a journal by hand.
    pub fn post_by_hand(&self, day: &str, lines: &str) -> Result<(), String> {
        let line = |line: &str| {
            let (code, amount) = line.trim().split_once(' ').ok_or("a code, an amount")?;
            let amount: Value = serde_json::from_str(amount.trim()).map_err(|_| "no amount")?;
            Ok::<Value, String>(json!({ "AccountCode": code, "LineAmount": amount }))
        };
        let lines: Vec<Value> = lines.split(';').map(line).collect::<Result<_, _>>()?;
        let journal =
            json!({ "Narration": "by hand", "Date": day, "Status": "POSTED", "JournalLines": lines });
        self.tell(Method::Put, "ManualJournals", &journal).map(|_| ())
    }
}
