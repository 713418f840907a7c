//! What our program says: the state of a document and why, the plan, the log, what the book has.
//!
//! `state B-1: blocked` · `why B-1: text` · `plan says bill 4711` · `book has B-1 115.00`. Not here: what Xero has.

use company::{Company, Event, Fold};
use plan::{Came, LogEntry, Planner, Recorded};
use store::CompanyId;

use super::{Played, Scene, without_ids};

/// What the log keeps of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kept {
    /// With what was sent and answered.
    All,
    /// Itself only.
    Entries,
}

impl Scene {
    /// Lines about what our program says; none if it isn't one.
    pub fn told(&mut self, line: &str) -> Option<Played> {
        let (head, expected) = match line.split_once(": ") {
            Some((head, expected)) => (head, expected.trim()),
            None => (line.trim_end_matches(':'), ""),
        };
        let words: Vec<&str> = head.split_whitespace().collect();
        Some(match words.as_slice() {
            ["state", of] => self.state(of, expected),
            ["why", of] => self.why(of, expected),
            ["log", "keeps", "what", "was", "sent", "of", document] => self.log_keeps(document, Kept::All),
            ["log", "keeps", "nothing", "sent", "of", document] => self.log_keeps(document, Kept::Entries),
            ["log", "says"] => self.log_says(expected),
            ["connection", "says", code] => self.connection_says(code, expected),
            ["plan", "says", rest @ ..] => self.plan_says(&rest.join(" ")),
            ["plan", "is", "empty"] => self.plan_is_empty(),
            ["book", "paid", of, amount] => self.book_paid(of, amount),
            ["book", "has", "advances", "of", of, amount] => self.book_advances(of, amount),
            ["book", "used", from, "on", to, amount] => self.book_used(from, to, amount),
            ["book", "lot", of, cost] => self.book_lot(of, cost),
            ["book", "has", of, rest @ ..] => self.book_has(of, rest),
            _ => return None,
        })
    }

    pub fn disposition(&mut self, of: &str) -> Result<plan::Disposition, String> {
        let (subject, today) = (self.subject(of)?, self.stage.today());
        let company = self.company();
        plan::disposition_of(&company.book, &company.exchange, Some(today), &subject)
            .ok_or_else(|| format!("nothing is known of {of}"))
    }

    /// `book paid I-1 60.00`: the sum of its live payments here, in its currency.
    fn book_paid(&mut self, of: &str, expected: &str) -> Played {
        let id = self.document(of)?;
        let paid = self.read_book().payments_of(id).ok_or("it isn't one that is paid")?;
        let live = paid.book.iter().filter(|one| !one.deleted).map(|one| one.amount);
        let sum = money::Money::try_sum(live, paid.currency).map_err(|error| error.to_string())?;
        if sum.number().to_string() == expected {
            Ok(())
        } else {
            Err(format!("the book has {}", sum.number()))
        }
    }

    /// `book has advances of I-1 40.00`: what was paid in advance, less what was paid back of it.
    fn book_advances(&mut self, of: &str, expected: &str) -> Played {
        let id = self.document(of)?;
        let money = self.read_book().settlement(id).ok_or("it isn't one that is paid")?.advances;
        if money.number().to_string() == expected { Ok(()) } else { Err(format!("the book has {money}")) }
    }

    /// `book used I-2 on I-1 20.00`: the sum of the live allocations between two documents here.
    fn book_used(&mut self, from: &str, to: &str, expected: &str) -> Played {
        let (from, to) = (self.document(from)?, self.document(to)?);
        let company = self.company();
        let uses = plan::allocations::uses(&company.book, &company.exchange, from);
        let here = uses
            .iter()
            .find(|one| one.to == to)
            .map_or_else(|| "0.00".to_owned(), |one| one.here.trimmed(2).to_string());
        if here == expected { Ok(()) } else { Err(format!("the book has {here}")) }
    }

    /// `log keeps what was sent of B-1` · `log keeps nothing sent of B-1`: the bytes beside its last entry; the entry stays.
    fn log_keeps(&mut self, document: &str, expected: Kept) -> Played {
        let entries = self.log()?;
        let of_it =
            |entry: &&LogEntry| entry.document.as_deref() == Some(document) && entry.came == Came::Done;
        let last =
            entries.iter().rev().find(of_it).ok_or_else(|| format!("the log has nothing of {document}"))?;
        let (xero, company) = (&self.stage.nodes[0].xero, &self.stage.places[0].company);
        let shown = self.stage.run(xero.history_of(company, last.seq)).map_err(|why| why.to_string())?;
        let shown = shown.ok_or("the entry is gone")?;
        let kept = match (&shown.request, &shown.answer) {
            (Some(_), Some(_)) => Kept::All,
            (None, None) => Kept::Entries,
            _ => return Err("only one of request and answer is kept".to_owned()),
        };
        if kept == expected { Ok(()) } else { Err(format!("the log keeps {kept:?} of {document}")) }
    }

    /// `book lot R-1 115.00`: what the only lot that a document brought has cost.
    fn book_lot(&mut self, of: &str, expected: &str) -> Played {
        let lots = super::shop::lots(&self.read_book());
        let line = lots.lines().find(|line| line.split_whitespace().next() == Some(of));
        let line = line.ok_or_else(|| format!("no lot of {of} is left:\n{lots}"))?;
        let is_so = line.split_whitespace().last() == Some(expected);
        if is_so { Ok(()) } else { Err(format!("the book has {line}")) }
    }

    fn state(&mut self, of: &str, expected: &str) -> Played {
        let disposition = self.disposition(of)?;
        let state = disposition.state().words();
        if state == expected {
            return Ok(());
        }
        let why = disposition.why().map_or_else(String::new, |why| format!(": {}: {why}", why.code));
        Err(format!("it is {state}{why}"))
    }

    fn why(&mut self, of: &str, expected: &str) -> Played {
        let disposition = self.disposition(of)?;
        let said =
            disposition.why().map_or_else(|| "nothing".to_owned(), |why| format!("{}: {why}", why.code));
        let said = without_ids(&said);
        self.blessed = Some(format!("why {of}: {said}"));
        if said == expected { Ok(()) } else { Err(format!("why {of}: {said}")) }
    }

    /// The plan of the moment, made from nothing: each operation in a line.
    fn planned(&self) -> Vec<String> {
        let company = self.company();
        let mut planner = Planner::default();
        let plan = planner.on(self.stage.today()).plan(&company.book, &company.exchange);
        plan.operations
            .iter()
            .map(|one| format!("{:?} {}: {}", one.verb, one.name, one.reason).to_lowercase())
            .collect()
    }

    fn plan_says(&mut self, expected: &str) -> Played {
        let planned = self.planned();
        let found = planned.iter().any(|line| line.contains(&expected.to_lowercase()));
        if found { Ok(()) } else { Err(format!("the plan says\n  {}", planned.join("\n  "))) }
    }

    fn plan_is_empty(&mut self) -> Played {
        let planned = self.planned();
        if planned.is_empty() { Ok(()) } else { Err(format!("the plan says\n  {}", planned.join("\n  "))) }
    }

    /// The entries of the synchronisation log, oldest first.
    pub fn log(&self) -> Result<Vec<LogEntry>, String> {
        let (book, store) = (self.read_book(), self.stage.memory.open());
        let company = CompanyId(self.stage.places[0].company.company);
        let rows = self.stage.run(store.rows(company, 0, usize::MAX)).map_err(|error| error.to_string())?;
        let (mut before, mut entries) = (Company::empty(), Vec::new());
        for row in rows {
            let (_, events) = wire::read_row::<Event>(&row.entry.bytes).map_err(|why| why.to_string())?;
            let by = row.entry.by.parse().unwrap_or_default();
            let at = row.entry.at.millis().div_euclid(1_000);
            for (seq, event) in (row.first..).zip(events) {
                if let Event::Exchange(event) = &event {
                    let recorded = Recorded { seq, at, by, via: row.entry.via.clone() };
                    entries.extend(plan::log_entries(&book, &before.exchange, event, &recorded));
                }
                before.apply(&event, seq, book::Stamp { at, by });
            }
        }
        Ok(entries)
    }

    /// `connection says S113: text`: a remark on the connection's page that begins so; `connection says state: text`.
    fn connection_says(&mut self, code: &str, expected: &str) -> Played {
        let company = self.company();
        let (zone, today) = (self.stage.places[0].company.zone.clone(), self.stage.today());
        let summary = plan::connection::summary(&company.book, &company.exchange, &zone, today);
        let remarks =
            summary.remarks.iter().map(|one| (one.says.code().id().to_owned(), one.says.to_string()));
        let all: Vec<(String, String)> =
            remarks.chain([("state".to_owned(), summary.state.clone())]).collect();
        let said = all.iter().find(|(one, _)| one == code);
        let said = said.ok_or_else(|| format!("the connection says\n  {all:?}"))?.1.clone();
        self.blessed = Some(format!("connection says {code}: {said}"));
        if said == expected { Ok(()) } else { Err(format!("connection says {code}: {said}")) }
    }

    /// `log says: create bill 4711 …`: an entry that begins like this; the whole of it is filled in.
    fn log_says(&mut self, expected: &str) -> Played {
        let entries: Vec<String> = self.log()?.iter().map(|entry| without_ids(&entry.to_string())).collect();
        if entries.iter().any(|entry| entry == expected) {
            return Ok(());
        }
        let begins: Vec<&str> = expected.split(": ").collect();
        if let Some(entry) =
            entries.iter().rev().find(|entry| begins.first().is_some_and(|head| entry.starts_with(head)))
        {
            self.blessed = Some(format!("log says: {entry}"));
        }
        Err(format!("the log says\n  {}", entries.join("\n  ")))
    }

    /// What a planner remembers is what one that knows nothing finds, whatever happened (DESIGN, "plan and sync").
    pub fn remembered_is_so(&mut self) -> Played {
        let company = self.company();
        let today = self.stage.today();
        let others = self.planner.on(today).look_at_everything(&company.book, &company.exchange);
        if others.is_empty() {
            Ok(())
        } else {
            Err(format!("the planner remembered these otherwise: {others:?}"))
        }
    }

    /// `book has B-1 115.00 [tax 15.00] [NZD]`: what a document comes to in the book.
    fn book_has(&mut self, of: &str, rest: &[&str]) -> Played {
        let shown = self.gross(of)?;
        let fits = rest.iter().all(|word| shown.split_whitespace().any(|one| one == *word));
        if fits { Ok(()) } else { Err(format!("the book has {of} {shown}")) }
    }

    /// What a document comes to in the book: `115.00 NZD`.
    pub fn gross(&mut self, of: &str) -> Result<String, String> {
        let id = self.document(of)?;
        let settlement = self.read_book().settlement(id).ok_or("it comes to nothing")?;
        Ok(settlement.gross.to_string())
    }
}
