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
