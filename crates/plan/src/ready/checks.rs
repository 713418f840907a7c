//! The items of the checklist, one function each, in the order of RDY-1.
//!
//! Not here: what looks through all documents (`documents`).

use std::collections::BTreeSet;

use book::Books;
use money::Currency;
use xero::statuses::AccountType;

use super::choices::{
    answered, consolidate_invoices, consolidate_payments, payments, pro_forma, who_approves,
};
use super::documents::{currencies, expense_accounts, tax_rates};
use super::{Choice, Finding, Ground};
use crate::connection::remarks;
use crate::exchange::Connection;
use crate::journals::{Target, target};
use crate::lists::{Organisation, Standing};
use crate::refusal::{Code, Refusal, Weight};
use crate::settings::{AccountRole, Payments, Switch, troubles};
use crate::subject::Subject;

type Check = fn(&Ground<'_>) -> Finding;

/// Code, what it asks, how it is found out.
pub(super) const TABLE: &[(&str, &str, Check)] = &[
    ("connected", "the company is connected", connected),
    ("bank-codes", "bank accounts have codes", bank_codes),
    ("lock-dates", "lock dates are known", lock_dates),
    ("roles-mapped", "every role that is needed has an account that fits", roles_mapped),
    ("accounts-shared", "no account serves two roles", accounts_shared),
    ("tracked-inventory", "no item of ours is tracked by Xero", tracked_inventory),
    ("tracking", "tracking categories have their counterparts", tracking),
    ("consolidate-invoices", "consolidation of invoices is decided", consolidate_invoices),
    ("consolidate-payments", "consolidation of payments is decided", consolidate_payments),
    ("who-approves", "somebody approves documents in Xero", who_approves),
    ("reports", "reports are chosen, and how often", |ground| {
        answered(ground, Choice::Reports, "Nobody has said which reports are taken, and how often.")
    }),
    ("reconciliation-accounts", "accounts for reconciling are there", reconciliation_accounts),
    ("expense-accounts", "non-inventory items have accounts", expense_accounts),
    ("payments", "the direction of payments is chosen", payments),
    ("originates", "who e-mails invoices is chosen", |ground| {
        answered(
            ground,
            Choice::Originates,
            "Nobody has said who e-mails invoices, the book's users or Xero.",
        )
    }),
    ("currencies", "the book's currencies exist in Xero", currencies),
    ("pro-forma", "advances on pro-formas are decided", pro_forma),
    ("tax-rates", "tax rates cover the percentages in use", tax_rates),
    ("base-currency", "both keep their accounts in one currency", base_currency),
    ("time-zones", "time zones agree", time_zones),
    ("rights", "our app and the connected user may do what is needed", rights),
    ("procurement", "Procurement is on where Balances is", procurement),
    ("opening", "the opening is done", opening),
];

const CONNECT: &str = "millbook xero connect";
const REFRESH: &str = "millbook xero refresh";
const SETTINGS: &str = "millbook xero settings get";
const PROPOSE: &str = "millbook xero propose";

impl Ground<'_> {
    pub(super) fn organisation(&self) -> Option<&Organisation> {
        self.exchange.lists().organisation.as_ref()
    }
}

/// What can't be told before Xero was seen.
pub(super) fn unseen() -> Finding {
    Finding::fail("Xero hasn't been seen yet.", "Connect the company first.").by(CONNECT)
}

/// A list for people: `A, B and 3 more`.
pub(super) fn some(names: &[String]) -> String {
    match names {
        [first, second, third, rest @ ..] if rest.len() > 1 => {
            format!("{first}, {second}, {third} and {} more", rest.len())
        }
        all => all.join(", "),
    }
}

fn connected(ground: &Ground<'_>) -> Finding {
    match (ground.exchange.connection(), ground.organisation()) {
        (Connection::Connected, Some(organisation)) if ground.exchange.is_held() => Finding::warn(
            format!("It is connected to {}, and all sending is held.", organisation.name),
            "Release it when you are ready.",
        )
        .by("millbook xero release"),
        (Connection::Connected, Some(organisation)) => {
            Finding::pass(format!("It is connected to {}.", organisation.name))
        }
        (Connection::Never, _) | (Connection::Connected, None) => {
            Finding::fail("It is not connected to Xero.", "Connect it.").by(CONNECT)
        }
        (Connection::Disconnected(why) | Connection::SignInLost(why), _) => {
            Finding::fail(format!("It is not connected any more: {why}."), "Reconnect it; links are kept.")
                .by(CONNECT)
        }
    }
}

fn bank_codes(ground: &Ground<'_>) -> Finding {
    let banks = ground.exchange.lists().accounts.iter();
    let banks: Vec<_> =
        banks.filter(|one| one.kind == AccountType::Bank && one.standing == Standing::Active).collect();
    let without: Vec<String> =
        banks.iter().filter(|one| one.code.is_empty()).map(|one| one.name.to_string()).collect();
    if ground.organisation().is_none() {
        return unseen();
    }
    match (banks.len(), without.is_empty()) {
        (0, _) => Finding::warn(
            "Xero has no bank account.",
            "Add one in Xero, or enable payments to another account, then refresh.",
        )
        .by(REFRESH),
        (count, true) => Finding::pass(format!("Bank accounts with a code: {count}.")),
        (_, false) => Finding::fail(
            format!("No code: {}. Payments need one.", some(&without)),
            "Give it a code in Xero (Accounting, Chart of accounts), then refresh.",
        )
        .by(REFRESH),
    }
}

fn lock_dates(ground: &Ground<'_>) -> Finding {
    let Some(organisation) = ground.organisation() else { return unseen() };
    let day = |day: Option<book::Day>| day.map_or_else(|| "none".to_owned(), |day| day.to_string());
    let known = format!(
        "Locked in Xero until: {} for all but advisers, {} for everybody; in the book: {}.",
        day(organisation.period_lock),
        day(organisation.year_lock),
        day(ground.book.closed_until()),
    );
    let cut_over = ground.exchange.cut_over();
    match (cut_over, organisation.locked_until()) {
        (Some(day), Some(locked)) if day <= locked => {
            let says = Refusal::new(Code::CutOverLocked).with("day", day).with("locked", locked);
            Finding::warn(format!("{known} {}", says.message()), says.remedy())
        }
        _ => Finding::pass(known),
    }
}

fn roles_mapped(ground: &Ground<'_>) -> Finding {
    let Ground { book, exchange, today, .. } = *ground;
    if ground.organisation().is_none() {
        return unseen();
    }
    let settings = exchange.settings();
    // What is wrong already, and what turning everything on would still want.
    if let Some(trouble) = troubles(book, settings, exchange.lists(), today).first() {
        return Finding::fail(trouble.says.message(), trouble.says.remedy()).by(REFRESH);
    }
    let wanted = settings.problems(book, exchange.lists(), today);
    if let Some(problem) = wanted.iter().find(|one| one.code() != Code::SharedAccount) {
        return Finding::fail(problem.message(), problem.remedy()).by(PROPOSE);
    }
    let all_on = crate::settings::Settings { balances: Switch::On, sales: Switch::On, ..settings.clone() };
    let missing = AccountRole::ALL
        .into_iter()
        .filter(|role| all_on.needs(book, *role).is_some() && settings.plain(*role, today).is_none());
    let missing: Vec<String> = missing.map(|role| role.name().to_owned()).collect();
    match missing.is_empty() {
        true => Finding::pass("Every role has its account."),
        false => Finding::warn(
            format!("Without an account, so Balances can't be turned on: {}.", some(&missing)),
            "Map them; `millbook xero propose` suggests an account for each.",
        )
        .by(PROPOSE),
    }
}

fn accounts_shared(ground: &Ground<'_>) -> Finding {
    let Ground { book, exchange, today, .. } = *ground;
    let problems = exchange.settings().problems(book, exchange.lists(), today);
    match problems.iter().find(|one| one.code() == Code::SharedAccount) {
        Some(one) => Finding::fail(one.message(), one.remedy()).by(SETTINGS),
        None => Finding::pass("Each mapped account serves one role."),
    }
}

fn tracked_inventory(ground: &Ground<'_>) -> Finding {
    let Ground { book, exchange, .. } = *ground;
    let items = book.items().iter();
    let tracked = items.filter(|(id, row)| {
        let subject = Subject::Item(book::ItemId::new(*id));
        let linked = exchange.link(&subject).and_then(|link| link.item.as_ref());
        !row.archived && linked.is_some_and(|item| item.tracked)
    });
    let tracked: Vec<String> = tracked.map(|(_, row)| row.record.code.to_string()).collect();
    match tracked.is_empty() {
        true => Finding::pass("No linked item is tracked by Xero's own inventory."),
        false => Finding::fail(
            format!("Tracked in Xero: {}. Xero would keep their stock a second time, so documents with them are held.", some(&tracked)),
            "Make them untracked in Xero (Products and services), then refresh.",
        )
        .by(REFRESH),
    }
}

fn tracking(ground: &Ground<'_>) -> Finding {
    let Ground { book, exchange, .. } = *ground;
    if ground.organisation().is_none() {
        return unseen();
    }
    let there =
        |name: &str| {
            exchange.lists().tracking.iter().any(|one| {
                one.standing == Standing::Active && one.name.trim().eq_ignore_ascii_case(name.trim())
            })
        };
    let live: Vec<_> = book.tracking_categories().iter().filter(|(_, row)| !row.archived).collect();
    let alone = live.iter().filter(|(id, row)| {
        let subject = Subject::Tracking(book::TrackingCategoryId::new(*id));
        exchange.link(&subject).is_none() && !there(&row.record.code)
    });
    let alone: Vec<String> = alone.map(|(_, row)| row.record.code.to_string()).collect();
    match (live.len(), alone.is_empty()) {
        (0, _) => Finding::pass("The book has no tracking categories."),
        (count, true) => Finding::pass(format!("Tracking categories with their counterpart: {count}.")),
        (_, false) => Finding::fail(
            format!("No counterpart in Xero: {}. Lines go without it.", some(&alone)),
            "Import tracking from Xero, or archive it here.",
        )
        .by("millbook xero import tracking"),
    }
}

fn reconciliation_accounts(ground: &Ground<'_>) -> Finding {
    let Ground { book, exchange, today, .. } = *ground;
    let settings = exchange.settings();
    let roles = [AccountRole::PurchaseDifferences, AccountRole::Rounding, AccountRole::OpeningBalances];
    let missing = roles.into_iter().filter(|role| settings.plain(*role, today).is_none());
    let missing: Vec<String> = missing.map(|role| role.name().to_owned()).collect();
    if !missing.is_empty() {
        return Finding::fail(
            format!("No account for {}.", some(&missing)),
            "Map them; differences are cleared there.",
        )
        .by(PROPOSE);
    }
    let several = book.sites().iter().filter(|(_, row)| !row.archived).count() > 1;
    let makes = book.routings().iter().any(|(_, row)| !row.archived);
    let wanted = [
        (makes, AccountRole::DirectLabour),
        (makes, AccountRole::ManufacturingOverheads),
        (several, AccountRole::TransferLiability),
    ];
    let unnamed = wanted.into_iter().filter(|(used, role)| *used && exchange.actuals(*role).is_empty());
    let unnamed: Vec<String> = unnamed.map(|(_, role)| role.name().to_owned()).collect();
    match unnamed.first() {
        None => Finding::pass("Differences, conversions and the opening have their accounts."),
        Some(_) => Finding::warn(
            format!("Nobody has said where the actual cost stands of {}.", some(&unnamed)),
            "Name the expense accounts (wages, workshop costs, carriers) that it is compared with.",
        )
        .by("millbook reconcile actuals direct_labour CODE"),
    }
}

fn base_currency(ground: &Ground<'_>) -> Finding {
    let Some(organisation) = ground.organisation() else { return unseen() };
    let ours: Currency = ground.book.base();
    if organisation.base == ours {
        return Finding::pass(format!("Both keep {ours}."));
    }
    let says = Refusal::new(Code::OtherCurrency).with("organisation", &organisation.name);
    let says = says.with("theirs", organisation.base).with("ours", ours);
    Finding::fail(format!("{} Balances can't be turned on.", says.message()), says.remedy()).by(CONNECT)
}

/// The first remark on the connection with one of these codes.
fn remarked(ground: &Ground<'_>, codes: &[Code]) -> Option<Refusal> {
    let Ground { book, exchange, zone, .. } = *ground;
    let found = remarks(book, ground.organisation()?, exchange.settings(), zone, exchange.cut_over());
    let about = |one: &crate::refusal::Remark| one.weight != Weight::Note && codes.contains(&one.says.code());
    found.into_iter().find(about).map(|one| one.says)
}

fn time_zones(ground: &Ground<'_>) -> Finding {
    if ground.organisation().is_none() {
        return unseen();
    }
    match remarked(ground, &[Code::ZoneDiffers, Code::ZoneUnknown]) {
        Some(says) => Finding::warn(says.message(), says.remedy()),
        None => Finding::pass(format!("Both keep the days of {}.", ground.zone)),
    }
}

/// Xero's names of a right, any of which will do, what it is for, and whether the settings need it.
type Scope = (&'static [&'static str], &'static str, fn(&crate::settings::Settings) -> bool);

/// What our app must be allowed to, for what is turned on.
const SCOPES: &[Scope] = &[
    (&["accounting.settings", "accounting.settings.read"], "Xero's lists", |_| true),
    (&["accounting.contacts"], "contacts", |_| true),
    (&["accounting.invoices", "accounting.transactions"], "documents", |_| true),
    (&["accounting.payments", "accounting.transactions"], "payments", |s| s.payments != Payments::None),
    (&["accounting.manualjournals", "accounting.transactions"], "journals", |s| s.balances == Switch::On),
    (&["accounting.reports.trialbalance.read", "accounting.reports.read"], "balances", |s| {
        s.balances == Switch::On
    }),
];

fn rights(ground: &Ground<'_>) -> Finding {
    if ground.organisation().is_none() {
        return unseen();
    }
    let settings = ground.exchange.settings();
    if let Some(asked) = ground.rights {
        let asked: BTreeSet<&str> = asked.split_whitespace().collect();
        let lacks = SCOPES
            .iter()
            .filter(|(names, _, needed)| needed(settings) && !names.iter().any(|one| asked.contains(one)));
        let lacks: Vec<String> = lacks.map(|(_, what, _)| (*what).to_owned()).collect();
        if !lacks.is_empty() {
            return Finding::fail(
                format!("Our app doesn't ask for the rights to {}.", some(&lacks)),
                "Set the app with the usual rights, then connect again.",
            )
            .by("millbook xero app set");
        }
    }
    match remarked(ground, &[Code::RightMissing, Code::WrongUserRole, Code::NoInvoicing]) {
        Some(says) => Finding::fail(says.message(), says.remedy()).by(CONNECT),
        None => Finding::pass("What is turned on may be done."),
    }
}

fn procurement(ground: &Ground<'_>) -> Finding {
    let settings = ground.exchange.settings();
    let off_book = |(_, row): &(u32, &book::Row<book::Warehouse>)| row.record.books == Books::OnBook;
    let keeps = ground.book.warehouses().iter().any(|row| off_book(&row));
    match (settings.balances, settings.procurement) {
        (Switch::On, Switch::Off) if keeps => Finding::warn(
            "Balances is on and Procurement off: goods received stay on Purchases until bills come.",
            "Turn Procurement on, or add each bill by hand.",
        )
        .by("millbook xero settings set procurement=on"),
        (Switch::On, _) => Finding::pass("Balances and Procurement go together."),
        (Switch::Off, _) => Finding::pass("Balances is off."),
    }
}

fn opening(ground: &Ground<'_>) -> Finding {
    let Ground { book, exchange, .. } = *ground;
    let Some(cut_over) = exchange.cut_over() else { return unseen() };
    if cut_over > ground.today {
        return Finding::pass(format!("Journals go from {cut_over} on: the opening is gone through then."));
    }
    let eve = cut_over.previous();
    // A role is done when its opening was posted, or somebody said why it is left (INV-11).
    let journal = |role: book::Role| {
        !matches!(role, book::Role::Payables | book::Role::Receivables | book::Role::Sales)
    };
    let open =
        book.ledger().balances_as_of(eve).filter(|(key, amount)| journal(key.role) && !amount.is_zero());
    let is_left = |key: &book::Key| matches!(target(exchange, key, cut_over), Some(Target::Account(id)) if exchange.heard().opening_left(id).is_some());
    let mut entries = book.adjusting_entries();
    let brought = entries.find(|(_, one)| one.kind == book::Adjustment::Adopted && one.source.is_none());
    if let Some(number) = brought.and_then(|(id, _)| book.document(id)).map(book::Document::number) {
        return Finding::pass(format!("The opening was brought in by {number}."));
    }
    let (explained, open): (Vec<_>, Vec<_>) = open.partition(|(key, _)| is_left(key));
    let left = !explained.is_empty();
    let open: BTreeSet<&str> = open.into_iter().map(|(key, _)| key.role.name()).collect();
    let open: Vec<String> = open.into_iter().map(str::to_owned).collect();
    match open.is_empty() {
        true if left => Finding::pass("Somebody said of every account why its opening is left.".to_owned()),
        true => Finding::pass(format!("The book holds nothing from before {cut_over}.")),
        false => Finding::warn(
            format!(
                "On {eve} the book had balances on {}: Xero's opening is to be held against them.",
                some(&open)
            ),
            "Go through the opening.",
        )
        .by("millbook opening"),
    }
}
