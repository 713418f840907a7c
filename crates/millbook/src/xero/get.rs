//! `millbook xero get`: everything of one kind, one JSON object a line, as our own types read it.
//!
//! What can't be read is named on the error output, so that a surprise of Xero's is seen here first.

use super::{ASKED, Desk, refused};
use crate::said::{note, say};
use crate::sandbox::Refusal;
use ::xero::{Resource, Stamp};
use xero_client::call::Call;
use xero_client::habits;
use xero_client::resource::list;

#[derive(clap::Args)]
pub struct Arguments {
    /// The kind: invoices, credit-notes, contacts, items, accounts, tax-rates, …
    resource: String,
    /// Only what fits: 'Status=="AUTHORISED" AND Date>=DateTime(2026,11,01)'.
    #[arg(long = "where", value_name = "CONDITION")]
    condition: Option<String>,
    /// Only what changed since then: 2026-11-01 or 2026-11-01T12:00:00Z.
    #[arg(long, value_parser = since)]
    since: Option<Stamp>,
}

fn since(text: &str) -> Result<Stamp, String> {
    let moment = if text.len() == 10 { format!("{text}T00:00:00Z") } else { text.to_owned() };
    Stamp::read(&moment)
        .ok_or_else(|| "a day such as 2026-11-01, or a moment such as 2026-11-01T12:00:00Z".to_owned())
}

macro_rules! kinds {
    ($($kind:ident),+) => {
        /// Every kind, as it may be named.
        const NAMES: &[&str] = &[$(<::xero::$kind as Resource>::PATH),+];

        pub async fn run(desk: &Desk, what: &Arguments) -> Result<(), Refusal> {
            let wanted = plain(&what.resource);
            $(if wanted == plain(<::xero::$kind as Resource>::PATH) {
                return all::<::xero::$kind>(desk, what).await;
            })+
            Err(Refusal(2, format!("{} is no kind we read; there are {}", what.resource, NAMES.join(", "))))
        }
    };
}

kinds!(
    Organisation,
    Action,
    User,
    Currency,
    BrandingTheme,
    Account,
    TaxRate,
    TrackingCategory,
    Contact,
    ContactGroup,
    Item,
    Invoice,
    CreditNote,
    Prepayment,
    Overpayment,
    PurchaseOrder,
    Quote,
    Payment,
    BatchPayment,
    BankTransaction,
    ManualJournal,
    Journal
);

/// `credit-notes`, `CreditNotes` and `creditnotes` are the same.
fn plain(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase()
}

async fn all<T: Resource>(desk: &Desk, what: &Arguments) -> Result<(), Refusal> {
    let call = asked(list::<T>(), T::PATH, what)?;
    let tenant = desk.tenant().await?;
    let all = desk.client.all::<T>(tenant, call, ASKED).await.map_err(refused)?;
    for item in &all.items {
        say(item.to_json().map_err(|e| Refusal(4, e.to_string()))?);
    }
    for bad in &all.unreadable {
        note(format!("millbook: one of {} can't be read: {}", T::PATH, bad.why));
    }
    Ok(())
}

fn asked(mut call: Call, path: &'static str, what: &Arguments) -> Result<Call, Refusal> {
    let habit = habits::of(path);
    if let Some(condition) = &what.condition {
        if !habit.filter {
            return Err(Refusal(2, format!("Xero takes no condition for {path}")));
        }
        call = call.with("where", condition.clone());
    }
    if let Some(since) = what.since {
        if !habit.since {
            return Err(Refusal(2, format!("Xero doesn't say what changed since for {path}")));
        }
        call.since = Some(since);
    }
    Ok(call)
}
