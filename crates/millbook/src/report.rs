//! `millbook report`, `trace`, `explain`, `export`: tables that tie to the ledger, for people and as files.
//!
//! A report as known on a day is that of the book with everything recorded by the end of that day in the company's time
//! zone; where it goes lot by lot the log is read again, and the standard error says how far.
//! Not here: what a report says (`reports`), the bundle.

use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};

use book::{Book, Day, Role};
use company::{Companies, Registered};
use futures_executor::block_on;
use reports::{Asked, CATALOGUE, Condition, Needs, Order, Table, View, Wrong};
use serde_json::{Value, json};
use world::Moment;

use crate::place::{Place, end_of, failed, registered, today};
use crate::said::{note, say, write_over};
use crate::sandbox::Refusal;

/// Which company, and as of when.
#[derive(clap::Args)]
pub struct Of {
    #[command(flatten)]
    place: Place,
    /// The company's code.
    #[arg(long)]
    company: Option<String>,
    /// At the end of this day; today unless said.
    #[arg(long, value_name = "DAY")]
    as_of: Option<Day>,
    /// From this day on, for reports of a period.
    #[arg(long, value_name = "DAY")]
    from: Option<Day>,
    /// As known at the end of this day: without what was recorded later.
    #[arg(long, value_name = "DAY")]
    known: Option<Day>,
}

/// Ask for a report: a table that ties to the accounts.
#[derive(clap::Args)]
#[command(
    after_help = "Examples:\n  millbook report valuation --company jam --as-of 2026-03-31\n  millbook report margin --by customer --from 2026-03-01 --company jam --xlsx margin.xlsx\n\nWithout a name, the reports are listed."
)]
pub struct Report {
    #[command(flatten)]
    of: Of,
    /// Which report; none lists them.
    name: Option<String>,
    /// What a row is: item, lot, customer, …
    #[arg(long)]
    by: Option<String>,
    /// Only this account: materials, purchases, …
    #[arg(long, value_name = "ROLE")]
    account: Option<String>,
    /// Only rows whose column has this text; may be given several times.
    #[arg(long = "where", value_name = "COLUMN=TEXT")]
    conditions: Vec<String>,
    /// Order by a column; -COLUMN is largest first.
    #[arg(long, value_name = "[-]COLUMN", allow_hyphen_values = true)]
    sort: Vec<String>,
    /// So many rows at most.
    #[arg(long, value_name = "ROWS")]
    top: Option<usize>,
    #[command(flatten)]
    form: Form,
}

/// In which form.
#[derive(clap::Args)]
#[group(multiple = false)]
struct Form {
    /// JSON instead of a table.
    #[arg(long)]
    json: bool,
    /// Into a CSV file.
    #[arg(long, value_name = "FILE")]
    csv: Option<PathBuf>,
    /// Into an Excel workbook.
    #[arg(long, value_name = "FILE")]
    xlsx: Option<PathBuf>,
}

/// Follow a lot forward to customers and back to suppliers and their bills.
#[derive(clap::Args)]
pub struct Trace {
    #[command(flatten)]
    place: Place,
    /// The lot, by the document and line that brought it: R-1/1.
    lot: String,
    /// The company's code.
    #[arg(long)]
    company: String,
    #[command(flatten)]
    form: Form,
}

/// Take a balance apart: which documents and lots stand behind it.
#[derive(clap::Args)]
pub struct Explain {
    #[command(flatten)]
    of: Of,
    /// The account's role: materials, finished_goods, purchases, cost_of_goods_sold, …
    role: String,
    /// What a row is: document, lot or posting.
    #[arg(long)]
    by: Option<String>,
    #[command(flatten)]
    form: Form,
}

/// Write everything into files.
#[derive(clap::Args)]
pub struct Export {
    #[command(subcommand)]
    what: What,
}

#[derive(clap::Subcommand)]
enum What {
    /// The log as a folder of CSV files that `millbook import` takes (docs/bundle.md).
    Bundle(crate::bundles::ExportBundle),
    /// Every report in every form as CSV, a file each, and ties.csv, which says that they agree with the ledger.
    Csv(Target),
    /// The same as one Excel workbook.
    Xlsx(Target),
    /// The expected ledger for beancount and hledger: ledger.beancount, ledger.journal, balances.csv.
    Beancount(Target),
}

#[derive(clap::Args)]
struct Target {
    /// The folder, or for xlsx the file; it is made, and what it had of the same name is replaced.
    to: PathBuf,
    #[command(flatten)]
    of: Of,
}

/// A company found, and what is to be asked of it.
struct Found {
    companies: Companies,
    company: Registered,
    asked: Asked,
}

impl Of {
    fn find(&self) -> Result<Found, Refusal> {
        let Some(code) = &self.company else {
            return Err(Refusal(2, "Which company? Name it with --company CODE.".into()));
        };
        let companies = self.place.read()?;
        let company = registered(&companies, code)?;
        let as_of = self.as_of.unwrap_or_else(|| today(&company.zone));
        let asked = Asked { from: self.from, ..Asked::on(as_of) };
        Ok(Found { companies, company, asked })
    }

    /// The book as it is to be known: all of it, or replayed up to the end of a day.
    fn book(&self, found: &mut Found, needs: Needs) -> Result<Book, Refusal> {
        let log = found.companies.log(found.company.company);
        let Some(known) = self.known else {
            return Ok(block_on(log.view(None)).map_err(failed)?.fold.book);
        };
        let moment = end_of(known, &found.company.zone);
        if needs == Needs::Deltas {
            let book = block_on(log.view(None)).map_err(failed)?.fold.book;
            found.asked.known = Some(reports::known_before(&book, moment));
            return Ok(book);
        }
        let shows = std::io::stderr().is_terminal();
        let tell = |events: u64| {
            if shows {
                write_over(format!("reading the log: {events} entries"));
            }
        };
        let state = block_on(log.known_before(Moment::from_millis(moment * 1_000), tell)).map_err(failed)?;
        if shows {
            note("");
        }
        let book = state.fold.book;
        found.asked.known = Some(book.seq());
        // Before the first entry nobody has said in which currency.
        let began = book.seq() > 0;
        Ok(if began { book } else { Book::new(found.company.base) })
    }
}

fn wrong(wrong: Wrong) -> Refusal {
    Refusal(1, wrong.to_string())
}

/// `cost_of_goods_sold`, `Cost of goods sold`
fn role(text: &str) -> Result<Role, Refusal> {
    let plain = |text: &str| text.to_lowercase().replace(['_', '-'], " ");
    let found = Role::ALL.into_iter().find(|role| plain(role.name()) == plain(text));
    let by_word = || serde_json::from_value(Value::from(text)).ok();
    found.or_else(by_word).ok_or_else(|| {
        let names: Vec<&str> = Role::ALL.iter().map(|role| role.name()).collect();
        Refusal(1, format!("There is no account role {text}. Choose one of: {}.", names.join(", ")))
    })
}

fn view(report: &Report) -> Result<View, Refusal> {
    let mut view = View { take: report.top, ..View::default() };
    for condition in &report.conditions {
        let Some((column, text)) = condition.split_once('=') else {
            return Err(Refusal(2, format!("--where {condition}: write it as COLUMN=TEXT.")));
        };
        view.conditions.push(Condition::Is(column.into(), text.into()));
    }
    for column in &report.sort {
        view.order.push(match column.strip_prefix('-') {
            Some(column) => Order::Down(column.into()),
            None => Order::Up(column.into()),
        });
    }
    Ok(view)
}

/// `millbook report`
pub fn report(arguments: &Report) -> Result<(), Refusal> {
    let Some(name) = &arguments.name else {
        for report in CATALOGUE {
            let by =
                if report.by.is_empty() { String::new() } else { format!(" (by {})", report.by.join(", ")) };
            say(format!("{:<22}  {}{by}", report.name, report.help));
        }
        return Ok(());
    };
    let report = reports::find(name).map_err(wrong)?;
    let view = view(arguments)?;
    let account = arguments.account.as_deref().map(role).transpose()?;
    let mut found = arguments.of.find()?;
    let book = arguments.of.book(&mut found, report.needs)?;
    let asked = Asked { by: arguments.by.clone(), account, ..found.asked };
    let table = report.of(&book, &asked).and_then(|table| table.viewed(&view)).map_err(wrong)?;
    shown(&table, &arguments.form, || Ok(json!(table.sheet())))
}

/// `millbook trace`
pub fn trace(arguments: &Trace) -> Result<(), Refusal> {
    let ask = |name: &str| wire::find(name).map_err(|problem| failed(problem.into()));
    let companies = arguments.place.read()?;
    let log = companies.log(registered(&companies, &arguments.company)?.company);
    let book = block_on(log.view(None)).map_err(failed)?.fold.book;
    let lot = wire::lot(&book, &arguments.lot).map_err(|problem| failed(problem.into()))?;
    let asked = json!({ "lot": arguments.lot });
    shown(&reports::trace(&book, lot), &arguments.form, || {
        ask("trace")?.ask(&book, asked).map_err(|problem| failed(problem.into()))
    })
}

/// `millbook explain`
pub fn explain(arguments: &Explain) -> Result<(), Refusal> {
    let role = role(&arguments.role)?;
    let mut found = arguments.of.find()?;
    let book = arguments.of.book(&mut found, Needs::Replay)?;
    let asked = Asked { by: arguments.by.clone(), account: Some(role), ..found.asked };
    let table = reports::find("explain").and_then(|report| report.of(&book, &asked)).map_err(wrong)?;
    shown(&table, &arguments.form, || {
        let query = wire::find("explain").map_err(|problem| failed(problem.into()))?;
        let asked = json!({ "role": role, "as_of": asked.as_of });
        query.ask(&book, asked).map_err(|problem| failed(problem.into()))
    })
}

fn shown(
    table: &Table,
    form: &Form,
    as_json: impl FnOnce() -> Result<Value, Refusal>,
) -> Result<(), Refusal> {
    if form.json {
        say(as_json()?);
    } else if let Some(file) = &form.csv {
        write(file, &reports::csv(table))?;
        say(format!("{}: {} rows", file.display(), table.rows.len()));
    } else if let Some(file) = &form.xlsx {
        write(file, &reports::xlsx(std::slice::from_ref(table)))?;
        say(format!("{}: {} rows", file.display(), table.rows.len()));
    } else {
        say(table.to_string().trim_end());
    }
    let wrong = table.ties.iter().find(|tie| !tie.difference().is_zero());
    match wrong {
        None => Ok(()),
        Some(tie) => {
            let tie = tie.show(table.base);
            Err(Refusal(4, format!("The report does not tie: {tie}. Run `millbook verify`, and tell us.")))
        }
    }
}

/// `millbook export bundle|csv|xlsx|beancount`
pub fn export(arguments: &Export) -> Result<(), Refusal> {
    match &arguments.what {
        What::Bundle(target) => crate::bundles::export(target),
        What::Csv(target) => {
            let tables = all_reports(&target.of)?;
            for table in &tables {
                write(&target.to.join(table.file_name()).with_extension("csv"), &reports::csv(table))?;
            }
            write(&target.to.join("ties.csv"), &reports::ties_csv(&tables))?;
            say(format!("{} reports in {}", tables.len(), target.to.display()));
            differences(&tables)
        }
        What::Xlsx(target) => {
            let tables = all_reports(&target.of)?;
            write(&target.to, &reports::xlsx(&tables))?;
            say(format!("{} reports in {}", tables.len(), target.to.display()));
            differences(&tables)
        }
        What::Beancount(target) => {
            let mut found = target.of.find()?;
            let book = target.of.book(&mut found, Needs::Replay)?;
            let day = found.asked.as_of;
            let files = [
                ("ledger.beancount", reports::beancount(&book, day)),
                ("ledger.journal", reports::hledger(&book, day)),
                ("balances.csv", reports::balances_csv(&book, day)),
            ];
            for (name, text) in &files {
                write(&target.to.join(name), text.as_bytes())?;
            }
            say(format!("ledger.beancount, ledger.journal and balances.csv in {}", target.to.display()));
            Ok(())
        }
    }
}

fn all_reports(of: &Of) -> Result<Vec<Table>, Refusal> {
    let mut found = of.find()?;
    let book = of.book(&mut found, Needs::Replay)?;
    reports::all(&book, &found.asked).map_err(wrong)
}

fn differences(tables: &[Table]) -> Result<(), Refusal> {
    let ties = tables.iter().flat_map(|table| &table.ties);
    match ties.filter(|tie| !tie.difference().is_zero()).count() {
        0 => Ok(()),
        count => Err(Refusal(
            4,
            format!("{count} ties don't hold: see ties.csv. Run `millbook verify`, and tell us."),
        )),
    }
}

/// Writes a file whole, and its folder if there is none.
pub fn write(path: &Path, bytes: &[u8]) -> Result<(), Refusal> {
    let fails = |error: std::io::Error| Refusal(3, format!("{} can't be written: {error}.", path.display()));
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).map_err(fails)?;
    }
    std::fs::File::create(path).and_then(|mut file| file.write_all(bytes)).map_err(fails)
}
