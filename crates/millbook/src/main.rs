//! The program: the command line and the wiring of the crates. No rule of the business lives here.
//!
//! Exit codes: 0 done, 1 refused, 2 wrong use, 3 not possible now, 4 damaged data.

// They panic when nobody reads what they print (`said`).
#![deny(clippy::print_stdout, clippy::print_stderr)]

mod ask;
mod backup;
mod balances;
mod bench;
mod board;
mod bundles;
mod close;
mod commands;
mod demo;
mod entries;
mod history;
mod installation;
mod journals;
mod key;
mod meter;
mod opening;
mod payments;
mod place;
mod ready;
mod reconcile;
mod report;
mod said;
mod sandbox;
mod sync;
mod verify;
mod xero;

use clap::{Parser, Subcommand};

/// A quarter of the time of reading a log is taking and giving back memory, with the system's allocator. On Linux it takes the
/// place of the system's; being asked for aligned memory, as Rust asks a global allocator, it gives up to a third more (decision 0105).
#[cfg_attr(not(target_os = "linux"), global_allocator)]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Millbook: stock, purchasing, production and sales of a small manufacturer, with the Xero books kept right.
#[derive(Parser)]
#[command(version, arg_required_else_help = true, after_help = AFTER)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Init(installation::Init),
    Company(installation::CompanyArguments),
    User(installation::UserArguments),
    Do(Box<commands::Arguments>),
    Query(ask::Query),
    Schema(ask::Schema),
    Report(Box<report::Report>),
    Trace(report::Trace),
    Explain(report::Explain),
    Export(report::Export),
    Import(bundles::Import),
    Verify(verify::Arguments),
    Backup(backup::Backup),
    Restore(backup::Restore),
    Bench(bench::Arguments),
    Demo(demo::Arguments),
    Config(installation::Config),
    Sandbox(sandbox::Arguments),
    Sync(sync::Arguments),
    Work(sync::Work),
    Why(history::Why),
    Payments(Box<payments::Payments>),
    Journals(Box<journals::Journals>),
    BalanceSync(Box<balances::Arguments>),
    Log(history::Log),
    Ready(Box<ready::Ready>),
    Reconcile(Box<reconcile::Reconcile>),
    Opening(Box<opening::Opening>),
    Close(Box<close::Close>),
    Board(Box<board::Board>),
    Xero(Box<xero::Arguments>),
}

const AFTER: &str = "A first walk:
  millbook init
  millbook company add jam --name 'Jam Ltd' --currency NZD --zone Pacific/Auckland
  echo '{\"save_record\":{\"record\":{\"unit\":{\"code\":\"kg\",\"name\":\"kilogram\"}}}}' | millbook do --company jam
  millbook query units --company jam

Exit codes: 0 done, 1 refused, 2 wrong use, 3 not possible now, 4 damaged data.";

fn main() {
    MEMORY.version(); // so that it is linked
    let Arguments { command } = Arguments::parse();
    let done = match &command {
        Command::Init(arguments) => installation::init(arguments),
        Command::Company(arguments) => installation::company(arguments),
        Command::User(arguments) => installation::user(arguments),
        Command::Do(arguments) => commands::run(arguments),
        Command::Query(arguments) => ask::query(arguments),
        Command::Schema(arguments) => ask::schemas(arguments),
        Command::Report(arguments) => report::report(arguments),
        Command::Trace(arguments) => report::trace(arguments),
        Command::Explain(arguments) => report::explain(arguments),
        Command::Export(arguments) => report::export(arguments),
        Command::Import(arguments) => bundles::import(arguments),
        Command::Verify(arguments) => verify::run(arguments),
        Command::Backup(arguments) => backup::backup(arguments),
        Command::Restore(arguments) => backup::restore(arguments),
        Command::Bench(arguments) => bench::run(arguments),
        Command::Demo(arguments) => demo::run(arguments),
        Command::Config(arguments) => installation::config(arguments),
        Command::Sync(arguments) => sync::sync(arguments),
        Command::Work(arguments) => sync::work(arguments),
        Command::Why(arguments) => history::why(arguments),
        Command::Payments(arguments) => payments::payments(arguments),
        Command::Journals(arguments) => journals::journals(arguments),
        Command::BalanceSync(arguments) => balances::run(arguments),
        Command::Log(arguments) => history::log(arguments),
        Command::Ready(arguments) => ready::run(arguments),
        Command::Reconcile(arguments) => reconcile::run(arguments),
        Command::Opening(arguments) => opening::run(arguments),
        Command::Close(arguments) => close::run(arguments),
        Command::Board(arguments) => board::run(arguments),
        Command::Sandbox(arguments) => sandbox::run(arguments),
        Command::Xero(arguments) => xero::run(arguments),
    };
    if let Err(sandbox::Refusal(code, text)) = done {
        said::note(format!("millbook: {text}"));
        std::process::exit(code);
    }
}
