//! From a row of the table to two accounts: which stock account, with which tracking, and what off-book posts.
//!
//! Stock that changed its account or options on a day (ACC-3, POST-11.1, POST-25) carries what is posted before that day over
//! to the new account on it, so older facts keep their account and later corrections of them arrive on the new one. Work
//! in progress does the same by the item that an order makes.
//! Not here: the table (`posting.rs`), amounts (`graph.rs`).

use money::Amount;

use crate::adjusting::AdjustingLine;
use crate::book::Book;
use crate::content::Content;
use crate::day::Day;
use crate::ids::{CategoryId, DocumentId, ItemId, LineRef, LotId, ReasonId, WarehouseId};
use crate::ledger::KeyId;
use crate::master::{Books, Item};
use crate::names::Text;
use crate::posting::{Key, OffBook, Role, Rule, Side, Tracking};
use crate::stock::Movement;

/// What refines the account of a side that is not stock.
#[derive(Clone, Debug, Default)]
pub(crate) struct Detail {
    pub(crate) tracking: Tracking,
    pub(crate) category: Option<CategoryId>,
    pub(crate) warehouse: Option<WarehouseId>,
    pub(crate) account: Option<Text>,
    /// The item whose order's work in progress it is.
    pub(crate) product: Option<ItemId>,
}

/// One side, found.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Account {
    Fixed(KeyId),
    /// The stock account of a shelf, which depends on the day.
    Shelf(u32),
    /// The work in progress that makes an item, which depends on the day as well.
    Progress(ItemId),
}

/// A row with its accounts.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    rule: Rule,
    debit: Account,
    credit: Account,
}

impl Book {
    /// The accounts of a row; none if it posts nothing there (POST-13).
    pub(crate) fn place(
        &mut self,
        rule: Rule,
        stock: Option<u32>,
        from: Option<u32>,
        detail: &Detail,
    ) -> Option<Place> {
        let row = rule.row();
        let off_book = |shelf: Option<u32>| {
            shelf.is_some_and(|shelf| self.shelves[shelf as usize].books == Books::OffBook)
        };
        let (stock_off, from_off) = (off_book(stock), off_book(from));
        // Inside off-book nothing is posted; goods shipped from one side and returned to the other cross.
        let crossing = from.is_some() && stock_off != from_off;
        let silent = match row.off_book {
            OffBook::Silent => stock_off,
            OffBook::Crosses => stock_off && from_off,
        };
        if silent && !crossing {
            return None;
        }
        let mut account = |side: Side| match side {
            Side::Of(Role::CostOfGoodsSold) if from.is_none() => {
                stock.map(|shelf| Account::Fixed(self.cogs_key(shelf, detail)))
            }
            Side::Debited | Side::Credited => None,
            Side::Stock => stock.map(Account::Shelf),
            Side::StockFrom => from.map(Account::Shelf),
            Side::Of(Role::CostOfGoodsSold) if from_off => from.map(Account::Shelf),
            Side::Of(Role::WorkInProgress) => Some(self.progress_account(detail)),
            Side::Of(role) => Some(Account::Fixed(self.role_key(role, detail))),
        };
        Some(Place { rule, debit: account(row.debit)?, credit: account(row.credit)? })
    }

    /// The accounts of two lines of an adjusting entry.
    pub(crate) fn place_between(
        &mut self,
        rule: Rule,
        debit: &AdjustingLine,
        credit: &AdjustingLine,
    ) -> Place {
        let [debit, credit] = [debit, credit].map(|line| {
            let (tracking, account) = (line.tracking, line.account.clone());
            let detail = Detail { tracking, account, ..Detail::default() };
            Account::Fixed(self.role_key(line.role.unwrap_or(Role::Other), &detail))
        });
        Place { rule, debit, credit }
    }

    /// The key of what is shipped from a shelf; the last one is kept there, for nearly all shipments share it.
    fn cogs_key(&mut self, shelf: u32, detail: &Detail) -> KeyId {
        if let Some((tracking, category, key)) = self.shelves[shelf as usize].cogs
            && (tracking, category) == (detail.tracking, detail.category)
        {
            return key;
        }
        let key = self.role_key(Role::CostOfGoodsSold, detail);
        self.shelf_mut(shelf).cogs = Some((detail.tracking, detail.category, key));
        key
    }

    fn progress_account(&mut self, detail: &Detail) -> Account {
        match detail.product {
            Some(item) if self.progress_of(item).len() > 1 => Account::Progress(item),
            Some(item) => Account::Fixed(self.progress_of(item)[0].1),
            None => Account::Fixed(self.ledger.key(Key::of(Role::WorkInProgress))),
        }
    }

    fn role_key(&mut self, role: Role, detail: &Detail) -> KeyId {
        let mut key = Key { tracking: detail.tracking, ..Key::of(role) };
        match role {
            Role::CostOfGoodsSold | Role::Sales => {
                key.category = detail.category;
                key.warehouse = detail.warehouse;
            }
            Role::InventoryGain | Role::InventoryLoss => {
                key.warehouse = detail.warehouse;
                key.account = detail.account.clone();
            }
            Role::Other => key.account = detail.account.clone(),
            Role::Payables | Role::Receivables => key.tracking = Tracking::default(),
            _ => {}
        }
        self.ledger.key(key)
    }

    pub(crate) fn post_at(&mut self, place: &Place, day: Day, amount: Amount) {
        if amount.is_zero() {
            return;
        }
        let debit = self.key_on(place.debit, day);
        let credit = self.key_on(place.credit, day);
        self.work.posted.add(day, place.rule, debit, credit, amount);
        self.carry_over(place.debit, day, amount);
        self.carry_over(place.credit, day, -amount);
    }

    fn key_on(&self, account: Account, day: Day) -> KeyId {
        match account {
            Account::Fixed(key) => key,
            Account::Shelf(_) | Account::Progress(_) => on_day(self.days_of(account), day),
        }
    }

    /// The accounts of a side from a day on; none, if it is the same on all days.
    fn days_of(&self, account: Account) -> &[(Day, KeyId)] {
        match account {
            Account::Fixed(_) => &[],
            Account::Shelf(shelf) => &self.shelves[shelf as usize].keys,
            Account::Progress(item) => &self.item_states[item.index()].progress,
        }
    }

    fn carry_over(&mut self, account: Account, day: Day, amount: Amount) {
        let keys = self.days_of(account);
        if keys.len() < 2 {
            return;
        }
        for pair in keys.to_vec().windows(2).filter(|pair| pair[1].0 > day) {
            self.work.posted.add(pair[1].0, Rule::Reclassified, pair[1].1, pair[0].1, amount);
        }
    }

    /// The accounts of what a document's line takes.
    pub(crate) fn movement_place(&mut self, movement: &Movement) -> Option<Place> {
        let shelf = self.lots[movement.lot.index()].shelf;
        let row = &self.shelves[shelf as usize];
        let (item, warehouse) = (row.item, row.warehouse);
        let document = &self.documents[movement.document.index()];
        let line = usize::from(movement.line);
        let record = self.item_for(movement.document, item);
        let (usual, category) = (record.tracking, record.category);
        let (rule, stock, from, detail) = match &document.content {
            Content::Shipment(shipment) => {
                let tracking = shipment.lines[line].tracking.or(usual);
                let detail = Detail { tracking, category, warehouse: Some(warehouse), ..Detail::default() };
                (Rule::ShipmentPicked, shelf, None, detail)
            }
            Content::StockEntry(entry) => {
                let detail = self.adjustment_detail(movement.document, item, warehouse, entry.reason);
                (Rule::WrittenOff, shelf, None, detail)
            }
            Content::VendorReturn(back) => {
                let (rule, detail) = crate::documents::vendor_return::detail(self, back, line);
                (rule, shelf, None, detail)
            }
            Content::Consumption(_) => (Rule::PartsConsumed, shelf, None, self.of_order(movement.document)),
            Content::VendorShipment(_) => {
                (Rule::VendorPartsSent, shelf, None, self.of_order(movement.document))
            }
            Content::TransferReceipt(receipt) => {
                let Content::Transfer(transfer) = &self.documents[receipt.transfer.index()].content else {
                    return None;
                };
                let to = self.find_shelf(item, transfer.to)?;
                (Rule::Moved, to, Some(shelf), Detail::default())
            }
            _ => return None,
        };
        self.place(rule, Some(stock), from, &detail)
    }

    /// An item as a document goes by it: as it was when the document was saved.
    pub(crate) fn item_for(&self, document: DocumentId, item: ItemId) -> &Item {
        self.items.as_of(item.0, self.documents[document.index()].saved())
    }

    /// Gains and losses: tracking of the warehouse, else of the item; the reason's own account (POST-10, POST-25).
    pub(crate) fn adjustment_detail(
        &self,
        document: DocumentId,
        item: ItemId,
        warehouse: WarehouseId,
        reason: Option<ReasonId>,
    ) -> Detail {
        let saved = self.documents[document.index()].saved();
        Detail {
            tracking: self
                .warehouses
                .as_of(warehouse.0, saved)
                .tracking
                .or(self.item_for(document, item).tracking),
            category: None,
            warehouse: Some(warehouse),
            account: reason.and_then(|reason| self.reasons.as_of(reason.0, saved).account.clone()),
            product: None,
        }
    }

    /// The item that an order, or what happened to it, is about: its work in progress goes by it.
    pub(crate) fn product(&self, document: DocumentId) -> Option<ItemId> {
        match &self.document(document)?.content {
            Content::ManufacturingOrder(order) => Some(order.item),
            Content::Consumption(one) => self.product(one.order),
            Content::PurchaseOrder(order) => self.product(order.operation?.order),
            Content::VendorShipment(one) => match &self.document(one.order)?.content {
                Content::PurchaseOrder(order) => Some(order.lines.get(usize::from(one.line))?.item),
                _ => None,
            },
            _ => None,
        }
    }

    /// An order's work in progress.
    pub(crate) fn of_order(&self, document: DocumentId) -> Detail {
        Detail { product: self.product(document), ..Detail::default() }
    }

    /// A line of an item on an account that has no option but the item's (POST-25).
    pub(crate) fn of_item(&self, document: DocumentId, item: ItemId) -> Detail {
        Detail { tracking: self.item_for(document, item).tracking, ..Detail::default() }
    }

    pub(crate) fn revaluation_place(&mut self, lot: LotId, by: LineRef) -> Place {
        let shelf = self.lots[lot.index()].shelf;
        let row = &self.shelves[shelf as usize];
        let reason = match &self.documents[by.document.index()].content {
            Content::Revaluation(revaluation) => revaluation.reason,
            _ => None,
        };
        let detail = self.adjustment_detail(by.document, row.item, row.warehouse, reason);
        self.place(Rule::Revalued, Some(shelf), None, &detail).unwrap_or(Place {
            rule: Rule::Revalued,
            debit: Account::Shelf(shelf),
            credit: Account::Shelf(shelf),
        })
    }
}

/// The account of a day.
pub(crate) fn on_day(keys: &[(Day, KeyId)], day: Day) -> KeyId {
    keys[keys.partition_point(|entry| entry.0 <= day).max(1) - 1].1
}
