//! A whole store into an empty one, of any engine: what backup, restore and moving house are.
//!
//! The tips are noted first; each log is copied up to its tip, row by row as it is, hashes and all, and must arrive at
//! exactly that tip; then what lies beside. The source goes on being written meanwhile: what comes later isn't in the
//! copy. A broken chain stops it, for a copy of damage replaces a good one. Leases and snapshots stay behind: they are of
//! use only where they were made. Not here: attachments' files, which never change and can be copied as files.

use crate::chain::{Break, Chain};
use crate::error::{Error, Result};
use crate::pages::Pages;
use crate::row::{CompanyId, Tip};
use crate::sheet::{Sheet, Write};
use crate::traits::Store;

/// So many items of a sheet are read and written at once.
const ITEMS: usize = 1_000;

/// What a copy holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Copied {
    /// How many companies, the installation included.
    pub companies: usize,
    /// How many rows of logs.
    pub rows: u64,
    /// How many events in them.
    pub events: u64,
    /// How many items beside.
    pub items: u64,
}

/// Copies everything; `progress` is told after each page: the company, its last event so far, and of how many.
///
/// # Errors
/// `Wrong` when the target isn't empty; `Corrupt` with the break when a log is damaged; what the engines say.
pub async fn copy(
    from: &dyn Store,
    to: &dyn Store,
    mut progress: impl FnMut(CompanyId, u64, u64) + Send,
) -> Result<Copied> {
    let there = to.companies().await?;
    if there.iter().any(|(_, tip)| tip.seq > 0) {
        let many = there.len();
        return Err(Error::Wrong(format!("the target isn't empty, it holds {many} companies")));
    }
    let companies = from.companies().await?;
    let mut copied = Copied { companies: companies.len(), ..Copied::default() };
    for (company, tip) in &companies {
        copied.rows += log(from, to, *company, *tip, &mut progress).await?;
        copied.events += tip.seq;
    }
    for (company, _) in &companies {
        for sheet in Sheet::ALL {
            copied.items += items(from, to, *company, sheet).await?;
        }
    }
    Ok(copied)
}

async fn log(
    from: &dyn Store,
    to: &dyn Store,
    company: CompanyId,
    tip: Tip,
    progress: &mut (impl FnMut(CompanyId, u64, u64) + Send),
) -> Result<u64> {
    if tip.seq == 0 {
        return Ok(0);
    }
    to.unstage(company).await?; // what an earlier copy left when it was stopped
    let (mut pages, mut chain, mut copied) = (Pages::new(from, company, 0), Chain::new(company), 0);
    while chain.end().seq < tip.seq {
        let mut rows = pages.next().await?;
        rows.retain(|row| row.last <= tip.seq);
        if rows.is_empty() {
            break;
        }
        rows.iter()
            .flat_map(|row| chain.row(row))
            .next()
            .map_or(Ok(()), |broken| damaged(company, &broken))?;
        copied += rows.len() as u64;
        to.stage(company, rows).await?;
        progress(company, chain.end().seq, tip.seq);
    }
    chain.finish(tip).map_or(Ok(()), |broken| damaged(company, &broken))?;
    let end = to.begin(company).await?.publish(vec![]).await?;
    if end == tip { Ok(copied) } else { damaged(company, &Break::End { tip, found: end }).map(|()| copied) }
}

fn damaged(company: CompanyId, broken: &Break) -> Result<()> {
    Err(Error::Corrupt(format!("the log of company {company}: {broken}")))
}

async fn items(from: &dyn Store, to: &dyn Store, company: CompanyId, sheet: Sheet) -> Result<u64> {
    let (mut after, mut copied) = (String::new(), 0);
    loop {
        let items = from.items(company, sheet, after, ITEMS).await?;
        let Some(last) = items.last() else { return Ok(copied) };
        after = last.key.clone();
        copied += items.len() as u64;
        to.write(company, items.into_iter().map(|item| Write::Put(sheet, item)).collect()).await?;
    }
}
