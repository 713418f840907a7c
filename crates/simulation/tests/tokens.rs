//! An installation's ways to Xero, against a network made of a few lines: one refresh for many programs, sealed secrets.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use company::xero::{AppSettings, Connecting, Xero};
use company::{Asked, Failure, InstallationWish, Registered};
use futures_executor::block_on;
use futures_util::future::{join, poll_fn};
use money::Currency;
use simulation::{MemoryStore, START};
use store::seal::Key;
use store::{CompanyId, Sheet};
use world::simulated::{SeededChance, SimulatedClock, drive};
use world::{Clock, NetworkError, Request, Response, Transport, Waiting};
use xero_client::send::World;
use xero_client::settings::{App, Kind, REDIRECT, Rights, Secret};

/// Answers tokens, each a second after it was asked for, and one organisation.
struct Wire {
    clock: Arc<SimulatedClock>,
    tokens: Arc<AtomicUsize>,
}

impl Transport for Wire {
    fn send(&self, request: Request) -> Waiting<'_, Result<Response, NetworkError>> {
        let body = if request.url.ends_with("/connect/token") {
            let count = self.tokens.fetch_add(1, Ordering::SeqCst) + 1;
            format!(r#"{{"access_token":"access-{count}","expires_in":1800}}"#)
        } else if request.url.ends_with("/Actions") {
            r#"{"Actions":[]}"#.to_owned()
        } else {
            let id = "254591b2-0d3c-4f2b-9a45-5c6b2f3a1e07";
            format!(r#"{{"Organisations":[{{"OrganisationID":"{id}","Name":"Demo","BaseCurrency":"NZD"}}]}}"#)
        };
        let later = self.clock.sleep_until(self.clock.now().plus(Duration::from_secs(1)));
        Box::pin(async move {
            later.await;
            Ok(Response::whole(200, Vec::new(), body))
        })
    }
}

struct Scene {
    clock: Arc<SimulatedClock>,
    tokens: Arc<AtomicUsize>,
    memory: MemoryStore,
    key: String,
}

impl Scene {
    fn new() -> Scene {
        let clock = Arc::new(SimulatedClock::at(START));
        let key = Key::random(&SeededChance::new(5)).text().to_string();
        Scene { memory: MemoryStore::new(clock.clone()), clock, tokens: Arc::default(), key }
    }

    /// A program of its own over the same store.
    fn program(&self, key: Option<&str>) -> Xero {
        let companies = company::Companies::new(self.memory.open(), self.clock.clone());
        let transport = Wire { clock: self.clock.clone(), tokens: self.tokens.clone() };
        let world = World {
            clock: self.clock.clone(),
            chance: Arc::new(SeededChance::new(7)),
            transport: Arc::new(transport),
        };
        let key = key.map(|key| Key::parse(key).expect("a key"));
        Xero::new(Arc::new(companies), self.memory.files(), world, key)
    }

    fn connected(&self) -> (Xero, Registered) {
        let xero = self.program(Some(&self.key));
        let (code, name, zone) = ("jam".to_owned(), "Jam Ltd".to_owned(), "Pacific/Auckland".to_owned());
        let wish = InstallationWish::AddCompany { code, name, base: Currency::NZD, zone };
        let today = company::today("UTC", self.clock.now());
        let asked = Asked { id: "add".into(), by: 0, via: "test".into(), today, wish };
        let added = block_on(xero.companies().add(asked, Currency::NZD)).expect("made");
        block_on(xero.set_app(0, Some(&app()))).expect("set");
        let how = Connecting { id: "connect".into(), via: "test".into(), ..Connecting::default() };
        drive(&self.clock, xero.connect(&added, how)).expect("goes on").expect("connects");
        (xero, added)
    }
}

fn app() -> AppSettings {
    let kind = Kind::Custom(Secret::new("the-secret-of-the-app"));
    let app = App { client_id: "id".into(), kind, redirect: REDIRECT.into(), rights: Rights::Granular };
    AppSettings { app, base_url: Some("http://xero.test".into()), identity_url: None }
}

// rule: CON-6
#[test]
fn two_programs_at_once_refresh_once_and_use_the_same_token() {
    let scene = Scene::new();
    let (one, jam) = scene.connected();
    let two = scene.program(Some(&scene.key));
    assert_eq!(scene.tokens.load(Ordering::SeqCst), 1);
    let client = |xero: &Xero| block_on(xero.client(&jam)).expect("an app");
    let (mine, theirs) = (client(&one), client(&two));
    scene.clock.advance(Duration::from_secs(1_900));
    let both = join(mine.tokens().access(None), theirs.tokens().access(None));
    let (mine, theirs) = drive(&scene.clock, both).expect("goes on");
    assert_eq!(mine.expect("a token").reveal(), "access-2");
    assert_eq!(theirs.expect("a token").reveal(), "access-2");
    assert_eq!(scene.tokens.load(Ordering::SeqCst), 2, "one refresh");
    // A program that died over its turn is waited for no longer than the turn lasts.
    scene.clock.advance(Duration::from_secs(1_900));
    let dying = client(&one);
    let mut refreshing = Box::pin(dying.tokens().access(None));
    block_on(poll_fn(|context| {
        assert!(refreshing.as_mut().poll(context).is_pending(), "no answer yet");
        std::task::Poll::Ready(())
    }));
    drop(refreshing);
    let again = drive(&scene.clock, client(&two).tokens().access(None)).expect("goes on");
    assert!(again.is_ok(), "{again:?}");
}

// rule: CON-6
#[test]
fn secrets_lie_sealed_and_open_with_their_key_only() {
    let scene = Scene::new();
    let (xero, jam) = scene.connected();
    let one = CompanyId(jam.company);
    let mut seen = 0;
    for company in [CompanyId(0), one] {
        for item in
            block_on(scene.memory.open().items(company, Sheet::Secret, String::new(), 100)).expect("reads")
        {
            for secret in ["the-secret-of-the-app", "access-1"] {
                let found = item.value.windows(secret.len()).any(|part| part == secret.as_bytes());
                assert!(!found, "{} holds {secret}", item.key);
            }
            seen += 1;
        }
    }
    assert_eq!(seen, 2, "the app and the tokens; what the consent gave is gone");
    assert!(!format!("{:?}", block_on(xero.app_set(0)).expect("opens")).contains("the-secret"));
    let other = Key::random(&SeededChance::new(6)).text().to_string();
    for (key, code) in [(None, "no-key"), (Some(other.as_str()), "secret-sealed")] {
        let refused = block_on(scene.program(key).app_set(0)).expect_err("can't be opened");
        assert!(matches!(&refused, Failure::Refused(problem) if problem.code == code), "{refused}");
    }
}
