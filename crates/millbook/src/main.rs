//! The program: the command line and the wiring of the crates. No rule of the business lives here.
//!
//! Exit codes: 0 done, 1 refused, 2 wrong use, 3 not possible now, 4 damaged data.

use clap::Parser;

/// Millbook: stock, purchasing, production and sales of a small manufacturer, with the Xero books kept right.
#[derive(Parser)]
#[command(version, arg_required_else_help = true, after_help = AFTER)]
struct Arguments {}

const AFTER: &str = "No command is ready yet; docs/status.md says what is built and what comes next.";

fn main() {
    Arguments::parse();
}
