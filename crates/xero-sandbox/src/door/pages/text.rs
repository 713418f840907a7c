//! How the desk writes what it shows: amounts, days, statuses; and how it reads them from the API's JSON.

use jiff::Timestamp;
use jiff::civil::Date;
use maud::{Markup, html};
use rust_decimal::Decimal;
use serde_json::Value;

/// A text, number or flag as text; nothing for the rest.
pub fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Bool(flag) => flag.to_string(),
        Value::Null | Value::Array(_) | Value::Object(_) => String::new(),
    }
}

/// A JSON number or numeric text as a decimal.
pub fn decimal(value: &Value) -> Option<Decimal> {
    plain(value).parse().ok()
}

/// Two decimals, thousands set apart, a true minus: `−1,234.50`.
pub fn amount(amount: Decimal) -> String {
    let text = format!("{:.2}", amount.abs().round_dp(2));
    let (whole, cents) = text.split_once('.').unwrap_or((&text, "00"));
    let mut grouped = String::new();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    let sign = if amount.round_dp(2) < Decimal::ZERO { "\u{2212}" } else { "" };
    format!("{sign}{grouped}.{cents}")
}

/// An amount of the JSON, or nothing.
pub fn money(value: &Value) -> String {
    decimal(value).map(amount).unwrap_or_default()
}

/// The day of `2026-01-31T00:00:00` or `/Date(1769817600000+0000)/`.
pub fn day(value: &Value) -> String {
    let text = plain(value);
    if let Some(rest) = text.strip_prefix("/Date(") {
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != '-').unwrap_or(rest.len());
        let ms = rest[..end].parse().ok().and_then(|ms| Timestamp::from_millisecond(ms).ok());
        return ms.map(|t| t.strftime("%Y-%m-%d").to_string()).unwrap_or_default();
    }
    text.chars().take(10).collect()
}

/// A day of a form, or `otherwise`.
pub fn day_or(text: Option<&str>, otherwise: Date) -> Date {
    text.and_then(|t| t.parse().ok()).unwrap_or(otherwise)
}

/// A status as a dot and a word; what is out of the ordinary has a colour.
pub fn status(word: &str) -> Markup {
    let tone = match word {
        "AUTHORISED" | "PAID" | "POSTED" | "BILLED" | "ACCEPTED" | "INVOICED" => "ok",
        "VOIDED" | "DELETED" | "DECLINED" => "bad",
        "SUBMITTED" | "SENT" => "warn",
        _ => "",
    };
    html! { span.state data-tone=(tone) { (word) } }
}

/// A moment to the second.
pub fn moment(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M:%S").to_string()
}

/// Every `Message` below, in order, each once: what a refusal says.
pub fn messages(value: &Value) -> Vec<String> {
    let mut found = Vec::new();
    collect(value, &mut found);
    found
}

fn collect(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Array(list) => list.iter().for_each(|v| collect(v, found)),
        Value::Object(object) => {
            for (name, inner) in object {
                match inner {
                    Value::String(text) if name == "Message" && !found.contains(text) => {
                        found.push(text.clone());
                    }
                    _ => collect(inner, found),
                }
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn amounts_read_like_a_ledger() {
        for (number, text) in [
            ("0", "0.00"),
            ("-0.001", "0.00"),
            ("1234.5", "1,234.50"),
            ("-1234567.891", "\u{2212}1,234,567.89"),
            ("999", "999.00"),
        ] {
            assert_eq!(amount(number.parse().expect("a number")), text);
        }
        assert_eq!(
            (money(&json!(24.15)), money(&json!("24.1")), money(&json!(null))),
            ("24.15".into(), "24.10".into(), String::new())
        );
    }

    #[test]
    fn days_in_both_forms() {
        assert_eq!(day(&json!("/Date(1789344000000+0000)/")), "2026-09-14");
        assert_eq!(day(&json!("/Date(-86400000)/")), "1969-12-31");
        assert_eq!(day(&json!("2026-09-14T00:00:00")), "2026-09-14");
        assert_eq!((day(&json!("/Date(x")), day(&json!(null))), (String::new(), String::new()));
    }

    #[test]
    fn every_message_once() {
        let body =
            json!({"Message": "A", "Elements": [{"ValidationErrors": [{"Message": "B"}, {"Message": "A"}]}]});
        let mut found = messages(&body);
        found.sort();
        assert_eq!(found, ["A", "B"]);
    }
}
