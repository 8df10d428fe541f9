//! Who is on the other side of a connection, and behind the proxies that the operator
//! has named.

use std::net::IpAddr;

use axum::http::HeaderMap;

/// The address that a connection comes from; stands on every request.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub IpAddr);

/// The address that asked: the peer, or, where that is a proxy of the operator's, the
/// right-most one in `X-Forwarded-For` that is none. What stands left of it anyone may
/// have written.
pub fn client(peer: Peer, asked: &HeaderMap, proxies: &[IpAddr]) -> IpAddr {
    let mut known = peer.0.to_canonical();
    let lines: Vec<&str> = asked
        .get_all("x-forwarded-for")
        .iter()
        .map(|line| line.to_str().unwrap_or("?"))
        .collect();
    let mut passed = lines.iter().flat_map(|line| line.split(',')).rev();
    while proxies.contains(&known) {
        let Some(Ok(next)) = passed.next().map(|next| next.trim().parse::<IpAddr>()) else {
            break;
        };
        known = next.to_canonical();
    }
    known
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use axum::http::{HeaderMap, HeaderValue};

    use super::{Peer, client};

    #[test]
    fn s12_an_address_is_believed_of_the_operators_proxies_alone() {
        let ip = |text: &str| text.parse::<IpAddr>().expect("an address");
        let asked = |lines: &[&'static str]| {
            let mut asked = HeaderMap::new();
            for line in lines {
                asked.append("x-forwarded-for", HeaderValue::from_static(line));
            }
            asked
        };
        let proxies = [ip("10.0.0.1"), ip("10.0.0.2")];
        for (peer, lines, wanted) in [
            // Nobody's proxy: whatever it says.
            ("192.0.2.9", &["10.9.9.9"][..], "192.0.2.9"),
            ("10.0.0.1", &[], "10.0.0.1"),
            ("10.0.0.1", &["192.0.2.7"], "192.0.2.7"),
            ("::ffff:10.0.0.1", &["192.0.2.7"], "192.0.2.7"),
            // The client wrote the left part itself.
            ("10.0.0.1", &["1.1.1.1, 192.0.2.7"], "192.0.2.7"),
            ("10.0.0.1", &["1.1.1.1", "192.0.2.7, 10.0.0.2"], "192.0.2.7"),
            ("10.0.0.1", &["192.0.2.7, nonsense"], "10.0.0.1"),
            ("10.0.0.1", &["10.0.0.2"], "10.0.0.2"),
        ] {
            let found = client(Peer(ip(peer)), &asked(lines), &proxies);
            assert_eq!(found, ip(wanted), "{peer} {lines:?}");
        }
        assert_eq!(
            client(Peer(ip("10.0.0.1")), &asked(&["1.1.1.1"]), &[]),
            ip("10.0.0.1")
        );
    }
}
