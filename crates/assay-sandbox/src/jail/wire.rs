//! What server, helper and box say to each other: postcard messages, one per packet of a `SOCK_SEQPACKET` pair, with
//! descriptors beside them. The decoder is total: arbitrary bytes give a value or an error, never a panic, and a message
//! with bytes left over is refused.

use std::io::{IoSlice, IoSliceMut};
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::PathBuf;
use std::time::Duration;

use rustix::net::{
    AddressFamily, RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, SendAncillaryBuffer,
    SendAncillaryMessage, SendFlags, SocketFlags, SocketType,
};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::{BoxPath, Exit, Limits};

/// More than any message needs; orders travel in a memory file.
const MAX_PACKET: usize = 16 << 10;
const MAX_FDS: usize = 24;

/// From the server to a helper, on the slot's socket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Request {
    /// First message: live in these cgroup folders (empty on v2, where only boxes do).
    Join(Vec<PathBuf>),
    /// Run the order in descriptor 0; the others are in the order of [`Order`]'s documentation.
    Run,
    /// Answer to [`Report::Prepared`]: what is used from now on is counted, so start the program.
    Start,
    /// Send the program SIGQUIT, and wake it if it is stopped.
    Words,
    /// End the running box now.
    Kill,
}

/// From a helper, or from the first process of a box, to the server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Report {
    /// Answer to [`Request::Join`].
    Ready,
    /// The box exists; with a pidfd of its first process, whose death ends the box.
    Boxed,
    /// A container stands and waits for [`Request::Start`]; with the process that is to become the program, where the runtime
    /// shows it.
    Prepared { pid: Option<i32> },
    /// The program was started; with its pidfd, where signals can reach it directly.
    Started,
    /// Something of ours went wrong while setting up.
    Failed(String),
    /// The program ended by itself, or was ended.
    Ended {
        exit: Exit,
        user: Duration,
        system: Duration,
        /// Largest resident size of one process, KiB.
        peak_kib: u64,
    },
    /// Nothing of the box is left; the helper takes the next order.
    Gone,
}

/// Everything a helper needs to know of a job. Packed in a memory file: its length as 8 bytes (little endian), itself, then
/// the bytes of all [`Part::Bytes`] entries in turn.
///
/// Descriptors of [`Request::Run`]: this file, the report socket, standard input, output, error; then the program's ends
/// of the dialogue (challenges to read, replies to write) if `dialogue`; then `outputs` files; then the cgroup folder if
/// `cgroup`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Order {
    /// What to run; `None` sets everything up and ends with code 0, to see whether boxes work here.
    pub(crate) program: Option<BoxPath>,
    pub(crate) args: Vec<String>,
    pub(crate) env: Vec<(String, String)>,
    pub(crate) entries: Vec<(BoxPath, Part)>,
    pub(crate) outputs: u32,
    pub(crate) output_bytes: u64,
    pub(crate) dialogue: bool,
    pub(crate) limits: Limits,
    pub(crate) cgroup: bool,
    pub(crate) place: Place,
}

/// Where the program runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Place {
    /// In namespaces of its own, as this uid and gid of the host. `count_processes`: no cgroup does it.
    Namespaces { uid: u32, gid: u32, count_processes: bool },
    /// In a prepared folder of the host; as this uid and gid if we may change ours.
    Folder { root: PathBuf, reads: Vec<PathBuf>, uid: Option<u32> },
    /// In a container that an installed runtime makes; the runtime's own file says where and how.
    Container(Container),
}

/// A container, as the helper has to know it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Container {
    /// The runtime's program.
    pub(crate) runtime: PathBuf,
    /// What stands before each of its commands.
    pub(crate) global: Vec<String>,
    pub(crate) id: String,
    /// Holds the bundle, the runtime's state and its log. Goes away with the run.
    pub(crate) folder: PathBuf,
    pub(crate) way: Way,
    /// A mount that the runtime must not see.
    pub(crate) hidden: Option<PathBuf>,
}

/// How the runtime runs a container.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Way {
    /// `create`, `start`: in between the container stands with a process of this kernel that will be the program.
    Create,
    /// `run`: the program is a process of another kernel, and the runtime stays as long as it does.
    Run,
}

/// Content of an entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Part {
    /// This many bytes of the order's tail.
    Bytes(u64),
    /// A file or folder of the host.
    Host(PathBuf),
}

/// As bytes.
pub(crate) fn encode(message: &impl Serialize) -> Vec<u8> {
    postcard::to_stdvec(message).expect("our messages have no unsized parts, so encoding cannot fail")
}

/// From bytes, all of them.
pub(crate) fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, String> {
    match postcard::take_from_bytes(bytes) {
        Ok((message, [])) => Ok(message),
        Ok((_, rest)) => Err(format!("{} bytes after the message", rest.len())),
        Err(error) => Err(error.to_string()),
    }
}

/// Decode `bytes` as everything that a helper or a server ever decodes; what is understood must survive a way back and forth.
#[cfg(fuzzing)]
pub(super) fn fuzz(bytes: &[u8]) {
    fn both<T: DeserializeOwned + Serialize + PartialEq + std::fmt::Debug>(bytes: &[u8]) {
        if let Ok(message) = decode::<T>(bytes) {
            assert_eq!(decode::<T>(&encode(&message)).as_ref(), Ok(&message));
        }
    }
    both::<Request>(bytes);
    both::<Report>(bytes);
    both::<Order>(bytes);
}

/// A connected pair of packet sockets, closed at exec.
pub(crate) fn pair() -> rustix::io::Result<(OwnedFd, OwnedFd)> {
    rustix::net::socketpair(AddressFamily::UNIX, SocketType::SEQPACKET, SocketFlags::CLOEXEC, None)
}

/// Send one message with descriptors. Never raises SIGPIPE.
pub(crate) fn send(
    to: impl AsFd,
    message: &impl Serialize,
    fds: &[BorrowedFd<'_>],
) -> rustix::io::Result<()> {
    let bytes = encode(message);
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(MAX_FDS))];
    let mut control = SendAncillaryBuffer::new(&mut space);
    if !fds.is_empty() && !control.push(SendAncillaryMessage::ScmRights(fds)) {
        return Err(rustix::io::Errno::TOOBIG);
    }
    rustix::io::retry_on_intr(|| {
        rustix::net::sendmsg(&to, &[IoSlice::new(&bytes)], &mut control, SendFlags::NOSIGNAL)
    })?;
    Ok(())
}

/// What [`receive`] got.
#[derive(Debug)]
pub(crate) enum Received<T> {
    /// A message with its descriptors.
    Message(T, Vec<OwnedFd>),
    /// Nothing yet (only when asked not to wait).
    Nothing,
    /// The other side is gone.
    End,
    /// Bytes that are no message.
    Garbled(String),
}

/// Receive one message; descriptors are closed at exec.
pub(crate) fn receive<T: DeserializeOwned>(from: impl AsFd, wait: bool) -> rustix::io::Result<Received<T>> {
    let mut bytes = vec![0; MAX_PACKET];
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(MAX_FDS))];
    let mut control = RecvAncillaryBuffer::new(&mut space);
    let flags = RecvFlags::CMSG_CLOEXEC | if wait { RecvFlags::empty() } else { RecvFlags::DONTWAIT };
    let got = rustix::io::retry_on_intr(|| {
        rustix::net::recvmsg(&from, &mut [IoSliceMut::new(&mut bytes)], &mut control, flags)
    });
    let got = match got {
        Ok(got) => got.bytes,
        Err(rustix::io::Errno::AGAIN) => return Ok(Received::Nothing),
        Err(rustix::io::Errno::CONNRESET) => return Ok(Received::End),
        Err(error) => return Err(error),
    };
    if got == 0 {
        return Ok(Received::End);
    }
    let mut fds = vec![];
    for message in control.drain() {
        if let RecvAncillaryMessage::ScmRights(more) = message {
            fds.extend(more);
        }
    }
    Ok(match decode(&bytes[..got]) {
        Ok(message) => Received::Message(message, fds),
        Err(why) => Received::Garbled(why),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn order() -> Order {
        Order {
            program: "bin/go".parse().ok(),
            args: vec!["-o".into(), "x".into()],
            env: vec![("A".into(), "b".into())],
            entries: vec![
                ("a/b".parse().unwrap(), Part::Bytes(3)),
                ("c".parse().unwrap(), Part::Host("/x".into())),
            ],
            outputs: 1,
            output_bytes: 7,
            dialogue: true,
            limits: Limits::default(),
            cgroup: false,
            place: Place::Namespaces { uid: 61_000, gid: 61_000, count_processes: false },
        }
    }

    #[test]
    fn what_is_encoded_is_decoded_and_nothing_may_follow() {
        let mut bytes = encode(&order());
        assert_eq!(decode::<Order>(&bytes), Ok(order()));
        bytes.push(0);
        assert!(decode::<Order>(&bytes).unwrap_err().contains("1 bytes after"));
    }

    #[test]
    fn a_path_out_of_the_box_is_no_order() {
        let bytes = encode(&order());
        let at = bytes.windows(3).position(|w| w == b"a/b").unwrap();
        let mut evil = bytes.clone();
        evil[at..at + 2].copy_from_slice(b"..");
        assert!(decode::<Order>(&evil).is_err());
    }

    #[test]
    fn garbage_ends_as_garbage_and_the_end_as_the_end() {
        let (one, other) = pair().unwrap();
        rustix::io::write(&one, &[250, 1, 2]).unwrap();
        assert!(matches!(receive::<Request>(&other, true), Ok(Received::Garbled(_))));
        assert!(matches!(receive::<Request>(&other, false), Ok(Received::Nothing)));
        drop(one);
        assert!(matches!(receive::<Request>(&other, true), Ok(Received::End)));
    }

    proptest! {
        #[test]
        fn arbitrary_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _ = decode::<Request>(&bytes);
            let _ = decode::<Report>(&bytes);
            let _ = decode::<Order>(&bytes);
        }

        #[test]
        fn a_damaged_order_never_panics(at in 0usize..200, with in any::<u8>(), cut in 0usize..200) {
            let mut bytes = encode(&order());
            let at = at % bytes.len();
            bytes[at] = with;
            let _ = decode::<Order>(&bytes);
            let _ = decode::<Order>(&bytes[..cut.min(bytes.len())]);
        }
    }
}
