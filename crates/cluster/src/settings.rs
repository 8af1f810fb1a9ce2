//! What scheduler, executors and clients have in common.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use ballista_core::extension::SessionConfigExt;
use datafusion::prelude::SessionConfig;

use crate::failure::ClusterError;

/// The largest message between processes: a plan names every file that it reads, about 200 bytes each, and a
/// million files is as many as a file system lists in reasonable time.
pub(crate) const LARGEST_MESSAGE: u32 = 256 << 20;

/// How often an executor says that it is alive.
pub(crate) const HEARTBEAT: Duration = Duration::from_secs(2);

/// How long the first connection to a scheduler may take.
pub(crate) const CONNECT: Duration = Duration::from_secs(5);

/// How sessions are set up, on all sides.
pub(crate) fn session() -> SessionConfig {
    SessionConfig::new_with_ballista()
        // With it, Ballista 55 waits for ever where an executor dies after its stage has ended (its issue 1986).
        .with_ballista_adaptive_query_planner(false)
        .with_ballista_grpc_client_max_message_size(LARGEST_MESSAGE as usize)
}

/// The parts of `HOST:PORT`.
pub(crate) fn host_and_port(address: &str) -> Result<(String, u16), ClusterError> {
    let wrong = |why: &str| ClusterError::Usage(format!("'{address}' is no address: {why}, as in 127.0.0.1:50050"));
    let Some((host, port)) = address.rsplit_once(':') else { return Err(wrong("it has a host and a port")) };
    let letters = |c: char| c.is_ascii_alphanumeric() || "-._[]:".contains(c);
    let bare_ipv6 = host.contains(':') && !(host.starts_with('[') && host.ends_with(']'));
    if host.is_empty() || bare_ipv6 || !host.chars().all(letters) {
        return Err(wrong("its host is a name or an IP address"));
    }
    match port.parse() {
        Ok(0) | Err(_) => Err(wrong("its port is a number from 1 to 65535")),
        Ok(port) => Ok((host.to_owned(), port)),
    }
}

/// The name under which others reach a process that listens at `bind`: the one it was given, or the address.
pub(crate) fn reached_as(bind: IpAddr, host: Option<String>) -> Result<String, ClusterError> {
    match host {
        Some(host) => Ok(host),
        None if bind.is_unspecified() => Err(ClusterError::Usage(format!(
            "--bind {bind} listens at every address, so --host must say under which name others reach this machine"
        ))),
        None => Ok(in_address(bind)),
    }
}

/// An IP address as it stands before a port.
pub(crate) fn in_address(ip: IpAddr) -> String {
    if ip.is_ipv6() { format!("[{ip}]") } else { ip.to_string() }
}

/// The error of an address that cannot be listened at.
pub(crate) fn cannot_listen(bind: IpAddr, port: u16, error: &std::io::Error) -> ClusterError {
    ClusterError::Machine(format!("{} cannot be listened at: {}", SocketAddr::new(bind, port), plainly(error)))
}

/// An error of the operating system without its number.
pub(crate) fn plainly(error: &std::io::Error) -> String {
    let text = error.to_string();
    text.split(" (os error").next().unwrap_or_default().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        assert_eq!(host_and_port("db-1.example:50050"), Ok(("db-1.example".to_owned(), 50050)));
        assert_eq!(host_and_port("[::1]:9"), Ok(("[::1]".to_owned(), 9)));
        for wrong in
            ["", "host", "host:", ":1", "host:0", "host:65536", "host:-1", "a b:1", "::1:9", "http://h:1", "h:1/x"]
        {
            assert!(host_and_port(wrong).is_err(), "{wrong}");
        }
    }
}
