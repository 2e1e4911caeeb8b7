//! Which addresses belong to the public internet: the IANA special-purpose address registries (RFC 6890), as of 2026.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

#[cfg(test)]
mod tests;

/// Networks of IPv4 that are not the public internet: address and number of leading bits.
const SPECIAL_V4: [(Ipv4Addr, u32); 17] = [
    // This network.
    (Ipv4Addr::UNSPECIFIED, 8),
    // Private use.
    (Ipv4Addr::new(10, 0, 0, 0), 8),
    // Shared between a provider and its customers.
    (Ipv4Addr::new(100, 64, 0, 0), 10),
    // Loopback.
    (Ipv4Addr::new(127, 0, 0, 0), 8),
    // A cloud's own services, at a public address.
    (Ipv4Addr::new(168, 63, 129, 16), 32),
    // Link-local, and with it 169.254.169.254, where clouds tell a machine its credentials.
    (Ipv4Addr::new(169, 254, 0, 0), 16),
    // Private use.
    (Ipv4Addr::new(172, 16, 0, 0), 12),
    // Protocol assignments.
    (Ipv4Addr::new(192, 0, 0, 0), 24),
    // Documentation.
    (Ipv4Addr::new(192, 0, 2, 0), 24),
    // Relays of 6to4, which are no more.
    (Ipv4Addr::new(192, 88, 99, 0), 24),
    // Private use.
    (Ipv4Addr::new(192, 168, 0, 0), 16),
    // Benchmarks.
    (Ipv4Addr::new(198, 18, 0, 0), 15),
    // Documentation.
    (Ipv4Addr::new(198, 51, 100, 0), 24),
    (Ipv4Addr::new(203, 0, 113, 0), 24),
    // A documentation network for multicast stands within the next.
    (Ipv4Addr::new(224, 0, 0, 0), 4),
    // Reserved, and the broadcast address.
    (Ipv4Addr::new(240, 0, 0, 0), 4),
    (Ipv4Addr::BROADCAST, 32),
];

/// Networks within 2000::/3 that are not the public internet.
const SPECIAL_V6: [(Ipv6Addr, u32); 3] = [
    // Protocol assignments: Teredo, benchmarks, ORCHID and others.
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23),
    // Documentation.
    (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), 32),
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20),
];

/// Whether this is an address of the public internet, and stands for no other one that is not.
pub(super) fn is_public(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let shares = |(network, bits): &(Ipv4Addr, u32)| (address.to_bits() ^ network.to_bits()).leading_zeros() >= *bits;
    !SPECIAL_V4.iter().any(shares)
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let bits = address.to_bits();
    let shares = |(network, len): &(Ipv6Addr, u32)| (bits ^ network.to_bits()).leading_zeros() >= *len;
    let embedded = |shift: u32| {
        // The cast cuts off everything but the 32 bits.
        #[expect(clippy::cast_possible_truncation, reason = "32 bits of the address are an address")]
        let v4 = (bits >> shift) as u32;
        is_public_v4(Ipv4Addr::from_bits(v4))
    };
    // Translators: 64:ff9b::/96 (RFC 6052) and 2002::/16 (6to4, RFC 3056) lead to the IPv4 address within.
    if shares(&(Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, 0, 0), 96)) {
        return embedded(0);
    }
    if shares(&(Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16)) {
        return embedded(80);
    }
    // All of global unicast that was ever given out (RFC 4291 section 2.4).
    shares(&(Ipv6Addr::new(0x2000, 0, 0, 0, 0, 0, 0, 0), 3)) && !SPECIAL_V6.iter().any(shares)
}
