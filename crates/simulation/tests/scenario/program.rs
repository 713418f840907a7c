//! Our program's lines: connecting, settings, what a person decides about a document, files.
//!
//! `settings: procurement on; new.bill approved; account purchases 630` · `decide B-1 exclude entered by hand` · `hold`.
//! Not here: running it (`sync`), what it says of a document (`told`).

use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Duration;

use book::{Attachment, Command, DocumentId, PersonRole, Stocking};
use company::xero::{Asks, Bringing, Connecting};
use company::{Company, Failure, Wish};
use plan::{Another, Decision, IfArchived, ImportKind, Mapping, Settings, Subject, Switch, TaxPreference};
use serde_json::{Value, json};
use simulation::Consent;
use store::{CompanyId, Sheet};
use sync::{Cause, Until};
use world::Clock;

use super::{Played, Scene, after, without_ids};

/// Where the accounts of the usual company are.
const ACCOUNTS: &str = "account purchases 630; account sales 200; account bank 090; account materials 621; \
    account finished_goods 620; account work_in_progress 625; account direct_labour 845; \
    account manufacturing_overheads 846; account cost_of_goods_sold 310; account inventory_gain 320; \
    account inventory_loss 320; account purchase_differences 315; account rounding 325";

impl Scene {
    /// The company as it stands.
    pub fn company(&self) -> Company {
        let log = self.stage.nodes[0].companies().log(self.stage.places[0].company.company);
        self.stage.run(log.view(None)).expect("the company").fold
    }

    /// Asks the company; a refusal waits for the line that expects it.
    pub fn ask(&mut self, wish: Wish) -> Played {
        let came = self.stage.ask(0, self.shop.by, wish);
        self.came(came)
    }

    fn came(&mut self, came: Result<(), Failure>) -> Played {
        match came {
            Ok(()) => Ok(()),
            Err(Failure::Refused(problem)) => {
                self.refused =
                    Some((problem.code.clone(), format!("{} {}", problem.message, problem.remedy)));
                Ok(())
            }
            Err(other) => Err(other.to_string()),
        }
    }

    /// Asked by somebody of `person`, it is asked as pages and the command line do; else by whoever has the machine.
    fn wish(&mut self, command: plan::Command) -> Played {
        let Some(by) = self.acting else { return self.ask(command.into()) };
        let (xero, company) = (&self.stage.nodes[0].xero, &self.stage.places[0].company);
        let asks = Asks { id: format!("wish {}", self.log()?.len()), by, via: "test".to_owned() };
        let came = self.stage.run(xero.ask(company, command, &asks)).map(drop);
        self.came(came)
    }

    /// `as bea: disconnect`: what somebody does who may not do everything.
    pub fn said_by(&mut self, name: &str, what: &str) -> Played {
        let person = self.people.iter().find(|(known, _)| known == name);
        self.acting = Some(person.ok_or_else(|| format!("there is no person {name}"))?.1);
        let played = self.program(what).unwrap_or_else(|| Err(format!("{what}? a line of our program")));
        self.acting = None;
        played
    }

    /// `person bea bookkeeper, sales`
    fn person(&mut self, name: &str, roles: &[&str]) -> Played {
        let roles: Result<Vec<PersonRole>, _> =
            roles.iter().map(|role| serde_json::from_value(json!(role.trim_end_matches(',')))).collect();
        let roles = roles.map_err(|error| error.to_string())?;
        let number = self.stage.add_person(0, name, &roles).map_err(|failure| failure.to_string())?;
        self.people.push((name.to_owned(), number));
        Ok(())
    }

    /// Lines of our program; none if it isn't one.
    pub fn program(&mut self, line: &str) -> Option<Played> {
        if let Some(what) = line.strip_prefix("settings agreed: ") {
            return Some(
                self.wanted(what).and_then(|wanted| self.wish(plan::Command::AgreeSettings(wanted))),
            );
        }
        if let Some(what) = line.strip_prefix("settings: ") {
            return Some(self.settings(what));
        }
        if let Some((on, content)) = line.strip_prefix("file ").and_then(|rest| rest.split_once(": ")) {
            return Some(self.file(on, content));
        }
        if let Some(what) = line.strip_prefix("import ") {
            return Some(self.import(what));
        }
        let words: Vec<&str> = line.split_whitespace().collect();
        Some(match words.as_slice() {
            ["connect", rest @ ..] => self.connect(rest),
            ["usual", "accounts"] => self.settings(ACCOUNTS),
            ["disconnect"] => {
                let ended = self.stage.disconnect(0, self.acting.unwrap_or(0));
                self.came(ended)
            }
            ["person", name, roles @ ..] => self.person(name, roles),
            ["company", code] => {
                // The scene goes on in this one; its organisation is the first one's until `connect organisation 2`.
                let place = self.stage.add_company(code);
                self.stage.places.swap(0, place);
                self.stage.places[0].organisation = self.office.organisation.clone();
                self.stage.restart(0);
                Ok(())
            }
            ["address", address] => {
                let set = self.stage.set_address(address);
                self.came(set)
            }
            ["sweep"] => {
                let (store, now) = (self.stage.memory.open(), self.stage.clock.now());
                let swept = self.stage.run(async move { store.sweep(Sheet::Body, now).await });
                swept.map(|_| ()).map_err(|error| error.to_string())
            }
            ["hold"] => self.wish(plan::Command::Hold(Switch::On)),
            ["release"] => self.wish(plan::Command::Hold(Switch::Off)),
            ["decide", of, what, why @ ..] => self.decide(of, what, &why.join(" ")),
            ["link", of, rest @ ..] => self.link(of, &rest.join(" ")),
            ["unlink", of] => self.subject(of).and_then(|subject| self.wish(plan::Command::Unlink(subject))),
            ["payments", of, rest @ ..] => self.payments(of, rest),
            ["correct", of] => self.document(of).and_then(|id| self.wish(plan::Command::Correct(id))),
            ["take-over", of] => self.document(of).and_then(|id| self.wish(plan::Command::TakeOver(id))),
            _ => return None,
        })
    }

    /// `payments I-1 same|different|send-again PY-1|take-again 40.00`: what a person says of payments that don't match.
    fn payments(&mut self, of: &str, words: &[&str]) -> Played {
        use plan::PaymentsChoice;
        let of = self.subject(of)?;
        let choice = match words {
            ["overpay"] => PaymentsChoice::Overpay,
            ["same"] => PaymentsChoice::Same(Vec::new(), Vec::new()),
            ["different"] => PaymentsChoice::Different,
            ["send-again", ours] => PaymentsChoice::SendAgain(self.document(ours)?),
            ["take-again", "on", to] => {
                let to = self.document(to)?;
                let link = self.company().exchange.link(&Subject::Document(to)).map(|link| link.xero);
                PaymentsChoice::TakeAgain(link.ok_or("it isn't in Xero")?)
            }
            ["take-again", amount] => {
                let company = self.company();
                let sides = plan::payments::sides_of(&company.book, &company.exchange, &of);
                let sides = sides.ok_or("it isn't paid")?;
                let same = |one: &&book::PaidOn<plan::Guid>| {
                    !one.deleted && one.amount.number().to_string() == *amount
                };
                PaymentsChoice::TakeAgain(sides.xero.iter().find(same).ok_or("no such payment")?.id)
            }
            _ => return Err("payments I-1 same|different|send-again PY-1|take-again 40.00".to_owned()),
        };
        self.wish(plan::Command::ChoosePayments(of, choice))
    }

    /// `connect [cut-over DAY] [organisation 2] [agreed] [custom] [agreed-by Ray_Restricted] [late 6m]`: somebody agrees in Xero; the lists are read when there are none.
    pub fn connect(&mut self, words: &[&str]) -> Played {
        if let Some(number) = after(words, "organisation") {
            let number: usize = number.parse().map_err(|_| "connect organisation 2")?;
            let other = self.stage.xero.organisations().into_iter().nth(number - 1);
            self.stage.places[0].organisation = other.ok_or("there is no such organisation")?;
            self.office.organisation = self.stage.places[0].organisation.clone();
        }
        let cut_over = after(words, "cut-over").map(str::parse).transpose().map_err(|_| "no day")?;
        let another = if words.contains(&"agreed") { Another::Agreed } else { Another::Refused };
        let by = self.acting.unwrap_or(0);
        let how = Connecting { cut_over, another, by, ..Connecting::default() };
        let late = after(words, "late").map_or(Ok(Duration::ZERO), super::duration)?;
        let person = after(words, "agreed-by").map(|name| name.replace('_', " "));
        let connected = match words.contains(&"custom") {
            true => self.stage.connect_custom(0, how),
            false => self.stage.connect_by(0, how, &Consent { person, late }),
        };
        self.came(connected)?;
        if self.refused.is_none() && self.company().exchange.lists().accounts.is_empty() {
            self.run_as(0, Cause::Refresh, Until::NothingReady);
        }
        self.hear()?;
        self.asked.clear(); // what connecting costs is no run's
        Ok(())
    }

    /// A connected company with an account for every role, all switches off.
    pub fn usual(&mut self) -> Played {
        self.connect(&[])?;
        self.settings(ACCOUNTS)
    }

    /// `procurement on; new.bill approved; account sales 200; tax purchases 15 INPUT2 [for Nord]`
    pub fn settings(&mut self, what: &str) -> Played {
        let wanted = self.wanted(what)?;
        self.wish(plan::Command::SaveSettings(wanted))
    }

    fn wanted(&self, what: &str) -> Result<Box<Settings>, String> {
        let company = self.company();
        let mut value =
            serde_json::to_value(company.exchange.settings()).map_err(|error| error.to_string())?;
        for part in what.split(';').map(str::trim).filter(|part| !part.is_empty()) {
            let words: Vec<&str> = part.split_whitespace().collect();
            match words.as_slice() {
                ["account", role, code, rest @ ..] => {
                    self.set_account(&company, &mut value, role, code, rest)?
                }
                ["tax", side, percent, tax_type, rest @ ..] => {
                    let party = after(rest, "for").and_then(|code| company.book.parties().find(code));
                    let percent = (*percent != "none").then_some(*percent);
                    let preference =
                        json!({ "side": side, "percent": percent, "tax_type": tax_type, "party": party });
                    let preference: TaxPreference =
                        serde_json::from_value(preference).map_err(|error| format!("{part}: {error}"))?;
                    push(&mut value["taxes"], &preference)?;
                }
                ["item-options", put, rest @ ..] => {
                    value["item_options"] = self.item_options(&company, put, after(rest, "from"))?;
                }
                [key, setting] => {
                    let pointer = format!("/{}", key.replace('.', "/"));
                    let wanted = serde_json::from_str(setting).unwrap_or_else(|_| json!(setting));
                    match (value.pointer_mut(&pointer), pointer.rsplit_once('/')) {
                        (Some(place), _) => *place = wanted,
                        // One that is nothing isn't there; what isn't known is refused when it is read.
                        (None, Some((parent, name))) => {
                            let parent =
                                value.pointer_mut(parent).ok_or_else(|| format!("no setting {key}"))?;
                            parent[name] = wanted;
                        }
                        (None, None) => return Err(format!("no setting {key}")),
                    }
                }
                _ => return Err(format!("{part}? like: procurement on; account sales 200")),
            }
        }
        let settings: Settings = serde_json::from_value(value).map_err(|error| error.to_string())?;
        Ok(Box::new(settings))
    }

    fn set_account(
        &self,
        company: &Company,
        settings: &mut Value,
        role: &str,
        code: &str,
        rest: &[&str],
    ) -> Played {
        let account = company.exchange.lists().account_of_code(code);
        let account = account.ok_or_else(|| format!("Xero has no account {code}"))?;
        let category = after(rest, "category").and_then(|code| company.book.categories().find(code));
        let warehouse = after(rest, "warehouse").and_then(|code| company.book.warehouses().find(code));
        let from = after(rest, "from").unwrap_or("2000-01-01");
        let mut mapping = json!({ "role": role, "account": account.id, "from": from });
        for (key, id) in [("category", category), ("warehouse", warehouse)] {
            if let Some(id) = id {
                mapping[key] = json!(id);
            }
        }
        if let Some(currency) = after(rest, "in") {
            mapping["currency"] = json!(currency);
        }
        let mapping: Mapping = serde_json::from_value(mapping).map_err(|error| format!("{role}: {error}"))?;
        let same = |other: &Value| {
            ["role", "category", "warehouse", "currency", "from"]
                .iter()
                .all(|key| other[key] == json!(mapping)[key])
        };
        if let Some(all) = settings["accounts"].as_array_mut() {
            all.retain(|other| !same(other));
        }
        push(&mut settings["accounts"], &mapping)
    }

    /// A document by its number.
    pub fn document(&mut self, number: &str) -> Result<DocumentId, String> {
        self.shop.book = self.read_book();
        let book = &self.shop.book;
        let of_number = |id: &DocumentId| book.document(*id).is_some_and(|held| held.number() == number);
        let withdrawn =
            || (0..).map(DocumentId::new).take_while(|id| book.document(*id).is_some()).find(of_number);
        self.shop.any(number).ok().or_else(withdrawn).ok_or_else(|| format!("the book has no {number}"))
    }

    /// A document by its number, `party Nord`, `item STEEL`.
    pub fn subject(&mut self, name: &str) -> Result<Subject, String> {
        let book = self.read_book();
        if let Some(code) = name.strip_prefix("party/") {
            return Ok(Subject::Party(book::PartyId::new(book.parties().find(code).ok_or("no such party")?)));
        }
        if let Some(code) = name.strip_prefix("item/") {
            return Ok(Subject::Item(book::ItemId::new(book.items().find(code).ok_or("no such item")?)));
        }
        if let Some(number) = name.strip_prefix("order/") {
            return self.document(number).map(Subject::Order);
        }
        self.document(name).map(Subject::Document).or_else(|problem| {
            let company = self.company();
            let found = plan::consolidated::find(&company.book, &company.exchange, name);
            found.map(Subject::Consolidated).ok_or(problem)
        })
    }

    fn decide(&mut self, of: &str, what: &str, why: &str) -> Played {
        let decision = match what {
            "add" => Decision::Add,
            "exclude" => Decision::Exclude(why.into()),
            "include" => Decision::Include,
            "send-again" => Decision::SendAgain,
            "send-anyway" => Decision::SendAnyway,
            "retry" => Decision::Retry,
            _ => return Err("add, exclude, include, send-again, send-anyway, retry".to_owned()),
        };
        let subject = self.subject(of)?;
        self.wish(plan::Command::Decide { subject, decision })
    }

    /// `link B-1 bill 4711` · `link party/Nord contact Nord Ltd`
    fn link(&mut self, of: &str, what: &str) -> Played {
        let subject = self.subject(of)?;
        let xero = self.office.id_of(what)?;
        let xero = xero.parse().map_err(|_| format!("{xero} is no id"))?;
        self.wish(plan::Command::Link { subject, xero })
    }

    /// `import suppliers Nord [restoring]: 1 imported`, `import items BEER services`, `import items JAM unit kg`: those whose name or
    /// code has the word; what came of it.
    fn import(&mut self, what: &str) -> Played {
        let (head, expected) = what.split_once(": ").unwrap_or((what.trim_end_matches(':'), ""));
        let words: Vec<&str> = head.split_whitespace().collect();
        let kind = match words.first() {
            Some(&"suppliers") => ImportKind::Suppliers,
            Some(&"customers") => ImportKind::Customers,
            Some(&"items") => ImportKind::Items,
            Some(&"tracking") => ImportKind::Tracking,
            _ => {
                return Err(
                    "import suppliers|customers|items|tracking [part of a name] [restoring]".to_owned()
                );
            }
        };
        let keywords = ["restoring", "services", "unit"];
        let part = words.get(1).filter(|word| !keywords.contains(*word)).copied().unwrap_or_default();
        let unit =
            after(&words, "unit").map(|code| self.read_book().units().find(code).ok_or("no such unit"));
        let how = Bringing {
            if_archived: if words.contains(&"restoring") { IfArchived::Restore } else { IfArchived::Report },
            unit: unit.transpose()?.map(book::UnitId::new),
            stocking: if words.contains(&"services") { Stocking::NonInventory } else { Stocking::Stocked },
        };
        let (xero, company) = (&self.stage.nodes[0].xero, &self.stage.places[0].company);
        let mut goes_on = |_| ControlFlow::Continue(());
        let rows = xero.fetch(company, kind, &mut goes_on);
        let mut rows = self.stage.run(rows).map_err(|failure| failure.to_string())?;
        rows.retain(|row| row.name.contains(part) || row.code.contains(part));
        let before = self.log()?.len();
        let asks = Asks { id: format!("import {before}"), by: self.shop.by, via: "test".to_owned() };
        let came = self.stage.run(xero.import(company, (kind, rows, how), &asks, &mut goes_on));
        self.came(came.map(|_| ()))?;
        self.hear()?;
        self.asked.clear(); // what a person fetched is no run's
        let entries = self.log()?;
        let newest = entries.get(before..).and_then(<[_]>::last);
        let said = newest.map_or_else(|| "nothing".to_owned(), |entry| without_ids(&entry.to_string()));
        self.blessed = Some(format!("import {head}: {said}"));
        if said == expected { Ok(()) } else { Err(format!("import {head}: {said}")) }
    }

    /// `file B-1 scan.pdf: what it says`
    fn file(&mut self, on: &str, content: &str) -> Played {
        let (number, name) = on.split_once(' ').ok_or("file B-1 scan.pdf: what it says")?;
        let (files, company) = (self.stage.memory.files(), CompanyId(self.stage.places[0].company.company));
        let bytes = content.as_bytes().to_vec();
        let size = bytes.len() as u64;
        let hash = self.stage.run(async { Arc::clone(&files).put(company, bytes).await });
        let sha256 = hash.map_err(|error| error.to_string())?.to_string().into();
        let document = self.document(number)?;
        let file = Attachment { name: name.into(), size, sha256, kind: "application/pdf".into() };
        let on = book::Thing::Document(document.number());
        self.ask(Wish::Inside(Box::new(Command::Attach { on, file })))
    }
}

fn push(list: &mut Value, one: &impl serde::Serialize) -> Played {
    let one = serde_json::to_value(one).map_err(|error| error.to_string())?;
    list.as_array_mut().ok_or("no list")?.push(one);
    Ok(())
}
