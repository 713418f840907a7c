//! What costing does most: the share of a lot's cost. The bound is one checked 64-bit multiplication and division.

use divan::{Bencher, black_box};
use money::{Amount, Currency, Error, Quantity, UnitPrice, part, share, split};

fn main() {
    divan::main();
}

const ROUNDS: u32 = 1_000;

/// Totals, dones and wholes: lots of up to 10,000.00 and `units` pieces.
fn takings(units: i32) -> Vec<(Amount, Quantity, Quantity)> {
    (1..=1_000)
        .map(|step| {
            let whole = units / 2 + step * (units / 2_000).max(1);
            let done = whole / 3 + step % 7;
            (Amount::from_minor(i64::from(step) * 1_003), Quantity::units(done), Quantity::units(whole))
        })
        .collect()
}

#[divan::bench(sample_count = 1_000)]
fn bound_64_bit_division(bencher: Bencher<'_, '_>) {
    let takings = takings(1_000);
    bencher.counter(ROUNDS).bench_local(|| {
        takings.iter().fold(0_i64, |sum, (total, done, whole)| {
            let product = total.minor().checked_mul(done.millionths()).unwrap_or(0);
            sum ^ (product / black_box(whole.millionths()))
        })
    });
}

/// Of 1,000 pieces every product fits 64 bits, of 1,000,000,000 (grams of a lot of 1,000 t) one in ten.
#[divan::bench(args = [1_000, 1_000_000_000], sample_count = 1_000)]
fn share_of_an_amount(bencher: Bencher<'_, '_>, units: i32) {
    let takings = takings(units);
    bencher.counter(ROUNDS).bench_local(|| {
        takings.iter().fold(0, |sum, (total, done, whole)| sum ^ share(*total, *done, *whole).minor())
    });
}

#[divan::bench(sample_count = 1_000)]
fn part_of_an_amount(bencher: Bencher<'_, '_>) {
    let takings = takings(1_000);
    bencher.counter(ROUNDS).bench_local(|| {
        takings.iter().fold(0, |sum, (total, done, whole)| {
            sum ^ part(*total, Quantity::units(1), *done, *whole).minor()
        })
    });
}

#[divan::bench(sample_count = 1_000)]
fn quantity_at_price(bencher: Bencher<'_, '_>) {
    let takings = takings(1_000);
    let price = UnitPrice::from_millionths(7_125_000);
    bencher.counter(ROUNDS).bench_local(|| {
        takings.iter().fold(0, |sum, (_, done, _)| {
            sum ^ done.at(black_box(price), Currency::NZD).map_or(0, |money| money.minor())
        })
    });
}

#[divan::bench]
fn split_over_twenty() -> Result<Vec<Amount>, Error> {
    split(black_box(Amount::from_minor(123_457)), black_box(&[7; 20]))
}
