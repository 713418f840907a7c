//! A record: a set of named fields, each of which Xero may omit, read and written under Xero's own names.
//!
//! `record! { pub struct Currency { code: String = "Code", } }` makes a struct whose `code` is an `Option<String>`,
//! that reads over unknown fields, writes only what is there, and can say where an answer differs from what was asked.
//!
//! Not here: which differences matter (`element`).

use crate::{Day, Decimal, Stamp, XeroId};

/// A field that was asked for and came back with another value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Where: `LineItems[0].UnitAmount`.
    pub path: String,
    /// What was asked, as JSON.
    pub asked: String,
    /// What Xero holds, as JSON.
    pub held: String,
}

impl Difference {
    /// The last field name of the path: `UnitAmount`.
    #[must_use]
    pub fn field(&self) -> &str {
        self.path.rsplit('.').next().unwrap_or_default().split('[').next().unwrap_or_default()
    }
}

/// Compares what was asked with what came back. What came back without a field says nothing about it.
pub trait Echo {
    /// Adds every difference below the path `at` to `found`.
    fn compare(&self, echo: &Self, at: &str, found: &mut Vec<Difference>);

    /// The identity that pairs elements of two lists; none pairs by position.
    fn pair_key(&self) -> Option<String> {
        None
    }
}

fn differ<T: PartialEq + serde::Serialize>(asked: &T, held: &T, at: &str, found: &mut Vec<Difference>) {
    if asked != held {
        let text = |value: &T| serde_json::to_string(value).unwrap_or_default();
        found.push(Difference { path: at.to_owned(), asked: text(asked), held: text(held) });
    }
}

macro_rules! leaves {
    ($($type:ty),+) => {$(
        impl Echo for $type {
            fn compare(&self, echo: &Self, at: &str, found: &mut Vec<Difference>) {
                differ(self, echo, at, found);
            }
        }
    )+};
}
leaves!(bool, i64, Decimal, Day, Stamp);

impl Echo for String {
    /// Xero trims: blanks at the ends are no difference.
    fn compare(&self, echo: &Self, at: &str, found: &mut Vec<Difference>) {
        differ(&self.trim(), &echo.trim(), at, found);
    }
}

impl<T> Echo for XeroId<T> {
    fn compare(&self, echo: &Self, at: &str, found: &mut Vec<Difference>) {
        differ(self, echo, at, found);
    }
}

impl<T: Echo> Echo for Box<T> {
    fn compare(&self, echo: &Self, at: &str, found: &mut Vec<Difference>) {
        self.as_ref().compare(echo, at, found);
    }
}

impl<T: Echo> Echo for Vec<T> {
    /// Elements pair by their id where they have one, else by position; a missing one is a difference of the count.
    fn compare(&self, echo: &Self, at: &str, found: &mut Vec<Difference>) {
        if self.len() != echo.len() {
            differ(&self.len(), &echo.len(), &format!("{at}[]"), found);
        }
        for (index, asked) in self.iter().enumerate() {
            let held = match asked.pair_key() {
                Some(key) => echo.iter().find(|e| e.pair_key().as_ref() == Some(&key)),
                None => echo.get(index),
            };
            if let Some(held) = held {
                asked.compare(held, &format!("{at}[{index}]"), found);
            }
        }
    }
}

/// Compares one field of a record; used by `record!`.
pub(crate) fn compare_field<T: Echo>(
    asked: &Option<T>,
    echo: &Option<T>,
    wire: &str,
    at: &str,
    found: &mut Vec<Difference>,
) {
    if let (Some(asked), Some(echo)) = (asked, echo) {
        let path = if at.is_empty() { wire.to_owned() } else { format!("{at}.{wire}") };
        asked.compare(echo, &path, found);
    }
}

macro_rules! record {
    ($(#[$meta:meta])* pub struct $name:ident { $($field:ident : $type:ty = $wire:literal,)+ }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
        #[serde(default)]
        pub struct $name {
            $(
                #[doc = concat!("Xero's `", $wire, "`.")]
                #[serde(
                    rename = $wire,
                    skip_serializing_if = "Option::is_none",
                    deserialize_with = "crate::tolerant::optional"
                )]
                pub $field: Option<$type>,
            )+
        }

        impl $name {
            /// Xero's names of the fields we read and write.
            pub const FIELDS: &'static [&'static str] = &[$($wire),+];
        }

        impl<'de> crate::tolerant::Tolerant<'de> for $name {}

        impl crate::record::Echo for $name {
            fn compare(&self, echo: &Self, at: &str, found: &mut Vec<crate::record::Difference>) {
                $(crate::record::compare_field(&self.$field, &echo.$field, $wire, at, found);)+
            }

            fn pair_key(&self) -> Option<String> {
                crate::record::line_id(self)
            }
        }
    };
}
pub(crate) use record;

/// Lines of documents have ids of their own; every other list pairs by position.
pub(crate) fn line_id<T: 'static>(element: &T) -> Option<String> {
    let line = (element as &dyn std::any::Any).downcast_ref::<crate::LineItem>()?;
    line.line_item_id.map(|id| id.to_string())
}
