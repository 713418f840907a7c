//! Reading what clients send: one object or an array under its plural name, keys in any case, numbers also as text,
//! days as `2026-01-02`, `2026-01-02T…` or `/Date(ms)/` (API-FACTS 2.4, 2.5).
//!
//! Example: `{"invoices":[{"Date":"/Date(1789344000000)/","LineItems":[{"Quantity":"2"}]}]}` reads as one element
//! whose Date is 14 September 2026. What can't be read becomes a message on the element, never a panic.

use jiff::civil::Date;
use rust_decimal::Decimal;
use serde_json::{Map, Value};
use std::cell::RefCell;

use super::guid::Guid;

/// A message in the sandbox's own words, where Xero's text isn't known.
pub(crate) fn ours(message: &str) -> String {
    format!("[sandbox] {message}")
}

/// The elements of a body: a bare object, a bare array, or an array (or object) under the plural or singular name.
pub(crate) fn elements(body: &[u8], plural: &str, singular: &str) -> Result<Vec<Value>, String> {
    let text = std::str::from_utf8(body).map_err(|_| ours("the body is not UTF-8"))?;
    let text = text.trim_start_matches('\u{feff}').trim();
    if text.is_empty() {
        return Err(ours(&format!("the body is empty: send one object or {{\"{plural}\":[…]}}")));
    }
    if text.starts_with('<') {
        return Err(ours("the sandbox reads JSON bodies only, this one is XML"));
    }
    let value: Value = serde_json::from_str(text).map_err(|error| {
        ours(&format!("the body is not JSON: line {} column {}", error.line(), error.column()))
    })?;
    match value {
        Value::Array(items) => Ok(items),
        Value::Object(mut map) => {
            let named = |map: &Map<String, Value>, name: &str| {
                map.keys().find(|k| k.eq_ignore_ascii_case(name)).cloned()
            };
            let listed = named(&map, plural).or_else(|| named(&map, singular).filter(|_| map.len() == 1));
            match listed.and_then(|key| map.remove(&key)) {
                Some(Value::Array(items)) => Ok(items),
                Some(single @ Value::Object(_)) => Ok(vec![single]),
                Some(_) => Err(ours(&format!("{plural} must be an array of objects"))),
                None => Ok(vec![Value::Object(map)]),
            }
        }
        _ => Err(ours("the body must be an object or an array")),
    }
}

/// One sent object, read field by field. Fields that can't be read leave a message in `problems`.
pub(crate) struct Fields<'a> {
    map: &'a Map<String, Value>,
    problems: RefCell<Vec<String>>,
}

static NOTHING: std::sync::LazyLock<Map<String, Value>> = std::sync::LazyLock::new(Map::new);

impl<'a> Fields<'a> {
    pub(crate) fn of(value: &'a Value) -> Fields<'a> {
        let map = value.as_object().unwrap_or(&NOTHING);
        let problems =
            if value.is_object() { Vec::new() } else { vec![ours("an element must be an object")] };
        Fields { map, problems: RefCell::new(problems) }
    }

    /// What couldn't be read so far.
    pub(crate) fn problems(&self) -> Vec<String> {
        self.problems.take()
    }

    fn problem(&self, key: &str, value: &Value, wanted: &str) {
        let shown: String = value.to_string().chars().take(60).collect();
        self.problems.borrow_mut().push(ours(&format!("{key}: {shown} is not {wanted}")));
    }

    /// The value under a key; null counts as absent.
    pub(crate) fn value(&self, key: &str) -> Option<&'a Value> {
        let exact = self.map.get(key);
        let found =
            exact.or_else(|| self.map.iter().find(|(k, _)| k.eq_ignore_ascii_case(key)).map(|(_, v)| v));
        found.filter(|v| !v.is_null())
    }

    pub(crate) fn has(&self, key: &str) -> bool {
        self.value(key).is_some()
    }

    /// Text; a number or truth value counts as its text.
    pub(crate) fn text(&self, key: &str) -> Option<String> {
        let value = self.value(key)?;
        match value {
            Value::String(text) => Some(text.replace('\0', "")),
            Value::Number(number) => Some(number.to_string()),
            Value::Bool(flag) => Some(flag.to_string()),
            _ => {
                self.problem(key, value, "text");
                None
            }
        }
    }

    /// Text that isn't empty.
    pub(crate) fn filled(&self, key: &str) -> Option<String> {
        self.text(key).filter(|t| !t.trim().is_empty())
    }

    /// Text no longer than `max` characters; a longer one is a problem.
    pub(crate) fn text_of(&self, key: &str, max: usize) -> Option<String> {
        let text = self.text(key)?;
        let length = text.chars().count();
        if length > max {
            let message = format!("{key} is too long: {length} characters, at most {max} are allowed");
            self.problems.borrow_mut().push(ours(&message));
            return None;
        }
        Some(text)
    }

    pub(crate) fn number(&self, key: &str) -> Option<Decimal> {
        let value = self.value(key)?;
        let read = match value {
            Value::Number(number) => read_decimal(&number.to_string()),
            Value::String(text) if text.trim().is_empty() => return None,
            Value::String(text) => read_decimal(text.trim()),
            _ => None,
        };
        if read.is_none() {
            self.problem(key, value, "a number Xero takes");
        }
        read
    }

    pub(crate) fn flag(&self, key: &str) -> Option<bool> {
        let value = self.value(key)?;
        let read = match value {
            Value::Bool(flag) => Some(*flag),
            Value::String(text) => truth(text),
            _ => None,
        };
        if read.is_none() {
            self.problem(key, value, "true or false");
        }
        read
    }

    pub(crate) fn day(&self, key: &str) -> Option<Date> {
        let value = self.value(key)?;
        if value.as_str().is_some_and(|text| text.trim().is_empty()) {
            return None;
        }
        let read = value.as_str().and_then(read_day);
        if read.is_none() {
            self.problem(key, value, "a date: send 2026-01-31 or /Date(1769817600000)/");
        }
        read
    }

    pub(crate) fn guid(&self, key: &str) -> Option<Guid> {
        let value = self.value(key)?;
        if value.as_str().is_some_and(str::is_empty) {
            return None;
        }
        let read = value.as_str().and_then(Guid::parse);
        if read.is_none() {
            self.problem(key, value, "an id");
        }
        read.filter(|id| *id != Guid::ZERO)
    }

    pub(crate) fn list(&self, key: &str) -> Option<Vec<Fields<'a>>> {
        let value = self.value(key)?;
        match value {
            Value::Array(items) => Some(items.iter().map(Fields::of).collect()),
            single @ Value::Object(_) => Some(vec![Fields::of(single)]),
            _ => {
                self.problem(key, value, "an array");
                None
            }
        }
    }

    pub(crate) fn object(&self, key: &str) -> Option<Fields<'a>> {
        let value = self.value(key)?;
        if !value.is_object() {
            self.problem(key, value, "an object");
            return None;
        }
        Some(Fields::of(value))
    }
}

/// `true`, `True`, `1` and their opposites.
pub(crate) fn truth(text: &str) -> Option<bool> {
    match text.trim().to_ascii_lowercase().as_str() {
        "true" | "1" => Some(true),
        "false" | "0" => Some(false),
        _ => None,
    }
}

/// A number of at most 14 digits before and 12 after the point: beyond that Xero has no field.
pub(crate) fn read_decimal(text: &str) -> Option<Decimal> {
    if text.len() > 60 {
        return None;
    }
    let scientific = text.contains(['e', 'E']);
    let read = if scientific { Decimal::from_scientific(text).ok() } else { text.parse::<Decimal>().ok() }?;
    let limit = Decimal::from(100_000_000_000_000_i64);
    (read.abs() < limit).then(|| read.round_dp(12).normalize())
}

/// A day in one of Xero's forms. A timestamp with an offset is converted to UTC first (API-FACTS 2.5).
pub(crate) fn read_day(text: &str) -> Option<Date> {
    let text = text.trim();
    let day = if let Some(inner) = text.strip_prefix("/Date(").and_then(|t| t.strip_suffix(")/")) {
        let end = inner
            .char_indices()
            .skip(1)
            .find(|(_, c)| *c == '+' || *c == '-')
            .map_or(inner.len(), |(i, _)| i);
        let milliseconds: i64 = inner.get(..end)?.parse().ok()?;
        day_of(milliseconds)?
    } else if let Ok(at) = text.parse::<jiff::Timestamp>() {
        at.to_zoned(jiff::tz::TimeZone::UTC).date()
    } else {
        let first = text.split(['T', ' ']).next()?;
        first.parse::<Date>().ok()?
    };
    (1900..=2200).contains(&day.year()).then_some(day)
}

/// The UTC day of an instant.
pub(crate) fn day_of(milliseconds: i64) -> Option<Date> {
    let at = jiff::Timestamp::from_millisecond(milliseconds).ok()?;
    Some(at.to_zoned(jiff::tz::TimeZone::UTC).date())
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn both_date_forms_and_numeric_texts_are_read() {
        let table = [
            ("2026-01-31", Some(date(2026, 1, 31))),
            ("2026-01-31T00:00:00", Some(date(2026, 1, 31))),
            ("2026-01-31T00:30:00+13:00", Some(date(2026, 1, 30))),
            ("/Date(1789344000000)/", Some(date(2026, 9, 14))),
            ("/Date(1789344000000+0000)/", Some(date(2026, 9, 14))),
            ("/Date(-86400000+1300)/", Some(date(1969, 12, 31))),
            ("/Date()/", None),
            ("31/01/2026", None),
            ("9999-01-01", None),
        ];
        for (text, day) in table {
            assert_eq!(read_day(text), day, "{text}");
        }
        assert_eq!(read_decimal("1e3"), Some(Decimal::from(1000)));
        assert_eq!(read_decimal("9999999999.9999"), Some(Decimal::new(99_999_999_999_999, 4)));
        assert_eq!(read_decimal("1e30"), None);
    }

    #[test]
    fn a_body_may_be_bare_or_wrapped_under_any_casing() {
        for body in [r#"{"Name":"a"}"#, r#"[{"Name":"a"}]"#, r#"{"contacts":[{"NAME":"a"}]}"#] {
            let read = elements(body.as_bytes(), "Contacts", "Contact").expect("readable");
            assert_eq!(Fields::of(&read[0]).text("Name").as_deref(), Some("a"), "{body}");
        }
        for body in ["", "7", "{", "<Contact/>", r#"{"Contacts":7}"#] {
            assert!(elements(body.as_bytes(), "Contacts", "Contact").is_err(), "{body}");
        }
    }
}
