//! How long a page of 1,000 invoices takes to read. The bound it is held against: reading the same bytes into untyped
//! JSON, which does strictly less for us.

use divan::Bencher;
use serde_json::Value;
use xero::Invoice;
use xero::envelope::read_page;

fn main() {
    divan::main();
}

/// An invoice as a page has it, with three lines.
fn invoice(number: usize) -> String {
    let line = format!(
        r#"{{"ItemCode":"T-{number}","Description":"Table, oak, 180 x 90, oiled, with two drawers","UnitAmount":541.2500,
        "TaxType":"OUTPUT2","TaxAmount":70.6,"LineAmount":541.25,"AccountCode":"200","Item":{{"ItemID":
        "8ce09974-784f-4701-b973-64b8e285812d","Name":"Table","Code":"T"}},"Tracking":[{{"Name":"Region","Option":"North",
        "TrackingCategoryID":"351953c4-8127-4009-88c3-f9cd8c9cbe9f","Options":[]}}],"Quantity":1.0000,
        "LineItemID":"8f9fa7a6-fb58-41ed-bd06-b658e68c6a97","AccountID":"7d05a53d-613d-4eb2-a2fc-dcb6adb80b80"}}"#
    );
    format!(
        r#"{{"Type":"ACCREC","InvoiceID":"254591b2-68c7-403f-91af-e3584f9577fe","InvoiceNumber":"INV-{number}",
        "Reference":"order {number}","Payments":[{{"PaymentID":"0d666415-cf77-43fa-80c7-56775591d426",
        "Date":"/Date(1782691200000+0000)/","Amount":541.25,"CurrencyRate":1.0,"HasAccount":false}}],"CreditNotes":[],
        "Prepayments":[],"Overpayments":[],"AmountDue":0.0,"AmountPaid":541.25,"AmountCredited":0.0,
        "SentToContact":true,"CurrencyRate":1.0,"IsDiscounted":false,"HasAttachments":false,"HasErrors":false,
        "InvoicePaymentServices":[],"UpdatedDateUTCString":"2026-09-14T09:29:59Z","Contact":{{"ContactID":
        "8696589a-a719-463b-8ff3-b58e0a08ab28","Name":"Hamilton Smith Ltd","Addresses":[],"Phones":[],
        "ContactGroups":[],"ContactPersons":[],"HasValidationErrors":false}},"DateString":"2026-06-28T00:00:00",
        "Date":"/Date(1782604800000+0000)/","DueDateString":"2026-07-08T00:00:00","DueDate":
        "/Date(1783468800000+0000)/","BrandingThemeID":"7889a0ac-262a-40e3-8a63-9a769b1a18af","Status":"PAID",
        "LineAmountTypes":"Inclusive","LineItems":[{line},{line},{line}],"SubTotal":470.65,"TotalTax":70.6,
        "Total":541.25,"UpdatedDateUTC":"/Date(1290168061560+0000)/","CurrencyCode":"NZD",
        "FullyPaidOnDate":"/Date(1782691200000+0000)/"}}"#
    )
}

fn page() -> String {
    let invoices: Vec<String> = (0..1_000).map(invoice).collect();
    format!(
        r#"{{"Id":"c9015fc1-114c-4759-9380-4252d3e6816f","Status":"OK","DateTimeUTC":"/Date(1789269377588)/",
        "pagination":{{"page":1,"pageSize":1000,"pageCount":1,"itemCount":1000}},"Invoices":[{}]}}"#,
        invoices.join(",")
    )
}

#[divan::bench]
fn read_1000_invoices(bencher: Bencher<'_, '_>) {
    let page = page();
    bencher.counter(divan::counter::BytesCount::of_str(&page)).bench(|| {
        let read = read_page::<Invoice>(page.as_bytes()).unwrap();
        assert_eq!(read.items.len(), 1_000);
        read
    });
}

#[divan::bench]
fn bound_untyped_json(bencher: Bencher<'_, '_>) {
    let page = page();
    bencher
        .counter(divan::counter::BytesCount::of_str(&page))
        .bench(|| serde_json::from_slice::<Value>(page.as_bytes()).unwrap());
}
