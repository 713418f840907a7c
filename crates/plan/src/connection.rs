//! The connection as people see it: its state, the organisation, and what will not work with it (CON-4 … CON-9).
//!
//! ```text
//! connected to Demo Company (NZ) since 2026-03-01, journals from 2026-03-01 on
//! S113 The connected user may not do this in Xero: CreateManualJournal. Then Balances can't be posted.
//! ```
//! What would make a connection wrong refuses it (`decide`); what makes it poor is a warning here.
//! Not here: consent and tokens (`sync`).

use book::{Book, Day};
use xero::statuses::OrganisationRole;

use crate::event::App;
use crate::exchange::{Connection, Exchange};
use crate::lists::Organisation;
use crate::refusal::{Code, Refusal, Remark, Weight};
use crate::settings::{Settings, Trouble, troubles};
use crate::subject::Subject;

/// Time zones that keep the same days: Xero's names of them, and ours, the one that is shown first.
#[rustfmt::skip]
const ZONES: &[(&[&str], &[&str])] = &[
    (&["NEWZEALANDSTANDARDTIME"], &["Pacific/Auckland", "NZ", "Antarctica/McMurdo"]),
    (&["AUSEASTERNSTANDARDTIME", "TASMANIASTANDARDTIME"], &["Australia/Sydney", "Australia/Melbourne", "Australia/Canberra", "Australia/Hobart"]),
    (&["EAUSTRALIASTANDARDTIME"], &["Australia/Brisbane", "Australia/Lindeman"]),
    (&["AUSCENTRALSTANDARDTIME"], &["Australia/Darwin"]),
    (&["CENAUSTRALIASTANDARDTIME"], &["Australia/Adelaide", "Australia/Broken_Hill"]),
    (&["WAUSTRALIASTANDARDTIME", "SINGAPORESTANDARDTIME", "CHINASTANDARDTIME"], &["Australia/Perth", "Asia/Singapore", "Asia/Kuala_Lumpur", "Asia/Manila", "Singapore", "Asia/Shanghai", "Asia/Hong_Kong", "Asia/Macau"]),
    (&["GMTSTANDARDTIME"], &["Europe/London", "Europe/Dublin", "Europe/Lisbon", "Europe/Belfast", "GB"]),
    (&["WEUROPESTANDARDTIME", "ROMANCESTANDARDTIME", "CENTRALEUROPESTANDARDTIME", "CENTRALEUROPEANSTANDARDTIME"], &["Europe/Berlin", "Europe/Amsterdam", "Europe/Vienna", "Europe/Zurich", "Europe/Rome", "Europe/Stockholm", "Europe/Oslo", "Europe/Paris", "Europe/Brussels", "Europe/Madrid", "Europe/Copenhagen", "Europe/Luxembourg", "Europe/Malta", "Europe/Budapest", "Europe/Prague", "Europe/Belgrade", "Europe/Ljubljana", "Europe/Bratislava", "Europe/Warsaw", "Europe/Zagreb"]),
    (&["EASTERNSTANDARDTIME", "USEASTERNSTANDARDTIME"], &["America/New_York", "America/Toronto", "America/Detroit", "US/Eastern"]),
    (&["CENTRALSTANDARDTIME"], &["America/Chicago", "America/Winnipeg", "US/Central"]),
    (&["MOUNTAINSTANDARDTIME"], &["America/Denver", "America/Edmonton", "US/Mountain"]),
    (&["USMOUNTAINSTANDARDTIME"], &["America/Phoenix"]),
    (&["PACIFICSTANDARDTIME"], &["America/Los_Angeles", "America/Vancouver", "US/Pacific"]),
    (&["ALASKANSTANDARDTIME"], &["America/Anchorage"]),
    (&["HAWAIIANSTANDARDTIME"], &["Pacific/Honolulu"]),
    (&["ATLANTICSTANDARDTIME"], &["America/Halifax"]),
    (&["TOKYOSTANDARDTIME"], &["Asia/Tokyo"]),
    (&["INDIASTANDARDTIME"], &["Asia/Kolkata", "Asia/Calcutta"]),
    (&["SEASIASTANDARDTIME"], &["Asia/Bangkok", "Asia/Jakarta", "Asia/Ho_Chi_Minh"]),
    (&["ARABIANSTANDARDTIME"], &["Asia/Dubai", "Asia/Muscat"]),
    (&["SOUTHAFRICASTANDARDTIME"], &["Africa/Johannesburg", "Africa/Harare"]),
    (&["EAFRICASTANDARDTIME"], &["Africa/Nairobi"]),
    (&["FIJISTANDARDTIME"], &["Pacific/Fiji"]),
    (&["UTC", "GREENWICHSTANDARDTIME"], &["UTC", "Etc/UTC", "Etc/GMT", "GMT", "Atlantic/Reykjavik", "Africa/Abidjan"]),
];

/// How a company stands with Xero, for a page.
#[derive(Clone, Debug, PartialEq)]
pub struct Summary {
    /// In one sentence.
    pub state: String,
    /// What to do about it: the command; none if nothing needs doing.
    pub command: Option<&'static str>,
    /// The organisation, also of a connection that ended.
    pub organisation: Option<Organisation>,
    /// By which app.
    pub app: Option<App>,
    /// Journals go from this day on.
    pub cut_over: Option<Day>,
    /// When it was first connected, seconds since 1970.
    pub since: i64,
    /// Whether all sending is held (SEL-9).
    pub held: bool,
    /// How many contacts, items and documents are linked.
    pub linked: (usize, usize, usize),
    /// What will not work, or only in part.
    pub remarks: Vec<Remark>,
    /// Mapped accounts that can't be used any more.
    pub troubles: Vec<Trouble>,
}

/// What a page shows of the connection. `zone` is the company's time zone.
#[must_use]
pub fn summary(book: &Book, exchange: &Exchange, zone: &str, today: Day) -> Summary {
    let organisation = exchange.lists().organisation.clone();
    let name = organisation.as_ref().map_or("Xero", |organisation| &*organisation.name);
    let connect = Some("millbook xero connect");
    let (state, command) = match exchange.connection() {
        Connection::Never => ("It is not connected to Xero.".to_owned(), connect),
        Connection::Connected if exchange.is_held() => {
            (format!("It is connected to {name}; all sending is held."), Some("millbook xero release"))
        }
        Connection::Connected => (format!("It is connected to {name}."), None),
        Connection::Disconnected(why) => {
            (format!("It was connected to {name} and is not any more: {why}. Links are kept."), connect)
        }
        Connection::SignInLost(why) => {
            (format!("{name} doesn't let us in any more: {why}. Work waits; reconnect it."), connect)
        }
    };
    let count = |fits: fn(&Subject) -> bool| exchange.links().filter(|(subject, _)| fits(subject)).count();
    let linked = (
        count(|subject| matches!(subject, Subject::Party(_))),
        count(|subject| matches!(subject, Subject::Item(_))),
        count(|subject| matches!(subject, Subject::Document(_) | Subject::Order(_))),
    );
    let settings = exchange.settings();
    let remarks = organisation.as_ref().map_or_else(Vec::new, |organisation| {
        remarks(book, organisation, settings, zone, exchange.cut_over())
    });
    Summary {
        state,
        command,
        organisation,
        app: exchange.app(),
        cut_over: exchange.cut_over(),
        since: exchange.connected().0,
        held: exchange.is_held(),
        linked,
        remarks,
        troubles: troubles(book, settings, exchange.lists(), today),
    }
}

/// What will not work with an organisation, or only in part; before connecting it and after.
#[must_use]
pub fn remarks(
    book: &Book,
    organisation: &Organisation,
    settings: &Settings,
    zone: &str,
    cut_over: Option<Day>,
) -> Vec<Remark> {
    let mut found = Vec::new();
    let mut warn = |says| found.push(Remark { weight: Weight::Warning, says });
    let about = |code| Refusal::new(code).with("organisation", &organisation.name);
    if organisation.edition.eq_ignore_ascii_case("PARTNER") {
        warn(about(Code::NoInvoicing).with("plan", &organisation.plan));
    }
    let zones = |code| Refusal::new(code).with("ours", zone).with("theirs", zone_words(organisation));
    let (theirs, ours) =
        (row_of_theirs(organisation), ZONES.iter().position(|(_, ours)| ours.contains(&zone)));
    match (theirs, ours) {
        _ if organisation.zone.eq_ignore_ascii_case(zone) => {}
        (Some(theirs), Some(ours)) if theirs == ours => {}
        (Some(_), Some(_)) => warn(zones(Code::ZoneDiffers)),
        (None, _) | (_, None) => warn(zones(Code::ZoneUnknown)),
    }
    let locked = organisation.locked_until();
    if let (Some(day), Some(locked)) =
        (cut_over, locked.filter(|locked| cut_over.is_some_and(|day| day <= *locked)))
    {
        warn(Refusal::new(Code::CutOverLocked).with("day", day).with("locked", locked));
    }
    for (right, consequence) in rights(book, settings) {
        if organisation.not_allowed.iter().any(|name| name.eq_ignore_ascii_case(right)) {
            warn(Refusal::new(Code::RightMissing).with("right", right).with("consequence", consequence));
        }
    }
    match organisation.role.as_deref().map(OrganisationRole::from) {
        None | Some(OrganisationRole::Adviser | OrganisationRole::Standard | OrganisationRole::Unknown) => {}
        Some(role) => warn(about(Code::WrongUserRole).with("role", role_words(&role))),
    }
    if organisation.plan.eq_ignore_ascii_case("DEMO") {
        warn(about(Code::DemoCompany));
    }
    found.push(Remark { weight: Weight::Note, says: Refusal::new(Code::AdviserNeeded) });
    if !organisation.pays_tax {
        found.push(Remark { weight: Weight::Note, says: about(Code::NotRegistered) });
    }
    found
}

/// Rights that are needed, by Xero's names, and what happens without each.
fn rights(book: &Book, settings: &Settings) -> Vec<(&'static str, &'static str)> {
    let mut rights = settings.rights();
    let base = book.base();
    let foreign = |currency: Option<money::Currency>| currency.is_some_and(|currency| currency != base);
    if book.parties().iter().any(|(_, row)| foreign(row.record.currency)) {
        rights.push(("UseMulticurrency", "documents in other currencies are refused"));
    }
    if !rights.is_empty() {
        rights.push(("AttachFilesIntoInvoice", "files don't go with their documents"));
    }
    rights
}

/// The place in the table of the organisation's zone.
fn row_of_theirs(organisation: &Organisation) -> Option<usize> {
    ZONES.iter().position(|(names, _)| names.iter().any(|name| organisation.zone.eq_ignore_ascii_case(name)))
}

fn zone_words(organisation: &Organisation) -> String {
    let row = row_of_theirs(organisation).and_then(|row| ZONES.get(row));
    match row.and_then(|(_, ours)| ours.first()) {
        Some(zone) => (*zone).to_owned(),
        None => organisation.zone.to_string(),
    }
}

fn role_words(role: &OrganisationRole) -> &str {
    match role {
        OrganisationRole::ReadOnly => "read only",
        OrganisationRole::InvoiceOnly => "invoice only",
        OrganisationRole::Standard => "Standard",
        OrganisationRole::Adviser => "Adviser",
        OrganisationRole::ManagedClient => "managed client",
        OrganisationRole::CashbookClient => "cashbook client",
        OrganisationRole::Unknown => "of unknown role",
        OrganisationRole::Removed => "removed",
        OrganisationRole::Other(word) => word,
    }
}
