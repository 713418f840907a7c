//! Files at documents: names that Xero keeps, uploads and downloads as streams, and notes in a document's history.
//!
//! The same name at the same document overwrites, so an upload that may have happened may be made again.
//! Not here: which files belong to which document (`plan`).

use crate::call::{Call, Key, NotSendable, segment};
use crate::failure::Failure;
use crate::limits::{Priority, Tenant};
use crate::resource::read_written;
use crate::send::Client;
use world::{Chunks, Method};
use xero::element::Element;
use xero::outcome::Deed;
use xero::{Attachment, Resource, XeroId};

/// A file to upload.
pub struct Upload<'a> {
    /// Its name; the ending must fit the kind, or Xero's preview spins for ever.
    pub name: &'a str,
    /// Its MIME type.
    pub kind: &'a str,
    /// Its length in bytes.
    pub length: u64,
    /// Whether customers see it with the online invoice.
    pub online: Online,
}

/// Whether customers see a file with the online invoice (sales invoices and credit notes only).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Online {
    /// They do.
    Shown,
    /// They don't.
    Hidden,
}

/// MIME types we upload, with the endings that fit.
const KINDS: &[(&str, &[&str])] = &[
    ("application/pdf", &["pdf"]),
    ("image/png", &["png"]),
    ("image/jpeg", &["jpg", "jpeg"]),
    ("image/gif", &["gif"]),
    ("text/csv", &["csv"]),
    ("text/plain", &["txt"]),
    ("application/zip", &["zip"]),
    ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", &["xlsx"]),
    ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", &["docx"]),
];

/// The largest file Xero takes anywhere (API-FACTS 2.3).
pub const MOST: u64 = 10_000_000;

/// Builds the upload's call.
///
/// # Errors
/// A name Xero can't keep or whose ending doesn't fit, or a file too large.
pub fn upload<T: Resource>(document: XeroId<T>, file: &Upload<'_>, key: Key) -> Result<Call, NotSendable> {
    let ending =
        file.name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase()).unwrap_or_default();
    let bad = |c: char| c.is_control() || "<>:\"/\\?*|+#".contains(c);
    let kind = KINDS.iter().find(|(kind, endings)| *kind == file.kind && endings.contains(&ending.as_str()));
    let Some((kind, _)) = kind.filter(|_| !file.name.contains(bad) && file.name.len() <= 200) else {
        return Err(NotSendable::FileName(file.name.to_owned()));
    };
    if file.length > MOST {
        return Err(NotSendable::TooLarge(0, usize::try_from(file.length).unwrap_or(usize::MAX)));
    }
    let mut call = Call::read(format!("{}/{document}/Attachments/{}", T::PATH, segment(file.name)));
    (call.deed, call.method, call.content_type, call.key) = (Deed::Attach, Method::Put, kind, Some(key));
    if file.online == Online::Shown {
        call = call.with("IncludeOnline", "true");
    }
    Ok(call)
}

/// A file on its way to us.
pub struct Download {
    /// Its MIME type, as Xero has it.
    pub kind: Option<String>,
    /// Its length in bytes, if told.
    pub length: Option<u64>,
    /// Its bytes. The caller limits how much it takes.
    pub chunks: Box<dyn Chunks>,
    /// Xero's number for the call.
    pub correlation: Option<String>,
}

/// Builds the download's call, for a file of this MIME type.
#[must_use]
pub fn download<T: Resource>(document: XeroId<T>, name: &str, kind: &str) -> Call {
    let mut call = Call::read(format!("{}/{document}/Attachments/{}", T::PATH, segment(name)));
    call.accept = KINDS.iter().find(|(known, _)| *known == kind).map_or("*/*", |(known, _)| known);
    call
}

impl Client {
    /// Downloads a file of a document, piece by piece. `kind` is the MIME type that the list of files tells.
    ///
    /// # Errors
    /// A `Failure`; "not found" is one. Once pieces arrive, the stream says what went wrong.
    pub async fn download<T: Resource>(
        &self,
        tenant: Tenant,
        document: XeroId<T>,
        (name, kind): (&str, &str),
        priority: Priority,
    ) -> Result<Download, Failure> {
        let mut call = download(document, name, kind);
        let (answer, chunks) = self.send_for_stream(tenant, &mut call, priority).await?;
        let header = |wanted: &str| {
            answer.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case(wanted)).map(|(_, v)| v.clone())
        };
        let length = header("content-length").and_then(|text| text.trim().parse().ok());
        Ok(Download { kind: header("content-type"), length, chunks, correlation: answer.correlation })
    }

    /// Uploads a file to a document.
    ///
    /// # Errors
    /// A `Failure`; after an unknown one the upload may be made again.
    pub async fn attach<T: Resource>(
        &self,
        tenant: Tenant,
        document: XeroId<T>,
        file: &Upload<'_>,
        chunks: Box<dyn Chunks>,
        priority: Priority,
    ) -> Result<Element<Attachment>, Failure> {
        let mut call = upload(document, file, Key::fresh(self.chance()))?;
        let answer = self.send_stream(tenant, &mut call, (file.length, chunks), priority).await?;
        let asked = [Attachment { file_name: Some(file.name.to_owned()), ..Attachment::default() }];
        let elements = read_written(&answer, &asked)?;
        let missing = || Element::Unclear { why: "an empty list".to_owned(), messages: Vec::new() };
        Ok(elements.into_iter().next().unwrap_or_else(missing))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use xero::Invoice;

    #[test]
    fn names_that_xero_cannot_keep_are_refused_here() {
        let call = |name, kind| {
            let key = Key::stored("k".into(), None);
            upload::<Invoice>(XeroId::NOTHING, &Upload { name, kind, length: 9, online: Online::Shown }, key)
        };
        let good = call("bill [1] ä.pdf", "application/pdf").unwrap();
        assert!(good.path.ends_with("/Attachments/bill%20%5B1%5D%20%C3%A4.pdf"), "{}", good.path);
        for (name, kind) in [
            ("a/b.pdf", "application/pdf"),
            ("a+b.pdf", "application/pdf"),
            ("a#b.pdf", "application/pdf"),
            ("a.pdf", "image/png"),
            ("a", "application/pdf"),
            ("", "application/pdf"),
        ] {
            assert!(matches!(call(name, kind), Err(NotSendable::FileName(_))), "{name}");
        }
    }
}
