//! What went over the wire, for a person who looks for a fault: everything but secrets and contents.
//!
//! `GET /api.xro/2.0/Invoices?page=1&where=* 200 184 ms` with sizes, what is left of the limits and Xero's correlation id.
//! Never in a trace: tokens, keys of the app, bodies, file names, and what a filter asks for.
//!
//! Not here: where traces go (the caller's `Trace`).

use std::fmt::Write;
use world::{Method, Moment};

/// One exchange, without its secrets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exchange {
    /// When it was sent.
    pub at: Moment,
    /// How long it took, in milliseconds.
    pub milliseconds: u128,
    /// The method.
    pub method: Method,
    /// The address with everything personal replaced by `*`.
    pub address: String,
    /// Bytes sent as body.
    pub sent: usize,
    /// The status, or what the network said.
    pub answer: Result<u16, String>,
    /// Bytes received as body.
    pub received: usize,
    /// Xero's number for it.
    pub correlation: Option<String>,
    /// Calls left in the minute and in the day, as told.
    pub left: (Option<u32>, Option<u32>),
}

/// Takes traces.
pub trait Trace: Send + Sync {
    /// One exchange is over.
    fn exchange(&self, exchange: &Exchange);
}

/// Takes nothing down.
pub struct NoTrace;

impl Trace for NoTrace {
    fn exchange(&self, _: &Exchange) {}
}

/// Query names whose values say nothing about anybody.
const HARMLESS: &[&str] = &[
    "page",
    "pagesize",
    "unitdp",
    "summarizeerrors",
    "order",
    "status",
    "statuses",
    "includearchived",
    "summaryonly",
    "date",
    "datefrom",
    "dateto",
    "offset",
    "includeonline",
    "paymentsonly",
];

/// An address without what is personal in it.
#[must_use]
pub fn redacted(url: &str) -> String {
    let (path, query) = url.split_once('?').map_or((url, ""), |(path, query)| (path, query));
    let mut parts = path.splitn(4, '/');
    let root: Vec<&str> = parts.by_ref().take(3).collect();
    let mut shown = root.join("/");
    for part in parts.next().unwrap_or_default().split('/') {
        let plain = part.chars().all(|c| c.is_ascii_alphabetic()) || part == "2.0" || part == "api.xro";
        let id = xero::XeroId::<()>::read(part).is_some();
        let _ = write!(shown, "/{}", if plain || id { part } else { "*" });
    }
    for (index, pair) in query.split('&').filter(|pair| !pair.is_empty()).enumerate() {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let harmless = HARMLESS.contains(&name.to_ascii_lowercase().as_str());
        let _ = write!(
            shown,
            "{}{name}={}",
            if index == 0 { '?' } else { '&' },
            if harmless { value } else { "*" }
        );
    }
    shown
}

impl Exchange {
    /// One line of JSON.
    #[must_use]
    pub fn line(&self) -> String {
        let answer = match &self.answer {
            Ok(status) => serde_json::json!(status),
            Err(why) => serde_json::json!(why),
        };
        serde_json::json!({
            "at": xero::Stamp::from_millis(self.at.millis()).map(|at| at.to_string()),
            "method": self.method.as_str(),
            "address": self.address,
            "sent": self.sent,
            "answer": answer,
            "milliseconds": u64::try_from(self.milliseconds).unwrap_or(u64::MAX),
            "received": self.received,
            "correlation": self.correlation,
            "minute_left": self.left.0,
            "day_left": self.left.1,
        })
        .to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_tells_nothing_personal() {
        let id = "254591b2-68c7-403f-91af-e3584f9577fe";
        for (url, shown) in [
            (
                "https://api.xero.com/api.xro/2.0/Contacts?where=Name%3D%3D%22Nord%22&page=2".to_owned(),
                "https://api.xero.com/api.xro/2.0/Contacts?where=*&page=2".to_owned(),
            ),
            (
                format!("https://api.xero.com/api.xro/2.0/Invoices/{id}/Attachments/nord%20bill.pdf"),
                format!("https://api.xero.com/api.xro/2.0/Invoices/{id}/Attachments/*"),
            ),
            (
                "http://localhost:4010/connect/token".to_owned(),
                "http://localhost:4010/connect/token".to_owned(),
            ),
            ("http://x".to_owned(), "http://x/".to_owned()),
        ] {
            assert_eq!(redacted(&url), shown);
        }
    }
}
