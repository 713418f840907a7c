//! Journals in scenarios: what is previewed, what Xero has, what the accountant does to one, what a person says of it.
//!
//! ```text
//! journals say: MB-000001 2 Mar 2026 stock: 1 stock entry | 620 100.00, 320 -100.00
//! xero has journal MB-000001 2026-03-02 posted: 320 -100.00; 620 100.00
//! ```
//! Not here: running (`sync`), which journals are right; the cases say so.

use std::collections::BTreeMap;

use company::Company;
use money::{Amount, Currency};
use plan::journals::{Became, JournalPaper, Kept, Target, dispositions, journals_begin, marked, plan};
use plan::{JournalChoice, Lists};
use serde_json::{Value, json};
use xero_sandbox::Method;

use super::things::{Words, money, paid_on, text};
use super::{Office, Played, Scene, after};

/// `100.00`
fn shown(amount: Amount) -> String {
    amount.display(Currency::NZD).to_string()
}

fn code(lists: &Lists, target: &Target) -> String {
    match target {
        Target::Account(id) => lists.account(*id).map_or_else(|| id.to_string(), |one| one.code.to_string()),
        Target::Missing(role) => format!("no account for {}", role.name()),
        Target::Unknown(named) => format!("unknown {named}"),
    }
}

impl Scene {
    /// Lines about journals; none if it isn't one.
    pub fn journals(&mut self, line: &str) -> Option<Played> {
        let (head, expected) = line.split_once(": ").unwrap_or((line.trim_end_matches(':'), ""));
        let words: Vec<&str> = head.split_whitespace().collect();
        Some(match words.as_slice() {
            ["journals", "say", rest @ ..] => self.previewed(after(rest, "until"), expected),
            ["journals", "are", "none"] => {
                let played = self.previewed(None, "");
                self.blessed = None;
                played
            }
            ["journals", "begin"] => self.begin(expected),
            ["journals", "wait"] => self.kept_back(expected),
            ["journals", "stop"] => self.stopped(expected),
            ["options", "of", account] => self.by_option(account, expected),
            ["facts", "of", account] => self.facts(account, expected),
            ["facts", "add", "up"] => self.add_up(),
            ["journal", mark, "again"] => self.say_of(mark, JournalChoice::Again),
            ["journal", mark, "leave", why @ ..] => {
                self.say_of(mark, JournalChoice::Leave(why.join(" ").into()))
            }
            ["journal", mark, "retry"] => self.retry(mark),
            ["journal", mark, "choose", text @ ..] => self.choose_one(mark, &text.join(" ")),
            ["approve", "locked", "days"] => self.ask(plan::Command::ApproveLocked.into()),
            ["journal", mark, "is", state @ ..] => self.stands(mark, &state.join(" ")),
            _ => return None,
        })
    }

    /// `journals begin: Journals go from …`, or nothing behind it if they go already.
    fn begin(&mut self, expected: &str) -> Played {
        let said = journals_begin(&self.company().exchange, self.stage.today()).unwrap_or_default();
        self.blessed = Some(format!("journals begin: {said}").trim_end().to_owned());
        if said == expected { Ok(()) } else { Err(said) }
    }

    fn day_of(&self, until: Option<&str>) -> Result<book::Day, String> {
        match until {
            Some(day) => day.parse().map_err(|error| format!("{error}")),
            None => Ok(self.stage.today()),
        }
    }

    fn told_of(&self, paper: &JournalPaper, lists: &Lists) -> String {
        let line = |line: &plan::journals::JournalLine| {
            let tracking: Vec<&str> = line.names.iter().map(|one| &*one.option).collect();
            let tracking =
                if tracking.is_empty() { String::new() } else { format!(" [{}]", tracking.join(", ")) };
            format!("{} {}{tracking}", code(lists, &Target::Account(line.account)), shown(line.amount))
        };
        let mut lines: Vec<String> = paper.lines.iter().map(line).collect();
        lines.sort();
        format!("{} | {}", paper.text, lines.join(", "))
    }

    /// `journals say [until DAY]: MB-000001 … | 620 100.00, 320 -100.00; MB-000002 …`: exactly these.
    fn previewed(&mut self, until: Option<&str>, expected: &str) -> Played {
        let (company, until) = (self.company(), self.day_of(until)?);
        let plan = plan(&company.book, &company.exchange, until);
        let told = plan.journals.iter().map(|one| self.told_of(&one.paper, company.exchange.lists()));
        let told = told.collect::<Vec<_>>().join("; ");
        self.blessed = Some(format!("journals say: {told}"));
        if told == expected { Ok(()) } else { Err(format!("journals say: {told}")) }
    }

    /// `journals wait: sales 2026-03-05 until 2026-03-31; stock 2026-03-02 approval`
    fn kept_back(&mut self, expected: &str) -> Played {
        let (company, until) = (self.company(), self.stage.today());
        let plan = plan(&company.book, &company.exchange, until);
        let told = plan.back.iter().map(|one| {
            let kept = match &one.kept {
                Kept::Until(day) => format!("until {day}"),
                Kept::Approval => "approval".to_owned(),
                Kept::Blocked(why) => format!("blocked: {why}"),
            };
            format!("{} {} {kept}", one.section.name(), one.day)
        });
        let told = told.collect::<Vec<_>>().join("; ");
        self.blessed = Some(format!("journals wait: {told}"));
        if told == expected { Ok(()) } else { Err(format!("journals wait: {told}")) }
    }

    fn stopped(&mut self, expected: &str) -> Played {
        let company = self.company();
        let plan = plan(&company.book, &company.exchange, self.stage.today());
        let told = plan.stopped.map_or_else(|| "nothing".to_owned(), |why| why.code.to_owned());
        if told == expected { Ok(()) } else { Err(format!("journals stop: {told}")) }
    }

    /// `options of 620: West 60.00; none 5.00`: what all posted journals in Xero come to on an account, by option.
    fn by_option(&mut self, account: &str, expected: &str) -> Played {
        let mut sums: BTreeMap<String, Amount> = BTreeMap::new();
        for one in self.office.all_journals()?.iter().filter(|one| one.head.contains(" posted")) {
            for line in &one.lines {
                let Some((code, rest)) = line.split_once(' ').filter(|(code, _)| *code == account) else {
                    continue;
                };
                let (amount, options) = rest.split_once(' ').unwrap_or((rest, ""));
                let amount =
                    Amount::parse(amount, Currency::NZD).map_err(|error| format!("{code}: {error:?}"))?;
                let option =
                    options.trim_matches(['[', ']']).split_once(' ').map_or("none", |(_, option)| option);
                let sum = sums.entry(option.to_owned()).or_default();
                *sum = sum.checked_add(amount).map_err(|error| format!("{code}: {error:?}"))?;
            }
        }
        let told = sums.iter().filter(|(_, sum)| !sum.is_zero());
        let told: Vec<String> = told.map(|(option, sum)| format!("{option} {}", shown(*sum))).collect();
        let told = told.join("; ");
        if told == expected { Ok(()) } else { Err(format!("options of {account}: {told}")) }
    }

    /// `item-options on [from DAY]`, as the form has it.
    pub fn item_options(&self, company: &Company, put: &str, from: Option<&str>) -> Result<Value, String> {
        let (book, exchange, today) = (&company.book, &company.exchange, self.stage.today());
        let form = plan::Form::of(exchange.settings(), book, exchange.lists(), today);
        let wanted = match from {
            Some(day) => json!({ "item_options": put, "item_options_from": day }),
            None => json!({ "item_options": put }),
        };
        let form = form.patched(&wanted.to_string()).map_err(|refusal| refusal.to_string())?;
        let wanted = form.settings(book, exchange.lists(), exchange.settings(), today);
        let wanted = wanted.map_err(|refusal| refusal.to_string())?;
        serde_json::to_value(wanted.item_options).map_err(|error| error.to_string())
    }

    /// `facts of 630: posted -100.00, waiting 100.00`: the five sums of an account over all days, without nothings.
    fn facts(&mut self, account: &str, expected: &str) -> Played {
        let company = self.company();
        let rows = dispositions(&company.book, &company.exchange, self.stage.today());
        let of = rows.iter().filter(|row| code(company.exchange.lists(), &row.account) == account);
        let mut sums = [0_i64; 5];
        for row in of {
            sums.iter_mut().zip(row.sums).for_each(|(sum, amount)| *sum += amount.minor());
        }
        let told = Became::ALL.iter().zip(sums).filter(|(_, sum)| *sum != 0);
        let told = told.map(|(became, sum)| format!("{} {}", became.words(), shown(Amount::from_minor(sum))));
        let told = told.collect::<Vec<_>>().join(", ");
        self.blessed = Some(format!("facts of {account}: {told}"));
        if told == expected { Ok(()) } else { Err(format!("facts of {account}: {told}")) }
    }

    /// The five sums of all accounts and days come to the book's ledger, but for what only Xero's own accounts get.
    fn add_up(&mut self) -> Played {
        let company = self.company();
        let until = self.stage.today();
        let rows = dispositions(&company.book, &company.exchange, until);
        let sums: i64 = rows.iter().map(|row| row.total().minor()).sum();
        let own = [book::Role::Payables, book::Role::Receivables];
        // What an adopted entry says of elsewhere is on none of our accounts.
        let is_ours = |key: &book::Key| {
            !own.contains(&key.role) && (key.role != book::Role::Other || key.account.is_some())
        };
        let ledger = company.book.ledger().balances_as_of(until);
        let ledger: i64 = ledger.filter(|(key, _)| is_ours(key)).map(|(_, amount)| amount.minor()).sum();
        if sums == ledger { Ok(()) } else { Err(format!("the sums come to {sums}, the ledger to {ledger}")) }
    }

    /// What Xero refused is tried again.
    fn retry(&mut self, mark: &str) -> Played {
        let number = marked(mark).ok_or_else(|| format!("{mark}? like MB-000001"))?;
        let subject = plan::Subject::Journal(number);
        self.ask(plan::Command::Decide { subject, decision: plan::Decision::Retry }.into())
    }

    /// Of several that bear its mark, it is the one whose text has these words.
    fn choose_one(&mut self, mark: &str, words: &str) -> Played {
        let number = marked(mark).ok_or_else(|| format!("{mark}? like MB-000001"))?;
        let (subject, company) = (plan::Subject::Journal(number), self.company());
        let found = company.exchange.found(&subject).unwrap_or_default();
        let names: Vec<&str> = found.iter().map(|one| &*one.name).collect();
        let of = found.iter().find(|one| one.name.contains(words));
        let xero = of.ok_or_else(|| format!("it may be {}", names.join(", ")))?.xero;
        self.ask(plan::Command::Link { subject, xero }.into())
    }

    fn say_of(&mut self, mark: &str, choice: JournalChoice) -> Played {
        let number = marked(mark).ok_or_else(|| format!("{mark}? like MB-000001"))?;
        self.ask(plan::Command::DecideJournal { number, choice }.into())
    }

    fn stands(&mut self, mark: &str, expected: &str) -> Played {
        let number = marked(mark).ok_or_else(|| format!("{mark}? like MB-000001"))?;
        let company = self.company();
        let journal = company.exchange.journal(number).ok_or_else(|| format!("no journal {mark}"))?;
        let state = format!("{:?}", journal.state()).to_lowercase();
        if state == expected { Ok(()) } else { Err(format!("it is {state}")) }
    }
}

impl Office {
    fn journal(&self, mark: &str) -> Result<Value, String> {
        let of = |one: &Value| text(one, "Narration").split_whitespace().next() == Some(mark);
        let found = self.list("ManualJournals")?.into_iter().find(of);
        let found = found.ok_or_else(|| format!("Xero has no journal {mark}"))?;
        let path = format!("ManualJournals/{}", text(&found, "ManualJournalID"));
        Ok(self.tell(Method::Get, &path, &Value::Null)?["ManualJournals"][0].clone())
    }

    /// `post|void|delete journal MB-000001` · `edit journal MB-000001 [date DAY] [line 1 amount 70.00 account 400]…`
    pub fn turn_journal(&self, words: &[&str]) -> Played {
        let [verb, _, mark, rest @ ..] = words else { return Err("void journal MB-000001".to_owned()) };
        let held = self.journal(mark)?;
        let mut body = held.clone();
        match *verb {
            "post" => body = json!({ "Status": "POSTED" }),
            "void" => body = json!({ "Status": "VOIDED" }),
            "delete" => body = json!({ "Status": "DELETED" }),
            _ => {
                let mut at = None;
                for pair in rest.chunks_exact(2) {
                    let [key, value] = pair else { continue };
                    match (*key, at) {
                        ("date", _) => body["Date"] = json!(value),
                        ("line", _) => at = value.parse::<usize>().ok().and_then(|at| at.checked_sub(1)),
                        ("amount", Some(at)) => {
                            body["JournalLines"][at]["LineAmount"] =
                                serde_json::from_str(value).map_err(|error| error.to_string())?;
                        }
                        ("account", Some(at)) => {
                            body["JournalLines"][at] = json!({
                                "LineAmount": body["JournalLines"][at]["LineAmount"], "AccountCode": value,
                                "TaxType": "NONE",
                            });
                        }
                        _ => return Err(format!("edit journal … {key}? date, line, amount, account")),
                    }
                }
            }
        }
        let id = text(&held, "ManualJournalID").to_owned();
        for own in ["UpdatedDateUTC", "ManualJournalID", "HasAttachments"] {
            if let Some(fields) = body.as_object_mut() {
                fields.remove(own);
            }
        }
        self.tell(Method::Post, &format!("ManualJournals/{id}"), &body).map(drop)
    }

    /// All journals in words: `journal MB-000001 2026-03-02 posted [accrual] [URL]`, with their lines by account.
    pub fn all_journals(&self) -> Result<Vec<Words>, String> {
        let all = self.list("ManualJournals")?;
        all.iter().map(|one| self.in_words(text(one, "ManualJournalID"))).collect()
    }

    fn in_words(&self, id: &str) -> Result<Words, String> {
        // A list has no lines (API-FACTS 4.12).
        let whole = self.tell(Method::Get, &format!("ManualJournals/{id}"), &Value::Null)?;
        let held = &whole["ManualJournals"][0];
        let mark = text(held, "Narration").split_whitespace().next().unwrap_or_default();
        let status = text(held, "Status").to_lowercase();
        let basis = if held["ShowOnCashBasisReports"] == json!(false) { " accrual" } else { "" };
        let head = format!("journal {mark} {} {status}{basis} {}", paid_on(held), text(held, "Url"));
        let line = |one: &Value| {
            let options = one["Tracking"].as_array().into_iter().flatten();
            let options: String =
                options.map(|one| format!(" [{} {}]", text(one, "Name"), text(one, "Option"))).collect();
            let tax = if text(one, "TaxType") == "NONE" { "" } else { " taxed" };
            format!("{} {}{options}{tax}", text(one, "AccountCode"), money(&one["LineAmount"]))
        };
        let mut lines: Vec<String> =
            held["JournalLines"].as_array().into_iter().flatten().map(line).collect();
        lines.sort();
        Ok(Words { head: head.trim_end().to_owned(), lines })
    }
}
