//! A value of a record's field, or of a literal in a filter, and how two of them compare.
//!
//! Example: the text `"2026-01-31"` compares with a day, `"ABC"` equals `"abc"`, null equals only null.

use rust_decimal::Decimal;
use std::cmp::Ordering;

use super::guid::Guid;
use super::input::{read_day, read_decimal};
use super::out::midnight;

/// A value of a field or a literal.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Field {
    Null,
    Text(String),
    Number(Decimal),
    Flag(bool),
    Guid(Guid),
    /// Milliseconds UTC.
    Instant(i64),
}

impl Field {
    pub(crate) fn text(value: &str) -> Field {
        Field::Text(value.to_owned())
    }
    pub(crate) fn maybe(value: Option<&str>) -> Field {
        value.map_or(Field::Null, Field::text)
    }
    pub(crate) fn day(value: jiff::civil::Date) -> Field {
        Field::Instant(midnight(value))
    }
    pub(crate) fn maybe_day(value: Option<jiff::civil::Date>) -> Field {
        value.map_or(Field::Null, Field::day)
    }

    /// How two values stand to each other; None when they can't be compared.
    pub(crate) fn compare(&self, other: &Field) -> Option<Ordering> {
        use Field::{Flag, Guid as Id, Instant, Null, Number, Text};
        Some(match (self, other) {
            (Null, Null) => Ordering::Equal,
            (Text(a), Text(b)) => fold(a).cmp(&fold(b)),
            (Number(a), Number(b)) => a.cmp(b),
            (Flag(a), Flag(b)) => a.cmp(b),
            (Id(a), Id(b)) => a.cmp(b),
            (Instant(a), Instant(b)) => a.cmp(b),
            (Id(a), Text(b)) => a.cmp(&Guid::parse(b)?),
            (Text(_), Id(_)) => return other.compare(self).map(Ordering::reverse),
            (Number(a), Text(b)) => a.cmp(&read_decimal(b)?),
            (Text(_), Number(_)) => return other.compare(self).map(Ordering::reverse),
            (Instant(a), Text(b)) => a.cmp(&midnight(read_day(b)?)),
            (Text(_), Instant(_)) => return other.compare(self).map(Ordering::reverse),
            (Flag(a), Text(b)) => a.cmp(&super::input::truth(b)?),
            _ => return None,
        })
    }

    /// For `order`: nulls first.
    pub(crate) fn sort(&self, other: &Field) -> Ordering {
        match (self, other) {
            (Field::Null, Field::Null) => Ordering::Equal,
            (Field::Null, _) => Ordering::Less,
            (_, Field::Null) => Ordering::Greater,
            _ => self.compare(other).unwrap_or(Ordering::Equal),
        }
    }
}

/// Lower case without the common Latin accents.
pub(crate) fn fold(text: &str) -> String {
    let plain = |c: char| match c {
        'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' | 'ā' => 'a',
        'ç' | 'č' => 'c',
        'è' | 'é' | 'ê' | 'ë' | 'ē' => 'e',
        'ì' | 'í' | 'î' | 'ï' | 'ī' => 'i',
        'ñ' => 'n',
        'ò' | 'ó' | 'ô' | 'õ' | 'ö' | 'ø' | 'ō' => 'o',
        'š' => 's',
        'ù' | 'ú' | 'û' | 'ü' | 'ū' => 'u',
        'ý' | 'ÿ' => 'y',
        'ž' => 'z',
        c => c,
    };
    text.chars().flat_map(char::to_lowercase).map(plain).collect()
}
