//! The files of a bundle as they are written: columns by name, entries numbered in the order in which they are written.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// The columns that each file of this bundle has.
const COLUMNS: &[(&str, &str)] = &[
    ("unit", "code name"),
    ("category", "external code name"),
    ("warehouse", "code name"),
    ("workstation", "code name rate"),
    ("party", "external code name kind invoice_terms.days consolidated"),
    ("item", "external code name unit category making weight sales_price purchase_price reorder_point"),
    ("bill_of_materials", "code name item batch from until parts.item parts.quantity"),
    (
        "routing",
        "code name item batch operations.name operations.workstation operations.hours operations.people operations.labour_rate",
    ),
    ("save_settings", "approval paper_tolerance price_tolerance"),
    ("approval_rule", "code documents from approvers own"),
    ("submit", "document"),
    ("approve", "document"),
    ("reject", "document why"),
    ("stock_entry", "number kind day warehouse ins.item ins.quantity ins.cost"),
    (
        "purchase_order",
        "number external terms.party terms.day terms.currency invoice.id invoice.day invoice.due lines.item lines.quantity lines.price lines.tax lines.warehouse lines.due",
    ),
    ("fee", "number target.order day amount.amount amount.currency basis"),
    ("close_line", "order line day closing"),
    ("receipt", "number order day lines.line lines.quantity"),
    ("vendor_return", "number order day lines.receipt lines.quantity lines.kind"),
    ("completion", "number order day quantity scrapped outcome"),
    ("manufacturing_order", "number external item quantity day due warehouse planning"),
    ("consumption", "number order day"),
    ("work", "number order operation day people progress"),
    (
        "customer_order",
        "number external terms.party terms.day terms.currency lines.item lines.quantity lines.price lines.warehouse",
    ),
    ("shipment", "number customer order warehouse day picked lines.item lines.quantity lines.order_line"),
    (
        "invoice",
        "number kind terms.party terms.day terms.currency lines.item lines.quantity lines.price sources",
    ),
];

/// Files being written.
pub struct Sheets {
    folder: PathBuf,
    files: BTreeMap<String, (csv::Writer<File>, Vec<&'static str>)>,
    entries: u64,
}

impl Sheets {
    /// In a folder, which is made.
    pub fn new(folder: &Path) -> Result<Sheets> {
        std::fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
        Ok(Sheets { folder: folder.to_owned(), files: BTreeMap::new(), entries: 0 })
    }

    /// The first row of the next entry.
    pub fn entry(&mut self, file: &str, cells: &[(&str, impl AsRef<str>)]) -> Result<()> {
        self.entries += 1;
        let entry = self.entries.to_string();
        self.write(file, &entry, cells)
    }

    /// A further row of the entry before.
    pub fn row(&mut self, file: &str, cells: &[(&str, impl AsRef<str>)]) -> Result<()> {
        self.write(file, "", cells)
    }

    fn write(&mut self, file: &str, entry: &str, cells: &[(&str, impl AsRef<str>)]) -> Result<()> {
        if !self.files.contains_key(file) {
            let columns =
                COLUMNS.iter().find(|row| row.0 == file).with_context(|| format!("columns of {file}"))?;
            let columns: Vec<&str> = columns.1.split(' ').collect();
            let mut writer = csv::Writer::from_path(self.folder.join(format!("{file}.csv")))?;
            writer.write_record(["entry"].iter().chain(&columns))?;
            self.files.insert(file.to_owned(), (writer, columns));
        }
        let (writer, columns) = self.files.get_mut(file).context("a file")?;
        let mut row = vec![entry];
        for column in columns.iter() {
            let cell = cells.iter().find(|cell| cell.0 == *column);
            row.push(cell.map_or("", |cell| cell.1.as_ref()));
        }
        let known = cells.iter().all(|cell| columns.contains(&cell.0));
        anyhow::ensure!(known, "{file} has a cell without a column");
        writer.write_record(row)?;
        Ok(())
    }

    /// Writes what is left; how many entries there are.
    pub fn finish(mut self) -> Result<u64> {
        for (writer, _) in self.files.values_mut() {
            writer.flush()?;
        }
        Ok(self.entries)
    }
}

/// Ten-thousandths as text.
pub fn money(ten_thousandths: i64) -> String {
    format!("{}.{:04}", ten_thousandths / 10_000, ten_thousandths % 10_000)
}

/// Ten-thousandths as text of two decimals, halves away from zero.
pub fn cents(ten_thousandths: i64) -> String {
    let cents = (ten_thousandths + 50) / 100;
    format!("{}.{:02}", cents / 100, cents % 100)
}
