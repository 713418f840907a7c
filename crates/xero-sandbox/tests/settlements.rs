//! Tables for what settles documents: payments, credit notes, prepayments, overpayments, batches, currencies
//! (API-FACTS 4.7, 4.8, 4.10, 4.11, 6.3).

mod desk;

use desk::Desk;

#[test]
fn payments_make_paid_and_back() {
    let mut desk = Desk::new();
    let id = desk.invoice("ACCREC", "21", "200");
    let pay = |amount: &str| {
        format!(
            r#"{{"Invoice":{{"InvoiceID":"{id}"}},"Account":{{"Code":"090"}},"Date":"2026-09-20","Amount":{amount}}}"#
        )
    };
    let reply = desk.put("Payments", &pay("24.16"));
    assert_eq!(reply.messages(), ["Payment amount exceeds the amount outstanding on this document"]);
    let first = desk.made("Payments", "PaymentID", &pay("10"));
    let reply = desk.post(&format!("Invoices/{id}"), r#"{"Status":"VOIDED"}"#);
    assert_eq!(
        reply.messages(),
        [
            "The status VOIDED cannot be applied to the invoice because it has payments or credit notes allocated to it."
        ]
    );
    desk.made("Payments", "PaymentID", &pay("14.15"));
    let paid = desk.get(&format!("Invoices/{id}"));
    assert_eq!(paid.text("/Invoices/0/Status"), "PAID");
    assert_eq!(paid.text("/Invoices/0/FullyPaidOnDate"), "/Date(1789862400000+0000)/");
    assert_eq!((desk.balance("610"), desk.balance("090")), ("0.00".into(), "24.15".into()));
    let reply = desk.put("Payments", &pay("0.01"));
    assert_eq!(reply.messages(), ["Payment amount exceeds the amount outstanding on this document"]);
    let reply = desk.post(&format!("Payments/{first}"), r#"{"Status":"DELETED"}"#);
    assert_eq!(reply.text("/Payments/0/Status"), "DELETED");
    let open = desk.get(&format!("Invoices/{id}"));
    assert_eq!(open.text("/Invoices/0/Status"), "AUTHORISED");
    assert_eq!(open.amount("/Invoices/0/AmountDue"), "10.00");
    assert!(open.json.pointer("/Invoices/0/FullyPaidOnDate").is_none());
    assert_eq!(desk.balance("610"), "10.00");
}

#[test]
fn settled_documents_keep_their_amounts() {
    for (kind, account, status) in [("ACCPAY", "300", 200), ("ACCREC", "200", 400)] {
        let mut desk = Desk::new();
        let id = desk.invoice(kind, "100", account);
        let line = desk.get(&format!("Invoices/{id}")).text("/Invoices/0/LineItems/0/LineItemID");
        desk.made(
            "Payments",
            "PaymentID",
            &format!(r#"{{"Invoice":{{"InvoiceID":"{id}"}},"Account":{{"Code":"090"}},"Amount":115}}"#),
        );
        let edit = |line: &str| format!(r#"{{"InvoiceID":"{id}","Reference":"new","LineItems":[{line}]}}"#);
        let changed =
            edit(&format!(r#"{{"LineItemID":"{line}","Description":"x","Quantity":1,"UnitAmount":90}}"#));
        assert_eq!(desk.post("Invoices", &changed).status, status, "{kind}");
        assert_eq!(desk.get(&format!("Invoices/{id}")).amount("/Invoices/0/Total"), "115.00");
        let reply = desk.post("Invoices", &edit(r#"{"Description":"x","Quantity":1,"UnitAmount":100}"#));
        let text = "To update fields on a paid invoice line item, you must supply a LineItemID";
        assert_eq!(reply.messages().first().map(String::as_str), Some(text));
        let moved = edit(&format!(
            r#"{{"LineItemID":"{line}","AccountCode":"{}"}}"#,
            if kind == "ACCREC" { "260" } else { "429" }
        ));
        assert_eq!(desk.post("Invoices", &moved).status, 200);
        let (old, new) = if kind == "ACCREC" { ("200", "260") } else { ("300", "429") };
        assert_eq!(desk.balance(old), "0.00");
        assert_ne!(desk.balance(new), "0.00");
        assert!(desk.imbalance().is_zero());
    }
}

#[test]
fn credit_notes_are_allocated_within_their_bounds() {
    let mut desk = Desk::new();
    let invoice = desk.invoice("ACCREC", "100", "200");
    let bill = desk.invoice("ACCPAY", "100", "300");
    let note = r#"{"Type":"ACCRECCREDIT","Contact":{"Name":"Acme"},"Status":"AUTHORISED",
        "LineItems":[{"Description":"x","Quantity":1,"UnitAmount":50,"AccountCode":"200"}]}"#;
    let note = desk.made("CreditNotes", "CreditNoteID", note);
    let path = format!("CreditNotes/{note}/Allocations");
    let to = |id: &str, amount: &str| {
        format!(r#"{{"Allocations":[{{"Amount":{amount},"Invoice":{{"InvoiceID":"{id}"}}}}]}}"#)
    };
    let table = [
        (&bill, "10", "Credit Note cannot be allocated to an incorrect invoice type"),
        (&invoice, "57.51", "Credit Note cannot be allocated as amount is greater than amount outstanding"),
    ];
    for (id, amount, message) in table {
        assert_eq!(desk.put(&path, &to(id, amount)).messages(), [message]);
    }
    let id = desk.made(&path, "AllocationID", &to(&invoice, "30"));
    let shown = desk.get(&format!("Invoices/{invoice}"));
    assert_eq!(shown.amount("/Invoices/0/AmountDue"), "85.00");
    assert_eq!(shown.amount("/Invoices/0/AmountCredited"), "30.00");
    assert_eq!(desk.get(&format!("CreditNotes/{note}")).amount("/CreditNotes/0/RemainingCredit"), "27.50");
    desk.made(&path, "AllocationID", &to(&invoice, "27.50"));
    assert_eq!(desk.get(&format!("CreditNotes/{note}")).text("/CreditNotes/0/Status"), "PAID");
    let gone = desk.send(xero_sandbox::Method::Delete, &format!("{path}/{id}"), "");
    assert_eq!((gone.status, gone.json["IsDeleted"].as_bool()), (200, Some(true)));
    assert_eq!(desk.get(&format!("Invoices/{invoice}")).amount("/Invoices/0/AmountDue"), "87.50");
    assert_eq!(desk.balance("610"), "57.50");
}

#[test]
fn foreign_documents_realise_gains() {
    let mut desk = Desk::new();
    let body = r#"{"Type":"ACCPAY","Contact":{"Name":"Acme"},"DueDate":"2026-09-30","Status":"AUTHORISED","CurrencyCode":"USD",
        "CurrencyRate":0.5,"LineAmountTypes":"NoTax","LineItems":[{"Description":"x","Quantity":1,"UnitAmount":100,"AccountCode":"630"}]}"#;
    let bill = desk.made("Invoices", "InvoiceID", body);
    assert_eq!((desk.balance("800"), desk.balance("630")), ("-200.00".into(), "200.00".into()));
    let pay = format!(
        r#"{{"Invoice":{{"InvoiceID":"{bill}"}},"Account":{{"Code":"090"}},"Amount":60,"CurrencyRate":0.4}}"#
    );
    desk.made("Payments", "PaymentID", &pay);
    assert_eq!(
        (desk.balance("800"), desk.balance("090"), desk.balance("499")),
        ("-80.00".into(), "-150.00".into(), "30.00".into())
    );
    let pay = format!(
        r#"{{"Invoice":{{"InvoiceID":"{bill}"}},"Account":{{"Code":"090"}},"Amount":40,"BankAmount":79.99}}"#
    );
    desk.made("Payments", "PaymentID", &pay);
    assert_eq!((desk.balance("800"), desk.balance("499")), ("0.00".into(), "29.99".into()));
    let own = r#"{"Type":"ACCPAY","Contact":{"Name":"Acme"},"CurrencyCode":"JPY","LineItems":[]}"#;
    assert_eq!(desk.put("Invoices", own).messages(), ["Organisation is not subscribed to currency JPY"]);
    assert_eq!(desk.put("Currencies", r#"{"Code":"JPY"}"#).status, 200);
    assert_eq!(desk.put("Invoices", own).status, 200);
}

#[test]
fn prepayments_and_overpayments_are_allocated_and_refunded() {
    let mut desk = Desk::new();
    let bank = |kind: &str, line: &str| {
        format!(
            r#"{{"Type":"{kind}","Contact":{{"Name":"Acme"}},"BankAccount":{{"Code":"090"}},"LineItems":[{line}]}}"#
        )
    };
    let pre = desk.made(
        "BankTransactions",
        "PrepaymentID",
        &bank(
            "RECEIVE-PREPAYMENT",
            r#"{"Description":"deposit","Quantity":1,"UnitAmount":115,"AccountCode":"205"}"#,
        ),
    );
    assert_eq!(
        (desk.balance("090"), desk.balance("205"), desk.balance("820")),
        ("115.00".into(), "-100.00".into(), "-15.00".into())
    );
    let over = desk.made(
        "BankTransactions",
        "OverpaymentID",
        &bank("RECEIVE-OVERPAYMENT", r#"{"Description":"too much","Quantity":1,"UnitAmount":20}"#),
    );
    assert_eq!(desk.balance("610"), "-20.00");
    let invoice = desk.invoice("ACCREC", "100", "200");
    let to = |amount: &str| format!(r#"{{"Amount":{amount},"Invoice":{{"InvoiceID":"{invoice}"}}}}"#);
    desk.made(&format!("Prepayments/{pre}/Allocations"), "AllocationID", &to("33.33"));
    desk.made(&format!("Prepayments/{pre}/Allocations"), "AllocationID", &to("71.67"));
    desk.made(&format!("Overpayments/{over}/Allocations"), "AllocationID", &to("10"));
    assert_eq!(desk.get(&format!("Invoices/{invoice}")).text("/Invoices/0/Status"), "PAID");
    assert_eq!(desk.get(&format!("Prepayments/{pre}")).amount("/Prepayments/0/RemainingCredit"), "10.00");
    let refund = |key: &str, id: &str| {
        format!(r#"{{"{key}":{{"{key}ID":"{id}"}},"Account":{{"Code":"090"}},"Amount":10}}"#)
    };
    desk.made("Payments", "PaymentID", &refund("Prepayment", &pre));
    desk.made("Payments", "PaymentID", &refund("Overpayment", &over));
    assert_eq!(desk.get(&format!("Overpayments/{over}")).text("/Overpayments/0/Status"), "PAID");
    let codes = ["610", "205", "090", "200", "820"].map(|code| desk.balance(code));
    assert_eq!(codes, ["0.00", "0.00", "115.00", "-100.00", "-15.00"]);
    assert_eq!(desk.get("Prepayments").count("Prepayments"), 1);
    assert_eq!(desk.get("BankTransactions").count("BankTransactions"), 2);
}

#[test]
fn batch_payments_pay_all_or_nothing_and_go_as_a_whole() {
    let mut desk = Desk::new();
    let (a, b) = (desk.invoice("ACCPAY", "10", "300"), desk.invoice("ACCPAY", "20", "300"));
    let sale = desk.invoice("ACCREC", "20", "200");
    let batch = |x: &str, y: &str| {
        format!(
            r#"{{"Account":{{"Code":"090"}},"Date":"2026-09-14","Payments":[{{"Invoice":{{"InvoiceID":"{x}"}},"Amount":11.5}},
                {{"Invoice":{{"InvoiceID":"{y}"}},"Amount":5}}]}}"#
        )
    };
    assert_eq!(desk.put("BatchPayments", &batch(&a, &sale)).status, 400);
    assert_eq!(desk.balance("090"), "0.00", "a refused batch pays nothing");
    let reply = desk.put("BatchPayments", &batch(&a, &b));
    assert_eq!(
        (reply.text("/BatchPayments/0/Type"), reply.amount("/BatchPayments/0/TotalAmount")),
        ("PAYBATCH".into(), "16.50".into())
    );
    let (id, payment) =
        (reply.text("/BatchPayments/0/BatchPaymentID"), reply.text("/BatchPayments/0/Payments/0/PaymentID"));
    assert_eq!(desk.post(&format!("Payments/{payment}"), r#"{"Status":"DELETED"}"#).status, 400);
    assert_eq!(
        desk.post("BatchPayments", &format!(r#"{{"BatchPaymentID":"{id}","Status":"DELETED"}}"#)).status,
        200
    );
    assert_eq!((desk.balance("090"), desk.balance("800")), ("0.00".into(), "-34.50".into()));
}

/// Parts whose base amounts are rounded still clear the control account to the cent.
#[test]
fn parts_at_a_crooked_rate_clear_the_whole() {
    let mut desk = Desk::new();
    let body = r#"{"Type":"ACCREC","Contact":{"Name":"Acme"},"DueDate":"2026-09-30","Status":"AUTHORISED","CurrencyCode":"USD",
        "CurrencyRate":0.615310,"LineItems":[{"Description":"x","Quantity":7,"UnitAmount":14.29,"AccountCode":"200"}]}"#;
    let id = desk.made("Invoices", "InvoiceID", body);
    assert_eq!(desk.balance("610"), "186.95", "115.03 / 0.615310");
    for amount in ["38.34", "38.34", "38.35"] {
        let pay = format!(
            r#"{{"Invoice":{{"InvoiceID":"{id}"}},"Account":{{"Code":"090"}},"Amount":{amount},"CurrencyRate":0.615310}}"#
        );
        desk.made("Payments", "PaymentID", &pay);
    }
    assert_eq!(desk.get(&format!("Invoices/{id}")).text("/Invoices/0/Status"), "PAID");
    assert_eq!(desk.balance("610"), "0.00");
    assert!(desk.imbalance().is_zero());
}

/// Nothing dated on or before a lock date is paid, credited, given back or edited (API-FACTS 6.1).
#[test]
fn lock_dates_stop_settlements_and_their_removal() {
    let mut desk = Desk::new();
    let old = |body: &str| body.replace("2026-09-14", "2026-06-30");
    let note =
        old(r#"{"Type":"ACCRECCREDIT","Contact":{"Name":"Acme"},"Date":"2026-09-14","Status":"AUTHORISED",
        "LineItems":[{"Description":"x","Quantity":1,"UnitAmount":50,"AccountCode":"200"}]}"#);
    let invoice = old(
        r#"{"Type":"ACCREC","Contact":{"Name":"Acme"},"Date":"2026-09-14","DueDate":"2026-09-30",
        "Status":"AUTHORISED","LineItems":[{"Description":"x","Quantity":1,"UnitAmount":100,"AccountCode":"200"}]}"#,
    );
    let note = desk.made("CreditNotes", "CreditNoteID", &note);
    let invoice = desk.made("Invoices", "InvoiceID", &invoice);
    let path = format!("CreditNotes/{note}/Allocations");
    let to = format!(r#"{{"Amount":10,"Invoice":{{"InvoiceID":"{invoice}"}}}}"#);
    let allocation = desk.made(&path, "AllocationID", &to);
    let pay = format!(
        r#"{{"Invoice":{{"InvoiceID":"{invoice}"}},"Account":{{"Code":"090"}},"Amount":10,"Date":"2026-06-30"}}"#
    );
    let payment = desk.made("Payments", "PaymentID", &pay);
    let journal = r#"{"Narration":"n","Date":"2026-06-30","Status":"POSTED","JournalLines":[
        {"LineAmount":1,"AccountCode":"630"},{"LineAmount":-1,"AccountCode":"835"}]}"#;
    let journal = desk.made("ManualJournals", "ManualJournalID", journal);
    let before = desk.org.trial_balance(jiff::civil::date(2199, 12, 31));
    let end_of_year = Some(jiff::civil::date(2026, 6, 30));
    desk.org.set_lock_dates(xero_sandbox::LockDates { period: None, end_of_year });
    let created =
        "The document date cannot be before the end of year lock date, currently set at 30 June 2026";
    let edited = "This document cannot be edited as it is currently dated before end of year lock date";
    let deleted = r#"{"Status":"DELETED"}"#;
    let table = [
        (desk.put("Payments", &pay), created),
        (desk.put(&path, &to), created),
        (desk.post(&format!("Payments/{payment}"), deleted), edited),
        (desk.send(xero_sandbox::Method::Delete, &format!("{path}/{allocation}"), ""), edited),
        (desk.post(&format!("Invoices/{invoice}"), r#"{"Reference":"new"}"#), edited),
        (desk.post(&format!("CreditNotes/{note}"), r#"{"Reference":"new"}"#), edited),
        (desk.post(&format!("ManualJournals/{journal}"), r#"{"Status":"VOIDED"}"#), edited),
        (desk.post(&format!("ManualJournals/{journal}"), r#"{"Date":"2026-09-14"}"#), edited),
    ];
    for (at, (reply, message)) in table.into_iter().enumerate() {
        assert_eq!((reply.status, reply.messages()), (400, vec![message.to_owned()]), "row {at}");
    }
    let balances = |rows: &[xero_sandbox::TrialBalanceRow]| -> Vec<(String, String)> {
        rows.iter().map(|r| (r.code.clone(), r.balance.to_string())).collect()
    };
    let after = desk.org.trial_balance(jiff::civil::date(2199, 12, 31));
    assert_eq!(balances(&before), balances(&after), "a refusal moves nothing");
}

/// A settlement counts as a change of what it settles, and dates itself by the later document (API-FACTS 4.8).
#[test]
fn settlements_move_update_times_and_take_the_later_date() {
    let mut desk = Desk::new();
    let note = r#"{"Type":"ACCRECCREDIT","Contact":{"Name":"Acme"},"Date":"2026-09-01","Status":"AUTHORISED",
        "LineItems":[{"Description":"x","Quantity":1,"UnitAmount":50,"AccountCode":"200"}]}"#;
    let note = desk.made("CreditNotes", "CreditNoteID", note);
    let [first, second] = ["40", "50"].map(|amount| desk.invoice("ACCREC", amount, "200"));
    let listed = |desk: &mut Desk| -> Vec<String> {
        let reply = desk.get("Invoices");
        (0..2).map(|at| reply.text(&format!("/Invoices/{at}/InvoiceID"))).collect()
    };
    let since = |desk: &mut Desk, path: &str| {
        let mut call =
            xero_sandbox::Call::new(xero_sandbox::Method::Get, path, xero_sandbox::UserRef::adviser());
        call.if_modified_since = Some(desk.now);
        desk.call(call).count(path)
    };
    desk.now += jiff::SignedDuration::from_secs(60);
    assert_eq!((since(&mut desk, "Invoices"), since(&mut desk, "CreditNotes")), (0, 0));
    let to = format!(r#"{{"Amount":10,"Date":"2026-09-02","Invoice":{{"InvoiceID":"{second}"}}}}"#);
    let path = format!("CreditNotes/{note}/Allocations");
    let made = desk.put(&path, &to);
    assert_eq!(made.text("/Allocations/0/Date"), "/Date(1789344000000+0000)/", "14 September, the invoice's");
    assert_eq!((since(&mut desk, "Invoices"), since(&mut desk, "CreditNotes")), (1, 1));
    assert_eq!(listed(&mut desk), [first.clone(), second.clone()], "the order is that of change");
    desk.now = "2026-09-14T10:00:00Z".parse().expect("a time on the very second");
    let pay = format!(r#"{{"Invoice":{{"InvoiceID":"{first}"}},"Account":{{"Code":"090"}},"Amount":1}}"#);
    let payment = desk.made("Payments", "PaymentID", &pay);
    assert_eq!(since(&mut desk, "Invoices"), 1);
    assert_eq!(listed(&mut desk), [second, first]);
    desk.now += jiff::SignedDuration::from_secs(60);
    assert_eq!(desk.post(&format!("Payments/{payment}"), r#"{"Status":"DELETED"}"#).status, 200);
    assert_eq!((since(&mut desk, "Invoices"), since(&mut desk, "Payments")), (1, 1));
}

/// Between two rates an allocation realises the difference; taken back and done again it is the same to the cent.
#[test]
fn allocations_between_two_rates_realise_gains() {
    let mut desk = Desk::new();
    let foreign = |rate: &str| {
        format!(
            r#""Contact":{{"Name":"Acme"}},"DueDate":"2026-09-30","Status":"AUTHORISED","CurrencyCode":"USD","CurrencyRate":{rate},
            "LineAmountTypes":"NoTax","LineItems":[{{"Description":"x","Quantity":1,"UnitAmount":100,"AccountCode":"200"}}]}}"#
        )
    };
    let invoice = desk.made("Invoices", "InvoiceID", &format!(r#"{{"Type":"ACCREC",{}"#, foreign("0.5")));
    let note =
        desk.made("CreditNotes", "CreditNoteID", &format!(r#"{{"Type":"ACCRECCREDIT",{}"#, foreign("0.8")));
    assert_eq!(desk.balance("610"), "75.00", "200.00 − 125.00");
    let path = format!("CreditNotes/{note}/Allocations");
    let to = |amount: &str| format!(r#"{{"Amount":{amount},"Invoice":{{"InvoiceID":"{invoice}"}}}}"#);
    let part = desk.made(&path, "AllocationID", &to("40"));
    assert_eq!((desk.balance("610"), desk.balance("499")), ("45.00".into(), "30.00".into()), "80 for 50");
    assert_eq!(desk.send(xero_sandbox::Method::Delete, &format!("{path}/{part}"), "").status, 200);
    assert_eq!((desk.balance("610"), desk.balance("499")), ("75.00".into(), "0.00".into()));
    desk.made(&path, "AllocationID", &to("40"));
    desk.made(&path, "AllocationID", &to("60"));
    assert_eq!((desk.balance("610"), desk.balance("499")), ("0.00".into(), "75.00".into()));
    assert_eq!(desk.get(&format!("Invoices/{invoice}")).text("/Invoices/0/Status"), "PAID");
}

/// Cents at rate 3: rounding never gives up more than is carried (0.06), nor leaves a cent (0.04), even after a
/// payment was taken back.
#[test]
fn thirds_clear_their_base_amount_after_a_payment_was_taken_back() {
    let mut desk = Desk::new();
    let body = r#"{"Type":"ACCPAY","Contact":{"Name":"Acme"},"DueDate":"2026-09-30","Status":"AUTHORISED","CurrencyCode":"USD",
        "CurrencyRate":3,"LineAmountTypes":"NoTax","LineItems":[{"Description":"x","Quantity":1,"UnitAmount":0.06,"AccountCode":"630"}]}"#;
    let bill = desk.made("Invoices", "InvoiceID", body);
    let pay = |amount: &str| {
        format!(
            r#"{{"Invoice":{{"InvoiceID":"{bill}"}},"Account":{{"Code":"090"}},"Amount":{amount},"CurrencyRate":3}}"#
        )
    };
    assert_eq!(desk.balance("800"), "-0.02");
    let first = desk.made("Payments", "PaymentID", &pay("0.02"));
    assert_eq!(desk.balance("800"), "-0.01", "0.00666… is a cent");
    assert_eq!(desk.post(&format!("Payments/{first}"), r#"{"Status":"DELETED"}"#).status, 200);
    assert_eq!(desk.balance("800"), "-0.02");
    for (amount, left) in [("0.02", "-0.01"), ("0.02", "0.00"), ("0.01", "0.00"), ("0.01", "0.00")] {
        desk.made("Payments", "PaymentID", &pay(amount));
        assert_eq!(desk.balance("800"), left);
    }
    let shown = desk.get(&format!("Invoices/{bill}"));
    assert_eq!(
        (shown.text("/Invoices/0/Status"), shown.amount("/Invoices/0/AmountDue")),
        ("PAID".into(), "0.00".into())
    );
    let pay = pay("0.01").replace(&bill, &desk.made("Invoices", "InvoiceID", &body.replace("0.06", "0.04")));
    for left in ["-0.01", "-0.01", "-0.01", "0.00"] {
        desk.made("Payments", "PaymentID", &pay);
        assert_eq!(desk.balance("800"), left);
    }
    let body = body.replace("0.06", "0.08").replace(r#""CurrencyRate":3"#, r#""CurrencyRate":4"#);
    let pay = pay.replace("0.01", "0.02");
    let named = pay.split('"').nth(5).expect("the id of the bill before").to_owned();
    let pay = pay.replace(&named, &desk.made("Invoices", "InvoiceID", &body));
    for left in ["-0.01", "0.00", "0.00", "0.00"] {
        desk.made("Payments", "PaymentID", &pay);
        assert_eq!(desk.balance("800"), left, "0.02 / 4 is a cent, but only two are carried");
    }
    assert!(desk.imbalance().is_zero());
}

/// A voided document owes nothing, though the answer that voided it still said so (recorded).
#[test]
fn nothing_is_due_on_what_was_voided() {
    let mut desk = Desk::new();
    let id = desk.invoice("ACCREC", "10", "200");
    let path = format!("Invoices/{id}");
    assert_eq!(desk.post(&path, r#"{"Status":"VOIDED"}"#).amount("/Invoices/0/AmountDue"), "11.50");
    for path in [path.as_str(), "Invoices", "Invoices?page=1"] {
        assert_eq!(desk.get(path).amount("/Invoices/0/AmountDue"), "0.00", "{path}");
    }
    let filter =
        xero_sandbox::Call::new(xero_sandbox::Method::Get, "Invoices", xero_sandbox::UserRef::adviser());
    assert_eq!(desk.call(filter.with("where", "AmountDue>0")).count("Invoices"), 0);
}
