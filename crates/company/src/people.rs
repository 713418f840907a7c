//! People: names, e-mails and passwords, beside the log, so that a person can be erased and the chain still verifies.
//!
//! The installation's log says "user 3 was added, with this digest"; the sheet `personal` says that user 3 is Ana. The
//! digest is SHA-256 over a random salt and the data, and the salt goes with the data: once erased, nobody can try names
//! against it. Passwords are kept as Argon2id hashes.

use argon2::{Argon2, PasswordHash, PasswordHasher, PasswordVerifier};
use serde::{Deserialize, Serialize};

use store::{CompanyId, Item, Sheet, Store, Write};
use wire::Problem;
use world::Chance;

use crate::fold::Failure;
use crate::operations::digest_of;

/// At least this many characters (NIST SP 800-63B, 3.1.1.2 asks for 8 with a second factor, 15 without).
const PASSWORD_AT_LEAST: usize = 15;
const PASSWORD_AT_MOST: usize = 1_000;

/// What is known of a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Person {
    /// What they sign in with, lower case: an e-mail, mostly.
    pub login: String,
    /// What people call them.
    pub name: String,
    /// Random, so that the digest in the log gives nothing away.
    pub salt: String,
    /// Argon2id, in its usual spelling.
    pub password: String,
}

/// Who somebody is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Login {
    /// Their number.
    pub user: u32,
    /// What is known of them.
    pub person: Person,
}

fn user_key(user: u32) -> String {
    format!("user/{user}")
}

fn login_key(login: &str) -> String {
    format!("login/{}", login.to_lowercase())
}

impl Person {
    /// A person with a password that is hashed here.
    ///
    /// # Errors
    /// A login or password that can't be.
    pub fn new(login: &str, name: &str, password: &str, chance: &dyn Chance) -> Result<Person, Problem> {
        let login = login.trim().to_lowercase();
        if login.is_empty() || login.len() > 200 || login.chars().any(char::is_control) {
            let message = format!("\"{}\" can't be a login.", login.chars().take(60).collect::<String>());
            return Err(Problem::new("bad-input", message, "Use an e-mail address, or a short name."));
        }
        let length = password.chars().count();
        if !(PASSWORD_AT_LEAST..=PASSWORD_AT_MOST).contains(&length) {
            let message = format!(
                "The password has {length} characters; {PASSWORD_AT_LEAST} to {PASSWORD_AT_MOST} are needed."
            );
            return Err(Problem::new(
                "bad-password",
                message,
                "Use a sentence, or let a password keeper make one.",
            ));
        }
        let mut salt = [0; 16];
        chance.fill(&mut salt);
        let password = Argon2::default()
            .hash_password_with_salt(password.as_bytes(), &salt)
            .map_err(|error| Problem::new("bad-password", error.to_string(), "Choose another password."))?;
        let password = password.to_string();
        Ok(Person { login, name: name.trim().to_owned(), salt: world::identifier(chance), password })
    }

    /// What the log holds instead.
    pub fn digest(&self) -> String {
        digest_of(&format!("{}\n{}\n{}", self.salt, self.login, self.name))
    }

    /// What is written beside the log; a login that is taken makes the commit a conflict.
    pub(crate) fn writes(&self, user: u32) -> Vec<Write> {
        let item = |key, value: Vec<u8>| Item { key, value, until: None };
        let person = serde_json::to_vec(self).unwrap_or_default();
        vec![
            Write::Swap(Sheet::Personal, None, item(login_key(&self.login), user.to_string().into_bytes())),
            Write::Put(Sheet::Personal, item(user_key(user), person)),
        ]
    }
}

/// The installation's people.
pub struct People<'a>(pub &'a dyn Store);

impl People<'_> {
    /// What is known of a user; none, if they were erased.
    ///
    /// # Errors
    /// The store's.
    pub async fn person(&self, user: u32) -> Result<Option<Person>, Failure> {
        let item = self.0.item(CompanyId(0), Sheet::Personal, user_key(user)).await?;
        Ok(item.and_then(|item| serde_json::from_slice(&item.value).ok()))
    }

    /// Who signs in with this.
    ///
    /// # Errors
    /// The store's.
    pub async fn find(&self, login: &str) -> Result<Option<Login>, Failure> {
        if login.is_empty() || login.len() > 200 {
            return Ok(None);
        }
        let item = self.0.item(CompanyId(0), Sheet::Personal, login_key(login)).await?;
        let user = item.and_then(|item| String::from_utf8(item.value).ok()?.parse().ok());
        let Some(user) = user else { return Ok(None) };
        Ok(self.person(user).await?.map(|person| Login { user, person }))
    }

    /// Who signs in with this login and password.
    ///
    /// # Errors
    /// The store's.
    pub async fn sign_in(&self, login: &str, password: &str) -> Result<Option<Login>, Failure> {
        let found = self.find(login).await?;
        Ok(found.filter(|found| {
            let hash = PasswordHash::new(&found.person.password);
            hash.is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
        }))
    }

    /// Erases a person: what is left is a number and a digest that nobody can match.
    ///
    /// # Errors
    /// The store's.
    pub async fn erase(&self, user: u32) -> Result<(), Failure> {
        let Some(person) = self.person(user).await? else { return Ok(()) };
        let keys = [login_key(&person.login), user_key(user)];
        let writes = keys.map(|key| Write::Delete(Sheet::Personal, key));
        Ok(self.0.write(CompanyId(0), writes.into()).await?)
    }
}
