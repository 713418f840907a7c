//! How exact values stand in JSON: as text (`"12.5"`), never as JSON numbers, which many programs read as floats.
//!
//! Money is `{"amount": "12.50", "currency": "NZD"}`. An [`Amount`] doesn't know its currency, so it is its number of
//! minor units, a JSON integer: that is the form of the log. People and programs outside see `"12.50"`; the crate `wire`,
//! which knows the company's currency, turns one into the other (`"x-names": "amount"` in the schema says where).
//! In forms that nobody reads (a snapshot) all of them are integers.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::{Amount, Currency, Money, Percent, Quantity, Rate, UnitFactor, UnitPrice};

struct Text<T>(PhantomData<T>, &'static str);

impl<T: FromStr<Err = crate::Error>> Visitor<'_> for Text<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.1)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        text.parse().map_err(E::custom)
    }
}

macro_rules! texts {
    ($($name:ident $expected:literal $pattern:literal $out:expr, $back:expr;)*) => {$(
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                match serializer.is_human_readable() {
                    true => serializer.collect_str(self),
                    false => $out(*self).serialize(serializer),
                }
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<$name, D::Error> {
                match deserializer.is_human_readable() {
                    true => deserializer.deserialize_str(Text(PhantomData, $expected)),
                    false => Deserialize::deserialize(deserializer).map($back)?.map_err(D::Error::custom),
                }
            }
        }

        impl JsonSchema for $name {
            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn inline_schema() -> bool {
                true
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!({ "type": "string", "pattern": $pattern })
            }
        }
    )*};
}

texts! {
    Quantity "a quantity as text, like \"12.5\"" r"^-?[0-9]+(\.[0-9]{1,6}0*)?$"
        Quantity::millionths, |number| Ok::<_, crate::Error>(Quantity::from_millionths(number));
    UnitPrice "a price as text, like \"7.125\"" r"^-?[0-9]+(\.[0-9]{1,6}0*)?$"
        UnitPrice::millionths, |number| Ok::<_, crate::Error>(UnitPrice::from_millionths(number));
    Rate "an exchange rate as text, like \"0.6\"" r"^[0-9]+(\.[0-9]{1,6}0*)?$"
        Rate::millionths, Rate::from_millionths;
    Percent "a percentage as text, like \"12.5\"" r"^[0-9]+(\.[0-9]{1,6}0*)?$"
        Percent::millionths, Percent::from_millionths;
    UnitFactor "a factor as text, like \"12\" or \"1/12\"" r"^[0-9]+(\.[0-9]{1,18}|/[0-9]+)?$"
        |factor: UnitFactor| (factor.numerator(), factor.denominator()), |(above, below)| UnitFactor::new(above, below);
    Currency "the code of a currency, like \"NZD\"" "^[A-Z]{3}$"
        Currency::code, |code: String| Currency::parse(&code);
}

impl Serialize for Amount {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_i64(self.minor())
    }
}

impl<'de> Deserialize<'de> for Amount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Amount, D::Error> {
        i64::deserialize(deserializer).map(Amount::from_minor)
    }
}

impl JsonSchema for Amount {
    fn schema_name() -> Cow<'static, str> {
        "Amount".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "integer", "x-names": "amount" })
    }
}

/// Money as JSON has it: the number's decimals are those of its currency.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename = "Money")]
struct Parts<'a> {
    /// The number, with the decimals of its currency: `12.50`.
    #[serde(borrow)]
    #[schemars(regex(pattern = r"^-?[0-9]+(\.[0-9]+)?$"))]
    amount: Cow<'a, str>,
    /// The currency's code.
    currency: Currency,
}

impl Serialize for Money {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if !serializer.is_human_readable() {
            return (self.minor(), self.currency()).serialize(serializer);
        }
        let amount = self.number().to_string().into();
        Parts { amount, currency: self.currency() }.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Money {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Money, D::Error> {
        if !deserializer.is_human_readable() {
            return Deserialize::deserialize(deserializer)
                .map(|(minor, currency)| Money::new(minor, currency));
        }
        let parts = Parts::deserialize(deserializer)?;
        Money::parse_in(&parts.amount, parts.currency).map_err(D::Error::custom)
    }
}

impl JsonSchema for Money {
    fn schema_name() -> Cow<'static, str> {
        "Money".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        Parts::json_schema(generator)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn both_ways<T>(value: T, json: &str)
    where
        T: Serialize + for<'de> Deserialize<'de> + PartialEq + fmt::Debug,
    {
        assert_eq!(serde_json::to_string(&value).expect("writes"), json);
        assert_eq!(serde_json::from_str::<T>(json).expect("reads"), value);
    }

    #[test]
    fn values_are_text_in_json() {
        both_ways(Quantity::from_millionths(12_500_000), r#""12.5""#);
        both_ways(UnitPrice::from_millionths(-1), r#""-0.000001""#);
        both_ways("0.6".parse::<Rate>().expect("a rate"), r#""0.6""#);
        both_ways("1/12".parse::<UnitFactor>().expect("a factor"), r#""1/12""#);
        both_ways(Currency::JPY, r#""JPY""#);
        both_ways(Money::new(1_250, Currency::NZD), r#"{"amount":"12.50","currency":"NZD"}"#);
        both_ways(Money::new(1_250, Currency::JPY), r#"{"amount":"1250","currency":"JPY"}"#);
        both_ways(Amount::from_minor(1_250), "1250");
    }

    #[test]
    fn a_json_number_is_no_quantity_and_the_error_says_what_is() {
        let error = serde_json::from_str::<Quantity>("12.5").expect_err("a float");
        assert!(error.to_string().contains("a quantity as text, like \"12.5\""), "{error}");
        let error = serde_json::from_str::<Money>(r#"{"amount":"1.255","currency":"NZD"}"#);
        assert!(error.expect_err("three decimals").to_string().contains("decimals"));
    }
}
