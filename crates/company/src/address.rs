//! The installation's address, as people reach it: `https://books.example.com`. Documents in Xero link back to it.
//!
//! Nobody has set one: no link is sent. Whatever only this machine can reach is refused, so that no link to `localhost` gets into
//! anybody's books by accident. Xero takes no link with the word xero in it (API-FACTS 4.7).
//! Not here: which documents have such a link (`sync`), the pages behind it (`web`).

use wire::Problem;

/// Characters of an address.
const LENGTH: usize = 200;

/// An address without what is behind it, if it is one that others can reach.
///
/// # Errors
/// What is wrong with it.
pub fn read(text: &str) -> Result<String, Problem> {
    let text = text.trim().trim_end_matches('/');
    let wrong = |why: &str| {
        let message = format!("\"{text}\" can't be the installation's address: {why}.");
        let remedy = "Write it as people reach it: https://books.example.com; `none` takes it away.";
        Err(Problem::new("bad-address", message, remedy).with("address", text))
    };
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    let Some(rest) = rest else { return wrong("it begins with neither https:// nor http://") };
    if text.len() > LENGTH {
        return wrong("it is too long");
    }
    if !rest.chars().all(|c| c.is_ascii_graphic()) || rest.contains(['@', '?', '#', '"', '<', '>', '\\']) {
        return wrong("it has signs that an address has not");
    }
    let place = rest.split('/').next().unwrap_or_default();
    let host = match place.strip_prefix('[') {
        Some(inside) => inside.split(']').next().unwrap_or_default(),
        None => place.split(':').next().unwrap_or_default(),
    };
    let host = host.to_ascii_lowercase();
    if host.is_empty() {
        return wrong("it names no machine");
    }
    if is_of_this_machine(&host) {
        return wrong("only this machine can reach it");
    }
    if text.to_ascii_lowercase().contains("xero") {
        return wrong("Xero takes no link that has the word xero in it");
    }
    Ok(text.to_owned())
}

fn is_of_this_machine(host: &str) -> bool {
    let loopback = host.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback() || ip.is_unspecified());
    loopback || host == "localhost" || host.ends_with(".localhost") || host.ends_with(".localdomain")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_one_that_others_can_reach() {
        assert_eq!(read(" https://books.example.com/ ").unwrap(), "https://books.example.com");
        assert_eq!(read("http://192.168.1.20:8080/mill").unwrap(), "http://192.168.1.20:8080/mill");
        for wrong in [
            "",
            "books.example.com",
            "ftp://books.example.com",
            "https://",
            "https:///jam",
            "http://localhost",
            "http://localhost:8080",
            "http://LOCALHOST/",
            "http://me.localhost",
            "http://127.0.0.1:80",
            "http://127.9.9.9",
            "http://[::1]:8080",
            "http://0.0.0.0",
            "https://a b.com",
            "https://me@books.com",
            "https://books.com?x=1",
            "https://books.com#x",
            "https://xero.example.com",
        ] {
            assert_eq!(read(wrong).unwrap_err().code, "bad-address", "{wrong}");
        }
        assert!(read(&format!("https://{}.com", "a".repeat(200))).is_err());
    }
}
