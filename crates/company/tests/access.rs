//! Who may ask for what about Xero: the table of acts, asked with roles in a company.

mod shop;

use book::{Act, PersonRole, Text};
use company::{Failure, InstallationWish, Person, about_xero, allowed};
use futures_executor::block_on;
use money::Currency;
use plan::{Command, Decision, Subject, Switch};
use shop::*;
use world::simulated::SeededChance;

// rule: CON-1
#[test]
fn only_an_administrator_changes_the_connection_and_a_bookkeeper_sends() {
    let folder = tempfile::tempdir().expect("a folder");
    let companies = companies(sqlite(folder.path()));
    for code in ["jam", "tea"] {
        block_on(companies.add(add_company(code), Currency::NZD)).expect("made");
    }
    let password = "correct horse battery staple";
    let people = [
        ("ann", PersonRole::Administrator),
        ("bea", PersonRole::Bookkeeper),
        ("sam", PersonRole::Sales),
        ("vic", PersonRole::Viewer),
    ];
    for (user, (login, role)) in (1..).zip(people) {
        let person = Person::new(login, login, password, &SeededChance::new(user.into())).expect("a person");
        let ask = |id: String, wish| block_on(companies.installation().ask(asked(&id, wish))).expect("done");
        ask(format!("add-{login}"), InstallationWish::AddUser(Box::new(person)));
        let company = "jam".to_owned();
        ask(format!("give-{login}"), InstallationWish::GiveRoles { company, user, roles: vec![role] });
    }
    let installation = block_on(companies.installation().view(None)).expect("reads").fold;
    let [jam, tea] = ["jam", "tea"].map(|code| installation.company(code).expect("there").clone());
    let may = |company, act| {
        (0..=5).filter(|user| allowed(&installation, company, *user, act).is_ok()).collect::<Vec<u32>>()
    };
    // Whoever has the machine may everything; a role in one company is none in another.
    assert_eq!((may(&jam, Act::Connection), may(&tea, Act::Connection)), (vec![0, 1], vec![0]));
    assert_eq!((may(&jam, Act::Exchange), may(&tea, Act::Exchange)), (vec![0, 1, 2], vec![0]));
    let problem = allowed(&installation, &jam, 2, Act::Connection).expect_err("a bookkeeper");
    assert_eq!(
        problem.to_string(),
        "not-allowed You may not change the connection to Xero in jam. Ask somebody who may: an administrator."
    );
    let problem = allowed(&installation, &jam, 3, Act::Exchange).expect_err("sales");
    assert!(problem.remedy.ends_with("an administrator, bookkeeper."), "{problem}");
    let _: Failure = problem.into();
}

#[test]
fn what_people_ask_has_its_act_and_the_runners_own_has_none() {
    let subject = Subject::Note(serde_json::from_str("1").expect("an id"), 1);
    for (command, act) in [
        (Command::Disconnect, Some(Act::Connection)),
        (Command::SaveSettings(Box::default()), Some(Act::Connection)),
        (Command::AgreeSettings(Box::default()), Some(Act::Connection)),
        (Command::Hold(Switch::On), Some(Act::Exchange)),
        (Command::Decide { subject, decision: Decision::Retry }, Some(Act::Exchange)),
        (Command::LoseSignIn { why: Text::from("x") }, None),
        (Command::Find(Vec::new()), None),
        (Command::See(Vec::new()), None),
    ] {
        assert_eq!(about_xero(&command), act, "{command:?}");
    }
}
