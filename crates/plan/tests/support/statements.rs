//! Further statements of the cases: settings written as JSON, suggestions, connecting.
//!
//! `write {"sales": "on"}` patches what is saved and answers what changes; `propose` answers an account for every role.

use std::fmt::Write as _;

use plan::{AccountRole, Another, App, Command, Form, Weight, connection, propose};

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
                let mut item: xero::Item =
                    serde_json::from_str(rest).map_err(|why| format!("{rest}: {why}"))?;
                item.item_id = xero::XeroId::read(&format!("{:032x}", 0x2000 + self.items.len()));
                self.items.push(item);
                Ok(String::new())
            }
            "actuals" => {
                self.look();
                let mut words = rest.split(' ');
                let role = serde_json::from_value(words.next().unwrap_or_default().into())
                    .map_err(|why| format!("{rest}: {why}"))?;
                let id = |code: &str| match self.lists.account_of_code(code) {
                    Some(account) => account.id,
                    None => xero::XeroId::read(&format!("{:032x}", 0x3000)).expect("an id"),
                };
                let accounts = words.map(id).collect();
                Ok(self.outcome(&Command::Reconcile(Box::new(plan::Reconciled::Actuals { role, accounts }))))
            }
            "propose" => Ok(self.propose(rest)),
            // `Shops; NORTH SOUTH; 632 against 429; 31`: a balance synchronisation as it is wanted.
            "synchronise" => {
                let parts: Vec<&str> = rest.split([';']).map(str::trim).collect();
                let [name, warehouses, accounts, interval] = parts[..] else { return Err(rest.to_owned()) };
                let (account, expense) = accounts.split_once(" against ").unwrap_or((accounts, ""));
                let form = plan::FormSynchronisation {
                    name: name.to_owned(),
                    warehouses: warehouses.split_whitespace().map(str::to_owned).collect(),
                    account: account.to_owned(),
                    expense: (!expense.is_empty()).then(|| expense.to_owned()),
                    auto: plan::Switch::On,
                    interval: interval.parse()?,
                    at: plan::TimeOfDay::default(),
                };
                match form.read(&self.book, &self.lists) {
                    Ok(one) => self.wanted.synchronisations.push(one),
                    Err(refusal) => return Ok(format!("refused {}\n", remark(&refusal))),
                }
                Ok(String::new())
            }
            // `2026-03-09 sales of JAMS`: the account of that day
            "on" => {
                let (day, what) = rest.split_once(' ').ok_or_else(|| rest.to_owned())?;
                let (role, category) = what.split_once(" of ").unwrap_or((what, ""));
                let role = AccountRole::ALL
                    .into_iter()
                    .find(|one| one.word() == role)
                    .ok_or_else(|| rest.to_owned())?;
                let category = self.book.categories().find(category).map(book::CategoryId::new);
                let day = day.parse().map_err(|_| rest.to_owned())?;
                let account = self.exchange.settings().account(role, (category, None), day);
                let account = account.and_then(|id| self.exchange.lists().account(id));
                Ok(account.map_or("none\n".into(), |account| format!("{account}\n")))
            }
            "connect" => {
                let command = self.connecting(rest)?;
                let out = self.outcome(&command);
                if !out.starts_with("refused") {
                    self.look();
                }
                Ok(out)
            }
            "look" => Ok(self.outcome(&self.looking())),
            "disconnect" => Ok(self.outcome(&Command::Disconnect)),
            "shut-out" => Ok(self.outcome(&Command::LoseSignIn { why: rest.into() })),
            "page" => Ok(self.page(rest)),
            _ => self.say_import(verb, rest),
        }
    }

    /// `[another] [cut-over 2026-01-01]`
    fn connecting(&self, rest: &str) -> Result<Command, String> {
        let organisation = self.lists.organisation.clone().ok_or("no organisation")?;
        let day = rest.split_once("cut-over ").map(|(_, day)| day.parse());
        let another = if rest.contains("another") { Another::Agreed } else { Another::Refused };
        Ok(Command::Connect {
            organisation: Box::new(organisation),
            app: App::Installation,
            cut_over: day.transpose().map_err(|_| rest.to_owned())?,
            another,
        })
    }

    /// What the page of the connection says, for a company in a time zone.
    fn page(&self, zone: &str) -> String {
        let summary = connection::summary(&self.book, &self.exchange, zone, self.today);
        let mut out = format!("{}\n", summary.state);
        let _ = summary.command.map(|command| writeln!(out, "  do: {command}"));
        let _ = summary.cut_over.map(|day| writeln!(out, "  journals from {day}"));
        let (contacts, items, documents) = summary.linked;
        let _ = writeln!(out, "  linked: {contacts} contacts, {items} items, {documents} documents");
        for one in &summary.remarks {
            let weight = if one.weight == Weight::Warning { "warning" } else { "note" };
            let _ = writeln!(out, "{weight} {}", remark(&one.says));
        }
        for one in &summary.troubles {
            let _ = writeln!(out, "trouble {}", remark(&one.says));
        }
        out
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
