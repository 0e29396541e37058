//! Handing in while processes die: what the fault tests do for a minute and `./x soak` for as long as one likes.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crate::Assay;
use crate::load::{BROKEN, Chance, Client, FAILING, Handed, Kind, REJECTED, Tally};
use crate::services::{Nats, Postgres};
use crate::site::{Plan, Running};

/// Where everything is kept, and who grades.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Setting {
    /// One server with a folder.
    Sqlite,
    /// A server that only serves and two that only grade, with PostgreSQL and NATS.
    Fleet,
}

/// What is to be done.
#[derive(Debug, Clone)]
pub struct Trial {
    /// On what.
    pub setting: Setting,
    /// How many submissions are handed in, at most.
    pub submissions: usize,
    /// For how long they are, at most.
    pub lasts: Duration,
    /// About how often something is killed.
    pub kill_every: Duration,
    /// Where every choice comes from.
    pub seed: u64,
}

/// What came of it.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// Of the submissions.
    pub tally: Tally,
    /// Set aside after three killings, and tried again when an operator said so.
    pub set_aside: usize,
    /// Of the killings: what died or was stopped, how often.
    pub killed: Vec<(&'static str, usize)>,
    /// Processes that outlived their server.
    pub orphans: Vec<u32>,
    /// How many submissions the database says there are.
    pub stored: usize,
    /// How long it took, to the last verdict.
    pub took: Duration,
}

impl Outcome {
    /// Whether nothing is wrong.
    pub fn is_whole(&self) -> bool {
        self.tally.is_whole() && self.orphans.is_empty() && self.stored == self.tally.accepted
    }

    /// For people.
    pub fn lines(&self) -> String {
        let t = &self.tally;
        let verdicts: Vec<String> = t.verdicts.iter().map(|(v, n)| format!("{n} {v}")).collect();
        let killed: Vec<String> = self.killed.iter().map(|(what, n)| format!("{n} × {what}")).collect();
        let mut text = format!(
            "{} accepted, {} stored, {} lost, {} double, {} stuck, {} wrong; {} tried again, {} set aside first; {} orphans\nverdicts: {}\nkilled: {}\ntook {:.0} s\n",
            t.accepted,
            self.stored,
            t.lost.len(),
            t.double.len(),
            t.stuck.len(),
            t.wrong.len(),
            t.tried_again,
            self.set_aside,
            self.orphans.len(),
            verdicts.join(", "),
            killed.join(", "),
            self.took.as_secs_f64(),
        );
        for (what, those) in
            [("lost", &t.lost), ("double", &t.double), ("stuck", &t.stuck), ("wrong", &t.wrong)]
        {
            for one in those.iter().take(10) {
                text += &format!("{what}: {one}\n");
            }
        }
        text
    }
}

/// How long a silent grader keeps its submission here: short, so that trials do not mostly wait.
const LEASE: &str = "2";
/// How long verdicts may take to come after the last killing.
const SETTLE: Duration = Duration::from_mins(2);

/// The processes of a trial.
struct Stage {
    setting: Setting,
    server: Plan,
    workers: Vec<Plan>,
    running: Vec<Option<Running>>,
    postgres: Option<Postgres>,
    nats: Option<Nats>,
}

impl Stage {
    fn set(setting: Setting) -> Stage {
        let queue = ["--queue", "100000", "--lease", LEASE];
        let (server, workers, postgres, nats) = match setting {
            Setting::Sqlite => (Plan::new(&[], "serve", &queue).and(&["--graders", "2"]), vec![], None, None),
            Setting::Fleet => {
                let (postgres, nats) = (Postgres::start(), Nats::start());
                let (database, broker) = (postgres.url(), nats.url());
                let fleet = ["--database", &database, "--broker", &broker];
                let server = Plan::new(&[], "serve", &queue).and(&["--graders", "0"]).and(&fleet);
                let worker = || Plan::new(&[], "work", &["--graders", "1", "--lease", LEASE]).and(&fleet);
                (server, vec![worker(), worker()], Some(postgres), Some(nats))
            }
        };
        let mut stage = Stage { setting, server, workers, running: vec![], postgres, nats };
        stage.running = stage.plans().into_iter().map(|plan| Some(plan.start())).collect();
        stage
    }

    fn plans(&self) -> Vec<&Plan> {
        std::iter::once(&self.server).chain(&self.workers).collect()
    }

    fn url(&self) -> String {
        self.running.iter().flatten().next().map(Running::url).unwrap_or_default()
    }

    /// Does one bad thing; what it was, and who stayed that should not have.
    fn strike(&mut self, chance: &mut Chance) -> (&'static str, Vec<u32>) {
        let victims = self.running.len() as u64;
        match (self.setting, chance.under(10)) {
            (Setting::Fleet, 0) => {
                self.nats.as_mut().expect("a fleet has a broker").restart();
                ("broker", vec![])
            }
            (Setting::Fleet, 1) => {
                self.postgres.as_mut().expect("a fleet has a database").restart();
                ("database", vec![])
            }
            (Setting::Fleet, 2 | 3) => {
                let at = 1 + chance.under(victims - 1) as usize;
                if let Some(running) = &self.running[at] {
                    running.pause();
                    // Longer than a lease: when it wakes, somebody else has what it had.
                    thread::sleep(Duration::from_millis(2500 + chance.under(1000)));
                    running.resume();
                }
                ("worker paused", vec![])
            }
            _ => {
                let at = chance.under(victims) as usize;
                let orphans = self.running[at].take().map(Running::kill).unwrap_or_default();
                thread::sleep(Duration::from_millis(chance.under(400)));
                let plan = self.plans()[at].start();
                self.running[at] = Some(plan);
                (if at == 0 { "server" } else { "worker" }, orphans)
            }
        }
    }

    /// Waits until what can be graded is, and puts back what was set aside; how many those were.
    fn retry_set_aside(&self) -> usize {
        let client = Client::new(&self.url());
        let begin = Instant::now();
        while waiting(&client) > 0 && begin.elapsed() < SETTLE {
            thread::sleep(Duration::from_millis(100));
        }
        let place = match &self.postgres {
            Some(postgres) => ["--database".to_owned(), postgres.url()],
            None => ["--data".to_owned(), self.server.data().display().to_string()],
        };
        let assay = Assay::new();
        let jobs = |words: &[&str]| assay.run(&[&["jobs", &place[0], &place[1]], words].concat());
        let listed = jobs(&["list", "--json"]);
        let listed: serde_json::Value = serde_json::from_str(&listed.stdout).unwrap_or_default();
        let ids = listed["jobs"].as_array().into_iter().flatten().filter_map(|job| job["id"].as_str());
        ids.filter(|id| jobs(&["retry", id]).code == 0).count()
    }

    fn stored(&self) -> usize {
        let metrics = Client::new(&self.url()).get("/metrics").map(|(_, text)| text).unwrap_or_default();
        let counts = metrics.lines().filter(|line| line.starts_with("assay_submissions{"));
        counts.filter_map(|line| line.rsplit(' ').next()?.parse::<f64>().ok()).sum::<f64>() as usize
    }
}

fn kind(number: u64) -> Kind {
    match number % 10 {
        0 => FAILING,
        1 | 2 => BROKEN,
        _ => REJECTED,
    }
}

/// Runs a trial.
pub fn run(trial: &Trial) -> Outcome {
    let mut stage = Stage::set(trial.setting);
    let client = Client::new(&stage.url());
    let begin = Instant::now();
    let (done, count) = (AtomicBool::new(false), AtomicUsize::new(0));
    let mut chance = Chance::new(trial.seed);
    let (mut killed, mut orphans) = (std::collections::BTreeMap::<&'static str, usize>::new(), vec![]);
    let handed: Vec<Handed> = thread::scope(|scope| {
        // Several hand in at once, as people do.
        let hands: Vec<_> = (0..4u64)
            .map(|hand| {
                let (client, count) = (client.clone(), &count);
                scope.spawn(move || {
                    let until = begin + trial.lasts;
                    let mut handed = vec![];
                    while Instant::now() < until {
                        let number = count.fetch_add(1, Ordering::Relaxed);
                        if number >= trial.submissions {
                            break;
                        }
                        let number = number as u64;
                        let one = client.hand_in(kind(number), number, Instant::now() + SETTLE);
                        handed
                            .push(one.unwrap_or_else(|| panic!("hand {hand}: nobody took number {number}")));
                        // No faster than it is graded, or killings would all come when nothing runs.
                        while waiting(&client) > 40 && Instant::now() < until + SETTLE {
                            thread::sleep(Duration::from_millis(100));
                        }
                    }
                    handed
                })
            })
            .collect();
        let gather = scope.spawn(|| {
            let all: Vec<Handed> = hands.into_iter().flat_map(|hand| hand.join().expect("a hand")).collect();
            done.store(true, Ordering::Relaxed);
            all
        });
        while !done.load(Ordering::Relaxed) {
            let every = trial.kill_every.as_millis() as u64;
            thread::sleep(Duration::from_millis(every / 2 + chance.under(every)));
            if done.load(Ordering::Relaxed) {
                break;
            }
            let (what, stayed) = stage.strike(&mut chance);
            *killed.entry(what).or_default() += 1;
            orphans.extend(stayed);
        }
        gather.join().expect("all hands")
    });
    // One whose server was killed three times under it is set aside, as it should be; the operator has it tried again.
    let set_aside = stage.retry_set_aside();
    let tally = client.count(&handed, Instant::now() + SETTLE);
    let took = begin.elapsed();
    let stored = stage.stored();
    for running in stage.running.drain(..).flatten() {
        let (_, stayed) = running.stop(Duration::from_secs(40));
        orphans.extend(stayed);
    }
    if !tally.is_whole() {
        for plan in stage.plans() {
            eprintln!("---- one of the processes said:\n{}", plan.said());
        }
    }
    Outcome { tally, set_aside, killed: killed.into_iter().collect(), orphans, stored, took }
}

fn waiting(client: &Client) -> usize {
    let metrics = client.get("/metrics").map(|(_, text)| text).unwrap_or_default();
    let depth = metrics.lines().find_map(|line| line.strip_prefix("assay_queue_depth "));
    depth.and_then(|n| n.trim().parse().ok()).unwrap_or_default()
}
