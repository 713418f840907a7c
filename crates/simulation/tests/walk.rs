//! A walk over the stage: money is paid and taken back here and in Xero, at random, with answers lost on the way (PAY-1, PAY-2).
//!
//! Each payment of the walk is other money, of an amount that no other has. Whatever happened: when people have done what they
//! are asked to do, both sides come to the same, nothing is left to do, and none of ours was ever made twice. Where nothing was set off,
//! that is the money that nobody took back. (PAY-2 sets what was taken back on one side off against new money: one payment of the
//! difference goes then, of an amount that the walk doesn't know.)
//! What Xero has is counted in the stand-in's own state. Not here: the rule alone (`book`).

mod scenario;

use scenario::Scene;
use simulation::{Failing, Which};
use xero_sandbox::door::fault::Name;

/// A random number below another, from a seed.
fn below(seed: &mut u64, most: u64) -> u64 {
    *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    (*seed >> 33) % most
}

/// Money of the walk: how much, and on which sides somebody took it back.
#[derive(Clone, Copy, Debug)]
struct Money {
    amount: u64,
    gone: bool,
}

struct Walk {
    scene: Scene,
    seed: u64,
    all: Vec<Money>,
    told: Vec<String>,
}

impl Walk {
    fn new(seed: u64) -> Walk {
        let mut scene = Scene::new();
        scene.usual().expect("connected");
        let mut walk = Walk { scene, seed, all: Vec::new(), told: Vec::new() };
        walk.say("settings: sales on; payments both; new.invoice approved");
        walk.say("book: item STEEL");
        walk.say("book: invoice I-1 2026-03-02: 1000 STEEL @ 10.00");
        walk.say("sync");
        walk
    }

    fn say(&mut self, line: &str) {
        self.told.push(line.to_owned());
        if let Err(why) = self.scene.say(line) {
            panic!("seed {}: {why}\n  {}", self.seed, self.told.join("\n  "));
        }
    }

    /// The live payment of an amount here: its number.
    fn here(&mut self, amount: u64) -> Option<String> {
        let book = self.scene.read_book();
        let id = self.scene.document("I-1").expect("it is there");
        let sides = book.payments_of(id)?;
        let wanted = i64::try_from(amount * 100).ok()?;
        let found = sides.book.iter().find(|one| !one.deleted && one.amount.minor() == wanted)?;
        Some(book.document(found.id)?.number().to_owned())
    }

    /// The live payments in Xero, in words.
    fn there(&self) -> Vec<String> {
        let all = self.scene.office.all("payments").expect("payments");
        all.into_iter().map(|one| one.head).filter(|head| !head.contains("deleted")).collect()
    }

    fn is_there(&self, amount: u64) -> bool {
        self.there().iter().any(|head| head.contains(&format!(" {amount}.00 on")))
    }

    fn step(&mut self, number: u64) {
        // Amounts that no other money has, nor two together.
        let amount = 3 + 7 * number;
        match below(&mut self.seed, 10) {
            0..=2 => {
                self.say(&format!("book: pay PX-{number} 2026-03-03 of I-1 {amount}.00"));
                self.all.push(Money { amount, gone: false });
            }
            3..=4 => {
                self.say(&format!("xero: pay invoice I-1 {amount}.00"));
                self.all.push(Money { amount, gone: false });
            }
            5..=6 => self.take_back(),
            7 if number.is_multiple_of(2) => {
                // The program dies once Xero has it, and comes back when the key counts no more: it has to look.
                self.say(&format!("book: pay PX-{number} 2026-03-03 of I-1 {amount}.00"));
                self.all.push(Money { amount, gone: false });
                self.told.push("sync dies answered, restart".to_owned());
                // Where nothing goes, nothing dies.
                let _ = self.scene.say("sync dies answered");
                self.say("wait 20m");
                self.say("restart");
                self.say("sync");
            }
            7 => {
                self.scene.stage.xero.fail_after(0, Which::Writing, Failing::There(Name::LostAnswer));
                self.say("sync");
            }
            _ => {
                self.say("wait 20m");
                self.say("sync");
                self.decide();
            }
        }
    }

    /// Somebody takes money back, on a side that has it.
    fn take_back(&mut self) {
        let live: Vec<usize> = (0..self.all.len()).filter(|at| !self.all[*at].gone).collect();
        if live.is_empty() {
            return;
        }
        let at = live[below(&mut self.seed, live.len() as u64) as usize];
        let amount = self.all[at].amount;
        let first_here = below(&mut self.seed, 2) == 0;
        let here = self.here(amount);
        match (here, self.is_there(amount)) {
            (Some(number), there) if first_here || !there => self.say(&format!("book: delete {number}")),
            (_, true) => self.say(&format!("xero: unpay invoice I-1 {amount}.00")),
            _ => return,
        }
        self.all[at].gone = true;
    }

    /// A person does what the document asks for; whether it asked for something.
    fn decide(&mut self) -> bool {
        let said = self.scene.disposition("I-1").expect("it is there");
        let Some(why) = said.why() else { return false };
        match why.code {
            "payments-to-choose" => self.say("payments I-1 different"),
            "payment-stands" | "payment-stands-there" => {
                let (told, why) = (self.told.len(), why.clone());
                let gone: Vec<u64> = self.all.iter().filter(|one| one.gone).map(|one| one.amount).collect();
                for amount in gone {
                    if let Some(number) = self.here(amount) {
                        self.say(&format!("book: delete {number}"));
                    }
                    if self.is_there(amount) {
                        self.say(&format!("xero: unpay invoice I-1 {amount}.00"));
                    }
                }
                // One payment of a difference stands for several: they do what is said of it.
                if self.told.len() == told {
                    self.take_back_too(&why);
                }
            }
            _ => return false,
        }
        self.say("wait 20m");
        self.say("sync");
        true
    }

    /// "Delete it here too", "Delete it in Xero too": what is named first.
    fn take_back_too(&mut self, why: &plan::Why) {
        let command = why.command.as_deref().unwrap_or_default();
        let theirs = why.message.split_once("the payment of ").and_then(|(_, rest)| rest.split(' ').next());
        match (command.rsplit(' ').next(), theirs) {
            (Some(number), None) => self.say(&format!("book: delete {number}")),
            (_, Some(amount)) => self.say(&format!("xero: unpay invoice I-1 {amount}")),
            (None, None) => {}
        }
    }

    /// Whether nothing was set off.
    fn ends_well(&mut self) -> bool {
        self.say("wait 20m");
        self.say("sync");
        for _ in 0..20 {
            if !self.decide() {
                break;
            }
        }
        let (here, there) = (self.amounts_here(), self.amounts_there());
        let sum = |all: &[(u64, bool)]| all.iter().filter(|one| one.1).map(|one| one.0).sum::<u64>();
        let said = self.scene.disposition("I-1").expect("it is there");
        let why = said.why().map(ToString::to_string).unwrap_or_default();
        let told = format!("seed {}: {why}\n{here:?}\n{there:?}\n  {}", self.seed, self.told.join("\n  "));
        assert_eq!(sum(&here), sum(&there), "{told}");
        self.say("plan is empty");
        let known = |(amount, _): &(u64, bool)| self.all.iter().any(|one| one.amount * 100 == *amount);
        let is_plain = here.iter().chain(&there).all(known);
        if is_plain {
            let live = self.all.iter().filter(|one| !one.gone).map(|one| one.amount * 100).sum::<u64>();
            assert_eq!(sum(&here), live, "seed {}\n  {}", self.seed, self.told.join("\n  "));
        }
        // Ours were made once each, also those that were deleted later.
        let ever = self.scene.office.all("payments").expect("payments");
        for number in 0..60 {
            let mark = format!("PX-{number}");
            let made = ever.iter().filter(|one| one.head.split(' ').any(|word| word == mark)).count();
            assert!(made <= 1, "seed {}: {mark} {made} times\n  {}", self.seed, self.told.join("\n  "));
        }
        is_plain
    }

    /// All payments here in cents, and whether each is live.
    fn amounts_here(&mut self) -> Vec<(u64, bool)> {
        let book = self.scene.read_book();
        let id = self.scene.document("I-1").expect("it is there");
        let all = book.payments_of(id).expect("it is paid").book;
        all.iter().map(|one| (one.amount.minor().unsigned_abs(), !one.deleted)).collect()
    }

    /// The same in Xero.
    fn amounts_there(&self) -> Vec<(u64, bool)> {
        let all = self.scene.office.all("payments").expect("payments");
        let amount = |head: &str| -> Option<u64> {
            let (_, rest) = head.split_once(" of I-1 ")?;
            rest.split(' ').next()?.replace('.', "").parse().ok()
        };
        all.iter().map(|one| (amount(&one.head).expect("an amount"), !one.head.contains("deleted"))).collect()
    }
}

// rule: PAY-1, PAY-2, DOC-14
#[test]
fn both_sides_end_with_the_same_money_and_none_of_ours_twice() {
    let mut plain = 0;
    for seed in 1..=24 {
        let mut walk = Walk::new(seed);
        // In short ones hardly anything is set off.
        for number in 0..if seed % 2 == 0 { 30 } else { 10 } {
            walk.step(number);
        }
        plain += u32::from(walk.ends_well());
    }
    assert!(plain >= 3, "walks that say how much it must be: {plain}");
}
