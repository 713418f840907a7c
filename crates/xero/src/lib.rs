//! Xero in Xero's own words: resources, statuses, dates, errors and what they mean.
//!
//! Reading never fails on something new: an unknown field is ignored, an unknown status is `Other` and never means
//! success. Not here: sending (`xero-client`), the book's words (`plan` translates).
