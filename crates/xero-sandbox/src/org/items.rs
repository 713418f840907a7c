//! Items (API-FACTS 4.6), plain and tracked. Stock moves are in `posting.rs`.

use rust_decimal::Decimal;

use super::amounts::round;
use super::envelope::{no_content, not_found, refused};
use super::filter::Field;
use super::guid::Guid;
use super::input::{Fields, ours};
use super::out::Out;
use super::records::{Item, ItemDetails};
use super::resource::{Ctx, Paging, Refusal, Resource, Saved, View, find, handle};
use super::table::Table;
use super::{Org, State};
use crate::exchange::{Answer, Method};

pub(crate) struct Items;

fn write_details(key: &str, details: &ItemDetails, places: u32, out: &mut Out) {
    out.object(key, |out| {
        if let Some(price) = details.price {
            out.money("UnitPrice", round(price, places));
        }
        out.maybe("AccountCode", details.account.as_deref());
        out.maybe("COGSAccountCode", details.cogs_account.as_deref());
        out.maybe("TaxType", details.tax_type.as_deref());
    });
}

impl Resource for Items {
    type Row = Item;
    const PLURAL: &'static str = "Items";
    const SINGULAR: &'static str = "Item";
    const ID: &'static str = "ItemID";
    const PAGING: Paging = Paging::Never;

    fn table(state: &State) -> &Table<Item> {
        &state.items
    }

    fn by_key(org: &Org, key: &str) -> Option<Guid> {
        org.item_by_code(key).map(|i| i.id)
    }

    fn field(_org: &Org, i: &Item, path: &str) -> Option<Field> {
        Some(match path {
            "itemid" => Field::Guid(i.id),
            "code" => Field::text(&i.code),
            "name" => Field::maybe(i.name.as_deref()),
            "description" => Field::maybe(i.description.as_deref()),
            "issold" => Field::Flag(i.sold),
            "ispurchased" => Field::Flag(i.purchased),
            "istrackedasinventory" => Field::Flag(i.asset_account.is_some()),
            "inventoryassetaccountcode" => Field::maybe(i.asset_account.as_deref()),
            "quantityonhand" => Field::Number(i.on_hand),
            "salesdetails.unitprice" => i.sales.price.map_or(Field::Null, Field::Number),
            "purchasedetails.unitprice" => i.purchases.price.map_or(Field::Null, Field::Number),
            "updateddateutc" => Field::Instant(i.updated),
            _ => return None,
        })
    }

    fn write(_org: &Org, i: &Item, view: View, ctx: &Ctx<'_>, out: &mut Out) {
        out.guid("ItemID", i.id);
        out.text("Code", &i.code);
        out.maybe("Description", i.description.as_deref());
        out.maybe("PurchaseDescription", i.purchase_description.as_deref());
        if view == View::Written {
            out.instant_without_offset("UpdatedDateUTC", i.updated);
        } else {
            out.instant("UpdatedDateUTC", i.updated);
        }
        write_details("PurchaseDetails", &i.purchases, ctx.price_places(), out);
        write_details("SalesDetails", &i.sales, ctx.price_places(), out);
        out.maybe("Name", i.name.as_deref());
        out.maybe("InventoryAssetAccountCode", i.asset_account.as_deref());
        if i.asset_account.is_some() {
            out.money("TotalCostPool", i.cost_pool);
            out.quantity("QuantityOnHand", i.on_hand);
        }
        out.flag("IsTrackedAsInventory", i.asset_account.is_some());
        out.flag("IsSold", i.sold);
        out.flag("IsPurchased", i.purchased);
        if view == View::Written {
            out.empty_lists(&["ValidationErrors"]);
        }
    }

    fn save(org: &mut Org, f: &Fields<'_>, target: Option<Guid>, ctx: &Ctx<'_>) -> Result<Saved, Refusal> {
        let code = f.text_of("Code", 30).map(|c| c.trim().to_owned());
        let by_code = code.as_deref().filter(|c| !c.is_empty()).and_then(|c| org.item_by_code(c)).cloned();
        let found = match target.or_else(|| f.guid("ItemID")) {
            Some(id) => Some(org.state.items.get(id).cloned().ok_or(Refusal::NotFound)?),
            None => by_code.clone(),
        };
        if let (Some(found), Method::Put) = (&found, ctx.call.method) {
            return Err(format!("Price List Item with Code '{}' already exists", found.code).into());
        }
        let mut item = match found {
            Some(item) => item,
            None => Item { id: org.new_id(), sold: true, purchased: true, ..Item::default() },
        };
        let mut wrong = Vec::new();
        item.code = code.filter(|c| !c.is_empty()).unwrap_or(item.code);
        if item.code.is_empty() && f.text("Code").is_none() {
            wrong.push(ours("Code is required for an item"));
        }
        if by_code.is_some_and(|other| other.id != item.id) {
            wrong.push(format!("Price List Item with Code '{}' already exists", item.code));
        }
        for (key, max, slot) in [
            ("Name", 50, &mut item.name),
            ("Description", 4000, &mut item.description),
            ("PurchaseDescription", 4000, &mut item.purchase_description),
        ] {
            *slot = f.text_of(key, max).or(slot.take());
        }
        read_stock(org, f, &mut item, &mut wrong);
        item.sold = f.flag("IsSold").unwrap_or(item.sold);
        item.purchased = f.flag("IsPurchased").unwrap_or(item.purchased);
        for (key, details) in [("SalesDetails", &mut item.sales), ("PurchaseDetails", &mut item.purchases)] {
            if let Some(sent) = f.object(key) {
                read_details(org, &sent, details, ctx.price_places(), &mut wrong);
            }
        }
        if !item.sold {
            item.sales = ItemDetails::default();
        }
        if !item.purchased {
            item.purchases = ItemDetails::default();
        }
        if item.asset_account.is_some() && item.purchases.cogs_account.is_none() {
            wrong.push(ours("a tracked item needs PurchaseDetails.COGSAccountCode"));
        }
        wrong.extend(f.problems());
        if !wrong.is_empty() {
            return Err(wrong.into());
        }
        item.updated = ctx.now;
        let id = item.id;
        org.state.items.put(item);
        Ok(Saved { id, warnings: Vec::new() })
    }
}

/// `InventoryAssetAccountCode` makes an item tracked; it can't change while there is stock.
fn read_stock(org: &Org, f: &Fields<'_>, item: &mut Item, wrong: &mut Vec<String>) {
    let Some(code) = f.filled("InventoryAssetAccountCode") else { return };
    if item.asset_account.as_deref() == Some(code.as_str()) {
        return;
    }
    match org.account_by_code(&code) {
        Some(account) if account.kind == "INVENTORY" && item.on_hand.is_zero() => {
            item.asset_account = Some(code)
        }
        Some(account) if account.kind == "INVENTORY" => {
            wrong.push(ours(&format!("item {} has stock: its inventory account cannot change", item.code)));
        }
        _ => wrong.push(ours(&format!("account '{code}' is not an account of type INVENTORY"))),
    }
}

fn read_details(org: &Org, f: &Fields<'_>, details: &mut ItemDetails, places: u32, wrong: &mut Vec<String>) {
    details.price = f.number("UnitPrice").map(|p| round(p, places)).or(details.price);
    for (key, slot) in [("AccountCode", &mut details.account), ("COGSAccountCode", &mut details.cogs_account)]
    {
        let Some(code) = f.filled(key) else { continue };
        match org.account_by_code(&code) {
            Some(account) if !account.archived => *slot = Some(code),
            _ => wrong.push(format!("Account code '{code}' is not a valid code for this document.")),
        }
    }
    let account = details.account.as_deref().or(details.cogs_account.as_deref());
    let default = account.and_then(|c| org.account_by_code(c)).map(|a| a.tax_type.clone());
    let sent = f.filled("TaxType");
    if let Some(unknown) = sent.as_deref().filter(|t| org.tax_rate(t).is_none()) {
        wrong.push(format!(
            "The TaxType code {unknown} does not exist or cannot be used for this type of transaction"
        ));
    }
    details.tax_type = sent.or_else(|| details.tax_type.take()).or(default);
    wrong.extend(f.problems());
}

pub(crate) fn handle_items(org: &mut Org, rest: &[&str], ctx: &Ctx<'_>) -> Answer {
    let (Method::Delete, [key]) = (ctx.call.method, rest) else { return handle::<Items>(org, rest, ctx) };
    let Some(item) = find::<Items>(org, key).and_then(|id| org.state.items.get(id)).cloned() else {
        return not_found();
    };
    let documents = super::Books::ALL.iter().flat_map(|b| b.table(&org.state).iter());
    let used = documents.filter(|d| d.status.live()).flat_map(|d| &d.lines).any(|l| l.item == Some(item.id));
    if item.asset_account.is_some() && (used || item.on_hand != Decimal::ZERO) {
        return refused(|out| {
            out.element(|out| {
                Items::write(org, &item, View::Single, ctx, out);
                let message = format!("item {} is tracked and was used: it cannot be deleted", item.code);
                out.messages("ValidationErrors", &[ours(&message)]);
            });
        });
    }
    org.state.items.remove(item.id);
    no_content()
}

impl Org {
    pub(crate) fn item_by_code(&self, code: &str) -> Option<&Item> {
        self.state.items.with_key('c', &code.trim().to_lowercase()).next()
    }
}
