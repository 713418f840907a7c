//! Statements about imports: Xero's records, a list to choose from, importing, what the book then has.
//!
//! `contact {"Name": "Nord Ltd", "IsSupplier": true}`, `choose suppliers nor`, `import suppliers`, `show parties`.

use std::fmt::Write as _;

use book::{Command as Ask, Thing};
use plan::{
    Command, IfArchived, Import, ImportKind, Incoming, RowState, Standing, Subject, TrackingCategory,
    TrackingOption, choices, read_categories, read_contacts, read_items,
};
use xero::XeroId;

use super::company::{Answer, Company, remark};

impl Company {
    pub fn say_import(&mut self, verb: &str, rest: &str) -> Answer {
        match verb {
            "contact" => {
                let mut contact: xero::Contact =
                    serde_json::from_str(rest).map_err(|why| format!("{rest}: {why}"))?;
                contact.contact_id = XeroId::read(&format!("{:032x}", 0x1000 + self.contacts.len()));
                self.contacts.push(contact);
                Ok(String::new())
            }
            // `Region: North, South [archived]`
            "tracking" => {
                let (name, options) = rest.split_once(": ").ok_or_else(|| rest.to_owned())?;
                let id = 0x3000 + 0x100 * self.lists.tracking.len();
                let options = options.split(", ").enumerate().map(|(place, option)| TrackingOption {
                    id: XeroId::read(&format!("{:032x}", id + 1 + place)).expect("an id"),
                    name: option.trim_end_matches(" archived").into(),
                    standing: if option.ends_with(" archived") {
                        Standing::Archived
                    } else {
                        Standing::Active
                    },
                });
                let (options, standing) = (options.collect(), Standing::Active);
                let id = XeroId::read(&format!("{id:032x}")).expect("an id");
                self.lists.tracking.push(TrackingCategory { id, name: name.into(), standing, options });
                Ok(String::new())
            }
            // `Region: South`: a further option of a category
            "option" => {
                let (name, option) = rest.split_once(": ").ok_or_else(|| rest.to_owned())?;
                let category = self.lists.tracking.iter_mut().find(|one| *one.name == *name);
                let category = category.ok_or_else(|| rest.to_owned())?;
                let number = 0x4000 + category.options.len();
                let id = XeroId::read(&format!("{number:032x}")).expect("an id");
                category.options.push(TrackingOption { id, name: option.into(), standing: Standing::Active });
                Ok(String::new())
            }
            "hide" => {
                let parties = self.book.parties().find(rest).map(Thing::Party);
                let items = self.book.items().find(rest).map(Thing::Item);
                let tracking = self.book.tracking_categories().find(rest).map(Thing::TrackingCategory);
                let thing = parties.or(items).or(tracking).ok_or_else(|| rest.to_owned())?;
                self.tell(Ask::Archive(thing)).map(|()| String::new())
            }
            "choose" => self.choose(rest),
            "import" => self.import(rest),
            "show" => Ok(self.show(rest)),
            _ => Err(format!("no statement: {verb} {rest}")),
        }
    }

    fn rows(&self, kind: ImportKind) -> Vec<Incoming> {
        match kind {
            ImportKind::Suppliers | ImportKind::Customers => read_contacts(&self.contacts),
            ImportKind::Items => read_items(&self.items),
            ImportKind::Tracking => read_categories(&self.lists),
            ImportKind::Accounts | ImportKind::TaxRates => Vec::new(),
        }
    }

    fn choose(&mut self, text: &str) -> Answer {
        let (kind, search) = text.split_once(' ').unwrap_or((text, ""));
        let kind = kind_of(kind)?;
        let found = match choices(&self.book, &self.exchange, kind, &self.rows(kind), search, 0) {
            Ok(found) => found,
            Err(refusal) => return Ok(format!("refused {}\n", remark(&refusal))),
        };
        let mut out = String::new();
        for row in &found.rows {
            let name = if row.incoming.name.is_empty() { "(no name)" } else { &row.incoming.name };
            let state = match row.state {
                RowState::New => "new",
                RowState::Imported => "imported",
                RowState::Here => "here",
                RowState::Archived => "archived",
                RowState::Impossible => "impossible",
            };
            let _ = writeln!(out, "{} {name}: {state}", row.incoming.code);
            for says in row.says.iter().chain(&row.warning) {
                let _ = writeln!(out, "  {} {} {}", says.code().id(), says.message(), says.remedy());
            }
        }
        let _ = writeln!(out, "{} found, {} new", found.found, found.new);
        Ok(out)
    }

    /// `suppliers [restore] [as services]`
    fn import(&mut self, text: &str) -> Answer {
        self.look();
        let kind = kind_of(text.split(' ').next().unwrap_or_default())?;
        let import = Import {
            kind,
            chosen: self.rows(kind),
            if_archived: if text.contains("restore") { IfArchived::Restore } else { IfArchived::Report },
            unit: None,
            stocking: if text.contains("as services") {
                book::Stocking::NonInventory
            } else {
                book::Stocking::Stocked
            },
        };
        let decided = match self.ask(&Command::Import(Box::new(import))) {
            Ok(decided) => decided,
            Err(refusal) => return Ok(format!("refused {}\n", remark(&refusal))),
        };
        let Some(plan::Event::XeroImported(result)) = decided.exchange.last() else {
            return Err("an import has a result".into());
        };
        let mut out = format!("{}\n", result.words());
        for (_, code, why) in result.skipped.iter() {
            let _ = writeln!(out, "  {code} {why}");
        }
        for (_, code, why) in result.warnings.iter() {
            let _ = writeln!(out, "  warning {code} {why}");
        }
        Ok(out)
    }

    fn show(&self, what: &str) -> String {
        let book = &self.book;
        let linked = |subject: Subject| if self.exchange.link(&subject).is_some() { ", linked" } else { "" };
        let mut out = String::new();
        if what == "parties" {
            for (id, row) in book.parties().iter() {
                let one = &row.record;
                let extra = [
                    one.currency.map(|currency| currency.to_string()),
                    one.bill_terms.map(|terms| format!("bills {terms:?}")),
                    one.invoice_terms.map(|terms| format!("invoices {terms:?}")),
                    row.archived.then(|| "archived".into()),
                ];
                let extra: String = extra.into_iter().flatten().map(|text| format!(", {text}")).collect();
                let tracking = self.options(one.tracking);
                let link = linked(Subject::Party(book::PartyId::new(id)));
                let _ = writeln!(out, "{} {}: {:?}{extra}{tracking}{link}", one.code, one.name, one.kind);
            }
        }
        if what == "items" {
            for (id, row) in book.items().iter() {
                let one = &row.record;
                let unit = &book.units()[one.unit.number()].code;
                let prices = [one.purchase_price, one.sales_price];
                let [bought, sold] = prices.map(|price| price.map_or("-".into(), |price| price.to_string()));
                let tax = one.tax.map_or("no tax".into(), |tax| format!("{tax}%"));
                let expense =
                    one.expense_account.as_ref().map(|code| format!(", expense {code}")).unwrap_or_default();
                let subject = Subject::Item(book::ItemId::new(id));
                let link = self.exchange.link(&subject).and_then(|link| link.item.as_ref());
                let tracked = link.map_or("", |item| if item.tracked { ", tracked in Xero" } else { "" });
                let _ = writeln!(
                    out,
                    "{} {}: {unit}, {bought} / {sold}, {tax}{expense}{}{tracked}",
                    one.code,
                    one.name,
                    linked(subject)
                );
            }
        }
        if what == "tracking" {
            for (id, row) in book.tracking_options().iter() {
                let category = &book.tracking_categories()[row.record.category.number()].code;
                let link = linked(Subject::Option(book::TrackingOptionId::new(id)));
                let _ = writeln!(out, "{category}: {}{link}", row.record.code);
            }
        }
        out
    }

    fn options(&self, tracking: book::Tracking) -> String {
        let code = |id: book::TrackingOptionId| self.book.tracking_options()[id.number()].code.to_string();
        tracking.0.into_iter().flatten().map(|id| format!(", {}", code(id))).collect()
    }
}

fn kind_of(word: &str) -> Result<ImportKind, String> {
    let all = [
        ImportKind::Accounts,
        ImportKind::TaxRates,
        ImportKind::Tracking,
        ImportKind::Suppliers,
        ImportKind::Customers,
        ImportKind::Items,
    ];
    all.into_iter().find(|kind| kind.word() == word).ok_or_else(|| format!("no kind: {word}"))
}
