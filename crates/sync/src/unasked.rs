//! What a plan decides that needs neither a call nor a person: links, versions taken over, tax that is cost, payments that agree.
//!
//! Each is asked of the log once in a run; what is refused is told as blocked. Not here: what is sent (`carry`).

use book::DocumentId;
use plan::{Command, Subject};

use crate::report::{Blocked, Stop};
use crate::trip::{Asked, Trip};

impl Trip<'_> {
    /// Records links that need no call; whether there were any.
    pub(crate) async fn link(&mut self, links: &[(Subject, plan::Guid)]) -> Result<bool, Stop> {
        let mut any = false;
        for (subject, xero) in links {
            if !self.asked.insert(format!("link {subject:?} {xero}")) {
                continue;
            }
            any = true;
            match self.ask(Command::Link { subject: subject.clone(), xero: *xero }, Vec::new()).await? {
                Asked::Done => self.report.linked += 1,
                Asked::Refused(_) => self.refresh().await?,
            }
        }
        Ok(any)
    }

    /// Has decided what needs no call and no person: Xero's version taken over (DOC-23), tax that is cost (TAX-6); whether there
    /// was any.
    pub(crate) async fn for_each(
        &mut self,
        documents: &[DocumentId],
        what: &str,
        command: fn(DocumentId) -> Command,
    ) -> Result<bool, Stop> {
        let mut any = false;
        for document in documents {
            if !self.asked.insert(format!("{what} {document:?}")) {
                continue;
            }
            any = true;
            if let Asked::Refused(why) = self.ask(command(*document), Vec::new()).await? {
                let subject = Subject::Document(*document);
                let number = self.view.book.document(*document).map(|document| document.number().to_string());
                self.report.blocked.push(Blocked { subject, name: number.unwrap_or_default(), why });
                self.refresh().await?;
            }
        }
        Ok(any)
    }

    /// Has recorded which payments are the same on both sides, and takes those that come from Xero; whether there were any.
    pub(crate) async fn take_payments(&mut self, paid: &[Subject]) -> Result<bool, Stop> {
        let mut any = false;
        for subject in paid {
            let changed = self.view.exchange.paid_changed(subject);
            if !self.asked.insert(format!("payments {subject:?} {changed}")) {
                continue;
            }
            any = true;
            let wish = Command::TakePayments(subject.clone());
            if let Asked::Refused(why) = self.ask(wish, Vec::new()).await? {
                let (name, subject) = (subject.word(&self.view.book), subject.clone());
                self.report.blocked.push(Blocked { subject, name, why });
                self.refresh().await?;
            }
        }
        Ok(any)
    }
}
