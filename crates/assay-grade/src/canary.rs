//! Two programs whose outcome is known, through everything that a grading takes: compiler, linker, box and race detector. A grader that
//! gets one of them wrong takes no work: its machine has changed under it.

use assay_core::Fault;
use assay_go::{Built, Flavour, LANGUAGE, Library, Package};
use assay_sandbox::{Exit, Outcome, Silent};

use crate::Grader;
use crate::assemble::{self, AtExit};

/// Ends with 7 and says so.
const SPEAKS: &str =
    "package main\n\nimport \"os\"\n\nfunc main() {\n\tprintln(\"seven\")\n\tos.Exit(7)\n}\n";
/// Two writes that nothing orders; both happen, as the channels only tell that they have.
const RACES: &str = "package main\n\nvar shared int\n\nfunc main() {\n\tdone := make(chan bool, 2)\n\tgo func() { shared++; done <- true }()\n\tgo func() { shared++; done <- true }()\n\t<-done\n\t<-done\n}\n";

impl Grader {
    /// `Err` when this grader does not see what is to be seen.
    pub fn canary(&self) -> Result<(), Fault> {
        if !self.sandbox.runs_native() {
            return self.speaks();
        }
        std::thread::scope(|scope| {
            let races = scope.spawn(|| self.races());
            self.speaks().and(races.join().unwrap_or_else(|_| Err(Fault::new("the trial run panicked"))))
        })
    }

    fn speaks(&self) -> Result<(), Fault> {
        let seen = self.try_out(self.plain(), SPEAKS)?;
        let right = seen.killed.is_none() && seen.exit == Exit::Code(7) && seen.stderr.text() == "seven\n";
        if right { Ok(()) } else { Err(wrong("a program that ends with 7", &seen)) }
    }

    fn races(&self) -> Result<(), Fault> {
        let seen = self.try_out(Flavour::Race, RACES)?;
        let right = seen.exit == Exit::Code(66) && seen.stderr.text().contains("WARNING: DATA RACE");
        if right { Ok(()) } else { Err(wrong("a program with a data race", &seen)) }
    }

    fn try_out(&self, flavour: Flavour, source: &str) -> Result<Outcome, Fault> {
        let (go, sandbox) = (self.go.as_ref(), self.sandbox.as_ref());
        let files = [("canary/main.go", source)];
        let package = Package {
            path: "main",
            files: &files,
            language: LANGUAGE,
            library: Library::Only(&["os"]),
            dependencies: &[],
        };
        let main = built(go.compile(sandbox, flavour, &package)?)?;
        let program = assemble::keep(&built(go.link(sandbox, flavour, &main, &[])?)?)?;
        sandbox.run(&assemble::job(go, &program.path, flavour, AtExit::Linger)?, &mut Silent)
    }
}

fn built<T>(built: Built<T>) -> Result<T, Fault> {
    match built {
        Built::Done(made) => Ok(made),
        Built::Refused(said) => Err(Fault::new(format!("the compiler refuses the trial program: {said:?}"))),
        Built::Limit(limit) => {
            Err(Fault::new(format!("building the trial program was ended by the {limit:?} limit")))
        }
    }
}

fn wrong(what: &str, seen: &Outcome) -> Fault {
    let (exit, killed, said) = (seen.exit, seen.killed, seen.stderr.text());
    Fault::new(format!("{what} came out as {exit:?}, killed {killed:?}, {said:?}"))
        .advise("see `assay doctor`; this machine grades nothing until it comes out right")
}
