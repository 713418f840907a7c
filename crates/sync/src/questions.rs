//! Asking Xero what the plan has to know first: whether it has contacts, items, numbers and bills already.
//!
//! Few contacts are asked for one by one, many by reading the list; items by their list, numbers forty at a time. Each
//! question is asked once in a run. Not here: which of the answers fit (`plan::answers`).

use book::PartyId;
use plan::{Command, Found, Question, answers};
use xero::Contact;
use xero_client::call::Call;
use xero_client::resource::list;

use crate::report::{Phase, Stop};
use crate::trip::{Asked, Trip, Whole};

/// Pages of the contact list that are read rather than asking one by one: so many thousand contacts.
const PAGES: u32 = 20;
/// Answers that are recorded at a time.
const AT_ONCE: usize = 200;

impl Trip<'_> {
    /// Answers what wasn't asked yet in this run; whether there was anything.
    pub(crate) async fn answer(&mut self, questions: &[Question]) -> Result<bool, Stop> {
        let mut any = false;
        for question in questions {
            let Some(question) = self.new_of(question) else { continue };
            any = true;
            self.phase(Phase::Asking);
            let found = match question {
                Question::Contacts(parties) => self.contacts(&parties).await?,
                Question::Items(items) => {
                    let page = self.page::<xero::Item>(list::<xero::Item>()).await?;
                    let records = page.map(|page| page.items).unwrap_or_default();
                    let view = &self.view;
                    answers::items(&view.book, &items, &records, view.exchange.lists())
                }
                Question::Numbers(_) | Question::BillsOf(_) => Vec::new(),
            };
            self.record(found).await?;
        }
        Ok(any)
    }

    async fn record(&mut self, found: Vec<Found>) -> Result<(), Stop> {
        for chunk in found.chunks(AT_ONCE) {
            if let Asked::Refused(_) = self.ask(Command::Find(chunk.to_vec()), Vec::new()).await? {
                self.refresh().await?;
            }
        }
        Ok(())
    }

    /// What of a question wasn't asked yet in this run.
    fn new_of(&mut self, question: &Question) -> Option<Question> {
        fn new<T: Copy + std::fmt::Debug>(trip: &mut Trip<'_>, what: &str, ids: &[T]) -> Option<Vec<T>> {
            let is_new = |id: &&T| trip.asked.insert(format!("{what} {id:?}"));
            let new: Vec<T> = ids.iter().filter(is_new).copied().collect();
            (!new.is_empty()).then_some(new)
        }
        match question {
            Question::Contacts(ids) => new(self, "contact", ids).map(Question::Contacts),
            Question::Items(ids) => new(self, "item", ids).map(Question::Items),
            Question::Numbers(ids) => new(self, "number", ids).map(Question::Numbers),
            Question::BillsOf(ids) => new(self, "bills of", ids).map(Question::BillsOf),
        }
    }

    /// Contacts: the list if that takes fewer calls than asking for each by number and name.
    async fn contacts(&mut self, parties: &[PartyId]) -> Result<Vec<Found>, Stop> {
        let searches = self.searches(parties);
        let most = u32::try_from(searches.len()).unwrap_or(PAGES).min(PAGES);
        let mut records = Vec::new();
        let mut whole = Whole::No;
        if most > 1 {
            let call = list::<Contact>().with("includeArchived", "true").with("summaryOnly", "true");
            (records, whole) = self.contact_pages(call, most).await?;
        }
        if whole == Whole::No {
            for call in searches {
                let page = self.page::<Contact>(call).await?;
                records.extend(page.map(|page| page.items).unwrap_or_default());
            }
        }
        Ok(answers::contacts(&self.view.book, parties, &records))
    }

    /// The contact list, unless its first page says that it is longer than asking one by one would take.
    async fn contact_pages(&mut self, call: Call, most: u32) -> Result<(Vec<Contact>, Whole), Stop> {
        let mut records = Vec::new();
        for number in 1..=most {
            let asked = call.clone().with("page", number.to_string()).with("pageSize", "1000");
            let Some(page) = self.page::<Contact>(asked).await? else { break };
            let pages = page.pagination.map_or(1, |pagination| pagination.page_count);
            records.extend(page.items);
            if number >= pages {
                return Ok((records, Whole::Yes));
            }
            if pages > most {
                break;
            }
        }
        Ok((records, Whole::No))
    }

    /// A search by account number and one by name for each. A text with a quotation mark can't be searched for
    /// (API-FACTS 2.7): its search term can.
    fn searches(&self, parties: &[PartyId]) -> Vec<Call> {
        let search = |field: &str, text: &str| {
            let call = list::<Contact>().with("includeArchived", "true");
            if text.contains('"') {
                call.with("searchTerm", text.replace('"', " ").trim())
            } else {
                call.with("where", format!("{field}==\"{text}\""))
            }
        };
        let of = |id: &PartyId| {
            let party = self.view.book.party(*id).map(|row| row.record.clone())?;
            let number = (!party.code.is_empty()).then(|| search("AccountNumber", &party.code));
            Some(number.into_iter().chain([search("Name", &party.name)]))
        };
        parties.iter().filter_map(of).flatten().collect()
    }
}
