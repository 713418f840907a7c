//! `adventureworks FOLDER OUTDIR`: the raw files of Microsoft's AdventureWorks sample as a bundle for `millbook import`.
//!
//! Six months of a bicycle maker: 2024-07-30 to 2025-01-30, or up to `--until DAY`. With `--xero` placed orders are their
//! suppliers' invoices too; with `--summed` the customer's invoices are summed up by day. It prints what it wrote, a count a line.

mod convert;
mod raw;
mod sheets;

use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use book::Day;
use convert::Wanted;

fn main() -> Result<()> {
    let mut wanted = Wanted { until: convert::LAST.to_owned(), xero: false, summed: false };
    let mut folders = Vec::new();
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--xero" => wanted.xero = true,
            "--summed" => wanted.summed = true,
            "--until" => wanted.until = arguments.next().context("--until DAY")?.parse::<Day>()?.to_string(),
            folder => folders.push(PathBuf::from(folder)),
        }
    }
    let [folder, out] = &folders[..] else {
        bail!("usage: adventureworks FOLDER OUTDIR [--until DAY] [--xero] [--summed]")
    };
    let raw = raw::read(folder)?;
    let mut sheets = sheets::Sheets::new(out)?;
    let counts = convert::convert(&raw, &wanted, &mut sheets)?;
    for (name, count) in counts {
        println!("{count:>10}  {name}");
    }
    println!("{:>10}  entries", sheets.finish()?);
    Ok(())
}
