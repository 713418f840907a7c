//! A word of Xero's: an enum that keeps what it doesn't know, so that a new status never breaks reading.
//!
//! `words! { DocumentStatus: Draft = "DRAFT", … }` reads any spelling of case, writes Xero's, and keeps `"NEWTHING"` as
//! `Other("NEWTHING")`. Not here: which words there are (`statuses`).

macro_rules! words {
    ($($(#[$meta:meta])* $name:ident : $($variant:ident = $text:literal),+ ;)+) => {$(
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum $name {
            $(#[doc = concat!("`", $text, "`")] $variant,)+
            /// A word we don't know, as Xero wrote it. Never means success.
            Other(String),
        }

        impl $name {
            /// The words we know, as Xero writes them.
            pub const KNOWN: &'static [&'static str] = &[$($text),+];

            /// As Xero writes it.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $text,)+
                    Self::Other(text) => text,
                }
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                $(if text.eq_ignore_ascii_case($text) { return Self::$variant; })+
                Self::Other(text.to_owned())
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                Ok(Self::from(crate::text::Text::deserialize(deserializer)?.0.as_ref()))
            }
        }

        impl<'de> crate::tolerant::Tolerant<'de> for $name {}

        impl crate::record::Echo for $name {
            fn compare(&self, echo: &Self, at: &str, found: &mut Vec<crate::record::Difference>) {
                if self != echo {
                    let path = at.to_owned();
                    let (asked, held) = (format!("{:?}", self.as_str()), format!("{:?}", echo.as_str()));
                    found.push(crate::record::Difference { path, asked, held });
                }
            }
        }
    )+};
}
pub(crate) use words;
