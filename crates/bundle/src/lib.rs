//! A company as a folder of CSV files, one a kind: what it is, in which order it is applied, how it is written.
//!
//! `item.csv`, `purchase_order.csv`, `receipt.csv`: a row of `code,name,unit` is an item; the rows of one `number` are one
//! document. Columns are the fields of the command's JSON with dots between (`terms.party`, `lines.item`), read off the
//! schema of commands: a new kind of document is a new kind of file without a line of code here (`kinds.rs` says when it is
//! applied). docs/bundle.md describes all of them.
//!
//! Not here: the log, staging and turns (`company`), what codes mean (`wire`), what commands do (`book`).

mod cells;
mod columns;
mod compose;
mod export;
mod folder;
mod import;
mod kinds;
mod locate;
mod one;
mod problem;
mod scan;
mod sheet;

pub use cells::{CELL_LIMIT, CELLS_LIMIT, Cells, Flaw, Record, What};
pub use columns::{Column, Leaf, Look, Step};
pub use export::{Exporter, NotExported};
pub use folder::{Disk, Folder, Input, Memory};
pub use import::{Done, Existing, Importer, Progress, Step as Taken, Taking};
pub use kinds::{ASKED, ENTRY, Family, Kind, Turn, find, has_turn, kinds};
pub use problem::{Problem, Problems};
pub use scan::{Bundle, LINE_LIMIT};
