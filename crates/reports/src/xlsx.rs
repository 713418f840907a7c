//! Tables as an Excel workbook: a sheet each, figures as numbers with their exact digits, and a sheet with all ties.
//!
//! The few parts of the format that a table needs are written here, because libraries take figures as floats: an amount
//! of 90,071,992,547,409.93 would change (decision 0042). Words are written as words, so none is ever a formula.
//! Not here: reading workbooks; charts, colours.

use std::fmt::Write as _;
use std::io::{Cursor, Write as _};

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use book::Day;
use money::{Amount, Currency};

use crate::table::{Kind, Table, Value};

/// Rows that a sheet holds besides its heads; Excel's limit is 1,048,576.
const ROWS: usize = 1_000_000;

/// Formats of cells, as the numbers that `styles.xml` gives them.
const PLAIN: u8 = 0;
const BOLD: u8 = 1;
const AMOUNT: u8 = 2;
const BOLD_AMOUNT: u8 = 3;
const DAY: u8 = 4;
const TWO_DECIMALS: u8 = 5;

/// The workbook's bytes.
pub fn xlsx(tables: &[Table]) -> Vec<u8> {
    let base = tables.first().map_or(Currency::NZD, |table| table.base);
    let mut sheets: Vec<(String, String)> = Vec::new();
    for table in tables {
        let mut parts = table.rows.chunks(ROWS).enumerate().peekable();
        if parts.peek().is_none() {
            sheets.push((name(&table.file_name(), 0, &sheets), sheet(table, &[], true)));
        }
        while let Some((number, rows)) = parts.next() {
            let last = parts.peek().is_none();
            sheets.push((name(&table.file_name(), number, &sheets), sheet(table, rows, last)));
        }
    }
    sheets.push(("ties".into(), ties(tables)));
    zipped(&sheets, base).unwrap_or_default()
}

/// A sheet's name: at most 31 characters, each once.
fn name(table: &str, number: usize, sheets: &[(String, String)]) -> String {
    let taken = |name: &str| name == "ties" || sheets.iter().any(|(other, _)| other == name);
    let mut tries = (number + 1..).map(|number| match number {
        1 => table.chars().take(31).collect::<String>(),
        _ => format!("{} {number}", table.chars().take(24).collect::<String>()),
    });
    tries.find(|name| !taken(name)).unwrap_or_default()
}

fn zipped(sheets: &[(String, String)], base: Currency) -> zip::result::ZipResult<Vec<u8>> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let mut put = |path: &str, text: &str| -> zip::result::ZipResult<()> {
        archive.start_file(path, SimpleFileOptions::default())?;
        Ok(archive.write_all(format!("{HEAD}{text}").as_bytes())?)
    };
    let (mut types, mut listed, mut links) = (String::new(), String::new(), String::new());
    for (number, (name, xml)) in (1..).zip(sheets) {
        put(&format!("xl/worksheets/sheet{number}.xml"), xml)?;
        let part = format!("/xl/worksheets/sheet{number}.xml");
        types += &format!(r#"<Override PartName="{part}" ContentType="{TYPES}.worksheet+xml"/>"#);
        listed += &format!(r#"<sheet name="{}" sheetId="{number}" r:id="rId{number}"/>"#, escaped(name));
        links += &format!(r#"<Relationship Id="rId{number}" Type="{RELATION}/worksheet" Target="{part}"/>"#);
    }
    put(
        "[Content_Types].xml",
        &format!(
            r#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="{TYPES}.sheet.main+xml"/><Override PartName="/xl/styles.xml" ContentType="{TYPES}.styles+xml"/>{types}</Types>"#
        ),
    )?;
    put(
        "_rels/.rels",
        &format!(
            r#"<Relationships xmlns="{PACKAGE}"><Relationship Id="rId1" Type="{RELATION}/officeDocument" Target="/xl/workbook.xml"/></Relationships>"#
        ),
    )?;
    put(
        "xl/workbook.xml",
        &format!(r#"<workbook xmlns="{MAIN}" xmlns:r="{RELATION}"><sheets>{listed}</sheets></workbook>"#),
    )?;
    put(
        "xl/_rels/workbook.xml.rels",
        &format!(
            r#"<Relationships xmlns="{PACKAGE}">{links}<Relationship Id="styles" Type="{RELATION}/styles" Target="/xl/styles.xml"/></Relationships>"#
        ),
    )?;
    put("xl/styles.xml", &styles(base))?;
    Ok(archive.finish()?.into_inner())
}

const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const RELATION: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006/relationships";
const TYPES: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml";

/// The cell formats, in the order of the constants above.
fn styles(base: Currency) -> String {
    let decimals = usize::from(base.minor_digits());
    let amount = match decimals {
        0 => "#,##0".to_owned(),
        _ => format!("#,##0.{}", "0".repeat(decimals)),
    };
    let format = |font: u8, number: u16| {
        format!(
            r#"<xf numFmtId="{number}" fontId="{font}" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1"/>"#
        )
    };
    let formats = [format(0, 0), format(1, 0), format(0, 170), format(1, 170), format(0, 171), format(0, 2)];
    format!(
        r#"<styleSheet xmlns="{MAIN}"><numFmts count="2"><numFmt numFmtId="170" formatCode="{amount}"/><numFmt numFmtId="171" formatCode="yyyy\-mm\-dd"/></numFmts><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="{}">{}</cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>"#,
        formats.len(),
        formats.concat()
    )
}

/// A sheet being written, row by row.
struct Sheet {
    rows: String,
    number: usize,
    column: usize,
}

impl Sheet {
    fn new() -> Sheet {
        Sheet { rows: String::new(), number: 0, column: 0 }
    }

    fn row(&mut self, cells: impl FnOnce(&mut Sheet)) {
        (self.number, self.column) = (self.number + 1, 0);
        // Writing into text can't fail.
        let _ = write!(self.rows, r#"<row r="{}">"#, self.number);
        cells(self);
        self.rows += "</row>";
    }

    fn place(&mut self) -> String {
        self.column += 1;
        let (mut letters, mut rest) = (Vec::new(), self.column);
        while rest > 0 {
            letters.push(char::from(b'A' + ((rest - 1) % 26) as u8));
            rest = (rest - 1) / 26;
        }
        let letters: String = letters.into_iter().rev().collect();
        format!("{letters}{}", self.number)
    }

    fn words(&mut self, text: &str, style: u8) {
        let place = self.place();
        if !text.is_empty() {
            let text = escaped(text);
            let _ = write!(
                self.rows,
                r#"<c r="{place}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>"#
            );
        }
    }

    fn figure(&mut self, digits: &str, style: u8) {
        let place = self.place();
        let _ = write!(self.rows, r#"<c r="{place}" s="{style}"><v>{digits}</v></c>"#);
    }

    fn value(&mut self, value: &Value, base: Currency, [plain, amount]: [u8; 2]) {
        match value {
            Value::Empty => drop(self.place()),
            Value::Text(text) | Value::Named(text, _) => self.words(text, plain),
            Value::Day(day) => match serial(*day) {
                Some(serial) => self.figure(&serial.to_string(), DAY),
                None => self.words(&day.to_string(), plain),
            },
            Value::Amount(_) => self.figure(&value.show(base), amount),
            Value::Percent(_) => self.figure(&value.show(base), TWO_DECIMALS),
            Value::Count(_) | Value::Quantity(_) | Value::UnitCost(_) => {
                self.figure(&value.show(base), plain)
            }
        }
    }

    /// The sheet's XML; its heads stay in view above a long list.
    fn finished(self, widths: &[usize], heads: usize) -> String {
        let mut columns = String::new();
        for (number, width) in (1..).zip(widths) {
            columns += &format!(r#"<col min="{number}" max="{number}" width="{width}" customWidth="1"/>"#);
        }
        let pane = match heads {
            0 => String::new(),
            _ => format!(r#"<pane ySplit="{heads}" topLeftCell="A{}" state="frozen"/>"#, heads + 1),
        };
        format!(
            r#"<worksheet xmlns="{MAIN}"><sheetViews><sheetView workbookViewId="0">{pane}</sheetView></sheetViews><cols>{columns}</cols><sheetData>{}</sheetData></worksheet>"#,
            self.rows
        )
    }
}

/// Days as Excel counts them: 1900-03-01 is 61. What lies before is written as words.
fn serial(day: Day) -> Option<i32> {
    Some(day.number() + 25_569).filter(|serial| *serial >= 61)
}

fn sheet(table: &Table, rows: &[Vec<Value>], last: bool) -> String {
    let mut sheet = Sheet::new();
    sheet.row(|sheet| sheet.words(&format!("{} ({})", table.title, table.base), BOLD));
    sheet.row(|_| {});
    sheet.row(|sheet| table.columns.iter().for_each(|column| sheet.words(column.title, BOLD)));
    for row in rows {
        sheet.row(|sheet| row.iter().for_each(|value| sheet.value(value, table.base, [PLAIN, AMOUNT])));
    }
    if last && table.totals.iter().any(|total| *total != Value::Empty) {
        let bold = [BOLD, BOLD_AMOUNT];
        sheet.row(|sheet| table.totals.iter().for_each(|value| sheet.value(value, table.base, bold)));
    }
    let width = |(at, column): (usize, &crate::table::Column)| {
        let cells = rows.iter().take(200).map(|row| row[at].show(table.base).chars().count());
        let least = if column.kind == Kind::Amount { 14 } else { 8 };
        cells.chain([column.title.chars().count(), least]).max().unwrap_or(least).min(60) + 2
    };
    let widths: Vec<usize> = table.columns.iter().enumerate().map(width).collect();
    sheet.finished(&widths, 3)
}

/// All ties of all tables: what each sums to, what it is held against, the difference.
fn ties(tables: &[Table]) -> String {
    let mut sheet = Sheet::new();
    let titles = ["Report", "What", "Part", "Amount", "Held against", "That says", "Difference"];
    sheet.row(|sheet| titles.iter().for_each(|title| sheet.words(title, BOLD)));
    for table in tables {
        let amount = |sheet: &mut Sheet, amount: Amount| {
            sheet.figure(&amount.display(table.base).to_string(), AMOUNT);
        };
        for tie in &table.ties {
            for (part, of_part) in &tie.parts {
                sheet.row(|sheet| {
                    [table.title.as_str(), &tie.name, part].iter().for_each(|text| sheet.words(text, PLAIN));
                    amount(sheet, *of_part);
                });
            }
            sheet.row(|sheet| {
                [table.title.as_str(), &tie.name, "all"].iter().for_each(|text| sheet.words(text, PLAIN));
                amount(sheet, tie.sum());
                sheet.words(tie.against, PLAIN);
                amount(sheet, tie.balance);
                amount(sheet, tie.difference());
            });
        }
    }
    sheet.finished(&[50, 30, 30, 16, 14, 16, 16], 1)
}

/// Text as XML has it; characters that XML can't hold become a replacement character.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped += "&amp;",
            '<' => escaped += "&lt;",
            '>' => escaped += "&gt;",
            '"' => escaped += "&quot;",
            '\t' | '\n' | '\r' => escaped += &format!("&#{};", u32::from(letter)),
            '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => escaped.push('\u{fffd}'),
            other => escaped.push(other),
        }
    }
    escaped
}
