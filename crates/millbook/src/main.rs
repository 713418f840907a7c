//! The program: the command line and the wiring of the crates. No rule of the business lives here.
//!
//! Exit codes: 0 done, 1 refused, 2 wrong use, 3 not possible now, 4 damaged data.

mod sandbox;
mod xero;

use clap::{Parser, Subcommand};

/// Millbook: stock, purchasing, production and sales of a small manufacturer, with the Xero books kept right.
#[derive(Parser)]
#[command(version, arg_required_else_help = true, after_help = AFTER)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Sandbox(sandbox::Arguments),
    Xero(Box<xero::Arguments>),
}

const AFTER: &str = "docs/status.md says what is built and what comes next.";

fn main() {
    let Arguments { command } = Arguments::parse();
    let done = match &command {
        Command::Sandbox(arguments) => sandbox::run(arguments),
        Command::Xero(arguments) => xero::run(arguments),
    };
    if let Err(sandbox::Refusal(code, text)) = done {
        eprintln!("millbook: {text}");
        std::process::exit(code);
    }
}
