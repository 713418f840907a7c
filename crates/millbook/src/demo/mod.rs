//! `millbook demo`: a small bicycle maker's three months, played through with the real parts and a stand-in Xero.
//!
//! The company's log lies in a temporary file, requests go over a socket of this machine, time is moved; nothing that is
//! printed was written beforehand. It leaves the stand-in's pages open to look at, unless told `--once`.

mod accountant;
mod clock;
mod history;
mod house;
mod play;
mod records;
mod show;

use crate::sandbox::{Refusal, told_to_stop};
use house::House;
use std::io::Write as _;

/// Play a small bicycle maker's three months, with a stand-in Xero, and show the books.
#[derive(clap::Args)]
#[command(
    after_help = "Example:\n  millbook demo\n  millbook demo --once --seed 7\n\nNothing is left behind: the company lies in a temporary file, which goes when the demo ends (Ctrl-C)."
)]
pub struct Arguments {
    /// End when everything is printed, instead of leaving the stand-in's pages open.
    #[arg(long)]
    once: bool,
    /// Another number, other quantities, prices and days.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The stand-in's port; unless said 4010, or a free one if that is taken.
    #[arg(long)]
    port: Option<u16>,
}

/// `millbook demo`
pub fn run(arguments: &Arguments) -> Result<(), Refusal> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Refusal(3, format!("no runtime: {error}")))?;
    runtime.block_on(async {
        tokio::select! {
            done = demo(arguments) => done,
            () = told_to_stop() => Ok(()),
        }
    })
}

async fn demo(arguments: &Arguments) -> Result<(), Refusal> {
    let mut house = House::open(arguments.port, arguments.seed).await?;
    let mut out = std::io::stdout();
    // Whoever listens may go away; then the demo ends, and takes its file with it.
    let mut tell = |text: String| writeln!(out, "{}", text.trim_end_matches('\n')).is_ok();
    let days = history::history(arguments.seed);
    if !tell(show::opened(&house, arguments.seed)) {
        return Ok(());
    }
    let played = play::play(&mut house, &days).await?;
    if !tell(show::all(&house, &played).await?) || arguments.once || !tell(show::open_doors(&house)) {
        return Ok(());
    }
    std::future::pending().await
}
