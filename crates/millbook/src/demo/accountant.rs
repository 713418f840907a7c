//! The accountant: works in the stand-in by hand, past our program. Approves what came, pays what is due, banks what
//! customers paid.
//!
//! Customers pay on the day it is due, but for every fifth, who pays half and the rest twelve days later.
//! Not here: what our program makes of it.

use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::{Value, json};
use xero_sandbox::server::Within;
use xero_sandbox::{Call, Method, Org, Role, UserRef};

use super::history::LIABILITY;

/// What was done.
#[derive(Clone, Copy, Debug, Default)]
pub struct Done {
    /// Documents and journals approved.
    pub approved: usize,
    /// Payments of bills.
    pub paid: usize,
    /// Payments of customers.
    pub banked: usize,
}

/// Ada, at the stand-in.
pub struct Accountant {
    xero: Within,
    organisation: String,
}

fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value[key].as_str().unwrap_or_default()
}

/// An amount in cents, as the stand-in writes it.
fn cents(value: &Value) -> i64 {
    let text = value.to_string();
    let (whole, part) = text.split_once('.').unwrap_or((&text, ""));
    format!("{whole}{part:0<2}").parse().unwrap_or(0)
}

fn plain(cents: i64) -> Value {
    serde_json::from_str(&format!("{}.{:02}", cents / 100, cents % 100)).unwrap_or_default()
}

impl Accountant {
    /// At this organisation.
    pub fn new(xero: Within, organisation: &str) -> Accountant {
        Accountant { xero, organisation: organisation.to_owned() }
    }

    /// Has something done in the organisation's own state.
    pub fn at<T>(&self, act: impl FnOnce(&mut Org) -> T) -> Option<T> {
        self.xero.within(|sandbox| sandbox.org_mut(&self.organisation).map(act))
    }

    /// A call past the door, at a time of the stand-in.
    ///
    /// # Errors
    /// What the stand-in says when it refuses.
    pub fn tell(&self, now: Timestamp, method: Method, path: &str, body: &Value) -> Result<Value, String> {
        let user = UserRef { name: "Ada Accountant".to_owned(), role: Role::Adviser };
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let mut call = Call::new(method, path, user);
        for (name, value) in query.split('&').filter_map(|pair| pair.split_once('=')) {
            call = call.with(name, value);
        }
        if !body.is_null() {
            call = call.body(body.to_string());
        }
        let answer = self.at(|org| org.call(&call, now)).ok_or("the organisation is gone")?;
        let said: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
        if answer.status < 300 { Ok(said) } else { Err(format!("{path}: {} {said}", answer.status)) }
    }

    fn list(&self, now: Timestamp, path: &str, key: &str) -> Result<Vec<Value>, String> {
        let mut said = self.tell(now, Method::Get, path, &Value::Null)?;
        Ok(said[key].as_array_mut().map(std::mem::take).unwrap_or_default())
    }

    /// Makes the accounts that its chart lacks.
    ///
    /// # Errors
    /// What the stand-in says when it refuses.
    pub fn prepare(&self, now: Timestamp) -> Result<(), String> {
        for (code, name, kind) in [
            ("265", "Inventory Gain", "OTHERINCOME"),
            ("316", "Rounding Differences", "EXPENSE"),
            (LIABILITY, "Transfer Orders Liability", "CURRLIAB"),
        ] {
            self.tell(now, Method::Put, "Accounts", &json!({ "Code": code, "Name": name, "Type": kind }))?;
        }
        Ok(())
    }

    /// Enters a carrier's bill for a transfer by hand, on the account that absorbed it.
    ///
    /// # Errors
    /// What the stand-in says when it refuses.
    pub fn carried(&self, now: Timestamp, today: Date, (fee, amount): (&str, &str)) -> Result<(), String> {
        let amount: Value = serde_json::from_str(amount).map_err(|error| error.to_string())?;
        let bill = json!({ "Type": "ACCPAY", "Contact": { "Name": "Kea Freight" }, "InvoiceNumber": format!("KT-{fee}"),
            "Date": today, "DueDate": today.saturating_add(jiff::Span::new().days(7)), "Status": "AUTHORISED",
            "LineItems": [{ "Description": "Freight to the shop", "Quantity": 1, "UnitAmount": amount,
                "AccountCode": LIABILITY, "TaxType": "INPUT2" }] });
        self.tell(now, Method::Put, "Invoices", &bill).map(drop)
    }

    /// A day's work.
    ///
    /// # Errors
    /// What the stand-in says when it refuses.
    pub fn work(&self, now: Timestamp, today: Date) -> Result<Done, String> {
        let mut done = Done::default();
        for (path, key, id, status) in [
            ("Invoices?Statuses=DRAFT,SUBMITTED&pageSize=1000&page=1", "Invoices", "InvoiceID", "AUTHORISED"),
            ("ManualJournals?where=Status==\"DRAFT\"&page=1", "ManualJournals", "ManualJournalID", "POSTED"),
        ] {
            let waiting = self.list(now, path, key)?;
            done.approved += waiting.len();
            for one in waiting {
                let mut body = json!({ id: one[id], "Status": status });
                if key == "ManualJournals" {
                    body["Narration"] = one["Narration"].clone();
                }
                self.tell(now, Method::Post, key, &body)?;
            }
        }
        for due in self.list(now, "Invoices?Statuses=AUTHORISED&pageSize=1000&page=1", "Invoices")? {
            let is_bill = text(&due, "Type") == "ACCPAY";
            let Some(amount) = payable(&due, today, is_bill) else { continue };
            let bank = if text(&due, "CurrencyCode") == "USD" { "092" } else { "090" };
            let payment = json!({ "Invoice": { "InvoiceID": due["InvoiceID"] }, "Account": { "Code": bank },
                "Date": today, "Amount": plain(amount) });
            self.tell(now, Method::Put, "Payments", &payment)?;
            if is_bill { done.paid += 1 } else { done.banked += 1 }
        }
        Ok(done)
    }
}

/// How much of a document is paid today.
fn payable(document: &Value, today: Date, is_bill: bool) -> Option<i64> {
    let (due, paid) = (cents(&document["AmountDue"]), cents(&document["AmountPaid"]));
    let day: Date = text(document, "DueDateString").get(..10)?.parse().ok()?;
    let number: u32 = text(document, "InvoiceNumber").rsplit('-').next()?.parse().unwrap_or(0);
    let hesitates = !is_bill && number.is_multiple_of(5);
    match (hesitates, paid > 0) {
        _ if due <= 0 || day > today => None,
        (true, false) => Some(due / 2),
        (true, true) if day.saturating_add(jiff::Span::new().days(12)) > today => None,
        _ => Some(due),
    }
}
