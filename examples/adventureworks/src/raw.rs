//! The raw files: tab-separated without a header (`ms_*.tsv`), and two CSV files with one. Numbers stay exact: counts are
//! whole, money is ten-thousandths.
//!
//! Not here: what they mean (`convert.rs`).

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};

/// A product.
pub struct Product {
    pub name: String,
    pub code: String,
    pub finished: bool,
    pub reorder_point: i64,
    /// In ten-thousandths.
    pub standard_cost: i64,
    pub list_price: i64,
    pub weight_unit: String,
    pub weight: String,
    pub days_to_make: i64,
    pub subcategory: String,
}

/// A part of an assembly, from a day to a day.
pub struct Part {
    pub component: i64,
    pub from: String,
    pub until: String,
    pub unit: String,
    pub quantity: i64,
}

/// A purchase order.
pub struct Order {
    pub status: i64,
    pub vendor: i64,
    pub day: String,
    pub ships: String,
    pub subtotal: i64,
    pub tax: i64,
    pub freight: i64,
    pub lines: Vec<OrderLine>,
}

/// A line of one.
pub struct OrderLine {
    pub due: String,
    pub quantity: i64,
    pub product: i64,
    pub price: i64,
    pub received: i64,
    pub rejected: i64,
}

/// A work order.
pub struct WorkOrder {
    pub product: i64,
    pub quantity: i64,
    pub stocked: i64,
    pub scrapped: i64,
    pub start: String,
    pub end: String,
    pub due: String,
}

/// A dated movement: `P`, `W` or `S`.
pub struct Movement {
    pub product: i64,
    pub order: i64,
    pub line: i64,
    pub day: String,
    pub kind: String,
    pub quantity: i64,
    pub price: i64,
}

/// All that is used.
pub struct Raw {
    pub products: BTreeMap<i64, Product>,
    pub subcategories: BTreeMap<String, String>,
    pub parts: BTreeMap<i64, Vec<Part>>,
    pub vendors: BTreeMap<i64, (String, String)>,
    pub orders: BTreeMap<i64, Order>,
    pub work_orders: BTreeMap<i64, WorkOrder>,
    pub movements: Vec<Movement>,
    /// An hour at a location, in ten-thousandths.
    pub rates: BTreeMap<i64, (String, i64)>,
    /// The median of what an hour of work costs.
    pub labour_rate: i64,
}

/// Reads a folder.
pub fn read(folder: &Path) -> Result<Raw> {
    let table = |name: &str| table(&folder.join(format!("ms_{name}.tsv")));
    let mut products = BTreeMap::new();
    for row in table("Product")? {
        let product = Product {
            name: row[1].clone(),
            code: row[2].clone(),
            finished: row[4] == "1",
            reorder_point: whole(&row[7])?,
            standard_cost: money(&row[8])?,
            list_price: money(&row[9])?,
            weight_unit: row[12].trim().to_owned(),
            weight: row[13].clone(),
            days_to_make: whole(&row[14])?,
            subcategory: row[18].clone(),
        };
        products.insert(whole(&row[0])?, product);
    }
    let mut parts: BTreeMap<i64, Vec<Part>> = BTreeMap::new();
    for row in table("BillOfMaterials")?.into_iter().filter(|row| !row[1].is_empty()) {
        let part = Part {
            component: whole(&row[2])?,
            from: day(&row[3]),
            until: day(&row[4]),
            unit: row[5].trim().to_owned(),
            quantity: whole(&row[7])?,
        };
        parts.entry(whole(&row[1])?).or_default().push(part);
    }
    let vendors =
        table("Vendor")?.into_iter().map(|row| Ok((whole(&row[0])?, (row[1].clone(), row[2].clone()))));
    let subcategories = table("ProductSubcategory")?.into_iter().map(|row| (row[0].clone(), row[2].clone()));
    let rates =
        table("Location")?.into_iter().map(|row| Ok((whole(&row[0])?, (row[1].clone(), money(&row[2])?))));
    let mut pay: Vec<i64> =
        table("EmployeePayHistory")?.iter().map(|row| money(&row[2])).collect::<Result<_>>()?;
    pay.sort_unstable();
    let middle = pay.len() / 2;
    let labour_rate = if pay.len() % 2 == 1 { pay[middle] } else { (pay[middle - 1] + pay[middle]) / 2 };
    Ok(Raw {
        products,
        subcategories: subcategories.collect(),
        parts,
        vendors: vendors.collect::<Result<_>>()?,
        orders: orders(table("PurchaseOrderHeader")?, table("PurchaseOrderDetail")?)?,
        work_orders: work_orders(folder)?,
        movements: movements(folder)?,
        rates: rates.collect::<Result<_>>()?,
        labour_rate,
    })
}

fn orders(headers: Vec<Vec<String>>, details: Vec<Vec<String>>) -> Result<BTreeMap<i64, Order>> {
    let mut orders = BTreeMap::new();
    for row in headers {
        let order = Order {
            status: whole(&row[2])?,
            vendor: whole(&row[4])?,
            day: day(&row[6]),
            ships: day(&row[7]),
            subtotal: money(&row[8])?,
            tax: money(&row[9])?,
            freight: money(&row[10])?,
            lines: Vec::new(),
        };
        orders.insert(whole(&row[0])?, order);
    }
    for row in details {
        let line = OrderLine {
            due: day(&row[2]),
            quantity: whole(&row[3])?,
            product: whole(&row[4])?,
            price: money(&row[5])?,
            received: whole(&row[7])?,
            rejected: whole(&row[8])?,
        };
        let order: i64 = whole(&row[0])?;
        orders
            .get_mut(&order)
            .with_context(|| format!("no header of purchase order {order}"))?
            .lines
            .push(line);
    }
    Ok(orders)
}

fn work_orders(folder: &Path) -> Result<BTreeMap<i64, WorkOrder>> {
    let mut orders = BTreeMap::new();
    for row in with_header(&folder.join("work_orders.csv"))? {
        let order = WorkOrder {
            product: whole(&row[1])?,
            quantity: whole(&row[2])?,
            stocked: whole(&row[3])?,
            scrapped: whole(&row[4])?,
            start: day(&row[6]),
            end: day(&row[7]),
            due: day(&row[8]),
        };
        orders.insert(whole(&row[0])?, order);
    }
    Ok(orders)
}

fn movements(folder: &Path) -> Result<Vec<Movement>> {
    let mut movements = Vec::new();
    for row in with_header(&folder.join("transactions_6_months.csv"))? {
        movements.push(Movement {
            product: whole(&row[1])?,
            order: whole(&row[2])?,
            line: whole(&row[3])?,
            day: day(&row[4]),
            kind: row[5].clone(),
            quantity: whole(&row[6])?,
            price: money(&row[7])?,
        });
    }
    Ok(movements)
}

fn table(path: &Path) -> Result<Vec<Vec<String>>> {
    let text = fs::read_to_string(path).with_context(|| path.display().to_string())?;
    Ok(text.lines().map(|line| line.split('\t').map(str::to_owned).collect()).collect())
}

fn with_header(path: &Path) -> Result<Vec<Vec<String>>> {
    let mut reader = csv::Reader::from_path(path).with_context(|| path.display().to_string())?;
    let rows = reader.records().map(|row| Ok(row?.iter().map(str::to_owned).collect()));
    rows.collect()
}

/// `2024-07-30 00:00:00.000` is a day; nothing stays nothing.
fn day(text: &str) -> String {
    text.chars().take(10).collect()
}

/// `3.00` is 3; anything between whole numbers is refused.
fn whole(text: &str) -> Result<i64> {
    let ten_thousandths = money(text)?;
    if ten_thousandths % 10_000 != 0 {
        bail!("{text} is not whole");
    }
    Ok(ten_thousandths / 10_000)
}

/// `50.2600` and `.5` in ten-thousandths.
fn money(text: &str) -> Result<i64> {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    if decimals.len() > 4 || text.is_empty() {
        bail!("\"{text}\" is no number of four decimals");
    }
    let digits = format!("{whole}{decimals:0<4}");
    digits.parse().with_context(|| format!("\"{text}\" is no number"))
}
