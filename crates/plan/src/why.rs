//! Why a document is where it is, for people: LOG-3, LOG-5.
//!
//! ```text
//! two-contacts  "Bill 4711 (B-7) is not sent because Nord matches 2 Xero contacts: Nord Ltd, Nord."
//!               Choose the right one.     millbook xero link supplier NORD ID
//! ```
//! All texts are made here, from one table: a stable code, the rule, one sentence with the chain of reasons, what to do next,
//! and the command that does it. Not here: which one holds (`disposition`), why a paper can't be made (`hold`).

use std::fmt;

use crate::hold::HoldCode;
use crate::lists::Lists;

/// Why something is as it is, for people: LOG-3, LOG-5.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Why {
    /// Stable: `no-supplier-invoice-id`.
    pub code: &'static str,
    /// One sentence with the chain of reasons.
    pub message: String,
    /// What to do next.
    pub remedy: String,
    /// The command that does it, if one does.
    pub command: Option<String>,
}

/// The sentence and what to do.
impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        if !self.remedy.is_empty() {
            write!(f, " {}", self.remedy)?;
        }
        match &self.command {
            Some(command) => write!(f, " `{command}`"),
            None => Ok(()),
        }
    }
}

impl Why {
    /// Why no command does it, if none does: `it can only be done in Xero`.
    #[must_use]
    pub fn no_command(&self) -> Option<&'static str> {
        let of_reason = Reason::ALL.iter().find(|one| one.id() == self.code).map(|one| one.does_it());
        let of_hold = || HoldCode::ALL.iter().find(|one| one.id() == self.code).map(|one| one.does_it());
        of_reason.or_else(of_hold).filter(|_| self.command.is_none())?.strip_prefix(NONE)
    }
}

/// How the tables begin what says why there is no command.
pub(crate) const NONE: &str = "none: ";

/// The command of a table's row; empty if there is none.
pub(crate) fn command(does_it: &'static str) -> &'static str {
    if does_it.starts_with(NONE) { "" } else { does_it }
}

macro_rules! reasons {
    ($($name:ident $id:literal $rule:literal $message:literal $remedy:literal $command:literal)*) => {
        /// Which reason; the table below has each one's text.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Reason {$(
            #[doc = concat!($rule, ", ", $id, ": ", $message)]
            $name,
        )*}

        impl Reason {
            /// All of them, in the order in which they are looked for.
            pub const ALL: &[Reason] = &[$(Reason::$name),*];

            /// The stable code: `switch-off`.
            #[must_use]
            pub const fn id(self) -> &'static str {
                match self { $(Reason::$name => $id),* }
            }

            /// The rule that it follows: `SEL-1`.
            #[must_use]
            pub const fn rule(self) -> &'static str {
                match self { $(Reason::$name => $rule),* }
            }

            /// The message with its facts in braces.
            #[must_use]
            pub const fn message(self) -> &'static str {
                match self { $(Reason::$name => $message),* }
            }

            /// What to do next, with facts in braces.
            #[must_use]
            pub const fn remedy(self) -> &'static str {
                match self { $(Reason::$name => $remedy),* }
            }

            /// The command that does it; empty if none does.
            #[must_use]
            pub fn command(self) -> &'static str {
                command(self.does_it())
            }

            /// The command that does it, or `none: ` and why there is none.
            const fn does_it(self) -> &'static str {
                match self { $(Reason::$name => $command),* }
            }
        }
    };
}

reasons! {
    NotForXero "not-for-xero" "DOC-2" "{It} isn't sent: Xero gets orders, bills, invoices, credits and quotes.{later}" "" "none: nothing has to be done"
    Withdrawn "withdrawn" "DOC-6" "{It} is not sent because it is {life} here." "" "none: nothing has to be done"
    Excluded "excluded" "SEL-9" "{It} is never sent: {why}.{leaves}" "Take that back if it should go after all." "millbook xero include {number}"
    Draft "draft" "DOC-2" "{It} is not sent because it is still a draft." "Put it in force." "none: it is done in the document itself"
    ProForma "pro-forma" "DOC-2" "{It} is not sent because it is a pro-forma." "It goes when it becomes an invoice." "none: it is done in the document itself"
    QuotesOff "quotes-off" "DOC-17" "{It} is not sent because quotes don't go to Xero." "Turn them on in the settings." "millbook xero settings set quotes=on"
    QuoteDraft "quote-draft" "DOC-17" "{It} is not sent because it is still a draft." "It goes when it is sent to the customer." "none: it is done in the document itself"
    OrdersNotSent "orders-not-sent" "SEL-4" "{It} is not sent because only purchase invoices go to Xero, as bills." "Enter the supplier's invoice as a purchase invoice, or change what is sent." "millbook xero settings set purchasing=orders_and_bills"
    BillsNotSent "bills-not-sent" "SEL-2" "{It} is not sent because purchases go as Xero purchase orders, and their bills are made there." "Change what is sent if bills should come from here." "millbook xero settings set purchasing=orders_and_bills"
    NotSubmitted "not-submitted" "SEL-8" "{It} is not sent because it isn't approved: nobody has submitted it as it is now." "Submit it." "none: it is done in the document itself"
    ToApprove "to-approve" "SEL-8" "{It} is not sent because it waits for approval here." "Approve it." "none: it is done in the document itself"
    Rejected "rejected" "SEL-8" "{It} is not sent because its approval was refused: {why}." "Change it and submit it again." "none: it is done in the document itself"
    NoSupplierInvoice "no-supplier-invoice-id" "DOC-1" "{It} is not sent because it has no supplier invoice ID." "Enter it, with the invoice's date." "none: it is done in the document itself"
    NoDueDate "no-due-date" "DOC-3" "{It} is not sent because it has no due date." "Enter it, or give {party} terms of payment." "none: it is done in the document itself"
    BeforeConnection "before-connection" "CON-4" "{It} is not sent because it was saved before Xero was connected." "Open and save it again, or add it." "millbook xero add {number}"
    SwitchOff "switch-off" "SEL-1" "{It} is not sent because {switch} is off." "Turn it on, or add this one." "millbook xero add {number}"
    Held "held" "SEL-9" "{It} is not sent because all sending is held." "Release it." "millbook xero release"
    NotConnected "not-connected" "CON-2" "{It} is not sent because the company is not connected to Xero." "Connect it." "millbook xero connect"
    Disconnected "disconnected" "CON-5" "{It} is not sent because Xero was disconnected: {why}." "Connect it again." "millbook xero connect"
    SignInLost "sign-in-lost" "CON-6" "{It} is not sent because Xero doesn't let us in any more: {why}." "Reconnect; nothing is lost." "millbook xero connect"
    Consolidated "consolidated" "CNS-1" "{It} goes to Xero as part of {sum}, when {last} is over." "Add it if it should go alone." "millbook xero add {number}"
    PeriodOpen "period-open" "CNS-1" "{It} goes when {last} is over." "" "none: time does it"
    PartOf "part-of" "CNS-1" "{It} is part of {sum}. {says}" "{remedy}" "{command}"
    InSum "in-sum" "CNS-1" "{It} is in Xero as part of {sum}: {status}." "" "none: nothing needs doing"
    GoesAlone "goes-alone" "CNS-1" "{It} is in no consolidated invoice because it was paid in advance: Xero uses that money only on an invoice to the same customer." "" "none: nothing needs doing"
    CorrectedNext "corrected-next" "CNS-3" "{It} changed since {sum} was sent, which is {status}: the difference goes with {next}." "" "none: the next one does it"
    NothingToSum "nothing-to-sum" "CNS-1" "{It} is not sent: it is summed up with others, and comes to nothing." "" "none: nothing needs doing"
    SumGone "sum-gone" "DOC-15" "{It} was {status} in Xero." "Send it again: its documents are in no other." "millbook xero send-again \"{number}\""
    SumChanged "sum-changed" "DOC-21" "{It} was changed in Xero: {fields}." "Change it back there, or change the documents that it sums up." "none: it is done in Xero, or in the documents"
    SumEmpty "sum-empty" "DOC-6" "{It} stands in Xero as {status}, and nothing belongs in it any more: it must be deleted there." "" "none: it is done in Xero"
    ToAsk "to-ask" "DOC-8" "{It} is sent when Xero has been asked for {what}." "" "millbook sync"
    Comes "comes-after" "DOC-8" "{It} is sent after {what}." "" "millbook sync"
    UnderWay "under-way" "DOC-14" "{It} is under way in batch {batch}; its outcome isn't known yet." "" "millbook sync --until-settled"
    TwoContacts "two-contacts" "DOC-8" "{It} is not sent because {name} matches {count} in Xero: {candidates}." "Choose the right one." "millbook xero link {subject} {id}"
    LinkedElsewhere "linked-elsewhere" "DOC-8" "{It} is not sent because {name} matches {candidates}, which stands for {other} already." "Give them different names or account numbers, or link {name} to another one." "millbook xero link {subject} ID"
    MatchArchived "match-archived" "DOC-8" "{It} is not sent because {name} matches {candidates}, which is archived in Xero." "Restore it in Xero, then try again." "millbook xero retry {subject}"
    ContactArchived "contact-archived" "DOC-8" "{It} is not sent because {name} was archived in Xero." "Restore it there, then try again." "millbook xero retry {subject}"
    ContactMerged "contact-merged" "DOC-8" "{It} is not sent because {name} was merged into another one in Xero." "Link it to that one." "millbook xero link {subject} {id}"
    TrackedItem "tracked-item" "TRK-1" "{It} is held because {name} is tracked in Xero: its stock would be counted there a second time." "Make it an untracked item in Xero, then try again." "millbook xero retry {subject}"
    PartRefused "part-refused" "LOG-2" "{It} is not sent because Xero refused {name}: {meaning} Xero says: \"{words}\"." "{remedy}" "millbook xero retry {subject}"
    NumberTaken "number-taken" "DOC-26" "{It} is not sent because Xero has {candidates} already." "Link it, or send this one anyway (`millbook xero send-anyway {number}`)." "millbook xero link {number} {id}"
    Locked "locked-period" "DOC-25" "{It} is not sent because its date {date} is in a locked period: Xero is locked until {until}." "Date it {open} or later, or have the lock date moved in Xero." "millbook xero retry {number}"
    Refused "refused-by-xero" "LOG-2" "{It} is not in Xero as it is here: {meaning} Xero says: \"{words}\"." "{remedy}" "millbook xero retry {number}"
    MarkedSeveral "marked-several" "DOC-14" "{It} may be in Xero more than once: {candidates}." "Look at them in Xero, void what is too many, and link the right one." "millbook xero link {number} {id}"
    ToBeRead "to-be-read" "DOC-21" "{It} is linked; what Xero says of it is read at the next look." "" "millbook xero refresh"
    DeleteThere "delete-there" "DOC-6" "{It} is {life} here and stands in Xero as {status}: it must be {how} there." "Do that in Xero, or take it back here." "none: it can only be done in Xero"
    GoneThere "gone-in-xero" "DOC-15" "{It} was {status} in Xero.{effect}" "Send it again, or take that over (`millbook xero take-over {number}`)." "millbook xero send-again {number}"
    ChangedThere "changed-in-xero" "DOC-21" "{It} was changed in Xero: {fields}.{effect}" "Take Xero's version over, or change it back there." "millbook xero take-over {number}"
    Frozen "frozen-in-xero" "DOC-4" "{It} was changed here and is {status} in Xero: change it there ({fields})." "Or make the correcting pair: a credit for the old, a new one for the new." "millbook xero correct {number}"
    FrozenOrder "frozen-order" "DOC-4" "{It} was changed here and is {status} in Xero: change it there ({fields})." "Change it in Xero, or take Xero's version over." "millbook xero take-over {number}"
    BillToChoose "bill-to-choose" "SEL-11" "{It} has {count} bills in Xero that may be its: {candidates}." "Choose the right one." "millbook xero link {number} {id}"
    BillNotFit "bill-not-fit" "SEL-11" "{It} has a bill in Xero, {candidates}, that can't be taken over: {why}" "Correct it in Xero, or enter the purchase invoice here." "none: it can only be done in Xero"
    FileRefused "file-refused" "DOC-11" "{It} is in Xero; the file {name} can't go with it: {why}." "{remedy}" "none: another file has to be attached"
    PaymentsOnBills "payments-on-bills" "SEL-3" "The payments of {it} stay here: purchases go as Xero purchase orders, and Xero keeps payments on bills." "" "none: nothing has to be done"
    PaymentsWait "payment-waits" "PAY-5" "The payments of {it} wait: Xero takes payments on approved documents only." "Approve it in Xero." "none: it can only be done in Xero"
    PaymentsToRead "payments-to-read" "PAY-1" "The payments of {it} wait until Xero's are read: it names others than we know." "" "millbook sync"
    PaymentUnderWay "payment-under-way" "DOC-14" "A payment of {it} is under way in batch {batch}; until its outcome is known none of its payments moves." "" "millbook sync --until-settled"
    PaymentsDontGo "payments-dont-go" "PAY-6" "{It} is paid {here} here and {there} in Xero: payments don't go to Xero." "Change that in the settings, or enter it there." "millbook xero settings set payments=both"
    PaymentsDontCome "payments-dont-come" "PAY-6" "{It} is paid {here} here and {there} in Xero: payments don't come from Xero." "Change that in the settings, or enter it here." "millbook xero settings set payments=both"
    PaymentsToChoose "payments-to-choose" "PAY-1" "The payments of {it} don't match: here {ours}, in Xero {theirs}." "Say whether they are the same money (`millbook payments same {number}`), or each goes to the other side." "millbook payments different {number}"
    PaymentStands "payment-stands" "PAY-2" "{It} is paid {here} here and {there} in Xero: {payments} was deleted in Xero." "Delete it here too, or pay it anew there." "millbook payments send-again {number} {first}"
    PaymentStandsThere "payment-stands-there" "PAY-2" "{It} is paid {here} here and {there} in Xero: the payment of {payments} was deleted here.{how}" "Delete it in Xero too, or take it again." "millbook payments take-again {number} {first}"
    PaymentChanged "payment-changed" "PAY-9" "A payment of {it} was changed here and can't be changed in Xero ({payments}): delete it there.{how}" "When it is deleted there, send it again." "millbook payments send-again {number} {first}"
    RefundThere "refund-there" "PAY-1" "{It} is paid {here} here and {there} in Xero: Xero takes no refund on it." "Delete what was paid too much in Xero, or make a credit and refund that." "none: it can only be done in Xero"
    MoreThanDue "more-than-due" "PAY-1" "{It} is paid {here} here and {there} in Xero, and {due} is due there: the other {rest} waits." "It goes when more is due there, or as an overpayment." "millbook payments overpay {number}"
    SumMoreThanDue "sum-more-than-due" "CNS-2" "{It} is paid {here} here and {there} in Xero, and {due} is due there: the other {rest} waits." "It goes when more is due there; what a document was paid too much is paid back on that document." "none: it is done in the documents"
    SumCreditOpen "sum-credit-open" "CNS-3" "{It} takes off what {document} was made less, and {sum} is open there by {due}: {left} of the credit isn't used." "Use it on that in Xero; until then both are open." "none: it can only be done in Xero"
    PaymentAccount "bank-account" "PAY-9" "{payment} of {it} can't go to Xero: {account}." "Name another bank account, or restore that one in Xero." "none: it is done in the document itself"
    PaymentLocked "payment-locked" "DOC-25" "{payment} of {it} is not sent: its date {date} is in a locked period: Xero is locked until {until}." "Date it {open} or later, or have the lock date moved in Xero." "none: it is done in the document itself"
    PaymentRefused "payment-refused" "LOG-2" "Xero refused {payment} of {it}: {meaning} Xero says: \"{words}\"." "{remedy}" "millbook xero retry {number}"
    PaymentNotTaken "payment-not-taken" "PAY-1" "A payment of {it} in Xero can't come here: {why}" "{remedy}" "none: it is as the message says"
    AllocationWaits "allocation-waits" "DOC-19" "The credit of {it} is used on {to} when both are approved in Xero." "Approve them in Xero." "none: it can only be done in Xero"
    AllocationUnderWay "allocation-under-way" "DOC-14" "Credit of {it} is on its way to {to} in batch {batch}; its outcome isn't known yet." "" "millbook sync --until-settled"
    AllocationsStay "allocations-stay" "PAY-6" "{It} is used on {to} with {here} here and {there} in Xero: payments and credits {way} Xero." "Change that in the settings, or enter it {place}." "millbook xero settings set payments=both"
    AllocationStands "allocation-stands" "DOC-19" "{It} is used on {to} with {here} here and {there} in Xero: it was taken back in Xero." "Take it back here too, or send it again." "millbook payments send-again {number} {first}"
    AllocationStandsThere "allocation-stands-there" "DOC-19" "{It} is used on {to} with {here} here and {there} in Xero: it was taken back here." "Take it back in Xero too, or take it again." "millbook payments take-again {number} {first}"
    AllocationMore "allocation-more" "DOC-19" "{It} is used on {to} with {here} here and {there} in Xero: the other {rest} waits, as {left} is left of it there and {due} is due on {to}." "It goes when more is left and due there." "none: nothing has to be done"
    AllocationLocked "allocation-locked" "DOC-25" "The credit of {it} can't be used on {to} in Xero: it would be dated {date}, and Xero is locked until {until}." "Have the lock date moved in Xero, or date one of the two {open} or later." "none: it is done in the document itself"
    AllocationRefused "allocation-refused" "LOG-2" "Xero refused to use {it} on {to}: {meaning} Xero says: \"{words}\"." "{remedy}" "millbook xero retry {number}"
    AllocationNotTaken "allocation-not-taken" "DOC-19" "{It} was used on {to} in Xero, and that can't come here: {why}" "{remedy}" "none: it is as the message says"
    AllocatedElsewhere "allocated-elsewhere" "DOC-19" "{It} is used in Xero with {there} on documents that aren't here." "Enter or link them, if the book should know." "none: it is done in the document itself"
    SettledElsewhere "settled-elsewhere" "DOC-17" "{It} is settled in Xero with {there} of a credit note, prepayment or overpayment that isn't here." "Void that there and enter the money here as an advance, or the credit here; or leave it: then it stays open here." "none: it is done in the document itself"
    AdvanceUnderWay "advance-under-way" "DOC-14" "{Payment} of {it} is on its way to Xero in batch {batch}; its outcome isn't known yet." "" "none: nothing has to be done"
    AdvanceGone "advance-gone" "DOC-17" "The {kind} for {payment} of {it} was voided in Xero." "Delete the payment here too, or send it again." "millbook payments send-again {number} {first}"
    AdvanceStandsThere "advance-stands-there" "DOC-17" "{Payment} of {it} was deleted here, and its {kind} stands in Xero." "Void it there too." "none: it can only be done in Xero"
    AdvanceChanged "advance-changed" "DOC-17" "{Payment} of {it} was changed here, and its {kind} can't be changed in Xero ({fields}): void it there." "When it is voided there, send it again." "millbook payments send-again {number} {first}"
    AdvanceCurrency "advance-currency" "DOC-17" "{Payment} of {it} is not sent: it is an advance in {currency}, and Xero takes prepayments only in the bank account's currency, {bank}." "Name a bank account in {currency}, or let it go as an overpayment." "millbook payments overpay {number}"
    AdvanceRefused "advance-refused" "LOG-2" "Xero refused {payment} of {it}: {meaning} Xero says: \"{words}\"." "{remedy} Or let it go as an overpayment (`millbook payments overpay {number}`)." "millbook xero retry {number}"
    AdvanceUsed "advance-used" "DOC-17" "Of what was paid in advance on {it}, {there} is used on it in Xero and {here} here." "Take the rest back in Xero." "none: it can only be done in Xero"
    RefundsDiffer "refunds-differ" "DOC-17" "Of what was paid in advance on {it}, {here} was paid back here and {there} in Xero." "Delete what is too much, or enter what is missing, on the side that is wrong." "none: it is as the message says"
    RefundsWait "refunds-wait" "DOC-17" "{rest} of what was paid in advance on {it} is to be paid back, and nothing of it is left in Xero." "It goes when something is left there." "none: nothing has to be done"
    EmailRefused "email-refused" "DOC-16" "{It} is approved and was not e-mailed: {meaning} Xero says: \"{words}\"." "{remedy}" "millbook xero retry {number}"
    TaxToCheck "remark" "TAX-2" "{remark}" "" "millbook xero settings get"
    FileStays "file-stays" "DOC-11" "{It} is in Xero; the file {name} was removed here and stays there." "Remove it in Xero too, if it shall not be there." "none: it can only be done in Xero"
    InXero "in-xero" "LOG-5" "{It} is in Xero: {status}{amounts}." "" "none: nothing has to be done"
}

/// A reason with its facts, on the way to a text.
#[derive(Clone, Debug)]
pub(crate) struct Because {
    reason: Reason,
    facts: Vec<(&'static str, String)>,
}

impl Because {
    pub(crate) fn new(reason: Reason) -> Because {
        Because { reason, facts: Vec::new() }
    }

    /// Adds a fact that the texts name.
    pub(crate) fn with(mut self, name: &'static str, value: impl fmt::Display) -> Because {
        self.facts.push((name, value.to_string()));
        self
    }

    /// The texts, for the thing called `it`: at a sentence's beginning with a capital letter.
    pub(crate) fn why(self, it: &str) -> Why {
        let fill = |text: &str| {
            let text = text.replace("{It}", &capital(it)).replace("{it}", it);
            self.facts.iter().fold(text, |text, (name, value)| text.replace(&format!("{{{name}}}"), value))
        };
        let command = fill(self.reason.command());
        Why {
            code: self.reason.id(),
            message: fill(self.reason.message()),
            remedy: fill(self.reason.remedy()),
            command: (!command.is_empty()).then_some(command),
        }
    }
}

/// With a capital first letter.
pub(crate) fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// What Xero said, explained: what it means, what to do, and its words.
pub(crate) fn explained(messages: &[book::Text]) -> (String, String, String) {
    let words =
        messages.iter().map(|message| message.trim().trim_end_matches('.')).collect::<Vec<_>>().join("; ");
    let known = messages.iter().find_map(|message| xero::errors::explain(message).known);
    match known {
        Some(known) => (known.meaning.to_owned(), known.remedy.to_owned(), words),
        None => {
            let remedy = "Correct what Xero names, here or there, then try again.".to_owned();
            ("Xero didn't take it as it was sent.".to_owned(), remedy, words)
        }
    }
}

/// The first day that isn't locked (DOC-25).
pub(crate) fn first_open_day(lists: &Lists) -> Option<book::Day> {
    lists.organisation.as_ref()?.locked_until().map(book::Day::next)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn codes_are_unique_and_sentences_end() {
        let codes: BTreeSet<_> = Reason::ALL.iter().map(|reason| reason.id()).collect();
        assert_eq!(codes.len(), Reason::ALL.len());
        for reason in Reason::ALL {
            let fits = reason.message().ends_with(['.', '}', ':']) || reason.message().ends_with("}\".");
            assert!(fits, "{}: {}", reason.id(), reason.message());
            assert!(reason.remedy().is_empty() || reason.remedy().ends_with(['.', '}']), "{}", reason.id());
        }
    }

    // rule: LOG-5
    #[test]
    fn every_reason_has_a_command_or_says_why_there_is_none() {
        for reason in Reason::ALL {
            let does_it = reason.does_it();
            let says = does_it.strip_prefix(NONE).is_some_and(|why| !why.trim().is_empty());
            // What is part of a sum has the sum's own.
            let is_sums = does_it == "{command}";
            assert!(does_it.contains("millbook ") || says || is_sums, "{}: {does_it}", reason.id());
        }
        for code in HoldCode::ALL {
            let does_it = code.does_it();
            let says = does_it.strip_prefix(NONE).is_some_and(|why| !why.trim().is_empty());
            let repaired = crate::rules::repairs(*code, "B-1").is_some();
            assert!(does_it.starts_with("millbook ") || says || repaired, "{}: {does_it}", code.id());
        }
        let why = Because::new(Reason::DeleteThere).why("bill B-1");
        assert_eq!((why.command.clone(), why.no_command()), (None, Some("it can only be done in Xero")));
        assert_eq!(Because::new(Reason::NotConnected).why("bill B-1").no_command(), None);
    }

    // rule: LOG-2
    #[test]
    fn what_xero_says_is_explained_and_quoted() {
        let (meaning, remedy, words) = explained(&["Organisation is not subscribed to currency EUR".into()]);
        assert!(meaning.contains("currency"), "{meaning}");
        assert!(!remedy.is_empty());
        assert_eq!(words, "Organisation is not subscribed to currency EUR");
        assert_eq!(explained(&["The moon is wrong.".into()]).2, "The moon is wrong");
    }
}
