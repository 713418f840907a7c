//! Webhooks: signature, intent round, retries, duplicates, disorder (API-FACTS 5, 9.16).

use serde_json::Value;

use super::*;
use crate::exchange::{Category, EventType};

fn at(minute: i64) -> Timestamp {
    Timestamp::from_second(1_790_000_000 + minute * 60).expect("time")
}

fn notice(category: Category, event: EventType, id: &str) -> Notice {
    let moment = "2026-10-01T02:03:04.567Z".parse().expect("time");
    let kind = (category == Category::CreditNote).then(|| ("ACCRECCREDIT".into(), "DRAFT".into()));
    Notice { category, event, resource_id: id.into(), at: moment, kind_and_status: kind }
}

struct Case {
    webhooks: Webhooks,
    mint: Mint,
}

impl Case {
    fn new() -> Case {
        let mut case = Case { webhooks: Webhooks::default(), mint: Mint::new(1) };
        let wish = Wish {
            url: "http://127.0.0.1:9/hook".into(),
            key: "key".into(),
            categories: vec!["INVOICE".into(), "CREDITNOTE".into()],
        };
        case.webhooks.subscribe("app", wish, &mut case.mint, at(0));
        case
    }

    /// With the intent round passed.
    fn ready() -> Case {
        let mut case = Case::new();
        for delivery in case.due(0) {
            let right = sign("key", &delivery.body) == delivery.signature;
            case.answer(delivery.number, if right { 200 } else { 401 }, 0);
        }
        assert_eq!(case.status(), Status::Ok);
        case
    }

    fn due(&mut self, minute: i64) -> Vec<Delivery> {
        self.webhooks.due(&mut self.mint, at(minute))
    }

    fn answer(&mut self, number: u64, status: u16, minute: i64) {
        self.webhooks.outcome("app", number, &Outcome::Answered(status, 10), at(minute));
    }

    fn status(&mut self) -> Status {
        self.webhooks.of("app").expect("subscribed").status
    }

    fn announce(&mut self, id: &str) {
        let notice = notice(Category::Invoice, EventType::Update, id);
        self.webhooks.announce(&["app".into(), "other".into()], "org", "http://x", &notice);
    }
}

fn events(delivery: &Delivery) -> (Vec<String>, i64, i64) {
    let body: Value = serde_json::from_slice(&delivery.body).expect("JSON");
    let ids = body["events"].as_array().expect("events").iter();
    let ids = ids.map(|e| e["resourceId"].as_str().expect("an id").to_owned()).collect();
    let sequence = |name: &str| body[name].as_i64().expect("a number");
    (ids, sequence("firstEventSequence"), sequence("lastEventSequence"))
}

#[test]
fn the_signature_is_that_of_rfc_4231() {
    // RFC 4231, test case 2, in base64.
    let expected = "W9zBRr9gdU5qBCQmCJV1x1oAPwidJzmDnexYuWTsOEM=";
    assert_eq!(sign("Jefe", b"what do ya want for nothing?"), expected);
}

#[test]
fn the_intent_round_has_right_and_wrong_signatures() {
    let mut case = Case::new();
    let round = case.due(0);
    let right: Vec<bool> = round.iter().map(|d| sign("key", &d.body) == d.signature).collect();
    assert_eq!(right, [true, false, true, false]);
    assert!(round.iter().all(|d| events(d) == (Vec::new(), 0, 0)));
    assert_eq!(case.due(0), [], "each is sent once");
    for (delivery, right) in round.iter().zip(right) {
        assert_eq!(case.status(), Status::IntentPending);
        case.answer(delivery.number, if right { 204 } else { 401 }, 0);
    }
    assert_eq!(case.status(), Status::Ok);
}

#[test]
fn who_takes_every_signature_fails_the_round() {
    let mut case = Case::new();
    for delivery in case.due(0) {
        case.answer(delivery.number, 200, 0);
    }
    assert_eq!(case.status(), Status::IntentFailed);
    let reason = case.webhooks.of("app").expect("subscribed").reason.clone();
    assert_eq!(reason.as_deref(), Some("answered 200 where 401 was due"));
    case.announce("1");
    assert_eq!(case.due(1), [], "nothing is posted to it");
}

#[test]
fn an_event_is_told_as_the_spec_writes_it() {
    let mut case = Case::ready();
    case.webhooks.announce(
        &["app".into()],
        "org",
        "http://127.0.0.1:4010",
        &notice(Category::CreditNote, EventType::Create, "77"),
    );
    case.webhooks.announce(
        &["app".into()],
        "org",
        "http://127.0.0.1:4010",
        &notice(Category::Contact, EventType::Create, "78"),
    );
    let deliveries = case.due(1);
    assert_eq!(deliveries.len(), 1, "contacts were not asked for");
    let body: Value = serde_json::from_slice(&deliveries[0].body).expect("JSON");
    assert_eq!(
        body["events"],
        json!([{
            "resourceUrl": "http://127.0.0.1:4010/api.xro/2.0/CreditNotes/77", "resourceId": "77",
            "tenantId": "org", "tenantType": "ORGANISATION", "eventCategory": "CREDITNOTE",
            "eventType": "CREATE", "eventDateUtc": "2026-10-01T02:03:04.567",
            "data": {"Type": "ACCRECCREDIT", "Status": "DRAFT"}
        }])
    );
    assert_eq!(deliveries[0].signature, sign("key", &deliveries[0].body));
    assert_eq!(body["entropy"].as_str().map(str::len), Some(20));
}

#[test]
fn failures_are_repeated_at_once_then_every_15_minutes_for_24_hours() {
    let mut case = Case::ready();
    case.announce("1");
    let mut sent_at = Vec::new();
    for minute in 1..=1_500 {
        while let Some(delivery) = case.due(minute).pop() {
            sent_at.push(minute);
            case.answer(delivery.number, 500, minute);
        }
    }
    assert_eq!(sent_at[..4], [1, 1, 16, 31]);
    assert_eq!(sent_at.last(), Some(&1_441));
    assert_eq!(case.status(), Status::Disabled);
    let wish = case.webhooks.of("app").expect("subscribed").wish.clone();
    case.webhooks.subscribe("app", wish, &mut case.mint, at(1_500));
    for delivery in case.due(1_500) {
        let right = sign("key", &delivery.body) == delivery.signature;
        case.answer(delivery.number, if right { 200 } else { 401 }, 1_500);
    }
    assert_eq!(events(&case.due(1_501)[0]).0, ["1"], "what waited is told when the address works again");
}

#[test]
fn a_late_or_lost_answer_is_a_failure() {
    for outcome in [Outcome::Answered(200, 5_001), Outcome::Failed("refused".into())] {
        let mut case = Case::ready();
        case.announce("1");
        let number = case.due(1)[0].number;
        case.webhooks.outcome("app", number, &outcome, at(1));
        assert_eq!(case.due(1).len(), 1, "{outcome:?}");
    }
}

#[test]
fn several_events_share_a_post_and_sequences_run_on() {
    let mut case = Case::ready();
    case.announce("1");
    case.announce("2");
    let first = case.due(1);
    assert_eq!(events(&first[0]), (vec!["1".into(), "2".into()], 1, 2));
    case.answer(first[0].number, 200, 1);
    case.announce("3");
    assert_eq!(events(&case.due(2)[0]), (vec!["3".into()], 3, 3));
}

#[test]
fn duplicates_and_disorder_on_demand() {
    let mut case = Case::ready();
    case.webhooks.of("app").expect("subscribed").duplicates = 1;
    case.announce("1");
    let twice = case.due(1);
    assert_eq!(twice.iter().map(events).collect::<Vec<_>>(), vec![(vec!["1".to_owned()], 1, 1); 2]);
    for delivery in &twice {
        case.answer(delivery.number, 200, 1);
    }
    case.webhooks.of("app").expect("subscribed").disorder = 1;
    case.announce("2");
    assert_eq!(case.due(2), [], "it waits for another");
    case.announce("3");
    let order: Vec<_> = case.due(3).iter().map(|d| events(d).0.concat()).collect();
    assert_eq!(order, ["3", "2"]);
}
