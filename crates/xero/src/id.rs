//! Xero's ids: GUIDs that remember what they name, so that a contact's id can't stand where an invoice's is wanted.
//!
//! Any spelling of case is read, with or without braces; lower case is written. The zero GUID means "nothing was stored"
//! (API-FACTS 0.4 fact 3). Not here: our own ids.

use crate::text::parsed;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::cmp::Ordering;
use std::fmt;
use std::marker::PhantomData;
use std::str::FromStr;

/// The id of a `T` in one Xero organisation.
pub struct XeroId<T>(u128, PhantomData<fn() -> T>);

/// The text is no GUID.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotAnId(String);

impl fmt::Display for NotAnId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} is not an id of Xero's, like 254591b2-68c7-403f-91af-e3584f9577fe", self.0)
    }
}

impl std::error::Error for NotAnId {}

impl<T> XeroId<T> {
    /// The id Xero writes where nothing was stored.
    pub const NOTHING: Self = Self(0, PhantomData);

    /// Whether it is the zero GUID.
    #[must_use]
    pub const fn is_nothing(self) -> bool {
        self.0 == 0
    }

    /// The same id for another kind of thing; the caller knows what it names.
    #[must_use]
    pub const fn cast<U>(self) -> XeroId<U> {
        XeroId(self.0, PhantomData)
    }

    /// Reads a GUID.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let text = text.trim().trim_start_matches('{').trim_end_matches('}');
        let dashes_fit = text.len() == 36 && [8, 13, 18, 23].iter().all(|at| text.as_bytes()[*at] == b'-');
        let hex: String = text.split('-').collect();
        let digits = hex.len() == 32 && hex.bytes().all(|b| b.is_ascii_hexdigit());
        if !(digits && (dashes_fit || text.len() == 32)) {
            return None;
        }
        u128::from_str_radix(&hex, 16).ok().map(|value| Self(value, PhantomData))
    }

    /// The id as a `where` clause writes it: `guid("254591b2-…")`.
    #[must_use]
    pub fn in_where(self) -> String {
        format!("guid(\"{self}\")")
    }
}

impl<T> Default for XeroId<T> {
    fn default() -> Self {
        Self::NOTHING
    }
}

impl<T> Clone for XeroId<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for XeroId<T> {}

impl<T> PartialEq for XeroId<T> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl<T> Eq for XeroId<T> {}

impl<T> PartialOrd for XeroId<T> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<T> Ord for XeroId<T> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.cmp(&other.0)
    }
}

impl<T> fmt::Display for XeroId<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hex = format!("{:032x}", self.0);
        write!(f, "{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
    }
}

impl<T> fmt::Debug for XeroId<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl<T> FromStr for XeroId<T> {
    type Err = NotAnId;

    fn from_str(text: &str) -> Result<Self, NotAnId> {
        Self::read(text).ok_or_else(|| NotAnId(text.to_owned()))
    }
}

impl<T> Serialize for XeroId<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de, T> Deserialize<'de> for XeroId<T> {
    /// An empty text is the zero GUID: both say that there is nothing.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let read = |text: &str| if text.is_empty() { Some(Self::NOTHING) } else { Self::read(text) };
        parsed(deserializer, read, "an id of Xero's")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Thing;

    #[test]
    fn ids_are_read_in_any_case_and_written_in_lower_case() {
        let id: XeroId<Thing> = "254591B2-68c7-403F-91af-e3584f9577fe".parse().unwrap();
        assert_eq!(id.to_string(), "254591b2-68c7-403f-91af-e3584f9577fe");
        assert!(XeroId::<Thing>::read("00000000-0000-0000-0000-000000000000").unwrap().is_nothing());
        for wrong in
            ["", "254591b2", "254591b2-68c7-403f-91af-e3584f9577fg", "é54591b2-68c7-403f-91af-e3584f9577f"]
        {
            assert_eq!(XeroId::<Thing>::read(wrong), None, "{wrong}");
        }
    }
}
