//! Where facts become amounts: each place rounds once, half away from zero, against arithmetic of any size.

use money::{Amount, Currency, Error, Money, Percent, Quantity, Rate, UnitFactor, UnitPrice};
use num_bigint::BigInt;
use proptest::prelude::*;

mod reference;
use reference::{fitting, half_away};

const CURRENCIES: [Currency; 3] = [Currency::JPY, Currency::NZD, Currency::KWD];

fn number() -> impl Strategy<Value = i64> {
    prop_oneof![-20_000_000..20_000_000_i64, -1_000_000_000_000..1_000_000_000_000_i64, -i64::MAX..=i64::MAX]
}

fn positive() -> impl Strategy<Value = i64> {
    number().prop_map(|number| number.abs().max(1))
}

fn currency() -> impl Strategy<Value = Currency> {
    prop::sample::select(CURRENCIES.to_vec())
}

fn big_ten(exponent: u8) -> BigInt {
    BigInt::from(10).pow(u32::from(exponent))
}

fn minor(result: Result<Money, Error>) -> Option<i64> {
    result.ok().map(Money::minor)
}

proptest! {
    #[test]
    fn quantity_at_price_is_the_product_rounded_once(quantity in number(), price in number(), currency in currency()) {
        let exact = half_away(
            BigInt::from(quantity) * price * big_ten(currency.minor_digits()),
            big_ten(12),
        );
        let got = Quantity::from_millionths(quantity).at(UnitPrice::from_millionths(price), currency);
        prop_assert_eq!(minor(got), fitting(&exact));
    }

    // rule: DOC-24
    #[test]
    fn a_discounted_line_is_rounded_once(
        quantity in number(),
        price in number(),
        discount in prop_oneof![0..=100_i64, 0..=100_000_000_i64],
        currency in currency(),
    ) {
        let exact = half_away(
            BigInt::from(quantity) * price * (100_000_000 - discount) * big_ten(currency.minor_digits()),
            big_ten(20),
        );
        let got = Quantity::from_millionths(quantity).at_less(
            UnitPrice::from_millionths(price),
            Percent::from_millionths(discount)?,
            currency,
        );
        prop_assert_eq!(minor(got), fitting(&exact));
    }

    // rule: DOC-18
    #[test]
    fn to_base_divides_by_the_rate_in_any_digits(
        amount in number(),
        rate in positive(),
        foreign in currency(),
        base in currency(),
    ) {
        let exact = half_away(
            BigInt::from(amount) * big_ten(6) * big_ten(base.minor_digits()),
            BigInt::from(rate) * big_ten(foreign.minor_digits()),
        );
        let got = Money::new(amount, foreign).to_base(Rate::from_millionths(rate)?, base);
        prop_assert_eq!(got.ok().map(Amount::minor), fitting(&exact));
    }

    // rule: TAX-4
    #[test]
    fn tax_is_rounded_once_outside_and_inside(amount in number(), percent in 0..=1_000_000_000_i64) {
        let rate = Percent::from_millionths(percent)?;
        let of = half_away(BigInt::from(amount) * percent, big_ten(8));
        prop_assert_eq!(rate.of(Amount::from_minor(amount)).ok().map(Amount::minor), fitting(&of));
        let inside = half_away(BigInt::from(amount) * percent, big_ten(8) + percent);
        prop_assert_eq!(rate.inside(Amount::from_minor(amount)).ok().map(Amount::minor), fitting(&inside));
    }

    #[test]
    fn a_proportion_and_a_unit_cost_are_rounded_once(a in number(), b in number(), c in number(), base in currency()) {
        let (a, b, c) = (Quantity::from_millionths(a), Quantity::from_millionths(b), Quantity::from_millionths(c));
        prop_assume!(!c.is_zero());
        let exact = half_away(BigInt::from(a.millionths()) * b.millionths(), BigInt::from(c.millionths()));
        prop_assert_eq!(a.in_proportion(b, c).ok().map(Quantity::millionths), fitting(&exact));
        let exact = half_away(
            BigInt::from(a.millionths()) * big_ten(12 - base.minor_digits()),
            BigInt::from(c.millionths()),
        );
        let price = Amount::from_minor(a.millionths()).per(c, base);
        prop_assert_eq!(price.ok().map(UnitPrice::millionths), fitting(&exact));
    }

    // rule: DOC-22
    #[test]
    fn a_unit_converts_exactly_or_names_the_nearest(
        quantity in number(),
        above in prop_oneof![1..100_u64, 1..=i64::MAX.unsigned_abs()],
        below in prop_oneof![1..100_u64, 1..=i64::MAX.unsigned_abs()],
    ) {
        let product = BigInt::from(quantity) * above;
        let exact = fitting(&half_away(product.clone(), BigInt::from(below)));
        let quantity = Quantity::from_millionths(quantity);
        let factor = UnitFactor::new(above, below)?;
        match quantity.to_stock_units(factor) {
            Ok(stock) => {
                prop_assert_eq!(BigInt::from(stock.millionths()) * below, product);
                prop_assert_eq!(stock.from_stock_units(factor), Ok(quantity));
            }
            Err(Error::NotExact { nearest }) => {
                prop_assert_ne!(product % below, BigInt::ZERO);
                prop_assert_eq!(Some(nearest.millionths()), exact);
            }
            Err(error) => {
                prop_assert_eq!(exact, None);
                let code = error.code();
                prop_assert!(code == "money.too_large" || code == "money.too_small");
            }
        }
    }

    #[test]
    fn a_factor_is_the_same_in_any_terms(a in 1..10_000_u64, b in 1..10_000_u64, times in 1..10_000_u64) {
        let factor = UnitFactor::new(a, b)?;
        prop_assert_eq!(UnitFactor::new(a * times, b * times), Ok(factor));
        prop_assert_eq!(factor.to_string().parse::<UnitFactor>(), Ok(factor));
        prop_assert_eq!(factor.inverse().inverse(), factor);
    }
}

#[test]
fn halves_go_away_from_zero() -> Result<(), Error> {
    let line = |quantity: &str, price: &str| -> Result<i64, Error> {
        Ok(quantity.parse::<Quantity>()?.at(price.parse()?, Currency::NZD)?.minor())
    };
    assert_eq!([line("1", "0.005")?, line("-1", "0.005")?, line("1", "0.004999")?], [1, -1, 0]);
    assert_eq!(line("3", "7.125")?, 2138);
    Ok(())
}

// rule: DOC-24
#[test]
fn a_discount_comes_before_the_rounding() -> Result<(), Error> {
    let (three, price) = (Quantity::units(3), "7.125".parse()?);
    assert_eq!(three.at_less(price, "10".parse()?, Currency::NZD)?, "19.24 NZD".parse()?);
    assert_eq!(three.at_less(price, Percent::ZERO, Currency::NZD), three.at(price, Currency::NZD));
    assert_eq!(three.at_less(price, Percent::HUNDRED, Currency::NZD)?, Money::zero(Currency::NZD));
    let error = three.at_less(price, "100.000001".parse()?, Currency::NZD).expect_err("over 100 %");
    assert_eq!(error.to_string(), "too large: a discount is at most 100");
    Ok(())
}

// rule: DOC-18
#[test]
fn a_bill_in_dollars_yen_and_dinars_reaches_the_base_currency() -> Result<(), Error> {
    let base = |money: &str, rate: &str| -> Result<String, Error> {
        let amount = money.parse::<Money>()?.to_base(rate.parse()?, Currency::NZD)?;
        Ok(amount.display(Currency::NZD).to_string())
    };
    assert_eq!(base("100.00 USD", "0.6")?, "166.67");
    assert_eq!(base("10000 JPY", "88.5")?, "112.99");
    assert_eq!(base("1.000 KWD", "0.18")?, "5.56");
    assert_eq!("0.6".parse::<Rate>()?.inverse()?.to_string(), "1.666667");
    assert_eq!(Rate::ONE.inverse()?, Rate::ONE);
    assert_eq!("3000000".parse::<Rate>()?.inverse().map_err(|error| error.code()), Err("money.too_small"));
    Ok(())
}

// rule: TAX-4
#[test]
fn inclusive_and_exclusive_tax_agree() -> Result<(), Error> {
    let (rate, money) = (Percent::parse("15")?, |text: &str| text.parse::<Money>());
    assert_eq!(rate.of(money("100.00 NZD")?)?, money("15.00 NZD")?);
    assert_eq!(rate.inside(money("115.00 NZD")?)?, money("15.00 NZD")?);
    assert_eq!(rate.inside(money("-9.99 NZD")?)?, money("-1.30 NZD")?);
    assert!(Percent::ZERO.inside(money("115.00 NZD")?)?.is_zero());
    Ok(())
}

// rule: DOC-22
#[test]
fn a_dozen_is_twelve_and_a_twelfth_is_refused() -> Result<(), Error> {
    let dozen = UnitFactor::new(12, 1)?;
    assert_eq!(Quantity::units(3).to_stock_units(dozen)?, Quantity::units(36));
    let error = Quantity::units(1).from_stock_units(dozen).expect_err("a twelfth");
    assert_eq!(
        error.to_string(),
        "the quantity has more than six decimals in the stock unit; the nearest is 0.083333"
    );
    let pound: UnitFactor = "0.45359237".parse()?;
    assert_eq!(pound, UnitFactor::new(45_359_237, 100_000_000)?);
    assert_eq!(Quantity::units(100).to_stock_units(pound)?.to_string(), "45.359237");
    for (above, below) in [(0, 1), (1, 0), (0, 0), (u64::MAX, 1), (1, u64::MAX)] {
        assert!(UnitFactor::new(above, below).is_err());
    }
    assert_eq!(UnitFactor::new(u64::MAX, u64::MAX), Ok(UnitFactor::ONE));
    Ok(())
}

#[test]
fn dividing_by_no_quantity_is_refused() {
    let one = Quantity::units(1);
    assert_eq!(Amount::MAX.per(Quantity::ZERO, Currency::NZD), Err(Error::ZeroQuantity));
    assert_eq!(one.in_proportion(one, Quantity::ZERO), Err(Error::ZeroQuantity));
}
