//! What Xero holds, in words: `bill 4711 Nord 2026-03-02 due 2026-03-22 awaiting 115.00 NZD: 10 STEEL @ 10.00 = 100.00 630
//! INPUT2`. Read from the stand-in's own state, past our client.
//!
//! An expectation names as many of these words as it cares about, in this order; its lines, if it names any, are all.

use rust_decimal::Decimal;
use serde_json::Value;
use xero_sandbox::Method;

use super::Office;

/// A kind of document: our word, where Xero keeps it, what its id and number are called, its `Type`.
pub struct Kind {
    pub word: &'static str,
    pub collection: &'static str,
    pub id: &'static str,
    pub number: &'static str,
    pub of_type: Option<&'static str>,
}

const fn kind(
    word: &'static str,
    (collection, id, number): (&'static str, &'static str, &'static str),
    of_type: Option<&'static str>,
) -> Kind {
    Kind { word, collection, id, number, of_type }
}

const INVOICES: (&str, &str, &str) = ("Invoices", "InvoiceID", "InvoiceNumber");
const NOTES: (&str, &str, &str) = ("CreditNotes", "CreditNoteID", "CreditNoteNumber");

pub const KINDS: [Kind; 6] = [
    kind("bill", INVOICES, Some("ACCPAY")),
    kind("invoice", INVOICES, Some("ACCREC")),
    kind("credit-invoice", NOTES, Some("ACCRECCREDIT")),
    kind("supplier-credit", NOTES, Some("ACCPAYCREDIT")),
    kind("order", ("PurchaseOrders", "PurchaseOrderID", "PurchaseOrderNumber"), None),
    kind("quote", ("Quotes", "QuoteID", "QuoteNumber"), None),
];

const STATUSES: [(&str, &str); 11] = [
    ("DRAFT", "draft"),
    ("SUBMITTED", "awaiting"),
    ("AUTHORISED", "approved"),
    ("PAID", "paid"),
    ("VOIDED", "voided"),
    ("DELETED", "deleted"),
    ("BILLED", "billed"),
    ("SENT", "sent"),
    ("ACCEPTED", "accepted"),
    ("DECLINED", "declined"),
    ("INVOICED", "invoiced"),
];

/// Our word for a status of Xero's, and back.
pub fn status_word(status: &str) -> String {
    let found = STATUSES.iter().find(|(theirs, _)| *theirs == status);
    found.map_or_else(|| status.to_owned(), |(_, ours)| (*ours).to_owned())
}

pub fn status_of(word: &str) -> Option<&'static str> {
    STATUSES.iter().find(|(_, ours)| *ours == word).map(|(theirs, _)| *theirs)
}

/// The document kind of a word; the plural too.
pub fn kind_of(word: &str) -> Option<&'static Kind> {
    KINDS.iter().find(|kind| kind.word == word || format!("{}s", kind.word) == word)
}

pub fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}

pub fn number(value: &Value) -> Decimal {
    value.to_string().trim_matches('"').parse().unwrap_or_default()
}

pub fn money(value: &Value) -> String {
    format!("{:.2}", number(value))
}

/// At least two decimals, no useless zeros behind them.
fn price(value: &Value) -> String {
    let plain = number(value).normalize();
    if plain.scale() < 2 { format!("{plain:.2}") } else { plain.to_string() }
}

fn day<'a>(value: &'a Value, key: &str) -> &'a str {
    text(value, key).split('T').next().unwrap_or_default()
}

/// A thing in words: its head, and its lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words {
    pub head: String,
    pub lines: Vec<String>,
}

impl Words {
    /// Whether all expected words come, in this order, and the lines, if there are any, are as many and fit.
    pub fn fits(&self, head: &str, lines: &[&str]) -> bool {
        let lines_fit = || self.lines.iter().zip(lines).all(|(line, wanted)| comes_in(wanted, line));
        comes_in(head, &self.head) && (lines.is_empty() || lines.len() == self.lines.len() && lines_fit())
    }

    pub fn whole(&self) -> String {
        if self.lines.is_empty() {
            self.head.clone()
        } else {
            format!("{}: {}", self.head, self.lines.join("; "))
        }
    }
}

fn comes_in(wanted: &str, there: &str) -> bool {
    let mut words = there.split_whitespace();
    wanted.split_whitespace().all(|wanted| words.any(|word| word == wanted))
}

pub fn document(kind: &Kind, held: &Value) -> Words {
    let mut head = format!("{} {} {}", kind.word, text(held, kind.number), text(&held["Contact"], "Name"));
    let mut add = |word: String| head += &format!(" {word}");
    add(day(held, "DateString").to_owned());
    for key in ["DueDateString", "DeliveryDateString", "ExpiryDateString"] {
        if !day(held, key).is_empty() {
            add(format!("due {}", day(held, key)));
        }
    }
    add(status_word(text(held, "Status")));
    add(format!("{} {}", money(&held["Total"]), text(held, "CurrencyCode")));
    if held["CurrencyRate"].is_number() && number(&held["CurrencyRate"]) != Decimal::ONE {
        add(format!("rate {}", number(&held["CurrencyRate"]).normalize()));
    }
    match text(held, "LineAmountTypes").to_ascii_uppercase().as_str() {
        "INCLUSIVE" => add("inclusive".to_owned()),
        "NOTAX" => add("no-tax".to_owned()),
        _ => {}
    }
    if !number(&held["TotalTax"]).is_zero() {
        add(format!("tax {}", money(&held["TotalTax"])));
    }
    for (key, word) in [("AmountPaid", "paid"), ("AmountCredited", "credited")] {
        if !number(&held[key]).is_zero() {
            add(format!("{word} {}", money(&held[key])));
        }
    }
    if !text(held, "Reference").is_empty() {
        add(format!("ref {}", text(held, "Reference")));
    }
    if held["SentToContact"] == true {
        add("sent".to_owned());
    }
    let lines = held["LineItems"].as_array().map(Vec::as_slice).unwrap_or_default();
    Words { head, lines: lines.iter().map(line).collect() }
}

fn line(held: &Value) -> String {
    let mut words = Vec::new();
    if held["Quantity"].is_number() {
        words.push(number(&held["Quantity"]).normalize().to_string());
    }
    if !text(held, "ItemCode").is_empty() {
        words.push(text(held, "ItemCode").to_owned());
    }
    words.push(format!("@ {}", price(&held["UnitAmount"])));
    if held["DiscountRate"].is_number() && !number(&held["DiscountRate"]).is_zero() {
        words.push(format!("less {}%", number(&held["DiscountRate"]).normalize()));
    }
    if held["DiscountAmount"].is_number() && !number(&held["DiscountAmount"]).is_zero() {
        words.push(format!("less {}", money(&held["DiscountAmount"])));
    }
    words.push(format!("= {}", money(&held["LineAmount"])));
    words.extend(["AccountCode", "TaxType"].map(|key| text(held, key).to_owned()));
    for option in held["Tracking"].as_array().map(Vec::as_slice).unwrap_or_default() {
        words.push(format!("[{} {}]", text(option, "Name"), text(option, "Option")));
    }
    words.push(format!("\"{}\"", text(held, "Description")));
    words.join(" ")
}

fn contact(held: &Value) -> String {
    let mut words = format!("contact {}", text(held, "Name"));
    for (key, word) in [("ContactNumber", "mark"), ("AccountNumber", "number"), ("DefaultCurrency", "in")] {
        if !text(held, key).is_empty() {
            words += &format!(" {word} {}", text(held, key));
        }
    }
    if held["ContactStatus"] == "ARCHIVED" {
        words += " archived";
    }
    words
}

fn item(held: &Value) -> String {
    let mut words = format!("item {} {}", text(held, "Code"), text(held, "Name"));
    for (key, word) in [("PurchaseDetails", "purchase"), ("SalesDetails", "sales")] {
        let details = &held[key];
        words += &format!(" {word} {} {}", text(details, "AccountCode"), text(details, "TaxType"));
        if details["UnitPrice"].is_number() {
            words += &format!(" {}", price(&details["UnitPrice"]));
        }
    }
    if held["IsTrackedAsInventory"] == true { words + " tracked" } else { words }
}

/// `payment of I-1 60.00 on 2026-03-03 from 090 rate 0.61 bank 98.36 ref X PY-1 reconciled batch deleted`
fn payment(held: &Value) -> String {
    let mut words = format!(
        "payment of {} {} on {} from {}",
        text(&held["Invoice"], "InvoiceNumber"),
        money(&held["Amount"]),
        paid_on(held),
        text(&held["Account"], "Code")
    );
    if number(&held["CurrencyRate"]) != Decimal::ONE {
        words += &format!(" rate {}", number(&held["CurrencyRate"]).normalize());
    }
    if held["BankAmount"] != held["Amount"] {
        words += &format!(" bank {}", money(&held["BankAmount"]));
    }
    if !text(held, "Reference").is_empty() {
        words += &format!(" ref {}", text(held, "Reference"));
    }
    for (word, is_so) in [
        ("reconciled", held["IsReconciled"] == true),
        ("batch", held["BatchPaymentID"].is_string()),
        ("deleted", held["Status"] == "DELETED"),
    ] {
        if is_so {
            words += &format!(" {word}");
        }
    }
    words
}

/// The day of a payment, which Xero writes as milliseconds: `/Date(1772496000000+0000)/`.
pub fn paid_on(held: &Value) -> String {
    let digits = |letter: &char| letter.is_ascii_digit();
    let millis: String =
        text(held, "Date").chars().skip_while(|letter| !digits(letter)).take_while(digits).collect();
    let at = jiff::Timestamp::from_millisecond(millis.parse().unwrap_or_default()).unwrap_or_default();
    at.to_zoned(jiff::tz::TimeZone::UTC).date().to_string()
}

impl Office {
    /// Everything of a word that Xero has, deleted things too: `bill`, `contact`, `item`, `option`, `file`, `note`.
    pub fn all(&self, word: &str) -> Result<Vec<Words>, String> {
        if let Some(kind) = kind_of(word) {
            return Ok(self.documents(kind)?.iter().map(|held| document(kind, held)).collect());
        }
        if word.trim_end_matches('s') == "journal" {
            return self.all_journals();
        }
        let plain =
            |heads: Vec<String>| heads.into_iter().map(|head| Words { head, lines: vec![] }).collect();
        Ok(plain(match word.trim_end_matches('s') {
            "contact" => self.list("Contacts?includeArchived=true")?.iter().map(contact).collect(),
            "item" => self.list("Items")?.iter().map(item).collect(),
            "option" => self.options()?,
            "allocation" => self.allocations()?,
            "prepayment" => self.credits("Prepayments", "prepayment")?,
            "overpayment" => self.credits("Overpayments", "overpayment")?,
            "payment" => self.list("Payments")?.iter().map(payment).collect(),
            "file" => self.of_documents("Attachments", "file", "FileName")?,
            "note" => self.of_documents("History", "note", "Details")?,
            _ => {
                return Err(format!(
                    "Xero has no {word}: bill, invoice, contact, item, option, file, note …"
                ));
            }
        }))
    }

    /// All documents of a kind.
    pub fn documents(&self, kind: &Kind) -> Result<Vec<Value>, String> {
        let mut all = self.list(kind.collection)?;
        all.retain(|held| kind.of_type.is_none_or(|wanted| held["Type"] == wanted));
        Ok(all)
    }

    /// The id of a thing: `bill 4711`, `contact Nord Ltd`, `item STEEL`.
    pub fn id_of(&self, what: &str) -> Result<String, String> {
        let (word, name) = what.split_once(' ').ok_or("bill 4711")?;
        let (path, key, id) = match (kind_of(word), word) {
            (Some(kind), _) => (kind.collection, kind.number, kind.id),
            (None, "contact") => ("Contacts?includeArchived=true", "Name", "ContactID"),
            _ => ("Items", "Code", "ItemID"),
        };
        let found = self.list(path)?.into_iter().find(|held| text(held, key) == name);
        let found = found.ok_or_else(|| format!("Xero has no {what}"))?;
        Ok(text(&found, id).to_owned())
    }

    fn options(&self) -> Result<Vec<String>, String> {
        let mut found = Vec::new();
        for category in self.list("TrackingCategories?includeArchived=true")? {
            for option in category["Options"].as_array().map(Vec::as_slice).unwrap_or_default() {
                let archived = if option["Status"] == "ACTIVE" { "" } else { " archived" };
                found.push(format!(
                    "option {} of {}{archived}",
                    text(option, "Name"),
                    text(&category, "Name")
                ));
            }
        }
        Ok(found)
    }

    /// `prepayment PY-1 Shop on 2026-03-05 approved 50.00 NZD rate 0.6 tax 6.52 left 20.00 835 OUTPUT2 from 090`
    fn credits(&self, path: &str, word: &str) -> Result<Vec<String>, String> {
        let mut found = Vec::new();
        let banks = self.list("BankTransactions?page=1")?;
        for held in self.list(&format!("{path}?page=1"))? {
            let key = if word == "prepayment" { "PrepaymentID" } else { "OverpaymentID" };
            let bank = banks.iter().find(|bank| bank[key] == held[key]);
            let account = bank.map_or("", |bank| text(&bank["BankAccount"], "Code"));
            let mut words = format!(
                "{word} {} {} on {} {} {} {}",
                text(&held, "Reference"),
                text(&held["Contact"], "Name"),
                day(&held, "DateString"),
                status_word(text(&held, "Status")),
                money(&held["Total"]),
                text(&held, "CurrencyCode"),
            );
            if number(&held["CurrencyRate"]) != Decimal::ONE {
                words += &format!(" rate {}", number(&held["CurrencyRate"]).normalize());
            }
            if !number(&held["TotalTax"]).is_zero() {
                words += &format!(" tax {}", money(&held["TotalTax"]));
            }
            words += &format!(" left {}", money(&held["RemainingCredit"]));
            for line in held["LineItems"].as_array().map(Vec::as_slice).unwrap_or_default() {
                words += &format!(" {} {}", text(line, "AccountCode"), text(line, "TaxType"));
            }
            found.push(words + &format!(" from {account}"));
        }
        Ok(found)
    }

    /// `allocation of I-2 to I-1 20.00 on 2026-03-05`
    fn allocations(&self) -> Result<Vec<String>, String> {
        let mut found = Vec::new();
        for (path, key) in
            [("CreditNotes", "CreditNoteNumber"), ("Prepayments", "Reference"), ("Overpayments", "Reference")]
        {
            for held in self.list(path)? {
                for one in held["Allocations"].as_array().map(Vec::as_slice).unwrap_or_default() {
                    let (from, to) = (text(&held, key), text(&one["Invoice"], "InvoiceNumber"));
                    found.push(format!(
                        "allocation of {from} to {to} {} on {}",
                        money(&one["Amount"]),
                        paid_on(one)
                    ));
                }
            }
        }
        Ok(found)
    }

    /// What hangs on documents: `file scan.pdf on bill 4711`, `note on bill 4711 text`.
    fn of_documents(&self, part: &str, word: &str, key: &str) -> Result<Vec<String>, String> {
        let mut found = Vec::new();
        for kind in &KINDS {
            for held in self.documents(kind)? {
                let path = format!("{}/{}/{part}", kind.collection, text(&held, kind.id));
                let said = self.tell(Method::Get, &path, &Value::Null)?;
                let list = if part == "History" { "HistoryRecords" } else { part };
                for one in said[list].as_array().map(Vec::as_slice).unwrap_or_default() {
                    let on = format!("on {} {}", kind.word, text(&held, kind.number));
                    match word {
                        "file" => found.push(format!("file {} {on}", text(one, key))),
                        _ if text(one, "Changes") == "Note" => {
                            found.push(format!("note {on} {}", text(one, key)))
                        }
                        _ => {}
                    }
                }
            }
        }
        Ok(found)
    }
}
