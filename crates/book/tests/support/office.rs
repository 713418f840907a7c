//! Statements and questions of the office: settings, approval, the closing date, files.
//!
//! `settings workflow on tolerance 2%` · `approver BIG from 1000 by 3,4` · `submit PO-1` · `by 3` · `approve PO-1`.

use book::*;
use money::{Amount, Currency};

use super::{Outcome, Shop, after, day, has, number, unreadable};

impl Shop {
    /// `approver BIG from 1000.00 [for orders|bills] by 3,4 [own]`
    pub fn approval_rule(head: &[&str]) -> Outcome<ApprovalRule> {
        let from = after(head, "from").unwrap_or("0.00");
        let approvers = after(head, "by").unwrap_or_default().split(',').filter(|one| !one.is_empty());
        Ok(ApprovalRule {
            code: head[1].into(),
            documents: match after(head, "for") {
                Some("orders") => ApprovalFor::Orders,
                Some("bills") => ApprovalFor::Bills,
                _ => ApprovalFor::Purchases,
            },
            from: Amount::parse(from, Currency::NZD).or_else(|error| unreadable(error.to_string()))?,
            approvers: approvers.map(number).collect::<Outcome<_>>()?,
            own: if has(head, "own") { OwnDocuments::Allowed } else { OwnDocuments::Refused },
        })
    }

    pub fn read_office(&self, head: &[&str]) -> Outcome<Option<Command>> {
        let name = head[1];
        Ok(Some(match head[0] {
            "settings" => {
                let old = self.book.settings();
                Command::SaveSettings(Settings {
                    approval: match after(head, "workflow") {
                        Some("on") => Workflow::On,
                        Some(_) => Workflow::Off,
                        None => old.approval,
                    },
                    price_tolerance: after(head, "tolerance").map_or(Ok(old.price_tolerance), number)?,
                    paper_tolerance: after(head, "paper").map_or(Ok(old.paper_tolerance), number)?,
                    // `lost-tax everything`, `lost-tax 3.75/7.5`
                    lost_tax: match after(head, "lost-tax") {
                        Some(text) => number(&text.replace('/', " of "))?,
                        None => old.lost_tax,
                    },
                })
            }
            "submit" => Command::Submit(self.any(name)?),
            "approve" => Command::Approve(self.any(name)?),
            "reject" => Command::Reject { document: self.any(name)?, why: head[2..].join(" ").into() },
            "closed" if name == "never" => Command::CloseBooks { until: None },
            "closed" => Command::CloseBooks { until: Some(day(name)?) },
            "attach" => {
                let on = self.attached_to(name)?;
                let (Some(file), Some(size)) = (head.get(2), head.get(3)) else {
                    return unreadable("attach PO-1 scan.pdf 1200");
                };
                let hash = after(head, "hash").map_or("0f".repeat(32), str::to_owned);
                let file = Attachment {
                    name: (*file).into(),
                    size: number(size)?,
                    sha256: hash.into(),
                    kind: "application/pdf".into(),
                };
                Command::Attach { on, file }
            }
            "detach" => Command::Detach { on: self.attached_to(name)?, name: head[2..].join(" ").into() },
            _ => return Ok(None),
        }))
    }

    /// A document's number, or an item's code.
    fn attached_to(&self, name: &str) -> Outcome<Thing> {
        match self.book.items().find(name) {
            Some(id) => Ok(Thing::Item(id)),
            None => Ok(Thing::Document(self.any(name)?.number())),
        }
    }

    /// `= B-1  awaiting approval; line 1: 10 billed, 8 received; line 1: 25.00 NZD at 20.00 NZD by the order`
    pub fn approval(&self, name: &str) -> Outcome<String> {
        let id = self.any(name)?;
        let mut text = match self.book.approval(id) {
            None => format!("= {name}  needs no approval"),
            Some(Approval::Rejected(why)) => format!("= {name}  rejected: {why}"),
            Some(approval) => format!("= {name}  {}", approval.words()),
        };
        for one in self.book.mismatches(id) {
            text += &match one {
                Mismatch::Quantity { line, billed, there } => {
                    format!("; line {}: {billed} billed, {there} there", line + 1)
                }
                Mismatch::Price { line, billed, ordered } => {
                    format!("; line {}: {billed}, by the order {ordered}", line + 1)
                }
            };
        }
        Ok(text + "\n")
    }

    /// `= PO-1  scan.pdf 1200, old.pdf 900 removed`
    pub fn files(&self, name: &str) -> Outcome<String> {
        let one = |one: &Attached| {
            let removed = if one.removed.is_some() { " removed" } else { "" };
            format!("{} {}{removed}", one.file.name, one.file.size)
        };
        let all: Vec<String> = self.book.all_attachments(self.attached_to(name)?).iter().map(one).collect();
        Ok(format!("= {name}  {}\n", all.join(", ")))
    }
}
