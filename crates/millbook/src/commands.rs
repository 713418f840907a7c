//! `millbook do`: commands in, one JSON line each; answers out, one line each, as soon as each is durable.
//!
//! Whatever waits on the input shares a commit, so a file of 100,000 lines is quick and a person who types gets an answer a
//! line. `{"id": "…", "command": {…}}` gives a command its id: repeated, it is answered as the first time.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, sync_channel};

use book::{Asking, Day};
use company::{Asked, Company, Done, Event, Failure, Log, Member, Wish, event_shown, preview};
use futures_executor::block_on;
use serde_json::{Value, json};
use wire::Problem;
use world::identifier;
use xero_client::network::MachineChance;

use crate::installation::number;
use crate::place::{Place, failed, registered, today};
use crate::said::say;
use crate::sandbox::Refusal;

/// A snapshot is worth its room after so many events.
const SNAPSHOT_EVERY: u64 = 20_000;
/// A line may be this long.
const LINE_AT_MOST: u64 = 16 << 20;
/// So many lines wait at most.
const WAITING_AT_MOST: usize = 1_000;

/// Carry out commands: a JSON line each in, a JSON line each out.
#[derive(clap::Args)]
#[command(
    after_help = "Example:\n  echo '{\"save_record\":{\"record\":{\"unit\":{\"code\":\"kg\",\"name\":\"kilogram\"}}}}' | millbook do --company jam --json -\n\n`millbook schema commands` says what can be written. Exit code 1: at least one command was refused."
)]
pub struct Arguments {
    #[command(flatten)]
    place: Place,
    /// The company's code.
    #[arg(long)]
    company: String,
    /// Where the lines come from: a file, or `-` for the standard input.
    #[arg(long, value_name = "FILE", num_args = 0..=1, default_value = "-", default_missing_value = "-")]
    json: String,
    /// Say what each would do, one after another, and change nothing.
    #[arg(long)]
    dry_run: bool,
    /// Who does it: a user's login. Nobody is the installation itself.
    #[arg(long = "as", value_name = "LOGIN")]
    login: Option<String>,
    /// The company's date, instead of today's.
    #[arg(long, value_name = "DAY")]
    today: Option<Day>,
}

/// Who asks, on which day, and what they may.
type Asks = (Asking, Arc<Member>);

/// A line of the input, read.
enum Line {
    Asked(Box<Asked<Wish>>),
    Bad(Problem),
}

/// `millbook do`
pub fn run(arguments: &Arguments) -> Result<(), Refusal> {
    let companies = if arguments.dry_run { arguments.place.read()? } else { arguments.place.write()? };
    let company = registered(&companies, &arguments.company)?;
    let by = arguments.login.as_deref().map_or(Ok(0), |login| number(&companies, login))?;
    let asking = Asking { today: arguments.today.unwrap_or_else(|| today(&company.zone)), by };
    let installation = block_on(companies.installation().view(None)).map_err(failed)?.fold;
    let who = (asking, Arc::new(Member::of(&installation, &company, by)));
    let lines = lines(&arguments.json)?;
    let log = companies.log(company.company);
    let refused = match arguments.dry_run {
        true => try_out(&log, &lines, &who)?,
        false => carry_out(&log, &lines, &who)?,
    };
    // The next start is quicker; if it can't be kept, only that is lost.
    let _ = block_on(log.keep_snapshot(SNAPSHOT_EVERY));
    match refused {
        0 => Ok(()),
        count => Err(Refusal(1, format!("{count} refused; nothing of them was done."))),
    }
}

/// Reads lines on a thread of its own, so that what waits can be seen.
fn lines(from: &str) -> Result<Receiver<std::io::Result<String>>, Refusal> {
    let unreadable = |error: std::io::Error| Refusal(3, format!("{from} can't be read: {error}."));
    let mut input: Box<dyn BufRead + Send> = match from {
        "-" => Box::new(BufReader::new(std::io::stdin())),
        path => Box::new(BufReader::new(File::open(path).map_err(unreadable)?)),
    };
    let (send, receive) = sync_channel(WAITING_AT_MOST);
    std::thread::spawn(move || {
        loop {
            let mut line = Vec::new();
            let read = input.by_ref().take(LINE_AT_MOST).read_until(b'\n', &mut line);
            let text = read.and_then(|count| match count as u64 {
                0 => Ok(None),
                LINE_AT_MOST.. => Err(std::io::Error::other("a line is longer than 16 MB")),
                _ => String::from_utf8(line).map(Some).map_err(std::io::Error::other),
            });
            let (line, is_last) = match text {
                Ok(None) => return,
                Ok(Some(text)) => (Ok(text), false),
                Err(error) => (Err(error), true),
            };
            if send.send(line).is_err() || is_last {
                return;
            }
        }
    });
    Ok(receive)
}

/// All lines that wait by now; waits for one. None is the end.
fn waiting(
    lines: &Receiver<std::io::Result<String>>,
    count: &mut usize,
    who: &Asks,
) -> Result<Option<Vec<Line>>, Refusal> {
    let Ok(first) = lines.recv() else { return Ok(None) };
    let mut read = Vec::new();
    for line in std::iter::once(first).chain(lines.try_iter().take(WAITING_AT_MOST - 1)) {
        *count += 1;
        let unreadable = |error| {
            Refusal(2, format!("Line {count} can't be read: {error}. What came before it was carried out."))
        };
        let line = line.map_err(unreadable)?;
        if !line.trim().is_empty() {
            let problem = |problem: Problem| Line::Bad(problem.with("input_line", *count));
            read.push(understood(&line, who).map_or_else(problem, |asked| Line::Asked(Box::new(asked))));
        }
    }
    Ok(Some(read))
}

/// A command by itself, or with its id around it.
fn understood(line: &str, (asking, member): &Asks) -> Result<Asked<Wish>, Problem> {
    let mut value = wire::shown(line.trim_end())?;
    let mut id = None;
    if let Some(command) = value.get_mut("command").map(Value::take) {
        let named = value.get("id").filter(|id| !id.is_null());
        let is_text = |id: &Value| id.as_str().filter(|id| (1..=200).contains(&id.len())).map(str::to_owned);
        id = named.map(|id| is_text(id).ok_or_else(wrong_id)).transpose()?;
        value = command;
    }
    let id = id.unwrap_or_else(|| identifier(&MachineChance));
    let wish = Wish::Person(member.clone(), value);
    Ok(Asked { id, by: asking.by, via: "cli".into(), today: asking.today, wish })
}

fn wrong_id() -> Problem {
    Problem::new(
        "bad-input",
        "The id is no text of 1 to 200 characters (id).",
        "Correct the id, or leave it out.",
    )
}

fn carry_out(
    log: &Log<Company>,
    lines: &Receiver<std::io::Result<String>>,
    who: &Asks,
) -> Result<u64, Refusal> {
    let (mut refused, mut count) = (0, 0);
    while let Some(read) = waiting(lines, &mut count, who)? {
        let wanted = read.iter().filter_map(|line| match line {
            Line::Asked(asked) => Some((**asked).clone()),
            Line::Bad(_) => None,
        });
        let wanted: Vec<_> = wanted.collect();
        let ids: Vec<String> = wanted.iter().map(|asked| asked.id.clone()).collect();
        let answers = block_on(log.ask_all(wanted));
        // What is answered is shown as of then: also what was only found in the log, after a commit's own answer was lost.
        let newest = answers.iter().filter_map(|answer| answer.as_ref().ok().map(|done| done.last)).max();
        let company = block_on(log.view(newest.or(Some(0)))).map_err(failed)?.fold;
        let mut answers = ids.into_iter().zip(answers);
        for line in read {
            let problem = match line {
                Line::Bad(problem) => problem,
                Line::Asked(_) => match answers.next() {
                    Some((id, Ok(done))) => {
                        say(answered(&company, &id, &done));
                        continue;
                    }
                    Some((_, Err(Failure::Refused(problem)))) => problem,
                    Some((_, Err(failure))) => return Err(failed(failure)),
                    None => continue,
                },
            };
            refused += 1;
            say(json!({ "refused": problem }));
        }
    }
    Ok(refused)
}

fn answered(company: &Company, id: &str, done: &Done<Event>) -> Value {
    let events: Vec<Value> = done.events.iter().map(|event| event_shown(company, event)).collect();
    json!({ "ok": { "id": id, "first": done.first, "last": done.last, "repeated": done.repeated, "events": events } })
}

/// One after another on a copy, which is thrown away.
fn try_out(
    log: &Log<Company>,
    lines: &Receiver<std::io::Result<String>>,
    who: &Asks,
) -> Result<u64, Refusal> {
    let (mut refused, mut count) = (0, 0);
    let mut book = block_on(log.view(None)).map_err(failed)?.fold.book;
    while let Some(read) = waiting(lines, &mut count, who)? {
        for line in read {
            let tried = match line {
                Line::Asked(asked) => match asked.wish {
                    Wish::Person(member, value) => wire::command(&book, value.clone())
                        .and_then(|command| member.may_ask(&command, &book))
                        .and_then(|()| preview(&book, value, who.0)),
                    Wish::Open(_) | Wish::Outside(_) | Wish::Inside(_) | Wish::Exchange { .. } => continue,
                },
                Line::Bad(problem) => Err(problem),
            };
            match tried {
                Ok((shown, after)) => {
                    book = after;
                    say(json!({ "ok": shown }));
                }
                Err(problem) => {
                    refused += 1;
                    say(json!({ "refused": problem }));
                }
            }
        }
    }
    Ok(refused)
}
