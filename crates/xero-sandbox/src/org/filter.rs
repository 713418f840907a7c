//! `where` and `order` (API-FACTS 2.7): a small parser, and its evaluation over the fields of a record.
//!
//! Example: `Type=="ACCREC" AND Date >= DateTime(2026, 01, 31) && Contact.Name.StartsWith("ab")`.
//! Texts compare ignoring case and accents. What can't be read is an error with its place, never a panic:
//! Xero answers it with 400. Brackets may be nested 40 deep.

use rust_decimal::Decimal;
use std::cmp::Ordering;

pub(crate) use super::field::{Field, fold};
use super::guid::Guid;
use super::input::{day_of, read_decimal};

#[derive(Clone, Debug)]
enum Node {
    Any(Vec<Node>),
    All(Vec<Node>),
    Not(Box<Node>),
    Compare(Term, &'static str, Term),
    Test(Term),
}

#[derive(Clone, Debug)]
enum Term {
    Literal(Field),
    Path(String, Vec<(String, Option<String>)>),
}

/// A parsed `where`.
#[derive(Clone, Debug)]
pub(crate) struct Filter(Node);

#[derive(Clone, Debug, PartialEq)]
enum Token {
    Word(String),
    Text(String),
    Number(Decimal),
    Sign(&'static str),
}

/// Longer ones first, so that `>=` isn't read as `>`.
const SIGNS: &[&str] =
    &["==", "!=", "<>", ">=", "<=", "&&", "||", "=", ">", "<", "(", ")", ",", ".", "!", "-"];

fn tokens(text: &str) -> Result<Vec<Token>, String> {
    let mut found = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let length = if first == '"' || first == '\'' {
            let end = rest[1..]
                .find(first)
                .ok_or_else(|| format!("Unterminated string literal at '{}'", cut(rest)))?;
            found.push(Token::Text(rest[1..=end].to_owned()));
            end + 2
        } else if first.is_ascii_digit() {
            let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
            let number = read_decimal(rest[..end].trim_end_matches('.'));
            found.push(Token::Number(number.ok_or_else(|| format!("Invalid number '{}'", cut(rest)))?));
            end
        } else if first.is_alphabetic() || first == '_' {
            let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
            found.push(Token::Word(rest[..end].to_owned()));
            end
        } else {
            let sign = SIGNS.iter().find(|s| rest.starts_with(**s));
            let sign = sign.ok_or_else(|| format!("Syntax error '{first}'"))?;
            found.push(Token::Sign(sign));
            sign.len()
        };
        rest = rest[length..].trim_start();
    }
    Ok(found)
}

fn cut(text: &str) -> String {
    text.chars().take(30).collect()
}

struct Parser {
    tokens: Vec<Token>,
    at: usize,
    depth: u32,
}

impl Parser {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    fn takes(&mut self, sign: &str) -> bool {
        let found = matches!(self.peek(), Some(Token::Sign(s)) if *s == sign);
        self.at += usize::from(found);
        found
    }

    fn takes_word(&mut self, word: &str) -> bool {
        let found = matches!(self.peek(), Some(Token::Word(w)) if w.eq_ignore_ascii_case(word));
        self.at += usize::from(found);
        found
    }

    fn needs(&mut self, sign: &str) -> Result<(), String> {
        if self.takes(sign) { Ok(()) } else { Err(format!("'{sign}' expected at token {}", self.at + 1)) }
    }

    fn any(&mut self) -> Result<Node, String> {
        self.depth += 1;
        if self.depth > 40 {
            return Err("Brackets are nested too deeply".to_owned());
        }
        let mut nodes = vec![self.all()?];
        while self.takes("||") || self.takes_word("or") {
            nodes.push(self.all()?);
        }
        self.depth -= 1;
        Ok(if nodes.len() == 1 { nodes.remove(0) } else { Node::Any(nodes) })
    }

    fn all(&mut self) -> Result<Node, String> {
        let mut nodes = vec![self.one()?];
        while self.takes("&&") || self.takes_word("and") {
            nodes.push(self.one()?);
        }
        Ok(if nodes.len() == 1 { nodes.remove(0) } else { Node::All(nodes) })
    }

    fn one(&mut self) -> Result<Node, String> {
        let mut turned = false;
        while self.takes("!") || self.takes_word("not") {
            turned = !turned;
        }
        let node = if self.takes("(") {
            let inner = self.any()?;
            self.needs(")")?;
            inner
        } else {
            let left = self.term()?;
            let operator = ["==", "=", "!=", "<>", ">=", "<=", ">", "<"].into_iter().find(|s| self.takes(s));
            match operator {
                Some(operator) => Node::Compare(left, operator, self.term()?),
                None => Node::Test(left),
            }
        };
        Ok(if turned { Node::Not(Box::new(node)) } else { node })
    }

    fn term(&mut self) -> Result<Term, String> {
        let token = self.peek().cloned().ok_or("Expression expected")?;
        self.at += 1;
        let literal = match token {
            Token::Text(text) => Field::Text(text),
            Token::Number(number) => Field::Number(number),
            Token::Sign("-") => match self.peek() {
                Some(Token::Number(number)) => {
                    let number = -*number;
                    self.at += 1;
                    Field::Number(number)
                }
                _ => return Err("A number is expected after '-'".to_owned()),
            },
            Token::Sign(sign) => return Err(format!("Syntax error at '{sign}'")),
            Token::Word(word) => return self.word(&word),
        };
        Ok(Term::Literal(literal))
    }

    fn word(&mut self, word: &str) -> Result<Term, String> {
        let called = matches!(self.peek(), Some(Token::Sign("(")));
        let literal = match word.to_ascii_lowercase().as_str() {
            "true" => Field::Flag(true),
            "false" => Field::Flag(false),
            "null" => Field::Null,
            "guid" if called => {
                let text = self.argument()?.unwrap_or_default();
                Field::Guid(Guid::parse(&text).ok_or_else(|| format!("'{}' is not a Guid", cut(&text)))?)
            }
            "datetime" if called => Field::Instant(self.date_time()?),
            _ => return self.path(word),
        };
        Ok(Term::Literal(literal))
    }

    /// `DateTime(y, m, d[, h, min, s])` or `DateTime("…")`-like `DateTime.Parse` is not known.
    fn date_time(&mut self) -> Result<i64, String> {
        self.needs("(")?;
        let mut parts: Vec<i16> = Vec::new();
        while !self.takes(")") {
            match self.peek() {
                Some(Token::Number(number)) => {
                    parts.push(number.to_string().parse().map_err(|_| "DateTime takes whole numbers")?);
                    self.at += 1;
                }
                _ => return Err("DateTime takes year, month, day".to_owned()),
            }
            self.takes(",");
        }
        let part = |at: usize| parts.get(at).copied().unwrap_or(0);
        let small = |at: usize| i8::try_from(part(at)).map_err(|_| "DateTime is out of range");
        let wrong = |_| "DateTime is out of range".to_owned();
        let day = jiff::civil::Date::new(part(0), small(1)?, small(2)?).map_err(wrong)?;
        let time = jiff::civil::Time::new(small(3)?, small(4)?, small(5)?, 0).map_err(wrong)?;
        let zoned = day.to_datetime(time).to_zoned(jiff::tz::TimeZone::UTC).map_err(wrong)?;
        Ok(zoned.timestamp().as_millisecond())
    }

    /// The text in brackets after a method, or None for `()`.
    fn argument(&mut self) -> Result<Option<String>, String> {
        self.needs("(")?;
        let argument = match self.peek() {
            Some(Token::Text(text)) => Some(text.clone()),
            _ => None,
        };
        self.at += usize::from(argument.is_some());
        self.needs(")")?;
        Ok(argument)
    }

    fn path(&mut self, first: &str) -> Result<Term, String> {
        let mut path = first.to_ascii_lowercase();
        let mut methods = Vec::new();
        while self.takes(".") {
            let Some(Token::Word(word)) = self.peek().cloned() else {
                return Err(format!("A name is expected after '{path}.'"));
            };
            self.at += 1;
            let word = word.to_ascii_lowercase();
            if !matches!(self.peek(), Some(Token::Sign("("))) {
                if !methods.is_empty() && word != "value" {
                    return Err(format!("'{word}' is not a method"));
                }
                if word != "value" {
                    path = format!("{path}.{word}");
                }
                continue;
            }
            let argument = self.argument()?;
            let needs_text = matches!(word.as_str(), "contains" | "startswith" | "endswith");
            let known = needs_text || matches!(word.as_str(), "tolower" | "toupper" | "tostring" | "trim");
            if !known || (needs_text && argument.is_none()) {
                return Err(format!("No applicable method '{word}' exists"));
            }
            methods.push((word, argument));
        }
        Ok(Term::Path(path, methods))
    }
}

impl Filter {
    /// Parses a `where` text.
    pub(crate) fn parse(text: &str) -> Result<Filter, String> {
        if text.len() > 20_000 {
            return Err("The filter is too long".to_owned());
        }
        let mut parser = Parser { tokens: tokens(text)?, at: 0, depth: 0 };
        let node = parser.any()?;
        match parser.peek() {
            None => Ok(Filter(node)),
            Some(_) => Err(format!("Syntax error at token {}", parser.at + 1)),
        }
    }

    /// Whether a record passes. `field` gives its fields by path in lower case, None for a path it doesn't have.
    pub(crate) fn passes(&self, field: &dyn Fn(&str) -> Option<Field>) -> Result<bool, String> {
        evaluate(&self.0, field)
    }
}

fn evaluate(node: &Node, field: &dyn Fn(&str) -> Option<Field>) -> Result<bool, String> {
    Ok(match node {
        Node::Any(nodes) => {
            for node in nodes {
                if evaluate(node, field)? {
                    return Ok(true);
                }
            }
            false
        }
        Node::All(nodes) => {
            for node in nodes {
                if !evaluate(node, field)? {
                    return Ok(false);
                }
            }
            true
        }
        Node::Not(inner) => !evaluate(inner, field)?,
        Node::Test(term) => value(term, field)? == Field::Flag(true),
        Node::Compare(left, operator, right) => {
            let order = value(left, field)?.compare(&value(right, field)?);
            match *operator {
                "==" | "=" => order == Some(Ordering::Equal),
                "!=" | "<>" => order != Some(Ordering::Equal),
                ">" => order == Some(Ordering::Greater),
                "<" => order == Some(Ordering::Less),
                ">=" => matches!(order, Some(Ordering::Greater | Ordering::Equal)),
                _ => matches!(order, Some(Ordering::Less | Ordering::Equal)),
            }
        }
    })
}

fn value(term: &Term, field: &dyn Fn(&str) -> Option<Field>) -> Result<Field, String> {
    let (path, methods) = match term {
        Term::Literal(literal) => return Ok(literal.clone()),
        Term::Path(path, methods) => (path, methods),
    };
    let mut value = field(path).ok_or_else(|| format!("No property or field '{path}' exists"))?;
    for (method, argument) in methods {
        let text = match &value {
            Field::Text(text) => text.clone(),
            Field::Guid(id) => id.to_string(),
            Field::Number(number) => number.to_string(),
            Field::Instant(at) => day_of(*at).map(|d| d.to_string()).unwrap_or_default(),
            Field::Flag(flag) => flag.to_string(),
            Field::Null => return Ok(Field::Null),
        };
        let (text_folded, argument) = (fold(&text), fold(argument.as_deref().unwrap_or_default()));
        value = match method.as_str() {
            "contains" => Field::Flag(text_folded.contains(&argument)),
            "startswith" => Field::Flag(text_folded.starts_with(&argument)),
            "endswith" => Field::Flag(text_folded.ends_with(&argument)),
            "trim" => Field::Text(text.trim().to_owned()),
            _ => Field::Text(text),
        };
    }
    Ok(value)
}

/// `order`: (path in lower case, descending), e.g. `Date DESC, InvoiceID`.
pub(crate) fn parse_order(text: &str) -> Result<Vec<(String, bool)>, String> {
    let mut keys = Vec::new();
    for part in text.split(',') {
        let words: Vec<&str> = part.split_whitespace().collect();
        let descending = match words.get(1).map(|w| w.to_ascii_uppercase()) {
            None => false,
            Some(word) if word == "ASC" || word == "ASCENDING" => false,
            Some(word) if word == "DESC" || word == "DESCENDING" => true,
            Some(_) => return Err(format!("Syntax error in order '{}'", cut(part))),
        };
        let Some(path) = words.first().filter(|_| words.len() <= 2) else {
            return Err(format!("Syntax error in order '{}'", cut(part)));
        };
        keys.push((path.to_ascii_lowercase(), descending));
    }
    Ok(keys)
}
