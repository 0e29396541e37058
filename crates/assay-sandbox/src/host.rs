//! Run a **trusted** tool of the operator on the host: `go list`, `cc`, `ld`. Nothing of a candidate's choosing may reach
//! its path, arguments or environment; what runs a candidate's bytes is a [`crate::Job`] instead.

use std::ffi::{OsStr, OsString};
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use rustix::fs::{MemfdFlags, memfd_create};

use crate::{Exit, Fault};

/// One call of a tool. It starts with an **empty** environment and no standard input.
#[derive(Debug, Clone)]
pub struct Tool {
    path: PathBuf,
    args: Vec<OsString>,
    env: Vec<(OsString, OsString)>,
    cwd: Option<PathBuf>,
    stdin: Vec<u8>,
    limit: Duration,
}

/// What a tool wrote and how it ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Output {
    /// How it ended.
    pub exit: Exit,
    /// Standard output, whole.
    pub stdout: Vec<u8>,
    /// Standard error, whole.
    pub stderr: Vec<u8>,
}

/// Which stream a line came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stream {
    /// Standard output.
    Stdout,
    /// Standard error.
    Stderr,
}

impl Output {
    /// Whether the tool exited with code 0.
    pub fn succeeded(&self) -> bool {
        self.exit == Exit::Code(0)
    }

    /// Standard output as text, with what is not UTF-8 replaced.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.stdout).into_owned()
    }
}

impl Tool {
    /// A call of the executable at `path` without arguments. A bare name is looked up in the host's `PATH`.
    pub fn new(path: impl Into<PathBuf>) -> Tool {
        Tool {
            path: path.into(),
            args: vec![],
            env: vec![],
            cwd: None,
            stdin: vec![],
            limit: Duration::from_mins(10),
        }
    }

    /// One more argument.
    pub fn arg(mut self, arg: impl AsRef<OsStr>) -> Tool {
        self.args.push(arg.as_ref().to_owned());
        self
    }

    /// More arguments.
    pub fn args<S: AsRef<OsStr>>(mut self, args: impl IntoIterator<Item = S>) -> Tool {
        self.args.extend(args.into_iter().map(|a| a.as_ref().to_owned()));
        self
    }

    /// One more environment variable.
    pub fn env(mut self, key: impl AsRef<OsStr>, value: impl AsRef<OsStr>) -> Tool {
        self.env.push((key.as_ref().to_owned(), value.as_ref().to_owned()));
        self
    }

    /// Hand down these variables of our own environment, where they are set (`PATH`, `HOME`).
    pub fn keep_env(mut self, keys: &[&str]) -> Tool {
        self.env.extend(keys.iter().filter_map(|k| Some((OsString::from(k), std::env::var_os(k)?))));
        self
    }

    /// The working directory.
    pub fn cwd(mut self, dir: impl Into<PathBuf>) -> Tool {
        self.cwd = Some(dir.into());
        self
    }

    /// Bytes for standard input.
    pub fn stdin(mut self, bytes: impl Into<Vec<u8>>) -> Tool {
        self.stdin = bytes.into();
        self
    }

    /// Kill the tool and everything in its process group after this long (10 minutes if not set).
    pub fn limit(mut self, limit: Duration) -> Tool {
        self.limit = limit;
        self
    }

    /// Run it to the end. A tool that ran and failed is an `Ok` with its exit code.
    ///
    /// # Errors
    /// It cannot be started, or did not end within the limit.
    pub fn run(self) -> Result<Output, Fault> {
        self.run_lines(|_, _| {})
    }

    /// Run it, and fail with the end of its standard error unless it exits with code 0.
    ///
    /// # Errors
    /// As [`Tool::run`], and any other exit than code 0.
    pub fn run_ok(self) -> Result<Output, Fault> {
        let name = self.path.clone();
        let output = self.run()?;
        if output.succeeded() {
            return Ok(output);
        }
        let said = String::from_utf8_lossy(&output.stderr);
        let tail = said.trim_end().char_indices().rev().nth(1999).map_or(0, |(i, _)| i);
        Err(Fault::new(format!(
            "{} ended with {:?}: {}",
            name.display(),
            output.exit,
            &said.trim_end()[tail..]
        )))
    }

    /// Run it, and call `on_line` in this thread for each line as it is written (without its newline).
    ///
    /// # Errors
    /// As [`Tool::run`].
    pub fn run_lines(self, mut on_line: impl FnMut(Stream, &str)) -> Result<Output, Fault> {
        let name = self.path.display().to_string();
        let failed = |doing: &str, e: &std::io::Error| Fault::io(format!("{doing} {name}"), e);
        let mut child = self.spawn().map_err(|e| {
            failed("starting", &e).advise(format!("install {name} or give its path; it must be executable"))
        })?;
        let deadline = Instant::now() + self.limit;
        let (tx, rx) = mpsc::sync_channel(256);
        let (out, err, input) = (child.stdout.take(), child.stderr.take(), child.stdin.take());
        let mut kept = (vec![], vec![]);
        let in_time = std::thread::scope(|threads| {
            let tx_err = tx.clone();
            threads.spawn(move || out.map(|s| pass_lines(s, Stream::Stdout, &tx)));
            threads.spawn(move || err.map(|s| pass_lines(s, Stream::Stderr, &tx_err)));
            // A tool that does not read its input is its own affair.
            threads.spawn(|| input.map(|mut pipe| pipe.write_all(&self.stdin)));
            loop {
                match rx.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                    Ok((stream, line)) => {
                        let shown = String::from_utf8_lossy(line.strip_suffix(b"\n").unwrap_or(&line));
                        on_line(stream, &shown);
                        let kept = if stream == Stream::Stdout { &mut kept.0 } else { &mut kept.1 };
                        kept.extend_from_slice(&line);
                    }
                    Err(mpsc::RecvTimeoutError::Disconnected) => return true,
                    Err(mpsc::RecvTimeoutError::Timeout) => {
                        end_group(&child);
                        // The readers must not stay blocked on a full channel.
                        rx.iter().for_each(drop);
                        return false;
                    }
                }
            }
        });
        let status = wait_until(&mut child, deadline).map_err(|e| failed("waiting for", &e))?;
        if !in_time {
            return Err(Fault::new(format!("{name} did not end within {:?}", self.limit)));
        }
        Ok(Output { exit: exit_of(status), stdout: kept.0, stderr: kept.1 })
    }

    /// Start it, wait for its end, and keep nothing of its output: what a start costs without a box (the standard library
    /// uses `posix_spawn` for it). The limit does not hold here.
    ///
    /// # Errors
    /// It cannot be started.
    #[expect(clippy::disallowed_methods, reason = "the yardstick that boxes are measured by")]
    pub fn run_bare(&self) -> Result<Exit, Fault> {
        let failed = |e: std::io::Error| Fault::io(format!("starting {}", self.path.display()), &e);
        let mut command = Command::new(&self.path);
        command.args(&self.args).env_clear().envs(self.env.iter().map(|(k, v)| (k, v)));
        // Never the host's /dev/null: some container runtimes change the owner of what they are given.
        let nowhere = || memfd_create("nowhere", MemfdFlags::CLOEXEC).map(Stdio::from);
        let (stdin, stdout, stderr) = (nowhere(), nowhere(), nowhere());
        let all = stdin.and_then(|stdin| Ok((stdin, stdout?, stderr?)));
        let (stdin, stdout, stderr) = all.map_err(|e| failed(e.into()))?;
        command.stdin(stdin).stdout(stdout).stderr(stderr);
        command.status().map(exit_of).map_err(failed)
    }

    #[expect(clippy::disallowed_methods, reason = "the one place that starts trusted tools on the host")]
    fn spawn(&self) -> std::io::Result<Child> {
        let mut command = Command::new(&self.path);
        command.args(&self.args).env_clear().envs(self.env.iter().map(|(k, v)| (k, v)));
        if let Some(dir) = &self.cwd {
            command.current_dir(dir);
        }
        let stdin = if self.stdin.is_empty() { Stdio::null() } else { Stdio::piped() };
        // A group of its own, so that the limit reaches the tool's children too.
        command.process_group(0).stdin(stdin).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()
    }
}

fn pass_lines(from: impl Read, stream: Stream, to: &mpsc::SyncSender<(Stream, Vec<u8>)>) {
    let mut from = BufReader::new(from);
    loop {
        let mut line = vec![];
        match from.read_until(b'\n', &mut line) {
            Ok(0) | Err(_) => return,
            Ok(_) if to.send((stream, line)).is_err() => return,
            Ok(_) => {}
        }
    }
}

/// A tool may close its streams and go on; the limit holds for that too.
fn wait_until(child: &mut Child, deadline: Instant) -> std::io::Result<ExitStatus> {
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(status);
        }
        if Instant::now() >= deadline {
            end_group(child);
            return child.wait();
        }
        std::thread::sleep(Duration::from_millis(1));
    }
}

fn end_group(child: &Child) {
    let group = rustix::process::Pid::from_raw(child.id().cast_signed());
    if let Some(group) = group {
        let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
    }
}

pub(crate) fn exit_of(status: ExitStatus) -> Exit {
    match (status.code(), status.signal()) {
        (Some(code), _) => Exit::Code(code),
        (None, signal) => Exit::Signal(signal.unwrap_or(0)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sh(script: &str) -> Tool {
        Tool::new("/bin/sh").args(["-c", script]).env("PATH", "/usr/bin:/bin")
    }

    #[test]
    fn lines_come_with_their_stream_and_the_output_is_whole() {
        let mut seen = vec![];
        let output = sh("echo one; sleep 0.05; echo two >&2; cat; exit 3")
            .stdin("three")
            .run_lines(|stream, line| seen.push((stream, line.to_owned())))
            .unwrap();
        assert_eq!(output.exit, Exit::Code(3));
        assert_eq!((output.text().as_str(), output.stderr.as_slice()), ("one\nthree", &b"two\n"[..]));
        assert!(seen.contains(&(Stream::Stderr, "two".to_owned())), "{seen:?}");
    }

    #[test]
    fn the_environment_is_only_what_was_given() {
        let output =
            sh("env | grep -v -e ^PATH -e ^PWD -e ^_ -e ^SHLVL -e ^OLDPWD").env("A", "b").run().unwrap();
        assert_eq!(output.text(), "A=b\n");
    }

    #[test]
    fn a_tool_past_its_limit_is_a_fault_and_its_children_die() {
        let start = Instant::now();
        let fault = sh("sleep 30 & sleep 30").limit(Duration::from_millis(100)).run().unwrap_err();
        assert!(fault.what.contains("did not end within"), "{fault}");
        assert!(start.elapsed() < Duration::from_secs(5));
    }

    #[test]
    fn failures_name_the_tool() {
        assert!(Tool::new("/nowhere/tool").run().unwrap_err().what.contains("/nowhere/tool"));
        assert!(sh("echo because >&2; exit 1").run_ok().unwrap_err().what.contains("because"));
    }
}
