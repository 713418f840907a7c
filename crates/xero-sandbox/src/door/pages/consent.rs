//! The consent page: who asks, for which rights, for which organisation.

use maud::html;

use super::layout;
use crate::door::app::Person;
use crate::door::scope;

/// What the page shows.
pub struct Consent<'a> {
    /// The app's name.
    pub app: &'a str,
    /// The rights it asks for.
    pub scopes: &'a [String],
    /// The authorise request's query, sent back with the decision.
    pub query: &'a str,
    /// Where the answer will go.
    pub redirect: &'a str,
    /// Who can give the consent.
    pub people: &'a [Person],
    /// Id, name and whether it is connected already.
    pub tenants: Vec<(String, String, bool)>,
    /// Whether several may be chosen.
    pub several: bool,
}

/// The page.
pub fn consent(asked: &Consent<'_>) -> String {
    let kind = if asked.several { "checkbox" } else { "radio" };
    let body = html! {
        h1 { (asked.app) " wants access" }
        p.muted { "The answer goes to " code { (asked.redirect) } }
        p { "It asks to:" }
        ul.rights {
            @for name in asked.scopes {
                li { (scope::named(name).map_or("?", |s| s.lets)) " " span.muted { "(" code { (name) } ")" } }
            }
        }
        form method="post" action="/identity/connect/authorize" {
            input type="hidden" name="query" value=(asked.query);
            fieldset {
                legend { "Organisation" }
                @for (number, (id, name, connected)) in asked.tenants.iter().enumerate() {
                    label.choice {
                        input type=(kind) name="tenant" value=(id) checked[number == 0];
                        span { (name) @if *connected { span.muted { " · connected already" } } }
                    }
                }
            }
            p {
                label for="person" { "You are" }
                select #person name="person" {
                    @for person in asked.people {
                        option value=(person.id) { (person.name()) ", " (role_word(person)) }
                    }
                }
            }
            div.row {
                button.primary name="decision" value="allow" { "Allow access" }
                button name="decision" value="refuse" { "Cancel" }
            }
        }
    };
    layout::narrow("Consent", &body)
}

fn role_word(person: &Person) -> &'static str {
    use crate::exchange::Role;
    match person.role {
        Role::Adviser => "adviser",
        Role::StandardWithReports => "standard, with reports",
        Role::Standard => "standard, without reports",
        Role::InvoiceOnly => "invoice only",
        Role::ReadOnly => "read only",
    }
}
