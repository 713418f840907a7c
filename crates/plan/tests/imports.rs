//! Imports by chance: every row is counted, nothing comes twice, nothing is linked twice, and the list says what will come.

#[allow(dead_code, reason = "each test uses its part")]
mod support;

use std::collections::BTreeSet;

use book::{Command as Ask, PartyKind, Thing};
use plan::{
    Command, Event, IfArchived, Import, ImportKind, Incoming, PAGE, RowState, Subject, choices, fetched,
    read_contacts,
};
use proptest::prelude::*;
use support::company::{Company, party};
use xero::XeroId;

const NAMES: &[&str] = &["Nord", "nord", "NORD Ltd", "Ost", "West GmbH", "", "Öl & Co", "öl & co", "-"];
const CODES: &[&str] = &["", "", "", "NORD", "nord", "N-1", "WEST", "4711"];

fn contacts() -> impl Strategy<Value = Vec<xero::Contact>> {
    let one = (0..NAMES.len(), 0..CODES.len(), 0..CODES.len(), 0_u8..6, any::<bool>(), any::<bool>());
    prop::collection::vec(one, 1..12).prop_map(|rows| {
        let contact = |(place, (name, number, mark, status, supplier, customer)): (
            usize,
            (usize, usize, usize, u8, bool, bool),
        )| xero::Contact {
            contact_id: XeroId::read(&format!("{:032x}", place + 1)),
            name: Some(NAMES[name].to_owned()),
            account_number: Some(CODES[number].to_owned()),
            contact_number: Some(CODES[mark].to_owned()),
            contact_status: (status == 0).then_some(xero::statuses::ContactStatus::Archived),
            is_supplier: Some(supplier),
            is_customer: Some(customer),
            ..xero::Contact::default()
        };
        rows.into_iter().enumerate().map(contact).collect()
    })
}

fn company(parties: &[(usize, usize, bool)]) -> Company {
    let mut company = Company::new();
    company.say("connect").expect("connected");
    for (code, name, archived) in parties {
        let (code, name) = (CODES[*code].to_owned(), NAMES[*name]);
        let kind = if *archived { PartyKind::Customer } else { PartyKind::Supplier };
        let Ok(()) = company.record(book::Record::Party(party(&code, name, kind))) else { continue };
        if *archived {
            let id = company.book.parties().find(&code).expect("just saved");
            company.tell(Ask::Archive(Thing::Party(id))).expect("archived");
        }
    }
    company
}

fn import(chosen: Vec<Incoming>, if_archived: IfArchived) -> Command {
    let (unit, stocking) = (None, book::Stocking::Stocked);
    Command::Import(Box::new(Import { kind: ImportKind::Suppliers, chosen, if_archived, unit, stocking }))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    // rule: IMP-3, IMP-4, IMP-5
    #[test]
    fn every_row_is_counted_and_nothing_comes_or_is_linked_twice(
        contacts in contacts(),
        parties in prop::collection::vec((3..CODES.len(), 0..NAMES.len(), any::<bool>()), 0..6),
        restores in any::<bool>(),
    ) {
        let mut company = company(&parties);
        let rows = read_contacts(&contacts);
        let listed = choices(&company.book, &company.exchange, ImportKind::Suppliers, &rows, "", 0).expect("a list");
        let chosen: Vec<Incoming> = listed.rows.iter().map(|row| row.incoming.clone()).collect();
        if chosen.is_empty() {
            return Ok(());
        }
        let before = company.book.parties().len();
        let archived = listed.rows.iter().filter(|row| row.state == RowState::Archived).count();
        let if_archived = if restores { IfArchived::Restore } else { IfArchived::Report };
        let decided = company.ask(&import(chosen.clone(), if_archived)).expect("imported");
        let Some(Event::XeroImported(result)) = decided.exchange.last() else { panic!("no result") };
        let imported = result.imported as usize;
        prop_assert_eq!(imported + result.skipped.len(), chosen.len());
        // Rows of one name or number become one party: what came is at most what the list promised.
        let promised = listed.new + if restores { archived } else { 0 };
        prop_assert!(imported <= promised, "{imported} came, {promised} were promised");
        prop_assert!(listed.new == 0 || imported > 0);
        let after = company.book.parties().len();
        prop_assert!((after - before) as usize <= imported);

        let mut seen = BTreeSet::new();
        for (subject, link) in company.exchange.links() {
            prop_assert!(seen.insert(link.xero), "{subject:?} is linked to what another is");
            prop_assert_eq!(company.exchange.subject(link.xero), Some(subject));
            let row = chosen.iter().find(|row| row.xero == link.xero).expect("one of the chosen");
            prop_assert!(!row.archived && !row.name.is_empty());
            let Subject::Party(id) = subject else { panic!("{subject:?}") };
            let party = company.book.party(*id).expect("a party");
            prop_assert!(!party.archived, "{} is linked and archived", party.record.code);
        }

        let again = company.ask(&import(chosen, if_archived)).expect("once more");
        prop_assert!(again.book.is_empty() && again.exchange.len() == 1, "{again:?}");
    }
}

/// rule: IMP-1, IMP-2, IMP-5
#[test]
fn a_list_comes_a_hundred_at_a_time_and_is_searched_by_name_or_a_part_of_a_number() {
    let company = Company::new();
    let row = |number: u32| Incoming {
        xero: XeroId::read(&format!("{number:032x}")).expect("an id"),
        code: format!("C-{number:04}").into(),
        name: format!("Supplier {}", number * 7 % 251).into(),
        ..Incoming::default()
    };
    let rows: Vec<Incoming> = (1..=250).map(row).collect();
    let list = |search: &str, from: usize| {
        choices(&company.book, &company.exchange, ImportKind::Suppliers, &rows, search, from).expect("a list")
    };
    let (first, second, last) = (list("", 0), list("", PAGE), list("", 2 * PAGE));
    assert_eq!([first.rows.len(), second.rows.len(), last.rows.len()], [100, 100, 50]);
    assert_eq!([first.next, second.next, last.next], [Some(100), Some(200), None]);
    assert_eq!((first.found, first.new), (250, 250));
    let all = [first, second, last].map(|part| part.rows).concat();
    assert!(
        all.iter().zip(&rows).all(|(choice, row)| choice.incoming == *row),
        "nothing twice, nothing left out"
    );
    let by_number = list("c-024", 0);
    assert_eq!((by_number.found, by_number.next), (10, None));
    assert_eq!(
        list("SUPPLIER 250", 0).found,
        rows.iter().filter(|row| row.name.contains("Supplier 250")).count()
    );
    assert_eq!(list("nobody", 0).found, 0);
    assert_eq!(list("", 1_000).rows, []);
}

/// rule: IMP-1, IMP-3
#[test]
fn a_list_that_is_fetched_whole_says_what_was_new_and_what_was_here() {
    let mut company = Company::new();
    for line in
        ["account 200 Sales: SALES", "account 310 Cost of goods: DIRECTCOSTS", "rate OUTPUT2 15 sales"]
    {
        company.say(line).expect(line);
    }
    let before = plan::Lists::default();
    let first = fetched(ImportKind::Accounts, &before, &company.lists);
    assert_eq!(first.words(), "2 imported");
    let before = company.lists.clone();
    for line in ["recode 310 311", "account 400 Advertising: OVERHEADS"] {
        company.say(line).expect(line);
    }
    assert_eq!(
        fetched(ImportKind::Accounts, &before, &company.lists).words(),
        "2 imported, 1 skipped (1 unchanged)"
    );
    assert_eq!(
        fetched(ImportKind::TaxRates, &before, &company.lists).words(),
        "0 imported, 1 skipped (1 unchanged)"
    );
}
