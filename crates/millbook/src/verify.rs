//! `millbook verify`: proves every log, and says what it checked and how long it took. Exit code 4 on damage.

use company::{Damage, verify, verify_installation};
use futures_executor::block_on;
use serde_json::{Value, json};
use xero_client::network::MachineClock;

use crate::place::{Place, failed, registered};
use crate::said::say;
use crate::sandbox::Refusal;

/// Prove that nothing was changed in the logs and that the books agree with themselves.
#[derive(clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    place: Place,
    /// Only this company; all of them unless said.
    #[arg(long)]
    company: Option<String>,
    /// JSON, a line a log.
    #[arg(long)]
    json: bool,
}

/// `millbook verify`
pub fn run(arguments: &Arguments) -> Result<(), Refusal> {
    let companies = arguments.place.read()?;
    let store = &**companies.store();
    let mut found = 0;
    if arguments.company.is_none() {
        let damage = block_on(verify_installation(store, &MachineClock)).map_err(failed)?;
        found += show("installation", &damage, arguments);
    }
    // A damaged installation still has companies: those of the log, by number.
    let wanted: Vec<(String, u32)> = match &arguments.company {
        Some(code) => vec![registered(&companies, code).map(|one| (one.code, one.company))?],
        None => match block_on(companies.installation().view(None)) {
            Ok(state) => state.fold.companies().iter().map(|one| (one.code.clone(), one.company)).collect(),
            Err(_) => {
                let all = block_on(store.companies()).map_err(|error| failed(error.into()))?;
                all.iter()
                    .filter(|one| one.0.0 > 0)
                    .map(|one| (format!("company {}", one.0), one.0.0))
                    .collect()
            }
        },
    };
    for (code, number) in wanted {
        let log = companies.log(number);
        let damage = block_on(verify(store, &log, &MachineClock)).map_err(failed)?;
        found += show(&code, &damage, arguments);
    }
    match found {
        0 => Ok(()),
        count => Err(Refusal(
            4,
            format!("{count} findings. Keep the data as it is and restore the newest backup that verifies."),
        )),
    }
}

fn show(name: &str, damage: &Damage, arguments: &Arguments) -> usize {
    if arguments.json {
        let checks: Vec<Value> = damage
            .checks
            .iter()
            .map(|one| {
                let took = u64::try_from(one.took.as_millis()).unwrap_or(u64::MAX);
                json!({ "check": one.check, "counted": one.counted, "milliseconds": took })
            })
            .collect();
        let findings: Vec<Value> = damage
            .findings
            .iter()
            .map(|one| json!({ "check": one.check, "row": one.row, "what": one.what }))
            .collect();
        say(json!({ "log": name, "checks": checks, "findings": findings }));
        return damage.findings.len();
    }
    for one in &damage.checks {
        say(format!("{name}\t{}\t{}\t{} ms", one.check, one.counted, one.took.as_millis()));
    }
    for one in &damage.findings {
        say(format!("{name}\tDAMAGE\t{}\t{}", one.check, one.what));
    }
    damage.findings.len()
}
