//! Who hands in, as far as a server without sign-in can tell: the address that a request comes from.

use std::convert::Infallible;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::request::Parts;

use crate::state::AppState;

/// The other end of the connection; `accept` puts it into every request.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Peer(pub(crate) IpAddr);

/// Whose turn a submission takes in the queue. Empty when there is no address to go by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Owner(pub(crate) String);

impl FromRequestParts<AppState> for Owner {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Owner, Infallible> {
        let peer = parts.extensions.get::<Peer>().map(|peer| peer.0);
        let address = if app.behind_proxy { forwarded(&parts.headers).or(peer) } else { peer };
        Ok(Owner(address.map(name).unwrap_or_default()))
    }
}

/// The last address in `X-Forwarded-For`, which is the one that our proxy wrote; those before it are the client's word.
fn forwarded(headers: &HeaderMap) -> Option<IpAddr> {
    let line = headers.get_all("x-forwarded-for").iter().next_back()?.to_str().ok()?;
    let last = line.rsplit(',').next()?.trim();
    last.parse().ok().or_else(|| last.parse().ok().map(|with_port: SocketAddr| with_port.ip()))
}

/// An IPv6 address counts as its /64: whoever has one has all of them.
fn name(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(v4) => v4.to_string(),
        IpAddr::V6(v6) => format!("{}/64", Ipv6Addr::from_bits(v6.to_bits() >> 64 << 64)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_network_of_ipv6_is_one_owner() {
        for (address, owner) in [
            ("192.0.2.7", "192.0.2.7"),
            ("::ffff:192.0.2.7", "192.0.2.7"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
            ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ] {
            assert_eq!(name(address.parse().unwrap()), owner);
        }
    }

    #[test]
    fn of_what_was_forwarded_the_last_address_counts() {
        for (lines, expected) in [
            (&["192.0.2.7"][..], Some("192.0.2.7")),
            (&["10.9.9.9, 192.0.2.7"], Some("192.0.2.7")),
            (&["10.9.9.9", "10.8.8.8,2001:db8::1"], Some("2001:db8::1")),
            (&["192.0.2.7:4711"], Some("192.0.2.7")),
            (&["[2001:db8::1]:4711"], Some("2001:db8::1")),
            (&["192.0.2.7, unknown"], None),
            (&[], None),
        ] {
            let mut headers = HeaderMap::new();
            for line in lines {
                headers.append("x-forwarded-for", line.parse().unwrap());
            }
            assert_eq!(forwarded(&headers), expected.map(|e| e.parse().unwrap()), "{lines:?}");
        }
    }
}
