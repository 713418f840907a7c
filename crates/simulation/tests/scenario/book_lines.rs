//! The shop's lines: the statements of the book's own cases, asked of the company like any command.

use company::Wish;

use super::shop;
use super::{Played, Scene};

impl Scene {
    /// The company's book as it stands.
    pub fn read_book(&self) -> book::Book {
        self.company().book
    }

    /// Does what the shop does; a refusal waits for the line that expects it.
    pub fn book(&mut self, statement: &str) -> Played {
        self.shop.today = self.stage.today();
        self.shop.book = self.read_book();
        let commands = match self.shop.read(statement) {
            Ok(commands) => commands,
            Err(shop::Failure::Unreadable(why)) => return Err(format!("can't be read: {why}")),
            Err(shop::Failure::Refused(refusal)) => return Err(refusal.to_string()),
        };
        for command in commands {
            self.ask(Wish::Inside(Box::new(command)))?;
            if self.refused.is_some() {
                return Ok(());
            }
        }
        Ok(())
    }
}
