//! Splitting: whatever the cuts, the parts sum to the whole.

use money::{Amount, Countable, Currency, Error, Money, Percent, Quantity, part, share, split};
use num_bigint::BigInt;
use proptest::prelude::*;

mod reference;
use reference::half_away;

fn total() -> impl Strategy<Value = i64> {
    prop_oneof![-100_000..100_000_i64, -i64::MAX..=i64::MAX, Just(i64::MAX), Just(-i64::MAX)]
}

/// A whole and cuts of it in order, from 0 to the whole.
fn cuts() -> impl Strategy<Value = Vec<i64>> {
    let parts = prop_oneof![
        prop::collection::vec(0..1_000_i64, 1..20),
        prop::collection::vec(0..(i64::MAX / 20), 1..20)
    ];
    parts.prop_map(|parts| {
        let mut at = 0;
        std::iter::once(0).chain(parts.into_iter().map(|part| (at += part, at).1)).collect()
    })
}

fn quantity(millionths: i64) -> Quantity {
    Quantity::from_millionths(millionths)
}

proptest! {
    // rule: POST-15
    #[test]
    fn parts_of_any_cuts_sum_to_the_whole(total in total(), cuts in cuts()) {
        let whole = quantity(cuts[cuts.len() - 1]);
        prop_assume!(!whole.is_zero());
        let total = Amount::from_minor(total);
        let parts = cuts.windows(2).map(|cut| part(total, quantity(cut[0]), quantity(cut[1]), whole));
        prop_assert_eq!(Amount::try_sum(parts), Ok(total));
    }

    #[test]
    fn a_share_is_the_exact_one_rounded_half_away_from_zero(
        total in total(),
        whole in prop_oneof![1..1_000_i64, 1..=i64::MAX],
        done in 0..=i64::MAX,
    ) {
        let done = done % whole;
        let exact = half_away(BigInt::from(total) * done, BigInt::from(whole));
        let shared = share(Amount::from_minor(total), quantity(done), quantity(whole));
        prop_assert_eq!(BigInt::from(shared.minor()), exact);
    }

    #[test]
    fn a_share_only_grows_away_from_zero(total in total(), whole in 1..=i64::MAX, a in any::<i64>(), b in any::<i64>()) {
        let shared = |done| share(quantity(total), quantity(done), quantity(whole)).abs();
        let (less, more) = (shared(a.min(b)), shared(a.max(b)));
        prop_assert!(less <= more && more <= quantity(total).abs());
    }

    #[test]
    fn no_numbers_make_a_share_or_part_panic(total: i64, a: i64, b: i64, whole: i64) {
        let (total, a, b, whole) = (quantity(total), quantity(a), quantity(b), quantity(whole));
        prop_assert_eq!(part(total, a, b, whole), -part(total, b, a, whole));
        prop_assert_eq!(share(total, a, whole).count() - share(total, b, whole).count(), part(total, b, a, whole).count());
    }

    #[test]
    fn a_split_sums_to_its_total_and_each_part_is_within_one_of_exact(
        total in total(),
        weights in prop_oneof![
            prop::collection::vec(0..1_000_u64, 1..20),
            prop::collection::vec(0..(i64::MAX / 20).unsigned_abs(), 1..20),
        ],
    ) {
        let whole: u64 = weights.iter().sum();
        prop_assume!(whole > 0);
        let money = Money::new(total, Currency::USD);
        let parts = split(money, &weights)?;
        prop_assert_eq!(parts.len(), weights.len());
        prop_assert_eq!(Money::try_sum(parts.iter().copied(), Currency::USD), Ok(money));
        for (part, weight) in parts.iter().zip(&weights) {
            // |part × whole − total × weight| ≤ whole says "within one" without dividing.
            let off = BigInt::from(part.minor()) * whole - BigInt::from(total) * *weight;
            prop_assert!(off.magnitude() <= BigInt::from(whole).magnitude());
            prop_assert!(*weight > 0 || part.is_zero());
        }
    }
}

#[test]
fn ten_pieces_for_71_00_cost_21_30_21_30_and_28_40() {
    let (lot, cost) = (Quantity::units(10), Amount::from_minor(7100));
    let taken = |before, after| part(cost, Quantity::units(before), Quantity::units(after), lot).minor();
    assert_eq!([taken(0, 3), taken(3, 6), taken(6, 10)], [2130, 2130, 2840]);
    assert_eq!(taken(6, 3), -2130, "putting back gives the opposite");
}

#[test]
fn a_share_takes_nothing_of_nothing_and_all_of_all() {
    let all = Amount::from_minor(7100);
    let of = |done, whole| share(all, Quantity::units(done), Quantity::units(whole));
    assert_eq!([of(0, 10), of(-1, 10), of(0, 0), of(-2, -1)], [Amount::ZERO; 4]);
    assert_eq!([of(10, 10), of(11, 10), of(1, 0), of(1, -1)], [all; 4]);
    assert_eq!(part(Amount::MAX, Quantity::MAX, -Quantity::MAX, Quantity::units(1)), -Amount::MAX);
}

#[test]
fn quantities_and_money_split_like_amounts() -> Result<(), Error> {
    let (lot, done) = (Quantity::units(10), Quantity::units(3));
    assert_eq!(share("7.1".parse::<Quantity>()?, done, lot), "2.13".parse()?);
    assert_eq!(part("7.1 USD".parse::<Money>()?, Quantity::ZERO, done, lot), "2.13 USD".parse()?);
    assert_eq!(split(Quantity::units(1), &[2, 1])?, ["0.666667".parse()?, "0.333333".parse()?]);
    assert_eq!("3".parse::<Percent>()?.of(Quantity::units(-50))?, "-1.5".parse()?);
    Ok(())
}

#[test]
fn a_split_by_nothing_is_refused() {
    let cent = Amount::from_minor(1);
    assert_eq!(split(cent, &[]), Err(Error::NoWeights));
    assert_eq!(split(cent, &[0, 0]), Err(Error::NoWeights));
    let most = i64::MAX.unsigned_abs();
    assert_eq!(split(cent, &[most]), Ok(vec![cent]));
    for weights in [vec![most, 1], vec![u64::MAX; 3]] {
        let error = split(cent, &weights).expect_err("too much weight");
        assert_eq!(error.code(), "money.too_large");
        assert_eq!(
            error.to_string(),
            "too large: the sum of the weights is at most 9,223,372,036,854,775,807"
        );
    }
}

#[test]
fn a_split_by_equal_weights_spreads_the_odd_cents() -> Result<(), Error> {
    let parts = split(Amount::from_minor(100), &[1, 1, 1, 0])?;
    assert_eq!(parts, [33, 34, 33, 0].map(Amount::from_minor));
    Ok(())
}
