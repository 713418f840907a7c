//! What an accountant does in Xero by hand, in a line each; what follows is looked at by us at once.

use serde_json::{Value, json};
use xero_sandbox::Method;

use super::Office;
use crate::book_notation::after;
use crate::stand_in::Company;

impl Office {
    /// `xero approves 4711`, `voids`, `deletes`, `bills` (an order), `edits 4711 line 1 price 12.00`, `edits 4711 date DAY`,
    /// `pays 4711 50.00`, `has contact Nord [number N] [archived]`, `has item STEEL [tracked]`,
    /// `has bill 4711 of Nord 50.00 [ref PO-1]`, `restores contact Nord`, `locks DAY`.
    pub fn accountant(&mut self, line: &str) -> Result<(), String> {
        let words: Vec<&str> = line.split_whitespace().collect();
        let plain = |word: &str| word.replace('_', " ");
        match words[..] {
            ["locks", day] => {
                self.locked = (day != "nothing").then(|| day.parse().expect("a day"));
                self.refresh();
            }
            ["approves", number] => self.status(number, "AUTHORISED")?,
            ["voids", number] => self.status(number, "VOIDED")?,
            ["deletes", number] => self.status(number, "DELETED")?,
            ["bills", number] => self.status(number, "BILLED")?,
            ["edits", number, ref change @ ..] => self.edit(number, change)?,
            ["pays", number, amount] => {
                let (_, element) = self.find(number)?;
                let payment = json!({ "Invoice": { "InvoiceID": element["InvoiceID"] }, "Account": { "Code": "090" },
                    "Date": "2026-03-31", "Amount": amount.parse::<serde_json::Number>().expect("an amount") });
                let made = self.company.put("Payments", &payment);
                check(&made)?;
            }
            ["has", "contact", name, ..] => {
                let mut body = json!({ "Name": plain(name) });
                if let Some(number) = after(&words, "number") {
                    body["AccountNumber"] = json!(number);
                }
                let made = self.company.put("Contacts", &body);
                check(&made)?;
                if words.contains(&"archived") {
                    let body = json!({ "ContactID": made["ContactID"], "ContactStatus": "ARCHIVED" });
                    Company::call(&mut self.company.org, Method::Post, "Contacts", Some(&body));
                }
            }
            ["has", "item", code, ..] => {
                let mut body = json!({ "Code": code, "Name": code });
                if words.contains(&"tracked") {
                    body["InventoryAssetAccountCode"] = json!("140");
                    body["PurchaseDetails"] = json!({ "COGSAccountCode": "310" });
                    let account = json!({ "Code": "140", "Name": "Tracked stock", "Type": "INVENTORY" });
                    Company::call(&mut self.company.org, Method::Put, "Accounts", Some(&account));
                }
                let made = self.company.put("Items", &body);
                check(&made)?;
            }
            ["has", kind, number, "of", who, ..] => {
                let (_, lines) = line.split_once(": ").ok_or("no lines")?;
                self.make(kind, number, &plain(who.trim_end_matches(':')), &words, lines)?;
            }
            _ => return Err(format!("nothing an accountant does: {line}")),
        }
        self.look();
        Ok(())
    }

    fn find(&self, number: &str) -> Result<(&'static str, Value), String> {
        let kinds = [
            ("Invoices", "InvoiceNumber"),
            ("CreditNotes", "CreditNoteNumber"),
            ("PurchaseOrders", "PurchaseOrderNumber"),
            ("Quotes", "QuoteNumber"),
        ];
        let found = kinds.iter().find_map(|(path, key)| {
            let all = self.all(path);
            all.into_iter().rfind(|one| one[*key] == number).map(|one| (*path, one))
        });
        found.ok_or(format!("Xero has no {number}"))
    }

    fn post(&mut self, path: &str, body: &Value) -> Result<(), String> {
        let answer = Company::call(&mut self.company.org, Method::Post, path, Some(body));
        check(&answer[path][0])
    }

    fn id_of(path: &str, element: &Value) -> Value {
        let key = format!("{}ID", path.trim_end_matches('s'));
        json!({ key.clone(): element[key] })
    }

    fn status(&mut self, number: &str, status: &str) -> Result<(), String> {
        let (path, element) = self.find(number)?;
        let mut body = Office::id_of(path, &element);
        body["Status"] = json!(status);
        self.post(path, &body)
    }

    fn edit(&mut self, number: &str, change: &[&str]) -> Result<(), String> {
        let (path, element) = self.find(number)?;
        let mut body = Office::id_of(path, &element);
        let mut lines = element["LineItems"].clone();
        match change {
            ["line", place, what @ ..] => {
                let place: usize = place.parse().map_err(|_| "a place")?;
                let line = &mut lines[place - 1];
                for pair in what.chunks(2) {
                    let [key, value] = pair else { return Err("what, value".to_owned()) };
                    line.as_object_mut().expect("a line").remove("LineAmount");
                    line.as_object_mut().expect("a line").remove("TaxAmount");
                    match *key {
                        "price" => line["UnitAmount"] = serde_json::from_str(value).expect("a price"),
                        "quantity" => line["Quantity"] = serde_json::from_str(value).expect("a quantity"),
                        "account" => {
                            line.as_object_mut().expect("a line").remove("AccountID");
                            line["AccountCode"] = json!(value);
                        }
                        "tax" => line["TaxType"] = json!(value),
                        "text" => line["Description"] = json!(value.replace('_', " ")),
                        _ => return Err(format!("no field: {key}")),
                    }
                }
            }
            ["without", "line", place] => {
                let place: usize = place.parse().map_err(|_| "a place")?;
                lines.as_array_mut().expect("lines").remove(place - 1);
            }
            ["with", "line", text, price, account, tax] => {
                let price: Value = serde_json::from_str(price).expect("a price");
                let line = json!({ "Description": text, "Quantity": 1, "UnitAmount": price, "AccountCode": account,
                    "TaxType": tax });
                lines.as_array_mut().expect("lines").push(line);
            }
            ["date", day] => body["Date"] = json!(day),
            ["due", day] => body["DueDate"] = json!(day),
            ["rate", rate] => body["CurrencyRate"] = serde_json::from_str(rate).expect("a rate"),
            ["ref", text] => body["Reference"] = json!(text),
            _ => return Err(format!("no change: {change:?}")),
        }
        body["LineItems"] = lines;
        self.post(path, &body)
    }

    /// `has bill 4711 of Nord [ref X] [date DAY]: 10 STEEL @ 11.00 630 INPUT2; 1 text_of_it @ 5.00 429 INPUT2`
    fn make(
        &mut self,
        kind: &str,
        number: &str,
        who: &str,
        words: &[&str],
        lines: &str,
    ) -> Result<(), String> {
        let contacts = self.all("Contacts");
        let contact = contacts.iter().find(|one| one["Name"] == who).ok_or(format!("no contact {who}"))?;
        let mut rows = Vec::new();
        for line in lines.split("; ") {
            let line: Vec<&str> = line.split_whitespace().collect();
            let [quantity, what, "@", price, account, tax] = line[..] else {
                return Err(format!("{line:?}"));
            };
            let number = |text: &str| serde_json::from_str::<Value>(text).expect("a number");
            let mut row = json!({ "Quantity": number(quantity), "UnitAmount": number(price), "AccountCode": account,
                "TaxType": tax, "Description": what.replace('_', " ") });
            if self.all("Items").iter().any(|item| item["Code"] == what) {
                row["ItemCode"] = json!(what);
            }
            rows.push(row);
        }
        let date = after(words, "date").unwrap_or("2026-03-20");
        let mut body = json!({ "Contact": { "ContactID": contact["ContactID"] }, "Date": date, "DueDate": "2026-04-20",
            "LineItems": rows });
        let (path, key, kind) = match kind {
            "bill" => ("Invoices", "InvoiceNumber", Some("ACCPAY")),
            "invoice" => ("Invoices", "InvoiceNumber", Some("ACCREC")),
            "order" => ("PurchaseOrders", "PurchaseOrderNumber", None),
            _ => return Err(format!("no kind: {kind}")),
        };
        body[key] = json!(number);
        if let Some(kind) = kind {
            body["Type"] = json!(kind);
        }
        if let Some(reference) = after(words, "ref") {
            body["Reference"] = json!(reference.trim_end_matches(':'));
        }
        let made = self.company.put(path, &body);
        check(&made)
    }
}

fn check(element: &Value) -> Result<(), String> {
    let errors = element["ValidationErrors"].as_array().cloned().unwrap_or_default();
    if errors.is_empty() { Ok(()) } else { Err(format!("the stand-in says {errors:?}")) }
}
