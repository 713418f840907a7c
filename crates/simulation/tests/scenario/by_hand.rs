//! The accountant's own entries, manual journals, money spent and received; and Xero's own trial balance.
//!
//! `journal 2026-04-02 Provision: 630 5.00; 310 -5.00` · `spend 2026-04-02 Carrier: 845 20.00`. Not here: documents
//! (`accountant`), what is done to journals of ours (`journals`).

use serde_json::{Value, json};
use xero_sandbox::Method;

use super::Office;

type Outcome = Result<(), String>;

/// `630 5.00; 310 -5.00`
fn parts(lines: &str) -> Result<Vec<(String, Value)>, String> {
    let read = |line: &str| {
        let (code, amount) = line.trim().split_once(' ').ok_or_else(|| format!("{line}? like 630 5.00"))?;
        let amount = serde_json::from_str(amount.trim()).map_err(|_| format!("{amount} is no amount"))?;
        Ok((code.to_owned(), amount))
    };
    lines.split(';').map(read).collect()
}

fn journal_lines(lines: &str) -> Result<Value, String> {
    let line = |(code, amount): (String, Value)| json!({ "AccountCode": code, "LineAmount": amount, "TaxType": "NONE" });
    Ok(parts(lines)?.into_iter().map(line).collect())
}

impl Office {
    /// A posted manual journal.
    pub fn write_journal(&self, words: &[&str], lines: &str) -> Outcome {
        let [day, name @ ..] = words else {
            return Err("journal 2026-04-02 Name: 630 5.00; 310 -5.00".into());
        };
        let body = json!({
            "Narration": name.join(" "), "Date": day, "Status": "POSTED", "LineAmountTypes": "NoTax",
            "JournalLines": journal_lines(lines)?,
        });
        self.tell(Method::Put, "ManualJournals", &body).map(drop)
    }

    /// Money spent or received, without tax.
    pub fn transact(&self, verb: &str, words: &[&str], lines: &str) -> Outcome {
        let [day, contact] = words else { return Err("spend 2026-04-02 Carrier: 845 20.00".into()) };
        let line = |(code, amount): (String, Value)| json!({ "Description": "by hand", "Quantity": 1, "UnitAmount": amount, "AccountCode": code, "TaxType": "NONE" });
        let items: Value = parts(lines)?.into_iter().map(line).collect();
        let body = json!({
            "Type": verb.to_uppercase(), "Contact": { "Name": contact }, "BankAccount": { "Code": "090" },
            "Date": day, "LineAmountTypes": "NoTax", "LineItems": items,
        });
        self.tell(Method::Put, "BankTransactions", &body).map(drop)
    }

    /// The balance of every account by Xero's own trial balance, by account id: past our program, in its text.
    pub fn trial_balance(&self, day: &str) -> Result<Vec<(String, String, String)>, String> {
        let said = self.tell(Method::Get, &format!("Reports/TrialBalance?date={day}"), &Value::Null)?;
        let sections = said["Reports"][0]["Rows"].as_array().cloned().unwrap_or_default();
        let rows =
            sections.iter().flat_map(|section| section["Rows"].as_array().cloned().unwrap_or_default());
        let cell = |row: &Value, at: usize| row["Cells"][at]["Value"].as_str().unwrap_or_default().to_owned();
        let read = rows.filter_map(|row| {
            let account = row["Cells"][0]["Attributes"][0]["Value"].as_str()?.to_owned();
            Some((account, cell(&row, 3), cell(&row, 4)))
        });
        Ok(read.collect())
    }
}
