//! What people say while they reconcile (RDY, REC): it must be about something that is there.

use crate::command::Decided;
use crate::decide::nothing;
use crate::event::Event;
use crate::exchange::Exchange;
use crate::reconciled::{Heard, Reconciled};
use crate::refusal::{Code, Refusal};
use crate::settings::AccountRole;

/// The roles whose absorbed cost is compared with an actual one (REC-1).
pub(crate) const ABSORBED: [AccountRole; 3] =
    [AccountRole::DirectLabour, AccountRole::ManufacturingOverheads, AccountRole::TransferLiability];

pub(super) fn say(exchange: &Exchange, said: &Reconciled) -> Result<Decided, Refusal> {
    if let Reconciled::Actuals { role, accounts } = said {
        if !ABSORBED.contains(role) {
            let names = ABSORBED.map(AccountRole::words).join(", ");
            return Err(Refusal::new(Code::NotAbsorbed).with("role", role.words()).with("roles", names));
        }
        for id in accounts {
            let lists = exchange.lists();
            let Some(account) = lists.account(*id) else {
                let refusal = Refusal::new(Code::AccountUnknown).with("role", role.words());
                return Err(refusal.with("account", id));
            };
            if account.class != xero::statuses::AccountClass::Expense {
                let kind = crate::accounts::type_words(&account.kind);
                let refusal = Refusal::new(Code::NotAnExpense).with("account", account);
                return Err(refusal.with("type", kind));
            }
        }
    }
    let mut after = std::sync::Arc::new(exchange.heard().clone());
    Heard::apply(&mut after, said);
    if *after == *exchange.heard() {
        return Ok(nothing());
    }
    Ok(vec![Event::XeroReconciled(Box::new(said.clone()))].into())
}
