//! One app's webhook address: its events, its posts, and what becomes of them.
//!
//! An event waits, is put into a post, is sent, and is settled by a good answer. Unsettled posts of an address that
//! is disabled or set anew give their events back.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{ANSWER_WITHIN_MS, Outcome, Status, Wish, sign};
use crate::door::http::bytes_as_text;
use crate::door::mint::Mint;

const RETRY_EVERY: SignedDuration = SignedDuration::from_mins(15);
const GIVE_UP_AFTER: SignedDuration = SignedDuration::from_hours(24);
const KEEP_EVENTS: SignedDuration = SignedDuration::from_hours(31 * 24);
const EVENTS_IN_ONE_POST: usize = 100;
const PAST_POSTS: usize = 100;

/// One event, ready to be written, with the moment it happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Event {
    pub(super) at: Timestamp,
    pub(super) value: Value,
}

/// Why a post is sent, and what a good answer to it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Purpose {
    /// Events: 2xx.
    Events,
    /// Signed rightly: 2xx.
    IntentRight,
    /// Signed wrongly: 401.
    IntentWrong,
}

/// One post to an app.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Post {
    /// Counts from 1 in each app.
    pub number: u64,
    /// Why.
    pub purpose: Purpose,
    /// What is posted.
    #[serde(with = "bytes_as_text")]
    pub body: Vec<u8>,
    /// `x-xero-signature`.
    pub signature: String,
    /// Not before.
    pub due: Timestamp,
    /// When it was first due.
    pub first_due: Timestamp,
    /// How often it was sent.
    pub attempts: u32,
    /// The answers so far, newest last: `200` or a reason.
    pub results: Vec<String>,
    pub(super) under_way: bool,
}

/// One app's address with its events and posts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subscription {
    /// What is wanted.
    pub wish: Wish,
    /// Where it stands.
    pub status: Status,
    /// Why it failed.
    pub reason: Option<String>,
    /// The next events are posted twice, this many times.
    pub duplicates: u32,
    /// The next events wait until there are two, and then are posted last first, this many times.
    pub disorder: u32,
    pub(super) sequence: u32,
    pub(super) posts_made: u64,
    pub(super) waiting: Vec<Event>,
    pub(super) open: Vec<Post>,
    pub(super) past: Vec<Post>,
}

impl Subscription {
    /// Posts that are not settled, and those of late that are, oldest first.
    pub fn posts(&self) -> impl Iterator<Item = &Post> {
        self.past.iter().chain(&self.open)
    }

    /// How many events wait for a post.
    pub fn waiting(&self) -> usize {
        self.waiting.len()
    }

    pub(super) fn take_back_open_events(&mut self) {
        // Unsettled events were numbered already; they are told again, in order, with new numbers.
        for post in self.open.drain(..) {
            let body: Value = serde_json::from_slice(&post.body).unwrap_or_default();
            let told = body["events"].as_array().cloned().unwrap_or_default();
            self.waiting.extend(told.into_iter().map(|value| Event { at: post.first_due, value }));
        }
        self.waiting.sort_by_key(|e| e.at);
    }

    pub(super) fn make_posts(&mut self, mint: &mut Mint, now: Timestamp) {
        self.waiting.retain(|e| now.duration_since(e.at) <= KEEP_EVENTS);
        if self.status != Status::Ok || self.waiting.is_empty() {
            return;
        }
        if self.disorder > 0 {
            if self.waiting.len() < 2 {
                return;
            }
            self.disorder -= 1;
            let events = std::mem::take(&mut self.waiting);
            for event in &events {
                self.post_events(std::slice::from_ref(event), mint, now);
            }
            let from = self.open.len() - events.len();
            self.open[from..].reverse();
            return;
        }
        let events = std::mem::take(&mut self.waiting);
        for some in events.chunks(EVENTS_IN_ONE_POST) {
            self.post_events(some, mint, now);
        }
    }

    fn post_events(&mut self, events: &[Event], mint: &mut Mint, now: Timestamp) {
        self.post(Purpose::Events, events, mint, now);
        if self.duplicates > 0 {
            self.duplicates -= 1;
            if let Some(mut again) = self.open.last().cloned() {
                self.posts_made += 1;
                again.number = self.posts_made;
                self.open.push(again);
            }
        }
    }

    pub(super) fn post(&mut self, purpose: Purpose, events: &[Event], mint: &mut Mint, now: Timestamp) {
        let count = u32::try_from(events.len()).unwrap_or(u32::MAX);
        let (first, last) =
            if events.is_empty() { (0, 0) } else { (self.sequence + 1, self.sequence + count) };
        self.sequence += count;
        let body = json!({
            "events": events.iter().map(|e| e.value.clone()).collect::<Vec<_>>(),
            "firstEventSequence": first,
            "lastEventSequence": last,
            "entropy": mint.capitals(20),
        });
        let body = body.to_string().into_bytes();
        let signature = match purpose {
            Purpose::IntentWrong => sign(&format!("{} wrong", self.wish.key), &body),
            Purpose::Events | Purpose::IntentRight => sign(&self.wish.key, &body),
        };
        self.posts_made += 1;
        self.open.push(Post {
            number: self.posts_made,
            purpose,
            body,
            signature,
            due: now,
            first_due: now,
            attempts: 0,
            results: Vec::new(),
            under_way: false,
        });
    }

    pub(super) fn outcome(&mut self, number: u64, outcome: &Outcome, now: Timestamp) {
        let Some(at) = self.open.iter().position(|p| p.number == number) else { return };
        let post = &mut self.open[at];
        post.under_way = false;
        let (result, good) = match outcome {
            Outcome::Answered(status, ms) if *ms > ANSWER_WITHIN_MS => {
                (format!("{status} after {ms} ms, later than {ANSWER_WITHIN_MS} ms"), false)
            }
            Outcome::Answered(status, _) if post.purpose == Purpose::IntentWrong => {
                (status.to_string(), *status == 401)
            }
            Outcome::Answered(status, _) => (status.to_string(), (200..300).contains(status)),
            Outcome::Failed(reason) => (reason.clone(), false),
        };
        post.results.push(result);
        let failed = if good { None } else { post.results.last().cloned() };
        match (post.purpose, failed) {
            (Purpose::Events, Some(_)) if now.duration_since(post.first_due) < GIVE_UP_AFTER => {
                if post.attempts > 1 {
                    post.due = now.checked_add(RETRY_EVERY).unwrap_or(Timestamp::MAX);
                }
            }
            (Purpose::Events, Some(reason)) => {
                self.status = Status::Disabled;
                self.reason = Some(format!("no good answer for 24 hours, last: {reason}"));
                self.take_back_open_events();
            }
            (purpose, failed) => {
                let post = self.open.remove(at);
                self.past.push(post);
                let excess = self.past.len().saturating_sub(PAST_POSTS);
                self.past.drain(..excess);
                if purpose != Purpose::Events {
                    self.settle_intent(purpose, failed);
                }
            }
        }
    }

    fn settle_intent(&mut self, purpose: Purpose, failed: Option<String>) {
        if let Some(result) = failed {
            let wanted = if purpose == Purpose::IntentWrong { "401" } else { "200" };
            self.status = Status::IntentFailed;
            self.reason.get_or_insert(format!("answered {result} where {wanted} was due"));
        }
        let more = self.open.iter().any(|p| p.purpose != Purpose::Events);
        if self.status == Status::IntentPending && !more {
            self.status = Status::Ok;
        }
    }
}
