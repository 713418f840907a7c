//! Scenarios: what the shop, the accountant and our program do, and what then is so, one line each.
//!
//! ```text
//! rule: DOC-1  a purchase invoice goes once its supplier invoice ID is saved
//! settings: procurement on
//! book: item STEEL
//! book: bill B-1 2026-03-02 ref 4711: 10 STEEL @ 10.00 tax 15
//! sync
//! xero has bill 4711 Nord 2026-03-02 awaiting 115.00: 10 STEEL @ 10.00 630 INPUT2
//! ```
//! cases/README.md has the notation. The book's lines are those of the book's own cases. Xero's side is read from the
//! stand-in's state. Not here: what is right; the cases say so.

#![allow(dead_code, reason = "each test file uses its part")]

mod accountant;
mod balances;
mod book_lines;
mod by_hand;
mod entries;
mod journals;
#[path = "../../../xero-client/tests/support/judge.rs"]
mod judge;
mod program;
mod reconciling;
#[path = "../../../book/tests/support/mod.rs"]
mod shop;
mod sync;
pub mod things;
mod told;

use std::sync::Arc;
use std::time::Duration;

use ::sync::Cause;
use serde_json::Value;
use simulation::{Asked, Stage, Xero};
use world::Clock;
use xero_sandbox::Method;

use judge::Judge;
use plan::Planner;
use shop::Shop;
use things::Words;

/// The organisation of a company, seen from inside.
pub struct Office {
    pub xero: Arc<Xero>,
    pub organisation: String,
}

impl Office {
    pub fn tell(&self, method: Method, path: &str, body: &Value) -> Result<Value, String> {
        self.xero.tell(&self.organisation, method, path, body)
    }

    pub fn list(&self, path: &str) -> Result<Vec<Value>, String> {
        self.xero.list(&self.organisation, path)
    }
}

/// The word after a keyword.
pub fn after<'a>(words: &[&'a str], keyword: &str) -> Option<&'a str> {
    let at = words.iter().position(|word| *word == keyword)?;
    words.get(at + 1).copied()
}

/// A scene that is being played.
pub struct Scene {
    pub stage: Stage,
    pub shop: Shop,
    pub office: Office,
    /// Code and text of the last refusal, as long as no line has expected it.
    pub refused: Option<(String, String)>,
    /// What our program asked of Xero since the last `calls`.
    pub asked: Vec<Asked>,
    /// What `sync` and its stories run.
    pub cause: Cause,
    /// People by name and number, and who of them acts in this line.
    pub people: Vec<(String, u32)>,
    pub acting: Option<u32>,
    judge: Judge,
    /// Remembers over the whole scene.
    planner: Planner,
    /// What the last answer to a question was, for filling in.
    pub blessed: Option<String>,
    /// The last reconciliation.
    pub reconciled: Option<reconciling::Held>,
}

/// What a line may come to.
pub type Played = Result<(), String>;

impl Scene {
    /// A company "jam" in NZD, with the usual records of the book's cases.
    pub fn new() -> Scene {
        let mut stage = Stage::new(1);
        stage.add_company("jam");
        let office = Office { xero: stage.xero.clone(), organisation: stage.places[0].organisation.clone() };
        let mut scene = Scene {
            stage,
            shop: Shop::new(),
            office,
            refused: None,
            asked: Vec::new(),
            cause: Cause::Refresh,
            people: Vec::new(),
            acting: None,
            judge: Judge::default(),
            planner: Planner::default(),
            blessed: None,
            reconciled: None,
        };
        for line in [
            "unit pc",
            "unit kg",
            "warehouse Main",
            "supplier Nord terms 20 days",
            "customer Shop terms 20 days",
        ] {
            scene.book(line).expect("the usual records");
        }
        scene
    }

    /// The same scene once more; from here on each has its own life.
    pub fn copy(&self) -> Scene {
        let stage = self.stage.copy();
        let office = Office { xero: stage.xero.clone(), organisation: self.office.organisation.clone() };
        let (shop, judge, planner) = (self.shop.clone(), Judge::default(), self.planner.clone());
        Scene {
            stage,
            shop,
            office,
            refused: None,
            asked: Vec::new(),
            cause: self.cause,
            people: self.people.clone(),
            acting: None,
            judge,
            planner,
            blessed: None,
            reconciled: None,
        }
    }

    /// Plays a line.
    pub fn say(&mut self, line: &str) -> Played {
        self.blessed = None;
        if let Some(expected) = line.strip_prefix("refused") {
            return self.expect_refusal(expected.trim());
        }
        self.nothing_refused()?;
        if let Some((who, what)) = line.split_once(": ") {
            match who {
                "book" => return self.book(what),
                "xero" => return self.office.work(what),
                _ => {}
            }
            if let Some(name) = who.strip_prefix("as ") {
                return self.said_by(name, what);
            }
        }
        if let Some(expected) = line.strip_prefix("calls were ") {
            return self.calls_were(expected);
        }
        if let Some(expected) = line.strip_prefix("it is ") {
            return self.it_is(expected);
        }
        if let Some(what) = line.strip_prefix("calls ") {
            return self.count(what, false);
        }
        if let Some(what) = line.strip_prefix("writes ") {
            return self.count(what, true);
        }
        if let Some(what) = line.strip_prefix("xero has ") {
            return self.office.has(what);
        }
        if let Some(duration) = line.strip_prefix("wait ") {
            self.stage.wait(self::duration(duration)?);
            return Ok(());
        }
        if let Some(rest) =
            line.split_once(" times: ").and_then(|(count, rest)| Some((count.parse().ok()?, rest)))
        {
            let (count, rest): (usize, &str) = rest;
            return (1..=count).try_for_each(|number| self.say(&numbered(rest, number)));
        }
        if let Some(played) = self.runs(line) {
            return played.and_then(|()| self.remembered_is_so());
        }
        let entries = self.entries(line);
        if let Some(played) = entries.or_else(|| self.reconciling(line)).or_else(|| self.balances(line)) {
            return played;
        }
        if let Some(played) = self.journals(line).or_else(|| self.program(line)).or_else(|| self.told(line)) {
            return played;
        }
        Err("no line of a scenario; tests/cases/README.md has the list".to_owned())
    }

    /// Takes down what our program asked; Xero's own description of its API judges every request.
    pub fn hear(&mut self) -> Played {
        let asked = self.stage.xero.take_calls();
        for one in &asked {
            let request = &one.request;
            self.judge.hear(
                &request.method,
                &one.path,
                &request.query_pairs(),
                &request.headers,
                &request.body,
            );
        }
        self.asked.extend(asked);
        let complaints = self.judge.complaints();
        if complaints.is_empty() { Ok(()) } else { Err(complaints.join("\n")) }
    }

    /// `calls <= 4` · `writes 0`: since the last time this was asked.
    fn count(&mut self, what: &str, writing: bool) -> Played {
        let words: Vec<&str> = what.split_whitespace().collect();
        let asked = std::mem::take(&mut self.asked);
        let count = asked.iter().filter(|one| !writing || one.is_writing()).count();
        let number = |text: &str| text.parse::<usize>().map_err(|_| format!("{text} is no number"));
        let is_so = match words.as_slice() {
            ["<=", most] => count <= number(most)?,
            [exactly] => count == number(exactly)?,
            _ => return Err("calls <= 4 | writes 0".to_owned()),
        };
        if is_so {
            return Ok(());
        }
        let list: Vec<String> =
            asked.iter().map(|one| format!("{} {} {}", one.request.method, one.path, one.status)).collect();
        Err(format!("{count} calls:\n  {}", list.join("\n  ")))
    }

    /// `calls were GET Contacts 429, PUT Invoices 200`: all of them in their order, since the last time this was asked.
    fn calls_were(&mut self, expected: &str) -> Played {
        let asked = std::mem::take(&mut self.asked);
        let shown = |one: &Asked| {
            format!("{} {} {}", one.request.method, one.path.trim_start_matches('/'), one.status)
        };
        let said = asked.iter().map(shown).collect::<Vec<_>>().join(", ");
        self.blessed = Some(format!("calls were {said}"));
        if said == expected { Ok(()) } else { Err(format!("calls were {said}")) }
    }

    /// `it is 2026-03-30T21:00:34Z`
    fn it_is(&mut self, expected: &str) -> Played {
        let now = ::xero::Stamp::from_millis(self.stage.clock.now().millis());
        let said = now.map(|now| now.to_string()).unwrap_or_default();
        if said == expected { Ok(()) } else { Err(format!("it is {said}")) }
    }

    /// At the end, and before each line: every refusal was expected.
    pub fn nothing_refused(&mut self) -> Played {
        match self.refused.take() {
            Some((code, text)) => Err(format!("it was refused: {code} {text}")),
            None => Ok(()),
        }
    }

    /// `refused E208: text`; without the text it is filled in by BLESS.
    fn expect_refusal(&mut self, expected: &str) -> Played {
        let (code, text) = self.refused.take().ok_or("nothing was refused")?;
        let come_out = format!("{code}: {}", without_ids(&text));
        self.blessed = Some(format!("refused {come_out}"));
        if expected == come_out { Ok(()) } else { Err(format!("refused {come_out}")) }
    }
}

/// A line with its number put in: `{n}`, and `{n/3}` that grows with every third.
fn numbered(line: &str, number: usize) -> String {
    let mut line = line.replace("{n}", &number.to_string());
    for part in 2..=20 {
        line = line.replace(&format!("{{n/{part}}}"), &number.div_ceil(part).to_string());
    }
    line
}

/// A text with Xero's ids taken out: they change with every request that is made more or less.
pub fn without_ids(text: &str) -> String {
    let is_id = |word: &str| {
        let parts: Vec<usize> = word.split('-').map(str::len).collect();
        parts == [8, 4, 4, 4, 12] && word.chars().all(|c| c == '-' || c.is_ascii_hexdigit())
    };
    let bare = |word: &str| word.trim_matches(|c: char| !c.is_ascii_alphanumeric()).to_owned();
    let shown =
        |word: &str| if is_id(&bare(word)) { word.replace(&bare(word), "ID") } else { word.to_owned() };
    text.split(' ').map(shown).collect::<Vec<_>>().join(" ")
}

/// `15m`, `2h`, `1d`, `30s`
pub fn duration(text: &str) -> Result<Duration, String> {
    let (count, unit) = text.trim().split_at(text.trim().len().saturating_sub(1));
    let count: u64 = count.parse().map_err(|_| format!("wait {text}? like 15m, 2h, 1d"))?;
    let seconds = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 3_600,
        "d" => 86_400,
        _ => return Err(format!("wait {text}? like 15m, 2h, 1d")),
    };
    Ok(Duration::from_secs(count * seconds))
}

impl Office {
    /// `xero has 2 bills` · `xero has no bill 4711` · `xero has bill 4711 Nord awaiting 115.00: 10 STEEL @ 10.00`
    pub fn has(&self, expected: &str) -> Played {
        let (head, lines) = expected.split_once(": ").unwrap_or((expected, ""));
        let words: Vec<&str> = head.split_whitespace().collect();
        let wanted_lines: Vec<&str> =
            lines.split(';').map(str::trim).filter(|line| !line.is_empty()).collect();
        let (count, words) = match words.as_slice() {
            ["no", rest @ ..] => (Some(0), rest),
            [count, rest @ ..] if count.parse::<usize>().is_ok() => (count.parse().ok(), rest),
            all => (None, all),
        };
        let [word, rest @ ..] = words else { return Err("xero has what?".to_owned()) };
        let all = self.all(word)?;
        let same = |words: &Words| {
            let name = rest.first().copied().unwrap_or_default();
            count.is_some() || words.head.split_whitespace().nth(1) == Some(name)
        };
        let dead = |head: &str| head.split_whitespace().any(|word| ["voided", "deleted"].contains(&word));
        let asks_dead = dead(head);
        let near: Vec<&Words> = all.iter().filter(|words| same(words)).collect();
        let singular = word.trim_end_matches('s');
        let wanted = std::iter::once(singular).chain(rest.iter().copied()).collect::<Vec<_>>().join(" ");
        let fits = |words: &&&Words| words.fits(&wanted, &wanted_lines) && (asks_dead || !dead(&words.head));
        // A name that is all of a thing's words means that thing, not others whose words begin or end alike.
        let exact = near.iter().filter(fits).filter(|words| words.head == wanted).count();
        let found = if exact > 0 { exact } else { near.iter().filter(fits).count() };
        let live = near.iter().filter(|words| !dead(&words.head)).count();
        let is_so = match count {
            Some(count) => found == count,
            // Exactly one; and no other document alive of that number.
            None => found == 1 && (live <= 1 || things::kind_of(singular).is_none()),
        };
        if is_so {
            return Ok(());
        }
        let shown: Vec<String> = near.iter().map(|words| words.whole()).collect();
        let shown = if shown.is_empty() { format!("no {singular} of that name") } else { shown.join("\n  ") };
        Err(format!("Xero has\n  {shown}"))
    }
}
