use std::io::{self, IsTerminal as _, Write as _};

use crate::args::{LoginArgs, LogoutArgs};
use crate::exit::Exit;
use crate::out;
use crate::places::Places;
use crate::problem::Problem;
use crate::remote::{Client, Logins, ServerUrl, Twice, change, wire};
use crate::text::inert;

/// Longest code that is sent; a server's are far shorter.
const MOST_CODE: usize = 64;

/// Become somebody at a server: whom a code stands for, or a new visitor.
pub(crate) fn login(args: LoginArgs, places: &Places) -> Result<Exit, Problem> {
    let server = args.server;
    let before = Logins::read(places)?.at(&server).cloned();
    let code = match args.code {
        Some(code) => Some(checked(&code, &server)?),
        None if before.is_some() => {
            change(places, |logins| logins.latest = Some(server.clone()))?;
            out::result(&format!("You are logged in at {server}.\n{}", how_to_join(&server)))?;
            return Ok(Exit::Good);
        }
        None => ask(&server)?.map(|code| checked(&code, &server)).transpose()?,
    };
    // Who is logged in already says so, for the server to join what both have.
    let client = Client::new(server.clone(), before)?;
    // A code works once: sent twice, the second answer would be a refusal.
    let twice = if code.is_some() { Twice::Other } else { Twice::Same };
    let entered: wire::Entered =
        client.post("/api/visitor", &wire::Enter { code: code.as_deref() }, None, twice)?;
    change(places, |logins| logins.add(&server, entered.token))?;
    out::result(&match code {
        Some(_) => format!("Logged in at {server}, as in the browser that made the code.\n"),
        None => format!("Logged in at {server} as a new visitor.\n{}", how_to_join(&server)),
    })?;
    Ok(Exit::Good)
}

/// Forget a login.
pub(crate) fn logout(args: LogoutArgs, places: &Places) -> Result<Exit, Problem> {
    let server = match args.server {
        Some(server) => server,
        None => {
            let logins = Logins::read(places)?;
            let all: Vec<&ServerUrl> = logins.servers().collect();
            match all[..] {
                [] => {
                    out::note("you are logged in at no server");
                    return Ok(Exit::Good);
                }
                [only] => only.clone(),
                _ => {
                    let names: Vec<&str> = all.iter().map(|s| s.as_str()).collect();
                    let what = format!("you are logged in at {}", names.join(" and at "));
                    return Err(Problem::input(what, "say at which: assay logout URL"));
                }
            }
        }
    };
    if change(places, |logins| logins.remove(&server))? {
        out::result(&format!(
            "Logged out at {server}. What you handed in is still there, for browsers and machines that are logged in as you were.\n"
        ))?;
    } else {
        out::note(&format!("you are not logged in at {server}"));
    }
    Ok(Exit::Good)
}

fn how_to_join(server: &ServerUrl) -> String {
    format!(
        "To work on what a browser has: open {server}/progress there, make a code, then: assay login {server} --code CODE\n"
    )
}

/// A code from whoever sits at the terminal; nothing when they want to be somebody new, or when nobody sits there.
fn ask(server: &ServerUrl) -> Result<Option<String>, Problem> {
    if !io::stdin().is_terminal() || !io::stderr().is_terminal() {
        return Ok(None);
    }
    let mut err = anstream::stderr().lock();
    let _ = write!(err, "Code from {server}/progress, or Enter for a new visitor: ");
    let _ = err.flush();
    let mut line = String::new();
    io::stdin()
        .read_line(&mut line)
        .map_err(|e| Problem::input(format!("cannot read the code: {e}"), "give it as --code CODE"))?;
    Ok(Some(line.trim().to_owned()).filter(|code| !code.is_empty()))
}

fn checked(code: &str, server: &ServerUrl) -> Result<String, Problem> {
    let code = code.trim();
    if (1..=MOST_CODE).contains(&code.len())
        && code.chars().all(|c| c.is_ascii_alphanumeric() || "- ".contains(c))
    {
        return Ok(code.to_owned());
    }
    let shown: String = inert(code).chars().take(MOST_CODE).collect();
    Err(Problem::input(
        format!("`{shown}` is no code"),
        format!("{server}/progress makes one, such as ABCD-2345"),
    ))
}
