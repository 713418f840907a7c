//! A company at work with the stand-in: it plans, answers questions by looking there, sends what is ready, and plans again.
//!
//! This is no runner: nothing fails here, nothing is lost, each operation goes by itself. What is asked of the stand-in and how its
//! answers become events is code of this file.

#![allow(dead_code, reason = "every test file uses a part of it")]

mod accountant;
pub mod say;

use std::collections::{BTreeMap, BTreeSet};

use book::{DocumentId, Stamp};
use plan::*;
use serde_json::{Value, json};
use xero::XeroId;
use xero_sandbox::{Call, Method, Org, UserRef};

use crate::stand_in::{self, Company, now};

/// A company, what it knows of Xero, and its planner.
pub struct Office {
    pub company: Company,
    pub exchange: Exchange,
    pub planner: Planner,
    /// What the log says.
    pub log: Vec<LogEntry>,
    /// Lists are read with this lock date.
    pub locked: Option<book::Day>,
    /// What was sent, to see that nothing goes twice.
    pub sent: Vec<(Subject, Verb)>,
    /// How often a thing may be made again: somebody said so, or Xero refused it.
    pub again: BTreeMap<Subject, usize>,
    /// Seconds since 1970.
    pub clock: i64,
}

impl Office {
    /// Connected before the first document, sales and purchases on.
    pub fn new() -> Office {
        let mut company = Company::new();
        (company.settings.sales, company.settings.procurement) = (Switch::On, Switch::On);
        let exchange = company.connected();
        Office {
            company,
            exchange,
            planner: Planner::default(),
            log: Vec::new(),
            locked: None,
            sent: Vec::new(),
            again: BTreeMap::new(),
            clock: 1_774_915_200,
        }
    }

    pub fn asking(&self) -> Asking {
        Asking { today: self.company.shop.today, by: self.company.shop.by, at: self.clock }
    }

    /// Has a wish decided, and takes its events in.
    pub fn ask(&mut self, command: &Command) -> Result<(), Refusal> {
        let decided = decide(&self.company.shop.book, &self.exchange, command, self.asking())?;
        for event in decided.book {
            let stamp = Stamp { at: self.asking().at, by: self.asking().by };
            self.company.shop.book.apply(&event, stamp);
            self.company.shop.events.push(event);
        }
        for event in decided.exchange {
            if let Event::XeroUnlinked { subject }
            | Event::XeroDecided { subject, decision: Decision::SendAgain } = &event
            {
                // Files and notes go again with their document.
                let of = subject.document();
                let with = self
                    .exchange
                    .links()
                    .map(|(one, _)| one)
                    .filter(|one| of.is_some() && one.document() == of);
                let all: BTreeSet<Subject> = with.cloned().chain([subject.clone()]).collect();
                all.into_iter().for_each(|one| *self.again.entry(one).or_default() += 1);
            }
            self.apply(&event);
        }
        Ok(())
    }

    pub fn apply(&mut self, event: &Event) {
        let seq = self.exchange.seq() + 1;
        let Asking { by, at, .. } = self.asking();
        let recorded = Recorded { seq, at, by, via: "sync".into() };
        let entries = log_entries(&self.company.shop.book, &self.exchange, event, &recorded);
        self.log.extend(entries);
        self.exchange.apply(event, seq, at);
    }

    /// Settings and lists as they are now.
    pub fn refresh(&mut self) {
        let mut lists = self.company.lists();
        if let Some(organisation) = &mut lists.organisation {
            organisation.period_lock = self.locked;
        }
        let seen = ListsSeen {
            organisation: lists.organisation,
            accounts: Some(lists.accounts),
            tax_rates: Some(lists.tax_rates),
            tracking: Some(lists.tracking),
            currencies: Some(lists.currencies),
        };
        self.ask(&Command::SeeLists(Box::new(seen))).expect("lists");
        if *self.exchange.settings() != self.company.settings {
            self.apply(&Event::XeroSettingsSaved(Box::new(self.company.settings.clone())));
        }
    }

    pub fn plan(&mut self) -> Plan {
        self.planner.plan(&self.company.shop.book, &self.exchange).clone()
    }

    /// Plans and does until nothing is ready; what is left of the plan.
    pub fn run(&mut self) -> Plan {
        for _ in 0..20 {
            let plan = self.plan();
            let ready: Vec<Operation> =
                plan.operations.iter().filter(|one| one.is_ready()).cloned().collect();
            let once: BTreeSet<&Subject> = plan.operations.iter().map(|one| &one.subject).collect();
            assert_eq!(once.len(), plan.operations.len(), "something is planned twice");
            if plan.stopped.is_some()
                || (plan.questions.is_empty()
                    && plan.links.is_empty()
                    && plan.takes.is_empty()
                    && ready.is_empty())
            {
                return plan;
            }
            self.round(&plan, ready);
        }
        panic!("twenty rounds, and still something to do: {}", self.plan().text(&self.company.shop.book));
    }

    fn round(&mut self, plan: &Plan, ready: Vec<Operation>) {
        let found = plan.questions.iter().flat_map(|question| self.answer(question)).collect::<Vec<_>>();
        if !found.is_empty() {
            self.ask(&Command::Find(found)).expect("answers");
        }
        for (subject, xero) in &plan.links {
            let command = Command::Link { subject: subject.clone(), xero: *xero };
            self.ask(&command).expect("what the plan links can be linked");
        }
        for id in &plan.takes {
            self.ask(&Command::TakeOver(*id)).expect("what the plan takes can be taken");
        }
        for operation in ready {
            self.send(operation);
        }
    }

    fn send(&mut self, operation: Operation) {
        if operation.verb == Verb::Create {
            let made = (operation.subject.clone(), Verb::Create);
            let before = self.sent.iter().filter(|one| **one == made).count();
            let allowed = self.again.get(&operation.subject).copied().unwrap_or(0);
            let log: Vec<String> = self.log.iter().map(ToString::to_string).collect();
            assert!(before <= allowed, "made twice: {}\n{}", operation.name, log.join("\n"));
        }
        self.sent.push((operation.subject.clone(), operation.verb));
        let intended = Intended {
            subject: operation.subject.clone(),
            verb: operation.verb,
            mark: operation.mark.clone(),
            xero: operation.xero,
            version: operation.basis.version,
            paper: operation.paper.clone(),
            payment: operation.payment.clone(),
            allocation: operation.allocation.clone(),
            journal: operation.journal.clone(),
            credit: operation.credit.clone(),
        };
        let (batch, call) = (self.exchange.next_batch(), "PUT".into());
        let (key, body) = (format!("{batch}").into(), "".into());
        let intent = Intent { batch, call, key, body, operations: vec![intended] };
        self.ask(&Command::Intend(Box::new(intent))).expect("what is ready may be sent");
        let outcome = self.carry_out(&operation);
        if matches!(outcome, Outcome::Refused { .. }) {
            *self.again.entry(operation.subject.clone()).or_default() += 1;
        }
        let settlement = Settlement { batch, outcomes: vec![(0, outcome)], correlation: None };
        self.ask(&Command::Settle(Box::new(settlement))).expect("settled");
    }

    fn carry_out(&mut self, operation: &Operation) -> Outcome {
        let lists = self.exchange.lists().clone();
        let org = &mut self.company.org;
        let method = if operation.verb == Verb::Create { Method::Put } else { Method::Post };
        let (path, body) = match &operation.body {
            Body::Payment(_) | Body::Allocation(..) | Body::Journal(_) | Body::Bank(_) | Body::Email(_) => {
                unreachable!("only documents in these cases")
            }
            Body::Contact(record) => ("Contacts".to_owned(), stand_in::json(record)),
            Body::Item(record) => ("Items".to_owned(), stand_in::json(record)),
            Body::Invoice(record) => ("Invoices".to_owned(), stand_in::json(record)),
            Body::CreditNote(record) => ("CreditNotes".to_owned(), stand_in::json(record)),
            Body::Order(record) => ("PurchaseOrders".to_owned(), stand_in::json(record)),
            Body::Quote(record) => ("Quotes".to_owned(), stand_in::json(record)),
            Body::Option(category, record) => {
                (format!("TrackingCategories/{category}/Options"), stand_in::json(record))
            }
            Body::Note(path, of, text) => {
                let body = json!({ "HistoryRecords": [{ "Details": &**text }] });
                return beside(org, Method::Put, &format!("{path}/{of}/History"), body.to_string(), *of);
            }
            Body::File(file) => {
                let path = format!("{}/{}/Attachments/{}", file.path, file.of, file.name);
                return beside(org, Method::Post, &path, "bytes".into(), file.of);
            }
            Body::Later => panic!("{} isn't ready", operation.name),
        };
        let answer = Company::call(org, method, &path, Some(&body));
        let plural = path.rsplit('/').next().expect("a path");
        let element = &answer[plural][0];
        let errors = element["ValidationErrors"].as_array().cloned().unwrap_or_default();
        if !errors.is_empty() {
            let messages = errors.iter().map(|error| error["Message"].as_str().unwrap_or_default().into());
            return Outcome::Refused { messages: messages.collect() };
        }
        let id = [
            "ContactID",
            "ItemID",
            "InvoiceID",
            "CreditNoteID",
            "PurchaseOrderID",
            "QuoteID",
            "TrackingOptionID",
        ]
        .iter()
        .find_map(|key| XeroId::read(element[*key].as_str()?));
        let held = Company::read_if_document(plural, element, &lists);
        let xero = id.unwrap_or_else(|| panic!("no id: {element}"));
        Outcome::Done {
            xero,
            held: held.map(Box::new),
            warnings: Vec::new(),
            altered: Vec::new(),
            payment: None,
            journal: None,
            credit: None,
        }
    }

    fn all(&self, path: &str) -> Vec<Value> {
        let call = Call::new(Method::Get, path, UserRef::adviser()).with("unitdp", "4");
        let call = if path == "Items" { call } else { call.with("page", "1").with("pageSize", "1000") };
        let call = if path == "Contacts" { call.with("includeArchived", "true") } else { call };
        let answer = self.company.org.clone().call(&call, now());
        let value: Value = serde_json::from_slice(&answer.body).expect("JSON");
        value[path].as_array().cloned().unwrap_or_default()
    }

    /// Every document of Xero's, as read by us.
    pub fn held(&self) -> Vec<Held> {
        let paths = ["Invoices", "CreditNotes", "PurchaseOrders", "Quotes"];
        let lists = self.exchange.lists();
        let all = paths.iter().flat_map(|path| self.all(path).into_iter().map(move |one| (*path, one)));
        all.filter_map(|(path, one)| Company::read(path, &one, lists)).collect()
    }

    fn answer(&self, question: &Question) -> Vec<Found> {
        let book = &self.company.shop.book;
        match question {
            Question::Contacts(ids) => ids.iter().map(|id| self.contacts(*id)).collect(),
            Question::Items(ids) => {
                let all = self.all("Items");
                let lists = self.exchange.lists();
                ids.iter()
                    .map(|id| {
                        let code = &book.item(*id).expect("an item").record.code;
                        let same = |one: &&Value| {
                            one["Code"].as_str().is_some_and(|it| it.eq_ignore_ascii_case(code))
                        };
                        let candidates = all.iter().filter(same).map(|one| {
                            let read = serde_json::from_str(&one.to_string()).expect("an item");
                            let item = reading::item(&read, lists);
                            let tracked = item.as_ref().is_some_and(|item| item.tracked);
                            let by = if tracked { MatchedBy::Tracked } else { MatchedBy::Code };
                            Candidate { item, ..candidate(&one["ItemID"], &one["Code"], by) }
                        });
                        Found { subject: Subject::Item(*id), candidates: candidates.collect() }
                    })
                    .collect()
            }
            Question::Numbers(ids) => ids.iter().map(|id| self.numbers(*id)).collect(),
            Question::BillsOf(orders) => answers::bills_of(book, &self.exchange, orders, &self.held()),
            // No payments go or come in these cases.
            Question::PaymentsOf(_) => Vec::new(),
        }
    }

    fn contacts(&self, id: book::PartyId) -> Found {
        let party = &self.company.shop.book.party(id).expect("a party").record;
        let mark = records::contact_mark(id);
        let candidates = self.all("Contacts").into_iter().filter_map(|one| {
            let is =
                |key: &str, value: &str| one[key].as_str().is_some_and(|it| it.eq_ignore_ascii_case(value));
            let by = match () {
                () if is("ContactNumber", &mark) => MatchedBy::Mark,
                () if is("AccountNumber", &party.code) => MatchedBy::Code,
                () if is("Name", &party.name) => MatchedBy::Name,
                () => return None,
            };
            let archived = one["ContactStatus"] == "ARCHIVED";
            Some(Candidate { archived, ..candidate(&one["ContactID"], &one["Name"], by) })
        });
        Found { subject: Subject::Party(id), candidates: candidates.collect() }
    }

    fn numbers(&self, id: DocumentId) -> Found {
        let wanted = papers::wanted(&self.company.shop.book, &self.exchange, id);
        let paper = wanted.expect("a paper without holds").expect("a paper");
        let on_contact = matches!(paper.kind, PaperKind::Bill | PaperKind::SupplierCredit);
        let same = |held: &Held| {
            held.paper.kind == paper.kind
                && held.paper.number == paper.number
                && (!on_contact || held.paper.contact == paper.contact)
        };
        let candidates = self.held().into_iter().filter(same).map(|held| Candidate {
            xero: held.id,
            name: format!("{} {}, {}", held.paper.kind.words(), held.paper.number, held.total).into(),
            by: MatchedBy::Number,
            archived: false,
            item: None,
            held: Some(Box::new(held)),
        });
        Found { subject: Subject::Document(id), candidates: candidates.collect() }
    }

    /// Reads what is linked, and finds bills of our orders.
    pub fn look(&mut self) {
        let held = self.held();
        let seen = held.iter().filter_map(|held| {
            let subject = self.exchange.subject(held.id)?.clone();
            Some(SeenDocument { subject, held: held.clone() })
        });
        let seen: Vec<SeenDocument> = seen.collect();
        self.ask(&Command::See(seen)).expect("seen");
        let found = answers::bills_seen(&self.company.shop.book, &self.exchange, &held);
        if !found.is_empty() {
            self.ask(&Command::Find(found)).expect("found");
        }
    }
}

fn candidate(id: &Value, name: &Value, by: MatchedBy) -> Candidate {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let xero = XeroId::read(&text(id)).expect("an id");
    Candidate { xero, name: text(name).into(), by, archived: false, held: None, item: None }
}

fn beside(org: &mut Org, method: Method, path: &str, body: String, of: Guid) -> Outcome {
    let answer = org.call(&Call::new(method, path, UserRef::adviser()).body(body), now());
    let text = String::from_utf8_lossy(&answer.body);
    assert_eq!(answer.status, 200, "{path}: {text}");
    Outcome::Done {
        xero: of,
        held: None,
        warnings: Vec::new(),
        altered: Vec::new(),
        payment: None,
        journal: None,
        credit: None,
    }
}
