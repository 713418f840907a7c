//! `adventureworks FOLDER OUTDIR`: the raw files of Microsoft's AdventureWorks sample as a bundle for `millbook import`.
//!
//! Six months of a bicycle maker: 2024-07-30 to 2025-01-30. It prints what it wrote, a count a line.

mod convert;
mod raw;
mod sheets;

use std::path::PathBuf;

use anyhow::{Result, bail};

fn main() -> Result<()> {
    let arguments: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let [folder, out] = &arguments[..] else { bail!("usage: adventureworks FOLDER OUTDIR") };
    let raw = raw::read(folder)?;
    let mut sheets = sheets::Sheets::new(out)?;
    let counts = convert::convert(&raw, &mut sheets)?;
    for (name, count) in counts {
        println!("{count:>10}  {name}");
    }
    println!("{:>10}  entries", sheets.finish()?);
    Ok(())
}
