// SPDX-License-Identifier: Apache-2.0
//! Addresses that a stranger's locator may lead to.

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Whether an address belongs to the public Internet.
pub fn is_public(ip: IpAddr) -> bool {
	match ip {
		IpAddr::V4(ip) => is_public_v4(ip),
		IpAddr::V6(ip) => is_public_v6(ip),
	}
}

fn is_public_v4(ip: Ipv4Addr) -> bool {
	let [a, b, c, _] = ip.octets();
	let special = a == 0
		|| a == 10
		|| a == 127
		|| a >= 224
		|| (a == 100 && (64..128).contains(&b))
		|| (a == 169 && b == 254)
		|| (a == 172 && (16..32).contains(&b))
		|| (a == 192 && b == 168)
		|| (a == 192 && b == 0 && (c == 0 || c == 2))
		|| (a == 192 && b == 88 && c == 99)
		|| (a == 198 && (b == 18 || b == 19))
		|| (a == 198 && b == 51 && c == 100)
		|| (a == 203 && b == 0 && c == 113);
	!special
}

fn is_public_v6(ip: Ipv6Addr) -> bool {
	if let Some(v4) = ip.to_ipv4_mapped() {
		return is_public_v4(v4);
	}
	let s = ip.segments();
	let low_v4 = Ipv4Addr::from(((u32::from(s[6])) << 16) | u32::from(s[7]));
	// NAT64 carries an IPv4 address in its last 32 bits, 6to4 in bits 16 to 48.
	if s[..6] == [0x64, 0xff9b, 0, 0, 0, 0] {
		return is_public_v4(low_v4);
	}
	if s[0] == 0x2002 {
		return is_public_v4(Ipv4Addr::from((u32::from(s[1]) << 16) | u32::from(s[2])));
	}
	let global = s[0] & 0xe000 == 0x2000;
	let special = match s[0] {
		0x2001 => s[1] < 0x200 || s[1] == 0xdb8,
		0x3fff => s[1] < 0x1000,
		_ => false,
	};
	global && !special
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn private_and_special_addresses_are_not_public() {
		for ip in [
			"0.0.0.0",
			"10.1.2.3",
			"100.64.0.1",
			"127.0.0.1",
			"169.254.169.254",
			"172.31.0.1",
			"192.168.1.1",
			"192.0.0.8",
			"198.18.0.1",
			"203.0.113.9",
			"224.0.0.1",
			"255.255.255.255",
			"::",
			"::1",
			"::ffff:10.0.0.1",
			"::ffff:127.0.0.1",
			"64:ff9b::a00:1",
			"64:ff9b:1::1",
			"2002:a00:1::",
			"fc00::1",
			"fd12::1",
			"fe80::1",
			"ff02::1",
			"2001:db8::1",
			"2001::1",
			"100::1",
		] {
			assert!(!is_public(ip.parse().unwrap()), "{ip}");
		}
		for ip in [
			"1.1.1.1",
			"172.32.0.1",
			"100.128.0.1",
			"2606:4700::1111",
			"::ffff:8.8.8.8",
			"2002:808:808::",
		] {
			assert!(is_public(ip.parse().unwrap()), "{ip}");
		}
	}
}
