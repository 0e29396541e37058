use std::time::{Duration, Instant};

use assay_core::{Event, Numbered, Report, SubmissionId};

use super::client::Client;
use super::failure::{self, Failure};
use super::patience::{Patience, Wait};
use crate::problem::Problem;
use crate::progress::Progress;

/// A connection that held for so long was one: what comes after it is a new outage.
const HELD: Duration = Duration::from_secs(5);

/// How a run ended.
#[derive(Debug)]
pub(crate) enum Ending {
    /// With a verdict.
    Finished(Box<Report>),
    /// Without one, by a fault of the server's; its words.
    Faulted(String),
    /// Somebody called it back.
    Canceled,
}

/// Follow a run until it is over, with all events to `progress`. A connection that breaks is made again, and goes on after
/// the last event that was read; a server that comes back within some minutes costs nothing.
pub(crate) fn follow(client: &Client, id: SubmissionId, progress: &Progress) -> Result<Ending, Problem> {
    let mut after = 0;
    let mut patience = Patience::default();
    loop {
        let begun = Instant::now();
        let before = after;
        let lost = match read(client, id, &mut after, progress) {
            Ok(Some(ending)) => return Ok(ending),
            Ok(None) => failure::cut_off(&client.server),
            Err(Failure::Passing(passing)) => passing,
            Err(Failure::Final(refused)) => return Err(refused.into()),
        };
        if after > before || begun.elapsed() > HELD {
            patience = Patience::default();
        }
        let Some(pause) = patience.next(Wait::Known, lost.after) else {
            let mut problem = lost.over(true);
            problem.help =
                format!("the run goes on when the server is back: assay watch {}", client.server.run(id));
            return Err(problem);
        };
        progress.note(&lost.again(pause));
        std::thread::sleep(pause);
    }
}

/// What one connection brings; nothing when it ended before the run did.
fn read(
    client: &Client,
    id: SubmissionId,
    after: &mut u64,
    progress: &Progress,
) -> Result<Option<Ending>, Failure> {
    let Some(mut messages) = client.events(id, *after)? else {
        // Everything was read before, so it is over: a report is all that can be missing.
        let report = client.get(&format!("/api/submissions/{id}/report"));
        return report.map(|r| Some(Ending::Finished(Box::new(r)))).map_err(|p| Failure::Final(p.into()));
    };
    // A stream that breaks off in the middle is the same as one that ends.
    while let Ok(Some(data)) = messages.next() {
        match Numbered::read(&data) {
            Ok(numbered) if numbered.seq > *after => {
                *after = numbered.seq;
                progress.event(&numbered.event);
                if let Some(ending) = ending(numbered.event) {
                    return Ok(Some(ending));
                }
            }
            // It was there before.
            Ok(_) => {}
            // An end is the one thing that has to be understood.
            Err(_) => {
                let why = "how the run ended is told in a form that this version does not know";
                let problem = failure::strange(&client.server, "the last event", why);
                return Err(Failure::Final(problem.into()));
            }
        }
    }
    Ok(None)
}

fn ending(event: Event) -> Option<Ending> {
    match event {
        Event::Finished { report } => Some(Ending::Finished(report)),
        Event::Faulted { message } => Some(Ending::Faulted(message)),
        Event::Canceled => Some(Ending::Canceled),
        _ => None,
    }
}
