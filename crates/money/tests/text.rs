//! Text in, text out: what is written reads back, and a wrong text is answered with what is wrong and where.

use std::fmt::Debug;
use std::str::FromStr;

use money::{Amount, Currency, Error, Money, Percent, Quantity, Rate, UnitFactor, UnitPrice};
use proptest::prelude::*;

fn error_of<T: FromStr<Err = Error> + Debug>(text: &str) -> String {
    text.parse::<T>().expect_err("a wrong text").to_string()
}

proptest! {
    #[test]
    fn what_is_written_reads_back(number in prop_oneof![-10_000_000..10_000_000_i64, any::<i64>()]) {
        let quantity = Quantity::from_millionths(number);
        prop_assert_eq!(quantity.to_string().parse(), Ok(quantity));
        let price = UnitPrice::from_millionths(number);
        prop_assert_eq!(price.to_string().parse(), Ok(price));
        if let Ok(rate) = Rate::from_millionths(number) {
            prop_assert_eq!(rate.to_string().parse(), Ok(rate));
        }
        if let Ok(percent) = Percent::from_millionths(number) {
            prop_assert_eq!(percent.to_string().parse(), Ok(percent));
        }
        for currency in [Currency::JPY, Currency::NZD, Currency::KWD] {
            let (amount, money) = (Amount::from_minor(number), Money::new(number, currency));
            prop_assert_eq!(Amount::parse(&amount.display(currency).to_string(), currency), Ok(amount));
            prop_assert_eq!(money.to_string().parse(), Ok(money));
            let grouped = format!("{:#}", amount.display(currency));
            prop_assert_eq!(grouped.replace(',', ""), amount.display(currency).to_string());
            let whole = grouped.trim_start_matches('-').split('.').next().unwrap_or_default();
            let groups: Vec<&str> = whole.split(',').collect();
            prop_assert!((1..=3).contains(&groups[0].len()) && groups[1..].iter().all(|group| group.len() == 3));
        }
    }

    #[test]
    fn no_text_panics_and_what_reads_is_written_alike(text in "[-+0-9.,/ eNZD]{0,24}|\\PC{0,60}") {
        if let Ok(quantity) = text.parse::<Quantity>() {
            prop_assert_eq!(quantity.to_string().parse(), Ok(quantity));
        }
        if let Ok(factor) = text.parse::<UnitFactor>() {
            prop_assert_eq!(factor.to_string().parse(), Ok(factor));
        }
        if let Ok(money) = text.parse::<Money>() {
            prop_assert_eq!(money.to_string().parse(), Ok(money));
        }
        if let Err(error @ Error::Text(_)) = text.parse::<Rate>() {
            prop_assert!(error.to_string().contains(" is not an exchange rate: "));
        }
        if let Err(Error::Text(error)) = text.parse::<UnitFactor>() {
            prop_assert!(text.is_char_boundary(error.at) && text[..error.at].is_ascii());
        }
        let _ = text.parse::<Currency>();
    }
}

#[test]
fn a_wrong_text_is_answered_with_what_is_wrong_and_where() {
    let cases = [
        ("7.1234567", r#""7.1234567" is not a quantity: at most six decimals (character 9)"#),
        ("", r#""" is not a quantity: a digit is missing (character 1)"#),
        ("-", r#""-" is not a quantity: a digit is missing (character 2)"#),
        ("5.", r#""5." is not a quantity: a digit is missing (character 3)"#),
        (".5", r#"".5" is not a quantity: '.' doesn't belong; write digits, like 1234.5 (character 1)"#),
        (
            "1.2.3",
            r#""1.2.3" is not a quantity: '.' doesn't belong; write digits, like 1234.5 (character 4)"#,
        ),
        ("1,500", r#""1,500" is not a quantity: no comma; write 1234.5 (character 2)"#),
        ("--1", r#""--1" is not a quantity: '-' doesn't belong; write digits, like 1234.5 (character 2)"#),
        ("1e3", r#""1e3" is not a quantity: 'e' doesn't belong; write digits, like 1234.5 (character 2)"#),
        ("٣", r#""٣" is not a quantity: '٣' doesn't belong; write digits, like 1234.5 (character 1)"#),
        (
            "9223372036854.775808",
            r#""9223372036854.775808" is not a quantity: too large, at most 9,223,372,036,854.775807"#,
        ),
        (
            "-9223372036854.775808",
            r#""-9223372036854.775808" is not a quantity: too small, at least -9,223,372,036,854.775807"#,
        ),
    ];
    for (text, message) in cases {
        assert_eq!(error_of::<Quantity>(text), message);
    }
    let long = "9".repeat(100_000);
    let cut = format!("{}…", "9".repeat(40));
    assert_eq!(
        error_of::<UnitPrice>(&long),
        format!("{cut:?} is not a unit price: too large, at most 9,223,372,036,854.775807")
    );
    assert!(error_of::<UnitPrice>(&format!("-{long}")).contains("too small"));
}

#[test]
fn ranges_are_named() {
    assert_eq!(error_of::<Rate>("0"), r#""0" is not an exchange rate: too small, at least 0.000001"#);
    assert_eq!(error_of::<Rate>("-1"), r#""-1" is not an exchange rate: too small, at least 0.000001"#);
    assert_eq!(error_of::<Percent>("-1"), r#""-1" is not a percentage: too small, at least 0"#);
    assert_eq!(error_of::<Percent>("12500"), r#""12500" is not a percentage: too large, at most 1,000"#);
    let code = |result: Result<(), Error>| result.map_err(|error| error.code());
    assert_eq!(code(Rate::from_millionths(0).map(drop)), Err("money.too_small"));
    assert_eq!(code(Rate::from_millionths(1).map(drop)), Ok(()));
    assert!(Percent::ZERO.is_zero() && !Percent::HUNDRED.is_zero());
    assert_eq!(code(Percent::from_millionths(-1).map(drop)), Err("money.too_small"));
    assert_eq!(code(Percent::from_millionths(1_000_000_000).map(drop)), Ok(()));
    assert_eq!(code(Percent::from_millionths(1_000_000_001).map(drop)), Err("money.too_large"));
}

#[test]
fn zeros_beyond_the_decimals_change_nothing() {
    assert_eq!("7.10000000".parse(), Ok(Quantity::from_millionths(7_100_000)));
    assert_eq!(Amount::parse("007.000", Currency::JPY), Ok(Amount::from_minor(7)));
    assert_eq!("-0.0".parse(), Ok(Quantity::ZERO));
    assert_eq!(
        Amount::parse("7.5", Currency::JPY).expect_err("no decimals").to_string(),
        r#""7.5" is not an amount: no decimals (character 3)"#
    );
    assert_eq!(
        Amount::parse("7.505", Currency::NZD).expect_err("two decimals").to_string(),
        r#""7.505" is not an amount: at most two decimals (character 5)"#
    );
}

#[test]
fn numbers_are_written_plain_grouped_and_aligned() {
    let amount = Amount::from_minor(-123_450_006);
    assert_eq!(amount.display(Currency::NZD).to_string(), "-1234500.06");
    assert_eq!(format!("{:#}", amount.display(Currency::NZD)), "-1,234,500.06");
    assert_eq!(format!("{:#}", amount.display(Currency::JPY)), "-123,450,006");
    assert_eq!(format!("{:>14}|", amount.display(Currency::KWD)), "   -123450.006|");
    assert_eq!(format!("{amount:?}"), "-123450006 minor");
    assert_eq!(Amount::from_minor(5).display(Currency::NZD).to_string(), "0.05");
    assert_eq!(Amount::ZERO.display(Currency::NZD).to_string(), "0.00");
    assert_eq!(Amount::ZERO.display(Currency::JPY).to_string(), "0");
    let money = Money::new(123_450, Currency::NZD);
    assert_eq!(
        format!("{money} {money:#} {money:?} {}", money.number()),
        "1234.50 NZD 1,234.50 NZD 1234.50 NZD 1234.50"
    );
    let quantity = Quantity::from_millionths(1_234_567_800);
    assert_eq!(format!("{quantity} {quantity:#} {quantity:?}"), "1234.5678 1,234.5678 1234.5678");
    assert_eq!(format!("{:?} {:?}", Quantity::units(-100), Quantity::ZERO), "-100 0");
    assert_eq!(format!("{:#}", Quantity::MAX), "9,223,372,036,854.775807");
    let third = UnitFactor::new(4, 12).map(|factor| format!("{factor} {factor:?}"));
    assert_eq!(third, Ok("1/3 1/3".to_owned()));
}

#[test]
fn factors_are_read_in_three_ways() {
    let read = |text: &str| text.parse::<UnitFactor>().map(|f| (f.numerator(), f.denominator()));
    assert_eq!(read("12"), Ok((12, 1)));
    assert_eq!(read("2/24"), Ok((1, 12)));
    assert_eq!(read("0.5"), Ok((1, 2)));
    assert_eq!(read("0.000000000000000001"), Ok((1, 1_000_000_000_000_000_000)));
    assert_eq!(read("9223372036854775807"), Ok((i64::MAX.unsigned_abs(), 1)));
    assert_eq!(
        error_of::<UnitFactor>("1/2x"),
        r#""1/2x" is not a unit's factor: 'x' doesn't belong; write digits, like 1234.5 (character 4)"#
    );
    assert_eq!(
        error_of::<UnitFactor>("0.0000000000000000001"),
        r#""0.0000000000000000001" is not a unit's factor: at most 18 decimals (character 21)"#
    );
    for text in ["0", "0.0", "0/1", "1/0", "-1", "-1/-1", "1/", "/1", "1/2/3", "1/1.5", ""] {
        assert!(text.parse::<UnitFactor>().is_err(), "{text}");
    }
}

// rule: DOC-18
#[test]
fn currencies_know_their_decimals_and_order_by_code() {
    let digits = |code: &str| code.parse::<Currency>().map(Currency::minor_digits);
    assert_eq!([digits("JPY"), digits("NZD"), digits("KWD"), digits("CLF")], [Ok(0), Ok(2), Ok(3), Ok(4)]);
    for wrong in ["", "nzd", "NZ", "NZDX", "ZZZ", "XXX", "XAU", "N\u{17d}D"] {
        assert_eq!(wrong.parse::<Currency>().map_err(|error| error.code()), Err("money.unknown_currency"));
    }
    assert_eq!(error_of::<Currency>("nzd"), r#""nzd" is not a currency: write an ISO 4217 code, like NZD"#);
    let mut codes = ["XCG", "AOA", "NZD"].map(|code| code.parse::<Currency>().expect("a currency"));
    codes.sort();
    assert_eq!(format!("{codes:?} {:>5}", codes[1]), "[AOA, NZD, XCG]   NZD");
    assert_eq!((Currency::NZD.code(), Currency::NZD.name()), ("NZD", "New Zealand dollar"));
    assert_eq!(size_of::<Money>(), 16);
    assert_eq!(
        error_of::<Money>("12.50"),
        r#""12.50" is not an amount of money: write the number, a space and the currency, like 12.50 NZD"#
    );
}
