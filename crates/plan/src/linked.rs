//! What becomes of a document that Xero has: changed here, changed there, frozen, gone, or as it should be (DOC-4 to DOC-6,
//! DOC-15, DOC-21).
//!
//! ```text
//! changed here, draft there              → updated, with what people changed there kept (DOC-5)
//! changed here, approved by somebody     → frozen: "change it there", field by field
//! changed there, not here                → shown, never copied by itself (DOC-21)
//! ```
//! Ours-now is compared with ours-then, theirs-now with theirs-then, never ours with theirs. A document that a change of the
//! settings would make look different is sent again as long as it is a draft; what somebody approved, or we made approved,
//! changes only when a person changes it here.
//! Not here: how the two are put together (`merge`).

use book::{Content, Life};
use xero::statuses::LineAmountTypes;
use xero::{Decimal, XeroId};

use crate::answers;
use crate::bills;
use crate::case::Case;
use crate::disposition::{Asks, Disposition, Look};
use crate::event::Linking;
use crate::exchange::Link;
use crate::files;
use crate::held::{Held, HeldStatus};
use crate::making::accounts_on;
use crate::merge::{self, FieldChange, Merged};
use crate::operations;
use crate::paper::{Paper, PaperLine};
use crate::papers;
use crate::quotes;
use crate::rules::{Verdict, approval, excluded, held_up, life, locked, refused, switch_off, under_way};
use crate::settings::{AccountRole, NewStatus, Purchasing, Switch};
use crate::subject::Subject;
use crate::take;
use crate::why::{Reason, Why};

/// Looks at a document that Xero has.
pub(crate) fn look(case: &Case<'_>, link: &Link) -> Look {
    if let Some(look) = withdrawn(case, link).or_else(|| excluded(case)) {
        return look.into();
    }
    let Some(now) = link.now.as_deref() else {
        return Disposition::Waiting(case.why(Reason::ToBeRead)).into();
    };
    if now.status.is_gone() {
        let effect = effect(case, link.theirs.as_deref(), None);
        let because = case.because(Reason::GoneThere).with("status", words(&now.status));
        return Disposition::Differs(because.with("effect", effect).why(&case.it())).into();
    }
    if let Some(waiting) = under_way(case) {
        return waiting.into();
    }
    let is_draft = matches!(now.status, HeldStatus::Draft | HeldStatus::Awaiting);
    let is_newer = case.version() != link.version;
    match case.wanted() {
        Err(holds) if is_newer => held_up(case, &holds, Verdict::Update),
        Err(_) => Look { is_unsure: true, ..unchanged_here(case, link, now) },
        Ok(None) => taken_back(case, now, "no longer in force"),
        Ok(Some(_)) if stage(case).is_some() => taken_back(case, now, stage(case).unwrap_or_default()),
        Ok(Some(ours)) => {
            let is_other = link.ours.as_deref().map_or(is_newer, |then| !says_the_same(&ours, then));
            match is_other && (is_newer || is_draft) {
                true => changed_here(case, link, now, &ours),
                false => unchanged_here(case, link, now),
            }
        }
    }
}

fn withdrawn(case: &Case<'_>, link: &Link) -> Option<Disposition> {
    let life = match case.document.life() {
        Life::Live => return None,
        other => life(other),
    };
    match link.now.as_deref() {
        Some(now) if !now.status.is_gone() => Some(must_go(case, now, life)),
        _ => Some(Disposition::NotDue(case.because(Reason::Withdrawn).with("life", life).why(&case.it()))),
    }
}

fn taken_back(case: &Case<'_>, now: &Held, life: &str) -> Look {
    must_go(case, now, life).into()
}

/// Deleting here deletes nothing there (DOC-6).
fn must_go(case: &Case<'_>, now: &Held, life: &str) -> Disposition {
    let is_order = matches!(case.subject, Subject::Order(_));
    let how = match now.status {
        HeldStatus::Approved | HeldStatus::Paid if !is_order => "voided",
        _ => "deleted",
    };
    let because = case.because(Reason::DeleteThere).with("life", life).with("status", words(&now.status));
    Disposition::Differs(because.with("how", how).why(&case.it()))
}

fn stage(case: &Case<'_>) -> Option<&'static str> {
    let stage = match case.document.content() {
        Content::Invoice(c) => c.stage,
        Content::Bill(c) => c.stage,
        _ => return None,
    };
    match stage {
        book::Stage::Draft => Some("a draft"),
        book::Stage::ProForma => Some("a pro-forma"),
        book::Stage::Issued => None,
    }
}

/// What people call a status.
pub(crate) fn words(status: &HeldStatus) -> String {
    match status {
        HeldStatus::Draft => "draft".to_owned(),
        HeldStatus::Awaiting => "awaiting approval".to_owned(),
        HeldStatus::Approved => "approved".to_owned(),
        HeldStatus::Paid => "paid".to_owned(),
        HeldStatus::Billed => "billed".to_owned(),
        HeldStatus::Declined => "declined".to_owned(),
        HeldStatus::Voided => "voided".to_owned(),
        HeldStatus::Deleted => "deleted".to_owned(),
        HeldStatus::Other(word) => format!("in a state that we don't know ({word})"),
    }
}

/// Why it can't be changed in Xero any more (DOC-4).
fn frozen(case: &Case<'_>, link: &Link, now: &Held) -> Option<String> {
    let touched = link.theirs.as_deref() != Some(&now.paper);
    let made_so = link.how == Linking::Made && link.then == Some(HeldStatus::Approved) && !touched;
    let in_locked_period = (now.status.posts() || now.is_applied()) && locked(case, now.paper.date).is_some();
    match &now.status {
        HeldStatus::Draft | HeldStatus::Awaiting if now.is_applied() => Some("settled in part".to_owned()),
        HeldStatus::Draft | HeldStatus::Awaiting => None,
        HeldStatus::Approved if in_locked_period => Some("approved in a locked period".to_owned()),
        HeldStatus::Approved if !now.paid.is_zero() => Some("approved and paid in part".to_owned()),
        HeldStatus::Approved if !now.credited.is_zero() => Some("approved and settled in part".to_owned()),
        HeldStatus::Approved if made_so => None,
        other => Some(words(other)),
    }
}

fn changed_here(case: &Case<'_>, link: &Link, now: &Held, ours: &Paper) -> Look {
    let theirs = link.theirs.as_deref().unwrap_or(&now.paper);
    // Without a base everything that is different here counts as changed here.
    let then = link.ours.as_deref().unwrap_or(theirs);
    let merged = merged(case, ours, then, theirs, now);
    if !merged.is_to_be_sent(now) {
        return unchanged_here(case, link, now);
    }
    if let Some(status) = frozen(case, link, now) {
        let has_pair = matches!(case.document.content(), Content::Invoice(_) | Content::Bill(_));
        let reason = if has_pair { Reason::Frozen } else { Reason::FrozenOrder };
        let because = case.because(reason).with("status", status);
        return Disposition::Differs(
            because.with("fields", fields(case, &merged.changed_here)).why(&case.it()),
        )
        .into();
    }
    let stops = approval(case)
        .or_else(|| switch_off(case))
        .or_else(|| locked(case, ours.date))
        .or_else(|| refused(case));
    if let Some(stopped) = stops {
        return stopped.into();
    }
    let reason = match merged.changed_there.is_empty() {
        true => "it changed here".to_owned(),
        false => format!("it changed here; kept from Xero: {}", fields(case, &merged.changed_there)),
    };
    let mut look = Look::from(Disposition::Due(reason.clone()));
    look.operations = operations::update(case, link, now, merged, reason);
    look
}

fn unchanged_here(case: &Case<'_>, link: &Link, now: &Held) -> Look {
    let changed = link.theirs.as_deref().is_some_and(|then| *then != now.paper);
    if changed {
        return changed_there(case, link, now);
    }
    let mut look = Look::from(Disposition::Sent(now.status.clone(), None));
    if switch_off(case).is_some() {
        return look;
    }
    look.operations.extend(billed(case, now));
    look.operations.extend(quotes::state(case, link, now));
    look.operations.extend(files::operations(case, link, now));
    if let Some(first) = look.operations.first() {
        look.disposition = Disposition::Due(first.reason.clone());
    } else if let Some(refused) = refused(case) {
        look.disposition = refused;
    }
    bills_of_order(case, now, &mut look);
    look
}

fn changed_there(case: &Case<'_>, link: &Link, now: &Held) -> Look {
    let theirs = link.theirs.as_deref().unwrap_or(&now.paper);
    let ours = link.ours.as_deref().unwrap_or(theirs);
    let changes = merged(case, ours, ours, theirs, now).changed_there;
    let settings = case.exchange().settings();
    let is_bill = now.paper.kind == crate::paper::PaperKind::Bill;
    let by_itself = settings.take_over_bills == Switch::On && is_bill && now.status.posts();
    if by_itself && take::can_be_taken(case) {
        let reason = format!("Xero's version is taken over: {}", fields(case, &changes));
        let mut look = Look::from(Disposition::Due(reason));
        look.takes = true;
        return look;
    }
    let effect = effect(case, link.theirs.as_deref(), Some(&now.paper));
    let because =
        case.because(Reason::ChangedThere).with("fields", fields(case, &changes)).with("effect", effect);
    Disposition::Differs(because.why(&case.it())).into()
}

/// Both sides put together.
fn merged(case: &Case<'_>, ours: &Paper, then: &Paper, theirs: &Paper, now: &Held) -> Merged {
    let own = crate::case::terms(case.document.content()).map_or(now.paper.date, |terms| terms.day);
    let day = accounts_on(case.exchange(), &case.subject, own);
    let purchases = case.exchange().settings().account(AccountRole::Purchases, (None, None), day);
    merge::merge(ours, then, theirs, now, purchases)
}

/// Whether we say now what we said: line by line by where it comes from, whatever ids its lines have got since.
pub(crate) fn says_the_same(now: &Paper, then: &Paper) -> bool {
    let header = |paper: &Paper| {
        let Paper { kind, contact, number, reference, url, date, due, currency, rate, amounts, .. } =
            paper.clone();
        (kind, contact, number, reference, url, (date, due), currency, rate, amounts)
    };
    let said = |line: &PaperLine| PaperLine { id: None, tax: None, ..line.clone() };
    let ours = then.lines.iter().filter(|line| line.origin.is_some()).count();
    let same_line = |line: &PaperLine| {
        let before = then.lines.iter().find(|one| one.origin == line.origin);
        before.is_some_and(|before| said(before) == said(line))
    };
    header(now) == header(then) && ours == now.lines.len() && now.lines.iter().all(same_line)
}

/// Field by field, as people read it.
pub(crate) fn fields(case: &Case<'_>, changes: &[FieldChange]) -> String {
    let names = merge::Names { book: case.world.book, exchange: case.exchange() };
    let all: Vec<String> = changes.iter().map(|change| change.words(names)).collect();
    if all.is_empty() { "nothing that is sent".to_owned() } else { all.join("; ") }
}

/// The Xero purchase order of a bill that is in Xero is set to Billed, so that nobody copies it to a second one (SEL-5).
fn billed(case: &Case<'_>, now: &Held) -> Option<crate::operation::Operation> {
    let both = case.exchange().settings().purchasing == Purchasing::OrdersAndBills;
    if !both || !matches!(case.subject, Subject::Order(_)) || now.status == HeldStatus::Billed {
        return None;
    }
    let is_in_xero = |id| {
        let link = case.exchange().link(&Subject::Document(id));
        let held = link.and_then(|link| link.now.as_deref());
        held.is_some_and(|held| !held.status.is_gone())
    };
    let bill = case.bills().chain([case.id]).find(|id| is_in_xero(*id))?;
    if refused(case).is_some() {
        return None;
    }
    let reason = format!("its {} is in Xero", crate::case::short_name(case.world.book, bill));
    Some(operations::of_life(case, crate::bodies::billed(now), reason))
}

/// With purchase orders in Xero, the bill that somebody makes there from one becomes the order's (SEL-11).
fn bills_of_order(case: &Case<'_>, now: &Held, look: &mut Look) {
    let settings = case.exchange().settings();
    let looks = settings.purchasing == Purchasing::Orders
        && settings.balances == Switch::On
        && matches!(case.subject, Subject::Order(_));
    let own = Subject::Document(case.id);
    let is_own = matches!(case.document.content(), Content::PurchaseOrder(order) if order.invoice.is_some());
    let is_open =
        || case.world.book.left_to_invoice(case.id).is_some_and(|left| left.iter().any(|one| !one.is_zero()));
    if !looks || case.exchange().link(&own).is_some() || !(is_own || is_open()) {
        return;
    }
    // Without its supplier there, nobody can be asked about: that comes first.
    let has_supplier = || answers::supplier_of(case.world.book, case.exchange(), case.id).is_some();
    match case.exchange().found(&own) {
        None if now.status == HeldStatus::Billed && has_supplier() => look.asks = Some(Asks::Bills),
        None => {}
        Some(_) => {
            if let Some(found) = bills::of_order(case) {
                match found {
                    bills::BillFound::Link(id) => {
                        look.links.push((own, id));
                        look.disposition =
                            Disposition::Due("its bill was made in Xero, and is linked".to_owned());
                    }
                    bills::BillFound::Stuck(why) => look.disposition = Disposition::Blocked(why),
                }
            }
        }
    }
}

/// What an exclusion leaves on which account (SEL-9).
pub(crate) fn leaves(case: &Case<'_>) -> Option<String> {
    let paper = case.wanted().ok()??;
    let sums = crate::sums::sums(&paper)?;
    let currency = paper.currency;
    if case.is_sale() {
        return Some(format!("Sales in Xero lack {} {currency} without tax.", sums.net.trimmed(2)));
    }
    let account = purchases(case)?;
    let net = on_account(&paper, account)?;
    let name = &case.exchange().lists().account(account)?.name;
    let net = net.trimmed(2);
    Some(format!("On {name}, {net} {currency} is then left that no document in Xero clears."))
}

fn purchases(case: &Case<'_>) -> Option<XeroId<xero::Account>> {
    let settings = case.exchange().settings();
    let own = crate::case::terms(case.document.content())?.day;
    let day = accounts_on(case.exchange(), &case.subject, own);
    let account = settings.account(AccountRole::Purchases, (None, None), day);
    account.filter(|_| settings.balances == Switch::On && !matches!(case.subject, Subject::Order(_)))
}

/// What a document puts on an account, without tax, in its own currency.
fn on_account(paper: &Paper, account: XeroId<xero::Account>) -> Option<Decimal> {
    paper.lines.iter().filter(|line| line.account == Some(account)).try_fold(Decimal::ZERO, |sum, line| {
        let tax = match paper.amounts {
            LineAmountTypes::Inclusive => line.tax.unwrap_or_default(),
            _ => Decimal::ZERO,
        };
        sum.plus(line.amount)?.minus(tax)
    })
}

/// What somebody's change in Xero does to the Purchases account (DOC-21), as a sentence with a blank before it.
fn effect(case: &Case<'_>, then: Option<&Paper>, now: Option<&Paper>) -> String {
    let said = || {
        let account = purchases(case)?;
        let of =
            |paper: Option<&Paper>| paper.map_or(Some(Decimal::ZERO), |paper| on_account(paper, account));
        let (before, after) = (of(then)?, of(now)?);
        let name = &case.exchange().lists().account(account)?.name;
        let currency = then.or(now)?.currency;
        let (more, less) = (after.minus(before)?.trimmed(2), before.minus(after)?.trimmed(2));
        match after.cmp(&before) {
            std::cmp::Ordering::Equal => None,
            std::cmp::Ordering::Greater => {
                Some(format!(" {name} has {more} {currency} more in Xero than here."))
            }
            std::cmp::Ordering::Less => {
                Some(format!(" {name} has {less} {currency} less in Xero than here."))
            }
        }
    };
    said().unwrap_or_default()
}

/// What a person should know of a document that is in Xero as it is here: a file that can't go, a tax to check (TAX-2), a
/// file that was removed here only, what is paid.
pub(crate) fn remark(case: &Case<'_>) -> Option<Why> {
    let now = case.link?.now.as_deref()?;
    let caution = || {
        let caution = papers::cautions(case.world.book, case.exchange(), case.id).into_iter().next()?;
        Some(case.because(Reason::TaxToCheck).with("remark", caution).why(&case.it()))
    };
    files::remark(case).or_else(caution).or_else(|| files::removed(case)).or_else(|| {
        let settled = now.paid.plus(now.credited)?;
        let amounts = match settled.is_zero() {
            true => String::new(),
            false => format!(", {} of {} settled", settled.trimmed(2), now.total.trimmed(2)),
        };
        let because =
            case.because(Reason::InXero).with("status", words(&now.status)).with("amounts", amounts);
        Some(because.why(&case.it()))
    })
}

/// The status that a new document gets (SEL-6); quotes go as drafts and get their state after.
pub(crate) fn new_status(case: &Case<'_>) -> NewStatus {
    let new = case.exchange().settings().new;
    match (&case.subject, case.document.content()) {
        (Subject::Order(_), _) => new.order,
        (_, Content::Invoice(invoice)) if invoice.kind == book::InvoiceKind::Credit => new.credit_invoice,
        (_, Content::Invoice(_)) => new.invoice,
        (_, Content::SupplierCredit(_)) => new.supplier_credit,
        (_, Content::Quote(_)) => NewStatus::Awaiting,
        _ => new.bill,
    }
}
