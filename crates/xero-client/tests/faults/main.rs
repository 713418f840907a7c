//! Each fault of the stand-in × each kind of write: what the client says of it, what really happened, and how a look for
//! our marker settles what nobody knows.
//!
//! What really happened is counted in the stand-in's own state, past its door and past our client. After the story the
//! thing is there exactly once. Not here: what each status means by itself (`sending`).

mod kinds;
#[path = "../support/mod.rs"]
mod support;

use kinds::{KINDS, Kind, attach, invoice, item, note, some, status, write};
use std::time::Duration;
use support::{House, START};
use world::Clock;
use xero::element::Element;
use xero::outcome::Happened;
use xero::statuses::*;
use xero::*;
use xero_client::failure::Failure;
use xero_client::limits::Priority;
use xero_client::look;
use xero_client::send::Patience;
use xero_sandbox::door::fault::{Fault, Name};

const ASKED: Priority = Priority::Asked;

/// What the client must say, and whether it really happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Seen {
    Done,
    NotDone,
    UnknownDone,
    UnknownNotDone,
}
use Seen::{Done, NotDone, UnknownDone, UnknownNotDone};

/// For one try.
const ONE_TRY: &[(Name, Seen)] = &[
    (Name::InternalError, UnknownNotDone),
    (Name::InternalErrorAfterCommit, UnknownDone),
    (Name::LostAnswer, UnknownDone),
    (Name::ConnectionDropped, UnknownNotDone),
    (Name::CutAnswer, UnknownDone),
    (Name::Maintenance, UnknownNotDone),
    (Name::OrganisationOffline, UnknownNotDone),
    (Name::SlowAnswer, UnknownDone),
    (Name::TokenExpired, Done),
    (Name::Forbidden, NotDone),
    (Name::LimitMinute, NotDone),
    (Name::LimitDay, NotDone),
    (Name::LimitConcurrent, NotDone),
    (Name::LimitAppMinute, NotDone),
    (Name::HighVolume, NotDone),
    (Name::IdempotencyDown, UnknownNotDone),
];

/// For as many tries as the client makes by itself, where that differs.
const BY_ITSELF: &[(Name, Seen)] = &[
    (Name::LostAnswer, Done),
    (Name::ConnectionDropped, Done),
    (Name::CutAnswer, Done),
    (Name::SlowAnswer, Done),
    (Name::LimitMinute, Done),
    (Name::LimitConcurrent, Done),
    (Name::LimitAppMinute, Done),
    (Name::IdempotencyDown, Done),
    // Xero keeps its 500 as the answer to the key (API-FACTS 2.8): only a look can tell.
    (Name::InternalError, UnknownNotDone),
    (Name::InternalErrorAfterCommit, UnknownDone),
];

/// What the stories begin with.
struct Setup {
    contact: XeroId<Contact>,
    invoice: XeroId<Invoice>,
    note: XeroId<CreditNote>,
    item: XeroId<Item>,
    intent: Stamp,
}

fn setup(house: &House) -> Setup {
    let ok = |result: Result<bool, Failure>| assert!(result.unwrap());
    let client = &house.client;
    let contact = Contact { name: some("Setup"), ..Contact::default() };
    let made = house.run(client.create(house.tenant, &[contact], ASKED)).unwrap().remove(0);
    let contact = made.outcome.unwrap()[0].id().unwrap();
    let nothing = (XeroId::NOTHING, XeroId::NOTHING, XeroId::NOTHING);
    let intent = Stamp::from_millis(START.millis()).unwrap();
    let mut setup = Setup { contact, invoice: nothing.0, note: nothing.1, item: nothing.2, intent };
    let sale = Invoice { invoice_number: some("SETUP"), url: None, ..invoice(&setup, InvoiceType::Sale) };
    let made = house.run(client.create(house.tenant, &[sale], ASKED)).unwrap().remove(0);
    setup.invoice = made.outcome.unwrap()[0].id().unwrap();
    let made = house
        .run(client.create(house.tenant, &[note(&setup, CreditNoteType::Sale, "SETUP")], ASKED))
        .unwrap();
    setup.note = made.into_iter().next().unwrap().outcome.unwrap()[0].id().unwrap();
    ok(write(house, client, &item("SETUP")));
    let made = house.run(client.find::<Item>(house.tenant, "SETUP", ASKED)).unwrap().unwrap();
    setup.item = made.item_id.unwrap();
    setup
}

fn story(kind: &Kind, fault: Name, expected: Seen, patience: Patience) {
    let Kind(name, method, path, write, look, count) = kind;
    let told = format!("{name} under {}", fault.word());
    let house = House::new();
    let setup = setup(&house);
    assert_eq!(count(&house, &setup), 0, "{told}: before");
    let (method, path) = (Some((*method).to_owned()), Some((*path).to_owned()));
    house.fault(Fault { method, path, delay_ms: Some(40_000), ..Fault::next(fault) });
    let client = house.client.clone().with_patience(patience);
    let said = match write(&house, &client, &setup) {
        Ok(_) => Happened::Done,
        Err(failure) => failure.happened,
    };
    let expects = match expected {
        Done => Happened::Done,
        NotDone => Happened::NotDone,
        UnknownDone | UnknownNotDone => Happened::Unknown,
    };
    assert_eq!(said, expects, "{told}: said");
    let really = usize::from(matches!(expected, Done | UnknownDone));
    assert_eq!(count(&house, &setup), really, "{told}: really");
    // The look counts two minutes after the request can last have been alive; a day later every limit is over, too.
    assert!(
        look::counts_from(house.clock.now(), patience.timeout)
            < house.clock.now().plus(Duration::from_secs(90_000))
    );
    house.clock.advance(Duration::from_secs(90_000));
    if said == Happened::Unknown {
        assert_eq!(look(&house, &setup), really == 1, "{told}: looked");
    }
    if count(&house, &setup) == 0 {
        assert!(write(&house, &house.client, &setup).unwrap(), "{told}: again");
    }
    assert_eq!(count(&house, &setup), 1, "{told}: after");
    assert!(look(&house, &setup), "{told}: found at the end");
    house.xero.judge.acquit();
}

/// A removal carries no key, so lost keys don't touch it.
fn for_kind(kind: &Kind, fault: Name, seen: Seen) -> Seen {
    match (kind.0, fault) {
        ("removal", Name::IdempotencyDown) => Done,
        // A stream can't be sent twice; the next one has a new token.
        ("attachment", Name::TokenExpired) => NotDone,
        _ => seen,
    }
}

// rule: LOG-4
#[test]
fn one_try_of_each_write_under_each_fault() {
    let once = Patience { tries: 1, ..Patience::default() };
    for kind in KINDS {
        for (fault, seen) in ONE_TRY {
            story(kind, *fault, for_kind(kind, *fault, *seen), once);
        }
    }
}

#[test]
fn what_the_client_settles_by_itself() {
    for kind in KINDS.iter().filter(|kind| kind.0 != "attachment") {
        for (fault, seen) in BY_ITSELF {
            // No key, so no kept 500; and removing again what is gone is not found, so done.
            let again = matches!(fault, Name::InternalError | Name::InternalErrorAfterCommit);
            let removed = kind.0 == "removal" && again;
            story(kind, *fault, if removed { Done } else { *seen }, Patience::default());
        }
    }
}

#[test]
fn after_a_refused_token_the_next_upload_goes_through() {
    let house = House::new();
    let setup = setup(&house);
    house.fault(Fault::next(Name::TokenExpired));
    assert_eq!(attach(&house, &house.client, &setup).unwrap_err().happened, Happened::NotDone);
    assert!(attach(&house, &house.client, &setup).unwrap());
}

#[test]
fn a_silent_no_op_is_no_success() {
    let house = House::new();
    let setup = setup(&house);
    house.fault(Fault { method: some("POST"), ..Fault::next(Name::SilentNoOp) });
    let asked = Invoice {
        invoice_id: Some(setup.invoice),
        status: Some(DocumentStatus::Voided),
        ..Invoice::default()
    };
    let batch = house.run(house.client.update(house.tenant, &[asked], ASKED)).unwrap().remove(0);
    let Element::Altered { differences, .. } = batch.outcome.unwrap().remove(0) else { panic!("altered") };
    assert_eq!(differences[0].path, "Status");
    assert_eq!(status(&house, &setup), Some(DocumentStatus::Authorised));
}

#[test]
fn every_fault_is_in_the_table() {
    for (name, word, _) in Name::TABLE {
        let elsewhere = matches!(name, Name::SilentNoOp | Name::InvalidGrant);
        assert!(elsewhere || ONE_TRY.iter().any(|(fault, _)| *fault == name), "{word}");
    }
}
