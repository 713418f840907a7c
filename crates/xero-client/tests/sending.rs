//! Sending against answers made up one by one: what each means for each kind of call, what is tried again and how.
//!
//! Not here: whole stories against the stand-in (`faults`, `round_trips`).

mod support;

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use support::judge::Judge;
use support::{BASE, START, client, web};
use world::simulated::{SeededChance, SimulatedClock, drive};
use world::{Body, Clock, Method, Moment, NetworkError, Request, Response, Transport, Waiting};
use xero::outcome::Happened::{self, Done, NotDone, Unknown};
use xero::statuses::{DocumentStatus, InvoiceType};
use xero::{Contact, Invoice, Stamp, XeroId};
use xero_client::call::{self, Call, Key, NotSendable};
use xero_client::failure::Reason;
use xero_client::limits::{Priority, Tenant};
use xero_client::resource::list;
use xero_client::send::{Client, Patience};
use xero_client::settings::Secret;
use xero_client::tokens::{InMemory, Kept, TokenStore};
use xero_client::trace::NoTrace;
use xero_sandbox::door::HttpRequest;

const ASKED: Priority = Priority::Asked;

type Scripted = Result<(u16, Vec<(&'static str, &'static str)>, String), NetworkError>;

/// Method, address, headers, body.
type Asked = (Method, String, Vec<(String, String)>, Vec<u8>);

/// A network that answers what it is told, and remembers what it was asked.
#[derive(Default)]
struct Script {
    answers: Mutex<VecDeque<Scripted>>,
    asked: Mutex<Vec<Asked>>,
    judge: Judge,
}

impl Transport for Script {
    fn send(&self, request: Request) -> Waiting<'_, Result<Response, NetworkError>> {
        Box::pin(async move {
            let body = match request.body {
                Body::Bytes(bytes) => bytes.to_vec(),
                _ => Vec::new(),
            };
            let asked = HttpRequest::new(request.method.as_str(), request.url.strip_prefix(BASE).unwrap());
            let path = asked.path.strip_prefix("/api.xro/2.0").unwrap();
            self.judge.hear(&asked.method, path, &asked.query_pairs(), &request.headers, &body);
            let complaints = self.judge.complaints();
            assert!(complaints.is_empty(), "\n{}", complaints.join("\n"));
            self.asked.lock().unwrap().push((request.method, request.url, request.headers, body));
            let answer = self.answers.lock().unwrap().pop_front().expect("one more answer");
            answer.map(|(status, headers, body)| {
                let own =
                    headers.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
                Response::whole(status, own, body)
            })
        })
    }
}

struct Scene {
    clock: SimulatedClock,
    script: Arc<Script>,
    client: Client,
}

fn scene(answers: Vec<Scripted>) -> Scene {
    let clock = SimulatedClock::at(START);
    let script = Arc::new(Script { answers: Mutex::new(answers.into()), ..Script::default() });
    let store = Arc::new(InMemory::default());
    let (access, until) = (Secret::new("token"), Moment::from_millis(i64::MAX));
    let kept = Kept { access, refresh: None, until, since: START, version: 1 };
    assert!(drive(&clock, store.swap(None, kept)).unwrap().unwrap());
    let client = client(web(), &clock, script.clone(), store, Arc::new(NoTrace));
    Scene { clock, script, client }
}

impl Scene {
    fn send(&self, call: &mut Call) -> Result<u16, (Happened, Reason, Option<Moment>)> {
        let sent = drive(&self.clock, self.client.send(Tenant::NOTHING, call, ASKED)).expect("no deadlock");
        sent.map(|answer| answer.status)
            .map_err(|failure| (failure.happened, failure.reason, failure.again_at))
    }

    fn asked(&self) -> usize {
        self.script.asked.lock().unwrap().len()
    }
}

fn status(status: u16) -> Scripted {
    Ok((status, vec![("content-type", "application/json")], "{}".to_owned()))
}

fn limited(problem: &'static str, after: &'static str) -> Scripted {
    Ok((429, vec![("X-Rate-Limit-Problem", problem), ("Retry-After", after)], String::new()))
}

fn lost() -> Scripted {
    Err(NetworkError::Broken("gone".into()))
}

fn refused() -> Scripted {
    Err(NetworkError::NotConnected("refused".into()))
}

fn invoice() -> Invoice {
    Invoice { kind: Some(InvoiceType::Sale), ..Invoice::default() }
}

/// One call of each kind.
fn calls() -> [Call; 5] {
    let chance = SeededChance::new(7);
    let id: XeroId<Invoice> = "254591b2-68c7-403f-91af-e3584f9577fe".parse().unwrap();
    let known = Invoice { invoice_id: Some(id), status: Some(DocumentStatus::Voided), ..invoice() };
    let file = xero_client::attach::Upload {
        name: "a.pdf",
        kind: "application/pdf",
        length: 1,
        online: xero_client::attach::Online::Hidden,
    };
    let mut upload = xero_client::attach::upload(id, &file, Key::fresh(&chance)).unwrap();
    upload.body = Arc::from(*b"x");
    [
        Call::read("Invoices"),
        call::create(&[invoice()], &chance).unwrap().remove(0).call,
        call::update(&[known], &chance).unwrap().remove(0).call,
        Call::remove("Items/1"),
        upload,
    ]
}

#[test]
fn every_answer_to_every_kind_of_call_means_one_thing() {
    // For a read, create, update, delete, upload; and how many tries are made.
    let table: Vec<(&str, Scripted, [Happened; 5], usize)> = vec![
        ("400", status(400), [NotDone; 5], 1),
        ("403", status(403), [NotDone; 5], 1),
        ("404", status(404), [NotDone, NotDone, NotDone, Done, NotDone], 1),
        ("412", status(412), [NotDone; 5], 1),
        ("501", status(501), [NotDone; 5], 1),
        ("500", status(500), [NotDone, Unknown, Unknown, Unknown, Unknown], 3),
        ("502", status(502), [NotDone, Unknown, Unknown, Unknown, Unknown], 3),
        ("503", status(503), [NotDone, Unknown, Unknown, Unknown, Unknown], 1),
        ("302", status(302), [NotDone, Unknown, Unknown, Unknown, Unknown], 1),
        ("lost", lost(), [NotDone, Unknown, Unknown, Unknown, Unknown], 3),
        ("late", Err(NetworkError::TimedOut("t".into())), [NotDone, Unknown, Unknown, Unknown, Unknown], 3),
        ("not connected", refused(), [NotDone; 5], 3),
        ("429 day", limited("day", "7000"), [NotDone; 5], 1),
    ];
    for (name, answer, meanings, tries) in table {
        for (mut call, meaning) in calls().into_iter().zip(meanings) {
            let scene = scene(vec![answer.clone(), answer.clone(), answer.clone()]);
            let (happened, _, _) = scene.send(&mut call).unwrap_err();
            assert_eq!((happened, scene.asked()), (meaning, tries), "{name}, {:?}", call.deed);
        }
    }
}

#[test]
fn the_same_bytes_go_out_again_under_the_same_key() {
    let scene = scene(vec![lost(), status(500), status(200)]);
    let [_, mut create, ..] = calls();
    assert_eq!(scene.send(&mut create), Ok(200));
    let asked = scene.script.asked.lock().unwrap();
    let key = |at: usize| asked[at].2.iter().find(|(name, _)| name == "Idempotency-Key").unwrap().1.clone();
    assert!(asked.iter().all(|request| request.0 == Method::Put && request.3 == asked[0].3));
    assert!(key(0) == key(1) && key(1) == key(2) && !key(0).is_empty());
}

#[test]
fn a_key_is_not_used_beyond_five_minutes() {
    let scene = scene(vec![lost(), lost(), lost()]);
    let [_, mut create, ..] = calls();
    assert_eq!(scene.send(&mut create).unwrap_err().0, Unknown);
    scene.clock.advance(Duration::from_secs(300));
    assert_eq!(scene.send(&mut create).unwrap_err(), (Unknown, Reason::KeyOver, None));
    assert_eq!(scene.asked(), 3, "nothing went out");
}

#[test]
fn a_refusal_after_a_lost_answer_leaves_it_unknown() {
    let scene = scene(vec![lost(), status(400)]);
    let [_, mut create, ..] = calls();
    assert_eq!(scene.send(&mut create).unwrap_err().0, Unknown);
    let scene = self::scene(vec![lost(), status(404)]);
    let [.., mut remove, _] = calls();
    assert_eq!(scene.send(&mut remove).unwrap_err().0, Done, "gone is gone");
}

// rule: SCH-5
#[test]
fn a_short_wait_is_waited_and_a_long_one_handed_back() {
    let [mut read, ..] = calls();
    let scene = scene(vec![limited("minute", "26"), status(200)]);
    assert_eq!(scene.send(&mut read), Ok(200));
    assert_eq!(scene.clock.now(), START.plus(Duration::from_secs(26)));
    let scene = self::scene(vec![limited("minute", "300")]);
    let (_, reason, again) = scene.send(&mut read).unwrap_err();
    assert_eq!((reason, again), (Reason::Busy, Some(START.plus(Duration::from_secs(300)))));
    assert_eq!(scene.clock.now(), START, "nobody slept");
}

#[test]
fn an_offline_xero_is_left_alone_for_five_minutes() {
    let [mut read, ..] = calls();
    let scene = scene(vec![status(503), status(200)]);
    let (_, _, again) = scene.send(&mut read).unwrap_err();
    assert_eq!(again, Some(START.plus(Duration::from_secs(300))));
    assert_eq!(scene.send(&mut read).unwrap_err().1, Reason::Busy);
    scene.clock.advance(Duration::from_secs(300));
    assert_eq!(scene.send(&mut read), Ok(200));
}

#[test]
fn a_failure_carries_xeros_number_and_speaks_to_people() {
    let body = r#"{"ErrorNumber":10,"Type":"ValidationException","Message":"A validation exception occurred",
        "Elements":[{"ValidationErrors":[{"Message":"Invoice # must be unique."}]}]}"#;
    let headers = vec![("content-type", "application/json"), ("Xero-Correlation-Id", "abc-1")];
    let scene = scene(vec![Ok((400, headers, body.to_owned()))]);
    let [_, mut create, ..] = calls();
    let sent = drive(&scene.clock, scene.client.send(Tenant::NOTHING, &mut create, ASKED)).unwrap();
    let failure = sent.unwrap_err();
    assert_eq!(failure.correlation.as_deref(), Some("abc-1"));
    let text = failure.to_string();
    assert!(text.contains("Invoice # must be unique.") && text.contains("abc-1"), "{text}");
    assert_eq!(failure.known().unwrap().code, "invalid");
}

#[test]
fn n_documents_take_as_few_calls_as_there_are_fifties() {
    let chance = SeededChance::new(1);
    for (count, calls) in [(0, 0), (1, 1), (50, 1), (51, 2), (120, 3), (1_000, 20)] {
        let writes = call::create(&vec![invoice(); count], &chance).unwrap();
        assert_eq!(writes.len(), calls, "{count} documents");
        assert_eq!(writes.iter().map(|write| write.asked.len()).sum::<usize>(), count);
        for write in &writes {
            assert_eq!(write.call.method, Method::Put);
            let query: Vec<_> =
                write.call.query.iter().map(|(name, value)| (*name, value.as_str())).collect();
            assert_eq!(query, [("summarizeErrors", "false"), ("unitdp", "4")]);
        }
    }
    let long = Invoice { reference: Some("x".repeat(1_000_000)), ..invoice() };
    assert_eq!(call::create(&vec![long; 6], &chance).unwrap().len(), 3, "bytes cut batches as well");
    let huge = Invoice { reference: Some("x".repeat(11_000_000)), ..invoice() };
    assert!(matches!(call::create(&[huge], &chance), Err(NotSendable::TooLarge(0, _))));
    assert_eq!(
        call::create(&vec![xero::Account::default(); 3], &chance).unwrap().len(),
        3,
        "Xero cuts lists of accounts"
    );
}

#[test]
fn a_post_needs_an_id_and_a_put_must_not_have_one() {
    let chance = SeededChance::new(1);
    let id = Some("254591b2-68c7-403f-91af-e3584f9577fe".parse().unwrap());
    let known = Contact { contact_id: id, ..Contact::default() };
    assert_eq!(
        call::update(&[known.clone(), Contact::default()], &chance).unwrap_err(),
        NotSendable::NoId(1)
    );
    let zero = Contact { contact_id: Some(XeroId::NOTHING), ..Contact::default() };
    assert_eq!(call::update(&[zero], &chance).unwrap_err(), NotSendable::NoId(0));
    assert_eq!(call::create(&[Contact::default(), known], &chance).unwrap_err(), NotSendable::HasId(1));
}

#[test]
fn lines_are_not_lost_by_leaving_them_out() {
    let line =
        |id: &str| xero::LineItem { line_item_id: Some(id.parse().unwrap()), ..xero::LineItem::default() };
    let (one, two) =
        (line("254591b2-68c7-403f-91af-e3584f9577fe"), line("254591b2-68c7-403f-91af-e3584f9577ff"));
    let held = [one.clone(), two.clone()];
    assert!(call::keeps_lines(&held, &held, &[]).is_ok());
    assert!(call::keeps_lines(&held, std::slice::from_ref(&one), &[two.line_item_id.unwrap()]).is_ok());
    assert!(
        matches!(call::keeps_lines(&held, &[one], &[]), Err(NotSendable::LinesLost(ids)) if ids.len() == 1)
    );
}

#[test]
fn a_look_at_changes_begins_before_the_last_one() {
    let since = Stamp::from_millis(START.millis()).unwrap();
    let scene =
        scene(vec![Ok((200, vec![("content-type", "application/json")], r#"{"Invoices":[]}"#.to_owned()))]);
    let call = list::<Invoice>().changed_since(since);
    let page = drive(&scene.clock, scene.client.page::<Invoice>(Tenant::NOTHING, call, ASKED)).unwrap();
    assert!(page.unwrap().items.is_empty());
    let asked = scene.script.asked.lock().unwrap();
    assert!(
        asked[0].2.contains(&("If-Modified-Since".to_owned(), "2026-11-21T23:58:00".to_owned())),
        "{:?}",
        asked[0].2
    );
}

#[test]
fn a_list_is_read_to_its_end() {
    let page = |number: u32, count: usize| {
        let items = vec!["{}"; count].join(",");
        let body = format!(
            r#"{{"pagination":{{"page":{number},"pageSize":1000,"pageCount":3,"itemCount":2001}},"Invoices":[{items}]}}"#
        );
        Ok((200, vec![("content-type", "application/json")], body))
    };
    let scene = scene(vec![page(1, 1_000), page(2, 1_000), page(3, 1)]);
    let all =
        drive(&scene.clock, scene.client.all::<Invoice>(Tenant::NOTHING, list::<Invoice>(), ASKED)).unwrap();
    let all = all.unwrap();
    assert_eq!((all.items.len(), all.calls), (2_001, 3));
    assert!(scene.script.asked.lock().unwrap()[2].1.ends_with("Invoices?unitdp=4&page=3&pageSize=1000"));
}

#[test]
fn an_unreadable_success_is_unknown_for_a_write_only() {
    for body in ["", "<html>", r#"{"Contacts":[]}"#] {
        let answer: Scripted = Ok((200, vec![], body.to_owned()));
        let scene = scene(vec![answer.clone(), answer]);
        let mut writes = call::create(&[invoice()], scene.client.chance()).unwrap();
        let outcome =
            drive(&scene.clock, scene.client.write(Tenant::NOTHING, &mut writes[0], ASKED)).unwrap();
        assert_eq!(outcome.unwrap_err().happened, Unknown, "{body}");
        let page =
            drive(&scene.clock, scene.client.page::<Invoice>(Tenant::NOTHING, list::<Invoice>(), ASKED))
                .unwrap();
        assert_eq!(page.unwrap_err().happened, NotDone);
    }
}

#[test]
fn patience_is_a_setting() {
    let scene = scene(vec![status(500)]);
    let hasty = Patience { tries: 1, ..Patience::default() };
    let client = scene.client.clone().with_patience(hasty);
    let [mut read, ..] = calls();
    let sent = drive(&scene.clock, client.send(Tenant::NOTHING, &mut read, ASKED)).unwrap();
    assert_eq!(sent.unwrap_err().tries, 1);
}
