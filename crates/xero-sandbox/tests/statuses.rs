//! Status machines cell by cell: (from, requested status) → answer, as API-FACTS 4.7, 4.8, 4.9, 4.12 and 4.14 have it.
//!
//! A row of a grid is a status a document has, a column what is asked for (`-`: nothing, an edit). A cell is `y`: done;
//! `k`: answered 200 and nothing moves; another letter: refused with the messages of that letter.
//! `PART` is AUTHORISED with a payment. Cells the papers leave open: an order may go back to SUBMITTED and from any
//! live status to BILLED; nothing approved goes back to DRAFT; a paid document sent as AUTHORISED or PAID is an edit.

mod desk;

use desk::Desk;

/// One kind of document and its grid.
struct Machine {
    path: &'static str,
    /// The key of its id.
    id: &'static str,
    /// What a new one is sent with, but for `Status`.
    body: &'static str,
    /// How to come to a status: what is asked for one after the other (`PAY n` pays n).
    ways: &'static [(&'static str, &'static [&'static str])],
    columns: &'static str,
    grid: &'static [(&'static str, &'static str)],
    messages: &'static [(char, &'static [&'static str])],
    /// (account, what it holds while the document is in the ledger).
    posted: (&'static str, &'static str),
}

const IN_LEDGER: [&str; 3] = ["AUTHORISED", "PAID", "POSTED"];

const SETTLING: &[(&str, &[&str])] = &[
    ("DRAFT", &["DRAFT"]),
    ("SUBMITTED", &["SUBMITTED"]),
    ("AUTHORISED", &["AUTHORISED"]),
    ("PART", &["AUTHORISED", "PAY 5"]),
    ("PAID", &["AUTHORISED", "PAY 11.50"]),
    ("VOIDED", &["AUTHORISED", "VOIDED"]),
    ("DELETED", &["DRAFT", "DELETED"]),
];
const SETTLING_COLUMNS: &str = "- DRAFT SUBMITTED AUTHORISED PAID VOIDED DELETED";
const SETTLING_GRID: &[(&str, &str)] = &[
    ("(new)", "y y y y n n n"),
    ("DRAFT", "y y y y n n y"),
    ("SUBMITTED", "y y y y n n y"),
    ("AUTHORISED", "y n n y n y n"),
    ("PART", "k s s k s s s"),
    ("PAID", "k s s k k s s"),
    ("VOIDED", "n n n n n n n"),
    ("DELETED", "n n n n n n n"),
];
const SETTLED: &[&str] = &[
    "The status @ cannot be applied to the invoice because it has payments or credit notes allocated to it.",
];

const INVOICE: Machine = Machine {
    path: "Invoices",
    id: "InvoiceID",
    body: r#""Type":"ACCREC","Contact":{"Name":"Acme"},"DueDate":"2026-09-30","LineItems":[
        {"Description":"x","Quantity":1,"UnitAmount":10,"AccountCode":"200"}]"#,
    ways: SETTLING,
    columns: SETTLING_COLUMNS,
    grid: SETTLING_GRID,
    messages: &[('n', &["Invoice not of valid status for modification"]), ('s', SETTLED)],
    posted: ("200", "-10.00"),
};
const BILL: Machine = Machine {
    body: r#""Type":"ACCPAY","Contact":{"Name":"Acme"},"DueDate":"2026-09-30","LineItems":[
        {"Description":"x","Quantity":1,"UnitAmount":10,"AccountCode":"300"}]"#,
    posted: ("300", "10.00"),
    ..INVOICE
};
const CREDIT: Machine = Machine {
    path: "CreditNotes",
    id: "CreditNoteID",
    body: r#""Type":"ACCRECCREDIT","Contact":{"Name":"Acme"},"LineItems":[
        {"Description":"x","Quantity":1,"UnitAmount":10,"AccountCode":"200"}]"#,
    messages: &[('n', &["Credit note not of valid status for modification"]), ('s', SETTLED)],
    posted: ("200", "10.00"),
    ..INVOICE
};
const BILL_CREDIT: Machine = Machine {
    body: r#""Type":"ACCPAYCREDIT","Contact":{"Name":"Acme"},"LineItems":[
        {"Description":"x","Quantity":1,"UnitAmount":10,"AccountCode":"300"}]"#,
    posted: ("300", "-10.00"),
    ..CREDIT
};
const ORDER: Machine = Machine {
    path: "PurchaseOrders",
    id: "PurchaseOrderID",
    body: r#""Contact":{"Name":"ABC Furniture"},"LineItems":[
        {"Description":"x","Quantity":1,"UnitAmount":10,"AccountCode":"300"}]"#,
    ways: &[
        ("DRAFT", &["DRAFT"]),
        ("SUBMITTED", &["SUBMITTED"]),
        ("AUTHORISED", &["AUTHORISED"]),
        ("BILLED", &["BILLED"]),
        ("DELETED", &["AUTHORISED", "DELETED"]),
    ],
    columns: "- DRAFT SUBMITTED AUTHORISED BILLED DELETED VOIDED",
    grid: &[
        ("(new)", "y y y y y n n"),
        ("DRAFT", "y y y y y y n"),
        ("SUBMITTED", "y y y y y y n"),
        ("AUTHORISED", "y n y y y y n"),
        ("BILLED", "y n y y y y n"),
        ("DELETED", "d b b b b d b"),
    ],
    messages: &[
        ('n', &["PurchaseOrder status change is invalid"]),
        ('d', &["Deleted PurchaseOrders cannot be updated"]),
        ('b', &["PurchaseOrder status change is invalid", "Deleted PurchaseOrders cannot be updated"]),
    ],
    posted: ("300", "0.00"),
};
const QUOTE: Machine = Machine {
    path: "Quotes",
    id: "QuoteID",
    body: r#""Contact":{"Name":"Acme"},"Date":"2026-09-14","LineItems":[
        {"Description":"x","Quantity":1,"UnitAmount":10,"AccountCode":"200"}]"#,
    ways: &[
        ("DRAFT", &["DRAFT"]),
        ("SENT", &["SENT"]),
        ("DECLINED", &["SENT", "DECLINED"]),
        ("ACCEPTED", &["SENT", "ACCEPTED"]),
        ("INVOICED", &["SENT", "ACCEPTED", "INVOICED"]),
        ("DELETED", &["SENT", "ACCEPTED", "DELETED"]),
    ],
    columns: "- DRAFT SENT ACCEPTED DECLINED INVOICED DELETED",
    grid: &[
        ("(new)", "y y y n n n n"),
        ("DRAFT", "y y y n n n y"),
        ("SENT", "y n y y y n y"),
        ("DECLINED", "y n y n y n y"),
        ("ACCEPTED", "y n y y n y y"),
        ("INVOICED", "y n y n n y y"),
        ("DELETED", "n n n n n n n"),
    ],
    messages: &[('n', &["[sandbox] the quote cannot go from its status to the one sent"])],
    posted: ("200", "0.00"),
};
const JOURNAL: Machine = Machine {
    path: "ManualJournals",
    id: "ManualJournalID",
    body: r#""Narration":"n","JournalLines":[{"LineAmount":10,"AccountCode":"620"},{"LineAmount":-10,"AccountCode":"835"}]"#,
    ways: &[
        ("DRAFT", &["DRAFT"]),
        ("POSTED", &["POSTED"]),
        ("VOIDED", &["POSTED", "VOIDED"]),
        ("DELETED", &["DRAFT", "DELETED"]),
    ],
    columns: "- DRAFT POSTED VOIDED DELETED ARCHIVED",
    grid: &[
        ("(new)", "y y y n n n"),
        ("DRAFT", "y y y n y n"),
        ("POSTED", "y n y y n n"),
        ("VOIDED", "n n n n n n"),
        ("DELETED", "n n n n n n"),
    ],
    messages: &[('n', &["[sandbox] a manual journal that is # cannot become @"])],
    posted: ("620", "10.00"),
};

impl Machine {
    /// The stored status after walking to `from`, and the id.
    fn walk(&self, desk: &mut Desk, from: &str) -> String {
        let (_, way) = self.ways.iter().find(|w| w.0 == from).expect("a way to each row");
        let (first, rest) = way.split_first().expect("a first status");
        let id = desk.made(self.path, self.id, &format!(r#"{{{},"Status":"{first}"}}"#, self.body));
        for step in rest {
            let reply = match step.strip_prefix("PAY ") {
                Some(amount) => {
                    let target = self.path.trim_end_matches('s');
                    let payment = format!(
                        r#"{{"{target}":{{"{}":"{id}"}},"Account":{{"Code":"090"}},"Amount":{amount}}}"#,
                        self.id
                    );
                    desk.put("Payments", &payment)
                }
                None => desk.post(&format!("{}/{id}", self.path), &format!(r#"{{"Status":"{step}"}}"#)),
            };
            assert_eq!(reply.status, 200, "{} to {from}: {}", self.path, reply.json);
        }
        id
    }

    fn status(&self, desk: &mut Desk, id: &str) -> String {
        desk.get(&format!("{}/{id}", self.path)).text(&format!("/{}/0/Status", self.path))
    }

    fn check(&self) {
        for (from, cells) in self.grid {
            let columns: Vec<&str> = self.columns.split(' ').collect();
            let cells: Vec<char> = cells.split(' ').flat_map(str::chars).collect();
            assert_eq!(columns.len(), cells.len(), "{} {from}", self.path);
            for (wanted, cell) in columns.into_iter().zip(cells) {
                self.check_cell(from, wanted, cell);
            }
        }
    }

    fn check_cell(&self, from: &str, wanted: &str, cell: char) {
        let place = format!("{} {from} to {wanted}", self.path);
        let mut desk = Desk::new();
        let status = if wanted == "-" { String::new() } else { format!(r#","Status":"{wanted}""#) };
        let (before, reply) = if from == "(new)" {
            (None, desk.put(self.path, &format!("{{{}{status}}}", self.body)))
        } else {
            let id = self.walk(&mut desk, from);
            let before = self.status(&mut desk, &id);
            let sent = format!(r#"{{"{}":"{id}"{status}}}"#, self.id);
            (Some((id, before)), desk.post(self.path, &sent))
        };
        if let Some((_, messages)) = self.messages.iter().find(|m| m.0 == cell) {
            let stored = before.as_ref().map_or("new", |b| b.1.as_str());
            let asked = if wanted == "-" { stored } else { wanted };
            let messages: Vec<String> =
                messages.iter().map(|m| m.replace('@', asked).replace('#', stored)).collect();
            assert_eq!((reply.status, reply.messages()), (400, messages), "{place}");
            assert_eq!(reply.text("/Elements/0/Status"), asked, "{place}: the requested status is echoed");
        } else {
            assert_eq!(reply.status, 200, "{place}: {}", reply.json);
        }
        let expected = match (&before, cell, wanted) {
            (None, 'y', "-") => "DRAFT",
            (_, 'y', wanted) if wanted != "-" => wanted,
            (None, ..) => "",
            (Some((_, stored)), ..) => stored,
        };
        let id = match &before {
            Some((id, _)) => Some(id.clone()),
            None => (cell == 'y').then(|| reply.text(&format!("/{}/0/{}", self.path, self.id))),
        };
        let now = id.map_or(String::new(), |id| self.status(&mut desk, &id));
        assert_eq!(now, expected, "{place}");
        let holds = if IN_LEDGER.contains(&now.as_str()) { self.posted.1 } else { "0.00" };
        assert_eq!(desk.balance(self.posted.0), holds, "{place}: the ledger follows");
        assert!(desk.imbalance().is_zero(), "{place}");
    }
}

#[test]
fn invoices_and_bills() {
    INVOICE.check();
    BILL.check();
}

#[test]
fn credit_notes() {
    CREDIT.check();
    BILL_CREDIT.check();
}

#[test]
fn purchase_orders() {
    ORDER.check();
}

#[test]
fn quotes() {
    QUOTE.check();
}

#[test]
fn manual_journals() {
    JOURNAL.check();
}

/// A word that is no status is named, whatever the document.
#[test]
fn words_that_are_no_status() {
    for machine in [INVOICE, BILL, CREDIT, BILL_CREDIT, ORDER, QUOTE] {
        let sent = format!(r#"{{{},"Status":"SLEEPING"}}"#, machine.body);
        let text = "[sandbox] Status 'SLEEPING' is not one of Xero's";
        assert_eq!(Desk::new().put(machine.path, &sent).messages(), [text], "{}", machine.path);
    }
}
