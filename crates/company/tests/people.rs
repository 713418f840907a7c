//! Users of the installation: sign-in, erasing, roles.

mod shop;

use book::PersonRole;
use company::{Failure, InstallationEvent, InstallationWish, People, Person, verify_installation};
use futures_executor::block_on;
use money::Currency;
use shop::*;
use store::CompanyId;
use world::simulated::SeededChance;

const PASSWORD: &str = "three horses and a cart";

#[test]
fn people_sign_in_and_can_be_erased_and_the_chain_still_verifies() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = sqlite(folder.path());
    let (companies, chance) = (companies(store.clone()), SeededChance::new(1));
    let ana = Person::new("Ana@example.com", "Ana", PASSWORD, &chance).expect("a person");
    let again = Person::new("ana@example.com", "Another Ana", PASSWORD, &chance).expect("a person");
    let add = |id: &str, person: &Person| {
        block_on(companies.installation().ask(asked(id, InstallationWish::AddUser(Box::new(person.clone())))))
    };
    add("ana", &ana).expect("added");
    let taken = add("again", &again).expect_err("the login is taken");
    assert!(matches!(taken, Failure::Refused(problem) if problem.code == "taken"));
    let people = People(&*store);
    let sign_in = |login: &str, password: &str| {
        block_on(people.sign_in(login, password)).expect("asks").map(|l| l.user)
    };
    assert_eq!(sign_in("ANA@example.com", PASSWORD), Some(1));
    assert_eq!(sign_in("ana@example.com", "three horses and a cat"), None);
    assert_eq!((sign_in("", PASSWORD), sign_in("bo@example.com", PASSWORD)), (None, None));
    // No name and no password stands in the log.
    let rows = block_on(store::Store::rows(&*store, CompanyId(0), 0, 100)).expect("reads");
    let log: String = rows.iter().map(|row| String::from_utf8_lossy(&row.entry.bytes).into_owned()).collect();
    assert!(
        log.contains(&ana.digest()) && !log.to_lowercase().contains("ana@") && !log.contains("argon"),
        "{log}"
    );
    block_on(people.erase(1)).expect("erased");
    assert_eq!(
        (sign_in("ana@example.com", PASSWORD), block_on(people.person(1)).expect("asks")),
        (None, None)
    );
    let verified = block_on(verify_installation(&*store, &*clock())).expect("verifies");
    assert_eq!(verified.findings, []);
    add("bo", &again).expect("the login is free again");
}

#[test]
fn a_password_is_long_and_a_login_is_something() {
    let chance = SeededChance::new(1);
    for (login, password, code) in [
        ("ana", "fourteen chars", "bad-password"),
        ("", PASSWORD, "bad-input"),
        ("a\nb", PASSWORD, "bad-input"),
    ] {
        assert_eq!(Person::new(login, "", password, &chance).expect_err("refused").code, code);
    }
}

#[test]
fn roles_are_given_and_taken() {
    let folder = tempfile::tempdir().expect("a folder");
    let companies = companies(sqlite(folder.path()));
    block_on(companies.add(add_company("jam"), Currency::NZD)).expect("made");
    let give = |id: &str, user, roles: &[PersonRole]| {
        let wish = InstallationWish::GiveRoles { company: "jam".into(), user, roles: roles.to_vec() };
        block_on(companies.installation().ask(asked(id, wish)))
    };
    let nobody = give("early", 1, &[PersonRole::Viewer]).expect_err("no user yet");
    assert!(matches!(nobody, Failure::Refused(problem) if problem.code == "no-such-user"));
    let bo = Person::new("bo", "Bo", PASSWORD, &SeededChance::new(2)).expect("a person");
    block_on(companies.installation().ask(asked("bo", InstallationWish::AddUser(Box::new(bo)))))
        .expect("added");
    give("some", 1, &[PersonRole::Sales, PersonRole::Viewer, PersonRole::Sales]).expect("given");
    let roles = || {
        let state = block_on(companies.installation().view(None)).expect("reads");
        state.fold.memberships().flat_map(|one| one.roles).collect::<Vec<_>>()
    };
    assert_eq!(roles(), [PersonRole::Sales, PersonRole::Viewer]);
    give("none", 1, &[]).expect("taken");
    assert_eq!(roles(), []);
}

#[test]
fn what_the_installation_stored_stays_readable() {
    // Never edited once released.
    let samples = [
        include_str!("samples/installation.1.json"),
        include_str!("samples/installation-claims.1.json"),
        include_str!("samples/installation-address.1.json"),
    ];
    let mut count = 0;
    for text in samples {
        let events = wire::read::<InstallationEvent>(text.trim_end().as_bytes()).expect("reads");
        assert_eq!(wire::write(&events), text.trim_end());
        count += events.len();
    }
    let kinds = schemars::schema_for!(InstallationEvent).to_value()["oneOf"].as_array().map_or(0, Vec::len);
    assert_eq!(count, kinds, "a sample of every event");
}

// rule: CON-3
#[test]
fn an_organisation_is_of_one_company_until_it_is_freed() {
    let folder = tempfile::tempdir().expect("a folder");
    let companies = companies(sqlite(folder.path()));
    for code in ["jam", "tea"] {
        block_on(companies.add(add_company(code), Currency::NZD)).expect("made");
    }
    let ask = |id: &str, wish| block_on(companies.installation().ask(asked(id, wish)));
    let claim = |company, organisation: &str| InstallationWish::ClaimOrganisation {
        company,
        organisation: organisation.into(),
        name: format!("{organisation} Ltd"),
        app: plan::App::Installation,
    };
    assert_eq!(ask("one", claim(1, "demo")).expect("free").events.len(), 1);
    assert_eq!(ask("again", claim(1, "demo")).expect("ours").events.len(), 0);
    let Failure::Refused(problem) = ask("two", claim(2, "DEMO")).expect_err("taken") else {
        panic!("refused")
    };
    assert_eq!(problem.code, "organisation-taken");
    assert!(problem.message.contains("DEMO Ltd") && problem.message.contains("jam (Jam Ltd)"), "{problem}");
    // A company has one: another instead of it.
    ask("other", claim(1, "other")).expect("free");
    ask("two", claim(2, "demo")).expect("it is free now");
    let free = |company| InstallationWish::FreeOrganisation { company };
    assert_eq!(ask("free", free(2)).expect("freed").events.len(), 1);
    assert_eq!(ask("free-again", free(2)).expect("nothing to do").events.len(), 0);
    let state = block_on(companies.installation().view(None)).expect("reads").fold;
    assert_eq!(state.claims().map(|claim| claim.organisation.as_str()).collect::<Vec<_>>(), ["other"]);
}
