//! The accountant: what somebody does in Xero by hand, one verb a line. cases/README.md has the list.
//!
//! `approve bill 4711` · `edit bill 4711 line 1 price 11.00` · `lock 2026-02-28` · `archive account 630`. Everything goes to
//! the stand-in's own state, past our program. Not here: what our program makes of it.

use jiff::civil::Date;
use serde_json::{Value, json};
use xero_sandbox::door::fault::{Fault, Name};
use xero_sandbox::door::limit::Problem;
use xero_sandbox::{LockDates, Method, Org, Registration};

use super::things::{Kind, kind_of, status_of, text};
use super::{Office, after};

type Outcome = Result<(), String>;

fn wrong<T>(example: &str) -> Result<T, String> {
    Err(format!("can't be read; like: {example}"))
}

fn date(text: &str) -> Result<Date, String> {
    text.parse().map_err(|_| format!("{text} is no day"))
}

fn plain(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|_| Value::from(text))
}

impl Office {
    /// Does what the accountant does.
    pub fn work(&self, statement: &str) -> Outcome {
        let (head, lines) = statement.split_once(": ").unwrap_or((statement, ""));
        let words: Vec<&str> = head.split_whitespace().collect();
        match words.as_slice() {
            ["post" | "void" | "delete" | "edit", "journal", ..] => self.turn_journal(&words),
            ["approve", word, number] => self.set_status(word, number, "approved"),
            ["submit", word, number] => self.set_status(word, number, "awaiting"),
            ["void", word @ ("prepayment" | "overpayment"), number] => {
                let (path, _) = self.credit(word, number)?;
                let id = path.rsplit('/').next().unwrap_or_default().to_owned();
                self.by_hand(|org, now| org.void_credit(&id, now))
            }
            ["void", word, number] => self.set_status(word, number, "voided"),
            ["prepay", reference, whose, day, amount, account] => {
                let line = json!({ "Description": "Advance", "Quantity": 1, "UnitAmount": plain(amount), "AccountCode": account });
                let body = json!({ "Type": "RECEIVE-PREPAYMENT", "Contact": { "Name": whose }, "Date": day, "Reference": reference,
                    "BankAccount": { "Code": "090" }, "LineAmountTypes": "NoTax", "LineItems": [line] });
                self.tell(Method::Put, "BankTransactions", &body).map(drop)
            }
            ["bill", "order", number] => self.set_status("order", number, "billed"),
            ["delete", word, number] if kind_of(word).is_some() => self.set_status(word, number, "deleted"),
            ["set", word, number, status] => self.set_status(word, number, status),
            ["edit", word, number, rest @ ..] => self.edit(word, number, rest),
            ["pay", "batch", rest @ ..] => self.pay_batch(rest),
            ["pay", word, number, amount, rest @ ..] => self.pay(word, number, amount, rest),
            ["unpay", word, number, amount @ ..] => self.unpay(word, number, amount.first().copied()),

            ["allocate", word, number, "to", other, amount] => self.allocate((word, number), other, amount),
            ["unallocate", word, number, rest @ ..] => self.unallocate(word, number, after(rest, "from")),

            ["journal", day] => self.post_by_hand(day, lines),
            ["journal", rest @ ..] => self.write_journal(rest, lines),
            ["spend" | "receive", rest @ ..] => self.transact(words[0], rest, lines),
            ["lock", rest @ ..] => self.lock(rest),
            ["unlock"] => self.lock(&[]),
            ["new", rest @ ..] => self.make(rest, lines),
            ["plan", class] => self.by_hand(|org, _| {
                org.set_plan(class);
                true
            }),
            ["deregister"] => self.by_hand(|org, _| {
                org.set_registration(Registration::None);
                true
            }),
            ["merge" | "archive" | "restore" | "rename" | "recode" | "retype" | "delete" | "track", ..] => {
                self.turn(&words)
            }
            ["remove-apps"] => match self.xero.sandbox().remove_apps(&self.organisation) {
                0 => Err("no app is connected".to_owned()),
                _ => Ok(()),
            },
            ["others", "leave", left, "of", "the", window] => {
                let left = left.parse().map_err(|_| format!("{left} is no number"))?;
                let problem = [Problem::Minute, Problem::Day].into_iter().find(|one| one.word() == *window);
                self.xero.leave(&self.organisation, problem.ok_or("of the minute, of the day")?, left)
            }
            ["let-in"] => {
                self.xero.sandbox().clear_faults();
                Ok(())
            }
            ["end-sign-in"] => {
                // Every refresh from now on is refused, as after 60 days or a withdrawn consent.
                self.xero.fail(Fault { times: 1_000_000, ..Fault::next(Name::InvalidGrant) });
                self.xero.fail(Fault::next(Name::TokenExpired));
                Ok(())
            }
            _ => Err("the accountant doesn't know this verb; tests/cases/README.md has the list".to_owned()),
        }
    }

    /// What no app can do.
    fn by_hand(&self, act: impl FnOnce(&mut Org, jiff::Timestamp) -> bool) -> Outcome {
        if self.xero.by_hand(&self.organisation, act) {
            Ok(())
        } else {
            Err("it isn't there, or isn't so".to_owned())
        }
    }

    /// The one live document of a number; a dead one if there is no live one.
    fn find(&self, word: &str, number: &str) -> Result<(&'static Kind, Value), String> {
        let kind = kind_of(word).ok_or_else(|| format!("no kind {word}"))?;
        let mut all = self.documents(kind)?;
        all.retain(|held| text(held, kind.number) == number);
        all.sort_by_key(|held| ["VOIDED", "DELETED"].contains(&text(held, "Status")));
        let found = all.into_iter().next().ok_or_else(|| format!("Xero has no {word} {number}"))?;
        Ok((kind, found))
    }

    fn change(&self, kind: &Kind, body: &Value) -> Outcome {
        self.tell(Method::Post, kind.collection, body).map(drop)
    }

    fn set_status(&self, word: &str, number: &str, status: &str) -> Outcome {
        let (kind, held) = self.find(word, number)?;
        let status = status_of(status).ok_or_else(|| format!("no status {status}"))?;
        let mut body = json!({ kind.id: held[kind.id], "Status": status });
        if kind.word == "quote" {
            body["Contact"] = held["Contact"].clone();
            body["Date"] = held["Date"].clone();
        }
        self.change(kind, &body)
    }

    /// `edit bill 4711 line 1 price 11.00 quantity 9 account 429 tax NONE` · `edit bill 4711 date 2026-03-03 ref X`
    fn edit(&self, word: &str, number: &str, rest: &[&str]) -> Outcome {
        let (kind, held) = self.find(word, number)?;
        let mut body = json!({ kind.id: held[kind.id] });
        let mut lines = held["LineItems"].clone();
        let mut place = None;
        let mut pairs = rest.chunks_exact(2);
        for pair in pairs.by_ref() {
            let [key, value] = pair else { continue };
            match (*key, place) {
                ("line", _) => place = value.parse::<usize>().ok().and_then(|place| place.checked_sub(1)),
                ("price", Some(at)) => set_line(&mut lines, at, "UnitAmount", plain(value))?,
                ("quantity", Some(at)) => set_line(&mut lines, at, "Quantity", plain(value))?,
                ("off", Some(at)) => set_line(&mut lines, at, "DiscountAmount", plain(value))?,
                ("account", Some(at)) => set_line(&mut lines, at, "AccountCode", json!(value))?,
                ("tax", Some(at)) => set_line(&mut lines, at, "TaxType", json!(value))?,
                ("text", Some(at)) => {
                    set_line(&mut lines, at, "Description", json!(value.replace('_', " ")))?
                }
                ("date", _) => body["Date"] = json!(value),
                ("due", _) => body["DueDate"] = json!(value),
                ("ref", _) => body["Reference"] = json!(value),
                ("number", _) => body[kind.number] = json!(value),
                ("rate", _) => body["CurrencyRate"] = plain(value),
                ("contact", _) => body["Contact"] = json!({ "Name": value }),
                _ => {
                    return Err(format!(
                        "edit … {key}? line, price, quantity, account, tax, text, date, due, ref"
                    ));
                }
            }
        }
        if !pairs.remainder().is_empty() {
            return wrong("edit bill 4711 line 1 price 11.00");
        }
        if place.is_some() {
            body["LineItems"] = lines;
        }
        self.change(kind, &body)
    }

    /// `pay bill 4711 50.00 [on DAY] [from 090]`
    fn pay(&self, word: &str, number: &str, amount: &str, rest: &[&str]) -> Outcome {
        let (path, held) = self.credit(word, number)?;
        let (collection, id) = path.split_once('/').ok_or("no such thing")?;
        let of = collection.trim_end_matches('s');
        let day =
            after(rest, "on").unwrap_or(text(&held, "DateString").split('T').next().unwrap_or_default());
        let account = after(rest, "from").unwrap_or("090");
        let mut body = json!({ of: { format!("{of}ID"): id }, "Account": { "Code": account }, "Date": day,
            "Amount": plain(amount), "IsReconciled": rest.contains(&"reconciled") });
        if let Some(rate) = after(rest, "at") {
            body["CurrencyRate"] = plain(rate);
        }
        if let Some(reference) = after(rest, "ref") {
            body["Reference"] = json!(reference);
        }
        self.tell(Method::Put, "Payments", &body).map(drop)
    }

    /// `pay batch I-1 50.00 I-2 20.00`: one line on the bank statement for several invoices.
    fn pay_batch(&self, rest: &[&str]) -> Outcome {
        let mut payments = Vec::new();
        for pair in rest.chunks_exact(2) {
            let [number, amount] = pair else { continue };
            let (_, held) = self.find("invoice", number)?;
            payments.push(json!({ "Invoice": { "InvoiceID": held["InvoiceID"] }, "Amount": plain(amount) }));
        }
        let body = json!({ "Account": { "Code": "090" }, "Date": "2026-03-05", "Payments": payments });
        self.tell(Method::Put, "BatchPayments", &body).map(drop)
    }

    fn unpay(&self, word: &str, number: &str, amount: Option<&str>) -> Outcome {
        let (kind, held) = self.find(word, number)?;
        let same = |payment: &Value| {
            amount.is_none_or(|amount| {
                super::things::number(&payment["Amount"]) == amount.parse().unwrap_or_default()
            })
        };
        let mine = |payment: &Value| {
            payment["Invoice"]["InvoiceID"] == held[kind.id]
                && payment["Status"] != "DELETED"
                && same(payment)
        };
        let payment = self.list("Payments")?.into_iter().find(mine).ok_or("nothing is paid")?;
        let path = format!("Payments/{}", text(&payment, "PaymentID"));
        self.tell(Method::Post, &path, &json!({ "Status": "DELETED" })).map(drop)
    }

    /// `allocate credit-invoice I-2 to I-1 20.00`: credit of a note, prepayment or overpayment used on an invoice or bill.
    fn allocate(&self, (word, number): (&str, &str), other: &str, amount: &str) -> Outcome {
        let (path, held) = self.credit(word, number)?;
        let of = |word: &str| self.find(word, other).ok().map(|(_, held)| held["InvoiceID"].clone());
        let to = of("invoice").or_else(|| of("bill")).ok_or_else(|| format!("Xero has no {other}"))?;
        let day = text(&held, "DateString").split('T').next().unwrap_or_default();
        let one = json!({ "Amount": plain(amount), "Date": day, "Invoice": { "InvoiceID": to } });
        self.tell(Method::Put, &format!("{path}/Allocations"), &json!({ "Allocations": [one] })).map(drop)
    }

    /// `unallocate credit-invoice I-2 [from I-1]`
    fn unallocate(&self, word: &str, number: &str, from: Option<&str>) -> Outcome {
        let (path, held) = self.credit(word, number)?;
        let all = held["Allocations"].as_array().cloned().unwrap_or_default();
        let fits = |one: &&Value| from.is_none_or(|wanted| text(&one["Invoice"], "InvoiceNumber") == wanted);
        let one = all.iter().find(fits).ok_or("nothing of it is used")?;
        let path = format!("{path}/Allocations/{}", text(one, "AllocationID"));
        self.tell(Method::Delete, &path, &Value::Null).map(drop)
    }

    /// What gives credit: a note by its number, a prepayment or overpayment by its reference.
    fn credit(&self, word: &str, number: &str) -> Result<(String, Value), String> {
        let (path, key, id) = match word {
            "prepayment" => ("Prepayments", "Reference", "PrepaymentID"),
            "overpayment" => ("Overpayments", "Reference", "OverpaymentID"),
            _ => {
                let (kind, held) = self.find(word, number)?;
                return Ok((format!("{}/{}", kind.collection, text(&held, kind.id)), held));
            }
        };
        let found = self.list(path)?.into_iter().find(|held| text(held, key) == number);
        let held = found.ok_or_else(|| format!("Xero has no {word} {number}"))?;
        Ok((format!("{path}/{}", text(&held, id)), held))
    }

    /// `lock 2026-02-28` · `lock 2026-02-28 for everyone` · `unlock`
    fn lock(&self, rest: &[&str]) -> Outcome {
        let dates = match rest {
            [] => LockDates::default(),
            [day] => LockDates { period: Some(date(day)?), end_of_year: None },
            [day, "for", "everyone"] => LockDates { period: Some(date(day)?), end_of_year: Some(date(day)?) },
            _ => return wrong("lock 2026-02-28 [for everyone]"),
        };
        self.xero.lock(&self.organisation, dates);
        Ok(())
    }

    fn make(&self, rest: &[&str], lines: &str) -> Outcome {
        match rest {
            ["contact", name, more @ ..] => {
                let mut body = json!({ "Name": name.replace('_', " ") });
                for (word, key) in [("number", "AccountNumber"), ("email", "EmailAddress")] {
                    if let Some(value) = after(more, word) {
                        body[key] = json!(value);
                    }
                }
                self.tell(Method::Put, "Contacts", &body)?;
                if more.contains(&"archived") { self.turn(&["archive", "contact", name]) } else { Ok(()) }
            }
            ["item", code, more @ ..] => {
                let mut body = json!({ "Code": code, "Name": code });
                for (word, key) in [("purchase", "PurchaseDetails"), ("sales", "SalesDetails")] {
                    if let Some(account) = after(more, word) {
                        body[key] = json!({ "AccountCode": account });
                    }
                }
                self.tell(Method::Put, "Items", &body).map(drop)
            }
            ["option", option, "of", category] => {
                let path = format!("TrackingCategories/{}/Options", self.category(category)?);
                self.tell(Method::Put, &path, &json!({ "Name": option })).map(drop)
            }
            ["category", name] => {
                self.tell(Method::Put, "TrackingCategories", &json!({ "Name": name })).map(drop)
            }
            ["currency", code] => self.tell(Method::Put, "Currencies", &json!({ "Code": code })).map(drop),
            ["account", code, kind, name @ ..] => {
                let body = json!({ "Code": code, "Type": kind, "Name": name.join(" ") });
                self.tell(Method::Put, "Accounts", &body).map(drop)
            }
            // `rate Half_GST 3.75 INPUT lost 3.75`: and so much on top that can't be reclaimed
            ["rate", name, percent, report, rest @ ..] => {
                let part = json!({ "Name": "Tax", "Rate": plain(percent) });
                let lost = after(rest, "lost");
                let lost =
                    lost.map(|lost| json!({ "Name": "Lost", "Rate": plain(lost), "IsNonRecoverable": true }));
                let parts: Vec<Value> = [part].into_iter().chain(lost).collect();
                let body = json!({ "Name": name.replace('_', " "), "ReportTaxType": report, "TaxComponents": parts });
                self.tell(Method::Put, "TaxRates", &body).map(drop)
            }
            [word, number, contact, day, more @ ..] if kind_of(word).is_some() => {
                self.make_document(word, number, (contact, day), more, lines)
            }
            _ => wrong(
                "new bill 4711 Nord 2026-03-02: 10 STEEL @ 10.00 630 | new contact Nord | new item STEEL",
            ),
        }
    }

    /// `new bill 4711 Nord 2026-03-02 [approved] [ref PO-1] [in USD at 0.62]: 10 STEEL @ 10.00 630 [INPUT2]`
    fn make_document(
        &self,
        word: &str,
        number: &str,
        (contact, day): (&str, &str),
        more: &[&str],
        lines: &str,
    ) -> Outcome {
        let kind = kind_of(word).ok_or("no such kind")?;
        let mut body = json!({ kind.number: number, "Contact": { "Name": contact.replace('_', " ") }, "Date": day,
            "DueDate": after(more, "due").unwrap_or(day) });
        if let Some(of_type) = kind.of_type {
            body["Type"] = json!(of_type);
        }
        if let Some(status) = more.iter().find_map(|word| status_of(word)) {
            body["Status"] = json!(status);
        }
        for (word, key) in [("ref", "Reference"), ("in", "CurrencyCode")] {
            if let Some(value) = after(more, word) {
                body[key] = json!(value);
            }
        }
        if let Some(rate) = after(more, "at") {
            body["CurrencyRate"] = plain(rate);
        }
        let mut all = Vec::new();
        for line in lines.split(';').filter(|line| !line.trim().is_empty()) {
            let words: Vec<&str> = line.split_whitespace().collect();
            let [quantity, item, "@", price, account, rest @ ..] = words.as_slice() else {
                return wrong("10 STEEL @ 10.00 630 [INPUT2]");
            };
            let mut one = json!({ "Quantity": plain(quantity), "UnitAmount": plain(price), "AccountCode": account,
                "Description": item });
            if self.all("item")?.iter().any(|held| held.fits(&format!("item {item}"), &[])) {
                one["ItemCode"] = json!(item);
            }
            if let [tax] = rest {
                one["TaxType"] = json!(tax);
            }
            all.push(one);
        }
        body["LineItems"] = Value::from(all);
        self.tell(Method::Put, kind.collection, &body).map(drop)
    }

    fn category(&self, name: &str) -> Result<String, String> {
        let all = self.list("TrackingCategories?includeArchived=true")?;
        let found = all.iter().find(|one| text(one, "Name") == name);
        let found = found.ok_or_else(|| format!("Xero has no tracking category {name}"))?;
        Ok(text(found, "TrackingCategoryID").to_owned())
    }

    fn of_code(&self, path: &str, key: &str, code: &str) -> Result<Value, String> {
        let wanted = code.replace('_', " ");
        let found = self.list(path)?.into_iter().find(|one| text(one, key) == wanted);
        found.ok_or_else(|| format!("{path} has no {code}"))
    }

    /// Where an option of a tracking category is changed.
    fn option(&self, option: &str, category: &str) -> Result<String, String> {
        let list = self.of_code("TrackingCategories?includeArchived=true", "Name", category)?;
        let options = list["Options"].as_array().map(Vec::as_slice).unwrap_or_default();
        let found = options.iter().find(|one| text(one, "Name") == option).ok_or("no such option")?;
        let (list, found) = (text(&list, "TrackingCategoryID"), text(found, "TrackingOptionID"));
        Ok(format!("TrackingCategories/{list}/Options/{found}"))
    }

    /// The id of an account.
    pub fn account(&self, code: &str) -> Result<String, String> {
        Ok(text(&self.of_code("Accounts?includeArchived=true", "Code", code)?, "AccountID").to_owned())
    }

    /// `archive account 630` · `rename contact Nord Nord_Ltd` · `retype account 630 EXPENSE` · `track item STEEL`
    fn turn(&self, words: &[&str]) -> Outcome {
        let archived = |verb: &str| if verb == "archive" { "ARCHIVED" } else { "ACTIVE" };
        match words {
            [verb, "account", code, rest @ ..] => {
                let path = format!("Accounts/{}", self.account(code)?);
                let body = match (*verb, rest) {
                    ("archive" | "restore", []) => json!({ "Status": archived(verb) }),
                    ("rename", name) => json!({ "Name": name.join(" ") }),
                    ("recode", [new]) => json!({ "Code": new }),
                    ("retype", [new]) => json!({ "Type": new }),
                    ("delete", []) => return self.tell(Method::Delete, &path, &Value::Null).map(drop),
                    _ => return wrong("retype account 630 EXPENSE"),
                };
                self.tell(Method::Post, &path, &body).map(drop)
            }
            [verb, "contact", name, rest @ ..] => {
                let held = self.of_code("Contacts?includeArchived=true", "Name", name)?;
                let id = text(&held, "ContactID");
                let body = match (*verb, rest) {
                    ("restore", []) => return self.by_hand(|org, now| org.restore_contact(id, now)),
                    ("merge", ["into", other]) => {
                        let other = self.of_code("Contacts", "Name", other)?;
                        let other = text(&other, "ContactID");
                        return self.by_hand(|org, now| org.merge_contacts(id, other, now));
                    }
                    ("archive", []) => json!({ "ContactID": id, "ContactStatus": "ARCHIVED" }),
                    ("rename", [new]) => {
                        json!({ "ContactID": held["ContactID"], "Name": new.replace('_', " ") })
                    }
                    _ => return wrong("rename contact Nord Nord_Ltd"),
                };
                self.tell(Method::Post, "Contacts", &body).map(drop)
            }
            ["track", "item", code] => {
                let details = json!({ "COGSAccountCode": "310" });
                let body =
                    json!({ "Code": code, "InventoryAssetAccountCode": "640", "PurchaseDetails": details });
                self.tell(Method::Post, "Items", &body).map(drop)
            }
            ["rename", "item", code, name] => {
                self.tell(Method::Post, "Items", &json!({ "Code": code, "Name": name })).map(drop)
            }
            ["recode", "item", code, new] => {
                let held = self.of_code("Items", "Code", code)?;
                self.tell(Method::Post, "Items", &json!({ "ItemID": held["ItemID"], "Code": new })).map(drop)
            }
            ["delete", "item", code] => {
                let path = format!("Items/{}", text(&self.of_code("Items", "Code", code)?, "ItemID"));
                self.tell(Method::Delete, &path, &Value::Null).map(drop)
            }
            ["delete", "rate", name] => {
                let body = json!({ "Name": name.replace('_', " "), "Status": "DELETED" });
                self.tell(Method::Post, "TaxRates", &body).map(drop)
            }
            ["archive" | "restore", "option", option, "of", category] => {
                let path = self.option(option, category)?;
                self.tell(Method::Post, &path, &json!({ "Status": archived(words[0]) })).map(drop)
            }
            ["rename", "option", option, "of", category, new] => {
                let path = self.option(option, category)?;
                self.tell(Method::Post, &path, &json!({ "Name": new.replace('_', " ") })).map(drop)
            }
            _ => wrong(
                "archive account 630 | rename contact Nord Nord_Ltd | track item STEEL | delete rate Zero_Rated",
            ),
        }
    }
}

fn set_line(lines: &mut Value, at: usize, key: &str, value: Value) -> Outcome {
    let line = lines.get_mut(at).ok_or_else(|| format!("there is no line {}", at + 1))?;
    line[key] = value;
    // Xero works these out anew from what they follow from; an id would say another account than the code.
    for derived in ["LineAmount", "TaxAmount", "AccountID"] {
        if let Some(line) = line.as_object_mut() {
            line.remove(derived);
        }
    }
    Ok(())
}
