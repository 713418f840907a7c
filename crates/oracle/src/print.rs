//! Lots with what is left of them, and what stock is worth on a day.
//!
//! `R-2  JAM  Main  8 of 10  64.00 of 80.00`: 8 of 10 are left, and 64.00 of what they cost. Not here: journals (`post`).

use std::collections::BTreeMap;

use crate::Oracle;
use crate::accounts::rank;
use crate::document::Day;
use crate::number::written;

impl Oracle {
    /// Every lot with anything left, in order of entry.
    pub(crate) fn lots(&self) -> String {
        let mut text = String::new();
        for (place, lot) in self.lots.iter().enumerate() {
            let (mut left, mut booked) = (lot.quantity, 0);
            for taking in self.takings.iter().filter(|taking| taking.lot == place) {
                let units = taking.to - taking.from;
                if taking.day.is_some() { left -= units } else { booked += units }
            }
            if left == 0 {
                continue;
            }
            let value = self.value_on(place, &"9999-12-31".into(), usize::MAX);
            let cost: i128 = self.cost(place).values().sum();
            text += &format!(
                "{}  {}  {}  {} of {}  {} of {}",
                self.documents[lot.source.0].number,
                self.items[lot.item].code,
                self.warehouses[lot.warehouse].code,
                written(left, 6),
                written(lot.quantity, 6),
                written(value, 2),
                written(cost, 2)
            );
            if booked > 0 {
                text += &format!("  {} booked", written(booked, 6));
            }
            text += &lot.batch.as_ref().map_or(String::new(), |batch| format!("  batch {batch}"));
            text += &lot.expiry.as_ref().map_or(String::new(), |expiry| format!("  expires {expiry}"));
            text += "\n";
        }
        text
    }

    /// What on-book stock is worth at the end of a day, account by account.
    pub(crate) fn worth(&self, day: Day) -> String {
        let mut worth: BTreeMap<(usize, String), i128> = BTreeMap::new();
        for (place, lot) in self.lots.iter().enumerate().filter(|(_, lot)| lot.day <= day) {
            let account = self.stock(lot.item, lot.warehouse, &day);
            *worth.entry((rank(&account), account)).or_insert(0) += self.value_on(place, &day, usize::MAX);
        }
        let line = |((_, account), value): (&(usize, String), &i128)| {
            format!("{day}  {account:<26}  {:>12}\n", written(*value, 2))
        };
        worth.iter().filter(|(_, value)| **value != 0).map(line).collect()
    }
}
