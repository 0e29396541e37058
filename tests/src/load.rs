//! A client that hands in and does not give up, and then counts: of everything that it handed in, what became of it.

use std::collections::{BTreeMap, BTreeSet};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// A source of chance that can be repeated from its seed (xorshift64*, <https://doi.org/10.18637/jss.v008.i14>).
#[derive(Debug, Clone)]
pub struct Chance(u64);

impl Chance {
    /// From a seed; 0 is as good as any.
    pub fn new(seed: u64) -> Chance {
        Chance(seed ^ 0x9e37_79b9_7f4a_7c15)
    }

    /// A number under `below`.
    pub fn under(&mut self, below: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 11) % below.max(1)
    }
}

/// A kind of submission to the exercise `tally`, with its one right verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kind {
    code: &'static str,
    verdict: &'static str,
}

impl Kind {
    /// Code for `tally.go`, and its verdict.
    pub const fn new(code: &'static str, verdict: &'static str) -> Kind {
        Kind { code, verdict }
    }
}

/// Refused by the screener: some 30 ms.
pub const REJECTED: Kind = Kind {
    code: "package tally\n\nimport \"os/exec\"\n\nfunc Sum(n []int) int { exec.Command(\"x\"); return 0 }\n",
    verdict: "Rejected",
};
/// Refused by the compiler.
pub const BROKEN: Kind =
    Kind { code: "package tally\n\nfunc Sum(n []int) int { return missing }\n", verdict: "CompileError" };
/// Fails its tests, in boxes: some 300 ms.
pub const FAILING: Kind =
    Kind { code: "package tally\n\nfunc Sum(n []int) int { return -1 }\n", verdict: "Failed" };

/// One submission as the client knows it.
#[derive(Debug, Clone)]
pub struct Handed {
    key: String,
    kind: Kind,
    id: String,
}

/// What became of all that was handed in.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Tally {
    /// Handed in and acknowledged.
    pub accepted: usize,
    /// By verdict.
    pub verdicts: BTreeMap<String, usize>,
    /// Acknowledged, and not there any more, or without what belongs to it.
    pub lost: Vec<String>,
    /// More than one submission for a key, or more than one end for a submission.
    pub double: Vec<String>,
    /// Without an end when the time was up.
    pub stuck: Vec<String>,
    /// Another verdict than the right one, or our fault.
    pub wrong: Vec<String>,
    /// Started more than once.
    pub tried_again: usize,
}

impl Tally {
    /// Whether everything has its one right verdict.
    pub fn is_whole(&self) -> bool {
        self.lost.is_empty() && self.double.is_empty() && self.stuck.is_empty() && self.wrong.is_empty()
    }
}

/// A client of one server, which may be away now and then.
#[derive(Debug, Clone)]
pub struct Client {
    url: String,
    agent: ureq::Agent,
}

impl Client {
    /// Of the server at `url`.
    pub fn new(url: &str) -> Client {
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(Duration::from_secs(20)))
            .build();
        Client { url: url.to_owned(), agent: config.into() }
    }

    /// Status and body; none when the server did not answer.
    pub fn get(&self, path: &str) -> Option<(u16, String)> {
        let mut answer = self.agent.get(format!("{}{path}", self.url)).call().ok()?;
        Some((answer.status().as_u16(), answer.body_mut().read_to_string().ok()?))
    }

    /// Status, `Retry-After` and body.
    pub fn post(&self, path: &str, key: Option<&str>, body: &Value) -> Option<(u16, Option<String>, Value)> {
        let mut request =
            self.agent.post(format!("{}{path}", self.url)).header("content-type", "application/json");
        if let Some(key) = key {
            request = request.header("idempotency-key", key);
        }
        let mut answer = request.send(body.to_string()).ok()?;
        let later = answer.headers().get("retry-after").and_then(|v| v.to_str().ok()).map(str::to_owned);
        let text = answer.body_mut().read_to_string().ok()?;
        Some((answer.status().as_u16(), later, serde_json::from_str(&text).unwrap_or_default()))
    }

    /// Status and body of a `PUT`, with a cookie if there is one; and the cookie that was set.
    pub fn put(
        &self,
        path: &str,
        cookie: Option<&str>,
        body: &Value,
    ) -> Option<(u16, Option<String>, Value)> {
        let mut request =
            self.agent.put(format!("{}{path}", self.url)).header("content-type", "application/json");
        if let Some(cookie) = cookie {
            request = request.header("cookie", cookie);
        }
        let mut answer = request.send(body.to_string()).ok()?;
        let set = answer.headers().get("set-cookie").and_then(|v| v.to_str().ok());
        let set = set.map(|v| v.split(';').next().unwrap_or_default().to_owned());
        let text = answer.body_mut().read_to_string().ok()?;
        Some((answer.status().as_u16(), set, serde_json::from_str(&text).unwrap_or_default()))
    }

    /// Status of a `DELETE`.
    pub fn delete(&self, path: &str) -> Option<u16> {
        Some(self.agent.delete(format!("{}{path}", self.url)).call().ok()?.status().as_u16())
    }

    /// Status and body of a `GET` with a cookie.
    pub fn get_with(&self, path: &str, cookie: &str) -> Option<(u16, Value)> {
        let mut answer =
            self.agent.get(format!("{}{path}", self.url)).header("cookie", cookie).call().ok()?;
        let text = answer.body_mut().read_to_string().ok()?;
        Some((answer.status().as_u16(), serde_json::from_str(&text).unwrap_or_default()))
    }

    /// What a submission is handed in as: the number makes its code differ from the others'.
    pub fn form(kind: Kind, number: u64) -> Value {
        let code = format!("{}// {number}\n", kind.code);
        json!({ "exercise": "tally", "files": [{ "path": "tally.go", "content": code }] })
    }

    /// Hands one in, again and again until the server has it. None when it has not by then.
    pub fn hand_in(&self, kind: Kind, number: u64, until: Instant) -> Option<Handed> {
        let key = format!("load-{number}");
        let body = Client::form(kind, number);
        while Instant::now() < until {
            match self.post("/api/submissions", Some(&key), &body) {
                Some((202, _, answer)) => {
                    return Some(Handed { key, kind, id: answer["id"].as_str()?.to_owned() });
                }
                Some((status, ..)) if status != 429 && status < 500 => panic!("handing in got {status}"),
                _ => thread::sleep(Duration::from_millis(50)),
            }
        }
        None
    }

    /// Waits for all of them to end, and looks at what became of each.
    pub fn count(&self, handed: &[Handed], until: Instant) -> Tally {
        let mut tally = Tally { accepted: handed.len(), ..Tally::default() };
        let mut ids = BTreeSet::new();
        for one in handed {
            if !ids.insert(&one.id) {
                tally.double.push(format!("{}: another key has {} too", one.key, one.id));
            }
            self.look(one, until, &mut tally);
        }
        tally
    }

    fn look(&self, one: &Handed, until: Instant, tally: &mut Tally) {
        let name = format!("{} ({})", one.id, one.key);
        let record = loop {
            match self.get(&format!("/api/submissions/{}", one.id)) {
                Some((200, text)) => {
                    let record: Value = serde_json::from_str(&text).unwrap_or_default();
                    let state = record["state"].as_str().unwrap_or_default();
                    if state != "queued" && state != "running" {
                        break record;
                    }
                    if Instant::now() > until {
                        return tally.stuck.push(format!("{name}: {state}"));
                    }
                }
                Some((404, _)) => return tally.lost.push(name),
                other if Instant::now() > until => return tally.stuck.push(format!("{name}: {other:?}")),
                _ => {}
            }
            thread::sleep(Duration::from_millis(20));
        };
        let verdict = record["verdict"].as_str().unwrap_or("none").to_owned();
        if verdict != one.kind.verdict {
            tally.wrong.push(format!("{name}: {} {verdict} for {}", record["state"], one.kind.verdict));
        }
        *tally.verdicts.entry(verdict).or_default() += 1;
        self.look_at_stream(one, &name, tally);
        // The same key again: the same submission, and no other.
        let again = self.again(one, until);
        if again.as_deref() != Some(&one.id) {
            tally.double.push(format!("{name}: its key now has {again:?}"));
        }
    }

    fn again(&self, one: &Handed, until: Instant) -> Option<String> {
        let number = one.key.strip_prefix("load-")?.parse().ok()?;
        Some(self.hand_in(one.kind, number, until + Duration::from_secs(10))?.id)
    }

    /// Numbers without gaps, one end, and that last; and a report with that verdict.
    fn look_at_stream(&self, one: &Handed, name: &str, tally: &mut Tally) {
        let Some((200, text)) = self.get(&format!("/api/submissions/{}/events", one.id)) else {
            return tally.lost.push(format!("{name}: its events"));
        };
        let events: Vec<Value> = text
            .lines()
            .filter_map(|line| line.strip_prefix("data:"))
            .filter_map(|json| serde_json::from_str(json.trim()).ok())
            .collect();
        let kinds: Vec<&str> = events.iter().filter_map(|e| e["type"].as_str()).collect();
        let numbers: Vec<u64> = events.iter().filter_map(|e| e["seq"].as_u64()).collect();
        if numbers != (1..=events.len() as u64).collect::<Vec<_>>() {
            tally.lost.push(format!("{name}: events {numbers:?}"));
        }
        let last = |kind: &&&str| matches!(**kind, "finished" | "faulted" | "canceled");
        let ends = kinds.iter().filter(last).count();
        if ends > 1 {
            tally.double.push(format!("{name}: {kinds:?}"));
        }
        if ends == 0 || !kinds.last().is_some_and(|kind| last(&kind)) {
            tally.lost.push(format!("{name}: its last event, {kinds:?}"));
        }
        let starts = kinds.iter().filter(|kind| **kind == "started").count();
        tally.tried_again += usize::from(starts > 1);
        match self.get(&format!("/api/submissions/{}/report", one.id)) {
            Some((200, _)) => {}
            other => tally.lost.push(format!("{name}: its report, {:?}", other.map(|(status, _)| status))),
        }
    }
}
