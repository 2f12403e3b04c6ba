//! Where a process listens.

/// All addresses on which a process listens (proc_pid_net(5)).
pub(crate) fn addresses(pid: u32) -> Vec<std::net::SocketAddr> {
    let own = sockets(pid);
    ["tcp", "tcp6"]
        .iter()
        .filter_map(|table| std::fs::read_to_string(format!("/proc/{pid}/net/{table}")).ok())
        .flat_map(|text| {
            text.lines()
                .skip(1)
                .filter_map(|line| row(line, &own))
                .collect::<Vec<_>>()
        })
        .collect()
}

/// The inode numbers of a process's sockets.
fn sockets(pid: u32) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(format!("/proc/{pid}/fd")) else {
        return Vec::new();
    };
    let inode = |entry: std::fs::DirEntry| {
        let link = std::fs::read_link(entry.path()).ok()?;
        let inode = link.to_str()?.strip_prefix("socket:[")?.strip_suffix(']')?;
        Some(inode.to_owned())
    };
    entries.flatten().filter_map(inode).collect()
}

/// A row of the table: number, local address, remote address, state, …; the tenth is the inode.
fn row(line: &str, own: &[String]) -> Option<std::net::SocketAddr> {
    const LISTEN: &str = "0A";
    let fields: Vec<&str> = line.split_whitespace().collect();
    let listens = *fields.get(3)? == LISTEN
        && own
            .iter()
            .any(|inode| fields.get(9) == Some(&inode.as_str()));
    if listens {
        address(fields.get(1)?)
    } else {
        None
    }
}

/// `0100007F:1F90` is 127.0.0.1:8080: words of 32 bits in the machine's own order.
fn address(text: &str) -> Option<std::net::SocketAddr> {
    use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
    let (host, port) = text.split_once(':')?;
    let word = |at: usize| u32::from_str_radix(host.get(at..at + 8)?, 16).ok();
    let octets = |at: usize| word(at).map(u32::to_ne_bytes);
    let ip = if host.len() == 8 {
        IpAddr::V4(Ipv4Addr::from(octets(0)?))
    } else {
        let mut bytes = [0; 16];
        for part in 0..4 {
            bytes[part * 4..part * 4 + 4].copy_from_slice(&octets(part * 8)?);
        }
        IpAddr::V6(Ipv6Addr::from(bytes)).to_canonical()
    };
    Some(SocketAddr::new(ip, u16::from_str_radix(port, 16).ok()?))
}

mod tests {
    use std::net::TcpListener;

    use super::*;

    #[test]
    fn sees_each_kind_of_listener() {
        let _loopback = TcpListener::bind("127.0.0.1:0").unwrap();
        let v4 = _loopback.local_addr().unwrap();
        assert!(addresses(std::process::id()).contains(&v4));
        assert!(!address("0100007F:1F90").unwrap().ip().is_unspecified());
        assert_eq!(
            address("0100007F:1F90").unwrap(),
            "127.0.0.1:8080".parse().unwrap()
        );
        assert_eq!(
            address("00000000:0050").unwrap(),
            "0.0.0.0:80".parse().unwrap()
        );
        let any = "00000000000000000000000000000000:0050";
        assert_eq!(address(any).unwrap(), "[::]:80".parse().unwrap());
        let loopback = "00000000000000000000000001000000:0050";
        assert!(address(loopback).unwrap().ip().is_loopback());
    }
}
