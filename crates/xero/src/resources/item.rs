//! Products and services.
//!
//! Every field is optional, because Xero omits what it likes; names in quotes are Xero's. Validation errors are
//! read by `element`, not here. Not here: what a field means for the books (`plan`).

use crate::record::record;
use crate::{Decimal, Stamp, XeroId};

record! {
    /// A product or service (API-FACTS 4.6).
    pub struct Item {
        code: String = "Code",
        inventory_asset_account_code: String = "InventoryAssetAccountCode",
        name: String = "Name",
        is_sold: bool = "IsSold",
        is_purchased: bool = "IsPurchased",
        description: String = "Description",
        purchase_description: String = "PurchaseDescription",
        purchase_details: Box<ItemPrice> = "PurchaseDetails",
        sales_details: Box<ItemPrice> = "SalesDetails",
        is_tracked_as_inventory: bool = "IsTrackedAsInventory",
        total_cost_pool: Decimal = "TotalCostPool",
        quantity_on_hand: Decimal = "QuantityOnHand",
        updated_date_utc: Stamp = "UpdatedDateUTC",
        item_id: XeroId<Item> = "ItemID",
        quantity_available: Decimal = "QuantityAvailable",
        quantity_on_back_order: Decimal = "QuantityOnBackOrder",
    }
}

record! {
    /// Price, account and tax of an item's one side.
    pub struct ItemPrice {
        unit_price: Decimal = "UnitPrice",
        account_code: String = "AccountCode",
        cogs_account_code: String = "COGSAccountCode",
        tax_type: String = "TaxType",
    }
}
