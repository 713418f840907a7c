//! Signing in against the stand-in: codes, refreshes, races, crashes and ends.
//!
//! Not here: the browser and the listener (`millbook xero login`).

mod support;

use futures_util::future::join_all;
use std::sync::Arc;
use std::time::Duration;
use support::{House, START, addresses, app, client, web};
use world::Clock;
use xero::Organisation;
use xero::outcome::Happened;
use xero_client::failure::Reason;
use xero_client::limits::{Priority, Tenant};
use xero_client::oauth::{self, SignInError};
use xero_client::resource::list;
use xero_client::settings::{App, Kind, Rights, Secret};
use xero_client::tokens::{InMemory, Kept, TokenStore};
use xero_sandbox::door::fault::{Fault, Name as FaultName};

const ASKED: Priority = Priority::Asked;

fn organisation(house: &House) -> Result<String, Reason> {
    let page = house.run(house.client.page::<Organisation>(house.tenant, list::<Organisation>(), ASKED));
    page.map(|page| page.items[0].name.clone().unwrap()).map_err(|failure| failure.reason)
}

fn kept(store: &InMemory) -> Kept {
    futures_util::FutureExt::now_or_never(store.load()).unwrap().unwrap().unwrap()
}

#[test]
fn a_person_connects_with_a_secret_or_without() {
    for app in [web(), app(Kind::Pkce), App { rights: Rights::Broad, ..web() }] {
        let house = House::stranger(app.clone());
        assert_eq!(organisation(&house), Err(Reason::SignIn(SignInError::NotConnected)));
        house.sign_in(&app);
        assert!(organisation(&house).is_ok(), "{app:?}");
        let access = kept(&house.store).access;
        let connections = house.run(house.client.tokens().identity().connections(&access)).unwrap();
        assert_eq!(connections.len(), 1);
        assert_eq!(connections[0].tenant_id, house.tenant);
        assert_eq!(connections[0].tenant_type, "ORGANISATION");
        house.xero.judge.acquit();
    }
}

#[test]
fn a_custom_connection_signs_in_by_itself_and_names_no_tenant() {
    let mut house = House::stranger(app(Kind::Custom(Secret::new("sandbox-secret"))));
    house.tenant = Tenant::NOTHING;
    assert!(organisation(&house).is_ok());
    assert!(kept(&house.store).refresh.is_none());
}

#[test]
fn an_answer_to_another_sign_in_is_refused() {
    let house = House::stranger(web());
    let begin = || oauth::begin(&web(), &addresses(), house.client.chance());
    let (mine, other) = (begin(), begin());
    let query = house.consent(&other.url);
    assert_eq!(oauth::code(&mine, &query).unwrap_err(), SignInError::WrongState);
    assert_eq!(oauth::code(&mine, "").unwrap_err(), SignInError::WrongState);
    let state = mine.url.split('&').find(|part| part.starts_with("state=")).unwrap();
    assert_eq!(oauth::code(&mine, state).unwrap_err(), SignInError::NoCode);
    let refused = oauth::code(&mine, &format!("{state}&error=access_denied")).unwrap_err();
    assert!(refused.to_string().contains("declined"), "{refused}");
}

#[test]
fn a_code_works_once() {
    let house = House::stranger(web());
    let pending = oauth::begin(&web(), &addresses(), house.client.chance());
    let code = oauth::code(&pending, &house.consent(&pending.url)).unwrap();
    let identity = house.client.tokens().identity();
    assert!(house.run(identity.exchange(&pending, &code, START)).is_ok());
    let again = house.run(identity.exchange(&pending, &code, START)).unwrap_err();
    assert!(matches!(again, SignInError::Refused { ref error, .. } if error == "invalid_grant"), "{again:?}");
}

#[test]
fn a_wrong_secret_says_what_to_do() {
    let house = House::stranger(app(Kind::Custom(Secret::new("wrong"))));
    let Err(Reason::SignIn(why)) = organisation(&house) else { panic!("refused") };
    assert!(why.to_string().contains("secret is wrong"), "{why}");
}

#[test]
fn many_calls_refresh_once_and_the_next_tokens_are_kept_before_use() {
    let house = House::new();
    let before = kept(&house.store);
    house.clock.advance(Duration::from_secs(1_800));
    let ask = || house.client.page::<Organisation>(house.tenant, list::<Organisation>(), ASKED);
    let pages = house.run(join_all((0..8).map(|_| ask())));
    assert!(pages.iter().all(Result::is_ok));
    let after = kept(&house.store);
    assert_eq!(after.version, before.version + 1, "one refresh for eight calls");
    assert_ne!(after.refresh, before.refresh);
}

#[test]
fn a_token_that_xero_refuses_is_refreshed_once() {
    let house = House::new();
    house.fault(Fault::next(FaultName::TokenExpired));
    assert!(organisation(&house).is_ok());
    assert_eq!(kept(&house.store).version, 2);
    house.fault(Fault { times: 9, ..Fault::next(FaultName::TokenExpired) });
    assert!(matches!(organisation(&house), Err(Reason::Xero(xero::outcome::Cause::SignedOut))));
    assert_eq!(kept(&house.store).version, 3, "one refresh, then no more");
}

/// A store that loses what it was to keep: the program died between Xero's answer and the disk.
struct Crashing(Arc<InMemory>);

impl TokenStore for Crashing {
    fn load(&self) -> world::Waiting<'_, Result<Option<Kept>, String>> {
        self.0.load()
    }

    fn swap(&self, _: Option<u64>, _: Kept) -> world::Waiting<'_, Result<bool, String>> {
        Box::pin(async { Err("the machine stopped".to_owned()) })
    }
}

#[test]
fn after_a_crash_the_old_refresh_token_still_works_for_half_an_hour() {
    for (minutes, works) in [(29, true), (31, false)] {
        let house = House::new();
        house.clock.advance(Duration::from_secs(1_800));
        let crashing = Arc::new(Crashing(house.store.clone()));
        let dying = client(web(), &house.clock, house.xero.clone(), crashing, house.traces.clone());
        let page = house.run(dying.page::<Organisation>(house.tenant, list::<Organisation>(), ASKED));
        let failure = page.unwrap_err();
        assert!(
            matches!(failure.reason, Reason::SignIn(SignInError::Store(_))),
            "what isn't kept isn't used"
        );
        assert_eq!(failure.happened, Happened::NotDone);
        house.clock.advance(Duration::from_secs(minutes * 60));
        assert_eq!(organisation(&house).is_ok(), works, "{minutes} minutes after the crash");
    }
}

#[test]
fn another_nodes_refresh_is_taken_and_nobody_is_thrown_out() {
    let house = House::new();
    house.clock.advance(Duration::from_secs(1_800));
    let other = client(web(), &house.clock, house.xero.clone(), house.store.clone(), house.traces.clone());
    let tenant = house.tenant;
    let both = async {
        futures_util::future::join(
            house.client.page::<Organisation>(tenant, list::<Organisation>(), ASKED),
            other.page::<Organisation>(tenant, list::<Organisation>(), ASKED),
        )
        .await
    };
    let (mine, theirs) = house.run(both);
    assert!(mine.is_ok() && theirs.is_ok());
    house.clock.advance(Duration::from_secs(1_800));
    assert!(organisation(&house).is_ok(), "the kept refresh token is the good one");
}

#[test]
fn revoking_and_disconnecting_end_it() {
    let house = House::new();
    let access = kept(&house.store).access;
    let identity = house.client.tokens().identity();
    let connections = house.run(identity.connections(&access)).unwrap();
    house.run(identity.disconnect(&access, &connections[0].id)).unwrap();
    house.run(identity.disconnect(&access, &connections[0].id)).unwrap();
    assert!(matches!(organisation(&house), Err(Reason::Xero(xero::outcome::Cause::Forbidden))));
    house.run(house.client.tokens().revoke()).unwrap();
    house.clock.advance(Duration::from_secs(1_800));
    let Err(Reason::SignIn(why)) = organisation(&house) else { panic!("refused") };
    assert!(why.to_string().contains("Connect to Xero again"), "{why}");
    assert!(house.clock.now() > START);
}

#[test]
fn a_missing_right_is_no_reason_to_refresh() {
    let app = App { rights: Rights::These(vec!["accounting.contacts".into()]), ..web() };
    let house = House::stranger(app.clone());
    house.sign_in(&app);
    let page = house.run(house.client.page::<xero::Invoice>(house.tenant, list::<xero::Invoice>(), ASKED));
    assert_eq!(page.unwrap_err().reason, Reason::Xero(xero::outcome::Cause::MissingRight));
    assert_eq!(kept(&house.store).version, 1);
}

#[test]
fn traces_tell_no_secret() {
    let house = House::new();
    house.clock.advance(Duration::from_secs(1_800));
    organisation(&house).unwrap();
    let kept = kept(&house.store);
    let traces = house.traces.0.lock().unwrap();
    assert!(!traces.is_empty());
    for exchange in traces.iter() {
        let shown = format!("{exchange:?} {}", exchange.line());
        for secret in [kept.access.reveal(), kept.refresh.as_ref().unwrap().reveal(), "sandbox-secret"] {
            assert!(!shown.contains(secret));
        }
    }
    assert!(!format!("{kept:?}").contains(kept.access.reveal()));
}
