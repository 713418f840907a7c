//! The runner's figures: a run of a hundred documents before the stand-in in process, and one that has nothing to do.
//!
//! Not here: planning a large company (`plan`), the database (`company`).

#[path = "../tests/run/desk.rs"]
#[allow(dead_code, reason = "a benchmark uses a part")]
mod desk;
#[path = "../../book/tests/support/mod.rs"]
mod notation;
#[path = "../tests/run/office.rs"]
#[allow(dead_code, reason = "a benchmark uses a part")]
mod office;
#[path = "../tests/run/shop.rs"]
#[allow(dead_code, reason = "a benchmark uses a part")]
mod shop;
#[path = "../../xero-client/tests/support/mod.rs"]
mod support;

use divan::Bencher;
use office::Office;
use sync::Cause;

fn main() {
    divan::main();
}

fn filled() -> Office {
    let mut office = Office::new();
    office.fill();
    office
}

/// 60 bills and 40 invoices with 20 new contacts and 10 new items: < 2 s.
#[divan::bench(sample_count = 5, sample_size = 1)]
fn a_hundred_documents(bencher: Bencher<'_, '_>) {
    bencher.with_inputs(filled).bench_local_refs(|office| {
        let report = office.run(Cause::Schedule);
        assert_eq!(report.created, 130);
    });
}

/// The same company when all is sent: < 5 ms, and no call.
#[divan::bench(sample_count = 50, sample_size = 1)]
fn an_idle_run(bencher: Bencher<'_, '_>) {
    let mut office = filled();
    office.run(Cause::Schedule);
    office.run(Cause::Schedule); // it is day: a look
    bencher.bench_local(|| {
        let report = office.run(Cause::Schedule);
        assert_eq!(report.calls.all(), 0);
    });
}
