//! The stage itself: what is kept survives a restart, a request fails as told, a program stops where told, calls count.
//!
//! Not here: our program's own way with all this (`faults`, `cases`).

use company::xero::Connecting;
use serde_json::json;
use simulation::{Failing, Point, Stage};
use xero::Contact;
use xero_client::failure::Failure;
use xero_client::limits::Priority;
use xero_client::send::Client;
use xero_sandbox::Method;
use xero_sandbox::door::fault::Name;

fn stage() -> Stage {
    let mut stage = Stage::new(1);
    stage.add_company("jam");
    stage.connect(0, Connecting::default()).expect("it is connected");
    stage
}

async fn make(client: &Client, stage: &Stage) -> Result<(), Failure> {
    let contact = Contact { name: Some("Nord".to_owned()), ..Contact::default() };
    let mut made = client.create(stage.tenant(0), &[contact], Priority::Asked).await?;
    made.remove(0).outcome.map(drop)
}

fn nords(stage: &Stage) -> usize {
    let all = stage.xero.list(&stage.places[0].organisation, "Contacts").expect("contacts");
    all.iter().filter(|contact| contact["Name"] == "Nord").count()
}

#[test]
fn a_request_fails_as_told_and_is_counted() {
    let cases = [
        (Failing::NotSent, true, 1, 1),
        (Failing::There(Name::LostAnswer), true, 1, 2),
        (Failing::There(Name::InternalError), false, 0, 3), // Xero keeps its 500 as the answer to the key
        (Failing::There(Name::LimitMinute), true, 1, 2),
    ];
    for (failing, done, there, calls) in cases {
        let stage = stage();
        let client = stage.client(0, 0);
        stage.xero.take_calls();
        stage.xero.fail_next_write(failing);
        let made = stage.run(make(&client, &stage));
        assert_eq!(made.is_ok(), done, "{failing:?}");
        assert_eq!(nords(&stage), there, "{failing:?}");
        let asked = stage.xero.take_calls();
        assert_eq!(asked.iter().filter(|one| one.is_writing()).count(), calls, "{failing:?}: {asked:?}");
        assert!(!stage.xero.is_failing());
    }
}

#[test]
fn a_program_stops_around_its_request() {
    for (point, there) in [(Point::BeforeRequest, 0), (Point::Answered, 1)] {
        let mut stage = stage();
        let client = stage.client(0, 0);
        stage.nodes[0].crash.at(point);
        let crash = stage.nodes[0].crash.clone();
        let contact = async { make(&client, &stage).await.is_ok() };
        assert_eq!(stage.run(crash.run(contact)), None, "{point:?}");
        assert_eq!(nords(&stage), there, "{point:?}");
        stage.restart(0);
        let client = stage.client(0, 0);
        stage.run(make(&client, &stage)).ok();
        assert_eq!(nords(&stage), 1, "the same name again is refused by Xero, or made now");
    }
}

#[test]
fn the_accountant_works_past_our_program() {
    let stage = stage();
    let organisation = &stage.places[0].organisation;
    stage.xero.take_calls();
    let made = stage.xero.tell(organisation, Method::Put, "Contacts", &json!({ "Name": "Ost" }));
    assert!(made.is_ok(), "{made:?}");
    let refused = stage.xero.tell(organisation, Method::Put, "Invoices", &json!({ "Type": "ACCPAY" }));
    assert!(refused.is_err_and(|why| why.starts_with("400")));
    assert!(stage.xero.take_calls().is_empty(), "it is no call of ours");
}
