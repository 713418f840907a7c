//! `millbook payments DOCUMENT`: a document's payments here and in Xero, which are the same, and what will move (PAY-1, PAY-2).
//!
//! ```text
//! I-1: paid 100.00 here, 60.00 in Xero (NZD)
//!   PY-1  2026-03-03  60.00  in Xero: 2026-03-03 60.00
//!   PY-2  2026-03-03  40.00  deleted in Xero, stands here alone
//! ```
//! `same`, `different`, `send-again`, `take-again`, `overpay` say what a person decides. Not here: what moves (`plan`).

use book::{Act, DocumentId};
use company::xero::{document, subject};
use plan::{Command, Guid, PaymentsChoice, Planner};
use serde_json::json;

use crate::place::{Place, failed};
use crate::said::say;
use crate::sandbox::Refusal;
use crate::sync::on_runtime;
use crate::xero::office::{Office, Open, Who};
use crate::xero::wishes::one;

/// Show a document's payments here and in Xero, or say what is to become of them.
#[derive(clap::Args)]
#[command(
    args_conflicts_with_subcommands = true,
    subcommand_negates_reqs = true,
    after_help = "Example:\n  millbook payments I-1\n  millbook payments same I-1\n  millbook payments send-again I-1 PY-2"
)]
pub struct Payments {
    #[command(flatten)]
    place: Place,
    #[command(flatten)]
    who: Who,
    /// The document's number.
    #[arg(required = true)]
    document: Option<String>,
    #[command(subcommand)]
    choice: Option<Choice>,
}

#[derive(clap::Subcommand)]
enum Choice {
    /// What doesn't match is the same money; the difference moves.
    Same(Of),
    /// What doesn't match is different money: each goes to the other side.
    Different(Of),
    /// Pay anew in Xero what was deleted there.
    SendAgain(Alone),
    /// Enter anew here what was deleted here; the payment's id in Xero.
    TakeAgain(Alone),
    /// What is paid beyond what is due, or an advance that Xero takes as nothing else, goes as an overpayment.
    Overpay(Of),
}

#[derive(clap::Args)]
struct Of {
    /// The document's number.
    document: String,
}

#[derive(clap::Args)]
struct Alone {
    /// The document's number.
    document: String,
    /// The payment: its number here, or its id in Xero.
    payment: String,
}

/// `millbook payments`
pub fn payments(arguments: &Payments) -> Result<(), Refusal> {
    on_runtime(async {
        match &arguments.choice {
            Some(choice) => choose(choice, &arguments.place, &arguments.who).await,
            None => show(arguments).await,
        }
    })
}

async fn choose(choice: &Choice, place: &Place, who: &Who) -> Result<(), Refusal> {
    let number = match choice {
        Choice::Same(of) | Choice::Different(of) | Choice::Overpay(of) => &of.document,
        Choice::SendAgain(one) | Choice::TakeAgain(one) => &one.document,
    };
    let office = Office::open(place, Open::Writing)?;
    let company = office.company(who)?;
    let by = office.person(who, &company, Act::Exchange)?;
    let state = office.companies().log(company.company).view(None).await.map_err(failed)?.fold;
    let named = |number: &str| -> Result<DocumentId, Refusal> {
        document(&state.book, number).map_err(|problem| failed(problem.into()))
    };
    let of = subject(&state, number).map_err(|problem| failed(problem.into()))?;
    let wish = match choice {
        Choice::Same(_) => PaymentsChoice::Same(Vec::new(), Vec::new()),
        Choice::Different(_) => PaymentsChoice::Different,
        Choice::Overpay(_) => PaymentsChoice::Overpay,
        Choice::SendAgain(alone) => PaymentsChoice::SendAgain(named(&alone.payment)?),
        Choice::TakeAgain(alone) => {
            let wrong = || Refusal(2, format!("\"{}\" is no id of Xero's.", alone.payment));
            PaymentsChoice::TakeAgain(Guid::read(&alone.payment).ok_or_else(wrong)?)
        }
    };
    one(&office, &company, by, who, Command::ChoosePayments(of, wish)).await
}

async fn show(arguments: &Payments) -> Result<(), Refusal> {
    let office = Office::open(&arguments.place, Open::Reading)?;
    let company = office.company(&arguments.who)?;
    let state = office.companies().log(company.company).view(None).await.map_err(failed)?.fold;
    let number = arguments.document.as_deref().unwrap_or_default();
    let of = subject(&state, number).map_err(|problem| failed(problem.into()))?;
    let Some(sides) = plan::payments::sides_of(&state.book, &state.exchange, &of) else {
        return Err(Refusal(2, format!("{number} isn't a document that is paid.")));
    };
    let compared = sides.compare().map_err(|error| Refusal(1, error.to_string()))?;
    let word = |id: DocumentId| state.book.document(id).map_or("", |document| document.number()).to_owned();
    let theirs = |id: Guid| sides.xero.iter().find(|one| one.id == id);
    let here = sides.book.iter().map(|one| {
        let pairs = compared.pairs.iter().filter(|pair| pair.0 == one.id).filter_map(|pair| theirs(pair.1));
        let there: Vec<String> = pairs.map(|one| format!("{} {}", one.day, one.amount.number())).collect();
        let stands = match (one.deleted, compared.standing_in_book.contains(&one.id), there.is_empty()) {
            (true, ..) => "deleted here".to_owned(),
            (_, true, _) => "deleted in Xero, stands here alone".to_owned(),
            (_, _, true) => "not in Xero".to_owned(),
            _ => format!("in Xero: {}", there.join(", ")),
        };
        json!({ "payment": word(one.id), "day": one.day.to_string(), "amount": one.amount.number().to_string(), "stands": stands })
    });
    let there = sides.xero.iter().map(|one| {
        let ours: Vec<String> =
            compared.pairs.iter().filter(|pair| pair.1 == one.id).map(|pair| word(pair.0)).collect();
        let stands = match (one.deleted, compared.standing_in_xero.contains(&one.id), ours.is_empty()) {
            (true, ..) => "deleted in Xero".to_owned(),
            (_, true, _) => "deleted here, stands in Xero alone".to_owned(),
            (_, _, true) => "not here".to_owned(),
            _ => format!("here: {}", ours.join(", ")),
        };
        json!({ "xero": one.id.to_string(), "day": one.day.to_string(), "amount": one.amount.number().to_string(), "stands": stands })
    });
    let (here, there): (Vec<_>, Vec<_>) = (here.collect(), there.collect());
    let mut planner = Planner::default();
    let today = office.xero.today(&company);
    let plan = planner.on(today).plan(&state.book, &state.exchange);
    let moves: Vec<String> = plan
        .operations
        .iter()
        .filter(|one| {
            let is_credit = one.allocation.is_some() || one.credit.is_some();
            let is_about = is_credit && one.document().is_some() && one.document() == of.document();
            one.subject.paid().as_ref() == Some(&of) || is_about
        })
        .map(|one| format!("{}: {}", one.name, one.reason))
        .chain(
            plan.pays
                .contains(&of)
                .then(|| "payments come from Xero, or are found to be the same".to_owned()),
        )
        .collect();
    let own = of.document();
    let uses = own.map(|of| plan::allocations::uses(&state.book, &state.exchange, of)).unwrap_or_default();
    let uses: Vec<_> = uses
        .iter()
        .map(|one| {
            let to = word(one.to);
            json!({ "on": to, "here": one.here.trimmed(2).to_string(), "there": one.there.trimmed(2).to_string() })
        })
        .collect();
    let credits: Vec<_> = own
        .into_iter()
        .flat_map(|of| state.exchange.credits(of))
        .filter_map(|(_, paid)| paid.credit.as_ref())
        .map(|one| {
            json!({ "xero": one.id.to_string(), "kind": one.kind.words(), "day": one.day.to_string(),
                "amount": one.total.trimmed(2).to_string(), "left": one.left.trimmed(2).to_string() })
        })
        .collect();
    let said = plan::disposition_of(&state.book, &state.exchange, Some(today), &of);
    let why = said.as_ref().and_then(plan::Disposition::why).map(ToString::to_string);
    if arguments.who.json {
        say(json!({
            "document": number, "currency": sides.currency.code(), "here": compared.book.number().to_string(),
            "there": compared.xero.number().to_string(), "payments_here": here, "payments_there": there,
            "credits": credits, "used": uses, "moves": moves, "why": why,
        }));
        return Ok(());
    }
    let (book, xero) = (compared.book.number(), compared.xero.number());
    say(format!("{number}: paid {book} here, {xero} in Xero ({})", sides.currency));
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    for (rows, id) in [(&here, "payment"), (&there, "xero")] {
        for row in rows {
            let columns = [id, "day", "amount", "stands"].map(|column| text(&row[column]));
            say(format!("  {}", columns.join("  ")));
        }
    }
    for row in &credits {
        let columns = ["xero", "kind", "day", "amount"].map(|column| text(&row[column]));
        say(format!("  {}, {} left when last seen", columns.join("  "), text(&row["left"])));
    }
    for row in &uses {
        let columns = ["on", "here", "there"].map(|column| text(&row[column]));
        say(format!("  used on {}: {} here, {} in Xero", columns[0], columns[1], columns[2]));
    }
    moves.iter().for_each(|one| say(format!("  next: {one}")));
    why.iter().for_each(say);
    Ok(())
}
