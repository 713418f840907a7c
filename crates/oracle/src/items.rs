//! What becomes of an item from a day on: made or bought (ACC-3), with other options (POST-25).
//!
//! Not here: what that moves (`post.rs`).

use crate::Oracle;
use crate::document::Tracking;

impl Oracle {
    /// IMP-6: an archived option, or all of a category, is no default any more.
    pub(crate) fn take_off(&mut self, kind: &str, name: &str) {
        let category = self.categories.iter().position(|one| one == name);
        let goes = |option: &String| match kind {
            "option" => option == name,
            "tracking" => self.options.iter().any(|(one, of)| one == option && Some(*of) == category),
            _ => false,
        };
        let without = |tracking: &Tracking| tracking.clone().map(|option| option.filter(|one| !goes(one)));
        for item in &mut self.items {
            item.tracking = without(&item.tracking);
            item.tracked_from(&self.today);
        }
        for warehouse in &mut self.warehouses {
            warehouse.tracking = without(&warehouse.tracking);
        }
    }

    /// ACC-3: an item is made or bought from today on.
    pub(crate) fn now_made(&mut self, item: usize, made: bool) {
        let since = &mut self.items[item].made;
        if since.last().is_some_and(|(_, before)| *before != made) {
            since.retain(|(day, _)| *day != self.today);
            since.push((self.today.clone(), made));
            since.sort();
        }
    }
}
