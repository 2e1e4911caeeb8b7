//! Who stands behind an address.
//!
//! One caller has an address of IPv4, and of IPv6 half of all the bits there are: a network of 2^64 addresses. Some have more of
//! those: providers give a customer 256 of them, or 65,536.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Networks of IPv6 that one customer may have, by the length of their prefix, and how many times what one address gets they
/// get together.
pub const WIDER: [(u32, u32); 2] = [(56, 2), (48, 4)];

/// The length of a prefix, and what it leaves of an address.
pub type Network = (u32, u128);

/// Who stands behind an address: of IPv6 the network, which one caller has the whole of. Callers of whom no address is known
/// count as one.
pub fn whose(address: Option<IpAddr>) -> IpAddr {
    match address.map(|address| address.to_canonical()) {
        Some(IpAddr::V6(address)) => Ipv6Addr::from_bits(address.to_bits() >> 64 << 64).into(),
        Some(address) => address,
        None => Ipv4Addr::UNSPECIFIED.into(),
    }
}

/// The wider networks of an address, in the order of [`WIDER`], and what each gets; none for one of IPv4.
pub fn wider(address: IpAddr) -> impl Iterator<Item = (Network, u32)> {
    let bits = match address {
        IpAddr::V6(address) => Some(address.to_bits()),
        IpAddr::V4(_) => None,
    };
    bits.into_iter()
        .flat_map(|bits| WIDER.map(|(length, shares)| ((length, bits >> (128 - length)), shares)))
}
