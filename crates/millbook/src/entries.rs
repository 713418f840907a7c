//! Adjusting entries that somebody proposes: shown line by line, and once confirmed made facts of the book.
//!
//! ```text
//! 2026-03-31  clearing   Direct labour cleared against 477 Salaries
//!   Direct labour                       9,214.00 Dr
//!   477 Salaries                        9,214.00 Cr
//! ```
//! For `millbook reconcile clear|adopt|accrue` and `millbook opening post`. Not here: what is proposed (`plan::adjusting`).

use book::{
    Act, AdjustingEntry, AdjustingLine, Adjustment, Day, DocumentId, Event, Kind, Section, Withdrawal,
};
use company::{Asked, Company, Wish};
use money::{Amount, Currency};
use plan::adjusting::{Proposed, accrual, adopted, adoption, clearing, halves};
use plan::{AccountRole, Exchange, Guid};
use serde_json::{Value, json};

use crate::place::{failed, today as day_in};
use crate::reconcile::{hold, today};
use crate::said::say;
use crate::sandbox::Refusal;
use crate::xero::office::{Office, Who, new_id};

/// Why and how each absorbed cost is cleared (REC-1).
pub const CLEARED: &str = "\
What products are charged with stands on a liability until the real cost is known; a month's end takes it off again.

  Direct labour. A pay run puts March's wages of 44.00 on 477 Salaries. Orders were charged with 40.00:
    millbook reconcile clear direct_labour 477
    debit Direct labour 40.00, credit 477 Salaries 40.00; the 4.00 that stay on 477 were not absorbed.
  Manufacturing overheads. Rent and power come as bills on their expense accounts, say 445 Power:
    millbook reconcile clear manufacturing_overheads 445
  Transfer orders liability. Carriers' bills stand on 425 Freight:
    millbook reconcile clear transfer_liability 425
    A bill that is on the liability itself needs no clearing: `millbook reconcile adopt ID`.

A balance below zero is cleared the other way round. Without --confirm nothing is changed.
Ask your accountant about local rules before you confirm.";

/// Whether a proposal is carried out.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Said {
    /// It is only shown.
    Show,
    /// It becomes a fact of the book.
    Confirm,
}

impl Said {
    /// What `--confirm` says.
    pub fn of(confirm: bool) -> Said {
        if confirm { Said::Confirm } else { Said::Show }
    }
}

/// A plan's refusal as the door's.
pub fn refused(why: plan::Refusal) -> Refusal {
    Refusal(1, why.to_string())
}

/// Shows proposals, and makes them facts of the book if that is said.
pub async fn propose(office: &Office, who: &Who, proposed: &[Proposed], said: Said) -> Result<(), Refusal> {
    let company = office.company(who)?;
    let log = office.companies().log(company.company);
    let state = log.view(None).await.map_err(failed)?.fold;
    if said == Said::Show {
        show(&state, who, proposed, &[]);
        if !who.json {
            say("Nothing is changed yet: say it again with --confirm.");
        }
        return Ok(());
    }
    let wish = match proposed {
        [one] => Wish::Inside(Box::new(one.command())),
        // Several are new ones that belong together: all of them, or none.
        several => plan::Command::Enter(several.iter().map(|one| one.entry.clone()).collect()).into(),
    };
    let made = carry_out(office, who, wish).await?;
    let state = log.view(None).await.map_err(failed)?.fold;
    show(&state, who, proposed, &made);
    let numbers: Vec<&str> =
        made.iter().map(|id| state.book.document(*id).map_or("?", book::Document::number)).collect();
    if !who.json {
        let is_ours = proposed.iter().any(|one| one.entry.kind != Adjustment::Adopted);
        let later = state.exchange.posts_from(Section::Adjustments).map(|cut| cut.day);
        let later = later.filter(|first| {
            day_in(&company.zone) < *first && proposed.iter().all(|one| one.entry.day < *first)
        });
        let goes = match (is_ours, state.exchange.settings().balances) {
            (true, plan::Switch::On) if later.is_some() => {
                " Journals haven't begun: it is part of the opening."
            }
            (true, plan::Switch::On) => " The next run posts it, or now: `millbook journals --post`.",
            (true, _) => " Balances are off: it is posted once they are on (`millbook xero settings set`).",
            (false, _) => " Xero has it already: nothing is posted.",
        };
        say(format!("{} in the book.{goes}", numbers.join(" and ")));
    }
    Ok(())
}

/// Takes an adopted entry back.
pub async fn disown(office: &Office, who: &Who, entry: Guid) -> Result<(), Refusal> {
    let company = office.company(who)?;
    let state = office.companies().log(company.company).view(None).await.map_err(failed)?.fold;
    let none = || Refusal(1, format!("The entry {entry} isn't adopted."));
    let (document, _) = adopted(&state.book, entry).ok_or_else(none)?;
    let number = state.book.document(document).map_or("?", book::Document::number);
    let how = Withdrawal::Deleted;
    carry_out(office, who, Wish::Inside(Box::new(book::Command::Withdraw { document, how }))).await?;
    say(format!("{number} is deleted: the entry is somebody else's again."));
    Ok(())
}

/// Makes somebody else's entry a fact of the book.
pub async fn adopt(office: &Office, who: &Who, entry: Guid) -> Result<(), Refusal> {
    let day = today(office, who)?;
    let held = hold(office, who, (day, false)).await?;
    let proposed = adoption(&held.book, &held.exchange, &held.witness, entry).map_err(refused)?;
    propose(office, who, &[proposed], Said::Confirm).await
}

/// The last day of the month before.
fn month_before(day: Day) -> Day {
    let (year, month, _) = day.parts();
    Day::new(year, month, 1).map_or(day, Day::previous)
}

/// Clears what a role absorbed, at the end of a month that is over.
pub async fn clear(
    office: &Office,
    who: &Who,
    (role, account): (AccountRole, &str),
    month_of: Option<Day>,
    said: Said,
) -> Result<(), Refusal> {
    let (company, today) = (office.company(who)?, today(office, who)?);
    let day = month_of.map_or_else(|| month_before(today), |day| day.last_of_month(0));
    let state = office.companies().log(company.company).view(None).await.map_err(failed)?.fold;
    let proposed = clearing(&state.book, &state.exchange, (role, account), (day, today));
    propose(office, who, &[proposed.map_err(refused)?], said).await?;
    if said == Said::Show && !who.json {
        say("Ask your accountant about local rules.");
    }
    Ok(())
}

/// Purchases in two halves at a month's end, and the pair that moves the second.
pub async fn accrue(office: &Office, who: &Who, day: Day, said: Said) -> Result<(), Refusal> {
    let (company, today) = (office.company(who)?, today(office, who)?);
    let state = office.companies().log(company.company).view(None).await.map_err(failed)?.fold;
    let (goods, bills) = halves(&state.book, day);
    if !who.json {
        let text = |amount: Amount| format!("{:#}", amount.display(state.book.base()));
        say(format!("Purchases on {day}: goods to come {}, invoices to come {}.", text(goods), text(bills)));
    }
    let proposed = accrual(&state.book, &state.exchange, (day, today)).map_err(refused)?;
    propose(office, who, &[proposed], said).await
}

/// What is asked, as one entry of the log; the documents that it made or changed.
async fn carry_out(office: &Office, who: &Who, wish: Wish) -> Result<Vec<DocumentId>, Refusal> {
    let company = office.company(who)?;
    let by = office.person(who, &company, Act::Document(Kind::AdjustingEntry))?;
    let asked = Asked { id: new_id(), by, via: "cli".to_owned(), today: day_in(&company.zone), wish };
    let done = office.companies().log(company.company).ask(asked).await.map_err(failed)?;
    let document = |event: &company::Event| match event {
        company::Event::Book(Event::Saved { document, .. } | Event::Withdrawn { document, .. }) => {
            Some(*document)
        }
        company::Event::Book(_) | company::Event::Exchange(_) => None,
    };
    Ok(done.events.iter().filter_map(document).collect())
}

fn show(state: &Company, who: &Who, proposed: &[Proposed], made: &[DocumentId]) {
    let base = state.book.base();
    if who.json {
        let number = |place: usize| {
            made.get(place).and_then(|id| state.book.document(*id)).map(|one| one.number().to_owned())
        };
        let entries = proposed.iter().enumerate();
        let entries: Vec<Value> = entries
            .map(|(place, one)| {
                let mut shown = as_json(&one.entry, &state.exchange, base);
                shown["entry"] = json!(number(place));
                shown
            })
            .collect();
        say(json!({ "confirmed": !made.is_empty(), "entries": entries }));
        return;
    }
    for one in proposed {
        lines(&one.entry, &state.exchange, base).iter().for_each(say);
    }
}

fn as_json(entry: &AdjustingEntry, exchange: &Exchange, base: Currency) -> Value {
    let line = |line: &AdjustingLine| json!({ "account": name(line, exchange), "amount": line.amount.display(base).to_string() });
    json!({
        "kind": entry.kind.words(), "day": entry.day.to_string(), "source": entry.source.as_deref(),
        "reversed": entry.reversed.map(|day| day.to_string()), "text": entry.text.as_deref(),
        "lines": entry.lines.iter().map(line).collect::<Vec<_>>(),
    })
}

/// An entry as people read it: its day, kind and text, then its lines.
pub fn lines(entry: &AdjustingEntry, exchange: &Exchange, base: Currency) -> Vec<String> {
    let text = entry.text.as_deref().unwrap_or_default();
    let back = entry.reversed.map_or(String::new(), |day| format!(", taken back on {day}"));
    let mut said = vec![format!("{}  {:<9}  {text}{back}", entry.day, entry.kind.words())];
    said.extend(entry.lines.iter().map(|line| {
        let side = if line.amount.minor() < 0 { "Cr" } else { "Dr" };
        let amount = format!("{:#}", line.amount.abs().display(base));
        format!("  {:<34} {amount:>14} {side}", name(line, exchange))
    }));
    said
}

fn name(line: &AdjustingLine, exchange: &Exchange) -> String {
    match (line.role, &line.account) {
        (Some(role), _) => role.name().to_owned(),
        (None, Some(code)) => {
            exchange.lists().account_named(code).map_or_else(|| code.to_string(), ToString::to_string)
        }
        (None, None) => "elsewhere in Xero".to_owned(),
    }
}
