//! A network of a test's own, joined to the machine's by a cable that can be cut.

use std::ffi::OsStr;
use std::fs;
use std::net::{IpAddr, Ipv4Addr};
use std::process::Command;
use std::time::Duration;

use tempfile::TempDir;

use super::process::{Kept, command, output};
use super::{random, within};

/// What the networks here are cut from. The range is reserved for trials of network devices, so nobody lives there.
pub(super) const NETWORKS: &str = "198.18.0.0/15";

/// A network namespace. It exists as long as its first process, which ends with the test process.
#[derive(Debug)]
pub struct Netns {
    holder: Kept,
    cable: String,
    host: Ipv4Addr,
    own: Ipv4Addr,
    _log: TempDir,
}

impl Netns {
    /// A network joined to the machine's, or why there can be none. Some of `name` is in the name of the machine's end.
    pub fn new(name: &str) -> Result<Netns, String> {
        if !rustix::process::geteuid().is_root() {
            return Err("only root can make networks".to_owned());
        }
        let log = tempfile::tempdir().map_err(|e| e.to_string())?;
        let words = ["unshare", "--net", "sleep", "infinity"];
        let holder = Kept::start(words, &log.path().join("log"));
        let short: String = name.chars().filter(char::is_ascii_alphanumeric).take(6).collect();
        let (host, own) = addresses()?;
        let cable = format!("{short}-{:08x}", random() as u32);
        let netns = Netns { holder, cable, host, own, _log: log };
        netns.wait_for_namespace()?;
        netns.lay()?;
        Ok(netns)
    }

    /// A program that will run in this network, and on the machine in every other respect.
    pub fn command(&self, program: impl AsRef<OsStr>) -> Command {
        // `ip netns exec` would also mount another /sys, without the cgroups.
        let mut nsenter = command("nsenter");
        nsenter.arg(format!("--net=/proc/{}/ns/net", self.holder.id())).arg("--").arg(program);
        nsenter
    }

    /// Words to put before a program's own, so that it runs in this network.
    pub(crate) fn words(&self) -> Vec<String> {
        vec!["nsenter".into(), format!("--net=/proc/{}/ns/net", self.holder.id()), "--".into()]
    }

    /// Where programs in this network reach the machine's services.
    pub fn host_address(&self) -> IpAddr {
        self.host.into()
    }

    /// Where the machine reaches services in this network.
    pub fn address(&self) -> IpAddr {
        self.own.into()
    }

    /// Cuts the cable: what is sent in either direction is lost without a word.
    pub fn cut(&self) {
        self.inside("link set eth0 down").unwrap_or_else(|why| panic!("{why}"));
    }

    /// Mends the cable.
    pub fn heal(&self) {
        self.inside("link set eth0 up").and_then(|()| self.routed()).unwrap_or_else(|why| panic!("{why}"));
    }

    /// The holder is its own master a moment after it starts.
    fn wait_for_namespace(&self) -> Result<(), String> {
        let of = |id: &str| fs::read_link(format!("/proc/{id}/ns/net")).ok();
        let holder = self.holder.id().to_string();
        let theirs = || of(&holder).is_some_and(|ns| Some(ns) != of("self"));
        if within(Duration::from_secs(10), theirs) { Ok(()) } else { Err("no network namespace".to_owned()) }
    }

    /// Lays the cable and gives both ends their addresses.
    fn lay(&self) -> Result<(), String> {
        let Netns { cable, host, own, .. } = self;
        ip(&format!("link add {cable} type veth peer name eth0 netns {}", self.holder.id()))?;
        ip(&format!("address add {host}/30 dev {cable}"))?;
        ip(&format!("link set {cable} up"))?;
        self.inside("link set lo up")?;
        self.inside(&format!("address add {own}/30 dev eth0"))?;
        self.inside("link set eth0 up")?;
        // With the cable cut there would be no way to anywhere, which programs would be told at once. So what has no other way is
        // sent round to ourselves, who drop it.
        self.inside(&format!("route add {NETWORKS} dev lo metric 9999 src {own}"))?;
        self.routed()
    }

    /// The way to the services that listen at another network's host address; the kernel forgets it with each cut.
    fn routed(&self) -> Result<(), String> {
        self.inside(&format!("route replace {NETWORKS} via {}", self.host))
    }

    fn inside(&self, words: &str) -> Result<(), String> {
        let mut ip = self.command("ip");
        ip.args(words.split(' '));
        output(ip).map(drop)
    }
}

impl Drop for Netns {
    fn drop(&mut self) {
        // The namespace would take it along, but some time later, or never if a program was left in it.
        let _ = ip(&format!("link delete {}", self.cable));
    }
}

fn ip(words: &str) -> Result<String, String> {
    let mut ip = command("ip");
    ip.args(words.split(' '));
    output(ip)
}

/// Two neighbours that nobody on this machine uses: the host's address and the namespace's.
fn addresses() -> Result<(Ipv4Addr, Ipv4Addr), String> {
    let used = ip("-o -4 address show")?;
    let first = u32::from(Ipv4Addr::new(198, 18, 0, 0));
    let mut tries = std::iter::repeat_with(|| first + 4 * (random() % (1 << 15)) as u32);
    let net =
        tries.find(|net| !used.contains(&format!(" {}/", Ipv4Addr::from(net + 1)))).expect("tries never end");
    Ok((Ipv4Addr::from(net + 1), Ipv4Addr::from(net + 2)))
}
