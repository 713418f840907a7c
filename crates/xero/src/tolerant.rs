//! Reading what Xero writes where something else was promised: `"false"` for a boolean, `null` inside a list.
//!
//! Both stand in the examples of Xero's own OpenAPI file. Everything else is read as its type says.

use crate::text::Text;
use crate::{Day, Decimal, Stamp, XeroId};
use serde::{Deserialize, Deserializer};
use std::str::FromStr;

/// A value that may be read more generously than its type's own reading.
pub(crate) trait Tolerant<'de>: Deserialize<'de> {
    /// Reads it; as its type does, unless said otherwise.
    fn read<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::deserialize(deserializer)
    }
}

/// A tolerant value inside serde's own containers.
struct Wrapped<T>(T);

impl<'de, T: Tolerant<'de>> Deserialize<'de> for Wrapped<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::read(deserializer).map(Self)
    }
}

/// A field: absent, null or a value.
pub(crate) fn optional<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Tolerant<'de>,
{
    Ok(Option::<Wrapped<T>>::deserialize(deserializer)?.map(|wrapped| wrapped.0))
}

impl Tolerant<'_> for String {}
impl Tolerant<'_> for Decimal {}
impl Tolerant<'_> for Day {}
impl Tolerant<'_> for Stamp {}
impl<T> Tolerant<'_> for XeroId<T> {}

impl<'de, T: Tolerant<'de>> Tolerant<'de> for Box<T> {
    fn read<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::read(deserializer).map(Self::new)
    }
}

impl<'de, T: Tolerant<'de>> Tolerant<'de> for Vec<T> {
    fn read<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let elements = Vec::<Option<Wrapped<T>>>::deserialize(deserializer)?;
        Ok(elements.into_iter().flatten().map(|wrapped| wrapped.0).collect())
    }
}

/// A value or its spelling.
#[derive(Deserialize)]
#[serde(untagged)]
enum Spelt<'a, T> {
    Value(T),
    Text(#[serde(borrow)] Text<'a>),
}

fn spelt<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + FromStr,
{
    match Spelt::<T>::deserialize(deserializer)? {
        Spelt::Value(value) => Ok(value),
        Spelt::Text(text) => {
            let lower = text.0.trim().to_ascii_lowercase();
            lower
                .parse()
                .map_err(|_| serde::de::Error::custom(format!("{:?} is not what belongs here", text.0)))
        }
    }
}

impl<'de> Tolerant<'de> for bool {
    fn read<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        spelt(deserializer)
    }
}

impl<'de> Tolerant<'de> for i64 {
    fn read<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        spelt(deserializer)
    }
}
