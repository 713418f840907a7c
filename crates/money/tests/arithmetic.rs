//! Adding: checked, symmetric, and never of two currencies.

use std::cmp::Ordering;

use money::{Amount, Currency, Error, Money, Quantity, UnitFactor, UnitPrice};
use proptest::prelude::*;

fn extreme() -> impl Strategy<Value = i64> {
    prop_oneof![
        any::<i64>(),
        -100..100_i64,
        prop::sample::select(vec![i64::MIN, i64::MIN + 1, i64::MAX - 1, i64::MAX])
    ]
}

fn fitting(number: i128) -> Option<i64> {
    i64::try_from(number).ok().filter(|number| *number != i64::MIN)
}

proptest! {
    #[test]
    fn sums_are_exact_or_refused(a in extreme(), b in extreme()) {
        let (x, y) = (Amount::from_minor(a), Amount::from_minor(b));
        let (a, b) = (i128::from(x.minor()), i128::from(y.minor()));
        prop_assert_eq!(x.checked_add(y).ok().map(Amount::minor), fitting(a + b));
        prop_assert_eq!(x.checked_sub(y).ok().map(Amount::minor), fitting(a - b));
        prop_assert_eq!(Amount::try_sum([x, y, -x]), Ok(y));
        let (x, y) = (Quantity::from_millionths(x.minor()), Quantity::from_millionths(y.minor()));
        prop_assert_eq!(x.checked_add(y).ok().map(Quantity::millionths), fitting(a + b));
        prop_assert_eq!(x.checked_sub(y).ok().map(Quantity::millionths), fitting(a - b));
        prop_assert_eq!(Quantity::try_sum([x, y, -x]), Ok(y));
        let (x, y) = (Money::new(x.millionths(), Currency::EUR), Money::new(y.millionths(), Currency::EUR));
        prop_assert_eq!(x.checked_add(y).ok().map(Money::minor), fitting(a + b));
        prop_assert_eq!(x.checked_sub(y).ok().map(Money::minor), fitting(a - b));
        prop_assert_eq!(Money::try_sum([x, y, -x], Currency::EUR), Ok(y));
    }

    #[test]
    fn every_value_has_its_opposite(number in extreme()) {
        let amount = Amount::from_minor(number);
        prop_assert_eq!(amount.checked_add(-amount), Ok(Amount::ZERO));
        prop_assert!(amount.abs() >= Amount::ZERO && (amount.abs() == amount || amount.abs() == -amount));
        prop_assert_eq!((amount.sign(), amount.is_zero()), (number.cmp(&0), number == 0));
        let money = Money::new(number, Currency::USD);
        prop_assert_eq!(money.checked_sub(money), Ok(Money::zero(Currency::USD)));
        prop_assert_eq!((money.sign(), money.is_zero()), (number.cmp(&0), number == 0));
        prop_assert_eq!(money.abs().minor(), amount.abs().minor());
        let price = UnitPrice::from_millionths(number);
        prop_assert_eq!(price.checked_add(-price), Ok(UnitPrice::ZERO));
        prop_assert_eq!((price.sign(), price.is_zero()), (number.cmp(&0), number == 0));
        prop_assert_eq!(price.abs().millionths(), amount.abs().minor());
    }
}

#[test]
fn overflow_says_what_is_allowed() {
    let cent = Amount::from_minor(1);
    let error = Amount::MAX.checked_add(cent).expect_err("too large");
    assert_eq!(error.code(), "money.too_large");
    assert_eq!(error.to_string(), "too large: an amount is at most 9,223,372,036,854,775,807");
    let error = (-Quantity::MAX).checked_sub(Quantity::from_millionths(1)).expect_err("too small");
    assert_eq!(error.to_string(), "too small: a quantity is at least -9,223,372,036,854.775807");
    assert_eq!(Amount::from_minor(i64::MIN), -Amount::MAX);
    assert_eq!(Quantity::from_millionths(i64::MIN), -Quantity::MAX);
    assert_eq!(Money::new(i64::MIN, Currency::NZD), Money::new(-i64::MAX, Currency::NZD));
}

// rule: DOC-18
#[test]
fn two_currencies_do_not_add() {
    let (dollar, euro) = (Money::new(100, Currency::USD), Money::new(100, Currency::EUR));
    let mixed = Error::MixedCurrencies { left: Currency::USD, right: Currency::EUR };
    assert_eq!(dollar.checked_add(euro), Err(mixed.clone()));
    assert_eq!(dollar.checked_sub(euro), Err(mixed.clone()));
    assert_eq!(Money::try_sum([dollar, euro], Currency::USD), Err(mixed.clone()));
    assert_eq!(mixed.to_string(), "USD and EUR can't be added: convert one of them with its rate first");
    assert_ne!(dollar, euro);
    assert_eq!(Money::try_sum([], Currency::USD), Ok(Money::zero(Currency::USD)));
}

#[test]
fn money_orders_within_a_currency_and_factors_by_value() {
    let money = |text: &str| text.parse::<Money>().expect("money");
    assert_eq!(money("1.00 USD").partial_cmp(&money("2.00 USD")), Some(Ordering::Less));
    assert_eq!(money("1.00 USD").partial_cmp(&money("2.00 EUR")), None);
    let mut factors =
        ["2/3", "12", "1/2", "40/50", "1/3"].map(|text| text.parse::<UnitFactor>().expect("a factor"));
    factors.sort();
    assert_eq!(format!("{factors:?}"), "[1/3, 1/2, 2/3, 4/5, 12]");
    assert!(factors[0].partial_cmp(&factors[1]) == Some(Ordering::Less));
}

#[test]
fn order_and_defaults_are_those_of_the_numbers() {
    assert!(Quantity::units(-1) < Quantity::ZERO && Amount::from_minor(-1) < Amount::ZERO);
    assert_eq!((Amount::default(), Quantity::default()), (Amount::ZERO, Quantity::ZERO));
    assert_eq!(Quantity::units(i32::MAX).millionths(), 2_147_483_647_000_000);
    let zeros = [Amount::ZERO.is_zero(), Quantity::ZERO.is_zero(), Money::zero(Currency::NZD).is_zero()];
    assert_eq!(zeros, [true; 3]);
    assert_eq!(Amount::MAX.sign(), Ordering::Greater);
}
