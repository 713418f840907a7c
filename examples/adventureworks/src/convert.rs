//! What the raw files mean as a history (issue C, item 7), as files of a bundle.
//!
//! One warehouse, Main. Entries are numbered, because within a day goods come before they go: orders, receipts, what goes
//! back, completions, then starts, then sales. Opening stock is the least that never lets stock go below zero at a day's end,
//! at standard cost. Sales have no customer in the movements, so there is one for all.
//! Not here: reading (`raw.rs`), writing (`sheets.rs`).

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;

use anyhow::{Context, Result, ensure};
use book::Day;

use crate::raw::{Movement, Order, Raw, WorkOrder};
use crate::sheets::{Sheets, cents, money};

/// The day before the history's first.
pub const OPENING: &str = "2024-07-29";
/// The history's last day.
pub const LAST: &str = "2025-01-30";
/// Days between an order and its payment, and between a day's sales and theirs, where it goes to Xero.
const PAID_AFTER: (i32, &str) = (30, "14");

const MAIN: &str = "Main";
const CUSTOMER: &str = "AW";

/// How much of the history, and what for.
pub struct Wanted {
    /// Up to this day.
    pub until: String,
    /// For Xero: a placed order is its supplier's invoice too, and the customer pays sooner.
    pub xero: bool,
    /// The customer's invoices are summed up by day.
    pub summed: bool,
}

/// Writes all files; what was written, by name.
pub fn convert(raw: &Raw, wanted: &Wanted, sheets: &mut Sheets) -> Result<BTreeMap<&'static str, i64>> {
    let history = History::of(raw, wanted)?;
    let mut counts = BTreeMap::new();
    master(raw, wanted, sheets)?;
    opening(raw, &history, sheets, &mut counts)?;
    let days: BTreeSet<&str> = history.days();
    for day in days {
        history.day(day, sheets, &mut counts)?;
    }
    Ok(counts)
}

fn master(raw: &Raw, wanted: &Wanted, sheets: &mut Sheets) -> Result<()> {
    let mut units: BTreeMap<i64, &str> = BTreeMap::new();
    for part in raw.parts.values().flatten() {
        units.insert(part.component, part.unit.as_str());
    }
    for (code, name) in [("EA", "each"), ("IN", "inch"), ("OZ", "ounce")] {
        sheets.entry("unit", &[("code", code), ("name", name)])?;
    }
    for (id, name) in &raw.subcategories {
        sheets.entry("category", &[("external", id), ("code", name), ("name", name)])?;
    }
    sheets.entry("warehouse", &[("code", MAIN), ("name", MAIN)])?;
    for location in [50, 60] {
        let (name, rate) = raw.rates.get(&location).context("locations 50 and 60")?;
        let row = [("code", location.to_string()), ("name", name.clone()), ("rate", money(*rate))];
        sheets.entry("workstation", &row)?;
    }
    for (id, (code, name)) in &raw.vendors {
        let external = id.to_string();
        let row = [("external", external.as_str()), ("code", code), ("name", name), ("kind", "supplier")];
        sheets.entry("party", &row)?;
    }
    let mut customers = vec![("code", CUSTOMER), ("name", "Customers"), ("kind", "customer")];
    customers.push(("invoice_terms.days", if wanted.xero { PAID_AFTER.1 } else { "30" }));
    if wanted.summed {
        customers.push(("consolidated", "day"));
    }
    sheets.entry("party", &customers)?;
    for (id, product) in &raw.products {
        let making = if raw.parts.contains_key(id) { "made" } else { "bought" };
        let row = [
            ("external", id.to_string()),
            ("code", product.code.clone()),
            ("name", product.name.clone()),
            ("unit", (*units.get(id).unwrap_or(&"EA")).to_owned()),
            ("category", raw.subcategories.get(&product.subcategory).cloned().unwrap_or_default()),
            ("making", making.to_owned()),
            ("weight", weight(&product.weight_unit, &product.weight)?),
            ("sales_price", money(product.list_price)),
            ("purchase_price", money(product.standard_cost)),
            ("reorder_point", product.reorder_point.to_string()),
        ];
        sheets.entry("item", &row)?;
    }
    // Whoever imports approves what was approved.
    let settings = [("approval", "on"), ("paper_tolerance", "0"), ("price_tolerance", "0")];
    sheets.entry("save_settings", &settings)?;
    let rule =
        [("code", "ALL"), ("documents", "orders"), ("from", "0.00"), ("approvers", "0"), ("own", "allowed")];
    sheets.entry("approval_rule", &rule)?;
    bills_of_materials(raw, sheets)?;
    for id in raw.parts.keys() {
        let product = raw.products.get(id).context("an assembly's product")?;
        let row = [
            ("code", format!("{}-R", product.code)),
            ("name", format!("Making {}", product.name)),
            ("item", product.code.clone()),
            ("batch", "1".to_owned()),
            ("operations.name", "MAKE".to_owned()),
            ("operations.workstation", if product.finished { "60" } else { "50" }.to_owned()),
            ("operations.hours", product.days_to_make.to_string()),
            ("operations.people", "1".to_owned()),
            ("operations.labour_rate", money(raw.labour_rate)),
        ];
        sheets.entry("routing", &row)?;
    }
    Ok(())
}

/// Kilograms, six decimals, halves away from zero.
fn weight(unit: &str, text: &str) -> Result<String> {
    if text.is_empty() {
        return Ok(String::new());
    }
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    let hundredths: i128 =
        format!("{whole}{decimals:0<2}").parse().with_context(|| format!("weight {text}"))?;
    // A pound is 0.45359237 kg, a gram a thousandth of one.
    let millionths = match unit {
        "LB" => (hundredths * 45_359_237 + 5_000) / 10_000,
        "G" => hundredths * 10,
        other => anyhow::bail!("weight in {other}"),
    };
    Ok(format!("{}.{:06}", millionths / 1_000_000, millionths % 1_000_000))
}

/// A bill of materials for each stretch of days on which an assembly's parts are the same.
fn bills_of_materials(raw: &Raw, sheets: &mut Sheets) -> Result<()> {
    for (id, parts) in &raw.parts {
        let product = raw.products.get(id).context("an assembly's product")?;
        let day = |text: &str| text.parse::<Day>();
        let mut changes: BTreeSet<Day> =
            parts.iter().map(|part| day(&part.from)).collect::<Result<_, _>>()?;
        for part in parts.iter().filter(|part| !part.until.is_empty()) {
            changes.insert(day(&part.until)?.next());
        }
        let mut stretches: Vec<(String, String)> = Vec::new();
        for from in &changes {
            let next = changes.range((Bound::Excluded(*from), Bound::Unbounded)).next();
            let until = next.map(|next| next.previous().to_string()).unwrap_or_default();
            stretches.push((from.to_string(), until));
        }
        for (version, (from, until)) in stretches.into_iter().enumerate() {
            let valid: Vec<_> = parts
                .iter()
                .filter(|part| part.from <= from && (part.until.is_empty() || part.until >= from))
                .collect();
            for (at, part) in valid.into_iter().enumerate() {
                let component = raw.products.get(&part.component).context("a component's product")?;
                let code = format!("{}-{}", product.code, version + 1);
                let quantity = part.quantity.to_string();
                let mut row = vec![("parts.item", component.code.as_str()), ("parts.quantity", &quantity)];
                if at == 0 {
                    let name =
                        [("code", code.as_str()), ("name", product.name.as_str()), ("item", &product.code)];
                    row.extend(name.into_iter().chain([("batch", "1"), ("from", &from), ("until", &until)]));
                    sheets.entry("bill_of_materials", &row)?;
                } else {
                    sheets.row("bill_of_materials", &row)?;
                }
            }
        }
    }
    Ok(())
}

/// What happens, by day.
struct History<'r> {
    raw: &'r Raw,
    wanted: &'r Wanted,
    ordered: BTreeMap<&'r str, Vec<(i64, &'r Order)>>,
    arriving: BTreeMap<&'r str, Vec<(i64, &'r Order)>>,
    finished: BTreeMap<&'r str, Vec<(i64, &'r WorkOrder)>>,
    started: BTreeMap<&'r str, Vec<(i64, &'r WorkOrder)>>,
    sold: BTreeMap<&'r str, BTreeMap<i64, Vec<&'r Movement>>>,
    placed: BTreeSet<i64>,
}

impl<'r> History<'r> {
    fn of(raw: &'r Raw, wanted: &'r Wanted) -> Result<History<'r>> {
        let until = wanted.until.as_str();
        let of_kind = |kind: &'static str| {
            raw.movements
                .iter()
                .filter(move |movement| movement.kind == kind && movement.day.as_str() <= until)
        };
        let placed: BTreeSet<i64> = of_kind("P").map(|movement| movement.order).collect();
        let (mut ordered, mut arriving) = (BTreeMap::new(), BTreeMap::new());
        // Those that were never placed are documents of whatever day; only a slice has no later ones.
        let is_in = |day: &str| until >= LAST || day <= until;
        for (id, order) in raw.orders.iter().filter(|(_, order)| is_in(order.day.as_str())) {
            push(&mut ordered, &order.day, (*id, order));
            if placed.contains(id) && order.ships.as_str() <= until {
                push(&mut arriving, &order.ships, (*id, order));
            }
        }
        for movement in of_kind("P") {
            let order = raw.orders.get(&movement.order).context("a placed order's header")?;
            let fits = order
                .lines
                .iter()
                .filter(|line| line.product == movement.product && line.quantity == movement.quantity);
            ensure!(
                fits.count() == 1 && order.day == movement.day,
                "purchase order {} is not as it was placed",
                movement.order
            );
        }
        let (mut started, mut finished) = (BTreeMap::new(), BTreeMap::new());
        for movement in of_kind("W") {
            let order = raw.work_orders.get(&movement.order).context("a started work order")?;
            let same = order.product == movement.product
                && order.quantity == movement.quantity
                && order.start == movement.day;
            ensure!(same, "work order {} is not as it was started", movement.order);
            push(&mut started, &order.start, (movement.order, order));
            if order.end.as_str() <= until {
                push(&mut finished, &order.end, (movement.order, order));
            }
        }
        let mut sold: BTreeMap<&str, BTreeMap<i64, Vec<&Movement>>> = BTreeMap::new();
        for movement in of_kind("S") {
            sold.entry(&movement.day).or_default().entry(movement.order).or_default().push(movement);
        }
        sold.values_mut()
            .flat_map(BTreeMap::values_mut)
            .for_each(|lines| lines.sort_by_key(|line| line.line));
        Ok(History { raw, wanted, ordered, arriving, finished, started, sold, placed })
    }

    fn days(&self) -> BTreeSet<&'r str> {
        let orders = self.ordered.keys().chain(self.arriving.keys());
        orders
            .chain(self.finished.keys())
            .chain(self.started.keys())
            .chain(self.sold.keys())
            .copied()
            .collect()
    }

    /// Parts of a work order by the bill of that day.
    fn parts(&self, order: &WorkOrder) -> impl Iterator<Item = (i64, i64)> {
        let parts = self.raw.parts.get(&order.product).into_iter().flatten();
        let (start, quantity) = (order.start.clone(), order.quantity);
        parts
            .filter(move |part| part.from <= start && (part.until.is_empty() || part.until >= start))
            .map(move |part| (part.component, part.quantity * quantity))
    }

    fn code(&self, product: i64) -> Result<&'r str> {
        Ok(&self.raw.products.get(&product).with_context(|| format!("product {product}"))?.code)
    }

    fn day(&self, day: &str, sheets: &mut Sheets, counts: &mut BTreeMap<&'static str, i64>) -> Result<()> {
        for (id, order) in self.ordered.get(day).into_iter().flatten() {
            self.order(*id, order, sheets, counts)?;
        }
        for (id, order) in self.arriving.get(day).into_iter().flatten() {
            self.receipt(*id, order, sheets, counts)?;
        }
        for (id, order) in self.finished.get(day).into_iter().flatten() {
            let row = [
                ("number", format!("FN-{id}")),
                ("order", format!("MO-{id}")),
                ("day", day.to_owned()),
                ("quantity", order.stocked.to_string()),
                ("scrapped", if order.scrapped > 0 { order.scrapped.to_string() } else { String::new() }),
                ("outcome", "finished".to_owned()),
            ];
            sheets.entry("completion", &row)?;
            add(counts, "work orders finished", 1);
            add(counts, "pieces scrapped", order.scrapped);
        }
        for (id, order) in self.started.get(day).into_iter().flatten() {
            self.start(*id, order, sheets, counts)?;
        }
        for (id, lines) in self.sold.get(day).into_iter().flatten() {
            self.sale(*id, day, lines, sheets, counts)?;
        }
        Ok(())
    }

    fn order(
        &self,
        id: i64,
        order: &Order,
        sheets: &mut Sheets,
        counts: &mut BTreeMap<&'static str, i64>,
    ) -> Result<()> {
        let number = format!("PO-{id}");
        let vendor = &self.raw.vendors.get(&order.vendor).context("an order's vendor")?.0;
        let due = (0..PAID_AFTER.0).fold(order.day.parse::<Day>()?, |day, _| day.next()).to_string();
        // A percentage of two decimals: 16.0832 on 201.04 is 8.
        let tax = (order.tax * 20_000 + order.subtotal) / (2 * order.subtotal);
        let tax = cents(tax * 100);
        for (at, line) in order.lines.iter().enumerate() {
            let (quantity, price) = (line.quantity.to_string(), money(line.price));
            let mut row = vec![
                ("lines.item", self.code(line.product)?),
                ("lines.quantity", &quantity),
                ("lines.price", &price),
                ("lines.tax", &tax),
                ("lines.warehouse", MAIN),
                ("lines.due", &line.due),
            ];
            let external = id.to_string();
            if at == 0 {
                row.extend([("number", number.as_str()), ("external", &external), ("terms.party", vendor)]);
                row.extend([("terms.day", order.day.as_str()), ("terms.currency", "USD")]);
                if self.wanted.xero && self.placed.contains(&id) {
                    row.extend([
                        ("invoice.id", external.as_str()),
                        ("invoice.day", &order.day),
                        ("invoice.due", &due),
                    ]);
                }
                sheets.entry("purchase_order", &row)?;
            } else {
                sheets.row("purchase_order", &row)?;
            }
        }
        let lines = order.lines.len() as i64;
        if !self.placed.contains(&id) {
            return self.status(&number, order, sheets, counts);
        }
        sheets.entry("submit", &[("document", number.as_str())])?;
        sheets.entry("approve", &[("document", number.as_str())])?;
        add(counts, "purchase orders placed", 1);
        add(counts, "purchase order lines placed", lines);
        let freight = cents(order.freight);
        let row = [
            ("number", format!("F-{id}")),
            ("target.order", number),
            ("day", order.day.clone()),
            ("amount.amount", freight),
            ("amount.currency", "USD".to_owned()),
            ("basis", "value".to_owned()),
        ];
        sheets.entry("fee", &row)?;
        Ok(())
    }

    /// The other orders come with their status; lines of closed ones are closed.
    fn status(
        &self,
        number: &str,
        order: &Order,
        sheets: &mut Sheets,
        counts: &mut BTreeMap<&'static str, i64>,
    ) -> Result<()> {
        let status = status(order)?;
        add(counts, status, 1);
        sheets.entry("submit", &[("document", number)])?;
        match status {
            "awaiting approval" => {}
            "rejected" => {
                sheets.entry("reject", &[("document", number), ("why", "rejected in the source")])?;
            }
            _ => sheets.entry("approve", &[("document", number)])?,
        }
        if status == "closed" {
            for line in 1..=order.lines.len() {
                let line = line.to_string();
                let row = [
                    ("order", number),
                    ("line", &line),
                    ("day", &order.ships),
                    ("closing", "to_differences"),
                ];
                sheets.entry("close_line", &row)?;
            }
        }
        Ok(())
    }

    fn receipt(
        &self,
        id: i64,
        order: &Order,
        sheets: &mut Sheets,
        counts: &mut BTreeMap<&'static str, i64>,
    ) -> Result<()> {
        let came = order.lines.iter().enumerate().filter(|(_, line)| line.received > 0);
        let number = format!("R-{id}");
        let of = format!("PO-{id}");
        let mut back = Vec::new();
        for (at, (place, line)) in came.enumerate() {
            let (place, quantity) = ((place + 1).to_string(), line.received.to_string());
            let row = [("lines.line", place.as_str()), ("lines.quantity", &quantity)];
            let head = [("number", number.as_str()), ("order", &of), ("day", &order.ships)];
            entry_or_row(sheets, "receipt", at, &head, &row)?;
            add(counts, "receipt lines", 1);
            if line.rejected > 0 {
                back.push((format!("{number}/{}", at + 1), line.rejected.to_string()));
            }
        }
        add(counts, "purchase orders received", 1);
        for (at, (receipt, quantity)) in back.iter().enumerate() {
            let number = format!("RV-{id}");
            let row = [
                ("lines.receipt", receipt.as_str()),
                ("lines.quantity", quantity),
                ("lines.kind", "before_bill"),
            ];
            let head = [("number", number.as_str()), ("order", &of), ("day", &order.ships)];
            entry_or_row(sheets, "vendor_return", at, &head, &row)?;
            add(counts, "receipt lines with rejected pieces", 1);
        }
        Ok(())
    }

    fn start(
        &self,
        id: i64,
        order: &WorkOrder,
        sheets: &mut Sheets,
        counts: &mut BTreeMap<&'static str, i64>,
    ) -> Result<()> {
        let number = format!("MO-{id}");
        let (external, quantity) = (id.to_string(), order.quantity.to_string());
        let row = [
            ("number", number.as_str()),
            ("external", &external),
            ("item", self.code(order.product)?),
            ("quantity", &quantity),
            ("day", &order.start),
            ("due", &order.due),
            ("warehouse", MAIN),
            ("planning", "from_records"),
        ];
        sheets.entry("manufacturing_order", &row)?;
        let row = [("number", format!("CN-{id}")), ("order", number.clone()), ("day", order.start.clone())];
        sheets.entry("consumption", &row)?;
        let is_open = order.end > self.wanted.until;
        let row = [
            ("number", format!("WR-{id}")),
            ("order", number),
            ("operation", "1".to_owned()),
            ("day", order.start.clone()),
            ("people", "1".to_owned()),
            ("progress", if is_open { "running" } else { "finished" }.to_owned()),
        ];
        sheets.entry("work", &row)?;
        add(counts, "work orders started", 1);
        add(counts, "work orders still open", i64::from(is_open));
        add(counts, "parts issued", self.parts(order).count() as i64);
        Ok(())
    }

    fn sale(
        &self,
        id: i64,
        day: &str,
        lines: &[&Movement],
        sheets: &mut Sheets,
        counts: &mut BTreeMap<&'static str, i64>,
    ) -> Result<()> {
        let (order, shipment, invoice, external) =
            (format!("CO-{id}"), format!("SH-{id}"), format!("I-{id}"), id.to_string());
        let terms = [("terms.party", CUSTOMER), ("terms.day", day), ("terms.currency", "USD")];
        let ordered = [("number", order.as_str()), ("external", &external)];
        let ordered: Vec<_> = ordered.into_iter().chain(terms).collect();
        let shipped =
            [("number", shipment.as_str()), ("customer", CUSTOMER), ("order", &order), ("warehouse", MAIN)];
        let shipped: Vec<_> = shipped.into_iter().chain([("day", day), ("picked", day)]).collect();
        let invoiced = [("number", invoice.as_str()), ("kind", "invoice")];
        let invoiced: Vec<_> = invoiced.into_iter().chain(terms).collect();
        let mut rows = Vec::new();
        for (at, line) in lines.iter().enumerate() {
            rows.push((
                self.code(line.product)?,
                line.quantity.to_string(),
                money(line.price),
                (at + 1).to_string(),
            ));
        }
        for (at, (item, quantity, price, _)) in rows.iter().enumerate() {
            let row = [
                ("lines.item", *item),
                ("lines.quantity", quantity),
                ("lines.price", price),
                ("lines.warehouse", MAIN),
            ];
            entry_or_row(sheets, "customer_order", at, &ordered, &row)?;
        }
        for (at, (item, quantity, _, place)) in rows.iter().enumerate() {
            let row = [("lines.item", *item), ("lines.quantity", quantity), ("lines.order_line", place)];
            entry_or_row(sheets, "shipment", at, &shipped, &row)?;
        }
        for (at, (item, quantity, price, place)) in rows.iter().enumerate() {
            let source = format!("{order}/{place}");
            let row = [
                ("lines.item", *item),
                ("lines.quantity", quantity),
                ("lines.price", price),
                ("sources", &source),
            ];
            entry_or_row(sheets, "invoice", at, &invoiced, &row)?;
        }
        add(counts, "sales orders", 1);
        add(counts, "sales order lines", rows.len() as i64);
        Ok(())
    }
}

/// 1 awaiting approval, 2 approved, 3 rejected, 4 closed.
fn status(order: &Order) -> Result<&'static str> {
    let names = ["awaiting approval", "approved", "rejected", "closed"];
    let place = usize::try_from(order.status - 1).ok();
    place.and_then(|at| names.get(at)).copied().context("a status from 1 to 4")
}

/// The first row makes the entry, the others add to it.
fn entry_or_row(
    sheets: &mut Sheets,
    file: &str,
    at: usize,
    head: &[(&str, &str)],
    row: &[(&str, &str)],
) -> Result<()> {
    if at > 0 {
        return sheets.row(file, row);
    }
    let both: Vec<(&str, &str)> = head.iter().chain(row).copied().collect();
    sheets.entry(file, &both)
}

/// The least quantity of each product that never lets its stock go below zero at a day's end.
fn opening(
    raw: &Raw,
    history: &History<'_>,
    sheets: &mut Sheets,
    counts: &mut BTreeMap<&'static str, i64>,
) -> Result<()> {
    let mut moves: BTreeMap<i64, BTreeMap<&str, i64>> = BTreeMap::new();
    let mut put = |product: i64, day, quantity: i64| {
        *moves.entry(product).or_default().entry(day).or_default() += quantity
    };
    for (day, orders) in &history.arriving {
        orders
            .iter()
            .flat_map(|(_, order)| &order.lines)
            .for_each(|line| put(line.product, *day, line.received - line.rejected));
    }
    for (day, orders) in &history.finished {
        orders.iter().for_each(|(_, order)| put(order.product, *day, order.stocked));
    }
    for (day, orders) in &history.started {
        orders
            .iter()
            .flat_map(|(_, order)| history.parts(order))
            .for_each(|(part, quantity)| put(part, *day, -quantity));
    }
    for (day, orders) in &history.sold {
        orders.values().flatten().for_each(|line| put(line.product, *day, -line.quantity));
    }
    let mut at = 0;
    for (product, days) in &moves {
        let (mut stock, mut least) = (0, 0);
        for quantity in days.values() {
            stock += quantity;
            least = least.min(stock);
        }
        if least == 0 {
            continue;
        }
        let cost = cents(-least * raw.products.get(product).context("a product")?.standard_cost);
        let quantity = (-least).to_string();
        let row = [("ins.item", history.code(*product)?), ("ins.quantity", &quantity), ("ins.cost", &cost)];
        let head = [("number", "ST-1"), ("kind", "opening"), ("day", OPENING), ("warehouse", MAIN)];
        entry_or_row(sheets, "stock_entry", at, &head, &row)?;
        at += 1;
        add(counts, "products with opening stock", 1);
        add(counts, "pieces of opening stock", -least);
    }
    Ok(())
}

fn push<'r, T>(days: &mut BTreeMap<&'r str, Vec<T>>, day: &'r str, what: T) {
    days.entry(day).or_default().push(what);
}

fn add(counts: &mut BTreeMap<&'static str, i64>, name: &'static str, more: i64) {
    *counts.entry(name).or_default() += more;
}
