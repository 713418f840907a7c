//! `millbook xero connect|connections|disconnect`: a company and its Xero organisation.
//!
//! Connecting prints an address to open in a browser and waits for the person to come back; meanwhile nobody is kept from
//! writing. Not here: consent, tokens, choosing (`company::xero`).

use book::{Act, Day};
use company::Registered;
use company::xero::{Connecting, Connections};
use plan::{Another, Connection};
use serde_json::json;
use sync::{Cause, Until};
use xero_client::settings::Kind;

use super::login;
use super::office::{Office, Open, Who, new_id};
use crate::place::{Place, failed};
use crate::said::{note, say};
use crate::sandbox::Refusal;

#[derive(clap::Args)]
#[command(
    after_help = "Example:\n  millbook xero connect --company jam\n\nBefore it: `millbook xero app set`. After it: `millbook xero propose` suggests accounts, `millbook sync --plan` shows what would be sent.\nWho connects must be an Adviser in Xero, or Standard with the reports permission; who looks after the accounts needs the Adviser role to see manual journals."
)]
pub struct Connect {
    /// Which organisation, by name or id; needed if the consent reaches several.
    #[arg(long, value_name = "NAME|ID")]
    organisation: Option<String>,
    /// Journals go by the date of the fact from this day on, instead of today.
    #[arg(long, value_name = "DAY")]
    cut_over: Option<Day>,
    /// Connect another organisation than before; links to the old one are then forgotten.
    #[arg(long)]
    begin_anew: bool,
}

/// Connects a company.
pub async fn connect(arguments: &Connect, place: &Place, who: &Who) -> Result<(), Refusal> {
    let reading = Office::open(place, Open::Reading)?;
    let company = reading.company(who)?;
    let by = reading.person(who, &company, Act::Connection)?;
    let (settings, _) = reading.xero.app(&company).await.map_err(failed)?;
    let custom = matches!(settings.app.kind, Kind::Custom(_));
    let named = arguments.organisation.as_deref();
    let came_back = match custom || reading.xero.has_consent(&company, named).await.map_err(failed)? {
        true => None,
        false => {
            let pending = reading.xero.begin(&company).await.map_err(failed)?;
            let code = login::come_back(&settings.app.redirect, &pending).await?;
            Some((pending, code))
        }
    };
    drop(reading);
    let office = Office::open(place, Open::Writing)?;
    if let Some((pending, code)) = came_back {
        office.xero.came_back(&company, &pending, &code).await.map_err(failed)?;
    }
    let how = Connecting {
        organisation: arguments.organisation.clone(),
        cut_over: arguments.cut_over,
        another: if arguments.begin_anew { Another::Agreed } else { Another::Refused },
        by,
        id: new_id(),
        via: "cli".to_owned(),
    };
    office.xero.connect(&company, how).await.map_err(failed)?;
    // Its chart, rates and tracking, for settings and suggestions; if that fails, the next run reads them.
    let read = crate::sync::run(&office, &company, Cause::Refresh, Until::NothingReady).await?;
    if let Some(stop) = &read.stopped {
        note(format!("Xero's lists are not read yet: {stop}"));
    }
    show(&office, &company, who).await
}

/// How a company stands with Xero.
async fn show(office: &Office, company: &Registered, who: &Who) -> Result<(), Refusal> {
    let state = office.companies().log(company.company).view(None).await.map_err(failed)?.fold;
    let today = crate::place::today(&company.zone);
    let summary = plan::connection::summary(&state.book, &state.exchange, &company.zone, today);
    let connections = office.xero.connections().await.map_err(failed)?;
    if who.json {
        let remarks: Vec<String> = summary.remarks.iter().map(|remark| remark.says.to_string()).collect();
        let organisation = summary.organisation.as_ref().map(|one| one.name.to_string());
        say(json!({
            "company": company.code,
            "state": summary.state,
            "organisation": organisation,
            "cut_over": summary.cut_over,
            "remarks": remarks,
            "used": connections.used,
            "limit": connections.limit,
        }));
        return Ok(());
    }
    say(format!("{}: {}", company.code, summary.state));
    if let Some(day) = summary.cut_over {
        say(format!("Journals go by the date of the fact from {day} on."));
        plan::journals::journals_begin(&state.exchange, today).into_iter().for_each(say);
    }
    for remark in &summary.remarks {
        say(format!("  {}", remark.says));
    }
    say(used(&connections));
    Ok(())
}

fn used(connections: &Connections) -> String {
    let Connections { used, limit, .. } = connections;
    let what = if *used == 1 {
        "connection of the installation's app is"
    } else {
        "connections of the installation's app are"
    };
    format!("{used} {what} used; its tier allows {limit}.")
}

fn state_words(state: &Connection) -> String {
    match state {
        Connection::Never => "is being connected".to_owned(),
        Connection::Connected => "connected".to_owned(),
        Connection::Disconnected(why) => format!("disconnected: {why}"),
        Connection::SignInLost(why) => format!("reconnect: {why}"),
    }
}

/// Lists the connections of all companies.
pub async fn connections(place: &Place, who: &Who) -> Result<(), Refusal> {
    let office = Office::open(place, Open::Reading)?;
    let found = office.xero.connections().await.map_err(failed)?;
    let since = |seconds: i64| {
        ::xero::Stamp::from_millis(seconds * 1_000).map(|at| at.to_string()).unwrap_or_default()
    };
    if who.json {
        let all: Vec<_> = found.all.iter().map(|one| {
            json!({ "company": one.company.code, "organisation": one.organisation, "app": one.app, "state": state_words(&one.state), "since": since(one.since) })
        }).collect();
        say(json!({ "connections": all, "used": found.used, "limit": found.limit }));
        return Ok(());
    }
    for one in &found.all {
        let app = match one.app {
            plan::App::Installation => "the installation's app",
            plan::App::Own => "its own app",
            plan::App::Custom => "a custom connection",
        };
        say(format!(
            "{}\t{}\t{}\t{}\t{app}",
            one.company.code,
            one.organisation,
            state_words(&one.state),
            since(one.since)
        ));
    }
    say(used(&found));
    Ok(())
}

/// Disconnects a company.
pub async fn disconnect(place: &Place, who: &Who) -> Result<(), Refusal> {
    let office = Office::open(place, Open::Writing)?;
    let company = office.company(who)?;
    let by = office.person(who, &company, Act::Connection)?;
    let done = office.xero.disconnect(&company, &new_id(), (by, "cli")).await.map_err(failed)?;
    if who.json {
        say(
            json!({ "company": company.code, "organisation": done.organisation, "left_at_xero": done.left_at_xero }),
        );
        return Ok(());
    }
    say(format!(
        "{} is disconnected from {}. Links are kept: connecting it again sends nothing twice.",
        company.code, done.organisation
    ));
    if let Some(why) = done.left_at_xero {
        say(format!("Xero could not be told ({why}). Remove Millbook there too: Settings, Connected apps."));
    }
    Ok(())
}
