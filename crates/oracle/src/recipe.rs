//! Bills of materials, routings and workstations, and the plan that they make for an order.
//!
//! A bill of 4 LEG and 1 TOP with 5% scrap, per 10 tables, gives an order of 25 tables 10 LEG and 2.625 TOP. A routing of 2 h a
//! batch of 10 with 1 h of setup gives it 6 h. Both are rounded to six decimals at the end. Not here: what is made of
//! the plan (`pool`).

use crate::Oracle;
use crate::document::{Day, Line, Operation};
use crate::number::{Outcome, decimal, millionths, round};
use crate::read::{WHOLE, after, word};

/// An operation of a routing: hours of one batch.
#[derive(Clone, Debug)]
pub struct Step {
    setup: i128,
    workstation: Option<String>,
    /// Its own hourly overhead; else the workstation's rate.
    overhead: Option<i128>,
    pub of_batch: Operation,
}

/// A bill of materials (parts: item, quantity, scrap in millionths of a per cent) or a routing (steps).
#[derive(Clone, Debug)]
pub struct Recipe {
    number: String,
    item: usize,
    batch: i128,
    from: Day,
    until: Day,
    parts: Vec<(usize, i128, i128)>,
    steps: Vec<Step>,
    /// Put away: it holds on no day.
    archived: bool,
}

fn price(words: &[&str], keyword: &str) -> Outcome<i128> {
    after(words, keyword).map_or(Ok(0), millionths)
}

/// `CUT at SAW 5 h setup 1 h people 2 labour 20.00 …`: the hours stand before the first `h` that isn't the setup's.
pub fn step(words: &[&str]) -> Outcome<Step> {
    let hours = words.windows(3).find(|three| three[2] == "h" && three[0] != "setup");
    Ok(Step {
        setup: price(words, "setup")?,
        workstation: after(words, "at").map(str::to_owned),
        overhead: after(words, "overhead").map(millionths).transpose()?,
        of_batch: Operation {
            name: word(words, 0)?.to_owned(),
            hours: hours.map_or(Ok(0), |three| millionths(three[1]))?,
            people: after(words, "people").map_or(Ok(WHOLE), millionths)?,
            labour: price(words, "labour")?,
            overhead: 0,
            fixed: after(words, "fixed").map_or(Ok(0), |fixed| decimal(fixed, 2))?,
            variable: price(words, "variable")?,
        },
    })
}

impl Oracle {
    pub(crate) fn read_recipe(&mut self, head: &[&str], lines: &[Vec<&str>]) -> Outcome<bool> {
        match head[0] {
            "workstation" => {
                self.workstations.insert(word(head, 1)?.to_owned(), price(head, "rate")?);
                return Ok(true);
            }
            "bom" | "routing" => {}
            _ => return Ok(false),
        }
        let mut recipe = Recipe {
            number: format!("{} {}", head[0], word(head, 1)?),
            item: self.item(word(head, 2)?)?,
            batch: after(head, "per").map_or(Ok(WHOLE), millionths)?,
            from: after(head, "from").unwrap_or_default().to_owned(),
            until: after(head, "until").unwrap_or("9999-12-31").to_owned(),
            parts: Vec::new(),
            steps: Vec::new(),
            archived: false,
        };
        for words in lines {
            if head[0] == "bom" {
                let scrap = after(words, "scrap").map_or(Ok(0), millionths)?;
                recipe.parts.push((self.item(word(words, 1)?)?, millionths(words[0])?, scrap));
            } else {
                recipe.steps.push(step(words)?);
            }
        }
        if head[0] == "bom" {
            self.now_made(recipe.item, true);
        }
        match self.recipes.iter().position(|old| old.number == recipe.number) {
            None => self.recipes.push(recipe),
            Some(place) => self.recipes[place] = recipe,
        }
        Ok(true)
    }

    /// `archive bom TABLE-A`: with its last bill an item becomes a material again, with the first that is restored a
    /// finished good (ACC-3).
    pub(crate) fn put_away(&mut self, number: &str, archived: bool) {
        let Some(place) = self.recipes.iter().position(|recipe| recipe.number == number) else { return };
        self.recipes[place].archived = archived;
        let item = self.recipes[place].item;
        if number.starts_with("bom ") {
            self.now_made(item, self.has_bill(item));
        }
    }

    /// Whether a bill of materials of the item is in force, whatever its days.
    pub(crate) fn has_bill(&self, item: usize) -> bool {
        let bill =
            |recipe: &Recipe| recipe.number.starts_with("bom ") && recipe.item == item && !recipe.archived;
        self.recipes.iter().any(bill)
    }

    /// The recipe of a day: the latest first day, of those the one entered last.
    pub(crate) fn recipe(&self, verb: &str, item: usize, day: &Day) -> Option<&Recipe> {
        let fits = |recipe: &&Recipe| {
            recipe.number.starts_with(verb)
                && !recipe.archived
                && recipe.item == item
                && recipe.from <= *day
                && *day <= recipe.until
        };
        self.recipes.iter().filter(fits).max_by_key(|recipe| &recipe.from)
    }

    /// What so many units need by the bill of the day.
    pub(crate) fn parts_by_bill(&self, item: usize, units: i128, day: &Day, place: usize) -> Vec<Line> {
        let Some(bill) = self.recipe("bom ", item, day) else { return Vec::new() };
        let line = |(part, quantity, scrap): &(usize, i128, i128)| Line {
            item: *part,
            factor: (1, 1),
            quantity: round(units * quantity * (100 * WHOLE + scrap), bill.batch * 100 * WHOLE),
            price: -1,
            warehouse: Some(place),
            ..Line::default()
        };
        bill.parts.iter().map(line).collect()
    }

    /// The operations of so many units by the routing of the day.
    pub(crate) fn operations_by_routing(&self, item: usize, units: i128, day: &Day) -> Vec<Operation> {
        let Some(routing) = self.recipe("routing ", item, day) else { return Vec::new() };
        let plan =
            |step: &Step| self.plan(step, step.setup + round(units * step.of_batch.hours, routing.batch));
        routing.steps.iter().map(plan).collect()
    }

    /// A step that takes so many hours, at its own or its workstation's rate.
    pub(crate) fn plan(&self, step: &Step, hours: i128) -> Operation {
        let rate = step.workstation.as_ref().and_then(|code| self.workstations.get(code)).copied();
        Operation { hours, overhead: step.overhead.or(rate).unwrap_or(0), ..step.of_batch.clone() }
    }
}
