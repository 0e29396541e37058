//! The pages with a scripted grader, to look at every kind of evidence without a toolchain:
//! `cargo run -p assay-web --example gallery -- [port] [exercises]`. The first line of the first file says what comes, e.g.
//! `// show: race`; anything else is accepted.

mod observed;
mod reports;

use std::sync::Arc;
use std::thread::sleep;
use std::time::Duration;

use assay_content::{Exercise, Library};
use assay_core::{Event, Fault, PassName, Report, Step, Submission, TestStatus};
use assay_grade::{Options, Revoked};
use assay_store::Capabilities;
use assay_web::{Grade, ServeConfig, serve};

struct Scripted;

impl Grade for Scripted {
    fn grade(
        &self,
        exercise: &Exercise,
        submission: &Submission,
        options: Options,
        _: &Revoked,
        emit: &(dyn Fn(Event) + Sync),
    ) -> Result<Report, Fault> {
        let first = submission.files()[0].content.lines().next().unwrap_or_default();
        let show = first.strip_prefix("// show: ").unwrap_or("accepted").trim();
        if show == "fault" {
            return Err(Fault::new("scripted"));
        }
        let mut report = reports::report(exercise, show);
        report.observed = options.observe.then(observed::observation);
        for step in [Step::Screen, Step::Build, Step::Plain, Step::Race] {
            emit(Event::Step { step });
            sleep(Duration::from_millis(150));
        }
        for pass in &report.passes {
            let tests = pass.tests.iter().map(|t| t.name.clone()).collect();
            emit(Event::Plan { pass: pass.name, tests });
        }
        for test in report.passes.iter().filter(|p| p.name == PassName::Plain).flat_map(|p| &p.tests) {
            for pass in &report.passes {
                sleep(Duration::from_millis(80));
                let status =
                    pass.tests.iter().find(|t| t.name == test.name).map_or(TestStatus::NotRun, |t| t.status);
                emit(Event::Test { pass: pass.name, name: test.name.clone(), status, duration_ms: 4 });
            }
        }
        emit(Event::Step { step: Step::Judge });
        sleep(Duration::from_millis(100));
        Ok(report)
    }

    fn capabilities(&self) -> Capabilities {
        ["observe"].into_iter().collect()
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let port = std::env::args().nth(1).map_or(Ok(8087), |p| p.parse())?;
    let (library, faults) = match std::env::args_os().nth(2) {
        Some(dir) => Library::sound_from_dir(dir.as_ref()),
        None => Library::sound_embedded(),
    };
    for fault in faults {
        eprintln!("{fault}");
    }
    let data = std::env::temp_dir().join(format!("assay-gallery-{}", std::process::id()));
    let config = ServeConfig::new(([127, 0, 0, 1], port).into(), data.as_path().into(), Arc::new(library), 1);
    println!("http://{}", config.listen);
    let stop = async {
        let _ = tokio::signal::ctrl_c().await;
    };
    Ok(serve(config, Scripted, stop).await?)
}
