//! A storm of Xero's notices: thousands, most of them the same, wrongly signed, unreadable, or about somebody else (PAY-7).
//!
//! Whatever comes, a company's inbox holds each of Xero's kinds at most once, and only for its own organisation; who isn't Xero
//! gets 401 and leaves nothing. Not here: what a notice does to the schedule (`cases/webhooks.txt`).

use company::xero::{Connecting, Received};
use simulation::Stage;
use store::{CompanyId, Sheet};
use xero_client::settings::Secret;
use xero_sandbox::door::webhook::sign;

const KINDS: [&str; 6] = ["INVOICE", "CREDITNOTE", "CONTACT", "PREPAYMENT", "SUBSCRIPTION", "../../body/x"];

fn body(tenant: &str, kind: &str, number: usize) -> String {
    format!(
        r#"{{"events":[{{"resourceId":"{number}","tenantId":"{tenant}","tenantType":"ORGANISATION","eventCategory":"{kind}",
        "eventType":"UPDATE","eventDateUtc":"2026-10-01T02:03:04.567"}}],"firstEventSequence":1,"lastEventSequence":1}}"#
    )
}

fn inbox(stage: &Stage, place: usize) -> Vec<String> {
    let company = CompanyId(stage.places[place].company.company);
    let store = stage.nodes[0].companies().store().clone();
    let items = stage.run(store.items(company, Sheet::Inbox, String::new(), 1_000)).expect("a page");
    items.into_iter().map(|item| item.key).collect()
}

fn receive(stage: &Stage, of: u32, signature: Option<&str>, body: &[u8]) -> Received {
    stage.run(stage.nodes[0].xero.receive(of, signature, body)).expect("the store answers")
}

// rule: PAY-7
#[test]
fn a_storm_leaves_each_kind_once_and_nothing_of_others() {
    let mut stage = Stage::new(1);
    stage.add_company("jam");
    stage.add_company("soap");
    stage.connect(0, Connecting::default()).expect("it is connected");
    let jam = stage.places[0].organisation.clone();
    let whole = body(&jam, "INVOICE", 1);
    assert_eq!(receive(&stage, 0, Some(&sign("k", whole.as_bytes())), whole.as_bytes()), Received::Refused);
    stage.run(stage.nodes[0].xero.set_notice_key(0, Some(&Secret::new("k")))).expect("it is kept");
    assert!(stage.run(stage.nodes[0].xero.set_notice_key(0, Some(&Secret::new(" ")))).is_err());

    let (mut refused, mut news) = (0, 0);
    for number in 0..3_000 {
        let tenant = match number % 3 {
            0 => jam.clone(),
            1 => "00000000-0000-4000-8000-00000000beef".to_owned(),
            _ => jam.to_uppercase(),
        };
        let text = match number % 50 {
            49 => "{\"events\": [{".to_owned(),
            _ => body(&tenant, KINDS[(number / 3) % KINDS.len()], number % 7),
        };
        let right = sign("k", text.as_bytes());
        let signature = match number % 5 {
            4 => Some(sign("another", text.as_bytes())),
            3 => None,
            _ => Some(right),
        };
        match receive(&stage, 0, signature.as_deref(), text.as_bytes()) {
            Received::Refused => refused += 1,
            Received::Taken(companies) => news += companies,
        }
    }
    assert_eq!(refused, 3_000 / 5 * 2);
    // Of the kinds that a look knows, those that the numbers give to jam; each was news once.
    let kept = inbox(&stage, 0);
    assert_eq!(kept, ["xero/CREDITNOTE", "xero/INVOICE", "xero/PREPAYMENT"].map(str::to_owned));
    assert_eq!(usize::try_from(news).expect("few"), kept.len());
    assert!(inbox(&stage, 1).is_empty(), "soap's organisation was in none");

    // A company's own app speaks of its own organisation only.
    let soap = stage.places[1].company.company;
    stage.run(stage.nodes[0].xero.set_notice_key(soap, Some(&Secret::new("s")))).expect("it is kept");
    let others = body(&jam, "OVERPAYMENT", 1);
    let signature = sign("s", others.as_bytes());
    assert_eq!(receive(&stage, soap, Some(&signature), others.as_bytes()), Received::Taken(0));
    assert_eq!(inbox(&stage, 0), kept);
    // And the installation's key opens nothing at its address.
    let signature = sign("k", others.as_bytes());
    assert_eq!(receive(&stage, soap, Some(&signature), others.as_bytes()).status(), 401);
    stage.run(stage.nodes[0].xero.set_notice_key(0, None)).expect("it is forgotten");
    assert_eq!(receive(&stage, 0, Some(&signature), others.as_bytes()), Received::Refused);
}
