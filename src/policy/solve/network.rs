//! Sets of addresses: which ones do conditions leave, and do those keep the internet out?

use ipnet::{IpNet, Ipv4Net, Ipv4Subnets, Ipv6Net, Ipv6Subnets};
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

/// A set of addresses: ranges without overlap, first and last, sorted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Networks {
    v4: Vec<(u128, u128)>,
    v6: Vec<(u128, u128)>,
}

impl Networks {
    /// Every address.
    pub(crate) fn all() -> Self {
        Self { v4: vec![(0, u32::MAX.into())], v6: vec![(0, u128::MAX)] }
    }

    /// The addresses and ranges as a policy writes them; one that cannot be read holds none.
    pub(crate) fn parse(texts: &[String]) -> Self {
        let nets = texts.iter().filter_map(|text| network(text));
        let mut found = Self { v4: Vec::new(), v6: Vec::new() };
        for net in nets {
            match net {
                IpNet::V4(net) => found.v4.push((bits(net.network()), bits(net.broadcast()))),
                IpNet::V6(net) => found.v6.push((net.network().to_bits(), net.broadcast().to_bits())),
            }
        }
        Self { v4: merged(found.v4), v6: merged(found.v6) }
    }

    pub(crate) fn contains(&self, address: IpAddr) -> bool {
        let within =
            |ranges: &[(u128, u128)], at| ranges.iter().any(|(first, last)| (*first..=*last).contains(&at));
        match address.to_canonical() {
            IpAddr::V4(address) => within(&self.v4, bits(address)),
            IpAddr::V6(address) => within(&self.v6, address.to_bits()),
        }
    }

    pub(crate) fn and(&self, other: &Self) -> Self {
        Self { v4: common(&self.v4, &other.v4), v6: common(&self.v6, &other.v6) }
    }

    pub(crate) fn without(&self, other: &Self) -> Self {
        self.and(&Self { v4: rest(&other.v4, u32::MAX.into()), v6: rest(&other.v6, u128::MAX) })
    }

    /// How many ranges there are.
    pub(crate) fn len(&self) -> usize {
        self.v4.len() + self.v6.len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.v4.is_empty() && self.v6.is_empty()
    }

    /// Whether they keep most of the internet out; private ranges let nobody in from there.
    pub(crate) fn limit(&self) -> bool {
        let v4 = |(first, last): &(u128, u128)| {
            let address = |bits: u128| Ipv4Addr::from_bits(u32::try_from(bits).unwrap_or(u32::MAX));
            Ipv4Subnets::new(address(*first), address(*last), 0).map(IpNet::V4)
        };
        let v6 = |(first, last): &(u128, u128)| {
            Ipv6Subnets::new(Ipv6Addr::from_bits(*first), Ipv6Addr::from_bits(*last), 0).map(IpNet::V6)
        };
        let nets = self.v4.iter().flat_map(v4).chain(self.v6.iter().flat_map(v6));
        let public: Vec<_> = nets.filter(|net| !PRIVATE.iter().any(|it| it.contains(net))).collect();
        let wide = |net: &IpNet| match net {
            IpNet::V4(net) => net.prefix_len() < LIMITING_V4,
            IpNet::V6(net) => net.prefix_len() < LIMITING_V6,
        };
        let share = |net: &IpNet| match net {
            IpNet::V4(net) => share(net.prefix_len(), LIMITING_V4, 32),
            IpNet::V6(net) => share(net.prefix_len(), LIMITING_V6, 128),
        };
        let total = public.iter().map(share).fold(0_u128, u128::saturating_add);
        !public.iter().any(wide) && total <= MANY << SHARE_BITS
    }
}

fn bits(address: Ipv4Addr) -> u128 {
    address.to_bits().into()
}

/// The ranges without overlap, sorted.
fn merged(mut ranges: Vec<(u128, u128)>) -> Vec<(u128, u128)> {
    ranges.sort_unstable();
    let mut found: Vec<(u128, u128)> = Vec::new();
    for (first, last) in ranges {
        match found.last_mut() {
            Some((_, end)) if first <= end.saturating_add(1) => *end = last.max(*end),
            _ => found.push((first, last)),
        }
    }
    found
}

fn common(one: &[(u128, u128)], other: &[(u128, u128)]) -> Vec<(u128, u128)> {
    let (mut one, mut other) = (one.iter().peekable(), other.iter().peekable());
    let mut found = Vec::new();
    while let (Some((a, b)), Some((c, d))) = (one.peek(), other.peek()) {
        let (first, last) = (*a.max(c), *b.min(d));
        if first <= last {
            found.push((first, last));
        }
        if b < d {
            one.next()
        } else {
            other.next()
        };
    }
    found
}

/// What the ranges leave of all addresses up to the last one.
fn rest(ranges: &[(u128, u128)], end: u128) -> Vec<(u128, u128)> {
    let (mut found, mut from) = (Vec::new(), Some(0));
    for (first, last) in ranges {
        if let Some(from) = from.filter(|from| from < first) {
            found.push((from, first - 1));
        }
        from = last.checked_add(1);
    }
    found.extend(from.filter(|from| *from <= end).map(|from| (from, end)));
    found
}

/// Reads an address or a range as policies write it.
pub(crate) fn network(text: &str) -> Option<IpNet> {
    let net = text.parse::<IpNet>().or_else(|_| text.parse::<IpAddr>().map(IpNet::from)).ok()?;
    Some(unmapped(net.trunc()))
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
    use proptest::prelude::*;

    fn networks(texts: &[&str]) -> Networks {
        Networks::parse(&texts.iter().map(ToString::to_string).collect::<Vec<_>>())
    }

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
            (&[], true),
            (halves, false),
            (eighths, false),
        ] {
            assert_eq!(networks(ranges).limit(), expected, "{ranges:?}");
        }
        assert!(networks(&["vpc-1"]).is_empty());
    }

    #[test]
    fn the_internet_in_narrow_pieces_is_the_internet() {
        let odd = |last: u16| (1..last).step_by(2).map(|n| format!("{n}.0.0.0/8")).collect();
        let (few, most): (Vec<_>, Vec<_>) = (odd(32), odd(224));
        assert!(Networks::parse(&few).limit());
        assert!(!Networks::parse(&most).limit());
    }

    #[test]
    fn halves_are_the_whole() {
        let whole = networks(&["0.0.0.0/1", "128.0.0.0/1", "::/0"]);
        assert_eq!(whole, Networks::all());
        assert!(Networks::all().without(&whole).is_empty());
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn sets_are_sets(
            one in proptest::collection::vec((any::<u8>(), 0_u8..=8), 0..4),
            other in proptest::collection::vec((any::<u8>(), 0_u8..=8), 0..4),
            at in any::<u8>(),
        ) {
            let texts = |list: &[(u8, u8)]| list.iter().map(|(net, bits)| format!("{net}.0.0.0/{bits}")).collect::<Vec<_>>();
            let (one, other) = (Networks::parse(&texts(&one)), Networks::parse(&texts(&other)));
            let has = |set: &Networks| set.contains(IpAddr::V4(Ipv4Addr::new(at, 0, 0, 0)));
            prop_assert_eq!(has(&one.and(&other)), has(&one) && has(&other));
            prop_assert_eq!(has(&one.without(&other)), has(&one) && !has(&other));
            prop_assert!(one.without(&other).and(&other).is_empty());
        }
    }
}
