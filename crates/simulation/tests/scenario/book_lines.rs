//! The shop's lines: the statements of the book's own cases, asked of the company like any command.

use company::Failure;

use super::shop;
use super::{Played, Scene};

impl Scene {
    /// The company's book as it stands.
    pub fn read_book(&self) -> book::Book {
        let log = self.stage.nodes[0].companies.log(self.stage.places[0].number);
        self.stage.run(log.view(None)).expect("the book").fold.book
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
            match self.stage.command(0, command) {
                Ok(()) => {}
                Err(Failure::Refused(problem)) => {
                    self.refused =
                        Some((problem.code.to_string(), format!("{} {}", problem.message, problem.remedy)));
                    return Ok(());
                }
                Err(other) => return Err(other.to_string()),
            }
        }
        Ok(())
    }
}
