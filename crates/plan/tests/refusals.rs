//! Every refusal of the plan: the second half of docs/refusals.md is generated from the table of codes, and each code is
//! produced by a case or by a row here, with its facts, and no brace left.

#[path = "../../book/tests/support/mod.rs"]
mod book_notation;
#[allow(dead_code, reason = "each test uses its part")]
mod support;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use book_notation::Shop;
use plan::adjusting;
use plan::reconcile::Witness;
use plan::{
    Candidate, Code, Command, Decision, Found, Guid, Held, HeldStatus, Intended, Intent, MatchedBy, Outcome,
    Paper, PaperKind, Refusal, Settlement, Subject, Switch, Verb, read_organisation,
};
use support::company::{Company, organisation, party};
use xero::Decimal;

fn intent(subject: &Subject, verb: Verb) -> Command {
    let operation = serde_json::json!({ "subject": subject, "verb": verb, "mark": "NORD" });
    let operation: Intended = serde_json::from_value(operation).expect("an operation");
    Command::Intend(Box::new(Intent {
        batch: 1,
        call: "PUT Contacts".into(),
        key: "key".into(),
        body: "hash".into(),
        operations: vec![operation],
    }))
}

fn again(number: u32) -> Command {
    Command::DecideJournal { number, choice: plan::JournalChoice::Again }
}

/// A journal that Xero has.
fn sent(company: &mut Company) {
    let paper = serde_json::json!({
        "number": 1, "of": {"section": "stock"}, "date": "2026-03-02", "status": "posted", "cash_basis": "on",
        "text": "MB-000001 2 Mar 2026 stock", "lines": [], "known": 0, "basis": 0,
    });
    let intent = serde_json::json!({"xero_intended": {
        "batch": 70, "call": "PUT ManualJournals", "key": "key", "body": "hash",
        "operations": [{"subject": {"journal": 1}, "verb": "create", "mark": "MB-000001", "journal": paper}],
    }});
    let done = serde_json::json!({"xero_settled": {
        "batch": 70, "outcomes": [[0, {"done": {"xero": "00000000-0000-0000-0000-000000000070"}}]],
    }});
    for event in [intent, done] {
        let event: plan::Event = serde_json::from_value(event).expect("an event");
        let seq = company.exchange.seq() + 1;
        company.exchange.apply(&event, seq, 0);
    }
}

/// Refusals that no statement of the cases reaches: the runner's own, and an answer of Xero's without an id.
fn produced() -> Vec<Refusal> {
    let mut company = Company::new();
    let nord = party("NORD", "Nord", book::PartyKind::Supplier);
    company.record(book::Record::Party(nord)).expect("a supplier");
    let subject = Subject::Party(book::PartyId::new(0));
    let mut refused = vec![company.ask(&intent(&subject, Verb::Create)).expect_err("not connected")];
    company.say("connect").expect("connected");
    company.ask(&Command::Hold(Switch::On)).expect("held");
    refused.push(company.ask(&intent(&subject, Verb::Create)).expect_err("held"));
    company.ask(&Command::Hold(Switch::Off)).expect("released");
    company.ask(&intent(&subject, Verb::Create)).expect("the first intent");
    refused.push(company.ask(&intent(&subject, Verb::Create)).expect_err("under way"));
    let settle = |place| {
        let outcome = Outcome::NotDone { why: "no connection".into() };
        Command::Settle(Box::new(Settlement {
            batch: 1,
            outcomes: vec![(place, outcome)],
            correlation: None,
        }))
    };
    refused.push(company.ask(&settle(7)).expect_err("no such place"));
    company.ask(&settle(0)).expect("settled");
    company.say(r#"contact {"Name": "Nord"}"#).expect("a contact");
    company.say("import suppliers").expect("linked");
    refused.push(company.ask(&intent(&subject, Verb::Create)).expect_err("there already"));
    refused.push(company.ask(&again(1)).expect_err("no such journal"));
    sent(&mut company);
    refused.push(company.ask(&again(1)).expect_err("as it was sent"));
    let none = Subject::Document(book::DocumentId::new(0));
    let choice = plan::PaymentsChoice::Different;
    refused.push(company.ask(&Command::ChoosePayments(none, choice)).expect_err("no payments"));
    for agreed in [Switch::Off, Switch::On] {
        let wish = |name: &str| Command::SyncBalance { name: name.into(), agreed };
        refused.push(company.ask(&wish("Barns")).expect_err("no such synchronisation"));
        if agreed == Switch::Off {
            for line in [
                "book warehouse NORTH",
                "account 632 Stock of shops: CURRENT",
                "account 429 Stock adjustments: EXPENSE",
                "synchronise Shops; NORTH; 632 against 429; day",
                "save",
            ] {
                company.say(line).expect("a statement");
            }
        } else {
            refused.push(company.ask(&wish("shops")).expect_err("nothing waits"));
        }
    }
    refused.extend(links());
    refused.extend(bills());
    refused.extend(entries());
    let unclear = xero::Organisation { name: Some("Jam".into()), ..xero::Organisation::default() };
    refused.push(read_organisation(&unclear, &[], None).expect_err("no id"));
    refused
}

/// Refusals of links and of what people say about a thing.
fn links() -> Vec<Refusal> {
    let mut company = Company::new();
    for (code, name) in [("NORD", "Nord"), ("OST", "Ost")] {
        company
            .record(book::Record::Party(party(code, name, book::PartyKind::Supplier)))
            .expect("a supplier");
    }
    for line in ["book opening", "connect"] {
        company.say(line).expect("a statement");
    }
    let of = |number| Subject::Party(book::PartyId::new(number));
    let xero = |number: u32| Guid::read(&format!("{number:032x}")).expect("an id");
    let link = |subject, number| Command::Link { subject, xero: xero(number) };
    let (sugar, opening) = (Subject::Item(book::ItemId::new(0)), Subject::Document(book::DocumentId::new(0)));
    let mut refused = vec![company.ask(&link(of(9), 1)).expect_err("nobody")];
    company.ask(&link(of(0), 1)).expect("linked");
    refused.push(company.ask(&link(of(0), 2)).expect_err("linked already"));
    refused.push(company.ask(&link(of(1), 1)).expect_err("somebody else's"));
    refused.push(company.ask(&Command::Unlink(of(1))).expect_err("not linked"));
    refused.push(company.ask(&link(opening, 3)).expect_err("nothing for Xero"));
    let exclude = Command::Decide { subject: of(1), decision: Decision::Exclude("".into()) };
    refused.push(company.ask(&exclude).expect_err("no reason"));
    let found = |subject: &Subject, archived, by| Found {
        subject: subject.clone(),
        candidates: vec![Candidate {
            xero: xero(5),
            name: "Ost".into(),
            by,
            archived,
            held: None,
            item: None,
        }],
    };
    let candidates = vec![found(&of(1), true, MatchedBy::Name), found(&sugar, false, MatchedBy::Tracked)];
    company.ask(&Command::Find(candidates)).expect("found");
    refused.push(company.ask(&link(of(1), 5)).expect_err("archived"));
    refused.push(company.ask(&link(sugar, 5)).expect_err("tracked"));
    refused
}

/// Adjusting entries that nobody can have.
fn entries() -> Vec<Refusal> {
    let mut company = Company::new();
    for line in [
        "account 630 Purchases clearing: CURRENT",
        "account 848 Accrued purchases: CURRLIAB",
        "account 477 Salaries: EXPENSE",
        "account 970 Opening: EQUITY",
        "connect",
        "map purchases 630",
        "map accrued-purchases 848",
        "map opening-balances 970",
        "save",
    ] {
        company.say(line).expect("a statement");
    }
    let (book, exchange) = (&company.book, &company.exchange);
    let day = |text: &str| text.parse::<book::Day>().expect("a day");
    let today = day("2026-03-31");
    let clear =
        |until| adjusting::clearing(book, exchange, (plan::AccountRole::DirectLabour, "477"), (until, today));
    let accrue = |on| adjusting::accrual(book, exchange, (day(on), today));
    let balances = Default::default();
    let witness = Witness { day: today, at: 0, known: 0, balances, entries: Vec::new(), whole: true };
    let before = Witness { day: book::Day::FIRST, ..witness.clone() };
    let stranger = Guid::read(&format!("{:032x}", 7)).expect("an id");
    let bring = |named: &[&str]| adjusting::bring_in(book, exchange, &witness, named);
    vec![
        clear(day("2026-04-30")).expect_err("still to come"),
        clear(today).expect_err("nothing was absorbed"),
        adjusting::adoption(book, exchange, &witness, stranger).expect_err("nobody showed it"),
        accrue("2026-03-30").expect_err("no month's end"),
        accrue("2026-03-31").expect_err("nothing is open"),
        bring(&[]).expect_err("nothing differs"),
        bring(&["477"]).expect_err("no journal account"),
        adjusting::bring_in(book, exchange, &before, &[]).expect_err("the cut-over lies ahead"),
    ]
}

/// A bill that is none of the order's, and one that nobody has read yet.
fn bills() -> Vec<Refusal> {
    let mut shop = Shop::new();
    let mut company = Company::new();
    company.lists.organisation = Some(organisation(1, "Jam", shop.book.base().code()));
    for line in ["item STEEL bought", "order PO-1 2026-03-01: 10 STEEL @ 10.00"] {
        assert!(shop.say(line).is_ok(), "{line}");
    }
    company.book = shop.book;
    company.say("connect").expect("connected");
    let order = company.book.find_document(book::Kind::PurchaseOrder, "PO-1").expect("an order");
    let (subject, xero) = (Subject::Document(order), Guid::read(&format!("{:032x}", 7)).expect("an id"));
    let paper = Paper {
        kind: PaperKind::Bill,
        contact: xero.cast(),
        number: "4711".into(),
        reference: "PO-1".into(),
        url: "".into(),
        date: company.today,
        due: None,
        currency: company.book.base(),
        rate: None,
        amounts: xero::statuses::LineAmountTypes::Exclusive,
        lines: Vec::new(),
        sources: Vec::new(),
    };
    let (status, none) = (HeldStatus::Draft, Decimal::ZERO);
    let (net, tax, total, due, paid, credited) = (none, none, none, none, none, none);
    let (sent_to_contact, updated) = (false, 0);
    let held = Held {
        id: xero,
        status,
        paper,
        net,
        tax,
        total,
        due,
        paid,
        credited,
        payments: Vec::new(),
        credits: Vec::new(),
        sent_to_contact,
        updated,
    };
    let found = |held: Option<Held>| {
        let (name, by) = ("bill 4711".into(), MatchedBy::Mentions);
        let candidate = Candidate { xero, name, by, archived: false, held: held.map(Box::new), item: None };
        Command::Find(vec![Found { subject: subject.clone(), candidates: vec![candidate] }])
    };
    let link = Command::Link { subject: subject.clone(), xero };
    company.ask(&found(None)).expect("found");
    let unread = company.ask(&link).expect_err("not read yet");
    company.ask(&found(Some(held))).expect("found");
    vec![unread, company.ask(&link).expect_err("somebody else's bill")]
}

fn case_files(under: &Path, found: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(under) else { return };
    for path in entries.map(|entry| entry.expect("entry").path()) {
        if path.is_dir() {
            case_files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "txt") {
            found.push(path);
        }
    }
}

#[test]
fn every_code_is_produced_by_a_case_or_a_row() {
    let mut shown = BTreeSet::new();
    for refusal in produced() {
        let text = refusal.to_string();
        assert!(!text.contains(['{', '}']), "a fact is missing: {text}");
        shown.insert(refusal.code().id().to_owned());
    }
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("crates");
    let mut files = Vec::new();
    case_files(&crates.join("plan/tests/cases"), &mut files);
    case_files(&crates.join("simulation/tests/cases"), &mut files);
    for file in files {
        let text = fs::read_to_string(file).expect("UTF-8");
        let answers = text.lines().skip_while(|line| *line != "---");
        for line in answers {
            let words = line.split(|sign: char| !sign.is_ascii_alphanumeric());
            let codes = words.filter(|word| word.len() == 4 && word.starts_with('S'));
            let codes: Vec<String> = codes.map(str::to_owned).collect();
            let whole = !line.contains(['{', '}']) || line.contains("write {");
            assert!(codes.is_empty() || whole, "a fact is missing: {line}");
            shown.extend(codes);
        }
    }
    let ids: BTreeSet<&str> = Code::ALL.iter().map(|code| code.id()).collect();
    assert_eq!(ids.len(), Code::ALL.len(), "a code is used twice");
    let missing: Vec<&&str> = ids.iter().filter(|id| !shown.contains(**id)).collect();
    assert!(missing.is_empty(), "no case produces {missing:?}");
}

/// The second half of docs/refusals.md, as the table of codes says it; BLESS=1 writes it.
#[test]
fn the_list_of_refusals_is_current() {
    let mut text = String::from(
        "\n# What the exchange with Xero refuses and remarks\n\nGenerated from `Code::ALL` in `crates/plan/src/refusal.rs` \
         by `BLESS=1 cargo test -p plan --test refusals`.\nA remark on settings or a connection has the same shape: it warns, \
         or says what follows from a choice.\n",
    );
    let groups = [
        ('1', "Connection"),
        ('2', "Settings and accounts"),
        ('3', "Imports and links"),
        ('4', "Documents"),
        ('5', "The runner"),
        ('7', "Reconciliation"),
    ];
    for (group, title) in groups {
        let mut codes = Code::ALL.iter().filter(|code| code.id().as_bytes()[1] == group as u8).peekable();
        if codes.peek().is_none() {
            continue;
        }
        write!(text, "\n## {title}\n\n| code | what it says | what to do |\n|---|---|---|\n")
            .expect("a string");
        for code in codes {
            let remedy = match code.remedy() {
                "{remedy}" => "(it says, as it depends on what is in the way)",
                remedy => remedy,
            };
            writeln!(text, "| {} | {} | {remedy} |", code.id(), code.message()).expect("a string");
        }
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/refusals.md");
    // The first half is the book's (crates/book/tests/refusals.rs).
    let there = fs::read_to_string(&path).unwrap_or_default();
    let (first, there) = there.split_at(there.find("\n# What the exchange").unwrap_or(there.len()));
    if std::env::var_os("BLESS").is_some() {
        fs::write(&path, first.to_owned() + &text).expect("writable");
        return;
    }
    assert!(there == text, "docs/refusals.md is stale: BLESS=1 cargo test -p plan --test refusals writes it");
}
