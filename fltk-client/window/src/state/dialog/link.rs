//! Where a web address really leads.

/// The host of an address, and what is suspicious about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// The host, as a browser would take it.
    pub host: Box<str>,
    /// What a person should know before going there.
    pub warning: Option<&'static str>,
}

/// Reads where an address leads.
#[must_use]
pub fn target(url: &str) -> Target {
    let (scheme, rest) = url.split_once("://").unwrap_or(("", url));
    let authority = rest.split(['/', '?', '#', '\\']).next().unwrap_or_default();
    let (user, host) = authority.rsplit_once('@').map_or(("", authority), |(u, h)| (u, h));
    let port = |port: &str| !port.is_empty() && port.bytes().all(|c| c.is_ascii_digit());
    let host = host.rsplit_once(':').filter(|(_, end)| port(end)).map_or(host, |(host, _)| host);
    let warning = if !user.is_empty() {
        Some("What stands before the @ is not where it leads.")
    } else if !host.is_ascii() {
        Some("The name has letters of other scripts, which can look like those of another site.")
    } else if host.split('.').any(|label| label.to_ascii_lowercase().starts_with("xn--")) {
        Some("The name stands for letters of other scripts, which can look like another site.")
    } else if scheme.eq_ignore_ascii_case("http") {
        Some("The connection to it is not encrypted.")
    } else {
        None
    };
    Target { host: host.into(), warning }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_host_is_what_a_browser_goes_to() {
        for (url, host, warned) in [
            ("https://example.org/a?b@c", "example.org", false),
            ("https://example.org:8443", "example.org", false),
            ("https://bank.example@evil.example/x", "evil.example", true),
            ("https://exаmple.org/", "exаmple.org", true),
            ("https://xn--exmple-cua.org/", "xn--exmple-cua.org", true),
            ("http://example.org", "example.org", true),
            ("https://[::1]:80/", "[::1]", false),
        ] {
            let target = target(url);
            assert_eq!((&*target.host, target.warning.is_some()), (host, warned), "{url}");
        }
    }
}
