//! The frame of every page and the stylesheet, which is part of the page: nothing else has to be loaded.

use maud::{DOCTYPE, Markup, PreEscaped, html};

const STYLE: &str = include_str!("style.css");

fn frame(title: &str, body: &Markup) -> String {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) " · Sandbox" }
                style { (PreEscaped(STYLE)) }
            }
            body { (body) }
        }
    };
    page.into_string()
}

/// A page of its own, without navigation: consent, a refusal.
pub fn narrow(title: &str, body: &Markup) -> String {
    frame(
        title,
        &html! { main.narrow { (body) footer { "A stand-in Xero for tests. Nothing here is real." } } },
    )
}

/// A page with the navigation of an organisation, or of the sandbox.
pub fn wide(title: &str, place: &str, navigation: &[(String, String)], here: &str, body: &Markup) -> String {
    let page = html! {
        header.top {
            span { a.brand href="/" { "Sandbox" } @if !place.is_empty() { " / " b { (place) } } }
            nav {
                @for (href, label) in navigation {
                    a href=(href) aria-current=[(href == here).then_some("page")] { (label) }
                }
            }
        }
        main { (body) }
        footer { "A stand-in Xero for tests. Nothing here is real." }
    };
    frame(title, &page)
}
