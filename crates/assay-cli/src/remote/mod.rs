//! The command line as a client of a server: who one is there, what is asked and sent, and how a run is followed.

mod address;
mod client;
mod failure;
mod follow;
mod logins;
mod messages;
mod patience;
pub(crate) mod wire;

pub(crate) use address::{RunName, ServerUrl};
pub(crate) use client::{Client, Twice};
pub(crate) use follow::{Ending, follow};
pub(crate) use logins::{Logins, change};

use crate::places::Places;
use crate::problem::Problem;

/// Speaks to the server that is `named`, else to that of the latest login, as whoever is logged in there.
pub(crate) fn open(places: &Places, named: Option<&ServerUrl>) -> Result<Client, Problem> {
    let logins = Logins::read(places)?;
    let server = named.or(logins.latest.as_ref()).ok_or_else(|| {
        Problem::input("you are logged in at no server, and none is named", "log in once: assay login URL")
    })?;
    Client::new(server.clone(), logins.at(server).cloned())
}

/// The same, and somebody has to be logged in there: what is handed in belongs to them.
pub(crate) fn open_as_somebody(places: &Places, named: Option<&ServerUrl>) -> Result<Client, Problem> {
    let client = open(places, named)?;
    if client.is_somebody() {
        return Ok(client);
    }
    let server = &client.server;
    Err(Problem::input(format!("you are not logged in at {server}"), format!("assay login {server}")))
}
