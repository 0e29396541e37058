//! The services that other tests rely on: they answer, keep what they acknowledged, can be cut off, and go away.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{IpAddr, Ipv4Addr, TcpStream};
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use assay_tests::services::{Nats, Netns, Postgres, skip};

/// Whether `what` starts here; prints why when it does not.
fn installed(what: &str, lacking: Option<String>) -> bool {
    lacking.inspect(|why| skip(what, why)).is_none()
}

#[track_caller]
fn sql(url: &str, text: &str) -> String {
    Postgres::query(url, text).unwrap_or_else(|why| panic!("{why}"))
}

/// How long something takes, on the test's output.
fn timed<T>(what: &str, run: impl FnOnce() -> T) -> T {
    let begin = Instant::now();
    let result = run();
    eprintln!("{what}: {} ms", begin.elapsed().as_millis());
    result
}

#[test]
fn a_database_keeps_what_it_committed_when_it_is_killed() {
    if !installed("PostgreSQL", Postgres::lacking()) {
        return;
    }
    let mut postgres = timed("PostgreSQL starts", Postgres::start);
    assert_eq!(sql(&postgres.url(), "SELECT 6 * 7, current_setting('fsync')"), "42|on");
    let fresh = timed("a fresh database", || postgres.fresh_database());
    assert_ne!(fresh, postgres.fresh_database());
    sql(&fresh, "CREATE TABLE kept (n int); INSERT INTO kept VALUES (7)");
    let processes = postgres.processes();
    timed("PostgreSQL is killed", || postgres.kill());
    assert!(Postgres::query(&fresh, "SELECT 1").is_err(), "a killed server answers");
    assert!(processes.iter().all(|id| !Path::new(&format!("/proc/{id}")).exists()), "{processes:?}");
    timed("PostgreSQL starts again", || postgres.restart());
    assert_eq!(sql(&fresh, "SELECT n FROM kept"), "7");
    assert!(postgres.log().contains("was not properly shut down"), "{}", postgres.log());
}

#[test]
fn a_paused_database_answers_when_it_goes_on() {
    if !installed("PostgreSQL", Postgres::lacking()) {
        return;
    }
    let postgres = Postgres::start();
    let url = postgres.url();
    postgres.pause();
    let query = thread::spawn(move || Postgres::query(&url, "SELECT 'late'"));
    thread::sleep(Duration::from_millis(500));
    assert!(!query.is_finished(), "a paused server answers");
    postgres.resume();
    assert_eq!(query.join().expect("a query"), Ok("late".to_owned()));
}

#[test]
fn a_service_outlives_the_thread_that_started_it() {
    if !installed("PostgreSQL", Postgres::lacking()) || !installed("NATS", Nats::lacking()) {
        return;
    }
    let (postgres, nats) =
        thread::spawn(|| (Postgres::start(), Nats::start())).join().expect("a thread that starts services");
    thread::sleep(Duration::from_millis(200));
    assert_eq!(sql(&postgres.url(), "SELECT 1"), "1");
    Client::new(&nats).ping();
}

/// As much of a NATS client as is needed here.
struct Client(BufReader<TcpStream>);

impl Client {
    fn new(nats: &Nats) -> Client {
        let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, nats.port())).expect("a connection");
        stream.set_read_timeout(Some(Duration::from_secs(10))).expect("a timeout can be set");
        let mut client = Client(BufReader::new(stream));
        let info = client.line();
        assert!(info.starts_with("INFO {") && info.contains("\"jetstream\":true"), "{info}");
        client.send("CONNECT {\"verbose\":false}\r\nSUB answer 1\r\n");
        client
    }

    fn send(&mut self, text: &str) {
        self.0.get_mut().write_all(text.as_bytes()).expect("the server reads");
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.0.read_line(&mut line).expect("the server writes");
        line
    }

    fn ping(&mut self) {
        self.send("PING\r\n");
        assert_eq!(self.line(), "PONG\r\n");
    }

    /// Sends a message and gives the answer to it.
    fn ask(&mut self, subject: &str, text: &str) -> String {
        self.send(&format!("PUB {subject} answer {}\r\n{text}\r\n", text.len()));
        let line = self.line();
        let length = line.strip_prefix("MSG answer 1 ").unwrap_or_else(|| panic!("{line}"));
        let mut answer = vec![0; length.trim().parse::<usize>().expect("a length") + 2];
        self.0.read_exact(&mut answer).expect("the server writes all of it");
        String::from_utf8(answer).expect("JSON is UTF-8")
    }
}

#[test]
fn a_stream_keeps_what_it_acknowledged_when_its_server_is_killed() {
    if !installed("NATS", Nats::lacking()) {
        return;
    }
    let mut nats = timed("NATS starts", Nats::start);
    assert_eq!(nats.url(), format!("nats://127.0.0.1:{}", nats.port()));
    let mut client = Client::new(&nats);
    client.ping();
    let made = client.ask("$JS.API.STREAM.CREATE.KEPT", r#"{"name":"KEPT","subjects":["kept"]}"#);
    assert!(made.contains("\"did_create\":true"), "{made}");
    let stored = client.ask("kept", "hello");
    assert!(stored.contains("\"seq\":1"), "{stored}");
    nats.kill();
    assert!(
        TcpStream::connect((Ipv4Addr::LOCALHOST, nats.port())).is_err(),
        "a killed server takes connections"
    );
    timed("NATS starts again", || nats.restart());
    let kept = Client::new(&nats).ask("$JS.API.STREAM.MSG.GET.KEPT", r#"{"seq":1}"#);
    assert!(kept.contains("\"data\":\"aGVsbG8=\""), "{kept}");
}

#[test]
fn a_paused_nats_server_answers_when_it_goes_on() {
    if !installed("NATS", Nats::lacking()) {
        return;
    }
    let nats = Nats::start();
    let mut client = Client::new(&nats);
    nats.pause();
    let pong = thread::spawn(move || client.ping());
    thread::sleep(Duration::from_millis(300));
    assert!(!pong.is_finished(), "a paused server answers");
    nats.resume();
    pong.join().expect("a paused server goes on");
}

/// What psql says inside a network, within a few seconds.
fn psql_in(netns: &Netns, url: &str) -> Result<String, String> {
    let mut psql = netns.command("timeout");
    psql.args(["3"]).arg(Postgres::psql()).args(["-XAtqc", "SELECT 'reached'", url]);
    let said = psql.output().expect("nsenter starts");
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).trim().to_owned();
    if said.status.success() {
        Ok(text(said.stdout))
    } else {
        Err(format!("{}: {}", said.status, text(said.stderr)))
    }
}

#[test]
fn a_network_reaches_the_services_except_while_it_is_cut() {
    if !installed("PostgreSQL", Postgres::lacking()) || !installed("NATS", Nats::lacking()) {
        return;
    }
    let networks: Result<_, String> =
        timed("two networks", || Ok([Netns::new("left")?, Netns::new("right")?]));
    let [left, right] = match networks {
        Ok(networks) => networks,
        Err(why) => return skip("networks that can be cut", why),
    };
    let postgres = Postgres::start_on(left.host_address());
    let nats = Nats::start_on(IpAddr::V4(Ipv4Addr::UNSPECIFIED));
    let reached = Ok("reached".to_owned());
    assert_eq!(psql_in(&left, &postgres.url()), reached);
    assert_eq!(psql_in(&right, &postgres.url()), reached, "a service is reached from every network");
    assert_eq!(psql_in(&right, &postgres.fresh_database()), reached);
    assert!(greeting_in(&right, &nats).starts_with("INFO {"));

    let mut session = Session::new(&left, &postgres.url());
    session.ask("SELECT 'open'", "open");
    left.cut();
    // `timeout` ends with 124 what was told nothing at all.
    let cut = psql_in(&left, &postgres.url()).expect_err("a cut network reaches nobody");
    assert!(cut.contains("124"), "{cut}");
    assert_eq!(psql_in(&right, &postgres.url()), reached, "the other network is whole");
    assert_eq!(sql(&postgres.url(), "SELECT 1"), "1", "the machine still reaches its service");
    left.heal();
    assert_eq!(psql_in(&left, &postgres.url()), reached);
    session.ask("SELECT 'still open'", "still open");
}

/// The first line that NATS sends into a network.
fn greeting_in(netns: &Netns, nats: &Nats) -> String {
    let mut cat = netns.command("timeout");
    cat.args(["1", "bash", "-c", &format!("head -n 1 </dev/tcp/{}/{}", netns.host_address(), nats.port())]);
    String::from_utf8(cat.output().expect("nsenter starts").stdout).expect("INFO is text")
}

/// A session of psql in a network, over one connection.
struct Session {
    child: std::process::Child,
    answers: BufReader<std::process::ChildStdout>,
}

impl Session {
    fn new(netns: &Netns, url: &str) -> Session {
        let mut psql = netns.command(Postgres::psql());
        let mut child = psql
            .args(["-XAtq", url])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("psql starts");
        let answers = BufReader::new(child.stdout.take().expect("a pipe"));
        Session { child, answers }
    }

    #[track_caller]
    fn ask(&mut self, sql: &str, answer: &str) {
        writeln!(self.child.stdin.as_mut().expect("a pipe"), "{sql};").expect("psql reads");
        let mut line = String::new();
        self.answers.read_line(&mut line).expect("psql answers");
        assert_eq!(line.trim(), answer);
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Whether a process is there. The machine's first process fetches zombies when it comes to that.
fn runs(id: u32) -> bool {
    fs::read_to_string(format!("/proc/{id}/stat")).is_ok_and(|stat| !stat.contains(") Z "))
}

/// Whether none of these processes is there within some seconds.
fn gone(processes: &[u32]) -> bool {
    (0..200).any(|_| {
        thread::sleep(Duration::from_millis(50));
        !processes.iter().any(|id| runs(*id))
    })
}

/// Set for a test process that is to be killed.
const TO_BE_KILLED: &str = "ASSAY_TEST_TO_BE_KILLED";

#[test]
#[expect(clippy::disallowed_methods, reason = "a test process has to be killed")]
fn a_killed_test_process_leaves_nothing_running() {
    if !installed("PostgreSQL", Postgres::lacking()) || !installed("NATS", Nats::lacking()) {
        return;
    }
    if std::env::var_os(TO_BE_KILLED).is_some() {
        return live_until_killed();
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    let own = std::env::current_exe().expect("a test knows its executable");
    let mut child = Command::new(own)
        .args(["--exact", "a_killed_test_process_leaves_nothing_running", "--nocapture"])
        .env(TO_BE_KILLED, "1")
        .env("TMPDIR", folder.path())
        .stdout(Stdio::piped())
        .spawn()
        .expect("this test starts again");
    let lines = BufReader::new(child.stdout.take().expect("a pipe")).lines().map_while(Result::ok);
    let line = lines
        .into_iter()
        .find_map(|l| Some(l.split_once("processes:")?.1.to_owned()))
        .expect("its processes");
    let processes: Vec<u32> = line.split_whitespace().map(|id| id.parse().expect("a process")).collect();
    assert!(processes.len() > 5 && processes.iter().any(|id| runs(*id)), "{processes:?}");
    child.kill().expect("it is there");
    child.wait().expect("it is ours");
    assert!(gone(&processes), "{processes:?}");
}

/// Starts one of everything, says what that is, and waits; in the middle of a query, when only a signal ends a session.
fn live_until_killed() {
    let (postgres, nats) = (Postgres::start(), Nats::start());
    let _netns = Netns::new("killed").inspect_err(|why| eprintln!("{why}"));
    let url = postgres.url();
    let busy = "DO $$ BEGIN LOOP PERFORM 1; END LOOP; END $$";
    thread::spawn(move || Postgres::query(&url, busy));
    while sql(&postgres.url(), "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'DO %'") != "1" {
        thread::sleep(Duration::from_millis(20));
    }
    let processes: Vec<String> =
        postgres.processes().iter().chain(&nats.processes()).map(u32::to_string).collect();
    println!("processes: {}", processes.join(" "));
    thread::sleep(Duration::from_mins(1));
    panic!("nobody killed this test process");
}
