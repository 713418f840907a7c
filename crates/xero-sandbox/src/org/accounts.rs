//! The chart of accounts (API-FACTS 4.2): list, create, change, archive, delete, and which account may be used where.

use super::envelope::{Envelope, not_found, ok};
use super::filter::Field;
use super::guid::Guid;
use super::input::{Fields, ours};
use super::out::Out;
use super::records::{Account, BankDetails};
use super::resource::{Batch, Ctx, Paging, Refusal, Resource, Saved, View, find, handle};
use super::table::Table;
use super::{Org, State};
use crate::exchange::{Answer, Method};

pub(crate) struct Accounts;

/// (class, `ReportingCode`, its name).
fn reporting(class: &str) -> (&'static str, &'static str) {
    match class {
        "ASSET" => ("ASS", "Assets"),
        "EQUITY" => ("EQU", "Equity"),
        "EXPENSE" => ("EXP", "Expense"),
        "LIABILITY" => ("LIA", "Liabilities"),
        _ => ("REV", "Revenue"),
    }
}

impl Resource for Accounts {
    type Row = Account;
    const PLURAL: &'static str = "Accounts";
    const SINGULAR: &'static str = "Account";
    const ID: &'static str = "AccountID";
    const PAGING: Paging = Paging::Never;
    const BATCH: Batch = Batch::First;

    fn table(state: &State) -> &Table<Account> {
        &state.accounts
    }

    fn field(_org: &Org, a: &Account, path: &str) -> Option<Field> {
        Some(match path {
            "accountid" => Field::Guid(a.id),
            "code" => Field::text(&a.code),
            "name" => Field::text(&a.name),
            "status" => Field::text(status(a)),
            "type" => Field::text(&a.kind),
            "class" => Field::text(a.class()),
            "taxtype" => Field::text(&a.tax_type),
            "systemaccount" => Field::maybe(Some(a.system.as_str()).filter(|s| !s.is_empty())),
            "description" => Field::maybe(a.description.as_deref()),
            "enablepaymentstoaccount" => Field::Flag(a.payments),
            "showinexpenseclaims" => Field::Flag(a.expense_claims),
            "bankaccountnumber" => Field::maybe(a.bank.as_ref().map(|b| b.number.as_str())),
            "bankaccounttype" => Field::maybe(a.bank.as_ref().map(|b| b.kind.as_str())),
            "currencycode" => Field::maybe(a.bank.as_ref().map(|b| b.currency.as_str())),
            "updateddateutc" => Field::Instant(a.updated),
            _ => return None,
        })
    }

    fn write(org: &Org, a: &Account, view: View, _ctx: &Ctx<'_>, out: &mut Out) {
        out.guid("AccountID", a.id);
        out.filled("Code", &a.code);
        out.text("Name", &a.name);
        out.text("Status", status(a));
        out.text("Type", &a.kind);
        out.text("TaxType", &a.tax_type);
        out.maybe("Description", a.description.as_deref());
        out.text("Class", a.class());
        out.filled("SystemAccount", &a.system);
        out.flag("EnablePaymentsToAccount", a.payments);
        out.flag("ShowInExpenseClaims", a.expense_claims);
        if let Some(bank) = &a.bank {
            out.text("BankAccountNumber", &bank.number);
            out.text("BankAccountType", &bank.kind);
            out.text("CurrencyCode", &bank.currency);
        }
        let (code, name) = reporting(a.class());
        out.text("ReportingCode", code);
        out.text("ReportingCodeName", name);
        out.flag("HasAttachments", org.has_attachments(a.id));
        out.instant("UpdatedDateUTC", a.updated);
        out.flag("AddToWatchlist", a.watchlist);
        if view == View::Written {
            out.empty_lists(&["ValidationErrors"]);
        }
    }

    fn save(org: &mut Org, f: &Fields<'_>, target: Option<Guid>, ctx: &Ctx<'_>) -> Result<Saved, Refusal> {
        let named = target.or_else(|| f.guid("AccountID").filter(|_| ctx.call.method == Method::Post));
        match named {
            Some(id) => update(org, f, id, ctx),
            None => create(org, f, ctx),
        }
    }
}

fn status(account: &Account) -> &'static str {
    if account.archived { "ARCHIVED" } else { "ACTIVE" }
}

fn create(org: &mut Org, f: &Fields<'_>, ctx: &Ctx<'_>) -> Result<Saved, Refusal> {
    let mut wrong = Vec::new();
    let kind = f.filled("Type").unwrap_or_default().to_uppercase();
    let name = f.text_of("Name", 150).unwrap_or_default();
    let code = f.text("Code").unwrap_or_default().trim().to_owned();
    if Account::class_of(&kind).is_none() {
        wrong.push(ours(&format!("the account type '{kind}' does not exist")));
    }
    if name.trim().is_empty() {
        wrong.push("Please enter a Name.".to_owned());
    }
    let bank = kind == "BANK";
    if code.is_empty() && !bank {
        wrong.push(ours("Code is required for accounts that are not of type BANK"));
    }
    wrong.extend(code_problems(org, &code, &name, None));
    let number = f.filled("BankAccountNumber").unwrap_or_default();
    let currency = f.filled("CurrencyCode").unwrap_or_else(|| org.base_currency().to_owned()).to_uppercase();
    if bank && number.is_empty() {
        wrong.push(ours("BankAccountNumber is required for accounts of type BANK"));
    }
    if bank && !org.has_currency(&currency) {
        wrong.push(format!("Organisation is not subscribed to currency {currency}"));
    }
    let class = Account::class_of(&kind).unwrap_or("ASSET");
    let tax_type = f.filled("TaxType").unwrap_or_else(|| org.default_tax(class).to_owned());
    let account = Account {
        id: org.new_id(),
        code,
        name,
        kind,
        system: String::new(),
        tax_type: if bank { "NONE".to_owned() } else { tax_type },
        description: f.text_of("Description", 4000).filter(|_| !bank),
        archived: false,
        payments: f.flag("EnablePaymentsToAccount").unwrap_or(false),
        expense_claims: f.flag("ShowInExpenseClaims").unwrap_or(false),
        watchlist: false,
        bank: bank.then(|| BankDetails {
            number,
            kind: f.filled("BankAccountType").unwrap_or_else(|| "BANK".to_owned()),
            currency,
        }),
        updated: ctx.now,
    };
    wrong.extend(tax_problem(org, &account));
    wrong.extend(f.problems());
    if !wrong.is_empty() {
        return Err(wrong.into());
    }
    let id = account.id;
    org.state.accounts.put(account);
    Ok(Saved { id, warnings: Vec::new() })
}

fn tax_problem(org: &Org, account: &Account) -> Option<String> {
    let rate = org.tax_rate(&account.tax_type);
    rate.is_none().then(|| {
        format!(
            "The TaxType code {} does not exist or cannot be used for this type of transaction",
            account.tax_type
        )
    })
}

fn code_problems(org: &Org, code: &str, name: &str, own: Option<Guid>) -> Vec<String> {
    let mut wrong = Vec::new();
    if code.chars().count() > 10 {
        wrong.push("Account Code is too long. Maximum of 10 characters allowed".to_owned());
    }
    let taken = |kind, value: &str| {
        org.state.accounts.with_key(kind, &value.to_lowercase()).any(|a| Some(a.id) != own)
    };
    if !code.is_empty() && taken('c', code) {
        wrong.push("Please enter a unique Code.".to_owned());
    }
    if !name.is_empty() && taken('n', name) {
        wrong.push("Please enter a unique Name.".to_owned());
    }
    wrong
}

fn update(org: &mut Org, f: &Fields<'_>, id: Guid, ctx: &Ctx<'_>) -> Result<Saved, Refusal> {
    let Some(mut account) = org.state.accounts.get(id).cloned() else { return Err(Refusal::NotFound) };
    let status = f.filled("Status").map(|s| s.to_uppercase());
    if let Some(status) = status.as_deref().filter(|s| *s != self::status(&account)) {
        let others = ["Code", "Name", "Type", "TaxType", "Description"].into_iter().any(|key| f.has(key));
        let refusal = match status {
            "ARCHIVED" | "ACTIVE" if others => Some("Status cannot be changed together with other fields"),
            "ARCHIVED" if !account.system.is_empty() => Some("system accounts cannot be archived"),
            "ARCHIVED" | "ACTIVE" => None,
            _ => Some("Status must be ACTIVE or ARCHIVED"),
        };
        if let Some(refusal) = refusal {
            return Err(ours(refusal).into());
        }
        account.archived = status == "ARCHIVED";
    } else {
        if account.kind == "BANK" {
            return Err(ours("bank accounts cannot be changed through the API").into());
        }
        let kind = f.filled("Type").map(|k| k.to_uppercase()).unwrap_or_else(|| account.kind.clone());
        if Account::class_of(&kind).is_none() || (kind != account.kind && !account.system.is_empty()) {
            return Err(ours(&format!("the account type cannot become '{kind}'")).into());
        }
        account.kind = kind;
        account.code = f.filled("Code").unwrap_or(account.code);
        account.name = f.text_of("Name", 150).filter(|n| !n.trim().is_empty()).unwrap_or(account.name);
        account.description = f.text_of("Description", 4000).or(account.description);
        account.tax_type = f.filled("TaxType").unwrap_or(account.tax_type);
        account.payments = f.flag("EnablePaymentsToAccount").unwrap_or(account.payments);
        account.expense_claims = f.flag("ShowInExpenseClaims").unwrap_or(account.expense_claims);
        account.watchlist = f.flag("AddToWatchlist").unwrap_or(account.watchlist);
        let mut wrong = code_problems(org, &account.code, &account.name, Some(id));
        wrong.extend(tax_problem(org, &account));
        wrong.extend(f.problems());
        if !wrong.is_empty() {
            return Err(wrong.into());
        }
    }
    account.updated = ctx.now;
    org.state.accounts.put(account);
    Ok(Saved { id, warnings: Vec::new() })
}

pub(crate) fn handle_accounts(org: &mut Org, rest: &[&str], ctx: &Ctx<'_>) -> Answer {
    let (Method::Delete, [key]) = (ctx.call.method, rest) else { return handle::<Accounts>(org, rest, ctx) };
    let Some(account) = find::<Accounts>(org, key).and_then(|id| org.state.accounts.get(id)).cloned() else {
        return not_found();
    };
    let used = org.state.ledger.iter().flat_map(|e| &e.lines).any(|l| l.account == account.id)
        || super::Books::ALL
            .iter()
            .flat_map(|b| b.table(&org.state).iter())
            .any(|d| d.lines.iter().any(|l| l.account == Some(account.id)));
    let refusal = match &account {
        a if !a.system.is_empty() => Some("system accounts cannot be deleted"),
        a if a.kind == "BANK" => Some("bank accounts cannot be deleted"),
        _ if used => Some("the account has transactions: archive it"),
        _ => None,
    };
    if let Some(refusal) = refusal {
        return super::envelope::refused(|out| {
            out.element(|out| {
                Accounts::write(org, &account, View::Single, ctx, out);
                out.messages("ValidationErrors", &[ours(refusal)]);
            });
        });
    }
    org.state.accounts.remove(account.id);
    ok(org, Envelope::Usual, ctx, |out| {
        out.objects("Accounts", [&account], |out, account| {
            Accounts::write(org, account, View::Single, ctx, out)
        });
    })
}

/// Where an account is to be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Use {
    DocumentLine,
    JournalLine,
}

impl Org {
    pub(crate) fn account_by_code(&self, code: &str) -> Option<&Account> {
        self.state.accounts.with_key('c', &code.trim().to_lowercase()).next()
    }

    /// The account a line names by `AccountCode` or `AccountID`; None when it names none.
    pub(crate) fn named_account(&self, f: &Fields<'_>) -> Option<Result<&Account, String>> {
        if let Some(id) = f.guid("AccountID") {
            let found = self.state.accounts.get(id);
            return Some(
                found.ok_or_else(|| format!("Account code '{id}' is not a valid code for this document.")),
            );
        }
        let code = f.filled("AccountCode")?;
        let found = self.account_by_code(&code);
        Some(found.ok_or_else(|| format!("Account code '{code}' is not a valid code for this document.")))
    }

    /// Why an account can't be used on a line (API-FACTS 4.2), in Xero's words where they are known.
    pub(crate) fn account_refusal(&self, account: &Account, place: Use) -> Option<String> {
        let code = account.shown();
        if account.archived {
            let text =
                "has been archived, or has been deleted. Each line item must reference a valid account.";
            return Some(format!("Account code '{code}' {text}"));
        }
        let control = matches!(account.system.as_str(), "DEBTORS" | "CREDITORS");
        let barred = match place {
            Use::DocumentLine => account.kind == "BANK" || control,
            Use::JournalLine => {
                let own = account.kind == "BANK" || account.kind == "INVENTORY";
                own || control || account.system == "RETAINEDEARNINGS"
            }
        };
        match place {
            _ if !barred => None,
            Use::DocumentLine => {
                Some(format!("Account code '{code}' is not a valid code for this document."))
            }
            Use::JournalLine => Some(ours(&format!(
                "account '{code}' ({}) cannot be used in manual journals: bank, receivable, payable, retained earnings and INVENTORY accounts are barred",
                if account.system.is_empty() { &account.kind } else { &account.system }
            ))),
        }
    }
}
