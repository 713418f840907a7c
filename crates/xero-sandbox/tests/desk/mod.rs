//! A desk to test at: an organisation, a clock that stands, and short words for calls and what they answer.

#![allow(dead_code, reason = "each test file uses its part of the desk")]

use jiff::Timestamp;
use serde_json::Value;
use xero_sandbox::{Answer, Call, Country, Method, Org, UserRef, seed};

/// An organisation at work.
pub struct Desk {
    /// The organisation.
    pub org: Org,
    /// What time it is.
    pub now: Timestamp,
    /// Who is connected.
    pub user: UserRef,
}

/// What came back.
pub struct Reply {
    /// HTTP status.
    pub status: u16,
    /// The body; null when it wasn't JSON.
    pub json: Value,
}

impl Reply {
    /// The messages of the first element, wherever they are.
    pub fn messages(&self) -> Vec<String> {
        let element = match &self.json["Elements"] {
            Value::Array(elements) => elements.first().cloned().unwrap_or_default(),
            _ => self
                .json
                .as_object()
                .and_then(|o| o.values().find_map(|v| v.get(0)))
                .cloned()
                .unwrap_or_default(),
        };
        let list = element["ValidationErrors"].as_array().cloned().unwrap_or_default();
        let mut found: Vec<String> =
            list.iter().filter_map(|m| m["Message"].as_str().map(str::to_owned)).collect();
        if found.is_empty() && self.status == 400 {
            found.extend(self.json["Message"].as_str().map(str::to_owned));
        }
        found
    }

    /// A number of the reply by JSON pointer, as text with two decimals.
    pub fn amount(&self, pointer: &str) -> String {
        amount(self.json.pointer(pointer).unwrap_or_else(|| panic!("{pointer} is missing: {}", self.json)))
    }

    /// A text of the reply by JSON pointer.
    pub fn text(&self, pointer: &str) -> String {
        let found = self.json.pointer(pointer).and_then(Value::as_str);
        found.unwrap_or_else(|| panic!("{pointer} is missing: {}", self.json)).to_owned()
    }

    /// How many elements the list under a key has.
    pub fn count(&self, key: &str) -> usize {
        self.json[key].as_array().map_or_else(|| panic!("no {key}: {}", self.json), Vec::len)
    }
}

/// A JSON number as text with two decimals.
pub fn amount(value: &Value) -> String {
    let text = value.to_string();
    let number: rust_decimal::Decimal = text.parse().unwrap_or_else(|_| panic!("{text} is not a number"));
    format!("{number:.2}")
}

impl Desk {
    /// A demo company on 14 September 2026.
    pub fn at(country: Country) -> Desk {
        let now = "2026-09-14T09:29:59.1Z".parse().expect("a time");
        Desk { org: seed::demo(country, 1, now), now, user: UserRef::adviser() }
    }

    pub fn new() -> Desk {
        Desk::at(Country::Nz)
    }

    pub fn answer(&mut self, call: Call) -> Answer {
        let call = Call { user: self.user.clone(), ..call };
        let answer = self.org.call(&call, self.now);
        assert!(answer.status < 500 || answer.status == 501, "{} {}", call.path, answer.status);
        answer
    }

    pub fn call(&mut self, call: Call) -> Reply {
        let answer = self.answer(call);
        Reply { status: answer.status, json: serde_json::from_slice(&answer.body).unwrap_or_default() }
    }

    /// `path` may carry a query after `?`.
    pub fn send(&mut self, method: Method, path: &str, body: &str) -> Reply {
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let mut call = Call::new(method, path, UserRef::adviser());
        for pair in query.split('&').filter(|p| !p.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            call = call.with(name, value);
        }
        self.call(if body.is_empty() { call } else { call.body(body) })
    }

    pub fn get(&mut self, path: &str) -> Reply {
        self.send(Method::Get, path, "")
    }

    pub fn put(&mut self, path: &str, body: &str) -> Reply {
        self.send(Method::Put, path, body)
    }

    pub fn post(&mut self, path: &str, body: &str) -> Reply {
        self.send(Method::Post, path, body)
    }

    /// A write that must work; gives the id under `key` of the first element.
    pub fn made(&mut self, path: &str, key: &str, body: &str) -> String {
        let plural = path.split('/').next_back().unwrap_or_default().to_owned();
        let reply = self.put(path, body);
        assert_eq!(reply.status, 200, "{path} {body}: {}", reply.json);
        reply.text(&format!("/{plural}/0/{key}"))
    }

    /// A sales invoice or bill on account `account`, AUTHORISED, exclusive of tax; gives its id.
    pub fn invoice(&mut self, kind: &str, amount: &str, account: &str) -> String {
        let body = format!(
            r#"{{"Type":"{kind}","Contact":{{"Name":"Acme"}},"Date":"2026-09-14","DueDate":"2026-09-30","Status":"AUTHORISED",
                "LineItems":[{{"Description":"x","Quantity":1,"UnitAmount":{amount},"AccountCode":"{account}"}}]}}"#
        );
        self.made("Invoices", "InvoiceID", &body)
    }

    /// The balance of an account by code at a far day, two decimals.
    pub fn balance(&self, code: &str) -> String {
        let rows = self.org.trial_balance(jiff::civil::date(2199, 12, 31));
        let found = rows.iter().find(|r| r.code == code).map(|r| r.balance).unwrap_or_default();
        format!("{found:.2}")
    }

    /// The sum of all balances: always nothing.
    pub fn imbalance(&self) -> rust_decimal::Decimal {
        self.org.trial_balance(jiff::civil::date(2199, 12, 31)).iter().map(|r| r.balance).sum()
    }
}
