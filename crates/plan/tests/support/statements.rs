//! Further statements of the cases: settings written as JSON, suggestions, connecting.
//!
//! `write {"sales": "on"}` patches what is saved and answers what changes; `propose` answers an account for every role.

use std::fmt::Write as _;

use plan::{Command, Form, propose};

use super::company::{Answer, Company, remark};

impl Company {
    pub fn say_more(&mut self, verb: &str, rest: &str) -> Answer {
        match verb {
            "write" => Ok(self.write(rest)),
            "form" => {
                self.look();
                Ok(format!("{}\n", self.form_text()))
            }
            "item" => {
                let item = serde_json::from_str(rest).map_err(|why| format!("{rest}: {why}"))?;
                self.items.push(item);
                Ok(String::new())
            }
            "propose" => Ok(self.propose(rest)),
            _ => Err(format!("no statement: {verb} {rest}")),
        }
    }

    fn form(&self) -> Form {
        Form::of(self.exchange.settings(), &self.book, self.exchange.lists(), self.today)
    }

    /// The accounts and rates of the form, without braces.
    fn form_text(&self) -> String {
        let text = |value: serde_json::Value| value.to_string().replace(['{', '}', '"'], "");
        let form = self.form();
        let accounts = form.accounts.iter().map(|row| text(serde_json::to_value(row).expect("JSON")));
        let taxes = form.taxes.iter().map(|row| text(serde_json::to_value(row).expect("JSON")));
        accounts.chain(taxes).collect::<Vec<_>>().join("\n")
    }

    /// Patches what is saved: what changes, or what is refused.
    fn write(&mut self, json: &str) -> String {
        self.look();
        let before = self.form();
        let wanted = before.patched(json).and_then(|form| {
            form.settings(&self.book, self.exchange.lists(), self.exchange.settings(), self.today)
        });
        let saved = wanted.and_then(|wanted| self.ask(&Command::SaveSettings(Box::new(wanted))));
        match saved {
            Err(refusal) => format!("refused {}\n", remark(&refusal)),
            Ok(decided) if decided.exchange.is_empty() => "nothing new\n".into(),
            Ok(_) => {
                let mut out = String::new();
                for change in before.changes(&self.form()) {
                    let text = |value: Option<String>| value.unwrap_or_else(|| "-".into());
                    let _ =
                        writeln!(out, "{}: {} → {}", change.field, text(change.before), text(change.after));
                }
                out
            }
        }
    }

    /// All suggestions; with `and save` what needs nothing made is mapped and saved.
    fn propose(&mut self, rest: &str) -> String {
        self.look();
        let lists = self.exchange.lists();
        let found = propose::propose(&self.book, self.exchange.settings(), lists, &self.items, self.today);
        let mut out: String = found
            .iter()
            .map(|one| {
                let later = if one.needed.is_none() { " (not needed now)" } else { "" };
                format!("{}{later}: {}\n", one.role.name(), one.words(lists))
            })
            .collect();
        if rest == "and save" {
            let mut wanted = self.exchange.settings().clone();
            wanted.accounts = propose::mappings(&found, &wanted);
            out += &self.outcome(&Command::SaveSettings(Box::new(wanted)));
        }
        out
    }
}
