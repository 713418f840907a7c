//! JSON as Xero writes it: keys in a given order, no nulls, two decimals at least, dates as `/Date(ms+0000)/`.
//!
//! Example: `out.money("Total", 24.15)` then `out.day("Date", 2026-09-14)` writes
//! `"Total":24.15,"DateString":"2026-09-14T00:00:00","Date":"/Date(1789344000000+0000)/"`.
//! Instants are milliseconds UTC; days are midnight UTC (API-FACTS 2.5).

use jiff::civil::Date;
use rust_decimal::Decimal;
use std::fmt::Write as _;

use super::guid::Guid;

/// A JSON text in the making. Commas are set by it.
#[derive(Default)]
pub(crate) struct Out {
    text: String,
    comma: bool,
}

impl Out {
    pub(crate) fn finish(self) -> String {
        self.text
    }

    fn separate(&mut self) {
        if self.comma {
            self.text.push(',');
        }
        self.comma = true;
    }

    fn key(&mut self, key: &str) {
        self.separate();
        self.text.push('"');
        self.text.push_str(key);
        self.text.push_str("\":");
        self.comma = false;
    }

    fn enclose(&mut self, open: char, close: char, inner: impl FnOnce(&mut Out)) {
        self.separate();
        self.text.push(open);
        self.comma = false;
        inner(self);
        self.text.push(close);
        self.comma = true;
    }

    /// An object as an element of a list, or the whole text.
    pub(crate) fn element(&mut self, inner: impl FnOnce(&mut Out)) {
        self.enclose('{', '}', inner);
    }

    /// `"key":{…}`.
    pub(crate) fn object(&mut self, key: &str, inner: impl FnOnce(&mut Out)) {
        self.key(key);
        self.enclose('{', '}', inner);
    }

    /// `"key":[…]`.
    pub(crate) fn list(&mut self, key: &str, inner: impl FnOnce(&mut Out)) {
        self.key(key);
        self.enclose('[', ']', inner);
    }

    /// `"key":[{…},…]`, one object per item.
    pub(crate) fn objects<T>(
        &mut self,
        key: &str,
        items: impl IntoIterator<Item = T>,
        mut each: impl FnMut(&mut Out, T),
    ) {
        self.list(key, |out| items.into_iter().for_each(|item| out.element(|out| each(out, item))));
    }

    /// `"key":[]` for each key.
    pub(crate) fn empty_lists(&mut self, keys: &[&str]) {
        for key in keys {
            self.list(key, |_| ());
        }
    }

    fn quoted(&mut self, value: &str) {
        self.separate();
        self.text.push('"');
        for c in value.chars() {
            match c {
                '"' => self.text.push_str("\\\""),
                '\\' => self.text.push_str("\\\\"),
                '\n' => self.text.push_str("\\n"),
                '\r' => self.text.push_str("\\r"),
                '\t' => self.text.push_str("\\t"),
                c if u32::from(c) < 0x20 => _ = write!(self.text, "\\u{:04x}", u32::from(c)),
                c => self.text.push(c),
            }
        }
        self.text.push('"');
    }

    /// A text as an element of a list.
    pub(crate) fn text_element(&mut self, value: &str) {
        self.quoted(value);
    }

    pub(crate) fn text(&mut self, key: &str, value: &str) {
        self.key(key);
        self.quoted(value);
    }

    /// A text that may be absent: then the key is, too.
    pub(crate) fn maybe(&mut self, key: &str, value: Option<&str>) {
        if let Some(value) = value {
            self.text(key, value);
        }
    }

    /// A text that is left out when empty.
    pub(crate) fn filled(&mut self, key: &str, value: &str) {
        self.maybe(key, Some(value).filter(|v| !v.is_empty()));
    }

    pub(crate) fn guid(&mut self, key: &str, value: Guid) {
        self.text(key, &value.to_string());
    }

    pub(crate) fn flag(&mut self, key: &str, value: bool) {
        self.raw(key, if value { "true" } else { "false" });
    }

    pub(crate) fn count(&mut self, key: &str, value: u64) {
        self.raw(key, &value.to_string());
    }

    /// Members `"a":1,"b":2` that are JSON already.
    pub(crate) fn members(&mut self, members: &str) {
        if !members.is_empty() {
            self.separate();
            self.text.push_str(members);
        }
    }

    /// A value that is JSON already.
    pub(crate) fn raw(&mut self, key: &str, json: &str) {
        self.key(key);
        self.separate();
        self.text.push_str(json);
    }

    /// An amount or unit price: two decimals at least, up to four.
    pub(crate) fn money(&mut self, key: &str, value: Decimal) {
        self.digits(key, value, 2);
    }

    /// A quantity: four decimals.
    pub(crate) fn quantity(&mut self, key: &str, value: Decimal) {
        self.digits(key, value, 4);
    }

    /// A currency rate: six decimals at least.
    pub(crate) fn rate(&mut self, key: &str, value: Decimal) {
        self.digits(key, value, 6);
    }

    fn digits(&mut self, key: &str, value: Decimal, at_least: u32) {
        // A decimal may be a negative zero, which JSON would show.
        let mut shown = if value.is_zero() { Decimal::ZERO } else { value.normalize() };
        if shown.scale() < at_least {
            shown.rescale(at_least);
        }
        self.raw(key, &shown.to_string());
    }

    /// `"{key}String":"…T00:00:00","{key}":"/Date(ms+0000)/"`.
    pub(crate) fn day(&mut self, key: &str, day: Date) {
        self.text(&format!("{key}String"), &format!("{day}T00:00:00"));
        self.instant(key, midnight(day));
    }

    pub(crate) fn maybe_day(&mut self, key: &str, day: Option<Date>) {
        if let Some(day) = day {
            self.day(key, day);
        }
    }

    /// `"key":"/Date(ms+0000)/"`.
    pub(crate) fn instant(&mut self, key: &str, milliseconds: i64) {
        self.text(key, &format!("/Date({milliseconds}+0000)/"));
    }

    /// `"key":"/Date(ms)/"`: the envelope's clock, quotes, written items.
    pub(crate) fn instant_without_offset(&mut self, key: &str, milliseconds: i64) {
        self.text(key, &format!("/Date({milliseconds})/"));
    }

    /// `"key":"2026-09-14T09:29:59Z"`.
    pub(crate) fn iso(&mut self, key: &str, milliseconds: i64) {
        let text = jiff::Timestamp::from_millisecond(milliseconds).unwrap_or_default();
        self.text(key, &text.strftime("%Y-%m-%dT%H:%M:%SZ").to_string());
    }

    /// `"key":[{"Message":"…"},…]`.
    pub(crate) fn messages(&mut self, key: &str, messages: &[String]) {
        self.objects(key, messages, |out, message| out.text("Message", message));
    }
}

/// Midnight UTC of a day, in milliseconds: how Xero writes calendar days.
pub(crate) fn midnight(day: Date) -> i64 {
    day.to_zoned(jiff::tz::TimeZone::UTC).map_or(0, |z| z.timestamp().as_millisecond())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_written_in_xeros_forms() {
        let mut out = Out::default();
        out.element(|out| {
            out.money("Total", Decimal::new(2415, 2));
            out.money("UnitAmount", Decimal::new(12345, 4));
            out.quantity("Quantity", Decimal::ONE);
            out.day("Date", jiff::civil::date(2026, 9, 14));
            out.iso("UpdatedDateUTCString", 1_789_378_199_100);
            out.text("Description", "a \"b\"\r\n\u{1}");
            out.empty_lists(&["Phones"]);
            out.instant("Early", midnight(jiff::civil::date(1969, 12, 31)));
        });
        let expected = concat!(
            r#"{"Total":24.15,"UnitAmount":1.2345,"Quantity":1.0000,"DateString":"2026-09-14T00:00:00","#,
            r#""Date":"/Date(1789344000000+0000)/","UpdatedDateUTCString":"2026-09-14T09:29:59Z","#,
            r#""Description":"a \"b\"\r\n\u0001","Phones":[],"Early":"/Date(-86400000+0000)/"}"#
        );
        assert_eq!(out.finish(), expected);
    }
}
