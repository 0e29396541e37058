//! What a box costs; by hand: `cargo test -p assay-sandbox --test jail -- --ignored --nocapture cost`.

use std::time::{Duration, Instant};

use assay_sandbox::host::Tool;
use assay_sandbox::{Entry, Sandbox, Silent, Source};

use crate::programs::{at, c, jail, job};

fn median(what: &str, mut one: impl FnMut()) -> Duration {
    let mut times: Vec<Duration> = (0..60)
        .map(|_| {
            let start = Instant::now();
            one();
            start.elapsed()
        })
        .collect();
    times.sort_unstable();
    eprintln!("{what}: {:.2?} (best {:.2?}, 90 % {:.2?})", times[30], times[0], times[54]);
    times[30]
}

#[test]
#[ignore = "a measurement"]
fn cost() {
    let source = "int main() {}";
    let bare = median("started on the host", || drop(Tool::new(c(source)).run().unwrap()));
    let mut job = job(source);
    let boxed = median("in a box", || drop(jail().run(&job, &mut Silent).unwrap()));
    eprintln!("ratio {:.1}", boxed.as_secs_f64() / bare.as_secs_f64());
    for number in 0..200 {
        let file = Source::Host(c(source));
        job.entries.push(Entry { at: at(&format!("std/{number}.a")), source: file });
    }
    median("with 200 host files", || drop(jail().run(&job, &mut Silent).unwrap()));
    job.entries.truncate(1);
    job.entries.push(Entry { at: at("big"), source: Source::Bytes(vec![1; 8 << 20]) });
    median("with 8 MiB of bytes", || drop(jail().run(&job, &mut Silent).unwrap()));
}
