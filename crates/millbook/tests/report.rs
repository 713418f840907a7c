//! Reports from the command line: as known on a day, into files, and wrong questions; on a file whose entries were recorded on
//! three days.

use std::path::Path;
use std::process::{Command, Output};
use std::sync::Arc;
use std::time::Duration;

use company::{Asked, Companies, InstallationWish, Wish};
use futures_executor::block_on;
use money::Currency;
use serde_json::{Value, json};
use store::sqlite::{Settings, Sqlite};
use world::Moment;
use world::simulated::SimulatedClock;

fn asked<W>(id: &str, wish: W) -> Asked<W> {
    let today = "2026-03-31".parse().expect("a day");
    Asked { id: id.into(), by: 0, via: "test".into(), today, wish }
}

/// Ten JAM for 70.00, received on 2 March; recorded on the 2nd. Four shipped on the 5th, recorded on the 5th. The bill of the 3rd
/// at 7.50, recorded on the 20th. The company's days are Auckland's: the 20th begins there on the 19th at 11:00 UTC.
fn three_days(folder: &Path) {
    let start = Moment::from_millis(1_772_409_600_000); // 2026-03-02T00:00:00Z
    let clock = Arc::new(SimulatedClock::at(start));
    let store = Sqlite::open(Settings::new(folder.join("millbook.db"), clock.clone())).expect("opens");
    let companies = Companies::new(Arc::new(store), clock.clone());
    let wish = InstallationWish::AddCompany {
        code: "jam".into(),
        name: "Jam Ltd".into(),
        base: Currency::NZD,
        zone: "Pacific/Auckland".into(),
    };
    let company = block_on(companies.add(asked("add", wish), Currency::NZD)).expect("made").company;
    let log = companies.log(company);
    let record = |record: Value| json!({ "save_record": { "record": record } });
    let document = |number: &str, content: Value| json!({ "save": { "number": number, "content": content } });
    let terms = |day: &str| json!({ "party": "NORD", "day": day, "currency": "NZD" });
    let line = json!({ "item": "=JAM", "quantity": "10", "price": "7.00", "warehouse": "Main" });
    let received = json!({ "line": 1, "quantity": "10", "warehouse": "Main" });
    let shipment = json!({ "customer": "SHOP", "warehouse": "Main", "day": "2026-03-05", "picked": "2026-03-05",
        "lines": [{ "item": "=JAM", "quantity": "4" }] });
    let billed = json!({ "target": { "order": "PO-1/1" }, "quantity": "10", "price": "7.50" });
    let days = [
        (0, record(json!({ "unit": { "code": "pc", "name": "piece" } }))),
        (0, record(json!({ "warehouse": { "code": "Main", "name": "Main" } }))),
        (0, record(json!({ "party": { "code": "NORD", "name": "Nord", "kind": "supplier" } }))),
        (0, record(json!({ "party": { "code": "SHOP", "name": "Shop", "kind": "customer" } }))),
        (0, record(json!({ "item": { "code": "=JAM", "name": "Jam", "unit": "pc" } }))),
        (0, document("PO-1", json!({ "purchase_order": { "terms": terms("2026-03-01"), "lines": [line] } }))),
        (
            0,
            document(
                "R-1",
                json!({ "receipt": { "order": "PO-1", "day": "2026-03-02", "lines": [received] } }),
            ),
        ),
        (3, document("SH-1", json!({ "shipment": shipment }))),
        (
            18,
            document(
                "B-1",
                json!({ "bill": { "terms": terms("2026-03-03"), "due": "2026-04-20", "lines": [billed] } }),
            ),
        ),
    ];
    for (number, (day, command)) in days.into_iter().enumerate() {
        clock.advance_to(start.plus(Duration::from_secs(day * 86_400)));
        let done = block_on(log.ask(asked(&format!("c{number}"), Wish::Outside(command.clone()))));
        done.unwrap_or_else(|failure| panic!("{command}: {failure}"));
    }
}

fn millbook(folder: &Path, line: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_millbook"));
    command.current_dir(folder).env_remove("MILLBOOK_DB").args(line.split(' '));
    command.output().expect("starts")
}

fn out(folder: &Path, line: &str) -> String {
    let done = millbook(folder, line);
    let error = String::from_utf8_lossy(&done.stderr).into_owned();
    assert!(done.status.success(), "{line}: {error}");
    String::from_utf8_lossy(&done.stdout).into_owned()
}

// rule: INV-10, REC-4
#[test]
fn a_report_is_asked_as_known_on_a_day() {
    let folder = tempfile::tempdir().expect("a folder");
    three_days(folder.path());
    let value = |known: &str| {
        let line = format!("report valuation --company jam --as-of 2026-03-31{known} --by item --json");
        let answer: Value = serde_json::from_str(&out(folder.path(), &line)).expect("JSON");
        answer["totals"]["value"].as_str().map(str::to_owned)
    };
    let is = |known: &str, wanted: &str| assert_eq!(value(known).as_deref(), Some(wanted), "{known}");
    is("", "45.00");
    is(" --known 2026-03-20", "45.00");
    is(" --known 2026-03-19", "42.00");
    is(" --known 2026-03-05", "42.00");
    is(" --known 2026-03-04", "70.00");
    is(" --known 2026-03-01", "0.00");
    // What the ledger's deltas say as known is what a replay says.
    for known in ["2026-03-19", "2026-03-04", "2026-03-20"] {
        let text =
            out(folder.path(), &format!("report balances --company jam --as-of 2026-03-31 --known {known}"));
        let stock = text.lines().find(|line| line.starts_with("Materials")).expect("a balance").to_owned();
        let worth = value(&format!(" --known {known}")).expect("a value");
        assert!(stock.ends_with(&worth), "{stock} {worth}");
    }
}

// rule: REC-3, REC-4, INV-7
#[test]
fn tables_and_files_are_made() {
    let folder = tempfile::tempdir().expect("a folder");
    three_days(folder.path());
    let at = folder.path();
    let says = |line: &str, words: &str| {
        let text = out(at, line);
        assert!(text.contains(words), "{line}:\n{text}");
    };
    says("report", "received-not-invoiced");
    says("report purchases --company jam --as-of 2026-03-02", "Nord      PO-1      1  =JAM");
    says("report margin --company jam --by customer --as-of 2026-03-31", "Shop       0.00  30.00  -30.00");
    says(
        "report ledger --company jam --account purchases --as-of 2026-03-31",
        "Purchases  2026-03-03  document",
    );
    says(
        "report valuation --company jam --where item==JAM --top 1",
        "Materials: lots 45.00, ledger 45.00, difference 0.00",
    );
    says("trace R-1/1 --company jam", "back       billed   2026-03-03  B-1");
    says(
        "explain cost_of_goods_sold --as-of 2026-03-31 --company jam",
        "shipment  Shop                   30.00",
    );
    says("explain Purchases --by posting --as-of 2026-03-02 --company jam", "POST-1.3");
    says("export csv out --company jam", "reports in out");
    let csv = std::fs::read_to_string(at.join("out/valuation-by-item.csv")).expect("a file");
    assert!(csv.contains("'=JAM"), "{csv}");
    let ties = std::fs::read_to_string(at.join("out/ties.csv")).expect("a file");
    assert!(ties.lines().skip(1).all(|line| line.ends_with(",0.00")) && ties.lines().count() > 20, "{ties}");
    says("export xlsx all.xlsx --company jam", "reports in all.xlsx");
    assert!(std::fs::read(at.join("all.xlsx")).is_ok_and(|bytes| bytes.starts_with(b"PK")));
    says("export beancount ledger --company jam --as-of 2026-03-31", "ledger.journal");
    let ledger = std::fs::read_to_string(at.join("ledger/ledger.beancount")).expect("a file");
    assert!(
        ledger.contains("2026-03-06 balance Assets:Materials:Warehouse-Main 45.00 ~ 0.00 NZD"),
        "{ledger}"
    );
}

#[test]
fn wrong_questions_say_what_to_ask() {
    let folder = tempfile::tempdir().expect("a folder");
    three_days(folder.path());
    for (line, code, words) in [
        ("report valuatoin --company jam", 1, "Choose one of balances"),
        ("report valuation", 2, "--company CODE"),
        ("report valuation --company jelly", 1, "jelly"),
        ("report valuation --company jam --by colour", 1, "Choose one of lot, item"),
        ("report valuation --company jam --where colour", 2, "COLUMN=TEXT"),
        ("report valuation --company jam --where colour=red", 1, "There is no column colour"),
        ("report ledger --company jam --from 2026-03-05 --as-of 2026-03-01", 1, "Choose a first day"),
        ("report ledger --company jam --account cogs", 1, "Cost of goods sold"),
        ("report margin --company jam --as-of yesterday", 2, "yesterday"),
        ("report margin --company jam --json --csv x.csv", 2, "cannot be used with"),
        ("report margin --company jam --csv /proc/none/x.csv", 3, "can't be written"),
        ("trace R-9/1 --company jam", 1, "R-1/1"),
        ("explain cogs --company jam", 1, "Choose one of"),
        ("export beancount /proc/none --company jam", 3, "can't be written"),
    ] {
        let done = millbook(folder.path(), line);
        let error = String::from_utf8_lossy(&done.stderr).into_owned();
        assert_eq!(done.status.code(), Some(code), "{line}: {error}");
        assert!(error.contains(words), "{line}: {error}");
    }
}
