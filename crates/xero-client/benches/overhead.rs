//! What the client adds to a call: leave from the limiter, token, headers, trace, reading a small answer. The network
//! answers at once, so everything measured is ours.

use divan::Bencher;
use std::sync::Arc;
use world::simulated::{SeededChance, SimulatedClock, drive};
use world::{Moment, NetworkError, Request, Response, Transport, Waiting};
use xero::Invoice;
use xero_client::call::create;
use xero_client::limits::{Budget, Limiter, Priority, Tenant};
use xero_client::resource::list;
use xero_client::send::{Client, World};
use xero_client::settings::{Addresses, App, Kind, REDIRECT, Rights, Secret};
use xero_client::tokens::{InMemory, Kept, TokenStore, Tokens};
use xero_client::trace::NoTrace;

fn main() {
    divan::main();
}

struct AtOnce;

impl Transport for AtOnce {
    fn send(&self, _: Request) -> Waiting<'_, Result<Response, NetworkError>> {
        let headers = [
            ("content-type", "application/json"),
            ("x-minlimit-remaining", "59"),
            ("x-daylimit-remaining", "4900"),
        ];
        let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
        Box::pin(async { Ok(Response::whole(200, headers, *br#"{"Invoices":[]}"#)) })
    }
}

fn client(clock: &SimulatedClock) -> Client {
    let store = Arc::new(InMemory::default());
    let kept = Kept {
        access: Secret::new("token"),
        refresh: None,
        until: Moment::from_millis(i64::MAX),
        since: Moment::default(),
        version: 1,
    };
    drive(clock, store.swap(None, kept)).unwrap().unwrap();
    let app =
        App { client_id: "id".into(), kind: Kind::Pkce, redirect: REDIRECT.into(), rights: Rights::Granular };
    let (at, clock, transport) = (Addresses::xero(), Arc::new(clock.clone()), Arc::new(AtOnce));
    let world =
        World { clock: clock.clone(), chance: Arc::new(SeededChance::new(1)), transport: transport.clone() };
    let tokens = Tokens::new(app, at.clone(), store, clock, transport);
    let budget = Budget { minute: 60, day: 5_000, at_once: 5, app_minute: 10_000 };
    Client::new(world, at, Limiter::new(budget), Arc::new(tokens), Arc::new(NoTrace))
}

/// Under a full minute's and a long day's worth of history in the limiter.
#[divan::bench]
fn one_call(bencher: Bencher<'_, '_>) {
    let clock = SimulatedClock::at(Moment::from_millis(1_795_305_600_000));
    let client = client(&clock);
    bencher.bench_local(|| {
        let page = client.page::<Invoice>(Tenant::NOTHING, list::<Invoice>(), Priority::Asked);
        // A simulated day may be waited for; that takes no time here.
        while drive(&clock, async { client.queue().usage(Tenant::NOTHING) }).unwrap().day.0 >= 4_990 {
            clock.advance(std::time::Duration::from_secs(86_400));
        }
        drive(&clock, page).unwrap().unwrap()
    });
}

#[divan::bench]
fn fifty_invoices_into_one_write(bencher: Bencher<'_, '_>) {
    let chance = SeededChance::new(1);
    let invoice = Invoice { reference: Some("order 7".into()), ..Invoice::default() };
    let invoices = vec![invoice; 50];
    bencher.bench_local(|| create(&invoices, &chance).unwrap());
}
