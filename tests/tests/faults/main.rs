//! Whatever dies, every accepted submission gets exactly one verdict, and every draft is there. Real processes, real kills, a real
//! PostgreSQL and a real broker. Every choice comes from a seed that is printed; `ASSAY_SEED` repeats it.

mod clock;
mod disk;
mod fleet;
mod jobs;
mod kills;
mod load;

use std::time::{Duration, Instant};

use assay_tests::load::{Client, FAILING, Kind};
use assay_tests::site::{Plan, Running};
use serde_json::Value;

/// Longer than anything here takes.
const PATIENCE: Duration = Duration::from_mins(2);

/// Where the choices of a test come from.
fn seed(test: &str) -> u64 {
    let seed = std::env::var("ASSAY_SEED").ok().and_then(|s| s.parse().ok());
    let seed = seed.unwrap_or_else(|| {
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        now.map_or(1, |since| since.as_nanos() as u64)
    });
    eprintln!("{test}: ASSAY_SEED={seed}");
    seed
}

/// One server with a folder, which notices after two seconds that a grader is silent.
fn server() -> Plan {
    served(1, 1000)
}

/// The same with so many graders and so much room in its queue.
fn served(graders: usize, queue: usize) -> Plan {
    Plan::new(
        &[],
        "serve",
        &["--graders", &graders.to_string(), "--lease", "2", "--queue", &queue.to_string()],
    )
}

fn client(server: &Running) -> Client {
    Client::new(&server.url())
}

fn hand_in(client: &Client, kind: Kind, number: u64) -> String {
    let (status, _, answer) =
        client.post("/api/submissions", None, &Client::form(kind, number)).expect("the server answers");
    assert_eq!(status, 202, "{answer}");
    answer["id"].as_str().expect("an id").to_owned()
}

fn record(client: &Client, id: &str) -> Value {
    let answer = client.get(&format!("/api/submissions/{id}"));
    answer.map(|(_, text)| serde_json::from_str(&text).expect("JSON")).unwrap_or_default()
}

/// Waits until a submission is as `wanted` says.
fn until(client: &Client, id: &str, what: &str, wanted: impl Fn(&Value) -> bool) -> Value {
    let begin = Instant::now();
    loop {
        let now = record(client, id);
        if wanted(&now) {
            return now;
        }
        assert!(begin.elapsed() < PATIENCE, "{id} is not {what}: {now}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

fn until_running(client: &Client, id: &str) -> Value {
    until(client, id, "running", |r| r["state"] == "running")
}

fn until_graded(client: &Client, id: &str) -> Value {
    until(client, id, "graded", |r| r["state"] == "finished")
}

/// Some seconds of work: a deadlock that has to be proven.
const SLOW: Kind = Kind::new(
    "package tally\n\nfunc Sum(n []int) int { c := make(chan int); c <- len(n); return <-c }\n",
    "Deadlock",
);

/// The verdict of something quick, to see that a server works.
fn works(client: &Client, number: u64) {
    let id = hand_in(client, FAILING, number);
    assert_eq!(until_graded(client, &id)["verdict"], "Failed");
}
