//! `millbook xero app set|show`: the Xero app of the installation, or of one company.
//!
//! Not here: what an app is (`company::xero::AppSettings`).

use std::path::PathBuf;

use book::Act;
use company::xero::{AppSettings, rights_text};
use serde_json::json;

use super::Common;
use super::office::{Office, Open, Who};
use crate::place::{Place, failed};
use crate::said::say;
use crate::sandbox::Refusal;

#[derive(clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Subcommand)]
enum Command {
    /// Set the Xero app; it is kept sealed. With --company it is that company's own.
    #[command(
        after_help = "Example:\n  millbook xero app set --client-id 0A1B… --client-secret-file secret.txt\n  millbook xero app set --client-id sandbox-client --client-secret-file secret.txt --base-url http://localhost:4010\n\nMake the app at developer.xero.com (My Apps, New app, Web app) and register the redirect with it. `-` reads the secret from the standard input."
    )]
    Set {
        /// Remove what is set.
        #[arg(long)]
        none: bool,
    },
    /// Set the signing key of the app's webhooks (its page at developer.xero.com, Webhooks); it is kept sealed. Xero then says when
    /// something changed, and we look within seconds.
    #[command(
        after_help = "Example:\n  millbook xero app notices --key-file key.txt\n  millbook xero app notices --none"
    )]
    Notices {
        /// The key; `-` reads it from the standard input.
        #[arg(long, value_name = "FILE", required_unless_present = "none")]
        key_file: Option<PathBuf>,
        /// Believe no notice any more.
        #[arg(long, conflicts_with = "key_file")]
        none: bool,
    },
    /// Show what is set, without the secret.
    Show,
}

pub async fn run(arguments: &Arguments, common: &Common, place: &Place, who: &Who) -> Result<(), Refusal> {
    match &arguments.command {
        Command::Set { none } => {
            let settings = (!none).then(|| settings(common)).transpose()?;
            let office = Office::open(place, Open::Sealing)?;
            let of = company(&office, who)?;
            office.xero.set_app(of, settings.as_ref()).await.map_err(failed)?;
            show(&office, of, who).await
        }
        Command::Notices { key_file, .. } => {
            let key = key_file.as_deref().map(super::read_secret).transpose()?;
            let office = Office::open(place, Open::Sealing)?;
            let of = company(&office, who)?;
            office.xero.set_notice_key(of, key.as_ref()).await.map_err(failed)?;
            let set = if key.is_some() { "set" } else { "none" };
            say(if who.json { json!({ "notices": set }).to_string() } else { format!("notices\t{set}") });
            Ok(())
        }
        Command::Show => {
            let office = Office::open(place, Open::Reading)?;
            let of = company(&office, who)?;
            show(&office, of, who).await
        }
    }
}

/// Whose app: a company's, if one is named.
fn company(office: &Office, who: &Who) -> Result<u32, Refusal> {
    match &who.company {
        Some(_) => {
            let company = office.company(who)?;
            office.person(who, &company, Act::Connection)?;
            Ok(company.company)
        }
        None if who.login.is_some() => {
            let text = "The installation's app is set by whoever has the machine: leave --as out, or name a --company.";
            Err(Refusal(1, text.to_owned()))
        }
        None => Ok(0),
    }
}

fn settings(common: &Common) -> Result<AppSettings, Refusal> {
    let (base_url, identity_url) = (common.base_url.clone(), common.identity_url.clone());
    Ok(AppSettings { app: super::app(common)?, base_url, identity_url })
}

async fn show(office: &Office, of: u32, who: &Who) -> Result<(), Refusal> {
    let whose = if of == 0 { "the installation" } else { "this company" };
    let Some(settings) = office.xero.app_set(of).await.map_err(failed)? else {
        if who.json {
            say(json!({ "app": null }));
        } else {
            say(format!("No Xero app is set for {whose}."));
        }
        return Ok(());
    };
    let (id, kind, redirect) = (&settings.app.client_id, settings.kind(), &settings.app.redirect);
    let rights = rights_text(&settings.app.rights);
    let at = settings.addresses().accounting;
    if who.json {
        let secret = if kind == "pkce" { "none" } else { "set" };
        say(
            json!({ "app": { "of": whose, "client_id": id, "kind": kind, "secret": secret, "redirect": redirect, "rights": rights, "at": at } }),
        );
        return Ok(());
    }
    say(format!(
        "of\t{whose}\nclient id\t{id}\nkind\t{kind}\nredirect\t{redirect}\nrights\t{rights}\nat\t{at}"
    ));
    Ok(())
}
