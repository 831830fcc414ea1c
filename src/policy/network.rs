//! Sets of addresses: does a condition on the caller's address limit anybody?

use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Networks that no caller from the internet has an address in.
/// <https://www.iana.org/assignments/iana-ipv4-special-registry/>
const PRIVATE: [IpNet; 9] = [
    v4([10, 0, 0, 0], 8),
    v4([100, 64, 0, 0], 10),
    v4([127, 0, 0, 0], 8),
    v4([169, 254, 0, 0], 16),
    v4([172, 16, 0, 0], 12),
    v4([192, 168, 0, 0], 16),
    v6(0xfc00, 7),
    v6(0xfe80, 10),
    IpNet::V6(Ipv6Net::new_assert(Ipv6Addr::LOCALHOST, 128)),
];

/// The shortest prefix of a network that still limits callers.
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html#access-control-block-public-access-policy-status>
const LIMITING_V4: u8 = 8;
const LIMITING_V6: u8 = 32;

/// How many networks as large as that may stand side by side: together they are a sixteenth of the
/// internet, whose parts are all narrow.
const MANY: u128 = 16;

/// The share of one limiting network; that of smaller ones is a fraction of it.
const SHARE_BITS: u32 = 96;

const fn v4([a, b, c, d]: [u8; 4], prefix: u8) -> IpNet {
    IpNet::V4(Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, d), prefix))
}

const fn v6(first: u16, prefix: u8) -> IpNet {
    let address = Ipv6Addr::new(first, 0, 0, 0, 0, 0, 0, 0);
    IpNet::V6(Ipv6Net::new_assert(address, prefix))
}

/// Reads an address or a range as policies write it.
pub(crate) fn parse(text: &str) -> Option<IpNet> {
    let net = text.parse::<IpNet>().or_else(|_| text.parse::<IpAddr>().map(IpNet::from)).ok()?;
    Some(net.trunc())
}

/// Whether an address is in one of the ranges; nothing if a text cannot be read.
pub(crate) fn contains(range: &str, address: &str) -> Option<bool> {
    let (range, address) = (parse(range)?, address.parse::<IpAddr>().ok()?);
    Some(range.contains(&address))
}

/// Whether the ranges together keep most of the internet out. Ranges that cannot be read keep
/// nobody out; private ranges let nobody in from the internet.
pub(crate) fn limits(ranges: &[String]) -> bool {
    let Some(nets) = ranges.iter().map(|text| parse(text)).collect::<Option<Vec<_>>>() else {
        return false;
    };
    if nets.is_empty() {
        return false;
    }
    let public: Vec<_> = nets
        .into_iter()
        .map(unmapped)
        .filter(|net| !PRIVATE.iter().any(|private| private.contains(net)))
        .collect();
    let public = IpNet::aggregate(&public);
    let share = |net: &IpNet| match net {
        IpNet::V4(net) => share(net.prefix_len(), LIMITING_V4, 32),
        IpNet::V6(net) => share(net.prefix_len(), LIMITING_V6, 128),
    };
    let wide = |net: &IpNet| match net {
        IpNet::V4(net) => net.prefix_len() < LIMITING_V4,
        IpNet::V6(net) => net.prefix_len() < LIMITING_V6,
    };
    let total = public.iter().map(share).fold(0_u128, u128::saturating_add);
    !public.iter().any(wide) && total <= MANY << SHARE_BITS
}

fn share(prefix: u8, limiting: u8, width: u8) -> u128 {
    let bits = u32::from(width - prefix) + SHARE_BITS - u32::from(width - limiting);
    1_u128.checked_shl(bits).unwrap_or(u128::MAX)
}

/// An IPv4 network written as IPv6 (`::ffff:0:0/96`).
fn unmapped(net: IpNet) -> IpNet {
    let IpNet::V6(v6) = net else {
        return net;
    };
    let mapped = v6.prefix_len().checked_sub(96);
    match (mapped, v6.network().to_ipv4_mapped()) {
        (Some(prefix), Some(address)) => Ipv4Net::new(address, prefix).map_or(net, IpNet::V4),
        _ => net,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_that_limit_and_ranges_that_do_not() {
        let halves = ["0.0.0.0/1", "128.0.0.0/1"].as_slice();
        let eighths = ["64.0.0.0/8", "65.0.0.0/8"].as_slice();
        for (ranges, expected) in [
            (["203.0.113.0/24"].as_slice(), true),
            (&["203.0.113.7"], true),
            (&["52.0.0.0/8"], true),
            (&["52.0.0.0/7"], false),
            (&["0.0.0.0/0"], false),
            (&["::/0"], false),
            (&["2001:db8::/32"], true),
            (&["2001:db8::/31"], false),
            (&["::ffff:0:0/96"], false),
            (&["203.0.113.0/24", "0.0.0.0/0"], false),
            (&["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"], true),
            (&["10.0.0.0/8", "0.0.0.0/0"], false),
            (&["8.0.0.0/5"], false),
            (&["vpc-1"], false),
            (&["203.0.113.0/24", "nonsense"], false),
            (&[], false),
            (halves, false),
            (eighths, false),
        ] {
            let texts: Vec<_> = ranges.iter().map(ToString::to_string).collect();
            assert_eq!(limits(&texts), expected, "{ranges:?}");
        }
    }

    #[test]
    fn the_internet_in_narrow_pieces_is_the_internet() {
        let odd = |last: u16| (1..last).step_by(2).map(|n| format!("{n}.0.0.0/8")).collect();
        let (few, most): (Vec<_>, Vec<_>) = (odd(32), odd(224));
        assert!(limits(&few));
        assert!(!limits(&most));
    }

    #[test]
    fn addresses_are_found_in_ranges() {
        assert_eq!(contains("203.0.113.0/24", "203.0.113.9"), Some(true));
        assert_eq!(contains("203.0.113.0/24", "203.0.114.9"), Some(false));
        assert_eq!(contains("203.0.113.0/24", "nobody"), None);
    }
}
