//! What moves money and accounts: payments, batches, advances, manual journals, the trial balance.
//!
//! Not here: what they share (`main`).

use crate::support::House;
use crate::*;

#[test]
fn payments_and_batches_of_them() {
    let house = House::new();
    let contact = house.contact("Nord");
    let invoice = house.made(&sale(contact, "MB-1"));
    let payment = house.round(&paid(&invoice, "115.06"));
    assert_eq!(house.held(invoice.invoice_id.unwrap()).status, Some(DocumentStatus::Paid));
    house.wrote(delete_by_status(payment.payment_id.unwrap(), house.client.chance()).unwrap());
    assert_eq!(house.held(invoice.invoice_id.unwrap()).status, Some(DocumentStatus::Authorised));
    let too_much =
        house.run(house.client.create(house.tenant, &[paid(&invoice, "116")], ASKED)).unwrap().remove(0);
    let Element::Refused { messages } = too_much.outcome.unwrap().remove(0) else { panic!("refused") };
    assert_eq!(errors::explain(&messages[0].text).known.unwrap().code, "payment-too-large");
    let part = Payment { account: None, date: None, reference: None, ..paid(&invoice, "15.06") };
    let batch = house.round(&BatchPayment {
        account: account("090"),
        date: day("2026-11-21"),
        reference: some("MB-B-1"),
        payments: Some(vec![part]),
        ..BatchPayment::default()
    });
    assert_eq!(house.held(invoice.invoice_id.unwrap()).amount_due, amount("100"));
    house.wrote(delete_by_status(batch.batch_payment_id.unwrap(), house.client.chance()).unwrap());
    assert_eq!(house.held(invoice.invoice_id.unwrap()).amount_due, amount("115.06"));
    acquit(
        &house,
        &[
            "PUT /Payments",
            "POST /Payments/{PaymentID}",
            "PUT /BatchPayments",
            "POST /BatchPayments/{BatchPaymentID}",
        ],
    );
}

#[test]
fn money_in_advance() {
    let house = House::new();
    let contact = house.contact("Nord");
    let invoice = house.made(&sale(contact, "MB-1"));
    let target = Invoice { invoice_id: invoice.invoice_id, ..Invoice::default() };
    let asked = |kind, line: LineItem| BankTransaction {
        kind: Some(kind),
        contact: to(contact),
        bank_account: account("090"),
        date: day("2026-11-21"),
        reference: some("MB-PRE-1"),
        line_items: Some(vec![line]),
        ..BankTransaction::default()
    };
    let allocation = |sum| Allocation {
        amount: amount(sum),
        date: day("2026-11-21"),
        invoice: Some(Box::new(target.clone())),
        ..Allocation::default()
    };
    let prepaid =
        house.made(&asked(BankTransactionType::ReceivePrepayment, line("1", "50", "200", "OUTPUT2")));
    let prepayment = house.held(prepaid.prepayment_id.unwrap());
    assert_eq!(prepayment.remaining_credit, prepayment.total);
    assert_eq!(house.every::<Prepayment>().len(), 1);
    let path = format!("Prepayments/{}/Allocations", prepayment.prepayment_id.unwrap());
    let made = house.under(path.clone(), &allocation("10"));
    assert_eq!(house.held(invoice.invoice_id.unwrap()).amount_due, amount("105.06"));
    house.remove(format!("{path}/{}", made.allocation_id.unwrap())).unwrap();
    let surplus =
        LineItem { account_code: some("610"), tax_type: some("NONE"), ..line("1", "5", "610", "NONE") };
    let overpaid = house.made(&asked(BankTransactionType::ReceiveOverpayment, surplus));
    let overpayment = house.held(overpaid.overpayment_id.unwrap());
    assert_eq!(overpayment.remaining_credit, amount("5"));
    let path = format!("Overpayments/{}/Allocations", overpayment.overpayment_id.unwrap());
    house.under(path, &allocation("5"));
    assert_eq!(house.held(invoice.invoice_id.unwrap()).amount_due, amount("110.06"));
    let spent = house.round(&asked(BankTransactionType::Spend, line("1", "9", "404", "INPUT2")));
    let deleted = BankTransaction {
        bank_transaction_id: spent.bank_transaction_id,
        status: Some(BankTransactionStatus::Deleted),
        ..asked(BankTransactionType::Spend, line("1", "9", "404", "INPUT2"))
    };
    done(house.changed(&deleted));
    acquit(
        &house,
        &[
            "PUT /BankTransactions",
            "POST /BankTransactions",
            "GET /Prepayments",
            "GET /Overpayments/{OverpaymentID}",
        ],
    );
}

#[test]
fn manual_journals_and_the_trial_balance() {
    let house = House::new();
    let line = |sum, account: &str| ManualJournalLine {
        line_amount: amount(sum),
        account_code: some(account),
        description: some("Receipt of 3 lots"),
        tax_type: some("NONE"),
        ..ManualJournalLine::default()
    };
    let asked = ManualJournal {
        narration: some("MB-000123 receipts of 21 November"),
        date: day("2026-11-21"),
        line_amount_types: Some(LineAmountTypes::NoTax),
        status: Some(ManualJournalStatus::Posted),
        url: some("https://millbook.example/journals/123"),
        journal_lines: Some(vec![line("71.00", "621"), line("-71.00", "835")]),
        ..ManualJournal::default()
    };
    let before = balance(&house, "Materials (621)");
    let made = house.round(&asked);
    assert_eq!(balance(&house, "Materials (621)").minus(before), amount("71"));
    let unbalanced =
        ManualJournal { journal_lines: Some(vec![line("1", "621"), line("-2", "835")]), ..asked.clone() };
    let refused = house.run(house.client.create(house.tenant, &[unbalanced], ASKED)).unwrap().remove(0);
    let Element::Refused { messages } = refused.outcome.unwrap().remove(0) else { panic!("refused") };
    assert_eq!(errors::explain(&messages[0].text).known.unwrap().code, "journal-unbalanced");
    let voided = ManualJournal {
        manual_journal_id: made.manual_journal_id,
        status: Some(ManualJournalStatus::Voided),
        ..asked
    };
    done(house.changed(&voided));
    assert_eq!(balance(&house, "Materials (621)"), before);
    acquit(&house, &["PUT /ManualJournals", "POST /ManualJournals", "GET /Reports/TrialBalance"]);
}

fn balance(house: &House, label: &str) -> Decimal {
    let balances = house.run(house.client.balances(house.tenant, day("2026-11-30").unwrap(), ASKED)).unwrap();
    balances.into_iter().find(|row| row.label == label).map_or(Decimal::ZERO, |row| row.balance)
}
