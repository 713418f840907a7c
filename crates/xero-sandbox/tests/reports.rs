//! Reports and the ledger feed (API-FACTS 4.13, 4.16): shape, sums, years.

mod desk;

use desk::Desk;
use serde_json::Value;
use xero_sandbox::{AppTier, Call, Method, UserRef};

fn journal(day: &str, debit: &str, credit: &str, amount: &str) -> String {
    format!(
        r#"{{"Narration":"n","Date":"{day}","Status":"POSTED","JournalLines":[
            {{"LineAmount":{amount},"AccountCode":"{debit}"}},{{"LineAmount":-{amount},"AccountCode":"{credit}"}}]}}"#
    )
}

fn rows(report: &Value) -> Vec<Value> {
    let sections = report["Reports"][0]["Rows"].as_array().cloned().unwrap_or_default();
    sections.iter().flat_map(|s| s["Rows"].as_array().cloned().unwrap_or_default()).collect()
}

fn cells(report: &Value, label: &str) -> Vec<String> {
    let row = rows(report).into_iter().find(|r| r["Cells"][0]["Value"] == label);
    let row = row.unwrap_or_else(|| panic!("no row {label}: {report}"));
    let cells = row["Cells"].as_array().cloned().unwrap_or_default();
    cells.iter().skip(1).map(|c| c["Value"].as_str().unwrap_or_default().to_owned()).collect()
}

fn desk() -> Desk {
    let mut desk = Desk::new();
    // The year ends on 31 March: 100 of profit before it, 40 after.
    for (day, amount) in [("2026-03-31", "100"), ("2026-04-01", "30"), ("2026-09-10", "10")] {
        assert_eq!(desk.put("ManualJournals", &journal(day, "620", "260", amount)).status, 200);
    }
    desk
}

#[test]
fn a_trial_balance_has_month_year_and_earlier_profit() {
    let mut desk = desk();
    let report = desk.get("Reports/TrialBalance?date=2026-09-14").json;
    assert_eq!(cells(&report, "Other Revenue (260)"), ["", "10.00", "", "40.00"]);
    assert_eq!(cells(&report, "Finished Goods (620)"), ["10.00", "", "140.00", ""]);
    assert_eq!(cells(&report, "Retained Earnings (960)"), ["", "0.00", "", "100.00"]);
    assert_eq!(cells(&report, "Total"), ["10.00", "10.00", "140.00", "140.00"]);
    assert_eq!(report["Reports"][0]["ReportTitles"][2], "As at 14 September 2026");
    let account = desk.get("Accounts?where=Code==\"620\"").text("/Accounts/0/AccountID");
    let row = rows(&report)
        .into_iter()
        .find(|r| r["Cells"][0]["Value"] == "Finished Goods (620)")
        .expect("the row");
    for cell in row["Cells"].as_array().expect("cells") {
        assert_eq!(cell["Attributes"][0]["Value"], account.as_str());
        assert_eq!(cell["Attributes"][0]["Id"], "account");
    }
    let before = desk.get("Reports/TrialBalance?date=2026-03-31").json;
    assert_eq!(cells(&before, "Other Revenue (260)"), ["", "100.00", "", "100.00"]);
    assert_eq!(desk.get("Reports/TrialBalance?date=soon").status, 400);
}

#[test]
fn balance_sheet_and_profit_agree() {
    let mut desk = desk();
    desk.invoice("ACCREC", "20", "200");
    desk.invoice("ACCPAY", "5", "300");
    let sheet = desk.get("Reports/BalanceSheet?date=2026-09-14").json;
    assert_eq!(cells(&sheet, "Total Assets"), ["163.00", "0.00"]);
    assert_eq!(cells(&sheet, "Total Liabilities"), ["8.00", "0.00"]);
    assert_eq!(cells(&sheet, "Net Assets"), ["155.00", "0.00"]);
    assert_eq!(cells(&sheet, "Current Year Earnings"), ["55.00", "0.00"]);
    assert_eq!(cells(&sheet, "Total Equity"), ["155.00", "0.00"]);
    assert_eq!(sheet["Reports"][0]["ReportTitles"][2], "As at 30 September 2026", "moved to the month's end");
    let profit = desk.get("Reports/ProfitAndLoss?fromDate=2026-04-01&toDate=2026-09-30").json;
    assert_eq!(cells(&profit, "Total Income"), ["60.00"]);
    assert_eq!(cells(&profit, "Gross Profit"), ["55.00"]);
    assert_eq!(cells(&profit, "Net Profit"), ["55.00"]);
    let months = desk
        .get("Reports/ProfitAndLoss?fromDate=2026-09-01&toDate=2026-09-30&periods=5&timeframe=MONTH")
        .json;
    assert_eq!(cells(&months, "Net Profit"), ["25.00", "0.00", "0.00", "0.00", "0.00", "30.00"]);
}

#[test]
fn the_ledger_feed_is_for_advanced_apps() {
    let mut desk = desk();
    let id = desk.invoice("ACCREC", "20", "200");
    desk.post(&format!("Invoices/{id}"), r#"{"Status":"VOIDED"}"#);
    let feed = |offset: &str| {
        let call = Call::new(Method::Get, "Journals", UserRef::adviser()).with("offset", offset);
        Call { tier: AppTier::Advanced, ..call }
    };
    let reply = desk.call(feed("3"));
    assert_eq!(reply.count("Journals"), 2, "the invoice and its reversal");
    for journal in reply.json["Journals"].as_array().expect("journals") {
        let lines = journal["JournalLines"].as_array().expect("lines");
        let sum: rust_decimal::Decimal = lines
            .iter()
            .map(|l| desk::amount(&l["NetAmount"]).parse::<rust_decimal::Decimal>().expect("a number"))
            .sum();
        assert!(sum.is_zero(), "{journal}");
        assert_eq!(journal["SourceID"], id.as_str());
        assert_eq!(journal["SourceType"], "ACCREC");
    }
    assert_eq!(desk.call(feed("0")).count("Journals"), 5);
}
