use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use assay_core::SubmissionId;
use serde::{Deserialize, Serialize};
use ureq::http::Uri;

/// A server: scheme, host and, if it is not the scheme's own, port. Two that are equal are the same server, so it is what
/// a login belongs to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub(crate) struct ServerUrl(String);

/// Why a text is no server, and what would be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NoServer(String);

impl ServerUrl {
    /// `https://host`, without a `/` at the end.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the connection needs a certificate.
    pub(crate) fn is_tls(&self) -> bool {
        self.0.starts_with("https:")
    }

    /// Whether it is this machine.
    pub(crate) fn is_here(&self) -> bool {
        let authority = self.0.split_once("://").map_or("", |(_, rest)| rest);
        let host = match authority.strip_prefix('[') {
            Some(v6) => v6.split(']').next().unwrap_or_default(),
            None => authority.split(':').next().unwrap_or_default(),
        };
        host == "localhost"
            || host.ends_with(".localhost")
            || host.parse().is_ok_and(|ip: IpAddr| ip.is_loopback())
    }

    /// Whether what goes there, a login included, can be read on the way.
    pub(crate) fn is_in_the_clear(&self) -> bool {
        !self.is_tls() && !self.is_here()
    }

    /// The page of a run.
    pub(crate) fn run(&self, id: SubmissionId) -> String {
        format!("{self}/runs/{id}")
    }
}

impl FromStr for ServerUrl {
    type Err = NoServer;

    fn from_str(text: &str) -> Result<ServerUrl, NoServer> {
        let no = |why: String| Err(NoServer(why));
        let text = text.trim();
        if text.is_empty() {
            return no("it is empty: give https://HOST".to_owned());
        }
        let Some((scheme, _)) = text.split_once("://") else {
            return no(format!(
                "say how to speak to it: https://{text}, or http://{text} for one on this machine"
            ));
        };
        let scheme = scheme.to_ascii_lowercase();
        if scheme != "http" && scheme != "https" {
            return no(format!("`{scheme}` is not spoken here: give http:// or https://"));
        }
        let uri: Uri = match text.parse() {
            Ok(uri) => uri,
            Err(e) => return no(format!("{e}: give http://HOST:PORT or https://HOST")),
        };
        let Some(authority) = uri.authority() else {
            return no("it names no host: give https://HOST".to_owned());
        };
        if authority.as_str().contains('@') {
            return no("leave out what stands before the @: `assay login` asks for what it needs".to_owned());
        }
        let (host, port) = (authority.host().to_ascii_lowercase(), authority.port_u16());
        let bare = authority.as_str().len() == host.len();
        if host.is_empty() || (!bare && port.is_none_or(|p| p == 0)) {
            return no("it names no host and port: give http://HOST:PORT or https://HOST".to_owned());
        }
        let own = if scheme == "http" { 80 } else { 443 };
        let port = port.filter(|&p| p != own).map(|p| format!(":{p}")).unwrap_or_default();
        let server = format!("{scheme}://{host}{port}");
        if uri.path() != "/" && !uri.path().is_empty() || uri.query().is_some() {
            return no(format!("give the server alone: {server}"));
        }
        Ok(ServerUrl(server))
    }
}

impl TryFrom<String> for ServerUrl {
    type Error = NoServer;

    fn try_from(text: String) -> Result<ServerUrl, NoServer> {
        text.parse()
    }
}

impl From<ServerUrl> for String {
    fn from(server: ServerUrl) -> String {
        server.0
    }
}

impl fmt::Display for ServerUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Display for NoServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&crate::text::inert(&self.0))
    }
}

impl std::error::Error for NoServer {}

/// A run on a server, as somebody names it: by its id, or by the address of its page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RunName {
    /// The server, if the address was given.
    pub(crate) server: Option<ServerUrl>,
    /// Which.
    pub(crate) id: SubmissionId,
}

impl FromStr for RunName {
    type Err = NoServer;

    fn from_str(text: &str) -> Result<RunName, NoServer> {
        let text = text.trim();
        let id = |text: &str| {
            let no =
                |_| NoServer("give a run's id or the address of its page: https://HOST/runs/ID".to_owned());
            text.parse::<SubmissionId>().map_err(no)
        };
        if !text.contains("://") {
            return Ok(RunName { server: None, id: id(text)? });
        }
        let (server, rest) = text.split_once("/runs/").unwrap_or((text, ""));
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        Ok(RunName { server: Some(server.parse()?), id: id(&rest[..end])? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_is_scheme_host_and_port() {
        for (text, expected) in [
            ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
            ("  HTTPS://Assay.Example/ ", "https://assay.example"),
            ("https://assay.example:443", "https://assay.example"),
            ("http://assay.example:80", "http://assay.example"),
            ("https://assay.example:80", "https://assay.example:80"),
            ("http://[::1]:8080/", "http://[::1]:8080"),
        ] {
            assert_eq!(text.parse::<ServerUrl>().map(String::from).as_deref(), Ok(expected), "{text}");
        }
    }

    #[test]
    fn what_is_no_server_says_what_would_be() {
        let mut table = String::new();
        for text in [
            "assay.example",
            "ftp://assay.example",
            "file:///etc/passwd",
            "https://",
            "https://user:word@assay.example",
            "https://assay.example/exercises/worker-pool",
            "https://assay.example?x",
            "https://assay.example:99999",
            "https://assay.example:",
            "https://assay example",
            "https://ass\u{1b}[2Jay",
            "",
        ] {
            let said = text.parse::<ServerUrl>().map_or_else(|e| e.to_string(), String::from);
            table.push_str(&format!("{text:?} → {said}\n"));
        }
        insta::assert_snapshot!(table);
    }

    #[test]
    fn the_clear_ends_where_nobody_listens() {
        for (text, clear) in [
            ("http://assay.example", true),
            ("http://192.0.2.7:8080", true),
            ("http://[2001:db8::1]", true),
            ("http://localhost.example", true),
            ("http://127.0.0.1.example", true),
            ("https://assay.example", false),
            ("http://127.1.2.3:8080", false),
            ("http://[::1]:8080", false),
            ("http://localhost", false),
            ("http://assay.localhost:8080", false),
        ] {
            assert_eq!(text.parse::<ServerUrl>().unwrap().is_in_the_clear(), clear, "{text}");
        }
    }

    #[test]
    fn a_run_is_named_by_id_or_page() {
        let id = "0190b2a4-0000-7000-8000-000000000000";
        let name =
            |text: &str| text.parse::<RunName>().map(|r| (r.server.map(String::from), r.id.to_string()));
        assert_eq!(name(id), Ok((None, id.to_owned())));
        for tail in ["", "/", "/timeline", "?x=y", "#replay"] {
            let found = name(&format!("http://h:1/runs/{id}{tail}"));
            assert_eq!(found, Ok((Some("http://h:1".to_owned()), id.to_owned())), "{tail}");
        }
        for text in ["", "last", "http://h:1", "http://h:1/exercises/a", &format!("ftp://h/runs/{id}")] {
            assert!(name(text).is_err(), "{text}");
        }
    }
}
